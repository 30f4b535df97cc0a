/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/tracker/gre-tracker.h"

#include <algorithm>

namespace ns3
{
namespace conntrack
{

namespace
{

constexpr std::size_t PLAIN_HEADER = 4;    // RFC 2784 2
constexpr std::size_t ENHANCED_HEADER = 8; // RFC 2637 4.1, up to the call id
constexpr std::size_t CALL_ID_AT = 6;
constexpr uint8_t VERSION_BITS = 0x07; // of the second byte
constexpr uint8_t ENHANCED = 1;        // RFC 2637 4.1: version 1
constexpr uint16_t ETHERTYPE_PPP = 0x880b;

bool
IsSameCall(const Tuple& call, const Tuple& packet)
{
    return call.family == packet.family && call.protocol == packet.protocol &&
           call.destinationPort == packet.destinationPort && call.source == packet.source &&
           call.destination == packet.destination;
}

} // namespace

void
GreKeyMap::Add(const Tuple& tuple)
{
    m_calls.push_back(tuple);
}

bool
GreKeyMap::Remove(const Tuple& tuple)
{
    const auto found = std::find(m_calls.begin(), m_calls.end(), tuple);
    if (found == m_calls.end())
    {
        return false;
    }
    m_calls.erase(found);
    return true;
}

uint16_t
GreKeyMap::SourceKeyFor(const Tuple& tuple) const
{
    const auto found = std::find_if(m_calls.begin(), m_calls.end(), [&tuple](const Tuple& call) {
        return IsSameCall(call, tuple);
    });
    return found == m_calls.end() ? 0 : found->sourcePort;
}

std::optional<Tuple>
GreTupleOf(const PacketView& packet, const GreKeyMap* keys)
{
    Tuple tuple;
    tuple.source = packet.Source();
    tuple.destination = packet.Destination();
    tuple.protocol = packet.Protocol();
    tuple.family = packet.GetFamily();
    const ByteView bytes = packet.Transport();
    if (bytes.size < ENHANCED_HEADER || (bytes.data[1] & VERSION_BITS) != ENHANCED)
    {
        return tuple; // like a protocol that nobody knows
    }
    if (ReadU16(bytes.data + PLAIN_HEADER - 2) != ETHERTYPE_PPP)
    {
        return std::nullopt;
    }
    tuple.destinationPort = ReadU16(bytes.data + CALL_ID_AT);
    tuple.sourcePort = keys == nullptr ? 0 : keys->SourceKeyFor(tuple);
    return tuple;
}

GreTrack
BeginGre(const Timeouts& timeouts)
{
    return {TimeoutOf(timeouts.gre, PairTimeout::Unreplied),
            TimeoutOf(timeouts.gre, PairTimeout::Replied)};
}

TrackResult
TrackGre(const GreTrack& track, const TrackInput& input)
{
    TrackResult result;
    if (!(input.status & status::SEEN_REPLY))
    {
        result.timeout = track.timeout;
        return result;
    }
    result.timeout = track.streamTimeout;
    if (!(input.status & (status::ASSURED | status::NAT_CLASH)))
    {
        result.statusSet = status::ASSURED;
        result.events = event::ASSURED;
    }
    return result;
}

} // namespace conntrack
} // namespace ns3
