/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/ruleset/compile/object-compiler.h"

#include "model/ruleset/language/stateful-parser.h"

#include <initializer_list>

namespace ns3
{
namespace conntrack
{

namespace
{

constexpr uint64_t MAX_SECONDS = 3153600000U; // a hundred years

// The object without the members that only name it.
Json
WithoutName(const Json& body)
{
    Json rest = Json::object();
    for (const auto& [key, value] : body.items())
    {
        if (key != "family" && key != "name" && key != "table" && key != "handle" &&
            key != "comment")
        {
            rest[key] = value;
        }
    }
    return rest;
}

// nft's word for the family of an object: "ip", "ip6" or "inet"; by default its table's.
Family
ParseFamily(const Json& body, const TableScope& scope)
{
    const std::string family = TextOrEmpty(body, "l3proto");
    if (family == "ip" || (family.empty() && scope.family == TableFamily::Ip))
    {
        return Family::Ipv4;
    }
    if (family == "ip6" || (family.empty() && scope.family == TableFamily::Ip6))
    {
        return Family::Ipv6;
    }
    if (!family.empty() && family != "inet")
    {
        Refuse("the family \"" + family + "\" is not supported");
    }
    return Family::Unspecified;
}

uint32_t
CompileQuotaObject(const Json& body, LoadContext& context)
{
    AllowOnly(body, {"family", "name", "table", "handle", "comment", "bytes", "used", "inv"});
    Quota quota;
    quota.bytes = AsNumber(Member(body, "bytes"), "\"bytes\"", UINT64_MAX);
    quota.used = NumberOr(body, "used", UINT64_MAX, 0);
    quota.isOver = FlagOrFalse(body, "inv");
    context.program.quotas.push_back(quota);
    const auto index = static_cast<uint32_t>(context.program.quotas.size() - 1);
    context.live[&body] = {LiveKind::QuotaObject, index, {}};
    return index;
}

uint32_t
CompileHelperObject(const Json& body, const TableScope& scope, LoadContext& context)
{
    AllowOnly(body,
              {"family", "name", "table", "handle", "comment", "type", "protocol", "l3proto"});
    const std::string& name = AsText(Member(body, "type"), "\"type\"");
    const Family family = ParseFamily(body, scope);
    HelperObject object;
    object.protocol = ParseProtocol(Member(body, "protocol"));
    const auto& find = context.environment.findHelper;
    if (find && family != Family::Ipv6)
    {
        object.ipv4 = find(name, Family::Ipv4, object.protocol);
    }
    if (find && family != Family::Ipv4)
    {
        object.ipv6 = find(name, Family::Ipv6, object.protocol);
    }
    if (object.ipv4 == nullptr && object.ipv6 == nullptr)
    {
        Refuse("the router has no helper \"" + name + "\" for this protocol and family");
    }
    context.program.helpers.push_back(object);
    context.UseTracking(scope.family);
    return static_cast<uint32_t>(context.program.helpers.size() - 1);
}

// The time-out of a protocol's first state, which the first packet gets.
Nanos
FirstTimeout(const Timeouts& timeouts, uint8_t protocol)
{
    switch (protocol)
    {
    case protocol::TCP:
        return TimeoutOf(timeouts.tcp, TcpTimeout::SynSent);
    case protocol::SCTP:
        return TimeoutOf(timeouts.sctp, SctpTimeout::Closed);
    case protocol::UDP:
    case protocol::UDPLITE:
        return TimeoutOf(timeouts.udp, PairTimeout::Unreplied);
    case protocol::GRE:
        return TimeoutOf(timeouts.gre, PairTimeout::Unreplied);
    case protocol::ICMP:
        return timeouts.icmp;
    case protocol::ICMPV6:
        return timeouts.icmpv6;
    default:
        return timeouts.generic;
    }
}

uint32_t
CompileTimeoutObject(const Json& body, const TableScope& scope, LoadContext& context)
{
    AllowOnly(body,
              {"family", "name", "table", "handle", "comment", "protocol", "l3proto", "policy"});
    ParseFamily(body, scope);
    TimeoutObject object;
    object.protocol = ParseProtocol(Member(body, "protocol"));
    if (context.environment.timeouts != nullptr)
    {
        object.timeouts = *context.environment.timeouts;
    }
    const Json& policy = Member(body, "policy");
    if (!policy.is_object())
    {
        Refuse("\"policy\" must be an object, not " + Excerpt(policy));
    }
    for (const auto& [name, value] : policy.items())
    {
        const uint64_t seconds = AsNumber(value, "the time-out " + name, MAX_SECONDS);
        if (!SetTimeout(object.timeouts,
                        object.protocol,
                        name,
                        static_cast<Nanos>(seconds) * SECOND))
        {
            Refuse("the protocol has no time-out named \"" + name + "\"");
        }
    }
    object.first = FirstTimeout(object.timeouts, object.protocol);
    context.program.timeouts.push_back(object);
    context.UseTracking(scope.family);
    return static_cast<uint32_t>(context.program.timeouts.size() - 1);
}

uint32_t
CompileExpectationObject(const Json& body, const TableScope& scope, LoadContext& context)
{
    AllowOnly(body,
              {"family",
               "name",
               "table",
               "handle",
               "comment",
               "protocol",
               "dport",
               "timeout",
               "size",
               "l3proto"});
    ExpectationObject object;
    object.family = ParseFamily(body, scope);
    object.protocol = ParseProtocol(Member(body, "protocol"));
    object.port = static_cast<uint16_t>(AsNumber(Member(body, "dport"), "\"dport\"", UINT16_MAX));
    // nft writes milliseconds and the kernel takes them as seconds: recording nft-expectation.
    const uint64_t timeout = AsNumber(Member(body, "timeout"), "\"timeout\"", UINT32_MAX);
    object.timeout = static_cast<Nanos>(timeout) * SECOND;
    object.most = static_cast<uint32_t>(AsNumber(Member(body, "size"), "\"size\"", UINT8_MAX));
    context.program.expectations.push_back(object);
    context.UseTracking(scope.family);
    return static_cast<uint32_t>(context.program.expectations.size() - 1);
}

uint32_t
CompileCounterObject(const Json& body, LoadContext& context)
{
    context.program.counters.push_back(ParseCounter(WithoutName(body)));
    const auto index = static_cast<uint32_t>(context.program.counters.size() - 1);
    context.live[&body] = {LiveKind::Counter, index, {}};
    return index;
}

} // namespace

uint32_t
CompileNamedObject(ObjectKind kind, const Json& body, const TableScope& scope, LoadContext& context)
{
    switch (kind)
    {
    case ObjectKind::Counter:
        return CompileCounterObject(body, context);
    case ObjectKind::Quota:
        return CompileQuotaObject(body, context);
    case ObjectKind::Limit:
        context.program.limits.push_back(ParseLimit(WithoutName(body), context.environment.now));
        return static_cast<uint32_t>(context.program.limits.size() - 1);
    case ObjectKind::CtHelper:
        return CompileHelperObject(body, scope, context);
    case ObjectKind::CtTimeout:
        return CompileTimeoutObject(body, scope, context);
    case ObjectKind::CtExpectation:
        return CompileExpectationObject(body, scope, context);
    case ObjectKind::ConnectionCount:
        break;
    }
    Refuse("objects of this sort are not supported");
}

} // namespace conntrack
} // namespace ns3
