/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/graph/placement.h"

#include <algorithm>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/biconnected_components.hpp>
#include <boost/graph/boykov_kolmogorov_max_flow.hpp>

namespace ns3
{
namespace conntrack
{

namespace
{

using Traits = boost::adjacency_list_traits<boost::vecS, boost::vecS, boost::bidirectionalS>;
using Capacity = int64_t;

struct FlowArc
{
    Capacity capacity{0};
    Capacity residual{0};
    Traits::edge_descriptor reverse;
};

struct FlowVertex
{
    boost::default_color_type color{boost::white_color};
    Capacity distance{0};
    Traits::edge_descriptor predecessor;
};

using FlowNetwork =
    boost::adjacency_list<boost::vecS, boost::vecS, boost::bidirectionalS, FlowVertex, FlowArc>;

void
AddArc(FlowNetwork& network, std::size_t from, std::size_t to, Capacity capacity)
{
    const auto arc = boost::add_edge(from, to, network).first;
    const auto back = boost::add_edge(to, from, network).first;
    network[arc].capacity = capacity;
    network[arc].reverse = back;
    network[back].reverse = arc;
}

} // namespace

std::vector<uint32_t>
ArticulationRouters(const Topology& topology)
{
    boost::adjacency_list<boost::vecS,
                          boost::vecS,
                          boost::undirectedS,
                          boost::no_property,
                          boost::property<boost::edge_index_t, std::size_t>>
        graph(topology.Size());
    for (const TopologyLink& link : topology.GetLinks())
    {
        boost::add_edge(link.ends[0], link.ends[1], graph);
    }
    std::vector<uint32_t> routers;
    boost::articulation_points(graph, std::back_inserter(routers));
    std::sort(routers.begin(), routers.end());
    routers.erase(std::unique(routers.begin(), routers.end()), routers.end());
    return routers;
}

std::vector<uint32_t>
MinimumCut(const Topology& topology,
           const std::vector<uint32_t>& from,
           const std::vector<uint32_t>& to)
{
    // Each router is two vertices, in and out, with an arc of 1 between them: by Menger's theorem
    // the arcs of a minimum cut are the routers.
    const std::size_t size = topology.Size();
    const Capacity many = static_cast<Capacity>(size) + 1;
    const std::size_t source = 2 * size;
    const std::size_t sink = source + 1;
    FlowNetwork network(2 * size + 2);
    for (std::size_t router = 0; router < size; ++router)
    {
        AddArc(network, 2 * router, 2 * router + 1, 1);
    }
    for (const TopologyLink& link : topology.GetLinks())
    {
        AddArc(network, 2 * std::size_t{link.ends[0]} + 1, 2 * std::size_t{link.ends[1]}, many);
        AddArc(network, 2 * std::size_t{link.ends[1]} + 1, 2 * std::size_t{link.ends[0]}, many);
    }
    for (const auto* set : {&from, &to})
    {
        for (const uint32_t router : *set)
        {
            if (router >= size)
            {
                throw GraphError("There is no router " + std::to_string(router));
            }
            set == &from ? AddArc(network, source, 2 * std::size_t{router}, many)
                         : AddArc(network, 2 * std::size_t{router} + 1, sink, many);
        }
    }
    boost::boykov_kolmogorov_max_flow(network,
                                      boost::get(&FlowArc::capacity, network),
                                      boost::get(&FlowArc::residual, network),
                                      boost::get(&FlowArc::reverse, network),
                                      boost::get(&FlowVertex::predecessor, network),
                                      boost::get(&FlowVertex::color, network),
                                      boost::get(&FlowVertex::distance, network),
                                      boost::get(boost::vertex_index, network),
                                      source,
                                      sink);
    // Those that the source still reaches have its color.
    const auto reached = [&](std::size_t vertex) {
        return network[vertex].color == network[source].color;
    };
    std::vector<uint32_t> cut;
    for (uint32_t router = 0; router < size; ++router)
    {
        if (reached(2 * std::size_t{router}) && !reached(2 * std::size_t{router} + 1))
        {
            cut.push_back(router);
        }
    }
    return cut;
}

} // namespace conntrack
} // namespace ns3
