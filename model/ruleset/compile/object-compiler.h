/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_RULESET_COMPILE_OBJECT_COMPILER_H
#define CONNTRACK_RULESET_COMPILE_OBJECT_COMPILER_H

#include "model/ruleset/compile/load-context.h"

/**
 * @file
 * Compile named objects: counter, quota, limit, ct helper, ct timeout, ct expectation.
 *
 * Layer: ruleset.
 * Errors: RulesetError, without the place.
 */

namespace ns3
{
namespace conntrack
{

/**
 * Compile a named object.
 * @param kind its sort
 * @param body its JSON
 * @param scope its table
 * @param context where it goes
 * @return its number within its sort
 */
uint32_t CompileNamedObject(ObjectKind kind,
                            const Json& body,
                            const TableScope& scope,
                            LoadContext& context);

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_RULESET_COMPILE_OBJECT_COMPILER_H
