/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/nat/source-index.h"
#include "test/unit/table/table-fixture.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <random>

namespace ns3
{
namespace conntrack
{
namespace test
{
namespace
{

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// A table whose connections are put into an index by hand.
class SourceIndexTest : public ::testing::Test
{
  protected:
    Connection& Make(uint16_t client, uint16_t server, uint16_t zone = 0)
    {
        Tuple tuple = TupleOf(client, server);
        return *table.Create(tuple, *Invert(tuple), Zone{zone}, 0);
    }

    std::vector<uint32_t> IdsOf(const Tuple& tuple) const
    {
        std::vector<uint32_t> ids;
        index.ForSource(tuple, [&](const Connection& connection) {
            ids.push_back(connection.id);
            return false;
        });
        return ids;
    }

    Statistics statistics;
    ConnectionTable table{1, statistics};
    SourceIndex index{table};
};

TEST_F(SourceIndexTest, NewestOfASourceComesFirst)
{
    for (const uint16_t server : {80, 81, 82})
    {
        index.Add(Make(1000, server));
        index.Add(Make(1001, server));
    }
    EXPECT_THAT(IdsOf(TupleOf(1000, 9)), ElementsAre(5, 3, 1));
    EXPECT_THAT(IdsOf(TupleOf(1001, 9)), ElementsAre(6, 4, 2));
    EXPECT_THAT(IdsOf(TupleOf(1002, 9)), IsEmpty());
}

TEST_F(SourceIndexTest, ProtocolAddressAndZoneAreOfTheSource)
{
    index.Add(Make(1000, 80, 7));
    Tuple tuple = TupleOf(1000, 80);
    EXPECT_THAT(IdsOf(tuple), IsEmpty());
    tuple.zone = 7;
    EXPECT_THAT(IdsOf(tuple), ElementsAre(1));
    Tuple other = tuple;
    other.protocol = protocol::UDP;
    EXPECT_THAT(IdsOf(other), IsEmpty());
    other = tuple;
    other.source = Address::FromIpv4(0x0a01000b);
    EXPECT_THAT(IdsOf(other), IsEmpty());
}

TEST_F(SourceIndexTest, VisitEndsWhenTheVisitorSaysSo)
{
    index.Add(Make(1000, 80));
    index.Add(Make(1000, 81));
    int visits = 0;
    index.ForSource(TupleOf(1000), [&](const Connection&) { return ++visits == 1; });
    EXPECT_EQ(visits, 1);
}

TEST_F(SourceIndexTest, OneThatIsNotThereIsNotRemoved)
{
    Connection& first = Make(1000, 80);
    index.Remove(first);
    index.Add(first);
    index.Remove(Make(1000, 81));
    EXPECT_THAT(IdsOf(TupleOf(1000)), ElementsAre(1));
    index.Remove(first);
    index.Remove(first);
    EXPECT_THAT(IdsOf(TupleOf(1000)), IsEmpty());
}

TEST_F(SourceIndexTest, EqualToListsThroughGrowthAndRemovals)
{
    std::mt19937 draw(1); // the same numbers everywhere
    std::vector<Connection*> living;
    for (int step = 0; step < 3000; ++step)
    {
        if (!living.empty() && draw() % 3 == 0)
        {
            const auto place = living.begin() + draw() % living.size();
            index.Remove(**place);
            table.Release(**place);
            living.erase(place);
        }
        else
        {
            living.push_back(
                &Make(static_cast<uint16_t>(1 + draw() % 100), static_cast<uint16_t>(step)));
            index.Add(*living.back());
        }
    }
    for (uint16_t client = 1; client <= 100; ++client)
    {
        std::vector<uint32_t> expected;
        std::for_each(living.rbegin(), living.rend(), [&](const Connection* connection) {
            if (connection->Original().sourcePort == client)
            {
                expected.push_back(connection->id);
            }
        });
        EXPECT_EQ(IdsOf(TupleOf(client)), expected) << client;
    }
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
