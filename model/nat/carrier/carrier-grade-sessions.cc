/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
// The connections that a carrier's NAT translates, from their confirmation to their end.
#include "model/nat/carrier/carrier-grade-nat.h"

#include <algorithm>

namespace ns3
{
namespace conntrack
{

void
CarrierGradeNat::Confirmed(const Connection& connection, Nanos now)
{
    const bool isPlanned = m_plan.connection == connection.id && m_plan.isSession;
    // A data connection, whose ports its helper chose.
    const bool isExpected = connection.master != nullptr &&
                            connection.Is(status::SRC_NAT | status::DST_NAT) &&
                            m_sessions.count(connection.master->id) != 0;
    if (!isPlanned && !isExpected)
    {
        return;
    }
    Session session;
    if (isPlanned)
    {
        session.source = TakeSource(m_plan, connection, now);
        session.destination =
            m_plan.destination ? m_mappings.FindOutside(*m_plan.destination) : nullptr;
        m_statistics.admitted += session.destination != nullptr ? 1 : 0;
        m_statistics.hairpinned += m_plan.isHairpin ? 1 : 0;
        m_plan = Plan{};
    }
    if (session.source != nullptr)
    {
        Join(*session.source, DestinationOf(connection.Original()));
    }
    if (session.destination != nullptr)
    {
        Join(*session.destination, DestinationOf(connection.Reply()));
    }
    m_sessions.emplace(connection.id, session);
    ++m_statistics.sessionsCreated;
    TellSession(NatEvent::SessionCreated, connection, now);
}

NatMapping*
CarrierGradeNat::TakeSource(const Plan& plan, const Connection& connection, Nanos now)
{
    if (!plan.source)
    {
        return nullptr;
    }
    if (NatMapping* known = m_mappings.Find(*plan.source))
    {
        return known;
    }
    if (!plan.place)
    {
        return nullptr; // its mapping has gone while the packet was on its way
    }
    const NatEndpoint& inside = plan.source->inside;
    PortBlock* block = m_ports->Take(inside.address, *plan.place, inside.protocol, now);
    NatMapping& mapping = m_mappings.Add(
        *plan.source,
        {plan.place->block.address, plan.place->port, connection.Original().protocol});
    mapping.block = block;
    ++m_statistics.mappingsCreated;
    m_statistics.mostMappings = std::max(m_statistics.mostMappings, m_mappings.Size());
    TellMapping(NatEvent::MappingCreated, mapping, now);
    return &mapping;
}

void
CarrierGradeNat::Join(NatMapping& mapping, const NatEndpoint& remote) const
{
    ++mapping.sessions;
    if (m_behavior.filtering != FilteringBehavior::EndpointIndependent)
    {
        ++mapping.remotes[FilterKey(remote)];
    }
}

void
CarrierGradeNat::Leave(NatMapping& mapping, const NatEndpoint& remote, Nanos now)
{
    const auto known = mapping.remotes.find(FilterKey(remote));
    if (known != mapping.remotes.end() && --known->second == 0)
    {
        mapping.remotes.erase(known);
    }
    if (--mapping.sessions != 0)
    {
        return;
    }
    const NatMapping gone = mapping;
    m_mappings.Remove(mapping);
    TellMapping(NatEvent::MappingDeleted, gone, now);
    m_ports->GiveBack(gone.key.inside.address, *gone.block, gone.key.inside.protocol, now);
}

void
CarrierGradeNat::Ended(const Connection& connection, Nanos now)
{
    const auto known = m_sessions.find(connection.id);
    if (known == m_sessions.end() || !m_ports)
    {
        return;
    }
    const Session session = known->second;
    m_sessions.erase(known);
    TellSession(NatEvent::SessionDeleted, connection, now);
    if (session.source != nullptr)
    {
        Leave(*session.source, DestinationOf(connection.Original()), now);
    }
    if (session.destination != nullptr)
    {
        Leave(*session.destination, DestinationOf(connection.Reply()), now);
    }
}

std::optional<Nanos>
CarrierGradeNat::DeadlineFor(const Connection& connection, Direction direction, Nanos now)
{
    const bool isOwn = m_behavior.refresh == MappingRefresh::Outbound || m_behavior.udpTimeout != 0;
    const auto known = isOwn && connection.Original().protocol == protocol::UDP
                           ? m_sessions.find(connection.id)
                           : m_sessions.end();
    if (known == m_sessions.end())
    {
        return std::nullopt;
    }
    Session& session = known->second;
    const bool begunInside = session.destination == nullptr || session.source != nullptr;
    const bool isOutbound = (direction == Direction::Original) == begunInside;
    if (isOutbound || m_behavior.refresh == MappingRefresh::Both || session.deadline == 0)
    {
        session.deadline =
            m_behavior.udpTimeout != 0 ? now + m_behavior.udpTimeout : connection.deadline;
    }
    return session.deadline;
}

std::optional<uint32_t>
CarrierGradeNat::FindSubscriber(uint32_t outside, uint16_t port, uint8_t protocol)
{
    if (m_computed)
    {
        return m_computed->SubscriberOf(outside, port);
    }
    const NatMapping* mapping = m_mappings.FindOutside({outside, port, protocol});
    return mapping == nullptr ? std::nullopt : std::make_optional(mapping->key.inside.address);
}

uint32_t
CarrierGradeNat::GetMappings() const
{
    return m_mappings.Size();
}

uint32_t
CarrierGradeNat::GetSessions() const
{
    return static_cast<uint32_t>(m_sessions.size());
}

uint32_t
CarrierGradeNat::GetBlocks() const
{
    return m_ports ? m_ports->Blocks() : 0;
}

std::optional<Nanos>
CarrierGradeNat::NextDeadline() const
{
    return m_ports ? m_ports->NextDeadline() : std::nullopt;
}

void
CarrierGradeNat::Expire(Nanos now)
{
    if (m_ports)
    {
        m_ports->Expire(now);
    }
}

void
CarrierGradeNat::TellSession(NatEvent event, const Connection& connection, Nanos now)
{
    const Tuple& original = connection.Original();
    const Tuple& reply = connection.Reply();
    const bool begunInside = connection.Is(status::SRC_NAT) || !connection.Is(status::DST_NAT);
    const NatEndpoint inside = SourceOf(begunInside ? original : reply);
    const NatEndpoint outside = DestinationOf(begunInside ? reply : original);
    const NatEndpoint remote = begunInside ? DestinationOf(original) : SourceOf(original);
    NatRecord record{event};
    record.now = now;
    record.protocol = original.protocol;
    record.subscriber = inside.address;
    record.insidePort = inside.port;
    record.outside = outside.address;
    record.outsidePort = outside.port;
    record.remote = remote.address;
    record.remotePort = BearsPorts(original.protocol) ? remote.port : 0;
    m_logTrace(record);
}

void
CarrierGradeNat::TellMapping(NatEvent event, const NatMapping& mapping, Nanos now)
{
    NatRecord record{event};
    record.now = now;
    record.protocol = mapping.key.inside.protocol;
    record.subscriber = mapping.key.inside.address;
    record.insidePort = mapping.key.inside.port;
    record.outside = mapping.outside.address;
    record.outsidePort = mapping.outside.port;
    m_logTrace(record);
}

void
CarrierGradeNat::TellBlock(bool given, uint32_t subscriber, const PortBlock& block, Nanos now)
{
    if (given)
    {
        ++m_statistics.blocksAllocated;
        m_statistics.mostBlocks = std::max(m_statistics.mostBlocks, m_ports->Blocks());
    }
    NatRecord record{given ? NatEvent::BlockAllocated : NatEvent::BlockReleased};
    record.now = now;
    record.subscriber = subscriber;
    record.outside = block.address;
    record.outsidePort = block.ports.first;
    record.lastPort = block.ports.last;
    m_logTrace(record);
}

} // namespace conntrack
} // namespace ns3
