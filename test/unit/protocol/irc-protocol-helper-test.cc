/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/protocol/irc-protocol-helper.h"
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
using ::testing::SizeIs;

constexpr auto CLIENT = Direction::Original;
constexpr auto SERVER = Direction::Reply;
constexpr auto ACCEPT = HelperVerdict::Accept;
constexpr auto DROP = HelperVerdict::Drop;

/// @param address as DCC writes it @param port the port @return an offer
std::string
Offer(const std::string& address, const std::string& port)
{
    return "PRIVMSG bob :\1DCC SEND file " + address + " " + port + " 100\1\r\n";
}

const std::string OWN = "167837706";     // 10.1.0.10
const std::string ANOTHER = "167837773"; // 10.1.0.77

class IrcHelper : public HelpedFlowFixture
{
  protected:
    explicit IrcHelper(const HelperParameters& parameters = {})
        : HelpedFlowFixture("irc", parameters)
    {
    }
};

TEST_F(IrcHelper, OfferExpectsAnybody)
{
    Connection& flow = Open();
    EXPECT_EQ(Send(flow, CLIENT, Offer(OWN, "5000")), ACCEPT);
    EXPECT_THAT(Expected(), ElementsAre("0.0.0.0 > 10.1.0.10 5000"));
    expectations->ForEach([&](const Expectation& e) {
        EXPECT_EQ(e.mask.address, Address{});
        EXPECT_EQ(e.tuple.protocol, protocol::TCP);
        EXPECT_EQ(e.deadline, 300 * SECOND);
        EXPECT_EQ(e.function, nullptr);
    });
}

TEST_F(IrcHelper, OnlyAnEstablishedClientIsRead)
{
    Connection& flow = Open();
    EXPECT_EQ(Send(flow, SERVER, Offer(OWN, "5000")), ACCEPT);
    state = FlowState::New;
    EXPECT_EQ(Send(flow, CLIENT, Offer(OWN, "5000")), ACCEPT);
    EXPECT_THAT(Expected(), IsEmpty());
}

TEST_F(IrcHelper, ForgedOffersPassUnexpected)
{
    Connection& flow = Open();
    EXPECT_EQ(Send(flow, CLIENT, Offer(ANOTHER, "5000")), ACCEPT);
    EXPECT_EQ(Send(flow, CLIENT, Offer(OWN, "0")), ACCEPT);
    EXPECT_EQ(Send(flow, CLIENT, Offer("0", "5000")), ACCEPT);
    EXPECT_EQ(Send(flow, CLIENT, ""), ACCEPT);
    EXPECT_THAT(Expected(), IsEmpty());
}

TEST_F(IrcHelper, ForgedOfferIsSkippedIn5_10)
{
    EXPECT_EQ(Send(Open(), CLIENT, Offer(ANOTHER, "5000") + Offer(OWN, "5001")), ACCEPT);
    EXPECT_THAT(Expected(), ElementsAre("0.0.0.0 > 10.1.0.10 5001"));
}

TEST_F(IrcHelper, ForgedOfferHidesAGoodOneIn6_18)
{
    ExpectationTable::Setup setup;
    setup.profile = KernelProfile::Find("v6.18");
    expectations->Initialize(setup);
    EXPECT_EQ(Send(Open(), CLIENT, Offer(ANOTHER, "5000") + Offer(OWN, "5001")), ACCEPT);
    EXPECT_THAT(Expected(), IsEmpty());
}

TEST_F(IrcHelper, EightAtATime)
{
    Connection& flow = Open();
    for (int port = 5000; port < 5010; ++port)
    {
        EXPECT_EQ(Send(flow, CLIENT, Offer(OWN, std::to_string(port))), ACCEPT);
    }
    EXPECT_THAT(Expected(), SizeIs(8));
    EXPECT_EQ(Expected().front(), "0.0.0.0 > 10.1.0.10 5002") << "the oldest went";
}

TEST_F(IrcHelper, ClashIsDropped)
{
    Send(Open("10.1.0.10", "10.2.0.10"), CLIENT, Offer(OWN, "5000"));
    EXPECT_EQ(Send(Open("10.1.0.10", "10.2.0.11"), CLIENT, Offer(OWN, "5000")), DROP);
    EXPECT_THAT(lines, ElementsAre("cannot add expectation"));
}

TEST_F(IrcHelper, NatRewritesAddressAndPort)
{
    Connection& flow = Open("10.1.0.10", "10.2.0.10", "10.2.0.1");
    EXPECT_EQ(Send(flow, CLIENT, Offer(OWN, "5000")), ACCEPT);
    EXPECT_EQ(left, Offer("167903233", "5000"));
    EXPECT_THAT(Expected(), ElementsAre("0.0.0.0 > 10.2.0.1 5000"));
    expectations->ForEach([&](const Expectation& e) {
        EXPECT_EQ(e.savedPort, 5000);
        EXPECT_EQ(e.direction, Direction::Reply);
        EXPECT_EQ(e.function, &follow);
    });
    EXPECT_FALSE(flow.Is(status::SEQ_ADJUST)) << "as long as before";
}

TEST_F(IrcHelper, NatOfAnotherLengthShiftsSequenceNumbers)
{
    Connection& flow = Open("10.1.0.10", "10.2.0.10", "203.0.113.9");
    EXPECT_EQ(Send(flow, CLIENT, Offer(OWN, "5000")), ACCEPT);
    EXPECT_EQ(left, Offer("3405803785", "5000"));
    EXPECT_TRUE(flow.Is(status::SEQ_ADJUST));
}

TEST_F(IrcHelper, NatTakesThePublicAddressForTheClients)
{
    Connection& flow = Open("10.1.0.10", "10.2.0.10", "10.2.0.1");
    EXPECT_EQ(Send(flow, CLIENT, Offer("167903233", "5000")), ACCEPT);
    EXPECT_THAT(Expected(), ElementsAre("0.0.0.0 > 10.2.0.1 5000"));
}

TEST_F(IrcHelper, NatWithoutAFreePortDrops)
{
    Send(Open("10.1.0.11", "10.2.0.10", "10.2.0.1"), CLIENT, Offer("167837707", "65535"));
    Connection& flow = Open("10.1.0.10", "10.2.0.11", "10.2.0.1");
    EXPECT_EQ(Send(flow, CLIENT, Offer(OWN, "65535")), DROP);
    EXPECT_THAT(lines, ElementsAre("all ports in use"));
}

/// With parameters other than the kernel's own.
class ShortIrcHelper : public IrcHelper
{
  protected:
    ShortIrcHelper()
        : IrcHelper({{"MaxDccChannels", "2"}, {"DccTimeout", "7s"}})
    {
    }
};

TEST_F(ShortIrcHelper, ParametersAreThePolicy)
{
    Connection& flow = Open();
    for (const char* port : {"1", "2", "3"})
    {
        Send(flow, CLIENT, Offer(OWN, port));
    }
    EXPECT_THAT(Expected(), ElementsAre("0.0.0.0 > 10.1.0.10 2", "0.0.0.0 > 10.1.0.10 3"));
    expectations->ForEach([](const Expectation& e) { EXPECT_EQ(e.deadline, 7 * SECOND); });
}

TEST(IrcHelperParameters, OutOfRangeAreRefused)
{
    for (const char* channels : {"0", "256", "-1"})
    {
        EXPECT_THROW(MakeHelpers("irc", {}, {{"MaxDccChannels", channels}}), std::invalid_argument)
            << channels;
    }
    EXPECT_THROW(MakeHelpers("irc", {}, {{"DccTimeout", "-1s"}}), std::invalid_argument);
    EXPECT_THAT(MakeHelpers("irc", {}, {{"MaxDccChannels", "255"}}), SizeIs(1)) << "IPv4 alone";
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
