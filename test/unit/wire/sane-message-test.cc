/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/wire/sane-message.h"

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

ByteView
View(const std::string& text)
{
    return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

/// @param bytes a literal with zeros in it @return all of it
template <std::size_t N>
std::string
All(const char (&bytes)[N])
{
    return {bytes, N - 1};
}

struct RequestRow
{
    const char* label;
    std::string segment;
    bool isStart;
};

class SaneRequests : public ::testing::TestWithParam<RequestRow>
{
};

TEST_P(SaneRequests, Start)
{
    EXPECT_EQ(IsSaneStart(View(GetParam().segment)), GetParam().isStart);
}

const RequestRow REQUESTS[] = {
    {"Start", All("\0\0\0\7\0\0\0\0"), true},
    {"AnyHandle", All("\0\0\0\7\xff\xff\xff\xff"), true},
    {"OtherRequest", All("\0\0\0\4\0\0\0\0"), false},
    {"LittleEndian", All("\7\0\0\0\0\0\0\0"), false},
    {"TooShort", All("\0\0\0\7\0\0\0"), false},
    {"TooLong", All("\0\0\0\7\0\0\0\0\0"), false},
    {"Empty", "", false},
};

INSTANTIATE_TEST_SUITE_P(All, SaneRequests, ::testing::ValuesIn(REQUESTS), [](const auto& row) {
    return row.param.label;
});

struct ReplyRow
{
    const char* label;
    std::string segment;
    std::optional<uint16_t> port;
};

class SaneReplies : public ::testing::TestWithParam<ReplyRow>
{
};

TEST_P(SaneReplies, Port)
{
    EXPECT_EQ(ReadSaneStartReply(View(GetParam().segment)), GetParam().port);
}

const ReplyRow REPLIES[] = {
    {"Whole", All("\0\0\0\0\0\0\x12\x34\0\0\x12\x34\0\0\0\0"), 0x1234},
    {"Shortest", All("\0\0\0\0\0\0\x12\x34"), 0x1234},
    {"PortZero", All("\0\0\0\0\0\0\0\0"), 0},
    {"HighestPort", All("\0\0\0\0\0\0\xff\xff"), 65535},
    {"Failed", All("\0\0\0\5\0\0\x12\x34"), std::nullopt},
    {"FailedInTheHighByte", All("\1\0\0\0\0\0\x12\x34"), std::nullopt},
    {"PortOfMoreThanTwoBytes", All("\0\0\0\0\0\1\x12\x34"), std::nullopt},
    {"TooShort", All("\0\0\0\0\0\0\x12"), std::nullopt},
    {"Empty", "", std::nullopt},
};

INSTANTIATE_TEST_SUITE_P(All, SaneReplies, ::testing::ValuesIn(REPLIES), [](const auto& row) {
    return row.param.label;
});

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
