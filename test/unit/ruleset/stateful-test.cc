/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/ruleset/stateful.h"
#include "test/unit/ruleset/ruleset-fixture.h"

#include <nlohmann/json.hpp>

namespace ns3
{
namespace conntrack
{
namespace test
{
namespace
{

using Unit = TokenLimit::Unit;

/// Packets of 50 bytes at points in time, in milliseconds; which of them a limit lets pass.
struct LimitRow
{
    const char* label;
    TokenLimit::Setup setup;
    std::vector<int> times;
    std::string passes; ///< + or - by packet
};

std::string
LabelOf(const ::testing::TestParamInfo<LimitRow>& info)
{
    return info.param.label;
}

class Limits : public ::testing::TestWithParam<LimitRow>
{
};

TEST_P(Limits, LetsPass)
{
    const LimitRow& row = GetParam();
    auto limit = TokenLimit::Make(row.setup, 0);
    ASSERT_TRUE(limit.has_value());
    std::string passes;
    for (const int time : row.times)
    {
        passes += limit->Matches(50, time * MILLISECOND) ? '+' : '-';
    }
    EXPECT_EQ(passes, row.passes);
}

const LimitRow LIMITS[] = {
    {"Burst", {Unit::Packets, 2, 1, 3, false}, {0, 0, 0, 0, 499, 500, 999, 1000}, "+++--+-+"},
    {"Over", {Unit::Packets, 2, 1, 3, true}, {0, 0, 0, 0, 499, 500}, "---++-"},
    {"DefaultBurst", {Unit::Packets, 2, 1, 0, false}, {0, 0, 0, 0, 0, 0}, "+++++-"},
    {"Minute", {Unit::Packets, 30, 60, 1, false}, {0, 1999, 2000}, "+-+"},
    {"FullBucketAtMost", {Unit::Packets, 1, 1, 2, false}, {0, 100000, 100000, 100000}, "+++-"},
    // The bucket holds rate + burst: 150 bytes, three packets.
    {"Bytes", {Unit::Bytes, 100, 1, 50, false}, {0, 0, 0, 0, 499, 500}, "+++--+"},
    {"BytesWithoutBurst", {Unit::Bytes, 100, 1, 0, false}, {0, 0, 0}, "++-"},
    {"BytesOver", {Unit::Bytes, 100, 1, 0, true}, {0, 0, 0}, "--+"},
    {"PacketLargerThanBucket", {Unit::Bytes, 40, 1, 0, false}, {0, 5000}, "--"},
};

INSTANTIATE_TEST_SUITE_P(, Limits, ::testing::ValuesIn(LIMITS), LabelOf);

TEST(LimitSetup, NumbersThatDoNotFit)
{
    EXPECT_FALSE(TokenLimit::Make({Unit::Packets, 0, 1, 1, false}, 0));
    EXPECT_FALSE(TokenLimit::Make({Unit::Packets, 1, UINT64_MAX, 1, false}, 0));
    EXPECT_FALSE(TokenLimit::Make({Unit::Packets, 1, 604800, UINT32_MAX, false}, 0));
    EXPECT_FALSE(TokenLimit::Make({Unit::Bytes, UINT64_MAX, 1, 1, false}, 0));
    EXPECT_TRUE(TokenLimit::Make({Unit::Packets, 1, 604800, 5, false}, 0));
}

TEST(Quotas, UntilAndOver)
{
    Quota until{100, 0, false};
    EXPECT_TRUE(until.Matches(50));
    EXPECT_TRUE(until.Matches(50));
    EXPECT_FALSE(until.Matches(1));
    Quota over{100, 40, true};
    EXPECT_FALSE(over.Matches(60));
    EXPECT_TRUE(over.Matches(1));
}

TEST(Numbers, InTurn)
{
    NumberGenerator numbers{3, 10, 0};
    EXPECT_EQ(numbers.Take(), 10U);
    EXPECT_EQ(numbers.Take(), 11U);
    EXPECT_EQ(numbers.Take(), 12U);
    EXPECT_EQ(numbers.Take(), 10U);
    NumberGenerator one{1, 5, 0};
    EXPECT_EQ(one.Take(), 5U);
    EXPECT_EQ(one.Take(), 5U);
}

/// A router with `ct count over 1 drop`.
class Counting : public ::testing::Test
{
  protected:
    // A packet of the connection with a client's port; whether it is dropped.
    bool Drops(Connection& connection)
    {
        TcpFields fields;
        fields.sourcePort = connection.Original().sourcePort;
        m_bench.packet.connection = &connection;
        return m_bench.Drops(PacketBuilder("10.1.0.10", "10.2.0.10").Tcp(fields).Build());
    }

    Connection& Begin(uint16_t client)
    {
        Tuple reply = TupleOf(client);
        std::swap(reply.source, reply.destination);
        std::swap(reply.sourcePort, reply.destinationPort);
        return *m_bench.actions.connections.Create(TupleOf(client), reply, {}, 0);
    }

    void Confirm(Connection& connection)
    {
        connection.deadline = 100 * SECOND;
        m_bench.actions.connections.Confirm(connection, 0);
    }

    Bench m_bench{Document(RuleOf(R"({"ct count":{"val":1,"inv":true}},)" + DROP_IT))};
};

TEST_F(Counting, OnlySoMany)
{
    Connection& first = Begin(1);
    EXPECT_FALSE(Drops(first));
    Confirm(first);
    EXPECT_TRUE(Drops(Begin(2)));
}

TEST_F(Counting, LaterPacketsAreNotCounted)
{
    Connection& first = Begin(1);
    EXPECT_FALSE(Drops(first));
    Confirm(first);
    EXPECT_FALSE(Drops(first));
    EXPECT_FALSE(Drops(first));
}

TEST_F(Counting, OnesThatWereDroppedAreForgotten)
{
    EXPECT_FALSE(Drops(Begin(1)));
    EXPECT_FALSE(Drops(Begin(2)));
    EXPECT_FALSE(Drops(Begin(3)));
}

TEST_F(Counting, ClosedOnesAreForgotten)
{
    Connection& first = Begin(1);
    EXPECT_FALSE(Drops(first));
    Confirm(first);
    first.track.tcp.state = TcpState::TimeWait;
    EXPECT_FALSE(Drops(Begin(2)));
}

TEST(CounterJson, InTheOrderOfTheDocument)
{
    const std::string text = Document(RuleOf(R"({"counter":{"packets":3,"bytes":7}},)"
                                             R"({"quota":{"val":1,"val_unit":"kbytes"}})"));
    Bench bench(text);
    EXPECT_EQ(bench.rules->ToJson(0).dump(), text);
    bench.Run(PacketBuilder("10.1.0.10", "10.2.0.10").Udp(1, 2).Build());
    const auto after = bench.rules->ToJson(0);
    EXPECT_EQ(after["nftables"].back()["rule"]["expr"].dump(),
              R"([{"counter":{"packets":4,"bytes":35}},)"
              R"({"quota":{"val":1,"val_unit":"kbytes","used":28,"used_unit":"bytes"}}])");
}

TEST(CounterJson, CounterWithoutNumbers)
{
    Bench bench(Document(RuleOf(R"({"counter":null})")));
    EXPECT_EQ(bench.rules->ToJson(0)["nftables"].back()["rule"]["expr"].dump(),
              R"([{"counter":{"packets":0,"bytes":0}}])");
}

TEST(NamedObjects, AreShared)
{
    const std::string objects =
        R"({"counter":{"family":"inet","name":"n","table":"t","handle":3,"packets":1,"bytes":2}},)"
        R"({"quota":{"family":"inet","name":"q","table":"t","handle":4,"bytes":40,"used":0,)"
        R"("inv":false}},)"
        R"({"limit":{"family":"inet","name":"l","table":"t","handle":5,"rate":1,"per":"second",)"
        R"("burst":3}},)";
    Bench bench(Document(objects + RuleOf(R"({"counter":"n"},{"limit":"l"},{"quota":"q"})") + "," +
                         RuleOf(R"({"counter":"n"},{"limit":"l"},)" + DROP_IT)));
    const Bytes bytes = PacketBuilder("10.1.0.10", "10.2.0.10").Udp(1, 2).Build();
    EXPECT_TRUE(bench.Drops(bytes));
    EXPECT_FALSE(bench.Drops(bytes)); // the limit's three are used
    const auto after = bench.rules->ToJson(0);
    EXPECT_EQ(after["nftables"][3]["counter"]["packets"], 5);
    EXPECT_EQ(after["nftables"][4]["quota"]["used"], 40); // the kernel tells no more
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
