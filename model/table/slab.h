/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_TABLE_SLAB_H
#define CONNTRACK_TABLE_SLAB_H

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <vector>

/**
 * @file
 * Entries of one type at stable addresses, found by a 32-bit place.
 *
 * Layer: table.
 * Shape: blocks of 1024 entries, never moved; freed places are used again, last freed first. An
 * index needs 32 bits for an entry instead of a 64-bit pointer, and a million entries are some
 * thousand allocations.
 */

namespace ns3
{
namespace conntrack
{

/**
 * Entries of one type at stable addresses.
 * @tparam T has a member uint32_t slot, which the slab sets
 */
template <typename T>
class Slab
{
  public:
    /// @return a new entry, default-constructed but for its slot
    T* Allocate()
    {
        if (m_free.empty())
        {
            Grow();
        }
        const uint32_t slot = m_free.back();
        m_free.pop_back();
        T* entry = &At(slot);
        entry->~T();
        new (entry) T{};
        entry->slot = slot;
        return entry;
    }

    /// @param entry one of Allocate
    void Free(T& entry)
    {
        m_free.push_back(entry.slot);
    }

    /**
     * @param slot the place of an entry, living or not
     * @return the entry
     */
    T& At(uint32_t slot) const
    {
        return m_blocks[slot / BLOCK][slot % BLOCK];
    }

  private:
    static constexpr uint32_t BLOCK = 1024;

    void Grow()
    {
        const auto first = static_cast<uint32_t>(m_blocks.size()) * BLOCK;
        m_blocks.push_back(std::make_unique<T[]>(BLOCK));
        for (uint32_t i = BLOCK; i > 0; --i)
        {
            m_free.push_back(first + i - 1);
        }
    }

    std::vector<std::unique_ptr<T[]>> m_blocks;
    std::vector<uint32_t> m_free;
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_TABLE_SLAB_H
