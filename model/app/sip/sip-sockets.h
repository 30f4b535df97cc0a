/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_APP_SIP_SOCKETS_H
#define CONNTRACK_APP_SIP_SOCKETS_H

#include "model/app/byte-connection.h"
#include "model/app/local-address.h"
#include "model/app/sip/sip-transaction.h"
#include "model/wire/sip-stream.h"

#include "ns3/event-id.h"
#include "ns3/node.h"
#include "ns3/socket.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

/**
 * @file
 * Carries SIP messages over a node's UDP and TCP, IPv4 and IPv6.
 *
 * Layer: app.
 * Shape: one port for all four. A TCP connection is used for both ways, and opened when there is
 * none to the peer; it stays until an end closes it.
 * Errors: NS_FATAL_ERROR if the port is taken. What cannot be read is counted and thrown away over
 * UDP, and ends the connection over TCP. Connections are limited.
 * Source: RFC 3261 18.
 */

namespace ns3
{
namespace conntrack
{

/// The other end of messages.
struct SipPeer
{
    SipTransport transport{SipTransport::Udp};
    Endpoint endpoint;
};

/// A limit that was met, or a message that was wrong.
enum class SipLimit : uint8_t
{
    Malformed,    ///< a message was none, or its stream broke
    Connections,  ///< a TCP connection more than MaxConnections
    Transactions, ///< a request more than MaxTransactions
    Calls,        ///< a call more than MaxCalls
    MediaPorts,   ///< no pair of ports was free for a call's media
    Bindings,     ///< a contact more than MaxBindings
};

/// How many SipLimits there are.
constexpr std::size_t SIP_LIMITS = 6;

/// Carries SIP messages.
class SipSockets
{
  public:
    /// What happens.
    struct Listener
    {
        std::function<void(SipPacket&&, const SipPeer&)> message; ///< it came
        std::function<void(const SipPeer&)>
            broken; ///< a TCP connection could not be opened, or broke
        std::function<void(SipLimit, const SipPeer&)> limit;
    };

    /// @param node where @param port of all @param maxConnections of TCP @param listener called
    /// until it is closed
    SipSockets(Ptr<Node> node, uint16_t port, uint32_t maxConnections, Listener listener);
    ~SipSockets();
    SipSockets(const SipSockets&) = delete;
    SipSockets& operator=(const SipSockets&) = delete;

    /// @param text a message @param peer where to @return whether it could be sent, or waits for a
    /// connection to be opened
    bool Send(const std::string& text, const SipPeer& peer);

    /// @param peer where messages go @return this end as the peer is to see it; none: no route
    std::optional<Endpoint> LocalTowards(const SipPeer& peer) const;

    /// @return the port
    uint16_t GetPort() const
    {
        return m_port;
    }

    /// @return the node
    Ptr<Node> GetNode() const
    {
        return m_node;
    }

    /// @return TCP connections that are open
    std::size_t GetConnections() const
    {
        return m_connections.size();
    }

  private:
    struct Connection
    {
        SipStream stream;
        std::unique_ptr<ByteConnection> bytes;
    };

    void BindUdp(const ns3::Address& any, Ptr<Socket>& socket);
    void ListenTcp(const ns3::Address& any, Ptr<Socket>& socket);
    void ReadUdp(Ptr<Socket> socket);
    void Accept(Ptr<Socket> socket);
    std::shared_ptr<Connection> Adopt(Ptr<Socket> socket, const SipPeer& peer);
    std::shared_ptr<Connection> Open(const SipPeer& peer);
    void ReadTcp(const std::string& key, const SipPeer& peer, std::string_view bytes);
    void Lost(const std::string& key, const SipPeer& peer);

    Ptr<Node> m_node;
    uint16_t m_port;
    uint32_t m_maxConnections;
    Listener m_listener;
    Ptr<Socket> m_udp4;
    Ptr<Socket> m_udp6;
    Ptr<Socket> m_tcp4;
    Ptr<Socket> m_tcp6;
    std::map<std::string, std::shared_ptr<Connection>> m_connections; ///< by the peer, in words
    std::vector<std::shared_ptr<Connection>> m_ended; ///< inside their own calls: go with the event
    EventId m_sweep;
};

/// @param endpoint one @return "10.1.0.1:5060"
std::string InWords(const Endpoint& endpoint);

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_APP_SIP_SOCKETS_H
