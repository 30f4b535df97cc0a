/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

// Errors that a router sends, as the ns-3 sockets of the endpoints see them.
#include "test/system/simulation-fixture.h"

#include "ns3/ipv4-raw-socket-factory.h"
#include "ns3/ipv6-list-routing.h"
#include "ns3/ipv6-static-routing.h"

namespace ns3
{
namespace conntrack
{
namespace test
{
namespace
{

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr uint32_t CLIENT = 0;
constexpr uint32_t ROUTER = 1;
constexpr uint32_t SERVER = 2;

/// An error, by type, code and additional word.
auto
ErrorIs(int type, int code)
{
    return AllOf(Field(&SeenError::type, type), Field(&SeenError::code, code));
}

class ErrorTest : public SimulationTest, public ::testing::WithParamInterface<Ip>
{
  protected:
    ErrorTest()
    {
        Build(3);
    }

    bool IsV4() const
    {
        return GetParam() == Ip::V4;
    }

    std::string Server() const
    {
        return ServerAddress(GetParam());
    }

    static std::string ForwardRule(const std::string& statements)
    {
        return RuleWriter().Chain("fw", "forward", 0).Rule("fw", statements).Text();
    }

    /// The client sends where its router has no route to.
    void SendNowhere()
    {
        if (IsV4())
        {
            Ipv4StaticRoutingHelper()
                .GetStaticRouting(nodes.Get(CLIENT)->GetObject<Ipv4>())
                ->SetDefaultRoute(AddressOf(ROUTER, 0).c_str(), 1);
        }
        else
        {
            Ipv6StaticRoutingHelper()
                .GetStaticRouting(nodes.Get(CLIENT)->GetObject<Ipv6>())
                ->SetDefaultRoute(AddressOf(ROUTER, 0, Ip::V6).c_str(), 1);
        }
        UdpPeer& client = AddUdp(CLIENT, 5000, GetParam());
        At(2, [&] { client.Send(IsV4() ? "10.99.0.1" : "fd00:99::1", 7); });
        Run(5);
        errors = client.errors;
    }

    std::vector<SeenError> errors; ///< that the client saw then
};

TEST_P(ErrorTest, RejectReachesTheUdpSocket)
{
    Install(ROUTER, ForwardRule(All(Port("udp", 7), Reject())));
    UdpPeer& client = AddUdp(CLIENT, 5000, GetParam());
    UdpPeer& server = AddUdp(SERVER, 7, GetParam());
    At(2, [&] { client.Send(Server(), 7); });
    Run(5);
    EXPECT_THAT(server.sizes, IsEmpty());
    // RFC 792: 3, 3; RFC 4443 3.1: 1, 4.
    EXPECT_THAT(client.errors, ElementsAre(IsV4() ? ErrorIs(3, 3) : ErrorIs(1, 4)));
    EXPECT_THAT(drops, ElementsAre(DropReason::Reject));
    EXPECT_THAT(events, IsEmpty());
}

TEST_P(ErrorTest, RejectWithAdminProhibited)
{
    Install(ROUTER, ForwardRule(All(Port("udp", 7), Reject("admin-prohibited"))));
    UdpPeer& client = AddUdp(CLIENT, 5000, GetParam());
    At(2, [&] { client.Send(Server(), 7); });
    Run(5);
    EXPECT_THAT(client.errors, ElementsAre(IsV4() ? ErrorIs(3, 13) : ErrorIs(1, 1)));
}

TEST_P(ErrorTest, RejectSparesOtherPorts)
{
    Install(ROUTER, ForwardRule(All(Port("udp", 7), Reject())));
    UdpPeer& client = AddUdp(CLIENT, 5000, GetParam());
    UdpPeer& server = AddUdp(SERVER, 8, GetParam());
    At(2, [&] { client.Send(Server(), 8); });
    Run(5);
    EXPECT_EQ(server.sizes.size(), 1U);
    EXPECT_THAT(client.errors, IsEmpty());
}

TEST_P(ErrorTest, TcpResetAnswersEachSyn)
{
    // ns-3's TCP does not heed it: with time stamps on, it discards a reset without one (against
    // RFC 7323 3.2), and in SYN_SENT one with ACK (against RFC 9293 3.10.7.3). So it tries again.
    Install(ROUTER, ForwardRule(All(Port("tcp", 80), TCP_RESET)));
    TcpServer server(nodes.Get(SERVER), 80, GetParam());
    SendMeter router(nodes.Get(ROUTER), protocol::TCP);
    std::unique_ptr<TcpClient> client;
    At(2, [&] { client = std::make_unique<TcpClient>(nodes.Get(CLIENT), Server(), 80, 10); });
    Run(6);
    EXPECT_FALSE(client->connected);
    EXPECT_EQ(server.accepted, 0U);
    EXPECT_THAT(drops, ElementsAre(DropReason::Reject, DropReason::Reject));
    EXPECT_THAT(events, IsEmpty());
    if (IsV4()) // ns-3's IPv6 does not trace what is handed to an interface
    {
        EXPECT_EQ(router.packets, 2U);
    }
}

TEST_P(ErrorTest, TcpResetsToAConnectingClientHarmNobody)
{
    Config::SetDefault("ns3::TcpSocketBase::Timestamp", BooleanValue(false));
    Install(ROUTER, ForwardRule(All(Port("tcp", 80), TCP_RESET)));
    TcpServer server(nodes.Get(SERVER), 80, GetParam());
    std::unique_ptr<TcpClient> client;
    At(2, [&] { client = std::make_unique<TcpClient>(nodes.Get(CLIENT), Server(), 80, 10); });
    Run(300); // with a window of 0 ns-3's persist timer crashes it
    EXPECT_FALSE(client->connected);
    EXPECT_THAT(drops, Each(DropReason::Reject)); // ns-3's client tries again
    EXPECT_THAT(drops, Not(IsEmpty()));
}

TEST_P(ErrorTest, TcpResetEndsAConnectionThatHasNothingToSend)
{
    Config::SetDefault("ns3::TcpSocketBase::Timestamp", BooleanValue(false));
    Ptr<Conntrack> conntrack = Install(ROUTER);
    TcpServer server(nodes.Get(SERVER), 80, GetParam());
    std::unique_ptr<TcpClient> client;
    At(2, [&] { client = std::make_unique<TcpClient>(nodes.Get(CLIENT), Server(), 80, 10000000); });
    At(2.2, [&] {
        RuleWriter rules;
        rules.Chain("fw", "forward", 0, "accept");
        rules.Rule("fw", All(Meta("iifname", "eth2"), Meta("l4proto", "tcp"), TCP_RESET));
        conntrack->LoadRuleset(rules.Text());
    });
    Run(60);
    EXPECT_TRUE(client->connected);
    EXPECT_LT(server.bytes, 10000000U);
}

TEST_P(ErrorTest, TcpResetEndsAnEstablishedConnection)
{
    Config::SetDefault("ns3::TcpSocketBase::Timestamp", BooleanValue(false));
    Ptr<Conntrack> conntrack = Install(ROUTER);
    TcpServer server(nodes.Get(SERVER), 80, GetParam());
    std::unique_ptr<TcpClient> client;
    At(2, [&] { client = std::make_unique<TcpClient>(nodes.Get(CLIENT), Server(), 80, 10000000); });
    At(2.2, [&] { conntrack->LoadRuleset(ForwardRule(All(Port("tcp", 80), TCP_RESET))); });
    Run(4);
    EXPECT_TRUE(client->connected);
    EXPECT_TRUE(client->closed || client->reset);
    EXPECT_GT(server.bytes, 0U);
    EXPECT_LT(server.bytes, 1000000U);
}

TEST_P(ErrorTest, PortUnreachableOfTheServerComesThroughAsRelated)
{
    RuleWriter rules;
    rules.Chain("fw", "forward", 0, "drop");
    rules.Rule("fw", All(Meta("iifname", "eth1"), ACCEPT));
    rules.Rule("fw", All(State("related"), COUNTER, ACCEPT));
    Install(ROUTER, rules.Text());
    UdpPeer& client = AddUdp(CLIENT, 5000, GetParam());
    At(2, [&] { client.Send(Server(), 9999); });
    Run(5);
    EXPECT_THAT(drops, IsEmpty());
    EXPECT_THAT(invalids, IsEmpty());
    EXPECT_THAT(client.errors, ElementsAre(IsV4() ? ErrorIs(3, 3) : ErrorIs(1, 4)));
}

TEST_P(ErrorTest, HopLimitEndsAtTheRouter)
{
    Install(ROUTER);
    UdpPeer& client = AddUdp(CLIENT, 5000, GetParam());
    UdpPeer& server = AddUdp(SERVER, 33434, GetParam());
    IsV4() ? client.GetSocket()->SetIpTtl(1) : client.GetSocket()->SetIpv6HopLimit(1);
    At(2, [&] { client.Send(Server(), 33434); });
    Run(5);
    EXPECT_THAT(server.sizes, IsEmpty());
    EXPECT_THAT(client.errors, ElementsAre(IsV4() ? ErrorIs(11, 0) : ErrorIs(3, 0)));
    EXPECT_THAT(events, IsEmpty());
}

TEST_P(ErrorTest, HopLimitTwoPassesOneRouter)
{
    Install(ROUTER);
    UdpPeer& client = AddUdp(CLIENT, 5000, GetParam());
    UdpPeer& server = AddUdp(SERVER, 33434, GetParam());
    IsV4() ? client.GetSocket()->SetIpTtl(2) : client.GetSocket()->SetIpv6HopLimit(2);
    At(2, [&] { client.Send(Server(), 33434); });
    Run(5);
    EXPECT_EQ(server.sizes.size(), 1U);
    EXPECT_THAT(client.errors, IsEmpty());
}

TEST_P(ErrorTest, NoRouteIsUnreachable)
{
    Install(ROUTER);
    SendNowhere();
    EXPECT_THAT(errors, ElementsAre(IsV4() ? ErrorIs(3, 0) : ErrorIs(1, 0)));
}

// The list tells ns-3's IPv6 of it, which would send an error, too.
TEST_P(ErrorTest, NoRouteInAListIsToldOnce)
{
    Ptr<Ipv6ListRouting> list = CreateObject<Ipv6ListRouting>();
    nodes.Get(ROUTER)->GetObject<Ipv6>()->SetRoutingProtocol(list);
    list->AddRoutingProtocol(CreateObject<Ipv6StaticRouting>(), 0);
    Install(ROUTER);
    SendNowhere();
    EXPECT_THAT(errors, ElementsAre(IsV4() ? ErrorIs(3, 0) : ErrorIs(1, 0)));
}

// Linux's ip_error and ip6_forward drop it without a word.
TEST_P(ErrorTest, WithoutForwardingNothingIsTold)
{
    Install(ROUTER);
    nodes.Get(ROUTER)->GetObject<Ipv4>()->SetForwarding(1, false);
    nodes.Get(ROUTER)->GetObject<Ipv6>()->SetForwarding(1, false);
    SendNowhere();
    EXPECT_THAT(errors, IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Families,
                         ErrorTest,
                         ::testing::Values(Ip::V4, Ip::V6),
                         [](const auto& row) { return row.param == Ip::V4 ? "Ipv4" : "Ipv6"; });

/// A link beyond the router with a small MTU.
class SizeTest : public SimulationTest
{
  protected:
    explicit SizeTest()
    {
        Build(3);
        Install(ROUTER);
    }

    void SetMtu(uint32_t node, uint32_t device, uint16_t mtu)
    {
        nodes.Get(node)->GetDevice(device)->SetMtu(mtu);
    }
};

TEST_F(SizeTest, DatagramInFragmentsCrossesAndIsWholeAtTheEnd)
{
    UdpPeer& client = AddUdp(CLIENT, 5000);
    UdpPeer& server = AddUdp(SERVER, 7);
    server.echo = true;
    SendMeter router(nodes.Get(ROUTER), protocol::UDP);
    SendMeter sender(nodes.Get(CLIENT), protocol::UDP);
    At(2, [&] { client.Send(ServerAddress(), 7, 4000); });
    Run(200);
    EXPECT_THAT(server.sizes, ElementsAre(4000));
    EXPECT_THAT(client.sizes, ElementsAre(4000));
    EXPECT_EQ(sender.packets, 3U);
    EXPECT_EQ(router.packets, 6U); // as many as came in, both ways
    EXPECT_EQ(EventsWith("[NEW]").size(), 1U);
}

TEST_F(SizeTest, Ipv6DatagramInFragmentsCrosses)
{
    UdpPeer& client = AddUdp(CLIENT, 5000, Ip::V6);
    UdpPeer& server = AddUdp(SERVER, 7, Ip::V6);
    server.echo = true;
    At(2, [&] { client.Send(ServerAddress(Ip::V6), 7, 4000); });
    Run(200);
    EXPECT_THAT(server.sizes, ElementsAre(4000));
    EXPECT_THAT(client.sizes, ElementsAre(4000));
    EXPECT_EQ(EventsWith("[NEW]").size(), 1U);
}

TEST_F(SizeTest, FragmentsAreCutSmallerForASmallLink)
{
    SetMtu(ROUTER, 2, 600);
    UdpPeer& client = AddUdp(CLIENT, 5000);
    UdpPeer& server = AddUdp(SERVER, 7);
    SendMeter router(nodes.Get(ROUTER), protocol::UDP);
    At(2, [&] { client.Send(ServerAddress(), 7, 4000); });
    Run(10);
    EXPECT_THAT(server.sizes, ElementsAre(4000));
    EXPECT_GT(router.packets, 6U);
}

TEST_F(SizeTest, FragmentsWithADroppedPortAllVanish)
{
    nodes.Get(ROUTER)->GetObject<Conntrack>()->LoadRuleset(
        RuleWriter().Chain("fw", "forward", 0).Rule("fw", All(Port("udp", 7), DROP)).Text());
    UdpPeer& client = AddUdp(CLIENT, 5000);
    UdpPeer& server = AddUdp(SERVER, 7);
    SendMeter router(nodes.Get(ROUTER), protocol::UDP);
    At(2, [&] { client.Send(ServerAddress(), 7, 4000); });
    Run(10);
    EXPECT_THAT(server.sizes, IsEmpty());
    EXPECT_EQ(router.packets, 0U);
    EXPECT_THAT(drops, ElementsAre(DropReason::Rule));
}

TEST_F(SizeTest, WholePacketIsFragmentedForASmallLink)
{
    SetMtu(ROUTER, 2, 600);
    UdpPeer& client = AddUdp(CLIENT, 5000);
    UdpPeer& server = AddUdp(SERVER, 7);
    At(2, [&] { client.Send(ServerAddress(), 7, 1400); });
    Run(10);
    EXPECT_THAT(server.sizes, ElementsAre(1400));
    EXPECT_THAT(client.errors, IsEmpty());
}

TEST_F(SizeTest, Ipv6PacketTooBigReachesTheSocket)
{
    SetMtu(ROUTER, 2, 1300);
    UdpPeer& client = AddUdp(CLIENT, 5000, Ip::V6);
    UdpPeer& server = AddUdp(SERVER, 7, Ip::V6);
    At(2, [&] { client.Send(ServerAddress(Ip::V6), 7, 1400); });
    At(3, [&] { client.Send(ServerAddress(Ip::V6), 7, 1400); });
    Run(10);
    ASSERT_FALSE(client.errors.empty());
    EXPECT_EQ(client.errors[0], (SeenError{2, 0, 1300}));
    EXPECT_THAT(server.sizes, ElementsAre(1400)); // ns-3's sender cuts the second one itself
}

TEST_F(SizeTest, DontFragmentIsAnsweredWithTheMtu)
{
    SetMtu(ROUTER, 2, 600);
    Ptr<Socket> raw = Socket::CreateSocket(nodes.Get(CLIENT), Ipv4RawSocketFactory::GetTypeId());
    raw->SetAttribute("IpHeaderInclude", BooleanValue(true));
    raw->SetAttribute("Protocol", UintegerValue(protocol::ICMP));
    std::vector<uint8_t> answer;
    raw->SetRecvCallback(Callback<void, Ptr<Socket>>([&](Ptr<Socket> socket) {
        Ptr<Packet> packet = socket->Recv();
        answer.resize(packet->GetSize());
        packet->CopyData(answer.data(), packet->GetSize());
    }));
    At(2, [&] {
        Ptr<Packet> packet = Create<Packet>(1000);
        Ipv4Header header;
        header.SetSource(AddressOf(CLIENT, 0).c_str());
        header.SetDestination(ServerAddress().c_str());
        header.SetProtocol(200);
        header.SetTtl(64);
        header.SetDontFragment();
        header.SetPayloadSize(1000);
        packet->AddHeader(header);
        raw->SendTo(packet, 0, InetSocketAddress(ServerAddress().c_str(), 0));
    });
    Run(5);
    ASSERT_GT(answer.size(), 28U);
    EXPECT_EQ(answer[20], 3);                     // unreachable
    EXPECT_EQ(answer[21], 4);                     // fragmentation needed
    EXPECT_EQ(answer[26] << 8 | answer[27], 600); // RFC 1191
    raw->SetRecvCallback(MakeNullCallback<void, Ptr<Socket>>());
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
