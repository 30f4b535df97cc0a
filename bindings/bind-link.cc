/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "bindings/attributes.h"
#include "bindings/bindings.h"
#include "bindings/held.h"
#include "bindings/session.h"

#include "ns3/csma-channel.h"
#include "ns3/csma-helper.h"
#include "ns3/csma-net-device.h"
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

} // namespace

void
BindLink(py::module_& module)
{
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
