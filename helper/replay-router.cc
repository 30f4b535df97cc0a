/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "helper/replay-router.h"

#include "ns3/boolean.h"
#include "ns3/global-value.h"
#include "ns3/icmpv6-l4-protocol.h"
#include "ns3/inet-socket-address.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-l3-protocol.h"
#include "ns3/ipv4-route.h"
#include "ns3/ipv4-routing-protocol.h"
#include "ns3/ipv4-static-routing-helper.h"
#include "ns3/ipv4.h"
#include "ns3/ipv6.h"
#include "ns3/udp-socket-factory.h"

#include <arpa/inet.h>
#include <cstdlib>

namespace ns3
{
namespace conntrack
{

namespace
{

/// An address with its prefix length.
struct Network
{
    std::string address;
    uint8_t prefix;
};

Network
ParseNetwork(const std::string& text, int family)
{
    const std::size_t slash = text.find('/');
    const std::string address = text.substr(0, slash);
    const int longest = family == AF_INET ? 32 : 128;
    const int prefix = slash == std::string::npos ? longest : std::atoi(text.c_str() + slash + 1);
    uint8_t ignored[16];
    if (inet_pton(family, address.c_str(), ignored) != 1 || prefix < 0 || prefix > longest)
    {
        throw ReplayError("\"" + text + "\" is no address with a prefix length");
    }
    return {address, static_cast<uint8_t>(prefix)};
}

void
AddIpv4(Ptr<Node> node, Ptr<NetDevice> device, const std::string& text)
{
    const Network network = ParseNetwork(text, AF_INET);
    const uint32_t mask = network.prefix == 0 ? 0 : UINT32_MAX << (32 - network.prefix);
    const auto ipv4 = node->GetObject<Ipv4>();
    const uint32_t interface = ipv4->AddInterface(device);
    ipv4->AddAddress(interface,
                     Ipv4InterfaceAddress(Ipv4Address(network.address.c_str()), Ipv4Mask(mask)));
    ipv4->SetForwarding(interface, true);
    ipv4->SetUp(interface);
    // For what the router itself sends to everybody on one of its links.
    Ipv4StaticRoutingHelper().GetStaticRouting(ipv4)->AddHostRouteTo(Ipv4Address::GetBroadcast(),
                                                                     interface);
}

void
AddIpv6(Ptr<Node> node, Ptr<NetDevice> device, const std::string& text)
{
    const Network network = ParseNetwork(text, AF_INET6);
    const auto ipv6 = node->GetObject<Ipv6>();
    const uint32_t interface = ipv6->AddInterface(device);
    ipv6->AddAddress(
        interface,
        Ipv6InterfaceAddress(Ipv6Address(network.address.c_str()), Ipv6Prefix(network.prefix)));
    ipv6->SetForwarding(interface, true);
    ipv6->SetUp(interface);
}

Ptr<Node>
MakeQuietNode()
{
    // Recorded packets have checksums, and those that leave are compared with recorded ones.
    GlobalValue::Bind("ChecksumEnabled", BooleanValue(true));
    const auto node = CreateObject<Node>();
    InternetStackHelper stack;
    stack.SetIpv4ArpJitter(false);
    stack.SetIpv6NsRsJitter(false);
    stack.Install(node);
    node->GetObject<Ipv4>()->SetAttribute("IpForward", BooleanValue(true));
    node->GetObject<Ipv6>()->SetAttribute("IpForward", BooleanValue(true));
    node->GetObject<Ipv6>()->SetAttribute("SendIcmpv6Redirect", BooleanValue(false));
    node->GetObject<Icmpv6L4Protocol>()->SetAttribute("DAD", BooleanValue(false));
    return node;
}

} // namespace

ReplayRouter
MakeRouter(const std::vector<ReplayPort>& ports, Ptr<Conntrack> conntrack)
{
    ReplayRouter router;
    router.node = MakeQuietNode();
    for (const ReplayPort& port : ports)
    {
        const auto device = CreateObject<ReplayNetDevice>();
        Mac48Address address;
        address.CopyFrom(port.address.data());
        device->SetAddress(address);
        device->SetPeer(port.peer);
        device->SetMtu(port.mtu);
        router.node->AddDevice(device);
        if (!port.ipv4.empty())
        {
            AddIpv4(router.node, device, port.ipv4);
        }
        if (!port.ipv6.empty())
        {
            AddIpv6(router.node, device, port.ipv6);
        }
        router.devices.push_back(device);
    }
    router.node->AggregateObject(conntrack);
    for (std::size_t i = 0; i < ports.size(); ++i)
    {
        conntrack->SetInterfaceName(router.devices[i], ports[i].name);
    }
    conntrack->Attach();
    return router;
}

void
OpenSocket(ReplayRouter& router, uint16_t port)
{
    Ptr<Socket> socket = Socket::CreateSocket(router.node, UdpSocketFactory::GetTypeId());
    if (socket->Bind(InetSocketAddress(Ipv4Address::GetAny(), port)) == 0)
    {
        router.sockets.push_back(socket);
    }
}

void
SendAsRouter(const ReplayRouter& router, std::size_t port, ByteView packet)
{
    const auto datagram = Create<Packet>(packet.data, static_cast<uint32_t>(packet.size));
    Ipv4Header header;
    datagram->RemoveHeader(header);
    const auto ipv4 = router.node->GetObject<Ipv4L3Protocol>();
    Socket::SocketErrno error = Socket::ERROR_NOTERROR;
    Ptr<Ipv4Route> route =
        ipv4->GetRoutingProtocol()->RouteOutput(datagram, header, router.devices[port], error);
    if (route)
    {
        ipv4->SendWithHeader(datagram, header, route);
    }
}

} // namespace conntrack
} // namespace ns3
