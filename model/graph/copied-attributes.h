/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_GRAPH_COPIED_ATTRIBUTES_H
#define CONNTRACK_GRAPH_COPIED_ATTRIBUTES_H

#include "model/graph/graph-document.h"

#include <cstddef>

/**
 * @file
 * Limits what a reader copies for the many nodes and edges that one word of a text holds for.
 *
 * Layer: graph.
 * Shape: a count. Without it a short text could ask for any amount of memory: `{a b} -- {c d}` of
 * DOT are four edges, and attributes that hold for all are copied to each.
 * Units: bytes beyond the text's own.
 */

namespace ns3
{
namespace conntrack
{

/// Counts what is copied.
class CopiedAttributes
{
  public:
    /// @param bytes will be copied @return whether that is not too much
    bool Count(std::size_t bytes)
    {
        m_bytes += bytes;
        return m_bytes <= MOST_BYTES;
    }

    /// @param attributes will be copied @return whether that is not too much
    bool Count(const GraphAttributes& attributes)
    {
        return Count(SizeOf(attributes));
    }

    /// @param attributes some @return about how many bytes they take
    static std::size_t SizeOf(const GraphAttributes& attributes)
    {
        std::size_t size = attributes.size() * sizeof(GraphAttributes::value_type);
        for (const auto& [name, value] : attributes)
        {
            size += name.size() + value.size();
        }
        return size;
    }

  private:
    static constexpr std::size_t MOST_BYTES = 100000000;

    std::size_t m_bytes{0};
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_GRAPH_COPIED_ATTRIBUTES_H
