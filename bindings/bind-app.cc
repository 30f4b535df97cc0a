/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "bindings/attributes.h"
#include "bindings/bindings.h"
#include "bindings/session.h"

#include "ns3/application.h"
#include "ns3/nstime.h"
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

/// Make an application and put it onto a node.
template <typename Class>
Ptr<Class>
Install(Node& node, const py::object& start, const py::object& stop, const py::kwargs& attributes)
{
    Session::Get().Change();
    Session::Get().CheckAlive(node);
    const TypeId tid = Class::GetTypeId();
    const Time begin = ToTime(start, "start");
    const Time end = stop.is_none() ? Time(0) : ToTime(stop, "stop"); // 0: ns-3's never
    if (!stop.is_none() && end <= begin)
    {
        throw py::value_error("stop must be later than start");
    }
    const auto application = DynamicCast<Class>(MakeObject(tid, MakeSettings(tid, attributes)));
    application->SetStartTime(begin);
    application->SetStopTime(end);
    node.AddApplication(application);
    return application;
}

void
CheckAttribute(const char* application, const char* name, const py::kwargs& attributes)
{
    if (!attributes.contains(name))
    {
        throw py::type_error(std::string(application) + " needs the attribute '" + name + "'");
    }
}

Held<UdpEchoServer>
InstallEchoServer(Node& node,
                  const py::object& start,
                  const py::object& stop,
                  const py::kwargs& attributes)
{
    return Held<UdpEchoServer>(Install<UdpEchoServer>(node, start, stop, attributes));
}

Held<UdpEchoClient>
InstallEchoClient(Node& node,
                  const py::object& start,
                  const py::object& stop,
                  const py::kwargs& attributes)
{
    CheckAttribute("UdpEchoClient", "RemoteAddress", attributes);
    CheckAttribute("UdpEchoClient", "RemotePort", attributes);
    return Held<UdpEchoClient>(Install<UdpEchoClient>(node, start, stop, attributes));
}

} // namespace

void
BindApp(py::module_& module)
{
    const char* const doc = "start, stop: seconds from now on; stop None: never. Further keyword "
                            "arguments are attributes.";
    ObjectClass<UdpEchoServer, Application>(module,
                                            "UdpEchoServer",
                                            "Sends back each UDP datagram (attribute Port, 9).")
        .def(py::init(&InstallEchoServer),
             py::arg("node"),
             py::arg("start") = 0.0,
             py::arg("stop") = py::none(),
             doc);
    ObjectClass<UdpEchoClient, Application>(
        module,
        "UdpEchoClient",
        "Sends UDP datagrams (attributes RemoteAddress and RemotePort, which it needs; "
        "MaxPackets, 100;\nInterval, 1 s; PacketSize, 100 bytes).")
        .def(py::init(&InstallEchoClient),
             py::arg("node"),
             py::arg("start") = 0.0,
             py::arg("stop") = py::none(),
             doc);
}

} // namespace python
} // namespace conntrack
} // namespace ns3
