/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/app/sip/sip-sockets.h"

#include "ns3/abort.h"
#include "ns3/inet-socket-address.h"
#include "ns3/inet6-socket-address.h"
#include "ns3/ipv4.h"
#include "ns3/ipv6.h"
#include "ns3/packet.h"
#include "ns3/simulator.h"
#include "ns3/udp-socket-factory.h"

#include <utility>

namespace ns3
{
namespace conntrack
{

std::string
InWords(const Endpoint& endpoint)
{
    const std::string host = PrintHostAddress(HostOf(endpoint));
    return (endpoint.family == Family::Ipv6 ? "[" + host + "]" : host) + ":" +
           std::to_string(endpoint.port);
}

SipSockets::SipSockets(Ptr<Node> node, uint16_t port, uint32_t maxConnections, Listener listener)
    : m_node(node),
      m_port(port),
      m_maxConnections(maxConnections),
      m_listener(std::move(listener))
{
    if (node->GetObject<Ipv4>())
    {
        BindUdp(InetSocketAddress(Ipv4Address::GetAny(), port), m_udp4);
        ListenTcp(InetSocketAddress(Ipv4Address::GetAny(), port), m_tcp4);
    }
    if (node->GetObject<Ipv6>())
    {
        BindUdp(Inet6SocketAddress(Ipv6Address::GetAny(), port), m_udp6);
        ListenTcp(Inet6SocketAddress(Ipv6Address::GetAny(), port), m_tcp6);
    }
}

SipSockets::~SipSockets()
{
    m_sweep.Cancel();
    for (const Ptr<Socket>& socket : {m_udp4, m_udp6, m_tcp4, m_tcp6})
    {
        if (socket)
        {
            ReleaseSocket(socket);
        }
    }
}

void
SipSockets::BindUdp(const ns3::Address& any, Ptr<Socket>& socket)
{
    socket = Socket::CreateSocket(m_node, UdpSocketFactory::GetTypeId());
    NS_ABORT_MSG_IF(socket->Bind(any) != 0,
                    "SIP: UDP port " << m_port << " of node " << m_node->GetId() << " is taken");
    socket->SetRecvCallback(Callback<void, Ptr<Socket>>([this](Ptr<Socket> s) { ReadUdp(s); }));
}

void
SipSockets::ListenTcp(const ns3::Address& any, Ptr<Socket>& socket)
{
    socket = MakeTcpSocket(m_node);
    NS_ABORT_MSG_IF(socket->Bind(any) != 0,
                    "SIP: TCP port " << m_port << " of node " << m_node->GetId() << " is taken");
    socket->SetAcceptCallback(
        MakeNullCallback<bool, Ptr<Socket>, const ns3::Address&>(),
        Callback<void, Ptr<Socket>, const ns3::Address&>(
            [this](Ptr<Socket> accepted, const ns3::Address&) { Accept(accepted); }));
    socket->Listen();
}

bool
SipSockets::Send(const std::string& text, const SipPeer& peer)
{
    if (!IsUnicast(peer.endpoint))
    {
        return false;
    }
    if (peer.transport == SipTransport::Tcp)
    {
        const auto open = m_connections.find(InWords(peer.endpoint));
        const auto connection = open == m_connections.end() ? Open(peer) : open->second;
        if (connection)
        {
            connection->bytes->Send(text);
        }
        return connection != nullptr;
    }
    Ptr<Socket> socket = peer.endpoint.family == Family::Ipv6 ? m_udp6 : m_udp4;
    Ptr<Packet> packet = Create<Packet>(reinterpret_cast<const uint8_t*>(text.data()),
                                        static_cast<uint32_t>(text.size()));
    return socket && socket->SendTo(packet, 0, peer.endpoint.ToSocketAddress()) >= 0;
}

std::optional<Endpoint>
SipSockets::LocalTowards(const SipPeer& peer) const
{
    const auto host = LocalAddressTowards(m_node, HostOf(peer.endpoint));
    return host ? std::optional(EndpointAt(*host, m_port)) : std::nullopt;
}

void
SipSockets::ReadUdp(Ptr<Socket> socket)
{
    ns3::Address from;
    while (Ptr<Packet> packet = socket->RecvFrom(from))
    {
        std::string text(packet->GetSize(), '\0');
        packet->CopyData(reinterpret_cast<uint8_t*>(text.data()), packet->GetSize());
        const SipPeer peer{SipTransport::Udp, ToEndpoint(from).value_or(Endpoint{})};
        auto message = ParseSip(text);
        if (message)
        {
            m_listener.message(std::move(*message), peer);
        }
        else if (text.find_first_not_of(std::string_view("\r\n\0", 3)) != std::string::npos)
        {
            m_listener.limit(SipLimit::Malformed, peer); // else RFC 5626 4.4.1: it keeps NAT awake
        }
    }
}

void
SipSockets::Accept(Ptr<Socket> socket)
{
    const SipPeer peer{SipTransport::Tcp, PeerEndpoint(socket)};
    if (m_connections.size() >= m_maxConnections || m_connections.count(InWords(peer.endpoint)) > 0)
    {
        m_listener.limit(SipLimit::Connections, peer);
        ReleaseSocket(socket);
        return;
    }
    Adopt(socket, peer);
}

std::shared_ptr<SipSockets::Connection>
SipSockets::Adopt(Ptr<Socket> socket, const SipPeer& peer)
{
    const std::string key = InWords(peer.endpoint);
    ByteConnection::Listener listener;
    listener.bytes = [this, key, peer](std::string_view bytes) { ReadTcp(key, peer, bytes); };
    listener.ended = [this, key, peer](ByteConnection::End) { Lost(key, peer); };
    auto connection = std::make_shared<Connection>();
    connection->bytes = std::make_unique<ByteConnection>(socket, std::move(listener));
    m_connections[key] = connection;
    return connection;
}

std::shared_ptr<SipSockets::Connection>
SipSockets::Open(const SipPeer& peer)
{
    if (m_connections.size() >= m_maxConnections)
    {
        m_listener.limit(SipLimit::Connections, peer);
        return nullptr;
    }
    Ptr<Socket> socket = MakeTcpSocket(m_node);
    auto connection = Adopt(socket, peer);
    if (socket->Connect(peer.endpoint.ToSocketAddress()) != 0)
    {
        m_connections.erase(InWords(peer.endpoint));
        return nullptr;
    }
    return connection;
}

void
SipSockets::ReadTcp(const std::string& key, const SipPeer& peer, std::string_view bytes)
{
    const auto found = m_connections.find(key);
    if (found == m_connections.end())
    {
        return;
    }
    const auto connection = found->second;
    connection->stream.Feed(bytes);
    while (auto message = connection->stream.Next())
    {
        m_listener.message(std::move(*message), peer);
        const auto still = m_connections.find(key);
        if (still == m_connections.end() || still->second != connection)
        {
            return; // what took the message let the connection end
        }
    }
    if (connection->stream.IsBroken())
    {
        m_listener.limit(SipLimit::Malformed, peer);
        connection->bytes->Fail();
    }
}

void
SipSockets::Lost(const std::string& key, const SipPeer& peer)
{
    const auto found = m_connections.find(key);
    if (found == m_connections.end())
    {
        return;
    }
    m_ended.push_back(std::move(found->second));
    m_connections.erase(found);
    if (m_sweep.IsExpired())
    {
        m_sweep = Simulator::ScheduleNow([this] { m_ended.clear(); });
    }
    m_listener.broken(peer);
}

} // namespace conntrack
} // namespace ns3
