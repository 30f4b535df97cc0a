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

/// Rows E8, E9, E16, E17: whether an expectation is taken in; under each profile.
class ExpectationCheck : public TableFixture, public testing::WithParamInterface<const char*>
{
  protected:
    using Lines = std::vector<std::string>;

    ExpectationCheck()
    {
        Begin(GetParam());
    }

    bool Is39() const
    {
        return std::string(GetParam()) == "v3.9";
    }
};

INSTANTIATE_TEST_SUITE_P(Profiles,
                         ExpectationCheck,
                         testing::Values("v3.9", "v5.10", "v6.18"),
                         [](const auto& row) {
                             const std::string name = row.param;
                             return name.substr(0, name.find('.')) + "_" +
                                    name.substr(name.find('.') + 1);
                         });

TEST_P(ExpectationCheck, E8_AnothersClashes)
{
    Expect(AddMaster(1), To(50));
    EXPECT_EQ(Expect(AddMaster(2), To(50)), ExpectResult::Busy);
    EXPECT_EQ(expectations->Size(), 1U);
}

TEST_P(ExpectationCheck, E8_SourcesUnderBothMasks)
{
    auto fromOne = To(50);
    fromOne.source = Address::FromIpv4(1);
    auto fromTwo = To(50);
    fromTwo.source = Address::FromIpv4(2);
    auto fromPort = To(50);
    fromPort.sourcePort = 20;
    Connection& master = AddMaster(1);
    EXPECT_EQ(Expect(master, fromOne), ExpectResult::Ok);
    EXPECT_EQ(Expect(master, fromTwo), ExpectResult::Ok);    // both masks know the address
    EXPECT_EQ(Expect(master, fromPort), ExpectResult::Busy); // no bit in common
    EXPECT_EQ(Expect(master, To(50)), ExpectResult::Busy);   // anybody: a clash with either
}

TEST_P(ExpectationCheck, E8_OtherDestinationsDoNotClash)
{
    Connection& master = AddMaster(1);
    Expect(master, To(50));
    auto other = To(50);
    other.protocol = protocol::UDP;
    EXPECT_EQ(Expect(master, other), ExpectResult::Ok);
    other = To(50);
    other.family = Family::Ipv6;
    EXPECT_EQ(Expect(master, other), ExpectResult::Ok);
    other = To(50);
    other.destination.bytes[3] = 11;
    EXPECT_EQ(Expect(master, other), ExpectResult::Ok);
    EXPECT_EQ(Expect(master, To(51)), ExpectResult::Ok);
}

TEST_P(ExpectationCheck, E8_ProfileDecidesOnZones)
{
    Expect(AddMaster(1), To(50));
    EXPECT_EQ(Expect(AddMaster(2, nullptr, {5, Zone::BOTH}), To(50)),
              Is39() ? ExpectResult::Busy : ExpectResult::Ok);
}

TEST_P(ExpectationCheck, E9_E17_SameIsRefreshed)
{
    Connection& master = AddMaster(1, PeekPointer(helper));
    Expect(master, To(50));
    EXPECT_EQ(Expect(master, To(50), MasterTest::Compare, 9), ExpectResult::Ok);
    EXPECT_EQ(Journal(), (Lines{"new 50", "destroy 50 refreshed", "new 50"}));
    EXPECT_EQ(At(50)->deadline, LIFE + 9);
    EXPECT_EQ(statistics.expectCreate, 2U);
    EXPECT_EQ(statistics.expectDelete, 1U);
}

TEST_P(ExpectationCheck, E9_AnotherMaskIsNotTheSame)
{
    auto zeroSource = To(50);
    zeroSource.source = Address{};
    Connection& master = AddMaster(1);
    Expect(master, zeroSource);
    EXPECT_EQ(Expect(master, To(50)), ExpectResult::Busy); // equal tuples, though
}

TEST_P(ExpectationCheck, E9_AnotherClass)
{
    Connection& master = AddMaster(1, PeekPointer(helper));
    Expect(master, To(50, 1));
    const ExpectResult result = Expect(master, To(50, 2));
    EXPECT_EQ(result, Is39() ? ExpectResult::Busy : ExpectResult::Already);
    EXPECT_EQ(At(50)->classNumber, 1U);
}

TEST_P(ExpectationCheck, E16_AnothersWithoutTheMasterTest)
{
    Connection& master = AddMaster(1);
    Expect(master, To(50));
    const ExpectResult result = Expect(AddMaster(2), To(50), MasterTest::Skip);
    EXPECT_EQ(result, Is39() ? ExpectResult::Busy : ExpectResult::Already);
    EXPECT_EQ(At(50)->master, &master);
}

TEST_P(ExpectationCheck, E16_OwnOneWithoutTheMasterTestIsRefreshed)
{
    Connection& master = AddMaster(1);
    Expect(master, To(50));
    EXPECT_EQ(Expect(master, To(50), MasterTest::Skip), ExpectResult::Ok);
    EXPECT_EQ(Journal(), (Lines{"new 50", "destroy 50 refreshed", "new 50"}));
}

TEST_P(ExpectationCheck, E16_AnothersInAnotherZoneWithoutTheMasterTest)
{
    Expect(AddMaster(1), To(50));
    EXPECT_EQ(Expect(AddMaster(2, nullptr, {5, Zone::BOTH}), To(50), MasterTest::Skip),
              Is39() ? ExpectResult::Busy : ExpectResult::Ok);
}

TEST_P(ExpectationCheck, E16_MasterWithoutArea)
{
    EXPECT_EQ(Expect(Add(1), To(50)), ExpectResult::ShutDown);
    EXPECT_TRUE(Journal().empty());
    EXPECT_EQ(statistics.expectCreate, 0U);
}

TEST_P(ExpectationCheck, E16_MasterDyingWouldLeaveItBehind)
{
    Connection& master = AddMaster(1);
    ConnectionTable::Hold(master); // its packet is under way
    connections.End(master, EndReason::Deleted, 0);
    EXPECT_EQ(Expect(master, To(50)), ExpectResult::ShutDown);
    connections.Release(master);
}

TEST_P(ExpectationCheck, E16_AFiringMatchIsNoEndOfTheWalk)
{
    Connection& master = AddMaster(1);
    Expect(master, To(50));
    At(50)->timerPending = false;
    EXPECT_EQ(Expect(master, To(50)), ExpectResult::Ok); // beside it
    EXPECT_EQ(expectations->Size(), 2U);
    EXPECT_EQ(Journal(), (Lines{"new 50", "new 50"}));
    At(50)->timerPending = false; // two firing, and a clash behind them
    Expectation& behind = Make(AddMaster(2), To(50));
    behind.tuple.sourcePort = 1;
    behind.mask.port = 0xffff;
    EXPECT_EQ(expectations->Expect(behind, 0), ExpectResult::Busy);
    expectations->Put(behind);
}

TEST_P(ExpectationCheck, E16_TheWalkEndsAtARemoval)
{
    // Behind the match stands a clash, which is not met any more.
    Connection& master = AddMaster(1);
    Expect(AddMaster(2), To(60));
    Expectation& clash = *At(60);
    Expect(master, To(50));
    ASSERT_EQ(expectations->Size(), 2U);
    ExpectationTable::Setup setup;
    setup.hashSize = 1;
    setup.profile = KernelProfile::Find(GetParam());
    expectations->RemoveIf([](auto&) { return true; }, 0, ExpectationEnd::Deleted);
    expectations->Initialize(setup); // one bucket for both
    Expect(*clash.master, To(60));
    Expect(master, To(50));
    At(60)->tuple.destinationPort = 50;
    EXPECT_EQ(Expect(master, To(50)), ExpectResult::Ok);
    EXPECT_EQ(expectations->Size(), 2U);
}

TEST_P(ExpectationCheck, E16_ClassFull)
{
    Connection& master = AddMaster(1, PeekPointer(helper));
    EXPECT_EQ(Expect(master, To(50)), ExpectResult::Ok);
    EXPECT_EQ(Expect(master, To(51)), ExpectResult::Ok);
    EXPECT_EQ(Journal(), (Lines{"new 50", "destroy 50 evicted", "new 51"}));
    At(51)->timerPending = false;
    EXPECT_EQ(Expect(master, To(52)), ExpectResult::TooMany);
    EXPECT_TRUE(lines.empty()); // the table is not full
}

TEST_P(ExpectationCheck, E16_NoLimitForZeroOrWithoutHelper)
{
    Connection& counted = AddMaster(1, PeekPointer(helper));
    Connection& helperless = AddMaster(2);
    for (uint16_t port = 0; port < 100; ++port)
    {
        EXPECT_EQ(Expect(counted, To(port, 2)), ExpectResult::Ok);
        EXPECT_EQ(Expect(helperless, To(1000 + port, 0)), ExpectResult::Ok);
    }
    EXPECT_EQ(expectations->Size(), 200U);
}

TEST_P(ExpectationCheck, E16_TableFull)
{
    expectations->SetMaximum(2);
    Connection& master = AddMaster(1);
    Expect(master, To(50));
    Expect(master, To(51));
    EXPECT_EQ(Expect(master, To(52)), ExpectResult::TooMany);
    EXPECT_EQ(lines, (Lines{"nf_conntrack: expectation table full"}));
    EXPECT_EQ(Expect(master, To(51)), ExpectResult::Ok); // the refresh makes its own room
    expectations->SetMaximum(0);
    EXPECT_EQ(Expect(master, To(50)), ExpectResult::TooMany);
    EXPECT_EQ(expectations->Size(), 1U); // the removal stays
}

TEST_P(ExpectationCheck, E16_TheWarningIsRateLimited)
{
    expectations->SetMaximum(0);
    Connection& master = AddMaster(1);
    for (int i = 0; i < 20; ++i)
    {
        Expect(master, To(50), MasterTest::Compare, SECOND);
    }
    EXPECT_EQ(lines.size(), 10U);
    Expect(master, To(50), MasterTest::Compare, 6 * SECOND + 1);
    EXPECT_EQ(lines.size(), 11U);
}

TEST_P(ExpectationCheck, E16_AnEvictionStaysThoughTheTableIsFull)
{
    Connection& master = AddMaster(1, PeekPointer(helper));
    Expect(master, To(50));
    expectations->SetMaximum(0);
    EXPECT_EQ(Expect(master, To(51)), ExpectResult::TooMany);
    EXPECT_EQ(Journal(), (Lines{"new 50", "destroy 50 evicted"}));
}

TEST_P(ExpectationCheck, E16_AClashStopsBeforeEviction)
{
    Connection& master = AddMaster(1, PeekPointer(helper));
    Expect(master, To(50));
    Expect(AddMaster(2), To(51));
    EXPECT_EQ(Expect(master, To(51)), ExpectResult::Busy);
    EXPECT_NE(At(50), nullptr);
}

TEST_P(ExpectationCheck, E17_NewIsToldWithItsRequester)
{
    Expectation& expectation = Make(AddMaster(1), To(50));
    uint32_t portId = 0;
    expectations->SetNoticeCallback([&](const ExpectationNotice& notice) {
        portId = notice.requester.portId;
        EXPECT_EQ(&notice.expectation, At(50)); // it is in the table
        EXPECT_EQ(notice.now, 4);
    });
    expectations->Expect(expectation, 4, MasterTest::Compare, {33, true}, SECOND);
    EXPECT_EQ(portId, 33U);
    expectations->Put(expectation);
}

TEST_P(ExpectationCheck, E17_PortAfterPortLeavesNoHeapOfReminders)
{
    // What a NAT helper does that needs two ports: in, out, and in again with the next one.
    expectations->Clock().UseWheel(250, 0);
    Expectation& expectation = Make(AddMaster(1), To(0));
    for (uint32_t port = 0; port < 65536; ++port)
    {
        expectation.tuple.destinationPort = static_cast<uint16_t>(port);
        ASSERT_EQ(expectations->Expect(expectation, 0, MasterTest::Compare, {}, SECOND),
                  ExpectResult::Ok);
        expectations->Withdraw(expectation, 0);
    }
    EXPECT_TRUE(expectations->NextDeadline()); // one look in vain
    expectations->Expire(10 * SECOND);
    EXPECT_FALSE(expectations->NextDeadline());
    EXPECT_EQ(statistics.expectDelete, 65536U);
    expectations->Put(expectation);
}

TEST_P(ExpectationCheck, Rearm)
{
    Connection& master = AddMaster(1);
    Expect(master, To(50)); // 60 s
    EXPECT_TRUE(expectations->Rearm(*At(50), SECOND, 100 * SECOND));
    expectations->Expire(60 * SECOND);
    ASSERT_NE(At(50), nullptr);
    EXPECT_EQ(expectations->NextDeadline(), 101 * SECOND);
    EXPECT_TRUE(expectations->Rearm(*At(50), 60 * SECOND, SECOND));
    EXPECT_EQ(expectations->NextDeadline(), 61 * SECOND);
    At(50)->timerPending = false;
    EXPECT_FALSE(expectations->Rearm(*At(50), 60 * SECOND, SECOND));
    At(50)->timerPending = true;
    expectations->Expire(61 * SECOND);
    EXPECT_EQ(expectations->Size(), 0U);
    EXPECT_FALSE(expectations->NextDeadline());
}

TEST_P(ExpectationCheck, RemoveIf_WhoIsToldMayRemoveOthers)
{
    Connection& master = AddMaster(1);
    for (uint16_t port = 0; port < 100; ++port)
    {
        Expect(master, To(port));
    }
    expectations->SetNoticeCallback([&](const ExpectationNotice& notice) {
        const auto port = static_cast<uint16_t>(notice.expectation.tuple.destinationPort ^ 1);
        if (Expectation* partner = At(port))
        {
            expectations->Withdraw(*partner, notice.now);
        }
    });
    expectations->RemoveIf([](const Expectation& each) { return each.tuple.destinationPort < 50; },
                           0,
                           ExpectationEnd::Deleted);
    EXPECT_EQ(expectations->Size(), 50U);
    EXPECT_EQ(At(49), nullptr);
    EXPECT_NE(At(50), nullptr);
}

} // namespace test
} // namespace conntrack
} // namespace ns3
