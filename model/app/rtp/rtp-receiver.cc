/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/app/rtp/rtp-receiver.h"

#include <algorithm>
#include <cmath>

namespace ns3
{
namespace conntrack
{

namespace
{

/// RFC 3550 A.1, MAX_DROPOUT and MAX_MISORDER: further off is a jump.
constexpr int32_t MOST_AHEAD = 3000;
constexpr int32_t MOST_BEHIND = 100;
/// RFC 3550 A.8: weight of a new difference.
constexpr double JITTER_GAIN = 1.0 / 16;

} // namespace

void
RtpReceiver::Take(const RtpPacket& packet, Nanos now)
{
    const double arrival = static_cast<double>(now) / SECOND * m_samples;
    // Modulo 2^32, as timestamps are: the difference of two is what counts.
    const double transit = arrival - packet.timestamp;
    m_source = packet.source;
    if (m_received == 0)
    {
        m_first = m_highest = packet.sequence;
        m_transit = transit;
        ++m_received;
        return;
    }
    const auto ahead =
        static_cast<int16_t>(static_cast<uint16_t>(packet.sequence - (m_highest & 0xffff)));
    if (ahead >= MOST_AHEAD || ahead < -MOST_BEHIND)
    {
        FollowJump(packet.sequence);
        return;
    }
    m_jump.reset();
    ++m_received;
    m_outOfOrder += ahead < 0 ? 1 : 0;
    m_highest += static_cast<uint64_t>(std::max<int32_t>(ahead, 0));
    const double wrapped = std::remainder(transit - m_transit, 4294967296.0);
    m_transit = transit;
    m_jitter += (std::abs(wrapped) - m_jitter) * JITTER_GAIN;
}

void
RtpReceiver::FollowJump(uint16_t sequence)
{
    if (m_jump != sequence)
    {
        m_jump = static_cast<uint16_t>(sequence + 1);
        return;
    }
    m_earlier = Expected();
    m_first = m_highest = sequence;
    ++m_received;
    m_jump.reset();
}

std::optional<RtcpBlock>
RtpReceiver::Report()
{
    if (m_received == 0)
    {
        return std::nullopt;
    }
    constexpr int64_t MOST_LOST = 0x7fffff; // 24 bits with sign
    const auto expected = static_cast<int64_t>(Expected() - m_expectedBefore);
    const int64_t lost = expected - static_cast<int64_t>(m_received - m_receivedBefore);
    m_expectedBefore = Expected();
    m_receivedBefore = m_received;
    RtcpBlock block;
    block.source = m_source;
    block.fractionLost = expected <= 0 || lost <= 0
                             ? 0
                             : static_cast<uint8_t>(std::min<int64_t>(lost * 256 / expected, 255));
    block.lost = static_cast<int32_t>(std::clamp(Lost(), -MOST_LOST - 1, MOST_LOST));
    block.highestSequence = static_cast<uint32_t>(m_highest);
    block.jitter = static_cast<uint32_t>(m_jitter);
    return block;
}

} // namespace conntrack
} // namespace ns3
