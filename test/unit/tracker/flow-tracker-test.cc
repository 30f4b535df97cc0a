/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/tracker/flow-tracker.h"
#include "model/tracker/gre-tracker.h"
#include "test/unit/tracker/tcp-script.h"

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

/// A packet, and the tuple it has or why it has none.
struct TupleRow
{
    const char* name;
    PacketBuilder packet;
    const char* refused; ///< none: it has a tuple
    uint16_t sourcePort;
    uint16_t destinationPort;
};

class TupleIn : public testing::TestWithParam<TupleRow>
{
};

TEST_P(TupleIn, IsFound)
{
    const TupleRow& row = GetParam();
    const Bytes bytes = row.packet.Build();
    const auto packet = PacketView::Parse(AsView(bytes));
    ASSERT_TRUE(packet);
    const Classification found = Classify(*packet, {});
    if (row.refused)
    {
        ASSERT_TRUE(std::holds_alternative<InvalidReason>(found));
        EXPECT_STREQ(Name(std::get<InvalidReason>(found)), row.refused);
        return;
    }
    ASSERT_TRUE(std::holds_alternative<Tuple>(found));
    const Tuple& tuple = std::get<Tuple>(found);
    EXPECT_EQ(tuple.source, packet->Source());
    EXPECT_EQ(tuple.destination, packet->Destination());
    EXPECT_EQ(tuple.family, packet->GetFamily());
    EXPECT_EQ(tuple.protocol, packet->Protocol());
    EXPECT_EQ(tuple.sourcePort, row.sourcePort);
    EXPECT_EQ(tuple.destinationPort, row.destinationPort);
    EXPECT_EQ(tuple.zone, 0);
}

const Bytes PPTP{0x30, 0x81, 0x88, 0x0b, 0, 9, 0, 42};
const Bytes PORTS{0x13, 0x88, 0, 53};

const TupleRow TUPLES[] = {
    {"Tcp", Ipv4().Tcp({}), nullptr, 1000, 2000},
    {"Tcp6", Ipv6().Tcp({}), nullptr, 1000, 2000},
    {"TcpBehindIpOptions", Ipv4().Ipv4Options({1, 1, 1, 0}).Tcp({}), nullptr, 1000, 2000},
    {"Udp", Ipv4().Udp(5000, 53), nullptr, 5000, 53},
    {"UdpLite", Ipv4().Raw(protocol::UDPLITE, PORTS), nullptr, 5000, 53},
    {"Sctp", Ipv6().Raw(protocol::SCTP, PORTS), nullptr, 5000, 53},
    {"DccpHasNoTracker", Ipv4().Raw(protocol::DCCP, PORTS), nullptr, 0, 0},
    {"Generic", Ipv4().Raw(253, PORTS), nullptr, 0, 0},
    {"GenericEmpty", Ipv4().Raw(253, {}), nullptr, 0, 0},
    {"Ipv4ProtocolZero", Ipv4().Raw(0, {}), nullptr, 0, 0},
    {"TcpCut", Ipv4().Tcp({}).CutTo(23), "truncated packet", 0, 0},
    {"UdpCut6", Ipv6().Udp(1, 2).CutTo(43), "truncated packet", 0, 0},
    {"SctpCut", Ipv4().Raw(protocol::SCTP, {1, 2, 3}), "truncated packet", 0, 0},
    {"NoNextHeader", Ipv6().Raw(59, {}), "bad protocol", 0, 0},
    {"CutExtension", Ipv6().Raw(60, {17}), "bad protocol", 0, 0},
    {"GrePlain", Ipv4().Raw(protocol::GRE, {0, 0, 8, 0}), nullptr, 0, 0},
    {"GreWithKey", Ipv4().Raw(protocol::GRE, {0x20, 0, 8, 0, 0, 0, 0, 5}), nullptr, 0, 0},
    {"GreEmpty", Ipv4().Raw(protocol::GRE, {}), nullptr, 0, 0},
    {"GreVersion2", Ipv4().Raw(protocol::GRE, {0, 2, 0x88, 0x0b, 0, 0, 0, 9}), nullptr, 0, 0},
    {"GreEnhanced", Ipv4().Raw(protocol::GRE, PPTP), nullptr, 0, 42},
    {"GreEnhancedCut", Ipv4().Raw(protocol::GRE, {0x30, 1, 0x88, 0x0b, 0, 9, 0}), nullptr, 0, 0},
    {"GreEnhancedNoPpp", Ipv4().Raw(protocol::GRE, {0x30, 1, 8, 0, 0, 9, 0, 42}), "bad type", 0, 0},
};

INSTANTIATE_TEST_SUITE_P(Classify, TupleIn, testing::ValuesIn(TUPLES), [](const auto& info) {
    return std::string(info.param.name);
});

TEST(Invert, ExchangesEndsAndDropsTheZone)
{
    const Bytes bytes = Ipv4().Udp(5000, 53).Build();
    Tuple tuple = *TupleOf(*PacketView::Parse(AsView(bytes)), {});
    tuple.zone = 7;
    const Tuple inverse = *Invert(tuple);
    EXPECT_EQ(inverse.source, tuple.destination);
    EXPECT_EQ(inverse.destination, tuple.source);
    EXPECT_EQ(inverse.sourcePort, 53);
    EXPECT_EQ(inverse.destinationPort, 5000);
    EXPECT_EQ(inverse.zone, 0);
    tuple.zone = 0;
    EXPECT_EQ(*Invert(inverse), tuple);
}

TEST(GreKeyMapTest, GivesTheSendersCallId)
{
    const Bytes bytes = Ipv4().Raw(protocol::GRE, PPTP).Build();
    const auto packet = PacketView::Parse(AsView(bytes));
    Tuple call = *TupleOf(*packet, {});
    call.sourcePort = 7;
    Tuple otherCall = call;
    otherCall.destinationPort = 43;
    Tuple otherEnd = call;
    otherEnd.source = ToAddress("10.1.0.11");
    GreKeyMap keys;
    TrackerSettings settings;
    settings.greKeys = &keys;
    keys.Add(1, Direction::Original, otherCall);
    keys.Add(2, Direction::Original, otherEnd);
    EXPECT_EQ(TupleOf(*packet, settings)->sourcePort, 0);
    EXPECT_TRUE(keys.Add(3, Direction::Original, call));
    EXPECT_EQ(TupleOf(*packet, settings)->sourcePort, 7);
    keys.RemoveOf(3);
    keys.RemoveOf(3);
    EXPECT_EQ(TupleOf(*packet, settings)->sourcePort, 0);
    EXPECT_EQ(keys.Size(), 2U);
}

TEST(GreKeyMapTest, OwnerHasOneCall)
{
    Tuple call;
    call.sourcePort = 7;
    call.destinationPort = 42;
    Tuple other = call;
    other.destinationPort = 43;
    GreKeyMap keys;
    EXPECT_TRUE(keys.Add(1, Direction::Original, call));
    EXPECT_TRUE(keys.Add(1, Direction::Original, call)) << "said again";
    EXPECT_FALSE(keys.Add(1, Direction::Original, other));
    EXPECT_TRUE(keys.Add(1, Direction::Reply, other)) << "the other direction";
    EXPECT_TRUE(keys.Add(2, Direction::Original, other)) << "another owner";
    EXPECT_EQ(keys.Size(), 3U);
}

TEST(GreKeyMapTest, OldestOfEqualOnesCounts)
{
    Tuple call;
    call.destinationPort = 42;
    GreKeyMap keys;
    for (uint16_t owner = 1; owner <= 3; ++owner)
    {
        call.sourcePort = owner;
        keys.Add(owner, Direction::Original, call);
    }
    EXPECT_EQ(keys.SourceKeyFor(call), 1);
    keys.RemoveOf(1);
    EXPECT_EQ(keys.SourceKeyFor(call), 2);
    keys.RemoveOf(3);
    EXPECT_EQ(keys.SourceKeyFor(call), 2);
}

TEST(GreFlow, AnswerMakesAStream)
{
    FlowDriver flow;
    const Bytes packet = Ipv4().Raw(protocol::GRE, {0, 0, 8, 0}).Build();
    EXPECT_EQ(flow.Take(packet, Direction::Original).timeout, 30 * SECOND);
    EXPECT_EQ(flow.Take(packet, Direction::Reply).timeout, 30 * SECOND);
    const TrackResult third = flow.Take(packet, Direction::Original);
    EXPECT_EQ(third.timeout, 180 * SECOND);
    EXPECT_EQ(third.statusSet, status::ASSURED);
    EXPECT_EQ(third.events, event::ASSURED);
    EXPECT_EQ(flow.Take(packet, Direction::Original).events, 0);
}

TEST(GreFlow, KeepsTheTimeoutsItBeganWith)
{
    FlowDriver flow;
    const Bytes packet = Ipv4().Raw(protocol::GRE, {0, 0, 8, 0}).Build();
    flow.Take(packet, Direction::Original);
    SetTimeout(flow.timeouts, protocol::GRE, "unreplied", 5 * SECOND);
    EXPECT_EQ(flow.Take(packet, Direction::Original).timeout, 30 * SECOND);
}

TEST(GreFlow, ClashIsNeverAssured)
{
    FlowDriver flow;
    const Bytes packet = Ipv4().Raw(protocol::GRE, {0, 0, 8, 0}).Build();
    flow.Take(packet, Direction::Original);
    flow.status |= status::NAT_CLASH | status::SEEN_REPLY;
    EXPECT_EQ(flow.Take(packet, Direction::Original).statusSet, 0U);
}

TEST(GenericFlow, EveryPacketRenewsAndNoneAssures)
{
    FlowDriver flow;
    const Bytes packet = Ipv4().Raw(253, {1, 2}).Build();
    for (const Direction direction : {Direction::Original, Direction::Reply, Direction::Original})
    {
        const TrackResult result = flow.Take(packet, direction);
        EXPECT_EQ(result.timeout, 600 * SECOND);
        EXPECT_EQ(result.statusSet, 0U);
        EXPECT_EQ(result.events, 0);
    }
}

TEST(EarlyDrop, TakesClosingConnectionsOnly)
{
    Tuple tuple;
    tuple.protocol = protocol::TCP;
    TcpScript flow;
    flow.Run("c:S s:SA c:A");
    EXPECT_FALSE(MayDropEarly(flow.track, tuple));
    flow.Run("c:FA");
    EXPECT_TRUE(MayDropEarly(flow.track, tuple));
    tuple.protocol = protocol::SCTP;
    ProtocolTrack track;
    track.sctp = SctpTrack{};
    track.sctp.state = SctpState::Established;
    EXPECT_FALSE(MayDropEarly(track, tuple));
    track.sctp.state = SctpState::ShutdownRecd;
    EXPECT_TRUE(MayDropEarly(track, tuple));
    tuple.protocol = protocol::UDP;
    EXPECT_FALSE(MayDropEarly(track, tuple));
}

TEST(TcpVerify, ChecksumAndHeader)
{
    TcpFields fields;
    fields.flags = tcp_bits::SYN;
    const PacketBuilder good = Ipv4().Tcp(fields, "odd");
    const auto verdict = [](const Bytes& bytes, bool verify) {
        FlowDriver flow;
        flow.settings.verifyChecksums = verify;
        return Verdict(flow.Take(bytes, Direction::Original));
    };
    EXPECT_EQ(verdict(good.Build(), true), "taken");
    EXPECT_EQ(verdict(PacketBuilder(good).WrongChecksum().Build(), true), "bad checksum");
    EXPECT_EQ(verdict(PacketBuilder(good).WrongChecksum().Build(), false), "taken");
    EXPECT_EQ(verdict(PacketBuilder(good).ZeroChecksum().Build(), true), "bad checksum");
    EXPECT_EQ(verdict(PacketBuilder(good).WrongChecksum().CutTo(41).Build(), true), "taken");
    EXPECT_EQ(verdict(PacketBuilder(good).CutTo(39).Build(), true), "truncated packet");
    EXPECT_EQ(verdict(Ipv6().Tcp(fields, "odd").Build(), true), "taken");
    EXPECT_EQ(verdict(Ipv6().Tcp(fields, "odd").WrongChecksum().Build(), true), "bad checksum");
}

/// Whatever the bytes: sanitizers watch that nothing is read past them.
TEST(HostilePackets, AreSurvived)
{
    std::mt19937 random(1);
    const auto any = [&random](uint32_t limit) { return static_cast<uint32_t>(random() % limit); };
    const uint8_t protocols[] = {1, 6, 17, 47, 58, 132, 136, 253};
    FlowDriver flows[8];
    for (int i = 0; i < 20000; i++)
    {
        const uint32_t which = any(8);
        Bytes bytes(any(70));
        for (uint8_t& byte : bytes)
        {
            byte = static_cast<uint8_t>(any(3) ? any(16) : any(256));
        }
        const PacketBuilder ip = any(2) ? Ipv4() : Ipv6();
        const std::size_t cut = any(4) ? 1000 : 20 + any(60);
        const Bytes whole = PacketBuilder(ip).Raw(protocols[which], bytes).CutTo(cut).Build();
        const Bytes exact(whole);
        const auto packet = PacketView::Parse(AsView(exact));
        FlowDriver& flow = flows[which];
        flow.settings.verifyChecksums = any(8) == 0;
        if (packet && std::holds_alternative<Tuple>(Classify(*packet, flow.settings)))
        {
            flow.Take(exact, any(2) && flow.status ? Direction::Reply : Direction::Original);
        }
    }
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
