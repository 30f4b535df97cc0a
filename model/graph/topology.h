/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_GRAPH_TOPOLOGY_H
#define CONNTRACK_GRAPH_TOPOLOGY_H

#include "model/flow/time.h"
#include "model/graph/graph-document.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

/**
 * @file
 * A topology: routers, and links between two of them.
 *
 * Layer: graph.
 * Shape: routers and links are numbered from 0 in the order in which they were added. There may be
 * several links between two routers.
 * Units: bit/s, nanoseconds, degrees. A weight is what a packet pays that leaves by this end, as in
 * OSPF and IS-IS: the two directions of a link may differ.
 * Errors: GraphError.
 */

namespace ns3
{
namespace conntrack
{

/// Where on Earth.
struct Coordinates
{
    static constexpr double MOST_LONGITUDE = 360; ///< once around, east or west
    static constexpr double MOST_LATITUDE = 90;   ///< the poles

    double longitude{0}; ///< degrees east
    double latitude{0};  ///< degrees north
};

/**
 * @param a a place
 * @param b a place
 * @return the length of the great circle between them, on a sphere of 6371 km; kilometers
 */
double GreatCircleKilometers(const Coordinates& a, const Coordinates& b);

/**
 * Light in fiber takes 5 us/km (ITU-T G.114, table A.1).
 * @param kilometers of fiber
 * @return its delay, in whole microseconds
 */
Nanos FiberDelay(double kilometers);

/// A router.
struct TopologyRouter
{
    std::string name;                    ///< unique
    std::optional<Coordinates> position; ///< where it stands; none: the document does not say
};

/// A link between two routers.
struct TopologyLink
{
    std::array<uint32_t, 2> ends{};    ///< the routers' numbers
    std::array<uint32_t, 2> weights{}; ///< of leaving by the first end, by the second; 1 or more
    uint64_t bandwidth{1000000000};    ///< bit/s
    Nanos delay{MILLISECOND};          ///< one way

    /// @param router one of its ends @return the place of that end, 0 or 1
    std::size_t EndAt(uint32_t router) const
    {
        return ends[0] == router ? 0 : 1;
    }

    /// @param router one of its ends @return the other one
    uint32_t Across(uint32_t router) const
    {
        return ends[1 - EndAt(router)];
    }
};

/// Routers and links.
class Topology
{
  public:
    std::string name; ///< may be empty

    /**
     * @param name of the router; not empty, and no other's
     * @param position where it is; within the limits of Coordinates
     * @return its number
     */
    uint32_t AddRouter(const std::string& name, std::optional<Coordinates> position = {});

    /**
     * @param link between two different routers, with weights of 1 or more
     * @return its number
     */
    uint32_t AddLink(const TopologyLink& link);

    /**
     * Add a link of one weight whose delay is that of fiber along the great circle, or 1 ms where a
     * position is unknown.
     * @param a a router
     * @param b another
     * @param weight of both directions
     * @return its number
     */
    uint32_t AddLink(uint32_t a, uint32_t b, uint32_t weight = 1);

    /// @return the routers
    const std::vector<TopologyRouter>& GetRouters() const
    {
        return m_routers;
    }

    /// @return the links
    const std::vector<TopologyLink>& GetLinks() const
    {
        return m_links;
    }

    /// @param router its number @return the numbers of its links, in ascending order
    const std::vector<uint32_t>& GetLinksOf(uint32_t router) const
    {
        return m_linksOf[router];
    }

    /// @return how many routers there are
    uint32_t Size() const
    {
        return static_cast<uint32_t>(m_routers.size());
    }

    /// @param name a router's @return its number; none: there is no such router
    std::optional<uint32_t> Find(const std::string& name) const;

    /// @param name a router's @return its number @throws GraphError if there is no such router
    uint32_t At(const std::string& name) const;

    /// @return for each router the number of its part, from 0: parts are not linked to each other
    std::vector<uint32_t> Parts() const;

    /// @throws GraphError that names two routers without a way between them, or says there is none
    void CheckConnected() const;

  private:
    std::vector<TopologyRouter> m_routers;
    std::vector<TopologyLink> m_links;
    std::vector<std::vector<uint32_t>> m_linksOf;
    std::unordered_map<std::string, uint32_t> m_numbers; ///< only looked up, never walked through
};

/// What links of a document have that does not tell.
struct TopologyDefaults
{
    uint64_t bandwidth{1000000000}; ///< bit/s
    Nanos delay{MILLISECOND};       ///< where an end's position is unknown; otherwise FiberDelay
    uint32_t weight{1};             ///< of leaving by either end
};

/**
 * Make a topology of a document. Attributes that count, under the first of these names that is
 * there: a node's `label`, `name`, `NodeLabel` (without: its id), `Longitude` and `Latitude`; an
 * edge's `bandwidth` (bit/s, or "10Gbps"), `LinkSpeedRaw` (bit/s), `LinkSpeed` with
 * `LinkSpeedUnits`; `delay` (seconds, or "5ms"); `weight`, `cost`; `weight_back`, the other
 * direction's.
 *
 * Of routers with one name, the later get "-2", "-3"... behind it. An edge of a node with itself is
 * left out. A directed edge and the next one back are one link; one that has none back stands for
 * both directions.
 * @param document a graph
 * @param defaults what is not told
 * @return the topology, connected or not
 */
Topology ToTopology(const GraphDocument& document, const TopologyDefaults& defaults = {});

/**
 * @param document a graph
 * @param defaults what is not told
 * @return its topology, which is connected: the error of one in parts names the file
 */
Topology ToConnectedTopology(const GraphDocument& document, const TopologyDefaults& defaults = {});

/// @param topology a topology @return a document of which ToTopology makes the same again
GraphDocument ToDocument(const Topology& topology);

/**
 * @param path a file: .dot and .gv are DOT, others GraphML
 * @param defaults what is not told
 * @return its topology, which is connected
 */
Topology ReadTopology(const std::string& path, const TopologyDefaults& defaults = {});

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_GRAPH_TOPOLOGY_H
