/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "test/unit/table/table-fixture.h"

namespace ns3
{
namespace conntrack
{
namespace test
{

/// Row E6: the expectation of a connection's first packet.
class ExpectationRowE6 : public TableFixture
{
  protected:
    using Lines = std::vector<std::string>;

    /// Two that match: the first decides, the one behind it must not be tried.
    void SetUpTwo()
    {
        Expect(AddMaster(1), To(50));
        At(50)->tuple.protocol = protocol::UDP; // out of the way of the check
        first = &AddMaster(2);
        Expect(*first, To(50));
        for (Expectation& expectation :
             connections.Find(TupleOf(1), {}, 0).connection->help->expectations)
        {
            expectation.tuple.protocol = protocol::TCP;
        }
        ASSERT_EQ(At(50)->master, first);
    }

    Expectation* Take()
    {
        return expectations->Take(PacketTo(50), 0, 0);
    }

    Connection* first{nullptr};
};

TEST_F(ExpectationRowE6, E6_TakenOnce)
{
    Expect(AddMaster(1), To(50));
    Expectation* taken = expectations->Take(PacketTo(50), 0, 9);
    ASSERT_NE(taken, nullptr);
    EXPECT_EQ(taken->master->id, 1U);
    EXPECT_EQ(expectations->Take(PacketTo(50), 0, 9), nullptr);
    EXPECT_EQ(Journal(), (Lines{"new 50", "destroy 50 used"}));
    EXPECT_EQ(statistics.expectNew, 0U); // counted by who makes the connection
    expectations->Put(*taken);
}

TEST_F(ExpectationRowE6, E6_PermanentStays)
{
    Expect(AddMaster(1), To(50));
    At(50)->flags = expectation_flag::PERMANENT;
    for (int i = 0; i < 3; ++i)
    {
        Expectation* taken = expectations->Take(PacketTo(50), 0, 9);
        ASSERT_NE(taken, nullptr);
        expectations->Put(*taken);
    }
    At(50)->timerPending = false; // firing, yet it is returned
    Expectation* taken = expectations->Take(PacketTo(50), 0, 9);
    ASSERT_NE(taken, nullptr);
    expectations->Put(*taken);
    EXPECT_EQ(Journal(), (Lines{"new 50"}));
}

TEST_F(ExpectationRowE6, E6_InactiveOnesAreSkipped)
{
    auto narrow = To(50);
    narrow.sourcePort = 20;
    Connection& master = AddMaster(1);
    Connection& other = AddMaster(2, nullptr, {0, Zone::BOTH});
    Expectation& behind = Make(master, narrow);
    ASSERT_EQ(expectations->Expect(behind, 0, MasterTest::Compare, {}, SECOND), ExpectResult::Ok);
    behind.tuple.sourcePort = 21; // out of the way of the check
    ASSERT_EQ(Expect(other, narrow), ExpectResult::Ok);
    behind.tuple.sourcePort = 20;
    At(50)->flags = expectation_flag::INACTIVE;
    Expectation* taken = expectations->Take(PacketTo(50), 0, 0);
    EXPECT_EQ(taken, &behind);
    expectations->Put(behind);
    expectations->Put(*taken);
}

TEST_F(ExpectationRowE6, E6_MasterUnconfirmed)
{
    SetUpTwo();
    first->status &= ~status::CONFIRMED;
    EXPECT_EQ(Take(), nullptr);
    first->status |= status::CONFIRMED;
    EXPECT_EQ(expectations->Size(), 2U);
}

TEST_F(ExpectationRowE6, E6_TimerAlreadyFiring)
{
    SetUpTwo();
    At(50)->timerPending = false;
    EXPECT_EQ(Take(), nullptr);
    EXPECT_EQ(expectations->Size(), 2U);
}

TEST_F(ExpectationRowE6, E6_MasterDying)
{
    for (const std::string profile : {"v3.9", "v5.10", "v6.18"})
    {
        SCOPED_TRACE(profile);
        expectations->RemoveIf([](auto&) { return true; }, 0, ExpectationEnd::Deleted);
        connections.Flush(0);
        Begin(profile);
        SetUpTwo();
        first->status |= status::DYING;
        Expectation* taken = Take();
        EXPECT_EQ(taken != nullptr, profile == "v3.9");
        if (taken != nullptr)
        {
            EXPECT_EQ(taken->master, first);
            expectations->Put(*taken);
        }
        first->status &= ~status::DYING;
    }
}

} // namespace test
} // namespace conntrack
} // namespace ns3
