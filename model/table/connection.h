/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_TABLE_CONNECTION_H
#define CONNTRACK_TABLE_CONNECTION_H

#include "model/flow/status.h"
#include "model/flow/time.h"
#include "model/flow/tuple.h"
#include "model/tracker/timeouts.h"
#include "model/tracker/tracks.h"

#include <array>
#include <cstdint>

/**
 * @file
 * A tracked connection.
 *
 * Layer: table.
 * Shape: a plain struct of 256 bytes in the slab of its ConnectionTable, addressed by pointer; the
 * helper area, which few connections have, is a second piece.
 * Lifetime: made unconfirmed by the first packet; confirmed into the table when that packet leaves;
 * dying once removed; freed when nobody refers to it any more (expected connections keep their
 * master, packets under way their connection).
 * Units: nanoseconds; bytes are those of IP packets, header included.
 */

namespace ns3
{
namespace conntrack
{

struct HelperArea;

/// Packets and bytes of one direction (nf_conntrack_acct).
struct Counter
{
    uint64_t packets{0}; ///< packets
    uint64_t bytes{0};   ///< bytes from the IP header on
};

/// A tracked connection. What every packet looks at comes first, in two cache lines; then what its
/// tracker does; then what is asked for less often.
struct alignas(64) Connection
{
    /// By direction. The reply tuple is what answers bear: NAT shows as a difference to the
    /// inverse.
    std::array<Tuple, 2> tuples;
    /// Point in time of its expiry; the time to live itself while it is unconfirmed.
    Nanos deadline{0};
    Nanos armed{0};                    ///< for the table: when it will look at the deadline
    Nanos start{0};                    ///< point in time of its confirmation
    uint32_t status{0};                ///< bits of namespace status
    uint32_t references{0};            ///< the table's own, packets', children's
    HelperArea* help{nullptr};         ///< none: it has no helper area (rows H9, H11)
    const Timeouts* timeouts{nullptr}; ///< of its `ct timeout` object; none: the router's

    ProtocolTrack track; ///< the protocol tracker's state

    std::array<Counter, 2> counters; ///< by direction; zero while accounting is off
    Connection* master{nullptr};     ///< whose expectation it matched
    uint32_t mark{0};                ///< ctmark
    uint32_t id{0};                  ///< unique in its table, in order of creation
    uint32_t slot{0};                ///< for the table: its place in the slab
    uint32_t children{0};            ///< living connections that it is master of
    Zone zone;                       ///< its zone
    uint16_t pendingEvents{0};       ///< bits of namespace event, not reported yet

    /// @return the tuple of the first packet
    const Tuple& Original() const
    {
        return tuples[0];
    }

    /// @return the tuple that answers bear
    const Tuple& Reply() const
    {
        return tuples[1];
    }

    /**
     * @param bits of namespace status
     * @return whether any of them is set
     */
    bool Is(uint32_t bits) const
    {
        return (status & bits) != 0;
    }
};

static_assert(sizeof(Connection) == 256, "a million connections: every byte counts");

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_TABLE_CONNECTION_H
