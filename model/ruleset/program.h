/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_RULESET_PROGRAM_H
#define CONNTRACK_RULESET_PROGRAM_H

#include "model/ruleset/conntrack-objects.h"
#include "model/ruleset/operations.h"
#include "model/ruleset/packet-log.h"
#include "model/ruleset/stateful.h"
#include "model/ruleset/value-set.h"

#include <optional>
#include <vector>

/**
 * @file
 * Compiled rules: chains of operations, and what they share.
 *
 * Layer: ruleset.
 * Shape: a chain is one vector of operations; a rule is a stretch of it.
 */

namespace ns3
{
namespace conntrack
{

/// A compiled chain.
struct Chain
{
    std::vector<Op> ops;
    std::vector<uint32_t> ruleEnds; ///< by rule: one past its last operation
    bool policyDrops{false};        ///< of a base chain
};

/// The place where a packet was refused.
struct RefusalPlace
{
    uint32_t chain{0};
    std::optional<uint32_t> rule; ///< from 0; none: the base chain's policy
};

/// All that was compiled; does not change in shape once it is loaded.
struct Program
{
    std::vector<Chain> chains;
    std::vector<ValueSet> sets;
    std::vector<PacketCounter> counters;
    std::vector<Quota> quotas;
    std::vector<TokenLimit> limits;
    std::vector<ConnectionCount> connectionCounts;
    std::vector<NumberGenerator> numbers;
    std::vector<LogSetup> logs;
    std::vector<HelperObject> helpers;
    std::vector<TimeoutObject> timeouts;
    std::vector<ExpectationObject> expectations;
    RefusalPlace refusal; ///< of the packet that was refused last
};

/**
 * Run a base chain.
 * @param program all chains
 * @param chain number of the base chain
 * @param context the packet
 * @return what became of the packet
 */
Verdict RunChain(Program& program, uint32_t chain, const RuleContext& context);

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_RULESET_PROGRAM_H
