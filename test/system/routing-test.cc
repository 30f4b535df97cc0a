/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

// ns-3's routing protocols and helpers work as before on a node with a Conntrack.
#include "test/system/simulation-fixture.h"

#include "ns3/aodv-helper.h"
#include "ns3/aodv-routing-protocol.h"
#include "ns3/ipv4-global-routing-helper.h"
#include "ns3/ipv4-list-routing-helper.h"
#include "ns3/nix-vector-helper.h"
#include "ns3/olsr-helper.h"
#include "ns3/olsr-routing-protocol.h"
#include "ns3/rip-helper.h"
#include "ns3/rip.h"
#include "ns3/ripng-helper.h"

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

/// A routing protocol, how its nodes get it, and how long it takes to know its routes.
struct Protocol
{
    const char* name;
    std::function<std::unique_ptr<Ipv4RoutingHelper>()> make;
    double ready;
};

class RoutingTest : public SimulationTest, public ::testing::WithParamInterface<Protocol>
{
  protected:
    RoutingTest()
    {
        const auto helper = GetParam().make();
        Build(4, LinkKind::Csma, helper.get());
    }

    void Go()
    {
        if (std::string(GetParam().name) == "Global")
        {
            Ipv4GlobalRoutingHelper::PopulateRoutingTables();
        }
        Run(GetParam().ready + 10);
    }
};

TEST_P(RoutingTest, EchoCrossesTwoFirewalls)
{
    Ptr<Conntrack> first = Install(1, Firewall());
    Ptr<Conntrack> second = Install(2, Firewall());
    UdpPeer& client = AddUdp(0, 5000);
    AddUdp(3, 7).echo = true;
    At(GetParam().ready, [&] { client.Send(ServerAddress(), 7); });
    Go();
    EXPECT_THAT(client.sizes, ElementsAre(100));
    EXPECT_EQ(EventsWith("[NEW]", "dport=7 ").size(), 2U);
    EXPECT_EQ(EventsWith("[UPDATE]", "dport=7 ").size(), 2U);
    uint32_t tracked = 0;
    for (const Ptr<Conntrack>& each : {first, second})
    {
        each->GetConnections().ForEach([&](Connection& connection) {
            tracked += connection.Original().destinationPort == 7 ? 1 : 0;
        });
    }
    EXPECT_EQ(tracked, 2U);
}

TEST_P(RoutingTest, FirewallRefusesTheOtherWay)
{
    Install(1, Firewall());
    UdpPeer& client = AddUdp(0, 5000);
    UdpPeer& server = AddUdp(3, 7);
    At(GetParam().ready, [&] { server.Send(AddressOf(0, 0), 5000); });
    Go();
    EXPECT_THAT(client.sizes, IsEmpty());
    EXPECT_THAT(drops, ElementsAre(DropReason::Rule));
}

template <typename Helper>
std::unique_ptr<Ipv4RoutingHelper>
Make()
{
    return std::make_unique<Helper>();
}

std::unique_ptr<Ipv4RoutingHelper>
MakeList()
{
    auto list = std::make_unique<Ipv4ListRoutingHelper>();
    list->Add(Ipv4StaticRoutingHelper(), 10);
    list->Add(OlsrHelper(), 5);
    return list;
}

std::unique_ptr<Ipv4RoutingHelper>
MakeStatic()
{
    return nullptr; // Build then sets the routes itself
}

INSTANTIATE_TEST_SUITE_P(Protocols,
                         RoutingTest,
                         ::testing::Values(Protocol{"Static", MakeStatic, 2},
                                           Protocol{"Global", Make<Ipv4GlobalRoutingHelper>, 2},
                                           Protocol{"List", MakeList, 15},
                                           Protocol{"Olsr", Make<OlsrHelper>, 15},
                                           Protocol{"Aodv", Make<AodvHelper>, 2},
                                           Protocol{"Rip", Make<RipHelper>, 15},
                                           Protocol{"NixVector", Make<Ipv4NixVectorHelper>, 2}),
                         [](const auto& row) { return row.param.name; });

class RoutingHelperTest : public SimulationTest
{
};

TEST_F(RoutingHelperTest, StaticRoutingIsFoundAfterInstall)
{
    Build(3);
    Ipv4StaticRoutingHelper four;
    Ipv6StaticRoutingHelper six;
    Ptr<Ipv4> ipv4 = nodes.Get(1)->GetObject<Ipv4>();
    Ptr<Ipv6> ipv6 = nodes.Get(1)->GetObject<Ipv6>();
    const auto before4 = four.GetStaticRouting(ipv4);
    const auto before6 = six.GetStaticRouting(ipv6);
    Install(1);
    EXPECT_NE(before4, nullptr);
    EXPECT_EQ(four.GetStaticRouting(ipv4), before4);
    EXPECT_NE(before6, nullptr);
    EXPECT_EQ(six.GetStaticRouting(ipv6), before6);
}

TEST_F(RoutingHelperTest, ListRoutingIsFoundAfterInstall)
{
    Ipv4ListRoutingHelper list;
    list.Add(Ipv4StaticRoutingHelper(), 10);
    list.Add(OlsrHelper(), 5);
    Build(3, LinkKind::Csma, &list);
    Install(1);
    Ptr<Ipv4RoutingProtocol> routing = nodes.Get(1)->GetObject<Ipv4>()->GetRoutingProtocol();
    EXPECT_NE(Ipv4RoutingHelper::GetRouting<olsr::RoutingProtocol>(routing), nullptr);
    EXPECT_NE(Ipv4RoutingHelper::GetRouting<Ipv4StaticRouting>(routing), nullptr);
    EXPECT_EQ(Ipv4RoutingHelper::GetRouting<Rip>(routing), nullptr);
}

TEST_F(RoutingHelperTest, ProtocolOutsideAListIsFoundAfterInstall)
{
    OlsrHelper olsr;
    Build(3, LinkKind::Csma, &olsr);
    Install(1);
    Ptr<Ipv4RoutingProtocol> routing = nodes.Get(1)->GetObject<Ipv4>()->GetRoutingProtocol();
    EXPECT_NE(Ipv4RoutingHelper::GetRouting<olsr::RoutingProtocol>(routing), nullptr);
}

TEST_F(RoutingHelperTest, RipNgFindsItsRoutesAndIsFiltered)
{
    RipNgHelper ripNg;
    Build(4, LinkKind::Csma, nullptr, &ripNg);
    Install(1, Firewall());
    Install(2, Firewall());
    UdpPeer& client = AddUdp(0, 5000, Ip::V6);
    UdpPeer& server = AddUdp(3, 7, Ip::V6);
    server.echo = true;
    At(15, [&] { server.Send(AddressOf(0, 0, Ip::V6), 5000); });
    At(16, [&] { client.Send(ServerAddress(Ip::V6), 7); });
    Run(20);
    EXPECT_THAT(client.sizes, ElementsAre(100));
    EXPECT_THAT(drops, ElementsAre(DropReason::Rule));
    EXPECT_EQ(EventsWith("[NEW]", "dport=7 ").size(), 2U);
}

/// A host that waits for its route: AODV keeps the packet and forwards it itself, later.
class DeferredTest : public SimulationTest
{
  protected:
    DeferredTest()
    {
        AodvHelper aodv;
        Build(3, LinkKind::Csma, &aodv);
    }
};

TEST_F(DeferredTest, PacketIsLookedUpAgainAndTracked)
{
    Ptr<Conntrack> host = Install(0);
    UdpPeer& client = AddUdp(0, 5000);
    AddUdp(2, 7).echo = true;
    At(2, [&] { client.Send(ServerAddress(), 7); });
    Run(5);
    EXPECT_THAT(client.sizes, ElementsAre(100));
    ASSERT_EQ(EventsWith("dport=7").size(), 2U);
    EXPECT_THAT(EventsWith("dport=7")[0], HasSubstr("[NEW]"));
}

TEST_F(DeferredTest, OwnPacketDoesNotMeetForward)
{
    Install(0, RuleWriter().Chain("fw", "forward", 0, "drop").Text());
    UdpPeer& client = AddUdp(0, 5000);
    UdpPeer& server = AddUdp(2, 7);
    At(2, [&] { client.Send(ServerAddress(), 7); });
    Run(5);
    EXPECT_THAT(server.sizes, ElementsAre(100));
    EXPECT_THAT(drops, IsEmpty());
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
