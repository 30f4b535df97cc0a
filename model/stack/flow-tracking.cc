/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/stack/flow-tracking.h"

#include "model/nat/payload-edit.h"
#include "model/protocol/nat-helper.h"
#include "model/stack/invalid-log.h"

namespace ns3
{
namespace conntrack
{

namespace
{

constexpr uint8_t LOG_ALL = 255; // sysctl nf_conntrack_log_invalid

/// Linux says nothing of cut TCP headers and of ICMP errors about unknown flows.
bool
IsLogged(uint8_t setting, uint8_t protocol, InvalidReason reason)
{
    const bool quiet = reason == InvalidReason::UnknownFlow ||
                       (reason == InvalidReason::Truncated && protocol == protocol::TCP);
    return setting != 0 && !quiet && (setting == LOG_ALL || setting == protocol);
}

ChecksumUse
ChecksumsOf(const TrackingSettings& settings)
{
    return settings.hasChecksums ? ChecksumUse::Kept : ChecksumUse::Absent;
}

} // namespace

FlowTracking::FlowTracking(const Parts& parts, Listeners listeners)
    : m_parts(parts),
      m_listeners(std::move(listeners))
{
}

const TrackerSettings&
FlowTracking::LocalTrackers()
{
    m_localTrackers = m_parts.settings.trackers;
    m_localTrackers.verifyChecksums = false; // Linux verifies what comes in only
    return m_localTrackers;
}

Passage
FlowTracking::LookUp(TrackedPacket& packet)
{
    if (packet.state == FlowState::Untracked || packet.connection != nullptr)
    {
        return Passage::Pass; // a rule said notrack, or the router's own answer bears its flow
                              // already
    }
    const Classification found =
        Classify(packet.view, packet.isLocal ? LocalTrackers() : m_parts.settings.trackers);
    if (const Tuple* tuple = std::get_if<Tuple>(&found))
    {
        return Follow(packet, *tuple);
    }
    if (const QuotedFlow* flow = std::get_if<QuotedFlow>(&found))
    {
        FindQuoted(packet, *flow);
    }
    else if (const InvalidReason* reason = std::get_if<InvalidReason>(&found))
    {
        const uint8_t protocol = packet.view.Protocol();
        const bool icmp = protocol == protocol::ICMP || protocol == protocol::ICMPV6;
        ++(icmp ? m_parts.statistics.icmpError : m_parts.statistics.invalid);
        Refuse(packet, *reason);
    }
    else
    {
        packet.state = FlowState::Untracked;
    }
    return Passage::Pass;
}

void
FlowTracking::FindQuoted(TrackedPacket& packet, const QuotedFlow& flow)
{
    // What the quoted packet's answers would bear leads to the direction that the error travels in.
    const auto inverse = Invert(flow.tuple);
    const auto found = inverse ? m_parts.connections.Find(*inverse, packet.request.zone, packet.now)
                               : ConnectionTable::Found{};
    if (found.connection == nullptr ||
        found.connection->tuples[Index(found.direction)].destination != packet.view.Destination())
    {
        ++m_parts.statistics.icmpError;
        Refuse(packet, InvalidReason::UnknownFlow);
        return;
    }
    ConnectionTable::Hold(*found.connection);
    packet.connection = found.connection;
    packet.direction = found.direction;
    packet.state = FlowState::Related;
}

Passage
FlowTracking::Follow(TrackedPacket& packet, const Tuple& tuple)
{
    for (;;)
    {
        const auto found = m_parts.connections.Find(tuple, packet.request.zone, packet.now);
        packet.direction = found.direction;
        packet.connection = found.connection;
        if (found.connection != nullptr)
        {
            ConnectionTable::Hold(*found.connection);
        }
        else if (!Invert(tuple))
        {
            ++m_parts.statistics.invalid;
            Refuse(packet, InvalidReason::BadType);
            return Passage::Pass;
        }
        else if (!(packet.connection = Begin(packet, tuple)))
        {
            return Drop(packet, DropReason::TableFull, InvalidReason::TableFull);
        }
        const TrackResult result = Judge(packet);
        switch (result.outcome)
        {
        case TrackOutcome::Accept:
        case TrackOutcome::AcceptAndKill:
            return Passage::Pass;
        case TrackOutcome::Restart:
            m_parts.connections.End(*packet.connection, EndReason::Reopened, packet.now);
            Leave(packet);
            break; // once more, now as a first packet
        case TrackOutcome::Drop:
            ++m_parts.statistics.invalid;
            ++m_parts.statistics.drop;
            Leave(packet);
            return Drop(packet, DropReason::TrackerRefused, result.reason);
        case TrackOutcome::Invalid:
            ++m_parts.statistics.invalid;
            Leave(packet);
            Refuse(packet, result.reason);
            return Passage::Pass;
        }
    }
}

Connection*
FlowTracking::Begin(TrackedPacket& packet, const Tuple& tuple)
{
    const Template& request = packet.request;
    Connection* connection =
        m_parts.connections.Create(tuple, *Invert(tuple), request.zone, packet.now);
    if (connection == nullptr)
    {
        if (m_listeners.log && m_fullWarnings.Allows(packet.now))
        {
            m_listeners.log("nf_conntrack: nf_conntrack: table full, dropping packet");
        }
        return nullptr;
    }
    connection->timeouts = request.timeouts;
    if (!MatchExpectation(*connection, packet, tuple))
    {
        const bool asked = request.hasZone || request.hasHelperArea || request.timeouts != nullptr;
        m_parts.helpers.TryAssign(*connection, asked ? &request : nullptr);
    }
    return connection;
}

bool
FlowTracking::MatchExpectation(Connection& connection,
                               const TrackedPacket& packet,
                               const Tuple& tuple)
{
    Expectation* expectation = m_parts.expectations.Take(tuple, packet.request.zone.id, packet.now);
    if (expectation == nullptr)
    {
        return false;
    }
    connection.status |= status::EXPECTED;
    ConnectionTable::SetMaster(connection, *expectation->master);
    connection.mark = expectation->master->mark;
    if (expectation->helper != nullptr)
    {
        if (HelperArea* area = m_parts.connections.AddHelperArea(connection))
        {
            area->helper = expectation->helper;
        }
    }
    ++m_parts.statistics.expectNew;
    if (expectation->function != nullptr)
    {
        expectation->function->call(*expectation->function, connection, *expectation, packet.now);
    }
    m_parts.expectations.Put(*expectation);
    return true;
}

TrackResult
FlowTracking::Judge(TrackedPacket& packet)
{
    Connection& connection = *packet.connection;
    const bool first = !connection.Is(status::CONFIRMED);
    const bool reply = packet.direction == Direction::Reply;
    packet.state = reply || connection.Is(status::SEEN_REPLY) ? FlowState::Established
                   : connection.Is(status::EXPECTED)          ? FlowState::Related
                                                              : FlowState::New;
    const Nanos age = first ? 0 : packet.now - connection.start;
    const Nanos remaining = first ? 0 : connection.deadline - packet.now;
    const SequenceShift* peerShift =
        connection.Is(status::SEQ_ADJUST) && connection.help != nullptr
            ? &connection.help->shifts[Index(Opposite(packet.direction))]
            : nullptr;
    const TrackInput input{packet.view,
                           packet.direction,
                           connection.status,
                           packet.now,
                           age,
                           remaining,
                           peerShift};
    const Timeouts& timeouts =
        connection.timeouts ? *connection.timeouts : m_parts.settings.timeouts;
    const TrackResult result = (first ? TrackFirst : TrackNext)(
        connection.track,
        connection.Original(),
        input,
        packet.isLocal ? LocalTrackers() : m_parts.settings.trackers,
        timeouts);
    // A refused packet, too, may have changed its connection.
    connection.status |= result.statusSet;
    connection.pendingEvents |= result.events;
    if (result.timeout && !connection.Is(status::FIXED_TIMEOUT))
    {
        m_parts.connections.Refresh(connection, packet.now, *result.timeout);
    }
    if (result.outcome == TrackOutcome::AcceptAndKill)
    {
        Count(packet);
        m_parts.connections.End(connection, EndReason::Reset, packet.now);
    }
    else if (result.outcome == TrackOutcome::Accept)
    {
        if (result.timeout)
        {
            Count(packet);
        }
        if (reply && !connection.Is(status::SEEN_REPLY))
        {
            connection.status |= status::SEEN_REPLY;
            connection.pendingEvents |= event::REPLY;
        }
    }
    return result;
}

void
FlowTracking::Count(const TrackedPacket& packet)
{
    if (m_parts.settings.account)
    {
        Counter& counter = packet.connection->counters[Index(packet.direction)];
        ++counter.packets;
        counter.bytes += packet.view.Length();
    }
}

void
FlowTracking::Refuse(TrackedPacket& packet, InvalidReason reason)
{
    packet.state = FlowState::Invalid;
    if (m_listeners.invalid)
    {
        m_listeners.invalid({packet.view, DropReason::Rule, reason, packet.now});
    }
    const uint8_t protocol = packet.view.Protocol();
    if (m_listeners.log && IsLogged(m_parts.settings.logInvalid, protocol, reason))
    {
        m_listeners.log(InvalidLogLine(packet, reason));
    }
}

Passage
FlowTracking::Drop(TrackedPacket& packet, DropReason drop, InvalidReason reason)
{
    packet.state = FlowState::Invalid;
    if (m_listeners.drop)
    {
        m_listeners.drop({packet.view, drop, reason, packet.now});
    }
    return Passage::Stop;
}

Passage
FlowTracking::Help(TrackedPacket& packet)
{
    const Connection* connection = packet.connection;
    if (connection == nullptr || connection->help == nullptr || connection->help->helper == nullptr)
    {
        return Passage::Pass;
    }
    if (packet.state == FlowState::Related && packet.direction == Direction::Reply)
    {
        return Passage::Pass; // an ICMP error: no helper's protocol
    }
    const ProtocolHelper& helper = *connection->help->helper;
    const Ptr<NatHelper> nat = connection->Is(status::SRC_NAT | status::DST_NAT)
                                   ? m_parts.helpers.FindNat(helper.GetIdentity().natModule)
                                   : nullptr;
    HelperContext context{packet,
                          m_parts.connections,
                          m_parts.expectations,
                          PeekPointer(nat),
                          m_parts.interfaceToward,
                          [&](const std::string& text) { m_parts.helpers.Log(helper, text); },
                          m_parts.greCalls};
    if (helper.Help(context) == HelperVerdict::Drop)
    {
        return Drop(packet, DropReason::HelperRefused, InvalidReason::None);
    }
    return Passage::Pass;
}

Passage
FlowTracking::Confirm(TrackedPacket& packet)
{
    if (packet.connection == nullptr)
    {
        return Passage::Pass;
    }
    Connection& connection = *packet.connection;
    const bool isTcp = packet.view.Protocol() == protocol::TCP; // else an ICMP error about it
    if (connection.Is(status::SEQ_ADJUST) && isTcp &&
        !ShiftSequenceNumbers(packet, ChecksumsOf(m_parts.settings)))
    {
        ++m_parts.statistics.drop;
        return Drop(packet, DropReason::TrackerRefused, InvalidReason::BadLength);
    }
    if (!connection.Is(status::CONFIRMED))
    {
        if (packet.direction == Direction::Reply)
        {
            return Passage::Pass; // the router's own answer to a packet that it rejects
        }
        if (m_parts.connections.Confirm(connection, packet.now) != ConfirmResult::Confirmed)
        {
            return Drop(packet, DropReason::ConfirmClash, InvalidReason::None);
        }
        if (connection.help != nullptr && connection.help->helper != nullptr)
        {
            connection.pendingEvents |= event::HELPER;
        }
        connection.pendingEvents |= connection.master != nullptr ? event::RELATED : event::NEW;
    }
    if (connection.pendingEvents != 0 && !connection.Is(status::DYING))
    {
        const uint16_t events = connection.pendingEvents;
        connection.pendingEvents = 0;
        if (m_listeners.connection)
        {
            m_listeners.connection({connection, events, EndReason::Deleted, packet.now, {}});
        }
    }
    return Passage::Pass;
}

void
FlowTracking::CloseTcp(const TrackedPacket& packet)
{
    Connection* connection = packet.connection;
    if (connection == nullptr || !connection->Is(status::CONFIRMED) ||
        connection->Original().protocol != protocol::TCP ||
        connection->track.tcp.state == TcpState::Close)
    {
        return;
    }
    connection->track.tcp.state = TcpState::Close;
    if (!connection->Is(status::FIXED_TIMEOUT))
    {
        const Timeouts& timeouts =
            connection->timeouts ? *connection->timeouts : m_parts.settings.timeouts;
        m_parts.connections.Refresh(*connection,
                                    packet.now,
                                    TimeoutOf<TcpTimeout>(timeouts.tcp, TcpTimeout::Close));
        connection->pendingEvents |= event::PROTOINFO;
    }
}

void
FlowTracking::Leave(TrackedPacket& packet)
{
    Connection* connection = packet.connection;
    if (connection == nullptr)
    {
        return;
    }
    packet.connection = nullptr;
    if (!connection->Is(status::CONFIRMED) && connection->references == 1)
    {
        m_parts.expectations.RemoveOf(*connection,
                                      packet.now); // a first packet can make some (TFTP)
    }
    m_parts.connections.Release(*connection);
}

} // namespace conntrack
} // namespace ns3
