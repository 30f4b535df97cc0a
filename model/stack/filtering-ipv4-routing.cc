/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/stack/filtering-routing.h"

#include "ns3/abort.h"
#include "ns3/ipv4-route.h"

namespace ns3
{
namespace conntrack
{

NS_OBJECT_ENSURE_REGISTERED(FilteringIpv4Routing);

TypeId
FilteringIpv4Routing::GetTypeId()
{
    static TypeId tid = TypeId("ns3::conntrack::FilteringIpv4Routing")
                            .SetParent<Ipv4ListRouting>()
                            .SetGroupName("Conntrack")
                            .AddConstructor<FilteringIpv4Routing>();
    return tid;
}

void
FilteringIpv4Routing::Decorate(Ptr<Ipv4RoutingProtocol> inner, Ipv4RoutingListener& listener)
{
    m_inner = inner;
    m_listener = &listener;
    m_forward = UnicastForwardCallback([this, &listener](const Ptr<Ipv4Route>& route,
                                                         const Ptr<const Packet>& packet,
                                                         const Ipv4Header& header) {
        listener.Forward(m_stackForward, route, packet, header);
    });
    m_deliver = LocalDeliverCallback([this, &listener](const Ptr<const Packet>& packet,
                                                       const Ipv4Header& header,
                                                       uint32_t interface) {
        listener.DeliverLocally(m_stackDeliver, packet, header, interface);
    });
}

void
FilteringIpv4Routing::AddRoutingProtocol(Ptr<Ipv4RoutingProtocol> routingProtocol, int16_t priority)
{
    const auto list = DynamicCast<Ipv4ListRouting>(m_inner);
    NS_ABORT_MSG_UNLESS(list,
                        "The node's IPv4 routing protocol, "
                            << m_inner->GetInstanceTypeId().GetName()
                            << ", is no list: cannot add another");
    list->AddRoutingProtocol(routingProtocol, priority);
}

uint32_t
FilteringIpv4Routing::GetNRoutingProtocols() const
{
    const auto list = DynamicCast<Ipv4ListRouting>(m_inner);
    return list ? list->GetNRoutingProtocols() : 1;
}

Ptr<Ipv4RoutingProtocol>
FilteringIpv4Routing::GetRoutingProtocol(uint32_t index, int16_t& priority) const
{
    if (const auto list = DynamicCast<Ipv4ListRouting>(m_inner))
    {
        return list->GetRoutingProtocol(index, priority);
    }
    priority = 0;
    return m_inner;
}

Ptr<Ipv4Route>
FilteringIpv4Routing::RouteOutput(Ptr<Packet> p,
                                  const Ipv4Header& header,
                                  Ptr<NetDevice> oif,
                                  Socket::SocketErrno& sockerr)
{
    Ptr<Ipv4Route> route = m_inner->RouteOutput(p, header, oif, sockerr);
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
FilteringIpv4Routing::RouteInput(Ptr<const Packet> p,
                                 const Ipv4Header& header,
                                 Ptr<const NetDevice> idev,
                                 Callbacks::Unicast ucb,
                                 Callbacks::Multicast mcb,
                                 Callbacks::LocalDeliver lcb,
                                 Callbacks::Error ecb)
{
    if (m_stackForward.IsNull()) // the stack gives the same ones with every packet
    {
        m_stackForward = ucb;
        m_stackDeliver = lcb;
    }
    const bool routed = m_listener->IsUntouched()
                            ? m_inner->RouteInput(p, header, idev, ucb, mcb, lcb, ecb)
                            : m_inner->RouteInput(p, header, idev, m_forward, mcb, m_deliver, ecb);
    if (!routed)
    {
        m_listener->TellNoRoute(p, header);
    }
    return routed;
}

void
FilteringIpv4Routing::NotifyInterfaceUp(uint32_t interface)
{
    m_inner->NotifyInterfaceUp(interface);
    if (m_listener != nullptr)
    {
        m_listener->Forget();
        m_listener->TellInterfaceUp();
    }
}

void
FilteringIpv4Routing::NotifyInterfaceDown(uint32_t interface)
{
    m_inner->NotifyInterfaceDown(interface);
    if (m_listener != nullptr)
    {
        m_listener->AddressGone(interface, std::nullopt);
        m_listener->Forget();
    }
}

void
FilteringIpv4Routing::NotifyAddAddress(uint32_t interface, Ipv4InterfaceAddress address)
{
    m_inner->NotifyAddAddress(interface, address);
}

void
FilteringIpv4Routing::NotifyRemoveAddress(uint32_t interface, Ipv4InterfaceAddress address)
{
    m_inner->NotifyRemoveAddress(interface, address);
    if (m_listener != nullptr)
    {
        m_listener->AddressGone(interface, address.GetLocal());
    }
}

void
FilteringIpv4Routing::PrintRoutingTable(Ptr<OutputStreamWrapper> stream, Time::Unit unit) const
{
    m_inner->PrintRoutingTable(stream, unit);
}

void
FilteringIpv4Routing::DoInitialize()
{
    m_inner->Initialize();
    Ipv4ListRouting::DoInitialize();
}

void
FilteringIpv4Routing::DoDispose()
{
    m_inner = nullptr; // not disposed of: if it is aggregated to the node, that is disposed of, too
    m_listener = nullptr;
    m_stackForward.Nullify();
    m_stackDeliver.Nullify();
    m_deliver.Nullify();
    m_forward.Nullify();
    Ipv4ListRouting::DoDispose();
}

} // namespace conntrack
} // namespace ns3
