/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/app/ftp-data-connection.h"

#include "ns3/simulator.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <array>
#include <utility>

namespace ns3
{
namespace conntrack
{

namespace
{

/// Bytes handed to a socket at once; it cuts them into segments itself.
constexpr std::size_t PIECE = 16384;

} // namespace

FtpDataConnection::FtpDataConnection(Ptr<Node> node, Time timeout, Listener listener)
    : m_node(node),
      m_timeout(timeout),
      m_listener(std::move(listener))
{
    m_watchdog.SetFunction(&FtpDataConnection::TimedOut, this);
    RestartTimer();
}

FtpDataConnection::~FtpDataConnection()
{
    Release();
}

std::optional<Endpoint>
FtpDataConnection::Listen(const Endpoint& local,
                          PortRange ports,
                          const std::optional<Endpoint>& peer)
{
    m_listening = MakeTcpSocket(m_node);
    Endpoint wanted = local;
    bool bound = false;
    for (uint32_t port = ports.first; !bound && port <= std::max(ports.first, ports.last); ++port)
    {
        wanted.port = static_cast<uint16_t>(port);
        bound = m_listening->Bind(wanted.ToSocketAddress()) == 0;
    }
    if (!bound)
    {
        m_listening = nullptr;
        return std::nullopt;
    }
    m_listening->SetAcceptCallback(
        Callback<bool, Ptr<Socket>, const ns3::Address&>(
            [this, peer](Ptr<Socket>, const ns3::Address& from) {
                const auto other = ToEndpoint(from);
                return !m_socket && (!peer || (other && other->address == peer->address));
            }),
        Callback<void, Ptr<Socket>, const ns3::Address&>(
            [this](Ptr<Socket> socket, const ns3::Address&) { Accept(socket); }));
    m_listening->Listen();
    m_local = LocalEndpoint(m_listening);
    return m_local;
}

void
FtpDataConnection::Connect(const Endpoint& peer)
{
    m_peer = peer;
    Ptr<Socket> socket = MakeTcpSocket(m_node);
    Adopt(socket);
    using OfSocket = Callback<void, Ptr<Socket>>;
    socket->SetConnectCallback(OfSocket([this](Ptr<Socket>) { Opened(); }),
                               OfSocket([this](Ptr<Socket>) { Finish(End::Refused); }));
    if (!IsUnicast(peer) || socket->Connect(peer.ToSocketAddress()) != 0)
    {
        // Not from within this call, whose caller has more to do.
        m_refusal = Simulator::ScheduleNow(&FtpDataConnection::Finish, this, End::Refused);
        return;
    }
    m_local = LocalEndpoint(socket);
}

void
FtpDataConnection::Send(uint64_t size)
{
    m_task = Task::Send;
    m_left = size;
    Work();
}

void
FtpDataConnection::Receive()
{
    m_task = Task::Receive;
    Work();
}

void
FtpDataConnection::RestartTimer()
{
    m_watchdog.Ping(m_timeout);
}

void
FtpDataConnection::Adopt(Ptr<Socket> socket)
{
    m_socket = socket;
    using OfSocket = Callback<void, Ptr<Socket>>;
    socket->SetRecvCallback(OfSocket([this](Ptr<Socket>) { Work(); }));
    socket->SetSendCallback(Callback<void, Ptr<Socket>, uint32_t>([this](Ptr<Socket>, uint32_t) {
        RestartTimer(); // bytes were acknowledged
        Work();
    }));
    socket->SetCloseCallbacks(OfSocket([this](Ptr<Socket>) { PeerClosed(); }),
                              OfSocket([this](Ptr<Socket>) { Finish(End::Reset); }));
}

void
FtpDataConnection::Accept(Ptr<Socket> socket)
{
    if (m_socket) // two SYNs were answered before one of them was completed
    {
        ReleaseSocket(socket);
        return;
    }
    Adopt(socket);
    m_local = LocalEndpoint(socket);
    m_peer = PeerEndpoint(socket);
    ReleaseSocket(std::exchange(m_listening, nullptr));
    Opened();
}

void
FtpDataConnection::Opened()
{
    m_opened = Simulator::Now();
    RestartTimer();
    if (m_listener.opened)
    {
        m_listener.opened();
    }
    Work();
}

void
FtpDataConnection::Work()
{
    if (!m_socket || !m_opened)
    {
        return;
    }
    if (m_task == Task::Send)
    {
        Fill();
    }
    else if (m_task == Task::Receive)
    {
        Read();
        if (m_peerClosed)
        {
            Finish(End::Done);
        }
    }
}

void
FtpDataConnection::Fill()
{
    std::array<uint8_t, PIECE> piece;
    while (m_left > 0)
    {
        const auto size = static_cast<uint32_t>(
            std::min({m_left, uint64_t{m_socket->GetTxAvailable()}, uint64_t{PIECE}}));
        for (uint32_t i = 0; i < size; ++i)
        {
            piece[i] = FtpContent(m_bytes + i);
        }
        if (size == 0 || m_socket->Send(piece.data(), size, 0) <= 0)
        {
            return; // the socket calls again when there is room
        }
        m_bytes += size;
        m_left -= size;
    }
    if (!m_sentAll)
    {
        m_sentAll = true;
        m_socket->Close();
    }
}

void
FtpDataConnection::Read()
{
    std::array<uint8_t, PIECE> piece;
    int size;
    while ((size = m_socket->Recv(piece.data(), PIECE, 0)) > 0)
    {
        for (int i = 0; i < size; ++i)
        {
            m_wrong += piece[i] != FtpContent(m_bytes++) ? 1 : 0;
        }
        RestartTimer();
    }
}

void
FtpDataConnection::PeerClosed()
{
    if (!m_opened) // ns-3 says so of a connection that a reset refused
    {
        Finish(End::Refused);
        return;
    }
    m_peerClosed = true;
    if (m_task == Task::Send)
    {
        // A receiver that closes before it has all does not want more.
        Finish(m_sentAll && HasAllArrived() ? End::Done : End::Reset);
        return;
    }
    Work();
}

bool
FtpDataConnection::HasAllArrived() const
{
    UintegerValue room;
    m_socket->GetAttribute("SndBufSize", room);
    return m_socket->GetTxAvailable() == room.Get();
}

void
FtpDataConnection::TimedOut()
{
    Finish(m_opened ? End::Stalled : End::TimedOut);
}

void
FtpDataConnection::Finish(End end)
{
    if (m_ended)
    {
        return;
    }
    m_ended = true;
    Release();
    m_listener.ended(end);
}

void
FtpDataConnection::Release()
{
    m_refusal.Cancel();
    for (Ptr<Socket>* socket : {&m_listening, &m_socket})
    {
        if (*socket)
        {
            ReleaseSocket(std::exchange(*socket, nullptr));
        }
    }
}

} // namespace conntrack
} // namespace ns3
