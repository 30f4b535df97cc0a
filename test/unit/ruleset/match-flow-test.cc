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

/// Whether a match agrees with a packet of a connection that saw three packets.
struct FlowRow
{
    const char* label;
    std::string left;
    std::string right;
    bool agrees;
    std::string op = "==";
};

std::string
LabelOf(const ::testing::TestParamInfo<FlowRow>& info)
{
    return info.param.label;
}

std::string
Sided(const std::string& key, const std::string& direction)
{
    return CtOf(key, R"(,"dir":")" + direction + "\"");
}

Connection
SampleConnection()
{
    Connection connection;
    Tuple& original = connection.tuples[0];
    original.family = Family::Ipv4;
    original.protocol = protocol::UDP;
    original.source = ToAddress("10.1.0.10");
    original.destination = ToAddress("10.2.0.10");
    original.sourcePort = 5000;
    original.destinationPort = 53;
    Tuple& reply = connection.tuples[1];
    reply = original;
    std::swap(reply.source, reply.destination);
    std::swap(reply.sourcePort, reply.destinationPort);
    connection.counters[0] = {2, 200};
    connection.counters[1] = {1, 44};
    connection.status = status::CONFIRMED | status::SEEN_REPLY;
    connection.mark = 0x11;
    connection.id = 7;
    connection.zone = {3, Zone::ORIGINAL};
    connection.deadline = 130 * SECOND;
    return connection;
}

class MatchFlow : public ::testing::TestWithParam<FlowRow>
{
};

TEST_P(MatchFlow, Agrees)
{
    const FlowRow& row = GetParam();
    Bench bench(Document(RuleOf(MatchOf(row.left, row.right, row.op) + "," + DROP_IT)));
    Connection connection = SampleConnection();
    bench.packet.connection = &connection;
    bench.packet.direction = Direction::Reply;
    bench.packet.state = FlowState::Established;
    bench.packet.now = 100 * SECOND;
    EXPECT_EQ(bench.Drops(Udp4()), row.agrees);
}

const FlowRow ROWS[] = {
    {"State", CtOf("state"), "\"established\"", true, "in"},
    {"StateOneOf", CtOf("state"), R"(["new","established"])", true, "in"},
    {"StateNoneOf", CtOf("state"), R"(["new","related"])", false, "in"},
    {"StateExactly", CtOf("state"), R"({"set":["established","related"]})", true},
    {"StateNot", CtOf("state"), "\"new\"", true, "!="},
    {"Status", CtOf("status"), "\"seen-reply\"", true, "in"},
    {"StatusZero", CtOf("status"), "0", false, "in"},
    {"StatusNot", CtOf("status"), "\"confirmed\"", true, "!="},
    {"StatusNone", CtOf("status"), "\"assured\"", true, "!"},
    {"StatusBoth",
     R"({"&":[{"ct":{"key":"status"}},["seen-reply","confirmed"]]})",
     R"(["seen-reply","confirmed"])",
     true},
    {"Direction", CtOf("direction"), "\"reply\"", true},
    {"Mark", CtOf("mark"), "17", true},
    {"MarkMasked", R"({"&":[{"ct":{"key":"mark"}},1]})", "1", true},
    {"MarkShifted", R"({"<<":[{"ct":{"key":"mark"}},4]})", "272", true},
    {"MarkShiftedOut", R"({"<<":[{"ct":{"key":"mark"}},31]})", "2147483648", true},
    {"Expiration", CtOf("expiration"), "30", true},
    {"ExpirationRange", CtOf("expiration"), R"({"range":[20,40]})", true},
    {"ExpirationMore", CtOf("expiration"), "30", false, ">"},
    {"NoHelper", CtOf("helper"), "\"ftp\"", false},
    {"NotHelper", CtOf("helper"), "\"ftp\"", false, "!="},
    {"Family", CtOf("l3proto"), "\"ipv4\"", true},
    {"Protocol", CtOf("protocol"), "\"udp\"", true},
    {"Zone", CtOf("zone"), "3", true},
    {"ZoneOfOriginal", Sided("zone", "original"), "3", true},
    {"ZoneOfReply", Sided("zone", "reply"), "0", true},
    {"Id", CtOf("id"), "7", true},
    {"Source", Sided("ip saddr", "original"), "\"10.1.0.10\"", true},
    {"SourceOfReply", Sided("ip saddr", "reply"), "\"10.2.0.10\"", true},
    {"Source6", Sided("ip6 saddr", "original"), "\"::1\"", false, "!="},
    {"SourceByFamily", CtOf("saddr", R"(,"dir":"original","family":"ip")"), "\"10.1.0.10\"", true},
    {"Port", Sided("proto-dst", "original"), "53", true},
    {"PortOfReply", Sided("proto-dst", "reply"), "5000", true},
    {"PortInOddSet",
     Sided("proto-dst", "original"),
     R"({"set":[{"range":["0x35 [invalid type]","0x36 [invalid type]"]}]})",
     true},
    {"Packets", CtOf("packets"), "3", true},
    {"PacketsOfReply", Sided("packets", "reply"), "1", true},
    {"Bytes", CtOf("bytes"), "200", true, ">"},
    {"Average", Sided("avgpkt", "original"), "100", true},
};

INSTANTIATE_TEST_SUITE_P(, MatchFlow, ::testing::ValuesIn(ROWS), LabelOf);

/// Packets without a connection.
struct NoFlowRow
{
    const char* label;
    FlowState state;
    std::string match;
    bool agrees;
};

std::string
NoFlowLabelOf(const ::testing::TestParamInfo<NoFlowRow>& info)
{
    return info.param.label;
}

class MatchNoFlow : public ::testing::TestWithParam<NoFlowRow>
{
};

TEST_P(MatchNoFlow, Agrees)
{
    Bench bench(Document(RuleOf(GetParam().match + "," + DROP_IT)));
    bench.packet.state = GetParam().state;
    EXPECT_EQ(bench.Drops(Udp4()), GetParam().agrees);
}

const NoFlowRow NO_FLOW[] = {
    {"Invalid", FlowState::Invalid, MatchOf(CtOf("state"), "\"invalid\"", "in"), true},
    {"Untracked", FlowState::Untracked, MatchOf(CtOf("state"), "\"untracked\"", "in"), true},
    {"UntrackedIsNotInvalid",
     FlowState::Untracked,
     MatchOf(CtOf("state"), "\"invalid\"", "in"),
     false},
    {"NoMark", FlowState::Invalid, MatchOf(CtOf("mark"), "0"), false},
    {"NotMark", FlowState::Invalid, MatchOf(CtOf("mark"), "1", "!="), false},
    {"NoStatus", FlowState::Untracked, MatchOf(CtOf("status"), "\"dnat\"", "!"), false},
};

INSTANTIATE_TEST_SUITE_P(, MatchNoFlow, ::testing::ValuesIn(NO_FLOW), NoFlowLabelOf);

TEST(MatchHelper, IsThatOfTheMaster)
{
    Bench bench(Document(RuleOf(MatchOf(CtOf("helper"), "\"ftp\"") + "," + DROP_IT)));
    Ptr<FakeHelper> helper = CreateObject<FakeHelper>(std::vector<ExpectationPolicy>{{"", 1, 1}});
    ProtocolHelper::Identity identity;
    identity.name = "ftp";
    helper->SetIdentity(identity);
    HelperArea area;
    area.helper = PeekPointer(helper);
    Connection master = SampleConnection();
    master.help = &area;
    Connection child = SampleConnection();
    child.master = &master;
    bench.packet.connection = &child;
    EXPECT_TRUE(bench.Drops(Udp4()));
    bench.packet.connection = &master;
    EXPECT_FALSE(bench.Drops(Udp4()));
}

TEST(MatchExpiration, OfAnUnconfirmedConnectionIsZero)
{
    Bench bench(Document(RuleOf(MatchOf(CtOf("expiration"), "0") + "," + DROP_IT)));
    Connection connection = SampleConnection();
    connection.status = 0;
    bench.packet.connection = &connection;
    EXPECT_TRUE(bench.Drops(Udp4()));
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
