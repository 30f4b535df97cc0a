/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_RULESET_LANGUAGE_STATEFUL_PARSER_H
#define CONNTRACK_RULESET_LANGUAGE_STATEFUL_PARSER_H

#include "model/ruleset/language/json-reader.h"
#include "model/ruleset/stateful.h"

#include <vector>

/**
 * @file
 * Read what remembers from packet to packet: counter, quota and limit; in rules, objects, elements.
 *
 * Layer: ruleset.
 * Errors: RulesetError, without the place.
 */

namespace ns3
{
namespace conntrack
{

/**
 * @param body of a `counter` statement; null: one that begins at zero
 * @return the counter
 */
PacketCounter ParseCounter(const Json& body);

/**
 * @param body of a `quota` statement
 * @return the quota
 */
Quota ParseQuota(const Json& body);

/**
 * @param body of a `limit` statement or object, without what names the object
 * @param now point in time: the bucket is full
 * @return the limit
 */
TokenLimit ParseLimit(const Json& body, Nanos now);

/**
 * @param body of a `ct count` statement
 * @return the count
 */
ConnectionCount ParseConnectionCount(const Json& body);

/**
 * @param statements the list "stmt" of a set, or of a rule that changes one
 * @param now point in time
 * @return what each element begins with
 */
std::vector<ElementState> ParseElementStates(const Json& statements, Nanos now);

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_RULESET_LANGUAGE_STATEFUL_PARSER_H
