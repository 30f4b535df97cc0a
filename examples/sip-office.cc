/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

/**
 * @file
 * A day of an office's phones behind a masquerading router, with a provider and its customers.
 *
 *     12 phones --- LAN --- router (masquerade, helper sip) --- provider, 6 customers
 *
 * The phones register from morning to evening; they call customers, and customers call them.
 * Signalling goes through the provider, media go directly. The router's helper writes its addresses
 * into the messages, so that calls complete both ways. Some fail: nobody answers, or all lines are
 * busy, or another phone has announced the same port for media and is still expected there: then
 * Linux drops the INVITE (test/corpus/corpus-sip/FACTS.md, nat-two).
 *
 *     --helper=false       customers reach nobody, and the office hears nobody: one-way calls
 *     --direct-media=true  media are expected from the provider, which sends none: no expectation
 *                          is used, and calls complete because the office's own media open the way
 *     --media-limit=N, --media-timeout=SECONDS   of the helper's expectations
 *
 * A folder given by --out gets calls.jsonl, a line a call, and samples.jsonl, a line a minute;
 * examples/office-day.py draws them.
 */

#include "helper/netfilter-helper.h"
#include "helper/sip-helper.h"
#include "model/app/sip/sip-user-agent.h"
#include "model/protocol/sip-protocol-helper.h"
#include "model/ruleset/ready-made.h"

#include "ns3/core-module.h"
#include "ns3/csma-module.h"
#include "ns3/internet-module.h"
#include "ns3/network-module.h"

#include <fstream>
#include <iostream>
#include <map>
#include <optional>

using namespace ns3;
using namespace ns3::conntrack;

namespace
{

constexpr const char* DOMAIN_NAME = "office.example";
constexpr double HOUR = 3600;
constexpr double MORNING = 8 * HOUR;
/// Who is in the office comes and goes within a quarter of an hour; customers call between.
constexpr double LATEST = HOUR / 4;

/// What the two ends tell of a call.
struct BothEnds
{
    std::optional<SipCallRecord> caller;
    std::optional<SipCallRecord> callee;
    bool fromOffice{false};
};

std::map<std::string, BothEnds> g_calls; ///< by Call-ID

void
OnCall(bool inOffice, const SipCallRecord& call)
{
    BothEnds& ends = g_calls[call.callId];
    (call.outgoing ? ends.caller : ends.callee) = call;
    ends.fromOffice = inOffice == call.outgoing;
}

/// @return "completed", "one-way", "silent" or "failed"
const char*
OutcomeOf(const BothEnds& ends)
{
    if (ends.caller->answered.IsZero())
    {
        return "failed";
    }
    const bool callerHeard = ends.caller->media.received > 0;
    const bool calleeHeard = ends.callee && ends.callee->media.received > 0;
    return callerHeard && calleeHeard   ? "completed"
           : callerHeard || calleeHeard ? "one-way"
                                        : "silent";
}

std::string
Exponential(double mean)
{
    return "ns3::ExponentialRandomVariable[Mean=" + std::to_string(mean) +
           "|Bound=" + std::to_string(10 * mean) + "]";
}

/// What phones in and out of the office have in common.
SipUserAgentHelper
MakePhone(const std::string& user, const ns3::Address& provider)
{
    SipUserAgentHelper phone(user, provider, DOMAIN_NAME);
    phone.SetAttribute("Calls", UintegerValue(0));
    phone.SetAttribute("HoldingTime", StringValue(Exponential(90)));
    phone.SetAttribute("AnswerDelay", StringValue(Exponential(6)));
    phone.SetAttribute("Patience", StringValue("ns3::ConstantRandomVariable[Constant=40]"));
    phone.SetAttribute("NoAnswerShare", DoubleValue(0.08));
    phone.SetAttribute("HoldShare", DoubleValue(0.1));
    return phone;
}

void
Install(const SipUserAgentHelper& phone, Ptr<Node> node, bool inOffice, double from, double to)
{
    ApplicationContainer applications = phone.Install(node);
    applications.Start(Seconds(from));
    applications.Stop(Seconds(to));
    applications.Get(0)->TraceConnectWithoutContext(
        "Call",
        Callback<void, const SipCallRecord&>(
            [inOffice](const SipCallRecord& call) { OnCall(inOffice, call); }));
}

/// @param name of users @param count of them @return their URIs
std::string
UsersOf(const std::string& name, uint32_t count)
{
    std::string users;
    for (uint32_t i = 0; i < count; ++i)
    {
        users += "sip:" + name + std::to_string(i) + "@" + DOMAIN_NAME + " ";
    }
    return users;
}

/// Let the helper of a router have other limits, before rules ask for it.
void
SetMediaPolicy(Ptr<HelperRegistry> registry, uint32_t limit, double seconds)
{
    registry->Release(registry->Acquire("sip", Family::Ipv4, protocol::UDP)); // loads the module
    Ptr<ProtocolHelper> helper = registry->FindByName("sip", Family::Ipv4, protocol::UDP);
    registry->Unregister(helper, 0);
    std::vector<ExpectationPolicy> policies = helper->GetPolicies();
    for (std::size_t i = 1; i < policies.size(); ++i) // class 0 is signalling
    {
        policies[i].maxExpected = limit;
        policies[i].timeout = static_cast<Nanos>(seconds * SECOND);
    }
    helper->SetPolicies(policies);
    registry->Register(helper);
}

void
Sample(Ptr<Conntrack> conntrack, std::ostream& samples)
{
    samples << R"({"t": )" << Simulator::Now().GetSeconds() << R"(, "expectations": )"
            << conntrack->GetExpectations()->Size() << R"(, "connections": )"
            << conntrack->GetConnections().Size() << "}\n";
    Simulator::Schedule(Seconds(60), [conntrack, &samples] { Sample(conntrack, samples); });
}

void
WriteCalls(std::ostream& out)
{
    for (const auto& [id, ends] : g_calls)
    {
        if (ends.caller) // else it was going on when the day ended
        {
            out << R"({"t": )" << ends.caller->begin.GetSeconds() << R"(, "end": )"
                << ends.caller->end.GetSeconds() << R"(, "from": ")"
                << (ends.fromOffice ? "office" : "customer") << R"(", "outcome": ")"
                << OutcomeOf(ends) << R"(", "fate": ")" << ToString(ends.caller->fate)
                << R"(", "code": )" << ends.caller->code << "}\n";
        }
    }
}

void
PrintSummary(const Statistics& statistics)
{
    std::map<std::string, uint32_t> counts;
    for (const auto& [id, ends] : g_calls)
    {
        if (ends.caller)
        {
            ++counts[std::string("from ") + (ends.fromOffice ? "office " : "customer ") +
                     OutcomeOf(ends)];
        }
    }
    for (const auto& [outcome, count] : counts)
    {
        std::cout << outcome << ": " << count << "\n";
    }
    std::cout << "expectations made " << statistics.expectCreate << ", used "
              << statistics.expectNew << "\n";
}

} // namespace

int
main(int argc, char* argv[])
{
    uint32_t phones = 12;
    uint32_t customers = 6;
    double hours = 10;
    bool helper = true;
    bool directMedia = false;
    uint32_t mediaLimit = 4;
    double mediaTimeout = 180;
    std::string out;
    CommandLine cmd(__FILE__);
    cmd.AddValue("phones", "How many are in the office, at most 200", phones);
    cmd.AddValue("customers", "How many there are outside, at most 200", customers);
    cmd.AddValue("hours", "How long the office is open, from eight in the morning", hours);
    cmd.AddValue("helper", "Whether the router has the helper sip", helper);
    cmd.AddValue("direct-media", "Module parameter sip_direct_media", directMedia);
    cmd.AddValue("media-limit", "Most expectations of media a connection", mediaLimit);
    cmd.AddValue("media-timeout", "How long one lives; seconds", mediaTimeout);
    cmd.AddValue("out", "Folder for calls.jsonl and samples.jsonl", out);
    cmd.Parse(argc, argv);
    Config::SetDefault("ns3::conntrack::SipProtocolHelper::DirectMedia", BooleanValue(directMedia));

    NodeContainer office(phones);
    NodeContainer outside(customers);
    Ptr<Node> router = CreateObject<Node>();
    Ptr<Node> provider = CreateObject<Node>();
    InternetStackHelper stack;
    stack.SetIpv6StackInstall(false);
    stack.Install(NodeContainer(office, outside, router, provider));
    CsmaHelper csma;
    csma.SetChannelAttribute("DataRate", StringValue("1Gbps"));
    NodeContainer lan(router);
    lan.Add(office);
    Ipv4AddressHelper("192.168.1.0", "255.255.255.0").Assign(csma.Install(lan));
    NodeContainer internet(router, provider);
    internet.Add(outside);
    const ns3::Address server = InetSocketAddress(Ipv4AddressHelper("203.0.113.0", "255.255.255.0")
                                                      .Assign(csma.Install(internet))
                                                      .GetAddress(1),
                                                  5060);
    Ipv4StaticRoutingHelper routing;
    for (uint32_t i = 0; i < phones; ++i)
    {
        routing.GetStaticRouting(office.Get(i)->GetObject<Ipv4>())
            ->SetDefaultRoute("192.168.1.1", 1);
    }

    StatefulFirewall rules;
    rules.inside = "eth1";
    rules.outside = "eth2";
    rules.masquerades = true;
    Ptr<Conntrack> conntrack = NetfilterHelper().Install(router);
    if (helper)
    {
        rules.helpers = {{"sip", protocol::UDP, 5060}};
        SetMediaPolicy(conntrack->GetHelpers(), mediaLimit, mediaTimeout);
    }
    conntrack->LoadRuleset(ToJson(rules));

    SipProxyHelper(DOMAIN_NAME).Install(provider).Start(Seconds(0));
    Ptr<UniformRandomVariable> late = CreateObject<UniformRandomVariable>();
    late->SetAttribute("Max", DoubleValue(LATEST));
    const double evening = MORNING + hours * HOUR;
    for (uint32_t i = 0; i < phones; ++i)
    {
        SipUserAgentHelper phone = MakePhone("desk" + std::to_string(i), server);
        phone.SetAttribute("Targets", StringValue(UsersOf("customer", customers)));
        phone.SetAttribute("Interval", StringValue(Exponential(2700)));
        Install(phone, office.Get(i), true, MORNING + late->GetValue(), evening - late->GetValue());
    }
    for (uint32_t i = 0; i < customers; ++i)
    {
        SipUserAgentHelper phone = MakePhone("customer" + std::to_string(i), server);
        phone.SetAttribute("Targets", StringValue(UsersOf("desk", phones)));
        phone.SetAttribute("Interval", StringValue(Exponential(3600)));
        phone.SetAttribute("MaxCalls", UintegerValue(3));
        Install(phone, outside.Get(i), false, MORNING + LATEST, evening - LATEST);
    }

    std::ofstream samples;
    std::ofstream calls;
    if (!out.empty())
    {
        samples.open(out + "/samples.jsonl");
        calls.open(out + "/calls.jsonl");
        NS_ABORT_MSG_UNLESS(samples && calls, "sip-office: nothing can be written into " << out);
        Simulator::Schedule(Seconds(MORNING - HOUR), [&] { Sample(conntrack, samples); });
    }
    Simulator::Stop(Seconds(evening + HOUR));
    Simulator::Run();
    const Statistics statistics = conntrack->GetStatistics();
    Simulator::Destroy();
    WriteCalls(calls);
    PrintSummary(statistics);
}
