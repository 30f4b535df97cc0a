/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

// Connection tracking without a simulator: look-up, expectations, help, confirmation.
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

class FlowTrackingTest : public PathFixture
{
  protected:
    /// A confirmed master whose helper expects a connection to port 2000. @return its id
    uint32_t OpenMaster()
    {
        helper->expected = 2000;
        const uint32_t id = Forward(FromClient(), Helped()).id;
        helper->expected = 0;
        return id;
    }

    /// @return the connection of that id
    const Connection* At(uint32_t id)
    {
        const Connection* found = nullptr;
        connections.ForEach([&](Connection& c) { found = c.id == id ? &c : found; });
        return found;
    }

    /// The expected connection's first packet. @return what became of it
    Fate OpenExpected()
    {
        return Forward(FromServer(2000, 20, tcp_bits::SYN));
    }
};

TEST_F(FlowTrackingTest, FirstPacketIsNewAndConfirmedWhenItLeaves)
{
    const Fate fate = Forward(FromClient());
    EXPECT_EQ(fate.state, FlowState::New);
    EXPECT_THAT(Journal(), ElementsAre("new"));
    EXPECT_EQ(connections.Size(), 1U);
}

TEST_F(FlowTrackingTest, AnswerIsEstablished)
{
    const uint32_t id = Forward(FromClient()).id;
    const Fate fate = Forward(FromServer());
    EXPECT_EQ(fate.state, FlowState::Established);
    EXPECT_EQ(fate.direction, Direction::Reply);
    EXPECT_EQ(fate.id, id);
    EXPECT_THAT(Journal(), ElementsAre("new", "update"));
}

TEST_F(FlowTrackingTest, DroppedFirstPacketLeavesNothing)
{
    Load(RuleWriter().Chain("fw", "forward", 0, "drop"));
    helper->expected = 2000;
    EXPECT_EQ(Forward(FromClient(), Helped()).passage, Passage::Stop);
    EXPECT_THAT(Journal(), IsEmpty()); // no event; and the helper was not asked
    EXPECT_EQ(connections.Size(), 0U);
    EXPECT_EQ(expectations->Size(), 0U);
    EXPECT_THAT(drops, ElementsAre(DropReason::Rule));
}

TEST_F(FlowTrackingTest, RefusalOfTheHelperLeavesNothing)
{
    helper->expected = 2000;
    helper->refuses = true;
    EXPECT_EQ(Forward(FromClient(), Helped()).passage, Passage::Stop);
    EXPECT_EQ(connections.Size(), 0U);
    EXPECT_EQ(expectations->Size(), 0U); // though one was made already
    EXPECT_THAT(Journal(), ElementsAre("help", "new exp", "destroy exp"));
    EXPECT_THAT(drops, ElementsAre(DropReason::HelperRefused));
}

TEST_F(FlowTrackingTest, NotrackIsUntracked)
{
    Load(RuleWriter().Chain("raw", "prerouting", -300).Rule("raw", NOTRACK));
    const Fate fate = Forward(FromClient());
    EXPECT_EQ(fate.state, FlowState::Untracked);
    EXPECT_FALSE(fate.tracked);
    EXPECT_THAT(Journal(), IsEmpty());
    EXPECT_EQ(connections.Size(), 0U);
}

TEST_F(FlowTrackingTest, NeighborDiscoveryIsUntracked)
{
    const Fate fate = Forward(
        PacketBuilder("fe80::1", "ff02::1").HopLimit(255).Icmp(135, 0, 0, Bytes(16)).Build());
    EXPECT_EQ(fate.state, FlowState::Untracked);
    EXPECT_THAT(invalids, IsEmpty());
}

TEST_F(FlowTrackingTest, InvalidPacketPassesWithoutAConnection)
{
    const Fate fate = Forward(FromClient(1000, 0));
    EXPECT_EQ(fate.passage, Passage::Pass);
    EXPECT_EQ(fate.state, FlowState::Invalid);
    EXPECT_FALSE(fate.tracked);
    EXPECT_THAT(invalids, ElementsAre(InvalidReason::BadFlags));
    EXPECT_EQ(statistics.invalid, 1U);
}

TEST_F(FlowTrackingTest, ErrorAboutAKnownFlowIsRelated)
{
    const Bytes first = PacketBuilder("10.1.0.10", "10.2.0.10").Udp(1000, 53, "x").Build();
    const uint32_t id = Forward(first).id;
    Journal();
    const Fate fate = Forward(PacketBuilder("10.3.0.1", "10.1.0.10").Icmp(3, 3, 0, first).Build());
    EXPECT_EQ(fate.state, FlowState::Related);
    EXPECT_EQ(fate.direction, Direction::Reply);
    EXPECT_EQ(fate.id, id);
    EXPECT_FALSE(At(id)->Is(status::SEEN_REPLY));
    EXPECT_THAT(Journal(), IsEmpty());
}

TEST_F(FlowTrackingTest, ErrorAboutAnUnknownFlowIsInvalid)
{
    const Bytes never = PacketBuilder("10.1.0.10", "10.2.0.10").Udp(1000, 53, "x").Build();
    const Fate fate = Forward(PacketBuilder("10.3.0.1", "10.1.0.10").Icmp(3, 3, 0, never).Build());
    EXPECT_EQ(fate.state, FlowState::Invalid);
    EXPECT_THAT(invalids, ElementsAre(InvalidReason::UnknownFlow));
    EXPECT_EQ(statistics.icmpError, 1U);
}

TEST_F(FlowTrackingTest, ErrorToAnotherThanTheSenderIsInvalid)
{
    const Bytes first = PacketBuilder("10.1.0.10", "10.2.0.10").Udp(1000, 53, "x").Build();
    Forward(first);
    const Fate fate = Forward(PacketBuilder("10.3.0.1", "10.1.0.99").Icmp(3, 3, 0, first).Build());
    EXPECT_EQ(fate.state, FlowState::Invalid);
    EXPECT_FALSE(fate.tracked);
}

TEST_F(FlowTrackingTest, ErrorsAreNotShownToTheHelper)
{
    const Bytes first = FromClient();
    Forward(first, Helped());
    EXPECT_THAT(Journal(), ElementsAre("help", "new"));
    Forward(PacketBuilder("10.3.0.1", "10.1.0.10").Icmp(3, 3, 0, first).Build());
    EXPECT_THAT(Journal(), IsEmpty());
}

TEST_F(FlowTrackingTest, ExpectedConnectionKnowsItsMaster)
{
    const uint32_t master = OpenMaster();
    const Fate fate = OpenExpected();
    EXPECT_EQ(fate.state, FlowState::Related);
    const Connection* child = At(fate.id);
    ASSERT_NE(child, nullptr);
    EXPECT_TRUE(child->Is(status::EXPECTED));
    EXPECT_EQ(child->master, At(master));
    EXPECT_EQ(statistics.expectNew, 1U);
    EXPECT_EQ(expectations->Size(), 0U);
}

TEST_F(FlowTrackingTest, ExpectationEndsBeforeItsConnectionIsNew)
{
    OpenMaster();
    Journal();
    OpenExpected();
    EXPECT_THAT(Journal(), ElementsAre("destroy exp", "related"));
}

TEST_F(FlowTrackingTest, ExpectedConnectionInheritsTheMark)
{
    const uint32_t master = OpenMaster();
    connections.ForEach([&](Connection& c) { c.mark = c.id == master ? 77 : c.mark; });
    EXPECT_EQ(At(OpenExpected().id)->mark, 77U);
}

TEST_F(FlowTrackingTest, ExpectedConnectionGetsTheExpectationsHelper)
{
    helper->child = PeekPointer(helper);
    OpenMaster();
    Journal();
    const Connection* child = At(OpenExpected().id);
    ASSERT_NE(child->help, nullptr);
    EXPECT_EQ(child->help->helper, PeekPointer(helper));
    EXPECT_THAT(Journal(), ElementsAre("destroy exp", "help", "related"));
}

TEST_F(FlowTrackingTest, ExpectedConnectionHasNoHelperOtherwise)
{
    OpenMaster();
    EXPECT_EQ(At(OpenExpected().id)->help, nullptr);
}

TEST_F(FlowTrackingTest, DroppedExpectedPacketUsesTheExpectationUp)
{
    OpenMaster();
    Load(RuleWriter().Chain("fw", "forward", 0, "drop"));
    Journal();
    OpenExpected();
    EXPECT_THAT(Journal(), ElementsAre("destroy exp"));
    EXPECT_EQ(connections.Size(), 1U); // the master
}

TEST_F(FlowTrackingTest, MasterThatIsGoneLivesAsLongAsItsChild)
{
    OpenMaster();
    const uint32_t child = OpenExpected().id;
    const Connection* master = At(child)->master;
    connections.ForEach([&](Connection& c) {
        if (&c == master)
        {
            connections.End(c, EndReason::Deleted, now);
        }
    });
    EXPECT_EQ(At(child)->master, master);
    EXPECT_TRUE(master->Is(status::DYING));
    EXPECT_EQ(OpenExpected().state, FlowState::Related); // again: no answer came yet
}

TEST_F(FlowTrackingTest, OtherPortIsNotExpected)
{
    OpenMaster();
    const Fate fate = Forward(FromServer(2001, 20, tcp_bits::SYN));
    EXPECT_EQ(fate.state, FlowState::New);
    EXPECT_EQ(At(fate.id)->master, nullptr);
    EXPECT_EQ(expectations->Size(), 1U);
}

TEST_F(FlowTrackingTest, FullTableDropsAndWarns)
{
    connections.SetMaximum(1);
    Forward(FromClient(1000));
    const Fate fate = Forward(FromClient(1001));
    EXPECT_EQ(fate.passage, Passage::Stop);
    EXPECT_THAT(drops, ElementsAre(DropReason::TableFull));
    EXPECT_THAT(Journal(), ElementsAre("new", "nf_conntrack:"));
}

TEST_F(FlowTrackingTest, CountsOnlyWhileAccounting)
{
    settings.account = true;
    const uint32_t id = Forward(FromClient()).id;
    settings.account = false;
    Forward(FromClient());
    EXPECT_EQ(At(id)->counters[0].packets, 1U);
    EXPECT_EQ(At(id)->counters[0].bytes, 40U);
}

TEST_F(FlowTrackingTest, SynAfterCloseBeginsAnew)
{
    const uint32_t old = Forward(FromClient()).id;
    Forward(FromServer(1000, 21, tcp_bits::RST | tcp_bits::ACK));
    EXPECT_NE(Forward(FromClient()).id, old);
}

TEST_F(FlowTrackingTest, LocalPacketsAreNotVerified)
{
    const Bytes wrong =
        PacketBuilder("10.1.0.10", "10.2.0.10").Udp(1, 2, "x").WrongChecksum().Build();
    TrackedPacket packet;
    packet.view = *PacketView::Parse(AsView(wrong));
    packet.isLocal = true;
    path->Run(Hook::Output, packet);
    EXPECT_EQ(packet.state, FlowState::New);
    path->Leave(packet);
    EXPECT_EQ(Forward(wrong).state, FlowState::Invalid);
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
