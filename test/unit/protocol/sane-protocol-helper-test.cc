/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/protocol/sane-protocol-helper.h"
#include "test/unit/protocol/helped-flow-fixture.h"

#include <gmock/gmock.h>

namespace ns3
{
namespace conntrack
{
namespace test
{
namespace
{

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr auto CLIENT = Direction::Original;
constexpr auto SERVER = Direction::Reply;
constexpr auto ACCEPT = HelperVerdict::Accept;
constexpr auto DROP = HelperVerdict::Drop;

const std::string START("\0\0\0\7\0\0\0\0", 8);
const std::string OTHER("\0\0\0\4\0\0\0\0", 8);
const std::string FAILED("\0\0\0\5\0\0\0\0", 8);

/// @param port below 256 @return the answer to START
std::string
Reply(char port)
{
    return std::string(7, '\0') + port;
}

class SaneHelper : public HelpedFlowFixture
{
  protected:
    SaneHelper()
        : HelpedFlowFixture("sane")
    {
    }
};

TEST_F(SaneHelper, ReplyExpectsTheClientAtItsPort)
{
    Connection& flow = Open();
    EXPECT_EQ(Send(flow, CLIENT, START), ACCEPT);
    EXPECT_THAT(Expected(), IsEmpty());
    EXPECT_EQ(Send(flow, SERVER, Reply(99)), ACCEPT);
    EXPECT_THAT(Expected(), ElementsAre("10.1.0.10 > 10.2.0.10 99"));
    expectations->ForEach([&](const Expectation& e) {
        EXPECT_EQ(e.mask.address, ToAddress("255.255.255.255"));
        EXPECT_EQ(e.tuple.protocol, protocol::TCP);
        EXPECT_EQ(e.deadline, 300 * SECOND);
    });
}

TEST_F(SaneHelper, Ipv6)
{
    Connection& flow = Open("fd00:1::10", "fd00:2::10");
    Send(flow, CLIENT, START);
    Send(flow, SERVER, Reply(99));
    EXPECT_THAT(Expected(), ElementsAre("fd00:1::10 > fd00:2::10 99"));
}

TEST_F(SaneHelper, OneReplyOfARequestCounts)
{
    Connection& flow = Open();
    Send(flow, SERVER, Reply(98));
    Send(flow, CLIENT, START);
    Send(flow, SERVER, Reply(99));
    Send(flow, SERVER, Reply(100));
    EXPECT_THAT(Expected(), ElementsAre("10.1.0.10 > 10.2.0.10 99"));
}

/// What lies between the request and a good reply, and whether that counts then.
struct BetweenRow
{
    const char* label;
    Direction sender;
    std::string payload;
    bool counts;
};

class SaneBetween : public SaneHelper, public ::testing::WithParamInterface<BetweenRow>
{
};

TEST_P(SaneBetween, RequestAndReply)
{
    Connection& flow = Open();
    Send(flow, CLIENT, START);
    Send(flow, GetParam().sender, GetParam().payload);
    EXPECT_EQ(Send(flow, SERVER, Reply(99)), ACCEPT);
    EXPECT_EQ(Expected().size(), GetParam().counts ? 1U : 0U);
}

const BetweenRow ROWS[] = {
    {"Nothing", SERVER, "", true},
    {"StartAgain", CLIENT, START, true},
    {"ShortMessage", CLIENT, "abcdefg", true},
    {"LongMessage", CLIENT, "abcdefghi", true},
    {"OtherRequest", CLIENT, OTHER, false},
    {"Failure", SERVER, FAILED, false},
    {"ShortReply", SERVER, "abcdefg", false},
    {"OneByteOfTheReply", SERVER, std::string(1, '\0'), false},
};

INSTANTIATE_TEST_SUITE_P(All, SaneBetween, ::testing::ValuesIn(ROWS), [](const auto& row) {
    return row.param.label;
});

TEST_F(SaneHelper, OnlyAnEstablishedConnectionIsRead)
{
    Connection& flow = Open();
    state = FlowState::New;
    Send(flow, CLIENT, START);
    state = FlowState::Established;
    Send(flow, SERVER, Reply(99));
    EXPECT_THAT(Expected(), IsEmpty());
}

TEST_F(SaneHelper, ClashIsDropped)
{
    for (const auto expected : {ACCEPT, DROP})
    {
        Connection& flow = Open("10.1.0.10", expected == ACCEPT ? "10.2.0.10" : "10.2.0.11");
        flow.tuples[0].destination = ToAddress("10.2.0.10");
        Send(flow, CLIENT, START);
        EXPECT_EQ(Send(flow, SERVER, Reply(99)), expected);
    }
    EXPECT_THAT(lines, ElementsAre("cannot add expectation"));
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
