/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "bindings/bindings.h"
#include "bindings/installing.h"
#include "bindings/ip-text.h"
#include "bindings/records.h"
#include "bindings/sockets.h"

#include "ns3/boolean.h"
#include "ns3/ipv4.h"
#include "ns3/ipv6.h"
#include "ns3/tcp-socket-base.h"
#include "ns3/udp-socket.h"

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

template <typename Socket>
using SocketClass = py::class_<Socket, std::shared_ptr<Socket>>;

/// Makes a callback of what Python gives; null of None.
std::shared_ptr<PythonCallback>
ToCallback(const py::object& callback, const char* name)
{
    if (callback.is_none())
    {
        return nullptr;
    }
    if (PyCallable_Check(callback.ptr()) == 0)
    {
        throw py::type_error(std::string(name) + " is a function or None, not " +
                             py::repr(callback).cast<std::string>());
    }
    return PythonCallback::Make(callback);
}

Endpoint
ToEndpoint(const std::string& address, uint16_t port)
{
    const auto parsed = ParseIp(address);
    if (!parsed)
    {
        throw py::value_error("'" + address + "' is no IP address");
    }
    return {parsed->family, parsed->bytes, port};
}

Endpoint
ToPeer(const std::string& address, uint16_t port)
{
    const Endpoint peer = ToEndpoint(address, port);
    // ns-3 crashes at multicast that no route was made for.
    if (port == 0 || peer.address.IsZero() || IpAddress{peer.family, peer.address}.IsMulticast())
    {
        throw py::value_error("Nothing can be sent to '" + address + "', port " +
                              std::to_string(port));
    }
    return peer;
}

bool
Has(const Node& node, const Endpoint& own)
{
    const IpAddress address{own.family, own.address};
    return address.IsIpv4() ? node.GetObject<Ipv4>()->GetInterfaceForAddress(address.ToIpv4()) >= 0
                            : node.GetObject<Ipv6>()->GetInterfaceForAddress(address.ToIpv6()) >= 0;
}

/// One's own end, which the node must have unless it is any address.
Endpoint
ToLocal(Node& node, const std::string& address, uint16_t port, const std::string& hint)
{
    Session::Get().Change();
    Session::Get().CheckAlive(node);
    const Endpoint local = ToEndpoint(address, port);
    CheckStack(node, local.family);
    if (!local.address.IsZero() && !Has(node, local))
    {
        throw py::value_error("Node " + std::to_string(node.GetId()) + " has no address " +
                              address + hint);
    }
    return local;
}

/// Attributes of TCP sockets, with those that a Linux host's peers expect.
std::vector<AttributeSetting>
TcpSettings(const py::dict& attributes)
{
    const TypeId tid = TcpSocketBase::GetTypeId();
    if (attributes.contains("Timestamp"))
    {
        throw py::attribute_error("A TCP socket's attribute 'Timestamp' cannot be set: with time "
                                  "stamps ns-3 would take no reset of a router");
    }
    auto settings = MakeSettings(tid, attributes);
    settings.push_back({"Timestamp", Create<BooleanValue>(false)});
    return settings;
}

std::shared_ptr<UdpEndpoint>
MakeUdp(Node& node,
        uint16_t port,
        const std::string& address,
        const py::object& onReceive,
        bool forges,
        const py::kwargs& attributes)
{
    UdpEndpoint::Settings settings;
    settings.local =
        forges ? ToEndpoint(address, port) : ToLocal(node, address, port, ", and forges is False");
    Session::Get().Change();
    Session::Get().CheckAlive(node);
    CheckStack(node, settings.local.family);
    settings.attributes = MakeSettings(UdpSocket::GetTypeId(), attributes);
    const auto callback = ToCallback(onReceive, "on_receive");
    const auto socket = std::make_shared<UdpEndpoint>(node, settings);
    socket->received = callback;
    socket->Keep();
    return socket;
}

std::shared_ptr<TcpStream>
MakeTcp(Node& node,
        uint16_t port,
        const std::optional<std::string>& address,
        const py::object& onConnect,
        const py::object& onReceive,
        const py::object& onClose,
        const py::kwargs& attributes)
{
    Session::Get().Change();
    Session::Get().CheckAlive(node);
    CheckStack(node, Family::Unspecified);
    Endpoint local;
    local.port = port;
    if (address)
    {
        local = ToLocal(node, *address, port, "");
    }
    const auto settings = TcpSettings(attributes);
    const auto connected = ToCallback(onConnect, "on_connect");
    const auto received = ToCallback(onReceive, "on_receive");
    const auto ended = ToCallback(onClose, "on_close");
    const auto socket = std::make_shared<TcpStream>(node, local, settings);
    socket->connected = connected;
    socket->received = received;
    socket->ended = ended;
    return socket;
}

std::shared_ptr<TcpAcceptor>
MakeListener(Node& node,
             uint16_t port,
             const std::string& address,
             const py::object& onAccept,
             uint32_t most,
             const py::kwargs& attributes)
{
    TcpAcceptor::Settings settings;
    settings.local = ToLocal(node, address, port, "");
    settings.attributes = TcpSettings(attributes);
    settings.most = most;
    const auto callback = ToCallback(onAccept, "on_accept");
    const auto listener = std::make_shared<TcpAcceptor>(node, settings);
    listener->accepted = callback;
    listener->Keep();
    return listener;
}

/// Name, local and remote end in angle brackets.
std::string
Show(const NodeSocket& socket, const std::string& name, const std::string& more)
{
    const Endpoint local = socket.GetLocal();
    return "<" + name +
           (local.family == Family::Unspecified ? ""
                                                : " " + ToString(local.address, local.family) +
                                                      " port " + std::to_string(local.port)) +
           more + (socket.IsClosed() ? ", closed>" : ">");
}

template <typename Class>
void
BindCommon(Class& socket)
{
    using Type = typename Class::type;
    socket
        .def(
            "close",
            [](Type& self) {
                self.CheckAlive();
                Session::Get().Change();
                self.Close();
                Session::Get().Rethrow();
            },
            "Let go of the port; a TCP connection ends when all that waits has left. May be "
            "called again.")
        .def_property_readonly(
            "closed",
            [](const Type& self) { return self.IsClosed(); },
            "Whether it is closed, here, by the peer, or by destroy().")
        .def_property_readonly(
            "node",
            [](const Type& self) { return Held<Node>(&self.GetNode()); },
            "The node that it is on.")
        .def_property_readonly(
            "local",
            [](const Type& self) {
                self.CheckAlive();
                return ToPair(self.GetLocal());
            },
            "Its own end, (address, port); None: it has none yet.");
}

/// A callback that can be looked at and changed.
template <auto MEMBER, typename Class>
void
BindCallback(Class& socket, const char* name, const char* help)
{
    using Type = typename Class::type;
    socket.def_property(
        name,
        [](const Type& self) {
            return self.*MEMBER ? (self.*MEMBER)->Get() : py::object(py::none());
        },
        [name](Type& self, const py::object& callback) {
            self.CheckAlive();
            self.*MEMBER = ToCallback(callback, name);
        },
        help);
}

void
BindDatagram(py::module_& module)
{
    BindRecord<Datagram>(module,
                         "Datagram",
                         "A UDP datagram that came.",
                         [](const Datagram& self) {
                             return py::dict(py::arg("data") = py::bytes(self.bytes),
                                             py::arg("source") =
                                                 ToString(self.source.address, self.source.family),
                                             py::arg("source_port") = self.source.port,
                                             py::arg("time") = ToSeconds(self.time));
                         },
                         {{"data", "Its bytes."},
                          {"source", "The address that it came from."},
                          {"source_port", "The port that it came from."},
                          {"time", "When it came; seconds."}});
}

void
BindUdp(py::module_& module)
{
    SocketClass<UdpEndpoint> udp(module,
                                 "UdpSocket",
                                 "A UDP socket on a node, for programs written in Python; kept "
                                 "until it is closed.");
    udp.def(py::init(&MakeUdp),
            py::arg("node"),
            py::arg("port") = 0,
            py::arg("address") = "0.0.0.0",
            py::kw_only(),
            py::arg("on_receive") = py::none(),
            py::arg("forges") = false,
            "port, address: its own end; 0: any port, '0.0.0.0' or '::': any address.\n"
            "on_receive(datagram): called for each Datagram, as an event of its own. forges: the\n"
            "address may be one that the node does not have, as a false source of what it sends.\n"
            "Keyword arguments are attributes: IpTtl=5, RcvBufSize=... OSError if the port is "
            "taken.")
        .def(
            "send",
            [](UdpEndpoint& self,
               const py::bytes& data,
               const std::string& address,
               uint16_t port) {
                self.CheckAlive();
                Session::Get().Change();
                self.Send(data, ToPeer(address, port));
                Session::Get().Rethrow();
            },
            py::arg("data"),
            py::arg("address"),
            py::arg("port"),
            "Send a datagram; before the run, it leaves when that begins.\n\nOSError if it is too "
            "large or there is no way there; run() raises it if it is sent later.")
        .def("__repr__", [](const UdpEndpoint& self) { return Show(self, "UdpSocket", ""); });
    BindCommon(udp);
    BindCallback<&UdpEndpoint::received>(udp,
                                         "on_receive",
                                         "What is called with each Datagram; or None.");
}

void
BindTcp(py::module_& module)
{
    SocketClass<TcpStream> tcp(module,
                               "TcpSocket",
                               "A TCP connection of a node, for programs written in Python; kept "
                               "until it is closed.");
    tcp.def(py::init(&MakeTcp),
            py::arg("node"),
            py::arg("port") = 0,
            py::arg("address") = py::none(),
            py::kw_only(),
            py::arg("on_connect") = py::none(),
            py::arg("on_receive") = py::none(),
            py::arg("on_close") = py::none(),
            "port, address: its own end; 0 and None: any. on_connect(): it is connected.\n"
            "on_receive(data): bytes came. on_close(reason): it has ended, 'Peer' (which closed),\n"
            "'Broken', or 'Failed' to connect; not called for close(). Each is an event of its "
            "own.\n"
            "Keyword arguments are attributes: SegmentSize=1460, InitialCwnd=10, ...")
        .def(
            "connect",
            [](TcpStream& self, const std::string& address, uint16_t port) {
                self.CheckAlive();
                Session::Get().Change();
                self.Connect(ToPeer(address, port));
                Session::Get().Rethrow();
            },
            py::arg("address"),
            py::arg("port"),
            "Begin to connect. OSError if its port is taken or there is no way there.")
        .def(
            "send",
            [](TcpStream& self, const py::bytes& data) {
                self.CheckAlive();
                Session::Get().Change();
                self.Send(data);
                Session::Get().Rethrow();
            },
            py::arg("data"),
            "Send bytes, as soon as it is connected and the peer reads. OSError if it has ended,\n"
            "BufferError if more than 16 MiB would wait.")
        .def_property_readonly(
            "state",
            [](const TcpStream& self) { return self.GetState(); },
            "'new', 'connecting', 'open' or 'closed'.")
        .def_property_readonly(
            "peer",
            [](const TcpStream& self) { return ToPair(self.GetPeer()); },
            "The other end, (address, port); None: there is none yet.")
        .def("__repr__", [](const TcpStream& self) {
            const Endpoint& peer = self.GetPeer();
            return Show(self,
                        "TcpSocket",
                        peer.family == Family::Unspecified
                            ? ""
                            : " to " + ToString(peer.address, peer.family) + " port " +
                                  std::to_string(peer.port));
        });
    BindCommon(tcp);
    BindCallback<&TcpStream::connected>(tcp, "on_connect", "Called when it is connected; or None.");
    BindCallback<&TcpStream::received>(tcp, "on_receive", "Called with bytes that came; or None.");
    BindCallback<&TcpStream::ended>(tcp, "on_close", "Called with why it ended; or None.");
}

void
BindListener(py::module_& module)
{
    SocketClass<TcpAcceptor> listener(module,
                                      "TcpListener",
                                      "A TCP port of a node that accepts connections, for "
                                      "programs written in Python.");
    listener
        .def(py::init(&MakeListener),
             py::arg("node"),
             py::arg("port"),
             py::arg("address") = "0.0.0.0",
             py::kw_only(),
             py::arg("on_accept") = py::none(),
             py::arg("most") = 1000,
             "port, address: where it listens; '0.0.0.0' or '::': at any address.\n"
             "on_accept(socket): called with each TcpSocket, whose callbacks it may set. most:\n"
             "connections at a time; further ones are closed at once. Keyword arguments are "
             "attributes\nof the connections. OSError if the port is taken.")
        .def_property_readonly(
            "connections",
            [](const TcpAcceptor& self) {
                self.CheckAlive();
                return self.GetConnections();
            },
            "How many connections that it accepted are open.")
        .def("__repr__", [](const TcpAcceptor& self) { return Show(self, "TcpListener", ""); });
    BindCommon(listener);
    BindCallback<&TcpAcceptor::accepted>(listener,
                                         "on_accept",
                                         "Called with each TcpSocket; or None.");
}

} // namespace

void
BindSocket(py::module_& module)
{
    BindDatagram(module);
    BindUdp(module);
    BindTcp(module);
    BindListener(module);
}

} // namespace python
} // namespace conntrack
} // namespace ns3
