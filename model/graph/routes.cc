/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/graph/routes.h"

#include <boost/graph/compressed_sparse_row_graph.hpp>
#include <boost/graph/dijkstra_shortest_paths.hpp>
#include <boost/property_map/property_map.hpp>
#include <limits>
#include <tuple>

namespace ns3
{
namespace conntrack
{

namespace
{

struct Weight
{
    uint64_t value;
};

/// Each direction of each link, turned round: so the way from a destination is the way to it.
using ReverseGraph =
    boost::compressed_sparse_row_graph<boost::directedS, boost::no_property, Weight>;

ReverseGraph
Reverse(const Topology& topology)
{
    std::vector<std::pair<uint32_t, uint32_t>> edges;
    std::vector<Weight> weights;
    for (const TopologyLink& link : topology.GetLinks())
    {
        for (const std::size_t end : {0, 1})
        {
            edges.emplace_back(link.ends[1 - end], link.ends[end]);
            weights.push_back({link.weights[end]});
        }
    }
    return {boost::edges_are_unsorted_multi_pass,
            edges.begin(),
            edges.end(),
            weights.begin(),
            topology.Size()};
}

/// @return the topology's size, if routes are not too many
uint32_t
CheckedSize(const Topology& topology)
{
    if (topology.Size() > Routes::MOST_ROUTERS)
    {
        throw GraphError("Routes of " + std::to_string(topology.Size()) +
                         " routers would be too many: at most " +
                         std::to_string(Routes::MOST_ROUTERS));
    }
    return topology.Size();
}

} // namespace

Routes::Routes(const Topology& topology, const Interrupt& interrupt)
    : m_size(CheckedSize(topology)),
      m_links(static_cast<std::size_t>(m_size) * m_size, NO_LINK)
{
    for (const TopologyLink& link : topology.GetLinks())
    {
        m_ends.push_back(link.ends);
    }
    constexpr uint64_t FAR = std::numeric_limits<uint64_t>::max();
    const ReverseGraph graph = Reverse(topology);
    std::vector<uint64_t> distances(m_size);
    for (uint32_t destination = 0; destination < m_size; ++destination)
    {
        interrupt();
        boost::dijkstra_shortest_paths(graph,
                                       destination,
                                       boost::weight_map(boost::get(&Weight::value, graph))
                                           .distance_map(boost::make_iterator_property_map(
                                               distances.begin(),
                                               boost::get(boost::vertex_index, graph))));
        for (uint32_t router = 0; router < m_size; ++router)
        {
            // Weights are above 0, so each step is nearer: there are no loops.
            auto best = std::make_tuple(FAR, m_size, NO_LINK);
            for (const uint32_t number : topology.GetLinksOf(router))
            {
                const TopologyLink& link = topology.GetLinks()[number];
                const uint32_t neighbor = link.Across(router);
                if (distances[neighbor] != FAR)
                {
                    const uint64_t cost = distances[neighbor] + link.weights[link.EndAt(router)];
                    best = std::min(best, std::make_tuple(cost, neighbor, number));
                }
            }
            if (router != destination)
            {
                m_links[static_cast<std::size_t>(destination) * m_size + router] =
                    std::get<2>(best);
            }
        }
    }
}

std::vector<uint32_t>
Routes::GetPath(uint32_t from, uint32_t to) const
{
    std::vector<uint32_t> path{from};
    while (path.back() != to)
    {
        const uint32_t link = GetLink(path.back(), to);
        if (link == NO_LINK)
        {
            return {};
        }
        const auto& ends = m_ends[link];
        path.push_back(ends[0] == path.back() ? ends[1] : ends[0]);
    }
    return path;
}

} // namespace conntrack
} // namespace ns3
