/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/wire/link-frame.h"

#include <gtest/gtest.h>
#include <string>

namespace ns3
{
namespace conntrack
{
namespace
{

/// "45 00" to its bytes.
std::vector<uint8_t>
Bytes(const std::string& hex)
{
    std::vector<uint8_t> bytes;
    for (std::size_t at = 0; at + 1 < hex.size(); at += 3)
    {
        bytes.push_back(static_cast<uint8_t>(std::stoi(hex.substr(at, 2), nullptr, 16)));
    }
    return bytes;
}

// Headers that stand before the packet.
const std::string ETHERNET = "02 00 00 00 01 01 02 00 00 00 01 02 ";
const std::string COOKED = "00 00 00 01 00 06 02 00 00 00 01 02 00 00 ";
const std::string COOKED2 = " 00 00 00 00 00 03 00 01 00 06 02 00 00 00 01 02 00 00 ";
const std::string IPV4 = "45 aa bb";
const std::string IPV6 = "60 aa bb";

struct FrameRow
{
    std::string name;
    LinkType type;
    std::string frame;
    Family family; ///< Unspecified: it holds no packet
    std::size_t offset;
};

class LinkFrameRows : public ::testing::TestWithParam<FrameRow>
{
};

TEST_P(LinkFrameRows, FindsThePacket)
{
    const FrameRow& row = GetParam();
    const auto bytes = Bytes(row.frame);
    const auto frame = ParseLinkFrame(row.type, {bytes.data(), bytes.size()});
    ASSERT_EQ(frame.has_value(), row.family != Family::Unspecified);
    if (frame)
    {
        EXPECT_EQ(frame->family, row.family);
        EXPECT_EQ(frame->packet.data, bytes.data() + row.offset);
        EXPECT_EQ(frame->packet.size, bytes.size() - row.offset);
    }
}

constexpr Family NONE = Family::Unspecified;

INSTANTIATE_TEST_SUITE_P(
    Rows,
    LinkFrameRows,
    ::testing::Values(
        FrameRow{"Ethernet4", LinkType::Ethernet, ETHERNET + "08 00 " + IPV4, Family::Ipv4, 14},
        FrameRow{"Ethernet6", LinkType::Ethernet, ETHERNET + "86 dd " + IPV6, Family::Ipv6, 14},
        FrameRow{"Vlan",
                 LinkType::Ethernet,
                 ETHERNET + "81 00 00 05 08 00 " + IPV4,
                 Family::Ipv4,
                 18},
        FrameRow{"Qinq",
                 LinkType::Ethernet,
                 ETHERNET + "88 a8 00 05 81 00 00 06 86 dd " + IPV6,
                 Family::Ipv6,
                 22},
        FrameRow{"OldQinq",
                 LinkType::Ethernet,
                 ETHERNET + "91 00 00 05 91 00 00 06 08 00 " + IPV4,
                 Family::Ipv4,
                 22},
        FrameRow{"Arp", LinkType::Ethernet, ETHERNET + "08 06 00 01", NONE, 0},
        FrameRow{"Llc", LinkType::Ethernet, ETHERNET + "00 03 42 42 03", NONE, 0},
        FrameRow{"VersionContradictsType", LinkType::Ethernet, ETHERNET + "08 00 " + IPV6, NONE, 0},
        FrameRow{"EthernetWithoutPacket", LinkType::Ethernet, ETHERNET + "08 00", NONE, 0},
        FrameRow{"EthernetCut", LinkType::Ethernet, ETHERNET + "08", NONE, 0},
        FrameRow{"VlanCut", LinkType::Ethernet, ETHERNET + "81 00 00 05 08", NONE, 0},
        FrameRow{"Nothing", LinkType::Ethernet, "", NONE, 0},
        FrameRow{"Cooked", LinkType::LinuxCooked, COOKED + "08 00 " + IPV4, Family::Ipv4, 16},
        FrameRow{"CookedVlan",
                 LinkType::LinuxCooked,
                 COOKED + "81 00 00 05 86 dd " + IPV6,
                 Family::Ipv6,
                 20},
        FrameRow{"CookedCut", LinkType::LinuxCooked, COOKED + "08", NONE, 0},
        FrameRow{"Cooked2", LinkType::LinuxCooked2, "86 dd" + COOKED2 + IPV6, Family::Ipv6, 20},
        FrameRow{"Cooked2Cut", LinkType::LinuxCooked2, "86 dd 00 00", NONE, 0},
        FrameRow{"Raw4", LinkType::RawIp, IPV4, Family::Ipv4, 0},
        FrameRow{"Raw6", LinkType::RawIp, IPV6, Family::Ipv6, 0},
        FrameRow{"RawOther", LinkType::RawIp, "50 00", NONE, 0},
        FrameRow{"RawNothing", LinkType::RawIp, "", NONE, 0},
        FrameRow{"LoopbackLittleEndian",
                 LinkType::BsdLoopback,
                 "02 00 00 00 " + IPV4,
                 Family::Ipv4,
                 4},
        FrameRow{"LoopbackBigEndian",
                 LinkType::BsdLoopback,
                 "00 00 00 02 " + IPV4,
                 Family::Ipv4,
                 4},
        FrameRow{"LoopbackFreeBsd6", LinkType::BsdLoopback, "1c 00 00 00 " + IPV6, Family::Ipv6, 4},
        FrameRow{"LoopbackMac6", LinkType::BsdLoopback, "00 00 00 1e " + IPV6, Family::Ipv6, 4},
        FrameRow{"LoopbackOther", LinkType::BsdLoopback, "07 00 00 00 " + IPV4, NONE, 0},
        FrameRow{"LoopbackCut", LinkType::BsdLoopback, "02 00 00", NONE, 0},
        FrameRow{"Ppp4", LinkType::Ppp, "00 21 " + IPV4, Family::Ipv4, 2},
        FrameRow{"Ppp6", LinkType::Ppp, "00 57 " + IPV6, Family::Ipv6, 2},
        FrameRow{"PppWithHdlc", LinkType::Ppp, "ff 03 00 21 " + IPV4, Family::Ipv4, 4},
        FrameRow{"PppShort", LinkType::Ppp, "57 " + IPV6, Family::Ipv6, 1},
        FrameRow{"PppShortWithHdlc", LinkType::Ppp, "ff 03 21 " + IPV4, Family::Ipv4, 3},
        FrameRow{"PppOther", LinkType::Ppp, "c0 21 " + IPV4, NONE, 0}, // its link control
        FrameRow{"PppVersionContradicts", LinkType::Ppp, "00 57 " + IPV4, NONE, 0},
        FrameRow{"PppHdlcAlone", LinkType::Ppp, "ff 03", NONE, 0},
        FrameRow{"PppCut", LinkType::Ppp, "00", NONE, 0},
        FrameRow{"PppWithoutPacket", LinkType::Ppp, "00 21", NONE, 0}),
    [](const auto& info) { return info.param.name; });

TEST(LinkFrame, AddressesOfEthernet)
{
    const auto bytes = Bytes(ETHERNET + "08 00 " + IPV4);
    const auto frame = ParseLinkFrame(LinkType::Ethernet, {bytes.data(), bytes.size()});
    ASSERT_TRUE(frame);
    EXPECT_EQ(frame->destination, (MacAddress{2, 0, 0, 0, 1, 1}));
    EXPECT_EQ(frame->source, (MacAddress{2, 0, 0, 0, 1, 2}));
}

TEST(LinkFrame, SourceOfCooked)
{
    const auto bytes = Bytes(COOKED + "08 00 " + IPV4);
    const auto frame = ParseLinkFrame(LinkType::LinuxCooked, {bytes.data(), bytes.size()});
    ASSERT_TRUE(frame);
    EXPECT_EQ(frame->source, (MacAddress{2, 0, 0, 0, 1, 2}));
    EXPECT_EQ(frame->destination, MacAddress{});
}

TEST(LinkFrame, PrintingIsTheInverse)
{
    for (const std::string& text : {"08 00 " + IPV4, "86 dd " + IPV6})
    {
        const auto bytes = Bytes(ETHERNET + text);
        const auto frame = ParseLinkFrame(LinkType::Ethernet, {bytes.data(), bytes.size()});
        ASSERT_TRUE(frame);
        EXPECT_EQ(ToEthernet(*frame), bytes);
    }
}

TEST(LinkType, NumbersOfLibpcap)
{
    EXPECT_EQ(LinkTypeOf(1), LinkType::Ethernet);
    EXPECT_EQ(LinkTypeOf(113), LinkType::LinuxCooked);
    EXPECT_EQ(LinkTypeOf(276), LinkType::LinuxCooked2);
    for (const int raw : {12, 14, 101, 228, 229})
    {
        EXPECT_EQ(LinkTypeOf(raw), LinkType::RawIp);
    }
    EXPECT_EQ(LinkTypeOf(0), LinkType::BsdLoopback);
    EXPECT_EQ(LinkTypeOf(108), LinkType::BsdLoopback);
    EXPECT_EQ(LinkTypeOf(9), LinkType::Ppp);
    EXPECT_EQ(LinkTypeOf(50), LinkType::Ppp);
    EXPECT_EQ(LinkTypeOf(127), std::nullopt); // IEEE 802.11 with radiotap
}

} // namespace
} // namespace conntrack
} // namespace ns3
