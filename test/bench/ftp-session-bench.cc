/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

// Whole FTP sessions between ns-3's TCPs: what a router with conntrack and helper adds to them.
#include "helper/ftp-helper.h"
#include "helper/netfilter-helper.h"
#include "model/ruleset/ready-made.h"

#include "ns3/config.h"
#include "ns3/double.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-address-helper.h"
#include "ns3/ipv4-global-routing-helper.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

#include <benchmark/benchmark.h>

namespace ns3
{
namespace conntrack
{
namespace
{

constexpr uint32_t SESSIONS = 300;

/// What the router has.
enum Router
{
    PLAIN,
    TRACKING, ///< Conntrack without rules
    HELPER,   ///< firewall and FTP helper
};

void
InstallConntrack(Ptr<Node> router, Router kind)
{
    NetfilterHelper netfilter;
    if (kind == HELPER)
    {
        StatefulFirewall rules;
        rules.inside = "eth1";
        rules.outside = "eth2";
        rules.helpers = {{"ftp", protocol::TCP, 21}};
        netfilter.SetRuleset(ToJson(rules));
    }
    netfilter.Install(router);
}

/// Active mode, a file of 10,000 bytes a session.
void
RunSessions(Router kind)
{
    Config::SetDefault("ns3::TcpSocketBase::MaxSegLifetime", DoubleValue(1));
    NodeContainer nodes(3);
    InternetStackHelper().Install(nodes);
    PointToPointHelper link;
    link.SetDeviceAttribute("DataRate", StringValue("100Mbps"));
    Ipv4AddressHelper("10.1.0.0", "255.255.255.0").Assign(link.Install(nodes.Get(0), nodes.Get(1)));
    const auto server = Ipv4AddressHelper("10.2.0.0", "255.255.255.0")
                            .Assign(link.Install(nodes.Get(1), nodes.Get(2)))
                            .GetAddress(1);
    Ipv4GlobalRoutingHelper::PopulateRoutingTables();
    if (kind != PLAIN)
    {
        InstallConntrack(nodes.Get(1), kind);
    }
    FtpServerHelper().Install(nodes.Get(2));
    FtpClientHelper client(server);
    client.SetAttribute("Mode", StringValue("Active"));
    client.SetAttribute("Sessions", UintegerValue(SESSIONS));
    client.Install(nodes.Get(0)).Start(Seconds(1));
    Simulator::Stop(Seconds(SESSIONS * 2));
    Simulator::Run();
    Simulator::Destroy();
}

void
FtpSessions(benchmark::State& state)
{
    const auto kind = static_cast<Router>(state.range(0));
    for (auto _ : state)
    {
        RunSessions(kind);
    }
    state.SetItemsProcessed(state.iterations() * SESSIONS);
    state.SetLabel(kind == PLAIN      ? "plain ns-3"
                   : kind == TRACKING ? "conntrack"
                                      : "conntrack, firewall, helper");
}

BENCHMARK(FtpSessions)->Arg(PLAIN)->Arg(TRACKING)->Arg(HELPER)->Unit(benchmark::kMillisecond);

} // namespace
} // namespace conntrack
} // namespace ns3
