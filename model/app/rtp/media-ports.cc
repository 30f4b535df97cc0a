/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/app/rtp/media-ports.h"

namespace ns3
{
namespace conntrack
{

MediaPorts::MediaPorts(uint16_t first, uint16_t last)
    : m_first(static_cast<uint16_t>(first + first % 2)),
      m_size(last > m_first ? (last - m_first + std::size_t{1}) / 2 : 0)
{
}

std::optional<uint16_t>
MediaPorts::Take()
{
    if (m_taken.size() >= m_size)
    {
        return std::nullopt;
    }
    while (!m_taken.insert(m_next).second)
    {
        m_next = (m_next + 1) % m_size;
    }
    const auto port = static_cast<uint16_t>(m_first + 2 * m_next);
    m_next = (m_next + 1) % m_size;
    return port;
}

void
MediaPorts::Return(uint16_t port)
{
    m_taken.erase((port - std::size_t{m_first}) / 2);
}

} // namespace conntrack
} // namespace ns3
