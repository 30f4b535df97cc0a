/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_STACK_FILTERING_ROUTING_H
#define CONNTRACK_STACK_FILTERING_ROUTING_H

#include "ns3/ipv4-list-routing.h"
#include "ns3/ipv6-list-routing.h"

#include <functional>
#include <optional>

/**
 * @file
 * A decorator around a node's routing protocol that sees each packet that is forwarded, delivered
 * or has no route.
 *
 * Layer: stack.
 * Shape: takes the place of the node's routing protocol and asks it for every route; it is a list
 * routing, for ns-3's routing helpers look for their protocols in one.
 */

namespace ns3
{
namespace conntrack
{

/// How RouteInput takes its callbacks: by value in ns-3.37, by reference in later ones.
template <typename RouteInput>
struct RouteInputCallbacks;

/// Told by the type of the member that is overridden.
template <typename Routing, typename Header, typename U, typename M, typename L, typename E>
struct RouteInputCallbacks<bool (
    Routing::*)(Ptr<const Packet>, const Header&, Ptr<const NetDevice>, U, M, L, E)>
{
    using Unicast = U;
    using Multicast = M;
    using LocalDeliver = L;
    using Error = E;
};

/// What a decorated IPv4 routing protocol found out; each gets the call that the stack waits for.
struct Ipv4RoutingTaps
{
    using Routing = Ipv4RoutingProtocol;

    std::function<bool()> isUntouched; ///< whether the stack's own callbacks may go with a packet
    std::function<void(const Routing::UnicastForwardCallback&,
                       const Ptr<Ipv4Route>&,
                       const Ptr<const Packet>&,
                       const Ipv4Header&)>
        forward;
    std::function<void(const Routing::LocalDeliverCallback&,
                       const Ptr<const Packet>&,
                       const Ipv4Header&,
                       uint32_t)>
        deliver;
    std::function<void(const Ptr<const Packet>&, const Ipv4Header&)> noRoute;
    /// A packet of this node got its route; returns the one to take, null if it may not leave.
    std::function<Ptr<Ipv4Route>(Ptr<const Packet>, const Ipv4Header&, Ptr<Ipv4Route>)> output;
    /// An interface went down, or lost this address.
    std::function<void(uint32_t interface, std::optional<Ipv4Address> address)> addressGone;
    std::function<void()> changed;     ///< an interface went up or down
    std::function<void()> interfaceUp; ///< an interface came up, maybe a new one
};

/// The decorator for IPv4.
class FilteringIpv4Routing : public Ipv4ListRouting
{
  public:
    /// How the stack hands its callbacks over.
    using Callbacks = RouteInputCallbacks<decltype(&Ipv4RoutingProtocol::RouteInput)>;

    /// @return the TypeId, ns3::conntrack::FilteringIpv4Routing
    static TypeId GetTypeId();

    /**
     * @param inner the node's routing protocol
     * @param taps whom to tell
     */
    void Decorate(Ptr<Ipv4RoutingProtocol> inner, const Ipv4RoutingTaps& taps);

    // Ipv4ListRouting
    void AddRoutingProtocol(Ptr<Ipv4RoutingProtocol> routingProtocol, int16_t priority) override;
    uint32_t GetNRoutingProtocols() const override;
    Ptr<Ipv4RoutingProtocol> GetRoutingProtocol(uint32_t index, int16_t& priority) const override;

    // Ipv4RoutingProtocol
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
    void PrintRoutingTable(Ptr<OutputStreamWrapper> stream,
                           Time::Unit unit = Time::S) const override;

  protected:
    void DoInitialize() override;
    void DoDispose() override;

  private:
    Ptr<Ipv4RoutingProtocol> m_inner;
    Ipv4RoutingTaps m_taps;
    UnicastForwardCallback m_stackForward; ///< what the stack gave last
    LocalDeliverCallback m_stackDeliver;
    UnicastForwardCallback m_forward; ///< ours, built once: a callback costs an allocation
    LocalDeliverCallback m_deliver;
};

/// What a decorated IPv6 routing protocol found out. Local delivery does not come this way.
struct Ipv6RoutingTaps
{
    using Routing = Ipv6RoutingProtocol;

    std::function<bool()> isUntouched; ///< whether the stack's own callbacks may go with a packet
    std::function<void(const Routing::UnicastForwardCallback&,
                       const Ptr<const NetDevice>&,
                       const Ptr<Ipv6Route>&,
                       const Ptr<const Packet>&,
                       const Ipv6Header&)>
        forward;
    std::function<void(const Ptr<const Packet>&, const Ipv6Header&)> noRoute;
    /// A packet of this node got its route; returns the one to take, null if it may not leave.
    std::function<Ptr<Ipv6Route>(Ptr<const Packet>, const Ipv6Header&, Ptr<Ipv6Route>)> output;
    /// An interface went down, or lost this address.
    std::function<void(uint32_t interface, std::optional<Ipv6Address> address)> addressGone;
    std::function<void()> changed;     ///< an interface went up or down, or an address came or went
    std::function<void()> interfaceUp; ///< an interface came up, maybe a new one
};

/// The decorator for IPv6.
class FilteringIpv6Routing : public Ipv6ListRouting
{
  public:
    /// How the stack hands its callbacks over.
    using Callbacks = RouteInputCallbacks<decltype(&Ipv6RoutingProtocol::RouteInput)>;

    /// @return the TypeId, ns3::conntrack::FilteringIpv6Routing
    static TypeId GetTypeId();

    /**
     * @param inner the node's routing protocol
     * @param taps whom to tell
     */
    void Decorate(Ptr<Ipv6RoutingProtocol> inner, const Ipv6RoutingTaps& taps);

    // Ipv6ListRouting
    void AddRoutingProtocol(Ptr<Ipv6RoutingProtocol> routingProtocol, int16_t priority) override;
    uint32_t GetNRoutingProtocols() const override;
    Ptr<Ipv6RoutingProtocol> GetRoutingProtocol(uint32_t index, int16_t& priority) const override;

    // Ipv6RoutingProtocol
    Ptr<Ipv6Route> RouteOutput(Ptr<Packet> p,
                               const Ipv6Header& header,
                               Ptr<NetDevice> oif,
                               Socket::SocketErrno& sockerr) override;
    bool RouteInput(Ptr<const Packet> p,
                    const Ipv6Header& header,
                    Ptr<const NetDevice> idev,
                    Callbacks::Unicast ucb,
                    Callbacks::Multicast mcb,
                    Callbacks::LocalDeliver lcb,
                    Callbacks::Error ecb) override;
    void NotifyInterfaceUp(uint32_t interface) override;
    void NotifyInterfaceDown(uint32_t interface) override;
    void NotifyAddAddress(uint32_t interface, Ipv6InterfaceAddress address) override;
    void NotifyRemoveAddress(uint32_t interface, Ipv6InterfaceAddress address) override;
    void NotifyAddRoute(Ipv6Address dst,
                        Ipv6Prefix mask,
                        Ipv6Address nextHop,
                        uint32_t interface,
                        Ipv6Address prefixToUse = Ipv6Address::GetZero()) override;
    void NotifyRemoveRoute(Ipv6Address dst,
                           Ipv6Prefix mask,
                           Ipv6Address nextHop,
                           uint32_t interface,
                           Ipv6Address prefixToUse = Ipv6Address::GetZero()) override;
    void PrintRoutingTable(Ptr<OutputStreamWrapper> stream,
                           Time::Unit unit = Time::S) const override;

  protected:
    void DoInitialize() override;
    void DoDispose() override;

  private:
    void TellChange();

    Ptr<Ipv6RoutingProtocol> m_inner;
    Ipv6RoutingTaps m_taps;
    UnicastForwardCallback m_stackForward; ///< what the stack gave last
    UnicastForwardCallback m_forward;      ///< ours, built once: a callback costs an allocation
    ErrorCallback m_error; ///< says nothing: the stack's would send an error beside noRoute's
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_STACK_FILTERING_ROUTING_H
