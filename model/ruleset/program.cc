/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/ruleset/machine.h"

namespace ns3
{
namespace conntrack
{

namespace
{

// Chains under way at a time; loading refuses deeper jumps.
constexpr unsigned MAX_DEPTH = 16;

// Where a chain was left by a jump.
struct Frame
{
    const Chain* chain;
    std::size_t rule;
};

Verdict
Refusal(const Result& result, const RuleContext& context)
{
    Verdict verdict;
    verdict.kind = VerdictKind::Drop;
    if (result.step == Step::Reject)
    {
        const RejectOp& reject = *result.reject;
        verdict.kind = VerdictKind::Reject;
        verdict.reject = reject.kind == RejectOp::Kind::Icmp ? RejectKind::IcmpUnreachable
                                                             : RejectKind::TcpReset;
        verdict.code =
            context.packet.view.GetFamily() == Family::Ipv4 ? reject.code4 : reject.code6;
    }
    return verdict;
}

uint32_t
IndexOf(const Program& program, const Chain& chain)
{
    return static_cast<uint32_t>(&chain - program.chains.data());
}

// One rule: its operations in order, up to the first that does not say Next.
Result
RunRule(Machine& machine, const Chain& chain, std::size_t rule)
{
    const Op* op = chain.ops.data() + (rule == 0 ? 0 : chain.ruleEnds[rule - 1]);
    for (const Op* end = chain.ops.data() + chain.ruleEnds[rule]; op != end; ++op)
    {
        // The two commonest operations are met without a table of functions.
        if (const auto* compare = std::get_if<CompareOp>(op))
        {
            if (!machine.Test(*compare))
            {
                return Step::Break;
            }
            continue;
        }
        const auto* branch = std::get_if<BranchOp>(op);
        const Result result = branch != nullptr ? Result(branch->branch) : std::visit(machine, *op);
        if (result.step != Step::Next)
        {
            return result;
        }
    }
    return Step::Break;
}

} // namespace

Verdict
RunChain(Program& program, uint32_t chain, const RuleContext& context)
{
    Machine machine(program, context);
    const Chain* base = &program.chains[chain];
    Frame stack[MAX_DEPTH];
    unsigned depth = 0;
    Frame here{base, 0};
    while (true)
    {
        Result result(Step::Break);
        for (const std::size_t end = here.chain->ruleEnds.size();
             here.rule < end && result.step == Step::Break;
             ++here.rule)
        {
            result = RunRule(machine, *here.chain, here.rule);
        }
        switch (result.step)
        {
        case Step::Accept:
            return {};
        case Step::Drop:
        case Step::Reject:
            program.refusal = {IndexOf(program, *here.chain), static_cast<uint32_t>(here.rule - 1)};
            return Refusal(result, context);
        case Step::Jump:
            stack[depth++] = here;
            [[fallthrough]];
        case Step::Goto:
            here = {&program.chains[result.chain], 0};
            break;
        default: // Return, or the chain's end
            if (depth == 0)
            {
                if (!base->policyDrops)
                {
                    return {};
                }
                program.refusal = {chain, std::nullopt};
                return Refusal(Step::Drop, context);
            }
            here = stack[--depth];
        }
    }
}

} // namespace conntrack
} // namespace ns3
