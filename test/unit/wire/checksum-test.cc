/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/wire/checksum.h"
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

/// Bytes, a sum to begin with, and their sum.
struct SumRow
{
    const char* name;
    Bytes bytes;
    uint32_t start;
    uint16_t sum;
};

class ChecksumSum : public testing::TestWithParam<SumRow>
{
};

TEST_P(ChecksumSum, Is)
{
    EXPECT_EQ(OnesComplementSum(test::AsView(GetParam().bytes), GetParam().start), GetParam().sum);
}

const SumRow SUMS[] = {
    {"Nothing", {}, 0, 0},
    {"OnlyStart", {}, 0x1234, 0x1234},
    {"StartIsFolded", {}, 0x12345, 0x2346},
    {"StartFoldsTwice", {}, 0xffff0001, 1},
    {"LargestStart", {}, 0xffffffff, 0xffff},
    {"Rfc1071", {0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7}, 0, 0xddf2},
    {"OddByteIsHigh", {0x00, 0x01, 0xf2}, 0, 0xf201},
    {"OneByte", {0xab}, 0, 0xab00},
    {"AllOnes", {0xff, 0xff, 0xff, 0xff}, 0, 0xffff},
    {"CarryAround", {0xff, 0xff, 0x00, 0x01}, 0, 1},
    {"GoesOn", {0x00, 0x02}, 0xffff, 2},
};
INSTANTIATE_TEST_SUITE_P(Rows, ChecksumSum, testing::ValuesIn(SUMS), [](const auto& row) {
    return std::string(row.param.name);
});

TEST(ChecksumSumLong, LargestPacketsDoNotOverflow)
{
    const Bytes bytes(131072, 0xff);
    EXPECT_EQ(OnesComplementSum(test::AsView(bytes), 0xffffffff), 0xffff);
}

TEST(ChecksumSumSplit, GoesOnAtEvenPlaces)
{
    Bytes bytes;
    for (int i = 0; i < 101; i++)
    {
        bytes.push_back(static_cast<uint8_t>(i * 37));
    }
    const ByteView all = test::AsView(bytes);
    for (std::size_t at = 0; at < bytes.size(); at += 2)
    {
        EXPECT_EQ(OnesComplementSum(all.From(at), OnesComplementSum(all.First(at))),
                  OnesComplementSum(all));
    }
}

/// A packet, and whether its transport checksum is right.
struct PacketRow
{
    const char* name;
    PacketBuilder builder;
    uint8_t protocol;
    bool isRight;
};

class ChecksumTransport : public testing::TestWithParam<PacketRow>
{
};

TEST_P(ChecksumTransport, Is)
{
    const Bytes bytes = GetParam().builder.Build();
    const auto view = PacketView::Parse(test::AsView(bytes));
    ASSERT_TRUE(view);
    EXPECT_EQ(IsTransportChecksumRight(*view, GetParam().protocol), GetParam().isRight);
}

const PacketBuilder V4("10.1.0.10", "10.2.0.10");
const PacketBuilder V6("fd00:1::10", "fd00:2::10");
const PacketRow PACKETS[] = {
    {"Udp4", PacketBuilder(V4).Udp(1, 2, "even"), 17, true},
    {"Udp4Odd", PacketBuilder(V4).Udp(1, 2, "odd"), 17, true},
    {"Udp4Wrong", PacketBuilder(V4).Udp(1, 2, "odd").WrongChecksum(), 17, false},
    {"Udp4Options", PacketBuilder(V4).Ipv4Options(Bytes(8, 1)).Udp(1, 2, "x"), 17, true},
    {"Udp4AsUdpLite", PacketBuilder(V4).Udp(1, 2, "x"), 136, false},
    {"Udp4None", PacketBuilder(V4).Udp(1, 2, "x").ZeroChecksum(), 17, false},
    {"Tcp4", PacketBuilder(V4).Tcp({}, "data"), 6, true},
    {"Tcp4Wrong", PacketBuilder(V4).Tcp({}, "data").WrongChecksum(), 6, false},
    {"Tcp4Changed", PacketBuilder(V4).Tcp({}, "data").Patch(4, 1), 6, false},
    {"Udp6", PacketBuilder(V6).Udp(1, 2, "odd"), 17, true},
    {"Udp6Wrong", PacketBuilder(V6).Udp(1, 2, "odd").WrongChecksum(), 17, false},
    {"Tcp6", PacketBuilder(V6).Tcp({}, "data"), 6, true},
    {"Icmp6", PacketBuilder(V6).Icmp(128, 0, 1, {1, 2, 3}), 58, true},
    {"Icmp6Wrong", PacketBuilder(V6).Icmp(128, 0, 1).WrongChecksum(), 58, false},
    {"Icmp6AsIcmp4", PacketBuilder(V6).Icmp(128, 0, 1), 1, false},
    {"Udp4Large", PacketBuilder(V4).Udp(1, 2, std::string(65507, '\xff')), 17, true},
};
INSTANTIATE_TEST_SUITE_P(Rows, ChecksumTransport, testing::ValuesIn(PACKETS), [](const auto& row) {
    return std::string(row.param.name);
});

TEST(ChecksumTransportExtension, LengthIsThatOfTheTransport)
{
    // UDP behind destination options: the pseudo-header has UDP's own length.
    const Bytes plain = PacketBuilder("fd00:1::10", "fd00:2::10").Udp(1, 2, "abc").Build();
    Bytes content{17, 0, 1, 4, 0, 0, 0, 0};
    content.insert(content.end(), plain.begin() + 40, plain.end());
    const Bytes packet = PacketBuilder("fd00:1::10", "fd00:2::10").Raw(60, content).Build();
    const auto view = PacketView::Parse(test::AsView(packet));
    EXPECT_TRUE(IsTransportChecksumRight(*view, 17));
}

} // namespace
} // namespace conntrack
} // namespace ns3
