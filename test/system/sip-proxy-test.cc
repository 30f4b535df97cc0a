/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

// Phones that register at a proxy and call through it: node 0 ada, node 1 the proxy, node 2 bob.
#include "test/system/sip-fixture.h"

namespace ns3
{
namespace conntrack
{
namespace test
{
namespace
{

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class SipProxyTest : public SipTest
{
  protected:
    SipProxyTest()
    {
        Build(3);
    }

    /// @param helper gets nothing by default @return the proxy on node 1
    Ptr<SipProxy> AddProxy(SipProxyHelper helper = SipProxyHelper("example.org"))
    {
        return Add<SipProxy>(helper, 1, proxy, 0.5);
    }

    /// @param user a name @param node 0 or 2 @param version family @return a phone there
    SipUserAgentHelper Phone(const std::string& user, uint32_t node, Ip version = Ip::V4) const
    {
        const std::string address = AddressOf(1, node == 0 ? 0 : 1, version);
        SipUserAgentHelper helper(user, SocketAddressOf(address, 5060), "example.org");
        SetConstant(helper, "HoldingTime", 10);
        SetConstant(helper, "Interval", 2);
        return helper;
    }
};

/// How two phones reach their proxy.
struct ProxyRow
{
    const char* label;
    SipTransport caller;
    SipTransport callee;
    Ip version;
};

/// @param row a row @param out gets its label
void
PrintTo(const ProxyRow& row, std::ostream* out)
{
    *out << row.label;
}

class SipThroughProxy : public SipProxyTest, public ::testing::WithParamInterface<ProxyRow>
{
};

TEST_P(SipThroughProxy, CallIsSetUpAndTornDown)
{
    const ProxyRow& row = GetParam();
    SipUserAgentHelper caller = Phone("ada", 0, row.version);
    caller.SetAttribute("Targets", StringValue("sip:bob@example.org"));
    caller.SetAttribute("Transport", EnumValue(static_cast<int>(row.caller)));
    SipUserAgentHelper callee = Phone("bob", 2, row.version);
    callee.SetAttribute("Transport", EnumValue(static_cast<int>(row.callee)));
    Ptr<SipProxy> server = AddProxy();
    Ptr<SipUserAgent> a = Add<SipUserAgent>(caller, 0, ada);
    Ptr<SipUserAgent> b = Add<SipUserAgent>(callee, 2, bob);
    Run(100);
    ASSERT_THAT(ada.Fates(), ElementsAre(SipFate::Completed));
    ASSERT_THAT(bob.Fates(), ElementsAre(SipFate::Completed));
    EXPECT_TRUE(a->IsRegistered());
    EXPECT_TRUE(b->IsRegistered());
    EXPECT_EQ(server->GetBindings(), 2U);
    EXPECT_EQ(server->GetRelayed(), 0U);
    EXPECT_EQ(server->GetTransactions(), 0U);
    // Record-routed: ACK and BYE go through the proxy, too; media do not.
    EXPECT_EQ(CountOf(proxy.messages, "< ACK"), 1U);
    EXPECT_EQ(CountOf(proxy.messages, "> ACK"), 1U);
    EXPECT_EQ(CountOf(proxy.messages, "> BYE"), 1U);
    EXPECT_THAT(ada.messages, Contains("< 100 INVITE"));
    EXPECT_EQ(CountOf(proxy.messages, "> 100 INVITE"), 1U);
    EXPECT_THAT(proxy.limits, IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    Rows,
    SipThroughProxy,
    ::testing::Values(ProxyRow{"UdpIpv4", SipTransport::Udp, SipTransport::Udp, Ip::V4},
                      ProxyRow{"UdpIpv6", SipTransport::Udp, SipTransport::Udp, Ip::V6},
                      ProxyRow{"TcpIpv4", SipTransport::Tcp, SipTransport::Tcp, Ip::V4},
                      ProxyRow{"TcpIpv6", SipTransport::Tcp, SipTransport::Tcp, Ip::V6},
                      ProxyRow{"UdpToTcp", SipTransport::Udp, SipTransport::Tcp, Ip::V4},
                      ProxyRow{"TcpToUdp", SipTransport::Tcp, SipTransport::Udp, Ip::V4},
                      ProxyRow{"UdpToTcpIpv6", SipTransport::Udp, SipTransport::Tcp, Ip::V6},
                      ProxyRow{"TcpToUdpIpv6", SipTransport::Tcp, SipTransport::Udp, Ip::V6}),
    [](const auto& info) { return info.param.label; });

TEST_F(SipProxyTest, UserWhoIsNotThere)
{
    SipUserAgentHelper caller = Phone("ada", 0);
    caller.SetAttribute("Targets", StringValue("sip:eve@example.org"));
    AddProxy();
    Add<SipUserAgent>(caller, 0, ada);
    Run(100);
    ASSERT_THAT(ada.Fates(), ElementsAre(SipFate::Refused));
    EXPECT_EQ(ada.calls[0].code, 480);
}

TEST_F(SipProxyTest, DomainThatNobodyKnows)
{
    SipUserAgentHelper caller = Phone("ada", 0);
    caller.SetAttribute("Targets", StringValue("sip:eve@elsewhere.example"));
    AddProxy();
    Add<SipUserAgent>(caller, 0, ada);
    Run(100);
    ASSERT_THAT(ada.Fates(), ElementsAre(SipFate::Refused));
    EXPECT_EQ(ada.calls[0].code, 404);
}

TEST_F(SipProxyTest, CancelIsPassedOn)
{
    SipUserAgentHelper caller = Phone("ada", 0);
    caller.SetAttribute("Targets", StringValue("sip:bob@example.org"));
    SetConstant(caller, "Patience", 5);
    SipUserAgentHelper callee = Phone("bob", 2);
    SetConstant(callee, "AnswerDelay", 60);
    Ptr<SipProxy> server = AddProxy();
    Add<SipUserAgent>(caller, 0, ada);
    Add<SipUserAgent>(callee, 2, bob);
    Run(100);
    EXPECT_THAT(ada.Fates(), ElementsAre(SipFate::Cancelled));
    EXPECT_THAT(bob.Fates(), ElementsAre(SipFate::Cancelled));
    EXPECT_EQ(server->GetRelayed(), 0U);
    EXPECT_EQ(server->GetTransactions(), 0U);
}

TEST_F(SipProxyTest, TimerCEndsACallThatRings)
{
    SipUserAgentHelper caller = Phone("ada", 0);
    caller.SetAttribute("Targets", StringValue("sip:bob@example.org"));
    SipUserAgentHelper callee = Phone("bob", 2);
    callee.SetAttribute("NoAnswerShare", DoubleValue(1));
    SetConstant(callee, "RingTime", 0);
    Ptr<SipProxy> server = AddProxy();
    Add<SipUserAgent>(caller, 0, ada);
    Add<SipUserAgent>(callee, 2, bob);
    Run(300);
    ASSERT_THAT(ada.Fates(), ElementsAre(SipFate::Refused));
    EXPECT_EQ(ada.calls[0].code, 487);
    EXPECT_NEAR((ada.calls[0].end - ada.calls[0].ringing).GetSeconds(), 181, 0.1);
    EXPECT_THAT(bob.Fates(), ElementsAre(SipFate::Cancelled));
    EXPECT_EQ(server->GetRelayed(), 0U);
}

TEST_F(SipProxyTest, RegistrationIsRefreshedAndTakenBack)
{
    SipUserAgentHelper phone = Phone("ada", 0);
    phone.SetAttribute("Expires", TimeValue(Seconds(60)));
    Ptr<SipProxy> server = AddProxy();
    Ptr<SipUserAgent> a = Add<SipUserAgent>(phone, 0, ada);
    a->SetStopTime(Seconds(150));
    Run(200);
    using Event = SipRegistrationEvent;
    EXPECT_THAT(ada.Events(),
                ElementsAre(Event::Registered, Event::Refreshed, Event::Refreshed, Event::Removed));
    EXPECT_THAT(proxy.Events(),
                ElementsAre(Event::Registered, Event::Refreshed, Event::Refreshed, Event::Removed));
    EXPECT_NEAR((ada.registrations[1].time - ada.registrations[0].time).GetSeconds(), 54, 0.1);
    EXPECT_EQ(server->GetBindings(), 0U);
}

TEST_F(SipProxyTest, RegistrationExpiresWhenThePhoneIsGone)
{
    SipUserAgentHelper phone = Phone("ada", 0);
    phone.SetAttribute("Expires", TimeValue(Seconds(60)));
    Ptr<SipProxy> server = AddProxy();
    Add<SipUserAgent>(phone, 0, ada);
    At(10, [this] { nodes.Get(0)->GetObject<Ipv4>()->SetDown(1); });
    Run(100);
    using Event = SipRegistrationEvent;
    EXPECT_THAT(proxy.Events(), ElementsAre(Event::Registered, Event::Expired));
    EXPECT_NEAR(proxy.registrations[1].time.GetSeconds(), 61, 0.1);
    EXPECT_EQ(server->GetBindings(), 0U);
}

TEST_F(SipProxyTest, LifetimesAreBounded)
{
    SipProxyHelper strict("example.org");
    strict.SetAttribute("MinExpires", TimeValue(Seconds(100)));
    strict.SetAttribute("MaxExpires", TimeValue(Seconds(200)));
    AddProxy(strict);
    SipUserAgentHelper brief = Phone("ada", 0);
    brief.SetAttribute("Expires", TimeValue(Seconds(10)));
    SipUserAgentHelper lasting = Phone("bob", 2);
    Add<SipUserAgent>(brief, 0, ada);
    Add<SipUserAgent>(lasting, 2, bob);
    Run(50);
    EXPECT_THAT(ada.messages,
                ElementsAre("> REGISTER", "< 423 REGISTER", "> REGISTER", "< 200 REGISTER"));
    EXPECT_EQ(ada.registrations.at(0).lifetime, Seconds(100));
    EXPECT_EQ(bob.registrations.at(0).lifetime, Seconds(200));
}

TEST_F(SipProxyTest, BindingsAreLimited)
{
    SipProxyHelper small("example.org");
    small.SetAttribute("MaxBindings", UintegerValue(1));
    Ptr<SipProxy> server = AddProxy(small);
    SipUserAgentHelper first = Phone("ada", 0);
    SipUserAgentHelper second = Phone("bob", 2);
    Add<SipUserAgent>(first, 0, ada, 1);
    Add<SipUserAgent>(second, 2, bob, 2);
    Run(10);
    EXPECT_THAT(bob.Events(), ElementsAre(SipRegistrationEvent::Refused));
    EXPECT_EQ(bob.registrations[0].code, 503);
    EXPECT_EQ(server->GetLimitCount(SipLimit::Bindings), 1U);
}

TEST_F(SipProxyTest, UnreachableProxyIsTriedAgain)
{
    SipUserAgentHelper phone = Phone("ada", 0);
    Add<SipUserAgent>(phone, 0, ada);
    SipProxyHelper helper("example.org");
    Add<SipProxy>(helper, 1, proxy, 40); // it comes late
    Run(100);
    using Event = SipRegistrationEvent;
    EXPECT_THAT(ada.Events(), ElementsAre(Event::TimedOut, Event::Registered));
    EXPECT_NEAR(ada.registrations[0].time.GetSeconds(), 33, 0.1);
    EXPECT_NEAR(ada.registrations[1].time.GetSeconds(), 63, 0.1);
}

TEST_F(SipProxyTest, StoppedProxyRefuses)
{
    SipUserAgentHelper caller = Phone("ada", 0);
    caller.SetAttribute("Targets", StringValue("sip:bob@example.org"));
    SetConstant(caller, "Interval", 20);
    SipUserAgentHelper callee = Phone("bob", 2);
    Ptr<SipProxy> server = AddProxy();
    server->SetStopTime(Seconds(10));
    Add<SipUserAgent>(caller, 0, ada);
    Add<SipUserAgent>(callee, 2, bob);
    Run(100);
    ASSERT_THAT(ada.Fates(), ElementsAre(SipFate::Refused));
    EXPECT_EQ(ada.calls[0].code, 503);
}

TEST_F(SipProxyTest, ProxyThatVanishesInMidCall)
{
    SipUserAgentHelper caller = Phone("ada", 0);
    caller.SetAttribute("Targets", StringValue("sip:bob@example.org"));
    SipUserAgentHelper callee = Phone("bob", 2);
    AddProxy();
    Add<SipUserAgent>(caller, 0, ada);
    Add<SipUserAgent>(callee, 2, bob);
    At(10, [this] { nodes.Get(1)->GetObject<Ipv4>()->SetDown(1); });
    Run(100);
    EXPECT_THAT(ada.Fates(), ElementsAre(SipFate::PeerLost));
    EXPECT_THAT(bob.Fates(), IsEmpty()); // nothing has told it
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
