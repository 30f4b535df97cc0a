/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_RULESET_MACHINE_H
#define CONNTRACK_RULESET_MACHINE_H

#include "model/ruleset/program.h"

/**
 * @file
 * Run the operations of compiled rules for one packet.
 *
 * Layer: ruleset.
 * Shape: lives on the stack while a base chain runs; its registers are not cleared.
 */

namespace ns3
{
namespace conntrack
{

/// What an operation said, with the chain to go to or the error to send.
struct Result
{
    Step step{Step::Next};
    uint32_t chain{0};               ///< of Jump and Goto
    const RejectOp* reject{nullptr}; ///< of Reject

    /// Next.
    Result() = default;

    /// @param what one that needs no chain and no error
    Result(Step what)
        : step(what)
    {
    }

    /// @param branch where a rule or verdict map leads
    Result(const Branch& branch)
        : step(branch.step),
          chain(branch.chain)
    {
    }

    /**
     * @param condition of a match
     * @return Next or Break
     */
    static Result GoOnIf(bool condition)
    {
        return condition ? Step::Next : Step::Break;
    }
};

/**
 * @param comparison how
 * @param left the packet's value
 * @param right the rule's value
 * @return whether it is so
 */
inline bool
Compare(Comparison comparison, Value left, Value right)
{
    if (comparison == Comparison::Equal || comparison == Comparison::NotEqual)
    {
        return (left == right) == (comparison == Comparison::Equal);
    }
    const bool orEqual =
        comparison == Comparison::LessOrEqual || comparison == Comparison::GreaterOrEqual;
    const bool isLess = comparison == Comparison::Less || comparison == Comparison::LessOrEqual;
    return (orEqual && left == right) || (isLess ? left < right : left > right);
}

/// Runs operations for one packet.
class Machine
{
  public:
    /**
     * @param program all that was compiled
     * @param context the packet
     */
    Machine(Program& program, const RuleContext& context)
        : m_program(program),
          m_context(context)
    {
    }

    /**
     * The commonest operation, apart from the others to be inlined.
     * @param op a comparison
     * @return whether the rule goes on
     */
    bool Test(const CompareOp& op) const
    {
        Value value;
        return Load(op.field, value) && Compare(op.comparison, value & op.mask, op.right);
    }

    // One for each operation: what it said.
    Result operator()(const CompareOp& op);
    Result operator()(const RangeOp& op);
    Result operator()(const LoadOp& op);
    Result operator()(const ConstantOp& op);
    Result operator()(const NumberOp& op);
    Result operator()(const AluOp& op);
    Result operator()(const LookupOp& op);
    Result operator()(const MapOp& op);
    Result operator()(const BranchMapOp& op);
    Result operator()(const ObjectOp& op);
    Result operator()(const ObjectMapOp& op);
    Result operator()(const BranchOp& op);
    Result operator()(const RejectOp& op);
    Result operator()(const LogOp& op);
    Result operator()(const NotrackOp&);
    Result operator()(const AssignOp& op);
    Result operator()(const SetChangeOp& op);
    Result operator()(const NatOp& op);

  private:
    bool Load(const Field& field, Value& value) const
    {
        if (field.id == FieldId::Register)
        {
            value = m_registers[field.which];
            return true;
        }
        return LoadField(field, m_context, value);
    }

    Nanos Now() const
    {
        return m_context.packet.now;
    }

    uint32_t Length() const
    {
        return m_context.packet.view.Length();
    }

    SetElement* FindInMap(uint32_t index, uint8_t from)
    {
        ValueSet& set = m_program.sets[index];
        SetElement* element = set.Find(&m_registers[from], Now());
        return element != nullptr ? element : set.FindCatchAll(Now());
    }

    bool Update(SetElement& element) const
    {
        return element.states.empty() || UpdateStates(element.states, m_context);
    }

    Address AddressAt(uint8_t at) const;
    NatRange RangeOf(const NatOp& op) const;
    Result UseObject(ObjectKind kind, uint32_t index);
    void SetFlowMark(uint32_t mark);
    void SetZone(const Zone& zone);

    Program& m_program;
    const RuleContext& m_context;
    Value m_registers[MAX_REGISTERS]; // not cleared: loading sees to it that none is read unset
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_RULESET_MACHINE_H
