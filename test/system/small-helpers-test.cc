/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

// TFTP, IRC, Amanda and SANE by plain sockets, through a ready-made firewall that lets the inside
// reach no more than their well-known ports: node 0 inside, node 1 the router, node 2 outside.
#include "test/system/simulation-fixture.h"
#include "test/system/world-row.h"

#include <array>
#include <string>

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
using ::testing::Not;

Ptr<Packet>
PacketOf(const std::string& text)
{
    return Create<Packet>(reinterpret_cast<const uint8_t*>(text.data()), text.size());
}

/// A TCP connection whose ends say what a test has them say.
class Chat
{
  public:
    /// @param client its node @param server its node @param address of the server @param port its
    Chat(Ptr<Node> client, Ptr<Node> server, const std::string& address, uint16_t port)
        : m_listener(Socket::CreateSocket(server, TcpSocketFactory::GetTypeId()))
    {
        m_ends[0] = Socket::CreateSocket(client, TcpSocketFactory::GetTypeId());
        m_listener->Bind(SocketAddressOf(address, port));
        m_listener->Listen();
        m_listener->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const ns3::Address&>(),
                                      Callback<void, Ptr<Socket>, const ns3::Address&>(
                                          [this](Ptr<Socket> socket, const ns3::Address&) {
                                              m_ends[1] = socket;
                                              Listen(1);
                                          }));
        Listen(0);
        // Not at once: nodes begin when the simulation does.
        const ns3::Address place = SocketAddressOf(address, port);
        Simulator::Schedule(Seconds(0.5), [socket = m_ends[0], place] { socket->Connect(place); });
    }

    ~Chat()
    {
        for (const auto& end : m_ends)
        {
            if (end)
            {
                end->SetRecvCallback(MakeNullCallback<void, Ptr<Socket>>());
            }
        }
        m_listener->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const ns3::Address&>(),
                                      MakeNullCallback<void, Ptr<Socket>, const ns3::Address&>());
    }

    Chat(const Chat&) = delete;
    Chat& operator=(const Chat&) = delete;

    /// @param from 0: the client, 1: the server @param text what it says
    void Say(std::size_t from, const std::string& text)
    {
        ASSERT_TRUE(m_ends[from]) << "not connected";
        m_ends[from]->Send(PacketOf(text));
    }

    std::array<std::string, 2> heard; ///< by the client, by the server

  private:
    void Listen(std::size_t end)
    {
        m_ends[end]->SetRecvCallback(Callback<void, Ptr<Socket>>([this, end](Ptr<Socket> socket) {
            while (Ptr<Packet> packet = socket->Recv())
            {
                std::string text(packet->GetSize(), '\0');
                packet->CopyData(reinterpret_cast<uint8_t*>(text.data()), packet->GetSize());
                heard[end] += text;
            }
        }));
    }

    Ptr<Socket> m_listener;
    std::array<Ptr<Socket>, 2> m_ends;
};

/// A row of three nodes, the middle one a router whose firewall masquerades.
class SmallHelpers : public SimulationTest, public ::testing::WithParamInterface<WorldRow>
{
  protected:
    SmallHelpers()
    {
        Config::SetGlobal("ChecksumEnabled", BooleanValue(GetParam().checksums));
        Build(3);
    }

    /// @param service a helper and its port @param helps whether the helper is used, or the port
    /// merely open
    void Protect(const HelperService& service, bool helps = true)
    {
        StatefulFirewall firewall;
        firewall.inside = "eth1";
        firewall.outside = "eth2";
        firewall.masquerades = true;
        firewall.fromInside = {{service.protocol, service.port, 0}};
        if (helps)
        {
            firewall.helpers = {service};
        }
        Install(1, ToJson(firewall));
    }

    Ip Version() const
    {
        return GetParam().version;
    }

    std::string RouterOutside() const
    {
        return AddressOf(1, 1, Version());
    }
};

INSTANTIATE_TEST_SUITE_P(All, SmallHelpers, ::testing::ValuesIn(WORLDS), [](const auto& row) {
    return row.param.label;
});

TEST_P(SmallHelpers, Tftp)
{
    for (const bool helps : {true, false})
    {
        SCOPED_TRACE(helps);
        CleanUp();
        drops.clear();
        Build(3);
        Protect({"tftp", protocol::UDP, 69}, helps);
        UdpPeer& client = AddUdp(0, 5000, Version());
        UdpPeer& server = AddUdp(2, 69, Version());
        UdpPeer& transfer = AddUdp(2, 33000, Version());
        At(1, [&] {
            client.GetSocket()->SendTo(PacketOf(std::string("\0\1file\0octet\0", 13)),
                                       0,
                                       SocketAddressOf(ServerAddress(Version()), 69));
        });
        At(2, [&] { transfer.Send(RouterOutside(), 5000, 516); });
        At(3, [&] { client.Send(ServerAddress(Version()), 33000, 4); });
        Run(5);
        EXPECT_THAT(server.from, ElementsAre(RouterOutside() + " 5000"));
        if (helps)
        {
            EXPECT_THAT(client.from, ElementsAre(ServerAddress(Version()) + " 33000"));
            EXPECT_THAT(transfer.from, ElementsAre(RouterOutside() + " 5000"));
            EXPECT_THAT(drops, IsEmpty());
        }
        else
        {
            EXPECT_THAT(client.from, IsEmpty());
            EXPECT_THAT(transfer.from, IsEmpty());
        }
    }
}

/// Linux has IRC's helper for IPv4 alone.
class IrcHelpers : public SmallHelpers
{
};

INSTANTIATE_TEST_SUITE_P(All,
                         IrcHelpers,
                         ::testing::Values(WORLDS[0], WORLDS[2]),
                         [](const auto& row) { return row.param.label; });

TEST_P(IrcHelpers, Irc)
{
    Protect({"irc", protocol::TCP, 6667});
    Chat chat(nodes.Get(0), nodes.Get(2), ServerAddress(), 6667);
    TcpServer friends(nodes.Get(0), 5000, Ip::V4);
    std::unique_ptr<TcpClient> stranger;
    // 167837697 is the client's 10.1.0.1, 167903233 the router's 10.2.0.1; the zeros go.
    At(1, [&] { chat.Say(0, "PRIVMSG bob :\1DCC SEND file 00167837697 5000 100\1\r\n"); });
    At(2, [&] { chat.Say(1, ":bob PRIVMSG alice :thanks\r\n"); });
    At(3, [&] { chat.Say(0, "QUIT\r\n"); });
    At(4,
       [&] { stranger = std::make_unique<TcpClient>(nodes.Get(2), RouterOutside(), 5000, 12345); });
    Run(20);
    EXPECT_EQ(chat.heard[1], "PRIVMSG bob :\1DCC SEND file 167903233 5000 100\1\r\nQUIT\r\n");
    EXPECT_EQ(chat.heard[0], ":bob PRIVMSG alice :thanks\r\n");
    EXPECT_EQ(friends.bytes, 12345U);
    EXPECT_TRUE(stranger->closed);
    EXPECT_THAT(invalids, IsEmpty());
}

TEST_P(SmallHelpers, Amanda)
{
    Protect({"amanda", protocol::UDP, 10080});
    UdpPeer& asking = AddUdp(0, 850, Version());
    UdpPeer& asked = AddUdp(2, 10080, Version());
    TcpServer data(nodes.Get(2), 50100, Version());
    TcpServer other(nodes.Get(2), 50101, Version());
    std::unique_ptr<TcpClient> good;
    std::unique_ptr<TcpClient> bad;
    At(1, [&] { asking.Send(ServerAddress(Version()), 10080); });
    At(2, [&] {
        asked.GetSocket()->SendTo(PacketOf("REP\nCONNECT DATA 50100 MESG 50102\n"),
                                  0,
                                  SocketAddressOf(RouterOutside(), 850));
    });
    At(3, [&] {
        const std::string address = ServerAddress(Version());
        good = std::make_unique<TcpClient>(nodes.Get(0), address, 50100, 12345);
        bad = std::make_unique<TcpClient>(nodes.Get(0), address, 50101, 1);
    });
    Run(20);
    EXPECT_THAT(asking.sizes, Not(IsEmpty()));
    EXPECT_EQ(data.bytes, 12345U);
    EXPECT_EQ(other.bytes, 0U);
    EXPECT_FALSE(bad->connected);
}

TEST_P(SmallHelpers, Sane)
{
    Protect({"sane", protocol::TCP, 6566});
    Chat chat(nodes.Get(0), nodes.Get(2), ServerAddress(Version()), 6566);
    TcpServer image(nodes.Get(2), 50500, Version());
    TcpServer other(nodes.Get(2), 50501, Version());
    std::unique_ptr<TcpClient> good;
    std::unique_ptr<TcpClient> bad;
    At(1, [&] { chat.Say(0, std::string("\0\0\0\7\0\0\0\0", 8)); });
    At(2, [&] { chat.Say(1, std::string("\0\0\0\0\0\0\xc5\x44\0\0\x12\x34\0\0\0\0", 16)); });
    At(3, [&] {
        const std::string address = ServerAddress(Version());
        good = std::make_unique<TcpClient>(nodes.Get(0), address, 50500, 12345);
        bad = std::make_unique<TcpClient>(nodes.Get(0), address, 50501, 1);
    });
    Run(20);
    EXPECT_EQ(chat.heard[0].size(), 16U);
    EXPECT_EQ(image.bytes, 12345U);
    EXPECT_EQ(other.bytes, 0U);
    EXPECT_FALSE(bad->connected);
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
