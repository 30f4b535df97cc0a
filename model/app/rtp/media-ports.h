/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_APP_RTP_MEDIA_PORTS_H
#define CONNTRACK_APP_RTP_MEDIA_PORTS_H

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>

/**
 * @file
 * The pairs of ports that an application uses for media: even for RTP, the next for RTCP.
 *
 * Layer: app.
 * Shape: a pair is in use from Take to Return; pairs come in turn, so that one that was returned is
 * not taken again at once.
 * Source: RFC 3550 11.
 */

namespace ns3
{
namespace conntrack
{

/// Pairs of ports.
class MediaPorts
{
  public:
    /// @param first of the range @param last of the range
    MediaPorts(uint16_t first, uint16_t last);

    /// @return the even port of a pair that was free; none: all are in use
    std::optional<uint16_t> Take();

    /// @param port of a pair that was taken
    void Return(uint16_t port);

    /// @return pairs that are in use
    std::size_t InUse() const
    {
        return m_taken.size();
    }

    /// @return pairs there are
    std::size_t Size() const
    {
        return m_size;
    }

  private:
    uint16_t m_first; ///< even
    std::size_t m_size;
    std::size_t m_next{0}; ///< the pair to try first
    std::set<std::size_t> m_taken;
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_APP_RTP_MEDIA_PORTS_H
