/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_RULESET_COMPILE_SET_COMPILER_H
#define CONNTRACK_RULESET_COMPILE_SET_COMPILER_H

#include "model/ruleset/compile/load-context.h"

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

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_RULESET_COMPILE_SET_COMPILER_H
