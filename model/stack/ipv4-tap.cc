/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/stack/ipv4-tap.h"

#include "ns3/ip-l4-protocol.h"
#include "ns3/simulator.h"

namespace ns3
{
namespace conntrack
{

namespace
{

// RFC 791 3.1
constexpr std::size_t IPV4_HEADER = 20; // without options
constexpr std::size_t SOURCE_AT = 12;
constexpr std::size_t DESTINATION_AT = 16;

Ipv4Address
ToNs3(const conntrack::Address& address)
{
    return Ipv4Address(address.ToIpv4());
}

/// What no router forwards, RFC 1812 5.3.7: Linux drops it behind PREROUTING without an answer.
bool
IsMartian(uint8_t source, uint8_t destination) // the first bytes of both addresses
{
    if (destination >= 224)
    {
        return false; // multicast and broadcast: for local delivery to judge
    }
    return source == 0 || source == 127 || source >= 224 || destination == 0 || destination == 127;
}

/// Whether none of what the taps do to a packet without tracking and rules is due: no error for its
/// age or size (a packet that may be cut is ns-3's to cut), no drop for its addresses or length.
bool
MayPassUntouched(const Packet& packet)
{
    uint8_t header[IPV4_HEADER]{};
    packet.CopyData(header, sizeof(header));
    const bool isPlain = header[0] == 0x45; // version 4, no options
    const bool isDontFragment = (header[6] & 0x40) != 0;
    return isPlain && !isDontFragment && header[8] > 1 &&
           !IsMartian(header[SOURCE_AT], header[DESTINATION_AT]) &&
           ReadU16(header + 2) <= packet.GetSize();
}

Ptr<Packet>
ToPacket(ByteView bytes)
{
    return Create<Packet>(bytes.data, static_cast<uint32_t>(bytes.size));
}

/// The gateway of a route.
class RouteNextHop final : public NextHop
{
  public:
    explicit RouteNextHop(const Ptr<Ipv4Route>& route)
        : m_route(route)
    {
    }

    conntrack::Address Get() const override
    {
        return conntrack::Address::FromIpv4(m_route->GetGateway().Get());
    }

  private:
    const Ptr<Ipv4Route>& m_route;
};

/// The header of a packet that NAT has changed.
Ipv4Header
Translated(const Ipv4Header& header, const PacketView& view)
{
    Ipv4Header changed = header;
    changed.SetSource(ToNs3(view.Source()));
    changed.SetDestination(ToNs3(view.Destination()));
    changed.SetPayloadSize(static_cast<uint16_t>(view.Length() - header.GetSerializedSize()));
    if (Node::ChecksumEnabled())
    {
        changed.EnableChecksum();
    }
    return changed;
}

/// A packet as it came in, of the two parts in which the stack hands it on.
Ptr<Packet>
WithHeader(Ptr<const Packet> payload, const Ipv4Header& header)
{
    Ptr<Packet> packet = payload->Copy();
    packet->AddHeader(header);
    return packet;
}

/// The packet that ns-3's IPv4 will make of a transport protocol's segment, as far as rules look.
std::vector<uint8_t>
WithHeader(Ptr<const Packet> segment, Ipv4Address source, Ipv4Address destination, uint8_t protocol)
{
    Ipv4Header header;
    header.SetSource(source);
    header.SetDestination(destination);
    header.SetProtocol(protocol);
    header.SetTtl(64);
    header.SetPayloadSize(static_cast<uint16_t>(segment->GetSize()));
    header.EnableChecksum();
    Ptr<Packet> packet = segment->Copy();
    packet->AddHeader(header);
    std::vector<uint8_t> bytes(packet->GetSize());
    packet->CopyData(bytes.data(), static_cast<uint32_t>(bytes.size()));
    return bytes;
}

} // namespace

Ipv4Tap::Ipv4Tap(Ptr<Node> node, const TapServices& services)
    : NodeTap(services),
      m_ipv4(node->GetObject<Ipv4L3Protocol>()),
      m_trafficControl(node->GetObject<TrafficControlLayer>())
{
}

void
Ipv4Tap::Attach()
{
    DecorateRouting();
    WrapDownTargets();
    ListenToRawSockets();
}

void
Ipv4Tap::Detach()
{
    NodeTap::Detach();
    m_ipv4 = nullptr;
    m_trafficControl = nullptr;
    m_routing = nullptr;
    m_output.Clear();
}

void
Ipv4Tap::DecorateRouting()
{
    Ptr<Ipv4RoutingProtocol> inner = m_ipv4->GetRoutingProtocol();
    if (!inner || inner == m_routing)
    {
        return;
    }
    auto routing = CreateObject<FilteringIpv4Routing>();
    routing->Decorate(inner, *this);
    m_ipv4->SetRoutingProtocol(routing);
    m_routing = routing;
    Forget();
}

void
Ipv4Tap::WrapDownTargets()
{
    for (uint32_t number = 0; number < 256; ++number)
    {
        Ptr<IpL4Protocol> transport = m_ipv4->GetProtocol(static_cast<int>(number));
        if (!transport || m_wrapped[number] || transport->GetDownTarget().IsNull())
        {
            continue;
        }
        m_wrapped[number] = true;
        const IpL4Protocol::DownTargetCallback stack = transport->GetDownTarget();
        Ptr<Ipv4Tap> tap(this);
        transport->SetDownTarget(
            IpL4Protocol::DownTargetCallback([tap, stack](Ptr<Packet> packet,
                                                          Ipv4Address source,
                                                          Ipv4Address destination,
                                                          uint8_t protocol,
                                                          Ptr<Ipv4Route> route) {
                if (tap->MaySend(packet, source, destination, protocol, route))
                {
                    const RawOutput<Ipv4Route>::Filtered filtered(tap->m_output, packet->GetUid());
                    stack(packet, source, destination, protocol, route);
                }
            }));
    }
}

void
Ipv4Tap::Receive(const Ptr<NetDevice>& device,
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
    if (Services().path.IsIdle(Family::Ipv4) && MayPassUntouched(*packet))
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
    if (!passing.Take(packet) || passing.packet.view.GetFamily() != Family::Ipv4 ||
        !passing.packet.view.IsWhole())
    {
        return; // no IPv4 packet, or a cut one: Linux too drops it before any hook
    }
    if (Arrive(passing, device) == Passage::Stop)
    {
        return;
    }
    const uint8_t* header = passing.packet.view.Head().data;
    if (IsMartian(header[SOURCE_AT], header[DESTINATION_AT]))
    {
        return;
    }
    Scope scope(*this, passing);
    if (passing.IsAsItCame())
    {
        m_trafficControl->Receive(device, packet, protocol, from, to, type);
    }
    else
    {
        m_trafficControl->Receive(device, passing.Rebuild(packet), protocol, from, to, type);
    }
}

void
Ipv4Tap::AddressGone(uint32_t interface, const std::optional<Ipv4Address>& address)
{
    std::optional<conntrack::Address> own;
    if (address)
    {
        own = conntrack::Address::FromIpv4(address->Get());
    }
    Services().addressGone(Describe(m_ipv4->GetNetDevice(interface)).index, own);
}

void
Ipv4Tap::TellInterfaceUp()
{
    Services().interfacesChanged();
}

void
Ipv4Tap::Forget()
{
    m_isUp.clear();
}

bool
Ipv4Tap::IsUp(const Ptr<NetDevice>& device)
{
    const uint32_t index = device->GetIfIndex();
    if (index >= m_isUp.size())
    {
        m_isUp.resize(index + 1);
    }
    if (!m_isUp[index])
    {
        const int32_t interface = m_ipv4->GetInterfaceForDevice(device);
        m_isUp[index] = m_ipv4->IsUp(static_cast<uint32_t>(interface));
    }
    return *m_isUp[index];
}

bool
Ipv4Tap::IsUntouched() const
{
    return !IsDetached() && Services().path.IsIdle(Family::Ipv4) && !HasCurrent();
}

bool
Ipv4Tap::IsBroadcast(const conntrack::Address& address, Ptr<NetDevice> device) const
{
    return ToNs3(address).IsBroadcast() || BroadcastMask(address, device);
}

std::optional<conntrack::Address>
Ipv4Tap::BroadcastMask(const conntrack::Address& address, Ptr<NetDevice> device) const
{
    const Ipv4Address to = ToNs3(address);
    const int32_t found = m_ipv4->GetInterfaceForDevice(device);
    const uint32_t interface = static_cast<uint32_t>(found);
    for (uint32_t i = 0; found >= 0 && i < m_ipv4->GetNAddresses(interface); ++i)
    {
        const Ipv4InterfaceAddress own = m_ipv4->GetAddress(interface, i);
        if (to == own.GetBroadcast() && to != own.GetLocal())
        {
            return conntrack::Address::FromIpv4(own.GetMask().Get());
        }
    }
    return std::nullopt;
}

void
Ipv4Tap::TellNoRoute(const Ptr<const Packet>& packet, const Ipv4Header& header)
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
Ipv4Tap::Forward(const UnicastForwardCallback& stack,
                 const Ptr<Ipv4Route>& route,
                 const Ptr<const Packet>& packet,
                 const Ipv4Header& header)
{
    if (IsDetached())
    {
        return;
    }
    Passing* passing = Current(packet->GetUid());
    if (passing == nullptr)
    {
        ForwardLate(stack, route, packet, header);
        return;
    }
    Ptr<NetDevice> device = route->GetOutputDevice();
    const RouteNextHop nextHop(route);
    passing->packet.nextHop = &nextHop;
    if (Cross(*passing, device) == Passage::Stop)
    {
        return;
    }
    if (passing->IsAsItCame()) // as nearly every packet
    {
        stack(route, packet, header);
    }
    else
    {
        ForwardRebuilt(*passing, stack, route, packet, header);
    }
}

void
Ipv4Tap::ForwardLate(const UnicastForwardCallback& stack,
                     const Ptr<Ipv4Route>& route,
                     const Ptr<const Packet>& packet,
                     const Ipv4Header& header)
{
    Passing late(Services().path, Simulator::Now().GetNanoSeconds());
    if (!late.Take(WithHeader(packet, header)))
    {
        return;
    }
    if (IsOwnAddress(late.packet.view.Source()))
    {
        stack(route, packet, header); // OUTPUT and POSTROUTING let it pass when it was sent
        return;
    }
    if (Services().path.LookUp(late.packet) == Passage::Pass)
    {
        Scope scope(*this, late);
        Forward(stack, route, packet, header);
    }
}

void
Ipv4Tap::ForwardRebuilt(Passing& passing,
                        const UnicastForwardCallback& stack,
                        const Ptr<Ipv4Route>& route,
                        const Ptr<const Packet>& packet,
                        const Ipv4Header& header)
{
    const auto pieces = Cut(passing, route->GetOutputDevice());
    if (!pieces)
    {
        const Ipv4Header changed = Translated(header, passing.packet.view);
        stack(route, passing.Renew(packet, header.GetSerializedSize()), changed);
        return;
    }
    for (const auto& bytes : *pieces)
    {
        Ptr<Packet> piece = ToPacket({bytes.data(), bytes.size()});
        Ipv4Header pieceHeader;
        piece->RemoveHeader(pieceHeader);
        pieceHeader.SetTtl(header.GetTtl()); // the stack counts the hop itself
        if (Node::ChecksumEnabled())
        {
            pieceHeader.EnableChecksum();
        }
        stack(route, piece, pieceHeader);
    }
}

void
Ipv4Tap::DeliverLocally(const LocalDeliverCallback& stack,
                        const Ptr<const Packet>& packet,
                        const Ipv4Header& header,
                        uint32_t interface)
{
    Passing* passing = Current(packet->GetUid());
    if (passing != nullptr && Deliver(*passing) == Passage::Stop)
    {
        return;
    }
    if (passing != nullptr && passing->HasChanged())
    {
        const Ipv4Header changed = Translated(header, passing->packet.view);
        stack(passing->Renew(packet, header.GetSerializedSize()), changed, interface);
        return;
    }
    stack(packet, header, interface);
}

bool
Ipv4Tap::MaySend(Ptr<Packet>& packet,
                 Ipv4Address& source,
                 Ipv4Address& destination,
                 uint8_t protocol,
                 Ptr<Ipv4Route>& route)
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
    const int32_t interface = m_ipv4->GetInterfaceForAddress(source);
    if (!device && interface >= 0)
    {
        device = m_ipv4->GetNetDevice(static_cast<uint32_t>(interface));
    }
    if (Depart(passing, device) == Passage::Stop)
    {
        return false;
    }
    if (passing.HasChanged())
    {
        packet = passing.Renew(packet, passing.packet.view.TransportOffset());
        source = ToNs3(passing.packet.view.Source());
        const Ipv4Address changed = ToNs3(passing.packet.view.Destination());
        route = changed == destination ? route : nullptr; // the stack finds the new one
        destination = changed;
    }
    return true;
}

Ptr<Ipv4Route>
Ipv4Tap::RouteToward(const conntrack::Address& destination) const
{
    const Ipv4Address to = ToNs3(destination);
    if (to.IsMulticast() || to.IsBroadcast())
    {
        return nullptr; // the sender decides; Rip does not survive the question
    }
    Ipv4Header header;
    header.SetDestination(to);
    Socket::SocketErrno error = Socket::ERROR_NOTERROR;
    return m_ipv4->GetRoutingProtocol()->RouteOutput(nullptr, header, nullptr, error);
}

std::optional<conntrack::Address>
Ipv4Tap::SourceToward(const conntrack::Address& destination) const
{
    Ptr<Ipv4Route> route = RouteToward(destination);
    if (!route)
    {
        return std::nullopt;
    }
    return conntrack::Address::FromIpv4(route->GetSource().Get());
}

Ptr<NetDevice>
Ipv4Tap::DeviceToward(const conntrack::Address& destination) const
{
    Ptr<Ipv4Route> route = RouteToward(destination);
    return route ? route->GetOutputDevice() : nullptr;
}

bool
Ipv4Tap::IsOwnAddress(const conntrack::Address& address) const
{
    return m_ipv4->GetInterfaceForAddress(ToNs3(address)) >= 0;
}

std::optional<conntrack::Address>
Ipv4Tap::AddressAt(Ptr<NetDevice> device, const conntrack::Address& peer) const
{
    // Linux's inet_select_addr: the first whose network the peer is in, else the first.
    const int32_t interface = m_ipv4->GetInterfaceForDevice(device);
    std::optional<conntrack::Address> chosen;
    const uint32_t index = static_cast<uint32_t>(interface);
    for (uint32_t i = 0; interface >= 0 && i < m_ipv4->GetNAddresses(index); ++i)
    {
        const Ipv4InterfaceAddress own = m_ipv4->GetAddress(index, i);
        if (own.GetMask().IsMatch(own.GetLocal(), ToNs3(peer)))
        {
            return conntrack::Address::FromIpv4(own.GetLocal().Get());
        }
        if (!chosen)
        {
            chosen = conntrack::Address::FromIpv4(own.GetLocal().Get());
        }
    }
    return chosen;
}

Ptr<NetDevice>
Ipv4Tap::GetLoopback() const
{
    return m_ipv4->GetNetDevice(0); // the stack makes it first
}

void
Ipv4Tap::SendBytes(const std::vector<uint8_t>& bytes)
{
    Ptr<Packet> packet = Create<Packet>(bytes.data(), static_cast<uint32_t>(bytes.size()));
    Ipv4Header header;
    packet->RemoveHeader(header);
    Ipv4Header key;
    key.SetDestination(header.GetDestination());
    Socket::SocketErrno error = Socket::ERROR_NOTERROR;
    Ptr<Ipv4Route> route = m_ipv4->GetRoutingProtocol()->RouteOutput(packet, key, nullptr, error);
    if (route)
    {
        m_ipv4->SendWithHeader(packet, header, route);
    }
}

} // namespace conntrack
} // namespace ns3
