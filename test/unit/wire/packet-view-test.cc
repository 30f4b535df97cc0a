/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/wire/packet-view.h"
#include "test/unit/packet-builder.h"

#include <gtest/gtest.h>

namespace ns3
{
namespace conntrack
{
namespace
{

using test::Bytes;
using test::PacketBuilder;

/// An IPv6 packet with these bytes behind its header.
Bytes
Ipv6With(uint8_t next, const Bytes& content)
{
    return PacketBuilder("fd00:1::10", "fd00:2::10").Raw(next, content).Build();
}

TEST(PacketViewAccessors, Ipv4)
{
    Bytes bytes = PacketBuilder("10.1.0.10", "10.2.0.20")
                      .Ipv4Options({1, 1, 1, 1})
                      .HopLimit(9)
                      .Udp(5, 6, "abc")
                      .Build();
    bytes.insert(bytes.end(), 7, 0xee); // padding of the link
    const auto view = PacketView::Parse(test::AsView(bytes));
    ASSERT_TRUE(view);
    EXPECT_EQ(view->GetFamily(), Family::Ipv4);
    EXPECT_EQ(view->Source(), test::ToAddress("10.1.0.10"));
    EXPECT_EQ(view->Destination(), test::ToAddress("10.2.0.20"));
    EXPECT_EQ(view->HopLimit(), 9);
    EXPECT_EQ(view->Protocol(), protocol::UDP);
    EXPECT_EQ(view->Length(), 35U);
    EXPECT_EQ(view->Bytes().size, 35U);
    EXPECT_EQ(view->TransportOffset(), 24U);
    EXPECT_EQ(view->TransportLength(), 11U);
    EXPECT_EQ(view->Transport().size, 11U);
    EXPECT_TRUE(view->IsWhole());
    EXPECT_FALSE(view->IsFragment());
    EXPECT_EQ(view->FragmentHeaderOffset(), 0U);
}

TEST(PacketViewAccessors, Ipv6)
{
    Bytes bytes = PacketBuilder("fd00:1::10", "fd00:2::20").HopLimit(9).Udp(5, 6, "abc").Build();
    bytes.insert(bytes.end(), 7, 0xee);
    const auto view = PacketView::Parse(test::AsView(bytes));
    ASSERT_TRUE(view);
    EXPECT_EQ(view->GetFamily(), Family::Ipv6);
    EXPECT_EQ(view->Source(), test::ToAddress("fd00:1::10"));
    EXPECT_EQ(view->Destination(), test::ToAddress("fd00:2::20"));
    EXPECT_EQ(view->HopLimit(), 9);
    EXPECT_EQ(view->Protocol(), protocol::UDP);
    EXPECT_EQ(view->Length(), 51U);
    EXPECT_EQ(view->Transport().size, 11U);
    EXPECT_TRUE(view->IsWhole());
}

/// A change to a good IPv4 packet of 31 bytes, and whether it is still a packet, or a quotation.
struct HeaderRow
{
    const char* name;
    std::vector<std::pair<std::size_t, uint8_t>> changes;
    std::size_t size;
    bool isPacket;
    bool isQuotation;
};

class PacketViewHeader : public testing::TestWithParam<HeaderRow>
{
};

TEST_P(PacketViewHeader, Ipv4)
{
    Bytes bytes = PacketBuilder("10.1.0.10", "10.2.0.20").Udp(5, 6, "abc").Build();
    for (const auto& [at, value] : GetParam().changes)
    {
        bytes.at(at) = value;
    }
    // A copy of the right size, so that the sanitizer sees what is read behind it.
    const Bytes cut(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(GetParam().size));
    EXPECT_EQ(PacketView::Parse(test::AsView(cut)).has_value(), GetParam().isPacket);
    const auto quoted = PacketView::ParseQuoted(test::AsView(cut));
    EXPECT_EQ(quoted.has_value(), GetParam().isQuotation);
    if (quoted)
    {
        EXPECT_EQ(quoted->Transport().size, cut.size() - quoted->TransportOffset());
    }
}

const HeaderRow HEADERS[] = {
    {"Whole", {}, 31, true, true},
    {"Cut", {}, 25, true, true},
    {"HeaderOnly", {}, 20, true, true},
    {"HeaderCut", {}, 19, false, false},
    {"OneByte", {}, 1, false, false},
    {"Empty", {}, 0, false, false},
    {"Version0", {{0, 0x05}}, 31, false, false},
    {"Version5", {{0, 0x55}}, 31, false, false},
    {"Version15", {{0, 0xf5}}, 31, false, false},
    {"HeaderTooShort", {{0, 0x44}}, 31, false, false},
    {"HeaderNone", {{0, 0x40}}, 31, false, false},
    {"OptionsToTheEnd", {{0, 0x47}}, 31, true, true},
    {"OptionsBeyond", {{0, 0x48}}, 31, false, false},
    {"LengthZero", {{3, 0}}, 31, false, true},
    {"LengthBelowHeader", {{3, 19}}, 31, false, true},
    {"LengthIsHeader", {{3, 20}}, 31, true, true},
    {"LengthBelowOptions", {{0, 0x46}, {3, 23}}, 31, false, true},
    {"LengthBeyond", {{2, 0xff}}, 31, true, true},
};
INSTANTIATE_TEST_SUITE_P(Rows, PacketViewHeader, testing::ValuesIn(HEADERS), [](const auto& row) {
    return std::string(row.param.name);
});

TEST(PacketViewHeader6, SizesAndLengths)
{
    const Bytes bytes = PacketBuilder("fd00:1::10", "fd00:2::10").Udp(5, 6, "abc").Build();
    for (std::size_t size = 0; size <= bytes.size(); size++)
    {
        const Bytes cut(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
        const auto view = PacketView::Parse(test::AsView(cut));
        ASSERT_EQ(view.has_value(), size >= 40) << size;
        if (view)
        {
            EXPECT_EQ(view->IsWhole(), size == bytes.size());
            EXPECT_EQ(view->Transport().size, size - 40);
            EXPECT_EQ(view->TransportLength(), 11U);
        }
    }
    Bytes empty = bytes;
    WriteU16(&empty[4], 0);
    EXPECT_EQ(PacketView::Parse(test::AsView(empty))->Transport().size, 0U);
    EXPECT_EQ(PacketView::ParseQuoted(test::AsView(empty))->Transport().size, 11U);
}

TEST(PacketViewQuoted, FamilyOverridesVersion)
{
    Bytes bytes = PacketBuilder("10.1.0.10", "10.2.0.20").Udp(5, 6, "abc").Build();
    bytes[0] = 0x65;
    EXPECT_FALSE(PacketView::ParseQuoted(test::AsView(bytes)));
    const auto view = PacketView::ParseQuoted(test::AsView(bytes), Family::Ipv4);
    ASSERT_TRUE(view);
    EXPECT_EQ(view->Source(), test::ToAddress("10.1.0.10"));
    EXPECT_FALSE(PacketView::ParseQuoted(test::AsView(bytes), Family::Ipv6)); // too short for that
}

/// The field of flags and offset, and what it says.
struct FragmentRow
{
    const char* name;
    uint16_t field;
    bool isFragment;
    bool more;
    uint32_t offset;
};

class PacketViewFragment : public testing::TestWithParam<FragmentRow>
{
};

TEST_P(PacketViewFragment, Ipv4)
{
    Bytes bytes = PacketBuilder("10.1.0.10", "10.2.0.20").Udp(5, 6, "abc").Build();
    WriteU16(&bytes[6], GetParam().field);
    const auto view = PacketView::Parse(test::AsView(bytes));
    EXPECT_EQ(view->IsFragment(), GetParam().isFragment);
    EXPECT_EQ(view->MoreFragments(), GetParam().more);
    EXPECT_EQ(view->FragmentOffset(), GetParam().offset);
}

const FragmentRow FRAGMENTS[] = {
    {"Whole", 0, false, false, 0},
    {"DontFragment", 0x4000, false, false, 0},
    {"Reserved", 0x8000, false, false, 0},
    {"First", 0x2000, true, true, 0},
    {"Middle", 0x2001, true, true, 8},
    {"Last", 0x0001, true, false, 8},
    {"Farthest", 0x1fff, true, false, 65528},
    {"AllSet", 0xffff, true, true, 65528},
};
INSTANTIATE_TEST_SUITE_P(Rows,
                         PacketViewFragment,
                         testing::ValuesIn(FRAGMENTS),
                         [](const auto& row) { return std::string(row.param.name); });

/// Next header, bytes behind the IPv6 header, and what is found.
struct ExtensionRow
{
    const char* name;
    uint8_t next;
    Bytes content;
    uint8_t protocol;
    uint32_t offset; ///< of the transport header, from the IP header's end
};

class PacketViewExtension : public testing::TestWithParam<ExtensionRow>
{
};

TEST_P(PacketViewExtension, Ipv6)
{
    const ExtensionRow& row = GetParam();
    const Bytes bytes = Ipv6With(row.next, row.content);
    const auto view = PacketView::Parse(test::AsView(bytes));
    ASSERT_TRUE(view);
    EXPECT_EQ(view->Protocol(), row.protocol);
    EXPECT_EQ(view->TransportOffset(), 40 + row.offset);
    EXPECT_EQ(view->Transport().size, row.content.size() - row.offset);
}

// Destination options of 8 bytes, then of 16.
#define OPTIONS8(next) (next), 0, 1, 4, 0, 0, 0, 0
#define OPTIONS16(next) (next), 1, 1, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0

const ExtensionRow EXTENSIONS[] = {
    {"None", 17, {1, 2, 3}, 17, 0},
    {"NoNextHeader", 59, {1, 2, 3}, 59, 0},
    {"Esp", 50, {0, 0, 0, 0, 0, 0, 0, 0}, 50, 0},
    {"HopByHop", 0, {OPTIONS8(6), 9}, 6, 8},
    {"Chain", 0, {OPTIONS8(60), OPTIONS16(43), OPTIONS8(60), OPTIONS8(17), 9}, 17, 40},
    {"HopByHopTwice", 0, {OPTIONS8(0), OPTIONS8(17)}, 17, 16},
    {"Authentication", 51, {17, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9}, 17, 12},
    {"AuthenticationShortest", 51, {17, 0, 0, 0, 0, 0, 0, 0, 9}, 17, 8},
    {"LongerThanPacket", 60, {17, 1, 0, 0, 0, 0, 0, 0}, 60, 0},
    {"LongestHeader", 60, {17, 255, 0, 0, 0, 0, 0, 0}, 60, 0},
    {"CutHeader", 60, {17, 0, 0, 0, 0, 0, 0}, 60, 0},
    {"SecondCut", 0, {OPTIONS8(60), 17, 0, 0}, 60, 8},
    {"ToTheEnd", 60, {OPTIONS8(17)}, 17, 8},
    {"FirstFragment", 44, {17, 0, 0, 1, 0, 0, 0, 9, 1, 2}, 17, 8},
    {"LaterFragmentIsPayload", 44, {60, 0, 0, 8, 0, 0, 0, 9, OPTIONS8(17)}, 60, 8},
    {"FragmentTwice", 44, {44, 0, 0, 1, 0, 0, 0, 9, 17, 0, 0, 1, 0, 0, 0, 8}, 17, 16},
    {"LaterWithinFirst", 44, {44, 0, 0, 1, 0, 0, 0, 9, 17, 0, 0, 8, 0, 0, 0, 8}, 44, 8},
    {"ReservedByteIsNoLength", 44, {17, 0xff, 0, 0, 0, 0, 0, 9, 1}, 17, 8},
};
INSTANTIATE_TEST_SUITE_P(Rows,
                         PacketViewExtension,
                         testing::ValuesIn(EXTENSIONS),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(PacketViewExtensionFragment, FirstFragmentHeaderCounts)
{
    const Bytes twice =
        Ipv6With(60, {OPTIONS8(44), 44, 0, 0, 1, 0, 0, 0, 9, 17, 0, 0, 0x10, 0, 0, 0, 8, 1});
    const auto view = PacketView::Parse(test::AsView(twice));
    EXPECT_EQ(view->FragmentHeaderOffset(), 48U);
    EXPECT_EQ(view->FragmentOffset(), 0U);
    EXPECT_TRUE(view->MoreFragments());
    const Bytes alone = Ipv6With(44, {17, 0, 0, 0, 0, 0, 0, 9, 1});
    const auto atomic = PacketView::Parse(test::AsView(alone));
    EXPECT_FALSE(atomic->IsFragment()); // RFC 6946: a fragment header, but not cut
    EXPECT_EQ(atomic->FragmentHeaderOffset(), 40U);
}

TEST(PacketViewExtensionCut, NeverReadsBeyond)
{
    const Bytes whole = Ipv6With(0, {OPTIONS8(60), OPTIONS16(44), 17, 0, 0, 1, 0, 0, 0, 9, 1, 2});
    for (std::size_t size = 40; size <= whole.size(); size++)
    {
        const Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
        const auto view = PacketView::Parse(test::AsView(cut));
        ASSERT_TRUE(view) << size;
        EXPECT_LE(view->Transport().size, cut.size());
        EXPECT_LE(view->TransportOffset(), view->Length());
    }
}

} // namespace
} // namespace conntrack
} // namespace ns3
