/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_WIRE_PACKET_EDIT_H
#define CONNTRACK_WIRE_PACKET_EDIT_H

#include "model/flow/tuple.h"
#include "model/wire/bytes.h"

#include <cstddef>
#include <cstdint>

/**
 * @file
 * Changing an end's address and port in a packet, or in the packet that an ICMP error quotes.
 *
 * Layer: wire.
 * Shape: bytes are changed where they lie; their number stays. Only headers are touched, so the
 * bytes may be a leading part of the packet.
 * Units and byte order: ports in host order.
 * Errors: what is cut off is left out; content never asserts.
 * Source: RFC 3022 4.2 and RFC 1624 (checksums change by the difference: a wrong one stays wrong);
 * RFC 768 (UDP's zero means none, and a sum of zero is sent as all ones); RFC 5508 7 (quoted
 * packets are translated too).
 */

namespace ns3
{
namespace conntrack
{

/// Whether the packet's checksums mean anything.
enum class ChecksumUse : uint8_t
{
    Kept,   ///< they are to be right afterwards if they were before
    Absent, ///< the simulation computes none: the fields stay as they are
};

/// Which end of a packet.
enum class PacketEnd : uint8_t
{
    Source,
    Destination,
};

/// A packet to edit, or the beginning of one.
struct EditablePacket
{
    MutableBytes bytes; ///< from the IP header on
    Family family{Family::Ipv4};
    std::size_t transportOffset{0}; ///< at most the size
    uint8_t protocol{0};            ///< IP protocol number of the transport header
    ChecksumUse checksums{ChecksumUse::Kept};
    bool isFragment{false}; ///< a later one: there is no transport header
};

/// What an end is to be.
struct EndValue
{
    Address address;
    /// Port of TCP, UDP, UDP-Lite, SCTP, DCCP; identifier of an ICMP query, whichever end; a GRE
    /// call id (version 1) of the destination. Other protocols have none.
    uint16_t number{0};
};

/**
 * Give an end its new address and port, and correct the checksums by the difference: IPv4's own,
 * and those of TCP, UDP, UDP-Lite, DCCP, ICMP and ICMPv6. SCTP's covers ports and data, not
 * addresses: it is made anew, so all of such a packet must be at hand.
 * @param packet the packet
 * @param end which end
 * @param value what it is to be
 */
void RewriteEnd(const EditablePacket& packet, PacketEnd end, const EndValue& value);

/**
 * Change a field and the Internet checksum over it.
 * @param sum the checksum's two bytes
 * @param field the field, which the sum covers at an even offset
 * @param value its new bytes
 * @param size how many, even
 */
void ReplaceInSum(uint8_t* sum, uint8_t* field, const uint8_t* value, std::size_t size);

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_WIRE_PACKET_EDIT_H
