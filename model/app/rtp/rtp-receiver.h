/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_APP_RTP_RTP_RECEIVER_H
#define CONNTRACK_APP_RTP_RTP_RECEIVER_H

#include "model/flow/time.h"
#include "model/wire/rtp-packet.h"

#include <cstdint>
#include <optional>

/**
 * @file
 * What a receiver of RTP can say of a source: packets lost and out of order, and jitter.
 *
 * Layer: app.
 * Shape: a value, no simulator; one a source.
 * Units: jitter in samples, as RTCP has it; nanoseconds for arrivals.
 * Source: RFC 3550 6.4.1 (the figures), A.3 (loss), A.8 (jitter).
 * Differs from A.1: a source counts from its first packet, and a jump of its numbers is followed
 * after two packets in a row.
 */

namespace ns3
{
namespace conntrack
{

/// Counts what comes of one source.
class RtpReceiver
{
  public:
    /// @param samples of the clock in a second
    explicit RtpReceiver(uint32_t samples)
        : m_samples(samples)
    {
    }

    /// @param packet that came @param now when
    void Take(const RtpPacket& packet, Nanos now);

    /// Make a report, and begin the next interval of loss. @return what RTCP says of the source;
    /// none: nothing came
    std::optional<RtcpBlock> Report();

    /// @return packets that came, those that came twice included
    uint64_t Received() const
    {
        return m_received;
    }

    /// @return packets from the first number to the highest
    uint64_t Expected() const
    {
        return m_received == 0 ? 0 : m_earlier + m_highest - m_first + 1;
    }

    /// @return expected, less received; negative if packets came twice
    int64_t Lost() const
    {
        return static_cast<int64_t>(Expected()) - static_cast<int64_t>(m_received);
    }

    /// @return packets that came behind one with a higher number
    uint64_t OutOfOrder() const
    {
        return m_outOfOrder;
    }

    /// @return jitter in samples
    double Jitter() const
    {
        return m_jitter;
    }

  private:
    void FollowJump(uint16_t sequence);

    uint32_t m_samples;
    uint32_t m_source{0};
    uint64_t m_received{0};
    uint64_t m_outOfOrder{0};
    uint64_t m_earlier{0};          ///< expected before the last jump
    uint64_t m_first{0};            ///< number, since the last jump
    uint64_t m_highest{0};          ///< number, with the count of wraps above 16 bits
    std::optional<uint16_t> m_jump; ///< the number that would follow one far off
    double m_transit{0};            ///< of the last packet; samples
    double m_jitter{0};
    uint64_t m_expectedBefore{0}; ///< at the last report
    uint64_t m_receivedBefore{0};
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_APP_RTP_RTP_RECEIVER_H
