/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

// Calls between two phones, without a proxy.
#include "test/system/sip-fixture.h"

#include "ns3/error-model.h"
#include "ns3/point-to-point-net-device.h"

#include <initializer_list>
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
using ::testing::SizeIs;

/// What carries a call.
struct WayRow
{
    const char* label;
    SipTransport transport;
    Ip version;
};

/// @param row a row @param out gets its label
void
PrintTo(const WayRow& row, std::ostream* out)
{
    *out << row.label;
}

class SipCallBy : public SipTest, public ::testing::WithParamInterface<WayRow>
{
};

TEST_P(SipCallBy, IsSetUpAndTornDown)
{
    Build(3);
    SipUserAgentHelper caller = Caller(GetParam().version);
    caller.SetAttribute("Transport", EnumValue(static_cast<int>(GetParam().transport)));
    SipUserAgentHelper callee("bob");
    Ptr<SipUserAgent> a = Add<SipUserAgent>(caller, 0, ada);
    Ptr<SipUserAgent> b = Add<SipUserAgent>(callee, 2, bob);
    Run(100);
    ASSERT_THAT(ada.Fates(), ElementsAre(SipFate::Completed));
    ASSERT_THAT(bob.Fates(), ElementsAre(SipFate::Completed));
    EXPECT_EQ(ada.calls[0].callId, bob.calls[0].callId);
    EXPECT_TRUE(ada.calls[0].outgoing);
    EXPECT_TRUE(ada.calls[0].hungUpHere);
    EXPECT_FALSE(bob.calls[0].hungUpHere);
    EXPECT_NEAR((ada.calls[0].answered - ada.calls[0].begin).GetSeconds(), 2, 0.2);
    EXPECT_NEAR((ada.calls[0].end - ada.calls[0].answered).GetSeconds(), 10, 0.2);
    EXPECT_THAT(
        ada.messages,
        ElementsAre("> INVITE", "< 180 INVITE", "< 200 INVITE", "> ACK", "> BYE", "< 200 BYE"));
    // A packet each 20 ms for 10 s, and all of them come.
    for (const SipTold* told : {&ada, &bob})
    {
        const RtpReport& media = told->calls[0].media;
        EXPECT_NEAR(static_cast<double>(media.sent), 500, 5);
        EXPECT_NEAR(static_cast<double>(media.received), 500, 5);
        EXPECT_EQ(media.lost, 0);
        EXPECT_EQ(media.wrong, 0U);
        EXPECT_EQ(media.elsewhere, 0U);
        EXPECT_EQ(media.heard, true);
        EXPECT_GE(media.reportsSent, 2U);
        EXPECT_GE(media.reportsReceived, 2U);
        EXPECT_LT(media.jitter, MilliSeconds(1));
        EXPECT_GT(media.roundTrip, MicroSeconds(1));
        EXPECT_LT(media.roundTrip, MilliSeconds(1));
    }
    EXPECT_EQ(a->GetMediaPortsInUse() + b->GetMediaPortsInUse(), 0U);
    EXPECT_EQ(a->GetTransactions() + b->GetTransactions(), 0U);
    EXPECT_EQ(a->GetCalls() + b->GetCalls(), 0U);
    EXPECT_THAT(ada.limits, IsEmpty());
}

TEST_P(SipCallBy, MayBeDisposedOfInMidCall)
{
    Build(3);
    SipUserAgentHelper caller = Caller(GetParam().version);
    caller.SetAttribute("Transport", EnumValue(static_cast<int>(GetParam().transport)));
    SipUserAgentHelper callee("bob");
    Add<SipUserAgent>(caller, 0, ada);
    Ptr<SipUserAgent> b = Add<SipUserAgent>(callee, 2, bob);
    Run(8);
    EXPECT_EQ(b->GetCalls(), 1U);
    CleanUp();
    EXPECT_THAT(ada.calls, IsEmpty());
    EXPECT_THAT(bob.calls, IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Rows,
                         SipCallBy,
                         ::testing::Values(WayRow{"UdpIpv4", SipTransport::Udp, Ip::V4},
                                           WayRow{"UdpIpv6", SipTransport::Udp, Ip::V6},
                                           WayRow{"TcpIpv4", SipTransport::Tcp, Ip::V4},
                                           WayRow{"TcpIpv6", SipTransport::Tcp, Ip::V6}),
                         [](const auto& info) { return info.param.label; });

class SipCallTest : public SipTest
{
  protected:
    SipCallTest()
    {
        Build(3);
    }

    /// @param node where packets are lost that come @param losses which
    void Lose(uint32_t node, Ptr<ErrorModel> losses)
    {
        DynamicCast<PointToPointNetDevice>(nodes.Get(node)->GetDevice(1))
            ->SetReceiveErrorModel(losses);
    }
};

TEST_F(SipCallTest, Refused)
{
    SipUserAgentHelper callee("bob");
    callee.SetAttribute("RefusalShare", DoubleValue(1));
    SipUserAgentHelper caller = Caller();
    Add<SipUserAgent>(caller, 0, ada);
    Add<SipUserAgent>(callee, 2, bob);
    Run(100);
    ASSERT_THAT(ada.Fates(), ElementsAre(SipFate::Refused));
    EXPECT_EQ(ada.calls[0].code, 603);
    ASSERT_THAT(bob.Fates(), ElementsAre(SipFate::Refused));
    EXPECT_THAT(ada.messages, ElementsAre("> INVITE", "< 603 INVITE", "> ACK"));
}

TEST_F(SipCallTest, Busy)
{
    SipUserAgentHelper callee("bob");
    SipUserAgentHelper caller = Caller();
    caller.SetAttribute("MaxCalls", UintegerValue(2));
    caller.SetAttribute("Calls", UintegerValue(3));
    Ptr<SipUserAgent> a = Add<SipUserAgent>(caller, 0, ada);
    Add<SipUserAgent>(callee, 2, bob);
    Run(100);
    ASSERT_THAT(ada.Fates(), ElementsAre(SipFate::Refused, SipFate::Refused, SipFate::Completed));
    EXPECT_EQ(ada.calls[0].code, 486);
    EXPECT_THAT(bob.limits, ElementsAre(SipLimit::Calls, SipLimit::Calls));
}

TEST_F(SipCallTest, NobodyAnswers)
{
    SipUserAgentHelper callee("bob");
    callee.SetAttribute("NoAnswerShare", DoubleValue(1));
    SetConstant(callee, "RingTime", 20);
    SipUserAgentHelper caller = Caller();
    Add<SipUserAgent>(caller, 0, ada);
    Add<SipUserAgent>(callee, 2, bob);
    Run(100);
    ASSERT_THAT(ada.Fates(), ElementsAre(SipFate::Refused));
    EXPECT_EQ(ada.calls[0].code, 480);
    EXPECT_NEAR((ada.calls[0].end - ada.calls[0].ringing).GetSeconds(), 20, 0.1);
}

TEST_F(SipCallTest, Cancelled)
{
    SipUserAgentHelper callee("bob");
    SetConstant(callee, "AnswerDelay", 30);
    SipUserAgentHelper caller = Caller();
    SetConstant(caller, "Patience", 5);
    Add<SipUserAgent>(caller, 0, ada);
    Ptr<SipUserAgent> b = Add<SipUserAgent>(callee, 2, bob);
    Run(100);
    EXPECT_THAT(ada.Fates(), ElementsAre(SipFate::Cancelled));
    EXPECT_THAT(bob.Fates(), ElementsAre(SipFate::Cancelled));
    EXPECT_THAT(ada.messages,
                ElementsAre("> INVITE",
                            "< 180 INVITE",
                            "> CANCEL",
                            "< 200 CANCEL",
                            "< 487 INVITE",
                            "> ACK"));
    EXPECT_EQ(b->GetTransactions(), 0U);
}

/// How the other end is put on hold.
struct HoldRow
{
    const char* label;
    bool byUpdate;
    std::size_t invites; ///< of the call
    std::size_t updates;
};

/// @param row a row @param out gets its label
void
PrintTo(const HoldRow& row, std::ostream* out)
{
    *out << row.label;
}

class SipHold : public SipCallTest, public ::testing::WithParamInterface<HoldRow>
{
};

TEST_P(SipHold, SilencesTheOtherEnd)
{
    const HoldRow& row = GetParam();
    SipUserAgentHelper callee("bob");
    SipUserAgentHelper caller = Caller();
    caller.SetAttribute("HoldShare", DoubleValue(1));
    caller.SetAttribute("HoldByUpdate", BooleanValue(row.byUpdate));
    SetConstant(caller, "HoldAfter", 2);
    SetConstant(caller, "HoldTime", 4);
    Add<SipUserAgent>(caller, 0, ada);
    Add<SipUserAgent>(callee, 2, bob);
    Run(100);
    ASSERT_THAT(ada.Fates(), ElementsAre(SipFate::Completed));
    EXPECT_EQ(ada.calls[0].holds, 1U);
    // Bob is silent for 4 of the 10 s; ada goes on.
    EXPECT_NEAR(static_cast<double>(ada.calls[0].media.received), 300, 10);
    EXPECT_NEAR(static_cast<double>(bob.calls[0].media.received), 500, 10);
    EXPECT_EQ(CountOf(ada.messages, "> INVITE"), row.invites);
    EXPECT_EQ(CountOf(ada.messages, "> ACK"), row.invites);
    EXPECT_EQ(CountOf(ada.messages, "> UPDATE"), row.updates);
}

INSTANTIATE_TEST_SUITE_P(Rows,
                         SipHold,
                         ::testing::Values(HoldRow{"ByReinvite", false, 3, 0},
                                           HoldRow{"ByUpdate", true, 1, 2}),
                         [](const auto& info) { return info.param.label; });

/// Who wants a 180 to be acknowledged, and whether it is.
struct ReliableRow
{
    const char* label;
    bool caller;
    bool callee;
    std::size_t pracks;
};

/// @param row a row @param out gets its label
void
PrintTo(const ReliableRow& row, std::ostream* out)
{
    *out << row.label;
}

class SipReliable : public SipCallTest, public ::testing::WithParamInterface<ReliableRow>
{
};

TEST_P(SipReliable, RingingIsAcknowledged)
{
    const ReliableRow& row = GetParam();
    SipUserAgentHelper callee("bob");
    callee.SetAttribute("ReliableProvisional", BooleanValue(row.callee));
    SipUserAgentHelper caller = Caller();
    caller.SetAttribute("ReliableProvisional", BooleanValue(row.caller));
    Ptr<SipUserAgent> a = Add<SipUserAgent>(caller, 0, ada);
    Ptr<SipUserAgent> b = Add<SipUserAgent>(callee, 2, bob);
    Run(100);
    EXPECT_THAT(ada.Fates(), ElementsAre(SipFate::Completed));
    EXPECT_THAT(bob.Fates(), ElementsAre(SipFate::Completed));
    EXPECT_EQ(CountOf(ada.messages, "> PRACK"), row.pracks);
    EXPECT_EQ(CountOf(ada.messages, "< 200 PRACK"), row.pracks);
    EXPECT_EQ(CountOf(bob.messages, ">> 180 INVITE"), 0U);
    EXPECT_EQ(a->GetTransactions() + b->GetTransactions(), 0U);
}

INSTANTIATE_TEST_SUITE_P(Rows,
                         SipReliable,
                         ::testing::Values(ReliableRow{"ForBoth", true, true, 1},
                                           ReliableRow{"NotForTheCallee", true, false, 0},
                                           ReliableRow{"NotForTheCaller", false, true, 0},
                                           ReliableRow{"ForNobody", false, false, 0}),
                         [](const auto& info) { return info.param.label; });

TEST_F(SipCallTest, CalleeHangsUp)
{
    SipUserAgentHelper callee("bob");
    SetConstant(callee, "AnsweredHoldingTime", 3);
    SipUserAgentHelper caller = Caller();
    Add<SipUserAgent>(caller, 0, ada);
    Add<SipUserAgent>(callee, 2, bob);
    Run(100);
    ASSERT_THAT(ada.Fates(), ElementsAre(SipFate::Completed));
    EXPECT_FALSE(ada.calls[0].hungUpHere);
    ASSERT_THAT(bob.Fates(), ElementsAre(SipFate::Completed));
    EXPECT_TRUE(bob.calls[0].hungUpHere);
}

TEST_F(SipCallTest, NobodyIsThere)
{
    SipUserAgentHelper caller = Caller();
    Ptr<SipUserAgent> a = Add<SipUserAgent>(caller, 0, ada);
    Run(100);
    ASSERT_THAT(ada.Fates(), ElementsAre(SipFate::TimedOut));
    EXPECT_NEAR((ada.calls[0].end - ada.calls[0].begin).GetSeconds(), 32, 0.1); // timer B
    EXPECT_EQ(CountOf(ada.messages, ">> INVITE"), 6U); // timer A: 0.5, 1.5, 3.5, 7.5, 15.5, 31.5
    EXPECT_EQ(a->GetTransactions(), 0U);
    EXPECT_EQ(a->GetMediaPortsInUse(), 0U);
}

TEST_F(SipCallTest, NoRouteAndNoConnection)
{
    SipUserAgentHelper caller = Caller();
    caller.SetAttribute("Targets", StringValue("sip:bob@192.0.2.1"));
    Add<SipUserAgent>(caller, 0, ada);
    caller.SetAttribute("Targets", StringValue("sip:bob@example.org"));
    caller.SetAttribute("Port", UintegerValue(5070));
    Add<SipUserAgent>(caller, 0, ada);
    caller.SetAttribute("Targets", StringValue(UriOf("bob") + ":9;transport=tcp"));
    caller.SetAttribute("Port", UintegerValue(5080));
    Add<SipUserAgent>(caller, 0, ada);
    Run(400);
    ASSERT_THAT(ada.calls, SizeIs(3));
    EXPECT_EQ(ada.calls[0].fate, SipFate::Unreachable);
    EXPECT_EQ(ada.calls[1].fate, SipFate::Unreachable);
    EXPECT_NE(ada.calls[2].fate, SipFate::Completed);
}

/// Loses the first packets with a text in them.
class TextLosses : public ErrorModel
{
  public:
    TextLosses(std::string text, uint32_t count)
        : m_text(std::move(text)),
          m_left(count)
    {
    }

  private:
    bool DoCorrupt(Ptr<Packet> packet) override
    {
        std::string bytes(packet->GetSize(), '\0');
        packet->CopyData(reinterpret_cast<uint8_t*>(bytes.data()), packet->GetSize());
        const bool lost = m_left > 0 && bytes.find(m_text) != std::string::npos;
        m_left -= lost ? 1 : 0;
        return lost;
    }

    void DoReset() override
    {
    }

    std::string m_text;
    uint32_t m_left;
};

/// Packets that are lost, and what is sent again.
struct LossRow
{
    const char* label;
    uint32_t node; ///< who does not get them
    const char* text;
    uint32_t count;
    bool byCaller; ///< who sends again
    const char* again;
};

/// @param row a row @param out gets its label
void
PrintTo(const LossRow& row, std::ostream* out)
{
    *out << row.label;
}

class SipLosses : public SipCallTest, public ::testing::WithParamInterface<LossRow>
{
};

TEST_P(SipLosses, AreMadeUpFor)
{
    const LossRow& row = GetParam();
    SipUserAgentHelper callee("bob");
    SipUserAgentHelper caller = Caller();
    Add<SipUserAgent>(caller, 0, ada);
    Add<SipUserAgent>(callee, 2, bob);
    Lose(row.node, CreateObject<TextLosses>(row.text, row.count));
    Run(200);
    EXPECT_THAT(ada.Fates(), ElementsAre(SipFate::Completed));
    EXPECT_THAT(bob.Fates(), ElementsAre(SipFate::Completed));
    EXPECT_GE(CountOf((row.byCaller ? ada : bob).messages, row.again), row.count);
}

INSTANTIATE_TEST_SUITE_P(
    Rows,
    SipLosses,
    ::testing::Values(LossRow{"TheInvite", 2, "INVITE sip", 1, true, ">> INVITE"},
                      LossRow{"ThreeInvites", 2, "INVITE sip", 3, true, ">> INVITE"},
                      LossRow{"TheRinging", 0, "SIP/2.0 180", 1, true, ">> INVITE"},
                      LossRow{"TheAnswer", 0, "SIP/2.0 200", 2, false, ">> 200 INVITE"},
                      LossRow{"TheAck", 2, "ACK sip", 1, false, ">> 200 INVITE"},
                      LossRow{"TheBye", 2, "BYE sip", 1, true, ">> BYE"}),
    [](const auto& info) { return info.param.label; });

TEST_F(SipCallTest, ReliableRingingAndItsAcknowledgmentMayBeLost)
{
    SipUserAgentHelper callee("bob");
    callee.SetAttribute("ReliableProvisional", BooleanValue(true));
    SetConstant(callee, "AnswerDelay", 10);
    SipUserAgentHelper caller = Caller();
    caller.SetAttribute("ReliableProvisional", BooleanValue(true));
    Add<SipUserAgent>(caller, 0, ada);
    Add<SipUserAgent>(callee, 2, bob);
    Lose(0, CreateObject<TextLosses>("SIP/2.0 180", 2));
    Lose(2, CreateObject<TextLosses>("PRACK sip", 1));
    Run(100);
    EXPECT_THAT(ada.Fates(), ElementsAre(SipFate::Completed));
    EXPECT_THAT(bob.Fates(), ElementsAre(SipFate::Completed));
    EXPECT_EQ(CountOf(ada.messages, "> PRACK"), 1U);
    EXPECT_EQ(CountOf(ada.messages, ">> PRACK"), 1U);
}

TEST_F(SipCallTest, AckThatNeverComes)
{
    SipUserAgentHelper callee("bob");
    SipUserAgentHelper caller = Caller();
    SetConstant(caller, "HoldingTime", 100);
    Add<SipUserAgent>(caller, 0, ada);
    Add<SipUserAgent>(callee, 2, bob);
    Lose(2, CreateObject<TextLosses>("ACK sip", 1000));
    Run(200);
    EXPECT_THAT(bob.Fates(), ElementsAre(SipFate::TimedOut));
    EXPECT_NEAR((bob.calls[0].end - bob.calls[0].answered).GetSeconds(), 32, 0.1);
    EXPECT_THAT(ada.Fates(), ElementsAre(SipFate::Completed));
}

TEST_F(SipCallTest, StoppedPhoneHangsUp)
{
    SipUserAgentHelper callee("bob");
    SipUserAgentHelper caller = Caller();
    Add<SipUserAgent>(caller, 0, ada)->SetStopTime(Seconds(8));
    Add<SipUserAgent>(callee, 2, bob);
    Run(100);
    EXPECT_THAT(ada.Fates(), ElementsAre(SipFate::Completed));
    EXPECT_THAT(bob.Fates(), ElementsAre(SipFate::Completed));
    EXPECT_LT(bob.calls[0].end, Seconds(9));
}

TEST_F(SipCallTest, PhoneThatVanishesIsNoticedAtTheEnd)
{
    SipUserAgentHelper callee("bob");
    SipUserAgentHelper caller = Caller();
    Add<SipUserAgent>(caller, 0, ada);
    Ptr<SipUserAgent> b = Add<SipUserAgent>(callee, 2, bob);
    At(8, [this] { nodes.Get(2)->GetObject<Ipv4>()->SetDown(1); });
    Run(100);
    EXPECT_THAT(ada.Fates(), ElementsAre(SipFate::PeerLost));
    EXPECT_GE(CountOf(ada.messages, ">> BYE"), 5U);
}

TEST_F(SipCallTest, PortsOfMediaAreLimited)
{
    SipUserAgentHelper callee("bob");
    callee.SetAttribute("MaxCalls", UintegerValue(10));
    callee.SetAttribute("MediaPortMin", UintegerValue(10000));
    callee.SetAttribute("MediaPortMax", UintegerValue(10003));
    SipUserAgentHelper caller = Caller();
    caller.SetAttribute("MaxCalls", UintegerValue(10));
    caller.SetAttribute("Calls", UintegerValue(3));
    Add<SipUserAgent>(caller, 0, ada);
    Ptr<SipUserAgent> b = Add<SipUserAgent>(callee, 2, bob);
    Run(100);
    EXPECT_THAT(ada.Fates(), ElementsAre(SipFate::Refused, SipFate::Completed, SipFate::Completed));
    EXPECT_EQ(ada.calls[0].code, 500);
    EXPECT_EQ(b->GetLimitCount(SipLimit::MediaPorts), 1U);
    EXPECT_EQ(b->GetMediaPortsInUse(), 0U);
}

TEST_F(SipCallTest, NatWithoutHelperMakesACallOneWay)
{
    StatefulFirewall firewall;
    firewall.inside = "eth1";
    firewall.outside = "eth2";
    firewall.masquerades = true;
    Install(1, ToJson(firewall));
    SipUserAgentHelper callee("bob");
    SipUserAgentHelper caller = Caller();
    Add<SipUserAgent>(caller, 0, ada);
    Add<SipUserAgent>(callee, 2, bob);
    Run(100);
    // Bob sends to the address that ada named, which is behind the firewall.
    EXPECT_THAT(ada.Fates(), ElementsAre(SipFate::NoMedia));
    EXPECT_THAT(bob.Fates(), ElementsAre(SipFate::OneWay));
    EXPECT_EQ(ada.calls[0].media.received, 0U);
    EXPECT_GT(bob.calls[0].media.received, 400U);
}

TEST_F(SipCallTest, PrackAndUpdatePassNatWithTheHelper)
{
    StatefulFirewall firewall;
    firewall.inside = "eth1";
    firewall.outside = "eth2";
    firewall.masquerades = true;
    firewall.helpers = {{"sip", protocol::UDP, 5060}};
    firewall.fromInside = {{protocol::UDP, 5060, 0}};
    Ptr<Conntrack> router = Install(1, ToJson(firewall));
    SipUserAgentHelper callee("bob");
    SipUserAgentHelper caller = Caller();
    for (SipHelper* phone : std::initializer_list<SipHelper*>{&caller, &callee})
    {
        phone->SetAttribute("ReliableProvisional", BooleanValue(true));
        phone->SetAttribute("HoldByUpdate", BooleanValue(true));
    }
    callee.SetAttribute("HoldShare", DoubleValue(1)); // from outside, which knows the router alone
    SetConstant(callee, "HoldAfter", 2);
    SetConstant(callee, "HoldTime", 4);
    Add<SipUserAgent>(caller, 0, ada);
    Add<SipUserAgent>(callee, 2, bob);
    Run(100);
    EXPECT_THAT(ada.Fates(), ElementsAre(SipFate::Completed));
    EXPECT_THAT(bob.Fates(), ElementsAre(SipFate::Completed));
    EXPECT_EQ(CountOf(ada.messages, "< 200 PRACK"), 1U);
    EXPECT_EQ(CountOf(bob.messages, "< 200 UPDATE"), 2U);
    EXPECT_EQ(bob.calls[0].holds, 1U);
    EXPECT_NEAR(static_cast<double>(bob.calls[0].media.received), 300, 10);
    EXPECT_EQ(router->GetExpectations()->Size(), 0U);
}

TEST_F(SipCallTest, SymmetricMediaPassNat)
{
    StatefulFirewall firewall;
    firewall.inside = "eth1";
    firewall.outside = "eth2";
    firewall.masquerades = true;
    Install(1, ToJson(firewall));
    SipUserAgentHelper callee("bob");
    callee.SetAttribute("SymmetricRtp", BooleanValue(true));
    SipUserAgentHelper caller = Caller();
    Add<SipUserAgent>(caller, 0, ada);
    Add<SipUserAgent>(callee, 2, bob);
    Run(100);
    EXPECT_THAT(ada.Fates(), ElementsAre(SipFate::Completed));
    EXPECT_THAT(bob.Fates(), ElementsAre(SipFate::Completed));
    EXPECT_EQ(bob.calls[0].media.elsewhere, 1U);
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
