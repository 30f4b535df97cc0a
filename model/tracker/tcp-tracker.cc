/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/tracker/tcp-tracker.h"

#include "model/tracker/tcp-segment.h"
#include "model/tracker/tcp-states.h"
#include "model/tracker/tcp-step.h"
#include "model/tracker/tcp-window.h"
#include "model/wire/checksum.h"

#include <algorithm>

namespace ns3
{
namespace conntrack
{

namespace
{

/// A FIN or RST outside the window shortens a life of at least this (Linux 6.1).
constexpr Nanos WORTH_SHORTENING = 120 * SECOND;

InvalidReason
Verify(const PacketView& packet, const std::optional<TcpSegment>& segment, bool verifyChecksum)
{
    if (!segment)
    {
        return InvalidReason::Truncated;
    }
    if (verifyChecksum && packet.IsWhole() && !IsTransportChecksumRight(packet, protocol::TCP))
    {
        return InvalidReason::BadChecksum;
    }
    return AreFlagsPossible(segment->flags) ? InvalidReason::None : InvalidReason::BadFlags;
}

/// A FIN or RST outside the window: perhaps the ends are closing and the router lost track. The
/// second one, from the other end, shortens the connection's life.
TrackResult
RefuseOutside(const TcpContext& at)
{
    TrackResult result = TrackResult::Refuse(InvalidReason::OutOfWindow);
    const bool isClosing =
        at.segment.kind == SegmentKind::Rst || at.segment.kind == SegmentKind::Fin;
    if (!isClosing || !at.HasStatus(status::ASSURED) || at.HasStatus(status::FIXED_TIMEOUT))
    {
        return result;
    }
    if (at.LastFromPeer(SegmentKind::Fin) || at.LastFromPeer(SegmentKind::Rst))
    {
        const Nanos shorter = at.TimeoutFor(TcpTimeout::Unack);
        if (at.input.remaining >= WORTH_SHORTENING && at.input.remaining > shorter)
        {
            result.timeout = shorter;
        }
        return result;
    }
    at.track.lastKind = at.segment.kind;
    at.track.lastDirection = at.input.direction;
    return result;
}

Nanos
ChooseTimeout(const TcpContext& at)
{
    // The first ten time-outs stand in the order of the states.
    const Nanos usual = at.TimeoutFor(static_cast<TcpTimeout>(at.after));
    const Nanos retrans = at.TimeoutFor(TcpTimeout::Retrans);
    const Nanos unack = at.TimeoutFor(TcpTimeout::Unack);
    const uint8_t flags = at.track.ends[0].flags | at.track.ends[1].flags;
    if (at.track.retransmissions >= at.settings.tcpMaxRetrans && usual > retrans)
    {
        return retrans;
    }
    if (at.segment.kind == SegmentKind::Rst)
    {
        return at.TimeoutFor(TcpTimeout::Close);
    }
    if (flags & tcp_flag::DATA_UNACKNOWLEDGED && usual > unack)
    {
        return unack;
    }
    if (at.track.lastWindow == 0 && usual > retrans)
    {
        return retrans; // a closed window may stay closed for ever
    }
    return usual;
}

/// The segment is believed: note the new state, choose the time-out.
TrackResult
Settle(const TcpContext& at)
{
    TcpTrack& track = at.track;
    track.lastKind = at.segment.kind;
    track.lastDirection = at.input.direction;
    track.state = at.after;
    TrackResult result;
    if (at.after != at.before)
    {
        result.events |= event::PROTOINFO;
        if (at.after == TcpState::FinWait)
        {
            at.Sender().flags |= tcp_flag::CLOSE_INIT;
        }
    }
    Nanos timeout = ChooseTimeout(at);
    if (!at.HasStatus(status::SEEN_REPLY))
    {
        if (at.segment.kind == SegmentKind::Rst)
        {
            result.outcome = TrackOutcome::AcceptAndKill; // refused: nothing to wait for
            return result;
        }
        if (at.segment.kind == SegmentKind::Syn && at.before == TcpState::SynSent)
        {
            return result; // repeated SYNs must not keep it alive
        }
        if (at.after == TcpState::Established)
        {
            timeout = std::min(timeout, at.TimeoutFor(TcpTimeout::Unack)); // picked up, one-sided
        }
    }
    else if (!at.HasStatus(status::ASSURED) && at.after == TcpState::Established &&
             (at.before == TcpState::SynRecv || at.before == TcpState::Established))
    {
        result.statusSet |= status::ASSURED;
        result.events |= event::ASSURED;
    }
    result.timeout = timeout;
    return result;
}

TrackResult
Track(TcpContext& at)
{
    switch (StepTcpState(at))
    {
    case TcpNext::BadState:
        return TrackResult::Refuse(InvalidReason::BadState);
    case TcpNext::BadReset:
        return TrackResult::Refuse(InvalidReason::BadReset);
    case TcpNext::Pass:
        return {};
    case TcpNext::Restart: {
        TrackResult result;
        result.outcome = TrackOutcome::Restart;
        return result;
    }
    case TcpNext::SkipWindow:
        return Settle(at);
    case TcpNext::JudgeWindow:
        break;
    }
    switch (CheckWindow(at.track, at.segment, at.input, at.settings))
    {
    case WindowVerdict::Outside:
        return RefuseOutside(at);
    case WindowVerdict::Ignored:
        return {};
    case WindowVerdict::Inside:
        break;
    }
    return Settle(at);
}

/// What the first segment says of its sender.
void
BeginTrack(TcpTrack& track, const TcpSegment& segment)
{
    track = TcpTrack{};
    TcpEnd& sender = track.ends[Index(Direction::Original)];
    sender.end = segment.end;
    sender.maxWindow = std::max<uint32_t>(segment.window, 1);
    if (segment.kind == SegmentKind::Syn)
    {
        const SynOptions options = ReadSynOptions(segment.options);
        sender.maxEnd = segment.end;
        sender.scale = options.scale;
        sender.flags = options.flags;
        return;
    }
    // In its middle: the window scale is not known, so no segment can be called outside.
    sender.maxEnd = segment.end + sender.maxWindow;
    for (TcpEnd& end : track.ends)
    {
        end.flags = tcp_flag::SACK_PERMITTED | tcp_flag::BE_LIBERAL;
    }
}

} // namespace

TrackResult
TrackTcpFirst(TcpTrack& track,
              const TrackInput& input,
              const TrackerSettings& settings,
              const Timeouts& timeouts)
{
    const auto segment = ParseTcpSegment(input.packet);
    const InvalidReason reason = Verify(input.packet, segment, settings.verifyChecksums);
    if (reason != InvalidReason::None)
    {
        return TrackResult::Refuse(reason);
    }
    const TcpMove move = NextTcpMove(Direction::Original, segment->kind, TcpState::None);
    if (move.kind != TcpMoveKind::Enter)
    {
        return TrackResult::Refuse(InvalidReason::BadState);
    }
    if (segment->kind != SegmentKind::Syn && !settings.tcpLoose)
    {
        return TrackResult::Refuse(InvalidReason::MidStream);
    }
    BeginTrack(track, *segment);
    TcpContext at{track, *segment, input, settings, timeouts, TcpState::None, TcpState::None};
    return Track(at);
}

TrackResult
TrackTcpNext(TcpTrack& track,
             const TrackInput& input,
             const TrackerSettings& settings,
             const Timeouts& timeouts)
{
    const auto segment = ParseTcpSegment(input.packet);
    const InvalidReason reason = Verify(input.packet, segment, settings.verifyChecksums);
    if (reason != InvalidReason::None)
    {
        return TrackResult::Refuse(reason);
    }
    TcpContext at{track, *segment, input, settings, timeouts, track.state, track.state};
    return Track(at);
}

} // namespace conntrack
} // namespace ns3
