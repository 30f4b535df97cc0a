/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "bindings/bindings.h"
#include "bindings/held.h"
#include "bindings/ip-text.h"
#include "bindings/session.h"

#include "ns3/ipv4-global-routing-helper.h"
#include "ns3/ipv4-static-routing-helper.h"
#include "ns3/ipv4.h"
#include "ns3/ipv6-static-routing-helper.h"
#include "ns3/ipv6.h"
#include "ns3/loopback-net-device.h"
#include "ns3/traffic-control-helper.h"
#include "ns3/traffic-control-layer.h"

#include <pybind11/stl.h>

namespace ns3
{
namespace conntrack
{
namespace python
{

namespace py = pybind11;

namespace
{

IpNetwork
ToNetwork(const std::string& text)
{
    const auto network = ParseNetwork(text);
    if (!network)
    {
        throw py::value_error("'" + text +
                              "' is not ADDRESS/PREFIX, such as '10.1.0.1/24' or "
                              "'fd00::1/64'");
    }
    return *network;
}

/// An address of a node and the interface that has it.
struct NodeAddress
{
    uint32_t interface;
    IpNetwork network;
};

std::vector<NodeAddress>
AddressesOf(const Node& node, Family family)
{
    std::vector<NodeAddress> addresses;
    const auto ipv4 = node.GetObject<Ipv4>();
    for (uint32_t i = 0; family == Family::Ipv4 && ipv4 && i < ipv4->GetNInterfaces(); ++i)
    {
        for (uint32_t j = 0; j < ipv4->GetNAddresses(i); ++j)
        {
            const Ipv4InterfaceAddress address = ipv4->GetAddress(i, j);
            const auto prefix = static_cast<uint8_t>(address.GetMask().GetPrefixLength());
            addresses.push_back({i, {FromIpv4(address.GetLocal()), prefix}});
        }
    }
    const auto ipv6 = node.GetObject<Ipv6>();
    for (uint32_t i = 0; family == Family::Ipv6 && ipv6 && i < ipv6->GetNInterfaces(); ++i)
    {
        for (uint32_t j = 0; j < ipv6->GetNAddresses(i); ++j)
        {
            const Ipv6InterfaceAddress address = ipv6->GetAddress(i, j);
            addresses.push_back(
                {i, {FromIpv6(address.GetAddress()), address.GetPrefix().GetPrefixLength()}});
        }
    }
    return addresses;
}

/// As ns-3's address helpers do, so that queues are the same.
void
InstallTrafficControl(Ptr<NetDevice> device)
{
    const auto control = device->GetNode()->GetObject<TrafficControlLayer>();
    if (control && !DynamicCast<LoopbackNetDevice>(device) &&
        !control->GetRootQueueDiscOnDevice(device))
    {
        TrafficControlHelper::Default().Install(device);
    }
}

template <typename Protocol>
uint32_t
InterfaceOf(const Ptr<Protocol>& protocol, const Ptr<NetDevice>& device)
{
    const int32_t interface = protocol->GetInterfaceForDevice(device);
    return interface >= 0 ? static_cast<uint32_t>(interface) : protocol->AddInterface(device);
}

void
AddAddress(NetDevice& device, const std::string& text)
{
    Session::Get().Change();
    Session::Get().CheckAlive(device);
    const IpNetwork network = ToNetwork(text);
    const Ptr<NetDevice> self(&device);
    const Ptr<Node> node = device.GetNode();
    for (const NodeAddress& other : AddressesOf(*node, network.address.family))
    {
        if (other.network.address.bytes == network.address.bytes)
        {
            throw py::value_error("Node " + std::to_string(node->GetId()) + " has the address " +
                                  network.address.ToText() + " already");
        }
    }
    const auto ipv4 = node->GetObject<Ipv4>();
    const auto ipv6 = node->GetObject<Ipv6>();
    if (network.address.IsIpv4() ? !ipv4 : !ipv6)
    {
        throw py::value_error("Node " + std::to_string(node->GetId()) + " has no stack for " +
                              network.address.ToText());
    }
    if (network.address.IsIpv4())
    {
        const uint32_t interface = InterfaceOf(ipv4, self);
        const Ipv4Mask mask(network.prefix == 0 ? 0 : 0xffffffffU << (32 - network.prefix));
        ipv4->AddAddress(interface, Ipv4InterfaceAddress(network.address.ToIpv4(), mask));
        ipv4->SetMetric(interface, 1);
        ipv4->SetUp(interface);
    }
    else
    {
        const uint32_t interface = InterfaceOf(ipv6, self);
        ipv6->SetMetric(interface, 1);
        ipv6->AddAddress(
            interface,
            Ipv6InterfaceAddress(network.address.ToIpv6(), Ipv6Prefix(network.prefix)));
        ipv6->SetUp(interface);
    }
    InstallTrafficControl(self);
}

std::vector<std::string>
DeviceAddresses(NetDevice& device)
{
    Session::Get().CheckAlive(device);
    const Ptr<Node> node = device.GetNode();
    const Ptr<NetDevice> self(&device);
    std::vector<std::string> texts;
    for (const Family family : {Family::Ipv4, Family::Ipv6})
    {
        for (const auto& [interface, network] : AddressesOf(*node, family))
        {
            const auto has = family == Family::Ipv4
                                 ? node->GetObject<Ipv4>()->GetNetDevice(interface)
                                 : node->GetObject<Ipv6>()->GetNetDevice(interface);
            if (has == self)
            {
                texts.push_back(network.address.ToText() + "/" + std::to_string(network.prefix));
            }
        }
    }
    return texts;
}

std::vector<std::string>
NodeAddresses(Node& node)
{
    Session::Get().CheckAlive(node);
    std::vector<std::string> texts;
    for (const Family family : {Family::Ipv4, Family::Ipv6})
    {
        for (const auto& [interface, network] : AddressesOf(node, family))
        {
            const bool linkLocal = family == Family::Ipv6 && network.address.ToIpv6().IsLinkLocal();
            if (interface != 0 && !linkLocal) // 0 is the loopback device's
            {
                texts.push_back(network.address.ToText());
            }
        }
    }
    return texts;
}

void
AddRoute(Node& node, const std::string& target, const std::string& via)
{
    Session::Get().Change();
    Session::Get().CheckAlive(node);
    const IpNetwork network = ToNetwork(target);
    const auto gateway = ParseIp(via);
    if (!network.IsNetwork())
    {
        throw py::value_error("'" + target + "' is no network: bits beyond its prefix are set");
    }
    if (!gateway || gateway->family != network.address.family)
    {
        throw py::value_error("'" + via + "' is no gateway for " + target +
                              ": it is an address of the same family");
    }
    for (const auto& [interface, own] : AddressesOf(node, gateway->family))
    {
        if (!own.Contains(*gateway))
        {
            continue;
        }
        if (network.address.IsIpv4())
        {
            const Ipv4Mask mask(network.prefix == 0 ? 0 : 0xffffffffU << (32 - network.prefix));
            Ipv4StaticRoutingHelper()
                .GetStaticRouting(node.GetObject<Ipv4>())
                ->AddNetworkRouteTo(network.address.ToIpv4(), mask, gateway->ToIpv4(), interface);
        }
        else
        {
            Ipv6StaticRoutingHelper()
                .GetStaticRouting(node.GetObject<Ipv6>())
                ->AddNetworkRouteTo(network.address.ToIpv6(),
                                    Ipv6Prefix(network.prefix),
                                    gateway->ToIpv6(),
                                    interface);
        }
        return;
    }
    throw py::value_error("Node " + std::to_string(node.GetId()) +
                          " has no device in the network of the gateway " + via);
}

void
PopulateRoutes()
{
    Session::Get().Change();
    // Recomputing does the first time too: it deletes what there is and populates.
    Ipv4GlobalRoutingHelper::RecomputeRoutingTables();
}

} // namespace

void
BindInternet(py::module_& module, NodeClass& node, DeviceClass& device)
{
    node.def_property_readonly("addresses",
                               &NodeAddresses,
                               "Its addresses, all but the loopback device's and link-local ones.")
        .def("add_route",
             &AddRoute,
             py::arg("network"),
             py::arg("gateway"),
             "Send what is for a network ('10.2.0.0/16', 'fd00:2::/32', '0.0.0.0/0') to a "
             "gateway,\nwhich is in the network of one of the node's devices.");
    device
        .def("add_address",
             &AddAddress,
             py::arg("address"),
             "Give the device an address with its network's prefix: '10.1.0.1/24', 'fd00::1/64'.")
        .def_property_readonly("addresses",
                               &DeviceAddresses,
                               "Its addresses with their networks' prefixes, IPv4 first.");
    module.def("populate_routes",
               &PopulateRoutes,
               "Find IPv4 routes between all nodes (ns-3's global routing); again after a change.");
}

} // namespace python
} // namespace conntrack
} // namespace ns3
