/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/wire/defragmenter.h"
#include "test/unit/wire/fragment-builder.h"

#include <gtest/gtest.h>

namespace ns3
{
namespace conntrack
{
namespace
{

using test::Bytes;
using test::Piece;
using Verdict = Defragmenter::Verdict;
using Refusal = FragmentRefusal;

/// The pieces of a packet in the order of arrival, and what becomes of the last one.
struct Row
{
    const char* name;
    std::vector<Piece> pieces;
    Verdict verdict;
    Refusal refusal;
    std::size_t left; ///< packets still waited for
};

class DefragmenterRow : public testing::TestWithParam<std::tuple<Family, Row>>
{
};

std::string
RowName(const testing::TestParamInfo<std::tuple<Family, Row>>& info)
{
    const bool isIpv4 = std::get<0>(info.param) == Family::Ipv4;
    return std::string(isIpv4 ? "Ipv4" : "Ipv6") + std::get<1>(info.param).name;
}

Defragmenter::Outcome
Feed(Defragmenter& defragmenter, Family family, const std::vector<Piece>& pieces)
{
    Defragmenter::Outcome outcome;
    for (const Piece& piece : pieces)
    {
        const Bytes bytes = test::BuildFragment(family, piece);
        outcome = defragmenter.Add(*PacketView::Parse(test::AsView(bytes)), {}, 0);
    }
    return outcome;
}

TEST_P(DefragmenterRow, LastPiece)
{
    const auto& [family, row] = GetParam();
    Defragmenter defragmenter;
    const auto outcome = Feed(defragmenter, family, row.pieces);
    EXPECT_EQ(outcome.verdict, row.verdict);
    EXPECT_EQ(outcome.refusal, row.refusal);
    EXPECT_EQ(defragmenter.Size(), row.left);
    EXPECT_EQ(defragmenter.NextDeadline().has_value(), row.left != 0);
    if (row.left == 0)
    {
        EXPECT_EQ(defragmenter.Memory(family), 0U);
    }
}

// begin, size, more fragments
const Row BOTH[] = {
    {"InOrder", {{0, 16, 1}, {16, 24, 1}, {40, 5, 0}}, Verdict::Complete, Refusal::None, 0},
    {"Reversed", {{40, 5, 0}, {16, 24, 1}, {0, 16, 1}}, Verdict::Complete, Refusal::None, 0},
    {"MiddleLast", {{0, 16, 1}, {40, 5, 0}, {16, 24, 1}}, Verdict::Complete, Refusal::None, 0},
    {"FirstOnly", {{0, 16, 1}}, Verdict::Waiting, Refusal::None, 1},
    {"LastOnly", {{16, 3, 0}}, Verdict::Waiting, Refusal::None, 1},
    {"GapRemains", {{0, 16, 1}, {24, 8, 0}}, Verdict::Waiting, Refusal::None, 1},
    {"Duplicate", {{0, 16, 1}, {0, 16, 1}}, Verdict::Refused, Refusal::Duplicate, 1},
    {"WithinAnother", {{0, 32, 1}, {8, 8, 1}}, Verdict::Refused, Refusal::Duplicate, 1},
    {"WithinARun", {{0, 16, 1}, {16, 16, 1}, {8, 16, 1}}, Verdict::Refused, Refusal::Duplicate, 1},
    {"AcrossTwoRuns", {{16, 16, 1}, {0, 16, 1}, {8, 16, 1}}, Verdict::Refused, Refusal::Overlap, 0},
    {"OverlapsEnd", {{0, 16, 1}, {8, 16, 1}}, Verdict::Refused, Refusal::Overlap, 0},
    {"OverlapsBegin", {{16, 16, 1}, {8, 16, 1}}, Verdict::Refused, Refusal::Overlap, 0},
    {"CoversAnother", {{16, 8, 1}, {8, 32, 1}}, Verdict::Refused, Refusal::Overlap, 0},
    {"CoversFromLeft", {{16, 8, 1}, {0, 24, 1}}, Verdict::Refused, Refusal::Overlap, 0},
    {"TouchesLeft", {{16, 8, 1}, {8, 8, 1}}, Verdict::Waiting, Refusal::None, 1},
    {"DuplicateThenRest",
     {{0, 16, 1}, {0, 16, 1}, {16, 1, 0}},
     Verdict::Complete,
     Refusal::None,
     0},
    {"Largest", {{0, 65504, 1}, {65504, 8, 0}}, Verdict::Complete, Refusal::None, 0},
    {"OtherIdentification", {{0, 16, 1}, {16, 8, 0, 2}}, Verdict::Waiting, Refusal::None, 2},
    {"CongestionMark", {{0, 8, 1, 1, 2}, {8, 8, 0, 1, 3}}, Verdict::Complete, Refusal::None, 0},
    {"TwoCapable", {{0, 8, 1, 1, 2}, {8, 8, 0, 1, 1}}, Verdict::Complete, Refusal::None, 0},
    {"NotCapableMixed",
     {{0, 8, 1, 1, 0}, {8, 8, 0, 1, 2}},
     Verdict::Refused,
     Refusal::EcnContradiction,
     0},
    {"CongestionOfNotCapable",
     {{0, 8, 1, 1, 3}, {8, 8, 0, 1, 0}},
     Verdict::Refused,
     Refusal::EcnContradiction,
     0},
};
INSTANTIATE_TEST_SUITE_P(Both,
                         DefragmenterRow,
                         testing::Combine(testing::Values(Family::Ipv4, Family::Ipv6),
                                          testing::ValuesIn(BOTH)),
                         RowName);

const Row IPV4[] = {
    {"BeyondLast", {{8, 8, 0}, {16, 8, 1}}, Verdict::Refused, Refusal::ContradictoryEnd, 0},
    {"SecondLast", {{8, 8, 0}, {16, 8, 0}}, Verdict::Refused, Refusal::ContradictoryEnd, 0},
    {"EarlierLast", {{16, 8, 1}, {8, 8, 0}}, Verdict::Refused, Refusal::ContradictoryEnd, 0},
    {"EmptyLast", {{16, 0, 0}}, Verdict::Refused, Refusal::Empty, 0},
    {"EmptyMiddle", {{0, 8, 1}, {8, 0, 1}}, Verdict::Refused, Refusal::Empty, 0},
    {"CutToNothing", {{0, 7, 1}}, Verdict::Refused, Refusal::Empty, 0},
    {"CutToEight", {{0, 15, 1}, {8, 8, 0}}, Verdict::Complete, Refusal::None, 0},
    {"TooLong", {{0, 65504, 1}, {65504, 12, 0}}, Verdict::Refused, Refusal::TooLong, 0},
    {"Whole", {{0, 8, 0}}, Verdict::Untouched, Refusal::None, 0},
};
INSTANTIATE_TEST_SUITE_P(Ipv4,
                         DefragmenterRow,
                         testing::Combine(testing::Values(Family::Ipv4), testing::ValuesIn(IPV4)),
                         RowName);

const Row IPV6[] = {
    {"BeyondLast", {{8, 8, 0}, {16, 8, 1}}, Verdict::Refused, Refusal::ContradictoryEnd, 1},
    {"SecondLast", {{8, 8, 0}, {16, 8, 0}}, Verdict::Refused, Refusal::ContradictoryEnd, 1},
    {"EarlierLast", {{16, 8, 1}, {8, 8, 0}}, Verdict::Refused, Refusal::ContradictoryEnd, 1},
    {"EmptyLast", {{16, 0, 0}}, Verdict::Refused, Refusal::Empty, 1},
    {"NotOfEights", {{0, 8, 1}, {8, 9, 1}}, Verdict::Untouched, Refusal::None, 0},
    {"BeyondLimit", {{65528, 8, 0}}, Verdict::Refused, Refusal::BeyondLimit, 1},
    {"TooLongWithOptions",
     {{0, 8, 1, 1, 0, 0, 264}, {8, 65496, 1}, {65504, 8, 0}},
     Verdict::Refused,
     Refusal::TooLong,
     0},
    {"LongestWithOptions",
     {{0, 65504, 1, 1, 0, 0, 16}, {65504, 8, 0, 1, 0, 0, 16}},
     Verdict::Complete,
     Refusal::None,
     0},
    {"FragmentHeaderAlone", {{0, 8, 0}}, Verdict::Complete, Refusal::None, 0},
    {"FirstWithoutTransport", {{0, 0, 0}}, Verdict::Untouched, Refusal::None, 0},
};
INSTANTIATE_TEST_SUITE_P(Ipv6,
                         DefragmenterRow,
                         testing::Combine(testing::Values(Family::Ipv6), testing::ValuesIn(IPV6)),
                         RowName);

TEST(DefragmenterIpv4, KeepsFirstHeaderAndShape)
{
    Defragmenter defragmenter;
    Piece first{0, 16, 1};
    first.options = 4;
    Piece last{16, 5, 0};
    last.hopLimit = 9;
    const auto outcome = Feed(defragmenter, Family::Ipv4, {last, first});
    ASSERT_EQ(outcome.verdict, Verdict::Complete);
    Piece whole{0, 21, 0};
    whole.options = 4;
    EXPECT_EQ(outcome.packet, test::BuildFragment(Family::Ipv4, whole));
    EXPECT_EQ(outcome.shape.payloads, (std::vector<uint16_t>{16, 5}));
    EXPECT_EQ(outcome.shape.largest, 40U);
    EXPECT_EQ(outcome.shape.firstHeader, 24U);
    EXPECT_EQ(outcome.shape.shortestHeader, 20U);
}

TEST(DefragmenterIpv4, DontFragmentStaysIfTheLargestHasIt)
{
    Defragmenter defragmenter;
    Piece small{16, 5, 0};
    small.dontFragment = true;
    Piece large{0, 16, 1};
    auto outcome = Feed(defragmenter, Family::Ipv4, {small, large});
    EXPECT_FALSE(outcome.shape.keepDontFragment);
    EXPECT_EQ(outcome.packet[6], 0);
    large.dontFragment = true;
    outcome = Feed(defragmenter, Family::Ipv4, {small, large});
    EXPECT_TRUE(outcome.shape.keepDontFragment);
    EXPECT_EQ(outcome.packet[6], 0x40);
}

TEST(DefragmenterIpv6, RemovesFragmentHeaderBehindOptions)
{
    Defragmenter defragmenter;
    const auto outcome =
        Feed(defragmenter, Family::Ipv6, {{0, 16, 1, 1, 0, 0, 16}, {16, 5, 0, 1, 0, 0, 24}});
    ASSERT_EQ(outcome.verdict, Verdict::Complete);
    ASSERT_EQ(outcome.packet.size(), 40U + 16 + 21);
    EXPECT_EQ(ReadU16(&outcome.packet[4]), 16 + 21);
    EXPECT_EQ(outcome.packet[6], 60);
    EXPECT_EQ(outcome.packet[40], 253); // what stood in the fragment header
    EXPECT_EQ(outcome.shape.largest, 40U + 16 + 8 + 16);
    EXPECT_EQ(outcome.shape.shortestHeader, 40U + 24 + 8);
}

TEST(DefragmenterIpv6, PlaceOfNextHeaderIsAByte)
{
    // Seen on Linux 6.18: behind more than 255 bytes of headers the wrong byte is written.
    Defragmenter defragmenter;
    const auto outcome =
        Feed(defragmenter, Family::Ipv6, {{0, 8, 1, 1, 0, 0, 264}, {8, 8, 0, 1, 0, 0, 264}});
    ASSERT_EQ(outcome.verdict, Verdict::Complete);
    EXPECT_EQ(outcome.packet[40], 253);
    Defragmenter::Outcome far;
    for (const bool isLast : {false, true})
    {
        Bytes bytes =
            test::BuildFragment(Family::Ipv6, {isLast ? 8U : 0U, 8, !isLast, 1, 0, 0, 272});
        bytes[40] = 60; // two headers, of 264 and 8 bytes
        bytes[41] = 32;
        bytes[304] = 44;
        bytes[305] = 0;
        far = defragmenter.Add(*PacketView::Parse(test::AsView(bytes)), {}, 0);
    }
    ASSERT_EQ(far.verdict, Verdict::Complete);
    EXPECT_EQ(far.packet[304 & 0xff], 253);
    EXPECT_EQ(far.packet[304], 44);
}

TEST(DefragmenterScope, KeepsApart)
{
    struct
    {
        const char* to;
        FragmentScope scope;
        bool apart;
    } const rows[] = {
        {"10.2.0.10", {FragmentScope::Hook::LocalOut, 0, 0}, true},
        {"10.2.0.10", {FragmentScope::Hook::Ingress, 7, 0}, true},
        {"10.2.0.10", {FragmentScope::Hook::Ingress, 0, 3}, false},
        {"fd00:2::10", {FragmentScope::Hook::Ingress, 0, 3}, false},
        {"fe80::10", {FragmentScope::Hook::Ingress, 0, 3}, true},
        {"ff05::1", {FragmentScope::Hook::Ingress, 0, 3}, true},
    };

    for (const auto& row : rows)
    {
        SCOPED_TRACE(row.to);
        Defragmenter defragmenter;
        const Bytes first = test::BuildFragmentTo(row.to, {0, 8, 1});
        const Bytes last = test::BuildFragmentTo(row.to, {8, 8, 0});
        defragmenter.Add(*PacketView::Parse(test::AsView(first)), {}, 0);
        const auto outcome = defragmenter.Add(*PacketView::Parse(test::AsView(last)), row.scope, 0);
        EXPECT_EQ(outcome.verdict, row.apart ? Verdict::Waiting : Verdict::Complete);
    }
}

TEST(DefragmenterTime, Expires)
{
    Defragmenter defragmenter;
    const Bytes first = test::BuildFragment(Family::Ipv4, {0, 8, 1});
    const Bytes other = test::BuildFragment(Family::Ipv6, {8, 8, 1});
    FragmentScope scope;
    scope.interface = 4;
    defragmenter.Add(*PacketView::Parse(test::AsView(other)), scope, 0);
    defragmenter.Add(*PacketView::Parse(test::AsView(first)), scope, SECOND);
    EXPECT_EQ(*defragmenter.NextDeadline(), 31 * SECOND);
    EXPECT_TRUE(defragmenter.Expire(31 * SECOND - 1).empty());
    const auto expired = defragmenter.Expire(31 * SECOND);
    ASSERT_EQ(expired.size(), 1U);
    EXPECT_EQ(expired[0].first, first);
    EXPECT_EQ(expired[0].scope.interface, 4U);
    EXPECT_EQ(*defragmenter.NextDeadline(), 60 * SECOND);
    EXPECT_TRUE(defragmenter.Expire(60 * SECOND)[0].first.empty());
    EXPECT_EQ(defragmenter.GetCounters().timeouts, 2U);
    EXPECT_EQ(defragmenter.NextDeadline(), std::nullopt);
}

TEST(DefragmenterLimit, DistanceRestartsAndRenews)
{
    for (const uint32_t between : {63U, 64U})
    {
        Defragmenter defragmenter;
        Feed(defragmenter, Family::Ipv4, {{0, 8, 1}});
        for (uint32_t i = 0; i < between; i++)
        {
            Feed(defragmenter, Family::Ipv4, {{0, 8, 1, 100 + i}});
        }
        const auto outcome = Feed(defragmenter, Family::Ipv4, {{8, 8, 0}});
        EXPECT_EQ(outcome.verdict, between == 63 ? Verdict::Complete : Verdict::Waiting);
        EXPECT_EQ(defragmenter.GetCounters().restarted, between == 63 ? 0U : 1U);
    }
}

TEST(DefragmenterLimit, MemoryRefusesAllBeyond)
{
    // What Linux 6.18 counts: 832 for a short fragment, 200 for its queue.
    DefragmenterLimits limits;
    limits.ipv4Memory = 2 * 1032;
    Defragmenter defragmenter(limits);
    for (uint32_t id = 1; id <= 3; id++)
    {
        EXPECT_EQ(Feed(defragmenter, Family::Ipv4, {{0, 8, 1, id}}).verdict, Verdict::Waiting);
    }
    EXPECT_EQ(defragmenter.Memory(Family::Ipv4), 3 * 1032U);
    const auto outcome = Feed(defragmenter, Family::Ipv4, {{8, 8, 0, 1}});
    EXPECT_EQ(outcome.refusal, Refusal::MemoryLimit);
    EXPECT_EQ(defragmenter.Size(), 3U);
    EXPECT_EQ(Feed(defragmenter, Family::Ipv6, {{0, 8, 1}}).verdict, Verdict::Waiting);
    defragmenter.Expire(30 * SECOND);
    EXPECT_EQ(Feed(defragmenter, Family::Ipv4, {{8, 8, 0, 1}}).verdict, Verdict::Waiting);
}

TEST(DefragmenterLimit, MemoryToTheByte)
{
    // Asked of Linux 6.18: ten waiting packets, and the limit at which one of them is completed.
    for (const Family family : {Family::Ipv4, Family::Ipv6})
    {
        const std::size_t exact = 10 * (832 + (family == Family::Ipv4 ? 200 : 184));
        for (const std::size_t limit : {exact - 1, exact})
        {
            DefragmenterLimits limits;
            limits.ipv4Memory = limits.ipv6Memory = limit;
            Defragmenter defragmenter(limits);
            for (uint32_t id = 1; id <= 10; id++)
            {
                Feed(defragmenter, family, {{0, 8, 1, id}});
            }
            const auto outcome = Feed(defragmenter, family, {{8, 8, 0, 1}});
            EXPECT_EQ(outcome.verdict, limit == exact ? Verdict::Complete : Verdict::Refused);
        }
    }
}

TEST(DefragmenterLimit, MemoryOfSizes)
{
    // Payload sizes and what /proc/net/sockstat said.
    const std::pair<uint32_t, std::size_t> rows[] =
        {{8, 1032}, {200, 1032}, {256, 1480}, {648, 1480}, {656, 2504}, {1480, 2504}};
    for (const auto& [size, memory] : rows)
    {
        Defragmenter defragmenter;
        Feed(defragmenter, Family::Ipv4, {{0, size, 1}});
        EXPECT_EQ(defragmenter.Memory(Family::Ipv4), memory) << size;
    }
}

TEST(DefragmenterHostile, CutFragmentIsRefused)
{
    Bytes bytes = test::BuildFragment(Family::Ipv4, {0, 16, 1});
    bytes.pop_back();
    Defragmenter defragmenter;
    const auto outcome = defragmenter.Add(*PacketView::Parse(test::AsView(bytes)), {}, 0);
    EXPECT_EQ(outcome.refusal, Refusal::Truncated);
    EXPECT_EQ(defragmenter.Size(), 0U);
}

} // namespace
} // namespace conntrack
} // namespace ns3
