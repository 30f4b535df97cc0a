/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

/**
 * @file
 * Five hundred subscribers behind a carrier's NAT, a tenth of them busy: port use, refused
 * connections, and how long the logs are.
 *
 *     subscribers 100.64.0.0/16 --- carrier's router (CarrierGradeNat) --- internet
 *
 * Compare --allocation=None, Dynamic and Deterministic, block sizes and limits: a log of blocks is
 * far shorter than one of connections, and computed blocks need none; but small blocks refuse busy
 * subscribers, and large ones empty the pool.
 */

#include "helper/nat-log-recorder.h"
#include "helper/netfilter-helper.h"
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

/// A subscriber begins a connection: one packet. The next one comes after a random time.
void
BeginConnection(Ptr<Node> node, InetSocketAddress own, Ptr<ExponentialRandomVariable> pause)
{
    Ptr<Socket> socket = Socket::CreateSocket(node, UdpSocketFactory::GetTypeId());
    socket->Bind(own);
    socket->SendTo(Create<Packet>(100), 0, InetSocketAddress("198.51.100.2", 443));
    socket->Close();
    Simulator::Schedule(Seconds(pause->GetValue()), &BeginConnection, node, own, pause);
}

} // namespace

int
main(int argc, char* argv[])
{
    uint32_t subscribers = 500;
    std::string preset = "rfc4787";
    std::string allocation = "Dynamic";
    std::string inside = "100.64.0.0/23";
    std::string pool = "203.0.113.1-203.0.113.2";
    uint32_t blockSize = 64;
    uint32_t blocks = 4;
    std::string folder;
    CommandLine cmd(__FILE__);
    cmd.AddValue("subscribers", "How many there are, at most 60000", subscribers);
    cmd.AddValue("preset", "How the NAT behaves: 'full cone', 'symmetric', ...", preset);
    cmd.AddValue("allocation", "Port blocks: None, Dynamic or Deterministic", allocation);
    cmd.AddValue("inside", "Their network: for more than 500, or computed blocks", inside);
    cmd.AddValue("pool", "Outside addresses", pool);
    cmd.AddValue("block-size", "Ports of a block; 0, if deterministic: what there is", blockSize);
    cmd.AddValue("blocks", "Most dynamic blocks of a subscriber", blocks);
    cmd.AddValue("log", "A folder for the logs", folder);
    cmd.Parse(argc, argv);

    NodeContainer nodes(3); // all subscribers, the carrier's router, the internet
    InternetStackHelper().Install(nodes);
    PointToPointHelper link;
    link.SetDeviceAttribute("DataRate", StringValue("1Gbps"));
    Ipv4AddressHelper("100.64.0.0", "255.255.0.0").Assign(link.Install(nodes.Get(1), nodes.Get(0)));
    Ipv4AddressHelper("198.51.100.0", "255.255.255.0")
        .Assign(link.Install(nodes.Get(1), nodes.Get(2)));
    Ipv4StaticRoutingHelper()
        .GetStaticRouting(nodes.Get(0)->GetObject<Ipv4>())
        ->SetDefaultRoute("100.64.0.1", 1);

    Ptr<CarrierGradeNat> nat = CreateObject<CarrierGradeNat>();
    nat->SetPreset(preset);
    nat->SetAttribute(
        "InsideNetwork",
        StringValue("100.64.0.0-100.64." + std::to_string((subscribers + 2) / 256) + ".255"));
    nat->SetAttribute("OutsidePool", StringValue(pool));
    nat->SetAttribute("BlockAllocation", StringValue(allocation));
    nat->SetAttribute("BlockSize", UintegerValue(blockSize));
    nat->SetAttribute("BlocksPerSubscriber", UintegerValue(blocks));
    NatLogRecorder log(nat);
    if (!folder.empty())
    {
        log.WriteTo(folder);
    }
    StatefulFirewall rules;
    rules.inside = "eth1";
    rules.outside = "eth2";
    rules.masquerades = true;
    NetfilterHelper netfilter;
    netfilter.SetRuleset(ToJson(rules));
    netfilter.SetAttribute("CarrierGradeNat", PointerValue(nat));
    netfilter.Install(nodes.Get(1));

    for (uint32_t i = 0; i < subscribers; ++i)
    {
        const Ipv4Address address(Ipv4Address("100.64.0.3").Get() + i);
        nodes.Get(0)->GetObject<Ipv4>()->AddAddress(1, {address, "255.255.0.0"});
        Ptr<ExponentialRandomVariable> pause = CreateObject<ExponentialRandomVariable>();
        pause->SetAttribute("Mean", DoubleValue(i % 10 == 0 ? 1 : 20)); // seconds
        Simulator::Schedule(Seconds(pause->GetValue()),
                            &BeginConnection,
                            nodes.Get(0),
                            InetSocketAddress(address, 0),
                            pause);
    }
    Simulator::Stop(Minutes(10));
    Simulator::Run();
    Simulator::Destroy();

    const CarrierGradeStatistics& counts = nat->GetStatistics();
    std::cout << "connections " << counts.sessionsCreated << ", refused: " << counts.quotaExceeded
              << " by the subscriber's limit, " << counts.portsExhausted
              << " by the pool\nat once at most: " << counts.mostMappings << " ports, "
              << counts.mostBlocks << " blocks\n";
    for (const auto& [kind, name] : {std::pair(NatLogKind::Sessions, "connections"),
                                     {NatLogKind::Mappings, "mappings"},
                                     {NatLogKind::Blocks, "blocks"}})
    {
        const NatLogVolume& volume = log.GetVolume(kind);
        std::cout << "log of " << name << ": " << volume.records << " lines, " << volume.textBytes
                  << " bytes\n";
    }
}
