/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

// Large files and many sessions through a router with the helper.
#include "test/system/ftp-fixture.h"

#include "ns3/config.h"
#include "ns3/double.h"
#include "ns3/tcp-socket.h"

namespace ns3
{
namespace conntrack
{
namespace test
{
namespace
{

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class FtpScaleTest : public FtpTest
{
  protected:
    FtpScaleTest()
    {
        Config::SetDefault("ns3::TcpSocket::SegmentSize", UintegerValue(1448));
        Config::SetDefault("ns3::TcpSocketBase::MaxSegLifetime", DoubleValue(1));
        linkRate = "1Gbps";
    }
};

TEST_F(FtpScaleTest, HundredMegabytesArriveIntact)
{
    Build(3);
    Ptr<Conntrack> router = Install(1, FtpFirewall());
    AddServer();
    FtpClientHelper helper = Client(FtpMode::Active);
    SetConstant(helper, "FileSize", 100e6);
    AddClient(helper);
    Run(600);
    ASSERT_THAT(client.Outcomes(), ElementsAre(FtpOutcome::Completed));
    EXPECT_EQ(client.transfers[0].bytes, 100000000U);
    EXPECT_EQ(client.transfers[0].wrong, 0U);
    EXPECT_THAT(drops, IsEmpty());
    EXPECT_THAT(invalids, IsEmpty());
    EXPECT_EQ(router->GetConnections().Size(), 0U);
}

/// A thousand sessions of ten clients on one host, all modes and operations.
class FtpThousandSessions : public FtpScaleTest
{
  protected:
    /// @return what the router told of connections
    std::vector<std::string> RunOnce()
    {
        events.clear();
        client = {};
        server = {};
        nextStream = 200;
        Build(3);
        InternetStackHelper().AssignStreams(nodes, 1000);
        NetfilterHelper netfilter;
        netfilter.SetFirstStream(1);
        Ptr<Conntrack> router = Install(1, FtpFirewall(), netfilter);
        AddServer();
        for (int i = 0; i < 10; ++i)
        {
            FtpClientHelper helper = Client(static_cast<FtpMode>(i % 4), i < 6 ? Ip::V4 : Ip::V6);
            helper.SetAttribute("Sessions", UintegerValue(100));
            helper.SetAttribute("Transfers",
                                StringValue("ns3::UniformRandomVariable[Min=1|Max=3.99]"));
            helper.SetAttribute("FileSize",
                                StringValue("ns3::ExponentialRandomVariable[Mean=5000]"));
            helper.SetAttribute("Pause", StringValue("ns3::ExponentialRandomVariable[Mean=1]"));
            helper.SetAttribute("SessionPause",
                                StringValue("ns3::ExponentialRandomVariable[Mean=2]"));
            helper.SetAttribute("StoreShare", DoubleValue(0.3));
            helper.SetAttribute("ListShare", DoubleValue(0.2));
            AddClient(helper, 1 + 0.1 * i);
        }
        Run(3000);
        EXPECT_EQ(router->GetConnections().Size(), 0U);
        EXPECT_EQ(router->GetExpectations()->Size(), 0U);
        const Statistics& statistics = router->GetStatistics();
        EXPECT_EQ(statistics.expectCreate, client.transfers.size());
        EXPECT_EQ(statistics.expectNew, client.transfers.size());
        EXPECT_EQ(statistics.expectDelete, client.transfers.size());
        std::vector<std::string> told = events;
        CleanUp();
        return told;
    }
};

TEST_F(FtpThousandSessions, CompleteAndRepeat)
{
    const std::vector<std::string> first = RunOnce();
    EXPECT_THAT(client.sessions, SizeIs(1000));
    EXPECT_THAT(client.Ends(), Each(FtpSessionEnd::Quit));
    EXPECT_THAT(client.Outcomes(), SizeIs(::testing::Gt(1500U)));
    EXPECT_THAT(client.Outcomes(), Each(FtpOutcome::Completed));
    EXPECT_THAT(server.Outcomes(), Each(FtpOutcome::Completed));
    EXPECT_THAT(drops, IsEmpty());
    const std::vector<std::string> second = RunOnce();
    EXPECT_GT(first.size(), 10000U);
    ASSERT_EQ(first.size(), second.size());
    for (std::size_t i = 0; i < first.size(); ++i)
    {
        ASSERT_EQ(first[i], second[i]) << "event " << i;
    }
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
