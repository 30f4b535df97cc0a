/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_WIRE_CHECKSUM_H
#define CONNTRACK_WIRE_CHECKSUM_H

#include "model/wire/packet-view.h"

/**
 * @file
 * The Internet checksum, RFC 1071: computed, verified, with IPv4's and IPv6's pseudo-headers; and
 * SCTP's, RFC 9260 appendix A.
 *
 * Layer: wire.  Units and byte order: checksums are numbers in host order.
 */

namespace ns3
{
namespace conntrack
{

/**
 * The checksum of SCTP: CRC32c with the checksum field taken as zero.
 * @param transport an SCTP packet, from its common header on
 * @return the number that the field, read in network order, must hold; 0 for a cut header
 */
uint32_t SctpChecksum(ByteView transport);

/**
 * @param bytes the bytes; an odd one at the end counts as if a zero followed
 * @param start a sum to go on with (not inverted)
 * @return the one's complement sum folded to 16 bits, not inverted
 */
uint16_t OnesComplementSum(ByteView bytes, uint32_t start = 0);

/**
 * @param packet a packet whose L4 part is whole
 * @param protocol the number to put into the pseudo-header
 * @return the folded sum of the pseudo-header for the packet's L4 part
 */
uint16_t PseudoHeaderSum(const PacketView& packet, uint8_t protocol);

/**
 * Verify an L4 checksum that covers a pseudo-header (TCP, UDP, ICMPv6) and the L4 part.
 * @param packet a whole packet
 * @param protocol the number to put into the pseudo-header
 * @return whether the sum over everything, checksum included, is right
 */
bool IsTransportChecksumRight(const PacketView& packet, uint8_t protocol);

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_WIRE_CHECKSUM_H
