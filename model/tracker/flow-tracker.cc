/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/tracker/flow-tracker.h"

#include "model/tracker/gre-tracker.h"
#include "model/tracker/icmp-tracker.h"
#include "model/tracker/sctp-tracker.h"
#include "model/tracker/tcp-step.h"
#include "model/tracker/tcp-tracker.h"
#include "model/tracker/udp-tracker.h"

namespace ns3
{
namespace conntrack
{

namespace
{

constexpr std::size_t PORTS = 4; // bytes; TCP, UDP, UDP-Lite and SCTP all begin with them

/// What PacketView leaves as the protocol of an IPv6 packet that has no whole transport part: an
/// extension header that is cut, or "no next header" (RFC 8200 4, 4.7).
bool
HasNoTransport(const PacketView& packet)
{
    if (packet.GetFamily() != Family::Ipv6)
    {
        return false;
    }
    switch (packet.Protocol())
    {
    case 0:  // hop by hop
    case 43: // routing
    case 44: // fragment
    case 51: // authentication
    case 59: // no next header
    case 60: // destination options
        return true;
    default:
        return false;
    }
}

/// All of a tuple but ports or what stands for them.
void
FillIn(Tuple& tuple, const PacketView& packet)
{
    tuple.source = packet.Source();
    tuple.destination = packet.Destination();
    tuple.protocol = packet.Protocol();
    tuple.family = packet.GetFamily();
}

TrackResult
AcceptFor(Nanos timeout)
{
    TrackResult result;
    result.timeout = timeout;
    return result;
}

/// Whether ICMP is in IPv4 and ICMPv6 in IPv6; Linux refuses the others.
bool
IsIcmpInItsFamily(const PacketView& packet)
{
    return (packet.Protocol() == protocol::ICMP) == (packet.GetFamily() == Family::Ipv4);
}

/// Protocols whose packets are verified one by one, known flow or not.
InvalidReason
Verify(const PacketView& packet, const TrackerSettings& settings)
{
    switch (packet.Protocol())
    {
    case protocol::UDP:
        return VerifyUdp(packet, settings);
    case protocol::UDPLITE:
        return VerifyUdpLite(packet, settings);
    default:
        return InvalidReason::None; // TCP and SCTP verify while they parse
    }
}

} // namespace

Classification
Classify(const PacketView& packet, const TrackerSettings& settings)
{
    if (HasNoTransport(packet))
    {
        return InvalidReason::BadProtocol;
    }
    if (packet.Protocol() == protocol::ICMP || packet.Protocol() == protocol::ICMPV6)
    {
        return IsIcmpInItsFamily(packet) ? ClassifyIcmp(packet, settings)
                                         : Classification(InvalidReason::BadProtocol);
    }
    if (auto tuple = TupleOf(packet, settings))
    {
        return Classification(std::in_place_type<Tuple>, *tuple);
    }
    return packet.Protocol() == protocol::GRE ? InvalidReason::BadType : InvalidReason::Truncated;
}

std::optional<Tuple>
TupleOf(const PacketView& packet, const TrackerSettings& settings)
{
    switch (packet.Protocol())
    {
    case protocol::TCP:
    case protocol::UDP:
    case protocol::UDPLITE:
    case protocol::SCTP: {
        const ByteView bytes = packet.TransportHead();
        if (bytes.size < PORTS)
        {
            return std::nullopt;
        }
        std::optional<Tuple> tuple(std::in_place); // filled in place: it is built for each packet
        FillIn(*tuple, packet);
        tuple->sourcePort = ReadU16(bytes.data);
        tuple->destinationPort = ReadU16(bytes.data + 2);
        return tuple;
    }
    case protocol::ICMP:
    case protocol::ICMPV6:
        return IcmpTupleOf(packet);
    case protocol::GRE:
        return GreTupleOf(packet, settings.greKeys);
    default:
        break;
    }
    std::optional<Tuple> tuple;
    if (!HasNoTransport(packet))
    {
        FillIn(tuple.emplace(), packet);
    }
    return tuple;
}

std::optional<Tuple>
Invert(const Tuple& tuple)
{
    Tuple inverse = tuple;
    inverse.source = tuple.destination;
    inverse.destination = tuple.source;
    inverse.zone = 0;
    if (tuple.protocol != protocol::ICMP && tuple.protocol != protocol::ICMPV6)
    {
        inverse.sourcePort = tuple.destinationPort;
        inverse.destinationPort = tuple.sourcePort;
        return inverse;
    }
    const auto answer = AnswerOfIcmp(tuple);
    if (!answer)
    {
        return std::nullopt;
    }
    inverse.destinationPort = *answer; // the identifier stays
    return inverse;
}

TrackResult
TrackFirst(ProtocolTrack& track,
           const Tuple& tuple,
           const TrackInput& input,
           const TrackerSettings& settings,
           const Timeouts& timeouts)
{
    track = ProtocolTrack();
    switch (tuple.protocol)
    {
    case protocol::TCP:
        return TrackTcpFirst(track.tcp, input, settings, timeouts);
    case protocol::SCTP:
        track.sctp = SctpTrack{};
        return TrackSctpFirst(track.sctp, input, settings, timeouts);
    case protocol::UDP:
        track.udp = BeginUdp(input.now);
        break;
    case protocol::GRE:
        track.gre = BeginGre(timeouts);
        break;
    case protocol::ICMP:
    case protocol::ICMPV6:
        if (!IsIcmpRequest(tuple))
        {
            return TrackResult::Refuse(InvalidReason::BadType);
        }
        break;
    default:
        break;
    }
    return TrackNext(track, tuple, input, settings, timeouts);
}

TrackResult
TrackNext(ProtocolTrack& track,
          const Tuple& tuple,
          const TrackInput& input,
          const TrackerSettings& settings,
          const Timeouts& timeouts)
{
    const InvalidReason reason = Verify(input.packet, settings);
    if (reason != InvalidReason::None)
    {
        return TrackResult::Refuse(reason);
    }
    switch (tuple.protocol)
    {
    case protocol::TCP:
        return TrackTcpNext(track.tcp, input, settings, timeouts);
    case protocol::UDP:
        return TrackUdp(track.udp, input, settings, timeouts);
    case protocol::UDPLITE:
        return TrackUdpLite(input, timeouts);
    case protocol::SCTP:
        return TrackSctpNext(track.sctp, input, settings, timeouts);
    case protocol::GRE:
        return TrackGre(track.gre, input);
    case protocol::ICMP:
        return AcceptFor(timeouts.icmp);
    case protocol::ICMPV6:
        return AcceptFor(timeouts.icmpv6);
    default:
        return AcceptFor(timeouts.generic);
    }
}

bool
MayDropEarly(const ProtocolTrack& track, const Tuple& tuple)
{
    switch (tuple.protocol)
    {
    case protocol::TCP:
        return IsTcpClosing(track.tcp.state);
    case protocol::SCTP:
        return IsSctpClosing(track.sctp.state);
    default:
        return false;
    }
}

} // namespace conntrack
} // namespace ns3
