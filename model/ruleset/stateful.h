/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_RULESET_STATEFUL_H
#define CONNTRACK_RULESET_STATEFUL_H

#include "model/ruleset/field.h"

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

/**
 * @file
 * What rules remember from packet to packet: counters, quotas, limits, counts of connections.
 *
 * Layer: ruleset.
 * Shape: plain values; one for a statement, a named object or a set's element.
 * Source: nft(8), "Stateful objects", "Limit statement", "Quota statement"; recordings
 * rules-limits, rules-objects and rules-connlimit.
 */

namespace ns3
{
namespace conntrack
{

/// Packets and bytes that came by.
struct PacketCounter
{
    uint64_t packets{0};
    uint64_t bytes{0};

    /**
     * @param length a packet's length; bytes
     */
    void Add(uint32_t length)
    {
        ++packets;
        bytes += length;
    }
};

/// So many bytes, until or over which a rule matches.
struct Quota
{
    uint64_t bytes{0};
    uint64_t used{0};
    bool isOver{false};

    /**
     * @param length a packet's length; bytes; it is counted
     * @return whether the rule goes on
     */
    bool Matches(uint32_t length)
    {
        used += length;
        return (used > bytes) == isOver;
    }
};

/// A token bucket whose tokens are nanoseconds.
class TokenLimit
{
  public:
    /// What a limit costs a packet.
    enum class Unit : uint8_t
    {
        Packets,
        Bytes,
    };

    /// A limit as a rule states it.
    struct Setup
    {
        Unit unit{Unit::Packets};
        uint64_t rate{1};    ///< packets or bytes in each interval
        uint64_t seconds{1}; ///< the interval
        uint32_t burst{0};   ///< as unit; packets: 0 means 5, as in Linux
        bool isOver{false};
    };

    /**
     * @param setup the limit
     * @param now point in time: the bucket is full
     * @return the limit; none if its numbers do not fit 64 bits or the rate is 0
     */
    static std::optional<TokenLimit> Make(const Setup& setup, Nanos now);

    /**
     * @param length a packet's length; bytes
     * @param now point in time
     * @return whether the rule goes on
     */
    bool Matches(uint32_t length, Nanos now);

  private:
    Unit m_unit{Unit::Packets};
    bool m_isOver{false};
    uint64_t m_rate{1};
    uint64_t m_interval{0}; // nanoseconds
    uint64_t m_capacity{0};
    uint64_t m_tokens{0};
    Nanos m_last{0};
};

/// How many of the connections that met a `ct count` live.
class ConnectionCount
{
  public:
    /**
     * @param most the number
     * @param isOver whether the rule goes on beyond it, not up to it
     */
    ConnectionCount(uint32_t most, bool isOver)
        : m_most(most),
          m_isOver(isOver)
    {
    }

    /**
     * Count a packet's connection.
     * @param context the packet
     * @return whether the rule goes on
     */
    bool Matches(const RuleContext& context);

  private:
    struct Member
    {
        Tuple tuple;
        Zone zone;
    };

    bool Collect(const RuleContext& context, const Member* sought);
    static bool IsClosed(const Connection& connection);

    std::vector<Member> m_members;
    uint32_t m_most;
    bool m_isOver;
};

/// What an element of a set may remember.
using ElementState = std::variant<PacketCounter, Quota, TokenLimit, ConnectionCount>;

/// Numbers in turn (`numgen inc`).
struct NumberGenerator
{
    uint32_t modulus{1};
    uint32_t offset{0};
    uint32_t next{0};

    /// @return the next of offset, offset + 1, ... offset + modulus - 1, and so on
    uint32_t Take()
    {
        const uint32_t taken = next;
        next = next + 1 < modulus ? next + 1 : 0;
        return taken + offset;
    }
};

/**
 * A packet met an element.
 * @param states what the element remembers
 * @param context the packet
 * @return whether the rule goes on
 */
bool UpdateStates(std::vector<ElementState>& states, const RuleContext& context);

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_RULESET_STATEFUL_H
