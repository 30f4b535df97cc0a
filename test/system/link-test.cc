/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

// A stateful firewall between links of each kind, on a bridge, and a host that talks to itself.
#include "test/system/simulation-fixture.h"

namespace ns3
{
namespace conntrack
{
namespace test
{
namespace
{

using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr uint32_t CLIENT = 0;
constexpr uint32_t ROUTER = 1;
constexpr uint32_t SERVER = 2;

std::string
FamilyName(Ip version)
{
    return version == Ip::V4 ? "Ipv4" : "Ipv6";
}

/// A kind of links and a family.
struct LinkRow
{
    const char* name;
    LinkKind kind;
};

/// For GoogleTest, which else prints bytes, even padding.
void
PrintTo(const LinkRow& row, std::ostream* stream)
{
    *stream << row.name;
}

class LinkTest : public SimulationTest,
                 public ::testing::WithParamInterface<std::tuple<LinkRow, Ip>>
{
  protected:
    LinkTest()
    {
        Build(3, std::get<LinkRow>(GetParam()).kind);
        NetfilterHelper helper;
        helper.SetAttribute("Acct", BooleanValue(true));
        helper.SetAttribute("UdpTimeout", TimeValue(Seconds(5)));
        helper.SetAttribute("TcpTimeoutTimeWait", TimeValue(Seconds(5)));
        conntrack = Install(ROUTER, Firewall(), helper);
    }

    static Ip Version()
    {
        return std::get<Ip>(GetParam());
    }

    Ptr<Conntrack> conntrack;
};

TEST_P(LinkTest, UdpIsAnsweredAndCounted)
{
    UdpPeer& client = AddUdp(CLIENT, 5000, Version());
    UdpPeer& server = AddUdp(SERVER, 7, Version());
    server.echo = true;
    SendMeter sent(nodes.Get(CLIENT), protocol::UDP);
    At(2, [&] { client.Send(ServerAddress(Version()), 7, 100); });
    At(2.5, [&] { client.Send(ServerAddress(Version()), 7, 1000); });
    Run(10);
    EXPECT_THAT(client.sizes, ElementsAre(100, 1000));
    EXPECT_THAT(EventsWith("[DESTROY]"),
                ElementsAre(AllOf(HasSubstr("dport=7 " + sent.Text()),
                                  HasSubstr("dport=5000 " + sent.Text()))));
    EXPECT_THAT(drops, IsEmpty());
}

TEST_P(LinkTest, TcpPassesThroughItsStates)
{
    TcpServer server(nodes.Get(SERVER), 80, Version());
    SendMeter sent(nodes.Get(CLIENT), protocol::TCP);
    std::unique_ptr<TcpClient> client;
    At(2, [&] {
        client =
            std::make_unique<TcpClient>(nodes.Get(CLIENT), ServerAddress(Version()), 80, 30000);
    });
    Run(20);
    EXPECT_EQ(server.bytes, 30000U);
    EXPECT_THAT(EventsWith("[UPDATE]", "ESTABLISHED"), SizeIs(1));
    EXPECT_THAT(EventsWith("[DESTROY]"), ElementsAre(HasSubstr("dport=80 " + sent.Text())));
    EXPECT_THAT(invalids, IsEmpty());
    EXPECT_THAT(drops, IsEmpty());
}

TEST_P(LinkTest, NothingComesInFromOutside)
{
    UdpPeer& client = AddUdp(CLIENT, 5000, Version());
    UdpPeer& server = AddUdp(SERVER, 7, Version());
    At(2, [&] { server.Send(AddressOf(CLIENT, 0, Version()), 5000); });
    Run(4);
    EXPECT_THAT(client.sizes, IsEmpty());
    EXPECT_THAT(drops, ElementsAre(DropReason::Rule));
    EXPECT_THAT(events, IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    Kinds,
    LinkTest,
    ::testing::Combine(::testing::Values(LinkRow{"PointToPoint", LinkKind::PointToPoint},
                                         LinkRow{"Csma", LinkKind::Csma},
                                         LinkRow{"Bridged", LinkKind::Bridged},
                                         LinkRow{"WifiAdhoc", LinkKind::WifiAdhoc},
                                         LinkRow{"WifiAccessPoint", LinkKind::WifiAccessPoint}),
                       ::testing::Values(Ip::V4, Ip::V6)),
    [](const auto& row) {
        return std::get<LinkRow>(row.param).name + FamilyName(std::get<Ip>(row.param));
    });

/// A router whose inner side is a bridge of two ports: two clients and a server.
class BridgeTest : public SimulationTest, public ::testing::WithParamInterface<Ip>
{
  protected:
    static constexpr uint32_t OTHER_CLIENT = 3;

    BridgeTest()
    {
        nodes.Create(4);
        InternetStackHelper().Install(nodes);
        CsmaHelper csma;
        const auto first = csma.Install(NodeContainer(nodes.Get(CLIENT), nodes.Get(ROUTER)));
        const auto second = csma.Install(NodeContainer(nodes.Get(OTHER_CLIENT), nodes.Get(ROUTER)));
        const auto bridge = BridgeHelper().Install(
            nodes.Get(ROUTER),
            NetDeviceContainer(first.Get(1), second.Get(1))); // of eth1 and eth2
        const auto outer = csma.Install(NodeContainer(nodes.Get(ROUTER), nodes.Get(SERVER)));
        AddAddress(first.Get(0), "1", "1");
        AddAddress(second.Get(0), "1", "3");
        AddAddress(bridge.Get(0), "1", "2");
        AddAddress(outer.Get(0), "2", "1");
        AddAddress(outer.Get(1), "2", "2");
        AddDefaultRoute(CLIENT, "1", "2");
        AddDefaultRoute(OTHER_CLIENT, "1", "2");
        AddDefaultRoute(SERVER, "2", "1");
        StatefulFirewall firewall;
        firewall.inside = "br0";
        firewall.outside = "wan";
        conntrack = Install(ROUTER, ToJson(firewall));
        conntrack->SetInterfaceName(bridge.Get(0), "br0");
        conntrack->SetInterfaceName(outer.Get(0), "wan");
    }

    static std::string Address(const std::string& net, const std::string& host)
    {
        return GetParam() == Ip::V4 ? "10." + net + ".0." + host : "fd00:" + net + "::" + host;
    }

    static void AddAddress(Ptr<NetDevice> device, const std::string& net, const std::string& host)
    {
        AddIpv4(device, "10." + net + ".0." + host);
        AddIpv6(device, "fd00:" + net + "::" + host);
    }

    void AddDefaultRoute(uint32_t node, const std::string& net, const std::string& host)
    {
        Ipv4StaticRoutingHelper()
            .GetStaticRouting(nodes.Get(node)->GetObject<Ipv4>())
            ->SetDefaultRoute(("10." + net + ".0." + host).c_str(), 1);
        Ipv6StaticRoutingHelper()
            .GetStaticRouting(nodes.Get(node)->GetObject<Ipv6>())
            ->SetDefaultRoute(("fd00:" + net + "::" + host).c_str(), 1);
    }

    Ptr<Conntrack> conntrack;
};

TEST_P(BridgeTest, RoutedPacketsComeInByTheBridge)
{
    UdpPeer& client = AddUdp(CLIENT, 5000, GetParam());
    UdpPeer& other = AddUdp(OTHER_CLIENT, 5001, GetParam());
    UdpPeer& server = AddUdp(SERVER, 7, GetParam());
    server.echo = true;
    At(2, [&] { client.Send(Address("2", "2"), 7); });
    At(3, [&] { other.Send(Address("2", "2"), 7); });
    At(4, [&] { server.Send(Address("1", "1"), 5002); });
    Run(5);
    EXPECT_THAT(client.sizes, SizeIs(1));
    EXPECT_THAT(other.sizes, SizeIs(1));
    EXPECT_THAT(drops, ElementsAre(DropReason::Rule));
    EXPECT_THAT(EventsWith("[NEW]"), SizeIs(2));
    EXPECT_THAT(EventsWith("[UPDATE]"), SizeIs(2));
}

TEST_P(BridgeTest, BridgedPacketsAreNoBusinessOfIts)
{
    UdpPeer& client = AddUdp(CLIENT, 5000, GetParam());
    UdpPeer& other = AddUdp(OTHER_CLIENT, 5001, GetParam());
    At(2, [&] { client.Send(Address("1", "3"), 5001); });
    At(3, [&] { other.Send(Address("1", "1"), 5000); });
    Run(5);
    EXPECT_THAT(client.sizes, SizeIs(1));
    EXPECT_THAT(other.sizes, SizeIs(1));
    EXPECT_THAT(events, IsEmpty());
    EXPECT_THAT(drops, IsEmpty());
}

/// A host that talks to itself, by its own address and by that of the loopback device.
class LoopbackTest : public SimulationTest,
                     public ::testing::WithParamInterface<std::tuple<Ip, bool>>
{
  protected:
    LoopbackTest()
    {
        Build(2);
        const auto [version, own] = GetParam();
        address = own ? AddressOf(0, 0, version) : version == Ip::V4 ? "127.0.0.1" : "::1";
    }

    static Ip Version()
    {
        return std::get<Ip>(GetParam());
    }

    std::string address;
};

TEST_P(LoopbackTest, UdpIsTrackedOnceEachWay)
{
    NetfilterHelper helper;
    helper.SetAttribute("Acct", BooleanValue(true));
    Install(CLIENT, "", helper);
    UdpPeer& client = AddUdp(CLIENT, 5000, Version());
    AddUdp(CLIENT, 7, Version()).echo = true;
    At(2, [&] { client.Send(address, 7); });
    Run(100);
    EXPECT_THAT(client.sizes, ElementsAre(100));
    EXPECT_THAT(EventsWith("[NEW]"),
                ElementsAre(HasSubstr("src=" + address + " dst=" + address + " sport=5000")));
    EXPECT_THAT(
        EventsWith("[DESTROY]"),
        ElementsAre(AllOf(HasSubstr("dport=7 packets=1 "), HasSubstr("dport=5000 packets=1 "))));
    EXPECT_THAT(invalids, IsEmpty());
}

TEST_P(LoopbackTest, TcpPassesThroughItsStates)
{
    Install(CLIENT);
    TcpServer server(nodes.Get(CLIENT), 80, Version());
    std::unique_ptr<TcpClient> client;
    At(2, [&] { client = std::make_unique<TcpClient>(nodes.Get(CLIENT), address, 80, 5000); });
    Run(200);
    EXPECT_EQ(server.bytes, 5000U);
    EXPECT_THAT(EventsWith("[NEW]"), SizeIs(1));
    EXPECT_THAT(EventsWith("ESTABLISHED"), SizeIs(1));
    EXPECT_THAT(EventsWith("[DESTROY]"), SizeIs(1));
    EXPECT_THAT(invalids, IsEmpty());
}

TEST_P(LoopbackTest, OutputRefusesByTheLoopbackDevicesName)
{
    Install(CLIENT,
            RuleWriter()
                .Chain("out", "output", 0)
                .Rule("out", All(Meta("oifname", "lo"), Port("udp", 8), DROP))
                .Text());
    UdpPeer& client = AddUdp(CLIENT, 5000, Version());
    UdpPeer& refused = AddUdp(CLIENT, 8, Version());
    UdpPeer& open = AddUdp(CLIENT, 7, Version());
    At(2, [&] { client.Send(address, 8); });
    At(3, [&] { client.Send(address, 7); });
    Run(5);
    EXPECT_THAT(refused.sizes, IsEmpty());
    EXPECT_THAT(open.sizes, SizeIs(1));
    EXPECT_THAT(drops, ElementsAre(DropReason::Rule));
}

INSTANTIATE_TEST_SUITE_P(Families,
                         BridgeTest,
                         ::testing::Values(Ip::V4, Ip::V6),
                         [](const auto& row) { return FamilyName(row.param); });

INSTANTIATE_TEST_SUITE_P(Addresses,
                         LoopbackTest,
                         ::testing::Combine(::testing::Values(Ip::V4, Ip::V6), ::testing::Bool()),
                         [](const auto& row) {
                             return FamilyName(std::get<Ip>(row.param)) +
                                    (std::get<bool>(row.param) ? "Own" : "Loopback");
                         });

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
