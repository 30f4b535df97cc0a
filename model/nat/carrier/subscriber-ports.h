/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_NAT_CARRIER_SUBSCRIBER_PORTS_H
#define CONNTRACK_NAT_CARRIER_SUBSCRIBER_PORTS_H

#include "model/nat/carrier/nat-behavior.h"
#include "model/nat/carrier/port-blocks.h"

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

/**
 * @file
 * Which outside ports a subscriber may have: by blocks, limits and pooling.
 *
 * Layer: nat.
 * Shape: a look (Choose), which changes nothing, and a taking (Take): a connection whose first
 * packet is dropped between them leaves nothing behind. Hash maps are asked by key only.
 * Units and byte order: addresses and ports are numbers in host order; nanoseconds.
 */

namespace ns3
{
namespace conntrack
{

/// How subscribers get blocks of ports.
enum class BlockAllocation : uint8_t
{
    None,          ///< they do not: all share the ports of the outside addresses
    Dynamic,       ///< one with the first connection, more as they are full
    Deterministic, ///< one each, computed from its address (RFC 7422)
};

/// Why there is no port.
enum class NoPort : uint8_t
{
    SubscriberLimit, ///< the subscriber has all that it may have
    PoolEmpty,       ///< all ports of the outside addresses are taken
};

/// Which outside ports subscribers may have.
class SubscriberPorts
{
  public:
    /// What decides.
    struct Rules
    {
        PoolingBehavior pooling{PoolingBehavior::Paired};
        PortAssignment assignment{PortAssignment::Preservation};
        bool keepsParity{false};
        bool keepsContiguity{false};
        OutsidePorts ports; ///< of each outside address
        BlockAllocation allocation{BlockAllocation::None};
        uint32_t blockSize{0};        ///< ports; of dynamic blocks
        uint32_t mostBlocks{1};       ///< of a subscriber; of dynamic blocks
        uint32_t mostMappings{0};     ///< of a subscriber; 0: no limit
        Nanos holdTime{0};            ///< how long a dynamic block without mappings stays
        DeterministicBlocks computed; ///< of deterministic ones
    };

    /// Told of a dynamic block that is given to a subscriber, or taken back.
    using BlockCallback =
        std::function<void(bool given, uint32_t subscriber, const PortBlock& block, Nanos now)>;

    /// For whom a port is wanted.
    struct Request
    {
        uint32_t subscriber;
        uint16_t port;          ///< the inside one
        uint8_t protocol;       ///< IP protocol number
        AddressRange addresses; ///< outside; deterministic blocks do not ask
        /// Where the subscriber's port before this one is, for contiguity; none: nowhere.
        std::optional<std::pair<uint32_t, uint16_t>> neighbor;
        std::function<uint16_t()> random;                            ///< 16 bits
        std::function<bool(uint32_t address, uint16_t port)> isFree; ///< whether it may be had
    };

    /// An outside port that may be had.
    struct Place
    {
        PortBlock block; ///< the one it is of, as Take knows it again
        uint16_t port;
    };

    /**
     * @param rules what decides
     * @param onBlock told of dynamic blocks
     */
    SubscriberPorts(const Rules& rules, BlockCallback onBlock);

    /// @param request for whom @return a port, or why there is none
    std::variant<Place, NoPort> Choose(const Request& request) const;

    /**
     * A port of Choose has a mapping now.
     * @param subscriber whose
     * @param place the port
     * @param protocol IP protocol number
     * @param now point in time
     * @return the block, for GiveBack
     */
    PortBlock* Take(uint32_t subscriber, const Place& place, uint8_t protocol, Nanos now);

    /**
     * The mapping has gone.
     * @param subscriber whose
     * @param block of Take
     * @param protocol of Take
     * @param now point in time
     */
    void GiveBack(uint32_t subscriber, PortBlock& block, uint8_t protocol, Nanos now);

    /// @return when Expire must be called
    std::optional<Nanos> NextDeadline() const;

    /// @param now point in time; blocks whose hold time is over go back to the pool
    void Expire(Nanos now);

    /// @param subscriber an address @return its outside address; none: it has none at present
    std::optional<uint32_t> OutsideOf(uint32_t subscriber) const;

    /// @return how many subscribers have blocks or mappings
    uint32_t Subscribers() const
    {
        return static_cast<uint32_t>(m_subscribers.size());
    }

    /// @return how many dynamic blocks are given
    uint32_t Blocks() const
    {
        return m_pool.Taken();
    }

  private:
    struct Subscriber
    {
        uint32_t address{0}; ///< outside; of the newest mapping
        uint32_t mappings{0};
        std::vector<std::unique_ptr<PortBlock>> blocks;
    };

    const Subscriber* FindSubscriber(uint32_t address) const;
    AddressRange AddressesFor(const Request& request, const Subscriber* subscriber) const;
    std::optional<Place> InBlock(const PortBlock& block, const Request& request) const;
    std::optional<Place> InRange(const PortBlock& block,
                                 const OutsidePorts& range,
                                 const Request& request) const;
    bool Fits(const PortBlock& block, uint32_t port, const Request& request) const;
    std::variant<Place, NoPort> ChooseShared(const Request& request, const Subscriber* own) const;
    std::variant<Place, NoPort> ChooseDynamic(const Request& request, const Subscriber* own) const;
    PortBlock& BlockAt(uint32_t subscriber, const PortBlock& wanted, Nanos now);
    void Release(uint32_t subscriber, PortBlock& block, Nanos now);

    Rules m_rules;
    BlockCallback m_onBlock;
    PortBlockPool m_pool;
    std::unordered_map<uint32_t, Subscriber> m_subscribers;
    std::unordered_map<uint32_t, PortBlock> m_shared; ///< by outside address
    /// Subscribers' blocks on hold, oldest first; some have mappings again, or have gone.
    std::deque<std::pair<Nanos, std::pair<uint32_t, const PortBlock*>>> m_held;
    uint32_t m_turn{0}; ///< the outside address that is asked first for a new subscriber
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_NAT_CARRIER_SUBSCRIBER_PORTS_H
