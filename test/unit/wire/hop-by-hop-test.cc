/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/wire/hop-by-hop.h"

#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace ns3
{
namespace conntrack
{
namespace
{

/// A hop-by-hop header of eight or sixteen bytes, and whether a router may forward the packet.
struct Row
{
    const char* name;
    std::vector<uint8_t> header; ///< next header, length, options
    bool passes;
};

class HopByHopTest : public ::testing::TestWithParam<Row>
{
};

TEST_P(HopByHopTest, IsJudgedAsByLinux)
{
    std::vector<uint8_t> bytes(40);
    bytes[0] = 0x60;
    bytes[5] = static_cast<uint8_t>(GetParam().header.size());
    bytes.insert(bytes.end(), GetParam().header.begin(), GetParam().header.end());
    const auto packet = PacketView::Parse({bytes.data(), bytes.size()});
    ASSERT_TRUE(packet);
    EXPECT_EQ(MayPassHopByHop(*packet), GetParam().passes);
}

const std::vector<Row> ROWS{
    {"PadN", {17, 0, 1, 4, 0, 0, 0, 0}, true},
    {"SixPad1", {17, 0, 0, 0, 0, 0, 0, 0}, true},
    {"RouterAlert", {17, 0, 5, 2, 0, 0, 1, 0}, true},
    {"UnknownToBeSkipped", {17, 0, 0x1e, 4, 1, 2, 3, 4}, true},
    {"PadNNotZero", {17, 0, 1, 4, 0, 0, 7, 0}, false},
    {"TooMuchPadding", {17, 1, 1, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, false},
    {"UnknownToBeDiscarded", {17, 0, 0x5e, 4, 1, 2, 3, 4}, false},
    {"OptionBeyondTheHeader", {17, 0, 5, 9, 0, 0, 1, 0}, false},
    {"HeaderBeyondThePacket", {17, 3, 1, 4, 0, 0, 0, 0}, false},
    {"LengthWithoutARoom", {17, 0, 1, 3, 0, 0, 0, 0x1e}, false},
};

INSTANTIATE_TEST_SUITE_P(Rows, HopByHopTest, ::testing::ValuesIn(ROWS), [](const auto& row) {
    return std::string(row.param.name);
});

TEST(HopByHop, OtherPacketsPass)
{
    std::vector<uint8_t> bytes(48);
    bytes[0] = 0x60;
    bytes[5] = 8;
    bytes[6] = 17;
    const auto packet = PacketView::Parse({bytes.data(), bytes.size()});
    ASSERT_TRUE(packet);
    EXPECT_TRUE(MayPassHopByHop(*packet));
}

} // namespace
} // namespace conntrack
} // namespace ns3
