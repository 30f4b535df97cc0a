/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_GRAPH_ROUTES_H
#define CONNTRACK_GRAPH_ROUTES_H

#include "model/graph/topology.h"

#include <cstdint>
#include <functional>
#include <vector>

/**
 * @file
 * The routes of a topology: the least sum of weights, as OSPF and IS-IS route.
 *
 * Layer: graph.
 * Shape: 4 bytes a pair of routers: 4 MB for 1,000 routers. Time grows by their square, too.
 * Differs (from those protocols): there is one route a destination. Of equal ones a router takes
 * the link to the neighbor of the lowest number, then the lowest link: the same in each run.
 */

namespace ns3
{
namespace conntrack
{

/// Called again and again during long work; what it throws ends the work.
using Interrupt = std::function<void()>;

/// The links by which packets leave, for each router and destination.
class Routes
{
  public:
    /// No link: the destination is the router itself, or cannot be reached.
    static constexpr uint32_t NO_LINK = UINT32_MAX;

    /// Most routers of a topology: their routes take 1.6 GB.
    static constexpr uint32_t MOST_ROUTERS = 20000;

    /**
     * @param topology whose routes; connected or not
     * @param interrupt called before each destination
     * @throws GraphError if the topology is too large
     */
    explicit Routes(
        const Topology& topology,
        const Interrupt& interrupt = [] {});

    /// @return how many routers there are
    uint32_t Size() const
    {
        return m_size;
    }

    /// @param router a router @param destination a router @return the link, or NO_LINK
    uint32_t GetLink(uint32_t router, uint32_t destination) const
    {
        return m_links[static_cast<std::size_t>(destination) * m_size + router];
    }

    /**
     * @param from a router
     * @param to a router
     * @return the routers on the way, with both; empty if there is no way
     */
    std::vector<uint32_t> GetPath(uint32_t from, uint32_t to) const;

  private:
    uint32_t m_size;
    std::vector<uint32_t> m_links;               ///< by destination, then by router
    std::vector<std::array<uint32_t, 2>> m_ends; ///< of each link
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_GRAPH_ROUTES_H
