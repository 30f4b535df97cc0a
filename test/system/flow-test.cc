/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

// Flows between ns-3 sockets through a router with a stateful firewall.
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
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr uint32_t CLIENT = 0;
constexpr uint32_t ROUTER = 1;
constexpr uint32_t SERVER = 2;

/// Which family over which links.
struct Way
{
    const char* name;
    Ip version;
    LinkKind links;
};

class FlowTest : public SimulationTest, public ::testing::WithParamInterface<Way>
{
  protected:
    FlowTest()
    {
        Build(3, GetParam().links);
        NetfilterHelper helper;
        helper.SetAttribute("Acct", BooleanValue(true));
        conntrack = Install(ROUTER, Firewall(), helper);
    }

    std::string Client() const
    {
        return AddressOf(CLIENT, 0, GetParam().version);
    }

    std::string Server() const
    {
        return ServerAddress(GetParam().version);
    }

    UdpPeer& AddPeer(uint32_t node, uint16_t port)
    {
        return AddUdp(node, port, GetParam().version);
    }

    Ptr<Conntrack> conntrack;
};

TEST_P(FlowTest, UdpEchoPassesAndIsCounted)
{
    UdpPeer& client = AddPeer(CLIENT, 5000);
    UdpPeer& server = AddPeer(SERVER, 7);
    server.echo = true;
    SendMeter sent(nodes.Get(CLIENT), protocol::UDP);
    SendMeter answered(nodes.Get(SERVER), protocol::UDP);
    At(2, [&] { client.Send(Server(), 7, 100); });
    At(3, [&] { client.Send(Server(), 7, 200); });
    Run(200);
    EXPECT_THAT(server.sizes, ElementsAre(100, 200));
    EXPECT_THAT(client.sizes, ElementsAre(100, 200));
    const auto destroyed = EventsWith("DESTROY");
    ASSERT_EQ(destroyed.size(), 1U);
    EXPECT_THAT(destroyed[0], HasSubstr("dport=7 " + sent.Text()));
    EXPECT_THAT(destroyed[0], HasSubstr("dport=5000 " + answered.Text()));
    EXPECT_EQ(conntrack->GetConnections().Size(), 0U);
}

TEST_P(FlowTest, UdpIsNewThenReplied)
{
    UdpPeer& client = AddPeer(CLIENT, 5000);
    AddPeer(SERVER, 7).echo = true;
    At(2, [&] { client.Send(Server(), 7); });
    Run(200);
    ASSERT_EQ(events.size(), 3U);
    EXPECT_THAT(events[0], HasSubstr("[NEW]"));
    EXPECT_THAT(events[0], HasSubstr("src=" + Client() + " dst=" + Server()));
    EXPECT_THAT(events[0], HasSubstr("[UNREPLIED]"));
    EXPECT_THAT(events[1], HasSubstr("[UPDATE]"));
    EXPECT_THAT(events[2], HasSubstr("[DESTROY]"));
}

TEST_P(FlowTest, UdpEndsAtTheDeadlineOfItsLastPacket)
{
    UdpPeer& client = AddPeer(CLIENT, 5000);
    AddPeer(SERVER, 7);
    At(2, [&] { client.Send(Server(), 7); });
    At(12, [&] { client.Send(Server(), 7); });
    Run(200);
    ASSERT_EQ(events.size(), 2U);
    const Nanos begin = times[0];
    // The second packet needs no address resolution, so it is as fast or faster.
    EXPECT_NEAR(static_cast<double>(times[1] - begin), 40e9, 0.1e9);
}

TEST_P(FlowTest, UdpFromOutsideIsDroppedAndLeavesNothing)
{
    UdpPeer& client = AddPeer(CLIENT, 5000);
    UdpPeer& server = AddPeer(SERVER, 7);
    At(2, [&] { server.Send(Client(), 5000); });
    Run(10);
    EXPECT_THAT(client.sizes, IsEmpty());
    EXPECT_THAT(events, IsEmpty());
    EXPECT_THAT(drops, ElementsAre(DropReason::Rule));
    EXPECT_EQ(conntrack->GetConnections().Size(), 0U);
}

TEST_P(FlowTest, AnswersAfterTheDeadlineAreNewAndDropped)
{
    UdpPeer& client = AddPeer(CLIENT, 5000);
    UdpPeer& server = AddPeer(SERVER, 7);
    At(2, [&] { client.Send(Server(), 7); });
    At(31, [&] { server.Send(Client(), 5000); });
    At(200, [&] { server.Send(Client(), 5000); });
    Run(210);
    EXPECT_EQ(client.sizes.size(), 1U);
    EXPECT_THAT(drops, ElementsAre(DropReason::Rule));
}

TEST_P(FlowTest, TcpBulkPassesThroughAllStates)
{
    constexpr uint32_t BYTES = 100000;
    TcpServer server(nodes.Get(SERVER), 80, GetParam().version);
    SendMeter sent(nodes.Get(CLIENT), protocol::TCP);
    SendMeter answered(nodes.Get(SERVER), protocol::TCP);
    std::unique_ptr<TcpClient> client;
    At(2, [&] { client = std::make_unique<TcpClient>(nodes.Get(CLIENT), Server(), 80, BYTES); });
    Run(200);
    EXPECT_TRUE(client->connected);
    EXPECT_EQ(server.bytes, BYTES);
    EXPECT_THAT(drops, IsEmpty());
    EXPECT_THAT(invalids, IsEmpty());
    std::string all;
    for (const std::string& line : events)
    {
        all += line + "\n";
    }
    std::size_t at = 0;
    for (const char* state : {"SYN_SENT", "SYN_RECV", "ESTABLISHED", "FIN_WAIT", "TIME_WAIT"})
    {
        at = all.find(state, at);
        EXPECT_NE(at, std::string::npos) << state << " in " << all;
    }
    EXPECT_THAT(events.back(), HasSubstr("[DESTROY]"));
    EXPECT_THAT(events.back(), HasSubstr(sent.Text()));
    EXPECT_THAT(events.back(), HasSubstr(answered.Text()));
}

TEST_P(FlowTest, TcpFromOutsideIsRefusedSilently)
{
    TcpServer inside(nodes.Get(CLIENT), 80, GetParam().version);
    std::unique_ptr<TcpClient> outside;
    At(2, [&] { outside = std::make_unique<TcpClient>(nodes.Get(SERVER), Client(), 80, 10); });
    Run(20);
    EXPECT_FALSE(outside->connected);
    EXPECT_EQ(inside.accepted, 0U);
    EXPECT_GT(CountOf(drops, DropReason::Rule), 1U); // the client tries again
    EXPECT_THAT(events, IsEmpty());
}

TEST_P(FlowTest, ConntrackWithoutRulesDeliversTheSame)
{
    constexpr uint32_t BYTES = 30000;
    std::vector<std::string> seen;
    for (const bool installed : {false, true})
    {
        CleanUp();
        Build(3, GetParam().links);
        if (installed)
        {
            Install(ROUTER);
        }
        TcpServer server(nodes.Get(SERVER), 80, GetParam().version);
        SendMeter sent(nodes.Get(CLIENT), protocol::TCP);
        SendMeter answered(nodes.Get(SERVER), protocol::TCP);
        std::unique_ptr<TcpClient> client;
        At(2,
           [&] { client = std::make_unique<TcpClient>(nodes.Get(CLIENT), Server(), 80, BYTES); });
        Run(10);
        EXPECT_EQ(server.bytes, BYTES);
        seen.push_back(sent.Text() + " " + answered.Text());
    }
    EXPECT_EQ(seen[0], seen[1]);
    EXPECT_EQ(EventsWith("[NEW]").size(), 1U);
}

INSTANTIATE_TEST_SUITE_P(Ways,
                         FlowTest,
                         ::testing::Values(Way{"Ipv4PointToPoint", Ip::V4, LinkKind::PointToPoint},
                                           Way{"Ipv4Csma", Ip::V4, LinkKind::Csma},
                                           Way{"Ipv6PointToPoint", Ip::V6, LinkKind::PointToPoint},
                                           Way{"Ipv6Csma", Ip::V6, LinkKind::Csma}),
                         [](const auto& row) { return row.param.name; });

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
