/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

// What a Conntrack leaves: in the simulator while it runs, and nowhere afterwards.
#include "test/system/counting-scheduler.h"
#include "test/system/simulation-fixture.h"

#include "ns3/aodv-helper.h"

namespace ns3
{
namespace conntrack
{
namespace test
{
namespace
{

using ::testing::Each;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr uint32_t CLIENT = 0;
constexpr uint32_t ROUTER = 1;
constexpr uint32_t SERVER = 2;

class LifecycleTest : public SimulationTest
{
  protected:
    void InstallEverywhere()
    {
        for (uint32_t node = 0; node < nodes.GetN(); ++node)
        {
            Install(node, node == ROUTER ? Firewall() : "");
        }
    }
};

TEST_F(LifecycleTest, OneEventIsPendingForAllConnections)
{
    std::vector<int> pending;
    for (const bool installed : {false, true})
    {
        CleanUp();
        CountingScheduler::Use();
        Build(3);
        if (installed)
        {
            Install(ROUTER);
        }
        for (uint16_t port = 5000; port < 5050; ++port)
        {
            UdpPeer& client = AddUdp(CLIENT, port);
            At(2 + 0.01 * (port - 5000), [&client, this] { client.Send(ServerAddress(), 7); });
        }
        At(5, [&] { pending.push_back(CountingScheduler::pending); });
        Run(6);
    }
    EXPECT_THAT(EventsWith("[NEW]"), SizeIs(50));
    ASSERT_THAT(pending, SizeIs(2));
    EXPECT_EQ(pending[1], pending[0] + 1);
}

TEST_F(LifecycleTest, TheSimulationEndsByItselfWhenAllHaveExpired)
{
    Build(3);
    Ptr<Conntrack> conntrack = Install(ROUTER);
    UdpPeer& client = AddUdp(CLIENT, 5000);
    AddUdp(SERVER, 7).echo = true;
    At(2, [&] { client.Send(ServerAddress(), 7); });
    Simulator::Run(); // no Stop
    EXPECT_EQ(conntrack->GetConnections().Size(), 0U);
    EXPECT_EQ(conntrack->GetExpectations()->Size(), 0U);
    EXPECT_THAT(EventsWith("[DESTROY]"), SizeIs(1));
}

TEST_F(LifecycleTest, ConntrackMayOutliveItsSimulation)
{
    Build(3);
    Ptr<Conntrack> conntrack = Install(ROUTER, Firewall());
    UdpPeer& client = AddUdp(CLIENT, 5000);
    At(2, [&] { client.Send(ServerAddress(), 7); });
    Run(3);
    CleanUp();
    EXPECT_EQ(conntrack->GetReferenceCount(), 1U);
    EXPECT_EQ(conntrack->GetRuleset(), nullptr);
    EXPECT_EQ(conntrack->GetConnections().Size(), 0U);
    EXPECT_EQ(conntrack->GetExpectations()->Size(), 0U);
    EXPECT_EQ(conntrack->GetStatistics().drop, 0U);
    conntrack->Flush();
    conntrack->SetAttribute("Max", UintegerValue(7));
    EXPECT_EQ(conntrack->GetMaximum(), 7U);
}

TEST_F(LifecycleTest, ConntrackMayOutliveTheNextSimulationToo)
{
    Build(3);
    Ptr<Conntrack> conntrack = Install(ROUTER);
    UdpPeer& client = AddUdp(CLIENT, 5000);
    At(2, [&] { client.Send(ServerAddress(), 7); });
    Run(100); // its timer has fired
    CleanUp();
    Build(3);
    Install(ROUTER);
    At(2, [&] { conntrack = nullptr; });
    Run(3);
    EXPECT_EQ(conntrack, nullptr);
}

TEST_F(LifecycleTest, NodeMayBeDisposedFirst)
{
    Build(3);
    Ptr<Conntrack> conntrack = Install(ROUTER, Firewall());
    UdpPeer& client = AddUdp(CLIENT, 5000);
    At(2, [&] { client.Send(ServerAddress(), 7); });
    Run(3);
    EXPECT_EQ(conntrack->GetConnections().Size(), 1U);
    nodes.Get(ROUTER)->Dispose();
    EXPECT_EQ(conntrack->GetConnections().Size(), 0U);
    EXPECT_THAT(EventsWith("[DESTROY]"), IsEmpty());
}

TEST_F(LifecycleTest, DisposedWhileARouteIsLookedFor)
{
    AodvHelper aodv;
    Build(3, LinkKind::Csma, &aodv);
    InstallEverywhere();
    UdpPeer& client = AddUdp(CLIENT, 5000);
    At(2, [&] { client.Send("10.9.0.1", 7); }); // AODV keeps it
    Run(2.1);
    EXPECT_THAT(EventsWith("dst=10.9.0.1"), SizeIs(1));
}

TEST_F(LifecycleTest, DestroyedAmidTraffic)
{
    Build(4);
    InstallEverywhere();
    TcpServer server(nodes.Get(3), 80, Ip::V6);
    std::unique_ptr<TcpClient> client;
    UdpPeer& udp = AddUdp(CLIENT, 5000);
    At(2, [&] {
        client =
            std::make_unique<TcpClient>(nodes.Get(CLIENT), ServerAddress(Ip::V6), 80, 10000000);
        udp.Send(ServerAddress(), 7, 4000);
    });
    At(2.2, [] { Simulator::Stop(); });
    Run(3);
    EXPECT_GT(server.bytes, 0U);
    client.reset();
}

TEST_F(LifecycleTest, DisposedWithConnectionsTellsNothingMore)
{
    Build(3);
    Install(ROUTER, Firewall());
    TcpServer server(nodes.Get(SERVER), 80, Ip::V4);
    std::unique_ptr<TcpClient> client;
    At(2, [&] {
        client = std::make_unique<TcpClient>(nodes.Get(CLIENT), ServerAddress(), 80, 1000000);
    });
    Run(2.5);
    EXPECT_THAT(EventsWith("[NEW]"), SizeIs(1));
    client.reset();
    CleanUp();
    EXPECT_THAT(EventsWith("[DESTROY]"), IsEmpty());
}

TEST_F(LifecycleTest, DisposedWithFragmentsWaiting)
{
    Build(3);
    Install(ROUTER);
    UdpPeer& client = AddUdp(CLIENT, 5000);
    At(2, [&] { client.Send(ServerAddress(), 7, 4000); });
    Run(2.0005); // 1480 bytes take longer than that on the link
    EXPECT_THAT(events, IsEmpty());
}

TEST_F(LifecycleTest, CollectsNothingWithoutAPacket)
{
    Build(3);
    Install(ROUTER, Firewall());
    Simulator::Run();
    EXPECT_THAT(events, IsEmpty());
    EXPECT_THAT(drops, IsEmpty());
}

TEST_F(LifecycleTest, SameSeedSameLines)
{
    std::vector<std::vector<std::string>> runs;
    for (int run = 0; run < 2; ++run)
    {
        CleanUp();
        events.clear();
        Build(3); // no address resolution, whose jitter is another stream's
        NetfilterHelper helper;
        helper.SetAttribute("Acct", BooleanValue(true));
        helper.SetAttribute("Max", UintegerValue(20));
        helper.SetAttribute("Buckets", UintegerValue(8));
        helper.SetFirstStream(7);
        Install(ROUTER, "", helper);
        for (uint16_t port = 5000; port < 5040; ++port)
        {
            UdpPeer& client = AddUdp(CLIENT, port);
            At(2 + 0.01 * (port - 5000), [&client, this] { client.Send(ServerAddress(), 7); });
        }
        Run(100);
        runs.push_back(events);
    }
    EXPECT_GT(runs[0].size(), 40U);
    EXPECT_EQ(runs[0], runs[1]);
}

TEST_F(LifecycleTest, HelperInstallsOnManyNodes)
{
    Build(4);
    NetfilterHelper helper;
    helper.SetAttribute("Max", UintegerValue(5));
    const ConntrackContainer all = helper.Install(nodes);
    ASSERT_THAT(all, SizeIs(4));
    for (uint32_t i = 0; i < 4; ++i)
    {
        EXPECT_EQ(nodes.Get(i)->GetObject<Conntrack>(), all[i]);
        EXPECT_EQ(all[i]->GetMaximum(), 5U);
    }
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
