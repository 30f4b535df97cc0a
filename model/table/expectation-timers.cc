/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/table/expectation-timers.h"

namespace ns3
{
namespace conntrack
{

namespace
{

// Reminders out of date are cleared away when the queue has grown so far over what was left then.
constexpr std::size_t GROWTH = 4;
constexpr std::size_t LEAST = 64;

} // namespace

ExpectationTimers::ExpectationTimers(const Slab<Expectation>& slab)
    : m_slab(slab)
{
}

void
ExpectationTimers::Start(Expectation& expectation, Nanos now, Nanos timeout)
{
    expectation.hasTimer = true;
    expectation.timerPending = true;
    expectation.deadline = now + timeout;
    expectation.firing = m_clock.FiringTime(now, timeout);
    // One reminder does for all that comes later: NAT helpers insert and withdraw an expectation
    // port after port.
    if (expectation.armed < 0 || expectation.firing < expectation.armed)
    {
        Remind(expectation);
    }
}

void
ExpectationTimers::Remind(Expectation& expectation)
{
    expectation.armed = expectation.firing;
    m_reminders.Push({expectation.armed, expectation.slot, expectation.id});
    if (m_reminders.Size() > LEAST + GROWTH * m_valid)
    {
        m_reminders.Compact([this](const DeadlineQueue::Reminder& r) { return IsValid(r); });
        m_valid = m_reminders.Size();
    }
}

bool
ExpectationTimers::IsValid(const DeadlineQueue::Reminder& reminder) const
{
    const Expectation& owner = m_slab.At(reminder.slot);
    return owner.id == reminder.id && owner.armed == reminder.when;
}

std::optional<Nanos>
ExpectationTimers::Next()
{
    while (const auto reminder = m_reminders.Earliest())
    {
        if (IsValid(*reminder))
        {
            return reminder->when;
        }
        m_reminders.Pop();
    }
    return std::nullopt;
}

Expectation*
ExpectationTimers::TakeDue(Nanos now)
{
    for (auto next = Next(); next && *next <= now; next = Next())
    {
        Expectation& expectation = m_slab.At(m_reminders.Earliest()->slot);
        m_reminders.Pop();
        expectation.armed = -1;
        if (!expectation.timerPending || expectation.firing <= *next)
        {
            return &expectation;
        }
        Remind(expectation);
    }
    return nullptr;
}

} // namespace conntrack
} // namespace ns3
