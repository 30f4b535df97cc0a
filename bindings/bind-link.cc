/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "bindings/attributes.h"
#include "bindings/bindings.h"
#include "bindings/held.h"
#include "bindings/session.h"

#include "ns3/bridge-helper.h"
#include "ns3/bridge-net-device.h"
#include "ns3/csma-channel.h"
#include "ns3/csma-helper.h"
#include "ns3/csma-net-device.h"
#include "ns3/ipv4.h"
#include "ns3/ipv6.h"
#include "ns3/net-device-container.h"
#include "ns3/node-container.h"
#include "ns3/point-to-point-channel.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/point-to-point-net-device.h"

#include <pybind11/stl.h>
#include <vector>

namespace ns3
{
namespace conntrack
{
namespace python
{

namespace py = pybind11;

namespace
{

const char* const QUEUE_CLASS = "ns3::DropTailQueue<Packet>";

/// A link's attributes, sorted by the part that has them.
struct LinkSettings
{
    std::vector<AttributeSetting> device;
    std::vector<AttributeSetting> channel;
    std::vector<AttributeSetting> queue;
};

LinkSettings
Sort(TypeId device, TypeId channel, const py::dict& attributes)
{
    const TypeId queue = FindClass(QUEUE_CLASS);
    LinkSettings sorted;
    for (const auto& [key, value] : attributes)
    {
        const auto name = key.cast<std::string>();
        // The channel first: CSMA's has the rate.
        if (HasAttribute(channel, name))
        {
            sorted.channel.push_back(MakeSetting(channel, name, value));
        }
        else if (HasAttribute(device, name))
        {
            sorted.device.push_back(MakeSetting(device, name, value));
        }
        else if (HasAttribute(queue, name))
        {
            sorted.queue.push_back(MakeSetting(queue, name, value));
        }
        else
        {
            throw py::attribute_error("Neither " + ShortName(device) + " nor " +
                                      ShortName(channel) + " nor their queue has an attribute '" +
                                      name + "'");
        }
    }
    return sorted;
}

template <typename Helper>
void
Apply(Helper& helper, const LinkSettings& settings)
{
    for (const AttributeSetting& setting : settings.device)
    {
        helper.SetDeviceAttribute(setting.name, *setting.value);
    }
    for (const AttributeSetting& setting : settings.channel)
    {
        helper.SetChannelAttribute(setting.name, *setting.value);
    }
    for (const AttributeSetting& setting : settings.queue)
    {
        helper.SetQueue(QUEUE_CLASS, setting.name, *setting.value);
    }
}

py::list
ToList(const NetDeviceContainer& container)
{
    py::list devices;
    for (uint32_t i = 0; i < container.GetN(); ++i)
    {
        devices.append(Held<NetDevice>(container.Get(i)));
    }
    return devices;
}

py::list
PointToPoint(Node& a, Node& b, const py::kwargs& attributes)
{
    Session::Get().Change();
    Session::Get().CheckAlive(a);
    Session::Get().CheckAlive(b);
    if (&a == &b)
    {
        throw py::value_error("A link joins two nodes, not node " + std::to_string(a.GetId()) +
                              " with itself");
    }
    PointToPointHelper helper;
    Apply(helper,
          Sort(PointToPointNetDevice::GetTypeId(), PointToPointChannel::GetTypeId(), attributes));
    return ToList(helper.Install(Ptr<Node>(&a), Ptr<Node>(&b)));
}

py::list
Csma(const std::vector<Node*>& nodes, const py::kwargs& attributes)
{
    Session::Get().Change();
    NodeContainer container;
    for (Node* node : nodes)
    {
        if (node == nullptr)
        {
            throw py::type_error("A network joins nodes, not None");
        }
        Session::Get().CheckAlive(*node);
        container.Add(Ptr<Node>(node));
    }
    CsmaHelper helper;
    Apply(helper, Sort(CsmaNetDevice::GetTypeId(), CsmaChannel::GetTypeId(), attributes));
    const NetDeviceContainer devices = helper.Install(container);
    helper.AssignStreams(devices, Session::Get().TakeStreams(devices.GetN()));
    return ToList(devices);
}

bool
IsBridged(const NetDevice& port)
{
    const Ptr<Node> node = port.GetNode();
    for (uint32_t i = 0; i < node->GetNDevices(); ++i)
    {
        const auto bridge = DynamicCast<BridgeNetDevice>(node->GetDevice(i));
        for (uint32_t j = 0; bridge && j < bridge->GetNBridgePorts(); ++j)
        {
            if (bridge->GetBridgePort(j) == &port)
            {
                return true;
            }
        }
    }
    return false;
}

/// ns-3 aborts at ports that cannot be one, and leaves an IP address on a port without effect.
void
CheckPort(NetDevice& port, const Node& node)
{
    const std::string name = "eth" + std::to_string(port.GetIfIndex());
    if (port.GetNode() != &node)
    {
        throw py::value_error("A bridge joins devices of one node");
    }
    if (!port.SupportsSendFrom() || IsBridged(port))
    {
        throw py::value_error(
            "Device " + name + " of node " + std::to_string(node.GetId()) +
            (IsBridged(port) ? " is in a bridge already" : " cannot be in a bridge: csma's can"));
    }
    const Ptr<Ipv4> ipv4 = node.GetObject<Ipv4>();
    const Ptr<Ipv6> ipv6 = node.GetObject<Ipv6>();
    if ((ipv4 && ipv4->GetInterfaceForDevice(&port) >= 0) ||
        (ipv6 && ipv6->GetInterfaceForDevice(&port) >= 0))
    {
        throw py::value_error("Device " + name + " of node " + std::to_string(node.GetId()) +
                              " has an address: the bridge gets it, not its ports");
    }
}

Held<NetDevice>
Bridge(const std::vector<NetDevice*>& ports, const py::kwargs& attributes)
{
    Session::Get().Change();
    if (ports.empty() || ports.front() == nullptr)
    {
        throw py::value_error("A bridge joins one device or more");
    }
    const Ptr<Node> node = ports.front()->GetNode();
    Session::Get().CheckAlive(*node);
    NetDeviceContainer container;
    for (NetDevice* port : ports)
    {
        if (port == nullptr)
        {
            throw py::type_error("A bridge joins devices, not None");
        }
        CheckPort(*port, *node);
        container.Add(Ptr<NetDevice>(port));
    }
    BridgeHelper helper;
    for (const AttributeSetting& setting : MakeSettings(BridgeNetDevice::GetTypeId(), attributes))
    {
        helper.SetDeviceAttribute(setting.name, *setting.value);
    }
    return Held<NetDevice>(helper.Install(node, container).Get(0));
}

} // namespace

void
BindLink(py::module_& module)
{
    module.def("bridge",
               &Bridge,
               py::arg("ports"),
               "Join devices of a node, which have no addresses, to an Ethernet switch; returns "
               "the bridge, a device\nthat may have an address. Keyword arguments are its "
               "attributes. ValueError: what cannot be joined.");
    module.def("point_to_point",
               &PointToPoint,
               py::arg("a"),
               py::arg("b"),
               "Join two nodes by a cable; the devices at its ends.");
    module.def("csma", &Csma, py::arg("nodes"), "Join nodes by an Ethernet; their devices.");
}

} // namespace python
} // namespace conntrack
} // namespace ns3
