/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

// A host or router with a Conntrack as an endpoint itself; what is not tracked; broadcast.
#include "test/system/ping.h"
#include "test/system/simulation-fixture.h"

#include "ns3/ipv4-raw-socket-factory.h"

namespace ns3
{
namespace conntrack
{
namespace test
{
namespace
{

using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr uint32_t CLIENT = 0;
constexpr uint32_t ROUTER = 1;
constexpr uint32_t SERVER = 2;

class HostTest : public SimulationTest, public ::testing::WithParamInterface<Ip>
{
  protected:
    HostTest()
    {
        Build(3, LinkKind::Csma);
    }

    std::string Address(uint32_t node) const
    {
        return AddressOf(node, node == SERVER ? 1 : 0, GetParam());
    }

    UdpPeer& AddPeer(uint32_t node, uint16_t port)
    {
        return AddUdp(node, port, GetParam());
    }
};

TEST_P(HostTest, InputRuleRefuses)
{
    Install(SERVER,
            RuleWriter().Chain("in", "input", 0).Rule("in", All(Port("udp", 8), DROP)).Text());
    UdpPeer& client = AddPeer(CLIENT, 5000);
    UdpPeer& open = AddPeer(SERVER, 7);
    UdpPeer& refused = AddPeer(SERVER, 8);
    At(2, [&] { client.Send(Address(SERVER), 7); });
    At(3, [&] { client.Send(Address(SERVER), 8); });
    Run(5);
    EXPECT_THAT(open.sizes, SizeIs(1));
    EXPECT_THAT(refused.sizes, IsEmpty());
    EXPECT_THAT(drops, ElementsAre(DropReason::Rule));
    EXPECT_THAT(EventsWith("[NEW]"), ElementsAre(HasSubstr("dport=7")));
}

TEST_P(HostTest, InputRejectIsAnsweredFromTheAddressedOne)
{
    Install(SERVER,
            RuleWriter().Chain("in", "input", 0).Rule("in", All(Port("udp", 8), Reject())).Text());
    UdpPeer& client = AddPeer(CLIENT, 5000);
    At(2, [&] { client.Send(Address(SERVER), 8); });
    Run(5);
    ASSERT_THAT(client.errors, SizeIs(1));
    EXPECT_EQ(client.errors[0].type, GetParam() == Ip::V4 ? 3 : 1);
}

TEST_P(HostTest, OutputRuleRefuses)
{
    Install(CLIENT,
            RuleWriter().Chain("out", "output", 0).Rule("out", All(Port("udp", 8), DROP)).Text());
    UdpPeer& client = AddPeer(CLIENT, 5000);
    UdpPeer& open = AddPeer(SERVER, 7);
    UdpPeer& refused = AddPeer(SERVER, 8);
    At(2, [&] { client.Send(Address(SERVER), 7); });
    At(3, [&] { client.Send(Address(SERVER), 8); });
    Run(5);
    EXPECT_THAT(open.sizes, SizeIs(1));
    EXPECT_THAT(refused.sizes, IsEmpty());
    EXPECT_THAT(drops, ElementsAre(DropReason::Rule));
}

TEST_P(HostTest, StatefulHostSeesOnlyAnswers)
{
    RuleWriter rules;
    rules.Chain("in", "input", 0, "drop").Rule("in", All(State("established"), ACCEPT));
    // RFC 4890 4.4: neighbor discovery must pass; it is untracked.
    rules.Rule("in", All(State("untracked"), ACCEPT));
    Install(CLIENT, rules.Text());
    UdpPeer& client = AddPeer(CLIENT, 5000);
    UdpPeer& server = AddPeer(SERVER, 7);
    server.echo = true;
    UdpPeer& stranger = AddPeer(SERVER, 9);
    At(2, [&] { client.Send(Address(SERVER), 7); });
    At(3, [&] { stranger.Send(Address(CLIENT), 5000); });
    Run(5);
    EXPECT_THAT(client.sizes, SizeIs(1));
    EXPECT_THAT(drops, Contains(DropReason::Rule));
}

TEST_P(HostTest, TcpToTheRouterItselfIsTrackedBothWays)
{
    Install(ROUTER);
    TcpServer server(nodes.Get(ROUTER), 80, GetParam());
    std::unique_ptr<TcpClient> client;
    At(2,
       [&] { client = std::make_unique<TcpClient>(nodes.Get(CLIENT), Address(ROUTER), 80, 5000); });
    Run(200);
    EXPECT_EQ(server.bytes, 5000U);
    EXPECT_THAT(invalids, IsEmpty());
    EXPECT_THAT(EventsWith("ESTABLISHED"), SizeIs(1));
    EXPECT_THAT(EventsWith("TIME_WAIT"), SizeIs(1));
}

TEST_P(HostTest, TcpOfTheHostItselfIsTrackedBothWays)
{
    Install(CLIENT);
    TcpServer server(nodes.Get(SERVER), 80, GetParam());
    std::unique_ptr<TcpClient> client;
    At(2, [&] {
        client = std::make_unique<TcpClient>(nodes.Get(CLIENT), Address(SERVER), 80, 50000);
    });
    Run(200);
    EXPECT_EQ(server.bytes, 50000U);
    EXPECT_THAT(invalids, IsEmpty());
    EXPECT_THAT(EventsWith("ESTABLISHED"), SizeIs(1));
}

TEST_P(HostTest, OutputRejectByResetFailsTheConnect)
{
    Install(
        CLIENT,
        RuleWriter().Chain("out", "output", 0).Rule("out", All(Port("tcp", 80), TCP_RESET)).Text());
    TcpServer server(nodes.Get(SERVER), 80, GetParam());
    std::unique_ptr<TcpClient> client;
    At(2,
       [&] { client = std::make_unique<TcpClient>(nodes.Get(CLIENT), Address(SERVER), 80, 10); });
    Run(5);
    EXPECT_FALSE(client->connected);
    EXPECT_EQ(server.accepted, 0U);
    EXPECT_FALSE(drops.empty());
}

TEST_P(HostTest, AHostReachesItself)
{
    Install(CLIENT);
    UdpPeer& client = AddPeer(CLIENT, 5000);
    UdpPeer& self = AddPeer(CLIENT, 7);
    self.echo = true;
    At(2, [&] { client.Send(Address(CLIENT), 7); });
    Run(5);
    EXPECT_THAT(self.sizes, SizeIs(1));
    EXPECT_THAT(client.sizes, SizeIs(1));
    EXPECT_THAT(invalids, IsEmpty());
}

TEST_P(HostTest, NeighborsAreFoundUntracked)
{
    // Only what is untracked or UDP may pass: address resolution must not need more.
    RuleWriter rules;
    for (const char* hook : {"input", "output"})
    {
        rules.Chain(hook, hook, 0, "drop").Rule(hook, All(State("untracked"), ACCEPT));
        rules.Rule(hook, All(Port("udp", 7), ACCEPT));
    }
    rules.Chain("fw", "forward", 0, "drop").Rule("fw", All(Port("udp", 7), ACCEPT));
    Install(ROUTER, rules.Text());
    UdpPeer& client = AddPeer(CLIENT, 5000);
    UdpPeer& server = AddPeer(SERVER, 7);
    At(2, [&] { client.Send(Address(SERVER), 7); });
    Run(5);
    EXPECT_THAT(server.sizes, SizeIs(1));
    EXPECT_THAT(EventsWith("[NEW]"), SizeIs(1));
}

INSTANTIATE_TEST_SUITE_P(Families,
                         HostTest,
                         ::testing::Values(Ip::V4, Ip::V6),
                         [](const auto& row) { return row.param == Ip::V4 ? "Ipv4" : "Ipv6"; });

class PingTest : public SimulationTest
{
  protected:
    PingTest()
    {
        Build(3, LinkKind::Csma);
    }

    /// One echo request a second. @param from node @param to address
    void Ping(uint32_t from, const std::string& to)
    {
        Ptr<Application> ping = MakePing(to, [this] { ++answers; });
        nodes.Get(from)->AddApplication(ping);
        ping->SetStartTime(Seconds(2));
        ping->SetStopTime(Seconds(4.5));
    }

    uint32_t answers{0};
};

TEST_F(PingTest, ThroughTheRouterIsTracked)
{
    Install(ROUTER, Firewall());
    Ping(CLIENT, ServerAddress());
    Run(100);
    EXPECT_EQ(answers, 3U);
    EXPECT_THAT(EventsWith("icmp"), SizeIs(3)); // one connection: new, replied, destroyed
}

TEST_F(PingTest, ToTheRouterItselfIsTracked)
{
    Install(ROUTER);
    Ping(CLIENT, AddressOf(ROUTER, 0));
    Run(100);
    EXPECT_EQ(answers, 3U);
    EXPECT_THAT(invalids, IsEmpty());
    EXPECT_THAT(EventsWith("icmp"), SizeIs(3));
}

TEST_F(PingTest, FromOutsideIsRefused)
{
    Install(ROUTER, Firewall());
    Ping(SERVER, AddressOf(CLIENT, 0));
    Run(100);
    EXPECT_EQ(answers, 0U);
    EXPECT_THAT(drops, SizeIs(3));
    EXPECT_THAT(events, IsEmpty());
}

TEST_F(PingTest, OfTheHostItselfIsTracked)
{
    Install(CLIENT);
    Ping(CLIENT, ServerAddress());
    Run(100);
    EXPECT_EQ(answers, 3U);
    EXPECT_THAT(invalids, IsEmpty());
    EXPECT_THAT(EventsWith("icmp"), SizeIs(3));
}

TEST_F(PingTest, Ipv6ToTheRouterItselfIsTracked)
{
    Install(ROUTER);
    Ptr<Application> ping =
        MakePing6Once(AddressOf(CLIENT, 0, Ip::V6), AddressOf(ROUTER, 0, Ip::V6));
    nodes.Get(CLIENT)->AddApplication(ping);
    ping->SetStartTime(Seconds(2));
    Run(100);
    EXPECT_THAT(EventsWith("icmpv6"), SizeIs(3));
    EXPECT_THAT(EventsWith("[UPDATE]"), SizeIs(1));
}

TEST_F(PingTest, RawSocketOfTheRouterSeesOnlyWhatRulesLetIn)
{
    Install(ROUTER,
            RuleWriter()
                .Chain("pre", "prerouting", -300)
                .Rule("pre", All(Port("udp", 8), DROP))
                .Text());
    Ptr<Socket> raw = Socket::CreateSocket(nodes.Get(ROUTER), Ipv4RawSocketFactory::GetTypeId());
    raw->SetAttribute("Protocol", UintegerValue(protocol::UDP));
    uint32_t seen = 0;
    raw->SetRecvCallback(Callback<void, Ptr<Socket>>([&](Ptr<Socket> socket) {
        socket->Recv();
        ++seen;
    }));
    UdpPeer& client = AddUdp(CLIENT, 5000);
    At(2, [&] { client.Send(AddressOf(ROUTER, 0), 7); });
    At(3, [&] { client.Send(AddressOf(ROUTER, 0), 8); });
    Run(5);
    EXPECT_EQ(seen, 1U);
    raw->SetRecvCallback(MakeNullCallback<void, Ptr<Socket>>());
}

TEST_F(PingTest, BroadcastReachesItsSocketsAndIsNotForwarded)
{
    Install(ROUTER, RuleWriter().Chain("fw", "forward", 0, "drop").Text());
    UdpPeer& client = AddUdp(CLIENT, 5000);
    client.GetSocket()->SetAllowBroadcast(true);
    UdpPeer& router = AddUdp(ROUTER, 520);
    UdpPeer& server = AddUdp(SERVER, 520);
    At(2, [&] { client.Send("10.1.0.255", 520); });
    At(3, [&] { client.Send("255.255.255.255", 520); });
    Run(5);
    EXPECT_THAT(router.sizes, SizeIs(2));
    EXPECT_THAT(server.sizes, IsEmpty());
    EXPECT_THAT(drops, IsEmpty());
}

TEST_F(PingTest, BroadcastMeetsInput)
{
    Install(ROUTER,
            RuleWriter()
                .Chain("in", "input", 0)
                .Rule("in", All(Meta("pkttype", "broadcast"), Port("udp", 520), DROP))
                .Text());
    UdpPeer& client = AddUdp(CLIENT, 5000);
    client.GetSocket()->SetAllowBroadcast(true);
    UdpPeer& router = AddUdp(ROUTER, 520);
    At(2, [&] { client.Send("10.1.0.255", 520); });
    At(3, [&] { client.Send(AddressOf(ROUTER, 0), 520); });
    Run(5);
    EXPECT_THAT(router.sizes, SizeIs(1));
    EXPECT_THAT(drops, ElementsAre(DropReason::Rule));
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
