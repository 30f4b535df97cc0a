/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "helper/replay-frames.h"

#include <gtest/gtest.h>
#include <string>

namespace ns3
{
namespace conntrack
{
namespace
{

/// A packet of IPv4 told apart by its identification.
RecordedFrame
Frame(Nanos time, uint8_t identification, std::size_t port = 0, uint8_t hopLimit = 64)
{
    RecordedFrame frame;
    frame.time = time;
    frame.port = port;
    frame.family = Family::Ipv4;
    frame.packet.assign(20, 0);
    frame.packet[0] = 0x45;
    frame.packet[5] = identification;
    frame.packet[8] = hopLimit;
    return frame;
}

/// It left by another port, with one hop less and another checksum.
RecordedFrame
Left(Nanos time, uint8_t identification, std::size_t port = 1)
{
    RecordedFrame frame = Frame(time, identification, port, 63);
    frame.packet[10] = 1;
    return frame;
}

std::string
Order(const std::vector<RecordedFrame>& frames)
{
    std::string text;
    for (const RecordedFrame& frame : frames)
    {
        text += std::to_string(frame.time) + ":" + std::to_string(frame.packet[5]) + " ";
    }
    return text;
}

struct RaceRow
{
    std::string name;
    std::vector<RecordedFrame> entering;
    std::vector<RecordedFrame> leaving;
    std::string order;
};

class Races : public ::testing::TestWithParam<RaceRow>
{
};

TEST_P(Races, AreOrderedAsTheyLeft)
{
    std::vector<RecordedFrame> entering = GetParam().entering;
    OrderRaces(entering, GetParam().leaving);
    EXPECT_EQ(Order(entering), GetParam().order);
}

INSTANTIATE_TEST_SUITE_P(
    Rows,
    Races,
    ::testing::Values(
        RaceRow{"InOrder", {Frame(1, 1), Frame(2, 2)}, {Left(3, 1), Left(4, 2)}, "1:1 2:2 "},
        RaceRow{"Overtaken", {Frame(1, 1), Frame(2, 2)}, {Left(3, 2), Left(4, 1)}, "1:2 2:1 "},
        RaceRow{"OvertakenTwice",
                {Frame(1, 1), Frame(2, 2), Frame(3, 3)},
                {Left(4, 3), Left(5, 1), Left(6, 2)},
                "1:3 2:1 3:2 "},
        RaceRow{"TooFarApart",
                {Frame(0, 1), Frame(RACE + 1, 2)},
                {Left(3, 2), Left(4, 1)},
                "0:1 20001:2 "},
        RaceRow{"ByDifferentPorts",
                {Frame(1, 1, 0), Frame(2, 2, 1)},
                {Left(3, 2, 0), Left(4, 1, 1)},
                "1:1 2:2 "},
        RaceRow{"OneDidNotLeave", {Frame(1, 1), Frame(2, 2)}, {Left(3, 2)}, "1:1 2:2 "},
        RaceRow{"RepeatedPacketsTellNothing",
                {Frame(1, 1), Frame(2, 2), Frame(3, 2)},
                {Left(4, 2), Left(5, 1), Left(6, 2)},
                "1:1 2:2 3:2 "},
        RaceRow{"NothingCame", {}, {Left(4, 2)}, ""}),
    [](const auto& info) { return info.param.name; });

} // namespace
} // namespace conntrack
} // namespace ns3
