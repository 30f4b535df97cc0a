/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_WIRE_LINK_FRAME_H
#define CONNTRACK_WIRE_LINK_FRAME_H

#include "model/flow/tuple.h"
#include "model/wire/bytes.h"

#include <array>
#include <optional>
#include <vector>

/**
 * @file
 * A frame as captures hold it: where the IP packet in it begins, and who sent it to whom.
 *
 * Layer: wire.
 * Shape: a view into the frame's bytes, which the caller owns.
 * Errors: none for what holds no IP packet (ARP, LLC, a cut header); nothing asserts, no byte past
 * the view is read. Source: IEEE 802.3, 802.1Q, 802.1ad; RFC 1661 2, RFC 1662 3.1; the link types
 * of tcpdump.org/linktypes.html.
 */

namespace ns3
{
namespace conntrack
{

/// What stands before the IP packet.
enum class LinkType : uint8_t
{
    Ethernet,     ///< with any number of VLAN tags
    LinuxCooked,  ///< capture on "any", version 1
    LinuxCooked2, ///< the same, version 2
    RawIp,        ///< nothing; the version field tells the family
    BsdLoopback,  ///< the address family in four bytes of either order
    Ppp,          ///< as ns-3's point-to-point devices write it, or with HDLC's two bytes before
};

/// A hardware address.
using MacAddress = std::array<uint8_t, 6>;

/// A frame's parts.
struct LinkFrame
{
    ByteView packet; ///< from the IP header on; padding may follow
    Family family{Family::Unspecified};
    MacAddress source{};      ///< zero if the link type has none
    MacAddress destination{}; ///< zero if the link type has none
};

/// Bytes of an Ethernet header without tags.
constexpr std::size_t ETHERNET_HEADER = 14;

/**
 * @param number libpcap's data link type (DLT_*)
 * @return the link type; none if it is not known here
 */
std::optional<LinkType> LinkTypeOf(int number);

/**
 * @param type what the frame begins with
 * @param frame its bytes, perhaps cut
 * @return its parts; none if it holds no IP packet
 */
std::optional<LinkFrame> ParseLinkFrame(LinkType type, ByteView frame);

/**
 * The inverse for Ethernet.
 * @param frame its parts
 * @return the frame's bytes
 */
std::vector<uint8_t> ToEthernet(const LinkFrame& frame);

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_WIRE_LINK_FRAME_H
