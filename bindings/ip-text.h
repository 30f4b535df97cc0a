/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_BINDINGS_IP_TEXT_H
#define CONNTRACK_BINDINGS_IP_TEXT_H

#include "model/flow/tuple.h"

#include "ns3/address.h"
#include "ns3/ipv4-address.h"
#include "ns3/ipv6-address.h"

#include <optional>
#include <string>

/**
 * @file
 * IP addresses and networks as texts: "10.1.0.1", "fd00::1/64".
 *
 * Layer: bindings.
 * Errors: none for what is no address; ns-3's own classes take anything, or abort.
 */

namespace ns3
{
namespace conntrack
{
namespace python
{

/// An IP address of either family.
struct IpAddress
{
    Family family{Family::Unspecified};
    conntrack::Address bytes;

    /// @return whether it is an IPv4 address
    bool IsIpv4() const
    {
        return family == Family::Ipv4;
    }

    /// @return whether it is a multicast address
    bool IsMulticast() const
    {
        return conntrack::IsMulticast(bytes, family);
    }

    Ipv4Address ToIpv4() const;     ///< @return as ns-3 has it
    Ipv6Address ToIpv6() const;     ///< @return as ns-3 has it
    ns3::Address ToAddress() const; ///< @return as ns-3 has it, without a port
    std::string ToText() const;     ///< @return e.g. "fd00::1"

    /// @param port host order @return as ns-3's sockets have it
    ns3::Address ToSocketAddress(uint16_t port) const;
};

/// An IP address with the length of its network's prefix.
struct IpNetwork
{
    IpAddress address;
    uint8_t prefix{0}; ///< bits

    /// @return whether no bit beyond the prefix is set
    bool IsNetwork() const;

    /// @param other an address @return whether it lies in the same network
    bool Contains(const IpAddress& other) const;
};

/// @param text an address @return it; none: it is no address
std::optional<IpAddress> ParseIp(const std::string& text);

/// @param text ADDRESS/PREFIX @return both; none: it is not that
std::optional<IpNetwork> ParseNetwork(const std::string& text);

/// @param address ns-3's @return the same
IpAddress FromIpv4(Ipv4Address address);

/// @param address ns-3's @return the same
IpAddress FromIpv6(Ipv6Address address);

} // namespace python
} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_BINDINGS_IP_TEXT_H
