/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "bindings/attributes.h"
#include "bindings/bindings.h"
#include "bindings/held.h"
#include "bindings/session.h"
#include "model/stack/conntrack.h"

#include "ns3/application.h"
#include "ns3/channel.h"
#include "ns3/csma-helper.h"
#include "ns3/csma-net-device.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4.h"
#include "ns3/ipv6.h"
#include "ns3/loopback-net-device.h"
#include "ns3/mac48-address.h"
#include "ns3/names.h"
#include "ns3/net-device.h"
#include "ns3/node.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/point-to-point-net-device.h"

#include <fcntl.h>
#include <pybind11/stl.h>
#include <unistd.h>

namespace ns3
{
namespace conntrack
{
namespace python
{

namespace py = pybind11;

namespace
{

void
InstallStack(Node& node, bool ipv4, bool ipv6)
{
    Session::Get().Change();
    Session::Get().CheckAlive(node);
    if (node.GetObject<Ipv4>() || node.GetObject<Ipv6>())
    {
        throw py::value_error("Node " + std::to_string(node.GetId()) + " has an IP stack already");
    }
    InternetStackHelper stack;
    stack.SetIpv4StackInstall(ipv4);
    stack.SetIpv6StackInstall(ipv6);
    const NodeContainer nodes{Ptr<Node>(&node)};
    stack.Install(nodes);
    // 100: more than a stack uses (5 in ns-3.37), so that all nodes' numbers are easy to tell.
    stack.AssignStreams(nodes, Session::Get().TakeStreams(100));
}

Held<Node>
MakeNode(const std::string& name, bool stack)
{
    Session::Get().Change();
    if (name.find('/') != std::string::npos)
    {
        throw py::value_error("A node's name has no '/' in it: '" + name + "'");
    }
    if (!name.empty() && Names::Find<Object>(name))
    {
        throw py::value_error("There is a node '" + name + "' already");
    }
    const auto node = CreateObject<Node>();
    if (!name.empty())
    {
        Names::Add(name, node);
    }
    if (stack)
    {
        InstallStack(*node, true, true);
    }
    return Held<Node>(node);
}

Node&
Alive(Node& node)
{
    Session::Get().CheckAlive(node);
    return node;
}

NetDevice&
Alive(NetDevice& device)
{
    Session::Get().CheckAlive(device);
    return device;
}

py::list
Devices(Node& node)
{
    py::list devices;
    for (uint32_t i = 0; i < Alive(node).GetNDevices(); ++i)
    {
        devices.append(Held<NetDevice>(node.GetDevice(i)));
    }
    return devices;
}

py::list
Applications(Node& node)
{
    py::list applications;
    for (uint32_t i = 0; i < Alive(node).GetNApplications(); ++i)
    {
        applications.append(Held<Application>(node.GetApplication(i)));
    }
    return applications;
}

std::string
NameOf(NetDevice& device)
{
    Alive(device);
    return dynamic_cast<LoopbackNetDevice*>(&device) != nullptr
               ? "lo"
               : "eth" + std::to_string(device.GetIfIndex());
}

/// @throws OSError if a file cannot be written, where ns-3 would abort
void
CheckWritable(const std::string& path)
{
    const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    if (file < 0)
    {
        PyErr_SetFromErrnoWithFilename(PyExc_OSError, path.c_str());
        throw py::error_already_set();
    }
    close(file);
}

void
EnablePcap(NetDevice& device, const py::object& path, bool promiscuous)
{
    Session::Get().Change();
    Alive(device);
    const auto text = py::module_::import("os").attr("fspath")(path).cast<std::string>();
    const auto self = Ptr<NetDevice>(&device);
    if (DynamicCast<PointToPointNetDevice>(self))
    {
        CheckWritable(text);
        PointToPointHelper().EnablePcap(text, self, promiscuous, true);
    }
    else if (DynamicCast<CsmaNetDevice>(self))
    {
        CheckWritable(text);
        CsmaHelper().EnablePcap(text, self, promiscuous, true);
    }
    else
    {
        throw py::type_error(ShortName(device.GetInstanceTypeId()) + " writes no pcap files");
    }
}

NodeClass
BindNode(py::module_& module)
{
    NodeClass node(module, "Node", "A computer: host or router.");
    node.def(py::init(&MakeNode),
             py::arg("name") = "",
             py::arg("stack") = true,
             "A new node, with a stack for IPv4 and IPv6 unless stack is False.")
        .def("install_stack",
             &InstallStack,
             py::arg("ipv4") = true,
             py::arg("ipv6") = true,
             "Give the node an IP stack. ValueError if it has one.")
        .def_property_readonly("id", &Node::GetId, "Its number, from 0.")
        .def_property_readonly(
            "name",
            [](Node& node) { return Names::FindName(Ptr<Node>(&Alive(node))); },
            "Its name, or ''.")
        .def_property_readonly("devices", &Devices, "Its devices; the first is the loopback one.")
        .def_property_readonly("applications", &Applications, "Its applications.")
        .def_property_readonly(
            "ipv4",
            [](Node& node) { return Held<Object>(Alive(node).GetObject<Ipv4>()); },
            "The IPv4 protocol, for its attributes; None without.")
        .def_property_readonly(
            "ipv6",
            [](Node& node) { return Held<Object>(Alive(node).GetObject<Ipv6>()); },
            "The IPv6 protocol, for its attributes (IpForward: whether it is a router); None "
            "without.")
        .def_property_readonly(
            "conntrack",
            [](Node& node) {
                // As an object: its class comes later.
                return py::object(py::cast(Held<Conntrack>(Alive(node).GetObject<Conntrack>())));
            },
            "Its network filter; None without.")
        .def("__repr__", [](Node& node) {
            const std::string name = Names::FindName(Ptr<Node>(&node));
            return "<Node " + std::to_string(node.GetId()) + (name.empty() ? "" : " " + name) + ">";
        });
    return node;
}

DeviceClass
BindDevice(py::module_& module)
{
    ObjectClass<Channel, Object>(module, "Channel", "The medium of a link.");
    DeviceClass device(module, "Device", "A node's network device.");
    device
        .def_property_readonly(
            "node",
            [](NetDevice& device) { return Held<Node>(Alive(device).GetNode()); },
            "The node that has it.")
        .def_property_readonly(
            "channel",
            [](NetDevice& device) { return Held<Channel>(Alive(device).GetChannel()); },
            "What it is connected to; None if to nothing.")
        .def_property_readonly(
            "index",
            [](NetDevice& device) { return Alive(device).GetIfIndex(); },
            "Its number in the node, from 0.")
        .def_property_readonly("name",
                               &NameOf,
                               "What rules call it ('eth1'), unless Conntrack.name_interface says "
                               "otherwise.")
        .def("pcap",
             &EnablePcap,
             py::arg("path"),
             py::arg("promiscuous") = false,
             "Write the packets that it sends and receives to a file, complete at destroy().")
        .def("__repr__", [](NetDevice& device) {
            const Ptr<Node> node = device.GetNode();
            return node ? "<Device " + NameOf(device) + " of node " +
                              std::to_string(node->GetId()) + ">"
                        : std::string("<Device of a simulation that was destroyed>");
        });
    return device;
}

void
BindApplication(py::module_& module)
{
    ObjectClass<Application, Object>(module, "Application", "A program that runs on a node.")
        .def_property_readonly(
            "node",
            [](Application& application) {
                Session::Get().CheckAlive(application);
                return Held<Node>(application.GetNode());
            },
            "The node that it runs on.");
}

} // namespace

void
BindNetwork(py::module_& module)
{
    NodeClass node = BindNode(module);
    DeviceClass device = BindDevice(module);
    BindApplication(module);
    BindInternet(module, node, device);
}

} // namespace python
} // namespace conntrack
} // namespace ns3
