/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_TRACKER_TCP_STEP_H
#define CONNTRACK_TRACKER_TCP_STEP_H

#include "model/tracker/flow-tracker.h"
#include "model/tracker/tcp-segment.h"

/**
 * @file
 * A TCP segment's step of the state machine, before its numbers are judged.
 *
 * Layer: tracker.
 * The table (tcp-states.h) knows flags and states; here is what it cannot tell: segments that the
 * router must not believe (challenge ACKs, blind resets), and those that show it to be out of step
 * (an ignored SYN that is answered).
 * Source: RFC 9293, RFC 5961; decisions of Linux 6.18.
 */

namespace ns3
{
namespace conntrack
{

/// A segment and all that decides about it; lives as long as the call.
struct TcpContext
{
    TcpTrack& track;                 ///< the connection's state
    const TcpSegment& segment;       ///< the segment
    const TrackInput& input;         ///< where it goes
    const TrackerSettings& settings; ///< the router's
    const Timeouts& timeouts;        ///< that hold for the connection
    TcpState before; ///< state before the segment, or the one that it makes us believe in
    TcpState after;  ///< state after it, as far as is known

    /// @return its sender
    TcpEnd& Sender() const
    {
        return track.ends[Index(input.direction)];
    }

    /// @return its receiver
    TcpEnd& Receiver() const
    {
        return track.ends[Index(Opposite(input.direction))];
    }

    /// @return whether it comes from the end that answers
    bool IsReply() const
    {
        return input.direction == Direction::Reply;
    }

    /**
     * @param bits of namespace status
     * @return whether the connection had any of them before the segment
     */
    bool HasStatus(uint32_t bits) const
    {
        return (input.status & bits) != 0;
    }

    /**
     * @param which a time-out
     * @return its value
     */
    Nanos TimeoutFor(TcpTimeout which) const
    {
        return TimeoutOf(timeouts.tcp, which);
    }

    /**
     * @param kind a kind of segment
     * @return whether the last segment noted was one, from the other end
     */
    bool LastFromPeer(SegmentKind kind) const
    {
        return track.lastKind == kind && track.lastDirection != input.direction;
    }
};

/// How a segment goes on after its state was looked up.
enum class TcpNext : uint8_t
{
    JudgeWindow, ///< the numbers decide
    SkipWindow,  ///< it is believed whatever its numbers
    Pass,        ///< accepted, changes neither state nor time-out
    Restart,     ///< a new connection of the same tuple
    BadState,    ///< refused
    BadReset,    ///< refused
};

/**
 * Look up what the state of the connection says of the segment.
 * @param at the segment; `after` and sometimes `before` are set
 * @return how it goes on
 */
TcpNext StepTcpState(TcpContext& at);

/**
 * @param state a connection's state
 * @return whether it is closing: early drop may take it though it is assured, and a RST is believed
 */
bool IsTcpClosing(TcpState state);

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_TRACKER_TCP_STEP_H
