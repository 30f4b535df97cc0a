/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_RULESET_CONNTRACK_OBJECTS_H
#define CONNTRACK_RULESET_CONNTRACK_OBJECTS_H

#include "model/ruleset/field.h"
#include "model/ruleset/value-set.h"

#include <cstdint>

/**
 * @file
 * The objects by which rules steer tracking: ct helper, ct timeout, ct expectation.
 *
 * Layer: ruleset.
 * Shape: they act on a connection whose first packet has not left yet, and on no other.
 * Source: nft(8), "ct helper", "ct timeout", "ct expectation"; recordings rules-timeout-objects,
 * rules-expectation-*.
 */

namespace ns3
{
namespace conntrack
{

/// `ct helper`: gives a connection its helper.
struct HelperObject
{
    uint8_t protocol{0};                 ///< IP protocol number
    const ProtocolHelper* ipv4{nullptr}; ///< none: not for this family
    const ProtocolHelper* ipv6{nullptr};

    /**
     * @param context a packet
     */
    void Apply(const RuleContext& context) const;
};

/// `ct timeout`: gives a connection its own time-outs.
struct TimeoutObject
{
    uint8_t protocol{0}; ///< IP protocol number
    Timeouts timeouts;   ///< only those of the protocol count
    Nanos first{0};      ///< that of a first packet

    /**
     * @param context a packet
     */
    void Apply(const RuleContext& context) const;
};

/// `ct expectation`: expects a further connection between the same ends.
struct ExpectationObject
{
    Family family{Family::Unspecified}; ///< unspecified: the packet's
    uint8_t protocol{0};                ///< IP protocol number
    uint16_t port{0};                   ///< destination port
    Nanos timeout{0};
    uint32_t most{0}; ///< expectations of one connection

    /**
     * @param context a packet
     * @return Next, Break (nothing was expected) or Drop
     */
    Step Apply(const RuleContext& context) const;
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_RULESET_CONNTRACK_OBJECTS_H
