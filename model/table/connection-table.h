/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_TABLE_CONNECTION_TABLE_H
#define CONNTRACK_TABLE_CONNECTION_TABLE_H

#include "model/table/connection.h"
#include "model/table/deadline-queue.h"
#include "model/table/expectation.h"
#include "model/table/flow-index.h"
#include "model/table/slab.h"
#include "model/table/statistics.h"

#include <functional>
#include <optional>

/**
 * @file
 * The connection table of a router.
 *
 * Layer: table.
 * Shape: connections in a slab; an open-addressing index of both tuples (8 bytes a slot: hash and
 * slab place, so a probe touches a connection only when the hashes agree); a queue of deadlines
 * that is looked at lazily, so that renewing a deadline is one store. Units: nanoseconds of
 * simulated time, given by the caller: the table has no clock. Errors: values; packet content never
 * asserts. Source: Linux nf_conntrack's rules for confirming, expiry, limit and early drop.
 * Differs: expired connections go at their deadline, not when a collector comes by.
 */

namespace ns3
{
namespace conntrack
{

/// Who asked for a change: shown in events (rows E1, E17); 0 and false for the router itself.
struct Requester
{
    uint32_t portId{0}; ///< netlink port of the asking process
    bool report{false}; ///< it wants to hear of its own change
};

/// Why a connection ended.
enum class EndReason : uint8_t
{
    Expired,   ///< its deadline passed
    Reset,     ///< its tracker ended it (RST before any answer)
    Reopened,  ///< its ports are used again
    EarlyDrop, ///< it made room for a new one
    Deleted,   ///< somebody deleted or flushed it
    Disposed,  ///< the router went away
};

/// What became of an unconfirmed connection whose first packet leaves.
enum class ConfirmResult : uint8_t
{
    Confirmed, ///< it is in the table now
    Clash,     ///< another connection has one of its tuples: the packet must be dropped
    Dying,     ///< it was ended before it was confirmed: the packet must be dropped
};

/// The connection table of a router.
class ConnectionTable
{
  public:
    /// A connection and the direction in which a tuple belongs to it.
    struct Found
    {
        Connection* connection{nullptr};          ///< none: the tuple is of no connection
        Direction direction{Direction::Original}; ///< of the tuple within it
    };

    /// Called for a connection that ends: before it leaves the index, while it is whole.
    using EndCallback = std::function<void(Connection&, EndReason, Nanos, const Requester&)>;

    /**
     * @param hashKey random value from the run's seed, so that reruns are equal
     * @param statistics counts found, insert_failed, drop, early_drop ...
     */
    ConnectionTable(uint64_t hashKey, Statistics& statistics);
    ~ConnectionTable();
    ConnectionTable(const ConnectionTable&) = delete;
    ConnectionTable& operator=(const ConnectionTable&) = delete;

    /// @param callback called for every confirmed connection that ends
    void SetEndCallback(EndCallback callback);

    /**
     * @param maximum most connections at a time, unconfirmed ones too; 0: no limit
     *        (nf_conntrack_max)
     */
    void SetMaximum(uint32_t maximum);

    /// @param buckets the kernel's bucket count, which decides where early drop looks
    void SetBuckets(uint32_t buckets);

    /**
     * @param tuple a packet's tuple; its zone is not used
     * @param zone the zone the packet is in
     * @param now point in time
     * @return the confirmed connection it belongs to; none: null. An expired one it meets is ended
     */
    Found Find(const Tuple& tuple, const Zone& zone, Nanos now);

    /**
     * As a listing would: nothing is ended or counted.
     * @param tuple of either direction, with its zone
     * @return the confirmed connection that has it, which may be overdue; none: null
     */
    Connection* Peek(const Tuple& tuple) const;

    /**
     * Make a connection that is in no index yet.
     * @param original tuple of its first packet
     * @param reply tuple of answers
     * @param zone its zone
     * @param now point in time
     * @return the connection, one reference held by the caller; null if the table is full and early
     *         drop found nothing (counted: drop)
     */
    Connection* Create(const Tuple& original, const Tuple& reply, const Zone& zone, Nanos now);

    /**
     * Put an unconfirmed connection into the table: its first packet leaves the router.
     * @param connection the connection; its deadline holds its time to live
     * @param now point in time
     * @return what became of it (a clash is counted as insert_failed)
     */
    ConfirmResult Confirm(Connection& connection, Nanos now);

    /**
     * Renew or change the time to live: one store, as long as it does not become shorter than what
     * the queue waits for.
     * @param connection the connection, confirmed or not
     * @param now point in time
     * @param timeout its new time to live
     */
    void Refresh(Connection& connection, Nanos now, Nanos timeout);

    /**
     * End a confirmed connection.
     * @param connection the connection; may be freed by the call
     * @param reason why
     * @param now point in time
     * @param requester who wants it
     * @return false if it was dying already
     */
    bool End(Connection& connection, EndReason reason, Nanos now, const Requester& requester = {});

    /// @param connection a connection that must not be freed until Release
    static void Hold(Connection& connection);

    /// @param connection a connection held before; freed if this was the last reference
    void Release(Connection& connection);

    /**
     * Give a connection its helper area (row H9).
     * @param connection the connection
     * @return the area, new and empty or the one it has; null if there is no memory for it (row
     *         H9: a limit that only tests set)
     */
    HelperArea* AddHelperArea(Connection& connection);

    /// @param failing whether AddHelperArea shall say that there is no memory (for tests of row
    /// H11)
    void SetHelperAreaFailing(bool failing);

    /**
     * Make an expected connection know its master, which lives as long as it.
     * @param connection the new connection
     * @param master its master
     */
    static void SetMaster(Connection& connection, Connection& master);

    /// @return the earliest point in time at which Expire must be called; none: no deadline
    std::optional<Nanos> NextDeadline();

    /// @return a point in time not after NextDeadline's, for less: the reminder may be out of date
    Nanos EarliestReminder() const
    {
        return m_deadlines.EarliestTime();
    }

    /**
     * End the connections whose deadline has come, in the order of deadlines, then of ids.
     * @param now point in time
     */
    void Expire(Nanos now);

    /// @return how many connections there are, unconfirmed ones too
    uint32_t Size() const
    {
        return m_count;
    }

    /// @param slot of a connection @return it
    Connection* At(uint32_t slot) const;

    /**
     * Visit every confirmed connection in the order of ids, each once.
     * @param visit called with each; it may end this one and others
     */
    void ForEach(const std::function<void(Connection&)>& visit);

    /**
     * End every connection, as conntrack -F.
     * @param now point in time
     * @param requester who asks for it, as events tell
     */
    void Flush(Nanos now, const Requester& requester = {});

  private:
    uint32_t HashOf(const Tuple& tuple) const;
    bool EarlyDrop(const Tuple& tuple, Nanos now);
    void Arm(Connection& connection);
    void Free(Connection& connection);
    bool IsInTable(const Tuple& tuple, uint32_t hash) const;

    std::array<uint64_t, 3> m_hashKeys;
    Statistics& m_statistics;
    EndCallback m_onEnd;
    Slab<Connection> m_connections;
    Slab<HelperArea> m_helperAreas;
    FlowIndex m_index;
    DeadlineQueue m_deadlines;
    uint32_t m_maximum{262144}; // sysctl nf_conntrack_max's usual value, 65536 * 4
    uint32_t m_buckets{262144}; // sysctl nf_conntrack_buckets
    uint32_t m_count{0};
    uint32_t m_lastId{0};
    bool m_helperAreaFails{false};
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_TABLE_CONNECTION_TABLE_H
