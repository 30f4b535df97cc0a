/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/wire/rtp-packet.h"
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

/// @param first byte of the header @param more behind its 12 bytes @return a packet
Bytes
Rtp(uint8_t first, const Bytes& more)
{
    Bytes bytes{first, 0x88, 0xff, 0xfe, 1, 2, 3, 4, 5, 6, 7, 8};
    bytes.reserve(64); // GCC 12 would warn of what it thinks an insertion does
    for (const uint8_t byte : more)
    {
        bytes.push_back(byte);
    }
    return bytes;
}

TEST(RtpPacketTest, HeaderIsReadAndPrinted)
{
    const Bytes bytes = Rtp(0x80, {9, 9});
    const auto packet = ParseRtp(AsView(bytes));
    ASSERT_TRUE(packet);
    EXPECT_TRUE(packet->marker);
    EXPECT_EQ(packet->payloadType, 8);
    EXPECT_EQ(packet->sequence, 0xfffe);
    EXPECT_EQ(packet->timestamp, 0x01020304U);
    EXPECT_EQ(packet->source, 0x05060708U);
    EXPECT_EQ(packet->payload.size, 2U);
    Bytes printed(RtpPacket::HEADER_SIZE);
    PrintRtpHeader(*packet, printed.data());
    EXPECT_EQ(printed, Rtp(0x80, {}));
}

/// Bytes and the size of their payload; -1: it is refused.
struct RtpRow
{
    const char* label;
    Bytes bytes;
    int payload;
};

class RtpForms : public ::testing::TestWithParam<RtpRow>
{
};

TEST_P(RtpForms, AreReadOrRefused)
{
    const auto packet = ParseRtp(AsView(GetParam().bytes));
    EXPECT_EQ(packet ? static_cast<int>(packet->payload.size) : -1, GetParam().payload);
}

INSTANTIATE_TEST_SUITE_P(
    Rows,
    RtpForms,
    ::testing::Values(RtpRow{"HeaderAlone", Rtp(0x80, {}), 0},
                      RtpRow{"Contributor", Rtp(0x81, {1, 2, 3, 4, 5}), 1},
                      RtpRow{"Extension", Rtp(0x90, {0, 0, 0, 1, 1, 2, 3, 4, 5}), 1},
                      RtpRow{"Padding", Rtp(0xa0, {1, 0, 2}), 1},
                      RtpRow{"Empty", {}, -1},
                      RtpRow{"CutShort", {0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, -1},
                      RtpRow{"OtherVersion", Rtp(0x40, {}), -1},
                      RtpRow{"ContributorMissing", Rtp(0x81, {1, 2, 3}), -1},
                      RtpRow{"ExtensionMissing", Rtp(0x90, {0, 0, 0}), -1},
                      RtpRow{"ExtensionCutShort", Rtp(0x90, {0, 0, 0, 2, 1, 2, 3, 4}), -1},
                      RtpRow{"PaddingTooLong", Rtp(0xa0, {1, 2, 4}), -1},
                      RtpRow{"PaddingOfNone", Rtp(0xa0, {1, 0}), -1}),
    [](const auto& info) { return info.param.label; });

/// A report that says all that one can.
RtcpPacket
FullReport()
{
    RtcpPacket packet;
    packet.source = 7;
    packet.sender = RtcpSender{0x0102030405060708, 9, 10, 11};
    packet.block = RtcpBlock{12, 13, -14, 15, 16, 17, 18};
    packet.canonicalName = "ada@10.1.0.1";
    packet.goodbye = true;
    return packet;
}

TEST(RtcpPacketTest, ReportsAreReadAsPrinted)
{
    RtcpPacket packet = FullReport();
    EXPECT_EQ(ParseRtcp(AsView(PrintRtcp(packet))), packet);
    packet.sender.reset();
    EXPECT_EQ(ParseRtcp(AsView(PrintRtcp(packet))), packet);
    packet.block->lost = 0x7fffff;
    EXPECT_EQ(ParseRtcp(AsView(PrintRtcp(packet))), packet);
    packet.block.reset();
    packet.goodbye = false;
    packet.canonicalName = "";
    EXPECT_EQ(ParseRtcp(AsView(PrintRtcp(packet))), packet);
}

TEST(RtcpPacketTest, CutShortIsRefused)
{
    const Bytes whole = PrintRtcp(FullReport());
    ASSERT_EQ(whole.size() % 4, 0U);
    std::size_t taken = 0;
    for (std::size_t size = 0; size < whole.size(); ++size)
    {
        taken += ParseRtcp(AsView(whole).First(size)) ? 1 : 0;
    }
    EXPECT_EQ(taken, 2U); // after the report, and after the description
}

/// Bytes that are no compound packet.
struct RtcpRow
{
    const char* label;
    Bytes bytes;
};

class RtcpRefused : public ::testing::TestWithParam<RtcpRow>
{
};

TEST_P(RtcpRefused, IsNoReport)
{
    EXPECT_FALSE(ParseRtcp(AsView(GetParam().bytes)));
}

INSTANTIATE_TEST_SUITE_P(
    Rows,
    RtcpRefused,
    ::testing::Values(RtcpRow{"Empty", {}},
                      RtcpRow{"OtherVersion", {0x40, 201, 0, 1, 0, 0, 0, 1}},
                      RtcpRow{"DescriptionFirst", {0x80, 202, 0, 0}},
                      RtcpRow{"GoodbyeFirst", {0x81, 203, 0, 1, 0, 0, 0, 1}},
                      RtcpRow{"NoSource", {0x80, 201, 0, 0}},
                      RtcpRow{"NoBlock", {0x81, 201, 0, 1, 0, 0, 0, 1}},
                      RtcpRow{"NoSender", {0x80, 200, 0, 1, 0, 0, 0, 1}},
                      RtcpRow{"LengthPastTheEnd", {0x80, 201, 0, 2, 0, 0, 0, 1}},
                      RtcpRow{"ItemPastTheEnd", {0x80, 201, 0, 1, 0, 0, 0, 1, 0x81, 202,
                                                 0,    2,   0, 0, 0, 1, 1, 9, 0,    0}},
                      RtcpRow{"ItemsDoNotEnd", {0x80, 201, 0, 1, 0, 0, 0, 1, 0x81, 202,
                                                0,    2,   0, 0, 0, 1, 1, 2, 9,    9}}),
    [](const auto& info) { return info.param.label; });

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
