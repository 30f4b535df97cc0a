/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/ruleset/compile/rule-compiler.h"
#include "model/ruleset/compile/set-compiler.h"

#include <array>
#include <utility>

namespace ns3
{
namespace conntrack
{

namespace
{

std::optional<Comparison>
ParseComparison(const std::string& sign)
{
    static const std::array<std::pair<const char*, Comparison>, 6> signs{
        {{"==", Comparison::Equal},
         {"!=", Comparison::NotEqual},
         {"<", Comparison::Less},
         {">", Comparison::Greater},
         {"<=", Comparison::LessOrEqual},
         {">=", Comparison::GreaterOrEqual}}};
    for (const auto& [name, comparison] : signs)
    {
        if (sign == name)
        {
            return comparison;
        }
    }
    return std::nullopt;
}

} // namespace

void
RuleCompiler::CompileMatch(const Json& body)
{
    AllowOnly(body, {"op", "left", "right"});
    const std::string& sign = AsText(Member(body, "op"), "\"op\"");
    const Json& left = Member(body, "left");
    const Json& right = Member(body, "right");
    if (IsSet(right))
    {
        if (sign != "==" && sign != "!=" && sign != "in")
        {
            Refuse("a set cannot be compared with \"" + sign + "\"");
        }
        return CompileMatchWithSet(left, right, sign == "!=");
    }
    const Operand operand = m_expressions.Compile(left);
    CompareOp op;
    op.field = operand.field;
    op.mask = operand.mask;
    if (sign == "in" || sign == "!") // any of the flags, none of the flags
    {
        op.mask &= ParseValue(*operand.type, right, operand.bits);
        op.comparison = sign == "in" ? Comparison::NotEqual : Comparison::Equal;
        m_ops.emplace_back(op);
        return;
    }
    const auto comparison = ParseComparison(sign);
    if (!comparison)
    {
        Refuse("the comparison \"" + sign + "\" is not supported");
    }
    const Interval interval = ParseInterval(*operand.type, right, operand.bits);
    if (interval.IsSingle())
    {
        op.comparison = *comparison;
        op.right = interval.low;
        m_ops.emplace_back(op);
        if (op.comparison == Comparison::Equal && op.mask == ~Value{0})
        {
            m_expressions.Fields().Learn(operand, op.right);
        }
        return;
    }
    if (*comparison != Comparison::Equal && *comparison != Comparison::NotEqual)
    {
        Refuse("a range cannot be compared with \"" + sign + "\"");
    }
    RangeOp range{operand.field, *comparison == Comparison::NotEqual, interval.low, interval.high};
    if (operand.mask != ~Value{0})
    {
        range.field = Field{};
        range.field.which = m_expressions.Emit(operand);
    }
    m_ops.emplace_back(range);
}

bool
RuleCompiler::IsSet(const Json& right) const
{
    if (right.is_string())
    {
        return right.get_ref<const std::string&>().compare(0, 1, "@") == 0;
    }
    return right.is_object() && right.size() == 1 && right.begin().key() == "set";
}

void
RuleCompiler::CompileMatchWithSet(const Json& left, const Json& right, bool isInverted)
{
    std::vector<Operand> keys;
    LookupOp op;
    op.isInverted = isInverted;
    op.from = m_expressions.CompileKey(left, keys);
    if (right.is_string())
    {
        const SetInfo& set = m_expressions.FindSet(right.get_ref<const std::string&>());
        ExpressionCompiler::CheckKey(keys, set.types);
        if (set.isVerdictMap || set.objectKind)
        {
            Refuse(Excerpt(right) + " is a map, not a set");
        }
        op.set = set.index;
    }
    else
    {
        const AnonymousSet wanted{right.begin().value(), keys};
        op.set = MakeAnonymousSet(wanted, m_scope, m_context).index;
    }
    m_ops.emplace_back(op);
}

void
RuleCompiler::CompileVmap(const Json& body)
{
    BranchMapOp op;
    op.set = m_expressions.CompileMapping(body, SetContent::Branches, nullptr, op.from).index;
    m_ops.emplace_back(op);
}

} // namespace conntrack
} // namespace ns3
