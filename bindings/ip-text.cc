/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "bindings/ip-text.h"

#include "ns3/inet-socket-address.h"
#include "ns3/inet6-socket-address.h"

#include <arpa/inet.h>
#include <charconv>

namespace ns3
{
namespace conntrack
{
namespace python
{

namespace
{

/// The address without the bits beyond a prefix.
conntrack::Address
Cut(conntrack::Address address, uint8_t prefix)
{
    for (std::size_t i = 0; i < address.bytes.size(); ++i)
    {
        const int kept = prefix - 8 * static_cast<int>(i);
        address.bytes[i] &= kept >= 8 ? 0xff : kept <= 0 ? 0 : 0xff << (8 - kept);
    }
    return address;
}

} // namespace

Ipv4Address
IpAddress::ToIpv4() const
{
    return Ipv4Address(bytes.ToIpv4());
}

Ipv6Address
IpAddress::ToIpv6() const
{
    conntrack::Address copy = bytes; // ns-3 wants it writable
    return Ipv6Address(copy.bytes.data());
}

ns3::Address
IpAddress::ToAddress() const
{
    return IsIpv4() ? ns3::Address(ToIpv4()) : ns3::Address(ToIpv6());
}

ns3::Address
IpAddress::ToSocketAddress(uint16_t port) const
{
    return IsIpv4() ? ns3::Address(InetSocketAddress(ToIpv4(), port))
                    : ns3::Address(Inet6SocketAddress(ToIpv6(), port));
}

std::string
IpAddress::ToText() const
{
    return ToString(bytes, family);
}

bool
IpNetwork::IsNetwork() const
{
    return Cut(address.bytes, prefix) == address.bytes;
}

bool
IpNetwork::Contains(const IpAddress& other) const
{
    return address.family == other.family && Cut(address.bytes, prefix) == Cut(other.bytes, prefix);
}

std::optional<IpAddress>
ParseIp(const std::string& text)
{
    IpAddress address;
    for (const Family family : {Family::Ipv4, Family::Ipv6})
    {
        const int number = family == Family::Ipv4 ? AF_INET : AF_INET6;
        if (inet_pton(number, text.c_str(), address.bytes.bytes.data()) == 1)
        {
            address.family = family;
            return address;
        }
    }
    return std::nullopt;
}

std::optional<IpNetwork>
ParseNetwork(const std::string& text)
{
    const auto slash = text.find('/');
    const auto address = ParseIp(text.substr(0, slash));
    if (!address || slash == std::string::npos)
    {
        return std::nullopt;
    }
    IpNetwork network{*address, 0};
    const char* end = text.data() + text.size();
    const auto read = std::from_chars(text.data() + slash + 1, end, network.prefix);
    const bool fits = network.prefix <= (address->IsIpv4() ? 32 : 128);
    return read.ec == std::errc() && read.ptr == end && fits ? std::optional(network)
                                                             : std::nullopt;
}

IpAddress
FromIpv4(Ipv4Address address)
{
    return {Family::Ipv4, conntrack::Address::FromIpv4(address.Get())};
}

IpAddress
FromIpv6(Ipv6Address address)
{
    IpAddress result{Family::Ipv6, {}};
    address.GetBytes(result.bytes.bytes.data());
    return result;
}

} // namespace python
} // namespace conntrack
} // namespace ns3
