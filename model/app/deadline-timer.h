/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_APP_DEADLINE_TIMER_H
#define CONNTRACK_APP_DEADLINE_TIMER_H

#include "model/flow/time.h"

#include "ns3/event-id.h"

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <utility>

/**
 * @file
 * Many deadlines with one event of the simulator.
 *
 * Layer: app.
 * Shape: a deadline a number; equal deadlines come in the order of the numbers. The event is at the
 * first deadline or before it: one that was put off leaves no event in the simulator's queue, where
 * ns-3 keeps cancelled ones until their time.
 * Units: nanoseconds of simulated time.
 */

namespace ns3
{
namespace conntrack
{

/// Calls back at deadlines.
class DeadlineTimer
{
  public:
    /// @param due called with a number when its deadline has come; it has none then
    explicit DeadlineTimer(std::function<void(uint64_t)> due);
    ~DeadlineTimer();
    DeadlineTimer(const DeadlineTimer&) = delete;
    DeadlineTimer& operator=(const DeadlineTimer&) = delete;

    /// @param number whose @param deadline in place of the one it had; NEVER: none
    void Set(uint64_t number, Nanos deadline);

    /// @param number it has no deadline any more
    void Clear(uint64_t number)
    {
        Set(number, NEVER);
    }

  private:
    void Arm();
    void Fire();

    std::function<void(uint64_t)> m_due;
    std::set<std::pair<Nanos, uint64_t>> m_order;
    std::map<uint64_t, Nanos> m_deadlines;
    EventId m_event;
    Nanos m_armed{NEVER}; ///< when the event is
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_APP_DEADLINE_TIMER_H
