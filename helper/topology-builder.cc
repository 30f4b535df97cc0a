/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "helper/topology-builder.h"

#include "ns3/data-rate.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-list-routing-helper.h"
#include "ns3/ipv4-list-routing.h"
#include "ns3/ipv4-static-routing-helper.h"
#include "ns3/ipv4.h"
#include "ns3/nstime.h"
#include "ns3/point-to-point-helper.h"

#include <limits>

namespace ns3
{
namespace conntrack
{

namespace
{

constexpr int64_t STREAMS_A_ROUTER = 10; ///< an IPv4 stack of ns-3.37 uses 3
constexpr int16_t STATIC_PRIORITY = 0;   ///< InternetStackHelper's
constexpr int16_t TOPOLOGY_PRIORITY = 10;
constexpr uint32_t LINK_ADDRESSES = 4; ///< a /30

Ptr<TopologyRouting>
AddRouting(Ptr<Node> node)
{
    auto routing = CreateObject<TopologyRouting>();
    const auto list = DynamicCast<Ipv4ListRouting>(node->GetObject<Ipv4>()->GetRoutingProtocol());
    list->AddRoutingProtocol(routing, TOPOLOGY_PRIORITY);
    return routing;
}

uint32_t
AddInterface(Ptr<NetDevice> device, Ipv4Address address)
{
    const auto ipv4 = device->GetNode()->GetObject<Ipv4>();
    const uint32_t interface = ipv4->AddInterface(device);
    ipv4->AddAddress(interface, Ipv4InterfaceAddress(address, Ipv4Mask("/30")));
    ipv4->SetUp(interface);
    return interface;
}

} // namespace

TopologyBuilder::TopologyBuilder()
{
    SetRouterNetworks("10.0.0.0", 24);
    SetLinkNetworks("172.16.0.0");
}

void
TopologyBuilder::SetRouterNetworks(const std::string& base, uint8_t prefix)
{
    if (prefix < 8 || prefix > 30)
    {
        throw GraphError("A router's prefix has 8 to 30 bits, not " + std::to_string(prefix));
    }
    m_networks.hostBits = 32 - prefix;
    m_networks.base = Ipv4Address(base.c_str()).Get();
    if (m_networks.base % (1U << m_networks.hostBits) != 0)
    {
        throw GraphError(base + " is no network of " + std::to_string(prefix) + " bits");
    }
}

void
TopologyBuilder::SetLinkNetworks(const std::string& base)
{
    m_linkBase = Ipv4Address(base.c_str()).Get();
    if (m_linkBase % LINK_ADDRESSES != 0)
    {
        throw GraphError(base + " is no network of 30 bits");
    }
}

void
TopologyBuilder::SetFirstStream(int64_t stream)
{
    m_stream = stream;
}

void
TopologyBuilder::CheckAddresses(const Topology& topology) const
{
    const uint64_t routers = m_networks.base;
    const uint64_t routersEnd = routers + (uint64_t{topology.Size()} << m_networks.hostBits);
    const uint64_t links = m_linkBase;
    const uint64_t linksEnd = links + topology.GetLinks().size() * LINK_ADDRESSES;
    constexpr uint64_t CLASS_D = 0xe0000000; // no host's: RFC 1112
    if (routersEnd > CLASS_D || linksEnd > CLASS_D)
    {
        throw GraphError("There are not enough IPv4 addresses for " +
                         std::to_string(topology.Size()) + " routers and " +
                         std::to_string(topology.GetLinks().size()) + " links");
    }
    if (routers < linksEnd && links < routersEnd)
    {
        throw GraphError("The networks of " + std::to_string(topology.Size()) +
                         " routers and those of the links overlap");
    }
}

TopologyNetwork
TopologyBuilder::Build(const Topology& topology, const Interrupt& interrupt) const
{
    topology.CheckConnected();
    CheckAddresses(topology);
    TopologyNetwork network;
    network.table = std::make_shared<TopologyRouteTable>(
        TopologyRouteTable{m_networks, Routes(topology, interrupt)});

    Ipv4ListRoutingHelper list;
    list.Add(Ipv4StaticRoutingHelper(), STATIC_PRIORITY);
    InternetStackHelper stack;
    stack.SetIpv6StackInstall(false);
    stack.SetRoutingHelper(list);
    std::vector<Ptr<TopologyRouting>> routings;
    for (uint32_t router = 0; router < topology.Size(); ++router)
    {
        interrupt();
        const auto node = CreateObject<Node>();
        network.nodes.Add(node);
        stack.Install(node);
        network.addresses.push_back(m_networks.AddressOf(router));
        node->GetObject<Ipv4>()->AddAddress(
            0,
            Ipv4InterfaceAddress(network.addresses.back(), Ipv4Mask::GetOnes()));
        routings.push_back(AddRouting(node));
        routings.back()->SetTable(network.table, router);
        if (m_stream >= 0)
        {
            stack.AssignStreams(NodeContainer(node), m_stream + router * STREAMS_A_ROUTER);
        }
    }

    PointToPointHelper cable;
    for (uint32_t number = 0; number < topology.GetLinks().size(); ++number)
    {
        interrupt();
        const TopologyLink& link = topology.GetLinks()[number];
        cable.SetDeviceAttribute("DataRate", DataRateValue(DataRate(link.bandwidth)));
        cable.SetChannelAttribute("Delay", TimeValue(NanoSeconds(link.delay)));
        const NetDeviceContainer devices =
            cable.Install(network.nodes.Get(link.ends[0]), network.nodes.Get(link.ends[1]));
        const uint32_t base = m_linkBase + number * LINK_ADDRESSES;
        for (const uint32_t end : {0, 1})
        {
            const uint32_t interface = AddInterface(devices.Get(end), Ipv4Address(base + 1 + end));
            routings[link.ends[end]]->AddLink(number, interface, Ipv4Address(base + 2 - end));
        }
        network.links.push_back(devices);
    }
    return network;
}

std::string
DropInvalidRules()
{
    return R"({"nftables": [
        {"table": {"family": "inet", "name": "placement"}},
        {"chain": {"family": "inet", "table": "placement", "name": "forward", "type": "filter",
                   "hook": "forward", "prio": 0, "policy": "accept"}},
        {"rule": {"family": "inet", "table": "placement", "chain": "forward", "expr": [
            {"match": {"op": "in", "left": {"ct": {"key": "state"}}, "right": "invalid"}},
            {"drop": null}]}}
    ]})";
}

} // namespace conntrack
} // namespace ns3
