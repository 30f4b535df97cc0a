/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/table/flow-index.h"

#include <utility>

namespace ns3
{
namespace conntrack
{

namespace
{

constexpr unsigned FIRST_BITS = 8; // 256 slots, 2 KiB: a router with few connections stays small

} // namespace

FlowIndex::FlowIndex()
    : m_slots(std::size_t{1} << FIRST_BITS, Slot{0, NONE}),
      m_mask((std::size_t{1} << FIRST_BITS) - 1),
      m_shift(32 - FIRST_BITS)
{
}

void
FlowIndex::Insert(uint32_t hash, uint32_t value)
{
    if ((m_size + 1) * 4 > m_slots.size() * 3)
    {
        Grow();
    }
    std::size_t at = Home(hash);
    while (m_slots[at].value != NONE)
    {
        at = (at + 1) & m_mask;
    }
    m_slots[at] = {hash, value};
    ++m_size;
}

bool
FlowIndex::Erase(uint32_t hash, uint32_t value)
{
    std::size_t hole = Home(hash);
    while (m_slots[hole].value != value || m_slots[hole].hash != hash)
    {
        if (m_slots[hole].value == NONE)
        {
            return false;
        }
        hole = (hole + 1) & m_mask;
    }
    // Shift back every later slot that may lie in the hole: one whose home is not behind it.
    for (std::size_t at = (hole + 1) & m_mask; m_slots[at].value != NONE; at = (at + 1) & m_mask)
    {
        const std::size_t home = Home(m_slots[at].hash);
        if (((at - home) & m_mask) >= ((at - hole) & m_mask))
        {
            m_slots[hole] = m_slots[at];
            hole = at;
        }
    }
    m_slots[hole].value = NONE;
    --m_size;
    return true;
}

std::vector<uint32_t>
FlowIndex::InRange(uint32_t first, uint32_t last) const
{
    std::vector<uint32_t> found;
    const std::size_t begin = Home(first);
    const std::size_t homes = Home(last) - begin + 1;
    // Behind the last home lie those that had to move on, up to a gap; each slot is seen but once,
    // though the range is the whole circle.
    for (std::size_t seen = 0; seen < m_slots.size(); ++seen)
    {
        const Slot& slot = m_slots[(begin + seen) & m_mask];
        if (slot.value == NONE)
        {
            if (seen >= homes)
            {
                break;
            }
        }
        else if (slot.hash >= first && slot.hash <= last)
        {
            found.push_back(slot.value);
        }
    }
    return found;
}

void
FlowIndex::Grow()
{
    std::vector<Slot> old(m_slots.size() * 2, Slot{0, NONE});
    std::swap(old, m_slots);
    m_mask = m_slots.size() - 1;
    --m_shift;
    m_size = 0;
    for (const Slot& slot : old)
    {
        if (slot.value != NONE)
        {
            Insert(slot.hash, slot.value);
        }
    }
}

} // namespace conntrack
} // namespace ns3
