/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
// The statements snat, dnat, masquerade, redirect: what they ask of the router, and what is
// refused.
#include "test/unit/ruleset/ruleset-fixture.h"

#include <gmock/gmock.h>
#include <ostream>

namespace ns3
{
namespace conntrack
{
namespace test
{
namespace
{

/// @param statements of the rule @param hook where its chain is @param family of the table
/// @return a document with one chain of type nat
std::string
NatDocument(const std::string& statements,
            const std::string& hook = "postrouting",
            const std::string& family = "ip")
{
    return Document(R"({"chain":{"family":")" + family +
                        R"(","table":"t","name":"n","type":"nat","hook":")" + hook +
                        R"(","prio":0}},)" + RuleOf(statements, "n", family),
                    family);
}

/// A statement and what it asks.
struct AskRow
{
    const char* label;
    const char* hook;
    const char* family;
    const char* statements;
    const char* asks; ///< side, target, range; as the router of these tests writes it
};

/// @param row a row @param out gets its label
void
PrintTo(const AskRow& row, std::ostream* out)
{
    *out << row.label;
}

class NatAsks : public ::testing::TestWithParam<AskRow>
{
};

TEST_P(NatAsks, TheRouter)
{
    const AskRow& row = GetParam();
    Bench bench(NatDocument(row.statements, row.hook, row.family));
    const bool ipv6 = std::string(row.family) == "ip6";
    const Bytes packet =
        PacketBuilder(ipv6 ? "fd00:1::10" : "10.1.0.10", ipv6 ? "fd00:2::10" : "10.2.0.10")
            .Udp(5000, 53)
            .Build();
    const bool atSource =
        std::string(row.hook) == "postrouting" || std::string(row.hook) == "input";
    const Verdict verdict = bench.Run(packet,
                                      std::string(row.hook) == "input"    ? Hook::Input
                                      : std::string(row.hook) == "output" ? Hook::Output
                                      : atSource                          ? Hook::Postrouting
                                                                          : Hook::Prerouting);
    EXPECT_EQ(verdict.kind, VerdictKind::Accept);
    EXPECT_THAT(bench.actions.nat, ::testing::ElementsAre(row.asks));
}

const AskRow ASKS[] = {
    {"Snat", "postrouting", "ip", R"({"snat":{"addr":"192.0.2.1"}})", "source 192.0.2.1"},
    {"SnatAtInput", "input", "ip", R"({"snat":{"addr":"192.0.2.1"}})", "source 192.0.2.1"},
    {"SnatRange",
     "postrouting",
     "ip",
     R"({"snat":{"addr":{"range":["192.0.2.1","192.0.2.9"]}}})",
     "source 192.0.2.1-192.0.2.9"},
    {"SnatPort",
     "postrouting",
     "ip",
     R"({"snat":{"addr":"192.0.2.1","port":{"range":[1000,2000]},"flags":"random"}})",
     "source 192.0.2.1:1000-2000 random"},
    {"SnatFlags",
     "postrouting",
     "ip",
     R"({"snat":{"addr":"192.0.2.1","flags":["fully-random","persistent"]}})",
     "source 192.0.2.1 fully-random persistent"},
    {"Snat6", "postrouting", "ip6", R"({"snat":{"addr":"2001:db8::1"}})", "source 2001:db8::1"},
    {"SnatPrefix",
     "postrouting",
     "ip",
     R"({"snat":{"addr":{"prefix":{"addr":"192.0.2.77","len":24}},"type_flags":"prefix"}})",
     "source 192.0.2.10"},
    {"DnatPrefix6",
     "prerouting",
     "ip6",
     R"({"dnat":{"addr":{"prefix":{"addr":"2001:db8::","len":64}}}})",
     "destination 2001:db8::10"},
    {"SnatInet",
     "postrouting",
     "inet",
     R"({"snat":{"addr":"192.0.2.1","family":"ip"}})",
     "source 192.0.2.1"},
    {"Dnat",
     "prerouting",
     "ip",
     R"({"dnat":{"addr":"192.0.2.1","port":8080}})",
     "destination 192.0.2.1:8080"},
    {"DnatAtOutput", "output", "ip", R"({"dnat":{"port":8080}})", "destination :8080"},
    {"DnatMap",
     "prerouting",
     "ip",
     R"({"dnat":{"addr":{"map":{"key":{"payload":{"protocol":"udp","field":"dport"}},)"
     R"("data":{"set":[[53,"192.0.2.53"],[80,"192.0.2.80"]]}}}}})",
     "destination 192.0.2.53"},
    {"DnatMapToPairs",
     "prerouting",
     "ip",
     R"({"dnat":{"addr":{"map":{"key":{"payload":{"protocol":"udp","field":"dport"}},)"
     R"("data":{"set":[[53,{"concat":["192.0.2.53",5353]}]]}}}}})",
     "destination 192.0.2.53:5353"},
    {"SnatMapToNetworks",
     "postrouting",
     "ip",
     R"({"snat":{"addr":{"map":{"key":{"payload":{"protocol":"ip","field":"saddr"}},)"
     R"("data":{"set":[[{"prefix":{"addr":"10.1.0.0","len":28}},)"
     R"({"prefix":{"addr":"192.0.2.64","len":28}}]]}}},"flags":"netmap","type_flags":"prefix"}})",
     "source 192.0.2.74"},
    {"Masquerade", "postrouting", "ip", R"({"masquerade":null})", "source own"},
    {"MasqueradePorts",
     "postrouting",
     "ip",
     R"({"masquerade":{"port":{"range":[1000,2000]},"flags":"fully-random"}})",
     "source own:1000-2000 fully-random"},
    {"Redirect", "prerouting", "ip", R"({"redirect":{"port":3128}})", "destination own:3128"},
    {"RedirectAlone", "prerouting", "ip", R"({"redirect":null})", "destination own"},
};

INSTANTIATE_TEST_SUITE_P(Rows, NatAsks, ::testing::ValuesIn(ASKS), [](const auto& info) {
    return info.param.label;
});

TEST(NatRules, EndTheChain)
{
    Bench bench(NatDocument(R"({"snat":{"addr":"192.0.2.1"}},{"drop":null})"));
    const Bytes packet = PacketBuilder("10.1.0.10", "10.2.0.10").Udp(5000, 53).Build();
    EXPECT_EQ(bench.Run(packet, Hook::Postrouting).kind, VerdictKind::Accept);
    bench.actions.natFails = true;
    EXPECT_EQ(bench.Run(packet, Hook::Postrouting).kind, VerdictKind::Drop);
}

TEST(NatRules, MapWithoutTheKeyGoesOn)
{
    Bench bench(NatDocument(R"({"dnat":{"addr":{"map":{"key":{"payload":{"protocol":"udp",)"
                            R"("field":"dport"}},"data":{"set":[[80,"192.0.2.80"]]}}}}})",
                            "prerouting"));
    const Bytes packet = PacketBuilder("10.1.0.10", "10.2.0.10").Udp(5000, 53).Build();
    EXPECT_EQ(bench.Run(packet, Hook::Prerouting).kind, VerdictKind::Accept);
    EXPECT_THAT(bench.actions.nat, ::testing::IsEmpty());
}

/// A document with NAT that cannot be loaded.
struct WrongRow
{
    const char* label;
    std::string document;
    const char* reason; ///< part of the message
};

/// @param row a row @param out gets its label
void
PrintTo(const WrongRow& row, std::ostream* out)
{
    *out << row.label;
}

class NatRefused : public ::testing::TestWithParam<WrongRow>
{
};

TEST_P(NatRefused, SaysWhy)
{
    EXPECT_THAT(WhyRefused(GetParam().document), ::testing::HasSubstr(GetParam().reason));
}

const WrongRow WRONG[] = {
    {"Nothing", NatDocument(R"({"snat":{}})"), "neither an address nor a port"},
    {"MasqueradeWithAddress",
     NatDocument(R"({"masquerade":{"addr":"192.0.2.1"}})"),
     "masquerade and redirect have no address"},
    {"UnknownFlag",
     NatDocument(R"({"snat":{"addr":"192.0.2.1","flags":"sticky"}})"),
     "the NAT flag \"sticky\""},
    {"UnknownMember", NatDocument(R"({"snat":{"address":"192.0.2.1"}})"), "\"address\""},
    {"OtherFamily", NatDocument(R"({"snat":{"addr":"2001:db8::1"}})"), "2001:db8::1"},
    {"BadAddress", NatDocument(R"({"snat":{"addr":"192.0.2.256"}})"), "192.0.2.256"},
    {"BadPort", NatDocument(R"({"snat":{"addr":"192.0.2.1","port":65536}})"), "65536"},
    {"BadRange",
     NatDocument(R"({"snat":{"addr":{"range":["192.0.2.1"]}}})"),
     "a range has two ends"},
    {"BadPrefix",
     NatDocument(R"({"snat":{"addr":{"prefix":{"addr":"192.0.2.0","len":33}}}})"),
     "33"},
    {"InetWithoutFamily",
     NatDocument(R"({"snat":{"addr":"192.0.2.1"}})", "postrouting", "inet"),
     "needs its \"family\""},
    {"PairsWhereOneValueIsNeeded",
     Document(RuleOf(R"({"mangle":{"key":{"meta":{"key":"mark"}},"value":{"map":{"key":)"
                     R"({"meta":{"key":"mark"}},"data":{"set":[[1,{"concat":[2,3]}]]}}}}})")),
     "a map to pairs of values is not supported here"},
    {"PairOfThree",
     NatDocument(R"({"dnat":{"addr":{"map":{"key":{"payload":{"protocol":"udp","field":"dport"}},)"
                 R"("data":{"set":[[53,{"concat":["192.0.2.53",1,2]}]]}}}}})",
                 "prerouting"),
     "a concatenation of two values"},
    {"InFilterChain",
     Document(RuleOf(R"({"masquerade":null})")),
     "translates sources, which chain c cannot"},
    {"SnatAtPrerouting",
     NatDocument(R"({"snat":{"addr":"192.0.2.1"}})", "prerouting"),
     "chain n translates sources, which chain n cannot"},
    {"DnatAtPostrouting",
     NatDocument(R"({"dnat":{"addr":"192.0.2.1"}})", "postrouting"),
     "translates destinations"},
    {"InJumpedChain",
     Document(ChainOf("deep") + "," + RuleOf(R"({"jump":{"target":"deep"}})") + "," +
              RuleOf(R"({"redirect":null})", "deep")),
     "chain deep translates destinations, which chain c cannot"},
};

INSTANTIATE_TEST_SUITE_P(Rows, NatRefused, ::testing::ValuesIn(WRONG), [](const auto& info) {
    return info.param.label;
});

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
