/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_TEST_SYSTEM_SIMULATION_FIXTURE_H
#define CONNTRACK_TEST_SYSTEM_SIMULATION_FIXTURE_H

#include "helper/netfilter-helper.h"
#include "model/report/conntrack-text.h"
#include "model/ruleset/ready-made.h"
#include "test/system/links.h"
#include "test/system/peers.h"
#include "test/unit/stack/rule-writer.h"

#include "ns3/boolean.h"
#include "ns3/config.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-address-helper.h"
#include "ns3/ipv4-static-routing-helper.h"
#include "ns3/ipv6-static-routing-helper.h"
#include "ns3/names.h"
#include "ns3/rng-seed-manager.h"
#include "ns3/string.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <vector>

/**
 * @file
 * A row of nodes with links between neighbors, and what a Conntrack on one of them tells.
 *
 * Layer: test.
 * Shape: link i joins nodes i and i+1 by 10.(i+1).0.0/24 and fd00:(i+1)::/64; the left node has
 * host number 1, the right one 2. A node's first link is its device eth1, the second eth2.
 */

namespace ns3
{
namespace conntrack
{
namespace test
{

/// @param range values @param value one @return how often it is in there
template <typename Range, typename Value>
std::size_t
CountOf(const Range& range, const Value& value)
{
    return static_cast<std::size_t>(std::count(range.begin(), range.end(), value));
}

/// A row of nodes; nothing of it is left afterwards.
class SimulationTest : public ::testing::Test
{
  protected:
    SimulationTest()
    {
        RngSeedManager::SetSeed(1);
        RngSeedManager::SetRun(1);
        Config::SetGlobal("ChecksumEnabled", BooleanValue(true));
    }

    ~SimulationTest() override
    {
        CleanUp();
        Config::Reset(); // ChecksumEnabled, and what a test made a default
    }

    /// End the simulation; another may begin.
    void CleanUp()
    {
        peers.clear();
        nodes = NodeContainer();
        Simulator::Destroy();
        Names::Clear();
    }

    /// @param count nodes @param kind links @param routing of IPv4; null: static routes are set
    /// @param routing6 of IPv6; null: the same
    void Build(uint32_t count,
               LinkKind kind = LinkKind::PointToPoint,
               const Ipv4RoutingHelper* routing = nullptr,
               const Ipv6RoutingHelper* routing6 = nullptr)
    {
        CreateNodes(count, routing, routing6);
        Connect(kind, routing == nullptr, routing6 == nullptr);
    }

    /// The first half of Build: nodes with stacks but without links.
    /// @param count nodes @param routing of IPv4; null: static @param routing6 of IPv6; null:
    /// static
    void CreateNodes(uint32_t count,
                     const Ipv4RoutingHelper* routing = nullptr,
                     const Ipv6RoutingHelper* routing6 = nullptr)
    {
        nodes.Create(count);
        InternetStackHelper stack;
        if (routing != nullptr)
        {
            stack.SetRoutingHelper(*routing);
        }
        if (routing6 != nullptr)
        {
            stack.SetRoutingHelper(*routing6);
        }
        stack.Install(nodes);
    }

    /// The second half of Build. @param kind links @param routes whether to set IPv4's
    /// @param routes6 whether to set IPv6's
    void Connect(LinkKind kind, bool routes = true, bool routes6 = true)
    {
        for (uint32_t link = 0; link + 1 < nodes.GetN(); ++link)
        {
            Join(link, kind);
        }
        for (uint32_t node = 0; node < nodes.GetN(); ++node)
        {
            for (uint32_t link = 0; link + 1 < nodes.GetN(); ++link)
            {
                AddRoute(node, link, routes, routes6);
            }
        }
    }

    /// @param node its number @param link one of its links @param version family @return address
    static std::string AddressOf(uint32_t node, uint32_t link, Ip version = Ip::V4)
    {
        const std::string net = std::to_string(link + 1);
        const std::string host = node == link ? "1" : "2";
        return version == Ip::V4 ? "10." + net + ".0." + host : "fd00:" + net + "::" + host;
    }

    /// @param version family @return the last node's address
    std::string ServerAddress(Ip version = Ip::V4) const
    {
        return AddressOf(nodes.GetN() - 1, nodes.GetN() - 2, version);
    }

    /// @param node where @param port its port @param version family @return a socket, kept here
    UdpPeer& AddUdp(uint32_t node, uint16_t port, Ip version = Ip::V4)
    {
        peers.push_back(std::make_unique<UdpPeer>(nodes.Get(node), port, version));
        return *peers.back();
    }

    /// @param node where @param rules if any @param helper with attributes @return its Conntrack
    Ptr<Conntrack> Install(uint32_t node,
                           const std::string& rules = "",
                           NetfilterHelper helper = {})
    {
        if (!rules.empty())
        {
            helper.SetRuleset(rules);
        }
        Ptr<Conntrack> conntrack = helper.Install(nodes.Get(node));
        Listen(conntrack);
        return conntrack;
    }

    /// @param when seconds @param action what happens then
    static void At(double when, std::function<void()> action)
    {
        Simulator::Schedule(Seconds(when), [action] { action(); });
    }

    /// @param until seconds
    static void Run(double until)
    {
        Simulator::Stop(Seconds(until));
        Simulator::Run();
    }

    /// @return rules of a firewall: eth1 may begin connections to eth2, not the other way
    static std::string Firewall()
    {
        StatefulFirewall firewall;
        firewall.inside = "eth1";
        firewall.outside = "eth2";
        return ToJson(firewall);
    }

    /// @param part of a line @param other another @return the event lines that contain both
    std::vector<std::string> EventsWith(const std::string& part,
                                        const std::string& other = "") const
    {
        std::vector<std::string> found;
        for (const std::string& line : events)
        {
            if (line.find(part) != std::string::npos && line.find(other) != std::string::npos)
            {
                found.push_back(line);
            }
        }
        return found;
    }

    /// @param device of a node @param address for it
    static void AddIpv4(Ptr<NetDevice> device, const std::string& address)
    {
        Ptr<Ipv4> ipv4 = device->GetNode()->GetObject<Ipv4>();
        const uint32_t interface = ipv4->AddInterface(device);
        ipv4->AddAddress(interface, Ipv4InterfaceAddress(address.c_str(), "255.255.255.0"));
        ipv4->SetUp(interface);
    }

    /// Ipv6AddressHelper would make addresses of the links' ones.
    /// @param device of a node @param address for it
    static void AddIpv6(Ptr<NetDevice> device, const std::string& address)
    {
        Ptr<Ipv6> ipv6 = device->GetNode()->GetObject<Ipv6>();
        const uint32_t interface = ipv6->AddInterface(device);
        ipv6->AddAddress(interface, Ipv6InterfaceAddress(address.c_str(), Ipv6Prefix(64)));
        ipv6->SetUp(interface);
        ipv6->SetForwarding(interface, true);
    }

    std::string linkRate{"10Mbps"}; ///< of point-to-point links
    NodeContainer nodes;
    std::vector<std::unique_ptr<UdpPeer>> peers;
    std::vector<std::string> events; ///< as conntrack -E prints them
    std::vector<Nanos> times;        ///< of events
    std::vector<DropReason> drops;
    std::vector<InvalidReason> invalids;
    std::vector<std::string> logs;

  private:
    void Join(uint32_t link, LinkKind kind)
    {
        // An access point is a node with an odd number: the router of three.
        const NetDeviceContainer devices =
            Link(kind, nodes.Get(link), nodes.Get(link + 1), link % 2, linkRate);
        const std::string net = "10." + std::to_string(link + 1) + ".0.0";
        Ipv4AddressHelper(net.c_str(), "255.255.255.0").Assign(devices);
        for (uint32_t end = 0; end < 2; ++end)
        {
            AddIpv6(devices.Get(end), AddressOf(link + end, link, Ip::V6));
        }
    }

    void AddRoute(uint32_t node, uint32_t link, bool ipv4, bool ipv6)
    {
        if (link == node || link + 1 == node)
        {
            return;
        }
        const uint32_t via = link > node ? node : node - 1;
        const uint32_t next = link > node ? node + 1 : node - 1;
        const uint32_t interface = link > node && node > 0 ? 2 : 1;
        const std::string net = std::to_string(link + 1);
        if (ipv4)
        {
            Ipv4StaticRoutingHelper()
                .GetStaticRouting(nodes.Get(node)->GetObject<Ipv4>())
                ->AddNetworkRouteTo(("10." + net + ".0.0").c_str(),
                                    "255.255.255.0",
                                    AddressOf(next, via).c_str(),
                                    interface);
        }
        if (ipv6)
        {
            Ipv6StaticRoutingHelper()
                .GetStaticRouting(nodes.Get(node)->GetObject<Ipv6>())
                ->AddNetworkRouteTo(("fd00:" + net + "::").c_str(),
                                    Ipv6Prefix(64),
                                    AddressOf(next, via, Ip::V6).c_str(),
                                    interface);
        }
    }

    void Listen(Ptr<Conntrack> conntrack)
    {
        conntrack->TraceConnectWithoutContext(
            "Connection",
            Callback<void, const ConnectionNotice&>(
                [this, profile = &conntrack->GetProfile()](const ConnectionNotice& notice) {
                    ReportContext context;
                    context.profile = profile;
                    events.push_back(EventLine(notice, context));
                    times.push_back(notice.now);
                }));
        conntrack->TraceConnectWithoutContext(
            "Drop",
            Callback<void, const PacketNotice&>(
                [this](const PacketNotice& notice) { drops.push_back(notice.drop); }));
        conntrack->TraceConnectWithoutContext(
            "Invalid",
            Callback<void, const PacketNotice&>(
                [this](const PacketNotice& notice) { invalids.push_back(notice.invalid); }));
        conntrack->TraceConnectWithoutContext(
            "Log",
            Callback<void, const std::string&>(
                [this](const std::string& line) { logs.push_back(line); }));
    }
};

} // namespace test
} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_TEST_SYSTEM_SIMULATION_FIXTURE_H
