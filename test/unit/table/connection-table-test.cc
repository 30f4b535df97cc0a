/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "test/unit/table/table-fixture.h"

#include <set>

namespace ns3
{
namespace conntrack
{
namespace test
{

class ConnectionTableTest : public TableFixture
{
  protected:
    ConnectionTable::Found Find(const Tuple& tuple, const Zone& zone = {}, Nanos now = 1)
    {
        return connections.Find(tuple, zone, now);
    }

    std::vector<uint32_t> Visited()
    {
        std::vector<uint32_t> ids;
        connections.ForEach([&](Connection& connection) { ids.push_back(connection.id); });
        return ids;
    }
};

TEST_F(ConnectionTableTest, FindsBothDirections)
{
    Connection& connection = Add(1000);
    EXPECT_EQ(Find(TupleOf(1000)).connection, &connection);
    EXPECT_EQ(Find(TupleOf(1000)).direction, Direction::Original);
    EXPECT_EQ(Find(InverseOf(TupleOf(1000))).connection, &connection);
    EXPECT_EQ(Find(InverseOf(TupleOf(1000))).direction, Direction::Reply);
    EXPECT_EQ(Find(TupleOf(1001)).connection, nullptr);
}

TEST_F(ConnectionTableTest, EveryPartOfTheTupleCounts)
{
    Add(1000);
    Tuple other = TupleOf(1000);
    other.protocol = protocol::UDP;
    EXPECT_EQ(Find(other).connection, nullptr);
    other = TupleOf(1000);
    other.family = Family::Ipv6;
    EXPECT_EQ(Find(other).connection, nullptr);
    other = TupleOf(1000);
    other.source.bytes[15] = 1;
    EXPECT_EQ(Find(other).connection, nullptr);
    EXPECT_EQ(Find(TupleOf(1000, 22)).connection, nullptr);
}

TEST_F(ConnectionTableTest, AnUnconfirmedOneIsNotFoundAndCounts)
{
    Connection& connection = Open(1000);
    EXPECT_EQ(Find(TupleOf(1000)).connection, nullptr);
    EXPECT_EQ(connections.Size(), 1U);
    connections.Release(connection);
    EXPECT_EQ(connections.Size(), 0U);
    EXPECT_TRUE(ends.empty());
}

TEST_F(ConnectionTableTest, ItsTimeToLiveCountsFromConfirmation)
{
    Connection& connection = Open(1000, 10 * SECOND);
    connections.Refresh(connection, 1 * SECOND, 20 * SECOND);
    EXPECT_EQ(connection.deadline, 20 * SECOND);
    connections.Confirm(connection, 3 * SECOND);
    EXPECT_EQ(connection.start, 3 * SECOND);
    EXPECT_EQ(connection.deadline, 23 * SECOND);
    EXPECT_EQ(connections.NextDeadline(), 23 * SECOND);
    connections.Release(connection);
}

TEST_F(ConnectionTableTest, OriginalTupleClashes)
{
    Add(1000);
    Connection& second = Open(1000);
    EXPECT_EQ(connections.Confirm(second, 0), ConfirmResult::Clash);
    EXPECT_FALSE(second.Is(status::CONFIRMED));
    EXPECT_EQ(statistics.insertFailed, 1U);
    EXPECT_EQ(statistics.drop, 1U);
    connections.Release(second);
    EXPECT_EQ(connections.Size(), 1U);
}

TEST_F(ConnectionTableTest, ReplyTupleClashes)
{
    Add(1000);
    Connection& second = *connections.Create(TupleOf(2000), InverseOf(TupleOf(1000)), {}, 0);
    EXPECT_EQ(connections.Confirm(second, 0), ConfirmResult::Clash);
    connections.Release(second);
    EXPECT_EQ(Find(TupleOf(2000)).connection, nullptr);
}

TEST_F(ConnectionTableTest, ADyingOneIsNotConfirmed)
{
    Connection& connection = Open(1000);
    EXPECT_TRUE(connections.End(connection, EndReason::Reset, 0));
    EXPECT_EQ(connections.Confirm(connection, 0), ConfirmResult::Dying);
    EXPECT_EQ(statistics.insertFailed, 1U);
    EXPECT_TRUE(ends.empty()); // nobody knew it
    connections.Release(connection);
    EXPECT_EQ(connections.Size(), 0U);
}

TEST_F(ConnectionTableTest, EqualTuplesAreFoundAsReply)
{
    Tuple same = TupleOf(7, 7);
    same.destination = same.source;
    Connection& connection = *connections.Create(same, InverseOf(same), {}, 0);
    connection.deadline = SECOND;
    ASSERT_EQ(connections.Confirm(connection, 0), ConfirmResult::Confirmed);
    EXPECT_EQ(Find(same).direction, Direction::Reply);
    connections.End(connection, EndReason::Deleted, 0);
    EXPECT_EQ(Find(same).connection, nullptr);
    connections.Release(connection);
}

TEST_F(ConnectionTableTest, AnExpiredOneIsEndedByWhoMeetsIt)
{
    Connection& connection = Add(1000, 10 * SECOND);
    EXPECT_EQ(Find(TupleOf(1000), {}, 10 * SECOND - 1).connection, &connection);
    EXPECT_EQ(Find(TupleOf(1000), {}, 10 * SECOND).connection, nullptr);
    ASSERT_EQ(ends.size(), 1U);
    EXPECT_EQ(ends[0].second, EndReason::Expired);
    EXPECT_FALSE(connections.NextDeadline());
}

TEST_F(ConnectionTableTest, WhoPeeksEndsNothing)
{
    Connection& connection = Add(1000);
    EXPECT_EQ(connections.Peek(TupleOf(1000)), &connection);
    EXPECT_EQ(connections.Peek(InverseOf(TupleOf(1000))), &connection);
    EXPECT_EQ(connections.Peek(TupleOf(1001)), nullptr);
    Tuple zoned = TupleOf(1000);
    zoned.zone = 7;
    EXPECT_EQ(connections.Peek(zoned), nullptr);
    connection.deadline = 1;
    EXPECT_EQ(connections.Peek(TupleOf(1000)), &connection);
    EXPECT_TRUE(ends.empty());
    EXPECT_EQ(Find(TupleOf(1000), {}, 2).connection, nullptr);
    EXPECT_EQ(connections.Peek(TupleOf(1000)), nullptr);
}

TEST_F(ConnectionTableTest, EndsOnce)
{
    Connection& connection = Add(1000);
    ConnectionTable::Hold(connection);
    EXPECT_TRUE(connections.End(connection, EndReason::Deleted, 5));
    EXPECT_FALSE(connections.End(connection, EndReason::Deleted, 5));
    EXPECT_EQ(ends.size(), 1U);
    EXPECT_EQ(Find(TupleOf(1000)).connection, nullptr);
    EXPECT_EQ(connections.Size(), 1U); // a packet under way holds it
    connections.Release(connection);
    EXPECT_EQ(connections.Size(), 0U);
}

TEST_F(ConnectionTableTest, TheEndIsToldWhileItIsWhole)
{
    Connection& connection = Add(1000);
    Requester asked;
    connections.SetEndCallback([&](Connection& c, EndReason, Nanos now, const Requester& who) {
        EXPECT_EQ(Find(TupleOf(1000)).connection, &c);
        EXPECT_EQ(now, 7);
        EXPECT_FALSE(connections.End(c, EndReason::Deleted, now)); // no second end from within
        asked = who;
    });
    connections.End(connection, EndReason::Deleted, 7, {42, true});
    EXPECT_EQ(asked.portId, 42U);
    EXPECT_TRUE(asked.report);
}

TEST_F(ConnectionTableTest, AChildKeepsItsMaster)
{
    Connection& master = Add(1000);
    Connection& child = Open(1001);
    ConnectionTable::SetMaster(child, master);
    EXPECT_EQ(master.children, 1U);
    connections.Confirm(child, 0);
    connections.Release(child);
    connections.End(master, EndReason::Expired, 0);
    EXPECT_EQ(connections.Size(), 2U);
    EXPECT_EQ(child.master, &master);
    connections.End(child, EndReason::Expired, 0);
    EXPECT_EQ(connections.Size(), 0U);
}

TEST_F(ConnectionTableTest, ADroppedFirstPacketLetsItsMasterGo)
{
    Connection& master = Add(1000);
    Connection& child = Open(1001);
    ConnectionTable::SetMaster(child, master);
    connections.Release(child);
    EXPECT_EQ(master.children, 0U);
    connections.End(master, EndReason::Expired, 0);
    EXPECT_EQ(connections.Size(), 0U);
}

TEST_F(ConnectionTableTest, ALongChainOfMastersIsFreedWithoutDepth)
{
    constexpr uint32_t LENGTH = 300000;
    connections.SetMaximum(0);
    Connection* last = &Add(1);
    for (uint32_t i = 0; i < LENGTH; ++i)
    {
        Tuple tuple = TupleOf(1);
        tuple.source = Address::FromIpv4(i);
        Connection* next = connections.Create(tuple, InverseOf(tuple), {}, 0);
        ConnectionTable::SetMaster(*next, *last);
        connections.Confirm(*next, 0);
        connections.Release(*next);
        last = next;
    }
    connections.Flush(0);
    EXPECT_EQ(connections.Size(), 0U);
    EXPECT_EQ(ends.size(), LENGTH + 1);
}

TEST_F(ConnectionTableTest, OneHelperAreaEach)
{
    Connection& connection = Add(1000);
    HelperArea* area = connections.AddHelperArea(connection);
    ASSERT_NE(area, nullptr);
    area->Data<uint32_t>() = 7;
    EXPECT_EQ(connections.AddHelperArea(connection), area);
    EXPECT_EQ(area->Data<uint32_t>(), 7U);
    connections.End(connection, EndReason::Deleted, 0);
    Connection& next = Add(1001);
    EXPECT_EQ(connections.AddHelperArea(next)->Data<uint32_t>(), 0U); // used again, but clean
}

TEST_F(ConnectionTableTest, H9_NoMemoryForAnArea)
{
    Connection& connection = Add(1000);
    connections.SetHelperAreaFailing(true);
    EXPECT_EQ(connections.AddHelperArea(connection), nullptr);
    EXPECT_EQ(connection.help, nullptr);
    connections.SetHelperAreaFailing(false);
    EXPECT_NE(connections.AddHelperArea(connection), nullptr);
}

TEST_F(ConnectionTableTest, APlaceIsUsedAgainCleanly)
{
    Connection& first = Add(1000, 10 * SECOND);
    const uint32_t slot = first.slot;
    first.mark = 7;
    connections.End(first, EndReason::Deleted, 0);
    Connection& second = Add(2000, 50 * SECOND);
    ASSERT_EQ(second.slot, slot);
    EXPECT_EQ(second.mark, 0U);
    EXPECT_EQ(second.id, 2U);
    EXPECT_EQ(connections.NextDeadline(), 50 * SECOND); // not the first one's
}

TEST_F(ConnectionTableTest, Expiry_ByDeadlineThenId)
{
    Add(1, 30 * SECOND);
    Add(2, 10 * SECOND);
    Add(3, 20 * SECOND);
    Add(4, 10 * SECOND);
    connections.Expire(20 * SECOND);
    EXPECT_EQ(Visited(), (std::vector<uint32_t>{1}));
    const std::vector<std::pair<uint32_t, EndReason>> expected{{2, EndReason::Expired},
                                                               {4, EndReason::Expired},
                                                               {3, EndReason::Expired}};
    EXPECT_EQ(ends, expected);
}

TEST_F(ConnectionTableTest, Expiry_LengthenedOnesKeepTheOrderInALateCall)
{
    Connection& lengthened = Add(1, 10 * SECOND);
    Add(2, 15 * SECOND);
    connections.Refresh(lengthened, 5 * SECOND, 15 * SECOND); // until 20
    connections.Expire(30 * SECOND);
    ASSERT_EQ(ends.size(), 2U);
    EXPECT_EQ(ends[0].first, 2U);
    EXPECT_EQ(ends[1].first, 1U);
}

TEST_F(ConnectionTableTest, Expiry_Lengthened)
{
    Connection& connection = Add(1, 10 * SECOND);
    connections.Refresh(connection, 9 * SECOND, 10 * SECOND);
    EXPECT_EQ(connections.NextDeadline(), 10 * SECOND); // it looks, and finds more time
    connections.Expire(10 * SECOND);
    EXPECT_EQ(connections.NextDeadline(), 19 * SECOND);
    connections.Expire(19 * SECOND - 1);
    EXPECT_EQ(connections.Size(), 1U);
    connections.Expire(19 * SECOND);
    EXPECT_EQ(connections.Size(), 0U);
}

TEST_F(ConnectionTableTest, Expiry_Shortened)
{
    Connection& connection = Add(1, 432000 * SECOND);
    connections.Refresh(connection, 9 * SECOND, 10 * SECOND);
    EXPECT_EQ(connections.NextDeadline(), 19 * SECOND);
    connections.Refresh(connection, 10 * SECOND, 432000 * SECOND);
    connections.Expire(19 * SECOND);
    EXPECT_EQ(connections.Size(), 1U);
    EXPECT_EQ(connections.NextDeadline(), 432010 * SECOND);
}

TEST_F(ConnectionTableTest, Expiry_MayEndOthersAndAddSome)
{
    Connection& second = Add(2, 10 * SECOND);
    Add(1, 5 * SECOND);
    connections.SetEndCallback([&](Connection& c, EndReason, Nanos now, const Requester&) {
        if (c.Original() == TupleOf(1))
        {
            connections.End(second, EndReason::Deleted, now);
            Add(3, now + SECOND);
        }
    });
    connections.Expire(10 * SECOND);
    EXPECT_EQ(Visited(), (std::vector<uint32_t>{3}));
}

TEST_F(ConnectionTableTest, Limit)
{
    connections.SetMaximum(2);
    Connection& first = Add(1);
    Connection& second = Open(2); // unconfirmed ones count
    first.status |= status::ASSURED;
    EXPECT_EQ(connections.Create(TupleOf(3), InverseOf(TupleOf(3)), {}, 0), nullptr);
    EXPECT_EQ(statistics.drop, 1U);
    EXPECT_EQ(statistics.earlyDrop, 0U);
    connections.SetMaximum(0);
    Add(3);
    EXPECT_EQ(connections.Size(), 3U);
    connections.Release(second);
}

TEST_F(ConnectionTableTest, EarlyDrop_SparesTheAssured)
{
    connections.SetBuckets(1); // all are candidates
    for (uint16_t i = 1; i <= 6; ++i)
    {
        Add(i).status |= i % 2 ? status::ASSURED : 0;
    }
    connections.SetMaximum(6);
    Add(7);
    EXPECT_EQ(Visited(), (std::vector<uint32_t>{1, 3, 5, 7})); // the whole bucket's go, as in Linux
    EXPECT_EQ(statistics.earlyDrop, 3U);
    EXPECT_EQ(statistics.drop, 0U);
    EXPECT_EQ(ends[0].second, EndReason::EarlyDrop);
}

TEST_F(ConnectionTableTest, EarlyDrop_LooksAtEightBucketsOnly)
{
    // Of 1024 connections in 256 buckets some four lie in a bucket; eight buckets are a small part.
    for (uint16_t i = 1; i <= 1024; ++i)
    {
        Add(i);
    }
    connections.SetBuckets(256);
    connections.SetMaximum(1024);
    Add(2000);
    EXPECT_GE(statistics.earlyDrop, 1U);
    EXPECT_LE(statistics.earlyDrop, 40U);
    EXPECT_EQ(connections.Size(), 1025 - statistics.earlyDrop);
}

TEST_F(ConnectionTableTest, EarlyDrop_MoreBucketsThanHashesIsNoTrap)
{
    Add(1);
    connections.SetBuckets(0xffffffff);
    connections.SetMaximum(1);
    EXPECT_EQ(connections.Create(TupleOf(2), InverseOf(TupleOf(2)), {}, 0), nullptr);
    connections.SetBuckets(0); // at least one
    Add(3);
    EXPECT_EQ(Visited().size(), 1U);
}

TEST_F(ConnectionTableTest, Zones_SeparateEqualTuples)
{
    Connection& inNone = Add(1);
    Connection& inFive = Add(1, SECOND, {5, Zone::BOTH});
    EXPECT_EQ(Find(TupleOf(1)).connection, &inNone);
    EXPECT_EQ(Find(TupleOf(1), {5, Zone::BOTH}).connection, &inFive);
    EXPECT_EQ(Find(TupleOf(1), {6, Zone::BOTH}).connection, nullptr);
}

TEST_F(ConnectionTableTest, Zones_OfOneDirection)
{
    const Zone original{5, Zone::ORIGINAL};
    Connection& connection = Add(1, SECOND, original);
    const Tuple answer = InverseOf(TupleOf(1));
    EXPECT_EQ(Find(TupleOf(1), original).connection, &connection);
    EXPECT_EQ(Find(TupleOf(1)).connection, nullptr);
    EXPECT_EQ(Find(answer).connection, &connection); // answers are in zone 0
    EXPECT_EQ(Find(answer, original).connection, &connection);
    EXPECT_EQ(Find(answer, {5, Zone::BOTH}).connection, nullptr);
    EXPECT_EQ(Find(answer, {5, Zone::REPLY}).connection, nullptr);
}

TEST_F(ConnectionTableTest, Zones_AnswersOfTwoClash)
{
    Add(1, SECOND, {5, Zone::ORIGINAL});
    Connection& second = Open(1, SECOND, {6, Zone::ORIGINAL}); // same answers in zone 0
    EXPECT_EQ(connections.Confirm(second, 0), ConfirmResult::Clash);
    connections.Release(second);
}

TEST_F(ConnectionTableTest, ForEach_ShowsEachOnceInTheOrderOfIds)
{
    std::vector<uint32_t> expected;
    for (uint16_t i = 1; i <= 2000; ++i)
    {
        Add(i);
        expected.push_back(i);
        ASSERT_EQ(Visited(), expected); // whatever the fill of the index, its end and its beginning
    }
}

TEST_F(ConnectionTableTest, ForEach_MayEndAny)
{
    for (uint16_t i = 1; i <= 10; ++i)
    {
        Add(i);
    }
    std::vector<uint32_t> seen;
    connections.ForEach([&](Connection& connection) {
        seen.push_back(connection.id);
        connections.End(*Find(TupleOf(11 - connection.id)).connection, EndReason::Deleted, 0);
    });
    EXPECT_EQ(seen, (std::vector<uint32_t>{1, 2, 3, 4, 5}));
    EXPECT_EQ(connections.Size(), 5U);
}

TEST_F(ConnectionTableTest, Flush)
{
    for (uint16_t i = 1; i <= 100; ++i)
    {
        Add(i);
    }
    Connection& unconfirmed = Open(101);
    connections.Flush(0, {9, true});
    EXPECT_EQ(ends.size(), 100U);
    EXPECT_EQ(ends[99], std::make_pair(100U, EndReason::Deleted));
    EXPECT_EQ(connections.Size(), 1U);
    EXPECT_FALSE(connections.NextDeadline());
    connections.Release(unconfirmed);
}

} // namespace test
} // namespace conntrack
} // namespace ns3
