/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/tracker/sctp-tracker.h"

#include "model/tracker/sctp-chunks.h"
#include "model/tracker/sctp-states.h"
#include "model/wire/checksum.h"

namespace ns3
{
namespace conntrack
{

namespace
{

constexpr std::size_t TAG_AT = 4;       // RFC 9260 3.1
constexpr std::size_t CHECKSUM_AT = 8;  // RFC 9260 3.1
constexpr uint8_t TAG_REFLECTED = 0x01; // RFC 9260 3.3.7: the T bit

/// All that the functions below look at.
struct Context
{
    SctpTrack& track;
    const TrackInput& input;
    const TrackerSettings& settings;
    uint32_t tag;        ///< the packet's
    SctpChunkSet chunks; ///< the packet's
    bool isFirst;        ///< it begins the association
    bool isIgnored;      ///< it passes, but renews nothing

    uint32_t& OwnTag() const
    {
        return track.tag[Index(input.direction)];
    }

    uint32_t& PeerTag() const
    {
        return track.tag[Index(Opposite(input.direction))];
    }
};

InvalidReason
Verify(const PacketView& packet, const TrackerSettings& settings)
{
    const ByteView bytes = packet.Transport();
    if (bytes.size < SCTP_HEADER)
    {
        return InvalidReason::Truncated;
    }
    if (settings.verifyChecksums && packet.IsWhole() &&
        ReadU32(bytes.data + CHECKSUM_AT) != SctpChecksum(bytes))
    {
        return InvalidReason::BadChecksum;
    }
    return InvalidReason::None;
}

/// RFC 9260 8.5.1 B, C: the T bit says that the tag is the receiver's own.
bool
IsEndTagRight(const Context& at, const SctpChunk& chunk)
{
    return at.tag == (chunk.flags & TAG_REFLECTED ? at.PeerTag() : at.OwnTag());
}

/// A HEARTBEAT or its answer: a path that is just found has no tag yet, and after a restart of an
/// association both tags are new; then a HEARTBEAT with another tag waits until it is answered.
InvalidReason
CheckHeartbeat(Context& at, const SctpChunk& chunk)
{
    SctpTrack& track = at.track;
    if (at.OwnTag() == 0)
    {
        at.OwnTag() = at.tag;
        return InvalidReason::None;
    }
    if (at.tag == at.OwnTag())
    {
        track.heartbeatTagFailed = false;
        return InvalidReason::None;
    }
    if (at.chunks.Has(sctp_chunk::DATA) || at.isIgnored)
    {
        return InvalidReason::BadTag;
    }
    if (chunk.type == sctp_chunk::HEARTBEAT)
    {
        track.heartbeatTagFailed = true;
        track.lastDirection = at.input.direction;
        at.isIgnored = true;
        return InvalidReason::None;
    }
    if (!track.heartbeatTagFailed || track.lastDirection == at.input.direction)
    {
        return InvalidReason::BadTag;
    }
    track.heartbeatTagFailed = false;
    at.OwnTag() = at.tag;
    at.PeerTag() = 0;
    return InvalidReason::None;
}

/// RFC 9260 8.5.1: chunks with rules of their own about the tag.
InvalidReason
CheckChunkTag(Context& at, const SctpChunk& chunk)
{
    bool isRight = true;
    switch (chunk.type)
    {
    case sctp_chunk::INIT:
        isRight = at.tag == 0;
        break;
    case sctp_chunk::ABORT:
    case sctp_chunk::SHUTDOWN_COMPLETE:
        isRight = IsEndTagRight(at, chunk);
        break;
    case sctp_chunk::COOKIE_ECHO:
        isRight = at.tag == at.OwnTag();
        break;
    case sctp_chunk::COOKIE_ACK:
        at.track.initSeen = {};
        break;
    case sctp_chunk::HEARTBEAT:
    case sctp_chunk::HEARTBEAT_ACK:
        return CheckHeartbeat(at, chunk);
    default:
        break;
    }
    return isRight ? InvalidReason::None : InvalidReason::BadTag;
}

/// The tag that an INIT or INIT ACK announces is the one that packets to its sender will bear.
InvalidReason
NoteAnnouncedTag(Context& at, const SctpChunk& chunk, SctpState after)
{
    const auto announced = chunk.InitiateTag();
    if (!announced)
    {
        return InvalidReason::Truncated;
    }
    SctpTrack& track = at.track;
    bool& own = track.initSeen[Index(at.input.direction)];
    bool& peer = track.initSeen[Index(Opposite(at.input.direction))];
    if (chunk.type == sctp_chunk::INIT)
    {
        peer = peer && !own; // after a collision the later INIT counts
        own = true;
        // Repeated INITs must not keep it alive.
        at.isIgnored = at.isIgnored || (!at.isFirst && track.state == SctpState::Closed &&
                                        after == SctpState::Closed);
    }
    else
    {
        // RFC 9260 5.2.1, 5.2.2: only an INIT of the other end lets the tag change; if both sent
        // one (collision), the tag must be that of the INIT.
        const bool differs = at.PeerTag() != *announced;
        if (differs && ((!peer && at.PeerTag() != 0) || (own && peer)))
        {
            return InvalidReason::BadTag;
        }
    }
    at.PeerTag() = *announced;
    return InvalidReason::None;
}

/// One chunk: its tag, its step of the state machine.
InvalidReason
TakeChunk(Context& at, const SctpChunk& chunk, TrackResult& result)
{
    const bool wasIgnored = at.isIgnored;
    InvalidReason reason = CheckChunkTag(at, chunk);
    if (reason != InvalidReason::None || at.isIgnored != wasIgnored)
    {
        return reason; // an unbelieved HEARTBEAT is no step
    }
    const SctpState before = at.track.state;
    auto after = NextSctpState(at.input.direction, chunk.type, before);
    if (!after)
    {
        return InvalidReason::BadState;
    }
    if (at.settings.sctpHeartbeatAcked && before == SctpState::HeartbeatSent &&
        after == SctpState::Established)
    {
        after = SctpState::HeartbeatAcked;
    }
    if (chunk.type == sctp_chunk::INIT || chunk.type == sctp_chunk::INIT_ACK)
    {
        reason = NoteAnnouncedTag(at, chunk, *after);
        if (reason != InvalidReason::None)
        {
            return reason;
        }
    }
    at.track.state = *after;
    if (before != *after)
    {
        result.events |= event::PROTOINFO;
        const uint32_t status = at.input.status | result.statusSet;
        if (*after == SctpState::Established && !(status & status::ASSURED))
        {
            result.statusSet |= status::ASSURED;
            result.events |= event::ASSURED;
        }
    }
    return InvalidReason::None;
}

/// Whether the tag of the whole packet must be the one of its direction (RFC 9260 8.5).
bool
IsTagRight(const Context& at)
{
    return at.tag == at.OwnTag() || at.chunks.HasAny({sctp_chunk::INIT,
                                                      sctp_chunk::SHUTDOWN_COMPLETE,
                                                      sctp_chunk::COOKIE_ECHO,
                                                      sctp_chunk::ABORT,
                                                      sctp_chunk::SHUTDOWN_ACK,
                                                      sctp_chunk::HEARTBEAT,
                                                      sctp_chunk::HEARTBEAT_ACK});
}

TrackResult
Track(Context& at, const Timeouts& timeouts)
{
    if (!IsTagRight(at))
    {
        return TrackResult::Refuse(InvalidReason::BadTag);
    }
    TrackResult result;
    SctpChunkWalk walk(at.input.packet.Transport());
    while (const auto chunk = walk.Next())
    {
        const InvalidReason reason = TakeChunk(at, *chunk, result);
        if (reason != InvalidReason::None)
        {
            result.outcome = TrackOutcome::Invalid;
            result.reason = reason;
            return result;
        }
    }
    if (!at.isIgnored)
    {
        // The time-outs stand in the order of the states.
        result.timeout = TimeoutOf(timeouts.sctp, static_cast<SctpTimeout>(at.track.state));
    }
    return result;
}

/// What the first packet says of the tags.
InvalidReason
BeginTrack(Context& at)
{
    // RFC 9260 8.4: packets out of the blue.
    if (at.chunks.HasAny(
            {sctp_chunk::ABORT, sctp_chunk::SHUTDOWN_COMPLETE, sctp_chunk::COOKIE_ACK}))
    {
        return InvalidReason::BadState;
    }
    at.track = SctpTrack{};
    SctpChunkWalk walk(at.input.packet.Transport());
    while (const auto chunk = walk.Next())
    {
        if (NextSctpState(Direction::Original, chunk->type, SctpState::None) == SctpState::None)
        {
            return InvalidReason::MidStream; // data, or what nobody knows
        }
        if (chunk->type == sctp_chunk::INIT)
        {
            const auto announced = chunk->InitiateTag();
            if (at.tag != 0 || !announced)
            {
                return announced ? InvalidReason::BadTag : InvalidReason::Truncated;
            }
            at.PeerTag() = *announced;
        }
        else if (chunk->type == sctp_chunk::HEARTBEAT)
        {
            at.OwnTag() = at.tag;
        }
        else if (chunk->type == sctp_chunk::SHUTDOWN_ACK)
        {
            at.PeerTag() = at.tag; // its SHUTDOWN COMPLETE will bear it (RFC 9260 8.4)
        }
    }
    return InvalidReason::None;
}

} // namespace

TrackResult
TrackSctpFirst(SctpTrack& track,
               const TrackInput& input,
               const TrackerSettings& settings,
               const Timeouts& timeouts)
{
    InvalidReason reason = Verify(input.packet, settings);
    if (reason != InvalidReason::None)
    {
        return TrackResult::Refuse(reason);
    }
    const ByteView transport = input.packet.Transport();
    const auto chunks = CollectSctpChunks(transport);
    if (!chunks)
    {
        return TrackResult::Refuse(InvalidReason::BadChunk);
    }
    Context at{track, input, settings, ReadU32(transport.data + TAG_AT), *chunks, true, false};
    reason = BeginTrack(at);
    return reason == InvalidReason::None ? Track(at, timeouts) : TrackResult::Refuse(reason);
}

TrackResult
TrackSctpNext(SctpTrack& track,
              const TrackInput& input,
              const TrackerSettings& settings,
              const Timeouts& timeouts)
{
    const InvalidReason reason = Verify(input.packet, settings);
    if (reason != InvalidReason::None)
    {
        return TrackResult::Refuse(reason);
    }
    const ByteView transport = input.packet.Transport();
    const auto chunks = CollectSctpChunks(transport);
    if (!chunks)
    {
        return TrackResult::Refuse(InvalidReason::BadChunk);
    }
    Context at{track, input, settings, ReadU32(transport.data + TAG_AT), *chunks, false, false};
    return Track(at, timeouts);
}

bool
IsSctpClosing(SctpState state)
{
    return state == SctpState::ShutdownSent || state == SctpState::ShutdownRecd ||
           state == SctpState::ShutdownAckSent;
}

} // namespace conntrack
} // namespace ns3
