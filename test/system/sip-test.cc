/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

// SIP through a router between ns-3's own stacks: node 0 the phone, node 1 the router, node 2
// outside. Messages are scripted; what the helper makes of them is told by corpus-sip.
#include "test/system/world-row.h"

#include "ns3/udp-socket-factory.h"

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

/// A UDP socket for texts.
class TextPeer
{
  public:
    /// @param node where @param port its port @param version its family
    TextPeer(const Ptr<Node>& node, uint16_t port, Ip version)
        : m_socket(Socket::CreateSocket(node, UdpSocketFactory::GetTypeId()))
    {
        m_socket->Bind(SocketAddressOf(AnyAddress(version), port));
        m_socket->SetRecvCallback(Callback<void, Ptr<Socket>>([this](Ptr<Socket>) { Receive(); }));
    }

    ~TextPeer()
    {
        m_socket->SetRecvCallback(MakeNullCallback<void, Ptr<Socket>>());
        m_socket->Close();
    }

    TextPeer(const TextPeer&) = delete;
    TextPeer& operator=(const TextPeer&) = delete;

    void Send(const std::string& text, const std::string& address, uint16_t port)
    {
        const auto* bytes = reinterpret_cast<const uint8_t*>(text.data());
        m_socket->SendTo(Create<Packet>(bytes, static_cast<uint32_t>(text.size())),
                         0,
                         SocketAddressOf(address, port));
    }

    std::vector<std::string> texts; ///< that came
    std::vector<std::string> from;  ///< from where

  private:
    void Receive()
    {
        ns3::Address sender;
        while (Ptr<Packet> packet = m_socket->RecvFrom(sender))
        {
            std::string text(packet->GetSize(), '\0');
            packet->CopyData(reinterpret_cast<uint8_t*>(text.data()), packet->GetSize());
            texts.push_back(text);
            from.push_back(InWords(sender));
        }
    }

    Ptr<Socket> m_socket;
};

std::string
InUri(const std::string& address)
{
    return address.find(':') == std::string::npos ? address : "[" + address + "]";
}

std::string
Describe(const std::string& address, uint16_t port)
{
    const std::string mark = address.find(':') == std::string::npos ? "IN IP4 " : "IN IP6 ";
    return "v=0\r\no=- 1 1 " + mark + address + "\r\ns=-\r\nc=" + mark + address +
           "\r\nt=0 0\r\nm=audio " + std::to_string(port) + " RTP/AVP 0\r\n";
}

std::string
Message(const std::string& start, const std::string& via, const std::string& body = "")
{
    return start + "\r\nVia: SIP/2.0/UDP " + via + ";branch=z9hG4bK1\r\nCSeq: 1 INVITE\r\n" +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

class SipWorlds : public SimulationTest, public ::testing::WithParamInterface<WorldRow>
{
  protected:
    SipWorlds()
    {
        Config::SetGlobal("ChecksumEnabled", BooleanValue(GetParam().checksums));
        Build(3);
        firewall.inside = "eth1";
        firewall.outside = "eth2";
        firewall.helpers = {{"sip", protocol::UDP, 5060}};
    }

    std::string Place(uint32_t node, uint32_t link) const
    {
        return AddressOf(node, link, GetParam().version);
    }

    StatefulFirewall firewall;
    std::string phoneAddress{Place(0, 0)};
    std::string routerOutside{Place(1, 1)};
    std::string serverAddress{Place(2, 1)};
};

TEST_P(SipWorlds, ACallThroughMasquerade)
{
    firewall.masquerades = true;
    Ptr<Conntrack> router = Install(1, ToJson(firewall));
    const Ip version = GetParam().version;
    TextPeer phone(nodes.Get(0), 5060, version);
    TextPeer phoneMedia(nodes.Get(0), 40000, version);
    TextPeer server(nodes.Get(2), 5060, version);
    TextPeer serverMedia(nodes.Get(2), 42000, version);
    const std::string own = InUri(phoneAddress) + ":5060";
    const std::string seen = InUri(routerOutside) + ":5060";
    const std::string start = "INVITE sip:b@" + InUri(serverAddress) + ":5060 SIP/2.0";
    uint32_t afterwards = 1;
    At(1, [&] {
        phone.Send(Message(start, own, Describe(phoneAddress, 40000)), serverAddress, 5060);
    });
    At(2, [&] {
        server.Send(Message("SIP/2.0 200 OK", seen, Describe(serverAddress, 42000)),
                    routerOutside,
                    5060);
    });
    At(3, [&] { serverMedia.Send("from outside", routerOutside, 40000); });
    At(4, [&] { phoneMedia.Send("from inside", serverAddress, 42000); });
    At(5, [&] { phone.Send("BYE sip:b SIP/2.0\r\nCSeq: 2 BYE\r\n\r\n", serverAddress, 5060); });
    At(6, [&] { afterwards = router->GetExpectations()->Size(); });
    Run(7);
    ASSERT_THAT(server.texts, SizeIs(2));
    EXPECT_EQ(server.texts[0], Message(start, seen, Describe(routerOutside, 40000)));
    EXPECT_EQ(server.from[0], routerOutside + " 5060");
    EXPECT_THAT(phone.texts,
                ElementsAre(Message("SIP/2.0 200 OK", own, Describe(serverAddress, 42000))));
    EXPECT_THAT(phoneMedia.texts, ElementsAre("from outside"));
    EXPECT_THAT(phoneMedia.from, ElementsAre(serverAddress + " 42000"));
    EXPECT_THAT(serverMedia.texts, ElementsAre("from inside"));
    EXPECT_THAT(serverMedia.from, ElementsAre(routerOutside + " 40000"));
    EXPECT_EQ(afterwards, 0U);
    EXPECT_THAT(drops, IsEmpty());
    EXPECT_THAT(invalids, IsEmpty());
}

TEST_P(SipWorlds, WithoutTheNatHelperTheTextStays)
{
    firewall.masquerades = true;
    Ptr<Conntrack> router = Install(1, ToJson(firewall));
    router->GetHelpers()->UnregisterNat(router->GetHelpers()->FindNat("ip_nat_sip"));
    TextPeer phone(nodes.Get(0), 5060, GetParam().version);
    TextPeer server(nodes.Get(2), 5060, GetParam().version);
    const std::string text = Message("INVITE sip:b SIP/2.0",
                                     InUri(phoneAddress) + ":5060",
                                     Describe(phoneAddress, 40000));
    At(1, [&] { phone.Send(text, serverAddress, 5060); });
    Run(2);
    EXPECT_THAT(server.texts, ElementsAre(text));
    EXPECT_EQ(router->GetExpectations()->Size(), 2U);
}

TEST_P(SipWorlds, ExternalMediaFollowTheRoutes)
{
    Config::SetDefault("ns3::conntrack::SipProtocolHelper::DirectMedia", BooleanValue(false));
    Config::SetDefault("ns3::conntrack::SipProtocolHelper::ExternalMedia", BooleanValue(true));
    Ptr<Conntrack> router = Install(1, ToJson(firewall));
    TextPeer phone(nodes.Get(0), 5060, GetParam().version);
    std::vector<uint32_t> expected;
    const std::string places[] = {serverAddress, phoneAddress, routerOutside};
    for (int i = 0; i < 3; ++i)
    {
        At(1 + 2 * i, [&, i] {
            const std::string via = InUri(phoneAddress) + ":5060";
            phone.Send(Message("INVITE sip:b SIP/2.0", via, Describe(places[i], 40000)),
                       serverAddress,
                       5060);
        });
        At(2 + 2 * i, [&] { expected.push_back(router->GetExpectations()->Size()); });
    }
    Run(8);
    EXPECT_THAT(expected, ElementsAre(0, 2, 2)) << "beyond, inside, the router itself";
}

INSTANTIATE_TEST_SUITE_P(All, SipWorlds, ::testing::ValuesIn(WORLDS), [](const auto& info) {
    return info.param.label;
});

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
