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

TcpFields
TcpWith(uint8_t flags, const Bytes& options = {})
{
    TcpFields fields;
    fields.sourcePort = 5000;
    fields.destinationPort = 80;
    fields.seq = 1000;
    fields.flags = flags;
    fields.options = options;
    return fields;
}

Bytes
Udp4()
{
    return PacketBuilder("10.1.0.10", "10.2.0.10").HopLimit(63).Udp(5000, 53, "abcd").Build();
}

Bytes
Udp6()
{
    return PacketBuilder("fd00:1::10", "fd00:2::10").HopLimit(63).Udp(5000, 53, "abcd").Build();
}

Bytes
Syn4()
{
    // MSS 1400, SACK permitted, window scale 7 behind a no-operation (RFC 9293, 7323, 2018).
    const Bytes options{2, 4, 0x05, 0x78, 4, 2, 1, 3, 3, 7};
    return PacketBuilder("10.1.0.10", "10.2.0.10").Tcp(TcpWith(tcp_bits::SYN, options)).Build();
}

Bytes
SynAck4()
{
    return PacketBuilder("10.2.0.10", "10.1.0.10")
        .Tcp(TcpWith(tcp_bits::SYN | tcp_bits::ACK))
        .Build();
}

Bytes
Echo4()
{
    return PacketBuilder("10.1.0.10", "10.2.0.10").Icmp(8, 0, 0x00070009).Build();
}

Bytes
TooBig6()
{
    return PacketBuilder("fd00:1::10", "fd00:2::10").Icmp(2, 0, 1400).Build();
}

Bytes
LaterFragment4()
{
    Bytes bytes = Udp4();
    WriteU16(&bytes[6], 0x2001); // more fragments, offset 8
    return bytes;
}

Bytes
HopByHop6()
{
    return PacketBuilder("fd00:1::10", "fd00:2::10")
        .Raw(0, {17, 0, 1, 4, 0, 0, 0, 0, 0x13, 0x88, 0, 53, 0, 8, 0, 0})
        .Build();
}

Bytes
RecordRoute4()
{
    return PacketBuilder("10.1.0.10", "10.2.0.10")
        .Ipv4Options({1, 7, 7, 4, 0, 0, 0, 0})
        .Udp(5000, 53)
        .Build();
}

Bytes
CutTcp4()
{
    return PacketBuilder("10.1.0.10", "10.2.0.10").Raw(6, {0x13, 0x88, 0, 80, 0, 0}).Build();
}

/// Whether a match agrees with a packet.
struct MatchRow
{
    const char* label;
    Bytes (*packet)();
    std::string left;
    std::string right;
    bool agrees;
    std::string op = "==";
};

std::string
LabelOf(const ::testing::TestParamInfo<MatchRow>& info)
{
    return info.param.label;
}

class Match : public ::testing::TestWithParam<MatchRow>
{
};

TEST_P(Match, Agrees)
{
    const MatchRow& row = GetParam();
    Bench bench(Document(RuleOf(MatchOf(row.left, row.right, row.op) + "," + DROP_IT)));
    EXPECT_EQ(bench.Drops(row.packet()), row.agrees);
}

const std::string RAW_DATA = R"({"payload":{"base":"th","offset":64,"len":32}})";
const std::string RAW_NIBBLE = R"({"payload":{"base":"nh","offset":4,"len":4}})";
const std::string RAW_BEYOND = R"({"payload":{"base":"th","offset":96,"len":8}})";
const std::string RAW_LINK = R"({"payload":{"base":"ll","offset":0,"len":16}})";
const std::string FLAGS_OF_FOUR =
    R"({"&":[{"payload":{"protocol":"tcp","field":"flags"}},["fin","syn","rst","ack"]]})";
const std::string LAST_BYTE =
    R"({"&":[{"payload":{"protocol":"ip","field":"saddr"}},"0.0.0.255"]})";
const std::string TWO_FIELDS = R"({"concat":[{"payload":{"protocol":"ip","field":"saddr"}},)"
                               R"({"payload":{"protocol":"udp","field":"dport"}}]})";
const std::string HIGH_BITS =
    R"({">>":[{"&":[{"payload":{"base":"nh","offset":0,"len":8}},240]},4]})";

const MatchRow HEADERS[] = {
    {"Source", Udp4, Payload("ip", "saddr"), "\"10.1.0.10\"", true},
    {"OtherSource", Udp4, Payload("ip", "saddr"), "\"10.1.0.11\"", false},
    {"NotOtherSource", Udp4, Payload("ip", "saddr"), "\"10.1.0.11\"", true, "!="},
    {"SourceOfIpv6", Udp6, Payload("ip", "saddr"), "\"10.1.0.10\"", false},
    {"NotSourceOfIpv6", Udp6, Payload("ip", "saddr"), "\"10.1.0.10\"", false, "!="},
    {"Source6", Udp6, Payload("ip6", "saddr"), "\"fd00:1::10\"", true},
    {"Prefix", Udp4, Payload("ip", "daddr"), R"({"prefix":{"addr":"10.2.0.0","len":24}})", true},
    {"OtherPrefix",
     Udp4,
     Payload("ip", "daddr"),
     R"({"prefix":{"addr":"10.2.1.0","len":24}})",
     false},
    {"EveryPrefix", Udp4, Payload("ip", "daddr"), R"({"prefix":{"addr":"0.0.0.0","len":0}})", true},
    {"Prefix6", Udp6, Payload("ip6", "daddr"), R"({"prefix":{"addr":"fd00:2::","len":64}})", true},
    {"Range", Udp4, Payload("ip", "saddr"), R"({"range":["10.1.0.5","10.1.0.10"]})", true},
    {"BelowRange", Udp4, Payload("ip", "saddr"), R"({"range":["10.1.0.11","10.1.0.20"]})", false},
    {"NotRange",
     Udp4,
     Payload("ip", "saddr"),
     R"({"range":["10.1.0.11","10.1.0.20"]})",
     true,
     "!="},
    {"MaskedSource", Udp4, LAST_BYTE, "\"0.0.0.10\"", true},
    {"MaskedOther", Udp4, LAST_BYTE, "\"0.0.0.11\"", false},
    {"Ttl", Udp4, Payload("ip", "ttl"), "63", true},
    {"TtlLess", Udp4, Payload("ip", "ttl"), "63", false, "<"},
    {"TtlLessOrEqual", Udp4, Payload("ip", "ttl"), "63", true, "<="},
    {"TtlGreater", Udp4, Payload("ip", "ttl"), "62", true, ">"},
    {"TtlGreaterOrEqual", Udp4, Payload("ip", "ttl"), "64", false, ">="},
    {"HopLimit", Udp6, Payload("ip6", "hoplimit"), "63", true},
    {"Version", Udp4, Payload("ip", "version"), "4", true},
    {"HeaderLength", Udp4, Payload("ip", "hdrlength"), "5", true},
    {"Length", Udp4, Payload("ip", "length"), "32", true},
    {"ProtocolName", Udp4, Payload("ip", "protocol"), "\"udp\"", true},
    {"NextHeader", Udp6, Payload("ip6", "nexthdr"), "\"udp\"", true},
    {"NextHeaderIsOptions", HopByHop6, Payload("ip6", "nexthdr"), "\"udp\"", false},
    {"FragmentOffset", LaterFragment4, Payload("ip", "frag-off"), "8193", true},
    {"UdpPort", Udp4, Payload("udp", "dport"), "53", true},
    {"UdpPortOfIpv6", Udp6, Payload("udp", "dport"), "53", true},
    {"TcpPortOfUdp", Udp4, Payload("tcp", "dport"), "53", false},
    {"NotTcpPortOfUdp", Udp4, Payload("tcp", "dport"), "80", false, "!="},
    {"AnyTransportPort", Udp4, Payload("th", "dport"), "53", true},
    {"PortOfLaterFragment", LaterFragment4, Payload("udp", "dport"), "53", false},
    {"NotPortOfLaterFragment", LaterFragment4, Payload("udp", "dport"), "53", false, "!="},
    {"PortBehindOptions", HopByHop6, Payload("udp", "dport"), "53", true},
    {"PortRange", Udp4, Payload("udp", "dport"), R"({"range":[50,60]})", true},
    {"UdpLength", Udp4, Payload("udp", "length"), "12", true},
    {"FlagsAny", SynAck4, Payload("tcp", "flags"), R"(["fin","syn"])", true, "in"},
    {"FlagsNone", SynAck4, Payload("tcp", "flags"), R"(["fin","rst"])", true, "!"},
    {"FlagsNoneButOne", SynAck4, Payload("tcp", "flags"), R"(["fin","syn"])", false, "!"},
    {"FlagsExactly", Syn4, Payload("tcp", "flags"), "\"syn\"", true},
    {"FlagsNotExactly", SynAck4, Payload("tcp", "flags"), "\"syn\"", false},
    {"FlagsExactlyTwo", SynAck4, Payload("tcp", "flags"), R"({"|":["syn","ack"]})", true},
    {"FlagsMasked", Syn4, FLAGS_OF_FOUR, "\"syn\"", true},
    {"FlagsMaskedOther", SynAck4, FLAGS_OF_FOUR, "\"syn\"", false},
    {"FlagsInSet",
     SynAck4,
     Payload("tcp", "flags"),
     R"({"set":["syn",{"|":["syn","ack"]}]})",
     true},
    {"Sequence", Syn4, Payload("tcp", "sequence"), "1000", true},
    {"DataOffset", Syn4, Payload("tcp", "doff"), "8", true},
    {"CutHeader", CutTcp4, Payload("tcp", "flags"), "0", false},
    {"PortOfCutHeader", CutTcp4, Payload("tcp", "dport"), "80", true},
    {"EchoRequest", Echo4, Payload("icmp", "type"), "\"echo-request\"", true},
    {"EchoId", Echo4, Payload("icmp", "id"), "7", true},
    {"EchoSequence", Echo4, Payload("icmp", "sequence"), "9", true},
    {"MtuOfEcho", Echo4, Payload("icmp", "mtu"), "9", false},
    {"Mtu6", TooBig6, Payload("icmpv6", "mtu"), "1400", true},
    {"IdOfTooBig", TooBig6, Payload("icmpv6", "id"), "0", false},
    {"RawData", Udp4, RAW_DATA, "1633837924", true},
    {"RawNibble", Udp4, RAW_NIBBLE, "5", true},
    {"RawBeyond", Udp4, RAW_BEYOND, "0", false},
    {"RawNotBeyond", Udp4, RAW_BEYOND, "0", false, "!="},
    {"RawLinkMissing", Udp4, RAW_LINK, "0", false},
    {"Shifted", Udp4, HIGH_BITS, "4", true},
    {"TwoFields", Udp4, TWO_FIELDS, R"({"set":[{"concat":["10.1.0.10",53]}]})", true},
    {"TwoFieldsOther", Udp4, TWO_FIELDS, R"({"set":[{"concat":["10.1.0.10",54]}]})", false},
    {"TwoRanges",
     Udp4,
     TWO_FIELDS,
     R"({"set":[{"concat":[{"prefix":{"addr":"10.1.0.0","len":24}},{"range":[50,60]}]}]})",
     true},
    {"OneOfTwoRanges",
     Udp4,
     TWO_FIELDS,
     R"({"set":[{"concat":[{"prefix":{"addr":"10.1.0.0","len":24}},{"range":[60,70]}]}]})",
     false},
};

INSTANTIATE_TEST_SUITE_P(Headers, Match, ::testing::ValuesIn(HEADERS), LabelOf);

const MatchRow OPTIONS[] = {
    {"MaximumSegment", Syn4, R"({"tcp option":{"name":"maxseg","field":"size"}})", "1400", true},
    {"SegmentExists", Syn4, R"({"tcp option":{"name":"maxseg"}})", "true", true},
    {"WindowScale", Syn4, R"({"tcp option":{"name":"window","field":"count"}})", "7", true},
    {"TimestampMissing", Syn4, R"({"tcp option":{"name":"timestamp"}})", "false", true},
    {"TimestampValue", Syn4, R"({"tcp option":{"name":"timestamp","field":"tsval"}})", "0", false},
    {"OptionByNumber", Syn4, R"({"tcp option":{"base":4,"offset":0,"len":8}})", "true", true},
    {"MissingInUdp", Udp4, R"({"tcp option":{"name":"maxseg"}})", "false", true},
    {"HopByHop", HopByHop6, R"({"exthdr":{"name":"hbh"}})", "true", true},
    {"HopByHopNext", HopByHop6, R"({"exthdr":{"name":"hbh","field":"nexthdr"}})", "\"udp\"", true},
    {"RoutingMissing", HopByHop6, R"({"exthdr":{"name":"rt"}})", "false", true},
    {"RoutingType", HopByHop6, R"({"exthdr":{"name":"rt","field":"type"}})", "0", false},
    {"MissingInIpv4", Udp4, R"({"exthdr":{"name":"hbh"}})", "false", false},
    {"RecordRoute", RecordRoute4, R"({"ip option":{"name":"rr"}})", "true", true},
    {"RecordRoutePointer", RecordRoute4, R"({"ip option":{"name":"rr","field":"ptr"}})", "4", true},
    {"SourceRouteMissing", RecordRoute4, R"({"ip option":{"name":"lsrr"}})", "false", true},
    {"MissingInIpv6", Udp6, R"({"ip option":{"name":"rr"}})", "false", false},
};

INSTANTIATE_TEST_SUITE_P(Options, Match, ::testing::ValuesIn(OPTIONS), LabelOf);

const MatchRow META[] = {
    {"L4Protocol", Udp4, MetaOf("l4proto"), "\"udp\"", true},
    {"L4ProtocolByNumber", Udp4, MetaOf("l4proto"), "17", true},
    {"L4ProtocolBehindOptions", HopByHop6, MetaOf("l4proto"), "\"udp\"", true},
    {"L4ProtocolInSet", Udp4, MetaOf("l4proto"), R"({"set":["tcp",253]})", false},
    {"Family", Udp6, MetaOf("nfproto"), "\"ipv6\"", true},
    {"EtherType", Udp6, MetaOf("protocol"), "\"ip6\"", true},
    {"PacketLength", Udp4, MetaOf("length"), R"({"range":[30,32]})", true},
    {"Input", Udp4, MetaOf("iifname"), "\"eth0\"", true},
    {"InputByIndex", Udp4, MetaOf("iif"), "\"eth0\"", true},
    {"InputWildcard", Udp4, MetaOf("iifname"), "\"eth*\"", true},
    {"InputOtherWildcard", Udp4, MetaOf("iifname"), "\"et1*\"", false},
    {"InputNoWildcard", Udp4, MetaOf("iifname"), R"("eth\\*")", false},
    {"InputLongerWildcard", Udp4, MetaOf("iifname"), "\"eth0*\"", true},
    {"InputInSet", Udp4, MetaOf("iifname"), R"({"set":["lo","eth*"]})", true},
    {"InputNot", Udp4, MetaOf("iifname"), "\"eth0\"", false, "!="},
    {"Output", Udp4, MetaOf("oifname"), "\"eth1\"", true},
    {"DeviceType", Udp4, MetaOf("oiftype"), "\"ether\"", true},
    {"PacketType", Udp4, MetaOf("pkttype"), "\"host\"", true},
    {"NoMark", Udp4, MetaOf("mark"), "0", true},
    {"Priority", Udp4, MetaOf("priority"), "\"none\"", true},
};

INSTANTIATE_TEST_SUITE_P(Meta, Match, ::testing::ValuesIn(META), LabelOf);

TEST(MatchLink, ReadsTheHeaderIfThereIsOne)
{
    Bench bench(Document(RuleOf(MatchOf(RAW_LINK, "512") + "," + DROP_IT)));
    bench.actions.link = {2, 0, 0, 0, 1, 1, 2, 0, 0, 0, 1, 2, 8, 0};
    EXPECT_TRUE(bench.Drops(Udp4()));
    Bench sender(Document(
        RuleOf(MatchOf(Payload("ether", "saddr"), "\"02:00:00:00:01:02\"") + "," + DROP_IT)));
    EXPECT_FALSE(sender.Drops(Udp4()));
    sender.actions.link = bench.actions.link;
    EXPECT_TRUE(sender.Drops(Udp4()));
}

class MulticastArrival : public Arrival
{
  public:
    ByteView GetLinkHeader() const override
    {
        return {};
    }

    Receivers GetReceivers() const override
    {
        return Receivers::Multicast;
    }
};

TEST(MatchMulticast, PacketType)
{
    Bench bench(Document(RuleOf(MatchOf(MetaOf("pkttype"), "\"multicast\"") + "," + DROP_IT)));
    EXPECT_FALSE(bench.Drops(Udp4()));
    const MulticastArrival arrival;
    bench.packet.arrival = &arrival;
    EXPECT_TRUE(bench.Drops(Udp4()));
}

TEST(MatchNoDevice, TypeBreaksAndNameIsEmpty)
{
    const std::string rules = RuleOf(MatchOf(MetaOf("iiftype"), "\"ether\"", "!=") + "," + DROP_IT);
    Bench type(Document(rules));
    type.packet.input = {};
    EXPECT_FALSE(type.Drops(Udp4()));
    Bench name(Document(RuleOf(MatchOf(MetaOf("iifname"), "\"eth0\"", "!=") + "," + DROP_IT)));
    name.packet.input = {};
    EXPECT_TRUE(name.Drops(Udp4()));
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
