/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/nat/carrier/port-blocks.h"

#include <gtest/gtest.h>
#include <ostream>

namespace ns3
{
namespace conntrack
{
namespace test
{
namespace
{

/// Text and what it means; no count: it is refused.
struct RangeRow
{
    const char* name;
    const char* text;
    uint32_t first;
    uint64_t count;
};

/// @param row a row @param out gets its name
void
PrintTo(const RangeRow& row, std::ostream* out)
{
    *out << row.text;
}

class RangeText : public ::testing::TestWithParam<RangeRow>
{
};

TEST_P(RangeText, IsReadOrRefused)
{
    const auto range = ParseAddressRange(GetParam().text);
    ASSERT_EQ(range.has_value(), GetParam().count != 0);
    if (range)
    {
        EXPECT_EQ(range->first, GetParam().first);
        EXPECT_EQ(range->Count(), GetParam().count);
        EXPECT_TRUE(range->Contains(range->last));
        EXPECT_EQ(range->Contains(range->last + 1), GetParam().count > UINT32_MAX);
    }
}

INSTANTIATE_TEST_SUITE_P(Rows,
                         RangeText,
                         ::testing::Values(RangeRow{"Address", "10.0.0.1", 0x0a000001, 1},
                                           RangeRow{"Prefix", "100.64.0.0/10", 0x64400000, 4194304},
                                           RangeRow{"One", "10.0.0.1/32", 0x0a000001, 1},
                                           RangeRow{"All", "0.0.0.0/0", 0, uint64_t{1} << 32},
                                           RangeRow{"Range", "10.0.0.1-10.0.1.0", 0x0a000001, 256},
                                           RangeRow{"Nothing", "", 0, 0},
                                           RangeRow{"NoAddress", "10.0.0", 0, 0},
                                           RangeRow{"TooLong", "10.0.0.0/33", 0, 0},
                                           RangeRow{"NoLength", "10.0.0.0/", 0, 0},
                                           RangeRow{"Bits", "10.0.0.1/24", 0, 0},
                                           RangeRow{"Behind", "10.0.0.0/24 ", 0, 0},
                                           RangeRow{"Backwards", "10.0.0.2-10.0.0.1", 0, 0},
                                           RangeRow{"HalfRange", "10.0.0.2-", 0, 0},
                                           RangeRow{"Ipv6", "fd00::/64", 0, 0}),
                         [](const auto& info) { return info.param.name; });

DeterministicBlocks::Plan
PlanOf(const char* inside, const char* outside, uint32_t size = 0, OutsidePorts ports = {})
{
    return {*ParseAddressRange(inside), *ParseAddressRange(outside), ports, size};
}

TEST(DeterministicBlocks, SizeIsWhatThereIsForEach)
{
    // 256 subscribers, 2 addresses: 128 each, and 64512 / 128 ports.
    const auto blocks =
        DeterministicBlocks::Make(PlanOf("100.64.0.0/24", "203.0.113.0-203.0.113.1"));
    ASSERT_TRUE(blocks);
    const auto first = blocks->BlockOf(0x64400000);
    EXPECT_EQ(first->address, 0xcb007100);
    EXPECT_EQ(first->ports.first, 1024);
    EXPECT_EQ(first->ports.last, 1527);
    const auto last = blocks->BlockOf(0x644000ff);
    EXPECT_EQ(last->address, 0xcb007101);
    EXPECT_EQ(last->ports.first, 1024 + 127 * 504);
    EXPECT_EQ(last->ports.last, 65535);
    EXPECT_FALSE(blocks->BlockOf(0x64400100));
}

TEST(DeterministicBlocks, InverseIsExact)
{
    const auto blocks = DeterministicBlocks::Make(
        PlanOf("100.64.0.0/25", "203.0.113.8/30", 1000, OutsidePorts{5000, 65535}));
    ASSERT_TRUE(blocks);
    uint32_t owned = 0;
    for (uint32_t outside = 0xcb007107; outside <= 0xcb00710c; ++outside)
    {
        for (uint32_t port = 0; port < 65536; ++port)
        {
            const auto subscriber = blocks->SubscriberOf(outside, static_cast<uint16_t>(port));
            if (subscriber)
            {
                ++owned;
                const auto block = blocks->BlockOf(*subscriber);
                ASSERT_TRUE(block);
                ASSERT_EQ(block->address, outside);
                ASSERT_TRUE(block->ports.Contains(port));
            }
        }
    }
    EXPECT_EQ(owned, 128000U);
}

TEST(DeterministicBlocks, TooFewPortsAreRefused)
{
    EXPECT_FALSE(DeterministicBlocks::Make(PlanOf("100.64.0.0/10", "203.0.113.0/32")));
    EXPECT_FALSE(DeterministicBlocks::Make(PlanOf("100.64.0.0/24", "203.0.113.0/30", 1024)));
    EXPECT_TRUE(DeterministicBlocks::Make(PlanOf("100.64.0.0/24", "203.0.113.0/30", 1008)));
    EXPECT_FALSE(DeterministicBlocks::Make(PlanOf("100.64.0.0/32", "203.0.113.0/32", 64513)));
}

TEST(PortBlockPool, GivesTheLowestFreeBlock)
{
    PortBlockPool pool(OutsidePorts{1024, 4095}, 1000); // three, and 72 ports over
    std::vector<PortBlock> taken;
    for (const uint16_t first : {1024, 2024, 3024})
    {
        const auto block = pool.FindFree(1);
        ASSERT_TRUE(block);
        EXPECT_EQ(block->ports.first, first);
        EXPECT_EQ(block->ports.Count(), 1000U);
        pool.Take(*block);
        taken.push_back(*block);
    }
    EXPECT_FALSE(pool.FindFree(1));
    EXPECT_TRUE(pool.FindFree(2));
    EXPECT_EQ(pool.Taken(), 3U);
    pool.GiveBack(taken[1]);
    EXPECT_EQ(pool.FindFree(1)->ports.first, 2024);
    EXPECT_EQ(pool.Taken(), 2U);
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
