/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

// PPTP over simulated TCP and IP, through a router with the helper.
#include "test/system/simulation-fixture.h"
#include "test/unit/pptp-builder.h"

#include "ns3/ipv4-header.h"
#include "ns3/ipv4-raw-socket-factory.h"
#include "ns3/tcp-socket-factory.h"
#include "ns3/uinteger.h"

#include <map>

namespace ns3
{
namespace conntrack
{
namespace test
{
namespace
{

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr uint16_t CALL = 7;
constexpr uint16_t CONTROL_PORT = 1723;

/// Sends and receives the GRE packets of calls.
class GreEnd
{
  public:
    /// @param node where @param address its own; without one it would see what others get, too
    GreEnd(Ptr<Node> node, const std::string& address)
        : m_socket(Socket::CreateSocket(node, Ipv4RawSocketFactory::GetTypeId()))
    {
        m_socket->SetAttribute("Protocol", UintegerValue(protocol::GRE));
        m_socket->Bind(InetSocketAddress(Ipv4Address(address.c_str()), 0));
        m_socket->SetRecvCallback(Callback<void, Ptr<Socket>>([this](Ptr<Socket>) { Receive(); }));
    }

    /// @param to address @param callId of the receiver
    void Send(const std::string& to, uint16_t callId)
    {
        // RFC 2637 4.1: key and sequence number present, version 1, PPP; length, call id, number.
        std::string text("\x30\x01\x88\x0b\0\x04\0\0\0\0\0\0data", 16);
        PutU16(text, 6, callId);
        Ptr<Packet> packet =
            Create<Packet>(reinterpret_cast<const uint8_t*>(text.data()), text.size());
        m_socket->SendTo(packet, 0, InetSocketAddress(Ipv4Address(to.c_str()), 0));
    }

    std::vector<std::string> got; ///< "source call id" of each packet

  private:
    void Receive()
    {
        while (Ptr<Packet> packet = m_socket->Recv())
        {
            Ipv4Header header;
            packet->RemoveHeader(header);
            uint8_t bytes[8]{};
            packet->CopyData(bytes, sizeof(bytes));
            std::ostringstream text;
            text << header.GetSource() << " " << ReadU16(bytes + 6);
            got.push_back(text.str());
        }
    }

    Ptr<Socket> m_socket;
};

/// A server of calls: answers what it is asked, a call id for each client.
class CallServer
{
  public:
    explicit CallServer(Ptr<Node> node)
        : m_listener(Socket::CreateSocket(node, TcpSocketFactory::GetTypeId()))
    {
        m_listener->Bind(InetSocketAddress(Ipv4Address::GetAny(), CONTROL_PORT));
        m_listener->Listen();
        m_listener->SetAcceptCallback(
            MakeNullCallback<bool, Ptr<Socket>, const ns3::Address&>(),
            Callback<void, Ptr<Socket>, const ns3::Address&>([this](Ptr<Socket> socket,
                                                                    const ns3::Address&) {
                m_controls.push_back(socket);
                socket->SetRecvCallback(
                    Callback<void, Ptr<Socket>>([this](Ptr<Socket> control) { Answer(control); }));
            }));
    }

    /// @param number of the client, in the order of their calls
    void HangUp(std::size_t number)
    {
        const auto id = static_cast<uint16_t>(100 + number);
        Say(m_controls.at(number), PptpText(PptpKind::CallDisconnectNotify, {id}));
    }

    std::vector<uint16_t> calls; ///< the clients' call ids, as the server knows them

  private:
    static void Say(Ptr<Socket> socket, const std::string& text)
    {
        socket->Send(Create<Packet>(reinterpret_cast<const uint8_t*>(text.data()), text.size()));
    }

    void Answer(Ptr<Socket> socket)
    {
        Ptr<Packet> packet = socket->Recv();
        std::string text(packet->GetSize(), '\0');
        packet->CopyData(reinterpret_cast<uint8_t*>(text.data()), packet->GetSize());
        const auto message = ReadPptpMessage(ViewOf(text));
        ASSERT_TRUE(message) << "a message in one segment";
        if (message->kind == PptpKind::StartRequest)
        {
            Say(socket, PptpText(PptpKind::StartReply));
        }
        else if (message->kind == PptpKind::OutgoingCallRequest)
        {
            const auto id = static_cast<uint16_t>(100 + calls.size());
            calls.push_back(*message->callId);
            Say(socket, PptpText(PptpKind::OutgoingCallReply, {id, *message->callId}));
        }
    }

    Ptr<Socket> m_listener;
    std::vector<Ptr<Socket>> m_controls;
};

/// A client that calls with call id CALL.
class CallClient
{
  public:
    CallClient(Ptr<Node> node, const std::string& server)
        : m_socket(Socket::CreateSocket(node, TcpSocketFactory::GetTypeId()))
    {
        m_socket->SetConnectCallback(Callback<void, Ptr<Socket>>([](Ptr<Socket> socket) {
                                         Say(socket, PptpText(PptpKind::StartRequest));
                                     }),
                                     MakeNullCallback<void, Ptr<Socket>>());
        m_socket->SetRecvCallback(
            Callback<void, Ptr<Socket>>([this](Ptr<Socket> socket) { Go(socket); }));
        m_socket->Connect(InetSocketAddress(Ipv4Address(server.c_str()), CONTROL_PORT));
    }

    std::vector<uint16_t> ownIds; ///< that the server says are this client's
    std::optional<uint16_t> call; ///< the server's call id

  private:
    static void Say(Ptr<Socket> socket, const std::string& text)
    {
        socket->Send(Create<Packet>(reinterpret_cast<const uint8_t*>(text.data()), text.size()));
    }

    void Go(Ptr<Socket> socket)
    {
        Ptr<Packet> packet = socket->Recv();
        std::string text(packet->GetSize(), '\0');
        packet->CopyData(reinterpret_cast<uint8_t*>(text.data()), packet->GetSize());
        const auto message = ReadPptpMessage(ViewOf(text));
        ASSERT_TRUE(message) << "a message in one segment";
        if (message->kind == PptpKind::StartReply)
        {
            Say(socket, PptpText(PptpKind::OutgoingCallRequest, {CALL}));
        }
        else if (message->kind == PptpKind::OutgoingCallReply)
        {
            call = message->callId;
            ownIds.push_back(*message->peerId);
        }
    }

    Ptr<Socket> m_socket;
};

constexpr uint32_t SERVER = 2;

class PptpTest : public SimulationTest
{
  protected:
    /// @param masquerades whether the router does @param helpers its firewall's
    void BuildWith(bool masquerades, const std::vector<HelperService>& helpers)
    {
        Build(3);
        AddSecondClient();
        StatefulFirewall firewall;
        firewall.inside = "eth1";
        firewall.outside = "eth2";
        firewall.masquerades = masquerades;
        firewall.helpers = helpers;
        conntrack = Install(1, ToJson(firewall));
        server = std::make_unique<CallServer>(nodes.Get(SERVER));
        serverGre = std::make_unique<GreEnd>(nodes.Get(SERVER), ServerAddress());
        gre.push_back(std::make_unique<GreEnd>(m_clients[0], "10.1.0.1"));
        gre.push_back(std::make_unique<GreEnd>(m_clients[1], "10.9.0.1"));
    }

    ~PptpTest() override
    {
        clients.clear();
        gre.clear();
        serverGre.reset();
        server.reset();
        m_clients.clear();
    }

    /// @param when seconds @param client 0 or 1
    void CallAt(double when, uint32_t client)
    {
        At(when, [this, client] {
            clients[client] = std::make_unique<CallClient>(m_clients[client], ServerAddress());
        });
    }

    Ptr<Conntrack> conntrack;
    std::unique_ptr<CallServer> server;
    std::unique_ptr<GreEnd> serverGre;
    std::map<uint32_t, std::unique_ptr<CallClient>> clients;
    std::vector<std::unique_ptr<GreEnd>> gre;

  private:
    /// Behind the first one, which forwards for it.
    void AddSecondClient()
    {
        m_clients.push_back(nodes.Get(0));
        Ptr<Node> second = CreateObject<Node>();
        InternetStackHelper().Install(second);
        Ipv4AddressHelper("10.9.0.0", "255.255.255.0")
            .Assign(Link(LinkKind::PointToPoint, second, nodes.Get(0), 0, linkRate));
        Ipv4StaticRoutingHelper routing;
        routing.GetStaticRouting(second->GetObject<Ipv4>())->SetDefaultRoute("10.9.0.2", 1);
        for (uint32_t node = 1; node < 3; ++node)
        {
            routing.GetStaticRouting(nodes.Get(node)->GetObject<Ipv4>())
                ->AddNetworkRouteTo("10.9.0.0",
                                    "255.255.255.0",
                                    AddressOf(node - 1, node - 1).c_str(),
                                    1);
        }
        m_clients.push_back(second);
    }

    std::vector<Ptr<Node>> m_clients;
};

const std::vector<HelperService> WITH_PPTP{{"pptp", protocol::TCP, CONTROL_PORT}};

TEST_F(PptpTest, CallPassesTheFirewall)
{
    BuildWith(false, WITH_PPTP);
    CallAt(2, 0);
    At(4, [&] { gre[0]->Send(ServerAddress(), 100); });
    At(5, [&] { serverGre->Send("10.1.0.1", CALL); });
    Run(6);
    EXPECT_THAT(serverGre->got, ElementsAre("10.1.0.1 100"));
    EXPECT_THAT(gre[0]->got, ElementsAre("10.2.0.2 7"));
    EXPECT_THAT(EventsWith("[NEW]", "gre"),
                ElementsAre(AllOf(HasSubstr("srckey=0x7"), HasSubstr("dstkey=0x64"))));
    EXPECT_EQ(conntrack->GetExpectations()->Size(), 0U);
}

TEST_F(PptpTest, WithoutTheHelperNothingPasses)
{
    BuildWith(false, {});
    CallAt(2, 0);
    At(4, [&] { serverGre->Send("10.1.0.1", CALL); });
    Run(6);
    EXPECT_THAT(server->calls, ElementsAre(CALL));
    EXPECT_THAT(gre[0]->got, IsEmpty());
    EXPECT_THAT(drops, ElementsAre(DropReason::Rule));
}

TEST_F(PptpTest, TwoClientsBehindOneAddressWithOneCallId)
{
    BuildWith(true, WITH_PPTP);
    CallAt(2, 0);
    CallAt(3, 1);
    At(5, [&] {
        ASSERT_THAT(server->calls, SizeIs(2));
        gre[0]->Send(ServerAddress(), 100);
        gre[1]->Send(ServerAddress(), 101);
    });
    At(6, [&] {
        serverGre->Send("10.2.0.1", server->calls[0]);
        serverGre->Send("10.2.0.1", server->calls[1]);
    });
    Run(7);
    EXPECT_NE(server->calls[0], server->calls[1]);
    for (uint32_t client = 0; client < 2; ++client)
    {
        EXPECT_THAT(clients[client]->ownIds, ElementsAre(CALL)) << "it does not notice";
        EXPECT_THAT(gre[client]->got, ElementsAre("10.2.0.2 7"));
    }
    EXPECT_THAT(serverGre->got, ElementsAre("10.2.0.1 100", "10.2.0.1 101"));
}

TEST_F(PptpTest, HangingUpEndsOneCall)
{
    BuildWith(true, WITH_PPTP);
    CallAt(2, 0);
    CallAt(3, 1);
    At(5, [&] {
        gre[0]->Send(ServerAddress(), 100);
        gre[1]->Send(ServerAddress(), 101);
    });
    At(6, [&] { server->HangUp(0); });
    At(7, [&] {
        serverGre->Send("10.2.0.1", server->calls[0]);
        serverGre->Send("10.2.0.1", server->calls[1]);
    });
    Run(8);
    EXPECT_THAT(EventsWith("[DESTROY]", "gre"), SizeIs(1));
    EXPECT_THAT(gre[0]->got, IsEmpty());
    EXPECT_THAT(gre[1]->got, SizeIs(1));
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
