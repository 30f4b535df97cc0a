/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

/**
 * @file
 * A simulated phone behind a simulated NAT router, in real time, whose other side is a TAP device.
 *
 *     phone 10.1.0.2 --- router with Conntrack --- TAP device, 10.2.0.0/24: a real SIP program
 *
 * What leaves is masqueraded, port 5060 of the router is forwarded to the phone, and nothing else
 * may pass that is not established or expected, from the inside neither: media need SIP's helper.
 * test/live/run-live.py makes the device, hands over its file descriptor and runs sipp there. When
 * all calls have ended, and the connections of their media have expired, it prints one line of
 * JSON: how many ended how, their media, and what is left in the tables.
 */

#include "helper/netfilter-helper.h"
#include "helper/sip-helper.h"
#include "model/app/sip/sip-user-agent.h"
#include "model/ruleset/ready-made.h"

#include "ns3/core-module.h"
#include "ns3/fd-net-device-module.h"
#include "ns3/internet-module.h"
#include "ns3/network-module.h"
#include "ns3/point-to-point-module.h"

#include <iostream>
#include <map>
#include <set>
#include <utility>

using namespace ns3;
using namespace ns3::conntrack;

namespace
{

constexpr uint16_t SIP_PORT = 5060;  // RFC 3261 19.1.2
constexpr int64_t MEDIA_TIMEOUT = 5; // seconds; Linux's 120 s would be waited for in real time

uint32_t g_calls = 100;
uint32_t g_ended = 0;
uint32_t g_heard = 0; ///< calls that media came of
uint64_t g_sent = 0;
uint64_t g_received = 0;
std::map<std::string, uint32_t> g_fates;
std::set<std::pair<uint16_t, uint16_t>> g_streams; ///< ports of the router, and of who hears them
uint32_t g_untranslated = 0;                       ///< packets that left with an inside address

void
OnCall(const SipCallRecord& call)
{
    ++g_fates[ToString(call.fate)];
    g_heard += call.media.received > 0 ? 1 : 0;
    g_sent += call.media.sent;
    g_received += call.media.received;
    if (++g_ended == g_calls)
    {
        Simulator::Stop(Seconds(MEDIA_TIMEOUT + 3)); // the last response is on its way
    }
}

/// What the router sends.
void
OnSent(Ptr<const Packet> packet, Ptr<Ipv4> ipv4, uint32_t interface)
{
    Ptr<Packet> copy = packet->Copy();
    Ipv4Header header;
    UdpHeader udp;
    if (interface != 2 || copy->RemoveHeader(header) == 0)
    {
        return;
    }
    if (header.GetSource() != ipv4->GetAddress(interface, 0).GetLocal())
    {
        ++g_untranslated;
    }
    else if (header.GetProtocol() == UdpL4Protocol::PROT_NUMBER && copy->PeekHeader(udp) > 0 &&
             udp.GetDestinationPort() != SIP_PORT && udp.GetSourcePort() % 2 == 0) // odd: RTCP
    {
        g_streams.emplace(udp.GetSourcePort(), udp.GetDestinationPort());
    }
}

Ptr<NetDevice>
AddTap(Ptr<Node> node, int descriptor)
{
    Ptr<FdNetDevice> device = CreateObject<FdNetDevice>();
    device->SetAddress(Mac48Address::Allocate());
    device->SetEncapsulationMode(FdNetDevice::DIX);
    node->AddDevice(device);
    device->SetFileDescriptor(descriptor);
    return device;
}

} // namespace

int
main(int argc, char* argv[])
{
    int descriptor = -1;
    bool calls = false;
    double seconds = 120;
    std::string target = "sip:service@10.2.0.2";
    std::string interval = "0.24";
    std::string holding = "2";
    CommandLine cmd(__FILE__);
    cmd.AddValue("fd", "File descriptor of the TAP device", descriptor);
    cmd.AddValue("call", "Whether the phone calls; else it is called", calls);
    cmd.AddValue("calls", "How many calls", g_calls);
    cmd.AddValue("seconds", "Longest time; real", seconds);
    cmd.AddValue("target", "Whom it calls", target);
    cmd.AddValue("interval", "Seconds from one call to the next", interval);
    cmd.AddValue("holding", "Seconds that a call lasts", holding);
    cmd.Parse(argc, argv);
    if (descriptor < 0)
    {
        std::cerr << "sip-live: --fd is no file descriptor; test/live/run-live.py gives one\n";
        return 1;
    }

    GlobalValue::Bind("SimulatorImplementationType", StringValue("ns3::RealtimeSimulatorImpl"));
    GlobalValue::Bind("ChecksumEnabled", BooleanValue(true));
    NodeContainer nodes(2); // phone, router
    InternetStackHelper stack;
    stack.SetIpv6StackInstall(false);
    stack.Install(nodes);
    PointToPointHelper link;
    link.SetDeviceAttribute("DataRate", StringValue("1Gbps")); // ns-3's own is half a call's media
    Ipv4AddressHelper inside("10.1.0.0", "255.255.255.0");
    const NetDeviceContainer ends = link.Install(nodes.Get(1), nodes.Get(0));
    inside.Assign(ends); // the router is .1
    Ptr<NetDevice> tap = AddTap(nodes.Get(1), descriptor);
    Ipv4AddressHelper("10.2.0.0", "255.255.255.0").Assign(NetDeviceContainer(tap));
    Ipv4StaticRoutingHelper()
        .GetStaticRouting(nodes.Get(0)->GetObject<Ipv4>())
        ->SetDefaultRoute("10.1.0.1", 1);

    StatefulFirewall rules;
    rules.inside = "eth1";
    rules.outside = "eth2";
    rules.helpers = {{"sip", protocol::UDP, SIP_PORT}};
    rules.fromInside = {{protocol::UDP, SIP_PORT, 0}};
    rules.masquerades = true;
    rules.forwards = {{protocol::UDP, SIP_PORT, "10.1.0.2", 0}};
    NetfilterHelper netfilter;
    netfilter.SetRuleset(ToJson(rules));
    netfilter.SetAttribute("UdpTimeout", TimeValue(Seconds(MEDIA_TIMEOUT)));
    netfilter.SetAttribute("UdpTimeoutStream", TimeValue(Seconds(MEDIA_TIMEOUT)));
    Ptr<Conntrack> conntrack = netfilter.Install(nodes.Get(1));
    nodes.Get(1)->GetObject<Ipv4L3Protocol>()->TraceConnectWithoutContext("Tx",
                                                                          MakeCallback(&OnSent));

    SipUserAgentHelper phone("ada");
    phone.SetAttribute("MaxCalls", UintegerValue(200));
    phone.SetAttribute("AnswerDelay", StringValue("ns3::ConstantRandomVariable[Constant=0.02]"));
    phone.SetAttribute("HoldingTime",
                       StringValue("ns3::ConstantRandomVariable[Constant=" + holding + "]"));
    phone.SetAttribute("Interval",
                       StringValue("ns3::ConstantRandomVariable[Constant=" + interval + "]"));
    if (calls)
    {
        phone.SetAttribute("Targets", StringValue(target));
        phone.SetAttribute("Calls", UintegerValue(g_calls));
    }
    ApplicationContainer applications = phone.Install(nodes.Get(0));
    applications.Start(Seconds(1));
    applications.Get(0)->TraceConnectWithoutContext("Call",
                                                    Callback<void, const SipCallRecord&>(&OnCall));
    Simulator::Schedule(Seconds(0.5), [] { std::cout << "ready" << std::endl; });
    Simulator::Stop(Seconds(seconds));
    Simulator::Run();
    const auto used = DynamicCast<SipUserAgent>(applications.Get(0))->GetMediaPortsInUse();
    const Statistics statistics = conntrack->GetStatistics();
    const std::size_t expectations = conntrack->GetExpectations()->Size();
    const std::size_t connections = conntrack->GetConnections().Size();
    Simulator::Destroy();

    std::cout << R"({"ended": )" << g_ended << R"(, "heard": )" << g_heard << R"(, "sent": )"
              << g_sent << R"(, "received": )" << g_received << R"(, "streams": )"
              << g_streams.size() << R"(, "untranslated": )" << g_untranslated << R"(, "ports": )"
              << used << R"(, "expected": )" << statistics.expectNew << R"(, "expectations": )"
              << expectations << R"(, "connections": )" << connections << R"(, "fates": {)";
    const char* comma = "";
    for (const auto& [fate, count] : g_fates)
    {
        std::cout << comma << '"' << fate << R"(": )" << count;
        comma = ", ";
    }
    std::cout << "}}\n";
    return 0;
}
