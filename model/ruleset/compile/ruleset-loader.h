/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_RULESET_COMPILE_RULESET_LOADER_H
#define CONNTRACK_RULESET_COMPILE_RULESET_LOADER_H

#include "model/ruleset/compile/load-context.h"

#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

/**
 * @file
 * Load a whole document: tables, then in each its chains, objects, sets and rules, as nft does.
 *
 * Layer: ruleset.
 * Errors: RulesetError with the place: table, chain, rule handle, statement.
 */

namespace ns3
{
namespace conntrack
{

/// What a chain and its rules were in the document.
struct ChainOrigin
{
    const Json* chain{nullptr};
    std::vector<const Json*> rules; ///< in their order
};

/// What was loaded.
struct LoadedRules
{
    Program program;
    std::deque<BaseChain> baseChains; ///< in the order of their making
    LiveParts live;
    std::vector<ChainOrigin> origins; ///< by the number of the compiled chain
    bool tracksIpv4{false};           ///< something needs connection tracking of IPv4
    bool tracksIpv6{false};
};

/**
 * Load a document.
 * @param document its root; must stay where it is as long as the result's live parts are used
 * @param environment what loading needs to know of the router
 * @param loaded gets the rules
 * @throws RulesetError if anything in it is broken or not supported
 */
void LoadRules(const Json& document, const RulesetEnvironment& environment, LoadedRules& loaded);

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_RULESET_COMPILE_RULESET_LOADER_H
