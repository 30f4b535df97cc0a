/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

// Nodes made of a topology: addresses, routes, hosts beneath routers, links that fail.
#include "helper/netfilter-helper.h"
#include "helper/topology-builder.h"
#include "model/graph/topology-generators.h"

#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-static-routing-helper.h"
#include "ns3/ipv4.h"
#include "ns3/output-stream-wrapper.h"
#include "ns3/packet-sink-helper.h"
#include "ns3/packet-sink.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/simulator.h"
#include "ns3/udp-echo-helper.h"
#include "ns3/uinteger.h"

#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sstream>

namespace ns3
{
namespace conntrack
{
namespace test
{
namespace
{

class TopologyBuilderTest : public ::testing::Test
{
  protected:
    ~TopologyBuilderTest() override
    {
        Simulator::Destroy();
    }

    static Topology FromDot(const std::string& text)
    {
        return ToTopology(ParseDot(text, "f"));
    }

    /// Answers of a server that a client gets to ten requests, one a second.
    uint32_t Echo(Ptr<Node> client, Ptr<Node> server, Ipv4Address address)
    {
        UdpEchoServerHelper(7).Install(server).Start(Seconds(0));
        UdpEchoClientHelper requests(address, 7);
        requests.SetAttribute("MaxPackets", UintegerValue(10));
        const auto application = requests.Install(client).Get(0);
        application->SetStartTime(Seconds(1));
        uint32_t answers = 0;
        application->TraceConnectWithoutContext(
            "Rx",
            Callback<void, Ptr<const Packet>>([&](Ptr<const Packet>) { ++answers; }));
        Simulator::Stop(Seconds(20));
        Simulator::Run();
        return answers;
    }
};

TEST_F(TopologyBuilderTest, RoutersHaveAddressesAndReachEachOther)
{
    const Topology topology = MakeWaxman({30, 0.4, 0.3, 1});
    const TopologyNetwork network = TopologyBuilder().Build(topology);
    EXPECT_EQ(network.nodes.GetN(), 30U);
    EXPECT_EQ(network.addresses[29], Ipv4Address("10.0.29.1"));
    EXPECT_EQ(network.links.size(), topology.GetLinks().size());
    EXPECT_EQ(Echo(network.nodes.Get(0), network.nodes.Get(29), network.addresses[29]), 10U);
}

TEST_F(TopologyBuilderTest, DevicesComeInTheOrderOfLinks)
{
    const TopologyNetwork network = TopologyBuilder().Build(FromDot("graph { a -- b -- c -- a }"));
    const Ptr<Node> b = network.nodes.Get(1);
    EXPECT_EQ(network.links[0].Get(1), b->GetDevice(1)); // 0 is the loopback device
    EXPECT_EQ(network.links[1].Get(0), b->GetDevice(2));
    EXPECT_EQ(b->GetObject<Ipv4>()->GetAddress(2, 0).GetLocal(), Ipv4Address("172.16.0.5"));
}

TEST_F(TopologyBuilderTest, HostsBeneathARouterAreReached)
{
    const TopologyNetwork network = TopologyBuilder().Build(MakeTree(2, 3));
    const auto attach = [&](uint32_t router, const std::string& prefix) {
        const Ptr<Node> host = CreateObject<Node>();
        InternetStackHelper stack;
        stack.SetIpv6StackInstall(false);
        stack.Install(host);
        const auto devices = PointToPointHelper().Install(network.nodes.Get(router), host);
        for (const uint32_t end : {0, 1})
        {
            const auto ipv4 = devices.Get(end)->GetNode()->GetObject<Ipv4>();
            const uint32_t interface = ipv4->AddInterface(devices.Get(end));
            const std::string address = prefix + std::to_string(2 + end);
            ipv4->AddAddress(interface,
                             Ipv4InterfaceAddress(address.c_str(), Ipv4Mask("255.255.255.0")));
            ipv4->SetUp(interface);
        }
        Ipv4StaticRoutingHelper()
            .GetStaticRouting(host->GetObject<Ipv4>())
            ->SetDefaultRoute((prefix + "2").c_str(), 1);
        return host;
    };
    const Ptr<Node> client = attach(7, "10.0.7.");
    const Ptr<Node> server = attach(14, "10.0.14.");
    NetfilterHelper().Install(network.nodes);
    EXPECT_EQ(Echo(client, server, "10.0.14.3"), 10U);
    EXPECT_EQ(network.nodes.Get(0)->GetObject<Conntrack>()->GetConnections().Size(), 1U);
}

TEST_F(TopologyBuilderTest, LinkThatIsDownHasNoRoute)
{
    const TopologyNetwork network = TopologyBuilder().Build(FromDot("graph { a -- b -- c }"));
    Simulator::Schedule(Seconds(5.5), [&] { network.nodes.Get(1)->GetObject<Ipv4>()->SetDown(2); });
    EXPECT_EQ(Echo(network.nodes.Get(0), network.nodes.Get(2), network.addresses[2]), 5U);
}

TEST_F(TopologyBuilderTest, TableIsPrinted)
{
    const TopologyNetwork network = TopologyBuilder().Build(FromDot("graph { a -- b -- c }"));
    std::ostringstream text;
    int16_t priority = 0;
    DynamicCast<Ipv4ListRouting>(network.nodes.Get(0)->GetObject<Ipv4>()->GetRoutingProtocol())
        ->GetRoutingProtocol(0, priority)
        ->PrintRoutingTable(Create<OutputStreamWrapper>(&text));
    EXPECT_EQ(text.str(), "10.0.1.1/24 via 172.16.0.2\n10.0.2.1/24 via 172.16.0.2\n");
}

TEST_F(TopologyBuilderTest, WhatCannotBeBuiltIsRefused)
{
    const auto what = [](const std::function<void(TopologyBuilder&)>& act) {
        try
        {
            TopologyBuilder builder;
            act(builder);
        }
        catch (const GraphError& error)
        {
            return std::string(error.what());
        }
        return std::string("built");
    };
    EXPECT_EQ(what([](TopologyBuilder& builder) { builder.Build(FromDot("graph { a; b }")); }),
              "The topology is in 2 parts: there is no way from 'a' to 'b'");
    EXPECT_EQ(what([](TopologyBuilder& builder) { builder.Build(Topology()); }),
              "The topology has no routers");
    EXPECT_EQ(what([](TopologyBuilder& builder) { builder.SetRouterNetworks("10.0.0.0", 31); }),
              "A router's prefix has 8 to 30 bits, not 31");
    EXPECT_EQ(what([](TopologyBuilder& builder) { builder.SetRouterNetworks("10.0.0.1", 24); }),
              "10.0.0.1 is no network of 24 bits");
    EXPECT_EQ(what([](TopologyBuilder& builder) { builder.SetLinkNetworks("172.16.0.1"); }),
              "172.16.0.1 is no network of 30 bits");
    EXPECT_EQ(what([](TopologyBuilder& builder) {
                  builder.SetLinkNetworks("10.0.1.0");
                  builder.Build(MakeTree(2, 1));
              }),
              "The networks of 3 routers and those of the links overlap");
    EXPECT_EQ(what([](TopologyBuilder& builder) {
                  builder.SetRouterNetworks("10.0.0.0", 8);
                  builder.Build(MakeTree(1, 300));
              }),
              "There are not enough IPv4 addresses for 301 routers and 300 links");
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
