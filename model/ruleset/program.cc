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
VerdictOf(const Result& result, const RuleContext& context)
{
    Verdict verdict;
    if (result.step == Step::Accept)
    {
        return verdict;
    }
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

// One rule: its operations in order, up to the first that does not say Next.
Result
RunRule(Machine& machine, const Chain& chain, std::size_t rule)
{
    std::size_t at = rule == 0 ? 0 : chain.ruleEnds[rule - 1];
    for (const std::size_t end = chain.ruleEnds[rule]; at < end; ++at)
    {
        // The two commonest operations are met without a table of functions.
        const Op& op = chain.ops[at];
        const auto* compare = std::get_if<CompareOp>(&op);
        const Result result = compare != nullptr ? machine(*compare) : std::visit(machine, op);
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
    const Chain& base = program.chains[chain];
    Frame stack[MAX_DEPTH];
    unsigned depth = 0;
    Frame here{&base, 0};
    while (true)
    {
        Result result(Step::Return);
        while (here.rule < here.chain->ruleEnds.size())
        {
            result = RunRule(machine, *here.chain, here.rule++);
            if (result.step != Step::Break)
            {
                break;
            }
            result = Step::Return;
        }
        switch (result.step)
        {
        case Step::Jump:
            stack[depth++] = here;
            [[fallthrough]];
        case Step::Goto:
            here = {&program.chains[result.chain], 0};
            break;
        case Step::Accept:
        case Step::Drop:
        case Step::Reject:
            return VerdictOf(result, context);
        default: // Return, or the chain's end
            if (depth == 0)
            {
                return VerdictOf(base.policyDrops ? Step::Drop : Step::Accept, context);
            }
            here = stack[--depth];
        }
    }
}

} // namespace conntrack
} // namespace ns3
