/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/protocol/amanda-protocol-helper.h"
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

class AmandaHelper : public HelpedFlowFixture
{
  protected:
    explicit AmandaHelper(const HelperParameters& parameters = {})
        : HelpedFlowFixture("amanda", parameters)
    {
    }
};

TEST_F(AmandaHelper, AnswerExpectsConnectionsToItsPorts)
{
    Connection& flow = Open();
    EXPECT_EQ(Send(flow, SERVER, "CONNECT DATA 501 MESG 502 INDEX 503\n"), ACCEPT);
    EXPECT_THAT(Expected(),
                ElementsAre("10.1.0.10 > 10.2.0.10 501",
                            "10.1.0.10 > 10.2.0.10 502",
                            "10.1.0.10 > 10.2.0.10 503"));
    expectations->ForEach([&](const Expectation& e) {
        EXPECT_EQ(e.mask.address, ToAddress("255.255.255.255"));
        EXPECT_EQ(e.tuple.protocol, protocol::TCP);
        EXPECT_EQ(e.deadline, 180 * SECOND);
    });
}

TEST_F(AmandaHelper, Ipv6)
{
    Send(Open("fd00:1::10", "fd00:2::10"), SERVER, "CONNECT STATE 7\n");
    EXPECT_THAT(Expected(), ElementsAre("fd00:1::10 > fd00:2::10 7"));
}

TEST_F(AmandaHelper, RequestsAreNotRead)
{
    Connection& flow = Open();
    const Nanos deadline = flow.deadline;
    EXPECT_EQ(Send(flow, CLIENT, "CONNECT DATA 501\n"), ACCEPT);
    EXPECT_THAT(Expected(), IsEmpty());
    EXPECT_EQ(flow.deadline, deadline);
}

TEST_F(AmandaHelper, EachAnswerRenewsTheFlow)
{
    Connection& flow = Open();
    now = 7000 * SECOND;
    EXPECT_EQ(Send(flow, SERVER, ""), ACCEPT);
    EXPECT_EQ(flow.deadline, 7300 * SECOND);
}

TEST_F(AmandaHelper, FixedTimeoutsStay)
{
    Connection& flow = Open();
    flow.status |= status::FIXED_TIMEOUT;
    const Nanos deadline = flow.deadline;
    Send(flow, SERVER, "x");
    EXPECT_EQ(flow.deadline, deadline);
}

TEST_F(AmandaHelper, UnreadablePortEndsTheSearch)
{
    Connection& flow = Open();
    EXPECT_EQ(Send(flow, SERVER, "CONNECT DATA 501 MESG x INDEX 503\n"), ACCEPT);
    EXPECT_THAT(Expected(), ElementsAre("10.1.0.10 > 10.2.0.10 501"));
}

TEST_F(AmandaHelper, OneRefusedPortDropsTheAnswer)
{
    Send(Open("10.1.0.10", "10.2.0.10"), SERVER, "CONNECT MESG 502\n");
    // Another flow between the same hosts.
    Connection& other = Open("10.1.0.10", "10.2.0.11");
    other.tuples[0].destination = ToAddress("10.2.0.10");
    EXPECT_EQ(Send(other, SERVER, "CONNECT DATA 501 MESG 502 INDEX 503\n"), DROP);
    EXPECT_THAT(Expected(),
                ElementsAre("10.1.0.10 > 10.2.0.10 501",
                            "10.1.0.10 > 10.2.0.10 502",
                            "10.1.0.10 > 10.2.0.10 503"));
}

TEST_F(AmandaHelper, NatWritesThePortAndReadsOnInTheChangedText)
{
    Connection& flow = Open("10.1.0.10", "10.2.0.10", "10.2.0.1");
    EXPECT_EQ(Send(flow, SERVER, "CONNECT DATA 00501 MESG 502\nx x\n"), ACCEPT);
    EXPECT_EQ(left, "CONNECT DATA 501 MESG 502\nx x\n");
    EXPECT_THAT(Expected(), ElementsAre("10.1.0.10 > 10.2.0.10 501", "10.1.0.10 > 10.2.0.10 502"));
    expectations->ForEach([&](const Expectation& e) {
        EXPECT_EQ(e.savedPort, e.tuple.destinationPort);
        EXPECT_EQ(e.direction, Direction::Original);
        EXPECT_EQ(e.function, &follow);
    });
}

TEST_F(AmandaHelper, NatForgetsARefusalWhenALaterPortIsTaken)
{
    Send(Open("10.1.0.10", "10.2.0.10", "10.2.0.1"), SERVER, "CONNECT DATA 65535\n");
    Connection& other = Open("10.1.0.10", "10.2.0.11", "10.2.0.1");
    other.tuples[0].destination = ToAddress("10.2.0.10");
    EXPECT_EQ(Send(other, SERVER, "CONNECT DATA 65535 MESG 502\n"), ACCEPT);
    EXPECT_EQ(Send(other, SERVER, "CONNECT MESG 503 INDEX 65535\n"), DROP);
    EXPECT_THAT(lines, ElementsAre("all ports in use", "all ports in use"));
}

/// With another time than the kernel's own.
class ShortAmandaHelper : public AmandaHelper
{
  protected:
    ShortAmandaHelper()
        : AmandaHelper({{"MasterTimeout", "5000s"}})
    {
    }
};

TEST_F(ShortAmandaHelper, MasterTimeout)
{
    Connection& flow = Open();
    Send(flow, SERVER, "x");
    EXPECT_EQ(flow.deadline, 5000 * SECOND);
    EXPECT_THROW(MakeHelpers("amanda", {}, {{"MasterTimeout", "-1s"}}), std::invalid_argument);
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
