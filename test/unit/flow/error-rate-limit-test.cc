/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/flow/error-rate-limit.h"

#include <gtest/gtest.h>

namespace ns3
{
namespace conntrack
{
namespace
{

ErrorToLimit
To(uint32_t host, uint8_t type = 11, uint8_t code = 0)
{
    return {Family::Ipv4, type, code, Address::FromIpv4(host), 128};
}

ErrorToLimit
To6(uint8_t type = 3, uint8_t prefixLength = 128)
{
    return {Family::Ipv6, type, 0, Address::FromIpv4(1), prefixLength};
}

/// How many of the errors to one destination, one each interval, go out.
int
Count(ErrorRateLimit& limit, const ErrorToLimit& error, Nanos interval, Nanos until)
{
    int count = 0;
    for (Nanos now = 0; now < until; now += interval)
    {
        count += limit.Allows(error, now) ? 1 : 0;
    }
    return count;
}

TEST(ErrorRateLimitDestination, SixAndThenOneEachInterval)
{
    struct
    {
        const char* name;
        ErrorToLimit error;
        Nanos until;
        int count;
    } const rows[] = {
        {"Ipv4", To(1), 10 * SECOND, 6 + 9},
        {"Ipv6", To6(), SECOND, 6 + 9},
        {"Ipv6ShortPrefix", To6(3, 16), SECOND, 6 + 9},
    };

    for (const auto& row : rows)
    {
        ErrorRateLimit limit;
        EXPECT_EQ(Count(limit, row.error, 4 * MILLISECOND, row.until), row.count) << row.name;
    }
}

TEST(ErrorRateLimitDestination, OlderKernelsLookAtThePrefix)
{
    ErrorRateLimits limits;
    limits.ipv6ByPrefix = true;
    limits.ipv6Interval = SECOND;
    const std::pair<uint8_t, int> rows[] = {{128, 6 + 9},
                                            {127, 6 + 9},
                                            {96, 6 + 19},
                                            {64, 6 + 39},
                                            {0, 6 + 159}};
    for (const auto& [length, count] : rows)
    {
        ErrorRateLimit limit({}, limits);
        // The last interval is not over yet; the shorter ones go into ticks without rest.
        EXPECT_NEAR(Count(limit, To6(3, length), 4 * MILLISECOND, 10 * SECOND), count, 1)
            << int{length};
    }
}

TEST(ErrorRateLimitDestination, EachHasItsOwn)
{
    ErrorRateLimit limit;
    for (uint32_t host = 1; host <= 4; host++)
    {
        for (int i = 0; i < 6; i++)
        {
            EXPECT_TRUE(limit.Allows(To(host), 0));
        }
        EXPECT_FALSE(limit.Allows(To(host), 0));
    }
    EXPECT_TRUE(limit.Allows(To6(), 0)); // the same bytes, another family
}

TEST(ErrorRateLimitTypes, SomeAreNot)
{
    const std::pair<ErrorToLimit, bool> rows[] = {
        {To(1, 3, 3), true},
        {To(1, 3, 4), false}, // fragmentation needed
        {To(1, 4), true},
        {To(1, 5), false}, // redirect: not in the mask
        {To(1, 11), true},
        {To(1, 12), true},
        {To(1, 0), false},
        {To(1, 40), false},
        {To6(1), true},
        {To6(2), false}, // packet too big
        {To6(3), true},
        {To6(4), true},
        {To6(129), false},
    };
    for (const auto& [error, isLimited] : rows)
    {
        ErrorRateLimit limit;
        int count = 0;
        for (int i = 0; i < 100; i++)
        {
            count += limit.Allows(error, 0) ? 1 : 0;
        }
        EXPECT_EQ(count, isLimited ? 6 : 100) << int{error.type} << '/' << int{error.code};
    }
}

TEST(ErrorRateLimitCommon, BurstAndRefill)
{
    ErrorRateLimit limit;
    uint32_t host = 0;
    const auto fill = [&](Nanos now) {
        int count = 0;
        while (limit.Allows(To(++host), now))
        {
            count++;
        }
        return count;
    };
    EXPECT_EQ(fill(0), 50);
    EXPECT_EQ(fill(16 * MILLISECOND), 0); // not before a fiftieth of a second
    EXPECT_EQ(fill(20 * MILLISECOND), 20);
    EXPECT_EQ(fill(60 * MILLISECOND), 40);
    EXPECT_EQ(fill(10 * SECOND), 50);
}

TEST(ErrorRateLimitCommon, TakesAtRandom)
{
    ErrorRateLimit greedy([](uint32_t bound) { return bound - 1; });
    ErrorRateLimit modest([](uint32_t) { return 0; });
    int taken = 0;
    for (uint32_t host = 1; host <= 100; host++)
    {
        taken += greedy.Allows(To(host), 0) ? 1 : 0;
        EXPECT_TRUE(modest.Allows(To(host), 0));
    }
    EXPECT_EQ(taken, 25);
}

TEST(ErrorRateLimitMemory, IsBounded)
{
    ErrorRateLimits limits;
    limits.messagesPerSecond = 1000000000;
    limits.messagesBurst = 1000000000;
    ErrorRateLimit limit({}, limits);
    for (uint32_t host = 0; host < ErrorRateLimit::MAX_DESTINATIONS + 100; host++)
    {
        EXPECT_TRUE(limit.Allows(To(host), host));
    }
    EXPECT_EQ(limit.Size(), ErrorRateLimit::MAX_DESTINATIONS);
}

TEST(ErrorRateLimitOff, ZeroIntervalAndZeroMessages)
{
    ErrorRateLimits limits;
    limits.ipv4Interval = 0;
    ErrorRateLimit free({}, limits);
    limits.messagesPerSecond = 0;
    ErrorRateLimit closed({}, limits);
    for (int i = 0; i < 40; i++)
    {
        EXPECT_TRUE(free.Allows(To(1), 0));
        EXPECT_FALSE(closed.Allows(To(1), 0));
    }
}

} // namespace
} // namespace conntrack
} // namespace ns3
