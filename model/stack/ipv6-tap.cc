/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/stack/ipv6-tap.h"

#include "model/wire/hop-by-hop.h"

#include "ns3/ip-l4-protocol.h"
#include "ns3/ipv6-interface.h"
#include "ns3/ipv6-route.h"
#include "ns3/simulator.h"

#include <algorithm>

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
constexpr uint32_t IPV6_HEADER = 40;
constexpr uint32_t LEAST_MTU = 1280; // RFC 8200 5

Ptr<Packet>
ToPacket(ByteView bytes)
{
    return Create<Packet>(bytes.data, static_cast<uint32_t>(bytes.size));
}

/// A packet as it came in, of the two parts in which the stack hands it on.
Ptr<Packet>
WithHeader(Ptr<const Packet> payload, const Ipv6Header& header)
{
    Ptr<Packet> packet = payload->Copy();
    packet->AddHeader(header);
    return packet;
}

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

/// Whether none of what the taps do to a packet without tracking and rules is due: no error for its
/// age or size, no drop for its length, no hop-by-hop options to be kept.
bool
MayPassUntouched(const Packet& packet)
{
    uint8_t header[8]{}; // RFC 8200 3, without the addresses
    packet.CopyData(header, sizeof(header));
    const uint32_t size = IPV6_HEADER + ReadU16(header + 4);
    return header[0] >> 4 == 6 && header[NEXT_HEADER_AT] != HOP_BY_HOP && header[7] > 1 &&
           size <= LEAST_MTU && size <= packet.GetSize();
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

/// The gateway of a route.
class RouteNextHop final : public NextHop
{
  public:
    explicit RouteNextHop(const Ptr<Ipv6Route>& route)
        : m_route(route)
    {
    }

    conntrack::Address Get() const override
    {
        return FromNs3(m_route->GetGateway());
    }

  private:
    const Ptr<Ipv6Route>& m_route;
};

/// @return how many leading bits two addresses share
int
CommonPrefix(const conntrack::Address& a, const conntrack::Address& b)
{
    int bits = 0;
    for (std::size_t i = 0; i < a.bytes.size(); ++i)
    {
        const int differing = a.bytes[i] ^ b.bytes[i];
        if (differing != 0)
        {
            return bits + __builtin_clz(static_cast<unsigned>(differing)) - 24;
        }
        bits += 8;
    }
    return bits;
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
    auto routing = CreateObject<FilteringIpv6Routing>();
    routing->Decorate(inner, *this);
    m_ipv6->SetRoutingProtocol(routing);
    m_routing = routing;
    Forget();
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
Ipv6Tap::Receive(const Ptr<NetDevice>& device,
                 const Ptr<const Packet>& packet,
                 uint16_t protocol,
                 const ns3::Address& from,
                 const ns3::Address& to,
                 NetDevice::PacketType type)
{
    if (IsDetached())
    {
        return;
    }
    if (Services().path.IsIdle(Family::Ipv6) && MayPassUntouched(*packet))
    {
        m_trafficControl->Receive(device, packet, protocol, from, to, type);
        return;
    }
    DecorateRouting();
    if (!IsUp(device))
    {
        m_trafficControl->Receive(device, packet, protocol, from, to, type); // drops it and says so
        return;
    }
    Passing passing(Services().path, Simulator::Now().GetNanoSeconds());
    const FrameArrival arrival(*this, passing, device, from, to);
    if (!passing.Take(packet) || passing.packet.view.GetFamily() != Family::Ipv6 ||
        !passing.packet.view.IsWhole())
    {
        return; // no IPv6 packet, or a cut one: Linux too drops it before any hook
    }
    if (!MayPassHopByHop(passing.packet.view) || Arrive(passing, device) == Passage::Stop)
    {
        return;
    }
    const conntrack::Address destination = passing.packet.view.Destination();
    const bool delivered = conntrack::IsMulticast(destination, Family::Ipv6)
                               ? IsListening(device, destination)
                               : IsOwnAddress(destination);
    if (delivered && Deliver(passing) == Passage::Stop)
    {
        return;
    }
    const uint8_t nextHeader = passing.packet.view.Head().data[NEXT_HEADER_AT];
    const bool isHidden = !delivered && nextHeader == HOP_BY_HOP;
    Scope scope(*this, passing);
    if (passing.IsAsItCame() && !isHidden)
    {
        m_trafficControl->Receive(device, packet, protocol, from, to, type);
        return;
    }
    const Ptr<const Packet> rebuilt = passing.Rebuild(packet);
    m_trafficControl
        ->Receive(device, isHidden ? HideHopByHop(rebuilt) : rebuilt, protocol, from, to, type);
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
Ipv6Tap::AddressGone(uint32_t interface, const std::optional<Ipv6Address>& address)
{
    std::optional<conntrack::Address> own;
    if (address)
    {
        own = FromNs3(*address);
    }
    Services().addressGone(Describe(m_ipv6->GetNetDevice(interface)).index, own);
}

void
Ipv6Tap::TellInterfaceUp()
{
    Services().interfacesChanged();
}

void
Ipv6Tap::Forget()
{
    m_isUp.clear();
    m_ownAddresses.clear();
}

bool
Ipv6Tap::IsUp(const Ptr<NetDevice>& device)
{
    const uint32_t index = device->GetIfIndex();
    if (index >= m_isUp.size())
    {
        m_isUp.resize(index + 1);
    }
    if (!m_isUp[index])
    {
        const int32_t interface = m_ipv6->GetInterfaceForDevice(device);
        m_isUp[index] = m_ipv6->IsUp(static_cast<uint32_t>(interface));
    }
    return *m_isUp[index];
}

bool
Ipv6Tap::IsUntouched() const
{
    return !IsDetached() && Services().path.IsIdle(Family::Ipv6) && !HasCurrent();
}

bool
Ipv6Tap::IsBroadcast(const conntrack::Address&, Ptr<NetDevice>) const
{
    return false; // RFC 4291 2: there are none
}

std::optional<conntrack::Address>
Ipv6Tap::BroadcastMask(const conntrack::Address&, Ptr<NetDevice>) const
{
    return std::nullopt;
}

void
Ipv6Tap::TellNoRoute(const Ptr<const Packet>& packet, const Ipv6Header& header)
{
    if (const Passing* passing = Current(packet->GetUid()))
    {
        SendNoRoute(*passing);
        return;
    }
    Passing late(Services().path, Simulator::Now().GetNanoSeconds());
    if (IsUntouched() && late.Take(WithHeader(packet, header)))
    {
        SendNoRoute(late);
    }
}

void
Ipv6Tap::Forward(const UnicastForwardCallback& stack,
                 const Ptr<const NetDevice>& input,
                 const Ptr<Ipv6Route>& route,
                 const Ptr<const Packet>& packet,
                 const Ipv6Header& header)
{
    if (IsDetached())
    {
        return;
    }
    Passing* passing = Current(packet->GetUid());
    if (passing == nullptr)
    {
        ForwardLate(stack, input, route, packet, header);
        return;
    }
    Ptr<NetDevice> device = route->GetOutputDevice();
    const RouteNextHop nextHop(route);
    passing->packet.nextHop = &nextHop;
    if (Cross(*passing, device) == Passage::Stop)
    {
        return;
    }
    if (passing->IsAsItCame() &&
        passing->packet.view.Head().data[NEXT_HEADER_AT] != HOP_BY_HOP) // as nearly every packet
    {
        stack(input, route, packet, header);
    }
    else
    {
        ForwardRebuilt(*passing, stack, input, route, packet, header);
    }
}

void
Ipv6Tap::ForwardLate(const UnicastForwardCallback& stack,
                     const Ptr<const NetDevice>& input,
                     const Ptr<Ipv6Route>& route,
                     const Ptr<const Packet>& packet,
                     const Ipv6Header& header)
{
    Passing late(Services().path, Simulator::Now().GetNanoSeconds());
    if (!late.Take(WithHeader(packet, header)))
    {
        return;
    }
    if (Services().path.LookUp(late.packet) == Passage::Pass)
    {
        Scope scope(*this, late);
        Forward(stack, input, route, packet, header);
    }
}

void
Ipv6Tap::ForwardRebuilt(Passing& passing,
                        const UnicastForwardCallback& stack,
                        const Ptr<const NetDevice>& input,
                        const Ptr<Ipv6Route>& route,
                        const Ptr<const Packet>& packet,
                        const Ipv6Header& header)
{
    const auto pieces = Cut(passing, route->GetOutputDevice());
    if (!pieces)
    {
        const PacketView& view = passing.packet.view;
        Ipv6Header restored = header;
        restored.SetNextHeader(view.Head().data[NEXT_HEADER_AT]);
        restored.SetSource(ToNs3(view.Source()));
        restored.SetDestination(ToNs3(view.Destination()));
        restored.SetPayloadLength(static_cast<uint16_t>(view.Length() - IPV6_HEADER));
        stack(input, route, passing.Renew(packet, IPV6_HEADER), restored);
        return;
    }
    for (const auto& bytes : *pieces)
    {
        Ptr<Packet> piece = ToPacket({bytes.data(), bytes.size()});
        Ipv6Header pieceHeader;
        piece->RemoveHeader(pieceHeader);
        pieceHeader.SetHopLimit(header.GetHopLimit()); // the stack counts the hop itself
        stack(input, route, piece, pieceHeader);
    }
}

bool
Ipv6Tap::MaySend(Ptr<Packet>& packet,
                 Ipv6Address& source,
                 Ipv6Address& destination,
                 uint8_t protocol,
                 Ptr<Ipv6Route>& route)
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
    if (Depart(passing, device) == Passage::Stop)
    {
        return false;
    }
    if (passing.HasChanged())
    {
        packet = passing.Renew(packet, passing.packet.view.TransportOffset());
        source = ToNs3(passing.packet.view.Source());
        const Ipv6Address changed = ToNs3(passing.packet.view.Destination());
        route = changed == destination ? route : nullptr; // the stack finds the new one
        destination = changed;
    }
    return true;
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
    if (m_ownAddresses.empty())
    {
        for (uint32_t i = 0; i < m_ipv6->GetNInterfaces(); ++i)
        {
            for (uint32_t j = 0; j < m_ipv6->GetNAddresses(i); ++j)
            {
                m_ownAddresses.push_back(FromNs3(m_ipv6->GetAddress(i, j).GetAddress()));
            }
        }
    }
    return std::find(m_ownAddresses.begin(), m_ownAddresses.end(), address) != m_ownAddresses.end();
}

std::optional<conntrack::Address>
Ipv6Tap::AddressAt(Ptr<NetDevice> device, const conntrack::Address& peer) const
{
    // RFC 6724 5, rules 2 and 8: a scope that reaches the peer, then the longest common prefix; of
    // equals the newest, as Linux's list has it.
    const bool linkLocal = ToNs3(peer).IsLinkLocal();
    const int32_t interface = m_ipv6->GetInterfaceForDevice(device);
    const uint32_t index = static_cast<uint32_t>(interface);
    std::optional<conntrack::Address> chosen;
    int longest = -1;
    for (uint32_t i = 0; interface >= 0 && i < m_ipv6->GetNAddresses(index); ++i)
    {
        const Ipv6Address own = m_ipv6->GetAddress(index, i).GetAddress();
        const int common = CommonPrefix(FromNs3(own), peer);
        if (own.IsLinkLocal() == linkLocal && common >= longest)
        {
            chosen = FromNs3(own);
            longest = common;
        }
    }
    return chosen;
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
