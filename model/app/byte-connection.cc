/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/app/byte-connection.h"

#include "model/app/tcp-endpoint.h"

#include "ns3/packet.h"

#include <algorithm>
#include <utility>

namespace ns3
{
namespace conntrack
{

ByteConnection::ByteConnection(Ptr<Socket> socket, Listener listener, std::size_t mostWaiting)
    : m_socket(socket),
      m_listener(std::move(listener)),
      m_mostWaiting(mostWaiting)
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

ByteConnection::~ByteConnection()
{
    if (m_socket)
    {
        ReleaseSocket(m_socket);
    }
}

void
ByteConnection::Send(std::string_view bytes)
{
    if (IsClosing())
    {
        return;
    }
    m_out.append(bytes);
    if (m_out.size() > m_mostWaiting)
    {
        Finish(End::Violation);
        return;
    }
    Flush();
}

void
ByteConnection::Close()
{
    m_closing = true;
    Flush();
}

void
ByteConnection::Fail()
{
    Finish(End::Violation);
}

void
ByteConnection::Read()
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
        std::string bytes(packet->GetSize(), '\0');
        packet->CopyData(reinterpret_cast<uint8_t*>(bytes.data()), packet->GetSize());
        m_listener.bytes(bytes);
    }
}

void
ByteConnection::Flush()
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
        if (m_listener.left)
        {
            m_listener.left();
        }
    }
}

void
ByteConnection::Finish(End end)
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
    else if (m_listener.left)
    {
        m_listener.left();
    }
}

} // namespace conntrack
} // namespace ns3
