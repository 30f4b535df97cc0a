/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/tracker/udp-tracker.h"

#include "model/wire/checksum.h"

namespace ns3
{
namespace conntrack
{

namespace
{

constexpr std::size_t HEADER = 8; // RFC 768; RFC 3828 3.1 has the coverage where the length was
constexpr std::size_t LENGTH_AT = 4;
constexpr std::size_t CHECKSUM_AT = 6;

/// A flow with packets after this is a stream (Linux since 4.20).
constexpr Nanos STREAM_AFTER = 2 * SECOND;

bool
IsUdpLiteChecksumRight(const PacketView& packet, uint32_t coverage)
{
    uint32_t sum = PseudoHeaderSum(packet, protocol::UDP);
    if (packet.GetFamily() == Family::Ipv4)
    {
        // Linux hands protocol and length over in the wrong order; the protocol has eight bits.
        const uint32_t lost = packet.TransportLength() & 0xff00;
        sum += 0xffff - lost;
    }
    return OnesComplementSum(packet.Transport().First(coverage), sum) == 0xffff;
}

/// A flow of any protocol that knows only "answered" and "not answered": the former is assured.
TrackResult
AssureAnswered(const TrackInput& input, Nanos timeout)
{
    TrackResult result;
    result.timeout = timeout;
    if (!(input.status & (status::ASSURED | status::NAT_CLASH)))
    {
        result.statusSet = status::ASSURED;
        result.events = event::ASSURED;
    }
    return result;
}

} // namespace

InvalidReason
VerifyUdp(const PacketView& packet, const TrackerSettings& settings)
{
    const ByteView bytes = packet.TransportHead();
    if (bytes.size < HEADER)
    {
        return InvalidReason::Truncated;
    }
    const uint16_t length = ReadU16(bytes.data + LENGTH_AT);
    if (length < HEADER || length > packet.TransportLength())
    {
        return InvalidReason::BadLength;
    }
    const bool hasChecksum = ReadU16(bytes.data + CHECKSUM_AT) != 0;
    if (hasChecksum && settings.verifyChecksums && packet.IsWhole() &&
        !IsTransportChecksumRight(packet, protocol::UDP))
    {
        return InvalidReason::BadChecksum;
    }
    return InvalidReason::None;
}

InvalidReason
VerifyUdpLite(const PacketView& packet, const TrackerSettings& settings)
{
    const ByteView bytes = packet.TransportHead();
    if (bytes.size < HEADER)
    {
        return InvalidReason::Truncated;
    }
    uint32_t coverage = ReadU16(bytes.data + LENGTH_AT);
    if (coverage == 0)
    {
        coverage = packet.TransportLength(); // RFC 3828 3.1
    }
    if (coverage < HEADER || coverage > packet.TransportLength())
    {
        return InvalidReason::BadLength;
    }
    if (ReadU16(bytes.data + CHECKSUM_AT) == 0)
    {
        return InvalidReason::BadChecksum; // RFC 3828 3.1: there must be one
    }
    if (settings.verifyChecksums && packet.IsWhole() && !IsUdpLiteChecksumRight(packet, coverage))
    {
        return InvalidReason::BadChecksum;
    }
    return InvalidReason::None;
}

UdpTrack
BeginUdp(Nanos now)
{
    return {now + STREAM_AFTER};
}

TrackResult
TrackUdp(const UdpTrack& track,
         const TrackInput& input,
         const TrackerSettings& settings,
         const Timeouts& timeouts)
{
    const bool isAnswered = (input.status & status::SEEN_REPLY) != 0;
    if (isAnswered && (settings.udpStreamAtOnce || input.now > track.streamAt))
    {
        return AssureAnswered(input, TimeoutOf(timeouts.udp, PairTimeout::Replied));
    }
    TrackResult result;
    result.timeout = TimeoutOf(timeouts.udp, PairTimeout::Unreplied);
    return result;
}

TrackResult
TrackUdpLite(const TrackInput& input, const Timeouts& timeouts)
{
    if (input.status & status::SEEN_REPLY)
    {
        return AssureAnswered(input, TimeoutOf(timeouts.udp, PairTimeout::Replied));
    }
    TrackResult result;
    result.timeout = TimeoutOf(timeouts.udp, PairTimeout::Unreplied);
    return result;
}

} // namespace conntrack
} // namespace ns3
