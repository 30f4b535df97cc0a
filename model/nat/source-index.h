/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_NAT_SOURCE_INDEX_H
#define CONNTRACK_NAT_SOURCE_INDEX_H

#include "model/table/connection-table.h"

#include <cstdint>
#include <deque>
#include <vector>

/**
 * @file
 * Connections by the source of their original tuple: who may follow whom.
 *
 * Layer: nat.
 * Shape: chains of slots, newest first, linked both ways through two numbers a slot; one head for
 * two connections. That is 11 bytes a connection; a removal takes the same time however many
 * connections a source has.
 * Source: Linux asks the newest of a source first (nf_nat_bysource).
 */

namespace ns3
{
namespace conntrack
{

/// Connections by the source of their original tuple.
class SourceIndex
{
  public:
    /// @param connections the table in whose slots the connections lie
    explicit SourceIndex(const ConnectionTable& connections);

    /// @param connection one of the table that is not in the index
    void Add(const Connection& connection);

    /// @param connection one that may be in the index
    void Remove(const Connection& connection);

    /**
     * Visit the connections with a tuple's source, the newest first.
     * @param tuple whose source, protocol and zone count
     * @param visit called with each; returns whether it wants no more
     */
    template <typename Visit>
    void ForSource(const Tuple& tuple, Visit visit) const
    {
        for (uint32_t slot = m_heads[HomeOf(tuple)]; slot != NONE; slot = m_links[slot].next)
        {
            const Connection& connection = *m_connections.At(slot);
            if (IsSameSource(connection.Original(), tuple) && visit(connection))
            {
                return;
            }
        }
    }

  private:
    static constexpr uint32_t NONE = 0xffffffff;
    static constexpr uint32_t FIRST = 0xfffffffe; ///< as previous: there is none, but it is here

    struct Links
    {
        uint32_t next{NONE};
        uint32_t previous{NONE}; ///< NONE: the slot is not in the index
    };

    static bool IsSameSource(const Tuple& a, const Tuple& b)
    {
        return a.source == b.source && a.sourcePort == b.sourcePort && a.protocol == b.protocol &&
               a.zone == b.zone;
    }

    std::size_t HomeOf(const Tuple& tuple) const;
    void PutFirst(uint32_t slot, std::size_t home);
    void Grow();

    const ConnectionTable& m_connections;
    std::vector<uint32_t> m_heads; ///< a power of two
    std::deque<Links> m_links;     ///< by slot, as far as needed
    std::size_t m_size{0};
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_NAT_SOURCE_INDEX_H
