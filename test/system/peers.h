/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_TEST_SYSTEM_PEERS_H
#define CONNTRACK_TEST_SYSTEM_PEERS_H

#include "ns3/callback.h"
#include "ns3/inet-socket-address.h"
#include "ns3/inet6-socket-address.h"
#include "ns3/ipv4-header.h"
#include "ns3/ipv4-l3-protocol.h"
#include "ns3/ipv6-header.h"
#include "ns3/ipv6-l3-protocol.h"
#include "ns3/node.h"
#include "ns3/simulator.h"
#include "ns3/socket.h"
#include "ns3/tcp-socket-factory.h"
#include "ns3/udp-socket-factory.h"

#include <sstream>
#include <string>
#include <vector>

/**
 * @file
 * Endpoints for tests: sockets that remember what came.
 *
 * Layer: test.
 */

namespace ns3
{
namespace conntrack
{
namespace test
{

/// A family of addresses.
enum class Ip
{
    V4,
    V6,
};

/// @param address in words @param port a port @return a socket address
inline ns3::Address
SocketAddressOf(const std::string& address, uint16_t port)
{
    if (address.find(':') == std::string::npos)
    {
        return InetSocketAddress(Ipv4Address(address.c_str()), port);
    }
    return Inet6SocketAddress(Ipv6Address(address.c_str()), port);
}

/// @param address a socket address @return it in words, "10.1.0.1 5000"
inline std::string
InWords(const ns3::Address& address)
{
    std::ostringstream words;
    if (InetSocketAddress::IsMatchingType(address))
    {
        const auto ipv4 = InetSocketAddress::ConvertFrom(address);
        words << ipv4.GetIpv4() << " " << ipv4.GetPort();
    }
    else
    {
        const auto ipv6 = Inet6SocketAddress::ConvertFrom(address);
        words << ipv6.GetIpv6() << " " << ipv6.GetPort();
    }
    return words.str();
}

/// @param version family @return the address that means any
inline std::string
AnyAddress(Ip version)
{
    return version == Ip::V4 ? "0.0.0.0" : "::";
}

/// An ICMP error as a socket sees it.
struct SeenError
{
    int type;
    int code;
    uint32_t info;

    bool operator==(const SeenError& other) const
    {
        return type == other.type && code == other.code && info == other.info;
    }
};

/// Remembers the ICMP errors that a socket is told of.
/// @param socket the socket @param errors where they go
inline void
ListenToErrors(Ptr<Socket> socket, std::vector<SeenError>& errors)
{
    socket->SetAttribute(
        "IcmpCallback",
        CallbackValue(Callback<void, Ipv4Address, uint8_t, uint8_t, uint8_t, uint32_t>(
            [&errors](Ipv4Address, uint8_t, uint8_t type, uint8_t code, uint32_t info) {
                errors.push_back({type, code, info});
            })));
    socket->SetAttribute(
        "IcmpCallback6",
        CallbackValue(Callback<void, Ipv6Address, uint8_t, uint8_t, uint8_t, uint32_t>(
            [&errors](Ipv6Address, uint8_t, uint8_t type, uint8_t code, uint32_t info) {
                errors.push_back({type, code, info});
            })));
}

/// A UDP socket.
class UdpPeer
{
  public:
    /// @param node where @param port its port @param version its family
    UdpPeer(Ptr<Node> node, uint16_t port, Ip version)
        : UdpPeer(node, SocketAddressOf(AnyAddress(version), port))
    {
    }

    /// @param node where @param local address and port
    UdpPeer(Ptr<Node> node, const ns3::Address& local)
        : m_socket(Socket::CreateSocket(node, UdpSocketFactory::GetTypeId()))
    {
        m_socket->Bind(local);
        m_socket->SetRecvCallback(Callback<void, Ptr<Socket>>([this](Ptr<Socket>) { Receive(); }));
        ListenToErrors(m_socket, errors);
    }

    ~UdpPeer()
    {
        m_socket->SetRecvCallback(MakeNullCallback<void, Ptr<Socket>>());
        m_socket->Close();
    }

    UdpPeer(const UdpPeer&) = delete;
    UdpPeer& operator=(const UdpPeer&) = delete;

    /// @param address where to @param port its port @param size bytes
    void Send(const std::string& address, uint16_t port, uint32_t size = 100)
    {
        const std::string text(size, 'x');
        Ptr<Packet> packet = Create<Packet>(reinterpret_cast<const uint8_t*>(text.data()), size);
        m_socket->SendTo(packet, 0, SocketAddressOf(address, port));
    }

    /// @return the socket
    Ptr<Socket> GetSocket() const
    {
        return m_socket;
    }

    bool echo{false};              ///< answer by the same
    std::vector<uint32_t> sizes;   ///< of what came
    std::vector<std::string> from; ///< whom it came from, "10.1.0.1 5000"
    std::vector<SeenError> errors; ///< ICMP errors that came
    std::vector<Time> when;        ///< it came

  private:
    void Receive()
    {
        ns3::Address from;
        while (Ptr<Packet> packet = m_socket->RecvFrom(from))
        {
            sizes.push_back(packet->GetSize());
            this->from.push_back(InWords(from));
            when.push_back(Simulator::Now());
            if (echo)
            {
                m_socket->SendTo(packet, 0, from);
            }
        }
    }

    Ptr<Socket> m_socket;
};

/// A TCP client that sends some bytes and closes.
class TcpClient
{
  public:
    /// @param node where @param address of the server @param port of the server @param bytes to
    /// send
    TcpClient(Ptr<Node> node, const std::string& address, uint16_t port, uint32_t bytes)
        : m_socket(Socket::CreateSocket(node, TcpSocketFactory::GetTypeId())),
          m_left(bytes)
    {
        using Told = Callback<void, Ptr<Socket>>;
        ListenToErrors(m_socket, errors);
        m_socket->SetConnectCallback(Told([this](Ptr<Socket>) {
                                         connected = true;
                                         Fill();
                                     }),
                                     Told([this](Ptr<Socket>) { failed = true; }));
        m_socket->SetCloseCallbacks(Told([this](Ptr<Socket>) { closed = true; }),
                                    Told([this](Ptr<Socket>) { reset = true; }));
        m_socket->SetSendCallback(
            Callback<void, Ptr<Socket>, uint32_t>([this](Ptr<Socket>, uint32_t) { Fill(); }));
        m_socket->Connect(SocketAddressOf(address, port));
    }

    ~TcpClient()
    {
        const auto none = MakeNullCallback<void, Ptr<Socket>>();
        m_socket->SetConnectCallback(none, none);
        m_socket->SetCloseCallbacks(none, none);
        m_socket->SetSendCallback(MakeNullCallback<void, Ptr<Socket>, uint32_t>());
    }

    TcpClient(const TcpClient&) = delete;
    TcpClient& operator=(const TcpClient&) = delete;

    bool connected{false};
    bool failed{false};
    bool closed{false};
    bool reset{false};
    std::vector<SeenError> errors;

  private:
    void Fill()
    {
        while (connected && m_left > 0 && m_socket->GetTxAvailable() > 0)
        {
            const int sent =
                m_socket->Send(Create<Packet>(std::min(m_left, m_socket->GetTxAvailable())));
            if (sent <= 0)
            {
                return;
            }
            m_left -= static_cast<uint32_t>(sent);
        }
        if (connected && m_left == 0 && !m_closing)
        {
            m_closing = true;
            m_socket->Close();
        }
    }

    Ptr<Socket> m_socket;
    uint32_t m_left;
    bool m_closing{false};
};

/// A TCP server that takes all and closes when the client does.
class TcpServer
{
  public:
    /// @param node where @param port its port @param version its family
    TcpServer(Ptr<Node> node, uint16_t port, Ip version)
        : m_socket(Socket::CreateSocket(node, TcpSocketFactory::GetTypeId()))
    {
        m_socket->Bind(SocketAddressOf(AnyAddress(version), port));
        m_socket->Listen();
        m_socket->SetAcceptCallback(
            MakeNullCallback<bool, Ptr<Socket>, const ns3::Address&>(),
            Callback<void, Ptr<Socket>, const ns3::Address&>(
                [this](Ptr<Socket> socket, const ns3::Address&) { Accept(socket); }));
    }

    ~TcpServer()
    {
        const auto none = MakeNullCallback<void, Ptr<Socket>>();
        m_socket->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const ns3::Address&>(),
                                    MakeNullCallback<void, Ptr<Socket>, const ns3::Address&>());
        for (const Ptr<Socket>& socket : m_accepted)
        {
            socket->SetRecvCallback(none);
            socket->SetCloseCallbacks(none, none);
        }
    }

    TcpServer(const TcpServer&) = delete;
    TcpServer& operator=(const TcpServer&) = delete;

    uint64_t bytes{0};    ///< that came
    uint32_t accepted{0}; ///< connections

  private:
    void Accept(Ptr<Socket> socket)
    {
        ++accepted;
        m_accepted.push_back(socket);
        socket->SetRecvCallback(Callback<void, Ptr<Socket>>([this](Ptr<Socket> from) {
            while (Ptr<Packet> packet = from->Recv())
            {
                if (packet->GetSize() == 0)
                {
                    break;
                }
                bytes += packet->GetSize();
            }
        }));
        const auto close = Callback<void, Ptr<Socket>>([](Ptr<Socket> from) { from->Close(); });
        socket->SetCloseCallbacks(close, MakeNullCallback<void, Ptr<Socket>>());
    }

    Ptr<Socket> m_socket;
    std::vector<Ptr<Socket>> m_accepted;
};

/// Counts the IP packets of a transport protocol that a node sends.
class SendMeter
{
  public:
    /// @param node whose @param protocol IP protocol number
    SendMeter(Ptr<Node> node, uint8_t protocol)
    {
        node->GetObject<Ipv4L3Protocol>()->TraceConnectWithoutContext(
            "Tx",
            Callback<void, Ptr<const Packet>, Ptr<Ipv4>, uint32_t>(
                [this, protocol](Ptr<const Packet> packet, Ptr<Ipv4>, uint32_t) {
                    Ipv4Header header;
                    packet->PeekHeader(header);
                    Add(header.GetProtocol() == protocol, packet->GetSize());
                }));
        node->GetObject<Ipv6L3Protocol>()->TraceConnectWithoutContext(
            "Tx",
            Callback<void, Ptr<const Packet>, Ptr<Ipv6>, uint32_t>(
                [this, protocol](Ptr<const Packet> packet, Ptr<Ipv6>, uint32_t) {
                    Ipv6Header header;
                    packet->PeekHeader(header);
                    Add(header.GetNextHeader() == protocol, packet->GetSize());
                }));
    }

    SendMeter(const SendMeter&) = delete;
    SendMeter& operator=(const SendMeter&) = delete;

    /// @return as conntrack(8) prints a counter
    std::string Text() const
    {
        return "packets=" + std::to_string(packets) + " bytes=" + std::to_string(bytes);
    }

    uint64_t packets{0};
    uint64_t bytes{0};

  private:
    void Add(bool counted, uint32_t size)
    {
        packets += counted ? 1 : 0;
        bytes += counted ? size : 0;
    }
};

} // namespace test
} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_TEST_SYSTEM_PEERS_H
