/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "bindings/sockets.h"

#include "bindings/port-book.h"
#include "bindings/records.h"
#include "bindings/session.h"

#include "ns3/boolean.h"
#include "ns3/packet.h"
#include "ns3/simulator.h"
#include "ns3/udp-socket-factory.h"

#include <cerrno>
#include <map>
#include <utility>

namespace ns3
{
namespace conntrack
{
namespace python
{

namespace py = pybind11;

namespace
{

using SocketCallback = Callback<void, Ptr<Socket>>;

/// Sockets that are open; each by its address, which is not looked at in any order that tells.
std::map<const NodeSocket*, std::shared_ptr<NodeSocket>>&
OpenSockets()
{
    static auto* sockets = new std::map<const NodeSocket*, std::shared_ptr<NodeSocket>>;
    return *sockets;
}

[[noreturn]] void
ThrowOsError(int number, const std::string& sentence)
{
    PyErr_SetObject(PyExc_OSError, py::make_tuple(number, sentence).ptr());
    throw py::error_already_set();
}

std::string
InWords(const Endpoint& endpoint)
{
    return ToString(endpoint.address, endpoint.family) + " port " + std::to_string(endpoint.port);
}

void
SetAttributes(Socket& socket, const std::vector<AttributeSetting>& attributes)
{
    for (const AttributeSetting& setting : attributes)
    {
        socket.SetAttribute(setting.name, *setting.value);
    }
}

} // namespace

NodeSocket::NodeSocket(Node& node)
    : m_simulation(Session::Get().GetDestroyed()),
      m_node(&node)
{
}

NodeSocket::~NodeSocket() = default;

void
NodeSocket::CheckAlive() const
{
    Session::Get().Look();
    if (m_simulation != Session::Get().GetDestroyed())
    {
        throw std::runtime_error("The socket belongs to a simulation that was destroyed");
    }
}

Node&
NodeSocket::GetNode() const
{
    CheckAlive();
    return *m_node;
}

void
NodeSocket::Keep()
{
    if (OpenSockets().empty())
    {
        Session::Get().AtEnd([] {
            for (const auto& [address, socket] : std::exchange(OpenSockets(), {}))
            {
                socket->MarkClosed();
                socket->Abandon();
            }
        });
    }
    OpenSockets()[this] = shared_from_this();
}

void
NodeSocket::Unkeep()
{
    OpenSockets().erase(this);
}

void
NodeSocket::Close()
{
    if (std::exchange(m_closed, true))
    {
        return;
    }
    const auto self = shared_from_this();
    m_local = GetLocal();
    ReturnPort();
    DoClose();
}

Endpoint
NodeSocket::GetLocal() const
{
    const Ptr<Socket> socket = GetSocket();
    return socket ? LocalEndpoint(socket) : m_local;
}

void
NodeSocket::Bind(Ptr<Socket> socket, const Endpoint& local, const std::string& who)
{
    if (local.port != 0)
    {
        PortBook::Get().Take(*m_node, GetProtocol(), local.port, who);
        m_taken = local.port;
    }
    if (socket->Bind(local.ToSocketAddress()) != 0)
    {
        ReturnPort();
        ThrowOsError(EADDRINUSE,
                     who + ": " + InWords(local) + " of node " + std::to_string(m_node->GetId()) +
                         " is in use");
    }
}

void
NodeSocket::ReturnPort()
{
    if (m_taken != 0)
    {
        PortBook::Get().Return(*m_node, GetProtocol(), std::exchange(m_taken, 0));
    }
}

void
NodeSocket::Tell(const std::shared_ptr<PythonCallback>& callback,
                 std::function<py::tuple()> makeArguments)
{
    if (callback)
    {
        Simulator::ScheduleNow([callback, makeArguments = std::move(makeArguments)] {
            callback->Perform(makeArguments);
        });
    }
}

void
NodeSocket::WhenUp(std::function<void()> action)
{
    if (m_node->IsInitialized())
    {
        action();
        return;
    }
    Simulator::ScheduleWithContext(m_node->GetId(),
                                   Time(0),
                                   [self = shared_from_this(), action = std::move(action)] {
                                       const py::gil_scoped_acquire acquired;
                                       try
                                       {
                                           action();
                                       }
                                       catch (...)
                                       {
                                           Session::Get().KeepException();
                                       }
                                   });
}

UdpEndpoint::UdpEndpoint(Node& node, const Settings& settings)
    : NodeSocket(node),
      m_family(settings.local.family)
{
    const auto socket = Socket::CreateSocket(Ptr<Node>(&node), UdpSocketFactory::GetTypeId());
    SetAttributes(*socket, settings.attributes);
    socket->SetAllowBroadcast(true);
    Bind(socket, settings.local, "UdpSocket");
    socket->SetRecvCallback(SocketCallback([this](Ptr<Socket>) { Receive(); }));
    m_socket = socket;
}

void
UdpEndpoint::DoClose()
{
    Abandon();
    Unkeep();
}

void
UdpEndpoint::Abandon()
{
    if (m_socket)
    {
        ReleaseSocket(std::exchange(m_socket, nullptr));
    }
}

void
UdpEndpoint::Send(std::string bytes, const Endpoint& peer)
{
    if (IsClosed())
    {
        ThrowOsError(EBADF, "The UdpSocket is closed");
    }
    if (peer.family != m_family)
    {
        throw py::value_error("The UdpSocket cannot send to " + InWords(peer) +
                              ": its own address is of the other family");
    }
    WhenUp([this, bytes = std::move(bytes), peer] {
        if (!m_socket)
        {
            return; // it was closed before the run began
        }
        const auto packet = Create<Packet>(reinterpret_cast<const uint8_t*>(bytes.data()),
                                           static_cast<uint32_t>(bytes.size()));
        if (m_socket->SendTo(packet, 0, peer.ToSocketAddress()) >= 0)
        {
            return;
        }
        if (m_socket->GetErrno() == Socket::ERROR_MSGSIZE)
        {
            ThrowOsError(EMSGSIZE,
                         std::to_string(bytes.size()) + " bytes are too many for a datagram");
        }
        ThrowOsError(EHOSTUNREACH,
                     "Node " + std::to_string(GetNode().GetId()) + " has no way to " +
                         InWords(peer));
    });
}

void
UdpEndpoint::Receive()
{
    ns3::Address from;
    while (m_socket)
    {
        const Ptr<Packet> packet = m_socket->RecvFrom(from);
        if (!packet)
        {
            return;
        }
        if (!received)
        {
            continue;
        }
        Datagram datagram;
        datagram.bytes.resize(packet->GetSize());
        packet->CopyData(reinterpret_cast<uint8_t*>(datagram.bytes.data()), packet->GetSize());
        datagram.source = ToEndpoint(from).value_or(Endpoint{});
        datagram.time = Simulator::Now();
        Tell(received, [datagram = std::move(datagram)] { return py::make_tuple(datagram); });
    }
}

TcpStream::TcpStream(Node& node,
                     const Endpoint& local,
                     const std::vector<AttributeSetting>& attributes)
    : NodeSocket(node),
      m_wanted(local),
      m_attributes(attributes)
{
}

TcpStream::TcpStream(Node& node, Ptr<Socket> socket)
    : NodeSocket(node),
      m_peer(PeerEndpoint(socket)),
      m_open(true)
{
    Adopt(socket);
}

void
TcpStream::Adopt(Ptr<Socket> socket)
{
    ByteConnection::Listener listener;
    listener.opened = [this] {
        m_open = true;
        Tell(connected, [] { return py::tuple(); });
    };
    listener.bytes = [this](std::string_view bytes) {
        Tell(received, [bytes = std::string(bytes)] { return py::make_tuple(py::bytes(bytes)); });
    };
    listener.ended = [this](ByteConnection::End end) { OnEnded(end); };
    listener.left = [this] { Drop(); };
    m_connection = std::make_unique<ByteConnection>(socket, std::move(listener), MOST_WAITING);
}

void
TcpStream::Connect(const Endpoint& peer)
{
    if (IsClosed() || m_peer.family != Family::Unspecified)
    {
        throw py::value_error("The TcpSocket has been used: each connection has a new one");
    }
    if (m_wanted.family != Family::Unspecified && m_wanted.family != peer.family)
    {
        throw py::value_error("The TcpSocket cannot connect to " + InWords(peer) +
                              ": its own address is of the other family");
    }
    const Ptr<Socket> socket = MakeTcpSocket(Ptr<Node>(&GetNode()));
    SetAttributes(*socket, m_attributes);
    if (m_wanted.port != 0 || m_wanted.family != Family::Unspecified)
    {
        Endpoint local = m_wanted;
        local.family = peer.family;
        Bind(socket, local, "TcpSocket");
    }
    m_peer = peer;
    Adopt(socket);
    Keep();
    WhenUp([this] { BeginConnect(); });
}

void
TcpStream::BeginConnect()
{
    const Ptr<Socket> socket = GetSocket();
    if (socket && socket->Connect(m_peer.ToSocketAddress()) != 0)
    {
        Close();
        ThrowOsError(EHOSTUNREACH,
                     "Node " + std::to_string(GetNode().GetId()) + " has no way to " +
                         InWords(m_peer));
    }
}

void
TcpStream::Send(const std::string& bytes)
{
    if (m_peer.family == Family::Unspecified)
    {
        throw py::value_error("The TcpSocket is not connected: connect() comes first");
    }
    if (IsClosed())
    {
        ThrowOsError(EPIPE, "The TcpSocket's connection has ended");
    }
    if (m_connection->GetWaiting() + bytes.size() > MOST_WAITING)
    {
        throw py::buffer_error(std::to_string(m_connection->GetWaiting()) +
                               " bytes wait for the peer to read them: no more than " +
                               std::to_string(MOST_WAITING) + " may");
    }
    m_connection->Send(bytes);
}

const char*
TcpStream::GetState() const
{
    return IsClosed()                             ? "closed"
           : m_open                               ? "open"
           : m_peer.family == Family::Unspecified ? "new"
                                                  : "connecting";
}

Ptr<Socket>
TcpStream::GetSocket() const
{
    return m_connection ? m_connection->GetSocket() : nullptr;
}

void
TcpStream::OnEnded(ByteConnection::End end)
{
    if (IsClosed())
    {
        return;
    }
    MarkClosed();
    ReturnPort();
    const char* reason = end == ByteConnection::End::Peer ? "Peer" : m_open ? "Broken" : "Failed";
    Tell(ended, [reason] { return py::make_tuple(reason); });
    Drop();
}

void
TcpStream::DoClose()
{
    if (m_connection)
    {
        m_connection->Close(); // and drops it, once all has left
    }
    else
    {
        Drop();
    }
}

void
TcpStream::Drop()
{
    // It may be inside one of the connection's own calls.
    Simulator::ScheduleNow([self = std::static_pointer_cast<TcpStream>(shared_from_this())] {
        self->Abandon();
        self->Unkeep();
    });
}

void
TcpStream::Abandon()
{
    m_connection.reset();
    if (gone)
    {
        std::exchange(gone, nullptr)();
    }
}

TcpAcceptor::TcpAcceptor(Node& node, const Settings& settings)
    : NodeSocket(node),
      m_most(settings.most),
      m_open(std::make_shared<uint32_t>(0))
{
    const Ptr<Socket> socket = MakeTcpSocket(Ptr<Node>(&node));
    SetAttributes(*socket, settings.attributes);
    Bind(socket, settings.local, "TcpListener");
    socket->SetAcceptCallback(
        MakeNullCallback<bool, Ptr<Socket>, const ns3::Address&>(),
        Callback<void, Ptr<Socket>, const ns3::Address&>(
            [this](Ptr<Socket> connection, const ns3::Address&) { Accept(connection); }));
    socket->Listen();
    m_socket = socket;
}

void
TcpAcceptor::Accept(Ptr<Socket> socket)
{
    if (*m_open >= m_most)
    {
        ReleaseSocket(socket);
        return;
    }
    ++*m_open;
    const auto stream = std::make_shared<TcpStream>(GetNode(), socket);
    stream->gone = [open = m_open] { --*open; };
    stream->Keep();
    if (accepted)
    {
        Tell(accepted, [stream] { return py::make_tuple(stream); });
    }
}

void
TcpAcceptor::DoClose()
{
    Abandon();
    Unkeep();
}

void
TcpAcceptor::Abandon()
{
    if (m_socket)
    {
        ReleaseSocket(std::exchange(m_socket, nullptr));
    }
}

} // namespace python
} // namespace conntrack
} // namespace ns3
