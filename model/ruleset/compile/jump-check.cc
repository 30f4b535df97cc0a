/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/ruleset/compile/jump-check.h"

#include "model/ruleset/language/json-reader.h"

#include <algorithm>

namespace ns3
{
namespace conntrack
{

namespace
{

constexpr unsigned MAX_DEPTH = 16;    // linux/netfilter/nf_tables.h: NFT_JUMP_STACK_SIZE
constexpr uint64_t MAX_JUMPS = 65536; // net.netfilter.nf_tables_jumps_max_netns

// How deep chains go from one, and how many jumps a packet could make there.
struct Reach
{
    enum class Progress : uint8_t
    {
        Unseen,
        Open, ///< one of the chains on the way to the present one
        Done,
    };

    Progress progress{Progress::Unseen};
    bool isBase{false};
    unsigned depth{1};
    uint64_t jumps{0};
};

class JumpCheck
{
  public:
    JumpCheck(const Program& program,
              const std::vector<std::string>& names,
              const std::deque<BaseChain>& baseChains)
        : m_program(program),
          m_names(names),
          m_reaches(program.chains.size())
    {
        for (const BaseChain& chain : baseChains)
        {
            m_reaches[chain.index].isBase = true;
        }
    }

    const Reach& Follow(uint32_t chain, unsigned level);

    /// NAT statements stand in chains of type nat, at the hooks of their side. @param base to check
    void CheckNat(const BaseChain& base) const;

  private:
    void CheckNatOps(const BaseChain& base, uint32_t chain, std::vector<bool>& seen) const;
    void Meet(const Branch& branch, Reach& reach, unsigned level);
    void MeetMap(const ValueSet& map, Reach& reach, unsigned level);

    const Program& m_program;
    const std::vector<std::string>& m_names;
    std::vector<Reach> m_reaches;
};

const Reach&
JumpCheck::Follow(uint32_t chain, unsigned level)
{
    Reach& reach = m_reaches[chain];
    if (reach.progress == Reach::Progress::Open)
    {
        Refuse(m_names[chain] + " jumps to itself in the end");
    }
    if (reach.progress == Reach::Progress::Done)
    {
        return reach;
    }
    if (level > MAX_DEPTH)
    {
        Refuse(m_names[chain] + " is reached through more than " + std::to_string(MAX_DEPTH) +
               " jumps");
    }
    reach.progress = Reach::Progress::Open;
    for (const Op& op : m_program.chains[chain].ops)
    {
        if (const auto* branch = std::get_if<BranchOp>(&op))
        {
            Meet(branch->branch, reach, level);
        }
        else if (const auto* map = std::get_if<BranchMapOp>(&op))
        {
            MeetMap(m_program.sets[map->set], reach, level);
        }
    }
    if (reach.jumps > MAX_JUMPS)
    {
        Refuse(m_names[chain] + " leads to more than " + std::to_string(MAX_JUMPS) + " jumps");
    }
    reach.progress = Reach::Progress::Done;
    return reach;
}

void
JumpCheck::CheckNat(const BaseChain& base) const
{
    std::vector<bool> seen(m_program.chains.size());
    CheckNatOps(base, base.index, seen);
}

void
JumpCheck::CheckNatOps(const BaseChain& base, uint32_t chain, std::vector<bool>& seen) const
{
    if (seen[chain])
    {
        return;
    }
    seen[chain] = true;
    const auto follow = [&](const Branch& branch) {
        if (branch.step == Step::Jump || branch.step == Step::Goto)
        {
            CheckNatOps(base, branch.chain, seen);
        }
    };
    for (const Op& op : m_program.chains[chain].ops)
    {
        if (const auto* branch = std::get_if<BranchOp>(&op))
        {
            follow(branch->branch);
        }
        else if (const auto* map = std::get_if<BranchMapOp>(&op))
        {
            for (const SetElement& element : m_program.sets[map->set].GetElements())
            {
                follow(element.branch);
            }
            if (m_program.sets[map->set].GetCatchAll())
            {
                follow(m_program.sets[map->set].GetCatchAll()->branch);
            }
        }
        else if (const auto* nat = std::get_if<NatOp>(&op))
        {
            const bool atSource = base.hook == Hook::Postrouting || base.hook == Hook::Input;
            if (base.type != ChainType::Nat || (nat->side == NatSide::Source) != atSource)
            {
                Refuse(m_names[chain] + " translates " +
                       (nat->side == NatSide::Source ? "sources" : "destinations") +
                       ", which chain " + base.name +
                       " cannot: it must be of type nat at postrouting or input (snat, "
                       "masquerade), at prerouting or output (dnat, redirect)");
            }
        }
    }
}

void
JumpCheck::Meet(const Branch& branch, Reach& reach, unsigned level)
{
    if (branch.step == Step::Jump || branch.step == Step::Goto)
    {
        if (m_reaches[branch.chain].isBase)
        {
            Refuse(m_names[branch.chain] + " is a base chain, to which no rule can jump");
        }
        const Reach& further = Follow(branch.chain, level + 1);
        reach.depth = std::max(reach.depth, further.depth + 1);
        if (reach.depth > MAX_DEPTH)
        {
            Refuse(m_names[branch.chain] + " is reached through too many jumps: more than " +
                   std::to_string(MAX_DEPTH));
        }
        reach.jumps += 1 + further.jumps;
    }
}

void
JumpCheck::MeetMap(const ValueSet& map, Reach& reach, unsigned level)
{
    for (const SetElement& element : map.GetElements())
    {
        Meet(element.branch, reach, level);
    }
    if (map.GetCatchAll())
    {
        Meet(map.GetCatchAll()->branch, reach, level);
    }
}

} // namespace

void
CheckJumps(const Program& program,
           const std::vector<std::string>& names,
           const std::deque<BaseChain>& baseChains)
{
    JumpCheck check(program, names, baseChains);
    for (uint32_t chain = 0; chain < program.chains.size(); ++chain)
    {
        check.Follow(chain, 1);
    }
    for (const BaseChain& chain : baseChains)
    {
        check.CheckNat(chain);
    }
}

} // namespace conntrack
} // namespace ns3
