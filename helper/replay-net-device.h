/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_HELPER_REPLAY_NET_DEVICE_H
#define CONNTRACK_HELPER_REPLAY_NET_DEVICE_H

#include "model/wire/link-frame.h"

#include "ns3/mac48-address.h"
#include "ns3/net-device.h"

#include <functional>

/**
 * @file
 * A router's interface without a link: recorded frames are put in, leaving frames are handed out.
 *
 * Layer: helper.
 * Shape: one ns3::NetDevice an interface; nothing is delayed, lost or resolved (no ARP, no neighbor
 * discovery: what leaves is addressed to the one peer).
 */

namespace ns3
{
namespace conntrack
{

/// A router's interface without a link.
class ReplayNetDevice : public NetDevice
{
  public:
    /// @return the TypeId, ns3::conntrack::ReplayNetDevice
    static TypeId GetTypeId();

    /// Called with each leaving frame; its packet is valid during the call.
    using SendCallback = std::function<void(const LinkFrame&)>;

    /// @param callback the one to call
    void SetSendCallback(SendCallback callback);

    /// @param peer whom leaving frames are addressed to
    void SetPeer(const MacAddress& peer);

    /**
     * A frame arrives: give its packet to the node, as its destination address asks for.
     * @param frame the frame; padding behind the packet is cut off
     */
    void Inject(const LinkFrame& frame);

    /// What ns3::NetDevice asks of a device.
    /// @{
    void SetIfIndex(uint32_t index) override;
    uint32_t GetIfIndex() const override;
    Ptr<Channel> GetChannel() const override;
    void SetAddress(ns3::Address address) override;
    ns3::Address GetAddress() const override;
    bool SetMtu(uint16_t mtu) override;
    uint16_t GetMtu() const override;
    bool IsLinkUp() const override;
    void AddLinkChangeCallback(Callback<void> callback) override;
    bool IsBroadcast() const override;
    ns3::Address GetBroadcast() const override;
    bool IsMulticast() const override;
    ns3::Address GetMulticast(Ipv4Address group) const override;
    ns3::Address GetMulticast(Ipv6Address group) const override;
    bool IsBridge() const override;
    bool IsPointToPoint() const override;
    bool Send(Ptr<Packet> packet, const ns3::Address& to, uint16_t protocol) override;
    bool SendFrom(Ptr<Packet> packet,
                  const ns3::Address& from,
                  const ns3::Address& to,
                  uint16_t protocol) override;
    Ptr<Node> GetNode() const override;
    void SetNode(Ptr<Node> node) override;
    bool NeedsArp() const override;
    void SetReceiveCallback(ReceiveCallback callback) override;
    void SetPromiscReceiveCallback(PromiscReceiveCallback callback) override;
    bool SupportsSendFrom() const override;
    /// @}

  protected:
    void DoDispose() override; ///< lets go of the node and of callbacks

  private:
    PacketType TypeOf(const MacAddress& destination) const;

    Ptr<Node> m_node;
    Mac48Address m_address;
    MacAddress m_peer{};
    SendCallback m_onSend;
    ReceiveCallback m_receive;
    PromiscReceiveCallback m_promiscReceive;
    uint32_t m_index{0};
    uint16_t m_mtu{1500}; // Ethernet's
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_HELPER_REPLAY_NET_DEVICE_H
