/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/ruleset/compile/names.h"
#include "model/ruleset/compile/rule-compiler.h"
#include "model/ruleset/language/stateful-parser.h"
#include "model/ruleset/language/symbols.h"

#include <algorithm>
#include <array>
#include <utility>

// The statements of RuleCompiler that do something: set, log, reject, notrack, change a set.

namespace ns3
{
namespace conntrack
{

namespace
{

constexpr uint64_t MAX_SECONDS = 3153600000U; // a hundred years
constexpr uint8_t SMALLEST_PRIORITY_BITS = 8; // what ns-3's sockets and queues know

// linux/syslog.h, by number.
constexpr std::array<const char*, 8>
    logLevels{"emerg", "alert", "crit", "err", "warn", "notice", "info", "debug"};

uint8_t
ParseLogFlag(const std::string& name)
{
    static const std::array<std::pair<const char*, uint8_t>, 6> flags{
        {{"tcp sequence", log_flag::TCP_SEQUENCE},
         {"tcp options", log_flag::TCP_OPTION_BYTES},
         {"ip options", log_flag::IP_OPTION_BYTES},
         {"ether", log_flag::ETHER},
         {"skuid", 0},
         {"all", log_flag::ALL}}};
    for (const auto& [flag, bits] : flags)
    {
        if (name == flag)
        {
            return bits;
        }
    }
    Refuse("the log flag \"" + name + "\" is not supported");
}

uint8_t
ParseIcmpCode(const Json& json, const std::vector<Symbol>& symbols)
{
    if (!json.is_string())
    {
        return static_cast<uint8_t>(AsNumber(json, "an ICMP code", UINT8_MAX));
    }
    for (const Symbol& symbol : symbols)
    {
        if (json.get_ref<const std::string&>() == symbol.name)
        {
            return static_cast<uint8_t>(symbol.value);
        }
    }
    Refuse("the ICMP code " + Excerpt(json) + " is not supported");
}

// nft's codes for both families, with ICMP's and ICMPv6's: RFC 1812 5.2.7.1, RFC 4443 3.1.
RejectOp
ParseAnyIcmpCode(const Json& json)
{
    static const std::array<std::pair<const char*, RejectOp>, 4> codes{
        {{"no-route", {RejectOp::Kind::Icmp, 0, 0}},
         {"port-unreachable", {RejectOp::Kind::Icmp, 3, 4}},
         {"host-unreachable", {RejectOp::Kind::Icmp, 1, 3}},
         {"admin-prohibited", {RejectOp::Kind::Icmp, 13, 1}}}};
    for (const auto& [name, op] : codes)
    {
        if (json == name)
        {
            return op;
        }
    }
    Refuse("the icmpx code " + Excerpt(json) + " is not supported");
}

} // namespace

void
RuleCompiler::CompileMangle(const Json& body)
{
    AllowOnly(body, {"key", "value"});
    const Json& key = Member(body, "key");
    const Named named = AsNamed(key, "what is set");
    const bool isMeta = named.name == "meta";
    if (!isMeta && named.name != "ct")
    {
        Refuse("setting " + Excerpt(key) + " is not supported: packets are not rewritten yet");
    }
    AllowOnly(named.body, {"key", "dir"});
    const std::string& name = AsText(Member(named.body, "key"), "\"key\"");
    const std::string direction = TextOrEmpty(named.body, "dir");
    AssignOp op;
    const char* type = "mark";
    if (isMeta && name == "priority")
    {
        op.target = AssignOp::Target::PacketPriority;
        type = "classid";
    }
    else if (!isMeta && name == "mark")
    {
        op.target = AssignOp::Target::FlowMark;
    }
    else if (!isMeta && name == "zone")
    {
        op.target = AssignOp::Target::FlowZone;
        op.directions = direction == "original" ? Zone::ORIGINAL
                        : direction == "reply"  ? Zone::REPLY
                                                : Zone::BOTH;
        type = "integer";
    }
    else if (!isMeta || name != "mark")
    {
        Refuse("setting \"" + named.name + " " + name + "\" is not supported");
    }
    const Json& value = Member(body, "value");
    op.from = m_expressions.CompileValue(value, FindType(type));
    const auto* constant = std::get_if<ConstantOp>(&m_ops.back());
    if (op.target == AssignOp::Target::PacketPriority &&
        (constant == nullptr || constant->value > LowBits(SMALLEST_PRIORITY_BITS)))
    {
        Refuse("a priority in a simulation is a constant from 0 to 255");
    }
    if (op.target == AssignOp::Target::FlowZone && constant != nullptr &&
        constant->value > UINT16_MAX)
    {
        Refuse("a zone is a number from 0 to 65535");
    }
    if (!isMeta)
    {
        m_context.UseTracking(m_scope.family);
    }
    m_ops.emplace_back(op);
}

void
RuleCompiler::CompileLog(const Json& body)
{
    LogSetup setup;
    if (!body.is_null())
    {
        AllowOnly(body, {"prefix", "level", "flags"});
        setup.prefix = TextOrEmpty(body, "prefix");
        if (const Json* level = FindMember(body, "level"))
        {
            const auto at =
                std::find(logLevels.begin(), logLevels.end(), AsText(*level, "\"level\""));
            if (at == logLevels.end())
            {
                Refuse("the log level " + Excerpt(*level) + " is not supported");
            }
            setup.level = static_cast<int>(at - logLevels.begin());
        }
        const Json* flags = FindMember(body, "flags");
        if (flags != nullptr && flags->is_array())
        {
            for (const Json& flag : *flags)
            {
                setup.flags |= ParseLogFlag(AsText(flag, "a log flag"));
            }
        }
        else if (flags != nullptr)
        {
            setup.flags = ParseLogFlag(AsText(*flags, "\"flags\""));
        }
    }
    m_ops.emplace_back(LogOp{static_cast<uint32_t>(m_context.program.logs.size())});
    m_context.program.logs.push_back(std::move(setup));
}

void
RuleCompiler::CompileReject(const Json& body)
{
    RejectOp op{RejectOp::Kind::Icmp, 3, 4}; // port unreachable
    const std::string type = body.is_null() ? "" : TextOrEmpty(body, "type");
    const Json* code = body.is_null() ? nullptr : FindMember(body, "expr");
    if (!body.is_null())
    {
        AllowOnly(body, {"type", "expr"});
    }
    if (type == "tcp reset")
    {
        op.kind = RejectOp::Kind::TcpReset;
        m_expressions.Fields().RequireProtocol(protocol::TCP);
    }
    else if (type == "icmp")
    {
        m_expressions.Fields().RequireFamily(Family::Ipv4);
        op.code4 = code == nullptr ? op.code4 : ParseIcmpCode(*code, IcmpCodes());
    }
    else if (type == "icmpv6")
    {
        m_expressions.Fields().RequireFamily(Family::Ipv6);
        op.code6 = code == nullptr ? op.code6 : ParseIcmpCode(*code, Icmpv6Codes());
    }
    else if (type == "icmpx")
    {
        op = code == nullptr ? op : ParseAnyIcmpCode(*code);
    }
    else if (!type.empty())
    {
        Refuse("\"reject with " + type + "\" is not supported");
    }
    m_ops.emplace_back(op);
}

void
RuleCompiler::CompileNotrack(const Json& body)
{
    if (!body.is_null())
    {
        Refuse("\"notrack\" has no arguments");
    }
    m_ops.emplace_back(NotrackOp{});
}

void
RuleCompiler::CompileSetChange(const Json& body)
{
    AllowOnly(body, {"op", "elem", "set", "stmt"});
    const std::string& kind = AsText(Member(body, "op"), "\"op\"");
    SetChangeOp op;
    if (kind == "update" || kind == "delete")
    {
        op.kind = kind == "update" ? SetChangeOp::Kind::Update : SetChangeOp::Kind::Delete;
    }
    else if (kind != "add")
    {
        Refuse("a packet adds, updates or deletes an element, \"" + kind + "\" is not supported");
    }
    const Json* key = &Member(body, "elem");
    if (key->is_object() && key->size() == 1 && key->begin().key() == "elem")
    {
        const Json& details = key->begin().value();
        AllowOnly(details, {"val", "timeout"});
        op.timeout = static_cast<Nanos>(NumberOr(details, "timeout", MAX_SECONDS, 0)) * SECOND;
        key = &Member(details, "val");
    }
    const SetInfo& set = m_expressions.FindSet(AsText(Member(body, "set"), "\"set\""));
    if (set.isInterval || set.dataType != nullptr || set.isVerdictMap || set.objectKind)
    {
        Refuse("packets change sets of single values only");
    }
    std::vector<Operand> keys;
    op.from = m_expressions.CompileKey(*key, keys);
    ExpressionCompiler::CheckKey(keys, set.types);
    op.set = set.index;
    if (const Json* statements = FindMember(body, "stmt"))
    {
        m_context.program.sets[set.index].SetStates(
            ParseElementStates(*statements, m_context.environment.now));
        m_context.live[set.document].statements = statements;
    }
    m_ops.emplace_back(op);
}

} // namespace conntrack
} // namespace ns3
