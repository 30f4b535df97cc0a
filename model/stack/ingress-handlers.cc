/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/stack/ingress-handlers.h"

#include "ns3/arp-l3-protocol.h"
#include "ns3/ipv4-l3-protocol.h"
#include "ns3/ipv6-l3-protocol.h"
#include "ns3/loopback-net-device.h"
#include "ns3/traffic-control-layer.h"

namespace ns3
{
namespace conntrack
{

namespace
{

// IPv4, ARP and IPv6: what TrafficControlLayer is registered for at most, once a device.
constexpr uint32_t HANDLERS_A_DEVICE = 3;

/// Unregistering takes one entry a call and does not tell whether there was one.
void
UnregisterAll(Ptr<Node> node, const Node::ProtocolHandler& handler)
{
    if (handler.IsNull())
    {
        return;
    }
    for (uint32_t i = 0; i < HANDLERS_A_DEVICE * (node->GetNDevices() + 1); ++i)
    {
        node->UnregisterProtocolHandler(handler);
    }
}

} // namespace

void
SwapIngressHandlers(Ptr<Node> node, IngressHandlers& handlers)
{
    const Node::ProtocolHandler plain =
        MakeCallback(&TrafficControlLayer::Receive, node->GetObject<TrafficControlLayer>());
    for (const Node::ProtocolHandler& old : {plain, handlers.ipv4, handlers.ipv6})
    {
        UnregisterAll(node, old);
    }
    Ptr<Ipv4L3Protocol> ipv4 = node->GetObject<Ipv4L3Protocol>();
    Ptr<Ipv6L3Protocol> ipv6 = node->GetObject<Ipv6L3Protocol>();
    for (uint32_t i = 0; i < node->GetNDevices(); ++i)
    {
        Ptr<NetDevice> device = node->GetDevice(i);
        if (DynamicCast<LoopbackNetDevice>(device))
        {
            continue; // its frames were filtered on their way out
        }
        if (!handlers.ipv4.IsNull() && ipv4->GetInterfaceForDevice(device) >= 0)
        {
            node->RegisterProtocolHandler(handlers.ipv4, Ipv4L3Protocol::PROT_NUMBER, device);
            node->RegisterProtocolHandler(plain, ArpL3Protocol::PROT_NUMBER, device);
        }
        if (!handlers.ipv6.IsNull() && ipv6->GetInterfaceForDevice(device) >= 0)
        {
            node->RegisterProtocolHandler(handlers.ipv6, Ipv6L3Protocol::PROT_NUMBER, device);
        }
    }
}

} // namespace conntrack
} // namespace ns3
