/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/tracker/tcp-window.h"

#include <algorithm>

namespace ns3
{
namespace conntrack
{

namespace
{

/// Acknowledgements at least this old are still taken (van Rooij's MAXACKWINDOW; 65535 rounded up).
constexpr uint32_t MAX_ACK_WINDOW = 66000;

/// A segment on the track's scale: NAT's shift taken off, missing numbers filled in.
struct Judged
{
    uint32_t seq;
    uint32_t end;
    uint32_t ack;
    uint32_t sack; ///< highest acknowledged, selectively or not
};

uint32_t
ShiftAt(const SequenceShift* shift, uint32_t seq)
{
    if (shift == nullptr)
    {
        return 0;
    }
    return static_cast<uint32_t>(IsAfter(seq, shift->position) ? shift->after : shift->before);
}

/// The first segment of an end that begins (or begins again) with SYN.
void
StartEnd(TcpEnd& sender, TcpEnd& receiver, const TcpSegment& segment, Direction direction)
{
    sender.end = segment.end;
    sender.maxEnd = segment.end;
    sender.maxWindow = std::max<uint32_t>(segment.window, 1);
    if (segment.options.size > 0)
    {
        const SynOptions options = ReadSynOptions(segment.options);
        sender.scale = options.scale;
        sender.flags = (sender.flags & tcp_flag::BE_LIBERAL) | options.flags;
    }
    // RFC 7323 1.3: windows are scaled only if both SYNs offer it.
    if (direction == Direction::Reply && !(sender.flags & receiver.flags & tcp_flag::WINDOW_SCALE))
    {
        sender.scale = 0;
        receiver.scale = 0;
    }
}

/// The first segment seen of an end whose SYN was not seen: its history is what it says now.
void
AdoptEnd(TcpEnd& sender, TcpEnd& receiver, const TcpSegment& segment, uint32_t sack)
{
    sender.end = segment.end;
    sender.maxWindow = std::max<uint32_t>(uint32_t{segment.window} << sender.scale, 1);
    sender.maxEnd = segment.end + sender.maxWindow;
    if (receiver.maxWindow == 0)
    {
        // Nothing came from the other end yet: III and IV shall hold until something does.
        receiver.end = sack;
        receiver.maxEnd = sack;
    }
    else if (sack == receiver.end + 1)
    {
        receiver.end++; // likely answers a keepalive, whose byte was not counted
    }
}

/// A SYN, past what the sender sent so far, while the connection is still opening.
bool
IsNewerSyn(const TcpTrack& track, const TcpEnd& sender, const TcpSegment& segment)
{
    return segment.Has(tcp_header::SYN) && IsAfter(segment.end, sender.end) &&
           (track.state == TcpState::SynSent || track.state == TcpState::SynRecv);
}

/// The numbers of a segment, what it acknowledges without NAT's shift.
Judged
ReadNumbers(const TcpEnd& receiver, const TcpSegment& segment, const TrackInput& input)
{
    Judged judged{segment.seq, segment.end, segment.ack, segment.ack};
    if (receiver.flags & tcp_flag::SACK_PERMITTED && segment.options.size > 0)
    {
        judged.sack = HighestAcknowledged(segment, segment.ack);
    }
    const uint32_t shift = ShiftAt(input.peerShift, segment.ack - 1);
    judged.ack -= shift;
    judged.sack -= shift;
    return judged;
}

/// Give a segment the numbers that it lacks, so that I to IV judge only those it has.
void
FillIn(Judged& judged, const TcpSegment& segment, const TcpTrack& track, Direction direction)
{
    const TcpEnd& sender = track.ends[Index(direction)];
    const TcpEnd& receiver = track.ends[Index(Opposite(direction))];
    // A RST with ACK but without a number comes from broken stacks.
    if (!segment.Has(tcp_header::ACK) || (segment.Has(tcp_header::RST) && judged.ack == 0))
    {
        judged.ack = receiver.end;
        judged.sack = receiver.end;
    }
    // RFC 9293 3.10.7.1: a RST that answers a SYN has sequence number 0.
    if (segment.Has(tcp_header::RST) && judged.seq == 0 && track.state == TcpState::SynSent)
    {
        judged.seq = sender.end;
        judged.end = sender.end;
    }
}

/// Judge by I to IV; see the head of the header.
WindowVerdict
JudgeSegment(TcpEnd& sender, const TcpEnd& receiver, const Judged& segment)
{
    const uint32_t oldestAck = receiver.end - std::max(sender.maxWindow, MAX_ACK_WINDOW);
    const bool isNotPastWindow = IsBefore(segment.seq, sender.maxEnd + 1); // I
    const bool isNotTooOld =
        receiver.maxWindow == 0 || IsAfter(segment.end, sender.end - receiver.maxWindow - 1); // II
    const bool acksWhatWasSent = IsBefore(segment.sack, receiver.end + 1);                    // III
    const bool acksNotTooOld = IsAfter(segment.sack, oldestAck - 1);                          // IV
    if (!isNotPastWindow)
    {
        const uint32_t excess = segment.end - sender.maxEnd + 1;
        if (receiver.maxWindow == 0 || !isNotTooOld || !acksWhatWasSent || !acksNotTooOld ||
            excess > receiver.maxWindow)
        {
            return WindowVerdict::Outside;
        }
        // The receiver may take it all the same; its acknowledgement must then pass III.
        sender.end = segment.end;
        sender.flags |= tcp_flag::DATA_UNACKNOWLEDGED;
        return WindowVerdict::Ignored;
    }
    if (!acksWhatWasSent)
    {
        return WindowVerdict::Outside;
    }
    return isNotTooOld && acksNotTooOld ? WindowVerdict::Inside : WindowVerdict::Ignored;
}

/// Kernel 5.10 knows no Ignored, and forgets a segment that is outside.
WindowVerdict
JudgeStrictly(TcpEnd sender, const TcpEnd& receiver, const Judged& segment)
{
    return JudgeSegment(sender, receiver, segment) == WindowVerdict::Inside
               ? WindowVerdict::Inside
               : WindowVerdict::Outside;
}

/// V to VIII.
void
NoteWindow(TcpEnd& sender, TcpEnd& receiver, const TcpSegment& segment, const Judged& judged)
{
    // RFC 7323 2.2: the window of a SYN is never scaled.
    const uint32_t window = uint32_t{segment.window}
                            << (segment.Has(tcp_header::SYN) ? 0 : sender.scale);
    const bool isPastGrant = IsAfter(judged.end, sender.maxEnd);
    sender.maxWindow = std::max(sender.maxWindow, window + (judged.sack - judged.ack)); // VI
    if (IsAfter(judged.end, sender.end))                                                // V
    {
        sender.end = judged.end;
        sender.flags |= tcp_flag::DATA_UNACKNOWLEDGED;
    }
    if (segment.Has(tcp_header::ACK) &&
        (!(sender.flags & tcp_flag::MAXACK_SET) || IsAfter(judged.ack, sender.maxAck)))
    {
        sender.maxAck = judged.ack;
        sender.flags |= tcp_flag::MAXACK_SET;
    }
    if (receiver.maxWindow != 0 && isPastGrant) // VIII
    {
        receiver.maxWindow += judged.end - sender.maxEnd;
    }
    if (IsAfter(judged.sack + window, receiver.maxEnd - 1)) // VII
    {
        receiver.maxEnd = judged.sack + std::max<uint32_t>(window, 1);
    }
    if (judged.ack == receiver.end)
    {
        receiver.flags &= static_cast<uint8_t>(~tcp_flag::DATA_UNACKNOWLEDGED);
    }
}

/// Count equal ACKs in a row: data that are sent again and again without an answer.
void
NoteRepetition(TcpTrack& track,
               const TcpSegment& segment,
               const Judged& judged,
               Direction direction)
{
    if (track.lastDirection == direction && track.lastSeq == judged.seq &&
        track.lastAck == judged.ack && track.lastEnd == judged.end &&
        track.lastWindow == segment.window)
    {
        track.retransmissions++;
        return;
    }
    track.lastDirection = direction;
    track.lastSeq = judged.seq;
    track.lastAck = judged.ack;
    track.lastEnd = judged.end;
    track.lastWindow = segment.window;
    track.retransmissions = 0;
}

} // namespace

WindowVerdict
CheckWindow(TcpTrack& track,
            const TcpSegment& segment,
            const TrackInput& input,
            const TrackerSettings& settings)
{
    TcpEnd& sender = track.ends[Index(input.direction)];
    TcpEnd& receiver = track.ends[Index(Opposite(input.direction))];
    Judged judged = ReadNumbers(receiver, segment, input);
    const bool isBareSyn = segment.kind == SegmentKind::Syn;
    if (sender.maxWindow == 0)
    {
        if (!segment.Has(tcp_header::SYN))
        {
            AdoptEnd(sender, receiver, segment, judged.sack);
        }
        else
        {
            StartEnd(sender, receiver, segment, input.direction);
            if (isBareSyn)
            {
                return WindowVerdict::Inside; // simultaneous open
            }
        }
    }
    else if (IsNewerSyn(track, sender, segment))
    {
        StartEnd(sender, receiver, segment, input.direction);
        if (isBareSyn && input.direction == Direction::Reply)
        {
            return WindowVerdict::Inside;
        }
    }
    FillIn(judged, segment, track, input.direction);
    const WindowVerdict verdict = settings.tcpStrictWindow ? JudgeStrictly(sender, receiver, judged)
                                                           : JudgeSegment(sender, receiver, judged);
    if (verdict != WindowVerdict::Inside)
    {
        const bool beLiberal = settings.tcpBeLiberal || sender.flags & tcp_flag::BE_LIBERAL;
        return beLiberal ? WindowVerdict::Inside : verdict;
    }
    NoteWindow(sender, receiver, segment, judged);
    if (segment.kind == SegmentKind::Ack)
    {
        NoteRepetition(track, segment, judged, input.direction);
    }
    return WindowVerdict::Inside;
}

} // namespace conntrack
} // namespace ns3
