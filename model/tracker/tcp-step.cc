/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/tracker/tcp-step.h"

#include "model/tracker/tcp-states.h"

#include <algorithm>

namespace ns3
{
namespace conntrack
{

namespace
{

/// A SYN after the end of a connection: whether it may begin the next one.
bool
MayReopen(const TcpContext& at)
{
    const uint8_t flags = at.Sender().flags | at.Receiver().flags;
    const bool wasResetByIt =
        at.track.lastKind == SegmentKind::Rst && at.track.lastDirection == at.input.direction;
    return (flags & tcp_flag::CLOSE_INIT) || wasResetByIt;
}

/// The SYN+ACK answers a SYN that was ignored: both ends agree, so the router must follow.
void
FollowIgnoredSyn(TcpContext& at)
{
    TcpTrack& track = at.track;
    track.lastFlags &= static_cast<uint8_t>(~tcp_flag::EXP_CHALLENGE_ACK);
    TcpEnd& beginner = track.ends[Index(track.lastDirection)];
    beginner.end = track.lastEnd;
    beginner.maxEnd = track.lastEnd;
    beginner.maxWindow = std::max<uint32_t>(track.lastWindow, 1);
    beginner.scale = track.lastScale;
    beginner.flags = track.lastFlags;
    at.Sender() = TcpEnd{};
    at.before = TcpState::SynSent;
    at.after = TcpState::SynRecv;
}

/// Remember a segment that passes unjudged: its answer will tell.
void
NoteIgnored(const TcpContext& at)
{
    TcpTrack& track = at.track;
    const TcpSegment& segment = at.segment;
    track.lastKind = segment.kind;
    track.lastDirection = at.input.direction;
    track.lastSeq = segment.seq;
    track.lastEnd = segment.end;
    track.lastWindow = segment.window;
    if (segment.kind == SegmentKind::Syn && !at.IsReply())
    {
        const SynOptions options = ReadSynOptions(segment.options);
        track.lastFlags = options.flags;
        track.lastScale = options.scale;
        if (at.before == TcpState::LastAck)
        {
            // RFC 5961 4.2: the answer may be a bare ACK, which would look like the last one.
            track.lastFlags |= tcp_flag::EXP_CHALLENGE_ACK;
        }
    }
    if (at.before == TcpState::SynSent && segment.kind == SegmentKind::Ack && at.IsReply())
    {
        track.lastAck = segment.ack; // the number of the RST that will follow
    }
}

TcpNext
HandleIgnored(TcpContext& at)
{
    if (at.segment.kind == SegmentKind::SynAck && at.LastFromPeer(SegmentKind::Syn) &&
        at.segment.ack == at.track.lastEnd)
    {
        FollowIgnoredSyn(at);
        return TcpNext::JudgeWindow;
    }
    NoteIgnored(at);
    return TcpNext::Pass;
}

bool
IsAssuredEstablished(const TcpContext& at)
{
    return at.track.state == TcpState::Established && at.HasStatus(status::ASSURED);
}

/// RFC 5961 3.2: only a RST with exactly the expected number closes an open connection.
TcpNext
HandleReset(TcpContext& at)
{
    const TcpTrack& track = at.track;
    const TcpSegment& segment = at.segment;
    const TcpEnd& receiver = at.Receiver();
    if (IsTcpClosing(track.state))
    {
        return TcpNext::SkipWindow; // its ports may be in use again, nothing noted of it holds
    }
    // After an ignored SYN what the receiver acknowledged may be out of date.
    if (receiver.flags & tcp_flag::MAXACK_SET && track.lastKind != SegmentKind::Syn)
    {
        if (segment.seq == 0 && !IsAssuredEstablished(at))
        {
            return TcpNext::JudgeWindow; // likely answers a SYN that was ignored
        }
        if (IsBefore(segment.seq, receiver.maxAck) && !at.settings.tcpIgnoreInvalidRst)
        {
            return TcpNext::BadReset;
        }
        if (!IsAssuredEstablished(at) || segment.seq == receiver.maxAck)
        {
            return TcpNext::JudgeWindow;
        }
        if (track.lastKind == SegmentKind::Ack && track.lastDirection == at.input.direction &&
            segment.seq == track.lastEnd)
        {
            return TcpNext::JudgeWindow; // directly follows its sender's last data
        }
        at.after = at.before; // not exact: leave room for a challenge ACK
    }
    const bool answersIgnored =
        (at.HasStatus(status::SEEN_REPLY) && track.lastKind == SegmentKind::Syn) ||
        (!at.HasStatus(status::ASSURED) && track.lastKind == SegmentKind::Ack);
    if (answersIgnored && segment.ack == track.lastEnd)
    {
        return TcpNext::SkipWindow;
    }
    const bool answersChallenge =
        at.before == TcpState::SynSent && track.lastKind == SegmentKind::Ack &&
        track.lastDirection == Direction::Reply && segment.seq == track.lastAck;
    return answersChallenge ? TcpNext::SkipWindow : TcpNext::JudgeWindow;
}

/// An ACK that seems to be the last one, but answers an ignored SYN (RFC 5961 4.2).
bool
IsChallengeAck(const TcpContext& at)
{
    return at.before == TcpState::LastAck && at.segment.kind == SegmentKind::Ack &&
           at.LastFromPeer(SegmentKind::Syn) && (at.track.lastFlags & tcp_flag::EXP_CHALLENGE_ACK);
}

} // namespace

TcpNext
StepTcpState(TcpContext& at)
{
    const TcpMove move = NextTcpMove(at.input.direction, at.segment.kind, at.before);
    at.after = move.state;
    if (move.kind != TcpMoveKind::Enter)
    {
        return move.kind == TcpMoveKind::Ignore ? HandleIgnored(at) : TcpNext::BadState;
    }
    switch (move.state)
    {
    case TcpState::SynSent:
        if (at.before == TcpState::TimeWait || at.before == TcpState::Close)
        {
            return MayReopen(at) ? TcpNext::Restart : HandleIgnored(at);
        }
        break;
    case TcpState::SynSent2:
        at.track.lastFlags |= tcp_flag::SIMULTANEOUS_OPEN;
        break;
    case TcpState::SynRecv:
        // The table cannot tell that both SYNs are answered.
        if (at.IsReply() && at.segment.kind == SegmentKind::Ack &&
            at.track.lastFlags & tcp_flag::SIMULTANEOUS_OPEN)
        {
            at.after = TcpState::Established;
        }
        break;
    case TcpState::TimeWait:
        if (IsChallengeAck(at))
        {
            at.track.lastFlags &= static_cast<uint8_t>(~tcp_flag::EXP_CHALLENGE_ACK);
            return TcpNext::Pass;
        }
        break;
    case TcpState::Close:
        return at.segment.kind == SegmentKind::Rst ? HandleReset(at) : TcpNext::JudgeWindow;
    default:
        break;
    }
    return TcpNext::JudgeWindow;
}

bool
IsTcpClosing(TcpState state)
{
    switch (state)
    {
    case TcpState::FinWait:
    case TcpState::CloseWait:
    case TcpState::LastAck:
    case TcpState::TimeWait:
    case TcpState::Close:
        return true;
    default:
        return false;
    }
}

} // namespace conntrack
} // namespace ns3
