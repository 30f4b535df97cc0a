/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

// What Ipv6Tap does about raw sockets; raw-output.h says how.
#include "model/stack/ipv6-tap.h"

#include "ns3/simulator.h"

#include <utility>

namespace ns3
{
namespace conntrack
{

void
Ipv6Tap::ListenToRawSockets()
{
    if (std::exchange(m_listening, true))
    {
        return;
    }
    m_ipv6->TraceConnectWithoutContext("SendOutgoing",
                                       MakeCallback(&Ipv6Tap::SeeOutgoing, Ptr<Ipv6Tap>(this)));
    Ptr<Node> node = m_ipv6->GetObject<Node>();
    // Registered with the node for the loopback device only: other frames come from traffic
    // control.
    node->UnregisterProtocolHandler(MakeCallback(&Ipv6L3Protocol::Receive, PeekPointer(m_ipv6)));
    node->RegisterProtocolHandler(MakeCallback(&Ipv6Tap::ReceiveLooped, Ptr<Ipv6Tap>(this)),
                                  Ipv6L3Protocol::PROT_NUMBER,
                                  GetLoopback());
}

Ptr<Ipv6Route>
Ipv6Tap::OfferRoute(Ptr<const Packet> packet, const Ipv6Header& header, Ptr<Ipv6Route> route)
{
    if (IsDetached() || m_output.IsFiltered(packet->GetUid()))
    {
        return route;
    }
    const bool transport = !header.GetSource().IsAny(); // TCP's
    return transport ? route : m_output.Offer(packet->GetUid(), route);
}

void
Ipv6Tap::SeeOutgoing(const Ipv6Header& header, Ptr<const Packet> packet, uint32_t interface)
{
    if (!IsDetached() && m_output.IsRaw(packet->GetUid()) &&
        !MayLeave(packet, header, m_ipv6->GetNetDevice(interface)))
    {
        m_output.Discard(packet, GetLoopback());
    }
}

bool
Ipv6Tap::MayLeave(Ptr<const Packet> packet, const Ipv6Header& header, Ptr<NetDevice> device)
{
    Ptr<Packet> whole = packet->Copy();
    whole->AddHeader(header);
    Passing passing(Services().path, Simulator::Now().GetNanoSeconds());
    passing.packet.editor = nullptr; // the stack gives it away as constant: no NAT
    return !passing.Take(Ptr<const Packet>(whole)) || Depart(passing, device) == Passage::Pass;
}

void
Ipv6Tap::ReceiveLooped(Ptr<NetDevice> device,
                       Ptr<const Packet> packet,
                       uint16_t protocol,
                       const ns3::Address& from,
                       const ns3::Address& to,
                       NetDevice::PacketType type)
{
    if (!IsDetached() && !IsDiscarded(packet))
    {
        m_ipv6->Receive(device, packet, protocol, from, to, type);
    }
}

} // namespace conntrack
} // namespace ns3
