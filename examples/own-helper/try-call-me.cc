/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

/**
 * @file
 * A program that only links the library of the helper call-me: its router has that helper.
 *
 * A client asks a server to be called, through a firewall that lets nothing else in; it prints the
 * router's events and the call.
 */

#include "helper/netfilter-helper.h"
#include "model/report/conntrack-text.h"
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

Ptr<Socket>
Bind(Ptr<Node> node, uint16_t port)
{
    Ptr<Socket> socket = Socket::CreateSocket(node, UdpSocketFactory::GetTypeId());
    socket->Bind(InetSocketAddress(Ipv4Address::GetAny(), port));
    return socket;
}

void
Say(Ptr<Socket> socket, const std::string& text, const ns3::Address& to)
{
    const auto* bytes = reinterpret_cast<const uint8_t*>(text.data());
    socket->SendTo(Create<Packet>(bytes, text.size()), 0, to);
}

} // namespace

int
main()
{
    NodeContainer nodes(3); // client, router, server
    InternetStackHelper().Install(nodes);
    PointToPointHelper link;
    Ipv4AddressHelper inside("10.1.0.0", "255.255.255.0");
    Ipv4AddressHelper outside("10.2.0.0", "255.255.255.0");
    const auto client = inside.Assign(link.Install(nodes.Get(0), nodes.Get(1))).GetAddress(0);
    const auto server = outside.Assign(link.Install(nodes.Get(1), nodes.Get(2))).GetAddress(1);
    Ipv4GlobalRoutingHelper::PopulateRoutingTables();

    StatefulFirewall rules;
    rules.inside = "eth1";
    rules.outside = "eth2";
    rules.helpers = {{"call-me", protocol::UDP, 7000}}; // by name, as any other
    NetfilterHelper netfilter;
    netfilter.SetRuleset(ToJson(rules));
    Ptr<Conntrack> conntrack = netfilter.Install(nodes.Get(1));
    conntrack->TraceConnectWithoutContext(
        "Expectation",
        Callback<void, const ExpectationNotice&>(
            [](const ExpectationNotice& notice) { std::cout << EventLine(notice, {}) << "\n"; }));

    Ptr<Socket> ear = Bind(nodes.Get(0), 9001);
    ear->SetRecvCallback(Callback<void, Ptr<Socket>>([](Ptr<Socket> socket) {
        std::cout << "called by a datagram of " << socket->Recv()->GetSize() << " bytes\n";
    }));
    Ptr<Socket> voice = Bind(nodes.Get(0), 0);
    Ptr<Socket> caller = Bind(nodes.Get(2), 7000);
    Simulator::Schedule(Seconds(1),
                        &Say,
                        voice,
                        "CALL ME AT 9001\n",
                        InetSocketAddress(server, 7000));
    Simulator::Schedule(Seconds(2), &Say, caller, "hello", InetSocketAddress(client, 9001));
    Simulator::Schedule(Seconds(3), &Say, caller, "stranger", InetSocketAddress(client, 9002));
    Simulator::Stop(Seconds(60));
    Simulator::Run();
    Simulator::Destroy();
}
