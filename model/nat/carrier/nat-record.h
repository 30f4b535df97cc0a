/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_NAT_CARRIER_NAT_RECORD_H
#define CONNTRACK_NAT_CARRIER_NAT_RECORD_H

#include "model/flow/time.h"
#include "model/flow/tuple.h"

#include <cstdint>

/**
 * @file
 * What a carrier's NAT logs.
 *
 * Layer: nat.
 * Units and byte order: addresses are numbers in host order; nanoseconds.
 * Source: RFC 8158: events and their numbers (natEvent); RFC 6908 and RFC 7422 say what for.
 */

namespace ns3
{
namespace conntrack
{

/// What happened, by its number in RFC 8158 4.3.
enum class NatEvent : uint8_t
{
    SessionCreated = 4,  ///< NAT44 session create
    SessionDeleted = 5,  ///< NAT44 session delete
    MappingCreated = 8,  ///< NAT44 BIB create
    MappingDeleted = 9,  ///< NAT44 BIB delete
    PortsExhausted = 12, ///< the pool is empty
    QuotaExceeded = 13,  ///< the subscriber has all that it may have
    BlockAllocated = 16, ///< port block allocation
    BlockReleased = 17,  ///< port block de-allocation
};

/// What is logged; what an event does not have is zero.
struct NatRecord
{
    NatEvent event;          ///< what happened
    Nanos now{0};            ///< point in time
    uint8_t protocol{0};     ///< IP protocol number; blocks are of all protocols
    uint32_t subscriber{0};  ///< inside address
    uint16_t insidePort{0};  ///< ICMP: the identifier
    uint32_t outside{0};     ///< outside address
    uint16_t outsidePort{0}; ///< of a block: the first
    uint16_t lastPort{0};    ///< of a block
    uint32_t remote{0};      ///< address of the other end; of sessions and exhaustion
    uint16_t remotePort{0};  ///< port of the other end
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_NAT_CARRIER_NAT_RECORD_H
