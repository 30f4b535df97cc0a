/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_APP_LINE_CONNECTION_H
#define CONNTRACK_APP_LINE_CONNECTION_H

#include "ns3/ptr.h"
#include "ns3/socket.h"

#include <functional>
#include <string>
#include <string_view>

/**
 * @file
 * A TCP connection that carries lines: FTP's control connection.
 *
 * Layer: app.
 * Shape: owns its end of the socket: nothing is called back once it is closed or gone. It may be
 * closed from its own callbacks, and must be destroyed outside of them.
 * Errors: a line of more than MOST_LINE bytes, and a peer that does not read, end the connection
 * (End::Violation): memory is bounded.
 * Source: RFC 959 4.1.3: lines end in <CRLF>; a lone <LF> is taken too, as servers do.
 */

namespace ns3
{
namespace conntrack
{

/// A TCP connection that carries lines.
class LineConnection
{
  public:
    /// Longest line that is taken; bytes. RFC 959 has no limit; vsftpd's is 4096.
    static constexpr std::size_t MOST_LINE = 4096;
    /// Most that waits for a peer to read; bytes.
    static constexpr std::size_t MOST_WAITING = 65536;

    /// How it ended, but by Close.
    enum class End
    {
        Peer,      ///< the peer closed it
        Broken,    ///< it broke, or could not be opened
        Violation, ///< a line was too long, or the peer does not read
    };

    /// What happens on it.
    struct Listener
    {
        std::function<void()> opened;               ///< a connecting socket is connected
        std::function<void(std::string_view)> line; ///< a line came; without its line end
        std::function<void(End)> ended;             ///< nothing more comes; it is closed
    };

    /**
     * @param socket connected, or about to be: Connect is called after this
     * @param listener called until the end
     */
    LineConnection(Ptr<Socket> socket, Listener listener);
    ~LineConnection();
    LineConnection(const LineConnection&) = delete;
    LineConnection& operator=(const LineConnection&) = delete;

    /// @param line to send, without line end
    void Send(std::string_view line);

    /// Send what waits, then end.
    void Close();

    /// @return whether it was closed by either end
    bool IsClosed() const
    {
        return !m_socket;
    }

    /// @return the socket; null once closed
    Ptr<Socket> GetSocket() const
    {
        return m_socket;
    }

  private:
    void Read();
    void TakeLines();
    void Flush();
    void Finish(End end);

    Ptr<Socket> m_socket;
    Listener m_listener;
    std::string m_in;      ///< the begin of a line
    std::string m_out;     ///< waits for room in the socket
    bool m_closing{false}; ///< when all has left
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_APP_LINE_CONNECTION_H
