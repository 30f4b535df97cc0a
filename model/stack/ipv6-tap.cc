/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/stack/ipv6-tap.h"

#include "model/stack/filtering-routing.h"
#include "model/wire/hop-by-hop.h"

#include "ns3/ip-l4-protocol.h"
#include "ns3/ipv6-interface.h"
#include "ns3/ipv6-route.h"
#include "ns3/simulator.h"

namespace ns3
{
namespace conntrack
{

namespace
{

// RFC 8200 4: next header numbers.
constexpr uint8_t HOP_BY_HOP = 0;
constexpr uint8_t NO_NEXT_HEADER = 59;
constexpr std::size_t NEXT_HEADER_AT = 6;

/// ns-3's IPv6 takes hop-by-hop options away from what it forwards: it must not see that there are
/// any.
Ptr<const Packet>
HideHopByHop(Ptr<const Packet> packet)
{
    Ptr<Packet> hidden = packet->Copy();
    Ipv6Header header;
    hidden->RemoveHeader(header);
    header.SetNextHeader(NO_NEXT_HEADER);
    hidden->AddHeader(header);
    return hidden;
}

Ipv6Address
ToNs3(const conntrack::Address& address)
{
    conntrack::Address copy = address;
    return Ipv6Address(copy.bytes.data());
}

conntrack::Address
FromNs3(const Ipv6Address& address)
{
    conntrack::Address result;
    address.GetBytes(result.bytes.data());
    return result;
}

/// The packet that ns-3's IPv6 will make of a transport protocol's segment, as far as rules look.
std::vector<uint8_t>
WithHeader(Ptr<const Packet> segment, Ipv6Address source, Ipv6Address destination, uint8_t protocol)
{
    Ipv6Header header;
    header.SetSource(source);
    header.SetDestination(destination);
    header.SetNextHeader(protocol);
    header.SetHopLimit(64);
    header.SetPayloadLength(static_cast<uint16_t>(segment->GetSize()));
    Ptr<Packet> packet = segment->Copy();
    packet->AddHeader(header);
    std::vector<uint8_t> bytes(packet->GetSize());
    packet->CopyData(bytes.data(), static_cast<uint32_t>(bytes.size()));
    return bytes;
}

} // namespace

Ipv6Tap::Ipv6Tap(Ptr<Node> node, const TapServices& services)
    : NodeTap(services),
      m_ipv6(node->GetObject<Ipv6L3Protocol>()),
      m_trafficControl(node->GetObject<TrafficControlLayer>())
{
}

void
Ipv6Tap::Attach()
{
    DecorateRouting();
    WrapDownTargets();
    ListenToRawSockets();
}

void
Ipv6Tap::Detach()
{
    NodeTap::Detach();
    m_ipv6 = nullptr;
    m_trafficControl = nullptr;
    m_routing = nullptr;
    m_output.Clear();
}

void
Ipv6Tap::DecorateRouting()
{
    Ptr<Ipv6RoutingProtocol> inner = m_ipv6->GetRoutingProtocol();
    if (!inner || inner == m_routing)
    {
        return;
    }
    Ipv6RoutingTaps taps;
    taps.forward =
        [this](const auto& stack, auto input, auto route, auto packet, const Ipv6Header& header) {
            Forward(stack, input, route, packet, header);
        };
    taps.noRoute = [this](Ptr<const Packet> packet) {
        if (const Passing* passing = Current(packet->GetUid()))
        {
            SendNoRoute(*passing);
        }
    };
    taps.output = [this](Ptr<const Packet> packet, const Ipv6Header& header, auto route) {
        return OfferRoute(packet, header, route);
    };
    taps.interfaceUp = Services().interfacesChanged;
    auto routing = CreateObject<FilteringIpv6Routing>();
    routing->Decorate(inner, taps);
    m_ipv6->SetRoutingProtocol(routing);
    m_routing = routing;
}

void
Ipv6Tap::WrapDownTargets()
{
    for (uint32_t number = 0; number < 256; ++number)
    {
        Ptr<IpL4Protocol> transport = m_ipv6->GetProtocol(static_cast<int>(number));
        if (!transport || m_wrapped[number] || transport->GetDownTarget6().IsNull())
        {
            continue;
        }
        m_wrapped[number] = true;
        const IpL4Protocol::DownTargetCallback6 stack = transport->GetDownTarget6();
        Ptr<Ipv6Tap> tap(this);
        transport->SetDownTarget6(
            IpL4Protocol::DownTargetCallback6([tap, stack](Ptr<Packet> packet,
                                                           Ipv6Address source,
                                                           Ipv6Address destination,
                                                           uint8_t protocol,
                                                           Ptr<Ipv6Route> route) {
                if (tap->MaySend(packet, source, destination, protocol, route))
                {
                    const RawOutput<Ipv6Route>::Filtered filtered(tap->m_output, packet->GetUid());
                    stack(packet, source, destination, protocol, route);
                }
            }));
    }
}

void
Ipv6Tap::Receive(Ptr<NetDevice> device,
                 Ptr<const Packet> packet,
                 uint16_t protocol,
                 const ns3::Address& from,
                 const ns3::Address& to,
                 NetDevice::PacketType type)
{
    if (IsDetached())
    {
        return;
    }
    if (!m_ipv6->IsUp(static_cast<uint32_t>(m_ipv6->GetInterfaceForDevice(device))))
    {
        m_trafficControl->Receive(device, packet, protocol, from, to, type); // drops it and says so
        return;
    }
    DecorateRouting();
    Passing passing(Services().path, Simulator::Now().GetNanoSeconds());
    passing.SetLink(from, to, protocol);
    if (!passing.Take(packet) || passing.packet.view.GetFamily() != Family::Ipv6 ||
        !passing.packet.view.IsWhole())
    {
        return; // no IPv6 packet, or a cut one: Linux too drops it before any hook
    }
    // ns-3 tells protocol handlers of none but PACKET_HOST: the address says what rules ask for.
    passing.packet.isMulticast = passing.packet.view.Destination().bytes[0] == 0xff; // RFC 4291 2.7
    if (!MayPassHopByHop(passing.packet.view) || Arrive(passing, device) == Passage::Stop)
    {
        return;
    }
    if (passing.assembled)
    {
        packet = Create<Packet>(passing.bytes.data(), static_cast<uint32_t>(passing.bytes.size()));
        passing.uid = packet->GetUid();
    }
    const conntrack::Address destination = passing.packet.view.Destination();
    const bool delivered =
        passing.packet.isMulticast ? IsListening(device, destination) : IsOwnAddress(destination);
    if (delivered)
    {
        if (Deliver(passing) == Passage::Stop)
        {
            return;
        }
    }
    else if (passing.bytes[NEXT_HEADER_AT] == HOP_BY_HOP)
    {
        packet = HideHopByHop(packet);
    }
    Scope scope(*this, passing);
    m_trafficControl->Receive(device, packet, protocol, from, to, type);
}

bool
Ipv6Tap::IsListening(Ptr<NetDevice> device, const conntrack::Address& group) const
{
    const Ipv6Address to = ToNs3(group);
    const auto index = static_cast<uint32_t>(m_ipv6->GetInterfaceForDevice(device));
    Ptr<Ipv6Interface> interface = m_ipv6->GetInterface(index);
    return to.IsAllNodesMulticast() || (to.IsAllRoutersMulticast() && interface->IsForwarding()) ||
           interface->IsSolicitedMulticastAddress(to) || m_ipv6->IsRegisteredMulticastAddress(to) ||
           m_ipv6->IsRegisteredMulticastAddress(to, index);
}

void
Ipv6Tap::Forward(const Routing::UnicastForwardCallback& stack,
                 Ptr<const NetDevice> input,
                 Ptr<Ipv6Route> route,
                 Ptr<const Packet> packet,
                 const Ipv6Header& header)
{
    if (IsDetached())
    {
        return;
    }
    Passing* passing = Current(packet->GetUid());
    std::optional<Passing> late;
    if (passing == nullptr)
    {
        // A reactive routing protocol kept the packet: its first call has ended.
        Ptr<Packet> whole = packet->Copy();
        whole->AddHeader(header);
        late.emplace(Services().path, Simulator::Now().GetNanoSeconds());
        if (!late->Take(whole) || Services().path.LookUp(late->packet) == Passage::Stop)
        {
            return;
        }
        passing = &*late;
    }
    Ptr<NetDevice> device = route->GetOutputDevice();
    if (Cross(*passing, device) == Passage::Stop)
    {
        return;
    }
    const auto pieces = Cut(*passing, device);
    if (!pieces)
    {
        Ipv6Header restored = header;
        restored.SetNextHeader(passing->bytes[NEXT_HEADER_AT]);
        stack(input, route, packet, restored);
        return;
    }
    for (const auto& bytes : *pieces)
    {
        Ptr<Packet> piece = Create<Packet>(bytes.data(), static_cast<uint32_t>(bytes.size()));
        Ipv6Header pieceHeader;
        piece->RemoveHeader(pieceHeader);
        pieceHeader.SetHopLimit(header.GetHopLimit()); // the stack counts the hop itself
        stack(input, route, piece, pieceHeader);
    }
}

bool
Ipv6Tap::MaySend(Ptr<const Packet> packet,
                 Ipv6Address source,
                 Ipv6Address destination,
                 uint8_t protocol,
                 Ptr<Ipv6Route> route)
{
    if (IsDetached())
    {
        return true;
    }
    Passing passing(Services().path, Simulator::Now().GetNanoSeconds());
    if (!passing.Take(WithHeader(packet, source, destination, protocol)))
    {
        return true; // longer than an IP packet can be: the stack's business
    }
    Ptr<NetDevice> device =
        route ? route->GetOutputDevice() : DeviceToward(passing.packet.view.Destination());
    return Depart(passing, device) == Passage::Pass;
}

Ptr<Ipv6Route>
Ipv6Tap::RouteToward(const conntrack::Address& destination) const
{
    const Ipv6Address to = ToNs3(destination);
    if (to.IsMulticast() || to.IsLinkLocal())
    {
        return nullptr; // the link decides, not a route
    }
    Ipv6Header header;
    header.SetDestination(to);
    Socket::SocketErrno error = Socket::ERROR_NOTERROR;
    return m_ipv6->GetRoutingProtocol()->RouteOutput(nullptr, header, nullptr, error);
}

std::optional<conntrack::Address>
Ipv6Tap::SourceToward(const conntrack::Address& destination) const
{
    Ptr<Ipv6Route> route = RouteToward(destination);
    if (!route)
    {
        return std::nullopt;
    }
    return FromNs3(route->GetSource());
}

Ptr<NetDevice>
Ipv6Tap::DeviceToward(const conntrack::Address& destination) const
{
    Ptr<Ipv6Route> route = RouteToward(destination);
    return route ? route->GetOutputDevice() : nullptr;
}

bool
Ipv6Tap::IsOwnAddress(const conntrack::Address& address) const
{
    return m_ipv6->GetInterfaceForAddress(ToNs3(address)) >= 0;
}

Ptr<NetDevice>
Ipv6Tap::GetLoopback() const
{
    return m_ipv6->GetNetDevice(0); // the stack makes it first
}

void
Ipv6Tap::SendBytes(const std::vector<uint8_t>& bytes)
{
    Ptr<Packet> packet = Create<Packet>(bytes.data(), static_cast<uint32_t>(bytes.size()));
    Ipv6Header header;
    packet->RemoveHeader(header);
    Ptr<Ipv6Route> route = RouteToward(FromNs3(header.GetDestination()));
    if (!route)
    {
        return;
    }
    // Straight to the interface: Ipv6L3Protocol::Send would make a header of its own.
    const Ipv6Address next =
        route->GetGateway().IsAny() ? header.GetDestination() : route->GetGateway();
    const int32_t interface = m_ipv6->GetInterfaceForDevice(route->GetOutputDevice());
    m_ipv6->GetInterface(static_cast<uint32_t>(interface))->Send(packet, header, next);
}

} // namespace conntrack
} // namespace ns3
