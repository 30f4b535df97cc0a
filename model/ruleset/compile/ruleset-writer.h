/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_RULESET_COMPILE_RULESET_WRITER_H
#define CONNTRACK_RULESET_COMPILE_RULESET_WRITER_H

#include "model/ruleset/compile/load-context.h"

/**
 * @file
 * Write the document again, with what packets changed: counters, quotas, elements of sets.
 *
 * Layer: ruleset.
 * Shape: a copy of the document, member for member; only parts that live are made anew.
 */

namespace ns3
{
namespace conntrack
{

/**
 * @param document the document that was loaded
 * @param live its changing parts
 * @param program what they became
 * @param now point in time: elements whose time-out has passed are left out
 * @return the document of now
 */
Json WriteRules(const Json& document, const LiveParts& live, const Program& program, Nanos now);

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_RULESET_COMPILE_RULESET_WRITER_H
