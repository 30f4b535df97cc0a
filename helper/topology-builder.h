/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_HELPER_TOPOLOGY_BUILDER_H
#define CONNTRACK_HELPER_TOPOLOGY_BUILDER_H

#include "helper/topology-routing.h"
#include "model/graph/topology.h"

#include "ns3/ipv4-address.h"
#include "ns3/net-device-container.h"
#include "ns3/node-container.h"

#include <memory>
#include <string>
#include <vector>

/**
 * @file
 * Makes nodes of a topology: routers with an IPv4 stack, links, addresses, routes.
 *
 * Layer: helper.
 * Shape: of a router, device eth1 is its first link in the topology's order, eth2 the second...
 * Each router has a network of its own beneath it, 10.0.0.0/24 for the first, whose first address
 * is the router itself (on the loopback device, as routers have it): hosts that are attached get
 * further ones, and are reached from everywhere. Links have networks of 172.16.0.0/12 that routes
 * do not know.
 * Errors: GraphError for a topology that is in parts, or too large for the addresses.
 * Differs (from Ipv4AddressHelper): links get no queue discs; TrafficControlHelper adds them. IPv6
 * is left out.
 */

namespace ns3
{
namespace conntrack
{

/// Nodes that were made of a topology.
struct TopologyNetwork
{
    NodeContainer nodes;                   ///< by the routers' numbers
    std::vector<Ipv4Address> addresses;    ///< the routers' own
    std::vector<NetDeviceContainer> links; ///< the two devices of each link, in its ends' order
    std::shared_ptr<const TopologyRouteTable> table; ///< what the routers forward by
};

/// Makes nodes of topologies.
class TopologyBuilder
{
  public:
    /// As described above.
    TopologyBuilder();

    /**
     * @param base the first router's network, "10.0.0.0"
     * @param prefix the length of a router's prefix, 8 to 30; the pool ends where addresses do
     */
    void SetRouterNetworks(const std::string& base, uint8_t prefix);

    /// @param base the first link's network; each takes four addresses
    void SetLinkNetworks(const std::string& base);

    /**
     * Fix the random streams of the nodes.
     * @param stream the first; 10 are used for each router
     */
    void SetFirstStream(int64_t stream);

    /**
     * @param topology a connected one
     * @param interrupt called for each router and link; if it throws, the nodes so far stay behind
     * @return its nodes
     */
    TopologyNetwork Build(
        const Topology& topology,
        const Interrupt& interrupt = [] {}) const;

  private:
    void CheckAddresses(const Topology& topology) const;

    RouterNetworks m_networks;
    uint32_t m_linkBase;
    int64_t m_stream{-1}; ///< negative: ns-3 gives them
};

/**
 * Rules of a router that takes part in a placement: what is invalid is not forwarded.
 * @return the JSON of `nft -j list ruleset`
 */
std::string DropInvalidRules();

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_HELPER_TOPOLOGY_BUILDER_H
