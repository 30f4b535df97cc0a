/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

// A carrier's NAT between ns-3's own stacks: node 0 inside, node 1 the router, node 2 outside.
#include "helper/nat-log-recorder.h"
#include "test/system/ftp-fixture.h"

#include "ns3/pointer.h"

#include <sstream>

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
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class CarrierNat : public FtpTest
{
  protected:
    CarrierNat()
    {
        Build(3);
    }

    Ptr<Conntrack> Start()
    {
        StatefulFirewall rules;
        rules.inside = "eth1";
        rules.outside = "eth2";
        rules.masquerades = true;
        rules.admitsTranslated = true;
        rules.helpers = {{"ftp", protocol::TCP, 21}};
        rules.fromInside = {{protocol::UDP, 1, 65535}, {protocol::TCP, 1, 65535}};
        NetfilterHelper helper;
        helper.SetFirstStream(1);
        helper.SetAttribute("CarrierGradeNat", PointerValue(nat));
        recorder = std::make_unique<NatLogRecorder>(nat);
        recorder->PrintTo(log);
        return Install(1, ToJson(rules), helper);
    }

    void UseBlocks(uint32_t size, uint32_t most)
    {
        nat->SetAttribute("BlockAllocation", StringValue("Dynamic"));
        nat->SetAttribute("BlockSize", UintegerValue(size));
        nat->SetAttribute("BlocksPerSubscriber", UintegerValue(most));
    }

    /// A client sends a datagram each second, from another port each.
    void SendFrom(uint16_t ports)
    {
        for (uint16_t i = 0; i < ports; ++i)
        {
            UdpPeer& client = AddUdp(0, static_cast<uint16_t>(5000 + i));
            At(1 + i, [this, &client] { client.Send(ServerAddress(), 7); });
        }
    }

    std::vector<std::string> Lines() const
    {
        std::vector<std::string> lines;
        std::istringstream text(log.str());
        for (std::string line; std::getline(text, line);)
        {
            lines.push_back(line);
        }
        return lines;
    }

    Ptr<CarrierGradeNat> nat = CreateObject<CarrierGradeNat>();
    std::unique_ptr<NatLogRecorder> recorder;
    std::ostringstream log;
};

TEST_F(CarrierNat, LimitOfBlocksRefusesAndIsLogged)
{
    nat->SetPreset("port-restricted cone");
    UseBlocks(1, 2);
    Start();
    UdpPeer& server = AddUdp(2, 7);
    SendFrom(3);
    Run(5);
    EXPECT_THAT(server.from, ElementsAre("10.2.0.1 1024", "10.2.0.1 1025"));
    EXPECT_THAT(drops, ElementsAre(DropReason::NatRefused));
    EXPECT_EQ(nat->GetStatistics().quotaExceeded, 1U);
    EXPECT_EQ(nat->GetBlocks(), 2U);
    EXPECT_THAT(Lines(), SizeIs(7));
    EXPECT_THAT(Lines().back(),
                HasSubstr("Quota exceeded udp inside=10.1.0.1:5002 remote=10.2.0.2:7"));
}

TEST_F(CarrierNat, PoolEndsAndComesBack)
{
    nat->SetPreset("port-restricted cone");
    nat->SetAttribute("LastPort", UintegerValue(1025));
    Start();
    UdpPeer& server = AddUdp(2, 7);
    SendFrom(3);
    UdpPeer& late = AddUdp(0, 6000);
    At(40, [&] { late.Send(ServerAddress(), 7); }); // the others' 30 s are over
    Run(41);
    EXPECT_THAT(server.from, SizeIs(3));
    EXPECT_EQ(nat->GetStatistics().portsExhausted, 1U);
    EXPECT_EQ(nat->GetStatistics().mostMappings, 2U);
    EXPECT_EQ(nat->GetMappings(), 1U);
}

TEST_F(CarrierNat, HeldBlockIsReleasedByTheTimer)
{
    nat->SetPreset("symmetric");
    nat->SetAttribute("BlockHoldTime", TimeValue(Seconds(20)));
    UseBlocks(64, 1);
    Start();
    AddUdp(2, 7);
    SendFrom(1);
    Run(100);
    ASSERT_THAT(Lines(), SizeIs(6));
    EXPECT_THAT(Lines()[3], HasSubstr("[31.0"));
    EXPECT_THAT(Lines()[5], HasSubstr("[51.0"));
    EXPECT_THAT(Lines()[5], HasSubstr("Port block de-allocation inside=10.1.0.1"));
    EXPECT_EQ(nat->GetBlocks(), 0U);
    EXPECT_EQ(recorder->GetVolume(NatLogKind::Blocks).records, 2U);
    EXPECT_EQ(recorder->GetVolume(NatLogKind::Sessions).records, 2U);
}

TEST_F(CarrierNat, TcpToAPortOfThePoolWithoutMappingIsDropped)
{
    nat->SetPreset("full cone");
    nat->SetAttribute("OutsidePool", StringValue("10.2.0.100-10.2.0.101"));
    Start();
    std::unique_ptr<TcpClient> second;
    Ptr<Socket> own = Socket::CreateSocket(nodes.Get(0), TcpSocketFactory::GetTypeId());
    TcpServer outside(nodes.Get(2), 80, Ip::V4);
    own->Bind(SocketAddressOf("10.1.0.1", 5001));
    At(1, [&] { own->Connect(SocketAddressOf(ServerAddress(), 80)); });
    At(2, [&] {
        second = std::make_unique<TcpClient>(nodes.Get(2), "10.2.0.100", 5000, 10);
        EXPECT_EQ(nat->FindSubscriber(0x0a020064, 5001, protocol::TCP), 0x0a010001U);
    });
    Run(4);
    EXPECT_FALSE(second->connected); // nobody has that port
    EXPECT_THAT(drops, Each(DropReason::NatRefused));
    EXPECT_GT(nat->GetStatistics().filtered, 0U);
}

TEST_F(CarrierNat, FtpCompletesInEachMode)
{
    UseBlocks(128, 2);
    Start();
    AddServer();
    for (const FtpMode mode : {FtpMode::Active, FtpMode::Passive, FtpMode::ExtendedPassive})
    {
        AddClient(FtpTest::Client(mode, Ip::V4), 1 + static_cast<double>(mode));
    }
    Run(60);
    EXPECT_THAT(client.Outcomes(), SizeIs(3));
    EXPECT_THAT(client.Outcomes(), Each(FtpOutcome::Completed));
    EXPECT_THAT(drops, IsEmpty());
    EXPECT_EQ(recorder->GetVolume(NatLogKind::Refusals).records, 0U);
    EXPECT_GE(nat->GetStatistics().sessionsCreated, 6U); // control and data
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
