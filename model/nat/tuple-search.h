/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_NAT_TUPLE_SEARCH_H
#define CONNTRACK_NAT_TUPLE_SEARCH_H

#include "model/nat/nat-range.h"
#include "model/table/connection.h"

#include <functional>
#include <optional>

/**
 * @file
 * The search for a tuple within a range that no other connection has: NAT's heart.
 *
 * Layer: nat.
 * Shape: a pure search over two questions; no state.
 * Source: RFC 4787 4.2.1 names the choices (port preservation, port parity not kept); the order of
 * the search is Linux's get_unique_tuple, tried on 6.18:
 *
 *     1. the packet's own end, if it lies in the range
 *     2. else what another connection of this source has got already
 *     3. else an address of the range, with the packet's own port
 *     4. else another port: at most 128 tries from a random place, then 64, 32, 16 from others
 *
 * Random ports skip 1 to 3. Without a range of ports the port stays in its class: below 512, below
 * 1024, or above; a destination keeps its port.
 */

namespace ns3
{
namespace conntrack
{

/// What the search must know of the router's connections.
struct TupleQuestions
{
    /// Whether the answers to a packet with this tuple would belong to another connection.
    std::function<bool(const Tuple& tuple)> isTaken;
    /// Step 4's last tries: as isTaken, but a connection that only waits for its end may be ended.
    std::function<bool(const Tuple& tuple)> isTakenStill;
    /// Step 2: the source that this tuple's source has as another connection's; none: unknown.
    std::function<std::optional<Tuple>(const Tuple& tuple, const NatRange& range)> mappedSource;
    /// A random number of 16 bits.
    std::function<uint16_t()> random;
    /// Step 4 for a destination begins at the lowest port of a range, not at a random one.
    bool countsUp{true};
};

/**
 * @param tuple of the packet as it is now
 * @param range where the end may go
 * @param side which end
 * @param connection the packet's; unconfirmed
 * @param questions of the router
 * @return the packet's tuple afterwards; a taken one if nothing is free: it cannot be confirmed
 * then
 */
Tuple SearchTuple(const Tuple& tuple,
                  const NatRange& range,
                  NatSide side,
                  const Connection& connection,
                  const TupleQuestions& questions);

/**
 * @param tuple a packet's
 * @param range of addresses and ports
 * @return whether its source lies in both, as far as they are mapped
 */
bool IsSourceInRange(const Tuple& tuple, const NatRange& range);

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_NAT_TUPLE_SEARCH_H
