/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/app/rtp/media-ports.h"
#include "model/app/rtp/rtp-receiver.h"

#include <gtest/gtest.h>

namespace ns3
{
namespace conntrack
{
namespace test
{
namespace
{

/// Take packets of 20 ms. @param receiver of 8000 samples @param numbers their sequence numbers
/// @param late of each second one, nanoseconds
void
TakeAll(RtpReceiver& receiver, const std::vector<uint16_t>& numbers, Nanos late = 0)
{
    for (const uint16_t number : numbers)
    {
        RtpPacket packet;
        packet.sequence = number;
        packet.timestamp = number * 160U;
        receiver.Take(packet, number * 20 * MILLISECOND + (number % 2) * late);
    }
}

/// Numbers that come, and what is said of them.
struct NumbersRow
{
    const char* label;
    std::vector<uint16_t> numbers;
    uint64_t received;
    int64_t lost;
    uint64_t outOfOrder;
};

class RtpNumbers : public ::testing::TestWithParam<NumbersRow>
{
};

TEST_P(RtpNumbers, AreCounted)
{
    RtpReceiver receiver(8000);
    TakeAll(receiver, GetParam().numbers);
    EXPECT_EQ(receiver.Received(), GetParam().received);
    EXPECT_EQ(receiver.Lost(), GetParam().lost);
    EXPECT_EQ(receiver.OutOfOrder(), GetParam().outOfOrder);
}

INSTANTIATE_TEST_SUITE_P(
    Rows,
    RtpNumbers,
    ::testing::Values(NumbersRow{"None", {}, 0, 0, 0},
                      NumbersRow{"One", {7}, 1, 0, 0},
                      NumbersRow{"InARow", {7, 8, 9}, 3, 0, 0},
                      NumbersRow{"OneLost", {7, 9}, 2, 1, 0},
                      NumbersRow{"OutOfOrder", {7, 9, 8, 10}, 4, 0, 1},
                      NumbersRow{"Twice", {7, 8, 8}, 3, -1, 0},
                      NumbersRow{"Wraps", {65534, 65535, 0, 2}, 4, 1, 0},
                      NumbersRow{"JumpOnce", {7, 30000, 8}, 2, 0, 0},
                      NumbersRow{"JumpFollowed", {7, 30000, 30001, 30003}, 3, 1, 0},
                      NumbersRow{"JumpBack", {30000, 7, 8, 9}, 3, 0, 0}),
    [](const auto& info) { return info.param.label; });

TEST(RtpReceiverTest, JitterIsThatOfTheRfc)
{
    RtpReceiver steady(8000);
    TakeAll(steady, {1, 2, 3, 4, 5});
    EXPECT_NEAR(steady.Jitter(), 0, 1e-6);
    // Each difference is 10 ms, 80 samples: J += (80 - J) / 16.
    RtpReceiver shaky(8000);
    TakeAll(shaky, {1, 2, 3}, 10 * MILLISECOND);
    EXPECT_NEAR(shaky.Jitter(), 80.0 / 16 + (80 - 80.0 / 16) / 16, 1e-6);
}

TEST(RtpReceiverTest, ReportsSayWhatWasLostSinceTheLast)
{
    RtpReceiver receiver(8000);
    EXPECT_FALSE(receiver.Report());
    TakeAll(receiver, {1, 3});
    auto block = receiver.Report();
    ASSERT_TRUE(block);
    EXPECT_EQ(block->lost, 1);
    EXPECT_EQ(block->fractionLost, 256 / 3);
    EXPECT_EQ(block->highestSequence, 3U);
    TakeAll(receiver, {4, 5});
    block = receiver.Report();
    EXPECT_EQ(block->lost, 1);
    EXPECT_EQ(block->fractionLost, 0);
    TakeAll(receiver, {5, 5, 5}); // more than expected
    EXPECT_EQ(receiver.Report()->lost, -2);
}

TEST(MediaPortsTest, PairsComeInTurn)
{
    MediaPorts ports(10001, 10007);
    EXPECT_EQ(ports.Size(), 3U);
    EXPECT_EQ(ports.Take(), 10002);
    EXPECT_EQ(ports.Take(), 10004);
    ports.Return(10002);
    EXPECT_EQ(ports.Take(), 10006);
    EXPECT_EQ(ports.Take(), 10002);
    EXPECT_FALSE(ports.Take());
    EXPECT_EQ(ports.InUse(), 3U);
    EXPECT_EQ(MediaPorts(10001, 10002).Size(), 0U);
    EXPECT_EQ(MediaPorts(10002, 10002).Size(), 0U);
    EXPECT_EQ(MediaPorts(65534, 65535).Size(), 1U);
    EXPECT_FALSE(MediaPorts(20, 10).Take());
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
