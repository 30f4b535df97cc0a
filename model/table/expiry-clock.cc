/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/table/expiry-clock.h"

namespace ns3
{
namespace conntrack
{

namespace
{

// A level has 64 slots, of which the last cannot be used for a new timer; the next one is eight
// times coarser; there are nine levels (at 100 ticks a second and more: 9).
constexpr uint64_t SLOTS_IN_USE = 63;
constexpr unsigned LEVELS = 9;
constexpr unsigned LEVEL_BITS = 3;

} // namespace

void
ExpiryClock::UseExact()
{
    m_hz = 0;
}

void
ExpiryClock::UseWheel(uint32_t hz, uint64_t jiffies)
{
    m_hz = hz;
    m_jiffies = jiffies;
}

Nanos
ExpiryClock::FiringTime(Nanos now, Nanos timeout) const
{
    if (m_hz == 0)
    {
        return now + timeout;
    }
    const Nanos tick = SECOND / m_hz;
    const uint64_t current = m_jiffies + static_cast<uint64_t>(now / tick);
    const uint64_t delay = static_cast<uint64_t>(timeout / tick);
    unsigned level = 0;
    while (level + 1 < LEVELS && delay >= SLOTS_IN_USE << (LEVEL_BITS * level))
    {
        ++level;
    }
    const uint64_t granularity = uint64_t{1} << (LEVEL_BITS * level);
    // The first multiple after the expiry: the wheel never fires early, so it takes the next slot.
    const uint64_t fires = ((current + delay) / granularity + 1) * granularity;
    return static_cast<Nanos>(fires - m_jiffies) * tick;
}

} // namespace conntrack
} // namespace ns3
