/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_TABLE_DEADLINE_QUEUE_H
#define CONNTRACK_TABLE_DEADLINE_QUEUE_H

#include "model/flow/time.h"

#include <cstdint>
#include <optional>
#include <vector>

/**
 * @file
 * Who must be looked at next: a heap of reminders, of which some are out of date.
 *
 * Layer: table.
 * Shape: 16 bytes a reminder. A deadline that moves later leaves its reminder where it is; the
 * owner sets a new one when the old one comes up. So renewing a deadline costs nothing here, and an
 * owner has as many valid reminders as entries. Reminders of entries that went are dropped when
 * they come up, or all together by Compact. Order: by time, then by who was reminded of first, so
 * runs are equal.
 */

namespace ns3
{
namespace conntrack
{

/// A heap of reminders.
class DeadlineQueue
{
  public:
    /// A reminder to look at an entry.
    struct Reminder
    {
        Nanos when;    ///< point in time
        uint32_t slot; ///< the entry's place in its owner's slab
        uint32_t id;   ///< the entry's id: places are used again, ids are not
    };

    /// @param reminder to come up at its time
    void Push(const Reminder& reminder);

    /// @return the earliest, which stays; none: the queue is empty
    std::optional<Reminder> Earliest() const;

    /// @return the earliest's time, valid or not; none: later than any time
    Nanos EarliestTime() const
    {
        return m_heap.empty() ? NEVER : m_heap.front().when;
    }

    /// Drop the earliest; the queue must not be empty.
    void Pop();

    /// @return how many there are, valid or not
    std::size_t Size() const
    {
        return m_heap.size();
    }

    /**
     * Drop those that are out of date.
     * @param isValid whether a reminder is still wanted
     */
    template <typename IsValid>
    void Compact(IsValid isValid);

  private:
    static bool IsLater(const Reminder& a, const Reminder& b)
    {
        return a.when != b.when ? a.when > b.when : a.id > b.id;
    }

    void Rebuild();

    std::vector<Reminder> m_heap;
};

template <typename IsValid>
void
DeadlineQueue::Compact(IsValid isValid)
{
    std::size_t kept = 0;
    for (const Reminder& reminder : m_heap)
    {
        if (isValid(reminder))
        {
            m_heap[kept++] = reminder;
        }
    }
    m_heap.resize(kept);
    Rebuild();
}

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_TABLE_DEADLINE_QUEUE_H
