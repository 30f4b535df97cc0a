/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
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

Bytes
UdpTo(uint16_t port)
{
    return PacketBuilder("10.1.0.10", "10.2.0.10").Udp(5000, port).Build();
}

std::string
Port(int port)
{
    return MatchOf(Payload("udp", "dport"), std::to_string(port));
}

std::string
Jump(const std::string& target)
{
    return R"({"jump":{"target":")" + target + "\"}}";
}

std::string
Goto(const std::string& target)
{
    return R"({"goto":{"target":")" + target + "\"}}";
}

const std::string ACCEPT_IT = R"({"accept":null})";
const std::string RETURN = R"({"return":null})";
const std::string CONTINUE = R"({"continue":null})";

/// Packets to a port, and what becomes of them.
struct ChainRow
{
    const char* label;
    uint16_t port;
    VerdictKind verdict;
};

std::string
LabelOf(const ::testing::TestParamInfo<ChainRow>& info)
{
    return info.param.label;
}

class Chains : public ::testing::TestWithParam<ChainRow>
{
};

TEST_P(Chains, Verdict)
{
    // c jumps to a, which goes to b; what comes back to c from a is dropped, but for port 9.
    const std::string document = Document(
        ChainOf("a") + "," + ChainOf("b") + "," + RuleOf(Port(1) + "," + ACCEPT_IT) + "," +
        RuleOf(Port(2) + "," + RETURN) + "," + RuleOf(Port(3) + "," + CONTINUE + "," + DROP_IT) +
        "," + RuleOf(Jump("a")) + "," + RuleOf(Port(9) + "," + ACCEPT_IT) + "," + RuleOf(DROP_IT) +
        "," + RuleOf(Port(4) + "," + ACCEPT_IT, "a") + "," + RuleOf(Port(5) + "," + RETURN, "a") +
        "," + RuleOf(Port(6) + "," + Goto("b"), "a") + "," +
        RuleOf(Port(7) + R"(,{"reject":{"type":"icmpx","expr":"host-unreachable"}})", "a") + "," +
        RuleOf(Port(9) + "," + Jump("b"), "a") + "," + RuleOf(Port(8) + "," + Jump("b"), "a") +
        "," + RuleOf(Port(8) + "," + ACCEPT_IT, "a") + "," + RuleOf(Port(6) + "," + RETURN, "b"));
    Bench bench(document);
    EXPECT_EQ(bench.Run(UdpTo(GetParam().port)).kind, GetParam().verdict);
}

const ChainRow ROWS[] = {
    {"Accept", 1, VerdictKind::Accept},
    {"ReturnFromBaseChainIsPolicy", 2, VerdictKind::Accept},
    {"ContinueGoesOnInTheRule", 3, VerdictKind::Drop},
    {"AcceptInJump", 4, VerdictKind::Accept},
    {"ReturnFromJump", 5, VerdictKind::Drop},
    {"GotoReturnsPastItsChain", 6, VerdictKind::Drop},
    {"RejectInJump", 7, VerdictKind::Reject},
    {"JumpTwice", 8, VerdictKind::Accept},
    {"EndOfChain", 9, VerdictKind::Accept},
};

INSTANTIATE_TEST_SUITE_P(, Chains, ::testing::ValuesIn(ROWS), LabelOf);

std::string
BaseChainOf(const std::string& name, const std::string& hook, int priority)
{
    return R"({"chain":{"family":"inet","table":"t","name":")" + name +
           R"(","type":"filter","hook":")" + hook + R"(","prio":)" + std::to_string(priority) +
           "}}";
}

TEST(BaseChains, AreSortedByPriorityAndNewestFirst)
{
    Bench bench(Document(BaseChainOf("late", "forward", 10) + "," +
                         BaseChainOf("early", "forward", -400) + "," +
                         BaseChainOf("same", "forward", 0)));
    std::vector<std::string> names;
    for (const BaseChain* chain : bench.rules->GetBaseChains(Family::Ipv6, Hook::Forward))
    {
        names.push_back(chain->name);
    }
    EXPECT_EQ(names, (std::vector<std::string>{"early", "same", "c", "late"}));
    EXPECT_TRUE(bench.rules->GetBaseChains(Family::Ipv4, Hook::Input).empty());
}

TEST(BaseChains, OfOneFamilySeeNoOther)
{
    Bench bench(Document("", "ip6"));
    EXPECT_TRUE(bench.rules->GetBaseChains(Family::Ipv4, Hook::Forward).empty());
    EXPECT_EQ(bench.rules->GetBaseChains(Family::Ipv6, Hook::Forward).size(), 1U);
}

TEST(BaseChains, AcceptEndsOnlyOne)
{
    Bench bench(Document(RuleOf(ACCEPT_IT) + "," + BaseChainOf("late", "forward", 10) + "," +
                         RuleOf(DROP_IT, "late")));
    EXPECT_EQ(bench.Run(UdpTo(1)).kind, VerdictKind::Drop);
}

TEST(BaseChains, PolicyDrop)
{
    Bench bench(Document(
        R"({"chain":{"family":"inet","table":"t","name":"p","type":"filter","hook":"input",)"
        R"("prio":0,"policy":"drop"}})"));
    EXPECT_EQ(bench.Run(UdpTo(1), Hook::Input).kind, VerdictKind::Drop);
    EXPECT_EQ(bench.Run(UdpTo(1), Hook::Forward).kind, VerdictKind::Accept);
}

TEST(BaseChains, BeforeTracking)
{
    Bench bench(Document(BaseChainOf("raw", "prerouting", -300) + "," +
                         BaseChainOf("same", "prerouting", -200) + "," +
                         BaseChainOf("mangle", "prerouting", -150)));
    const auto& chains = bench.rules->GetBaseChains(Family::Ipv4, Hook::Prerouting);
    ASSERT_EQ(chains.size(), 3U);
    EXPECT_TRUE(chains[0]->beforeTracking);
    EXPECT_FALSE(chains[1]->beforeTracking);
    EXPECT_FALSE(chains[2]->beforeTracking);
}

TEST(BaseChains, OfEqualPriorityBeforeTrackingIfTrackingIsOlder)
{
    const std::string rules = RuleOf(MatchOf(CtOf("state"), "\"new\"", "in")) +
                              R"(,{"table":{"family":"ip","name":"u"}},)"
                              R"({"chain":{"family":"ip","table":"u","name":"same",)"
                              R"("type":"filter","hook":"prerouting","prio":-200}})";
    Bench bench(Document(rules));
    const auto& chains = bench.rules->GetBaseChains(Family::Ipv4, Hook::Prerouting);
    ASSERT_EQ(chains.size(), 1U);
    EXPECT_TRUE(chains[0]->isLate);
    EXPECT_TRUE(chains[0]->beforeTracking);
}

/// What needs connection tracking.
struct TrackingRow
{
    const char* label;
    std::string document;
    bool ipv4;
    bool ipv6;
};

std::string
TrackingLabelOf(const ::testing::TestParamInfo<TrackingRow>& info)
{
    return info.param.label;
}

class NeedsTracking : public ::testing::TestWithParam<TrackingRow>
{
};

TEST_P(NeedsTracking, ByFamily)
{
    Bench bench(GetParam().document);
    EXPECT_EQ(bench.rules->NeedsTracking(Family::Ipv4), GetParam().ipv4);
    EXPECT_EQ(bench.rules->NeedsTracking(Family::Ipv6), GetParam().ipv6);
}

const std::string STATE_NEW = MatchOf(CtOf("state"), "\"new\"", "in");

const TrackingRow TRACKING[] = {
    {"Nothing", Document(RuleOf(Port(1) + R"(,{"notrack":null})")), false, false},
    {"State", Document(RuleOf(STATE_NEW)), true, true},
    {"StateIpv4", Document(RuleOf(STATE_NEW, "c", "ip"), "ip"), true, false},
    {"StateIpv6", Document(RuleOf(STATE_NEW, "c", "ip6"), "ip6"), false, true},
    {"Count", Document(RuleOf(R"({"ct count":{"val":1}})")), true, true},
    {"SetMark",
     Document(RuleOf(R"({"mangle":{"key":{"ct":{"key":"mark"}},"value":1}})")),
     true,
     true},
    {"PacketMark",
     Document(RuleOf(R"({"mangle":{"key":{"meta":{"key":"mark"}},"value":1}})")),
     false,
     false},
    {"Helper",
     Document(R"({"ct helper":{"family":"ip","name":"h","table":"t","type":"ftp",)"
              R"("protocol":"tcp","l3proto":"ip"}})",
              "ip"),
     true,
     false},
};

INSTANTIATE_TEST_SUITE_P(, NeedsTracking, ::testing::ValuesIn(TRACKING), TrackingLabelOf);

/// A reject and its error for both families.
struct RejectRow
{
    const char* label;
    std::string statement;
    int code4; ///< -1: not for IPv4
    int code6;
};

std::string
RejectLabelOf(const ::testing::TestParamInfo<RejectRow>& info)
{
    return info.param.label;
}

class Rejects : public ::testing::TestWithParam<RejectRow>
{
};

TEST_P(Rejects, WithCode)
{
    const RejectRow& row = GetParam();
    Bench bench(Document(RuleOf(row.statement)));
    const Bytes packet6 = PacketBuilder("fd00:1::10", "fd00:2::10").Udp(1, 2).Build();
    for (const auto& [bytes, code] : {std::pair{UdpTo(1), row.code4}, {packet6, row.code6}})
    {
        const Verdict verdict = bench.Run(bytes);
        ASSERT_EQ(verdict.kind, code < 0 ? VerdictKind::Accept : VerdictKind::Reject);
        if (code >= 0)
        {
            EXPECT_EQ(verdict.reject, RejectKind::IcmpUnreachable);
            EXPECT_EQ(verdict.code, code);
        }
    }
}

std::string
With(const std::string& type, const std::string& code)
{
    return R"({"reject":{"type":")" + type + R"(","expr":")" + code + "\"}}";
}

const RejectRow REJECTS[] = {
    {"Plain", R"({"reject":null})", 3, 4},
    {"AnyPort", With("icmpx", "port-unreachable"), 3, 4},
    {"AnyHost", With("icmpx", "host-unreachable"), 1, 3},
    {"AnyRoute", With("icmpx", "no-route"), 0, 0},
    {"AnyAdmin", With("icmpx", "admin-prohibited"), 13, 1},
    {"Host", With("icmp", "host-unreachable"), 1, -1},
    {"NetProhibited", With("icmp", "net-prohibited"), 9, -1},
    {"Policy", With("icmpv6", "policy-fail"), -1, 5},
    {"RejectRoute", With("icmpv6", "reject-route"), -1, 6},
};

INSTANTIATE_TEST_SUITE_P(, Rejects, ::testing::ValuesIn(REJECTS), RejectLabelOf);

TEST(RejectTcpReset, OnlyTcp)
{
    Bench bench(Document(RuleOf(R"({"reject":{"type":"tcp reset"}})")));
    EXPECT_EQ(bench.Run(UdpTo(1)).kind, VerdictKind::Accept);
    const Verdict verdict = bench.Run(PacketBuilder("10.1.0.10", "10.2.0.10").Tcp({}).Build());
    EXPECT_EQ(verdict.kind, VerdictKind::Reject);
    EXPECT_EQ(verdict.reject, RejectKind::TcpReset);
}

/// A packet to a port, and the place that refuses it.
struct RefusalRow
{
    const char* label;
    uint16_t port;
    const char* place;
};

std::string
LabelOfRefusal(const ::testing::TestParamInfo<RefusalRow>& info)
{
    return info.param.label;
}

class Refusals : public ::testing::TestWithParam<RefusalRow>
{
};

TEST_P(Refusals, Place)
{
    const std::string commented =
        R"({"rule":{"family":"inet","table":"t","chain":"a","comment":"no guests","expr":[)" +
        Port(3) + R"(,{"reject":{"type":"icmpx","expr":"host-unreachable"}}]}})";
    const std::string last =
        R"({"chain":{"family":"inet","table":"t","name":"z","type":"filter","hook":"forward",)"
        R"("prio":5,"policy":"drop"}})";
    Bench bench(Document(ChainOf("a") + "," + last + "," + RuleOf(Port(1) + "," + DROP_IT) + "," +
                         RuleOf(Jump("a"), "c", "inet", 6) + "," +
                         RuleOf(Port(4) + "," + DROP_IT, "c", "inet", 7) + "," +
                         RuleOf(Port(2) + "," + DROP_IT, "a", "inet", 8) + "," + commented));
    ASSERT_NE(bench.Run(UdpTo(GetParam().port)).kind, VerdictKind::Accept);
    EXPECT_EQ(bench.rules->DescribeRefusal().dump(), GetParam().place);
}

const RefusalRow REFUSALS[] = {
    {"FirstRule", 1, R"({"family":"inet","table":"t","chain":"c","rule":1,"handle":5})"},
    {"InJump", 2, R"({"family":"inet","table":"t","chain":"a","rule":1,"handle":8})"},
    {"RejectWithComment",
     3,
     R"({"family":"inet","table":"t","chain":"a","rule":2,"comment":"no guests"})"},
    {"AfterJump", 4, R"({"family":"inet","table":"t","chain":"c","rule":3,"handle":7})"},
    {"PolicyOfLaterChain", 5, R"({"family":"inet","table":"t","chain":"z","policy":"drop"})"},
};

INSTANTIATE_TEST_SUITE_P(, Refusals, ::testing::ValuesIn(REFUSALS), LabelOfRefusal);

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
