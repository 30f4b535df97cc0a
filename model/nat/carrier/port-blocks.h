/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_NAT_CARRIER_PORT_BLOCKS_H
#define CONNTRACK_NAT_CARRIER_PORT_BLOCKS_H

#include "model/flow/time.h"
#include "model/nat/carrier/address-range.h"

#include <array>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

/**
 * @file
 * Blocks of outside ports: those of a pool, and those computed from a subscriber's address.
 *
 * Layer: nat.
 * Units and byte order: addresses and ports are numbers in host order.
 * Source: RFC 7422 2 (deterministic mapping, sequential); RFC 6888, RFC 6269 11 (blocks).
 */

namespace ns3
{
namespace conntrack
{

/// Ports in a row; both ends inclusive.
struct OutsidePorts
{
    uint16_t first{1024};
    uint16_t last{65535};

    /// @return how many
    uint32_t Count() const
    {
        return uint32_t{last} - first + 1;
    }

    /// @param port any @return whether it is one of them
    bool Contains(uint32_t port) const
    {
        return port >= first && port <= last;
    }
};

/// Ports of an outside address, and how many of them have mappings.
struct PortBlock
{
    uint32_t address{0};
    OutsidePorts ports;
    std::array<uint32_t, 4> used{}; ///< by protocol: TCP, UDP, ICMP, others
    uint32_t mappings{0};           ///< of all protocols
    Nanos releaseAt{0};             ///< if it has no mapping: when it goes back to its pool

    /// @param protocol IP protocol number @return the place of its count in used
    static std::size_t PlaceOf(uint8_t protocol);
};

/// The blocks of outside addresses that are taken.
class PortBlockPool
{
  public:
    /// Nothing is in the pool.
    PortBlockPool() = default;

    /**
     * @param ports of each address
     * @param size ports of a block; what is left over at the end is not used
     */
    PortBlockPool(const OutsidePorts& ports, uint32_t size);

    /// @param address any @return its lowest free block; none: all are taken
    std::optional<PortBlock> FindFree(uint32_t address) const;

    /// @param block a free one
    void Take(const PortBlock& block);

    /// @param block a taken one
    void GiveBack(const PortBlock& block);

    /// @return how many blocks are taken
    uint32_t Taken() const
    {
        return m_taken;
    }

  private:
    struct Blocks
    {
        std::vector<bool> taken;
        uint32_t count{0};
    };

    std::size_t PlaceOf(const PortBlock& block) const;

    OutsidePorts m_ports;
    uint32_t m_size{0};
    uint32_t m_each{0}; ///< blocks of an address
    uint32_t m_taken{0};
    std::unordered_map<uint32_t, Blocks> m_addresses;
};

/// Who has an outside port, as computed.
class DeterministicBlocks
{
  public:
    /// What the computation needs.
    struct Plan
    {
        AddressRange inside;  ///< the subscribers
        AddressRange outside; ///< the pool
        OutsidePorts ports;   ///< of each outside address
        uint32_t size{0};     ///< ports of a subscriber; 0: as many as there are for each
    };

    /// @param plan one that Make takes
    /// @return the blocks; none: the pool has too few ports for so many subscribers
    static std::optional<DeterministicBlocks> Make(const Plan& plan);

    /// @param inside a subscriber's address @return its block; none: it is no subscriber
    std::optional<PortBlock> BlockOf(uint32_t inside) const;

    /**
     * @param outside an address
     * @param port of it
     * @return the subscriber; none: nobody has it
     */
    std::optional<uint32_t> SubscriberOf(uint32_t outside, uint16_t port) const;

  private:
    Plan m_plan;
    uint32_t m_ratio{1}; ///< subscribers of an outside address
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_NAT_CARRIER_PORT_BLOCKS_H
