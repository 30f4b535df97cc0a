/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_APP_BYTE_CONNECTION_H
#define CONNTRACK_APP_BYTE_CONNECTION_H

#include "ns3/ptr.h"
#include "ns3/socket.h"

#include <functional>
#include <string>
#include <string_view>

/**
 * @file
 * A TCP connection that carries the bytes of a text protocol both ways.
 *
 * Layer: app.
 * Shape: owns its end of the socket: nothing is called back once it is closed or gone. It may be
 * closed from its own callbacks, and must be destroyed outside of them.
 * Errors: a peer that does not read ends the connection (End::Violation): memory is bounded.
 */

namespace ns3
{
namespace conntrack
{

/// A TCP connection that carries bytes.
class ByteConnection
{
  public:
    /// Most that waits for a peer to read; bytes.
    static constexpr std::size_t MOST_WAITING = 65536;

    /// How it ended, but by Close.
    enum class End
    {
        Peer,      ///< the peer closed it
        Broken,    ///< it broke, or could not be opened
        Violation, ///< the peer does not read, or Fail was called
    };

    /// What happens on it.
    struct Listener
    {
        std::function<void()> opened;                ///< a connecting socket is connected
        std::function<void(std::string_view)> bytes; ///< these came
        std::function<void(End)> ended;              ///< nothing more comes; it is closed
        std::function<void()> left{}; ///< after Close: what waited has left; may be null
    };

    /**
     * @param socket connected, or about to be: Connect is called after this
     * @param listener called until the end
     * @param mostWaiting for the peer to read; bytes
     */
    ByteConnection(Ptr<Socket> socket, Listener listener, std::size_t mostWaiting = MOST_WAITING);
    ~ByteConnection();
    ByteConnection(const ByteConnection&) = delete;
    ByteConnection& operator=(const ByteConnection&) = delete;

    /// @param bytes to send
    void Send(std::string_view bytes);

    /// Send what waits, then end.
    void Close();

    /// End now, and tell it as a violation: the peer sent what it must not.
    void Fail();

    /// @return whether it was closed by either end, or is about to be
    bool IsClosing() const
    {
        return !m_socket || m_closing;
    }

    /// @return bytes that wait for room in the socket
    std::size_t GetWaiting() const
    {
        return m_out.size();
    }

    /// @return the socket; null once closed
    Ptr<Socket> GetSocket() const
    {
        return m_socket;
    }

  private:
    void Read();
    void Flush();
    void Finish(End end);

    Ptr<Socket> m_socket;
    Listener m_listener;
    std::size_t m_mostWaiting;
    std::string m_out;     ///< waits for room in the socket
    bool m_closing{false}; ///< when all has left
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_APP_BYTE_CONNECTION_H
