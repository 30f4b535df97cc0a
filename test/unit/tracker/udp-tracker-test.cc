/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "test/unit/tracker/flow-driver.h"

#include <gtest/gtest.h>

namespace ns3
{
namespace conntrack
{
namespace test
{
namespace
{

constexpr Direction QUERY = Direction::Original;
constexpr Direction ANSWER = Direction::Reply;

Bytes
Udp(Direction direction)
{
    return direction == QUERY ? PacketBuilder("10.1.0.10", "10.2.0.10").Udp(5000, 53, "q").Build()
                              : PacketBuilder("10.2.0.10", "10.1.0.10").Udp(53, 5000, "a").Build();
}

/// A packet of a flow that began with a query at 0, and what it does.
struct StreamRow
{
    const char* name;
    Nanos answered; ///< when the answer came; -1: never
    Nanos at;       ///< when the packet comes
    Direction direction;
    uint32_t status; ///< set before
    bool atOnce;     ///< the profile of 3.9
    int64_t timeout; ///< seconds
    bool assures;
};

class UdpStream : public testing::TestWithParam<StreamRow>
{
};

TEST_P(UdpStream, IsAStreamAfterTwoSeconds)
{
    const StreamRow& row = GetParam();
    FlowDriver flow;
    flow.settings.udpStreamAtOnce = row.atOnce;
    EXPECT_EQ(flow.Take(Udp(QUERY), QUERY).timeout, 30 * SECOND);
    if (row.answered >= 0)
    {
        flow.now = row.answered;
        flow.Take(Udp(ANSWER), ANSWER);
    }
    flow.now = row.at;
    flow.status |= row.status;
    const TrackResult result = flow.Take(Udp(row.direction), row.direction);
    EXPECT_EQ(Verdict(result), "taken");
    EXPECT_EQ(result.timeout, row.timeout * SECOND);
    EXPECT_EQ(result.statusSet, row.assures ? status::ASSURED : 0);
    EXPECT_EQ(result.events, row.assures ? event::ASSURED : 0);
}

constexpr Nanos NEVER = -1;
constexpr Nanos JUST_LATE = 2 * SECOND + 1;
constexpr uint32_t CLASH = status::NAT_CLASH;

const StreamRow STREAMS[] = {
    {"QueryUnanswered", NEVER, JUST_LATE, QUERY, 0, false, 30, false},
    {"FirstAnswer", NEVER, SECOND, ANSWER, 0, false, 30, false},
    {"FirstAnswerLate", NEVER, 5 * SECOND, ANSWER, 0, false, 30, false},
    {"QuerySoon", 0, SECOND, QUERY, 0, false, 30, false},
    {"QueryAtTwoSeconds", 0, 2 * SECOND, QUERY, 0, false, 30, false},
    {"QueryJustLater", 0, JUST_LATE, QUERY, 0, false, 120, true},
    {"AnswerJustLater", 0, JUST_LATE, ANSWER, 0, false, 120, true},
    {"AlreadyAssured", 0, JUST_LATE, QUERY, status::ASSURED, false, 120, false},
    {"ClashIsNeverAssured", 0, JUST_LATE, QUERY, CLASH, false, 120, false},
    {"OldKernelAtOnce", 0, SECOND, QUERY, 0, true, 120, true},
    {"OldKernelUnanswered", NEVER, SECOND, QUERY, 0, true, 30, false},
};

INSTANTIATE_TEST_SUITE_P(Udp, UdpStream, testing::ValuesIn(STREAMS), [](const auto& info) {
    return std::string(info.param.name);
});

/// A first packet and what is said of it.
struct PacketRow
{
    const char* name;
    PacketBuilder packet;
    const char* verdict;
    const char* unverified; ///< with nf_conntrack_checksum off
};

class UdpPacket : public testing::TestWithParam<PacketRow>
{
};

TEST_P(UdpPacket, IsVerified)
{
    FlowDriver flow;
    EXPECT_EQ(Verdict(flow.Take(GetParam().packet.Build(), QUERY)), GetParam().verdict);
    FlowDriver careless;
    careless.settings.verifyChecksums = false;
    EXPECT_EQ(Verdict(careless.Take(GetParam().packet.Build(), QUERY)), GetParam().unverified);
}

PacketBuilder
Ipv4()
{
    return PacketBuilder("10.1.0.10", "10.2.0.10");
}

PacketBuilder
Ipv6()
{
    return PacketBuilder("fd00:1::10", "fd00:2::10");
}

const PacketRow UDP[] = {
    {"Good", Ipv4().Udp(1, 2, "odd"), "taken", "taken"},
    {"Good6", Ipv6().Udp(1, 2, "odd"), "taken", "taken"},
    {"Empty", Ipv4().Udp(1, 2), "taken", "taken"},
    {"Options", Ipv4().Ipv4Options({1, 1, 1, 0}).Udp(1, 2, "x"), "taken", "taken"},
    {"NoChecksum", Ipv4().Udp(1, 2, "x").ZeroChecksum(), "taken", "taken"},
    {"NoChecksum6", Ipv6().Udp(1, 2, "x").ZeroChecksum(), "taken", "taken"},
    {"WrongChecksum", Ipv4().Udp(1, 2, "x").WrongChecksum(), "bad checksum", "taken"},
    {"WrongChecksum6", Ipv6().Udp(1, 2, "x").WrongChecksum(), "bad checksum", "taken"},
    {"LengthOverPacket", Ipv4().Udp(1, 2, "x").Patch(5, 10), "bad length", "bad length"},
    {"LengthUnderHeader", Ipv4().Udp(1, 2, "x").Patch(5, 7), "bad length", "bad length"},
    {"LengthUnderPacket", Ipv4().Udp(1, 2, "x").Patch(5, 8).ZeroChecksum(), "taken", "taken"},
    {"NoPorts", Ipv4().Raw(protocol::UDP, {0, 1, 0}), "truncated packet", "truncated packet"},
    {"OnlyPorts", Ipv4().Raw(protocol::UDP, {0, 1, 0, 2}), "truncated packet", "truncated packet"},
    {"CutIsNotSummed", Ipv4().Udp(1, 2, "xyz").WrongChecksum().CutTo(29), "taken", "taken"},
};

INSTANTIATE_TEST_SUITE_P(Udp, UdpPacket, testing::ValuesIn(UDP), [](const auto& info) {
    return std::string(info.param.name);
});

/// A UDP-Lite packet whose pseudo-header has this protocol number and this mask on its length.
PacketBuilder
Lite(std::size_t size, uint16_t coverage, uint16_t pseudoProtocol, uint16_t lengthMask = 0xffff)
{
    Bytes bytes(8 + size, 'x');
    WriteU16(&bytes[0], 7000);
    WriteU16(&bytes[2], 8000);
    WriteU16(&bytes[4], coverage);
    WriteU16(&bytes[6], 0);
    const std::size_t covered = coverage == 0 || coverage > bytes.size() ? bytes.size() : coverage;
    uint32_t sum = 0x0a01 + 0x000a + 0x0a02 + 0x000a; // 10.1.0.10, 10.2.0.10
    sum += pseudoProtocol + (static_cast<uint32_t>(bytes.size()) & lengthMask);
    for (std::size_t i = 0; i < covered; i++)
    {
        sum += i % 2 ? bytes[i] : bytes[i] << 8;
    }
    sum = (sum & 0xffff) + (sum >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    WriteU16(&bytes[6], static_cast<uint16_t>(~sum));
    return Ipv4().Raw(protocol::UDPLITE, bytes);
}

const PacketRow UDPLITE[] = {
    // Linux puts UDP's number into the pseudo-header: what is right is invalid.
    {"RightIsInvalid", Lite(9, 0, protocol::UDPLITE), "bad checksum", "taken"},
    {"AsLinuxWantsIt", Lite(9, 0, protocol::UDP), "taken", "taken"},
    {"HeaderCovered", Lite(9, 8, protocol::UDP), "taken", "taken"},
    {"PartCovered", Lite(9, 12, protocol::UDP), "taken", "taken"},
    {"CoverageUnderHeader", Lite(9, 5, protocol::UDP), "bad length", "bad length"},
    {"CoverageOverPacket", Lite(9, 18, protocol::UDP), "bad length", "bad length"},
    {"NoChecksum",
     Lite(9, 0, protocol::UDP).Patch(6, 0).Patch(7, 0),
     "bad checksum",
     "bad checksum"},
    // and it takes eight bits of the length
    {"Length255", Lite(247, 8, protocol::UDP), "taken", "taken"},
    {"Length256", Lite(248, 8, protocol::UDP), "bad checksum", "taken"},
    {"Length256Cut", Lite(248, 8, protocol::UDP, 0xff), "taken", "taken"},
    {"Length1000Cut", Lite(992, 0, protocol::UDP, 0xff), "taken", "taken"},
    {"Header7", Ipv4().Raw(protocol::UDPLITE, Bytes(7)), "truncated packet", "truncated packet"},
};

INSTANTIATE_TEST_SUITE_P(UdpLite, UdpPacket, testing::ValuesIn(UDPLITE), [](const auto& info) {
    return std::string(info.param.name);
});

TEST(UdpLiteStream, AnyPacketAfterAnAnswerMakesIt)
{
    FlowDriver flow;
    flow.settings.verifyChecksums = false;
    const Bytes packet = Lite(9, 0, protocol::UDP).Build();
    EXPECT_EQ(flow.Take(packet, QUERY).timeout, 30 * SECOND);
    EXPECT_EQ(flow.Take(packet, ANSWER).timeout, 30 * SECOND);
    const TrackResult third = flow.Take(packet, QUERY);
    EXPECT_EQ(third.timeout, 120 * SECOND);
    EXPECT_EQ(third.statusSet, status::ASSURED);
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
