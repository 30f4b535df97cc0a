/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

// A network that changes around a Conntrack: devices, interfaces, addresses, routing protocols.
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
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr uint32_t CLIENT = 0;
constexpr uint32_t ROUTER = 1;
constexpr uint32_t SERVER = 2;

class ChangeTest : public SimulationTest, public ::testing::WithParamInterface<Ip>
{
  protected:
    static std::string Address(uint32_t node, uint32_t link)
    {
        return AddressOf(node, link, GetParam());
    }

    UdpPeer& AddPeer(uint32_t node, uint16_t port)
    {
        return AddUdp(node, port, GetParam());
    }

    /// @return rules that drop UDP to port 8 on its way through
    static std::string NoPort8()
    {
        return RuleWriter().Chain("fw", "forward", 0).Rule("fw", All(Port("udp", 8), DROP)).Text();
    }

    /// A third node on a second link of the router.
    void AddServer()
    {
        nodes.Create(1);
        InternetStackHelper().Install(nodes.Get(SERVER));
        const auto devices =
            CsmaHelper().Install(NodeContainer(nodes.Get(ROUTER), nodes.Get(SERVER)));
        // Not by Ipv4AddressHelper: its queue discs crash unless they were there from the
        // beginning.
        AddIpv4(devices.Get(0), AddressOf(ROUTER, 1));
        AddIpv4(devices.Get(1), AddressOf(SERVER, 1));
        AddIpv6(devices.Get(0), AddressOf(ROUTER, 1, Ip::V6));
        AddIpv6(devices.Get(1), AddressOf(SERVER, 1, Ip::V6));
        SetDefaultRoute(CLIENT, 0);
        SetDefaultRoute(SERVER, 1);
    }

    /// @param node whose route leads to the router @param link by which link
    void SetDefaultRoute(uint32_t node, uint32_t link)
    {
        Ipv4StaticRoutingHelper()
            .GetStaticRouting(nodes.Get(node)->GetObject<Ipv4>())
            ->SetDefaultRoute(AddressOf(ROUTER, link).c_str(), 1);
        Ipv6StaticRoutingHelper()
            .GetStaticRouting(nodes.Get(node)->GetObject<Ipv6>())
            ->SetDefaultRoute(AddressOf(ROUTER, link, Ip::V6).c_str(), 1);
    }

    /// Take an interface down or up, for both families.
    /// @param node whose @param link its link @param up whether up
    void SetInterface(uint32_t node, uint32_t link, bool up)
    {
        const uint32_t interface = link == node ? 2 : 1;
        Ptr<Ipv4> ipv4 = nodes.Get(node)->GetObject<Ipv4>();
        Ptr<Ipv6> ipv6 = nodes.Get(node)->GetObject<Ipv6>();
        if (!up)
        {
            ipv4->SetDown(interface);
            ipv6->SetDown(interface); // which takes the addresses away
            return;
        }
        ipv4->SetUp(interface);
        ipv6->SetUp(interface);
        const std::string address = AddressOf(node, link, Ip::V6);
        ipv6->AddAddress(interface, Ipv6InterfaceAddress(address.c_str(), Ipv6Prefix(64)));
    }

    /// Give a node the stack that it lacks, as InternetStackHelper does for a node without any.
    static void AddStack(Ptr<Node> node, Ip version)
    {
        const bool ipv4 = version == Ip::V4;
        for (const char* type :
             ipv4
                 ? std::vector{"ns3::ArpL3Protocol", "ns3::Ipv4L3Protocol", "ns3::Icmpv4L4Protocol"}
                 : std::vector{"ns3::Ipv6L3Protocol", "ns3::Icmpv6L4Protocol"})
        {
            node->AggregateObject(ObjectFactory(type).Create<Object>());
        }
        if (ipv4)
        {
            node->GetObject<Ipv4>()->SetRoutingProtocol(Ipv4StaticRoutingHelper().Create(node));
            return;
        }
        Ptr<Ipv6L3Protocol> ipv6 = node->GetObject<Ipv6L3Protocol>();
        ipv6->SetRoutingProtocol(Ipv6StaticRoutingHelper().Create(node));
        ipv6->RegisterExtensions();
        ipv6->RegisterOptions();
    }
};

TEST_P(ChangeTest, InstalledBeforeDevicesAddressesAndRoutes)
{
    CreateNodes(3);
    Install(ROUTER, NoPort8());
    Connect(LinkKind::Csma);
    UdpPeer& client = AddPeer(CLIENT, 5000);
    UdpPeer& open = AddPeer(SERVER, 7);
    open.echo = true;
    UdpPeer& refused = AddPeer(SERVER, 8);
    At(2, [&] { client.Send(Address(SERVER, 1), 8); });
    At(3, [&] { client.Send(Address(SERVER, 1), 7); });
    Run(5);
    EXPECT_THAT(client.sizes, ElementsAre(100));
    EXPECT_THAT(refused.sizes, IsEmpty());
    EXPECT_THAT(drops, ElementsAre(DropReason::Rule));
    EXPECT_THAT(EventsWith("[NEW]"), SizeIs(1));
}

TEST_P(ChangeTest, DeviceAndInterfaceAddedInTheRun)
{
    Build(2, LinkKind::Csma);
    Install(ROUTER, NoPort8());
    UdpPeer& client = AddPeer(CLIENT, 5000);
    UdpPeer* open = nullptr;
    UdpPeer* refused = nullptr;
    At(2, [&] {
        AddServer();
        open = &AddPeer(SERVER, 7);
        open->echo = true;
        refused = &AddPeer(SERVER, 8);
    });
    At(5, [&] { client.Send(Address(SERVER, 1), 8); });
    At(6, [&] { client.Send(Address(SERVER, 1), 7); });
    Run(10);
    EXPECT_THAT(client.sizes, ElementsAre(100));
    EXPECT_THAT(refused->sizes, IsEmpty());
    EXPECT_THAT(drops, ElementsAre(DropReason::Rule));
    EXPECT_THAT(EventsWith("[NEW]"), SizeIs(1));
    EXPECT_THAT(EventsWith("[UPDATE]"), SizeIs(1));
}

TEST_P(ChangeTest, AddressAddedInTheRunIsLocalUntilItIsRemoved)
{
    const std::string address = GetParam() == Ip::V4 ? "10.1.0.77" : "fd00:1::77";
    Build(3, LinkKind::Csma);
    Install(ROUTER,
            RuleWriter().Chain("in", "input", 0).Rule("in", All(Port("udp", 8), DROP)).Text());
    UdpPeer& client = AddPeer(CLIENT, 5000);
    UdpPeer& open = AddPeer(ROUTER, 7);
    UdpPeer& refused = AddPeer(ROUTER, 8);
    At(2, [&] {
        nodes.Get(ROUTER)->GetObject<Ipv4>()->AddAddress(
            1,
            Ipv4InterfaceAddress("10.1.0.77", "255.255.255.0"));
        nodes.Get(ROUTER)->GetObject<Ipv6>()->AddAddress(
            1,
            Ipv6InterfaceAddress("fd00:1::77", Ipv6Prefix(64)));
    });
    At(5, [&] { client.Send(address, 7); });
    At(6, [&] { client.Send(address, 8); });
    At(7, [&] {
        nodes.Get(ROUTER)->GetObject<Ipv4>()->RemoveAddress(1, Ipv4Address("10.1.0.77"));
        nodes.Get(ROUTER)->GetObject<Ipv6>()->RemoveAddress(1, Ipv6Address("fd00:1::77"));
    });
    At(8, [&] { client.Send(address, 8); });
    Run(9);
    EXPECT_THAT(open.sizes, ElementsAre(100));
    EXPECT_THAT(refused.sizes, IsEmpty());
    EXPECT_THAT(drops, ElementsAre(DropReason::Rule));
}

TEST_P(ChangeTest, InterfaceOfTheWayOutDownAndUpAgain)
{
    Build(3, LinkKind::Csma);
    Install(ROUTER);
    UdpPeer& client = AddPeer(CLIENT, 5000);
    UdpPeer& server = AddPeer(SERVER, 7);
    At(2, [&] { SetInterface(ROUTER, 1, false); });
    At(3, [&] { client.Send(Address(SERVER, 1), 7); });
    At(4, [&] { SetInterface(ROUTER, 1, true); });
    At(6, [&] { client.Send(Address(SERVER, 1), 7); });
    Run(7);
    EXPECT_THAT(server.sizes, SizeIs(1));
    EXPECT_THAT(drops, IsEmpty());
}

TEST_P(ChangeTest, InterfaceThatIsDownBringsNothingIn)
{
    Build(2, LinkKind::Csma);
    Install(ROUTER, RuleWriter().Chain("pre", "prerouting", -300).Rule("pre", Log("x")).Text());
    UdpPeer& client = AddPeer(CLIENT, 5000);
    UdpPeer& router = AddPeer(ROUTER, 7);
    At(2, [&] { client.Send(Address(ROUTER, 0), 7); });
    At(3, [&] {
        SetInterface(ROUTER, 0, false);
        logs.clear();
    });
    At(4, [&] { client.Send(Address(ROUTER, 0), 7); });
    At(4.5, [&] { EXPECT_THAT(logs, IsEmpty()); });
    At(5, [&] { SetInterface(ROUTER, 0, true); });
    At(7, [&] { client.Send(Address(ROUTER, 0), 7); });
    Run(100);
    EXPECT_THAT(router.sizes, SizeIs(2));
    ASSERT_THAT(times, SizeIs(2));
    EXPECT_NEAR(static_cast<double>(times[1]), 37e9, 0.1e9); // the lost one renewed nothing
}

TEST_P(ChangeTest, ReplacedRoutingProtocolIsFiltered)
{
    Build(3, LinkKind::Csma);
    Install(ROUTER, NoPort8());
    UdpPeer& client = AddPeer(CLIENT, 5000);
    UdpPeer& open = AddPeer(SERVER, 7);
    open.echo = true;
    UdpPeer& refused = AddPeer(SERVER, 8);
    At(1, [&] { client.Send(Address(SERVER, 1), 8); });
    At(2, [&] {
        Ptr<Node> router = nodes.Get(ROUTER);
        router->GetObject<Ipv4>()->SetRoutingProtocol(Ipv4StaticRoutingHelper().Create(router));
        router->GetObject<Ipv6>()->SetRoutingProtocol(Ipv6StaticRoutingHelper().Create(router));
        SetInterface(ROUTER, 0, true); // so that they know the networks
        SetInterface(ROUTER, 1, true);
    });
    At(5, [&] { client.Send(Address(SERVER, 1), 8); });
    At(6, [&] { client.Send(Address(SERVER, 1), 7); });
    Run(10);
    EXPECT_THAT(client.sizes, ElementsAre(100));
    EXPECT_THAT(refused.sizes, IsEmpty());
    EXPECT_THAT(drops, ElementsAre(DropReason::Rule, DropReason::Rule));
}

TEST_P(ChangeTest, StackOfTheOtherFamilyAddedLater)
{
    const bool ipv4 = GetParam() == Ip::V4;
    nodes.Create(1);
    InternetStackHelper first;
    first.SetIpv4StackInstall(!ipv4);
    first.SetIpv6StackInstall(ipv4);
    first.Install(nodes);
    Ptr<Conntrack> conntrack = Install(CLIENT);
    AddStack(nodes.Get(CLIENT), GetParam());
    conntrack->Attach();
    conntrack->Attach(); // once more does not track twice
    UdpPeer& client = AddPeer(CLIENT, 5000);
    UdpPeer& self = AddPeer(CLIENT, 7);
    At(2, [&] { client.Send(ipv4 ? "127.0.0.1" : "::1", 7); });
    Run(5);
    EXPECT_THAT(self.sizes, SizeIs(1));
    EXPECT_THAT(EventsWith("[NEW]"), SizeIs(1));
}

INSTANTIATE_TEST_SUITE_P(Families,
                         ChangeTest,
                         ::testing::Values(Ip::V4, Ip::V6),
                         [](const auto& row) { return row.param == Ip::V4 ? "Ipv4" : "Ipv6"; });

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
