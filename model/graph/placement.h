/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_GRAPH_PLACEMENT_H
#define CONNTRACK_GRAPH_PLACEMENT_H

#include "model/graph/routes.h"

#include <cstdint>
#include <vector>

/**
 * @file
 * Where stateful routers may stand: which routers see both directions of which flows.
 *
 * Layer: graph.
 * Shape: a flow is an ordered pair of routers, client and server, beneath which the hosts are. Its
 * ways there and back are those of Routes, and each router looks at what passes by it.
 *
 * A router that tracks TCP and drops what is invalid breaks a flow if it sees one direction alone.
 * - It sees the answers only: the SYN-ACK belongs to no connection, and is invalid.
 * - It sees the requests only: the SYN opens a connection; the ACK, which comes before any answer,
 *   is invalid.
 * So the first of the three segments that meets such a router on its way ends the flow.
 * Source: the state table of Linux's nf_conntrack_proto_tcp.c (rows "synack" and "ack").
 * UDP has no such order: a router that sees one direction alone takes it for a flow without
 * answers.
 */

namespace ns3
{
namespace conntrack
{

/// Two routers that talk, by their numbers.
struct FlowEnds
{
    uint32_t client{0}; ///< who begins
    uint32_t server{0}; ///< who answers
};

/// @param routers how many there are @return each router with each other, in ascending order
std::vector<FlowEnds> AllPairs(uint32_t routers);

/// What a router sees of some flows.
struct RouterView
{
    uint64_t both{0};     ///< flows that pass it in both directions
    uint64_t requests{0}; ///< flows of which only the way to the server passes it
    uint64_t answers{0};  ///< flows of which only the way back passes it
};

/// What becomes of a TCP connection.
enum class FlowFate : uint8_t
{
    Passes,
    SynAckDropped, ///< the SYN-ACK, by a router that saw no SYN
    AckDropped,    ///< the ACK, by a router that saw no SYN-ACK
    NoRoute,       ///< there is no way there or back
};

/// What becomes of a TCP connection, and where.
struct FlowVerdict
{
    FlowFate fate{FlowFate::Passes}; ///< what becomes of it
    uint32_t router{0};              ///< that drops
};

/// What a placement of stateful routers does to some flows.
struct PlacementReport
{
    uint64_t flows{0};   ///< all of them, those without a way too
    uint64_t broken{0};  ///< flows that do not pass, for want of state
    uint64_t guarded{0}; ///< flows that pass, and a stateful router sees both directions

    /// @return the share of flows that is broken
    double BrokenShare() const
    {
        return flows == 0 ? 0 : static_cast<double>(broken) / static_cast<double>(flows);
    }
};

/// Judges places of stateful routers by the routes.
class Placement
{
  public:
    /**
     * @param topology a topology, which is copied in its routes only
     * @param interrupt called before each destination and, later, each flow
     */
    explicit Placement(
        const Topology& topology,
        Interrupt interrupt = [] {})
        : m_routes(topology, interrupt),
          m_interrupt(std::move(interrupt))
    {
    }

    /// @return the routes
    const Routes& GetRoutes() const
    {
        return m_routes;
    }

    /// @param flow a flow @return whether it has both ways, and they pass by the same routers
    bool IsSymmetric(const FlowEnds& flow) const;

    /// @param flow a flow @return the routers that see both directions, in the order of the way
    /// there
    std::vector<uint32_t> SeeingBoth(const FlowEnds& flow) const;

    /// @param flows some flows @return for each router what it sees of them
    std::vector<RouterView> Views(const std::vector<FlowEnds>& flows) const;

    /**
     * @param flow a TCP connection
     * @param stateful for each router whether it tracks and drops what is invalid
     * @return what becomes of it
     */
    FlowVerdict Judge(const FlowEnds& flow, const std::vector<bool>& stateful) const;

    /**
     * @param flows some TCP connections
     * @param stateful for each router whether it tracks and drops what is invalid
     * @return how many pass
     */
    PlacementReport Report(const std::vector<FlowEnds>& flows,
                           const std::vector<bool>& stateful) const;

  private:
    Routes m_routes;
    Interrupt m_interrupt;
};

/**
 * @param topology a topology
 * @return the routers without which it falls apart, in ascending order: whatever the routes, all
 * that goes from one side to another passes by them
 */
std::vector<uint32_t> ArticulationRouters(const Topology& topology);

/**
 * The fewest routers by which all must pass that goes from some routers to others, whatever the
 * routes. They can be some of these themselves. Of several such sets it is one, always the same.
 * @param topology a topology
 * @param from some routers
 * @param to some routers
 * @return the set, in ascending order; empty if there is no way
 */
std::vector<uint32_t> MinimumCut(const Topology& topology,
                                 const std::vector<uint32_t>& from,
                                 const std::vector<uint32_t>& to);

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_GRAPH_PLACEMENT_H
