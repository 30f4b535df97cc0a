/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/nat/nat-engine.h"

#include "model/wire/checksum.h"

#include <algorithm>
#include <utility>

namespace ns3
{
namespace conntrack
{

namespace
{

// RFC 792, RFC 4443, RFC 4861 4.5.
constexpr std::size_t ICMP_HEADER = 8;
constexpr std::size_t ICMP_CHECKSUM_AT = 2;
constexpr std::size_t LEAST_QUOTED = 8; // RFC 792: so much follows the quoted IP header
constexpr uint8_t ICMP_REDIRECT = 5;
constexpr uint8_t ICMPV6_REDIRECT = 137;

/// Ports and checksum lie within so many bytes of any transport header.
constexpr std::size_t REWRITTEN = 20;

constexpr uint32_t NAT_BITS = status::SRC_NAT | status::DST_NAT;

/// What the inverse of a reply tuple is: how packets of the original direction look after NAT. The
/// zone stays that of the direction.
Tuple
InverseOf(const Tuple& tuple, uint16_t zone)
{
    Tuple inverse = Invert(tuple).value_or(tuple); // it came from an inversion: it has an inverse
    inverse.zone = zone;
    return inverse;
}

/// How packets of the original direction look at present: as the inverse of the answers.
Tuple
PresentOf(const Connection& connection)
{
    return InverseOf(connection.Reply(), connection.Original().zone);
}

/// A connection in TIME_WAIT may be replaced by one whose sequence numbers have gone on.
bool
MayReplace(const Connection& old, const Connection& young)
{
    const TcpTrack& ended = old.track.tcp;
    const auto advance = static_cast<int32_t>(young.track.tcp.ends[0].end - ended.ends[0].end);
    return ended.state == TcpState::TimeWait && advance > 0 && old.Is(status::SRC_NAT) &&
           !old.Is(status::FIXED_TIMEOUT);
}

NatSide
OtherSide(NatSide side)
{
    return side == NatSide::Source ? NatSide::Destination : NatSide::Source;
}

/// An end of a tuple; ICMP's identifier belongs to both.
EndValue
ValueOf(const Tuple& tuple, NatSide side)
{
    const bool isIcmp = tuple.protocol == protocol::ICMP || tuple.protocol == protocol::ICMPV6;
    EndValue value;
    value.address = side == NatSide::Source ? tuple.source : tuple.destination;
    value.number = side == NatSide::Source || isIcmp ? tuple.sourcePort : tuple.destinationPort;
    return value;
}

/// The sum over an ICMP or ICMPv6 message, checksum included: all ones if it is right.
uint16_t
IcmpSum(const PacketView& view)
{
    const bool hasPseudoHeader = view.Protocol() == protocol::ICMPV6;
    return OnesComplementSum(view.Transport(),
                             hasPseudoHeader ? PseudoHeaderSum(view, protocol::ICMPV6) : 0);
}

PacketEnd
EndOf(NatSide side)
{
    return side == NatSide::Source ? PacketEnd::Source : PacketEnd::Destination;
}

} // namespace

NatEngine::NatEngine(ConnectionTable& connections,
                     HelperRegistry& helpers,
                     const KernelProfile& profile,
                     std::function<uint16_t()> random)
    : m_connections(connections),
      m_helpers(helpers),
      m_profile(profile),
      m_followMaster{{"nat-follow-master", &NatEngine::Follow}, this},
      m_random(std::move(random)),
      m_bySource(connections)
{
}

TupleQuestions
NatEngine::QuestionsFor(const Connection& connection, Nanos now)
{
    TupleQuestions questions;
    questions.isTaken = [this, &connection, now](const Tuple& tuple) {
        return IsTaken(tuple, connection, now);
    };
    questions.isTakenStill = [this, &connection, now](const Tuple& tuple) {
        return IsTakenStill(tuple, connection, now);
    };
    questions.mappedSource = [this](const Tuple& tuple, const NatRange& wanted) {
        return MappedSource(tuple, wanted);
    };
    questions.random = m_random;
    questions.countsUp = m_profile.natCountsUp;
    return questions;
}

NatResult
NatEngine::Decide(Connection& connection, const NatRange& range, NatSide side, Nanos now)
{
    if (IsDecided(connection, side))
    {
        return NatResult::Drop;
    }
    const Tuple present = PresentOf(connection);
    Settle(connection,
           SearchTuple(present, range, side, connection, QuestionsFor(connection, now)),
           side);
    return NatResult::Done;
}

void
NatEngine::Settle(Connection& connection, const Tuple& chosen, NatSide side)
{
    if (chosen != PresentOf(connection))
    {
        ChangeReply(connection, InverseOf(chosen, connection.Reply().zone));
        connection.status |= NatBit(side);
        if (connection.help != nullptr)
        {
            connection.help->takesShifts = true;
        }
    }
    connection.status |= DoneBit(side);
    if (side == NatSide::Source && connection.slot < m_masquerades.size())
    {
        m_masquerades[connection.slot] = 0; // what stands there is an earlier connection's
    }
}

NatResult
NatEngine::DecideForRule(Connection& connection, const NatRange& range, NatSide side, Nanos now)
{
    if (m_policy != nullptr && side == NatSide::Source && !IsDecided(connection, side))
    {
        const NatChoice choice = m_policy->ChooseSource(connection,
                                                        PresentOf(connection),
                                                        &range,
                                                        QuestionsFor(connection, now),
                                                        now);
        if (choice.kind != NatChoice::Kind::Kernel)
        {
            return Obey(connection, choice, side);
        }
    }
    return Decide(connection, range, side, now);
}

NatResult
NatEngine::DecideUnasked(Connection& connection, NatSide side, Nanos now)
{
    if (m_policy != nullptr)
    {
        const Tuple present = PresentOf(connection);
        const NatChoice choice = side == NatSide::Destination
                                     ? m_policy->ChooseDestination(connection, present, now)
                                     : m_policy->ChooseSource(connection,
                                                              present,
                                                              nullptr,
                                                              QuestionsFor(connection, now),
                                                              now);
        if (choice.kind != NatChoice::Kind::Kernel)
        {
            return Obey(connection, choice, side);
        }
    }
    const Tuple& reply = connection.Reply();
    const Address own = side == NatSide::Source ? reply.destination : reply.source;
    return Decide(connection, NatRange::Of(own), side, now);
}

NatResult
NatEngine::Obey(Connection& connection, const NatChoice& choice, NatSide side)
{
    if (choice.kind == NatChoice::Kind::Refused)
    {
        return NatResult::Drop;
    }
    Settle(connection, choice.tuple, side);
    return NatResult::Done;
}

void
NatEngine::Renew(Connection& connection, Direction direction, Nanos now)
{
    const auto deadline = m_policy->DeadlineFor(connection, direction, now);
    if (deadline && !connection.Is(status::FIXED_TIMEOUT))
    {
        m_connections.Refresh(connection, now, *deadline - now);
    }
}

void
NatEngine::ChangeReply(Connection& connection, const Tuple& reply)
{
    connection.tuples[Index(Direction::Reply)] = reply;
    const bool expects = connection.help != nullptr && !connection.help->expectations.empty();
    if (connection.master == nullptr && !expects)
    {
        m_helpers.TryAssign(connection, nullptr); // row H11
    }
}

void
NatEngine::Follow(const ExpectFunction& self,
                  Connection& connection,
                  const Expectation& expectation,
                  Nanos now)
{
    NatEngine& engine = *static_cast<const FollowMasterFunction&>(self).engine;
    const Tuple& answered = connection.master->tuples[Index(Opposite(expectation.direction))];
    engine.Decide(connection, NatRange::Of(answered.destination), NatSide::Source, now);
    const NatRange target = NatRange::Of(answered.source).WithPort(expectation.savedPort);
    engine.Decide(connection, target, NatSide::Destination, now);
}

bool
NatEngine::IsTaken(const Tuple& tuple, const Connection& connection, Nanos now)
{
    const Tuple answer = InverseOf(tuple, 0);
    const auto found = m_connections.Find(answer, connection.zone, now).connection;
    // Two with one original tuple are one flow, whose packets raced: confirming decides.
    return found != nullptr && found != &connection && found->Original() != connection.Original();
}

bool
NatEngine::IsTakenStill(const Tuple& tuple, const Connection& connection, Nanos now)
{
    const bool isNewTcp = m_profile.natTakesTimeWait && tuple.protocol == protocol::TCP &&
                          connection.track.tcp.state == TcpState::SynSent;
    const auto found = m_connections.Find(InverseOf(tuple, 0), connection.zone, now);
    if (!isNewTcp || found.connection == nullptr || found.direction == Direction::Original ||
        !MayReplace(*found.connection, connection))
    {
        return IsTaken(tuple, connection, now);
    }
    m_connections.End(*found.connection, EndReason::Reopened, now);
    return false;
}

std::optional<Tuple>
NatEngine::MappedSource(const Tuple& tuple, const NatRange& range) const
{
    std::optional<Tuple> found;
    m_bySource.ForSource(tuple, [&](const Connection& known) {
        Tuple mapped = InverseOf(known.Reply(), tuple.zone);
        mapped.destination = tuple.destination;
        mapped.destinationPort = tuple.destinationPort;
        if (IsSourceInRange(mapped, range))
        {
            found = mapped;
        }
        return found.has_value();
    });
    return found;
}

void
NatEngine::SetMasquerade(Connection& connection, uint32_t interface)
{
    auto exit = std::find(m_exits.begin(), m_exits.end(), interface);
    if (exit == m_exits.end())
    {
        exit = m_exits.insert(exit, interface);
    }
    if (m_masquerades.size() <= connection.slot)
    {
        m_masquerades.resize(connection.slot + 1);
    }
    m_masquerades[connection.slot] = static_cast<uint16_t>(exit - m_exits.begin() + 1);
}

uint32_t
NatEngine::MasqueradeOf(const Connection& connection) const
{
    const bool known =
        connection.slot < m_masquerades.size() && connection.Is(status::SRC_NAT_DONE);
    const uint16_t exit = known ? m_masquerades[connection.slot] : 0;
    return exit != 0 ? m_exits[exit - 1] : 0;
}

std::optional<EndValue>
NatEngine::NewEnd(const TrackedPacket& packet, NatSide side)
{
    if (!Translates(packet, side))
    {
        return std::nullopt;
    }
    // It leaves as what an answer comes in as, the other way round.
    const Tuple& answer = packet.connection->tuples[Index(Opposite(packet.direction))];
    return ValueOf(answer, OtherSide(side));
}

bool
NatEngine::Translate(TrackedPacket& packet, NatSide side, ChecksumUse checksums)
{
    const auto value = NewEnd(packet, side);
    if (!value || packet.editor == nullptr)
    {
        return !value;
    }
    EditablePacket edited;
    const bool isSctp = packet.view.Protocol() == protocol::SCTP; // its checksum covers the data
    edited.bytes = packet.editor->Edit(isSctp ? packet.view.Length()
                                              : packet.view.TransportOffset() + REWRITTEN);
    edited.family = packet.view.GetFamily();
    edited.transportOffset = packet.view.TransportOffset();
    edited.protocol = packet.view.Protocol();
    edited.checksums = checksums;
    edited.isFragment = packet.view.FragmentOffset() != 0;
    RewriteEnd(edited, EndOf(side), *value);
    return true;
}

NatResult
NatEngine::TranslateError(TrackedPacket& packet, NatSide side, ChecksumUse checksums)
{
    const Connection& connection = *packet.connection;
    const ByteView icmp = packet.view.Transport();
    const bool ipv4 = packet.view.GetFamily() == Family::Ipv4;
    if (icmp.size < ICMP_HEADER)
    {
        return NatResult::Drop;
    }
    // A redirect would make the ends talk to each other without the translation.
    const bool isRedirect = icmp.data[0] == (ipv4 ? ICMP_REDIRECT : ICMPV6_REDIRECT);
    if (isRedirect && (connection.Is(NAT_BITS) || !IsDecided(connection, NatSide::Source) ||
                       !IsDecided(connection, NatSide::Destination)))
    {
        return NatResult::Drop;
    }
    const auto outer = NewEnd(packet, side);
    if (!outer)
    {
        return NatResult::Done;
    }
    const auto quoted = PacketView::ParseQuoted(icmp.From(ICMP_HEADER), packet.view.GetFamily());
    if (packet.editor == nullptr || !quoted || quoted->Transport().size < LEAST_QUOTED ||
        (checksums == ChecksumUse::Kept && IcmpSum(packet.view) != 0xffff))
    {
        return NatResult::Drop;
    }
    const std::size_t transportAt = packet.view.TransportOffset();
    const MutableBytes bytes = packet.editor->Edit(packet.view.Length());
    EditablePacket inner;
    inner.bytes = {bytes.data + transportAt + ICMP_HEADER, bytes.size - transportAt - ICMP_HEADER};
    inner.family = packet.view.GetFamily();
    inner.transportOffset = quoted->TransportOffset();
    inner.protocol = quoted->Protocol();
    inner.checksums = checksums;
    inner.isFragment = quoted->FragmentOffset() != 0;
    const Tuple& seen = connection.tuples[Index(Opposite(packet.direction))];
    RewriteEnd(inner, EndOf(OtherSide(side)), ValueOf(seen, OtherSide(side)));

    EditablePacket whole;
    whole.bytes = bytes;
    whole.family = packet.view.GetFamily();
    whole.transportOffset = transportAt;
    whole.protocol = packet.view.Protocol();
    whole.checksums = checksums;
    RewriteEnd(whole, EndOf(side), *outer);
    if (checksums == ChecksumUse::Kept)
    {
        uint8_t* sum = bytes.data + transportAt + ICMP_CHECKSUM_AT;
        WriteU16(sum, 0);
        WriteU16(sum, static_cast<uint16_t>(~IcmpSum(packet.view)));
    }
    return NatResult::Done;
}

void
NatEngine::Confirmed(Connection& connection, Nanos now)
{
    if (connection.Is(status::SRC_NAT_DONE))
    {
        m_bySource.Add(connection);
    }
    if (m_policy != nullptr)
    {
        m_policy->Confirmed(connection, now);
        Renew(connection, Direction::Original, now);
    }
}

void
NatEngine::Ended(const Connection& connection, Nanos now)
{
    m_bySource.Remove(connection);
    if (m_policy != nullptr)
    {
        m_policy->Ended(connection, now);
    }
}

void
NatEngine::EndMasqueraded(uint32_t interface, const std::optional<Address>& address, Nanos now)
{
    m_connections.ForEach([&](Connection& connection) {
        if (MasqueradeOf(connection) == interface &&
            (!address || connection.Reply().destination == *address))
        {
            m_connections.End(connection, EndReason::Deleted, now);
        }
    });
}

} // namespace conntrack
} // namespace ns3
