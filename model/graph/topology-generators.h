/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_GRAPH_TOPOLOGY_GENERATORS_H
#define CONNTRACK_GRAPH_TOPOLOGY_GENERATORS_H

#include "model/graph/topology.h"

/**
 * @file
 * Topologies made by rule or by chance.
 *
 * Layer: graph.
 * Shape: each is connected. The same seed gives the same topology everywhere: numbers come from
 * std::mt19937_64, whose output the C++ standard fixes, and are shaped here, because the standard
 * leaves that to each library.
 * Errors: GraphError for sizes that make no sense, or more than MOST_ROUTERS.
 */

namespace ns3
{
namespace conntrack
{

/// Most routers that a generator makes.
constexpr uint32_t MOST_ROUTERS = 100000;

/**
 * @param fanout children of each router, 1 or more
 * @param depth levels below the root; 0: the root alone
 * @return a tree; routers "r0", "r1"... level by level, links to the parent
 */
Topology MakeTree(uint32_t fanout, uint32_t depth);

/**
 * The switches of a fat tree (Al-Fares, Loukissas, Vahdat, "A Scalable, Commodity Data Center
 * Network Architecture", SIGCOMM 2008, section 3.1).
 * @param ports of each switch: an even number, 2 or more
 * @return (k/2)^2 "coreN", and in each of k pods k/2 "podP-aggrN" and k/2 "podP-edgeN"
 */
Topology MakeFatTree(uint32_t ports);

/// How Waxman's random graph looks.
struct Waxman
{
    uint32_t routers{0}; ///< how many
    double alpha{0.4};   ///< more: more links; above 0, at most 1
    double beta{0.2};    ///< more: longer links; above 0, at most 1
    uint64_t seed{1};    ///< of its own random numbers
};

/**
 * Waxman's random graph ("Routing of Multipoint Connections", IEEE JSAC 6(9), 1988): routers are
 * spread over a square; two are linked with probability alpha * exp(-distance / (beta * diagonal)).
 * Parts that are not linked then are joined by the shortest link to the first router's part.
 * @param settings its parameters
 * @return routers "r0", "r1"... on a square of 10 degrees
 */
Topology MakeWaxman(const Waxman& settings);

/**
 * Barabasi and Albert's graph ("Emergence of Scaling in Random Networks", Science 286, 1999): the
 * first links + 1 routers are all linked; each further one to others chosen by their degrees.
 * @param routers how many
 * @param links that each new router brings, 1 or more, fewer than routers
 * @param seed of the random numbers
 * @return routers "r0", "r1"...
 */
Topology MakeBarabasiAlbert(uint32_t routers, uint32_t links, uint64_t seed);

/**
 * Make routing asymmetric: each direction's weight is multiplied by 100 and by a number from 1 to
 * 1 + skew, drawn for each direction. With skew 0 routes stay as they are.
 * @param topology a topology
 * @param skew 0 or more, at most 10
 * @param seed of the random numbers
 * @return it with other weights
 */
Topology SkewWeights(const Topology& topology, double skew, uint64_t seed);

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_GRAPH_TOPOLOGY_GENERATORS_H
