/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/nat/pptp-nat-helper.h"
#include "test/unit/protocol/pptp-fixture.h"

#include <ostream>

namespace ns3
{
namespace conntrack
{
namespace test
{
namespace
{

constexpr auto CLIENT = Direction::Original;
constexpr auto SERVER = Direction::Reply;
constexpr uint16_t PUBLIC = 45000; ///< the port that NAT gives, and so the call id

using Texts = std::vector<std::string>;

/// A client 10.1.0.10 that is seen as 10.2.0.1.
class PptpNat : public PptpFixture
{
  protected:
    PptpNat()
    {
        NatHelperServices services;
        services.checksums = [] { return ChecksumUse::Kept; };
        translator->SetServices(services);
        nat = PeekPointer(translator);
        calls.follow = &follow;
    }

    Connection& DialThroughNat(uint16_t port = 40000, uint16_t publicPort = PUBLIC)
    {
        Connection& control = Dial(port);
        control.tuples[1].destination = ToAddress("10.2.0.1");
        control.tuples[1].destinationPort = publicPort;
        control.status |= status::SRC_NAT;
        return control;
    }

    /// The first packet of a call. @param tuple its tuple @return its connection
    Connection& Begin(const Tuple& tuple)
    {
        Connection& connection = *connections.Create(tuple, *Invert(tuple), {}, 0);
        Expectation* expectation = expectations->Take(tuple, 0, SECOND);
        EXPECT_NE(expectation, nullptr);
        ConnectionTable::SetMaster(connection, *expectation->master);
        expectation->function->call(*expectation->function, connection, *expectation, SECOND);
        expectations->Put(*expectation);
        return connection;
    }

    static Tuple Gre(const std::string& from, uint16_t key, const std::string& to, uint16_t toKey)
    {
        Tuple tuple;
        tuple.family = Family::Ipv4;
        tuple.protocol = protocol::GRE;
        tuple.source = ToAddress(from);
        tuple.destination = ToAddress(to);
        tuple.sourcePort = key;
        tuple.destinationPort = toKey;
        return tuple;
    }

    NatEngine engine{connections, *registry, *KernelProfile::Find("v6.18"), [] {
                         return uint16_t{0};
                     }};
    PptpFollow follow{engine, *expectations};
    Ptr<PptpNatHelper> translator{CreateObject<PptpNatHelper>()};
};

const Dialogue CALL_THROUGH_NAT =
    InSession({{CLIENT, PptpKind::OutgoingCallRequest, {CLIENT_ID}},
               {SERVER, PptpKind::OutgoingCallReply, {SERVER_ID, PUBLIC}}});

TEST_F(PptpNat, IsFoundUnderItsModulesName)
{
    EXPECT_EQ(translator->GetModuleName(), "ip_nat_pptp");
    EXPECT_EQ(translator->GetModuleName(), helper->GetIdentity().natModule);
    EXPECT_EQ(follow.name, "");
}

TEST_F(PptpNat, CallIdBecomesThePort)
{
    SendAll(DialThroughNat(), CALL_THROUGH_NAT);
    EXPECT_EQ(Expected(), (Texts{"10.1.0.10 7 > 10.2.0.10 9", "10.2.0.10 9 > 10.2.0.1 45000"}));
}

/// A message in a call, the places of its two numbers and what they become.
struct Row
{
    const char* name;
    Said said;
    uint16_t first;
    uint16_t second;
};

/// The rows' names.
void
PrintTo(const Row& row, std::ostream* stream)
{
    *stream << row.name;
}

class PptpNatMessages : public PptpNat, public ::testing::WithParamInterface<Row>
{
};

TEST_P(PptpNatMessages, AreTranslated)
{
    Connection& control = DialThroughNat();
    SendAll(control, CALL_THROUGH_NAT);
    SendAll(control, {GetParam().said});
    EXPECT_EQ(LeftAt(12), GetParam().first);
    EXPECT_EQ(LeftAt(14), GetParam().second);
}

constexpr uint16_t OTHER = 0x0102;

INSTANTIATE_TEST_SUITE_P(
    Changed,
    PptpNatMessages,
    ::testing::Values(
        Row{"OutgoingCallRequest",
            {CLIENT, PptpKind::OutgoingCallRequest, {OTHER, OTHER}},
            PUBLIC,
            OTHER},
        Row{"OutgoingCallReply",
            {SERVER, PptpKind::OutgoingCallReply, {SERVER_ID, PUBLIC}},
            SERVER_ID,
            CLIENT_ID},
        Row{"RefusedOutgoingCall",
            {SERVER, PptpKind::OutgoingCallReply, {SERVER_ID, PUBLIC, 2}},
            SERVER_ID,
            CLIENT_ID},
        Row{"CallClear", {CLIENT, PptpKind::CallClearRequest, {CLIENT_ID, OTHER}}, PUBLIC, OTHER},
        Row{"Disconnect",
            {SERVER, PptpKind::CallDisconnectNotify, {SERVER_ID, OTHER}},
            CLIENT_ID,
            OTHER},
        Row{"WanError", {SERVER, PptpKind::WanErrorNotify, {PUBLIC, OTHER}}, CLIENT_ID, OTHER},
        Row{"ServersLinkInfo", {SERVER, PptpKind::SetLinkInfo, {PUBLIC, OTHER}}, CLIENT_ID, OTHER}),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Left,
    PptpNatMessages,
    ::testing::Values(
        Row{"ClientsLinkInfo",
            {CLIENT, PptpKind::SetLinkInfo, {SERVER_ID, OTHER}},
            SERVER_ID,
            OTHER},
        Row{"ReplyToAnother",
            {SERVER, PptpKind::OutgoingCallReply, {SERVER_ID, OTHER}},
            SERVER_ID,
            OTHER},
        Row{"ConnectedOutOfTurn",
            {SERVER, PptpKind::IncomingCallConnected, {PUBLIC, OTHER}},
            PUBLIC,
            OTHER},
        Row{"AnswerOutOfTurn",
            {CLIENT, PptpKind::IncomingCallReply, {CLIENT_ID, OTHER}},
            CLIENT_ID,
            OTHER},
        Row{"Rings", {SERVER, PptpKind::IncomingCallRequest, {OTHER, OTHER}}, OTHER, OTHER},
        Row{"ClientHangsUp",
            {CLIENT, PptpKind::CallDisconnectNotify, {CLIENT_ID, OTHER}},
            CLIENT_ID,
            OTHER},
        Row{"ServerClears", {SERVER, PptpKind::CallClearRequest, {PUBLIC, OTHER}}, PUBLIC, OTHER},
        Row{"Echo", {CLIENT, PptpKind::EchoRequest, {CLIENT_ID, OTHER}}, CLIENT_ID, OTHER}),
    [](const auto& info) { return info.param.name; });

TEST_F(PptpNat, ClientsFirstPacketLeavesAsTheServerKnowsIt)
{
    SendAll(DialThroughNat(), CALL_THROUGH_NAT);
    Connection& call = Begin(Gre("10.1.0.10", CLIENT_ID, "10.2.0.10", SERVER_ID));
    EXPECT_EQ(call.Reply(), Gre("10.2.0.10", SERVER_ID, "10.2.0.1", PUBLIC));
    EXPECT_EQ(Expected(), Texts{}) << "the other direction is not expected any more";
}

TEST_F(PptpNat, ServersFirstPacketGoesToTheClient)
{
    SendAll(DialThroughNat(), CALL_THROUGH_NAT);
    Connection& call = Begin(Gre("10.2.0.10", SERVER_ID, "10.2.0.1", PUBLIC));
    EXPECT_EQ(call.Reply(), Gre("10.1.0.10", CLIENT_ID, "10.2.0.10", SERVER_ID));
    EXPECT_EQ(Expected(), (Texts{"10.1.0.10 7 > 10.2.0.10 9"})) << "as in Linux, it stays";
}

TEST_F(PptpNat, WithoutNatTheOtherDirectionGoesWhicheverIsFirst)
{
    nat = nullptr;
    SendAll(Dial(), OutgoingCall());
    Connection& call = Begin(Gre("10.2.0.10", SERVER_ID, "10.1.0.10", CLIENT_ID));
    EXPECT_EQ(call.Reply(), Gre("10.1.0.10", CLIENT_ID, "10.2.0.10", SERVER_ID));
    EXPECT_EQ(Expected(), Texts{});
}

TEST_F(PptpNat, TwoClientsWithOneCallId)
{
    SendAll(DialThroughNat(40000, PUBLIC), CALL_THROUGH_NAT);
    Dialogue second = CALL_THROUGH_NAT;
    second.back().fields = {SERVER_ID + 1, PUBLIC + 1};
    SendAll(DialThroughNat(40001, PUBLIC + 1), second);
    EXPECT_EQ(Expected().size(), 4U);
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
