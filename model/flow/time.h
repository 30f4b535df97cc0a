/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_FLOW_TIME_H
#define CONNTRACK_FLOW_TIME_H

#include <cstdint>

/**
 * @file
 * Points in simulated time and durations, as plain integers.
 *
 * Layer: flow.  Units: nanoseconds; a point counts from the start of the simulation.
 * Plain because a deadline is stored once a packet and an ns3::Time costs ten times as much.
 */

namespace ns3
{
namespace conntrack
{

/// A point in simulated time, or a duration; nanoseconds.
using Nanos = int64_t;

/// Later than any point in time.
constexpr Nanos NEVER = INT64_MAX;

/// Nanoseconds of a second.
constexpr Nanos SECOND = 1000000000;

/// Nanoseconds of a millisecond.
constexpr Nanos MILLISECOND = 1000000;

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_FLOW_TIME_H
