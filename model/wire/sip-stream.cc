/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/wire/sip-stream.h"

#include <algorithm>

namespace ns3
{
namespace conntrack
{

namespace
{

/// What ends a head; a lone LF is a line end, too. @return the place behind it; npos: not there yet
std::size_t
FindHeadEnd(std::string_view bytes, std::size_t from)
{
    for (std::size_t at = bytes.find('\n', from); at != std::string_view::npos;
         at = bytes.find('\n', at + 1))
    {
        const std::string_view rest = bytes.substr(at + 1, 2);
        if (rest.substr(0, 1) == "\n")
        {
            return at + 2;
        }
        if (rest == "\r\n")
        {
            return at + 3;
        }
    }
    return std::string_view::npos;
}

} // namespace

void
SipStream::Feed(std::string_view bytes)
{
    if (m_broken)
    {
        return;
    }
    m_bytes.erase(0, m_begin);
    m_begin = 0;
    m_bytes.append(bytes);
}

std::optional<SipPacket>
SipStream::Next()
{
    while (m_begin < m_bytes.size() && (m_bytes[m_begin] == '\r' || m_bytes[m_begin] == '\n'))
    {
        ++m_begin;
    }
    const std::string_view rest = std::string_view(m_bytes).substr(m_begin);
    if (m_broken || rest.empty())
    {
        return std::nullopt;
    }
    const std::size_t head = FindHeadEnd(rest, m_looked);
    if (head == std::string_view::npos)
    {
        // The last two bytes may be the begin of the end.
        m_looked = rest.size() < 2 ? 0 : rest.size() - 2;
        m_broken = rest.size() > MOST_HEAD;
        return std::nullopt;
    }
    const auto length = FindSipContentLength(rest.substr(0, head));
    if (head > MOST_HEAD || !length)
    {
        m_broken = true;
        return std::nullopt;
    }
    if (rest.size() - head < *length)
    {
        m_looked = std::max<std::size_t>(head, 3) - 3;
        return std::nullopt;
    }
    auto message = ParseSip(rest.substr(0, head + *length));
    m_broken = !message;
    m_looked = 0;
    m_begin += head + *length;
    return message;
}

} // namespace conntrack
} // namespace ns3
