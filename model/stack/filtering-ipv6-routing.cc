/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/stack/filtering-routing.h"

#include "ns3/abort.h"
#include "ns3/ipv6-route.h"

namespace ns3
{
namespace conntrack
{

NS_OBJECT_ENSURE_REGISTERED(FilteringIpv6Routing);

TypeId
FilteringIpv6Routing::GetTypeId()
{
    static TypeId tid = TypeId("ns3::conntrack::FilteringIpv6Routing")
                            .SetParent<Ipv6ListRouting>()
                            .SetGroupName("Conntrack")
                            .AddConstructor<FilteringIpv6Routing>();
    return tid;
}

void
FilteringIpv6Routing::Decorate(Ptr<Ipv6RoutingProtocol> inner, Ipv6RoutingListener& listener)
{
    m_inner = inner;
    m_listener = &listener;
    m_forward = UnicastForwardCallback([this, &listener](const Ptr<const NetDevice>& device,
                                                         const Ptr<Ipv6Route>& route,
                                                         const Ptr<const Packet>& packet,
                                                         const Ipv6Header& header) {
        listener.Forward(m_stackForward, device, route, packet, header);
    });
    m_error = ErrorCallback([](Ptr<const Packet>, const Ipv6Header&, Socket::SocketErrno) {});
}

void
FilteringIpv6Routing::AddRoutingProtocol(Ptr<Ipv6RoutingProtocol> routingProtocol, int16_t priority)
{
    const auto list = DynamicCast<Ipv6ListRouting>(m_inner);
    NS_ABORT_MSG_UNLESS(list,
                        "The node's IPv6 routing protocol, "
                            << m_inner->GetInstanceTypeId().GetName()
                            << ", is no list: cannot add another");
    list->AddRoutingProtocol(routingProtocol, priority);
}

uint32_t
FilteringIpv6Routing::GetNRoutingProtocols() const
{
    const auto list = DynamicCast<Ipv6ListRouting>(m_inner);
    return list ? list->GetNRoutingProtocols() : 1;
}

Ptr<Ipv6RoutingProtocol>
FilteringIpv6Routing::GetRoutingProtocol(uint32_t index, int16_t& priority) const
{
    if (const auto list = DynamicCast<Ipv6ListRouting>(m_inner))
    {
        return list->GetRoutingProtocol(index, priority);
    }
    priority = 0;
    return m_inner;
}

Ptr<Ipv6Route>
FilteringIpv6Routing::RouteOutput(Ptr<Packet> p,
                                  const Ipv6Header& header,
                                  Ptr<NetDevice> oif,
                                  Socket::SocketErrno& sockerr)
{
    Ptr<Ipv6Route> route = m_inner->RouteOutput(p, header, oif, sockerr);
    if (!route || !p || m_listener == nullptr)
    {
        return route;
    }
    route = m_listener->OfferRoute(p, header, route);
    if (!route)
    {
        sockerr = Socket::ERROR_NOROUTETOHOST; // Linux says EPERM, which ns-3 does not have
    }
    return route;
}

bool
FilteringIpv6Routing::RouteInput(Ptr<const Packet> p,
                                 const Ipv6Header& header,
                                 Ptr<const NetDevice> idev,
                                 Callbacks::Unicast ucb,
                                 Callbacks::Multicast mcb,
                                 Callbacks::LocalDeliver lcb,
                                 Callbacks::Error)
{
    if (m_stackForward.IsNull()) // the stack gives the same ones with every packet
    {
        m_stackForward = ucb;
    }
    const bool routed = m_listener->IsUntouched()
                            ? m_inner->RouteInput(p, header, idev, ucb, mcb, lcb, m_error)
                            : m_inner->RouteInput(p, header, idev, m_forward, mcb, lcb, m_error);
    if (!routed)
    {
        m_listener->TellNoRoute(p, header);
    }
    return routed;
}

void
FilteringIpv6Routing::NotifyInterfaceUp(uint32_t interface)
{
    m_inner->NotifyInterfaceUp(interface);
    if (m_listener != nullptr)
    {
        m_listener->Forget();
        m_listener->TellInterfaceUp();
    }
}

void
FilteringIpv6Routing::NotifyInterfaceDown(uint32_t interface)
{
    m_inner->NotifyInterfaceDown(interface);
    if (m_listener != nullptr)
    {
        m_listener->AddressGone(interface, std::nullopt);
        m_listener->Forget();
    }
}

void
FilteringIpv6Routing::NotifyAddAddress(uint32_t interface, Ipv6InterfaceAddress address)
{
    m_inner->NotifyAddAddress(interface, address);
    if (m_listener != nullptr)
    {
        m_listener->Forget();
    }
}

void
FilteringIpv6Routing::NotifyRemoveAddress(uint32_t interface, Ipv6InterfaceAddress address)
{
    m_inner->NotifyRemoveAddress(interface, address);
    if (m_listener != nullptr)
    {
        m_listener->AddressGone(interface, address.GetAddress());
        m_listener->Forget();
    }
}

void
FilteringIpv6Routing::NotifyAddRoute(Ipv6Address dst,
                                     Ipv6Prefix mask,
                                     Ipv6Address nextHop,
                                     uint32_t interface,
                                     Ipv6Address prefixToUse)
{
    m_inner->NotifyAddRoute(dst, mask, nextHop, interface, prefixToUse);
}

void
FilteringIpv6Routing::NotifyRemoveRoute(Ipv6Address dst,
                                        Ipv6Prefix mask,
                                        Ipv6Address nextHop,
                                        uint32_t interface,
                                        Ipv6Address prefixToUse)
{
    m_inner->NotifyRemoveRoute(dst, mask, nextHop, interface, prefixToUse);
}

void
FilteringIpv6Routing::PrintRoutingTable(Ptr<OutputStreamWrapper> stream, Time::Unit unit) const
{
    m_inner->PrintRoutingTable(stream, unit);
}

void
FilteringIpv6Routing::DoInitialize()
{
    m_inner->Initialize();
    Ipv6ListRouting::DoInitialize();
}

void
FilteringIpv6Routing::DoDispose()
{
    m_inner = nullptr; // not disposed of: if it is aggregated to the node, that is disposed of, too
    m_listener = nullptr;
    m_stackForward.Nullify();
    m_forward.Nullify();
    m_error.Nullify();
    Ipv6ListRouting::DoDispose();
}

} // namespace conntrack
} // namespace ns3
