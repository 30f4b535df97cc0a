/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_RULESET_COMPILE_JUMP_CHECK_H
#define CONNTRACK_RULESET_COMPILE_JUMP_CHECK_H

#include "model/ruleset/program.h"
#include "model/ruleset/ruleset.h"

#include <deque>
#include <string>
#include <vector>

/**
 * @file
 * See to it that chains that jump to each other come to an end, at a bounded depth.
 *
 * Layer: ruleset.
 * Source: the kernel's limits: 16 chains deep, and 65536 jumps of a base chain in all (6.18).
 */

namespace ns3
{
namespace conntrack
{

/**
 * @param program all chains and sets
 * @param names of the chains, for messages
 * @param baseChains where packets begin
 * @throws RulesetError if chains jump in a circle, too deep, or too often
 */
void CheckJumps(const Program& program,
                const std::vector<std::string>& names,
                const std::deque<BaseChain>& baseChains);

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_RULESET_COMPILE_JUMP_CHECK_H
