/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/wire/ipv6-text.h"
#include "test/unit/packet-builder.h"

#include <gtest/gtest.h>
#include <string>

namespace ns3
{
namespace conntrack
{
namespace test
{
namespace
{

struct TextRow
{
    const char* text;    ///< ended by '|', which is appended
    const char* address; ///< in another spelling
};

class Ipv6TextRows : public ::testing::TestWithParam<TextRow>
{
};

TEST_P(Ipv6TextRows, IsRead)
{
    const std::string text = GetParam().text;
    for (const std::string& after : {std::string("|"), std::string(1, '\0'), std::string()})
    {
        const auto read = ReadIpv6Text(text + after, '|');
        ASSERT_TRUE(read) << text;
        EXPECT_EQ(read->length, text.size());
        EXPECT_EQ(read->address, ToAddress(GetParam().address)) << text;
    }
}

INSTANTIATE_TEST_SUITE_P(All,
                         Ipv6TextRows,
                         ::testing::Values(TextRow{"fd00:1::10", "fd00:1::10"},
                                           TextRow{"fd00:0001:0:0:0:0:0:10", "fd00:1::10"},
                                           TextRow{"FD00:1::10", "fd00:1::10"},
                                           TextRow{"::", "::0"},
                                           TextRow{"::1", "::1"},
                                           TextRow{"1::", "1:0:0:0:0:0:0:0"},
                                           TextRow{"1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"},
                                           TextRow{"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"},
                                           TextRow{"::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"},
                                           TextRow{"1::3:4:5:6:7:8", "1:0:3:4:5:6:7:8"},
                                           TextRow{"1:2:3:4:5:6::8", "1:2:3:4:5:6:0:8"},
                                           TextRow{"00000fd00:1::10", "fd00:1::10"},
                                           TextRow{"::ffff:10.1.0.10", "::ffff:a01:a"},
                                           TextRow{"::ffff:010.001.000.010", "::ffff:a01:a"},
                                           TextRow{"1:2:3:4:5:6:10.1.0.10", "1:2:3:4:5:6:a01:a"},
                                           TextRow{"1::6:10.1.0.10", "1::6:a01:a"},
                                           TextRow{"::2:3:4:5:6:10.1.0.10", "0:2:3:4:5:6:a01:a"}));

class Ipv6TextRefusals : public ::testing::TestWithParam<const char*>
{
};

TEST_P(Ipv6TextRefusals, IsRefused)
{
    const std::string text = GetParam();
    EXPECT_FALSE(ReadIpv6Text(text + "|", '|')) << text;
}

INSTANTIATE_TEST_SUITE_P(All,
                         Ipv6TextRefusals,
                         ::testing::Values("",
                                           ":",
                                           "1",
                                           "1:",
                                           ":1:2:3:4:5:6:7",
                                           "1:2:3:4:5:6:7",
                                           "1:2:3:4:5:6:7:",
                                           "1:2:3:4:5:6:7:8:",
                                           "1:2:3:4:5:6:7:8:9",
                                           "1:2:3:4:5:6:7::8",
                                           "1::2::3",
                                           "1:::2",
                                           ":::1",
                                           "::1:",
                                           "10000::1",
                                           "fd000:1::10",
                                           "g::1",
                                           "fd00:1::10 ",
                                           " fd00:1::10",
                                           "fe80::1%eth0",
                                           "fd00.1::10",
                                           "::.1.2.3",
                                           "::1.",
                                           "::ffff:10.1.0",
                                           "::ffff:10.1.0.10.1",
                                           "::ffff:10.1.0.256",
                                           "::ffff:10..0.1",
                                           "::a.1.0.10",
                                           "1:2:3:4:5:10.1.0.10",
                                           "1:2:3:4:5:6:7:10.1.0.10",
                                           "::2:3:4:5:6:7:10.1.0.10"));

TEST(Ipv6Text, QuadMayEndWithAColon)
{
    const auto read = ReadIpv6Text("::ffff:10.1.0.10:80|", '|');
    ASSERT_TRUE(read);
    EXPECT_EQ(read->length, 16U);
}

TEST(Ipv6Text, HexadecimalLetterMayEndIt)
{
    const auto read = ReadIpv6Text("::12a34", 'a');
    ASSERT_TRUE(read);
    EXPECT_EQ(read->length, 4U);
    EXPECT_EQ(read->address, ToAddress("::12"));
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
