/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "test/unit/ruleset/ruleset-fixture.h"

#include <gmock/gmock.h>

namespace ns3
{
namespace conntrack
{
namespace test
{
namespace
{

/// A document, or parts of one, that cannot be loaded.
struct RefuseRow
{
    const char* label;
    std::string text;
    const char* reason; ///< part of the message
};

std::string
LabelOf(const ::testing::TestParamInfo<RefuseRow>& info)
{
    return info.param.label;
}

class RefusedDocument : public ::testing::TestWithParam<RefuseRow>
{
};

TEST_P(RefusedDocument, SaysWhere)
{
    EXPECT_THAT(WhyRefused(GetParam().text), ::testing::HasSubstr(GetParam().reason));
}

std::string
Nested(int depth)
{
    return std::string(static_cast<std::size_t>(depth), '[') +
           std::string(static_cast<std::size_t>(depth), ']');
}

const RefuseRow DOCUMENTS[] = {
    {"Empty", "", "line 1, column 1"},
    {"NotJson", "table ip t {}", "line 1, column 2"},
    {"Cut", "{\n\"nftables\":[", "line 2, column 13"},
    {"BadNumber", R"({"nftables":[1e999]})", "broken JSON"},
    {"BadText", "{\"nftables\":[\"\xff\"]}", "broken JSON"},
    {"Trailing", R"({"nftables":[]} x)", "line 1, column 17"},
    {"DeepNesting", R"({"nftables":)" + Nested(40) + "}", "nested deeper than 32 levels"},
    {"DeeperNesting", R"({"nftables":)" + Nested(100000) + "}", "nested deeper than 32 levels"},
    {"TwiceTheSameMember", R"({"nftables":[],"nftables":[]})", "two members named \"nftables\""},
    {"NoRoot", "[]", "expected an object"},
    {"NoList", R"({"nftables":{}})", "\"nftables\" must be a list"},
    {"NoMember", "{}", "\"nftables\" is missing"},
    {"OtherMember", R"({"nftables":[],"more":1})", "\"more\" is not supported"},
    {"Command", R"({"nftables":[{"flush":{"ruleset":null}}]})", "\"flush\" is not supported"},
    {"Flowtable", R"({"nftables":[{"flowtable":{}}]})", "\"flowtable\" is not supported"},
    {"NewSchema",
     R"({"nftables":[{"metainfo":{"json_schema_version":2}}]})",
     "json_schema_version 2"},
    {"TwoMembers", R"({"nftables":[{"a":1,"b":2}]})", "an object of one member"},
    {"Bridge",
     R"({"nftables":[{"table":{"family":"bridge","name":"b"}}]})",
     "table: b: the family \"bridge\" is not supported"},
    {"Arp", R"({"nftables":[{"table":{"family":"arp","name":"b"}}]})", "\"arp\" is not"},
    {"Netdev", R"({"nftables":[{"table":{"family":"netdev","name":"b"}}]})", "\"netdev\" is not"},
    {"TableTwice",
     R"({"nftables":[{"table":{"family":"ip","name":"a"}},{"table":{"family":"ip","name":"a"}}]})",
     "ip a is there twice"},
    {"DormantTable",
     R"({"nftables":[{"table":{"family":"ip","name":"a","flags":"dormant"}}]})",
     "the flags of"},
    {"NoTable",
     R"({"nftables":[{"chain":{"family":"ip","table":"x","name":"c"}}]})",
     "there is no table ip x"},
    {"NoTableForRule",
     R"({"nftables":[{"rule":{"family":"ip","table":"x","chain":"c","expr":[]}}]})",
     "there is no table ip x"},
    {"ChainTwice", Document(ChainOf("x") + "," + ChainOf("x")), "chain x: it is there twice"},
    {"NoChain", Document(RuleOf(DROP_IT, "y")), "chain y, rule 5: there is no such chain"},
    {"NoTarget",
     Document(RuleOf(R"({"jump":{"target":"y"}})")),
     R"(chain c, rule 5: {"jump":{"target":"y"}}: table inet t has no chain "y")"},
    {"JumpsToItself",
     Document(ChainOf("x") + "," + RuleOf(R"({"jump":{"target":"x"}})", "x")),
     "chain x jumps to itself"},
    {"JumpsInACircle",
     Document(ChainOf("x") + "," + ChainOf("y") + "," + RuleOf(R"({"goto":{"target":"y"}})", "x") +
              "," + RuleOf(R"({"jump":{"target":"x"}})", "y")),
     "jumps to itself in the end"},
    {"JumpsToBaseChain", Document(RuleOf(R"({"jump":{"target":"c"}})")), "is a base chain"},
    {"BadHook",
     Document(R"({"chain":{"family":"inet","table":"t","name":"x","type":"filter","hook":)"
              R"("ingress","prio":0}})"),
     "chain x: the hook \"ingress\" is not supported"},
    {"BadType",
     Document(R"({"chain":{"family":"inet","table":"t","name":"x","type":"route","hook":)"
              R"("input","prio":0}})"),
     "a chain of type \"route\""},
    {"BadPriority",
     Document(R"({"chain":{"family":"inet","table":"t","name":"x","type":"filter","hook":)"
              R"("input","prio":99999999999}})"),
     "\"prio\" must be a number of 32 bits"},
    {"BadPolicy",
     Document(R"({"chain":{"family":"inet","table":"t","name":"x","type":"filter","hook":)"
              R"("input","prio":0,"policy":"reject"}})"),
     "the policy \"reject\""},
    {"PolicyWithoutHook",
     Document(R"({"chain":{"family":"inet","table":"t","name":"x","policy":"drop"}})"),
     "neither priority nor policy"},
    {"RuleWithoutStatements",
     Document(R"({"rule":{"family":"inet","table":"t","chain":"c","handle":7}})"),
     "chain c, rule 7: \"expr\" is missing"},
    {"UnknownMemberOfRule",
     Document(R"({"rule":{"family":"inet","table":"t","chain":"c","handle":7,"expr":[],"x":1}})"),
     "rule 7: \"x\" is not supported"},
};

INSTANTIATE_TEST_SUITE_P(, RefusedDocument, ::testing::ValuesIn(DOCUMENTS), LabelOf);

class RefusedStatement : public ::testing::TestWithParam<RefuseRow>
{
};

TEST_P(RefusedStatement, NamesIt)
{
    const std::string message = WhyRefused(Document(RuleOf(GetParam().text)));
    EXPECT_THAT(message, ::testing::StartsWith("table inet t: chain c, rule 5: "));
    EXPECT_THAT(message, ::testing::HasSubstr(GetParam().reason));
    EXPECT_EQ(message.find('\n'), std::string::npos);
}

const RefuseRow STATEMENTS[] = {
    {"Queue", R"({"queue":{"num":1}})", "the statement \"queue\" is not supported"},
    {"Synproxy", R"({"synproxy":{"mss":1460}})", "\"synproxy\""},
    {"Tproxy", R"({"tproxy":{"port":1}})", "\"tproxy\""},
    {"Dup", R"({"dup":{"addr":"10.0.0.1"}})", "\"dup\""},
    {"AsText", R"("jump {\n drop\n}")", "nft wrote this statement as text"},
    {"NoStatement", "7", "a statement must be an object"},
    {"Ttl",
     R"({"mangle":{"key":{"payload":{"protocol":"ip","field":"ttl"}},"value":5}})",
     R"(setting {"payload":{"protocol":"ip","field":"ttl"}} is not supported)"},
    {"MaximumSegment",
     R"({"mangle":{"key":{"tcp option":{"name":"maxseg","field":"size"}},"value":1000}})",
     "setting {\"tcp option\""},
    {"ResetOption", R"({"reset":{"tcp option":{"name":"sack-perm"}}})", "\"reset\""},
    {"Nftrace",
     R"({"mangle":{"key":{"meta":{"key":"nftrace"}},"value":1}})",
     "setting \"meta nftrace\""},
    {"Label", R"({"mangle":{"key":{"ct":{"key":"label"}},"value":5}})", "setting \"ct label\""},
    {"Event", R"({"mangle":{"key":{"ct":{"key":"event"}},"value":["new"]}})", "\"ct event\""},
    {"BigZone", R"({"mangle":{"key":{"ct":{"key":"zone"}},"value":65536}})", "0 to 65535"},
    {"BigPriority",
     R"({"mangle":{"key":{"meta":{"key":"priority"}},"value":"1:10"}})",
     "a constant from 0 to 255"},
    {"NoHelperObject", R"({"ct helper":"h"})", "table inet t has no such object \"h\""},
    {"NoTimeoutObject", R"({"ct timeout":"h"})", "has no such object"},
    {"NoExpectationObject", R"({"ct expectation":"h"})", "has no such object"},
    {"NoCounterObject", R"({"counter":"x"})", "has no such object"},
    {"LogGroup", R"({"log":{"group":1}})", "\"group\" is not supported"},
    {"LogAudit", R"({"log":{"level":"audit"}})", "the log level \"audit\""},
    {"LogFlag", R"({"log":{"flags":"colors"}})", "the log flag \"colors\""},
    {"RejectWith", R"({"reject":{"type":"smile"}})", "reject with smile"},
    {"RejectCode", R"({"reject":{"type":"icmp","expr":"no-route"}})", "the ICMP code \"no-route\""},
    {"RejectAnyCode", R"({"reject":{"type":"icmpx","expr":"x"}})", "the icmpx code \"x\""},
    {"LimitWithoutRate", R"({"limit":{"per":"second"}})", "\"rate\" is missing"},
    {"LimitZero", R"({"limit":{"rate":0,"per":"second"}})", "the limit's rate is zero"},
    {"LimitInterval", R"({"limit":{"rate":1,"per":"blink"}})", "not \"blink\""},
    {"LimitOverflow",
     R"({"limit":{"rate":10,"per":"hour","rate_unit":"mbytes","burst":4294967295}})",
     "too large"},
    {"QuotaUnit", R"({"quota":{"val":1,"val_unit":"gbytes"}})", "the unit \"gbytes\""},
    {"QuotaOverflow",
     R"({"quota":{"val":18446744073709551615,"val_unit":"mbytes"}})",
     "too large for its unit"},
    {"CounterNegative", R"({"counter":{"packets":-1,"bytes":0}})", "a whole number from 0"},
    {"CounterMember", R"({"counter":{"packets":1,"bytes":0,"x":1}})", "\"x\" is not supported"},
    {"CountMissing", R"({"ct count":{"inv":true}})", "\"val\" is missing"},
    {"NotrackArguments", R"({"notrack":{"x":1}})", "has no arguments"},
    {"AcceptArguments", R"({"accept":{"x":1}})", "has no arguments"},
    {"VmapWithoutMap", R"({"vmap":{"key":{"meta":{"key":"mark"}},"data":"@m"}})", "no set or map"},
    {"VmapToValue",
     R"({"vmap":{"key":{"meta":{"key":"mark"}},"data":{"set":[[1,2]]}}})",
     "2 is no verdict"},
    {"VmapElement",
     R"({"vmap":{"key":{"meta":{"key":"mark"}},"data":{"set":[1]}}})",
     "a map's element must be a list"},
    {"SetOfNothing", R"({"set":{"op":"add","elem":1,"set":"@s"}})", "no set or map \"@s\""},
    {"SetOp", R"({"set":{"op":"move","elem":1,"set":"@s"}})", "\"move\" is not supported"},
    {"NumgenRandom",
     R"({"mangle":{"key":{"meta":{"key":"mark"}},"value":{"numgen":{"mode":"random","mod":2}}}})",
     "only the mode \"inc\""},
    {"NumgenZero",
     R"({"mangle":{"key":{"meta":{"key":"mark"}},"value":{"numgen":{"mode":"inc","mod":0}}}})",
     "must not be 0"},
};

INSTANTIATE_TEST_SUITE_P(, RefusedStatement, ::testing::ValuesIn(STATEMENTS), LabelOf);

/// A match that cannot be loaded.
struct MatchRow
{
    const char* label;
    std::string left;
    std::string right;
    const char* reason;
    std::string op = "==";
};

std::string
MatchLabelOf(const ::testing::TestParamInfo<MatchRow>& info)
{
    return info.param.label;
}

class RefusedMatch : public ::testing::TestWithParam<MatchRow>
{
};

TEST_P(RefusedMatch, SaysWhy)
{
    const MatchRow& row = GetParam();
    const std::string message =
        WhyRefused(Document(RuleOf(MatchOf(row.left, row.right, row.op) + "," + DROP_IT)));
    EXPECT_THAT(message, ::testing::HasSubstr("chain c, rule 5: {\"match\":"));
    EXPECT_THAT(message, ::testing::HasSubstr(row.reason));
}

const MatchRow MATCHES[] = {
    {"Fib", R"({"fib":{"result":"type","flags":["daddr"]}})", "1", "\"fib\" is not supported"},
    {"Socket", R"({"socket":{"key":"transparent"}})", "1", "\"socket\" is not supported"},
    {"Osf", R"({"osf":{"key":"name"}})", "\"Linux\"", "\"osf\" is not supported"},
    {"Jhash", R"({"jhash":{"mod":2}})", "1", "\"jhash\" is not supported"},
    {"RoutingKey", R"({"rt":{"key":"mtu"}})", "1", "\"rt\" is not supported"},
    {"SocketOwner", MetaOf("skuid"), "0", "\"meta skuid\" is not supported"},
    {"Processor", MetaOf("cpu"), "0", "\"meta cpu\" is not supported"},
    {"Hour", MetaOf("hour"), "\"10:00\"", "\"meta hour\" is not supported"},
    {"Labels", CtOf("label"), "5", "\"ct label\" is not supported"},
    {"UnknownHeader", Payload("vlan", "id"), "5", "the header \"vlan\" is not supported"},
    {"UnknownField", Payload("tcp", "color"), "5", "the field \"tcp color\" is not supported"},
    {"UnknownOption", R"({"tcp option":{"name":"x"}})", "true", "\"tcp option x\" is not"},
    {"UnknownExtHeader", R"({"exthdr":{"name":"srh"}})", "true", "\"exthdr srh\" is not"},
    {"NoDirection", CtOf("proto-src"), "5", "needs a direction"},
    {"SurplusDirection", CtOf("state", R"(,"dir":"reply")"), "\"new\"", "has no direction"},
    {"BadDirection", CtOf("bytes", R"(,"dir":"up")"), "5", "\"original\" or \"reply\""},
    {"UnknownMember", R"({"meta":{"key":"mark","x":1}})", "5", "\"x\" is not supported"},
    {"UnknownState", CtOf("state"), "\"old\"", "\"old\" is not a value of type ct_state", "in"},
    {"UnknownOp", MetaOf("mark"), "5", "the comparison \"~\"", "~"},
    {"BigPort", Payload("tcp", "dport"), "65536", "65536 does not fit 16 bits"},
    {"BigDscp", Payload("ip", "dscp"), "64", "64 does not fit 6 bits"},
    {"NegativeMark", MetaOf("mark"), "-1", "-1 is not a value of type mark"},
    {"BadAddress", Payload("ip", "saddr"), "\"10.0.0.256\"", "is not a value of type ipv4_addr"},
    {"WrongFamily", Payload("ip", "saddr"), "\"::1\"", "is not a value of type ipv4_addr"},
    {"BadPrefix",
     Payload("ip", "saddr"),
     R"({"prefix":{"addr":"10.0.0.0","len":33}})",
     "from 0 to 32"},
    {"BackwardRange", Payload("tcp", "dport"), R"({"range":[9,5]})", "ends before it begins"},
    {"ShortRange", Payload("tcp", "dport"), R"({"range":[9]})", "a range has two ends"},
    {"RangeLess", Payload("tcp", "dport"), R"({"range":[5,9]})", "cannot be compared", "<"},
    {"SetLess", Payload("tcp", "dport"), R"({"set":[5]})", "cannot be compared", "<"},
    {"LongName", MetaOf("iifname"), "\"a-very-long-device\"", "longer than 15 characters"},
    {"AnyName", MetaOf("iifname"), "\"*\"", "leave the match out"},
    {"DeviceIndex", MetaOf("iif"), "3", "give the device's name"},
    {"NoSuchSet", Payload("tcp", "dport"), "\"@s\"", "no set or map \"@s\""},
    {"TwiceInSet", Payload("tcp", "dport"), R"({"set":[5,5]})", "it is in the set twice"},
    {"Overlap",
     Payload("tcp", "dport"),
     R"({"set":[{"range":[1,5]},{"range":[5,9]}]})",
     "two elements have values in common"},
    {"FieldsOfElement",
     R"({"concat":[{"meta":{"key":"mark"}},{"meta":{"key":"l4proto"}}]})",
     R"({"set":[5]})",
     "it must have 2 fields"},
    {"EmptyConcat", R"({"concat":[]})", R"({"set":[5]})", "a concatenation has 1 to 16 fields"},
    {"VariableMask",
     R"({"&":[{"meta":{"key":"mark"}},{"ct":{"key":"mark"}}]})",
     "5",
     "must be a constant"},
    {"BigShift", R"({"<<":[{"meta":{"key":"mark"}},128]})", "5", "a shift"},
    {"ThreeSides", R"({"^":[{"meta":{"key":"mark"}},1,2]})", "5", "has two sides"},
    {"RawBase", R"({"payload":{"base":"ih","offset":0,"len":8}})", "5", "base \"ih\""},
    {"RawLength", R"({"payload":{"base":"th","offset":0,"len":129}})", "5", "\"len\""},
    {"RawNothing", R"({"payload":{"base":"th","offset":0,"len":0}})", "5", "1 to 128 bits"},
    {"RawOption", R"({"tcp option":{"base":42,"offset":16,"len":8}})", "5", "only whether it"},
    {"LeftNumber", "5", "5", "an expression must be an object"},
};

INSTANTIATE_TEST_SUITE_P(, RefusedMatch, ::testing::ValuesIn(MATCHES), MatchLabelOf);

TEST(RefusedRule, HeaderOfAnotherFamily)
{
    const std::string rule = RuleOf(MatchOf(Payload("ip6", "saddr"), "\"::1\""), "c", "ip");
    EXPECT_THAT(WhyRefused(Document(rule, "ip")),
                ::testing::HasSubstr("no packet of a table of family ip has this"));
}

// A row of chains of which each jumps to the next.
std::string
Stairs(int count, int jumpsEach)
{
    std::string parts;
    for (int i = 0; i < count; ++i)
    {
        parts += (i == 0 ? "" : ",") + ChainOf("s" + std::to_string(i));
    }
    for (int i = 0; i < count; ++i)
    {
        const std::string from = i == 0 ? "c" : "s" + std::to_string(i - 1);
        const std::string jump = R"({"jump":{"target":"s)" + std::to_string(i) + "\"}}";
        for (int j = 0; j < jumpsEach; ++j)
        {
            parts += "," + RuleOf(jump, from);
        }
    }
    return Document(parts);
}

TEST(RefusedRule, DepthOfJumps)
{
    EXPECT_EQ(WhyRefused(Stairs(15, 1)), "");
    EXPECT_THAT(WhyRefused(Stairs(16, 1)), ::testing::HasSubstr("more than 16"));
    EXPECT_THAT(WhyRefused(Stairs(1000, 1)), ::testing::HasSubstr("more than 16"));
}

TEST(RefusedRule, NumberOfJumps)
{
    EXPECT_EQ(WhyRefused(Stairs(5, 4)), "");
    EXPECT_THAT(WhyRefused(Stairs(15, 8)), ::testing::HasSubstr("more than 65536 jumps"));
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
