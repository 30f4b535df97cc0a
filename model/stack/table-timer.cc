/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/stack/table-timer.h"

#include "ns3/simulator.h"

#include <algorithm>

namespace ns3
{
namespace conntrack
{

TableTimer::~TableTimer()
{
    Stop();
}

void
TableTimer::SetCallback(std::function<void()> callback)
{
    m_callback = std::move(callback);
}

void
TableTimer::Ensure(std::optional<Nanos> deadline)
{
    if (!deadline || (m_pending && m_when <= *deadline))
    {
        return;
    }
    if (m_pending)
    {
        Simulator::Remove(m_event);
    }
    const Nanos delay = std::max<Nanos>(*deadline - Simulator::Now().GetNanoSeconds(), 0);
    m_when = *deadline;
    m_pending = true;
    m_event = Simulator::Schedule(NanoSeconds(delay), &TableTimer::Fire, this);
}

void
TableTimer::Stop()
{
    if (m_pending)
    {
        Simulator::Remove(m_event);
    }
    m_pending = false;
    m_event = EventId(); // in another simulation it would be another's
    m_callback = nullptr;
}

void
TableTimer::Fire()
{
    m_pending = false;
    if (m_callback)
    {
        m_callback();
    }
}

} // namespace conntrack
} // namespace ns3
