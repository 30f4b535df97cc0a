/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_TEST_UNIT_TRACKER_FLOW_DRIVER_H
#define CONNTRACK_TEST_UNIT_TRACKER_FLOW_DRIVER_H

#include "model/tracker/flow-tracker.h"
#include "test/unit/packet-builder.h"

#include <string>

/**
 * @file
 * One connection and what its caller keeps of it: for tests of trackers without a table.
 *
 * Layer: test.
 */

namespace ns3
{
namespace conntrack
{
namespace test
{

/// What a tracker did to a packet, in a word: "taken" (renewed and counted), "passed" (neither),
/// "killed", "restart", "dropped" or, if invalid, the reason's name.
inline std::string
Verdict(const TrackResult& result)
{
    switch (result.outcome)
    {
    case TrackOutcome::Accept:
        return result.timeout ? "taken" : "passed";
    case TrackOutcome::AcceptAndKill:
        return "killed";
    case TrackOutcome::Restart:
        return "restart";
    case TrackOutcome::Drop:
        return "dropped";
    case TrackOutcome::Invalid:
        break;
    }
    return Name(result.reason);
}

/// One connection, driven as the generic code of a router drives it.
class FlowDriver
{
  public:
    TrackerSettings settings;
    Timeouts timeouts;
    ProtocolTrack track;
    uint32_t status{0};
    Nanos now{0};
    Nanos deadline{0};
    const SequenceShift* peerShift{nullptr};

    /**
     * @param bytes a packet
     * @param direction where it goes; the first one's must be Original
     * @return the tracker's result, or Classify's refusal
     */
    TrackResult Take(const Bytes& bytes, Direction direction)
    {
        const auto packet = PacketView::Parse(AsView(bytes));
        if (!packet)
        {
            return TrackResult::Refuse(InvalidReason::Truncated);
        }
        const Classification found = Classify(*packet, settings);
        if (const auto* reason = std::get_if<InvalidReason>(&found))
        {
            return TrackResult::Refuse(*reason);
        }
        const bool isFirst = (status & status::CONFIRMED) == 0;
        if (isFirst)
        {
            m_original = std::get<Tuple>(found);
        }
        const TrackInput input{*packet, direction, status, now, 0, deadline - now, peerShift};
        const TrackResult result = isFirst
                                       ? TrackFirst(track, m_original, input, settings, timeouts)
                                       : TrackNext(track, m_original, input, settings, timeouts);
        Apply(result, direction);
        return result;
    }

  private:
    void Apply(const TrackResult& result, Direction direction)
    {
        status |= result.statusSet;
        if (result.timeout)
        {
            deadline = now + *result.timeout;
        }
        if (result.outcome == TrackOutcome::Accept)
        {
            status |= status::CONFIRMED;
            status |= direction == Direction::Reply ? status::SEEN_REPLY : 0;
        }
    }

    Tuple m_original;
};

} // namespace test
} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_TEST_UNIT_TRACKER_FLOW_DRIVER_H
