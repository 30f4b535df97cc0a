/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "test/unit/table/table-fixture.h"

#include <map>
#include <random>
#include <set>
#include <tuple>

namespace ns3
{
namespace conntrack
{
namespace test
{

/// What a table must do, in the simplest words: a map from clients to deadlines.
class TableModel
{
  public:
    /// How long one lives, and whose child it is.
    struct Entry
    {
        uint32_t id;
        Nanos deadline;
    };

    std::map<uint16_t, Entry> entries; ///< by client

    /// @param now point in time @return ids of those whose time is over, in order; they go
    std::vector<uint32_t> Expire(Nanos now)
    {
        std::set<std::tuple<Nanos, uint32_t, uint16_t>> due;
        for (const auto& [client, entry] : entries)
        {
            if (entry.deadline <= now)
            {
                due.emplace(entry.deadline, entry.id, client);
            }
        }
        std::vector<uint32_t> ids;
        for (const auto& [deadline, id, client] : due)
        {
            ids.push_back(id);
            entries.erase(client);
        }
        return ids;
    }

    /// @return ids in order
    std::vector<uint32_t> Ids() const
    {
        std::set<uint32_t> ids;
        for (const auto& [client, entry] : entries)
        {
            ids.insert(entry.id);
        }
        return {ids.begin(), ids.end()};
    }
};

/// A random sequence of operations on a table and its model; the log of it is the result.
class RandomRun
{
  public:
    RandomRun(uint64_t hashKey, uint32_t operations)
        : m_table(hashKey, m_statistics)
    {
        m_table.SetMaximum(0);
        m_table.SetEndCallback([this](Connection& connection, EndReason, Nanos, const Requester&) {
            m_ended.push_back(connection.id);
        });
        for (uint32_t i = 0; i < operations && !testing::Test::HasFailure(); ++i)
        {
            m_now += static_cast<Nanos>(m_random() % 3);
            Step();
            log.insert(log.end(), m_ended.begin(), m_ended.end());
            m_ended.clear();
        }
    }

    std::vector<uint32_t> log; ///< ids in the order of their ends

  private:
    void Step()
    {
        const auto client = static_cast<uint16_t>(m_random() % 3000);
        const auto timeout = static_cast<Nanos>(1 + m_random() % 5000);
        const uint32_t kind = m_random() % 100;
        // As the simulator does: what is due goes before anything else happens.
        m_table.Expire(m_now);
        ASSERT_EQ(m_ended, m_model.Expire(m_now));
        if (kind < 40)
        {
            Add(client, timeout);
        }
        else if (kind < 85)
        {
            FindAndRefresh(client, timeout);
        }
        else if (kind < 99)
        {
            End(client);
        }
        else
        {
            Compare();
        }
    }

    void Add(uint16_t client, Nanos timeout)
    {
        Connection* connection =
            m_table.Create(TupleOf(client), InverseOf(TupleOf(client)), {}, m_now);
        connection->deadline = timeout;
        const bool isNew = m_model.entries.count(client) == 0;
        ASSERT_EQ(m_table.Confirm(*connection, m_now) == ConfirmResult::Confirmed, isNew);
        if (isNew)
        {
            m_model.entries[client] = {connection->id, m_now + timeout};
        }
        m_table.Release(*connection);
    }

    void FindAndRefresh(uint16_t client, Nanos timeout)
    {
        const bool reply = client % 2 != 0;
        const Tuple tuple = TupleOf(client);
        const auto found = m_table.Find(reply ? InverseOf(tuple) : tuple, {}, m_now);
        const auto expected = m_model.entries.find(client);
        ASSERT_EQ(found.connection != nullptr, expected != m_model.entries.end());
        if (found.connection != nullptr)
        {
            ASSERT_EQ(found.connection->id, expected->second.id);
            ASSERT_EQ(found.direction, reply ? Direction::Reply : Direction::Original);
            m_table.Refresh(*found.connection, m_now, timeout);
            expected->second.deadline = m_now + timeout;
        }
    }

    void End(uint16_t client)
    {
        const auto found = m_table.Find(TupleOf(client), {}, m_now);
        ASSERT_EQ(found.connection != nullptr, m_model.entries.erase(client) != 0);
        if (found.connection != nullptr)
        {
            m_table.End(*found.connection, EndReason::Deleted, m_now);
        }
    }

    void Compare()
    {
        std::vector<uint32_t> ids;
        m_table.ForEach([&](Connection& connection) { ids.push_back(connection.id); });
        ASSERT_EQ(ids, m_model.Ids());
        ASSERT_EQ(m_table.Size(), ids.size());
    }

    std::mt19937 m_random{20261122};
    Nanos m_now{0};
    Statistics m_statistics;
    ConnectionTable m_table;
    TableModel m_model;
    std::vector<uint32_t> m_ended;
};

TEST(ConnectionTableModel, ManyRandomOperations)
{
    const RandomRun run(1, 100000);
    EXPECT_GT(run.log.size(), 10000U);
}

TEST(ConnectionTableModel, TheHashKeyChangesNothingThatIsSeen)
{
    const RandomRun one(1, 20000);
    const RandomRun other(0xfedcba9876543210U, 20000);
    EXPECT_FALSE(one.log.empty());
    EXPECT_EQ(one.log, other.log);
}

/// An index and a multimap of the same; hashes crowd at both ends of the circle.
class FlowIndexModel : public testing::Test
{
  protected:
    uint32_t DrawHash()
    {
        static constexpr uint32_t CROWDED[] =
            {0, 1, 0x00ffffff, 0x80000000, 0xfeffffff, 0xffffffff};
        const uint32_t draw = m_random();
        return draw % 4 == 0 ? CROWDED[draw / 4 % 6] : static_cast<uint32_t>(m_random());
    }

    void Insert(uint32_t value)
    {
        const uint32_t hash = DrawHash();
        index.Insert(hash, value);
        model.emplace(hash, value);
    }

    void EraseOne()
    {
        auto victim = model.lower_bound(DrawHash());
        if (victim != model.end())
        {
            EXPECT_TRUE(index.Erase(victim->first, victim->second));
            EXPECT_FALSE(index.Erase(victim->first, victim->second));
            model.erase(victim);
        }
    }

    std::multiset<uint32_t> Expected(uint32_t first, uint32_t last) const
    {
        std::multiset<uint32_t> values;
        for (auto at = model.lower_bound(first); at != model.upper_bound(last); ++at)
        {
            values.insert(at->second);
        }
        return values;
    }

    std::multiset<uint32_t> InRange(uint32_t first, uint32_t last) const
    {
        const auto found = index.InRange(first, last);
        return {found.begin(), found.end()};
    }

    FlowIndex index;
    std::multimap<uint32_t, uint32_t> model;

  private:
    std::mt19937 m_random{7};
};

TEST_F(FlowIndexModel, ManyRandomOperations)
{
    for (uint32_t value = 0; value < 50000 && !HasFailure(); ++value)
    {
        Insert(value);
        if (value % 3 != 0)
        {
            EraseOne();
        }
        ASSERT_EQ(index.Size(), model.size());
        if (value % 500 == 0)
        {
            for (const auto& [hash, expected] : model)
            {
                const uint32_t found =
                    index.Find(hash, [want = expected](uint32_t v) { return v == want; });
                ASSERT_EQ(found, expected);
            }
            const uint32_t middle = DrawHash();
            ASSERT_EQ(InRange(0, middle), Expected(0, middle));
            ASSERT_EQ(InRange(middle, 0xffffffff), Expected(middle, 0xffffffff));
            ASSERT_EQ(InRange(0, 0xffffffff), Expected(0, 0xffffffff));
        }
    }
}

TEST_F(FlowIndexModel, SlotsThatWrapAreSeenOnce)
{
    for (uint32_t value = 0; value < 10; ++value)
    {
        index.Insert(0xffffffff, value); // one home, the last: nine lie at the beginning
    }
    EXPECT_EQ(index.InRange(0, 0xffffffff).size(), 10U);
    EXPECT_EQ(index.InRange(0xffffffff, 0xffffffff).size(), 10U);
    EXPECT_TRUE(index.InRange(0, 0xfffffffe).empty());
    for (uint32_t value = 0; value < 10; ++value)
    {
        EXPECT_TRUE(index.Erase(0xffffffff, value));
        EXPECT_EQ(index.InRange(0, 0xffffffff).size(), 9 - value);
    }
}

TEST_F(FlowIndexModel, OfEqualHashesTheFirstInsertedIsMet)
{
    index.Insert(5, 1);
    index.Insert(5, 2);
    EXPECT_EQ(index.Find(5, [](uint32_t) { return true; }), 1U);
    EXPECT_EQ(index.Find(5, [](uint32_t value) { return value != 1; }), 2U);
    EXPECT_EQ(index.Find(5, [](uint32_t) { return false; }), FlowIndex::NONE);
    EXPECT_EQ(index.Find(6, [](uint32_t) { return true; }), FlowIndex::NONE);
    EXPECT_FALSE(index.Erase(6, 1)); // wrong hash
    EXPECT_FALSE(index.Erase(5, 3)); // wrong value
    EXPECT_TRUE(index.Erase(5, 1));
    EXPECT_EQ(index.Find(5, [](uint32_t) { return true; }), 2U);
}

} // namespace test
} // namespace conntrack
} // namespace ns3
