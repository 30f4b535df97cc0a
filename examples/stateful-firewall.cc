/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

// A client behind a router with a stateful firewall: what it begins passes, nothing else does.
#include "helper/netfilter-helper.h"
#include "model/report/conntrack-text.h"
#include "model/ruleset/ready-made.h"

#include "ns3/core-module.h"
#include "ns3/internet-module.h"
#include "ns3/network-module.h"
#include "ns3/point-to-point-module.h"
#include "ns3/udp-echo-helper.h"

#include <iostream>

using namespace ns3;
using namespace ns3::conntrack;

int
main()
{
    NodeContainer nodes(3); // client, router, server
    InternetStackHelper().Install(nodes);
    PointToPointHelper link;
    Ipv4AddressHelper inside("10.1.0.0", "255.255.255.0");
    Ipv4AddressHelper outside("10.2.0.0", "255.255.255.0");
    inside.Assign(link.Install(nodes.Get(0), nodes.Get(1)));
    auto server = outside.Assign(link.Install(nodes.Get(1), nodes.Get(2))).GetAddress(1);
    Ipv4GlobalRoutingHelper::PopulateRoutingTables();

    StatefulFirewall rules; // devices are ethN by their index, the loopback device being 0
    rules.inside = "eth1";
    rules.outside = "eth2";
    NetfilterHelper netfilter;
    netfilter.SetAttribute("Acct", BooleanValue(true)); // sysctl nf_conntrack_acct
    netfilter.SetRuleset(ToJson(rules));
    Ptr<Conntrack> conntrack = netfilter.Install(nodes.Get(1));
    conntrack->TraceConnectWithoutContext(
        "Connection",
        Callback<void, const ConnectionNotice&>(
            [](const ConnectionNotice& notice) { std::cout << EventLine(notice, {}) << "\n"; }));

    UdpEchoServerHelper(7).Install(nodes.Get(2)).Start(Seconds(0));
    UdpEchoClientHelper(server, 7).Install(nodes.Get(0)).Start(Seconds(1));
    Simulator::Stop(Seconds(300));
    Simulator::Run();
    Simulator::Destroy();
}
