/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

// Ten thousand calls through one router.
#include "test/system/sip-fixture.h"

namespace ns3
{
namespace conntrack
{
namespace test
{
namespace
{

using ::testing::IsEmpty;

/// Ten phones on one host call ten on another.
class SipTenThousandCalls : public SipTest
{
  protected:
    static constexpr uint32_t PHONES = 10;
#ifdef __SANITIZE_ADDRESS__
    static constexpr uint32_t CALLS = 50; ///< of each: the same code, a twentieth of the minutes
#else
    static constexpr uint32_t CALLS = 1000; ///< of each
#endif

    /// @return what the router told of connections
    std::vector<std::string> RunOnce()
    {
        events.clear();
        m_fates = {};
        m_heard = 0;
        nextStream = 200;
        linkRate = "1Gbps";
        // ns-3.37 sends a checksum that comes out as zero as zero, which says that there is none:
        // NAT leaves it, and ns-3.37 takes the packet for broken. One datagram of 65,536.
        Config::SetGlobal("ChecksumEnabled", BooleanValue(false));
        Build(3);
        InternetStackHelper().AssignStreams(nodes, 1000);
        NetfilterHelper netfilter;
        netfilter.SetFirstStream(1);
        Ptr<Conntrack> router = Install(1, SipFirewall(), netfilter);
        std::vector<Ptr<SipUserAgent>> phones;
        for (uint32_t i = 0; i < PHONES; ++i)
        {
            const auto port = static_cast<uint16_t>(5060 + 2 * i);
            SipUserAgentHelper callee("bob");
            SetPorts(callee, i);
            callee.SetAttribute("AnswerDelay",
                                StringValue("ns3::UniformRandomVariable[Min=0.1|Max=0.5]"));
            callee.SetAttribute("RefusalShare", DoubleValue(0.05));
            phones.push_back(AddPhone(callee, 2));
            SipUserAgentHelper caller("ada");
            SetPorts(caller, i);
            caller.SetAttribute("Targets", StringValue(UriOf("bob") + ":" + std::to_string(port)));
            caller.SetAttribute("Calls", UintegerValue(CALLS));
            caller.SetAttribute("Interval", StringValue("ns3::UniformRandomVariable[Min=2|Max=3]"));
            caller.SetAttribute("HoldingTime",
                                StringValue("ns3::UniformRandomVariable[Min=0.1|Max=0.3]"));
            phones.push_back(AddPhone(caller, 0));
        }
        Run(6700);
        EXPECT_EQ(router->GetConnections().Size(), 0U);
        EXPECT_EQ(router->GetExpectations()->Size(), 0U);
        for (const Ptr<SipUserAgent>& phone : phones)
        {
            EXPECT_EQ(phone->GetCalls(), 0U);
            EXPECT_EQ(phone->GetMediaPortsInUse(), 0U);
            EXPECT_EQ(phone->GetTransactions(), 0U);
        }
        std::vector<std::string> told = events;
        CleanUp();
        Config::Reset();
        return told;
    }

    /// How many calls ended how, at the caller, and how many packets of media came.
    struct Fates
    {
        uint32_t completed{0};
        uint32_t refused{0};
        uint32_t others{0};
    };

    Fates m_fates;
    uint32_t m_heard{0}; ///< completed calls in which the caller got media

  private:
    /// @return rules: node 0's side may begin calls, with the router's address; the helper lets
    /// their media in
    static std::string SipFirewall()
    {
        StatefulFirewall firewall;
        firewall.inside = "eth1";
        firewall.outside = "eth2";
        firewall.masquerades = true;
        for (uint32_t i = 0; i < PHONES; ++i)
        {
            const auto port = static_cast<uint16_t>(5060 + 2 * i);
            firewall.helpers.push_back({"sip", protocol::UDP, port});
            firewall.fromInside.push_back({protocol::UDP, port, 0});
        }
        return ToJson(firewall);
    }

    /// @param helper gets ports of its own @param number of the phone
    static void SetPorts(SipHelper& helper, uint32_t number)
    {
        helper.SetAttribute("Port", UintegerValue(5060 + 2 * number));
        helper.SetAttribute("MediaPortMin", UintegerValue(10000 + 1000 * number));
        helper.SetAttribute("MediaPortMax", UintegerValue(10999 + 1000 * number));
        helper.SetAttribute("MaxCalls", UintegerValue(10));
    }

    Ptr<SipUserAgent> AddPhone(SipHelper& helper, uint32_t node)
    {
        helper.SetFirstStream(nextStream);
        nextStream += 20;
        ApplicationContainer applications = helper.Install(nodes.Get(node));
        applications.Start(Seconds(1));
        applications.Get(0)->TraceConnectWithoutContext(
            "Call",
            Callback<void, const SipCallRecord&>([this](const SipCallRecord& call) {
                if (call.outgoing)
                {
                    const bool heard = call.fate == SipFate::Completed && call.media.received > 0;
                    m_heard += heard ? 1 : 0;
                    ++(call.fate == SipFate::Completed ? m_fates.completed
                       : call.fate == SipFate::Refused ? m_fates.refused
                                                       : m_fates.others);
                }
            }));
        return DynamicCast<SipUserAgent>(applications.Get(0));
    }
};

TEST_F(SipTenThousandCalls, LeaveNothingAndRepeat)
{
    const std::vector<std::string> first = RunOnce();
    EXPECT_EQ(m_fates.completed + m_fates.refused, PHONES * CALLS);
    EXPECT_EQ(m_fates.others, 0U);
    EXPECT_GT(m_fates.refused, PHONES * CALLS * 2 / 100); // 5% are asked for
    EXPECT_LT(m_fates.refused, PHONES * CALLS * 8 / 100);
    EXPECT_EQ(m_heard, m_fates.completed) << "media came to both ends";
    EXPECT_THAT(drops, IsEmpty());
    const std::vector<std::string> second = RunOnce();
    EXPECT_GT(first.size(), 2 * PHONES * CALLS);
    ASSERT_EQ(first.size(), second.size());
    for (std::size_t i = 0; i < first.size(); ++i)
    {
        ASSERT_EQ(first[i], second[i]) << "event " << i;
    }
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
