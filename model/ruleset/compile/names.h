/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_RULESET_COMPILE_NAMES_H
#define CONNTRACK_RULESET_COMPILE_NAMES_H

#include "model/ruleset/compile/expression-compiler.h"
#include "model/ruleset/ruleset.h"

#include <optional>
#include <string>

/**
 * @file
 * What names in a document stand for: families, hooks, chain types, verdicts, chains, objects.
 *
 * Layer: ruleset.
 * Errors: RulesetError, without the place.
 */

namespace ns3
{
namespace conntrack
{

/**
 * @param family "ip", "ip6" or "inet"
 * @return the family
 * @throws RulesetError for another one
 */
TableFamily ParseTableFamily(const std::string& family);

/**
 * @param name "prerouting", "input", "forward", "output" or "postrouting"
 * @return the hook
 * @throws RulesetError for another one
 */
Hook ParseHook(const std::string& name);

/**
 * @param name "filter", "route" or "nat"
 * @param hook where the chain sits
 * @return the type
 * @throws RulesetError if there is no such type at the hook
 */
ChainType ParseChainType(const std::string& name, Hook hook);

/**
 * @param json a verdict: {"accept": null}, {"jump": {"target": "x"}}, ...
 * @param scope the chains it may name
 * @return the branch; none: it is no verdict
 */
std::optional<Branch> ParseBranch(const Json& json, const TableScope& scope);

/**
 * @param scope the table
 * @param kind sort of object
 * @param name its name
 * @return its number
 * @throws RulesetError if the table has no such object
 */
uint32_t FindObject(const TableScope& scope, ObjectKind kind, const std::string& name);

/**
 * @param name "counter", "quota", "limit", "ct helper", "ct timeout" or "ct expectation"
 * @return the sort of object; none for another name
 */
std::optional<ObjectKind> ParseObjectKind(const std::string& name);

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_RULESET_COMPILE_NAMES_H
