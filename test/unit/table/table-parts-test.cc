/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/table/deadline-queue.h"
#include "model/table/expiry-clock.h"
#include "model/table/hash.h"
#include "model/table/kernel-profile.h"
#include "model/table/slab.h"
#include "test/unit/table/table-fixture.h"

#include <set>

namespace ns3
{
namespace conntrack
{
namespace test
{

TEST(DeadlineQueue, EarliestFirstThenLowestId)
{
    DeadlineQueue queue;
    EXPECT_FALSE(queue.Earliest());
    queue.Push({20, 0, 1});
    queue.Push({10, 1, 3});
    queue.Push({10, 2, 2});
    queue.Push({-5, 3, 4});
    std::vector<uint32_t> ids;
    for (; queue.Earliest(); queue.Pop())
    {
        ids.push_back(queue.Earliest()->id);
    }
    EXPECT_EQ(ids, (std::vector<uint32_t>{4, 2, 3, 1}));
    EXPECT_EQ(queue.Size(), 0U);
}

TEST(DeadlineQueue, CompactKeepsTheWantedInOrder)
{
    DeadlineQueue queue;
    for (uint32_t i = 0; i < 1000; ++i)
    {
        queue.Push({static_cast<Nanos>(i * 7919 % 1000), i, i});
    }
    queue.Compact([](const DeadlineQueue::Reminder& reminder) { return reminder.id % 10 == 0; });
    EXPECT_EQ(queue.Size(), 100U);
    for (Nanos last = -1; queue.Earliest(); queue.Pop())
    {
        EXPECT_EQ(queue.Earliest()->id % 10, 0U);
        EXPECT_GE(queue.Earliest()->when, last);
        last = queue.Earliest()->when;
    }
    queue.Compact([](const DeadlineQueue::Reminder&) { return true; });
    EXPECT_FALSE(queue.Earliest());
}

/// A timer of section 3: set at `now` with jiffies `jiffies` at time 0.
struct WheelRow
{
    const char* name;
    uint64_t jiffies;
    Nanos now;
    Nanos timeout;
    Nanos fires;
};

/// Prints the row's name, for GoogleTest.
void
PrintTo(const WheelRow& row, std::ostream* os)
{
    *os << row.name;
}

class ExpiryClockRows : public testing::TestWithParam<WheelRow>
{
};

constexpr Nanos TICK = 4 * MILLISECOND; // at 250 Hz

// The last unit of the first five is a tick of the wheel; recordings see the event some ms later.
const WheelRow WHEEL_ROWS[] = {
    {"Ftp618", 4296497944, 215521000, 300 * SECOND, 316320 * MILLISECOND},  // seen 316.323
    {"Ftp510", 4294997633, 1593117000, 300 * SECOND, 304636 * MILLISECOND}, // seen 304.641
    {"NetbiosNs618", 4296506790, 2934000, 3 * SECOND, 3176 * MILLISECOND},  // seen 3.176
    {"Life308300", 4096 - 2077 + 4096 * 100 - 75000 % 4096, 0, 300 * SECOND, 308308 * MILLISECOND},
    {"Life193800", 4096 - 3450 + 4096 * 100 - 45000 % 4096, 0, 180 * SECOND, 193800 * MILLISECOND},
    {"Zero", 1000, 0, 0, TICK},
    {"UnderATick", 1000, 0, TICK - 1, TICK},
    {"WithinATickAlike", 1000, TICK - 1, 5 * TICK, 6 * TICK},
    {"Level0Last", 1000, 0, 62 * TICK, 63 * TICK},
    {"Level1First", 1000, 0, 63 * TICK, 64 * TICK},           // 1063 to 1064: 8 ticks
    {"Level1OnAnEdge", 1000, 0, 64 * TICK, 72 * TICK},        // 1064 is a multiple: the next
    {"Level1Last", 1000, 0, 503 * TICK, 504 * TICK},          // 1503 to 1504
    {"Level2First", 1000, 0, 504 * TICK, 536 * TICK},         // 1504 to 1536: 64 ticks
    {"Level2Last", 1000, 0, 4031 * TICK, 4056 * TICK},        // 5031 to 5056
    {"Level3First", 1000, 0, 4032 * TICK, 4120 * TICK},       // 5032 to 5120: 512 ticks
    {"Level3Last", 1000, 0, 32255 * TICK, 32280 * TICK},      // 33255 to 33280
    {"Level4First", 1000, 0, 32256 * TICK, 35864 * TICK},     // 33256 to 36864: 4096 ticks
    {"Level4Last", 1000, 0, 258047 * TICK, 261144 * TICK},    // 259047 to 262144
    {"Level5First", 1000, 0, 258048 * TICK, 261144 * TICK},   // 259048 to 262144: 32768 ticks
    {"Level5Last", 1000, 0, 2064383 * TICK, 2096152 * TICK},  // 2065383 to 2097152: on an edge
    {"Level6First", 1000, 0, 2064384 * TICK, 2096152 * TICK}, // 262144 ticks
    {"Level7", 1000, 0, 432000 * SECOND, (109051904 - 1000) * TICK}, // five days: 2097152 ticks
    {"Level8", 1000, 0, 600000 * SECOND, (150994944 - 1000) * TICK}, // 16777216 ticks
};

INSTANTIATE_TEST_SUITE_P(Section3,
                         ExpiryClockRows,
                         testing::ValuesIn(WHEEL_ROWS),
                         [](const auto& row) { return row.param.name; });

TEST_P(ExpiryClockRows, Wheel)
{
    ExpiryClock clock;
    clock.UseWheel(250, GetParam().jiffies);
    EXPECT_EQ(clock.FiringTime(GetParam().now, GetParam().timeout), GetParam().fires);
}

TEST_P(ExpiryClockRows, Exact)
{
    ExpiryClock clock;
    clock.UseWheel(250, GetParam().jiffies);
    clock.UseExact();
    EXPECT_EQ(clock.FiringTime(GetParam().now, GetParam().timeout),
              GetParam().now + GetParam().timeout);
}

TEST(ExpiryClock, OtherHz)
{
    ExpiryClock clock;
    clock.UseWheel(1000, 0);
    EXPECT_EQ(clock.FiringTime(0, 62 * MILLISECOND), 63 * MILLISECOND);
    clock.UseWheel(100, 0);
    EXPECT_EQ(clock.FiringTime(0, 630 * MILLISECOND), 640 * MILLISECOND);
}

TEST(KernelProfile, FindsByName)
{
    EXPECT_EQ(KernelProfile::Names(), (std::vector<std::string>{"v3.9", "v5.10", "v6.18"}));
    for (const std::string& name : KernelProfile::Names())
    {
        ASSERT_NE(KernelProfile::Find(name), nullptr);
        EXPECT_EQ(KernelProfile::Find(name)->name, name);
    }
    EXPECT_EQ(KernelProfile::Find("5.10"), nullptr);
    EXPECT_EQ(KernelProfile::Find(""), nullptr);
}

/// A release as uname prints it, and its profile.
using ReleaseRow = std::pair<const char*, const char*>;

class KernelReleases : public testing::TestWithParam<ReleaseRow>
{
};

INSTANTIATE_TEST_SUITE_P(Rows,
                         KernelReleases,
                         testing::Values(ReleaseRow{"3.9.0", "v3.9"},
                                         ReleaseRow{"2.6.32", "v3.9"},
                                         ReleaseRow{"4.19.0-27-amd64", "v3.9"},
                                         ReleaseRow{"5.9", "v3.9"},
                                         ReleaseRow{"5.10.0-32-amd64", "v5.10"},
                                         ReleaseRow{"5.9999", "v5.10"},
                                         ReleaseRow{"6.1.0", "v5.10"},
                                         ReleaseRow{"6.17.9", "v5.10"},
                                         ReleaseRow{"6.18", "v6.18"},
                                         ReleaseRow{"6.18-rc1", "v6.18"},
                                         ReleaseRow{"7.0", "v6.18"},
                                         ReleaseRow{"", "v3.9"},
                                         ReleaseRow{"nonsense", "v3.9"},
                                         ReleaseRow{"6", "v3.9"},
                                         ReleaseRow{"6.", "v3.9"},
                                         ReleaseRow{"-6.18", "v3.9"},
                                         ReleaseRow{" 6.18", "v3.9"},
                                         ReleaseRow{"99999999999.1", "v3.9"}));

TEST_P(KernelReleases, NewestThatIsNotNewer)
{
    EXPECT_EQ(KernelProfile::ForRelease(GetParam().first).name, GetParam().second);
}

TEST(KernelProfile, DecisionsOfSection3)
{
    const KernelProfile& v39 = *KernelProfile::Find("v3.9");
    const KernelProfile& v510 = *KernelProfile::Find("v5.10");
    const KernelProfile& v618 = *KernelProfile::Find("v6.18");
    EXPECT_FALSE(v39.clashKnowsZones);
    EXPECT_TRUE(v510.clashKnowsZones && v618.clashKnowsZones);
    EXPECT_FALSE(v39.sameTupleIsAlready);
    EXPECT_TRUE(v510.sameTupleIsAlready && v618.sameTupleIsAlready);
    EXPECT_FALSE(v39.dyingMasterIsRefused);
    EXPECT_TRUE(v510.dyingMasterIsRefused && v618.dyingMasterIsRefused);
    EXPECT_TRUE(v39.hasAutoAssign && v39.autoAssignDefault);
    EXPECT_TRUE(v510.hasAutoAssign && !v510.autoAssignDefault);
    EXPECT_FALSE(v618.hasAutoAssign);
    EXPECT_TRUE(!v39.duplicateHelperIsBusy && !v510.duplicateHelperIsBusy);
    EXPECT_TRUE(v618.duplicateHelperIsBusy);
    EXPECT_TRUE(v510.helperAtPriority300 && !v618.helperAtPriority300);
    EXPECT_TRUE(!v510.tcpDestroyHasState && v618.tcpDestroyHasState);
    EXPECT_EQ(v39.portSearch, PortSearch::Upward);
    EXPECT_EQ(v510.portSearch, PortSearch::Upward);
    EXPECT_EQ(v618.portSearch, PortSearch::Random);
    EXPECT_TRUE(v510.hasDccp && !v618.hasDccp);
}

TEST(KernelProfile, AppliesToTrackers)
{
    const auto apply = [](const char* name) {
        std::pair<TrackerSettings, Timeouts> result;
        KernelProfile::Find(name)->Apply(result.first, result.second);
        return result;
    };
    const auto sctp = [](const Timeouts& timeouts, SctpTimeout state) {
        return TimeoutOf(timeouts.sctp, state);
    };
    const auto [settings39, timeouts39] = apply("v3.9");
    EXPECT_TRUE(settings39.udpStreamAtOnce);
    EXPECT_EQ(TimeoutOf(timeouts39.udp, PairTimeout::Replied), 180 * SECOND);
    const auto [settings510, timeouts510] = apply("v5.10");
    EXPECT_FALSE(settings510.udpStreamAtOnce);
    EXPECT_TRUE(settings510.tcpStrictWindow);
    EXPECT_EQ(TimeoutOf(timeouts510.udp, PairTimeout::Replied), 120 * SECOND);
    EXPECT_EQ(sctp(timeouts510, SctpTimeout::Established), 432000 * SECOND);
    EXPECT_EQ(sctp(timeouts510, SctpTimeout::ShutdownSent), 300 * MILLISECOND);
    EXPECT_EQ(sctp(timeouts510, SctpTimeout::ShutdownRecd), 300 * MILLISECOND);
    EXPECT_EQ(sctp(timeouts510, SctpTimeout::HeartbeatAcked), 210 * SECOND);
    const auto [settings618, timeouts618] = apply("v6.18");
    EXPECT_FALSE(settings618.tcpStrictWindow);
    EXPECT_EQ(sctp(timeouts618, SctpTimeout::Established), 210 * SECOND);
    EXPECT_EQ(sctp(timeouts618, SctpTimeout::ShutdownSent), 3 * SECOND);
}

/// How uneven 64 k hashes lie in 1024 buckets: the mean is 1024, its standard deviation 45.
double
ChiSquare(const std::vector<uint32_t>& hashes)
{
    std::vector<double> buckets(1024);
    for (const uint32_t hash : hashes)
    {
        ++buckets[hash >> 22];
    }
    const double mean = static_cast<double>(hashes.size()) / buckets.size();
    double sum = 0;
    for (const double count : buckets)
    {
        sum += (count - mean) * (count - mean) / mean;
    }
    return sum;
}

TEST(Hash, SpreadsWhatDiffersLittle)
{
    for (uint64_t key = 0; key < 32; ++key)
    {
        const auto keys = ExpandKey(key);
        std::vector<uint32_t> byClient;
        std::vector<uint32_t> byServer;
        std::vector<uint32_t> byAddress;
        std::vector<uint32_t> byLastBytes;
        for (uint32_t i = 0; i < 65536; ++i)
        {
            const Tuple client = TupleOf(static_cast<uint16_t>(i));
            const Tuple server = InverseOf(client);
            Tuple address = TupleOf(1000);
            address.source = Address::FromIpv4(0x0a000000 + i);
            Tuple last = TupleOf(1000);
            last.destination.bytes[14] = static_cast<uint8_t>(i >> 8); // of an IPv6 address
            last.destination.bytes[15] = static_cast<uint8_t>(i);
            byClient.push_back(HashBytes40(&client, keys));
            byServer.push_back(HashBytes40(&server, keys));
            byAddress.push_back(HashBytes40(&address, keys));
            byLastBytes.push_back(HashBytes40(&last, keys));
        }
        SCOPED_TRACE(key);
        EXPECT_LT(ChiSquare(byClient), 1300); // six standard deviations
        EXPECT_LT(ChiSquare(byServer), 1300);
        EXPECT_LT(ChiSquare(byAddress), 1300);
        EXPECT_LT(ChiSquare(byLastBytes), 1300);
    }
}

TEST(Hash, EveryBitOfATupleCounts)
{
    const auto keys = ExpandKey(1);
    std::array<uint8_t, 40> bytes{};
    std::set<uint32_t> seen{HashBytes40(bytes.data(), keys)};
    for (std::size_t bit = 0; bit < 320; ++bit)
    {
        bytes[bit / 8] ^= static_cast<uint8_t>(1 << bit % 8);
        seen.insert(HashBytes40(bytes.data(), keys));
        bytes[bit / 8] ^= static_cast<uint8_t>(1 << bit % 8);
    }
    EXPECT_EQ(seen.size(), 321U);
}

/// An entry of a slab.
struct Piece
{
    uint32_t slot{0};
    uint32_t value{0};
};

TEST(Slab, PlacesStayAndAreUsedAgainLastFirst)
{
    Slab<Piece> slab;
    std::vector<Piece*> pieces;
    for (uint32_t i = 0; i < 5000; ++i)
    {
        pieces.push_back(slab.Allocate());
        pieces.back()->value = i;
        EXPECT_EQ(pieces.back()->slot, i);
    }
    for (uint32_t i = 0; i < 5000; ++i)
    {
        EXPECT_EQ(&slab.At(i), pieces[i]);
        EXPECT_EQ(pieces[i]->value, i);
    }
    slab.Free(*pieces[7]);
    slab.Free(*pieces[4000]);
    EXPECT_EQ(slab.Allocate(), pieces[4000]);
    EXPECT_EQ(slab.Allocate(), pieces[7]);
    EXPECT_EQ(pieces[7]->value, 0U);
    EXPECT_EQ(pieces[7]->slot, 7U);
}

} // namespace test
} // namespace conntrack
} // namespace ns3
