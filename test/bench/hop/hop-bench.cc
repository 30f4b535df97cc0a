/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

// One measurement of a router's hop: traffic from a generator crosses a router, or a chain of
// them, each with or without a Conntrack. test/run-bench.py runs it under callgrind, which counts
// the instructions; by itself it prints the time a packet takes. --help lists what can be chosen.
#include "helper/netfilter-helper.h"
#include "model/ruleset/ready-made.h"
#include "test/bench/hop/traffic.h"

#include "ns3/core-module.h"
#include "ns3/internet-module.h"
#include "ns3/network-module.h"
#include "ns3/point-to-point-module.h"
#include "ns3/traffic-control-helper.h"

#include <array>
#include <chrono>
#include <iostream>
#include <string>

namespace
{

using namespace ns3;
using namespace ns3::conntrack;
using Clock = std::chrono::steady_clock;

constexpr uint16_t IPV4 = 0x0800; // EtherTypes
constexpr uint16_t IPV6 = 0x86dd;
constexpr uint32_t NETWORKS_V4 = 0xc0000200; // RFC 5737: 192.0.2.0/24, of the routers' links

constexpr uint32_t WAITING_EVENTS = 63;

// What leaves by the second device gets the router's address.
constexpr const char* MASQUERADE = R"({"nftables": [
    {"table": {"family": "ip", "name": "nat"}},
    {"chain": {"family": "ip", "table": "nat", "name": "out", "type": "nat",
               "hook": "postrouting", "prio": 100, "policy": "accept"}},
    {"rule": {"family": "ip", "table": "nat", "chain": "out", "expr": [
        {"match": {"op": "==", "left": {"meta": {"key": "oifname"}}, "right": "eth2"}},
        {"masquerade": null}]}}]})";

/// What is measured.
struct Choice
{
    std::string traffic{"udp"};      ///< a name of MakeTraffic
    std::string conntrack{"absent"}; ///< absent, idle, tracking, firewall or nat
    uint32_t ipVersion{4};
    uint32_t routers{1};
    uint32_t connections{1};
    uint32_t packets{1000};
    uint32_t spacing{10000}; ///< nanoseconds from one packet to the next
};

/// A Conntrack on each router, as chosen.
ConntrackContainer
InstallConntrack(const Choice& choice, const NodeContainer& routers)
{
    if (choice.conntrack == "absent")
    {
        return {};
    }
    NetfilterHelper netfilter;
    netfilter.SetFirstStream(1);
    // Without rules it is the port that gives a connection its helper, as in kernels before 6.0.
    netfilter.SetAttribute("Helper", BooleanValue(choice.conntrack == "tracking"));
    netfilter.SetAttribute("Max", UintegerValue(0));
    netfilter.SetAttribute("TrackingOnDemand", BooleanValue(choice.conntrack == "idle"));
    StatefulFirewall rules; // devices: 0 is the loopback device
    rules.inside = "eth1";
    rules.outside = "eth2";
    rules.helpers = {{"ftp", protocol::TCP, FTP_PORT}};
    rules.fromInside = {{protocol::UDP, SERVER_PORT, 0}, {protocol::TCP, SERVER_PORT, 0}};
    if (choice.conntrack == "firewall")
    {
        netfilter.SetRuleset(ToJson(rules));
    }
    if (choice.conntrack == "nat")
    {
        netfilter.SetRuleset(MASQUERADE);
    }
    return netfilter.Install(routers);
}

/// Addresses and routes: devices towards the client have index 1, those towards the server 2. No
/// link needs ARP, so the two ends have no IP stack.
void
SetUpRouters(const NodeContainer& routers)
{
    for (auto router = routers.Begin(); router != routers.End(); ++router)
    {
        Ptr<Ipv4> ipv4 = (*router)->GetObject<Ipv4>();
        Ptr<Ipv6> ipv6 = (*router)->GetObject<Ipv6>();
        ipv6->SetAttribute("IpForward", BooleanValue(true));
        for (const uint32_t index : {1, 2})
        {
            TrafficControlHelper::Default().Install((*router)->GetDevice(index));
            const uint32_t interface = ipv4->AddInterface((*router)->GetDevice(index));
            ipv4->AddAddress(interface, {Ipv4Address(NETWORKS_V4 + 1 + index), Ipv4Mask("/30")});
            ipv4->SetUp(interface);
            const uint32_t interface6 = ipv6->AddInterface((*router)->GetDevice(index));
            ipv6->SetUp(interface6);
            ipv6->SetForwarding(interface6, true);
        }
        auto routes = Ipv4StaticRoutingHelper().GetStaticRouting(ipv4);
        routes->AddNetworkRouteTo(CLIENTS_V4, "255.0.0.0", 1);
        routes->AddNetworkRouteTo(SERVERS_V4, "255.255.0.0", 2);
        auto routes6 = Ipv6StaticRoutingHelper().GetStaticRouting(ipv6);
        routes6->AddNetworkRouteTo(CLIENTS_V6, Ipv6Prefix(32), 1);
        routes6->AddNetworkRouteTo(SERVERS_V6, Ipv6Prefix(32), 2);
    }
}

/// Sends one packet after the other from the ends of the chain, and counts what gets across.
class Generator
{
  public:
    Generator(const Choice& choice, Ptr<NetDevice> client, Ptr<NetDevice> server)
        : m_traffic(MakeTraffic(choice.traffic,
                                choice.ipVersion,
                                choice.connections,
                                choice.conntrack == "nat" ? NETWORKS_V4 + 3 : 0)),
          m_ends{client, server},
          m_spacing(NanoSeconds(choice.spacing)),
          m_protocol(choice.ipVersion == 4 ? IPV4 : IPV6),
          m_counted(choice.packets)
    {
        NS_ABORT_MSG_UNLESS(m_traffic, "There is no traffic called " << choice.traffic);
        for (const Ptr<NetDevice>& end : m_ends)
        {
            end->GetNode()->RegisterProtocolHandler(MakeCallback(&Generator::Receive, this),
                                                    m_protocol,
                                                    end);
        }
    }

    /// Begin each connection, then send the packets that count.
    void Run()
    {
        // Any simulation has events that wait. With none, one more (the tables' timer) would make
        // ns-3's scheduler take 200 instructions more a packet.
        for (uint32_t i = 0; i < WAITING_EVENTS; ++i)
        {
            Simulator::Schedule(Days(1) + Seconds(i), [] {});
        }
        m_left = m_traffic->CountOfOpening() + m_counted;
        Simulator::Schedule(Seconds(1), &Generator::SendNext, this);
        Simulator::Run();
        const auto took = std::chrono::duration<double, std::nano>(Clock::now() - m_begin);
        m_nanosecondsAPacket = took.count() / m_counted;
    }

    uint32_t Sent() const
    {
        return m_sent;
    }

    uint32_t Received() const
    {
        return m_received;
    }

    /// @return what a packet took, without those that begin the connections
    double NanosecondsAPacket() const
    {
        return m_nanosecondsAPacket;
    }

  private:
    void SendNext()
    {
        if (m_left == m_counted)
        {
            m_begin = Clock::now();
        }
        Direction direction;
        Ptr<Packet> packet = m_traffic->Next(direction);
        Ptr<NetDevice> end = m_ends[Index(direction)];
        end->Send(packet, end->GetBroadcast(), m_protocol);
        ++m_sent;
        if (--m_left > 0)
        {
            Simulator::Schedule(m_spacing, &Generator::SendNext, this);
        }
        else
        {
            Simulator::Stop(MilliSeconds(1)); // long after the last packet's arrival
        }
    }

    void Receive(Ptr<NetDevice>,
                 Ptr<const Packet> packet,
                 uint16_t,
                 const ns3::Address&,
                 const ns3::Address&,
                 NetDevice::PacketType)
    {
        uint8_t header[7]; // of IPv6 up to the next header's number
        packet->CopyData(header, sizeof(header));
        const bool isNoise = m_protocol == IPV6 && header[6] == protocol::ICMPV6;
        m_received += isNoise ? 0 : 1; // a router also looks for other routers
    }

    std::unique_ptr<Traffic> m_traffic;
    std::array<Ptr<NetDevice>, 2> m_ends; ///< by the direction that they send in
    Time m_spacing;
    uint16_t m_protocol;
    uint32_t m_counted;
    uint32_t m_left{0};
    uint32_t m_sent{0};
    uint32_t m_received{0};
    double m_nanosecondsAPacket{0};
    Clock::time_point m_begin;
};

} // namespace

int
main(int argc, char** argv)
{
    Choice choice;
    CommandLine line;
    line.AddValue("traffic", "udp, tcp, ftp (no commands) or ftp-port", choice.traffic);
    line.AddValue("conntrack", "absent, idle, tracking, firewall or nat (IPv4)", choice.conntrack);
    line.AddValue("ip", "4 or 6", choice.ipVersion);
    line.AddValue("routers", "in the chain", choice.routers);
    line.AddValue("connections", "that the packets belong to, in turn", choice.connections);
    line.AddValue("packets", "after those that begin the connections", choice.packets);
    line.AddValue("spacing", "ns from packet to packet", choice.spacing);
    line.Parse(argc, argv);

    NodeContainer nodes(choice.routers + 2); // client, routers, server
    NodeContainer routers;
    for (uint32_t i = 1; i <= choice.routers; ++i)
    {
        routers.Add(nodes.Get(i));
    }
    InternetStackHelper().Install(routers); // before the links: device 0 is the loopback device
    PointToPointHelper link;
    link.SetDeviceAttribute("DataRate", StringValue("100Gbps"));
    NetDeviceContainer devices;
    for (uint32_t i = 0; i <= choice.routers; ++i)
    {
        devices.Add(link.Install(nodes.Get(i), nodes.Get(i + 1)));
    }
    SetUpRouters(routers);
    const ConntrackContainer conntracks = InstallConntrack(choice, routers);

    Generator generator(choice, devices.Get(0), devices.Get(devices.GetN() - 1));
    generator.Run();
    std::cout << "sent " << generator.Sent() << ", received " << generator.Received()
              << ", connections "
              << (conntracks.empty() ? 0 : conntracks[0]->GetConnections().Size())
              << ", expectations made "
              << (conntracks.empty() ? 0 : conntracks[0]->GetStatistics().expectCreate)
              << ", ns a packet " << generator.NanosecondsAPacket() << std::endl;
    Simulator::Destroy();
    return 0;
}
