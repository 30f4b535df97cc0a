/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/nat/carrier/carrier-grade-nat.h"

#include <algorithm>

namespace ns3
{
namespace conntrack
{

namespace
{

/// More outside addresses of a rule are not asked.
constexpr uint32_t MOST_ADDRESSES = 65536;

Tuple
WithSource(const Tuple& tuple, const NatEndpoint& source)
{
    Tuple changed = tuple;
    changed.source = Address::FromIpv4(source.address);
    changed.sourcePort = source.port;
    return changed;
}

Tuple
WithDestination(const Tuple& tuple, const NatEndpoint& destination)
{
    Tuple changed = tuple;
    changed.destination = Address::FromIpv4(destination.address);
    changed.destinationPort = destination.port;
    return changed;
}

} // namespace

CarrierGradeNat::CarrierGradeNat() = default;

CarrierGradeNat::~CarrierGradeNat() = default;

void
CarrierGradeNat::DoDispose()
{
    m_sessions.clear();
    m_ports.reset();
    m_mappings = {};
    Object::DoDispose();
}

bool
CarrierGradeNat::IsManaged(const Tuple& tuple) const
{
    return tuple.family == Family::Ipv4 && tuple.zone == 0 &&
           (BearsPorts(tuple.protocol) || tuple.protocol == protocol::ICMP);
}

bool
CarrierGradeNat::IsInside(uint32_t address) const
{
    // Without a network, who has mappings is inside.
    return m_insideNetwork.empty() ? m_ports->OutsideOf(address).has_value()
                                   : m_inside.Contains(address);
}

CarrierGradeNat::Plan&
CarrierGradeNat::PlanOf(const Connection& connection)
{
    if (m_plan.connection != connection.id)
    {
        m_plan = Plan{};
        m_plan.connection = connection.id;
    }
    return m_plan;
}

NatChoice
CarrierGradeNat::ChooseSource(const Connection& connection,
                              const Tuple& tuple,
                              const NatRange* range,
                              const TupleQuestions& questions,
                              Nanos now)
{
    Plan& plan = PlanOf(connection);
    const bool isAsked = range != nullptr || plan.isHairpin;
    if (!isAsked || !IsManaged(tuple) || !m_inside.Contains(tuple.source.ToIpv4()))
    {
        return {};
    }
    plan.isSession = true;
    const bool staysInside =
        plan.isHairpin && m_behavior.hairpinning == Hairpinning::InternalSource;
    const auto addresses = AddressesFor(range, plan);
    if (m_behavior.mapping == MappingBehavior::Linux || staysInside || !addresses)
    {
        return {};
    }
    return MapSource(plan, tuple, *addresses, questions, now);
}

std::optional<AddressRange>
CarrierGradeNat::AddressesFor(const NatRange* range, const Plan& plan) const
{
    if (m_pool)
    {
        return m_pool;
    }
    if (range == nullptr) // a hairpin: the router's one address is the other's, too
    {
        return AddressRange{plan.destination->address, plan.destination->address};
    }
    if (!range->mapsAddress)
    {
        return std::nullopt;
    }
    AddressRange addresses{range->minAddress.ToIpv4(), range->maxAddress.ToIpv4()};
    addresses.last =
        addresses.first + std::min(addresses.last - addresses.first, MOST_ADDRESSES - 1);
    return addresses;
}

NatChoice
CarrierGradeNat::MapSource(Plan& plan,
                           const Tuple& tuple,
                           const AddressRange& addresses,
                           const TupleQuestions& questions,
                           Nanos now)
{
    plan.source = NatMappings::KeyOf(tuple, m_behavior.mapping);
    if (const NatMapping* known = m_mappings.Find(*plan.source))
    {
        const Tuple mapped = WithSource(tuple, known->outside);
        return questions.isTaken(mapped) ? Refuse(NoPort::PoolEmpty, tuple, now)
                                         : NatChoice{NatChoice::Kind::Chosen, mapped};
    }
    SubscriberPorts::Request request{};
    request.subscriber = tuple.source.ToIpv4();
    request.port = tuple.sourcePort;
    request.protocol = tuple.protocol;
    request.addresses = addresses;
    request.random = questions.random;
    request.isFree = [&](uint32_t address, uint16_t port) {
        const NatEndpoint outside{address, port, tuple.protocol};
        const bool isMapped = m_behavior.ports != PortAssignment::Overloading &&
                              m_mappings.FindOutside(outside) != nullptr;
        return !isMapped && !questions.isTaken(WithSource(tuple, outside));
    };
    if (m_behavior.keepsContiguity && tuple.sourcePort % 2 == 1) // RTP's port is even, RTCP's next
    {
        MappingKey neighbor = *plan.source;
        --neighbor.inside.port;
        if (const NatMapping* known = m_mappings.Find(neighbor))
        {
            request.neighbor = {known->outside.address, known->outside.port};
        }
    }
    const auto chosen = m_ports->Choose(request);
    if (const NoPort* none = std::get_if<NoPort>(&chosen))
    {
        return Refuse(*none, tuple, now);
    }
    plan.place = std::get<SubscriberPorts::Place>(chosen);
    const NatEndpoint outside{plan.place->block.address, plan.place->port, tuple.protocol};
    return {NatChoice::Kind::Chosen, WithSource(tuple, outside)};
}

NatChoice
CarrierGradeNat::Refuse(NoPort why, const Tuple& tuple, Nanos now)
{
    const bool isQuota = why == NoPort::SubscriberLimit;
    ++(isQuota ? m_statistics.quotaExceeded : m_statistics.portsExhausted);
    NatRecord record{isQuota ? NatEvent::QuotaExceeded : NatEvent::PortsExhausted};
    record.now = now;
    record.protocol = tuple.protocol;
    record.subscriber = tuple.source.ToIpv4();
    record.insidePort = tuple.sourcePort;
    record.remote = tuple.destination.ToIpv4();
    record.remotePort = BearsPorts(tuple.protocol) ? tuple.destinationPort : 0;
    m_logTrace(record);
    return {NatChoice::Kind::Refused, tuple};
}

NatChoice
CarrierGradeNat::ChooseDestination(const Connection& connection, const Tuple& tuple, Nanos)
{
    if (tuple.family != Family::Ipv4 || tuple.zone != 0)
    {
        return {};
    }
    // Overloaded ports have no one mapping, and Linux has none at all.
    const bool hasMappings = m_behavior.mapping != MappingBehavior::Linux &&
                             m_behavior.ports != PortAssignment::Overloading;
    const NatMapping* mapping = hasMappings && BearsPorts(tuple.protocol)
                                    ? m_mappings.FindOutside(DestinationOf(tuple))
                                    : nullptr;
    if (mapping != nullptr && LetsIn(*mapping, tuple))
    {
        Plan& plan = PlanOf(connection);
        plan.isSession = true;
        plan.isHairpin = IsInside(tuple.source.ToIpv4());
        plan.destination = mapping->outside;
        return {NatChoice::Kind::Chosen, WithDestination(tuple, mapping->key.inside)};
    }
    // It must not become a connection of the router's own, which would stand in the way when the
    // inside sends there.
    if (mapping != nullptr || (m_pool && m_pool->Contains(tuple.destination.ToIpv4())))
    {
        ++m_statistics.filtered;
        return {NatChoice::Kind::Refused, tuple};
    }
    return {};
}

bool
CarrierGradeNat::LetsIn(const NatMapping& mapping, const Tuple& tuple)
{
    const bool isHairpin = IsInside(tuple.source.ToIpv4());
    if (isHairpin && m_behavior.hairpinning == Hairpinning::None)
    {
        return false;
    }
    if (m_behavior.filtering == FilteringBehavior::EndpointIndependent)
    {
        return true;
    }
    const auto remote = isHairpin ? OutsideSource(tuple) : SourceOf(tuple);
    if (remote && mapping.remotes.count(FilterKey(*remote)) != 0)
    {
        return true;
    }
    NatMapping* own =
        isHairpin ? m_mappings.Find(NatMappings::KeyOf(tuple, m_behavior.mapping)) : nullptr;
    if (own != nullptr)
    {
        // It goes no further, but whoever it was for may answer: as if it had left.
        own->remotes.emplace(FilterKey(DestinationOf(tuple)), 0);
    }
    return false;
}

std::optional<NatEndpoint>
CarrierGradeNat::OutsideSource(const Tuple& tuple)
{
    if (const NatMapping* own = m_mappings.Find(NatMappings::KeyOf(tuple, m_behavior.mapping)))
    {
        return own->outside;
    }
    const auto address = m_ports->OutsideOf(tuple.source.ToIpv4());
    if (!address || m_behavior.pooling != PoolingBehavior::Paired)
    {
        return std::nullopt;
    }
    return NatEndpoint{*address, 0, tuple.protocol};
}

uint64_t
CarrierGradeNat::FilterKey(const NatEndpoint& remote) const
{
    const bool alsoPort = m_behavior.filtering == FilteringBehavior::AddressAndPortDependent;
    return uint64_t{remote.address} << 16 | (alsoPort ? remote.port : 0);
}

} // namespace conntrack
} // namespace ns3
