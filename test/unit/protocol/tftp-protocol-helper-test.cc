/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/protocol/tftp-protocol-helper.h"
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

const std::string READ("\0\1file\0octet\0", 13);
const std::string DATA("\0\3\0\1data", 8);
const char* const TRANSFER = "10.2.0.10 > 10.1.0.10 40000";

class TftpHelper : public HelpedFlowFixture
{
  protected:
    TftpHelper()
        : HelpedFlowFixture("tftp")
    {
    }
};

TEST_F(TftpHelper, RequestExpectsTheServersOtherPort)
{
    Connection& flow = Open();
    EXPECT_EQ(Send(flow, CLIENT, READ), ACCEPT);
    EXPECT_THAT(Expected(), ElementsAre(TRANSFER));
    expectations->ForEach([&](const Expectation& e) {
        EXPECT_EQ(e.mask.address, ToAddress("255.255.255.255"));
        EXPECT_EQ(e.mask.port, 0);
        EXPECT_EQ(e.tuple.protocol, protocol::UDP);
        EXPECT_EQ(e.master, &flow);
        EXPECT_EQ(e.deadline, 300 * SECOND);
        EXPECT_EQ(e.function, nullptr);
        EXPECT_EQ(e.savedPort, 0);
    });
}

TEST_F(TftpHelper, FirstPacketCounts)
{
    state = FlowState::New;
    Send(Open(), CLIENT, READ);
    EXPECT_THAT(Expected(), ElementsAre(TRANSFER));
}

TEST_F(TftpHelper, Ipv6)
{
    Send(Open("fd00:1::10", "fd00:2::10"), CLIENT, READ);
    EXPECT_THAT(Expected(), ElementsAre("fd00:2::10 > fd00:1::10 40000"));
}

TEST_F(TftpHelper, OtherMessagesPass)
{
    Connection& flow = Open();
    EXPECT_EQ(Send(flow, CLIENT, DATA), ACCEPT);
    EXPECT_EQ(Send(flow, SERVER, DATA), ACCEPT);
    EXPECT_EQ(Send(flow, CLIENT, ""), ACCEPT);
    EXPECT_EQ(Send(flow, CLIENT, std::string(1, '\0')), ACCEPT);
    EXPECT_THAT(Expected(), IsEmpty());
}

TEST_F(TftpHelper, RequestFromTheServerExpectsTheSame)
{
    Send(Open(), SERVER, READ);
    EXPECT_THAT(Expected(), ElementsAre(TRANSFER));
}

TEST_F(TftpHelper, RepeatedRequestRenews)
{
    Connection& flow = Open();
    Send(flow, CLIENT, READ);
    now = 200 * SECOND;
    EXPECT_EQ(Send(flow, CLIENT, READ), ACCEPT);
    expectations->ForEach([](const Expectation& e) { EXPECT_EQ(e.deadline, 500 * SECOND); });
    EXPECT_THAT(Expected(), ElementsAre(TRANSFER));
}

TEST_F(TftpHelper, ClashIsDropped)
{
    // Another connection expects any port of the same server at the same place.
    Connection& other = Open("10.1.0.11");
    Expectation* taken = expectations->Allocate(other);
    ExpectationTable::Endpoints same;
    same.source = ToAddress("10.2.0.10");
    same.destination = ToAddress("10.1.0.10");
    same.protocol = protocol::UDP;
    same.destinationPort = 40000;
    ExpectationTable::Fill(*taken, same);
    ASSERT_EQ(expectations->Expect(*taken, 0), ExpectResult::Ok);
    expectations->Put(*taken);
    EXPECT_EQ(Send(Open(), CLIENT, READ), DROP);
    EXPECT_THAT(lines, ElementsAre("cannot add expectation"));
}

TEST_F(TftpHelper, NatExpectsAtThePublicPortAndRemembersTheClients)
{
    Connection& flow = Open("10.1.0.10", "10.2.0.10", "10.2.0.1");
    EXPECT_EQ(Send(flow, CLIENT, READ), ACCEPT);
    EXPECT_EQ(left, READ) << "nothing in it names a port";
    EXPECT_THAT(Expected(), ElementsAre("10.2.0.10 > 10.2.0.1 50000"));
    expectations->ForEach([&](const Expectation& e) {
        EXPECT_EQ(e.savedPort, 40000);
        EXPECT_EQ(e.direction, Direction::Reply);
        EXPECT_EQ(e.function, &follow);
    });
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
