/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/tracker/gre-tracker.h"

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

/// What a packet tells of its call.
Tuple
WithoutSourceKey(const Tuple& tuple)
{
    Tuple told = tuple;
    told.sourcePort = 0;
    told.zone = 0;
    return told;
}

} // namespace

bool
GreKeyMap::Add(uint32_t owner, Direction direction, const Tuple& tuple)
{
    const Tuple told = WithoutSourceKey(tuple);
    auto& present = m_owners[owner][Index(direction)];
    if (present)
    {
        return (*present)->first == told;
    }
    present = m_keys.emplace(told, tuple.sourcePort);
    return true;
}

void
GreKeyMap::RemoveOf(uint32_t owner)
{
    const auto found = m_owners.find(owner);
    if (found == m_owners.end())
    {
        return;
    }
    for (const auto& key : found->second)
    {
        if (key)
        {
            m_keys.erase(*key);
        }
    }
    m_owners.erase(found);
}

uint16_t
GreKeyMap::SourceKeyFor(const Tuple& tuple) const
{
    const Tuple told = WithoutSourceKey(tuple);
    const auto found = m_keys.lower_bound(told);
    return found == m_keys.end() || found->first != told ? 0 : found->second;
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
