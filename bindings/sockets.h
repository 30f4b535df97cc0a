/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_BINDINGS_SOCKETS_H
#define CONNTRACK_BINDINGS_SOCKETS_H

#include "bindings/attributes.h"
#include "bindings/python-callback.h"
#include "model/app/byte-connection.h"
#include "model/app/tcp-endpoint.h"

#include "ns3/node.h"
#include "ns3/nstime.h"
#include "ns3/socket.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

/**
 * @file
 * UDP and TCP sockets on nodes, for programs that are written in Python.
 *
 * Layer: bindings.
 * Shape: shared; open ones are kept until they are closed or the simulation is destroyed, whether
 * or not Python still has them, as a program that runs keeps its sockets.
 * Errors: OSError with one sentence for what a socket cannot do; RuntimeError after destroy().
 *
 * A callback is an event of its own, at the time of what it tells and right after that: so it may
 * do all that an event may, whereas a trace callback, in the middle of a packet, may only look.
 * What is sent before the simulation runs leaves when it begins: ns-3's queues are not ready
 * before.
 */

namespace ns3
{
namespace conntrack
{
namespace python
{

/// What Python's sockets have in common.
class NodeSocket : public std::enable_shared_from_this<NodeSocket>
{
  public:
    /// @param node where; alive
    explicit NodeSocket(Node& node);
    virtual ~NodeSocket();
    NodeSocket(const NodeSocket&) = delete;
    NodeSocket& operator=(const NodeSocket&) = delete;

    /// Let go of the port and, gracefully, of the peer. May be called again.
    void Close();

    /// @return whether it was closed, here or by what happened
    bool IsClosed() const
    {
        return m_closed;
    }

    /// @return its own end; port 0: it has none yet
    Endpoint GetLocal() const;

    /// @throws std::runtime_error in a wrong thread, or after destroy()
    void CheckAlive() const;

    /// @return where it is @throws as CheckAlive
    Node& GetNode() const;

    /// Keep it until it is closed: what made it calls this once.
    void Keep();

  protected:
    /// Bind. @param socket a new one @param local its end; port 0: any
    /// @param who for a sentence
    void Bind(Ptr<Socket> socket, const Endpoint& local, const std::string& who);

    /// Call back in an event of its own. @param callback may be null @param makeArguments a tuple
    void Tell(const std::shared_ptr<PythonCallback>& callback,
              std::function<pybind11::tuple()> makeArguments);

    /// Do something when the node is up: now, or at the beginning of the run.
    /// @param action what; its exception is run()'s if it is not done now
    void WhenUp(std::function<void()> action);

    /// Forget the port, once.
    void ReturnPort();

    /// It is closed: nothing more will be done.
    void MarkClosed()
    {
        m_closed = true;
    }

    /// No longer kept by anything but Python.
    void Unkeep();

  private:
    /// Let go of what is open; ends with Unkeep.
    virtual void DoClose() = 0;

    /// Let go of it at once: its node is gone.
    virtual void Abandon() = 0;

    /// @return the socket, for its name; null: there is none any more
    virtual Ptr<Socket> GetSocket() const = 0;

    /// @return UDP or TCP
    virtual uint8_t GetProtocol() const = 0;

    uint64_t m_simulation; ///< of which it is
    Node* m_node;          ///< lives as long as the simulation
    Endpoint m_local;      ///< as far as it was known last
    uint16_t m_taken{0};   ///< in the PortBook; 0: none
    bool m_closed{false};
};

/// A UDP socket.
class UdpEndpoint : public NodeSocket
{
  public:
    /// How it is made.
    struct Settings
    {
        Endpoint local;
        std::vector<AttributeSetting> attributes; ///< of UdpSocket
    };

    /// @param node where @param settings how
    UdpEndpoint(Node& node, const Settings& settings);

    /// @param bytes of a datagram @param peer where it goes
    void Send(std::string bytes, const Endpoint& peer);

    std::shared_ptr<PythonCallback> received; ///< told of each datagram; null: nobody

  private:
    void DoClose() override;
    void Abandon() override;
    void Receive();

    Ptr<Socket> GetSocket() const override
    {
        return m_socket;
    }

    uint8_t GetProtocol() const override
    {
        return protocol::UDP;
    }

    Ptr<Socket> m_socket;
    Family m_family;
};

/// A datagram that came.
struct Datagram
{
    std::string bytes;
    Endpoint source;
    Time time;
};

/// A TCP connection.
class TcpStream : public NodeSocket
{
  public:
    /// Most bytes that wait for the peer to read.
    static constexpr std::size_t MOST_WAITING = 1 << 24;

    /// One that connects. @param node where @param local its end; port 0: any
    /// @param attributes of its socket
    TcpStream(Node& node, const Endpoint& local, const std::vector<AttributeSetting>& attributes);

    /// One that was accepted. @param node where @param socket connected
    TcpStream(Node& node, Ptr<Socket> socket);

    /// Begin to connect. @param peer to whom
    void Connect(const Endpoint& peer);

    /// @param bytes to send
    void Send(const std::string& bytes);

    /// @return 'new', 'connecting', 'open' or 'closed'
    const char* GetState() const;

    /// @return the other end; Family::Unspecified: none
    const Endpoint& GetPeer() const
    {
        return m_peer;
    }

    std::shared_ptr<PythonCallback> connected; ///< told when it is; null: nobody
    std::shared_ptr<PythonCallback> received;  ///< told of bytes; null: nobody
    std::shared_ptr<PythonCallback> ended;     ///< told why; null: nobody
    std::function<void()> gone;                ///< called once it is closed

  private:
    void DoClose() override;
    void Abandon() override;
    void Drop();
    void Adopt(Ptr<Socket> socket);
    void OnEnded(ByteConnection::End end);
    void BeginConnect();
    Ptr<Socket> GetSocket() const override;

    uint8_t GetProtocol() const override
    {
        return protocol::TCP;
    }

    Endpoint m_wanted; ///< own end, as it was asked for
    Endpoint m_peer;
    std::vector<AttributeSetting> m_attributes;
    std::unique_ptr<ByteConnection> m_connection;
    bool m_open{false};
};

/// A TCP port that accepts connections.
class TcpAcceptor : public NodeSocket
{
  public:
    /// How it is made.
    struct Settings
    {
        Endpoint local;
        std::vector<AttributeSetting> attributes; ///< of its socket and those it accepts
        uint32_t most{0};                         ///< connections at a time; further ones end
    };

    /// @param node where @param settings how
    TcpAcceptor(Node& node, const Settings& settings);

    /// @return connections that it accepted and that are open
    uint32_t GetConnections() const
    {
        return *m_open;
    }

    std::shared_ptr<PythonCallback> accepted; ///< told of each; null: nobody

  private:
    void DoClose() override;
    void Abandon() override;
    void Accept(Ptr<Socket> socket);

    Ptr<Socket> GetSocket() const override
    {
        return m_socket;
    }

    uint8_t GetProtocol() const override
    {
        return protocol::TCP;
    }

    Ptr<Socket> m_socket;
    uint32_t m_most;
    std::shared_ptr<uint32_t> m_open;
};

} // namespace python
} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_BINDINGS_SOCKETS_H
