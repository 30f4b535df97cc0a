/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "helper/replay-net-device.h"

#include "model/wire/packet-view.h"

#include "ns3/channel.h"
#include "ns3/ipv4-l3-protocol.h"
#include "ns3/ipv6-l3-protocol.h"
#include "ns3/node.h"

#include <vector>

namespace ns3
{
namespace conntrack
{

NS_OBJECT_ENSURE_REGISTERED(ReplayNetDevice);

namespace
{

Mac48Address
ToNs3(const MacAddress& address)
{
    Mac48Address result;
    result.CopyFrom(address.data());
    return result;
}

/// Ethernet pads short frames; a broken packet stays as it came.
ByteView
WithoutPadding(ByteView bytes)
{
    const auto view = PacketView::Parse(bytes);
    return view ? bytes.First(view->Length()) : bytes;
}

} // namespace

TypeId
ReplayNetDevice::GetTypeId()
{
    static TypeId tid = TypeId("ns3::conntrack::ReplayNetDevice")
                            .SetParent<NetDevice>()
                            .SetGroupName("Conntrack")
                            .AddConstructor<ReplayNetDevice>();
    return tid;
}

void
ReplayNetDevice::SetSendCallback(SendCallback callback)
{
    m_onSend = std::move(callback);
}

void
ReplayNetDevice::SetPeer(const MacAddress& peer)
{
    m_peer = peer;
}

NetDevice::PacketType
ReplayNetDevice::TypeOf(const MacAddress& destination) const
{
    const Mac48Address address = ToNs3(destination);
    if (address == m_address)
    {
        return PACKET_HOST;
    }
    if (address.IsBroadcast())
    {
        return PACKET_BROADCAST;
    }
    return address.IsGroup() ? PACKET_MULTICAST : PACKET_OTHERHOST;
}

void
ReplayNetDevice::Inject(const LinkFrame& frame)
{
    const ByteView bytes = WithoutPadding(frame.packet);
    const auto packet = Create<Packet>(bytes.data, bytes.size);
    const uint16_t number =
        frame.family == Family::Ipv6 ? Ipv6L3Protocol::PROT_NUMBER : Ipv4L3Protocol::PROT_NUMBER;
    const Mac48Address from = ToNs3(frame.source);
    const PacketType type = TypeOf(frame.destination);
    if (!m_promiscReceive.IsNull())
    {
        m_promiscReceive(this, packet->Copy(), number, from, ToNs3(frame.destination), type);
    }
    if (type != PACKET_OTHERHOST && !m_receive.IsNull())
    {
        m_receive(this, packet, number, from);
    }
}

bool
ReplayNetDevice::Send(Ptr<Packet> packet, const ns3::Address& to, uint16_t protocol)
{
    return SendFrom(packet, m_address, to, protocol);
}

bool
ReplayNetDevice::SendFrom(Ptr<Packet> packet,
                          const ns3::Address& from,
                          const ns3::Address& /* to: there is one peer */,
                          uint16_t protocol)
{
    if (!m_onSend)
    {
        return true;
    }
    std::vector<uint8_t> bytes(packet->GetSize());
    packet->CopyData(bytes.data(), bytes.size());
    LinkFrame frame;
    frame.packet = {bytes.data(), bytes.size()};
    frame.family = protocol == Ipv6L3Protocol::PROT_NUMBER ? Family::Ipv6 : Family::Ipv4;
    Mac48Address::ConvertFrom(from).CopyTo(frame.source.data());
    frame.destination = m_peer;
    m_onSend(frame);
    return true;
}

void
ReplayNetDevice::DoDispose()
{
    m_node = nullptr;
    m_onSend = nullptr;
    m_receive = ReceiveCallback();
    m_promiscReceive = PromiscReceiveCallback();
    NetDevice::DoDispose();
}

void
ReplayNetDevice::SetIfIndex(uint32_t index)
{
    m_index = index;
}

uint32_t
ReplayNetDevice::GetIfIndex() const
{
    return m_index;
}

Ptr<Channel>
ReplayNetDevice::GetChannel() const
{
    return nullptr;
}

void
ReplayNetDevice::SetAddress(ns3::Address address)
{
    m_address = Mac48Address::ConvertFrom(address);
}

ns3::Address
ReplayNetDevice::GetAddress() const
{
    return m_address;
}

bool
ReplayNetDevice::SetMtu(uint16_t mtu)
{
    m_mtu = mtu;
    return true;
}

uint16_t
ReplayNetDevice::GetMtu() const
{
    return m_mtu;
}

bool
ReplayNetDevice::IsLinkUp() const
{
    return true;
}

void
ReplayNetDevice::AddLinkChangeCallback(Callback<void> /* callback: the link never changes */)
{
}

bool
ReplayNetDevice::IsBroadcast() const
{
    return true;
}

ns3::Address
ReplayNetDevice::GetBroadcast() const
{
    return Mac48Address::GetBroadcast();
}

bool
ReplayNetDevice::IsMulticast() const
{
    return true;
}

ns3::Address
ReplayNetDevice::GetMulticast(Ipv4Address group) const
{
    return Mac48Address::GetMulticast(group);
}

ns3::Address
ReplayNetDevice::GetMulticast(Ipv6Address group) const
{
    return Mac48Address::GetMulticast(group);
}

bool
ReplayNetDevice::IsBridge() const
{
    return false;
}

bool
ReplayNetDevice::IsPointToPoint() const
{
    return false;
}

Ptr<Node>
ReplayNetDevice::GetNode() const
{
    return m_node;
}

void
ReplayNetDevice::SetNode(Ptr<Node> node)
{
    m_node = node;
}

bool
ReplayNetDevice::NeedsArp() const
{
    return false;
}

void
ReplayNetDevice::SetReceiveCallback(ReceiveCallback callback)
{
    m_receive = callback;
}

void
ReplayNetDevice::SetPromiscReceiveCallback(PromiscReceiveCallback callback)
{
    m_promiscReceive = callback;
}

bool
ReplayNetDevice::SupportsSendFrom() const
{
    return true;
}

} // namespace conntrack
} // namespace ns3
