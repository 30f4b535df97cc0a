/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "test/unit/ruleset/ruleset-fixture.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace ns3
{
namespace conntrack
{
namespace test
{
namespace
{

using Json = nlohmann::ordered_json;

Bytes
UdpFrom(const std::string& source, uint16_t port = 53)
{
    return PacketBuilder(source, "10.2.0.10").Udp(5000, port).Build();
}

/// @param name of a set @param more its members, after a comma each @return a named set
std::string
SetOf(const std::string& name, const std::string& more)
{
    return R"({"set":{"family":"inet","name":")" + name + R"(","table":"t","handle":9)" + more +
           "}}";
}

std::string
MapOf(const std::string& name, const std::string& more)
{
    return R"({"map":{"family":"inet","name":")" + name + R"(","table":"t","handle":9)" + more +
           "}}";
}

const std::string SOURCE = Payload("ip", "saddr");
const std::string HOSTS = R"(,"type":"ipv4_addr","elem":["10.1.0.10","10.1.0.12"])";

Json
PartOf(const Bench& bench, const char* kind, Nanos now = 0)
{
    const Json document = bench.rules->ToJson(now);
    for (const Json& part : document["nftables"])
    {
        if (part.contains(kind))
        {
            return part[kind];
        }
    }
    return nullptr;
}

TEST(NamedSet, MatchesItsElements)
{
    Bench bench(
        Document(SetOf("s", HOSTS) + "," + RuleOf(MatchOf(SOURCE, "\"@s\"") + "," + DROP_IT)));
    EXPECT_TRUE(bench.Drops(UdpFrom("10.1.0.12")));
    EXPECT_FALSE(bench.Drops(UdpFrom("10.1.0.11")));
}

TEST(NamedSet, Inverted)
{
    Bench bench(Document(SetOf("s", HOSTS) + "," +
                         RuleOf(MatchOf(SOURCE, "\"@s\"", "!=") + "," + DROP_IT)));
    EXPECT_FALSE(bench.Drops(UdpFrom("10.1.0.12")));
    EXPECT_TRUE(bench.Drops(UdpFrom("10.1.0.11")));
}

TEST(NamedSet, Intervals)
{
    Bench bench(Document(
        SetOf("s",
              R"(,"type":"ipv4_addr","flags":["interval"],"elem":[)"
              R"({"prefix":{"addr":"10.1.0.0","len":28}},{"range":["10.1.1.1","10.1.1.5"]},)"
              R"("10.1.2.1"])") +
        "," + RuleOf(MatchOf(SOURCE, "\"@s\"") + "," + DROP_IT)));
    EXPECT_TRUE(bench.Drops(UdpFrom("10.1.0.15")));
    EXPECT_FALSE(bench.Drops(UdpFrom("10.1.0.16")));
    EXPECT_TRUE(bench.Drops(UdpFrom("10.1.1.5")));
    EXPECT_FALSE(bench.Drops(UdpFrom("10.1.1.6")));
    EXPECT_TRUE(bench.Drops(UdpFrom("10.1.2.1")));
}

TEST(NamedSet, CatchAll)
{
    Bench bench(Document(
        MapOf("m",
              R"(,"type":"ipv4_addr","map":"verdict","elem":[["10.1.0.10",{"accept":null}],)"
              R"(["*",{"drop":null}]])") +
        "," + RuleOf(R"({"vmap":{"key":)" + SOURCE + R"(,"data":"@m"}})")));
    EXPECT_FALSE(bench.Drops(UdpFrom("10.1.0.10")));
    EXPECT_TRUE(bench.Drops(UdpFrom("10.1.0.11")));
}

TEST(NamedSet, CountsByElement)
{
    Bench bench(Document(
        SetOf("s",
              R"(,"type":"ipv4_addr","elem":[{"elem":{"val":"10.1.0.10",)"
              R"("counter":{"packets":1,"bytes":5}}},"10.1.0.11"],"stmt":[{"counter":null}])") +
        "," + RuleOf(MatchOf(SOURCE, "\"@s\""))));
    bench.Run(UdpFrom("10.1.0.10"));
    EXPECT_EQ(PartOf(bench, "set")["elem"].dump(),
              R"([{"elem":{"val":"10.1.0.10","counter":{"packets":2,"bytes":33}}},)"
              R"({"elem":{"val":"10.1.0.11","counter":{"packets":0,"bytes":0}}}])");
}

TEST(NamedSet, ElementsExpire)
{
    Bench bench(Document(SetOf("s",
                               R"(,"type":"ipv4_addr","flags":["timeout"],"elem":[{"elem":{"val":)"
                               R"("10.1.0.10","timeout":10,"expires":4}},"10.1.0.11"])") +
                         "," + RuleOf(MatchOf(SOURCE, "\"@s\"") + "," + DROP_IT)));
    bench.packet.now = 4 * SECOND;
    EXPECT_TRUE(bench.Drops(UdpFrom("10.1.0.10")));
    EXPECT_EQ(PartOf(bench, "set", 2 * SECOND)["elem"].dump(),
              R"([{"elem":{"val":"10.1.0.10","timeout":10,"expires":2}},"10.1.0.11"])");
    bench.packet.now = 5 * SECOND;
    EXPECT_FALSE(bench.Drops(UdpFrom("10.1.0.10")));
    EXPECT_EQ(PartOf(bench, "set", 5 * SECOND)["elem"].dump(), R"(["10.1.0.11"])");
}

TEST(NamedMap, ToMarks)
{
    Bench bench(Document(
        MapOf("m",
              R"(,"type":["ipv4_addr","inet_service"],"map":"mark","elem":[)"
              R"([{"concat":["10.1.0.10",53]},5]])") +
        "," +
        RuleOf(R"({"mangle":{"key":{"meta":{"key":"mark"}},"value":{"map":{"key":{"concat":[)" +
               SOURCE + "," + Payload("udp", "dport") + R"(]},"data":"@m"}}}})") +
        "," + RuleOf(MatchOf(MetaOf("mark"), "5") + "," + DROP_IT)));
    EXPECT_FALSE(bench.Drops(UdpFrom("10.1.0.10", 54)));
    EXPECT_EQ(bench.packet.mark, 0U);
    EXPECT_TRUE(bench.Drops(UdpFrom("10.1.0.10", 53)));
    EXPECT_EQ(bench.packet.mark, 5U);
}

TEST(NamedMap, ToCounters)
{
    Bench bench(Document(
        R"({"counter":{"family":"inet","name":"n","table":"t","handle":3,"packets":1,"bytes":2}},)" +
        MapOf("m", R"(,"type":"inet_service","map":"counter","elem":[[53,"n"]])") + "," +
        RuleOf(R"({"counter":{"map":{"key":)" + Payload("udp", "dport") + R"(,"data":"@m"}}})")));
    bench.Run(UdpFrom("10.1.0.10", 53));
    bench.Run(UdpFrom("10.1.0.10", 54));
    EXPECT_EQ(PartOf(bench, "counter")["packets"], 2);
    EXPECT_EQ(PartOf(bench, "counter")["bytes"], 30);
}

std::string
Change(const std::string& op, const std::string& more = "")
{
    return R"({"set":{"op":")" + op + R"(","elem":{"elem":{"val":)" + SOURCE +
           R"(,"timeout":2}},"set":"@s")" + more + "}}";
}

const std::string DYNAMIC = R"(,"type":"ipv4_addr","size":2,"flags":["timeout"])";

TEST(DynamicSet, AddKeepsAndUpdateRenewsTheTimeout)
{
    const std::string port = MatchOf(Payload("udp", "dport"), "1");
    Bench bench(Document(SetOf("s", DYNAMIC) + "," + RuleOf(port + "," + Change("add")) + "," +
                         RuleOf(MatchOf(Payload("udp", "dport"), "2") + "," + Change("update")) +
                         "," + RuleOf(MatchOf(SOURCE, "\"@s\"") + "," + DROP_IT)));
    EXPECT_FALSE(bench.Drops(UdpFrom("10.1.0.10", 3)));
    EXPECT_TRUE(bench.Drops(UdpFrom("10.1.0.10", 1)));
    bench.packet.now = SECOND;
    EXPECT_TRUE(bench.Drops(UdpFrom("10.1.0.10", 1)));
    bench.packet.now = 2 * SECOND;
    EXPECT_FALSE(bench.Drops(UdpFrom("10.1.0.10", 3)));
    EXPECT_TRUE(bench.Drops(UdpFrom("10.1.0.10", 1)));
    bench.packet.now = 3 * SECOND;
    EXPECT_TRUE(bench.Drops(UdpFrom("10.1.0.10", 2)));
    bench.packet.now = 4 * SECOND;
    EXPECT_TRUE(bench.Drops(UdpFrom("10.1.0.10", 3)));
    EXPECT_EQ(PartOf(bench, "set", 4 * SECOND)["elem"].dump(),
              R"([{"elem":{"val":"10.1.0.10","timeout":2,"expires":1}}])");
}

TEST(DynamicSet, FullSetBreaksTheRule)
{
    Bench bench(Document(SetOf("s", DYNAMIC) + "," + RuleOf(Change("add") + "," + DROP_IT)));
    EXPECT_TRUE(bench.Drops(UdpFrom("10.1.0.12")));
    EXPECT_TRUE(bench.Drops(UdpFrom("10.1.0.11")));
    EXPECT_FALSE(bench.Drops(UdpFrom("10.1.0.13")));
    EXPECT_THAT(PartOf(bench, "set")["elem"].dump(),
                ::testing::MatchesRegex(".*10.1.0.11.*10.1.0.12.*"));
}

TEST(DynamicSet, Delete)
{
    Bench bench(Document(SetOf("s", HOSTS) + "," +
                         RuleOf(MatchOf(Payload("udp", "dport"), "1") + "," + Change("delete")) +
                         "," + RuleOf(MatchOf(SOURCE, "\"@s\"") + "," + DROP_IT)));
    EXPECT_TRUE(bench.Drops(UdpFrom("10.1.0.10")));
    EXPECT_FALSE(bench.Drops(UdpFrom("10.1.0.10", 1)));
    EXPECT_EQ(PartOf(bench, "set")["elem"].dump(), R"(["10.1.0.12"])");
}

TEST(DynamicSet, LimitByElement)
{
    const std::string limit = R"({"limit":{"rate":1,"burst":1,"per":"second","inv":true}})";
    Bench bench(Document(SetOf("s", R"(,"type":"ipv4_addr","size":9)") + "," +
                         RuleOf(R"({"set":{"op":"add","elem":)" + SOURCE +
                                R"(,"set":"@s","stmt":[)" + limit + "]}}," + DROP_IT)));
    EXPECT_FALSE(bench.Drops(UdpFrom("10.1.0.10")));
    EXPECT_TRUE(bench.Drops(UdpFrom("10.1.0.10")));
    EXPECT_FALSE(bench.Drops(UdpFrom("10.1.0.11")));
    EXPECT_EQ(PartOf(bench, "set")["elem"][0]["elem"]["limit"].dump(),
              R"({"rate":1,"burst":1,"per":"second","inv":true})");
}

/// A set that cannot be loaded.
struct RefuseRow
{
    const char* label;
    std::string parts;
    const char* reason;
};

std::string
LabelOf(const ::testing::TestParamInfo<RefuseRow>& info)
{
    return info.param.label;
}

class RefusedSet : public ::testing::TestWithParam<RefuseRow>
{
};

TEST_P(RefusedSet, SaysWhy)
{
    const std::string message = WhyRefused(Document(GetParam().parts));
    EXPECT_THAT(message, ::testing::StartsWith("table inet t: "));
    EXPECT_THAT(message, ::testing::HasSubstr(GetParam().reason));
}

const RefuseRow REFUSED[] = {
    {"NoType", SetOf("s", ""), "set s: \"type\" is missing"},
    {"UnknownType", SetOf("s", R"(,"type":"color")"), "values of type \"color\""},
    {"TooManyFields",
     SetOf("s",
           R"(,"type":["mark","mark","mark","mark","mark","mark","mark","mark","mark","mark",)"
           R"("mark","mark","mark","mark","mark","mark","mark"])"),
     "1 to 16 fields"},
    {"Flag", SetOf("s", R"(,"type":"mark","flags":["green"])"), "the flag \"green\""},
    {"Member", SetOf("s", R"(,"type":"mark","color":1)"), "\"color\" is not supported"},
    {"WrongElement",
     SetOf("s", R"(,"type":"ipv4_addr","elem":["::1"])"),
     "set s: element \"::1\": \"::1\" is not a value of type ipv4_addr"},
    {"RangeWithoutFlag",
     SetOf("s", R"(,"type":"mark","elem":[{"range":[1,2]}])"),
     "has no flag \"interval\""},
    {"TooManyElements",
     SetOf("s", R"(,"type":"mark","size":1,"elem":[1,2])"),
     "the set holds 1 elements at most"},
    {"Twice", SetOf("s", R"(,"type":"mark","elem":[1,1])"), "it is in the set twice"},
    {"CatchAllTwice", SetOf("s", R"(,"type":"mark","elem":["*","*"])"), "it is in the set twice"},
    {"SetTwice",
     SetOf("s", R"(,"type":"mark")") + "," + SetOf("s", R"(,"type":"mark")"),
     "set s: it is there twice"},
    {"MapWithoutData", MapOf("m", R"(,"type":"mark")"), "\"map\" is missing"},
    {"MapElement",
     MapOf("m", R"(,"type":"mark","map":"mark","elem":[1])"),
     "a map's element must be a list"},
    {"MapToNoChain",
     MapOf("m", R"(,"type":"mark","map":"verdict","elem":[[1,{"jump":{"target":"x"}}]])"),
     "table inet t has no chain \"x\""},
    {"MapToNoCounter",
     MapOf("m", R"(,"type":"mark","map":"counter","elem":[[1,"n"]])"),
     "has no such object \"n\""},
    {"KeyOfAnotherType",
     SetOf("s", R"(,"type":"ipv6_addr")") + "," + RuleOf(MatchOf(SOURCE, "\"@s\"")),
     "the set has keys of type ipv6_addr, not ipv4_addr"},
    {"KeyOfMoreFields",
     SetOf("s", R"(,"type":["mark","mark"])") + "," + RuleOf(MatchOf(MetaOf("mark"), "\"@s\"")),
     "keys have 2 fields, not 1"},
    {"MapAsSet",
     MapOf("m", R"(,"type":"mark","map":"verdict")") + "," +
         RuleOf(MatchOf(MetaOf("mark"), "\"@m\"")),
     "is a map, not a set"},
    {"SetAsMap",
     SetOf("s", R"(,"type":"mark")") + "," +
         RuleOf(R"({"vmap":{"key":{"meta":{"key":"mark"}},"data":"@s"}})"),
     "is no map to what is needed"},
    {"PacketChangesIntervals",
     SetOf("s", R"(,"type":"ipv4_addr","flags":["interval"])") + "," + RuleOf(Change("add")),
     "packets change sets of single values only"},
    {"LoopThroughMap",
     ChainOf("x") + "," +
         RuleOf(R"({"vmap":{"key":{"meta":{"key":"mark"}},"data":{"set":[[1,{"jump":)"
                R"({"target":"x"}}]]}}})",
                "x"),
     "jumps to itself"},
};

TEST_P(RefusedSet, IsOneSentence)
{
    EXPECT_EQ(WhyRefused(Document(GetParam().parts)).find('\n'), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(, RefusedSet, ::testing::ValuesIn(REFUSED), LabelOf);

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
