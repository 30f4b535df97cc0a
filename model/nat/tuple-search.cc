/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/nat/tuple-search.h"

#include "model/nat/address-choice.h"

#include <algorithm>

namespace ns3
{
namespace conntrack
{

namespace
{

constexpr uint32_t MOST_TRIES = 128;  // Linux NF_NAT_MAX_ATTEMPTS
constexpr uint32_t LEAST_TRIES = 16;  // a round of fewer is the last
constexpr uint32_t HARDER_TRIES = 32; // a quarter of MOST_TRIES: the last ones of a round

// Without a range: the classes of ports in which a port stays (RFC 4787 4.2.2 has two of them).
constexpr uint16_t FIRST_REXEC = 512; // below: remote shells show who they are by such a port
constexpr uint16_t FIRST_UNPRIVILEGED = 1024;
constexpr uint16_t FIRST_MIDDLE = 600;

bool
IsRandom(const NatRange& range)
{
    return range.ports != PortChoice::Keep;
}

bool
HasPortOrIdentifier(uint8_t protocol)
{
    switch (protocol)
    {
    case protocol::TCP:
    case protocol::UDP:
    case protocol::UDPLITE:
    case protocol::SCTP:
    case protocol::DCCP:
    case protocol::ICMP:
    case protocol::ICMPV6:
        return true;
    default:
        return false;
    }
}

/// Whether NAT may change a number beside the address.
bool
HasNumber(const Tuple& tuple, const Connection& connection)
{
    // A GRE packet without a master is no PPTP call: its key is nobody's to change.
    return HasPortOrIdentifier(tuple.protocol) ||
           (tuple.protocol == protocol::GRE && connection.master != nullptr);
}

bool
IsIcmp(const Tuple& tuple)
{
    return tuple.protocol == protocol::ICMP || tuple.protocol == protocol::ICMPV6;
}

/// ICMP's identifier stands for both ends.
uint16_t&
NumberOf(Tuple& tuple, NatSide side)
{
    return side == NatSide::Source || IsIcmp(tuple) ? tuple.sourcePort : tuple.destinationPort;
}

bool
IsNumberInRange(const Tuple& tuple, const NatRange& range, NatSide side)
{
    if (tuple.protocol != protocol::GRE && !HasPortOrIdentifier(tuple.protocol))
    {
        return true;
    }
    Tuple copy = tuple;
    const uint16_t number = NumberOf(copy, side);
    return number >= range.minPort && number <= range.maxPort;
}

/// First number and count of those that may be tried.
struct Numbers
{
    uint32_t first;
    uint32_t count;
};

std::optional<Numbers>
NumbersToTry(const Tuple& tuple, const NatRange& range, NatSide side, uint16_t number)
{
    if (range.mapsPort)
    {
        const auto [low, high] = std::minmax(range.minPort, range.maxPort);
        return Numbers{low, uint32_t{high} - low + 1};
    }
    if (IsIcmp(tuple))
    {
        return Numbers{0, 65536};
    }
    if (tuple.protocol == protocol::GRE)
    {
        return Numbers{1, 65535};
    }
    if (side == NatSide::Destination)
    {
        return std::nullopt; // a server is not to be found at another port
    }
    if (number < FIRST_REXEC)
    {
        return Numbers{1, FIRST_REXEC - 1};
    }
    if (number < FIRST_UNPRIVILEGED)
    {
        return Numbers{FIRST_MIDDLE, FIRST_UNPRIVILEGED - FIRST_MIDDLE};
    }
    return Numbers{FIRST_UNPRIVILEGED, 65536 - FIRST_UNPRIVILEGED};
}

void
SearchNumber(Tuple& tuple,
             const NatRange& range,
             NatSide side,
             const Connection& connection,
             const TupleQuestions& questions)
{
    uint16_t& number = NumberOf(tuple, side);
    const auto numbers =
        HasNumber(tuple, connection) ? NumbersToTry(tuple, range, side, number) : std::nullopt;
    if (!numbers)
    {
        return;
    }
    const bool anywhere = IsRandom(range) || side == NatSide::Source || !questions.countsUp;
    uint32_t offset = anywhere ? questions.random() : 0;
    uint32_t tries = std::min(numbers->count, MOST_TRIES);
    for (;;)
    {
        for (uint32_t i = 0; i < tries; ++i, ++offset)
        {
            number = static_cast<uint16_t>(numbers->first + (offset & 0xffff) % numbers->count);
            const bool isTaken =
                tries - i > HARDER_TRIES ? questions.isTaken(tuple) : questions.isTakenStill(tuple);
            if (!isTaken)
            {
                return;
            }
        }
        if (tries >= numbers->count || tries < LEAST_TRIES)
        {
            return;
        }
        tries /= 2;
        offset = questions.random();
    }
}

} // namespace

bool
IsSourceInRange(const Tuple& tuple, const NatRange& range)
{
    if (range.mapsAddress && (tuple.source < range.minAddress || range.maxAddress < tuple.source))
    {
        return false;
    }
    return !range.mapsPort || IsNumberInRange(tuple, range, NatSide::Source);
}

Tuple
SearchTuple(const Tuple& tuple,
            const NatRange& range,
            NatSide side,
            const Connection& connection,
            const TupleQuestions& questions)
{
    if (side == NatSide::Source && !IsRandom(range))
    {
        if (IsSourceInRange(tuple, range))
        {
            if (!questions.isTaken(tuple))
            {
                return tuple;
            }
        }
        else if (const auto mapped = questions.mappedSource(tuple, range);
                 mapped && !questions.isTaken(*mapped))
        {
            return *mapped;
        }
    }
    Tuple found = tuple;
    if (range.mapsAddress)
    {
        (side == NatSide::Source ? found.source : found.destination) =
            ChooseAddress(tuple, range, side, tuple.zone);
    }
    if (!IsRandom(range))
    {
        const bool onlyOne = range.mapsPort && range.minPort == range.maxPort;
        const bool fits = !range.mapsPort || IsNumberInRange(found, range, side);
        if (fits && (onlyOne || !questions.isTaken(found)))
        {
            return found;
        }
    }
    SearchNumber(found, range, side, connection, questions);
    return found;
}

} // namespace conntrack
} // namespace ns3
