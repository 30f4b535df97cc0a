/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/nat/carrier/nat-mappings.h"

#include "model/table/hash.h"

namespace ns3
{
namespace conntrack
{

bool
BearsPorts(uint8_t protocol)
{
    return protocol == protocol::TCP || protocol == protocol::UDP ||
           protocol == protocol::UDPLITE || protocol == protocol::SCTP ||
           protocol == protocol::DCCP;
}

NatEndpoint
SourceOf(const Tuple& tuple)
{
    return {tuple.source.ToIpv4(), tuple.sourcePort, tuple.protocol};
}

NatEndpoint
DestinationOf(const Tuple& tuple)
{
    const bool isIcmp = tuple.protocol == protocol::ICMP;
    return {tuple.destination.ToIpv4(),
            isIcmp ? tuple.sourcePort : tuple.destinationPort,
            tuple.protocol};
}

MappingKey
NatMappings::KeyOf(const Tuple& tuple, MappingBehavior behavior)
{
    MappingKey key;
    key.inside = SourceOf(tuple);
    if (behavior != MappingBehavior::EndpointIndependent)
    {
        key.remote = tuple.destination.ToIpv4();
    }
    // ICMP has one identifier for both ends: type and code, which stand there, are no port.
    if (behavior == MappingBehavior::AddressAndPortDependent && tuple.protocol != protocol::ICMP)
    {
        key.remotePort = tuple.destinationPort;
    }
    return key;
}

std::size_t
NatMappings::Hash::operator()(const NatEndpoint& endpoint) const
{
    const uint64_t word =
        uint64_t{endpoint.address} << 32 | uint32_t{endpoint.port} << 8 | endpoint.protocol;
    return MultiplyFold(word ^ 0x9e3779b97f4a7c15U, 0xb7e151628aed2a6bU); // as in hash.h
}

std::size_t
NatMappings::Hash::operator()(const MappingKey& key) const
{
    const uint64_t remote = uint64_t{key.remote} << 16 | key.remotePort;
    return MultiplyFold((*this)(key.inside) ^ remote, 0x243f6a8885a308d3U);
}

NatMapping*
NatMappings::Find(const MappingKey& key)
{
    const auto found = m_mappings.find(key);
    return found == m_mappings.end() ? nullptr : &found->second;
}

NatMapping*
NatMappings::FindOutside(const NatEndpoint& outside)
{
    const auto found = m_outside.find(outside);
    return found == m_outside.end() ? nullptr : found->second;
}

NatMapping&
NatMappings::Add(const MappingKey& key, const NatEndpoint& outside)
{
    NatMapping& mapping = m_mappings[key];
    mapping.key = key;
    mapping.outside = outside;
    m_outside.emplace(outside, &mapping);
    return mapping;
}

void
NatMappings::Remove(const NatMapping& mapping)
{
    const auto outside = m_outside.find(mapping.outside);
    if (outside != m_outside.end() && outside->second == &mapping)
    {
        m_outside.erase(outside);
    }
    const MappingKey key = mapping.key;
    m_mappings.erase(key);
}

} // namespace conntrack
} // namespace ns3
