/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/app/local-address.h"

#include "ns3/inet-socket-address.h"
#include "ns3/inet6-socket-address.h"
#include "ns3/ipv4-header.h"
#include "ns3/ipv4-route.h"
#include "ns3/ipv4-routing-protocol.h"
#include "ns3/ipv4.h"
#include "ns3/ipv6-header.h"
#include "ns3/ipv6-route.h"
#include "ns3/ipv6-routing-protocol.h"
#include "ns3/ipv6.h"
#include "ns3/packet.h"

namespace ns3
{
namespace conntrack
{

namespace
{

Ipv4Address
ToIpv4(const HostAddress& host)
{
    return InetSocketAddress::ConvertFrom(EndpointAt(host, 0).ToSocketAddress()).GetIpv4();
}

Ipv6Address
ToIpv6(const HostAddress& host)
{
    return Inet6SocketAddress::ConvertFrom(EndpointAt(host, 0).ToSocketAddress()).GetIpv6();
}

} // namespace

HostAddress
HostOf(const Endpoint& endpoint)
{
    return {endpoint.family, endpoint.address};
}

Endpoint
EndpointAt(const HostAddress& host, uint16_t port)
{
    return {host.family, host.address, port};
}

std::optional<HostAddress>
LocalAddressTowards(Ptr<Node> node, const HostAddress& peer)
{
    if (!IsUnicast(EndpointAt(peer, 0)))
    {
        return std::nullopt; // ns-3's routing crashes at groups without an interface
    }
    // Without a packet, as ns-3's own TCP asks for the route of a connection.
    Socket::SocketErrno error = Socket::ERROR_NOTERROR;
    if (Ptr<Ipv4> ipv4 = node->GetObject<Ipv4>(); ipv4 && peer.family == Family::Ipv4)
    {
        Ipv4Header header;
        header.SetDestination(ToIpv4(peer));
        Ptr<Ipv4Route> route =
            ipv4->GetRoutingProtocol()->RouteOutput(Ptr<Packet>(), header, nullptr, error);
        return route ? std::optional(HostOf(*ToEndpoint(InetSocketAddress(route->GetSource(), 0))))
                     : std::nullopt;
    }
    if (Ptr<Ipv6> ipv6 = node->GetObject<Ipv6>(); ipv6 && peer.family == Family::Ipv6)
    {
        Ipv6Header header;
        header.SetDestination(ToIpv6(peer));
        Ptr<Ipv6Route> route =
            ipv6->GetRoutingProtocol()->RouteOutput(Ptr<Packet>(), header, nullptr, error);
        return route ? std::optional(HostOf(*ToEndpoint(Inet6SocketAddress(route->GetSource(), 0))))
                     : std::nullopt;
    }
    return std::nullopt;
}

bool
IsLocalAddress(Ptr<Node> node, const HostAddress& host)
{
    if (Ptr<Ipv4> ipv4 = node->GetObject<Ipv4>(); ipv4 && host.family == Family::Ipv4)
    {
        return ipv4->GetInterfaceForAddress(ToIpv4(host)) >= 0;
    }
    if (Ptr<Ipv6> ipv6 = node->GetObject<Ipv6>(); ipv6 && host.family == Family::Ipv6)
    {
        return ipv6->GetInterfaceForAddress(ToIpv6(host)) >= 0;
    }
    return false;
}

} // namespace conntrack
} // namespace ns3
