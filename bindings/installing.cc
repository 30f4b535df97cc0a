/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "bindings/installing.h"

#include "bindings/python-values.h"

#include "ns3/ipv4.h"
#include "ns3/ipv6.h"

namespace ns3
{
namespace conntrack
{
namespace python
{

namespace py = pybind11;

Lifetime
ToLifetime(const py::object& start, const py::object& stop)
{
    const Lifetime lifetime{ToTime(start, "start"),
                            stop.is_none() ? Time(0) : ToTime(stop, "stop")};
    if (!stop.is_none() && lifetime.stop <= lifetime.start)
    {
        throw py::value_error("stop must be later than start");
    }
    return lifetime;
}

void
CheckStack(const Node& node, Family family)
{
    const bool ipv4 = node.GetObject<Ipv4>() != nullptr;
    const bool ipv6 = node.GetObject<Ipv6>() != nullptr;
    const bool enough =
        family == Family::Unspecified ? ipv4 || ipv6 : (family == Family::Ipv4 ? ipv4 : ipv6);
    if (!enough)
    {
        const char* const missing = family == Family::Unspecified ? "IP"
                                    : family == Family::Ipv4      ? "IPv4"
                                                                  : "IPv6";
        throw py::value_error("Node " + std::to_string(node.GetId()) + " has no " + missing +
                              " stack");
    }
}

IpAddress
ToServer(const std::string& server, uint16_t port)
{
    const auto address = ParseIp(server);
    if (!address || port == 0 || address->IsMulticast())
    {
        throw py::value_error("'" + server + "', port " + std::to_string(port) +
                              ", is no IP address and port of a server");
    }
    return *address;
}

} // namespace python
} // namespace conntrack
} // namespace ns3
