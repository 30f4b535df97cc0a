/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_TEST_SYSTEM_FTP_SCRIPTED_PEER_H
#define CONNTRACK_TEST_SYSTEM_FTP_SCRIPTED_PEER_H

#include "model/app/line-connection.h"
#include "model/app/tcp-endpoint.h"

#include "ns3/inet-socket-address.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

/**
 * @file
 * The other end of a control connection, which says what a test tells it to.
 *
 * Layer: test.
 */

namespace ns3
{
namespace conntrack
{
namespace test
{

/// Says the next of its lines after each line that comes, and remembers what came.
class FtpScriptedPeer
{
  public:
    /// @param lines what to say; an empty line says nothing that time
    explicit FtpScriptedPeer(std::vector<std::string> lines)
        : m_lines(std::move(lines))
    {
    }

    /// Say the first line when a server at this address has greeted. @param node where
    /// @param server its address
    void Connect(Ptr<Node> node, const ns3::Address& server)
    {
        Ptr<Socket> socket = MakeTcpSocket(node);
        Adopt(socket);
        socket->Connect(server);
    }

    /// Say the first line when a client has connected. @param node where
    void Listen(Ptr<Node> node)
    {
        m_listening = MakeTcpSocket(node);
        m_listening->Bind(InetSocketAddress(Ipv4Address::GetAny(), 21));
        m_listening->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const ns3::Address&>(),
                                       Callback<void, Ptr<Socket>, const ns3::Address&>(
                                           [this](Ptr<Socket> socket, const ns3::Address&) {
                                               Adopt(socket);
                                               SayNext();
                                           }));
        m_listening->Listen();
    }

    /// End the connection from this side.
    void Close()
    {
        m_connection->Close();
    }

    std::vector<std::string> heard; ///< lines that came
    bool ended{false};              ///< by the other end

  private:
    void Adopt(Ptr<Socket> socket)
    {
        LineConnection::Listener listener;
        listener.line = [this](std::string_view line) {
            heard.emplace_back(line);
            SayNext();
        };
        listener.ended = [this](LineConnection::End) { ended = true; };
        m_connection = std::make_unique<LineConnection>(socket, listener);
    }

    void SayNext()
    {
        if (m_next == m_lines.size())
        {
            return;
        }
        const std::string& line = m_lines[m_next++];
        if (line == "CLOSE")
        {
            Close();
        }
        else if (!line.empty())
        {
            m_connection->Send(line);
        }
    }

    std::vector<std::string> m_lines;
    std::size_t m_next{0};
    Ptr<Socket> m_listening;
    std::unique_ptr<LineConnection> m_connection;
};

} // namespace test
} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_TEST_SYSTEM_FTP_SCRIPTED_PEER_H
