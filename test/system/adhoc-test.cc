/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

// A mobile ad hoc network: one Wi-Fi device a node, which brings packets in and sends them on.
#include "test/system/ping.h"
#include "test/system/simulation-fixture.h"

#include "ns3/aodv-helper.h"
#include "ns3/double.h"
#include "ns3/olsr-helper.h"

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

constexpr uint32_t COUNT = 4;
constexpr uint32_t LAST = COUNT - 1;
constexpr double DISTANCE = 100; // of neighbors; who is farther away hears nothing

/// A routing protocol and how long it takes to know its routes.
struct AdhocRow
{
    const char* name;
    std::function<std::unique_ptr<Ipv4RoutingHelper>()> make;
    double ready;
};

class AdhocTest : public SimulationTest, public ::testing::WithParamInterface<AdhocRow>
{
  protected:
    AdhocTest()
    {
        const auto routing = GetParam().make();
        CreateNodes(COUNT, routing.get());
        YansWifiChannelHelper air;
        air.SetPropagationDelay("ns3::ConstantSpeedPropagationDelayModel");
        air.AddPropagationLoss("ns3::RangePropagationLossModel",
                               "MaxRange",
                               DoubleValue(1.2 * DISTANCE));
        YansWifiPhyHelper phy;
        phy.SetChannel(air.Create());
        WifiMacHelper mac;
        mac.SetType("ns3::AdhocWifiMac");
        WifiHelper wifi;
        wifi.SetStandard(WIFI_STANDARD_80211a);
        for (uint32_t i = 0; i < COUNT; ++i)
        {
            auto place = CreateObject<ConstantPositionMobilityModel>();
            place->SetPosition(Vector(i * DISTANCE, 0, 0));
            nodes.Get(i)->AggregateObject(place);
        }
        wifi.AssignStreams(wifi.Install(phy, mac, nodes), 100);
        for (uint32_t i = 0; i < COUNT; ++i)
        {
            AddIpv4(nodes.Get(i)->GetDevice(1), Address(i));
        }
    }

    static std::string Address(uint32_t node)
    {
        return "10.1.0." + std::to_string(node + 1);
    }
};

TEST_P(AdhocTest, EachNodeTracksTheFlowOnce)
{
    for (uint32_t i = 0; i < COUNT; ++i)
    {
        Install(i);
    }
    UdpPeer& client = AddUdp(0, 5000);
    AddUdp(LAST, 7).echo = true;
    At(GetParam().ready, [&] { client.Send(Address(LAST), 7); });
    At(GetParam().ready + 1, [&] { client.Send(Address(LAST), 7); });
    Run(GetParam().ready + 5);
    EXPECT_THAT(client.sizes, ElementsAre(100, 100));
    EXPECT_THAT(EventsWith("[NEW]", "dport=7 "), SizeIs(COUNT));
    EXPECT_THAT(EventsWith("[UPDATE]", "dport=7 [UNREPLIED]"), IsEmpty());
    EXPECT_THAT(invalids, IsEmpty());
    EXPECT_THAT(drops, IsEmpty());
}

TEST_P(AdhocTest, RulesOfTheRelayHold)
{
    Install(1, RuleWriter().Chain("fw", "forward", 0).Rule("fw", All(Port("udp", 8), DROP)).Text());
    UdpPeer& client = AddUdp(0, 5000);
    UdpPeer& open = AddUdp(LAST, 7);
    UdpPeer& refused = AddUdp(LAST, 8);
    At(GetParam().ready, [&] { client.Send(Address(LAST), 7); });
    At(GetParam().ready + 1, [&] { client.Send(Address(LAST), 8); });
    Run(GetParam().ready + 5);
    EXPECT_THAT(open.sizes, SizeIs(1));
    EXPECT_THAT(refused.sizes, IsEmpty());
    EXPECT_THAT(drops, ElementsAre(DropReason::Rule));
}

TEST_P(AdhocTest, PingOfAHostWithItsOwnIsAnswered)
{
    for (uint32_t i = 0; i < COUNT; ++i)
    {
        Install(i);
    }
    uint32_t answers = 0;
    Ptr<Application> ping = MakePing(Address(LAST), [&] { ++answers; });
    nodes.Get(0)->AddApplication(ping);
    ping->SetStartTime(Seconds(GetParam().ready));
    ping->SetStopTime(Seconds(GetParam().ready + 2.5));
    Run(GetParam().ready + 5);
    EXPECT_EQ(answers, 3U);
    EXPECT_THAT(EventsWith("[NEW]", "icmp"), SizeIs(COUNT));
    EXPECT_THAT(invalids, IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    Protocols,
    AdhocTest,
    ::testing::Values(AdhocRow{"Aodv", [] { return std::make_unique<AodvHelper>(); }, 2},
                      AdhocRow{"Olsr", [] { return std::make_unique<OlsrHelper>(); }, 15}),
    [](const auto& row) { return row.param.name; });

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
