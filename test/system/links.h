/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_TEST_SYSTEM_LINKS_H
#define CONNTRACK_TEST_SYSTEM_LINKS_H

#include "ns3/bridge-helper.h"
#include "ns3/constant-position-mobility-model.h"
#include "ns3/csma-helper.h"
#include "ns3/net-device-container.h"
#include "ns3/node-container.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/ssid.h"
#include "ns3/string.h"
#include "ns3/wifi-helper.h"
#include "ns3/wifi-mac-helper.h"
#include "ns3/yans-wifi-helper.h"

/**
 * @file
 * What joins two nodes: links of each kind, with nobody else on them.
 *
 * Layer: test.
 */

namespace ns3
{
namespace conntrack
{
namespace test
{

/// What joins two nodes.
enum class LinkKind
{
    PointToPoint,
    Csma,
    Bridged, ///< two CSMA links and a switch
    WifiAdhoc,
    WifiAccessPoint,
};

/// @param left a node @param right a node @return devices on them
inline NetDeviceContainer
LinkByBridge(Ptr<Node> left, Ptr<Node> right)
{
    Ptr<Node> bridge = CreateObject<Node>();
    const NetDeviceContainer first = CsmaHelper().Install(NodeContainer(left, bridge));
    const NetDeviceContainer second = CsmaHelper().Install(NodeContainer(right, bridge));
    BridgeHelper().Install(bridge, NetDeviceContainer(first.Get(1), second.Get(1)));
    return NetDeviceContainer(first.Get(0), second.Get(0));
}

/// @param left a node @param right a node @param leftMac its kind, which has the ssid "test"
/// @param rightMac its kind @return devices on them
inline NetDeviceContainer
LinkByWifi(Ptr<Node> left, Ptr<Node> right, const std::string& leftMac, const std::string& rightMac)
{
    YansWifiPhyHelper phy;
    phy.SetChannel(YansWifiChannelHelper::Default().Create());
    WifiHelper wifi;
    wifi.SetStandard(WIFI_STANDARD_80211a);
    NetDeviceContainer devices;
    for (const auto& [node, mac] : {std::pair(left, leftMac), std::pair(right, rightMac)})
    {
        if (!node->GetObject<MobilityModel>())
        {
            node->AggregateObject(CreateObject<ConstantPositionMobilityModel>());
        }
        WifiMacHelper helper;
        helper.SetType(mac, "Ssid", SsidValue(Ssid("test")));
        devices.Add(wifi.Install(phy, helper, node));
    }
    return devices;
}

/**
 * @param kind of link
 * @param left a node
 * @param right a node
 * @param leftIsAccessPoint whether it is, where there is one, rather than the right one
 * @param rate of a point-to-point link
 * @return devices on left and right
 */
inline NetDeviceContainer
Link(LinkKind kind,
     Ptr<Node> left,
     Ptr<Node> right,
     bool leftIsAccessPoint,
     const std::string& rate)
{
    switch (kind)
    {
    case LinkKind::Csma:
        return CsmaHelper().Install(NodeContainer(left, right));
    case LinkKind::Bridged:
        return LinkByBridge(left, right);
    case LinkKind::WifiAdhoc:
        return LinkByWifi(left, right, "ns3::AdhocWifiMac", "ns3::AdhocWifiMac");
    case LinkKind::WifiAccessPoint:
        return leftIsAccessPoint ? LinkByWifi(left, right, "ns3::ApWifiMac", "ns3::StaWifiMac")
                                 : LinkByWifi(left, right, "ns3::StaWifiMac", "ns3::ApWifiMac");
    case LinkKind::PointToPoint:
        break;
    }
    PointToPointHelper wire;
    wire.SetDeviceAttribute("DataRate", StringValue(rate));
    return wire.Install(NodeContainer(left, right));
}

} // namespace test
} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_TEST_SYSTEM_LINKS_H
