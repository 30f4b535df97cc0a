/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/flow/rate-limit.h"
#include "model/flow/tuple.h"
#include "test/unit/packet-builder.h"

#include <gtest/gtest.h>

namespace ns3
{
namespace conntrack
{
namespace test
{

/// An address, as conntrack(8) and as /proc print it.
struct AddressRow
{
    const char* name;
    const char* text;
    const char* full;
};

/// Prints the row's name, for GoogleTest.
void
PrintTo(const AddressRow& row, std::ostream* os)
{
    *os << row.name;
}

class AddressText : public testing::TestWithParam<AddressRow>
{
};

INSTANTIATE_TEST_SUITE_P(
    Rows,
    AddressText,
    testing::Values(
        AddressRow{"Ipv4", "10.1.0.10", "10.1.0.10"},
        AddressRow{"Ipv4Zero", "0.0.0.0", "0.0.0.0"},
        AddressRow{"Ipv4Longest", "255.255.255.255", "255.255.255.255"},
        AddressRow{"Ipv6", "fd00:2::10", "fd00:0002:0000:0000:0000:0000:0000:0010"},
        AddressRow{"Ipv6Zero", "::", "0000:0000:0000:0000:0000:0000:0000:0000"},
        AddressRow{"Ipv6Loopback", "::1", "0000:0000:0000:0000:0000:0000:0000:0001"},
        AddressRow{"OneZeroGroupStays",
                   "1:0:3:4:5:6:7:8",
                   "0001:0000:0003:0004:0005:0006:0007:0008"},
        AddressRow{"LongerRunIsShortened", "1:0:0:4::8", "0001:0000:0000:0004:0000:0000:0000:0008"},
        AddressRow{"FirstOfEqualRuns", "1::4:0:0:7:8", "0001:0000:0000:0004:0000:0000:0007:0008"},
        AddressRow{"AtTheEnd", "1:2::", "0001:0002:0000:0000:0000:0000:0000:0000"},
        AddressRow{"Longest",
                   "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                   "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
        AddressRow{"Ipv4Mapped", "::ffff:10.1.0.10", "0000:0000:0000:0000:0000:ffff:0a01:000a"}),
    [](const auto& row) { return row.param.name; });

TEST_P(AddressText, ShortAndFull)
{
    const std::string text = GetParam().text;
    const Family family = text.find(':') == std::string::npos ? Family::Ipv4 : Family::Ipv6;
    EXPECT_EQ(ToString(ToAddress(text), family), text);
    EXPECT_EQ(ToFullString(ToAddress(text), family), GetParam().full);
}

TEST(Address, NumbersAndBytes)
{
    const Address address = Address::FromIpv4(0x0a0100ff);
    EXPECT_EQ(address.ToIpv4(), 0x0a0100ffU);
    EXPECT_EQ(ToString(address, Family::Ipv4), "10.1.0.255");
    const uint8_t bytes[16] = {10, 1, 0, 255, 9, 9, 9, 9};
    EXPECT_EQ(Address::FromBytes(bytes, Family::Ipv4), address); // the rest stays zero
    EXPECT_NE(Address::FromBytes(bytes, Family::Ipv6), address);
    EXPECT_EQ(Address::FromIpv4(0xffffffff).ToIpv4(), 0xffffffffU);
}

TEST(Address, ComparesInNetworkOrder)
{
    EXPECT_TRUE(Address{}.IsZero());
    Address last;
    last.bytes[15] = 1;
    EXPECT_FALSE(last.IsZero());
    EXPECT_LT(ToAddress("9.255.0.0"), ToAddress("10.0.0.0"));
    EXPECT_LT(ToAddress("10.0.0.1"), ToAddress("10.0.0.2"));
    EXPECT_FALSE(last < last);
}

TEST(Address, MasksBitByBit)
{
    EXPECT_EQ(ToAddress("10.1.2.130") & ToAddress("255.255.255.128"), ToAddress("10.1.2.128"));
    EXPECT_TRUE((ToAddress("fd00::1") & Address{}).IsZero());
}

TEST(Tuple, EveryMemberCounts)
{
    const Tuple tuple;
    const auto differs = [&](auto change) {
        Tuple other = tuple;
        change(other);
        return other != tuple && !(other == tuple);
    };
    EXPECT_TRUE(tuple == Tuple{});
    EXPECT_TRUE(differs([](Tuple& other) { other.source.bytes[15] = 1; }));
    EXPECT_TRUE(differs([](Tuple& other) { other.destination.bytes[0] = 1; }));
    EXPECT_TRUE(differs([](Tuple& other) { other.sourcePort = 1; }));
    EXPECT_TRUE(differs([](Tuple& other) { other.destinationPort = 0x100; }));
    EXPECT_TRUE(differs([](Tuple& other) { other.protocol = protocol::TCP; }));
    EXPECT_TRUE(differs([](Tuple& other) { other.family = Family::Ipv6; }));
    EXPECT_TRUE(differs([](Tuple& other) { other.zone = 1; }));
}

TEST(Direction, OppositeAndIndex)
{
    EXPECT_EQ(Opposite(Direction::Original), Direction::Reply);
    EXPECT_EQ(Opposite(Direction::Reply), Direction::Original);
    EXPECT_EQ(Index(Direction::Original), 0U);
    EXPECT_EQ(Index(Direction::Reply), 1U);
}

TEST(SourceMask, MatchesAnythingAtFirst)
{
    EXPECT_TRUE(SourceMask{}.address.IsZero());
    EXPECT_EQ(SourceMask{}.port, 0);
}

TEST(Zone, HoldsWhereItSays)
{
    const auto ids = [](const Zone& zone) {
        return std::make_pair(zone.IdFor(Direction::Original), zone.IdFor(Direction::Reply));
    };
    EXPECT_EQ(ids({}), std::make_pair(uint16_t{0}, uint16_t{0}));
    EXPECT_EQ(ids({7, Zone::BOTH}), std::make_pair(uint16_t{7}, uint16_t{7}));
    EXPECT_EQ(ids({7, Zone::ORIGINAL}), std::make_pair(uint16_t{7}, uint16_t{0}));
    EXPECT_EQ(ids({7, Zone::REPLY}), std::make_pair(uint16_t{0}, uint16_t{7}));
}

/// How many of a number of lines may go at a time.
int
Allowed(RateLimit& limit, int lines, Nanos now)
{
    int allowed = 0;
    for (int i = 0; i < lines; ++i)
    {
        allowed += limit.Allows(now);
    }
    return allowed;
}

TEST(RateLimit, TenInFiveSeconds)
{
    RateLimit limit;
    EXPECT_EQ(Allowed(limit, 15, 0), 10);
    EXPECT_EQ(Allowed(limit, 15, 5 * SECOND), 0); // not yet
    EXPECT_EQ(Allowed(limit, 15, 5 * SECOND + 1), 10);
    EXPECT_EQ(Allowed(limit, 1, 10 * SECOND), 0); // counted from the second burst
}

TEST(RateLimit, TheIntervalBeginsWithTheFirstLine)
{
    RateLimit limit;
    EXPECT_EQ(Allowed(limit, 3, 100 * SECOND), 3);
    EXPECT_EQ(Allowed(limit, 10, 104 * SECOND), 7);
    EXPECT_EQ(Allowed(limit, 10, 105 * SECOND + 1), 10);
}

} // namespace test
} // namespace conntrack
} // namespace ns3
