/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

/**
 * @file
 * FTP through two firewalls that differ in one thing: only one has the protocol helper.
 *
 *     ada --- router "with" (helper ftp) ---+
 *                                           +--- server
 *     bob --- router "without" -------------+
 *
 * Each client transfers files in active mode, where the server connects to the client, and then in
 * passive mode. The firewalls let pass what the inside begins; so the helper alone makes active
 * mode possible. --out=DIR keeps event files and captures; examples/life-lines.py draws them.
 */

#include "helper/event-recorder.h"
#include "helper/ftp-helper.h"
#include "helper/netfilter-helper.h"
#include "model/app/ftp-records.h"
#include "model/ruleset/ready-made.h"

#include "ns3/core-module.h"
#include "ns3/internet-module.h"
#include "ns3/network-module.h"
#include "ns3/point-to-point-module.h"

#include <iomanip>
#include <iostream>
#include <sstream>
#include <vector>

using namespace ns3;
using namespace ns3::conntrack;

namespace
{

/// Lines of the table that is printed at the end.
std::ostringstream g_transfers;

void
OnTransfer(const std::string& client, const FtpTransfer& transfer)
{
    g_transfers << std::left << std::setw(20) << client << std::setw(16) << ToString(transfer.mode)
                << std::setw(14) << ToString(transfer.outcome) << std::right << std::setw(8)
                << transfer.bytes << std::setw(9) << std::fixed << std::setprecision(2)
                << (transfer.end - transfer.begin).GetSeconds() << "\n";
}

/// Three files in one session.
void
AddClient(Ptr<Node> node, const std::string& name, Ipv4Address server, const char* mode, Time start)
{
    FtpClientHelper client(server);
    client.SetAttribute("Mode", StringValue(mode));
    client.SetAttribute("Transfers", StringValue("ns3::ConstantRandomVariable[Constant=3]"));
    client.SetAttribute("FileSize",
                        StringValue("ns3::UniformRandomVariable[Min=500000|Max=5000000]"));
    client.SetAttribute("Pause", StringValue("ns3::UniformRandomVariable[Min=5|Max=15]"));
    client.SetAttribute("DataTimeout", TimeValue(Seconds(20)));
    ApplicationContainer applications = client.Install(node);
    applications.Start(start);
    applications.Get(0)->TraceConnect("Transfer",
                                      name,
                                      Callback<void, std::string, const FtpTransfer&>(&OnTransfer));
}

} // namespace

int
main(int argc, char* argv[])
{
    std::string out;
    CommandLine cmd(__FILE__);
    cmd.AddValue("out", "An existing folder for event files and captures; empty: none", out);
    cmd.Parse(argc, argv);

    NodeContainer nodes(5); // ada, bob, router with, router without, server
    InternetStackHelper().Install(nodes);
    PointToPointHelper link;
    link.SetDeviceAttribute("DataRate", StringValue("10Mbps"));
    link.SetChannelAttribute("Delay", TimeValue(MilliSeconds(5)));
    Ipv4AddressHelper network("10.1.0.0", "255.255.255.0");
    for (const auto& [inside, router] : {std::pair(0, 2), std::pair(1, 3)})
    {
        network.Assign(link.Install(nodes.Get(inside), nodes.Get(router)));
        network.NewNetwork();
    }
    std::vector<Ipv4Address> servers; // the server's address behind each router
    for (const int router : {2, 3})
    {
        auto ends = network.Assign(link.Install(nodes.Get(router), nodes.Get(4)));
        servers.push_back(ends.GetAddress(1));
        network.NewNetwork();
    }
    Ipv4GlobalRoutingHelper::PopulateRoutingTables();

    StatefulFirewall rules;
    rules.inside = "eth1";
    rules.outside = "eth2";
    NetfilterHelper without;
    without.SetRuleset(ToJson(rules));
    rules.helpers = {{"ftp", protocol::TCP, 21}};
    NetfilterHelper with;
    with.SetRuleset(ToJson(rules));
    EventRecorder eventsWith(with.Install(nodes.Get(2)));
    EventRecorder eventsWithout(without.Install(nodes.Get(3)));
    eventsWith.PrintTo(std::cout, "with    ");
    eventsWithout.PrintTo(std::cout, "without ");
    if (!out.empty())
    {
        SystemPath::MakeDirectories(out + "/with-helper");
        SystemPath::MakeDirectories(out + "/without-helper");
        eventsWith.WriteTo(out + "/with-helper");
        eventsWithout.WriteTo(out + "/without-helper");
        link.EnablePcap(out + "/ftp-firewall", NodeContainer(nodes.Get(2), nodes.Get(3)));
    }

    FtpServerHelper server;
    server.SetAttribute("DataTimeout", TimeValue(Seconds(20)));
    server.Install(nodes.Get(4)).Start(Seconds(0));
    AddClient(nodes.Get(0), "ada (helper)", servers[0], "Active", Seconds(1));
    AddClient(nodes.Get(0), "ada (helper)", servers[0], "Passive", Seconds(120));
    AddClient(nodes.Get(1), "bob (no helper)", servers[1], "Active", Seconds(1));
    AddClient(nodes.Get(1), "bob (no helper)", servers[1], "Passive", Seconds(120));

    Simulator::Stop(Seconds(320));
    Simulator::Run();
    eventsWith.Finish();
    eventsWithout.Finish();
    Simulator::Destroy();

    std::cout << "\nclient              mode            outcome          bytes  seconds\n"
              << g_transfers.str();
}
