/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

// A router that asks by broadcast, and the helpers that let the answers in.
#include "test/system/simulation-fixture.h"

namespace ns3
{
namespace conntrack
{
namespace test
{
namespace
{

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr uint32_t CLIENT = 0;
constexpr uint32_t ROUTER = 1;
constexpr uint32_t SERVER = 2;

class BroadcastHelperTest : public SimulationTest
{
  protected:
    BroadcastHelperTest()
    {
        Build(3, LinkKind::Csma);
        conntrack =
            Install(ROUTER,
                    RuleWriter()
                        .Add("ct helper",
                             R"("name":"h-snmp","type":"snmp","protocol":"udp","l3proto":"ip")")
                        .Chain("out", "output", 0)
                        .Rule("out", All(Port("udp", 161), R"({"ct helper":"h-snmp"})"))
                        .Chain("in", "input", 0, "drop")
                        .Rule("in", All(State("related"), ACCEPT))
                        .Rule("in", All(State("established"), ACCEPT))
                        .Text());
        router = &AddUdp(ROUTER, 45000);
        router->GetSocket()->SetAllowBroadcast(true);
        client = &AddUdp(CLIENT, 161);
        server = &AddUdp(SERVER, 161);
    }

    Ptr<Conntrack> conntrack;
    UdpPeer* router;
    UdpPeer* client;
    UdpPeer* server;
};

TEST_F(BroadcastHelperTest, AnswersToTheNetworksBroadcastPass)
{
    At(2, [&] { router->Send("10.1.0.255", 161); });
    At(3, [&] { client->Send("10.1.0.2", 45000, 10); });
    At(4, [&] { server->Send("10.2.0.1", 45000, 20); }); // not of that network
    Run(5);
    EXPECT_THAT(client->sizes, ElementsAre(100));
    EXPECT_THAT(router->sizes, ElementsAre(10));
    EXPECT_THAT(EventsWith("[NEW]"),
                ElementsAre(HasSubstr("dst=10.1.0.255"), HasSubstr("src=10.1.0.1 dst=10.1.0.2")));
    // The router's own copy of its question, and the stranger's answer.
    EXPECT_THAT(drops, ElementsAre(DropReason::Rule, DropReason::Rule));
    EXPECT_EQ(conntrack->GetExpectations()->Size(), 1U);
}

TEST_F(BroadcastHelperTest, AnswersAreLate)
{
    At(2, [&] { router->Send("10.1.0.255", 161); });
    At(33, [&] { client->Send("10.1.0.2", 45000); });
    Run(34);
    EXPECT_THAT(router->sizes, IsEmpty());
    EXPECT_EQ(conntrack->GetExpectations()->Size(), 0U);
    EXPECT_THAT(EventsWith("[DESTROY]"), SizeIs(1));
}

TEST_F(BroadcastHelperTest, EverybodyOnAnyLinkIsNoNetwork)
{
    At(2, [&] { router->Send("255.255.255.255", 161); });
    At(3, [&] { client->Send("10.1.0.2", 45000); });
    Run(4);
    EXPECT_THAT(client->sizes, SizeIs(1));
    EXPECT_THAT(server->sizes, SizeIs(1));
    EXPECT_THAT(router->sizes, IsEmpty());
    EXPECT_EQ(conntrack->GetExpectations()->Size(), 0U);
}

TEST_F(BroadcastHelperTest, OneHostAnswersAnyway)
{
    At(2, [&] { router->Send("10.1.0.1", 161); });
    At(3, [&] { client->Send("10.1.0.2", 45000); });
    Run(4);
    EXPECT_THAT(router->sizes, SizeIs(1));
    EXPECT_THAT(drops, IsEmpty());
    EXPECT_EQ(conntrack->GetExpectations()->Size(), 0U);
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
