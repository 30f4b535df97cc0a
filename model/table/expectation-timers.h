/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_TABLE_EXPECTATION_TIMERS_H
#define CONNTRACK_TABLE_EXPECTATION_TIMERS_H

#include "model/flow/time.h"
#include "model/table/deadline-queue.h"
#include "model/table/expectation.h"
#include "model/table/expiry-clock.h"
#include "model/table/slab.h"

#include <optional>

/**
 * @file
 * The timers of a table's expectations.
 *
 * Layer: table.
 * Shape: one valid reminder an expectation, set when its timer is and set again when it comes up
 * too early; so starting a timer anew is a store.
 * Units: nanoseconds of simulated time, given by the caller.
 * Source: row E2 of the behavior table.
 */

namespace ns3
{
namespace conntrack
{

/// The timers of a table's expectations.
class ExpectationTimers
{
  public:
    /// @param slab where the expectations are; must outlive this
    explicit ExpectationTimers(const Slab<Expectation>& slab);

    /// @return how late timers fire
    ExpiryClock& Clock()
    {
        return m_clock;
    }

    /**
     * Start a timer, or start it anew.
     * @param expectation whose
     * @param now point in time
     * @param timeout how long it shall wait
     */
    void Start(Expectation& expectation, Nanos now, Nanos timeout);

    /// @return the earliest point in time at which TakeDue may find one; none: no timer
    std::optional<Nanos> Next();

    /// @return a point in time not after Next's, for less: the reminder may be out of date
    Nanos EarliestReminder() const
    {
        return m_reminders.EarliestTime();
    }

    /**
     * @param now point in time
     * @return one that was reminded of and whose timer fires no later than now, which may have been
     *         stopped; each is returned once; null: there is no more
     */
    Expectation* TakeDue(Nanos now);

  private:
    void Remind(Expectation& expectation);
    bool IsValid(const DeadlineQueue::Reminder& reminder) const;

    const Slab<Expectation>& m_slab;
    DeadlineQueue m_reminders;
    ExpiryClock m_clock;
    std::size_t m_valid{0}; ///< reminders that are not out of date, at the last clearing
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_TABLE_EXPECTATION_TIMERS_H
