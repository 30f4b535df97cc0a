/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/ruleset/compile/rule-compiler.h"

#include "model/ruleset/compile/names.h"
#include "model/ruleset/compile/set-compiler.h"
#include "model/ruleset/language/stateful-parser.h"

#include <map>
#include <utility>

namespace ns3
{
namespace conntrack
{

RuleCompiler::RuleCompiler(const TableScope& scope, LoadContext& context, Chain& chain)
    : m_scope(scope),
      m_context(context),
      m_ops(chain.ops),
      m_expressions(scope, context.program, chain.ops, [this](const AnonymousSet& wanted) {
          return MakeAnonymousSet(wanted, m_scope, m_context);
      })
{
}

void
RuleCompiler::Compile(const Json& statements)
{
    for (const Json& statement : AsArray(statements, "\"expr\""))
    {
        try
        {
            CompileStatement(statement);
        }
        catch (const RulesetError& error)
        {
            Refuse(Excerpt(statement) + ": " + error.what());
        }
    }
    if (m_expressions.Fields().UsesTracking())
    {
        m_context.UseTracking(m_scope.family);
    }
}

RuleCompiler::Method
RuleCompiler::FindMethod(const std::string& name)
{
    static const std::map<std::string, Method> methods{
        {"match", &RuleCompiler::CompileMatch},
        {"vmap", &RuleCompiler::CompileVmap},
        {"counter", &RuleCompiler::CompileCounter},
        {"quota", &RuleCompiler::CompileQuota},
        {"limit", &RuleCompiler::CompileLimit},
        {"ct count", &RuleCompiler::CompileCtCount},
        {"ct helper", &RuleCompiler::CompileCtHelper},
        {"ct timeout", &RuleCompiler::CompileCtTimeout},
        {"ct expectation", &RuleCompiler::CompileCtExpectation},
        {"mangle", &RuleCompiler::CompileMangle},
        {"log", &RuleCompiler::CompileLog},
        {"reject", &RuleCompiler::CompileReject},
        {"notrack", &RuleCompiler::CompileNotrack},
        {"set", &RuleCompiler::CompileSetChange},
        {"snat", &RuleCompiler::CompileSnat},
        {"dnat", &RuleCompiler::CompileDnat},
        {"masquerade", &RuleCompiler::CompileMasquerade},
        {"redirect", &RuleCompiler::CompileRedirect},
    };
    const auto at = methods.find(name);
    return at == methods.end() ? nullptr : at->second;
}

void
RuleCompiler::CompileStatement(const Json& statement)
{
    m_expressions.BeginStatement();
    if (const auto branch = ParseBranch(statement, m_scope))
    {
        m_ops.emplace_back(BranchOp{*branch});
        return;
    }
    if (statement.is_string())
    {
        Refuse("nft wrote this statement as text, for it has no JSON form");
    }
    const Named named = AsNamed(statement, "a statement");
    if (const Method method = FindMethod(named.name))
    {
        return (this->*method)(named.body);
    }
    Refuse("the statement \"" + named.name + "\" is not supported");
}

void
RuleCompiler::Add(ObjectKind kind, std::size_t index)
{
    m_ops.emplace_back(ObjectOp{kind, static_cast<uint32_t>(index)});
}

// A named object, or a map to such; false: the body is the statement's own.
bool
RuleCompiler::CompileObject(ObjectKind kind, const Json& body)
{
    if (body.is_string())
    {
        Add(kind, FindObject(m_scope, kind, body.get_ref<const std::string&>()));
        return true;
    }
    if (!body.is_object() || body.size() != 1 || body.begin().key() != "map")
    {
        return false;
    }
    const Json& mapping = body.begin().value();
    AllowOnly(mapping, {"key", "data"});
    const Json& data = Member(mapping, "data");
    ObjectMapOp op;
    op.kind = kind;
    std::vector<Operand> keys;
    op.from = m_expressions.CompileKey(Member(mapping, "key"), keys);
    if (data.is_string())
    {
        const SetInfo& map = m_expressions.FindSet(data.get_ref<const std::string&>());
        ExpressionCompiler::CheckKey(keys, map.types);
        if (map.objectKind != kind)
        {
            Refuse(Excerpt(data) + " is no map to objects of this sort");
        }
        op.set = map.index;
    }
    else
    {
        const Json& elements = Member(data, "set");
        AnonymousSet wanted{elements, keys};
        wanted.content = SetContent::Objects;
        wanted.objectKind = kind;
        op.set = MakeAnonymousSet(wanted, m_scope, m_context).index;
    }
    m_ops.emplace_back(op);
    return true;
}

void
RuleCompiler::CompileCounter(const Json& body)
{
    if (!CompileObject(ObjectKind::Counter, body))
    {
        const std::size_t index = m_context.program.counters.size();
        m_context.program.counters.push_back(ParseCounter(body));
        m_context.live[&body] = {LiveKind::Counter, static_cast<uint32_t>(index), {}};
        Add(ObjectKind::Counter, index);
    }
}

void
RuleCompiler::CompileQuota(const Json& body)
{
    if (!CompileObject(ObjectKind::Quota, body))
    {
        const std::size_t index = m_context.program.quotas.size();
        m_context.program.quotas.push_back(ParseQuota(body));
        m_context.live[&body] = {LiveKind::QuotaStatement, static_cast<uint32_t>(index), {}};
        Add(ObjectKind::Quota, index);
    }
}

void
RuleCompiler::CompileLimit(const Json& body)
{
    if (!CompileObject(ObjectKind::Limit, body))
    {
        m_context.program.limits.push_back(ParseLimit(body, m_context.environment.now));
        Add(ObjectKind::Limit, m_context.program.limits.size() - 1);
    }
}

void
RuleCompiler::CompileCtCount(const Json& body)
{
    m_context.program.connectionCounts.push_back(ParseConnectionCount(body));
    m_context.UseTracking(m_scope.family);
    Add(ObjectKind::ConnectionCount, m_context.program.connectionCounts.size() - 1);
}

void
RuleCompiler::CompileCtHelper(const Json& body)
{
    if (!CompileObject(ObjectKind::CtHelper, body))
    {
        Refuse("expected the name of a ct helper object");
    }
}

void
RuleCompiler::CompileCtTimeout(const Json& body)
{
    if (!CompileObject(ObjectKind::CtTimeout, body))
    {
        Refuse("expected the name of a ct timeout object");
    }
}

void
RuleCompiler::CompileCtExpectation(const Json& body)
{
    if (!CompileObject(ObjectKind::CtExpectation, body))
    {
        Refuse("expected the name of a ct expectation object");
    }
}

} // namespace conntrack
} // namespace ns3
