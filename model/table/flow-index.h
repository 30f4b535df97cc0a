/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_TABLE_FLOW_INDEX_H
#define CONNTRACK_TABLE_FLOW_INDEX_H

#include <cstddef>
#include <cstdint>
#include <vector>

/**
 * @file
 * From the hash of a tuple to the places that may hold it.
 *
 * Layer: table.
 * Shape: open addressing with linear probing, 8 bytes a slot (hash, value), at most three quarters
 * full, doubled when it grows. A slot's home is given by the highest bits of its hash, so slots lie
 * in the order of their hashes: entries of near-by kernel buckets (which are ranges of the hash)
 * lie beside each other, as early drop wants them. Removal shifts back: there are no tombstones.
 */

namespace ns3
{
namespace conntrack
{

/// From the hash of a tuple to the places that may hold it.
class FlowIndex
{
  public:
    FlowIndex();

    /**
     * @param hash the tuple's hash
     * @param value what to find under it; not NONE
     */
    void Insert(uint32_t hash, uint32_t value);

    /**
     * @param hash the hash it was inserted with
     * @param value the value
     * @return whether it was there
     */
    bool Erase(uint32_t hash, uint32_t value);

    /**
     * Find the first value of a hash that a test accepts.
     * @param hash the hash
     * @param accept called with values of equal hash
     * @return the value, or NONE
     */
    template <typename Accept>
    uint32_t Find(uint32_t hash, Accept accept) const
    {
        for (std::size_t at = Home(hash);; at = (at + 1) & m_mask)
        {
            const Slot& slot = m_slots[at];
            if (slot.value == NONE)
            {
                return NONE;
            }
            if (slot.hash == hash && accept(slot.value))
            {
                return slot.value;
            }
        }
    }

    /**
     * Visit the values whose hash lies in a range.
     * @param first lowest hash
     * @param last highest hash, not below first
     * @return the values, in the order of the slots
     */
    std::vector<uint32_t> InRange(uint32_t first, uint32_t last) const;

    /// @return how many values there are
    std::size_t Size() const
    {
        return m_size;
    }

    /// No value.
    static constexpr uint32_t NONE = 0xffffffff;

  private:
    struct Slot
    {
        uint32_t hash;
        uint32_t value;
    };

    std::size_t Home(uint32_t hash) const
    {
        return static_cast<std::size_t>(hash >> m_shift);
    }

    void Grow();

    std::vector<Slot> m_slots;
    std::size_t m_mask;
    unsigned m_shift;
    std::size_t m_size{0};
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_TABLE_FLOW_INDEX_H
