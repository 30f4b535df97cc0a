/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

// What the SIP helper's parameters, limits and timeouts make of calls between phones. The router's
// firewall lets in nothing that is new, and out but SIP: media pass if they are expected, or not at
// all. Both ends of a call send media from where they take them, so that one expectation opens the
// way for both, once its own end has been heard.
#include "test/system/sip-fixture.h"

#include <map>

namespace ns3
{
namespace conntrack
{
namespace test
{
namespace
{

using ::testing::ElementsAre;
using ::testing::SizeIs;

/// Ada on node 0, inside; the router is node 1.
class SipLimits : public SipTest
{
  protected:
    ~SipLimits() override
    {
        CleanUp(); // that is told, too
    }

    /// What is set of the router.
    struct Settings
    {
        bool masquerades{false};
        bool directSignalling{true};
        bool directMedia{true};
        bool externalMedia{false};
        uint32_t audioLimit{4};   ///< expectations of a connection
        double audioTimeout{180}; ///< seconds that one lives
        std::vector<PortForward> forwards;
    };

    /// @param settings of the router @return it
    Ptr<Conntrack> AddRouter(const Settings& settings)
    {
        const std::string helper = "ns3::conntrack::SipProtocolHelper::";
        Config::SetDefault(helper + "DirectSignalling", BooleanValue(settings.directSignalling));
        Config::SetDefault(helper + "DirectMedia", BooleanValue(settings.directMedia));
        Config::SetDefault(helper + "ExternalMedia", BooleanValue(settings.externalMedia));
        StatefulFirewall firewall;
        firewall.inside = "eth1";
        firewall.outside = "eth2";
        firewall.helpers = {{"sip", protocol::UDP, 5060}};
        firewall.fromInside = {{protocol::UDP, 5060, 0}};
        firewall.masquerades = settings.masquerades;
        firewall.forwards = settings.forwards;
        Ptr<Conntrack> router = Install(1);
        SetAudioPolicy(router->GetHelpers(), settings);
        router->LoadRuleset(ToJson(firewall));
        router->GetExpectations()->TraceConnectWithoutContext(
            "Destroy",
            Callback<void, const ExpectationNotice&>(
                [this](const ExpectationNotice& notice) { ++ends[notice.end]; }));
        return router;
    }

    /// @param registry whose helper gets it before rules ask for that @param settings the policy
    static void SetAudioPolicy(Ptr<HelperRegistry> registry, const Settings& settings)
    {
        registry->Release(registry->Acquire("sip", Family::Ipv4, protocol::UDP)); // loads it
        Ptr<ProtocolHelper> helper = registry->FindByName("sip", Family::Ipv4, protocol::UDP);
        registry->Unregister(helper, 0);
        std::vector<ExpectationPolicy> policies = helper->GetPolicies();
        policies.at(1).maxExpected = settings.audioLimit;
        policies.at(1).timeout = static_cast<Nanos>(settings.audioTimeout * SECOND);
        helper->SetPolicies(policies);
        registry->Register(helper);
    }

    /// @param user a name @param address of the proxy, where it registers @return a phone
    static SipUserAgentHelper Phone(const std::string& user, const std::string& address)
    {
        SipUserAgentHelper helper(user, SocketAddressOf(address, 5060), "example.org");
        SetConstant(helper, "HoldingTime", 10);
        return helper;
    }

    SipTold eve;
    std::map<ExpectationEnd, uint64_t> ends; ///< of expectations
};

// ---------------------------------------------------------------------------- DirectMedia

/// Whether there is a proxy between the phones, which is elsewhere than they are, and what the call
/// comes to.
struct MediaRow
{
    const char* label;
    bool masquerades;
    bool directMedia;
    bool byProxy;
    SipFate fate;
    uint64_t expectations; ///< that were made
};

/// @param row a row @param out gets its label
void
PrintTo(const MediaRow& row, std::ostream* out)
{
    *out << row.label;
}

class SipDirectMedia : public SipLimits, public ::testing::WithParamInterface<MediaRow>
{
};

TEST_P(SipDirectMedia, DecidesWhetherMediaPass)
{
    const MediaRow& row = GetParam();
    Build(4);
    Settings settings;
    settings.masquerades = row.masquerades;
    settings.directMedia = row.directMedia;
    Ptr<Conntrack> router = AddRouter(settings);
    SipProxyHelper server("example.org");
    Add<SipProxy>(server, 2, proxy, 0.5);
    SipUserAgentHelper callee = Phone("bob", AddressOf(2, 2));
    Add<SipUserAgent>(callee, 3, bob);
    SipUserAgentHelper caller = row.byProxy ? Phone("ada", AddressOf(2, 1)) : Caller();
    caller.SetAttribute("Register", BooleanValue(false));
    caller.SetAttribute("Targets", StringValue(row.byProxy ? "sip:bob@example.org" : UriOf("bob")));
    Add<SipUserAgent>(caller, 0, ada);
    Run(100);
    EXPECT_THAT(ada.Fates(), ElementsAre(row.fate));
    EXPECT_THAT(bob.Fates(), ElementsAre(row.fate));
    EXPECT_EQ(router->GetStatistics().expectCreate, row.expectations);
    EXPECT_EQ(router->GetExpectations()->Size(), 0U);
}

INSTANTIATE_TEST_SUITE_P(
    Rows,
    SipDirectMedia,
    ::testing::Values(
        MediaRow{"BetweenTheEnds", false, true, false, SipFate::Completed, 4},
        MediaRow{"BetweenTheEndsFromAnywhere", false, false, false, SipFate::Completed, 4},
        MediaRow{"ByProxy", false, true, true, SipFate::NoMedia, 2}, // bob's are a third party's
        MediaRow{"ByProxyFromAnywhere", false, false, true, SipFate::Completed, 4},
        MediaRow{"NatBetweenTheEnds", true, true, false, SipFate::Completed, 4},
        MediaRow{"NatBetweenTheEndsFromAnywhere", true, false, false, SipFate::Completed, 4},
        MediaRow{"NatByProxy", true, true, true, SipFate::NoMedia, 2},
        MediaRow{"NatByProxyFromAnywhere", true, false, true, SipFate::Completed, 4}),
    [](const auto& info) { return info.param.label; });

// ---------------------------------------------------------------------------- ExternalMedia

/// Whether media of two phones outside, which call by a proxy inside, go through the router.
struct ExternalRow
{
    const char* label;
    bool directMedia;
    bool externalMedia;
    bool throughRouter;
};

/// @param row a row @param out gets its label
void
PrintTo(const ExternalRow& row, std::ostream* out)
{
    *out << row.label;
}

class SipExternalMedia : public SipLimits, public ::testing::WithParamInterface<ExternalRow>
{
};

TEST_P(SipExternalMedia, DecidesWhichWayTheyGo)
{
    const ExternalRow& row = GetParam();
    Build(4);
    Settings settings;
    settings.masquerades = true;
    settings.directMedia = row.directMedia;
    settings.externalMedia = row.externalMedia;
    settings.forwards = {{protocol::UDP, 5060, AddressOf(0, 0), 0},
                         {protocol::TCP, 5060, AddressOf(0, 0), 0}};
    Ptr<Conntrack> router = AddRouter(settings);
    SipProxyHelper server("example.org");
    server.SetAttribute("RecordRoute", BooleanValue(false)); // by an address inside
    Add<SipProxy>(server, 0, proxy, 0.5);
    // Bob's own leg is TCP, which no helper reads: else his media were known from there.
    const std::string outer = AddressOf(1, 1);
    SipUserAgentHelper caller = Phone("bob", outer);
    caller.SetAttribute("Transport", EnumValue(static_cast<int>(SipTransport::Tcp)));
    caller.SetAttribute("Targets", StringValue("sip:eve@example.org"));
    SetConstant(caller, "Interval", 2);
    Add<SipUserAgent>(caller, 2, bob);
    SipUserAgentHelper callee = Phone("eve", outer);
    Add<SipUserAgent>(callee, 3, eve);
    Run(300);
    EXPECT_THAT(bob.Fates(), ElementsAre(SipFate::Completed));
    EXPECT_THAT(eve.Fates(), ElementsAre(SipFate::Completed));
    EXPECT_EQ(router->GetStatistics().expectNew > 0, row.throughRouter);
    // Media's have expired, for the BYE passed by; eve's registration is left.
    EXPECT_EQ(router->GetExpectations()->Size(), 1U);
}

INSTANTIATE_TEST_SUITE_P(Rows,
                         SipExternalMedia,
                         ::testing::Values(ExternalRow{"Direct", true, false, false},
                                           ExternalRow{"FromAnywhere", false, false, true},
                                           ExternalRow{"StayOutside", false, true, false},
                                           ExternalRow{"NoEffectIfDirect", true, true, false}),
                         [](const auto& info) { return info.param.label; });

// ---------------------------------------------------------------------------- DirectSignalling

/// Who calls ada, who has registered at the proxy from behind NAT.
struct SignallingRow
{
    const char* label;
    bool directSignalling;
    bool registers;
    bool byProxy;
    SipFate fate;
};

/// @param row a row @param out gets its label
void
PrintTo(const SignallingRow& row, std::ostream* out)
{
    *out << row.label;
}

class SipDirectSignalling : public SipLimits, public ::testing::WithParamInterface<SignallingRow>
{
};

TEST_P(SipDirectSignalling, DecidesWhoMayCall)
{
    const SignallingRow& row = GetParam();
    Build(4);
    Settings settings;
    settings.masquerades = true;
    settings.directSignalling = row.directSignalling;
    settings.directMedia = false; // bob's media come from elsewhere than the proxy's messages
    Ptr<Conntrack> router = AddRouter(settings);
    SipProxyHelper server("example.org");
    Add<SipProxy>(server, 2, proxy, 0.5);
    SipUserAgentHelper callee = Phone("ada", AddressOf(2, 1));
    callee.SetAttribute("Register", BooleanValue(row.registers));
    Add<SipUserAgent>(callee, 0, ada);
    SipUserAgentHelper caller = row.byProxy ? Phone("bob", AddressOf(2, 2)) : Caller();
    caller.SetAttribute("Targets",
                        StringValue(row.byProxy ? std::string("sip:ada@example.org")
                                                : "sip:ada@" + AddressOf(1, 1)));
    SetConstant(caller, "Interval", 5);
    Add<SipUserAgent>(caller, 3, bob);
    Run(300);
    EXPECT_THAT(bob.Fates(), ElementsAre(row.fate));
    EXPECT_THAT(ada.calls, SizeIs(row.fate == SipFate::Completed ? 1 : 0));
    // Those of a stranger's media have expired; the registration's is left.
    EXPECT_EQ(router->GetExpectations()->Size(), row.registers ? 1U : 0U);
}

INSTANTIATE_TEST_SUITE_P(
    Rows,
    SipDirectSignalling,
    ::testing::Values(
        SignallingRow{"Registrar", true, true, true, SipFate::Completed},
        SignallingRow{"RegistrarOfAnybody", false, true, true, SipFate::Completed},
        SignallingRow{"Anybody", false, true, false, SipFate::Completed},
        SignallingRow{"StrangerToADirectOne", true, true, false, SipFate::TimedOut},
        SignallingRow{"StrangerWithoutRegistration", false, false, false, SipFate::TimedOut},
        SignallingRow{"RegistrarWithoutRegistration", true, false, true, SipFate::Refused}),
    [](const auto& info) { return info.param.label; });

// ---------------------------------------------------------------------------- limits, timeouts

/// The policy of class audio, and what a call comes to.
struct PolicyRow
{
    const char* label;
    bool masquerades;
    uint32_t limit;
    double timeout;     ///< seconds
    double answerDelay; ///< seconds
    SipFate fate;
    uint64_t missing; ///< of bob's packets, at ada; a call that is not complete: all of them
    // How expectations ended.
    uint64_t used;
    uint64_t evicted; ///< for a newer one
    uint64_t expired;
};

/// @param row a row @param out gets its label
void
PrintTo(const PolicyRow& row, std::ostream* out)
{
    *out << row.label;
}

class SipAudioPolicy : public SipLimits, public ::testing::WithParamInterface<PolicyRow>
{
};

TEST_P(SipAudioPolicy, DecidesWhatPasses)
{
    const PolicyRow& row = GetParam();
    Build(3);
    Settings settings;
    settings.masquerades = row.masquerades;
    settings.audioLimit = row.limit;
    settings.audioTimeout = row.timeout;
    Ptr<Conntrack> router = AddRouter(settings);
    SipUserAgentHelper callee("bob");
    SetConstant(callee, "AnswerDelay", row.answerDelay);
    SipUserAgentHelper caller = Caller();
    Add<SipUserAgent>(callee, 2, bob);
    Add<SipUserAgent>(caller, 0, ada);
    Run(200);
    ASSERT_THAT(ada.calls, SizeIs(1));
    ASSERT_THAT(bob.calls, SizeIs(1));
    EXPECT_EQ(ada.calls[0].fate, row.fate);
    EXPECT_EQ(bob.calls[0].fate, row.fate);
    const uint64_t sent = bob.calls[0].media.sent;
    EXPECT_EQ(sent - ada.calls[0].media.received,
              row.fate == SipFate::Completed ? row.missing : sent);
    EXPECT_EQ(ends[ExpectationEnd::Used], row.used);
    EXPECT_EQ(ends[ExpectationEnd::Evicted], row.evicted);
    EXPECT_EQ(ends[ExpectationEnd::Expired], row.expired);
    EXPECT_EQ(router->GetExpectations()->Size(), 0U);
}

constexpr SipFate COMPLETED = SipFate::Completed;
constexpr SipFate ONE_WAY = SipFate::OneWay;

// Bob's media come before ada's. If hers are not expected, they are lost until hers have opened the
// way; but behind NAT they go to the router itself, and have taken the ports before hers come.
INSTANTIATE_TEST_SUITE_P(
    Rows,
    SipAudioPolicy,
    ::testing::Values(PolicyRow{"AsInLinux", false, 4, 180, 2, COMPLETED, 0, 2, 0, 0},
                      PolicyRow{"RoomForThree", false, 3, 180, 2, COMPLETED, 1, 2, 1, 0},
                      PolicyRow{"RoomForOneEnd", false, 2, 180, 2, COMPLETED, 1, 2, 2, 0},
                      PolicyRow{"RoomForReports", false, 1, 180, 2, SipFate::NoMedia, 0, 1, 3, 0},
                      PolicyRow{"InTime", false, 4, 60, 45, COMPLETED, 0, 2, 0, 0},
                      PolicyRow{"RangTooLong", false, 4, 60, 70, COMPLETED, 1, 2, 0, 2},
                      PolicyRow{"ReportsTooLate", false, 4, 1, 0.1, COMPLETED, 0, 1, 0, 3},
                      PolicyRow{"NatAsInLinux", true, 4, 180, 2, COMPLETED, 0, 2, 0, 0},
                      PolicyRow{"NatRoomForThree", true, 3, 180, 2, ONE_WAY, 0, 2, 1, 0},
                      PolicyRow{"NatRoomForOneEnd", true, 2, 180, 2, ONE_WAY, 0, 2, 2, 0},
                      PolicyRow{"NatRoomForReports", true, 1, 180, 2, SipFate::NoMedia, 0, 1, 3, 0},
                      PolicyRow{"NatInTime", true, 4, 60, 45, COMPLETED, 0, 2, 0, 0},
                      PolicyRow{"NatRangTooLong", true, 4, 60, 70, ONE_WAY, 0, 2, 0, 2},
                      PolicyRow{"NatReportsTooLate", true, 4, 1, 0.1, COMPLETED, 0, 1, 0, 3}),
    [](const auto& info) { return info.param.label; });

// ---------------------------------------------------------------------------- SipTimeout,
// ExpectMax

/// How long the signalling lives without a message, and what a callee's BYE comes to.
struct TimeoutRow
{
    const char* label;
    double timeout; ///< seconds; the call lasts 20
    SipFate caller;
    SipFate callee;
    bool hungUpByCaller; ///< as her own end comes
};

/// @param row a row @param out gets its label
void
PrintTo(const TimeoutRow& row, std::ostream* out)
{
    *out << row.label;
}

class SipSignallingTimeout : public SipLimits, public ::testing::WithParamInterface<TimeoutRow>
{
};

TEST_P(SipSignallingTimeout, DecidesWhetherTheCalleeCanHangUp)
{
    const TimeoutRow& row = GetParam();
    Config::SetDefault("ns3::conntrack::SipProtocolHelper::SipTimeout",
                       TimeValue(Seconds(row.timeout)));
    Build(3);
    Ptr<Conntrack> router = AddRouter({});
    SipUserAgentHelper callee("bob");
    SetConstant(callee, "AnsweredHoldingTime", 20);
    SipUserAgentHelper caller = Caller();
    SetConstant(caller, "HoldingTime", 80);
    SetConstant(caller, "Patience", 90);
    Add<SipUserAgent>(callee, 2, bob);
    Add<SipUserAgent>(caller, 0, ada);
    Run(200);
    ASSERT_THAT(ada.calls, SizeIs(1));
    EXPECT_EQ(ada.calls[0].fate, row.caller);
    EXPECT_EQ(ada.calls[0].hungUpHere, row.hungUpByCaller);
    EXPECT_THAT(bob.Fates(), ElementsAre(row.callee));
    EXPECT_EQ(router->GetExpectations()->Size(), 0U);
}

INSTANTIATE_TEST_SUITE_P(
    Rows,
    SipSignallingTimeout,
    ::testing::Values(
        TimeoutRow{"AsInLinux", 3600, COMPLETED, COMPLETED, false},
        TimeoutRow{"LongerThanTheCall", 21, COMPLETED, COMPLETED, false},
        TimeoutRow{"ShorterThanTheCall", 19, COMPLETED, SipFate::PeerLost, true},
        TimeoutRow{"ShorterThanRinging", 1, SipFate::Cancelled, SipFate::TimedOut, false}),
    [](const auto& info) { return info.param.label; });

/// How many expectations the router has room for, and what a call comes to.
struct RoomRow
{
    const char* label;
    uint32_t room;
    SipFate caller;
    std::size_t callsAtCallee;
    std::size_t resent; ///< answers, until media have used what the INVITE's description left
    bool logged;        ///< messages were dropped
};

/// @param row a row @param out gets its label
void
PrintTo(const RoomRow& row, std::ostream* out)
{
    *out << row.label;
}

class SipRoom : public SipLimits, public ::testing::WithParamInterface<RoomRow>
{
};

TEST_P(SipRoom, IsNeededByEachMessage)
{
    const RoomRow& row = GetParam();
    Build(3);
    Ptr<Conntrack> router = AddRouter({});
    router->SetExpectMaximum(row.room);
    SipUserAgentHelper callee("bob");
    SipUserAgentHelper caller = Caller();
    SetConstant(caller, "Patience", 60);
    Add<SipUserAgent>(callee, 2, bob);
    Add<SipUserAgent>(caller, 0, ada);
    Run(300);
    EXPECT_THAT(ada.Fates(), ElementsAre(row.caller));
    EXPECT_THAT(bob.calls, SizeIs(row.callsAtCallee));
    EXPECT_EQ(CountOf(bob.messages, ">> 200 INVITE"), row.resent);
    EXPECT_EQ(CountOf(logs, "nf_ct_sip: dropping packet: cannot add expectation for voice ") > 0,
              row.logged);
    EXPECT_EQ(router->GetExpectations()->Size(), 0U);
}

INSTANTIATE_TEST_SUITE_P(
    Rows,
    SipRoom,
    ::testing::Values(RoomRow{"ForBoth", 4, COMPLETED, 1, 0, false},
                      RoomRow{"ForOneAndAHalf", 3, COMPLETED, 1, 1, true},
                      RoomRow{"ForTheInvite", 2, COMPLETED, 1, 3, true},
                      RoomRow{"ForHalfOfIt", 1, SipFate::TimedOut, 0, 0, true}),
    [](const auto& info) { return info.param.label; });

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
