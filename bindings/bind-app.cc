/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "bindings/bindings.h"
#include "bindings/installing.h"
#include "bindings/ip-text.h"
#include "bindings/port-book.h"
#include "model/flow/time.h"

#include "ns3/bulk-send-application.h"
#include "ns3/inet-socket-address.h"
#include "ns3/inet6-socket-address.h"
#include "ns3/onoff-application.h"
#include "ns3/packet-sink.h"
#include "ns3/simulator.h"
#include "ns3/socket.h"
#include "ns3/tcp-socket-factory.h"
#include "ns3/tcp-socket.h"
#include "ns3/udp-echo-client.h"
#include "ns3/udp-echo-server.h"
#include "ns3/udp-socket-factory.h"
#include "ns3/uinteger.h"

#include <cmath>
#include <memory>

namespace ns3
{
namespace conntrack
{
namespace python
{

namespace py = pybind11;

namespace
{

constexpr double LONGEST_WAIT = 1e9; // seconds: far beyond any run, and within ns-3's time

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
    const IpAddress address = ToServer(server, port);
    CheckStack(node, address.family);
    const TypeId tid = UdpEchoClient::GetTypeId();
    auto settings = MakeSettings(tid, attributes);
    settings.push_back(MakeSetting(tid, "RemoteAddress", py::str(server)));
    settings.push_back(MakeSetting(tid, "RemotePort", py::int_(port)));
    return Held<UdpEchoClient>(Install<UdpEchoClient>(node, ToLifetime(start, stop), settings));
}

/// The class of socket of 'udp' or 'tcp'.
TypeId
SocketsOf(const std::string& protocol)
{
    if (protocol != "udp" && protocol != "tcp")
    {
        throw py::value_error("A protocol is 'udp' or 'tcp', not '" + protocol + "'");
    }
    return protocol == "udp" ? UdpSocketFactory::GetTypeId() : TcpSocketFactory::GetTypeId();
}

/// Make an application of ns-3 whose class says protocol and remote end by attributes.
template <typename Class>
Held<Class>
InstallSource(Node& node,
              const std::string& server,
              uint16_t port,
              const std::string& protocol,
              const Lifetime& lifetime,
              const py::dict& attributes)
{
    const TypeId tid = Class::GetTypeId();
    for (const char* name : {"Remote", "Protocol", "Local"})
    {
        if (attributes.contains(name))
        {
            throw py::attribute_error(ShortName(tid) + " attribute '" + name +
                                      "' is given by server, port and protocol");
        }
    }
    const IpAddress address = ToServer(server, port);
    CheckStack(node, address.family);
    const TypeId sockets = SocketsOf(protocol);
    auto settings = MakeSettings(tid, attributes);
    settings.push_back({"Remote", Create<AddressValue>(address.ToSocketAddress(port))});
    settings.push_back({"Protocol", Create<TypeIdValue>(sockets)});
    return Held<Class>(Install<Class>(node, lifetime, settings));
}

/// ns-3's OnOff aborts when its TCP socket gives up connecting: the socket is closed just before,
/// and the source is silent from then on.
void
GiveUpQuietly(Ptr<Socket> socket)
{
    TimeValue timeout;
    UintegerValue count;
    socket->GetAttribute("ConnTimeout", timeout);
    socket->GetAttribute("ConnCount", count);
    // Of the requests each waits twice as long as the one before.
    const double waits = std::exp2(static_cast<double>(count.Get())) - 1;
    const double seconds = waits * timeout.Get().GetSeconds();
    if (seconds > LONGEST_WAIT)
    {
        return;
    }
    const auto connected = std::make_shared<bool>(false);
    socket->TraceConnectWithoutContext(
        "State",
        Callback<void, TcpSocket::TcpStates_t, TcpSocket::TcpStates_t>(
            [connected](TcpSocket::TcpStates_t, TcpSocket::TcpStates_t state) {
                *connected = *connected || state == TcpSocket::ESTABLISHED;
            }));
    const Time wait = NanoSeconds(static_cast<int64_t>(seconds * SECOND) - 1);
    Simulator::Schedule(Max(wait, Time()), [socket, connected] {
        if (!*connected)
        {
            socket->Close();
        }
    });
}

void
GiveUpQuietly(Ptr<OnOffApplication> source, Time start)
{
    // Its socket is there behind its own event of that time.
    Simulator::Schedule(start, [source] {
        Simulator::ScheduleNow([source] {
            if (source->GetSocket())
            {
                GiveUpQuietly(source->GetSocket());
            }
        });
    });
}

Held<OnOffApplication>
InstallOnOff(Node& node,
             const std::string& server,
             uint16_t port,
             const std::string& protocol,
             const py::object& start,
             const py::object& stop,
             const py::kwargs& attributes)
{
    Session::Get().Change();
    Session::Get().CheckAlive(node);
    const Lifetime lifetime = ToLifetime(start, stop);
    const auto onOff =
        InstallSource<OnOffApplication>(node, server, port, protocol, lifetime, attributes);
    if (protocol == "tcp")
    {
        GiveUpQuietly(Ptr<OnOffApplication>(onOff.get()), lifetime.start);
    }
    onOff.get()->AssignStreams(Session::Get().TakeStreams(2)); // of its two times
    return onOff;
}

Held<BulkSendApplication>
InstallBulkSend(Node& node,
                const std::string& server,
                uint16_t port,
                const py::object& start,
                const py::object& stop,
                const py::kwargs& attributes)
{
    Session::Get().Change();
    Session::Get().CheckAlive(node);
    return InstallSource<BulkSendApplication>(node,
                                              server,
                                              port,
                                              "tcp",
                                              ToLifetime(start, stop),
                                              attributes);
}

Held<PacketSink>
InstallSink(Node& node,
            uint16_t port,
            const std::string& protocol,
            const std::string& address,
            const py::object& start,
            const py::object& stop)
{
    Session::Get().Change();
    Session::Get().CheckAlive(node);
    const TypeId sockets = SocketsOf(protocol);
    if (port == 0 || (address != "0.0.0.0" && address != "::"))
    {
        throw py::value_error("A PacketSink listens at a port from 1 on and at '0.0.0.0' or '::', "
                              "not at '" +
                              address + "', port " + std::to_string(port));
    }
    const IpAddress any = *ParseIp(address);
    CheckStack(node, any.family);
    const Lifetime lifetime = ToLifetime(start, stop);
    PortBook::Get().Take(node,
                         protocol == "udp" ? protocol::UDP : protocol::TCP,
                         port,
                         "PacketSink");
    const std::vector<AttributeSetting> settings{
        {"Local", Create<AddressValue>(any.ToSocketAddress(port))},
        {"Protocol", Create<TypeIdValue>(sockets)}};
    return Held<PacketSink>(Install<PacketSink>(node, lifetime, settings));
}

void
BindTraffic(py::module_& module)
{
    ObjectClass<OnOffApplication, Application> onOff(
        module,
        "OnOff",
        "Sends at a constant rate while it is on (attributes DataRate, PacketSize, MaxBytes; "
        "OnTime "
        "and\nOffTime are random variables, in seconds). Trace source: Tx, the bytes of each "
        "packet.");
    onOff.def(py::init(&InstallOnOff),
              py::arg("node"),
              py::arg("server"),
              py::arg("port"),
              py::arg("protocol") = "udp",
              py::arg("start") = 0.0,
              py::arg("stop") = py::none(),
              "server, port: to whom. protocol: 'udp' or 'tcp'. start, stop: seconds from now on; "
              "stop None:\nnever. Further keyword arguments are attributes.");
    FixAttributes(onOff, {"Remote", "Protocol", "Local"});
    ObjectClass<BulkSendApplication, Application> bulk(
        module,
        "BulkSend",
        "Sends as fast as TCP can (attributes MaxBytes, 0 being without end; SendSize). Trace "
        "source: Tx.");
    bulk.def(py::init(&InstallBulkSend),
             py::arg("node"),
             py::arg("server"),
             py::arg("port"),
             py::arg("start") = 0.0,
             py::arg("stop") = py::none(),
             "server, port: to whom. start, stop: seconds from now on; stop None: never. Further "
             "keyword\narguments are attributes.");
    FixAttributes(bulk, {"Remote", "Protocol", "Local"});
    ObjectClass<PacketSink, Application> sink(module,
                                              "PacketSink",
                                              "Takes what comes to a port, and counts it.");
    sink.def(py::init(&InstallSink),
             py::arg("node"),
             py::arg("port"),
             py::arg("protocol") = "udp",
             py::arg("address") = "0.0.0.0",
             py::arg("start") = 0.0,
             py::arg("stop") = py::none(),
             "port: where it listens. protocol: 'udp' or 'tcp'. address: '0.0.0.0' or '::'. start, "
             "stop:\nseconds from now on; stop None: never.")
        .def_property_readonly("received",
                               &Get<&PacketSink::GetTotalRx, PacketSink>,
                               "Bytes that came.");
    FixAttributes(sink, {"Protocol", "Local"});
}

} // namespace

void
BindApp(py::module_& module)
{
    BindTraffic(module);
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
