/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/app/line-connection.h"

#include <utility>

namespace ns3
{
namespace conntrack
{

LineConnection::LineConnection(Ptr<Socket> socket, Listener listener)
    : m_line(std::move(listener.line)),
      m_connection(socket,
                   {std::move(listener.opened),
                    [this](std::string_view bytes) { TakeBytes(bytes); },
                    std::move(listener.ended)})
{
}

void
LineConnection::Send(std::string_view line)
{
    m_connection.Send(std::string(line) + "\r\n");
}

void
LineConnection::TakeBytes(std::string_view bytes)
{
    m_in.append(bytes);
    TakeLines();
    if (m_in.size() > MOST_LINE)
    {
        m_connection.Fail();
    }
}

void
LineConnection::TakeLines()
{
    std::size_t begin = 0;
    while (!m_connection.IsClosing())
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
            m_connection.Fail();
            return;
        }
        m_line(line);
    }
    m_in.erase(0, begin);
}

} // namespace conntrack
} // namespace ns3
