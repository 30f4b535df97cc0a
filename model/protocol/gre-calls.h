/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_PROTOCOL_GRE_CALLS_H
#define CONNTRACK_PROTOCOL_GRE_CALLS_H

#include "model/table/expectation.h"
#include "model/tracker/gre-tracker.h"

/**
 * @file
 * What a router has of PPTP's calls outside of their control connections.
 *
 * Layer: protocol.
 * Shape: one object a router, empty as long as there are no calls.
 */

namespace ns3
{
namespace conntrack
{

/// A router's calls.
struct GreCalls
{
    GreKeyMap keys; ///< of all calls; their owner is the control connection's id
    /// Called for a call's first packet; none: a call's other direction stays expected.
    const ExpectFunction* follow{nullptr};
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_PROTOCOL_GRE_CALLS_H
