/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/ruleset/compile/names.h"
#include "model/ruleset/compile/rule-compiler.h"

// The NAT statements of RuleCompiler: snat, dnat, masquerade, redirect (nft(8), NAT STATEMENTS).

namespace ns3
{
namespace conntrack
{

namespace
{

/// The two ends of a range, or one value for both.
struct Ends
{
    const Json* low;
    const Json* high; ///< null: there is one value
};

Ends
EndsOf(const Json& json)
{
    if (json.is_object() && json.size() == 1 && json.begin().key() == "range")
    {
        const Json& ends = AsArray(json.begin().value(), "a range");
        if (ends.size() != 2)
        {
            Refuse("a range has two ends, not " + Excerpt(json));
        }
        return {&ends[0], &ends[1]};
    }
    return {&json, nullptr};
}

void
ParseNatFlag(const std::string& name, NatOp& op)
{
    if (name == "persistent")
    {
        op.persistent = true;
    }
    else if (name == "random")
    {
        op.ports = PortChoice::Random;
    }
    else if (name == "fully-random")
    {
        op.ports = PortChoice::FullyRandom;
    }
    else if (name == "netmap")
    {
        op.isPrefix = true;
    }
    else
    {
        Refuse("the NAT flag \"" + name + "\" is not supported");
    }
}

void
ParseNatFlags(const Json& body, NatOp& op)
{
    const Json* flags = FindMember(body, "flags");
    if (flags == nullptr)
    {
        return;
    }
    if (!flags->is_array())
    {
        ParseNatFlag(AsText(*flags, "\"flags\""), op);
        return;
    }
    for (const Json& flag : *flags)
    {
        ParseNatFlag(AsText(flag, "a NAT flag"), op);
    }
}

} // namespace

void
RuleCompiler::CompileSnat(const Json& body)
{
    NatOp op;
    op.side = NatSide::Source;
    CompileNat(op, body);
}

void
RuleCompiler::CompileDnat(const Json& body)
{
    NatOp op;
    op.side = NatSide::Destination;
    CompileNat(op, body);
}

void
RuleCompiler::CompileMasquerade(const Json& body)
{
    NatOp op;
    op.side = NatSide::Source;
    op.target = NatTarget::OutputOwn;
    CompileNat(op, body);
}

void
RuleCompiler::CompileRedirect(const Json& body)
{
    NatOp op;
    op.side = NatSide::Destination;
    op.target = NatTarget::InputOwn;
    CompileNat(op, body);
}

void
RuleCompiler::CompileNat(NatOp op, const Json& body)
{
    if (!body.is_null())
    {
        AllowOnly(body, {"addr", "family", "port", "flags", "type_flags"});
        ParseNatFlags(body, op);
        CompileNatAddress(op, body);
        if (const Json* port = FindMember(body, "port"))
        {
            const Ends ends = EndsOf(*port);
            op.minPort = m_expressions.CompileValue(*ends.low, FindType("inet_service"));
            if (ends.high != nullptr)
            {
                op.maxPort = m_expressions.CompileValue(*ends.high, FindType("inet_service"));
            }
        }
    }
    if (op.target == NatTarget::Given && !op.minAddress && !op.minPort)
    {
        Refuse("it names neither an address nor a port");
    }
    // In inet, a statement with an address turns tracking on for that address's family alone.
    const std::string family = body.is_null() ? "" : TextOrEmpty(body, "family");
    m_context.UseTracking(family == "ip"    ? TableFamily::Ip
                          : family == "ip6" ? TableFamily::Ip6
                                            : m_scope.family);
    m_ops.emplace_back(op);
}

void
RuleCompiler::CompileNatAddress(NatOp& op, const Json& body)
{
    const Json* address = FindMember(body, "addr");
    if (address == nullptr)
    {
        return;
    }
    if (op.target != NatTarget::Given)
    {
        Refuse("masquerade and redirect have no address");
    }
    const std::string family = TextOrEmpty(body, "family");
    const bool ipv6 = family == "ip6" || m_scope.family == TableFamily::Ip6;
    if (family.empty() && m_scope.family == TableFamily::Inet)
    {
        Refuse("in a table of family inet, a NAT address needs its \"family\"");
    }
    if (!family.empty() && family != "ip" && family != "ip6")
    {
        Refuse("the family \"" + family + "\" has no NAT");
    }
    m_expressions.Fields().RequireFamily(ipv6 ? Family::Ipv6 : Family::Ipv4);
    const std::string typeFlags = TextOrEmpty(body, "type_flags");
    if (!typeFlags.empty() && typeFlags != "prefix")
    {
        Refuse("the type flag \"" + typeFlags + "\" is not supported");
    }
    const DataType& type = FindType(ipv6 ? "ipv6_addr" : "ipv4_addr");
    if (address->is_object() && address->size() == 1 && address->begin().key() == "prefix")
    {
        CompileNatPrefix(op, address->begin().value(), type);
        return;
    }
    if (address->is_object() && address->size() == 1 && address->begin().key() == "map")
    {
        CompileNatMap(op, address->begin().value(), type);
        return;
    }
    const Ends ends = EndsOf(*address);
    op.minAddress = m_expressions.CompileValue(*ends.low, type);
    if (ends.high != nullptr)
    {
        op.maxAddress = m_expressions.CompileValue(*ends.high, type);
    }
}

void
RuleCompiler::CompileNatMap(NatOp& op, const Json& body, const DataType& type)
{
    SetInfo map;
    op.minAddress = m_expressions.CompilePairs(body, type, op.isPrefix, map);
    const auto second = static_cast<uint8_t>(*op.minAddress + 1);
    if (op.isPrefix)
    {
        op.maxAddress = second;
    }
    else if (map.secondType != nullptr)
    {
        op.minPort = second;
    }
}

void
RuleCompiler::CompileNatPrefix(NatOp& op, const Json& body, const DataType& type)
{
    AllowOnly(body, {"addr", "len"});
    op.isPrefix = true;
    op.minAddress = m_expressions.CompileValue(Member(body, "addr"), type);
    const unsigned length =
        static_cast<unsigned>(AsNumber(Member(body, "len"), "a prefix length", type.bits));
    auto* constant = std::get_if<ConstantOp>(&m_ops.back());
    if (constant == nullptr)
    {
        Refuse("a prefix to translate to is a constant");
    }
    const Value host = LowBits(type.bits - length);
    constant->value &= ~host;
    const Value last = constant->value | host;
    op.maxAddress = m_expressions.NewRegister();
    m_ops.emplace_back(ConstantOp{*op.maxAddress, last});
}

} // namespace conntrack
} // namespace ns3
