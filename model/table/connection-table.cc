/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/table/connection-table.h"

#include "model/table/hash.h"

#include "ns3/assert.h"

#include <algorithm>
#include <utility>

namespace ns3
{
namespace conntrack
{

namespace
{

// An index value is a slab place and the direction whose tuple was hashed.
constexpr uint32_t
ToValue(uint32_t slot, Direction direction)
{
    return slot << 1 | static_cast<uint32_t>(direction);
}

constexpr Direction
DirectionOf(uint32_t value)
{
    return static_cast<Direction>(value & 1);
}

// Linux looks for victims in this many buckets, from the new connection's own on.
constexpr uint32_t EVICTION_BUCKETS = 8;

// Reminders out of date are cleared away when they outnumber the entries by this factor.
constexpr std::size_t COMPACT_FACTOR = 4;
constexpr std::size_t COMPACT_LEAST = 1024;

} // namespace

ConnectionTable::ConnectionTable(uint64_t hashKey, Statistics& statistics)
    : m_hashKeys(ExpandKey(hashKey)),
      m_statistics(statistics)
{
}

ConnectionTable::~ConnectionTable() = default;

void
ConnectionTable::SetEndCallback(EndCallback callback)
{
    m_onEnd = std::move(callback);
}

void
ConnectionTable::SetMaximum(uint32_t maximum)
{
    m_maximum = maximum;
}

void
ConnectionTable::SetBuckets(uint32_t buckets)
{
    m_buckets = std::max(buckets, 1U);
}

uint32_t
ConnectionTable::HashOf(const Tuple& tuple) const
{
    return HashBytes40(&tuple, m_hashKeys);
}

Connection*
ConnectionTable::At(uint32_t slot) const
{
    return &m_connections.At(slot);
}

ConnectionTable::Found
ConnectionTable::Find(const Tuple& tuple, const Zone& zone, Nanos now)
{
    Tuple key = tuple;
    for (const Direction asked : {Direction::Original, Direction::Reply})
    {
        key.zone = zone.IdFor(asked);
        if (asked == Direction::Reply && key.zone == zone.IdFor(Direction::Original))
        {
            break; // the zone is the same both ways: nothing new to find
        }
        // A hit counts only if the zone holds in the direction in which it was hit.
        const uint32_t value = m_index.Find(HashOf(key), [&](uint32_t candidate) {
            const Direction direction = DirectionOf(candidate);
            return key.zone == zone.IdFor(direction) &&
                   At(candidate >> 1)->tuples[Index(direction)] == key;
        });
        if (value == FlowIndex::NONE)
        {
            continue;
        }
        Connection& connection = *At(value >> 1);
        if (connection.deadline > now)
        {
            return {&connection, DirectionOf(value)};
        }
        End(connection, EndReason::Expired, now);
    }
    return {};
}

Connection*
ConnectionTable::Peek(const Tuple& tuple) const
{
    const uint32_t value = m_index.Find(HashOf(tuple), [&](uint32_t candidate) {
        return At(candidate >> 1)->tuples[Index(DirectionOf(candidate))] == tuple;
    });
    return value == FlowIndex::NONE ? nullptr : At(value >> 1);
}

bool
ConnectionTable::IsInTable(const Tuple& tuple, uint32_t hash) const
{
    return m_index.Find(hash, [&](uint32_t candidate) {
        return At(candidate >> 1)->tuples[Index(DirectionOf(candidate))] == tuple;
    }) != FlowIndex::NONE;
}

Connection*
ConnectionTable::Create(const Tuple& original, const Tuple& reply, const Zone& zone, Nanos now)
{
    Tuple first = original;
    Tuple answer = reply;
    first.zone = zone.IdFor(Direction::Original);
    answer.zone = zone.IdFor(Direction::Reply);
    if (m_maximum != 0 && m_count >= m_maximum && !EarlyDrop(first, now))
    {
        ++m_statistics.drop;
        return nullptr;
    }
    Connection* connection = m_connections.Allocate();
    connection->tuples = {first, answer};
    connection->zone = zone;
    connection->id = ++m_lastId;
    connection->references = 1;
    ++m_count;
    return connection;
}

bool
ConnectionTable::EarlyDrop(const Tuple& tuple, Nanos now)
{
    // A bucket of the kernel is a range of hash values: bucket = hash * buckets / 2^32.
    uint64_t bucket = uint64_t{HashOf(tuple)} * m_buckets >> 32;
    for (uint32_t i = 0; i < EVICTION_BUCKETS; ++i, bucket = (bucket + 1) % m_buckets)
    {
        const uint64_t first = ((bucket << 32) + m_buckets - 1) / m_buckets;
        const uint64_t next = (((bucket + 1) << 32) + m_buckets - 1) / m_buckets;
        if (next <= first)
        {
            continue; // more buckets than hash values
        }
        uint32_t dropped = 0;
        for (const uint32_t value :
             m_index.InRange(static_cast<uint32_t>(first), static_cast<uint32_t>(next - 1)))
        {
            Connection& victim = *At(value >> 1);
            if (!victim.Is(status::ASSURED | status::DYING))
            {
                dropped += End(victim, EndReason::EarlyDrop, now);
            }
        }
        if (dropped != 0)
        {
            m_statistics.earlyDrop += dropped;
            return true;
        }
    }
    return false;
}

ConfirmResult
ConnectionTable::Confirm(Connection& connection, Nanos now)
{
    if (connection.Is(status::DYING))
    {
        ++m_statistics.insertFailed;
        return ConfirmResult::Dying;
    }
    const uint32_t original = HashOf(connection.Original());
    const uint32_t reply = HashOf(connection.Reply());
    if (IsInTable(connection.Original(), original) || IsInTable(connection.Reply(), reply))
    {
        ++m_statistics.insertFailed;
        ++m_statistics.drop;
        return ConfirmResult::Clash;
    }
    connection.start = now;
    connection.deadline += now; // the time to live counts from here, not from the look-up
    connection.status |= status::CONFIRMED;
    ++connection.references;
    // Where both tuples are equal, Linux finds the reply's: it is the one put in last, at the head.
    m_index.Insert(reply, ToValue(connection.slot, Direction::Reply));
    m_index.Insert(original, ToValue(connection.slot, Direction::Original));
    Arm(connection);
    return ConfirmResult::Confirmed;
}

void
ConnectionTable::Arm(Connection& connection)
{
    connection.armed = connection.deadline;
    m_deadlines.Push({connection.deadline, connection.slot, connection.id});
    if (m_deadlines.Size() > COMPACT_LEAST + COMPACT_FACTOR * m_count)
    {
        m_deadlines.Compact([this](const DeadlineQueue::Reminder& reminder) {
            const Connection& owner = *At(reminder.slot);
            return owner.id == reminder.id && owner.armed == reminder.when;
        });
    }
}

void
ConnectionTable::Refresh(Connection& connection, Nanos now, Nanos timeout)
{
    if (!connection.Is(status::CONFIRMED))
    {
        connection.deadline = timeout;
        return;
    }
    connection.deadline = now + timeout;
    if (connection.deadline < connection.armed)
    {
        Arm(connection);
    }
}

bool
ConnectionTable::End(Connection& connection,
                     EndReason reason,
                     Nanos now,
                     const Requester& requester)
{
    if (connection.Is(status::DYING))
    {
        return false;
    }
    connection.status |= status::DYING;
    if (!connection.Is(status::CONFIRMED))
    {
        return true; // its packet, which alone refers to it, will not confirm it
    }
    if (m_onEnd)
    {
        m_onEnd(connection, reason, now, requester);
    }
    for (const Direction direction : {Direction::Original, Direction::Reply})
    {
        m_index.Erase(HashOf(connection.tuples[Index(direction)]),
                      ToValue(connection.slot, direction));
    }
    connection.armed = -1; // its reminders are out of date
    Release(connection);
    return true;
}

void
ConnectionTable::Hold(Connection& connection)
{
    ++connection.references;
}

void
ConnectionTable::Release(Connection& connection)
{
    // A loop: a chain of masters may be as long as the table.
    Connection* released = &connection;
    while (released != nullptr && --released->references == 0)
    {
        Connection* master = released->master;
        Free(*released);
        if (master != nullptr)
        {
            --master->children;
        }
        released = master;
    }
}

void
ConnectionTable::Free(Connection& connection)
{
    if (connection.help != nullptr)
    {
        NS_ASSERT_MSG(connection.help->expectations.empty(), "a freed master has expectations");
        m_helperAreas.Free(*connection.help);
    }
    connection.id = 0;
    connection.armed = -1;
    --m_count;
    m_connections.Free(connection);
}

HelperArea*
ConnectionTable::AddHelperArea(Connection& connection)
{
    if (connection.help == nullptr && !m_helperAreaFails)
    {
        connection.help = m_helperAreas.Allocate();
    }
    return connection.help;
}

void
ConnectionTable::SetHelperAreaFailing(bool failing)
{
    m_helperAreaFails = failing;
}

void
ConnectionTable::SetMaster(Connection& connection, Connection& master)
{
    connection.master = &master;
    ++master.children;
    Hold(master);
}

std::optional<Nanos>
ConnectionTable::NextDeadline()
{
    while (const auto reminder = m_deadlines.Earliest())
    {
        const Connection& owner = *At(reminder->slot);
        if (owner.id == reminder->id && owner.armed == reminder->when)
        {
            return reminder->when;
        }
        m_deadlines.Pop();
    }
    return std::nullopt;
}

void
ConnectionTable::Expire(Nanos now)
{
    for (auto next = NextDeadline(); next && *next <= now; next = NextDeadline())
    {
        Connection& connection = *At(m_deadlines.Earliest()->slot);
        m_deadlines.Pop();
        if (connection.deadline >
            *next) // not now: the order of deadlines holds for a late call too
        {
            Arm(connection);
        }
        else
        {
            End(connection, EndReason::Expired, now);
        }
    }
}

void
ConnectionTable::ForEach(const std::function<void(Connection&)>& visit)
{
    std::vector<std::pair<uint32_t, uint32_t>> order; // id, slot
    order.reserve(m_index.Size() / 2);
    for (const uint32_t value : m_index.InRange(0, 0xffffffff))
    {
        if (DirectionOf(value) == Direction::Original)
        {
            order.emplace_back(At(value >> 1)->id, value >> 1);
        }
    }
    std::sort(order.begin(), order.end());
    for (const auto& [id, slot] : order)
    {
        Connection& connection = *At(slot);
        if (connection.id == id && !connection.Is(status::DYING))
        {
            visit(connection);
        }
    }
}

void
ConnectionTable::Flush(Nanos now, const Requester& requester)
{
    ForEach([&](Connection& connection) { End(connection, EndReason::Deleted, now, requester); });
}

} // namespace conntrack
} // namespace ns3
