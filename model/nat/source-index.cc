/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/nat/source-index.h"

#include "model/table/hash.h"

#include <utility>

namespace ns3
{
namespace conntrack
{

namespace
{

constexpr std::size_t LEAST_HEADS = 16;
constexpr std::size_t CHAIN = 2; // connections a head, before their number is doubled

} // namespace

SourceIndex::SourceIndex(const ConnectionTable& connections)
    : m_connections(connections),
      m_heads(LEAST_HEADS, NONE)
{
}

std::size_t
SourceIndex::HomeOf(const Tuple& tuple) const
{
    static const auto keys = ExpandKey(0);
    Tuple source;
    source.source = tuple.source;
    source.sourcePort = tuple.sourcePort;
    source.protocol = tuple.protocol;
    source.zone = tuple.zone;
    return HashBytes40(&source, keys) & (m_heads.size() - 1);
}

void
SourceIndex::PutFirst(uint32_t slot, std::size_t home)
{
    const uint32_t next = m_heads[home];
    m_links[slot] = {next, FIRST};
    if (next != NONE)
    {
        m_links[next].previous = slot;
    }
    m_heads[home] = slot;
}

void
SourceIndex::Add(const Connection& connection)
{
    if (m_size >= CHAIN * m_heads.size())
    {
        Grow();
    }
    if (m_links.size() <= connection.slot)
    {
        m_links.resize(connection.slot + 1);
    }
    PutFirst(connection.slot, HomeOf(connection.Original()));
    ++m_size;
}

void
SourceIndex::Remove(const Connection& connection)
{
    if (connection.slot >= m_links.size() || m_links[connection.slot].previous == NONE)
    {
        return;
    }
    const Links links = std::exchange(m_links[connection.slot], {});
    if (links.next != NONE)
    {
        m_links[links.next].previous = links.previous;
    }
    if (links.previous == FIRST)
    {
        m_heads[HomeOf(connection.Original())] = links.next;
    }
    else
    {
        m_links[links.previous].next = links.next;
    }
    --m_size;
}

void
SourceIndex::Grow()
{
    std::vector<uint32_t> heads(2 * m_heads.size(), NONE);
    heads.swap(m_heads);
    for (const uint32_t head : heads)
    {
        // From the last on, so that the order stays.
        uint32_t last = head;
        while (last != NONE && m_links[last].next != NONE)
        {
            last = m_links[last].next;
        }
        while (last != NONE)
        {
            const uint32_t previous = m_links[last].previous;
            PutFirst(last, HomeOf(m_connections.At(last)->Original()));
            last = previous == FIRST ? NONE : previous;
        }
    }
}

} // namespace conntrack
} // namespace ns3
