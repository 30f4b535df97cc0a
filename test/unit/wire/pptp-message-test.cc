/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/wire/pptp-message.h"
#include "test/unit/pptp-builder.h"

#include <gtest/gtest.h>
#include <ostream>

namespace ns3
{
namespace conntrack
{
namespace test
{
namespace
{

using Id = std::optional<uint16_t>;

constexpr uint16_t FIRST = 0x1001;
constexpr uint16_t SECOND = 0x2002;

/// A kind of message and what is read in it.
struct Kind
{
    const char* name;
    PptpKind kind;
    Id callId;
    Id peerId;
    uint8_t result; ///< of one that has 3 there
};

/// The rows' names.
void
PrintTo(const Kind& row, std::ostream* stream)
{
    *stream << row.name;
}

class PptpKinds : public ::testing::TestWithParam<Kind>
{
};

TEST_P(PptpKinds, AreRead)
{
    const Kind& row = GetParam();
    const std::string text = PptpText(row.kind, {FIRST, SECOND, 3});
    const auto message = ReadPptpMessage(ViewOf(text));
    ASSERT_TRUE(message);
    EXPECT_EQ(message->kind, row.kind);
    EXPECT_EQ(message->result, row.result);
    if (row.kind != PptpKind::StopReply) // the result stands there
    {
        EXPECT_EQ(message->callId, row.callId);
        EXPECT_EQ(message->peerId, row.peerId);
    }
    if (row.peerId)
    {
        EXPECT_EQ(ReadU16(ViewOf(text).data + message->peerIdAt), *row.peerId);
    }
}

TEST_P(PptpKinds, MayBeFollowedByAnything)
{
    const std::string text = PptpText(GetParam().kind) + "more";
    EXPECT_TRUE(ReadPptpMessage(ViewOf(text)));
}

TEST_P(PptpKinds, AreRefusedWithoutTheirLastByte)
{
    std::string text = PptpText(GetParam().kind);
    text.pop_back();
    EXPECT_FALSE(ReadPptpMessage(ViewOf(text)));
}

INSTANTIATE_TEST_SUITE_P(
    Rfc2637,
    PptpKinds,
    ::testing::Values(Kind{"StartRequest", PptpKind::StartRequest, {}, {}, 0},
                      Kind{"StartReply", PptpKind::StartReply, {}, {}, 3},
                      Kind{"StopRequest", PptpKind::StopRequest, {}, {}, 0},
                      Kind{"StopReply", PptpKind::StopReply, {}, {}, 3},
                      Kind{"EchoRequest", PptpKind::EchoRequest, {}, {}, 0},
                      Kind{"EchoReply", PptpKind::EchoReply, {}, {}, 0},
                      Kind{"OutgoingCallRequest", PptpKind::OutgoingCallRequest, FIRST, {}, 0},
                      Kind{"OutgoingCallReply", PptpKind::OutgoingCallReply, FIRST, SECOND, 3},
                      Kind{"IncomingCallRequest", PptpKind::IncomingCallRequest, FIRST, {}, 0},
                      Kind{"IncomingCallReply", PptpKind::IncomingCallReply, FIRST, SECOND, 3},
                      Kind{"IncomingCallConnected", PptpKind::IncomingCallConnected, {}, FIRST, 0},
                      Kind{"CallClearRequest", PptpKind::CallClearRequest, FIRST, {}, 0},
                      Kind{"CallDisconnectNotify", PptpKind::CallDisconnectNotify, FIRST, {}, 0},
                      Kind{"WanErrorNotify", PptpKind::WanErrorNotify, {}, FIRST, 0},
                      Kind{"SetLinkInfo", PptpKind::SetLinkInfo, {}, FIRST, 0}),
    [](const auto& info) { return info.param.name; });

/// A change of an Outgoing-Call-Reply.
struct Change
{
    const char* name;
    std::size_t at;
    uint16_t value;
    bool isRead; ///< all the same
};

/// The rows' names.
void
PrintTo(const Change& row, std::ostream* stream)
{
    *stream << row.name;
}

class PptpHeaders : public ::testing::TestWithParam<Change>
{
};

TEST_P(PptpHeaders, AreJudged)
{
    std::string text = PptpText(PptpKind::OutgoingCallReply);
    PutU16(text, GetParam().at, GetParam().value);
    EXPECT_EQ(ReadPptpMessage(ViewOf(text)).has_value(), GetParam().isRead);
}

INSTANTIATE_TEST_SUITE_P(Rows,
                         PptpHeaders,
                         ::testing::Values(Change{"LengthZero", 0, 0, true},
                                           Change{"LengthTooLong", 0, 65535, true},
                                           Change{"Reserved", 10, 65535, true},
                                           Change{"ManagementMessage", 2, 2, false},
                                           Change{"TypeZero", 2, 0, false},
                                           Change{"CookiesFirstHalf", 4, 0x1a2c, false},
                                           Change{"CookiesSecondHalf", 6, 0x3c4e, false},
                                           Change{"KindZero", 8, 0, false},
                                           Change{"KindSixteen", 8, 16, false},
                                           Change{"KindOfTwoBytes", 8, 0x0108, false},
                                           Change{"LastKind", 8, 65535, false}),
                         [](const auto& info) { return info.param.name; });

TEST(PptpMessage, ShortOnesAreRefused)
{
    const std::string text = PptpText(PptpKind::StopRequest);
    for (std::size_t size = 0; size < text.size(); ++size)
    {
        EXPECT_FALSE(ReadPptpMessage(ViewOf(text).First(size))) << size;
    }
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
