/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_RULESET_COMPILE_SET_COMPILER_H
#define CONNTRACK_RULESET_COMPILE_SET_COMPILER_H

#include "model/ruleset/compile/load-context.h"

#include <optional>

/**
 * @file
 * Compile sets and maps: named ones in two steps, for their elements name chains and objects.
 *
 * Layer: ruleset.
 * Errors: RulesetError, without the place.
 */

namespace ns3
{
namespace conntrack
{

/**
 * Read what a named set or map is like.
 * @param body of a "set" or "map"
 * @param isMap which of both
 * @param context where it goes
 * @return the set, without elements
 */
SetInfo DeclareSet(const Json& body, bool isMap, LoadContext& context);

/**
 * Read the elements of a named set or map.
 * @param body of a "set" or "map"
 * @param set what DeclareSet returned
 * @param scope what elements may name
 * @param context where they go
 */
void FillSet(const Json& body, const SetInfo& set, const TableScope& scope, LoadContext& context);

/**
 * Make a set of an anonymous one.
 * @param wanted what the rule says
 * @param scope what elements may name
 * @param context where it goes
 * @return the set
 */
SetInfo MakeAnonymousSet(const AnonymousSet& wanted, const TableScope& scope, LoadContext& context);

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

#endif // CONNTRACK_RULESET_COMPILE_SET_COMPILER_H
