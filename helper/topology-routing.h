/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_HELPER_TOPOLOGY_ROUTING_H
#define CONNTRACK_HELPER_TOPOLOGY_ROUTING_H

#include "model/graph/routes.h"
#include "model/stack/filtering-routing.h"

#include "ns3/ipv4-address.h"
#include "ns3/ipv4-routing-protocol.h"

#include <memory>
#include <vector>

/**
 * @file
 * IPv4 routing along the routes of a topology.
 *
 * Layer: helper.
 * Shape: all routers of a topology share one table; a look-up is a shift, two array accesses and
 * a search among the router's own links, where Ipv4StaticRouting walks a list that has an entry for
 * each of 1,000 destinations.
 * Differs: routes are those of the topology, whatever fails later; a link that is down has no
 * route. It knows the topology's networks alone: the node's list routing asks the next protocol
 * for others, and for the router's own.
 */

namespace ns3
{
namespace conntrack
{

/// Networks of equal size, one a router, in the order of the routers.
struct RouterNetworks
{
    uint32_t base{0};    ///< of the first router, host order
    uint8_t hostBits{8}; ///< bits of an address within its network

    /// @param router its number @return its own address, the first one of its network
    Ipv4Address AddressOf(uint32_t router) const
    {
        return Ipv4Address(base + (router << hostBits) + 1);
    }

    /// @param address any @return the router whose network has it, if there are that many
    uint32_t RouterOf(Ipv4Address address) const
    {
        return (address.Get() - base) >> hostBits;
    }
};

/// What the routers of a topology share.
struct TopologyRouteTable
{
    RouterNetworks networks; ///< who has which addresses
    Routes routes;           ///< from each router to each other
};

/// One router's part.
class TopologyRouting : public Ipv4RoutingProtocol
{
  public:
    /// How the stack hands its callbacks over.
    using Callbacks = RouteInputCallbacks<decltype(&Ipv4RoutingProtocol::RouteInput)>;

    /// @return the TypeId, ns3::conntrack::TopologyRouting
    static TypeId GetTypeId();

    /// @param table of all routers @param router this one's number
    void SetTable(std::shared_ptr<const TopologyRouteTable> table, uint32_t router);

    /**
     * Tell where a link leads. Links come in ascending order.
     * @param link its number in the topology
     * @param interface of this router
     * @param gateway the other end's address
     */
    void AddLink(uint32_t link, uint32_t interface, Ipv4Address gateway);

    /// What ns3::Ipv4RoutingProtocol asks of a protocol.
    /// @{
    Ptr<Ipv4Route> RouteOutput(Ptr<Packet> p,
                               const Ipv4Header& header,
                               Ptr<NetDevice> oif,
                               Socket::SocketErrno& sockerr) override;
    bool RouteInput(Ptr<const Packet> p,
                    const Ipv4Header& header,
                    Ptr<const NetDevice> idev,
                    Callbacks::Unicast ucb,
                    Callbacks::Multicast mcb,
                    Callbacks::LocalDeliver lcb,
                    Callbacks::Error ecb) override;
    void NotifyInterfaceUp(uint32_t interface) override;
    void NotifyInterfaceDown(uint32_t interface) override;
    void NotifyAddAddress(uint32_t interface, Ipv4InterfaceAddress address) override;
    void NotifyRemoveAddress(uint32_t interface, Ipv4InterfaceAddress address) override;
    void SetIpv4(Ptr<Ipv4> ipv4) override;
    void PrintRoutingTable(Ptr<OutputStreamWrapper> stream,
                           Time::Unit unit = Time::S) const override;
    /// @}

  protected:
    void DoDispose() override; ///< lets go of the stack and of the table

  private:
    struct Hop
    {
        uint32_t link;
        uint32_t interface;
        Ipv4Address gateway;
    };

    Ptr<Ipv4Route> RouteTo(Ipv4Address destination) const;

    Ptr<Ipv4> m_ipv4;
    std::shared_ptr<const TopologyRouteTable> m_table;
    uint32_t m_router{0};
    std::vector<Hop> m_hops;
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_HELPER_TOPOLOGY_ROUTING_H
