/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
// How long must a firewall remember a silent control connection? doc/tutorial.rst explains it all.
#include "helper/ftp-helper.h"
#include "helper/netfilter-helper.h"
#include "model/app/ftp-records.h"
#include "model/report/conntrack-text.h"
#include "model/report/names.h"
#include "model/ruleset/ready-made.h"

#include "ns3/core-module.h"
#include "ns3/internet-module.h"
#include "ns3/network-module.h"
#include "ns3/point-to-point-module.h"

#include <iostream>

using namespace ns3;
using namespace ns3::conntrack;

namespace
{

/// At a connection's end: its line, as conntrack -E prints it.
void
OnConnection(const ConnectionNotice& notice)
{
    if (notice.events & event::DESTROY)
    {
        std::cout << EventLine(notice, {}) << "\n";
    }
}

/// For each packet that goes no further.
void
OnDrop(const PacketNotice& notice)
{
    const PacketView& packet = notice.view;
    std::cout << Simulator::Now().GetSeconds() << " s: drop (" << NameOf(notice.drop) << ") of "
              << packet.Length() << " bytes from " << ToString(packet.Source(), packet.GetFamily())
              << "\n";
}

/// For each transfer that has ended, as the station sees it.
void
OnTransfer(const FtpTransfer& transfer)
{
    std::cout << transfer.end.GetSeconds() << " s: " << ToString(transfer.outcome) << ", "
              << transfer.bytes << " bytes, " << (transfer.end - transfer.begin).GetSeconds()
              << " s long\n";
}

} // namespace

int
main(int argc, char* argv[])
{
    Time memory = Seconds(300);
    CommandLine cmd(__FILE__);
    cmd.AddValue("memory", "How long the firewall remembers a silent TCP connection", memory);
    cmd.Parse(argc, argv);

    NodeContainer nodes(3); // station, router, archive
    InternetStackHelper().Install(nodes);
    PointToPointHelper radio;
    radio.SetDeviceAttribute("DataRate", StringValue("64kbps"));
    radio.SetChannelAttribute("Delay", TimeValue(MilliSeconds(250)));
    PointToPointHelper cable;
    cable.SetDeviceAttribute("DataRate", StringValue("10Mbps"));
    Ipv4AddressHelper inside("10.1.0.0", "255.255.255.0");
    Ipv4AddressHelper outside("10.2.0.0", "255.255.255.0");
    inside.Assign(radio.Install(nodes.Get(0), nodes.Get(1)));
    auto archive = outside.Assign(cable.Install(nodes.Get(1), nodes.Get(2))).GetAddress(1);
    Ipv4GlobalRoutingHelper::PopulateRoutingTables();

    StatefulFirewall rules; // devices are ethN by their index, the loopback device being 0
    rules.inside = "eth1";
    rules.outside = "eth2";
    rules.helpers = {{"ftp", protocol::TCP, 21}};
    NetfilterHelper netfilter;
    netfilter.SetAttribute("TcpTimeoutEstablished", TimeValue(memory));
    netfilter.SetAttribute("Acct", BooleanValue(true)); // count packets and bytes
    netfilter.SetRuleset(ToJson(rules));
    Ptr<Conntrack> conntrack = netfilter.Install(nodes.Get(1));
    conntrack->TraceConnectWithoutContext("Connection", MakeCallback(&OnConnection));
    conntrack->TraceConnectWithoutContext("Drop", MakeCallback(&OnDrop));

    FtpServerHelper().Install(nodes.Get(2));
    FtpClientHelper client(archive);
    client.SetAttribute("StoreShare", DoubleValue(1)); // it sends, and fetches nothing
    client.SetAttribute("FileSize", StringValue("ns3::ConstantRandomVariable[Constant=4000000]"));
    Ptr<Application> station = client.Install(nodes.Get(0)).Get(0);
    station->TraceConnectWithoutContext("Transfer", MakeCallback(&OnTransfer));

    Simulator::Stop(Seconds(620));
    Simulator::Run();
    Simulator::Destroy();
}
