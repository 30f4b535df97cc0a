/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_WIRE_ERROR_PACKET_H
#define CONNTRACK_WIRE_ERROR_PACKET_H

#include "model/wire/packet-view.h"

#include <optional>
#include <vector>

/**
 * @file
 * The packets a router answers a packet with that it cannot or may not forward: ICMP and ICMPv6
 * errors, TCP resets.
 *
 * Layer: wire.
 * Shape: functions, packet in, packet out.
 * Units and byte order: numbers in host order.
 * Errors: none is returned where no answer may be sent.
 * Source: RFC 1122 3.2.2, RFC 1812 4.3.2, RFC 4443 2.4, RFC 9293 3.10.7.1; fields that they leave
 * open are Linux 6.18's, as recorded.
 */

namespace ns3
{
namespace conntrack
{

/// An ICMP or ICMPv6 error to send.
struct ErrorSpec
{
    uint8_t type{0};
    uint8_t code{0};
    /// The second word of the ICMP header: MTU, pointer * 2^24 (IPv4) or pointer (IPv6), else 0.
    uint32_t rest{0};
    Address source;             ///< the router's address, of the offender's family
    uint16_t identification{0}; ///< IPv4's; Linux takes a random one
    uint32_t flowLabel{0};      ///< IPv6's; Linux takes a hash of the flow (auto_flowlabels)
    uint8_t hopLimit{64};       ///< net.ipv4.ip_default_ttl, net.ipv6.conf.*.hop_limit
    uint32_t mtu{1500};         ///< of the link it leaves by
};

/**
 * Build the ICMP or ICMPv6 error that answers a packet. A broadcast or multicast frame, and a
 * destination that is a subnet's broadcast address, the caller must know of.
 * @param offender the packet, as far as it is at hand; reassembled if it came in fragments
 * @param error what to say
 * @return the error, from its IP header on; none if this packet must not be answered by an error
 */
std::optional<std::vector<uint8_t>> MakeIcmpError(const PacketView& offender,
                                                  const ErrorSpec& error);

/// Whether to look at the checksums of a packet.
enum class ChecksumCheck : uint8_t
{
    Verify, ///< do not answer a packet whose checksum is wrong
    Skip,   ///< the simulation has no checksums, or connection tracking found it right
};

/**
 * Whether the rule `reject` answers a packet by an ICMP error at all: not if a checksum of it is
 * wrong, nor a later fragment. MakeIcmpError asks the rest.
 * @param offender the whole packet
 * @param check whether to verify its checksum
 * @return whether it may be answered
 */
bool MayRejectWithIcmp(const PacketView& offender, ChecksumCheck check = ChecksumCheck::Verify);

/**
 * Build the answer of the rule `reject with tcp reset`.
 * @param offender the whole packet
 * @param check whether to verify its checksum
 * @param window in the reset; Linux's is 0
 * @param hopLimit TTL or hop limit to send with
 * @return the reset, from its IP header on; none if the packet is no TCP, is a reset itself, is a
 * later fragment, has a wrong checksum, or has no single source or destination
 */
std::optional<std::vector<uint8_t>> MakeTcpReset(const PacketView& offender,
                                                 ChecksumCheck check = ChecksumCheck::Verify,
                                                 uint16_t window = 0,
                                                 uint8_t hopLimit = 64);

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_WIRE_ERROR_PACKET_H
