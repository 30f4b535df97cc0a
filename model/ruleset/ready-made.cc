/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/ruleset/ready-made.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace ns3
{
namespace conntrack
{

namespace
{

using Json = nlohmann::ordered_json;

// Writes table "inet fw", part by part; handles count up as nft's do.
class FirewallWriter
{
  public:
    FirewallWriter()
    {
        m_parts.push_back({{"metainfo", {{"version", "1.0.6"}, {"json_schema_version", 1}}}});
        m_parts.push_back({{"table", {{"family", "inet"}, {"name", "fw"}, {"handle", 1}}}});
    }

    void AddHelper(const std::string& name, const HelperService& service)
    {
        m_parts.push_back({{"ct helper",
                            {{"family", "inet"},
                             {"name", name},
                             {"table", "fw"},
                             {"handle", ++m_handle},
                             {"type", service.helper},
                             {"protocol", ProtocolName(service.protocol)},
                             {"l3proto", "inet"}}}});
    }

    void AddChain(const char* name, const char* hook, int priority, const char* policy)
    {
        AddChain(name, "filter", hook, priority, policy);
    }

    void AddNatChain(const char* name, const char* hook, int priority)
    {
        AddChain(name, "nat", hook, priority, "accept");
    }

    void AddRule(const char* chain, Json statements)
    {
        m_parts.push_back({{"rule",
                            {{"family", "inet"},
                             {"table", "fw"},
                             {"chain", chain},
                             {"handle", ++m_handle},
                             {"expr", std::move(statements)}}}});
    }

    std::string Take() const
    {
        return Json{{"nftables", m_parts}}.dump(1);
    }

  private:
    void AddChain(const char* name,
                  const char* type,
                  const char* hook,
                  int priority,
                  const char* policy)
    {
        m_parts.push_back({{"chain",
                            {{"family", "inet"},
                             {"table", "fw"},
                             {"name", name},
                             {"handle", ++m_handle},
                             {"type", type},
                             {"hook", hook},
                             {"prio", priority},
                             {"policy", policy}}}});
    }

    Json m_parts = Json::array();
    int m_handle{1};
};

Json
Match(const char* op, Json left, Json right)
{
    return {{"match", {{"op", op}, {"left", std::move(left)}, {"right", std::move(right)}}}};
}

Json
MatchState(const char* state)
{
    return Match("in", {{"ct", {{"key", "state"}}}}, state);
}

Json
MatchPort(const Service& service)
{
    const Json left = {
        {"payload", {{"protocol", ProtocolName(service.protocol)}, {"field", "dport"}}}};
    if (service.last <= service.first)
    {
        return Match("==", left, service.first);
    }
    return Match("==", left, {{"range", Json::array({service.first, service.last})}});
}

const Json&
NewCounter()
{
    static const Json counter = {{"counter", {{"packets", 0}, {"bytes", 0}}}};
    return counter;
}

// Between two devices, of which either may be any.
Json
MatchDevices(const std::string& from, const std::string& to)
{
    Json statements = Json::array();
    if (!from.empty())
    {
        statements.push_back(Match("==", {{"meta", {{"key", "iifname"}}}}, from));
    }
    if (!to.empty())
    {
        statements.push_back(Match("==", {{"meta", {{"key", "oifname"}}}}, to));
    }
    statements.push_back(MatchState("new"));
    return statements;
}

void
AddServices(FirewallWriter& writer, const Json& devices, const std::vector<Service>& services)
{
    for (const Service& service : services)
    {
        Json statements = devices;
        statements.push_back(MatchPort(service));
        statements.push_back(NewCounter());
        statements.push_back({{"accept", nullptr}});
        writer.AddRule("forward", std::move(statements));
    }
}

// Where a helper's connections begin, before NAT: at its port, and at those forwarded to it.
std::vector<uint16_t>
PortsOf(const HelperService& service, const std::vector<PortForward>& forwards)
{
    std::vector<uint16_t> ports{service.port};
    for (const PortForward& forward : forwards)
    {
        if (forward.protocol == service.protocol && forward.serverPort == service.port &&
            std::find(ports.begin(), ports.end(), forward.port) == ports.end())
        {
            ports.push_back(forward.port);
        }
    }
    return ports;
}

// Chain "assign", which gives connections their helpers. Before dstnat: kernels without the
// profile's lateHelperIsShifted adjust no sequence numbers of a connection that got its helper
// after it was translated.
void
AddHelpers(FirewallWriter& writer,
           const std::vector<HelperService>& services,
           const std::vector<PortForward>& forwards)
{
    const auto nameOf = [](const HelperService& service) {
        return "h-" + service.helper + "-" + ProtocolName(service.protocol) + "-" +
               std::to_string(service.port);
    };
    for (const HelperService& service : services)
    {
        writer.AddHelper(nameOf(service), service);
    }
    writer.AddChain("assign", "prerouting", -150, "accept"); // nft(8): mangle
    for (const HelperService& service : services)
    {
        for (const uint16_t port : PortsOf(service, forwards))
        {
            writer.AddRule("assign",
                           Json::array({MatchPort({service.protocol, port, 0}),
                                        {{"ct helper", nameOf(service)}}}));
        }
    }
}

void
AddNat(FirewallWriter& writer, const StatefulFirewall& firewall)
{
    const auto atDevice = [&](const char* key) {
        return firewall.outside.empty()
                   ? Json::array()
                   : Json::array({Match("==", {{"meta", {{"key", key}}}}, firewall.outside)});
    };
    if (!firewall.forwards.empty())
    {
        writer.AddNatChain("dstnat", "prerouting", -100); // nft(8): dstnat
    }
    for (const PortForward& forward : firewall.forwards)
    {
        const bool ipv4 = forward.address.find(':') == std::string::npos;
        Json statements = atDevice("iifname");
        statements.push_back(MatchPort({forward.protocol, forward.port, 0}));
        statements.push_back(
            {{"dnat",
              {{"addr", forward.address},
               {"family", ipv4 ? "ip" : "ip6"},
               {"port", forward.serverPort == 0 ? forward.port : forward.serverPort}}}});
        writer.AddRule("dstnat", std::move(statements));
    }
    if (firewall.masquerades)
    {
        writer.AddNatChain("srcnat", "postrouting", 100); // nft(8): srcnat
        Json statements = atDevice("oifname");
        statements.push_back({{"masquerade", nullptr}});
        writer.AddRule("srcnat", std::move(statements));
    }
}

} // namespace

std::string
ToJson(const StatefulFirewall& firewall)
{
    FirewallWriter writer;
    std::vector<Service> fromInside = firewall.fromInside;
    for (const HelperService& service : firewall.helpers)
    {
        fromInside.push_back({service.protocol, service.port, 0});
    }
    AddHelpers(writer, firewall.helpers, firewall.forwards);
    writer.AddChain("forward", "forward", 0, "drop");
    for (const char* state : {"established", "related", "invalid"})
    {
        const char* verdict = std::string(state) == "invalid" ? "drop" : "accept";
        writer.AddRule("forward",
                       Json::array({MatchState(state), NewCounter(), {{verdict, nullptr}}}));
    }
    Json devices = MatchDevices(firewall.inside, firewall.outside);
    if (firewall.fromInside.empty())
    {
        devices.push_back(NewCounter());
        devices.push_back({{"accept", nullptr}});
        writer.AddRule("forward", std::move(devices));
    }
    else
    {
        AddServices(writer, devices, fromInside);
    }
    AddServices(writer, MatchDevices(firewall.outside, firewall.inside), firewall.fromOutside);
    if (!firewall.forwards.empty() || firewall.admitsTranslated)
    {
        writer.AddRule("forward",
                       Json::array({Match("in", {{"ct", {{"key", "status"}}}}, "dnat"),
                                    NewCounter(),
                                    {{"accept", nullptr}}}));
    }
    AddNat(writer, firewall);
    return writer.Take();
}

std::string
HelpersAlone(const std::vector<HelperService>& helpers)
{
    FirewallWriter writer;
    AddHelpers(writer, helpers, {});
    return writer.Take();
}

} // namespace conntrack
} // namespace ns3
