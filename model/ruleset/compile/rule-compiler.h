/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_RULESET_COMPILE_RULE_COMPILER_H
#define CONNTRACK_RULESET_COMPILE_RULE_COMPILER_H

#include "model/ruleset/compile/expression-compiler.h"
#include "model/ruleset/compile/load-context.h"

#include <string>

/**
 * @file
 * Compile a rule: its statements, one after the other, to the operations of a chain.
 *
 * Layer: ruleset.
 * Shape: one object for a rule.
 * Errors: RulesetError that begins with the statement.
 */

namespace ns3
{
namespace conntrack
{

/// Compiles one rule.
class RuleCompiler
{
  public:
    /**
     * @param scope what the rule may name
     * @param context where it goes
     * @param chain the chain that gets its operations
     */
    RuleCompiler(const TableScope& scope, LoadContext& context, Chain& chain);

    /**
     * Compile the rule.
     * @param statements its list "expr"
     */
    void Compile(const Json& statements);

  private:
    using Method = void (RuleCompiler::*)(const Json& body);
    static Method FindMethod(const std::string& name);

    void CompileStatement(const Json& statement);
    void CompileMatch(const Json& body);
    void CompileMatchWithSet(const Json& left, const Json& right, bool isInverted);
    bool IsSet(const Json& right) const;
    void CompileVmap(const Json& body);
    void CompileCounter(const Json& body);
    void CompileQuota(const Json& body);
    void CompileLimit(const Json& body);
    void CompileCtCount(const Json& body);
    void CompileCtHelper(const Json& body);
    void CompileCtTimeout(const Json& body);
    void CompileCtExpectation(const Json& body);
    void CompileMangle(const Json& body);
    void CompileLog(const Json& body);
    void CompileReject(const Json& body);
    void CompileNotrack(const Json& body);
    void CompileSetChange(const Json& body);
    void CompileSnat(const Json& body);
    void CompileDnat(const Json& body);
    void CompileMasquerade(const Json& body);
    void CompileRedirect(const Json& body);
    void CompileNat(NatOp op, const Json& body);
    void CompileNatAddress(NatOp& op, const Json& body);
    void CompileNatMap(NatOp& op, const Json& body, const DataType& type);
    void CompileNatPrefix(NatOp& op, const Json& body, const DataType& type);
    bool CompileObject(ObjectKind kind, const Json& body);
    void Add(ObjectKind kind, std::size_t index);

    const TableScope& m_scope;
    LoadContext& m_context;
    std::vector<Op>& m_ops;
    ExpressionCompiler m_expressions;
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_RULESET_COMPILE_RULE_COMPILER_H
