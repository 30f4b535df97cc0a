/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_WIRE_REASSEMBLED_HEADER_H
#define CONNTRACK_WIRE_REASSEMBLED_HEADER_H

#include "model/wire/packet-view.h"

#include <vector>

/**
 * @file
 * What reassembly reads from fragments' headers and writes into the whole packet's.
 *
 * Layer: wire.  Shape: functions.  Units: bytes.
 * Source: RFC 791 3.2, RFC 8200 4.5, RFC 3168 5.3; tried on Linux 6.18.
 */

namespace ns3
{
namespace conntrack
{

/**
 * @param packet a packet
 * @return its ECN field, 0 to 3
 */
uint8_t EcnOf(const PacketView& packet);

/// What the ECN fields of a packet's fragments make of the whole.
enum class EcnMerge : uint8_t
{
    AsFirst,     ///< the first fragment's field
    Congestion,  ///< congestion experienced
    Contradicts, ///< capable and not capable ones: no packet
};

/**
 * @param seen a bit, 1 << value, for each value that a fragment had
 * @return what they make of the whole
 */
EcnMerge MergeEcn(uint8_t seen);

/**
 * Whether the headers of IPv6's first fragment go on behind it. RFC 8200 4.5 forbids that; Linux
 * lets such a fragment pass, for the destination to judge.
 * @param packet a fragment
 * @return whether it is a first one whose headers are not whole
 */
bool LacksHeaders(const PacketView& packet);

/**
 * Make the first fragment's header that of the whole.
 * @param packet begins with the header, which ends with IPv6's fragment header
 */
void RemoveFragmentHeader(std::vector<uint8_t>& packet);

/**
 * Put length, DF and checksum into IPv4's header.
 * @param packet the whole packet
 * @param headerSize its header's length with options
 * @param flags the field of flags and fragment offset
 */
void FinishIpv4Header(std::vector<uint8_t>& packet, std::size_t headerSize, uint16_t flags);

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_WIRE_REASSEMBLED_HEADER_H
