/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_STACK_TABLE_TIMER_H
#define CONNTRACK_STACK_TABLE_TIMER_H

#include "model/flow/time.h"

#include "ns3/event-id.h"

#include <functional>
#include <optional>

/**
 * @file
 * The one simulator event that a router's tables wait for.
 *
 * Layer: stack.
 * Shape: one pending event at most, for the earliest deadline of all tables. It is removed, not
 * cancelled, when an earlier one turns up: a cancelled event would stay queued until its time.
 */

namespace ns3
{
namespace conntrack
{

/// The one simulator event that a router's tables wait for.
class TableTimer
{
  public:
    ~TableTimer();

    /// @param callback called when a deadline has come
    void SetCallback(std::function<void()> callback);

    /**
     * See to it that the callback is called at a point in time, or before.
     * @param deadline the earliest deadline; none: there is none
     */
    void Ensure(std::optional<Nanos> deadline);

    /**
     * @param deadline a point in time
     * @return whether the callback will be called by then anyway
     */
    bool Covers(Nanos deadline) const
    {
        return deadline == NEVER || (m_pending && m_when <= deadline);
    }

    /// Never call again.
    void Stop();

  private:
    void Fire();

    std::function<void()> m_callback;
    EventId m_event;
    bool m_pending{false}; ///< asking m_event costs more than a packet's look-up
    Nanos m_when{0};       ///< of the pending event
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_STACK_TABLE_TIMER_H
