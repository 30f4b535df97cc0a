/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/app/line-connection.h"

#include "model/app/tcp-endpoint.h"

#include "ns3/packet.h"

#include <algorithm>
#include <utility>

namespace ns3
{
namespace conntrack
{

LineConnection::LineConnection(Ptr<Socket> socket, Listener listener)
    : m_socket(socket),
      m_listener(std::move(listener))
{
    using OfSocket = Callback<void, Ptr<Socket>>;
    m_socket->SetConnectCallback(OfSocket([this](Ptr<Socket>) {
                                     if (m_listener.opened)
                                     {
                                         m_listener.opened();
                                     }
                                     Flush();
                                 }),
                                 OfSocket([this](Ptr<Socket>) { Finish(End::Broken); }));
    m_socket->SetRecvCallback(OfSocket([this](Ptr<Socket>) { Read(); }));
    m_socket->SetSendCallback(
        Callback<void, Ptr<Socket>, uint32_t>([this](Ptr<Socket>, uint32_t) { Flush(); }));
    m_socket->SetCloseCallbacks(OfSocket([this](Ptr<Socket>) {
                                    Read();
                                    Finish(End::Peer);
                                }),
                                OfSocket([this](Ptr<Socket>) { Finish(End::Broken); }));
}

LineConnection::~LineConnection()
{
    if (m_socket)
    {
        ReleaseSocket(m_socket);
    }
}

void
LineConnection::Send(std::string_view line)
{
    if (!m_socket || m_closing)
    {
        return;
    }
    m_out.append(line).append("\r\n");
    if (m_out.size() > MOST_WAITING)
    {
        Finish(End::Violation);
        return;
    }
    Flush();
}

void
LineConnection::Close()
{
    m_closing = true;
    Flush();
}

void
LineConnection::Read()
{
    while (m_socket)
    {
        Ptr<Packet> packet = m_socket->Recv();
        if (!packet || packet->GetSize() == 0)
        {
            return;
        }
        if (m_closing)
        {
            continue; // read all the same: unread bytes would turn the close into a reset
        }
        const std::size_t old = m_in.size();
        m_in.resize(old + packet->GetSize());
        packet->CopyData(reinterpret_cast<uint8_t*>(&m_in[old]), packet->GetSize());
        TakeLines();
    }
}

void
LineConnection::TakeLines()
{
    std::size_t begin = 0;
    while (m_socket && !m_closing)
    {
        const std::size_t end = m_in.find('\n', begin);
        if (end == std::string::npos)
        {
            break;
        }
        std::string_view line = std::string_view(m_in).substr(begin, end - begin);
        if (!line.empty() && line.back() == '\r')
        {
            line.remove_suffix(1);
        }
        begin = end + 1;
        if (line.size() > MOST_LINE)
        {
            Finish(End::Violation);
            return;
        }
        m_listener.line(line);
    }
    m_in.erase(0, begin);
    if (m_in.size() > MOST_LINE)
    {
        Finish(End::Violation);
    }
}

void
LineConnection::Flush()
{
    while (m_socket && !m_out.empty())
    {
        const auto size =
            static_cast<uint32_t>(std::min<std::size_t>(m_out.size(), m_socket->GetTxAvailable()));
        const int sent =
            size == 0 ? 0 : m_socket->Send(reinterpret_cast<const uint8_t*>(m_out.data()), size, 0);
        if (sent <= 0)
        {
            return; // no room, or not connected yet: the socket calls again
        }
        m_out.erase(0, static_cast<std::size_t>(sent));
    }
    if (m_socket && m_closing)
    {
        ReleaseSocket(std::exchange(m_socket, nullptr));
    }
}

void
LineConnection::Finish(End end)
{
    if (!m_socket)
    {
        return;
    }
    ReleaseSocket(std::exchange(m_socket, nullptr));
    if (!m_closing)
    {
        m_listener.ended(end);
    }
}

} // namespace conntrack
} // namespace ns3
