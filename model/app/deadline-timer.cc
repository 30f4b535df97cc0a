/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/app/deadline-timer.h"

#include "ns3/simulator.h"

#include <algorithm>

namespace ns3
{
namespace conntrack
{

DeadlineTimer::DeadlineTimer(std::function<void(uint64_t)> due)
    : m_due(std::move(due))
{
}

DeadlineTimer::~DeadlineTimer()
{
    m_event.Cancel();
}

void
DeadlineTimer::Set(uint64_t number, Nanos deadline)
{
    const auto old = m_deadlines.find(number);
    if (old != m_deadlines.end())
    {
        if (old->second == deadline)
        {
            return;
        }
        m_order.erase({old->second, number});
        m_deadlines.erase(old);
    }
    if (deadline != NEVER)
    {
        m_order.emplace(deadline, number);
        m_deadlines.emplace(number, deadline);
        Arm();
    }
}

void
DeadlineTimer::Arm()
{
    if (m_order.empty() || m_order.begin()->first >= m_armed)
    {
        return;
    }
    m_event.Cancel();
    m_armed = m_order.begin()->first;
    const Nanos now = Simulator::Now().GetNanoSeconds();
    m_event = Simulator::Schedule(NanoSeconds(std::max<Nanos>(m_armed - now, 0)),
                                  &DeadlineTimer::Fire,
                                  this);
}

void
DeadlineTimer::Fire()
{
    m_armed = NEVER;
    const Nanos now = Simulator::Now().GetNanoSeconds();
    while (!m_order.empty() && m_order.begin()->first <= now)
    {
        const uint64_t number = m_order.begin()->second;
        m_deadlines.erase(number);
        m_order.erase(m_order.begin());
        m_due(number);
    }
    Arm();
}

} // namespace conntrack
} // namespace ns3
