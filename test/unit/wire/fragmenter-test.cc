/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/wire/checksum.h"
#include "model/wire/defragmenter.h"
#include "model/wire/fragmenter.h"
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
using Sizes = std::vector<uint32_t>;

Defragmenter::Outcome
Reassemble(Family family, const std::vector<Piece>& pieces)
{
    Defragmenter defragmenter;
    Defragmenter::Outcome outcome;
    for (const Piece& piece : pieces)
    {
        const Bytes bytes = test::BuildFragment(family, piece);
        outcome = defragmenter.Add(*PacketView::Parse(test::AsView(bytes)), {}, 0);
    }
    return outcome;
}

/// How a packet came and how it leaves.
struct Row
{
    const char* name;
    Family family;
    std::vector<Piece> pieces; // one that is no fragment: a whole packet
    uint32_t mtu;
    SendForm form;
    Sizes sizes; // of the packets that leave
};

class FragmenterRow : public testing::TestWithParam<Row>
{
};

TEST_P(FragmenterRow, LeavesAs)
{
    const Row& row = GetParam();
    Bytes packet = test::BuildFragment(row.family, row.pieces.front());
    FragmentShape shape;
    if (row.pieces.size() > 1)
    {
        auto outcome = Reassemble(row.family, row.pieces);
        ASSERT_EQ(outcome.verdict, Defragmenter::Verdict::Complete);
        packet = outcome.packet;
        shape = outcome.shape;
    }
    else if (row.family == Family::Ipv6)
    {
        packet.erase(packet.begin() + 40, packet.begin() + 48);
        packet[6] = 253;
        WriteU16(&packet[4], static_cast<uint16_t>(packet.size() - 40));
    }
    const auto view = PacketView::Parse(test::AsView(packet));
    EXPECT_EQ(FormForLink(*view, shape, row.mtu), row.form);
    if (row.form != SendForm::Fragments)
    {
        return;
    }
    Sizes sizes;
    Defragmenter again;
    Defragmenter::Outcome outcome;
    for (const Bytes& fragment : Fragment(*view, shape, row.mtu, 77))
    {
        sizes.push_back(static_cast<uint32_t>(fragment.size()));
        outcome = again.Add(*PacketView::Parse(test::AsView(fragment)), {}, 0);
        if (row.family == Family::Ipv4)
        {
            EXPECT_EQ(OnesComplementSum({fragment.data(), (fragment[0] & 15U) * 4}), 0xffff);
        }
    }
    EXPECT_EQ(sizes, row.sizes);
    packet[6] &= row.family == Family::Ipv4 ? 0xbf : 0xff; // DF may have gone
    packet[10] = outcome.packet.at(10);
    packet[11] = outcome.packet.at(11);
    EXPECT_EQ(outcome.packet, packet);
}

constexpr Piece
WithDf(uint32_t begin, uint32_t size, int more)
{
    Piece piece{begin, size, more};
    piece.dontFragment = true;
    return piece;
}

constexpr Family V4 = Family::Ipv4;
constexpr Family V6 = Family::Ipv6;
constexpr SendForm WHOLE = SendForm::Whole;
constexpr SendForm PIECES = SendForm::Fragments;
constexpr SendForm TOO_BIG = SendForm::TooBig;

const Row ROWS[] = {
    {"Ipv4Fits", V4, {{0, 980, 0}}, 1000, WHOLE, {}},
    {"Ipv4OneMore", V4, {{0, 981, 0}}, 1000, PIECES, {996, 25}},
    {"Ipv4ToTheByte", V4, {{0, 1960, 0}}, 1000, PIECES, {996, 996, 28}},
    {"Ipv4LastFillsLink", V4, {{0, 1956, 0}}, 1000, PIECES, {996, 1000}},
    {"Ipv4DontFragment", V4, {WithDf(0, 981, 0)}, 1000, TOO_BIG, {}},
    {"Ipv4DontFragmentFits", V4, {WithDf(0, 980, 0)}, 1000, WHOLE, {}},
    {"Ipv4AsCame", V4, {{0, 200, 1}, {200, 80, 1}, {280, 400, 0}}, 1500, PIECES, {220, 100, 420}},
    {"Ipv4AsCameShorterThanLink", V4, {{0, 8, 1}, {8, 8, 0}}, 1500, PIECES, {28, 28}},
    {"Ipv4AsCameTooLong", V4, {{0, 1400, 1}, {1400, 100, 0}}, 1000, PIECES, {996, 544}},
    {"Ipv4LargestDf", V4, {WithDf(0, 1400, 1), {1400, 8, 0}}, 1000, TOO_BIG, {}},
    {"Ipv4SmallDf", V4, {{0, 1400, 1}, WithDf(1400, 8, 0)}, 1000, PIECES, {996, 452}},
    {"Ipv4AllDfFit", V4, {WithDf(0, 400, 1), WithDf(400, 8, 0)}, 1000, PIECES, {420, 28}},
    {"Ipv4LongerHeaderFirst",
     V4,
     {{0, 8, 1, 1, 0, 8}, {8, 40, 1}, {48, 40, 0}},
     1500,
     PIECES,
     {60, 60, 52}},
    {"Ipv4SameHeaders", V4, {{0, 8, 1, 1, 0, 8}, {8, 40, 0, 1, 0, 8}}, 1500, PIECES, {36, 68}},
    {"Ipv6Fits", V6, {{0, 1240, 0}}, 1280, WHOLE, {}},
    {"Ipv6TooBig", V6, {{0, 1241, 0}}, 1280, TOO_BIG, {}},
    {"Ipv6LinkBelowMinimum", V6, {{0, 1240, 0}}, 1000, WHOLE, {}},
    {"Ipv6AsCame", V6, {{0, 200, 1}, {200, 80, 0}}, 1500, PIECES, {248, 128}},
    {"Ipv6FragmentTooBig", V6, {{0, 1400, 1}, {1400, 80, 0}}, 1400, TOO_BIG, {}},
    {"Ipv6LastIsLongest", V6, {{0, 8, 1}, {8, 600, 0}}, 1500, WHOLE, {}},
    {"Ipv6Options",
     V6,
     {{0, 80, 1, 1, 0, 0, 16}, {80, 80, 0, 1, 0, 0, 16}},
     1500,
     PIECES,
     {144, 144}},
    {"Ipv6OptionsInFirstOnly",
     V6,
     {{0, 80, 1, 1, 0, 0, 16}, {80, 1240, 1}, {1320, 80, 0}},
     1500,
     PIECES,
     {1288, 240}},
};
INSTANTIATE_TEST_SUITE_P(Rows, FragmenterRow, testing::ValuesIn(ROWS), [](const auto& row) {
    return std::string(row.param.name);
});

TEST(FragmenterIpv4, FieldsAsLinuxSendsThem)
{
    const auto outcome = Reassemble(V4, {WithDf(0, 16, 1), WithDf(16, 5, 0)});
    const auto view = PacketView::Parse(test::AsView(outcome.packet));
    auto fragments = Fragment(*view, outcome.shape, 1500, 0);
    ASSERT_EQ(fragments.size(), 2U);
    EXPECT_EQ(ReadU16(&fragments[0][6]), 0x2000); // sent as they came, they lose DF
    EXPECT_EQ(ReadU16(&fragments[1][6]), 0x0002);
    EXPECT_EQ(ReadU16(&fragments[1][4]), 1); // identification
    FragmentShape cutAnew = outcome.shape;
    cutAnew.Gather(21);
    fragments = Fragment(*view, cutAnew, 1500, 0);
    ASSERT_EQ(fragments.size(), 2U);
    EXPECT_EQ(ReadU16(&fragments[0][6]), 0x6000); // cut anew, they keep it
    EXPECT_EQ(ReadU16(&fragments[1][6]), 0x4002);
}

TEST(FragmenterIpv4, OptionsOfLaterFragments)
{
    struct
    {
        Bytes options;
        Bytes later;
    } const rows[] = {
        {{0x94, 4, 0, 0}, {0x94, 4, 0, 0}}, // router alert is copied
        {{7, 3, 4, 0}, {1, 1, 1, 0}},       // record route is not
        {{0x5e, 3, 9, 1, 0x9e, 3, 9, 0}, {1, 1, 1, 1, 0x9e, 3, 9, 0}},
        {{0x1e, 9, 0, 0}, {0x1e, 9, 0, 0}}, // longer than there is
        {{0x1e, 1, 0, 0}, {0x1e, 1, 0, 0}}, // shorter than itself
        {{0, 7, 3, 4}, {0, 7, 3, 4}},       // behind the end
        {{1, 1, 1, 0x1e}, {1, 1, 1, 0x1e}}, // no room for a length
    };

    for (const auto& row : rows)
    {
        const Bytes packet = test::PacketBuilder("10.1.0.10", "10.2.0.10")
                                 .Ipv4Options(row.options)
                                 .Raw(253, Bytes(100))
                                 .Build();
        const auto view = PacketView::Parse(test::AsView(packet));
        const auto fragments = Fragment(*view, {}, 68, 0);
        ASSERT_EQ(fragments.size(), 3U);
        for (std::size_t i = 0; i < 3; i++)
        {
            const auto at = fragments[i].begin() + 20;
            const auto size = static_cast<std::ptrdiff_t>(row.options.size());
            EXPECT_EQ(Bytes(at, at + size), i ? row.later : row.options);
        }
    }
}

TEST(FragmenterIpv6, GivesIdentification)
{
    const auto outcome = Reassemble(V6, {{0, 16, 1}, {16, 16, 0}});
    const auto view = PacketView::Parse(test::AsView(outcome.packet));
    const auto fragments = Fragment(*view, outcome.shape, 1500, 0x12345678);
    ASSERT_EQ(fragments.size(), 2U);
    const Bytes first(fragments[0].begin() + 40, fragments[0].begin() + 48);
    const Bytes second(fragments[1].begin() + 40, fragments[1].begin() + 48);
    EXPECT_EQ(first, (Bytes{253, 0, 0, 1, 0x12, 0x34, 0x56, 0x78}));
    EXPECT_EQ(second, (Bytes{253, 0, 0, 16, 0x12, 0x34, 0x56, 0x78}));
}

TEST(FragmenterIpv6, HeadersThatMoveInFrontOfTheFragmentHeader)
{
    // Destination options came as payload of the fragments; they are before the new fragment
    // header, for which there is no room then: one piece (case ip-x-exthdr-fragments).
    FragmentShape shape;
    shape.payloads = {32, 44};
    shape.largest = 92;
    shape.firstHeader = 48;
    shape.shortestHeader = 48;
    Bytes content{17, 0, 1, 4, 0, 0, 0, 0};
    content.resize(76);
    const Bytes packet = test::PacketBuilder("fd00:1::10", "fd00:2::10").Raw(60, content).Build();
    const auto view = PacketView::Parse(test::AsView(packet));
    EXPECT_EQ(FormForLink(*view, shape, 1500), SendForm::Fragments);
    auto fragments = Fragment(*view, shape, 1500, 1);
    ASSERT_EQ(fragments.size(), 1U);
    EXPECT_EQ(fragments[0].size(), 40U + 8 + 8 + 68);
    EXPECT_EQ(fragments[0][6], 60);
    EXPECT_EQ(fragments[0][40], 44);
    EXPECT_EQ(ReadU16(&fragments[0][50]), 0);
    shape.shortestHeader = 56; // with room they stay two, the first one shorter
    fragments = Fragment(*view, shape, 1500, 1);
    ASSERT_EQ(fragments.size(), 2U);
    EXPECT_EQ(fragments[0].size(), 40U + 8 + 8 + 24);
    shape.payloads = {0, 76}; // headers not within the first fragment: lost, as in Linux
    EXPECT_TRUE(Fragment(*view, shape, 1500, 1).empty());
}

TEST(FragmenterHostile, NoRoomGivesNothing)
{
    const Bytes packet = test::PacketBuilder("10.1.0.10", "10.2.0.10").Raw(253, Bytes(100)).Build();
    const auto view = PacketView::Parse(test::AsView(packet));
    for (const uint32_t mtu : {0U, 19U, 20U, 27U})
    {
        EXPECT_TRUE(Fragment(*view, {}, mtu, 0).empty()) << mtu;
    }
    EXPECT_EQ(Fragment(*view, {}, 28, 0).size(), 13U);
}

TEST(FragmentShapeGather, MovesBytesToTheFirst)
{
    struct
    {
        std::vector<uint16_t> before;
        std::size_t bytes;
        std::vector<uint16_t> after;
    } const rows[] = {
        {{8, 16, 4}, 8, {8, 16, 4}},
        {{8, 16, 4}, 20, {20, 4, 4}},
        {{8, 16, 4}, 24, {24, 4}},
        {{8, 16, 4}, 25, {25, 3}},
        {{8, 16, 4}, 28, {28}},
        {{8, 16, 4}, 500, {28}},
        {{8, 16, 4}, 0, {8, 16, 4}},
        {{}, 8, {}},
    };

    for (const auto& row : rows)
    {
        FragmentShape shape;
        shape.payloads = row.before;
        shape.Gather(row.bytes);
        EXPECT_EQ(shape.payloads, row.after) << row.bytes;
    }
}

} // namespace
} // namespace conntrack
} // namespace ns3
