/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/flow/tuple.h"

#include <arpa/inet.h>
#include <cstdio>

namespace ns3
{
namespace conntrack
{

const char*
ProtocolName(uint8_t number)
{
    switch (number)
    {
    case protocol::ICMP:
        return "icmp";
    case protocol::TCP:
        return "tcp";
    case protocol::UDP:
        return "udp";
    case protocol::GRE:
        return "gre";
    case protocol::ICMPV6:
        return "icmpv6";
    case protocol::SCTP:
        return "sctp";
    case protocol::UDPLITE:
        return "udplite";
    default:
        return "unknown";
    }
}

Address
Address::FromIpv4(uint32_t value)
{
    Address address;
    for (int i = 0; i < 4; ++i)
    {
        address.bytes[i] = static_cast<uint8_t>(value >> (24 - 8 * i));
    }
    return address;
}

uint32_t
Address::ToIpv4() const
{
    return uint32_t{bytes[0]} << 24 | uint32_t{bytes[1]} << 16 | uint32_t{bytes[2]} << 8 | bytes[3];
}

Address
operator&(const Address& address, const Address& mask)
{
    Address result;
    for (std::size_t i = 0; i < result.bytes.size(); ++i)
    {
        result.bytes[i] = address.bytes[i] & mask.bytes[i];
    }
    return result;
}

std::string
ToString(const Address& address, Family family)
{
    char text[INET6_ADDRSTRLEN];
    inet_ntop(family == Family::Ipv4 ? AF_INET : AF_INET6,
              address.bytes.data(),
              text,
              sizeof(text));
    return text;
}

std::string
ToFullString(const Address& address, Family family)
{
    if (family == Family::Ipv4)
    {
        return ToString(address, family);
    }
    std::string text;
    for (std::size_t i = 0; i < 16; i += 2)
    {
        char group[6];
        std::snprintf(group,
                      sizeof(group),
                      "%s%02x%02x",
                      i ? ":" : "",
                      address.bytes[i],
                      address.bytes[i + 1]);
        text += group;
    }
    return text;
}

} // namespace conntrack
} // namespace ns3
