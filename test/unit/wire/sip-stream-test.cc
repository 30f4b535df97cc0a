/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/wire/sip-stream.h"

#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace ns3
{
namespace conntrack
{
namespace test
{
namespace
{

/// @param number its sequence number @param body its body @return a request
std::string
Message(int number, const std::string& body)
{
    return "OPTIONS sip:b SIP/2.0\r\nVia: SIP/2.0/TCP a\r\nFrom: <sip:a>\r\nTo: <sip:b>\r\n"
           "Call-ID: 1\r\nCSeq: " +
           std::to_string(number) + " OPTIONS\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
}

/// @param text all bytes @param size of each segment @return "1: body" of each message
std::vector<std::string>
Join(const std::string& text, std::size_t size)
{
    SipStream stream;
    std::vector<std::string> found;
    for (std::size_t at = 0; at < text.size(); at += size)
    {
        stream.Feed(std::string_view(text).substr(at, size));
        while (const auto message = stream.Next())
        {
            found.push_back(std::string(message->Get("CSeq")) + ": " + message->body);
        }
    }
    EXPECT_FALSE(stream.IsBroken());
    return found;
}

class SipStreamSegments : public ::testing::TestWithParam<std::size_t>
{
};

TEST_P(SipStreamSegments, MessagesAreJoined)
{
    const std::string text = Message(1, "ab\r\n\r\ncd") + "\r\n\r\n" + Message(2, "") +
                             Message(3, "\n") + Message(4, "x");
    const std::vector<std::string> expected = {"1 OPTIONS: ab\r\n\r\ncd",
                                               "2 OPTIONS: ",
                                               "3 OPTIONS: \n",
                                               "4 OPTIONS: x"};
    EXPECT_EQ(Join(text, GetParam()), expected);
}

INSTANTIATE_TEST_SUITE_P(OfBytes, SipStreamSegments, ::testing::Values(1, 2, 3, 7, 100, 10000));

/// Streams that cannot be followed.
struct BrokenRow
{
    const char* label;
    std::string text;
};

class SipStreamBroken : public ::testing::TestWithParam<BrokenRow>
{
};

TEST_P(SipStreamBroken, EndsThere)
{
    SipStream stream;
    stream.Feed(Message(1, "x"));
    stream.Feed(GetParam().text);
    EXPECT_TRUE(stream.Next());
    EXPECT_FALSE(stream.Next());
    EXPECT_TRUE(stream.IsBroken());
    stream.Feed(Message(2, "x"));
    EXPECT_FALSE(stream.Next());
}

INSTANTIATE_TEST_SUITE_P(
    Rows,
    SipStreamBroken,
    ::testing::Values(BrokenRow{"NoLength", "OPTIONS sip:b SIP/2.0\r\nCall-ID: 1\r\n\r\n"},
                      BrokenRow{"LengthTooLarge",
                                "OPTIONS sip:b SIP/2.0\r\nContent-Length: 65536\r\n\r\n"},
                      BrokenRow{"LengthTwice", "OPTIONS sip:b SIP/2.0\r\nl: 1\r\nl: 2\r\n\r\n"},
                      BrokenRow{"NoMessage", "GET / HTTP/1.1\r\nContent-Length: 0\r\n\r\n"},
                      BrokenRow{"EndlessHead", std::string(SipStream::MOST_HEAD + 1, 'x')},
                      BrokenRow{"LongHead",
                                "OPTIONS sip:b SIP/2.0\r\nX: " +
                                    std::string(SipStream::MOST_HEAD, 'x') + "\r\nl: 0\r\n\r\n"}),
    [](const auto& info) { return info.param.label; });

TEST(SipStreamTest, WaitsForTheBody)
{
    const std::string text = Message(1, "body");
    SipStream stream;
    stream.Feed(std::string_view(text).substr(0, text.size() - 1));
    EXPECT_FALSE(stream.Next());
    EXPECT_FALSE(stream.IsBroken());
    stream.Feed("y");
    EXPECT_TRUE(stream.Next());
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
