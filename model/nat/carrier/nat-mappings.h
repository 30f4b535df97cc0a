/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_NAT_CARRIER_NAT_MAPPINGS_H
#define CONNTRACK_NAT_CARRIER_NAT_MAPPINGS_H

#include "model/flow/tuple.h"
#include "model/nat/carrier/nat-behavior.h"
#include "model/nat/carrier/port-blocks.h"

#include <cstdint>
#include <map>
#include <unordered_map>

/**
 * @file
 * The mappings of inside endpoints to outside ones.
 *
 * Layer: nat.
 * Shape: two hash maps, asked by key only, so that no order depends on hashes. A mapping lives as
 * long as it has connections.
 * Units and byte order: addresses and ports are numbers in host order; ICMP's identifier is a port.
 * Source: RFC 4787 4.1.
 */

namespace ns3
{
namespace conntrack
{

/// An address, a port and the protocol that it is of.
struct NatEndpoint
{
    uint32_t address{0};
    uint16_t port{0};
    uint8_t protocol{0};

    friend bool operator==(const NatEndpoint& a, const NatEndpoint& b)
    {
        return a.address == b.address && a.port == b.port && a.protocol == b.protocol;
    }
};

/// @param protocol IP protocol number @return whether it has ports
bool BearsPorts(uint8_t protocol);

/// @param tuple of IPv4 @return its source
NatEndpoint SourceOf(const Tuple& tuple);

/// @param tuple of IPv4 @return its destination; ICMP's identifier stands for both ends
NatEndpoint DestinationOf(const Tuple& tuple);

/// What connections of one mapping have in common; the remote end is zero as far as it is free.
struct MappingKey
{
    NatEndpoint inside;
    uint32_t remote{0};
    uint16_t remotePort{0};

    friend bool operator==(const MappingKey& a, const MappingKey& b)
    {
        return a.inside == b.inside && a.remote == b.remote && a.remotePort == b.remotePort;
    }
};

/// An inside endpoint's outside endpoint.
struct NatMapping
{
    MappingKey key;
    NatEndpoint outside;
    uint32_t sessions{0};      ///< its connections
    PortBlock* block{nullptr}; ///< that the outside port is of
    /// Whom a filter lets in, as the NAT numbers them, and how many connections to each.
    std::map<uint64_t, uint32_t> remotes;
};

/// The mappings of a NAT.
class NatMappings
{
  public:
    /**
     * @param tuple of a packet from the inside
     * @param behavior says what the remote end matters
     * @return the key of its mapping
     */
    static MappingKey KeyOf(const Tuple& tuple, MappingBehavior behavior);

    /// @param key of a mapping @return it; null: there is none
    NatMapping* Find(const MappingKey& key);

    /// @param outside an endpoint @return a mapping to it; null: there is none
    NatMapping* FindOutside(const NatEndpoint& outside);

    /**
     * @param key that no mapping has
     * @param outside its endpoint; of several mappings to one the first is found
     * @return the new mapping
     */
    NatMapping& Add(const MappingKey& key, const NatEndpoint& outside);

    /// @param mapping goes
    void Remove(const NatMapping& mapping);

    /// @return how many there are
    uint32_t Size() const
    {
        return static_cast<uint32_t>(m_mappings.size());
    }

  private:
    struct Hash
    {
        std::size_t operator()(const NatEndpoint& endpoint) const;
        std::size_t operator()(const MappingKey& key) const;
    };

    std::unordered_map<MappingKey, NatMapping, Hash> m_mappings;
    std::unordered_map<NatEndpoint, NatMapping*, Hash> m_outside;
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_NAT_CARRIER_NAT_MAPPINGS_H
