/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/wire/link-frame.h"

#include <algorithm>

namespace ns3
{
namespace conntrack
{

namespace
{

// EtherType numbers of IEEE and IANA.
constexpr uint16_t TYPE_IPV4 = 0x0800;
constexpr uint16_t TYPE_IPV6 = 0x86dd;
constexpr uint16_t TYPE_VLAN = 0x8100;
constexpr uint16_t TYPE_PROVIDER_VLAN = 0x88a8;
constexpr uint16_t TYPE_OLD_QINQ = 0x9100; // before IEEE 802.1ad

/// The packet behind an EtherType, if it is IP and its version field agrees.
std::optional<LinkFrame>
AfterType(uint16_t type, ByteView rest, const LinkFrame& link)
{
    while ((type == TYPE_VLAN || type == TYPE_PROVIDER_VLAN || type == TYPE_OLD_QINQ) &&
           rest.size >= 4)
    {
        type = ReadU16(rest.data + 2);
        rest = rest.From(4);
    }
    const Family family = type == TYPE_IPV4   ? Family::Ipv4
                          : type == TYPE_IPV6 ? Family::Ipv6
                                              : Family::Unspecified;
    const int version = family == Family::Ipv4 ? 4 : 6;
    if (family == Family::Unspecified || rest.size == 0 || rest.data[0] >> 4 != version)
    {
        return std::nullopt;
    }
    LinkFrame frame = link;
    frame.packet = rest;
    frame.family = family;
    return frame;
}

std::optional<LinkFrame>
ParseEthernet(ByteView frame)
{
    if (frame.size < ETHERNET_HEADER)
    {
        return std::nullopt;
    }
    LinkFrame link;
    std::copy_n(frame.data, 6, link.destination.begin());
    std::copy_n(frame.data + 6, 6, link.source.begin());
    return AfterType(ReadU16(frame.data + 12), frame.From(ETHERNET_HEADER), link);
}

/// Both versions hold the same fields in other places.
std::optional<LinkFrame>
ParseCooked(ByteView frame, std::size_t header, std::size_t typeAt, std::size_t addressAt)
{
    if (frame.size < header)
    {
        return std::nullopt;
    }
    LinkFrame link;
    std::copy_n(frame.data + addressAt, 6, link.source.begin());
    return AfterType(ReadU16(frame.data + typeAt), frame.From(header), link);
}

std::optional<LinkFrame>
ParseRaw(ByteView frame)
{
    const bool isIpv6 = frame.size > 0 && frame.data[0] >> 4 == 6;
    return AfterType(isIpv6 ? TYPE_IPV6 : TYPE_IPV4, frame, LinkFrame{});
}

std::optional<LinkFrame>
ParseBsdLoopback(ByteView frame)
{
    if (frame.size < 4)
    {
        return std::nullopt;
    }
    const uint32_t inNetworkOrder = ReadU32(frame.data);
    const uint32_t family =
        inNetworkOrder > 0xffff ? __builtin_bswap32(inNetworkOrder) : inNetworkOrder;
    switch (family)
    {
    case 2: // AF_INET everywhere
        return AfterType(TYPE_IPV4, frame.From(4), LinkFrame{});
    case 10: // AF_INET6 of Linux, NetBSD and OpenBSD, FreeBSD, macOS
    case 24:
    case 28:
    case 30:
        return AfterType(TYPE_IPV6, frame.From(4), LinkFrame{});
    default:
        return std::nullopt;
    }
}

/// Both compressible: the address and control bytes, and the first byte of the protocol.
std::optional<LinkFrame>
ParsePpp(ByteView frame)
{
    constexpr uint16_t IPV4_PROTOCOL = 0x21; // RFC 1332 2.1
    constexpr uint16_t IPV6_PROTOCOL = 0x57; // RFC 5072 3
    if (frame.size >= 2 && frame.data[0] == 0xff && frame.data[1] == 0x03)
    {
        frame = frame.From(2);
    }
    if (frame.size < 2)
    {
        return std::nullopt;
    }
    // RFC 1661 2: the last byte of a protocol's number is odd, those before it are even.
    const bool isShort = (frame.data[0] & 1) != 0;
    const uint16_t protocol = isShort ? frame.data[0] : ReadU16(frame.data);
    const uint16_t type = protocol == IPV4_PROTOCOL   ? TYPE_IPV4
                          : protocol == IPV6_PROTOCOL ? TYPE_IPV6
                                                      : 0;
    return AfterType(type, frame.From(isShort ? 1 : 2), LinkFrame{});
}

} // namespace

std::optional<LinkType>
LinkTypeOf(int number)
{
    switch (number)
    {
    case 1:
        return LinkType::Ethernet;
    case 113:
        return LinkType::LinuxCooked;
    case 276:
        return LinkType::LinuxCooked2;
    case 12:  // DLT_RAW
    case 14:  // DLT_RAW of OpenBSD
    case 101: // LINKTYPE_RAW
    case 228: // DLT_IPV4
    case 229: // DLT_IPV6
        return LinkType::RawIp;
    case 0:   // DLT_NULL
    case 108: // DLT_LOOP
        return LinkType::BsdLoopback;
    case 9:  // LINKTYPE_PPP
    case 50: // LINKTYPE_PPP_HDLC
        return LinkType::Ppp;
    default:
        return std::nullopt;
    }
}

std::optional<LinkFrame>
ParseLinkFrame(LinkType type, ByteView frame)
{
    switch (type)
    {
    case LinkType::Ethernet:
        return ParseEthernet(frame);
    case LinkType::LinuxCooked:
        return ParseCooked(frame, 16, 14, 6);
    case LinkType::LinuxCooked2:
        return ParseCooked(frame, 20, 0, 12);
    case LinkType::RawIp:
        return ParseRaw(frame);
    case LinkType::Ppp:
        return ParsePpp(frame);
    default:
        return ParseBsdLoopback(frame);
    }
}

std::vector<uint8_t>
ToEthernet(const LinkFrame& frame)
{
    std::vector<uint8_t> bytes(ETHERNET_HEADER + frame.packet.size);
    std::copy_n(frame.destination.begin(), 6, bytes.begin());
    std::copy_n(frame.source.begin(), 6, bytes.begin() + 6);
    WriteU16(bytes.data() + 12, frame.family == Family::Ipv6 ? TYPE_IPV6 : TYPE_IPV4);
    std::copy_n(frame.packet.data, frame.packet.size, bytes.begin() + ETHERNET_HEADER);
    return bytes;
}

} // namespace conntrack
} // namespace ns3
