/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

// NAT on a router between ns-3's own stacks: node 0 inside, node 1 the router, node 2 outside.
#include "test/system/ftp-fixture.h"
#include "test/system/world-row.h"

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

StatefulFirewall
Home()
{
    StatefulFirewall home;
    home.inside = "eth1";
    home.outside = "eth2";
    home.masquerades = true;
    home.helpers = {{"ftp", protocol::TCP, 21}};
    return home;
}

class NatWorlds : public FtpTest, public ::testing::WithParamInterface<WorldRow>
{
  protected:
    NatWorlds()
    {
        Config::SetGlobal("ChecksumEnabled", BooleanValue(GetParam().checksums));
        Build(3);
    }

    Ip Version() const
    {
        return GetParam().version;
    }

    std::string Client() const
    {
        return AddressOf(0, 0, Version());
    }

    std::string RouterOutside() const
    {
        return AddressOf(1, 1, Version());
    }
};

TEST_P(NatWorlds, MasqueradedEcho)
{
    Ptr<Conntrack> router = Install(1, ToJson(Home()));
    UdpPeer& client = AddUdp(0, 5000, Version());
    UdpPeer& server = AddUdp(2, 7, Version());
    server.echo = true;
    At(1, [&] { client.Send(ServerAddress(Version()), 7); });
    At(2, [&] { client.Send(ServerAddress(Version()), 7, 1200); });
    Run(5);
    EXPECT_THAT(server.sizes, ElementsAre(100, 1200));
    EXPECT_THAT(client.sizes, ElementsAre(100, 1200));
    EXPECT_THAT(server.from, Each(RouterOutside() + " 5000"));
    EXPECT_THAT(client.from, Each(ServerAddress(Version()) + " 7"));
    EXPECT_THAT(events, Contains(HasSubstr("dst=" + RouterOutside() + " sport=7 dport=5000")));
    EXPECT_THAT(drops, IsEmpty());
}

TEST_P(NatWorlds, FtpThroughMasqueradeInEachMode)
{
    Ptr<Conntrack> router = Install(1, ToJson(Home()));
    AddServer();
    for (const FtpMode mode :
         {FtpMode::Active, FtpMode::Passive, FtpMode::ExtendedActive, FtpMode::ExtendedPassive})
    {
        FtpClientHelper helper = FtpTest::Client(mode, Version());
        SetConstant(helper, "Transfers", 4);
        SetConstant(helper, "FileSize", 30000);
        AddClient(helper, 1 + static_cast<double>(mode));
    }
    Run(60);
    EXPECT_THAT(client.Outcomes(), SizeIs(16));
    EXPECT_THAT(client.Outcomes(), Each(FtpOutcome::Completed));
    EXPECT_THAT(server.Outcomes(), Each(FtpOutcome::Completed));
    EXPECT_THAT(client.Ends(), Each(FtpSessionEnd::Quit));
    EXPECT_EQ(router->GetStatistics().expectNew, 16U);
    EXPECT_THAT(drops, IsEmpty());
    EXPECT_THAT(invalids, IsEmpty());
}

TEST_P(NatWorlds, WithoutTheNatHelperOnlyPassiveModeWorks)
{
    Ptr<Conntrack> router = Install(1, ToJson(Home()));
    router->GetHelpers()->UnregisterNat(router->GetHelpers()->FindNat("ip_nat_ftp"));
    AddServer();
    for (const FtpMode mode : {FtpMode::Active, FtpMode::Passive})
    {
        FtpClientHelper helper = FtpTest::Client(mode, Version());
        helper.SetAttribute("DataTimeout", TimeValue(Seconds(20)));
        AddClient(helper, mode == FtpMode::Active ? 1 : 100);
    }
    Run(300);
    // The server refuses an endpoint that is not its client's: it sees the router.
    EXPECT_THAT(client.Outcomes(), ElementsAre(FtpOutcome::CommandRefused, FtpOutcome::Completed));
}

TEST_P(NatWorlds, ForwardedPort)
{
    StatefulFirewall home = Home();
    home.forwards = {{protocol::UDP, 8080, Client(), 7}};
    Install(1, ToJson(home));
    UdpPeer& inside = AddUdp(0, 7, Version());
    inside.echo = true;
    UdpPeer& outside = AddUdp(2, 6000, Version());
    At(1, [&] { outside.Send(RouterOutside(), 8080); });
    Run(5);
    EXPECT_THAT(inside.from, ElementsAre(ServerAddress(Version()) + " 6000"));
    EXPECT_THAT(outside.from, ElementsAre(RouterOutside() + " 8080"));
    EXPECT_THAT(drops, IsEmpty());
}

TEST_P(NatWorlds, FtpServerBehindForwardedPorts)
{
    StatefulFirewall home = Home();
    home.forwards = {{protocol::TCP, 21, Client(), 0}, {protocol::TCP, 2121, Client(), 21}};
    Ptr<Conntrack> router = Install(1, ToJson(home));
    Hear(FtpServerHelper().Install(nodes.Get(0)).Get(0), server);
    for (const FtpMode mode :
         {FtpMode::Active, FtpMode::Passive, FtpMode::ExtendedActive, FtpMode::ExtendedPassive})
    {
        for (const uint16_t port : {21, 2121})
        {
            FtpClientHelper helper(SocketAddressOf(RouterOutside(), port));
            helper.SetAttribute("Mode", EnumValue(static_cast<int>(mode)));
            SetConstant(helper, "Transfers", 3);
            ApplicationContainer clients = helper.Install(nodes.Get(2));
            clients.Start(Seconds(1 + static_cast<double>(mode)));
            Hear(clients.Get(0), client);
        }
    }
    Run(60);
    EXPECT_THAT(client.Outcomes(), SizeIs(24));
    EXPECT_THAT(client.Outcomes(), Each(FtpOutcome::Completed));
    EXPECT_THAT(server.Ends(), Each(FtpSessionEnd::Quit));
    EXPECT_EQ(router->GetStatistics().expectNew, 24U);
    EXPECT_THAT(drops, IsEmpty());
    EXPECT_THAT(invalids, IsEmpty());
}

TEST_P(NatWorlds, PortsOfTwoClientsDoNotClash)
{
    Install(1, ToJson(Home()));
    UdpPeer& server = AddUdp(2, 7, Version());
    server.echo = true;
    // The router itself talks from the port that the client has.
    UdpPeer& own = AddUdp(1, 5000, Version());
    UdpPeer& client = AddUdp(0, 5000, Version());
    At(1, [&] { own.Send(ServerAddress(Version()), 7, 50); });
    At(2, [&] { client.Send(ServerAddress(Version()), 7, 60); });
    Run(5);
    EXPECT_THAT(own.sizes, ElementsAre(50));
    EXPECT_THAT(client.sizes, ElementsAre(60));
    ASSERT_THAT(server.from, SizeIs(2));
    EXPECT_EQ(server.from[0], RouterOutside() + " 5000");
    EXPECT_NE(server.from[1], RouterOutside() + " 5000");
}

TEST_P(NatWorlds, MasqueradedConnectionsEndWithTheInterface)
{
    Ptr<Conntrack> router = Install(1, ToJson(Home()));
    UdpPeer& client = AddUdp(0, 5000, Version());
    AddUdp(2, 7, Version()).echo = true;
    At(1, [&] { client.Send(ServerAddress(Version()), 7); });
    uint32_t before = 0;
    uint32_t after = 0;
    const auto count = [&] {
        uint32_t found = 0;
        router->GetConnections().ForEach([&](Connection& connection) {
            found += connection.Original().destinationPort == 7 ? 1 : 0;
        });
        return found;
    };
    At(2, [&] {
        before = count();
        if (Version() == Ip::V4)
        {
            nodes.Get(1)->GetObject<Ipv4>()->SetDown(2);
        }
        else
        {
            nodes.Get(1)->GetObject<Ipv6>()->SetDown(2);
        }
        after = count();
    });
    Run(3);
    EXPECT_EQ(before, 1U);
    EXPECT_EQ(after, 0U);
}

TEST_P(NatWorlds, OwnPacketsAreMasqueradedAndRedirected)
{
    // The router's own packets to the server's port 70 go to port 7 (OUTPUT), and leave as its
    // outside address from a port of the range (POSTROUTING).
    const std::string family = Version() == Ip::V4 ? "ip" : "ip6";
    RuleWriter rules(family);
    rules.Add("chain",
              R"("name":"out","type":"nat","hook":"output","prio":-100,"policy":"accept")");
    rules.Add("chain",
              R"("name":"post","type":"nat","hook":"postrouting","prio":100,"policy":"accept")");
    rules.Rule("out",
               All(Port("udp", 70),
                   R"({"dnat":{"addr":")" + ServerAddress(Version()) + R"(","port":7}})"));
    rules.Rule("post", All(Port("udp", 7), R"({"masquerade":{"port":{"range":[9000,9001]}}})"));
    Install(1, rules.Text());
    // The answer comes in outside and is for the inner address.
    nodes.Get(1)->GetObject<Ipv6>()->SetAttribute("StrongEndSystemModel", BooleanValue(false));
    UdpPeer& own = AddUdp(1, 5000, Version());
    UdpPeer& server = AddUdp(2, 7, Version());
    server.echo = true;
    At(1, [&] { own.Send(Client(), 70); }); // to the inside: it is turned around
    Run(5);
    ASSERT_THAT(server.from, SizeIs(1));
    EXPECT_THAT(server.from[0], HasSubstr(RouterOutside() + " 900"));
    EXPECT_THAT(own.from, ElementsAre(Client() + " 70"));
}

INSTANTIATE_TEST_SUITE_P(All, NatWorlds, ::testing::ValuesIn(WORLDS), [](const auto& info) {
    return info.param.label;
});

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
