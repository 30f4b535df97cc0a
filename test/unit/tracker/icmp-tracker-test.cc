/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/tracker/icmp-tracker.h"
#include "test/unit/tracker/flow-driver.h"

#include <gtest/gtest.h>

namespace ns3
{
namespace conntrack
{
namespace test
{
namespace
{

PacketBuilder
Ipv4()
{
    return PacketBuilder("10.1.0.10", "10.2.0.10");
}

PacketBuilder
Ipv6()
{
    return PacketBuilder("fd00:1::10", "fd00:2::10");
}

/// What Classify says, in a word.
std::string
Say(const Bytes& bytes, const TrackerSettings& settings = {})
{
    const auto packet = PacketView::Parse(AsView(bytes));
    const Classification found = Classify(*packet, settings);
    if (const auto* reason = std::get_if<InvalidReason>(&found))
    {
        return Name(*reason);
    }
    if (std::holds_alternative<NotTracked>(found))
    {
        return "not tracked";
    }
    return std::holds_alternative<QuotedFlow>(found) ? "quoted" : "flow";
}

/// The types of a family by what they are; all others are invalid.
struct FamilyRow
{
    const char* name;
    bool isIpv6;
    std::vector<uint8_t> requests;
    std::vector<uint8_t> answers;
    std::vector<uint8_t> notTracked;
    std::vector<uint8_t> errors;
};

class IcmpType : public testing::TestWithParam<FamilyRow>
{
  protected:
    static bool Has(const std::vector<uint8_t>& types, int type)
    {
        return std::find(types.begin(), types.end(), type) != types.end();
    }
};

TEST_P(IcmpType, EveryOneIsSorted)
{
    const FamilyRow& row = GetParam();
    const PacketBuilder ip = row.isIpv6 ? Ipv6() : Ipv4();
    // A quotation sent by the receiver of the error.
    const Bytes quotation = row.isIpv6
                                ? PacketBuilder("fd00:2::10", "fd00:1::10").Udp(1, 2, "x").Build()
                                : PacketBuilder("10.2.0.10", "10.1.0.10").Udp(1, 2, "x").Build();
    for (int type = 0; type < 256; type++)
    {
        const Bytes bytes =
            PacketBuilder(ip).Icmp(static_cast<uint8_t>(type), 0, 77, quotation).Build();
        const char* expected = Has(row.requests, type) || Has(row.answers, type) ? "flow"
                               : Has(row.notTracked, type)                       ? "not tracked"
                               : Has(row.errors, type)                           ? "quoted"
                                                                                 : "bad type";
        EXPECT_EQ(Say(bytes), expected) << type;
        FlowDriver flow;
        const bool begins = Has(row.requests, type);
        if (begins || Has(row.answers, type))
        {
            EXPECT_EQ(Verdict(flow.Take(bytes, Direction::Original)), begins ? "taken" : "bad type")
                << type;
        }
    }
}

std::vector<uint8_t>
Below128()
{
    std::vector<uint8_t> types(128);
    for (std::size_t i = 0; i < types.size(); i++)
    {
        types[i] = static_cast<uint8_t>(i);
    }
    return types;
}

const FamilyRow FAMILIES[] = {
    {"Icmp", false, {8, 13, 15, 17}, {0, 14, 16, 18}, {}, {3, 4, 5, 11, 12}},
    {"Icmpv6",
     true,
     {128, 139},
     {129, 140},
     {130, 131, 132, 133, 134, 135, 136, 143, 151},
     Below128()},
};

INSTANTIATE_TEST_SUITE_P(Families, IcmpType, testing::ValuesIn(FAMILIES), [](const auto& info) {
    return std::string(info.param.name);
});

/// An error's quotation and what is said of it.
struct QuoteRow
{
    const char* name;
    Bytes quotation;
    const char* said;
};

class IcmpQuote : public testing::TestWithParam<QuoteRow>
{
};

TEST_P(IcmpQuote, IsVerified)
{
    // 10.2.0.66 tells 10.1.0.10.
    const Bytes bytes =
        PacketBuilder("10.2.0.66", "10.1.0.10").Icmp(3, 1, 0, GetParam().quotation).Build();
    EXPECT_EQ(Say(bytes), GetParam().said);
}

Bytes
Patched(Bytes bytes, std::size_t at, uint8_t value)
{
    bytes.at(at) = value;
    return bytes;
}

const Bytes SENT = Ipv4().Udp(5000, 7, "x").Build();

const QuoteRow QUOTES[] = {
    {"Whole", SENT, "quoted"},
    {"PortsOnly", Ipv4().Udp(5000, 7, "x").CutTo(24).Build(), "quoted"},
    {"PortsCut", Ipv4().Udp(5000, 7, "x").CutTo(23).Build(), "bad quotation"},
    {"HeaderCut", Ipv4().Udp(5000, 7, "x").CutTo(19).Build(), "bad quotation"},
    {"Nothing", {}, "bad quotation"},
    {"FirstFragment", Patched(SENT, 6, 0x20), "quoted"},
    {"LaterFragment", Patched(SENT, 7, 1), "bad quotation"},
    {"HeaderLengthTooShort", Patched(SENT, 0, 0x44), "bad quotation"},
    {"OtherFamily", Ipv6().Udp(1, 2).Build(), "bad quotation"},
    {"SentByAnother", PacketBuilder("10.1.0.11", "10.2.0.10").Udp(1, 2).Build(), "bad quotation"},
    {"SentToReceiver", PacketBuilder("10.2.0.10", "10.1.0.10").Udp(1, 2).Build(), "bad quotation"},
    {"EchoRequest", Ipv4().Icmp(8, 0, 1).Build(), "quoted"},
    {"EchoReply", Ipv4().Icmp(0, 0, 1).Build(), "quoted"},
    {"EchoCut", Ipv4().Icmp(8, 0, 1).CutTo(27).Build(), "bad quotation"},
    {"Error", Ipv4().Icmp(3, 0, 1).Build(), "bad quotation"},
    {"Unknown", Ipv4().Raw(253, {}).Build(), "quoted"},
};

INSTANTIATE_TEST_SUITE_P(Icmp, IcmpQuote, testing::ValuesIn(QUOTES), [](const auto& info) {
    return std::string(info.param.name);
});

TEST(IcmpQuoted, TupleIsThatOfTheQuotedPacketAsSent)
{
    const Bytes bytes = PacketBuilder("10.2.0.66", "10.1.0.10").Icmp(11, 0, 0, SENT).Build();
    const auto packet = PacketView::Parse(AsView(bytes));
    const Classification found = Classify(*packet, {});
    const auto* quoted = std::get_if<QuotedFlow>(&found);
    ASSERT_NE(quoted, nullptr);
    EXPECT_EQ(quoted->tuple.source, ToAddress("10.1.0.10"));
    EXPECT_EQ(quoted->tuple.sourcePort, 5000);
    EXPECT_EQ(quoted->tuple.destinationPort, 7);
    EXPECT_EQ(quoted->quoted.Protocol(), protocol::UDP);
}

/// A redirect of ICMPv6.
struct RedirectRow
{
    const char* name;
    const char* source;
    uint8_t hopLimit;
    uint8_t code;
    Bytes option; ///< type, length in words of eight bytes
    const char* said;
};

class IcmpRedirect6 : public testing::TestWithParam<RedirectRow>
{
};

TEST_P(IcmpRedirect6, IsVerified)
{
    const RedirectRow& row = GetParam();
    Bytes body(32); // target and destination
    body.insert(body.end(), row.option.begin(), row.option.end());
    const Bytes sent = Ipv6().Udp(5000, 7, "x").Build();
    if (row.option.size() == 8)
    {
        body.insert(body.end(), sent.begin(), sent.end());
    }
    const Bytes bytes = PacketBuilder(row.source, "fd00:1::10")
                            .HopLimit(row.hopLimit)
                            .Icmp(137, row.code, 0, body)
                            .Build();
    EXPECT_EQ(Say(bytes), row.said);
}

const Bytes REDIRECTED{4, 7, 0, 0, 0, 0, 0, 0};

const RedirectRow REDIRECTS[] = {
    {"Good", "fe80::1", 255, 0, REDIRECTED, "quoted"},
    {"LinkLocalEnd", "febf::1", 255, 0, REDIRECTED, "quoted"},
    {"FromAfar", "fe80::1", 254, 0, REDIRECTED, "bad type"},
    {"FromGlobal", "fd00:2::1", 255, 0, REDIRECTED, "bad type"},
    {"FromSiteLocal", "fec0::1", 255, 0, REDIRECTED, "bad type"},
    {"OtherCode", "fe80::1", 255, 1, REDIRECTED, "bad type"},
    {"NoOption", "fe80::1", 255, 0, {}, "bad quotation"},
    {"HalfOption", "fe80::1", 255, 0, {4}, "bad quotation"},
    {"OtherOption", "fe80::1", 255, 0, {2, 1, 0, 0, 0, 0, 0, 0}, "bad quotation"},
    {"EmptyOption", "fe80::1", 255, 0, {4, 0, 0, 0, 0, 0, 0, 0}, "bad quotation"},
};

INSTANTIATE_TEST_SUITE_P(Icmp, IcmpRedirect6, testing::ValuesIn(REDIRECTS), [](const auto& info) {
    return std::string(info.param.name);
});

TEST(IcmpVerify, ChecksumLengthAndFamily)
{
    EXPECT_EQ(Say(Ipv4().Icmp(8, 0, 1).WrongChecksum().Build()), "bad checksum");
    EXPECT_EQ(Say(Ipv6().Icmp(128, 0, 1).WrongChecksum().Build()), "bad checksum");
    EXPECT_EQ(Say(Ipv6().Icmp(135, 0, 1).WrongChecksum().Build()), "bad checksum");
    TrackerSettings careless;
    careless.verifyChecksums = false;
    EXPECT_EQ(Say(Ipv4().Icmp(8, 0, 1).WrongChecksum().Build(), careless), "flow");
    EXPECT_EQ(Say(Ipv4().Raw(protocol::ICMP, {8, 0, 0, 0, 0, 0, 0}).Build()), "truncated packet");
    EXPECT_EQ(Say(Ipv6().Raw(protocol::ICMPV6, {}).Build()), "truncated packet");
    EXPECT_EQ(Say(Ipv4().Raw(protocol::ICMPV6, Bytes(8)).Build()), "bad protocol");
    EXPECT_EQ(Say(Ipv6().Raw(protocol::ICMP, Bytes(8)).Build()), "bad protocol");
}

TEST(IcmpTuple, AnswersExchangeTypesAndKeepIdentifierAndCode)
{
    const Bytes bytes = Ipv4().Icmp(13, 5, 0x12340001).Build();
    const auto packet = PacketView::Parse(AsView(bytes));
    const Tuple tuple = std::get<Tuple>(Classify(*packet, {}));
    EXPECT_EQ(tuple.sourcePort, 0x1234);
    EXPECT_EQ(tuple.destinationPort, 13 << 8 | 5);
    const auto inverse = Invert(tuple);
    ASSERT_TRUE(inverse);
    EXPECT_EQ(inverse->sourcePort, 0x1234);
    EXPECT_EQ(inverse->destinationPort, 14 << 8 | 5);
    EXPECT_EQ(inverse->source, tuple.destination);
    EXPECT_EQ(Invert(*inverse), tuple);
}

TEST(IcmpFlow, EveryPacketRenews)
{
    FlowDriver flow;
    flow.timeouts.icmp = 3 * SECOND;
    const Bytes request = Ipv4().Icmp(8, 0, 1).Build();
    const Bytes answer = PacketBuilder("10.2.0.10", "10.1.0.10").Icmp(0, 0, 1).Build();
    EXPECT_EQ(flow.Take(request, Direction::Original).timeout, 3 * SECOND);
    EXPECT_EQ(flow.Take(answer, Direction::Reply).timeout, 3 * SECOND);
    const TrackResult again = flow.Take(answer, Direction::Reply);
    EXPECT_EQ(again.timeout, 3 * SECOND);
    EXPECT_EQ(again.statusSet, 0U);
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
