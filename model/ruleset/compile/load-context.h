/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_RULESET_COMPILE_LOAD_CONTEXT_H
#define CONNTRACK_RULESET_COMPILE_LOAD_CONTEXT_H

#include "model/ruleset/compile/expression-compiler.h"
#include "model/ruleset/language/json-reader.h"
#include "model/ruleset/program.h"
#include "model/ruleset/ruleset.h"

#include <unordered_map>

/**
 * @file
 * What the parts of loading share: the program that grows, and what of the document changes with
 * it.
 *
 * Layer: ruleset.
 */

namespace ns3
{
namespace conntrack
{

/// What a part of the document tells of the program while it runs.
enum class LiveKind : uint8_t
{
    Counter,        ///< a `counter` statement or object
    QuotaStatement, ///< a `quota` statement
    QuotaObject,    ///< a named quota
    NamedSet,       ///< a set or map object, with "elem"
    AnonymousSet,   ///< the list of elements within a rule
};

/// A part of the document that changes while the program runs.
struct LivePart
{
    LiveKind kind{LiveKind::Counter};
    uint32_t index{0};                  ///< of Program::counters, quotas or sets
    std::vector<const DataType*> types; ///< of a set's keys
    const Json* statements{nullptr};    ///< what elements that packets add remember
};

/// The changing parts by their place in the document. Only looked up, so that its order is nothing.
using LiveParts = std::unordered_map<const Json*, LivePart>;

/// What the parts of loading share.
struct LoadContext
{
    Program& program;
    const RulesetEnvironment& environment;
    LiveParts& live;
    bool tracksIpv4{false}; ///< something so far needs connection tracking of IPv4
    bool tracksIpv6{false};

    /// @param family of a table in which something needs connection tracking
    void UseTracking(TableFamily family)
    {
        tracksIpv4 = tracksIpv4 || family != TableFamily::Ip6;
        tracksIpv6 = tracksIpv6 || family != TableFamily::Ip;
    }
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_RULESET_COMPILE_LOAD_CONTEXT_H
