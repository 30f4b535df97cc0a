/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "bindings/bindings.h"
#include "bindings/installing.h"
#include "bindings/ip-text.h"
#include "bindings/port-book.h"

#include "ns3/udp-echo-client.h"
#include "ns3/udp-echo-server.h"
#include "ns3/uinteger.h"

namespace ns3
{
namespace conntrack
{
namespace python
{

namespace py = pybind11;

namespace
{

Held<UdpEchoServer>
InstallEchoServer(Node& node,
                  const py::object& start,
                  const py::object& stop,
                  const py::kwargs& attributes)
{
    Session::Get().Change();
    Session::Get().CheckAlive(node);
    CheckStack(node, Family::Ipv4);
    CheckStack(node, Family::Ipv6); // it binds a socket of each
    const TypeId tid = UdpEchoServer::GetTypeId();
    const auto settings = MakeSettings(tid, attributes);
    const Lifetime lifetime = ToLifetime(start, stop);
    PortBook::Get().Take(node,
                         protocol::UDP,
                         ValueOf<UintegerValue>(tid, settings, "Port"),
                         "UdpEchoServer");
    return Held<UdpEchoServer>(Install<UdpEchoServer>(node, lifetime, settings));
}

Held<UdpEchoClient>
InstallEchoClient(Node& node,
                  const std::string& server,
                  uint16_t port,
                  const py::object& start,
                  const py::object& stop,
                  const py::kwargs& attributes)
{
    Session::Get().Change();
    Session::Get().CheckAlive(node);
    const auto address = ParseIp(server);
    if (!address || port == 0 || address->IsMulticast()) // ns-3 would crash at multicast
    {
        throw py::value_error("'" + server + "', port " + std::to_string(port) +
                              ", is no IP address and port of a server");
    }
    CheckStack(node, address->family);
    const TypeId tid = UdpEchoClient::GetTypeId();
    auto settings = MakeSettings(tid, attributes);
    settings.push_back(MakeSetting(tid, "RemoteAddress", py::str(server)));
    settings.push_back(MakeSetting(tid, "RemotePort", py::int_(port)));
    return Held<UdpEchoClient>(Install<UdpEchoClient>(node, ToLifetime(start, stop), settings));
}

} // namespace

void
BindApp(py::module_& module)
{
    ObjectClass<UdpEchoServer, Application> server(
        module,
        "UdpEchoServer",
        "Sends back each UDP datagram (attribute Port, 9).");
    server.def(py::init(&InstallEchoServer),
               py::arg("node"),
               py::arg("start") = 0.0,
               py::arg("stop") = py::none(),
               "start, stop: seconds from now on; stop None: never. Further keyword arguments are "
               "attributes.");
    FixAttributes(server, {"Port"});
    ObjectClass<UdpEchoClient, Application> client(
        module,
        "UdpEchoClient",
        "Sends UDP datagrams (attributes MaxPackets, 100; Interval, 1 s; PacketSize, 100 bytes).");
    client.def(py::init(&InstallEchoClient),
               py::arg("node"),
               py::arg("server"),
               py::arg("port") = 9,
               py::arg("start") = 0.0,
               py::arg("stop") = py::none(),
               "server: an IP address; port: its port. start, stop: seconds from now on; stop "
               "None: never.\nFurther keyword arguments are attributes.");
    FixAttributes(client, {"RemoteAddress", "RemotePort"});
}

} // namespace python
} // namespace conntrack
} // namespace ns3
