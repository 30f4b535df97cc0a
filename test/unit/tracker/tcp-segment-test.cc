/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/tracker/tcp-segment.h"
#include "test/unit/packet-builder.h"

#include <gtest/gtest.h>

namespace ns3
{
namespace conntrack
{
namespace test
{
namespace
{

/// Options of a SYN and what they say.
struct OptionRow
{
    const char* name;
    Bytes options;
    uint8_t flags;
    uint8_t scale;
};

class SynOptionsOf : public testing::TestWithParam<OptionRow>
{
};

TEST_P(SynOptionsOf, AreReadAsFarAsTheyAreWellFormed)
{
    // A copy of the exact size: the address sanitizer sees a byte read too far.
    const Bytes exact(GetParam().options);
    const SynOptions found = ReadSynOptions(AsView(exact));
    EXPECT_EQ(found.flags, GetParam().flags);
    EXPECT_EQ(found.scale, GetParam().scale);
}

constexpr uint8_t SCALE = tcp_flag::WINDOW_SCALE;
constexpr uint8_t SACK = tcp_flag::SACK_PERMITTED;

const OptionRow OPTIONS[] = {
    {"None", {}, 0, 0},
    {"Mss", {2, 4, 5, 180}, 0, 0},
    {"Usual", {2, 4, 5, 180, 4, 2, 1, 3, 3, 7}, SCALE | SACK, 7},
    {"ScaleZero", {3, 3, 0}, SCALE, 0},
    {"ScaleFourteen", {3, 3, 14}, SCALE, 14},
    {"ScaleFifteen", {3, 3, 15}, SCALE, 14},
    {"LastScaleCounts", {3, 3, 5, 3, 3, 6}, SCALE, 6},
    {"OnlyNops", {1, 1, 1, 1}, 0, 0},
    {"AfterEnd", {0, 3, 3, 7}, 0, 0},
    {"UnknownSkipped", {254, 5, 3, 3, 7, 4, 2}, SACK, 0},
    {"KindAlone", {3}, 0, 0},
    {"LengthZero", {2, 0, 4, 2}, 0, 0},
    {"LengthOne", {2, 1, 4, 2}, 0, 0},
    {"CutValue", {4, 2, 3, 3}, SACK, 0},
    {"ScaleTooShort", {3, 2, 4, 2}, SACK, 0},
    {"ScaleTooLong", {3, 4, 7, 7}, 0, 0},
    {"SackWithValue", {4, 3, 0}, 0, 0},
    {"LongerThanAll", {2, 255, 3, 3, 7}, 0, 0},
};

INSTANTIATE_TEST_SUITE_P(Tcp, SynOptionsOf, testing::ValuesIn(OPTIONS), [](const auto& info) {
    return std::string(info.param.name);
});

/// SACK options of a segment that acknowledges 1000.
struct SackRow
{
    const char* name;
    Bytes options;
    uint32_t highest;
};

class SackOf : public testing::TestWithParam<SackRow>
{
};

TEST_P(SackOf, IsTheHighestRightEdge)
{
    TcpSegment segment{};
    const Bytes exact(GetParam().options);
    segment.options = AsView(exact);
    EXPECT_EQ(HighestAcknowledged(segment, 1000), GetParam().highest);
}

const SackRow SACKS[] = {
    {"None", {}, 1000},
    {"One", {5, 10, 0, 0, 7, 208, 0, 0, 11, 184}, 3000},
    {"Two", {5, 18, 0, 0, 7, 0, 0, 0, 7, 208, 0, 0, 11, 0, 0, 0, 11, 184}, 3000},
    {"TwoDescending", {5, 18, 0, 0, 11, 0, 0, 0, 11, 184, 0, 0, 7, 0, 0, 0, 7, 208}, 3000},
    {"BelowAck", {5, 10, 0, 0, 0, 1, 0, 0, 0, 2}, 1000},
    {"AfterNops", {1, 1, 5, 10, 0, 0, 7, 208, 0, 0, 11, 184}, 3000},
    {"AfterTimestamp", {8, 10, 0, 0, 0, 0, 0, 0, 0, 0, 5, 10, 0, 0, 7, 208, 0, 0, 11, 184}, 3000},
    {"FirstOptionCounts",
     {5, 10, 0, 0, 7, 0, 0, 0, 7, 208, 5, 10, 0, 0, 7, 208, 0, 0, 11, 184},
     2000},
    {"NoBlock", {5, 2}, 1000},
    {"HalfBlock", {5, 6, 0, 0, 11, 184}, 1000},
    {"BlockAndAHalf", {5, 14, 0, 0, 7, 0, 0, 0, 7, 208, 0, 0, 11, 184}, 1000},
    {"Cut", {5, 10, 0, 0, 7, 208, 0, 0}, 1000},
};

INSTANTIATE_TEST_SUITE_P(Tcp, SackOf, testing::ValuesIn(SACKS), [](const auto& info) {
    return std::string(info.param.name);
});

std::optional<TcpSegment>
Parse(const Bytes& bytes)
{
    const auto packet = PacketView::Parse(AsView(bytes));
    return packet ? ParseTcpSegment(*packet) : std::nullopt;
}

TEST(TcpSegmentParse, CountsSynFinAndData)
{
    TcpFields fields;
    fields.seq = 0xfffffffe;
    fields.flags = tcp_bits::SYN;
    fields.options = {2, 4, 5, 180};
    const Bytes syn = PacketBuilder("10.1.0.10", "10.2.0.10").Tcp(fields).Build();
    EXPECT_EQ(Parse(syn)->end, 0xffffffffU);
    EXPECT_EQ(Parse(syn)->options.size, 4U);
    EXPECT_EQ(Parse(syn)->kind, SegmentKind::Syn);
    fields.flags = tcp_bits::FIN | tcp_bits::ACK;
    const Bytes fin = PacketBuilder("fd00:1::10", "fd00:2::10").Tcp(fields, "abc").Build();
    EXPECT_EQ(Parse(fin)->end, 2U);
    EXPECT_EQ(Parse(fin)->kind, SegmentKind::Fin);
}

TEST(TcpSegmentParse, RefusesBadHeaderLengths)
{
    const TcpFields fields;
    const PacketBuilder good = PacketBuilder("10.1.0.10", "10.2.0.10").Tcp(fields, "abcd");
    EXPECT_TRUE(Parse(good.Build()));
    EXPECT_TRUE(Parse(PacketBuilder(good).Patch(12, 0x60).Build())); // all of it
    EXPECT_FALSE(Parse(PacketBuilder(good).Patch(12, 0x70).Build()));
    EXPECT_FALSE(Parse(PacketBuilder(good).Patch(12, 0x40).Build()));
    EXPECT_FALSE(Parse(PacketBuilder(good).Patch(12, 0x00).Build()));
    EXPECT_FALSE(Parse(PacketBuilder(good).CutTo(39).Build()));
}

TEST(TcpSegmentParse, CutOptionsAreWhatIsThere)
{
    TcpFields fields;
    fields.options = {4, 2, 3, 3, 7, 0, 0, 0};
    const Bytes bytes = PacketBuilder("10.1.0.10", "10.2.0.10").Tcp(fields).CutTo(43).Build();
    ASSERT_TRUE(Parse(bytes));
    EXPECT_EQ(Parse(bytes)->options.size, 3U);
}

TEST(TcpFlags, PossibleCombinations)
{
    using tcp_bits::ACK;
    using tcp_bits::FIN;
    using tcp_bits::PSH;
    using tcp_bits::RST;
    using tcp_bits::SYN;
    using tcp_bits::URG;
    int possible = 0;
    for (int flags = 0; flags < 256; flags++)
    {
        possible += AreFlagsPossible(static_cast<uint8_t>(flags)) ? 1 : 0;
    }
    EXPECT_EQ(possible, 9 * 8); // PSH, ECE and CWR are free
    for (const int flags : {+SYN, SYN | URG, SYN | ACK, +RST, RST | ACK, FIN | ACK, ACK | PSH})
    {
        EXPECT_TRUE(AreFlagsPossible(static_cast<uint8_t>(flags))) << flags;
    }
    for (const int flags : {0, +FIN, SYN | FIN, SYN | RST, RST | FIN, URG | PSH, 0x3f})
    {
        EXPECT_FALSE(AreFlagsPossible(static_cast<uint8_t>(flags))) << flags;
    }
}

TEST(TcpSegmentParse, DoesNotVerifyTheChecksum)
{
    TcpFields fields;
    fields.flags = tcp_bits::SYN;
    PacketBuilder builder = PacketBuilder("10.1.0.10", "10.2.0.10").Tcp(fields, "odd");
    builder.WrongChecksum();
    const Bytes wrong = builder.Build();
    const Bytes cut = builder.CutTo(41).Build();
    EXPECT_EQ(Parse(wrong)->end, 4U); // parsing does not care
    EXPECT_TRUE(Parse(cut));
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
