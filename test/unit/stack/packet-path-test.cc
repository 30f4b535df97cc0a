/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

// The order of base chains and tracking at the five hooks, and what rules hand to tracking.
#include "test/unit/stack/path-fixture.h"

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

class PacketPathTest : public PathFixture
{
  protected:
    /// A chain that logs its name. @param rules where @param hook its hook @param priority its own
    static void AddLogger(RuleWriter& rules, const std::string& hook, int priority)
    {
        const std::string name = hook + std::to_string(priority + 1000);
        rules.Chain(name, hook, priority).Rule(name, Log(std::to_string(priority) + " "));
    }
};

TEST_F(PacketPathTest, ChainsRunByPriority)
{
    RuleWriter rules;
    for (const int priority : {100, -300, 0, -150})
    {
        AddLogger(rules, "prerouting", priority);
    }
    Load(rules);
    Forward(FromClient());
    EXPECT_THAT(Journal(), ElementsAre("-300", "-150", "0", "100", "new"));
}

TEST_F(PacketPathTest, WitnessSeesLookUpAndEnd)
{
    RuleWriter rules;
    AddLogger(rules, "prerouting", -300);
    AddLogger(rules, "prerouting", -150);
    Load(rules);
    path->SetWitness([this](Hook hook, const TrackedPacket& packet) {
        const bool isNew = packet.state == FlowState::New;
        journal.push_back(std::string(isNew ? "new at " : "at ") +
                          (hook == Hook::Prerouting ? "look-up" : "end"));
    });
    Forward(FromClient());
    EXPECT_THAT(Journal(), ElementsAre("-300", "new at look-up", "-150", "new", "new at end"));
    path->SetWitness(nullptr);
    Forward(FromClient());
    EXPECT_THAT(Journal(), ElementsAre("-300", "-150"));
}

TEST_F(PacketPathTest, OfEqualPrioritiesTheLaterChainRunsFirst)
{
    RuleWriter rules;
    rules.Chain("a", "forward", 0).Rule("a", Log("a "));
    rules.Chain("b", "forward", 0).Rule("b", Log("b "));
    Load(rules);
    Forward(FromClient());
    EXPECT_THAT(Journal(), ElementsAre("b", "a", "new"));
}

TEST_F(PacketPathTest, HelperIsLastInNewKernels)
{
    RuleWriter rules;
    AddLogger(rules, "postrouting", 299);
    AddLogger(rules, "postrouting", 301);
    Load(rules);
    Forward(FromClient(), Helped());
    EXPECT_THAT(Journal(), ElementsAre("299", "301", "help", "new"));
}

TEST_F(PacketPathTest, HelperIsAt300InOldKernels)
{
    Begin("v5.10");
    RuleWriter rules;
    AddLogger(rules, "postrouting", 299);
    AddLogger(rules, "postrouting", 301);
    Load(rules);
    Forward(FromClient(), Helped());
    EXPECT_THAT(Journal(), ElementsAre("299", "help", "301", "new"));
}

TEST_F(PacketPathTest, RuleBehindTheHelperMayStillDropTheConnection)
{
    Begin("v5.10");
    helper->expected = 2000;
    Load(RuleWriter().Chain("late", "postrouting", 400, "drop"));
    Forward(FromClient(), Helped());
    EXPECT_THAT(Journal(), ElementsAre("help", "new exp", "destroy exp"));
    EXPECT_EQ(connections.Size(), 0U);
}

TEST_F(PacketPathTest, StateIsKnownBehindTheLookUpOnly)
{
    RuleWriter rules;
    rules.Chain("before", "prerouting", -201).Rule("before", All(State("new"), Log("early ")));
    rules.Chain("after", "prerouting", -199).Rule("after", All(State("new"), Log("late ")));
    Load(rules);
    Forward(FromClient());
    EXPECT_THAT(Journal(), ElementsAre("late", "new"));
}

TEST_F(PacketPathTest, DropEndsTheWay)
{
    RuleWriter rules;
    AddLogger(rules, "postrouting", 0);
    rules.Chain("fw", "forward", 0, "drop");
    Load(rules);
    EXPECT_EQ(Forward(FromClient()).passage, Passage::Stop);
    EXPECT_THAT(Journal(), IsEmpty());
}

TEST_F(PacketPathTest, RejectIsToldOnceWithItsVerdict)
{
    uint32_t rejects = 0;
    path->SetRejectCallback([&](TrackedPacket& packet, const Verdict& verdict) {
        rejects += verdict.reject == RejectKind::TcpReset && packet.connection != nullptr ? 1 : 0;
    });
    Load(RuleWriter().Chain("fw", "forward", 0).Rule("fw", TCP_RESET));
    EXPECT_EQ(Forward(FromClient()).passage, Passage::Stop);
    EXPECT_EQ(rejects, 1U);
    EXPECT_THAT(drops, ElementsAre(DropReason::Reject));
}

TEST_F(PacketPathTest, RejectWithoutACallbackDrops)
{
    Load(RuleWriter().Chain("fw", "forward", 0).Rule("fw", TCP_RESET));
    EXPECT_EQ(Forward(FromClient()).passage, Passage::Stop);
}

TEST_F(PacketPathTest, ZoneOfARuleKeepsFlowsApart)
{
    const uint32_t plain = Forward(FromClient()).id;
    Load(RuleWriter()
             .Chain("raw", "prerouting", -300)
             .Rule("raw", R"({"mangle":{"key":{"ct":{"key":"zone"}},"value":5}})"));
    const uint32_t zoned = Forward(FromClient()).id;
    EXPECT_NE(plain, zoned);
    EXPECT_EQ(connections.Size(), 2U);
    EXPECT_EQ(Forward(FromServer()).id, zoned);
}

TEST_F(PacketPathTest, TimeoutOfARuleHoldsFromTheFirstPacketIfSetBehindTheLookUp)
{
    // Linux's nft_ct_timeout_obj_eval passes over packets that have no connection yet.
    RuleWriter rules;
    rules.Add("ct timeout",
              R"("name":"x","protocol":"tcp","l3proto":"ip","policy":{"syn_sent":7})");
    rules.Add("ct timeout",
              R"("name":"y","protocol":"tcp","l3proto":"ip","policy":{"syn_sent":9})");
    rules.Chain("raw", "prerouting", -300).Rule("raw", R"({"ct timeout":"x"})");
    rules.Chain("pre", "prerouting", -100).Rule("pre", R"({"ct timeout":"y"})");
    Load(rules);
    Forward(FromClient());
    connections.ForEach([](Connection& c) { EXPECT_EQ(c.deadline, 9 * SECOND); });
    EXPECT_EQ(connections.Size(), 1U);
}

TEST_F(PacketPathTest, LateHelperOfATranslatedConnectionIsShiftedByProfile)
{
    const Tuple tuple = *TupleOf(*PacketView::Parse(AsView(FromClient())), settings.trackers);
    for (const auto& [profile, late] : {std::pair("v3.9", true), {"v5.10", false}, {"v6.18", true}})
    {
        Begin(profile);
        for (const uint32_t nat : {uint32_t{0}, status::SRC_NAT, status::DST_NAT})
        {
            Connection* connection = connections.Create(tuple, *Invert(tuple), {}, 0);
            connection->status |= nat;
            EXPECT_EQ(path->AddHelperArea(*connection)->takesShifts, nat == 0 || late)
                << profile << " " << nat;
            connections.Release(*connection);
        }
    }
}

TEST_F(PacketPathTest, OnDemandTracksOnlyIfARuleAsks)
{
    path->SetTrackingOnDemand(true);
    EXPECT_FALSE(Forward(FromClient()).tracked);
    Load(RuleWriter("ip").Chain("fw", "forward", 0).Rule("fw", All(State("new"), ACCEPT)));
    EXPECT_TRUE(path->IsTracking(Family::Ipv4));
    EXPECT_FALSE(path->IsTracking(Family::Ipv6));
    EXPECT_TRUE(Forward(FromClient()).tracked);
}

TEST_F(PacketPathTest, OnDemandALookUpFindsNothingEither)
{
    path->SetTrackingOnDemand(true);
    const Bytes bytes = FromClient();
    TrackedPacket packet;
    packet.view = *PacketView::Parse(AsView(bytes));
    EXPECT_EQ(path->LookUp(packet), Passage::Pass);
    EXPECT_EQ(packet.connection, nullptr);
}

TEST_F(PacketPathTest, ChainOfTheOtherFamilyIsNotRun)
{
    Load(RuleWriter("ip6").Chain("fw", "forward", 0, "drop"));
    EXPECT_EQ(Forward(FromClient()).passage, Passage::Pass);
}

TEST_F(PacketPathTest, NoRulesAtAllAgain)
{
    Load(RuleWriter().Chain("fw", "forward", 0, "drop"));
    path->SetRuleset(nullptr);
    EXPECT_EQ(path->GetRuleset(), nullptr);
    EXPECT_EQ(Forward(FromClient()).passage, Passage::Pass);
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
