/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "test/unit/ruleset/ruleset-fixture.h"

namespace ns3
{
namespace conntrack
{
namespace test
{
namespace
{

Bytes
Udp4()
{
    return PacketBuilder("10.1.0.10", "10.2.0.10").Udp(5000, 53).Build();
}

Bytes
Tcp4()
{
    TcpFields fields;
    fields.destinationPort = 21;
    return PacketBuilder("10.1.0.10", "10.2.0.10").Tcp(fields).Build();
}

std::string
SetTo(const std::string& key, const std::string& value)
{
    return R"({"mangle":{"key":)" + key + R"(,"value":)" + value + "}}";
}

TEST(SetPacketMark, Constant)
{
    Bench bench(Document(RuleOf(SetTo(MetaOf("mark"), "85"))));
    bench.Run(Udp4());
    EXPECT_EQ(bench.packet.mark, 85U);
}

/// What a mark becomes.
struct MarkRow
{
    const char* label;
    std::string value;
    uint32_t mark; ///< from 0x12
};

std::string
LabelOf(const ::testing::TestParamInfo<MarkRow>& info)
{
    return info.param.label;
}

class Marks : public ::testing::TestWithParam<MarkRow>
{
};

TEST_P(Marks, Become)
{
    Bench bench(Document(RuleOf(SetTo(MetaOf("mark"), GetParam().value))));
    bench.packet.mark = 0x12;
    bench.Run(Udp4());
    EXPECT_EQ(bench.packet.mark, GetParam().mark);
}

const MarkRow MARKS[] = {
    {"And", R"({"&":[{"meta":{"key":"mark"}},240]})", 0x10},
    {"Or", R"({"|":[{"meta":{"key":"mark"}},1]})", 0x13},
    {"Xor", R"({"^":[{"meta":{"key":"mark"}},255]})", 0xed},
    {"Left", R"({"<<":[{"meta":{"key":"mark"}},28]})", 0x20000000},
    {"Right", R"({">>":[{"meta":{"key":"mark"}},4]})", 0x1},
    {"Two", R"({"|":[{"&":[{"meta":{"key":"mark"}},240]},5]})", 0x15},
    {"Map",
     R"({"map":{"key":{"payload":{"protocol":"udp","field":"dport"}},"data":{"set":[[53,7]]}}})",
     7},
    {"MapWithout",
     R"({"map":{"key":{"payload":{"protocol":"udp","field":"dport"}},"data":{"set":[[54,7]]}}})",
     0x12},
    {"NoConnection", R"({"ct":{"key":"mark"}})", 0x12},
    {"Number", R"({"numgen":{"mode":"inc","mod":3,"offset":4}})", 4},
};

INSTANTIATE_TEST_SUITE_P(, Marks, ::testing::ValuesIn(MARKS), LabelOf);

TEST(SetFlowMark, PendsAnEventIfItChanges)
{
    Bench bench(Document(RuleOf(SetTo(CtOf("mark"), "42"))));
    Connection connection;
    bench.packet.connection = &connection;
    bench.Run(Udp4());
    EXPECT_EQ(connection.mark, 42U);
    EXPECT_EQ(connection.pendingEvents, event::MARK);
    connection.pendingEvents = 0;
    bench.Run(Udp4());
    EXPECT_EQ(connection.pendingEvents, 0);
}

TEST(SetFlowMark, WithoutConnectionNothingHappens)
{
    Bench bench(Document(RuleOf(SetTo(CtOf("mark"), "42") + "," + DROP_IT)));
    EXPECT_TRUE(bench.Drops(Udp4()));
}

TEST(SetPriority, Constant)
{
    Bench bench(Document(RuleOf(SetTo(MetaOf("priority"), "\"0:6\""))));
    bench.Run(Udp4());
    EXPECT_EQ(bench.packet.priority, 6);
}

std::string
RawDocument(const std::string& rules)
{
    return Document(R"({"chain":{"family":"inet","table":"t","name":"raw","type":"filter",)"
                    R"("hook":"prerouting","prio":-300}},)" +
                    rules);
}

TEST(Notrack, BeforeTracking)
{
    Bench bench(RawDocument(RuleOf(R"({"notrack":null})", "raw")));
    bench.Run(Udp4(), Hook::Prerouting);
    EXPECT_EQ(bench.packet.state, FlowState::Untracked);
}

TEST(Notrack, NotWithAConnection)
{
    Bench bench(Document(RuleOf(R"({"notrack":null})")));
    Connection connection;
    bench.packet.connection = &connection;
    bench.packet.state = FlowState::New;
    bench.Run(Udp4());
    EXPECT_EQ(bench.packet.state, FlowState::New);
}

TEST(SetZone, BeforeTracking)
{
    Bench bench(RawDocument(
        RuleOf(SetTo(CtOf("zone", R"(,"dir":"original")"), "7") + "," + SetTo(CtOf("zone"), "8"),
               "raw")));
    bench.Run(Udp4(), Hook::Prerouting);
    EXPECT_TRUE(bench.packet.request.hasZone);
    EXPECT_EQ(bench.packet.request.zone.id, 7); // a packet takes one template only
    EXPECT_EQ(bench.packet.request.zone.directions, Zone::ORIGINAL);
}

TEST(SetZone, ATemplateLooksLikeANewConnection)
{
    Bench bench(
        RawDocument(RuleOf(SetTo(CtOf("zone"), "7"), "raw") + "," +
                    RuleOf(MatchOf(CtOf("state"), "\"new\"", "in") + "," +
                               MatchOf(CtOf("zone"), "7") + R"(,{"notrack":null},)" + DROP_IT,
                           "raw")));
    EXPECT_EQ(bench.Run(Udp4(), Hook::Prerouting).kind, VerdictKind::Drop);
    EXPECT_NE(bench.packet.state, FlowState::Untracked);
}

TEST(SetZone, AfterTrackingNothingHappens)
{
    Bench bench(Document(RuleOf(SetTo(CtOf("zone"), "7"))));
    bench.Run(Udp4());
    EXPECT_FALSE(bench.packet.request.hasZone);
}

const std::string HELPER =
    R"({"ct helper":{"family":"inet","name":"h","table":"t","handle":3,"type":"ftp",)"
    R"("protocol":"tcp","l3proto":"inet"}},)";

Connection&
NewConnection(Bench& bench, uint8_t number)
{
    Tuple original = TupleOf(1000);
    original.protocol = number;
    Tuple reply = original;
    std::swap(reply.source, reply.destination);
    std::swap(reply.sourcePort, reply.destinationPort);
    Connection* connection = bench.actions.connections.Create(original, reply, {}, 0);
    bench.packet.connection = connection;
    bench.packet.state = FlowState::New;
    return *connection;
}

TEST(AssignHelper, ToANewConnection)
{
    Bench bench(Document(HELPER + RuleOf(R"({"ct helper":"h"})")));
    Connection& connection = NewConnection(bench, protocol::TCP);
    bench.Run(Tcp4());
    ASSERT_NE(connection.help, nullptr);
    EXPECT_EQ(connection.help->helper, bench.GetHelper());
    EXPECT_TRUE(connection.Is(status::HELPER));
}

TEST(AssignHelper, NotToAnotherProtocol)
{
    Bench bench(Document(HELPER + RuleOf(R"({"ct helper":"h"})")));
    Connection& connection = NewConnection(bench, protocol::UDP);
    bench.Run(Udp4());
    EXPECT_EQ(connection.help, nullptr);
}

TEST(AssignHelper, NotToAConfirmedConnection)
{
    Bench bench(Document(HELPER + RuleOf(R"({"ct helper":"h"})")));
    Connection& connection = NewConnection(bench, protocol::TCP);
    connection.status = status::CONFIRMED;
    bench.Run(Tcp4());
    EXPECT_EQ(connection.help, nullptr);
}

TEST(AssignHelper, WithoutMemoryNothingHappens)
{
    Bench bench(Document(HELPER + RuleOf(R"({"ct helper":"h"})")));
    Connection& connection = NewConnection(bench, protocol::TCP);
    bench.actions.connections.SetHelperAreaFailing(true);
    bench.Run(Tcp4());
    EXPECT_FALSE(connection.Is(status::HELPER));
}

TEST(AssignHelper, UnknownHelperIsRefused)
{
    EXPECT_EQ(
        WhyRefused(Document(R"({"ct helper":{"family":"inet","name":"h","table":"t","type":"x",)"
                            R"("protocol":"tcp"}})")),
        "table inet t: ct helper h: the router has no helper \"x\" for this protocol and "
        "family");
}

const std::string TIMEOUT =
    R"({"ct timeout":{"family":"inet","name":"o","table":"t","handle":3,"protocol":"tcp",)"
    R"("l3proto":"ip","policy":{"syn_sent":11,"established":99}}},)";

TEST(AssignTimeouts, ToANewConnection)
{
    Bench bench(Document(TIMEOUT + RuleOf(R"({"ct timeout":"o"})")));
    Connection& connection = NewConnection(bench, protocol::TCP);
    bench.Run(Tcp4());
    ASSERT_NE(connection.timeouts, nullptr);
    EXPECT_EQ(TimeoutOf(connection.timeouts->tcp, TcpTimeout::Established), 99 * SECOND);
    EXPECT_EQ(TimeoutOf(connection.timeouts->tcp, TcpTimeout::FinWait), 120 * SECOND);
    EXPECT_EQ(connection.deadline, 11 * SECOND);
}

TEST(AssignTimeouts, NotToAnotherProtocol)
{
    Bench bench(Document(TIMEOUT + RuleOf(R"({"ct timeout":"o"})")));
    Connection& connection = NewConnection(bench, protocol::UDP);
    bench.Run(Udp4());
    EXPECT_EQ(connection.timeouts, nullptr);
}

TEST(AssignTimeouts, UnknownStateIsRefused)
{
    EXPECT_EQ(WhyRefused(Document(
                  R"({"ct timeout":{"family":"inet","name":"o","table":"t","protocol":"tcp",)"
                  R"("policy":{"waiting":1}}})")),
              "table inet t: ct timeout o: the protocol has no time-out named \"waiting\"");
}

const std::string EXPECTATION =
    R"({"ct expectation":{"family":"inet","name":"e","table":"t","handle":3,"protocol":"udp",)"
    R"("dport":7000,"timeout":2000,"size":1,"l3proto":"ip"}},)";

TEST(Expect, FromANewConnection)
{
    Bench bench(Document(EXPECTATION + RuleOf(R"({"ct expectation":"e"},)" + DROP_IT)));
    NewConnection(bench, protocol::TCP);
    EXPECT_TRUE(bench.Drops(Tcp4()));
    ASSERT_EQ(bench.actions.expectations->Size(), 1U);
    bench.actions.expectations->ForEach([](const Expectation& expectation) {
        EXPECT_EQ(expectation.tuple.source, ToAddress("10.2.0.10"));
        EXPECT_EQ(expectation.tuple.destination, ToAddress("10.1.0.10"));
        EXPECT_EQ(expectation.tuple.destinationPort, 7000);
        EXPECT_EQ(expectation.tuple.protocol, protocol::UDP);
        EXPECT_EQ(expectation.mask.port, 0);
        EXPECT_EQ(expectation.deadline, 2000 * SECOND); // the kernel takes nft's ms as s
    });
}

TEST(Expect, NoMoreThanItsSize)
{
    Bench bench(Document(EXPECTATION + RuleOf(R"({"ct expectation":"e"},)" + DROP_IT)));
    NewConnection(bench, protocol::TCP);
    EXPECT_TRUE(bench.Drops(Tcp4()));
    EXPECT_FALSE(bench.Drops(Tcp4()));
}

TEST(Expect, NotFromAConfirmedConnection)
{
    Bench bench(Document(EXPECTATION + RuleOf(R"({"ct expectation":"e"},)" + DROP_IT)));
    NewConnection(bench, protocol::TCP).status = status::CONFIRMED;
    EXPECT_FALSE(bench.Drops(Tcp4()));
    EXPECT_EQ(bench.actions.expectations->Size(), 0U);
}

TEST(Expect, WithoutMemoryThePacketIsDropped)
{
    Bench bench(Document(EXPECTATION + RuleOf(R"({"ct expectation":"e"},{"accept":null})")));
    NewConnection(bench, protocol::TCP);
    bench.actions.connections.SetHelperAreaFailing(true);
    EXPECT_TRUE(bench.Drops(Tcp4()));
}

TEST(LogStatement, LevelAndLine)
{
    Bench bench(Document(RuleOf(R"({"log":{"prefix":"a ","level":"debug"}},{"log":null})")));
    bench.packet.mark = 5;
    bench.Run(Udp4());
    ASSERT_EQ(bench.actions.lines.size(), 2U);
    EXPECT_EQ(bench.actions.levels, (std::vector<int>{7, 4}));
    EXPECT_EQ(bench.actions.lines[0],
              "a IN=eth0 OUT=eth1 MAC= SRC=10.1.0.10 DST=10.2.0.10 LEN=28 TOS=0x00 PREC=0x00 "
              "TTL=64 ID=0 PROTO=UDP SPT=5000 DPT=53 LEN=8 MARK=0x5 ");
    EXPECT_EQ(bench.actions.lines[1].substr(0, 8), "IN=eth0 ");
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
