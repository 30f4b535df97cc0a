/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_RULESET_PACKET_OPTIONS_H
#define CONNTRACK_RULESET_PACKET_OPTIONS_H

#include "model/wire/packet-view.h"

#include <optional>

/**
 * @file
 * Find what stands between the fixed headers: IPv6 extension headers, IPv4 and TCP options.
 *
 * Layer: ruleset.
 * Errors: none for what is not there or is cut.
 * Source: RFC 8200 4, RFC 791 3.1, RFC 9293 3.1.
 */

namespace ns3
{
namespace conntrack
{

/**
 * @param packet an IPv6 packet
 * @param header protocol number of an extension header (0, 43, 44, 60, 135)
 * @return its bytes and all that follow; the first of its number
 */
std::optional<ByteView> FindExtHeader(const PacketView& packet, uint8_t header);

/**
 * @param packet an IPv4 packet
 * @param type an option's type byte
 * @return the option's bytes
 */
std::optional<ByteView> FindIpOption(const PacketView& packet, uint8_t type);

/**
 * @param packet any packet
 * @param kind a TCP option's kind
 * @return the option's bytes; one for those without a length
 */
std::optional<ByteView> FindTcpOption(const PacketView& packet, uint8_t kind);

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_RULESET_PACKET_OPTIONS_H
