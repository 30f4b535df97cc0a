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

/// Rows E1 to E22 but E6, and those of the check before insertion, which have files of their own;
/// E18 is printed by model/report.
class ExpectationRows : public TableFixture
{
  protected:
    using Lines = std::vector<std::string>;
};

TEST_F(ExpectationRows, E1_UnlinkCountsAndTells)
{
    Connection& master = AddMaster(1, PeekPointer(helper));
    Expectation& expectation = Make(master, To(50, 1));
    ASSERT_EQ(expectations->Expect(expectation, 0), ExpectResult::Ok);
    Requester told;
    ExpectationEvent event{};
    expectations->SetNoticeCallback([&](const ExpectationNotice& notice) {
        told = notice.requester;
        event = notice.event;
        // Out of all lists, but not counted yet.
        EXPECT_EQ(At(50), nullptr);
        EXPECT_TRUE(master.help->expectations.empty());
        EXPECT_EQ(master.help->expecting[1], 0U);
        EXPECT_EQ(expectations->Size(), 0U);
        EXPECT_EQ(statistics.expectDelete, 0U);
    });
    EXPECT_TRUE(expectations->Withdraw(expectation, 3, ExpectationEnd::Deleted, {77, true}));
    EXPECT_EQ(event, ExpectationEvent::Destroy);
    EXPECT_EQ(told.portId, 77U);
    EXPECT_TRUE(told.report);
    EXPECT_EQ(statistics.expectDelete, 1U);
    expectations->Put(expectation);
}

TEST_F(ExpectationRows, E2_DiesAtItsDeadline)
{
    Expect(AddMaster(1, PeekPointer(helper)), To(50), MasterTest::Compare, 7);
    EXPECT_EQ(expectations->NextDeadline(), LIFE + 7);
    expectations->Expire(LIFE + 6);
    EXPECT_NE(At(50), nullptr);
    expectations->Expire(LIFE + 7);
    EXPECT_EQ(At(50), nullptr);
    EXPECT_FALSE(expectations->NextDeadline());
    EXPECT_EQ(Journal(), (Lines{"new 50", "destroy 50 expired"}));
    EXPECT_EQ(statistics.expectDelete, 1U);
}

TEST_F(ExpectationRows, E2_AnOverdueOneMatchesUntilTheWheelTurns)
{
    expectations->Clock().UseWheel(250, 4296497944);
    Expect(AddMaster(1, PeekPointer(helper)), To(50), MasterTest::Compare, 215521000);
    EXPECT_EQ(At(50)->deadline, 300215521000);
    expectations->Expire(310 * SECOND);
    ASSERT_NE(At(50), nullptr); // overdue
    const auto fires = expectations->NextDeadline();
    EXPECT_EQ(*fires / MILLISECOND, 316320); // seen at 316.323 in the case ftp-expect-timeout
    expectations->Expire(*fires);
    EXPECT_EQ(At(50), nullptr);
}

TEST_F(ExpectationRows, E2_ExpiryIsByDeadlineThenId)
{
    Connection& master = AddMaster(1);
    Expect(master, To(1), MasterTest::Compare, 5);
    Expect(master, To(2), MasterTest::Compare, 0);
    Expect(master, To(3), MasterTest::Compare, 0);
    Journal();
    expectations->Expire(1000 * SECOND);
    EXPECT_EQ(Journal(), (Lines{"destroy 2 expired", "destroy 3 expired", "destroy 1 expired"}));
}

TEST_F(ExpectationRows, E3_BucketIsOfTheDestinationAlone)
{
    Tuple packet = PacketTo(50);
    const uint32_t bucket = expectations->BucketOf(packet);
    packet.source = Address::FromIpv4(1);
    packet.sourcePort = 9;
    packet.zone = 4;
    EXPECT_EQ(expectations->BucketOf(packet), bucket);
    uint32_t different = 0;
    for (uint16_t port = 0; port < 200; ++port)
    {
        const uint32_t other = expectations->BucketOf(PacketTo(port));
        EXPECT_LT(other, expectations->GetHashSize());
        different += other != bucket;
    }
    EXPECT_GT(different, 190U);
}

TEST_F(ExpectationRows, E3_TheRandomValueDecidesAndIsRepeatable)
{
    const auto buckets = [&](uint64_t key) {
        ExpectationTable::Setup setup;
        setup.hashKey = key;
        expectations->Initialize(setup);
        std::vector<uint32_t> result;
        for (uint16_t port = 0; port < 20; ++port)
        {
            result.push_back(expectations->BucketOf(PacketTo(port)));
        }
        return result;
    };
    EXPECT_EQ(buckets(5), buckets(5));
    EXPECT_NE(buckets(5), buckets(6));
}

TEST_F(ExpectationRows, E4_NoneAtAll)
{
    EXPECT_EQ(At(50), nullptr);
}

TEST_F(ExpectationRows, E4_DestinationProtocolAndFamilyAreExact)
{
    Expect(AddMaster(1), To(50));
    ASSERT_NE(At(50), nullptr);
    EXPECT_EQ(At(51), nullptr);
    Tuple packet = PacketTo(50);
    packet.protocol = protocol::UDP;
    EXPECT_EQ(expectations->Find(packet, 0), nullptr);
    packet = PacketTo(50);
    packet.family = Family::Ipv6;
    EXPECT_EQ(expectations->Find(packet, 0), nullptr);
    packet = PacketTo(50);
    packet.destination.bytes[3] ^= 1;
    EXPECT_EQ(expectations->Find(packet, 0), nullptr);
}

TEST_F(ExpectationRows, E4_SourceCountsUnderTheMask)
{
    auto endpoints = To(50);
    endpoints.source = PacketTo(50).source;
    endpoints.sourcePort = 20;
    Connection& master = AddMaster(1);
    Expectation& expectation = Make(master, endpoints);
    ASSERT_EQ(expectations->Expect(expectation, 0, MasterTest::Compare, {}, SECOND),
              ExpectResult::Ok);
    Tuple packet = PacketTo(50);
    EXPECT_EQ(expectations->Find(packet, 0), &expectation);
    packet.sourcePort = 21;
    EXPECT_EQ(expectations->Find(packet, 0), nullptr);
    packet = PacketTo(50);
    packet.source.bytes[3] = 99;
    EXPECT_EQ(expectations->Find(packet, 0), nullptr);
    expectation.mask.address.bytes[3] = 0; // a network, as netbios-ns has it
    EXPECT_EQ(expectations->Find(packet, 0), &expectation);
    packet.source.bytes[2] = 99;
    EXPECT_EQ(expectations->Find(packet, 0), nullptr);
    expectations->Put(expectation);
}

TEST_F(ExpectationRows, E4_TheMastersZoneCounts)
{
    Expect(AddMaster(1, nullptr, {5, Zone::ORIGINAL}), To(50)); // whatever its directions
    EXPECT_EQ(At(50), nullptr);
    EXPECT_NE(At(50, 5), nullptr);
}

TEST_F(ExpectationRows, E4_E5_InactiveOnesAreReturned)
{
    Expect(AddMaster(1), To(50));
    At(50)->flags = expectation_flag::INACTIVE;
    EXPECT_NE(At(50), nullptr);
}

TEST_F(ExpectationRows, E7_ADyingMasterTakesItsOwnAlong)
{
    Connection& master = AddMaster(1);
    Connection& other = AddMaster(2);
    Expect(master, To(50));
    Expect(master, To(51));
    Expect(other, To(52));
    Expect(master, To(53));
    At(51)->timerPending = false; // on its way already
    Journal();
    expectations->RemoveOf(master, 5);
    EXPECT_EQ(Journal(), (Lines{"destroy 53 master", "destroy 50 master"}));
    EXPECT_EQ(expectations->Size(), 2U);
}

TEST_F(ExpectationRows, E7_AnEndingConnectionDoesSo)
{
    Connection& master = AddMaster(1);
    Expect(master, To(50));
    connections.End(master, EndReason::Deleted, 0);
    EXPECT_EQ(expectations->Size(), 0U);
    expectations->RemoveOf(Add(3), 0); // without an area: nothing
}

TEST_F(ExpectationRows, E7_WhoIsToldMayRemoveOthers)
{
    Connection& master = AddMaster(1);
    for (uint16_t port = 50; port < 60; ++port)
    {
        Expect(master, To(port));
    }
    uint32_t told = 0;
    expectations->SetNoticeCallback([&](const ExpectationNotice& notice) {
        ++told;
        for (uint16_t port = 50; port < 60; ++port)
        {
            if (Expectation* other = At(port))
            {
                expectations->Withdraw(*other, notice.now);
            }
        }
    });
    expectations->RemoveOf(master, 0);
    EXPECT_EQ(told, 10U);
    EXPECT_EQ(expectations->Size(), 0U);
}

TEST_F(ExpectationRows, E10_Withdraw)
{
    Expect(AddMaster(1), To(50));
    Expectation& expectation = *At(50);
    expectation.timerPending = false;
    EXPECT_FALSE(expectations->Withdraw(expectation, 0));
    EXPECT_EQ(At(50), &expectation);
    expectation.timerPending = true;
    EXPECT_TRUE(expectations->Withdraw(expectation, 0));
    EXPECT_EQ(Journal(), (Lines{"new 50", "destroy 50 withdrawn"}));
}

TEST_F(ExpectationRows, E11_MasterIsNotKeptAlive)
{
    Connection& master = Open(1);
    connections.AddHelperArea(master);
    const uint32_t references = master.references;
    Expectation& expectation = Make(master, To(50));
    EXPECT_EQ(expectation.master, &master);
    EXPECT_EQ(master.references, references);
    EXPECT_FALSE(expectation.hasTimer);
    EXPECT_FALSE(expectation.timerPending);
    EXPECT_EQ(expectations->Size(), 0U);
    EXPECT_FALSE(expectations->NextDeadline());
    expectations->Put(expectation);
    connections.Release(master);
    EXPECT_EQ(connections.Size(), 0U);
}

TEST_F(ExpectationRows, E12_WildcardsAndCleared)
{
    static const ExpectFunction function{"nat-follow-master", nullptr};
    Expectation& expectation = *expectations->Allocate(AddMaster(1));
    auto endpoints = To(50, 2);
    endpoints.source = Address::FromIpv4(5);
    endpoints.sourcePort = 6;
    ExpectationTable::Fill(expectation, endpoints);
    EXPECT_EQ(expectation.mask.port, 0xffff);
    expectation.flags = 7;
    expectation.function = &function;
    expectation.helper = PeekPointer(helper);
    ExpectationTable::Fill(expectation, To(51, 1));
    EXPECT_EQ(expectation.flags, 0U);
    EXPECT_EQ(expectation.function, nullptr);
    EXPECT_EQ(expectation.helper, nullptr);
    EXPECT_EQ(expectation.classNumber, 1U);
    EXPECT_TRUE(expectation.mask.address.IsZero());
    EXPECT_EQ(expectation.mask.port, 0);
    EXPECT_TRUE(expectation.tuple.source.IsZero());
    EXPECT_EQ(expectation.tuple.sourcePort, 0);
    EXPECT_EQ(expectation.tuple.destinationPort, 51);
    expectations->Put(expectation);
}

TEST_F(ExpectationRows, E12_MaskIsAsLongAsTheFamilysAddress)
{
    Expectation& expectation = *expectations->Allocate(AddMaster(1));
    auto endpoints = To(50);
    endpoints.source = Address::FromIpv4(5);
    ExpectationTable::Fill(expectation, endpoints);
    EXPECT_EQ(ToString(expectation.mask.address, Family::Ipv6), "ffff:ffff::");
    endpoints.family = Family::Ipv6;
    ExpectationTable::Fill(expectation, endpoints);
    EXPECT_EQ(ToString(expectation.mask.address, Family::Ipv6),
              "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
    expectations->Put(expectation);
}

TEST_F(ExpectationRows, E13_LastReferenceFrees)
{
    Connection& master = AddMaster(1);
    Expectation& first = Make(master, To(50));
    const uint32_t id = first.id;
    ASSERT_EQ(expectations->Expect(first, 0, MasterTest::Compare, {}, SECOND), ExpectResult::Ok);
    expectations->Withdraw(first, 0);
    EXPECT_EQ(first.id, id); // held by us
    expectations->Put(first);
    Expectation& second = Make(master, To(51)); // its place again, but another
    EXPECT_EQ(&second, &first);
    EXPECT_EQ(second.id, id + 1);
    EXPECT_EQ(second.references, 1U);
    expectations->Put(second);
}

TEST_F(ExpectationRows, E14_NewestFirstInMasterAndBucket)
{
    ExpectationTable::Setup setup;
    setup.hashSize = 1;
    expectations->Initialize(setup);
    Connection& master = AddMaster(1);
    for (uint16_t port : {50, 51, 52})
    {
        Expect(master, To(port, 1));
    }
    std::vector<uint16_t> dump;
    expectations->ForEach([&](auto& each) { dump.push_back(each.tuple.destinationPort); });
    EXPECT_EQ(dump, (std::vector<uint16_t>{52, 51, 50}));
    std::vector<uint16_t> ofMaster;
    for (const Expectation& each : master.help->expectations)
    {
        ofMaster.push_back(each.tuple.destinationPort);
    }
    EXPECT_EQ(ofMaster, dump);
    EXPECT_EQ(master.help->expecting[1], 3U);
    EXPECT_EQ(expectations->Size(), 3U);
}

TEST_F(ExpectationRows, E14_TimeoutOfTheClassOrTheCaller)
{
    Expect(AddMaster(1, PeekPointer(helper)), To(50), MasterTest::Compare, 5);
    Expect(AddMaster(2), To(51), MasterTest::Compare, 5);
    EXPECT_EQ(At(50)->deadline, LIFE + 5);
    EXPECT_EQ(At(51)->deadline, 60 * SECOND + 5);
    EXPECT_TRUE(At(50)->timerPending && At(50)->hasTimer);
    EXPECT_EQ(statistics.expectCreate, 2U);
}

TEST_F(ExpectationRows, E15_TheOldestOfItsClassGoes)
{
    Connection& master = AddMaster(1, PeekPointer(helper));
    Expect(master, To(50, 0)); // older, of another class
    Expect(master, To(51, 1));
    Expect(master, To(52, 1));
    Journal();
    EXPECT_EQ(Expect(master, To(53, 1)), ExpectResult::Ok);
    EXPECT_EQ(Journal(), (Lines{"destroy 51 evicted", "new 53"}));
    EXPECT_EQ(master.help->expecting[1], 2U);
}

TEST_F(ExpectationRows, E15_NotIfItsTimerFires)
{
    Connection& master = AddMaster(1, PeekPointer(helper));
    Expect(master, To(51, 1));
    Expect(master, To(52, 1));
    At(51)->timerPending = false; // the younger one is not tried
    EXPECT_EQ(Expect(master, To(53, 1)), ExpectResult::TooMany);
    EXPECT_EQ(expectations->Size(), 2U);
}

TEST_F(ExpectationRows, E19_E20_SizeAndLimit)
{
    const auto begin = [&](uint32_t buckets, uint32_t size) {
        ExpectationTable::Setup setup;
        setup.conntrackBuckets = buckets;
        setup.hashSize = size;
        expectations->Initialize(setup);
        return std::make_pair(expectations->GetHashSize(), expectations->GetMaximum());
    };
    EXPECT_EQ(begin(262144, 0), std::make_pair(1024U, 4096U));
    EXPECT_EQ(begin(511, 0), std::make_pair(1U, 4U));
    EXPECT_EQ(begin(255, 0), std::make_pair(1U, 4U)); // at least 1
    EXPECT_EQ(begin(262144, 7), std::make_pair(7U, 28U));
    expectations->SetMaximum(9);
    EXPECT_EQ(expectations->GetMaximum(), 9U);
    EXPECT_EQ(expectations->GetHashSize(), 7U);
}

TEST_F(ExpectationRows, E21_DisposalFreesEverything)
{
    Connection& master = AddMaster(1);
    Expect(master, To(50));
    Expect(master, To(51));
    At(51)->timerPending = false;
    expectations->Dispose();
    EXPECT_EQ(expectations->Size(), 0U);
    EXPECT_TRUE(master.help->expectations.empty());
    EXPECT_EQ(master.help->expecting[0], 0U);
    EXPECT_EQ(At(50), nullptr);
}

TEST_F(ExpectationRows, E21_EachTableItsOwn)
{
    const Ptr<ExpectationTable> other = CreateObject<ExpectationTable>();
    Expect(AddMaster(1), To(50));
    EXPECT_EQ(other->Find(PacketTo(50), 0), nullptr);
    EXPECT_EQ(other->Size(), 0U);
    other->Dispose();
    EXPECT_EQ(expectations->Size(), 1U);
}

TEST(ExpectationFlags, E22_AreTheKernels)
{
    EXPECT_EQ(expectation_flag::PERMANENT, 1U);
    EXPECT_EQ(expectation_flag::INACTIVE, 2U);
    EXPECT_EQ(expectation_flag::USERSPACE, 4U);
}

} // namespace test
} // namespace conntrack
} // namespace ns3
