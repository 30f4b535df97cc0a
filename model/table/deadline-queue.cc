/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/table/deadline-queue.h"

#include <algorithm>

namespace ns3
{
namespace conntrack
{

void
DeadlineQueue::Push(const Reminder& reminder)
{
    m_heap.push_back(reminder);
    std::push_heap(m_heap.begin(), m_heap.end(), IsLater);
}

std::optional<DeadlineQueue::Reminder>
DeadlineQueue::Earliest() const
{
    if (m_heap.empty())
    {
        return std::nullopt;
    }
    return m_heap.front();
}

void
DeadlineQueue::Pop()
{
    std::pop_heap(m_heap.begin(), m_heap.end(), IsLater);
    m_heap.pop_back();
}

void
DeadlineQueue::Rebuild()
{
    std::make_heap(m_heap.begin(), m_heap.end(), IsLater);
}

} // namespace conntrack
} // namespace ns3
