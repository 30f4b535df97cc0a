/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_STACK_IPV4_TAP_H
#define CONNTRACK_STACK_IPV4_TAP_H

#include "model/stack/filtering-routing.h"
#include "model/stack/node-tap.h"
#include "model/stack/raw-output.h"

#include "ns3/ipv4-l3-protocol.h"
#include "ns3/ipv4-route.h"
#include "ns3/ipv4-routing-protocol.h"
#include "ns3/node.h"
#include "ns3/traffic-control-layer.h"

#include <array>

/**
 * @file
 * The taps of a node's IPv4.
 *
 * Layer: stack.  doc/design.rst says why the taps are where they are.
 */

namespace ns3
{
namespace conntrack
{

/// The taps of a node's IPv4.
class Ipv4Tap final : private Ipv4RoutingListener, public NodeTap
{
  public:
    /**
     * @param node the node, which has an IPv4 stack
     * @param services what taps use
     */
    Ipv4Tap(Ptr<Node> node, const TapServices& services);

    void Attach() override;
    void Detach() override;
    bool IsBroadcast(const conntrack::Address& address, Ptr<NetDevice> device) const override;
    std::optional<conntrack::Address> BroadcastMask(const conntrack::Address& address,
                                                    Ptr<NetDevice> device) const override;

    /// The node's protocol handler for IPv4 frames; arguments as in Node::ProtocolHandler.
    void Receive(const Ptr<NetDevice>& device,
                 const Ptr<const Packet>& packet,
                 uint16_t protocol,
                 const ns3::Address& from,
                 const ns3::Address& to,
                 NetDevice::PacketType type);

  private:
    using Routing = Ipv4RoutingProtocol;

    /// Does nothing unless the routing protocol is new.
    void DecorateRouting();
    /// Does nothing for transport protocols that are wrapped.
    void WrapDownTargets();
    /// A reactive routing protocol kept the packet: the call that brought it has ended.
    void ForwardLate(const Routing::UnicastForwardCallback& stack,
                     const Ptr<Ipv4Route>& route,
                     const Ptr<const Packet>& packet,
                     const Ipv4Header& header);
    /// Hand a packet to the stack that is not as it came, or leaves in pieces.
    void ForwardRebuilt(Passing& passing,
                        const Routing::UnicastForwardCallback& stack,
                        const Ptr<Ipv4Route>& route,
                        const Ptr<const Packet>& packet,
                        const Ipv4Header& header);
    bool MaySend(Ptr<Packet>& packet,
                 Ipv4Address& source,
                 Ipv4Address& destination,
                 uint8_t protocol,
                 Ptr<Ipv4Route>& route);
    void ListenToRawSockets();
    /// The stack's SendOutgoing trace.
    void SeeOutgoing(const Ipv4Header& header, Ptr<const Packet> packet, uint32_t interface);
    bool MayLeave(Ptr<const Packet> packet, const Ipv4Header& header, Ptr<NetDevice> device);
    /// The protocol handler of the loopback device; arguments as Receive's.
    void ReceiveLooped(Ptr<NetDevice> device,
                       Ptr<const Packet> packet,
                       uint16_t protocol,
                       const ns3::Address& from,
                       const ns3::Address& to,
                       NetDevice::PacketType type);
    /// @param device one with an interface @return whether that is up
    bool IsUp(const Ptr<NetDevice>& device);
    Ptr<Ipv4Route> RouteToward(const conntrack::Address& destination) const;

    // Ipv4RoutingListener
    bool IsUntouched() const override;
    void Forward(const UnicastForwardCallback& stack,
                 const Ptr<Ipv4Route>& route,
                 const Ptr<const Packet>& packet,
                 const Ipv4Header& header) override;
    void DeliverLocally(const LocalDeliverCallback& stack,
                        const Ptr<const Packet>& packet,
                        const Ipv4Header& header,
                        uint32_t interface) override;
    void TellNoRoute(const Ptr<const Packet>& packet, const Ipv4Header& header) override;
    Ptr<Ipv4Route> OfferRoute(Ptr<const Packet> packet,
                              const Ipv4Header& header,
                              Ptr<Ipv4Route> route) override;
    void AddressGone(uint32_t interface, const std::optional<Ipv4Address>& address) override;
    void Forget() override;
    void TellInterfaceUp() override;

    // NodeTap
    std::optional<conntrack::Address> SourceToward(
        const conntrack::Address& destination) const override;
    Ptr<NetDevice> DeviceToward(const conntrack::Address& destination) const override;
    std::optional<conntrack::Address> AddressAt(Ptr<NetDevice> device,
                                                const conntrack::Address& peer) const override;
    bool IsOwnAddress(const conntrack::Address& address) const override;
    Ptr<NetDevice> GetLoopback() const override;
    void SendBytes(const std::vector<uint8_t>& bytes) override;

    Ptr<Ipv4L3Protocol> m_ipv4;
    Ptr<TrafficControlLayer> m_trafficControl;
    Ptr<Routing> m_routing;            ///< the decorator
    std::array<bool, 256> m_wrapped{}; ///< down-targets, by protocol number
    bool m_listening{false};           ///< to the stack's SendOutgoing
    /// By device; none: to be asked for. Each packet asks, and ns-3 takes 120 instructions to say.
    std::vector<std::optional<bool>> m_isUp;
    RawOutput<Ipv4Route> m_output;
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_STACK_IPV4_TAP_H
