/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_STACK_FILTERING_ROUTING_H
#define CONNTRACK_STACK_FILTERING_ROUTING_H

#include "ns3/ipv4-list-routing.h"
#include "ns3/ipv6-list-routing.h"

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

/// Told what a decorated IPv4 routing protocol found out.
class Ipv4RoutingListener
{
  public:
    using UnicastForwardCallback = Ipv4RoutingProtocol::UnicastForwardCallback;
    using LocalDeliverCallback = Ipv4RoutingProtocol::LocalDeliverCallback;

    /// @return whether the stack's own callbacks may go with a packet
    virtual bool IsUntouched() const = 0;

    /**
     * A packet is to be forwarded.
     * @param stack the call that the stack waits for; the others are its arguments
     * @param route its way on
     * @param packet behind its header
     * @param header with the hop limit as it came
     */
    virtual void Forward(const UnicastForwardCallback& stack,
                         const Ptr<Ipv4Route>& route,
                         const Ptr<const Packet>& packet,
                         const Ipv4Header& header) = 0;

    /**
     * A packet is for this node.
     * @param stack the call that the stack waits for; the others are its arguments
     * @param packet behind its header
     * @param header its header
     * @param interface by which it came
     */
    virtual void DeliverLocally(const LocalDeliverCallback& stack,
                                const Ptr<const Packet>& packet,
                                const Ipv4Header& header,
                                uint32_t interface) = 0;

    /// A packet that came in has no route.
    virtual void TellNoRoute(const Ptr<const Packet>& packet, const Ipv4Header& header) = 0;

    /// A packet of this node got its route. @return the one to take, null if it may not leave
    virtual Ptr<Ipv4Route> OfferRoute(Ptr<const Packet> packet,
                                      const Ipv4Header& header,
                                      Ptr<Ipv4Route> route) = 0;

    /// An interface went down, or lost this address.
    virtual void AddressGone(uint32_t interface, const std::optional<Ipv4Address>& address) = 0;

    /// An interface went up or down.
    virtual void Forget() = 0;

    /// An interface came up, maybe a new one.
    virtual void TellInterfaceUp() = 0;

  protected:
    ~Ipv4RoutingListener() = default;
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
     * @param listener whom to tell, until this is disposed of
     */
    void Decorate(Ptr<Ipv4RoutingProtocol> inner, Ipv4RoutingListener& listener);

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
    Ipv4RoutingListener* m_listener{nullptr}; ///< none once disposed of
    UnicastForwardCallback m_stackForward;    ///< what the stack gave last
    LocalDeliverCallback m_stackDeliver;
    UnicastForwardCallback m_forward; ///< ours, built once: a callback costs an allocation
    LocalDeliverCallback m_deliver;
};

/// Told what a decorated IPv6 routing protocol found out. Local delivery does not come this way.
class Ipv6RoutingListener
{
  public:
    using UnicastForwardCallback = Ipv6RoutingProtocol::UnicastForwardCallback;

    /// @return whether the stack's own callbacks may go with a packet
    virtual bool IsUntouched() const = 0;

    /**
     * A packet is to be forwarded.
     * @param stack the call that the stack waits for; the others are its arguments
     * @param input the device by which it came
     * @param route its way on
     * @param packet behind its header
     * @param header with the hop limit as it came
     */
    virtual void Forward(const UnicastForwardCallback& stack,
                         const Ptr<const NetDevice>& input,
                         const Ptr<Ipv6Route>& route,
                         const Ptr<const Packet>& packet,
                         const Ipv6Header& header) = 0;

    /// A packet that came in has no route.
    virtual void TellNoRoute(const Ptr<const Packet>& packet, const Ipv6Header& header) = 0;

    /// A packet of this node got its route. @return the one to take, null if it may not leave
    virtual Ptr<Ipv6Route> OfferRoute(Ptr<const Packet> packet,
                                      const Ipv6Header& header,
                                      Ptr<Ipv6Route> route) = 0;

    /// An interface went down, or lost this address.
    virtual void AddressGone(uint32_t interface, const std::optional<Ipv6Address>& address) = 0;

    /// An interface went up or down, or an address came or went.
    virtual void Forget() = 0;

    /// An interface came up, maybe a new one.
    virtual void TellInterfaceUp() = 0;

  protected:
    ~Ipv6RoutingListener() = default;
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
     * @param listener whom to tell, until this is disposed of
     */
    void Decorate(Ptr<Ipv6RoutingProtocol> inner, Ipv6RoutingListener& listener);

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
    Ptr<Ipv6RoutingProtocol> m_inner;
    Ipv6RoutingListener* m_listener{nullptr}; ///< none once disposed of
    UnicastForwardCallback m_stackForward;    ///< what the stack gave last
    UnicastForwardCallback m_forward;         ///< ours, built once: a callback costs an allocation
    ErrorCallback m_error; ///< says nothing: the stack's would send an error beside noRoute's
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_STACK_FILTERING_ROUTING_H
