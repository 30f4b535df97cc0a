/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_TABLE_EXPIRY_CLOCK_H
#define CONNTRACK_TABLE_EXPIRY_CLOCK_H

#include "model/flow/time.h"

#include <cstdint>

/**
 * @file
 * When a timer that was set for a deadline fires: at the deadline, or as late as the kernel's
 * wheel.
 *
 * Layer: table.  Shape: two numbers.
 * Source: Linux's timer wheel (levels of 64 slots, eight times coarser each), as measured: section
 * 3 of the behavior table.
 */

namespace ns3
{
namespace conntrack
{

/// When a timer fires.
class ExpiryClock
{
  public:
    /// Timers fire at their deadline.
    void UseExact();

    /**
     * Timers fire as late as the kernel's.
     * @param hz ticks a second (CONFIG_HZ)
     * @param jiffies the kernel's tick count at time 0
     */
    void UseWheel(uint32_t hz, uint64_t jiffies);

    /**
     * @param now point in time at which the timer is set
     * @param timeout how long it shall wait
     * @return the point in time at which it fires
     */
    Nanos FiringTime(Nanos now, Nanos timeout) const;

  private:
    uint32_t m_hz{0}; ///< 0: exact
    uint64_t m_jiffies{0};
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_TABLE_EXPIRY_CLOCK_H
