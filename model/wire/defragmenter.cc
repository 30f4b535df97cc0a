/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/wire/defragmenter.h"

#include "model/wire/fragment-memory.h"
#include "model/wire/reassembled-header.h"

#include <algorithm>
#include <tuple>

namespace ns3
{
namespace conntrack
{

namespace
{

constexpr uint32_t MAX_LENGTH = 65535;     // what RFC 791's and RFC 8200's length fields can say
constexpr uint32_t FRAGMENT_HEADER = 8;    // RFC 8200 4.5
constexpr std::size_t IPV6_HEADER = 40;    // RFC 8200 3
constexpr uint16_t DONT_FRAGMENT = 0x4000; // RFC 791 3.1

bool
HasDontFragment(const PacketView& packet)
{
    return (ReadU16(packet.Bytes().data + 6) & DONT_FRAGMENT) != 0;
}

} // namespace

bool
Defragmenter::Key::operator<(const Key& other) const
{
    const auto parts = [](const Key& key) {
        return std::tie(key.family,
                        key.identification,
                        key.source,
                        key.destination,
                        key.protocol,
                        key.hook,
                        key.zone,
                        key.interface);
    };
    return parts(*this) < parts(other);
}

Defragmenter::Defragmenter(const DefragmenterLimits& limits)
    : m_limits(limits)
{
}

std::size_t
Defragmenter::Memory(Family family) const
{
    return family == Family::Ipv4 ? m_ipv4Memory : m_ipv6Memory;
}

Defragmenter::Key
Defragmenter::KeyOf(const PacketView& packet, const FragmentScope& scope)
{
    Key key{};
    key.family = packet.GetFamily();
    key.source = packet.Source();
    key.destination = packet.Destination();
    key.hook = scope.hook;
    key.zone = scope.zone;
    const uint8_t* bytes = packet.Bytes().data;
    if (key.family == Family::Ipv4)
    {
        key.identification = ReadU16(bytes + 4);
        key.protocol = bytes[9];
        return key;
    }
    key.identification = ReadU32(bytes + packet.FragmentHeaderOffset() + 4);
    const auto& to = key.destination.bytes;
    const bool isLinkLocal = to[0] == 0xfe && (to[1] & 0xc0) == 0x80;
    key.interface = IsMulticast(key.destination, Family::Ipv6) || isLinkLocal ? scope.interface : 0;
    return key;
}

FragmentPiece
Defragmenter::PieceOf(const PacketView& packet)
{
    const std::size_t headerSize = packet.GetFamily() == Family::Ipv4
                                       ? packet.TransportOffset()
                                       : packet.FragmentHeaderOffset() + FRAGMENT_HEADER;
    FragmentPiece piece;
    piece.begin = packet.FragmentOffset();
    piece.header = packet.Bytes().First(headerSize);
    piece.payload = packet.Bytes().From(headerSize);
    piece.isLast = !packet.MoreFragments();
    return piece;
}

Defragmenter::Outcome
Defragmenter::Refuse(FragmentRefusal refusal)
{
    m_counters.refused[static_cast<std::size_t>(refusal)]++;
    Outcome outcome;
    outcome.verdict = Verdict::Refused;
    outcome.refusal = refusal;
    return outcome;
}

Defragmenter::Outcome
Defragmenter::Add(const PacketView& packet, const FragmentScope& scope, Nanos now)
{
    const bool isIpv6 = packet.GetFamily() == Family::Ipv6;
    if (isIpv6 ? packet.FragmentHeaderOffset() == 0 : !packet.IsFragment())
    {
        return {}; // IPv6: a fragment header alone is enough, its packet is complete at once
    }
    m_counters.required++;
    if (!packet.IsWhole())
    {
        return Refuse(FragmentRefusal::Truncated);
    }
    if (isIpv6 && LacksHeaders(packet))
    {
        return {};
    }
    const Key key = KeyOf(packet, scope);
    const auto found = Find(key, now);
    if (!found)
    {
        return Refuse(FragmentRefusal::MemoryLimit);
    }
    const auto at = *found;
    FragmentPiece piece = PieceOf(packet);
    if (isIpv6 && !piece.isLast && piece.payload.size % 8 != 0 &&
        piece.begin + piece.payload.size <= MAX_LENGTH)
    {
        Remove(at);
        return {};
    }
    if (!isIpv6 && IsTooFar(key, at->second))
    {
        Restart(at, now);
    }
    at->second.scope = scope;
    const FragmentRefusal refusal = Take(at, packet, piece);
    if (refusal != FragmentRefusal::None)
    {
        return Refuse(refusal);
    }
    if (at->second.queue.IsComplete())
    {
        return Finish(at);
    }
    Outcome outcome;
    outcome.verdict = Verdict::Waiting;
    return outcome;
}

std::optional<Defragmenter::Queues::iterator>
Defragmenter::Find(const Key& key, Nanos now)
{
    const bool isIpv4 = key.family == Family::Ipv4;
    const std::size_t limit = isIpv4 ? m_limits.ipv4Memory : m_limits.ipv6Memory;
    if (limit == 0 || Memory(key.family) > limit)
    {
        return std::nullopt;
    }
    const auto [at, isNew] = m_queues.try_emplace(key);
    if (isNew)
    {
        Waiting& waiting = at->second;
        waiting.deadline = now + (isIpv4 ? m_limits.ipv4Timeout : m_limits.ipv6Timeout);
        waiting.number = m_nextNumber++;
        m_deadlines.emplace(std::make_pair(waiting.deadline, waiting.number), key);
        Charge(at, QueueMemory(key.family));
        if (isIpv4)
        {
            m_sources[key.source].queues++;
        }
    }
    return at;
}

FragmentRefusal
Defragmenter::Take(Queues::iterator at, const PacketView& packet, FragmentPiece piece)
{
    const bool isIpv4 = packet.GetFamily() == Family::Ipv4;
    Waiting& waiting = at->second;
    const auto refuse = [&](FragmentRefusal refusal, bool dropQueue) {
        if (dropQueue)
        {
            m_counters.dropped += waiting.queue.Size();
            Remove(at);
        }
        return refusal;
    };
    if (!piece.isLast)
    {
        piece.payload.size &= ~std::size_t{7}; // IPv4: what is beyond a multiple of 8 is cut off
    }
    const auto end = static_cast<uint32_t>(piece.begin + piece.payload.size);
    if (!isIpv4 && end > MAX_LENGTH)
    {
        return refuse(FragmentRefusal::BeyondLimit, false);
    }
    if (!waiting.queue.AgreesOnEnd(end, piece.isLast))
    {
        return refuse(FragmentRefusal::ContradictoryEnd, isIpv4);
    }
    if (piece.payload.size == 0)
    {
        return refuse(FragmentRefusal::Empty, isIpv4);
    }
    switch (waiting.queue.Insert(piece))
    {
    case FragmentQueue::Result::Duplicate:
        return refuse(FragmentRefusal::Duplicate, false);
    case FragmentQueue::Result::Overlap:
        return refuse(FragmentRefusal::Overlap, true);
    case FragmentQueue::Result::Taken:
        break;
    }
    waiting.ecn = static_cast<uint8_t>(waiting.ecn | 1U << EcnOf(packet));
    const auto size = static_cast<uint32_t>(piece.header.size + piece.payload.size);
    waiting.largest = std::max(waiting.largest, size);
    if (isIpv4 && HasDontFragment(packet))
    {
        waiting.largestWithDf = std::max(waiting.largestWithDf, size);
    }
    Charge(at, FragmentMemory(packet.Bytes().size));
    return FragmentRefusal::None;
}

Defragmenter::Outcome
Defragmenter::Finish(Queues::iterator at)
{
    const bool isIpv4 = at->first.family == Family::Ipv4;
    const FragmentQueue queue = std::move(at->second.queue);
    const EcnMerge ecn = MergeEcn(at->second.ecn);
    Outcome outcome;
    outcome.verdict = Verdict::Complete;
    outcome.shape = queue.Shape();
    outcome.shape.largest = at->second.largest;
    outcome.shape.keepDontFragment = isIpv4 && at->second.largestWithDf == at->second.largest;
    Remove(at);

    std::vector<uint8_t>& packet = outcome.packet;
    packet = queue.FirstHeader();
    if (!isIpv4)
    {
        RemoveFragmentHeader(packet);
    }
    const std::size_t headerSize = packet.size();
    const std::size_t length = headerSize + queue.Length() - (isIpv4 ? 0 : IPV6_HEADER);
    if (ecn == EcnMerge::Contradicts || length > MAX_LENGTH)
    {
        m_counters.dropped += queue.Size() - 1;
        return Refuse(length > MAX_LENGTH ? FragmentRefusal::TooLong
                                          : FragmentRefusal::EcnContradiction);
    }
    queue.AppendPayload(packet);
    const uint8_t mark = ecn == EcnMerge::Congestion ? 3 : 0;
    packet[1] = static_cast<uint8_t>(packet[1] | (isIpv4 ? mark : mark << 4));
    if (isIpv4)
    {
        const uint16_t flags = outcome.shape.keepDontFragment ? DONT_FRAGMENT : 0;
        FinishIpv4Header(packet, headerSize, flags);
    }
    else
    {
        WriteU16(&packet[4], static_cast<uint16_t>(length));
    }
    m_counters.completed++;
    return outcome;
}

bool
Defragmenter::IsTooFar(const Key& key, Waiting& waiting)
{
    if (m_limits.ipv4MaxDistance == 0)
    {
        return false;
    }
    const uint32_t before = waiting.seen;
    waiting.seen = ++m_sources[key.source].fragments;
    return waiting.queue.Size() != 0 && waiting.seen - before > m_limits.ipv4MaxDistance;
}

void
Defragmenter::Restart(Queues::iterator at, Nanos now)
{
    Waiting& waiting = at->second;
    m_counters.restarted++;
    m_counters.dropped += waiting.queue.Size();
    waiting.queue.Clear();
    waiting.ecn = 0; // but the largest sizes stay, as in Linux
    m_deadlines.erase({waiting.deadline, waiting.number});
    waiting.deadline = now + m_limits.ipv4Timeout;
    waiting.number = m_nextNumber++;
    m_deadlines.emplace(std::make_pair(waiting.deadline, waiting.number), at->first);
    m_ipv4Memory -= waiting.memory - QueueMemory(Family::Ipv4);
    waiting.memory = QueueMemory(Family::Ipv4);
}

void
Defragmenter::Charge(Queues::iterator at, std::size_t bytes)
{
    at->second.memory += bytes;
    (at->first.family == Family::Ipv4 ? m_ipv4Memory : m_ipv6Memory) += bytes;
}

void
Defragmenter::Remove(Queues::iterator at)
{
    const Key& key = at->first;
    (key.family == Family::Ipv4 ? m_ipv4Memory : m_ipv6Memory) -= at->second.memory;
    const auto source = m_sources.find(key.source);
    if (key.family == Family::Ipv4 && --source->second.queues == 0)
    {
        m_sources.erase(source);
    }
    m_deadlines.erase({at->second.deadline, at->second.number});
    m_queues.erase(at);
}

std::vector<Defragmenter::Expired>
Defragmenter::Expire(Nanos now)
{
    std::vector<Expired> expired;
    while (!m_deadlines.empty() && m_deadlines.begin()->first.first <= now)
    {
        const auto at = m_queues.find(m_deadlines.begin()->second);
        m_counters.timeouts++;
        m_counters.dropped += at->second.queue.Size();
        expired.push_back({at->second.scope, at->second.queue.FirstFragment()});
        Remove(at);
    }
    return expired;
}

} // namespace conntrack
} // namespace ns3
