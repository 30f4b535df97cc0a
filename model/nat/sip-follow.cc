/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/nat/sip-follow.h"

#include "model/protocol/sip-passage.h"

#include <algorithm>

namespace ns3
{
namespace conntrack
{

namespace
{

/// @return where a stream leaves from, by what its sender has announced for the other direction
std::optional<NatRange>
PublicPlace(const Connection& connection, const MasterExpectations& all)
{
    const Tuple& tuple = connection.Original();
    const auto pair = std::find_if(all.begin(), all.end(), [&](const Expectation& announced) {
        return announced.tuple.family == tuple.family &&
               announced.tuple.protocol == tuple.protocol &&
               announced.savedAddress == tuple.source && announced.savedPort == tuple.sourcePort;
    });
    if (pair == all.end())
    {
        return std::nullopt;
    }
    return NatRange::Of(pair->tuple.destination).WithPort(pair->tuple.destinationPort);
}

void
Follow(const ExpectFunction& self,
       Connection& connection,
       const Expectation& expectation,
       Nanos now)
{
    NatEngine& engine = static_cast<const SipFollow&>(self).engine;
    const NatRange target = NatRange::Of(expectation.savedAddress).WithPort(expectation.savedPort);
    engine.Decide(connection, target, NatSide::Destination, now);

    const Connection& master = *connection.master;
    std::optional<NatRange> origin;
    if (expectation.classNumber != static_cast<uint16_t>(SipClass::Signalling))
    {
        origin = PublicPlace(connection, master.help->expectations);
    }
    const Tuple& sent = master.tuples[Index(expectation.direction)];
    if (!origin && connection.Original().source == sent.source)
    {
        origin = NatRange::Of(master.tuples[Index(Opposite(expectation.direction))].destination);
    }
    if (origin)
    {
        engine.Decide(connection, *origin, NatSide::Source, now);
    }
}

} // namespace

SipFollow::SipFollow(NatEngine& natEngine)
    : engine(natEngine)
{
    name = "sip";
    call = &Follow;
}

} // namespace conntrack
} // namespace ns3
