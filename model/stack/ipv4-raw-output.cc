/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

// What Ipv4Tap does about raw sockets; raw-output.h says how.
#include "model/stack/ipv4-tap.h"

#include "ns3/simulator.h"

#include <utility>

namespace ns3
{
namespace conntrack
{

void
Ipv4Tap::ListenToRawSockets()
{
    if (std::exchange(m_listening, true))
    {
        return;
    }
    m_ipv4->TraceConnectWithoutContext("SendOutgoing",
                                       MakeCallback(&Ipv4Tap::SeeOutgoing, Ptr<Ipv4Tap>(this)));
    Ptr<Node> node = m_ipv4->GetObject<Node>();
    // Registered with the node for the loopback device only: other frames come from traffic
    // control.
    node->UnregisterProtocolHandler(MakeCallback(&Ipv4L3Protocol::Receive, PeekPointer(m_ipv4)));
    node->RegisterProtocolHandler(MakeCallback(&Ipv4Tap::ReceiveLooped, Ptr<Ipv4Tap>(this)),
                                  Ipv4L3Protocol::PROT_NUMBER,
                                  GetLoopback());
}

Ptr<Ipv4Route>
Ipv4Tap::OfferRoute(Ptr<const Packet> packet, const Ipv4Header& header, Ptr<Ipv4Route> route)
{
    if (IsDetached() || m_output.IsFiltered(packet->GetUid()))
    {
        return route;
    }
    if (header.GetTtl() != 0) // only the user of a raw socket with IpHeaderInclude sets it
    {
        return MayLeave(packet, header, route->GetOutputDevice()) ? route : nullptr;
    }
    const bool transport = header.GetSource() != Ipv4Address(); // TCP's
    return transport ? route : m_output.Offer(packet->GetUid(), route);
}

void
Ipv4Tap::SeeOutgoing(const Ipv4Header& header, Ptr<const Packet> packet, uint32_t interface)
{
    if (!IsDetached() && m_output.IsRaw(packet->GetUid()) &&
        !MayLeave(packet, header, m_ipv4->GetNetDevice(interface)))
    {
        m_output.Discard(packet, GetLoopback());
    }
}

bool
Ipv4Tap::MayLeave(Ptr<const Packet> packet, const Ipv4Header& header, Ptr<NetDevice> device)
{
    Ptr<Packet> whole = packet->Copy();
    whole->AddHeader(header);
    Passing passing(Services().path, Simulator::Now().GetNanoSeconds());
    passing.packet.editor = nullptr; // the stack gives it away as constant: no NAT
    return !passing.Take(Ptr<const Packet>(whole)) || Depart(passing, device) == Passage::Pass;
}

void
Ipv4Tap::ReceiveLooped(Ptr<NetDevice> device,
                       Ptr<const Packet> packet,
                       uint16_t protocol,
                       const ns3::Address& from,
                       const ns3::Address& to,
                       NetDevice::PacketType type)
{
    if (!IsDetached() && !IsDiscarded(packet))
    {
        m_ipv4->Receive(device, packet, protocol, from, to, type);
    }
}

} // namespace conntrack
} // namespace ns3
