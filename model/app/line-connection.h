/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_APP_LINE_CONNECTION_H
#define CONNTRACK_APP_LINE_CONNECTION_H

#include "model/app/byte-connection.h"

#include <functional>
#include <string>
#include <string_view>

/**
 * @file
 * A TCP connection that carries lines: FTP's control connection.
 *
 * Layer: app.
 * Shape: as a ByteConnection's, which it owns.
 * Errors: a line of more than MOST_LINE bytes, and a peer that does not read, end the connection
 * (End::Violation): memory is bounded.
 * Source: RFC 959 4.1.3: lines end in CR and LF; a lone LF is taken too, as servers do.
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

    /// How it ended, but by Close.
    using End = ByteConnection::End;

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

    /// @param line to send, without line end
    void Send(std::string_view line);

    /// Send what waits, then end.
    void Close()
    {
        m_connection.Close();
    }

    /// @return whether it was closed by either end
    bool IsClosed() const
    {
        return !m_connection.GetSocket();
    }

    /// @return the socket; null once closed
    Ptr<Socket> GetSocket() const
    {
        return m_connection.GetSocket();
    }

  private:
    void TakeBytes(std::string_view bytes);
    void TakeLines();

    std::function<void(std::string_view)> m_line; ///< the listener's
    std::string m_in;                             ///< the begin of a line
    ByteConnection m_connection;
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_APP_LINE_CONNECTION_H
