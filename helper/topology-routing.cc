/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "helper/topology-routing.h"

#include "ns3/ipv4-route.h"
#include "ns3/ipv4.h"
#include "ns3/log.h"
#include "ns3/output-stream-wrapper.h"

#include <algorithm>

namespace ns3
{
namespace conntrack
{

NS_LOG_COMPONENT_DEFINE("ConntrackTopologyRouting");
NS_OBJECT_ENSURE_REGISTERED(TopologyRouting);

TypeId
TopologyRouting::GetTypeId()
{
    static TypeId tid = TypeId("ns3::conntrack::TopologyRouting")
                            .SetParent<Ipv4RoutingProtocol>()
                            .SetGroupName("Conntrack")
                            .AddConstructor<TopologyRouting>();
    return tid;
}

void
TopologyRouting::SetTable(std::shared_ptr<const TopologyRouteTable> table, uint32_t router)
{
    m_table = std::move(table);
    m_router = router;
}

void
TopologyRouting::AddLink(uint32_t link, uint32_t interface, Ipv4Address gateway)
{
    m_hops.push_back({link, interface, gateway});
}

Ptr<Ipv4Route>
TopologyRouting::RouteTo(Ipv4Address destination) const
{
    const uint32_t router = m_table ? m_table->networks.RouterOf(destination) : m_router;
    if (router == m_router || router >= m_table->routes.Size())
    {
        return nullptr;
    }
    const uint32_t link = m_table->routes.GetLink(m_router, router);
    const auto hop =
        std::lower_bound(m_hops.begin(), m_hops.end(), link, [](const Hop& a, uint32_t b) {
            return a.link < b;
        });
    if (hop == m_hops.end() || hop->link != link || !m_ipv4->IsUp(hop->interface))
    {
        return nullptr;
    }
    auto route = Create<Ipv4Route>();
    route->SetDestination(destination);
    route->SetSource(m_table->networks.AddressOf(m_router));
    route->SetGateway(hop->gateway);
    route->SetOutputDevice(m_ipv4->GetNetDevice(hop->interface));
    return route;
}

Ptr<Ipv4Route>
TopologyRouting::RouteOutput(Ptr<Packet> /* p */,
                             const Ipv4Header& header,
                             Ptr<NetDevice> oif,
                             Socket::SocketErrno& sockerr)
{
    const Ptr<Ipv4Route> route = RouteTo(header.GetDestination());
    if (!route || (oif && oif != route->GetOutputDevice()))
    {
        sockerr = Socket::ERROR_NOROUTETOHOST;
        return nullptr;
    }
    sockerr = Socket::ERROR_NOTERROR;
    return route;
}

bool
TopologyRouting::RouteInput(Ptr<const Packet> p,
                            const Ipv4Header& header,
                            Ptr<const NetDevice> idev,
                            Callbacks::Unicast ucb,
                            Callbacks::Multicast /* mcb */,
                            Callbacks::LocalDeliver lcb,
                            Callbacks::Error ecb)
{
    const auto interface = static_cast<uint32_t>(m_ipv4->GetInterfaceForDevice(idev));
    if (m_ipv4->IsDestinationAddress(header.GetDestination(), interface))
    {
        if (lcb.IsNull()) // a list routing asks without, and has delivered already
        {
            return false;
        }
        lcb(p, header, interface);
        return true;
    }
    const Ptr<Ipv4Route> route = RouteTo(header.GetDestination());
    if (!route)
    {
        return false;
    }
    if (!m_ipv4->IsForwarding(interface))
    {
        ecb(p, header, Socket::ERROR_NOROUTETOHOST);
        return true;
    }
    ucb(route, p, header);
    return true;
}

void
TopologyRouting::NotifyInterfaceUp(uint32_t /* interface */)
{
}

void
TopologyRouting::NotifyInterfaceDown(uint32_t /* interface */)
{
}

void
TopologyRouting::NotifyAddAddress(uint32_t /* interface */, Ipv4InterfaceAddress /* address */)
{
}

void
TopologyRouting::NotifyRemoveAddress(uint32_t /* interface */, Ipv4InterfaceAddress /* address */)
{
}

void
TopologyRouting::SetIpv4(Ptr<Ipv4> ipv4)
{
    m_ipv4 = ipv4;
}

void
TopologyRouting::PrintRoutingTable(Ptr<OutputStreamWrapper> stream, Time::Unit /* unit */) const
{
    std::ostream& out = *stream->GetStream();
    for (uint32_t router = 0; m_table && router < m_table->routes.Size(); ++router)
    {
        if (const Ptr<Ipv4Route> route = RouteTo(m_table->networks.AddressOf(router)))
        {
            out << route->GetDestination() << "/" << 32 - m_table->networks.hostBits << " via "
                << route->GetGateway() << "\n";
        }
    }
}

void
TopologyRouting::DoDispose()
{
    m_ipv4 = nullptr;
    m_table.reset();
    Ipv4RoutingProtocol::DoDispose();
}

} // namespace conntrack
} // namespace ns3
