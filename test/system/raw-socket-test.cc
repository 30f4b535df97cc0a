/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

// What a host's raw sockets send: tracked once, filtered, as in Linux; and what is not seen.
#include "test/system/simulation-fixture.h"

#include "ns3/aodv-helper.h"
#include "ns3/icmpv4.h"
#include "ns3/icmpv6-header.h"
#include "ns3/ipv4-raw-socket-factory.h"
#include "ns3/ipv6-raw-socket-factory.h"

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
using ::testing::SizeIs;

constexpr uint32_t CLIENT = 0;
constexpr uint32_t ROUTER = 1;
constexpr uint32_t SERVER = 2;
constexpr uint8_t EXPERIMENTAL = 253; // RFC 3692 2.1: a protocol that nothing else uses

/// A raw socket that remembers what came.
class RawPeer
{
  public:
    RawPeer(Ptr<Node> node, uint8_t protocol, Ip version)
        : m_icmpv6(protocol == protocol::ICMPV6),
          m_socket(Socket::CreateSocket(node,
                                        version == Ip::V4 ? Ipv4RawSocketFactory::GetTypeId()
                                                          : Ipv6RawSocketFactory::GetTypeId()))
    {
        m_socket->SetAttribute("Protocol", UintegerValue(protocol));
        m_socket->SetRecvCallback(Callback<void, Ptr<Socket>>([this](Ptr<Socket> socket) {
            while (Ptr<Packet> packet = socket->Recv())
            {
                received += IsNeighborDiscovery(packet) ? 0 : 1;
            }
        }));
    }

    ~RawPeer()
    {
        m_socket->SetRecvCallback(MakeNullCallback<void, Ptr<Socket>>());
        m_socket->Close();
    }

    RawPeer(const RawPeer&) = delete;
    RawPeer& operator=(const RawPeer&) = delete;

    /// @param packet what @param to where to @return what the socket says
    int Send(Ptr<Packet> packet, const std::string& to)
    {
        return m_socket->SendTo(packet, 0, SocketAddressOf(to, 0));
    }

    /// @return the socket
    Ptr<Socket> GetSocket() const
    {
        return m_socket;
    }

    uint32_t received{0};

  private:
    bool IsNeighborDiscovery(Ptr<Packet> packet) const
    {
        uint8_t bytes[41];
        return m_icmpv6 && packet->CopyData(bytes, sizeof(bytes)) == sizeof(bytes) &&
               bytes[40] >= Icmpv6Header::ICMPV6_ND_ROUTER_SOLICITATION &&
               bytes[40] <= Icmpv6Header::ICMPV6_ND_REDIRECTION;
    }

    bool m_icmpv6;
    Ptr<Socket> m_socket;
};

/// @param version family @param id of the echo @return an echo request
Ptr<Packet>
EchoRequest(Ip version, uint16_t id)
{
    Ptr<Packet> packet = Create<Packet>(10);
    if (version == Ip::V6)
    {
        Icmpv6Echo echo(true);
        echo.SetId(id);
        packet->AddHeader(echo); // ns-3's socket adds the checksum
        return packet;
    }
    Icmpv4Echo echo;
    echo.SetIdentifier(id);
    echo.SetData(packet);
    Ptr<Packet> request = Create<Packet>();
    request->AddHeader(echo);
    Icmpv4Header header;
    header.SetType(Icmpv4Header::ICMPV4_ECHO);
    header.EnableChecksum();
    request->AddHeader(header);
    return request;
}

class RawSocketTest : public SimulationTest, public ::testing::WithParamInterface<Ip>
{
  protected:
    RawSocketTest()
    {
        Build(3, LinkKind::Csma);
    }

    static uint8_t Icmp()
    {
        return GetParam() == Ip::V4 ? protocol::ICMP : protocol::ICMPV6;
    }

    std::string Server() const
    {
        return ServerAddress(GetParam());
    }

    /// One chain. @param hook its hook and name @param policy its policy @return rules
    static RuleWriter ChainOf(const std::string& hook, const std::string& policy = "accept")
    {
        RuleWriter rules;
        rules.Chain(hook, hook, 0, policy).Rule(hook, All(State("untracked"), ACCEPT));
        return rules;
    }
};

TEST_P(RawSocketTest, EchoRequestsAreTrackedAndAnswersEstablished)
{
    RuleWriter rules = ChainOf("input", "drop");
    rules.Rule("input", All(State("established"), ACCEPT));
    NetfilterHelper helper;
    helper.SetAttribute("Acct", BooleanValue(true));
    Install(CLIENT, rules.Text(), helper);
    RawPeer ping(nodes.Get(CLIENT), Icmp(), GetParam());
    for (int second = 2; second < 5; ++second)
    {
        At(second, [&] { ping.Send(EchoRequest(GetParam(), 77), Server()); });
    }
    Run(100);
    EXPECT_EQ(ping.received, 3U);
    EXPECT_THAT(invalids, IsEmpty());
    EXPECT_THAT(drops, IsEmpty());
    ASSERT_THAT(events, SizeIs(3));
    EXPECT_THAT(events[0], HasSubstr("[NEW]"));
    EXPECT_THAT(events[1], HasSubstr("[UPDATE]"));
    EXPECT_THAT(events[2],
                HasSubstr("type=" + std::string(GetParam() == Ip::V4 ? "8" : "128") +
                          " code=0 id=77 packets=3 "));
}

TEST_P(RawSocketTest, OutputRuleStopsThem)
{
    RuleWriter rules = ChainOf("output");
    rules.Rule("output", All(Match(R"({"meta":{"key":"l4proto"}})", std::to_string(Icmp())), DROP));
    Install(CLIENT, rules.Text());
    SendMeter answers(nodes.Get(SERVER), Icmp());
    RawPeer ping(nodes.Get(CLIENT), Icmp(), GetParam());
    At(2, [&] { ping.Send(EchoRequest(GetParam(), 77), Server()); });
    At(3, [&] { ping.Send(EchoRequest(GetParam(), 77), AddressOf(CLIENT, 0, GetParam())); });
    Run(5);
    EXPECT_THAT(drops, ElementsAre(DropReason::Rule, DropReason::Rule));
    EXPECT_EQ(ping.received, 0U);
    EXPECT_EQ(answers.packets, 0U);
    EXPECT_THAT(events, IsEmpty());
}

TEST_P(RawSocketTest, OtherProtocolsAreTrackedAndFiltered)
{
    RuleWriter rules = ChainOf("output");
    rules.Rule("output",
               All(Meta("oifname", "eth1"),
                   Match(R"({"meta":{"key":"l4proto"}})", std::to_string(EXPERIMENTAL)),
                   Match(R"({"meta":{"key":"length"}})", "100", ">"),
                   DROP));
    Install(CLIENT, rules.Text());
    RawPeer from(nodes.Get(CLIENT), EXPERIMENTAL, GetParam());
    RawPeer to(nodes.Get(SERVER), EXPERIMENTAL, GetParam());
    SendMeter between(nodes.Get(ROUTER), EXPERIMENTAL); // ns-3.48's IPv6 gives sockets none of it
    At(2, [&] { from.Send(Create<Packet>(10), Server()); });
    At(3, [&] { from.Send(Create<Packet>(200), Server()); });
    At(4, [&] { to.Send(Create<Packet>(10), AddressOf(CLIENT, 0, GetParam())); });
    Run(5);
    EXPECT_EQ(between.packets, 2U);
    EXPECT_THAT(drops, ElementsAre(DropReason::Rule));
    EXPECT_THAT(EventsWith("unknown  253"), SizeIs(2)); // new, replied
}

TEST_P(RawSocketTest, UdpIsTrackedOnceWhicheverSocketSendsIt)
{
    NetfilterHelper helper;
    helper.SetAttribute("Acct", BooleanValue(true));
    Install(CLIENT, "", helper);
    AddUdp(SERVER, 7, GetParam());
    UdpPeer& client = AddUdp(CLIENT, 5000, GetParam());
    RawPeer raw(nodes.Get(CLIENT), protocol::UDP, GetParam());
    const uint8_t datagram[] = {0x13, 0x89, 0, 7, 0, 8, 0, 0}; // 5001 to 7, no checksum
    At(2, [&] { client.Send(Server(), 7, 8); });
    At(3, [&] { raw.Send(Create<Packet>(datagram, sizeof(datagram)), Server()); });
    Run(100);
    EXPECT_THAT(EventsWith("[NEW]", "sport=5000"), SizeIs(1));
    EXPECT_THAT(EventsWith("[DESTROY]", "sport=5000 dport=7 packets=1 "), SizeIs(1));
    if (GetParam() == Ip::V4) // RFC 8200 8.1: IPv6 needs the checksum
    {
        EXPECT_THAT(EventsWith("[DESTROY]", "sport=5001 dport=7 packets=1 bytes=28"), SizeIs(1));
    }
}

TEST_P(RawSocketTest, ErrorsThatAnswerThemAreRelated)
{
    RuleWriter rules = ChainOf("input", "drop");
    rules.Rule("input", All(State("related"), ACCEPT));
    Install(CLIENT, rules.Text());
    NetfilterHelper().Install(nodes.Get(ROUTER)); // ns-3's own errors quote too little
    RawPeer ping(nodes.Get(CLIENT), Icmp(), GetParam());
    ping.GetSocket()->SetIpTtl(1);
    ping.GetSocket()->SetIpv6HopLimit(1);
    At(2, [&] { ping.Send(EchoRequest(GetParam(), 77), Server()); });
    Run(5);
    EXPECT_EQ(ping.received, 1U);
    EXPECT_THAT(drops, IsEmpty());
    EXPECT_THAT(invalids, IsEmpty());
}

TEST_P(RawSocketTest, TableFullStopsThem)
{
    NetfilterHelper helper;
    helper.SetAttribute("Max", UintegerValue(1));
    Ptr<Conntrack> conntrack = Install(CLIENT, "", helper);
    UdpPeer& client = AddUdp(CLIENT, 5000, GetParam());
    AddUdp(SERVER, 7, GetParam()).echo = true;
    RawPeer ping(nodes.Get(CLIENT), Icmp(), GetParam());
    for (double when : {2.0, 2.1, 6.0}) // two seconds later the stream is assured
    {
        At(when, [&] { client.Send(Server(), 7); });
    }
    At(7, [&] { ping.Send(EchoRequest(GetParam(), 77), Server()); });
    Run(10);
    EXPECT_THAT(drops, ElementsAre(DropReason::TableFull));
    EXPECT_THAT(EventsWith("icmp"), IsEmpty());
    EXPECT_EQ(conntrack->GetConnections().Size(), 1U);
}

INSTANTIATE_TEST_SUITE_P(Families,
                         RawSocketTest,
                         ::testing::Values(Ip::V4, Ip::V6),
                         [](const auto& row) { return row.param == Ip::V4 ? "Ipv4" : "Ipv6"; });

class RawIpv4Test : public SimulationTest
{
};

TEST_F(RawIpv4Test, HeaderOfTheUserIsTrackedAndFiltered)
{
    Build(3);
    Install(CLIENT,
            RuleWriter().Chain("out", "output", 0).Rule("out", All(Port("udp", 8), DROP)).Text());
    AddUdp(SERVER, 7);
    RawPeer raw(nodes.Get(CLIENT), protocol::UDP, Ip::V4);
    raw.GetSocket()->SetAttribute("IpHeaderInclude", BooleanValue(true));
    std::vector<int> said;
    for (uint8_t port : {7, 8})
    {
        At(port, [&, port] {
            const uint8_t datagram[] = {0x13, 0x89, 0, port, 0, 8, 0, 0};
            Ptr<Packet> packet = Create<Packet>(datagram, sizeof(datagram));
            Ipv4Header header;
            header.SetSource(AddressOf(CLIENT, 0).c_str());
            header.SetDestination(ServerAddress().c_str());
            header.SetProtocol(protocol::UDP);
            header.SetPayloadSize(sizeof(datagram));
            header.SetTtl(9);
            packet->AddHeader(header);
            said.push_back(raw.Send(packet, ServerAddress()));
        });
    }
    Run(10);
    EXPECT_THAT(said, ElementsAre(28, -1));
    EXPECT_THAT(drops, ElementsAre(DropReason::Rule));
    EXPECT_THAT(EventsWith("[NEW]"), ElementsAre(HasSubstr("sport=5001 dport=7")));
}

TEST_F(RawIpv4Test, WithAodvTheWaitingPacketIsTrackedOnce)
{
    AodvHelper aodv;
    Build(3, LinkKind::Csma, &aodv);
    NetfilterHelper helper;
    helper.SetAttribute("Acct", BooleanValue(true));
    Install(CLIENT, "", helper);
    RawPeer ping(nodes.Get(CLIENT), protocol::ICMP, Ip::V4);
    // Else it would see its own packet wait in the loopback device.
    ping.GetSocket()->Connect(SocketAddressOf(ServerAddress(), 0));
    At(2, [&] { ping.Send(EchoRequest(Ip::V4, 77), ServerAddress()); });
    Run(60);
    EXPECT_EQ(ping.received, 1U);
    EXPECT_THAT(invalids, IsEmpty());
    EXPECT_THAT(EventsWith("[DESTROY]", "type=8 code=0 id=77 packets=1 "), SizeIs(1));
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
