/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

/**
 * @file
 * Two hundred FTP clients at home behind one masquerading router, half of them in active mode.
 *
 *     200 clients --- LAN --- router (masquerade, helper ftp) --- server
 *
 * With the NAT helper every transfer completes: it writes the router's address into PORT, and sends
 * the server's connection to the client that asked. --nat-helper=false takes it away, as on a
 * kernel without the module nf_nat_ftp: the server is told addresses that it cannot reach, and
 * refuses them; and where two clients announce the same port, the router drops the second PORT.
 * Passive mode works either way.
 */

#include "helper/ftp-helper.h"
#include "helper/netfilter-helper.h"
#include "model/app/ftp-client.h"
#include "model/ruleset/ready-made.h"

#include "ns3/core-module.h"
#include "ns3/csma-module.h"
#include "ns3/internet-module.h"
#include "ns3/network-module.h"
#include "ns3/point-to-point-module.h"

#include <iostream>
#include <map>

using namespace ns3;
using namespace ns3::conntrack;

namespace
{

/// How many transfers ended how, by mode.
std::map<std::string, uint32_t> g_ends;

void
OnTransfer(const FtpTransfer& transfer)
{
    ++g_ends[std::string(ToString(transfer.mode)) + " " + ToString(transfer.outcome)];
}

} // namespace

int
main(int argc, char* argv[])
{
    uint32_t clients = 200;
    bool natHelper = true;
    CommandLine cmd(__FILE__);
    cmd.AddValue("clients", "How many there are at home, at most 250", clients);
    cmd.AddValue("nat-helper", "Whether the router has FTP's NAT helper", natHelper);
    cmd.Parse(argc, argv);

    NodeContainer home(clients);
    Ptr<Node> router = CreateObject<Node>();
    Ptr<Node> server = CreateObject<Node>();
    InternetStackHelper stack;
    stack.SetIpv6StackInstall(false);
    stack.Install(NodeContainer(home, router, server));
    NodeContainer lan(router);
    lan.Add(home);
    CsmaHelper csma;
    csma.SetChannelAttribute("DataRate", StringValue("1Gbps"));
    PointToPointHelper link;
    link.SetDeviceAttribute("DataRate", StringValue("100Mbps"));
    link.SetChannelAttribute("Delay", TimeValue(MilliSeconds(5)));
    Ipv4AddressHelper("192.168.1.0", "255.255.255.0").Assign(csma.Install(lan));
    const Ipv4Address address = Ipv4AddressHelper("203.0.113.0", "255.255.255.0")
                                    .Assign(link.Install(router, server))
                                    .GetAddress(1);
    Ipv4StaticRoutingHelper routing;
    for (uint32_t i = 0; i < clients; ++i)
    {
        routing.GetStaticRouting(home.Get(i)->GetObject<Ipv4>())->SetDefaultRoute("192.168.1.1", 1);
    }

    StatefulFirewall rules;
    rules.inside = "eth1";
    rules.outside = "eth2";
    rules.masquerades = true;
    rules.helpers = {{"ftp", protocol::TCP, 21}};
    NetfilterHelper netfilter;
    netfilter.SetRuleset(ToJson(rules));
    Ptr<Conntrack> conntrack = netfilter.Install(router);
    if (!natHelper)
    {
        Ptr<HelperRegistry> helpers = conntrack->GetHelpers();
        helpers->UnregisterNat(helpers->FindNat("ip_nat_ftp"));
    }

    FtpServerHelper().Install(server).Start(Seconds(0));
    Ptr<UniformRandomVariable> arrival = CreateObject<UniformRandomVariable>();
    arrival->SetAttribute("Max", DoubleValue(60));
    for (uint32_t i = 0; i < clients; ++i)
    {
        FtpClientHelper client(address);
        client.SetAttribute("Mode", StringValue(i % 2 == 0 ? "Active" : "Passive"));
        client.SetAttribute("Transfers", StringValue("ns3::ConstantRandomVariable[Constant=2]"));
        client.SetAttribute("FileSize", StringValue("ns3::ExponentialRandomVariable[Mean=20000]"));
        client.SetAttribute("Pause", StringValue("ns3::ExponentialRandomVariable[Mean=5]"));
        ApplicationContainer applications = client.Install(home.Get(i));
        applications.Start(Seconds(1 + arrival->GetValue()));
        applications.Get(0)->TraceConnectWithoutContext(
            "Transfer",
            Callback<void, const FtpTransfer&>(&OnTransfer));
    }
    Simulator::Stop(Seconds(300));
    Simulator::Run();
    const Statistics statistics = conntrack->GetStatistics();
    Simulator::Destroy();

    for (const auto& [end, count] : g_ends)
    {
        std::cout << end << ": " << count << "\n";
    }
    std::cout << "expectations made " << statistics.expectCreate << ", used "
              << statistics.expectNew << "\n";
}
