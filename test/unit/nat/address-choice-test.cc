/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/nat/address-choice.h"
#include "model/wire/bytes.h"
#include "test/unit/packet-builder.h"

#include <gtest/gtest.h>
#include <set>

namespace ns3
{
namespace conntrack
{
namespace test
{
namespace
{

Tuple
TupleOf(const char* source, const char* destination)
{
    Tuple tuple;
    tuple.source = ToAddress(source);
    tuple.destination = ToAddress(destination);
    tuple.family = source[0] == 'f' ? Family::Ipv6 : Family::Ipv4;
    return tuple;
}

NatRange
RangeOf(const char* first, const char* last)
{
    NatRange range = NatRange::Of(ToAddress(first));
    range.maxAddress = ToAddress(last);
    return range;
}

TEST(AddressChoice, HashIsLookup3)
{
    // The algorithm's own test file, lookup3.c: a hash of nothing.
    EXPECT_EQ(HashWords(nullptr, 0, 0), 0xdeadbeefU);
    EXPECT_EQ(HashWords(nullptr, 0, 0xdeadbeef), 0xbd5b7ddeU);
}

TEST(AddressChoice, StaysInTheRangeAndReachesAllOfIt)
{
    const NatRange range = RangeOf("203.0.113.10", "203.0.113.17");
    std::set<uint32_t> seen;
    for (uint32_t client = 0; client < 200; ++client)
    {
        Tuple tuple = TupleOf("10.1.0.0", "10.2.0.10");
        tuple.source = Address::FromIpv4(0x0a010000 + client);
        const Address chosen = ChooseAddress(tuple, range, NatSide::Source, 0);
        EXPECT_FALSE(chosen < range.minAddress || range.maxAddress < chosen);
        EXPECT_EQ(ChooseAddress(tuple, range, NatSide::Source, 0), chosen);
        seen.insert(chosen.ToIpv4());
    }
    EXPECT_EQ(seen.size(), 8U);
}

TEST(AddressChoice, PersistentDoesNotLookAtTheDestination)
{
    NatRange range = RangeOf("203.0.113.0", "203.0.113.255");
    std::set<uint32_t> usual;
    std::set<uint32_t> persistent;
    for (uint32_t server = 0; server < 50; ++server)
    {
        Tuple tuple = TupleOf("10.1.0.10", "10.2.0.0");
        tuple.destination = Address::FromIpv4(0x0a020000 + server);
        range.persistent = false;
        usual.insert(ChooseAddress(tuple, range, NatSide::Source, 0).ToIpv4());
        range.persistent = true;
        persistent.insert(ChooseAddress(tuple, range, NatSide::Source, 0).ToIpv4());
    }
    EXPECT_EQ(persistent.size(), 1U);
    EXPECT_GT(usual.size(), 20U);
}

TEST(AddressChoice, Ipv6RangesStayInside)
{
    const NatRange range = RangeOf("2001:db8::1:fff0", "2001:db8::2:3");
    for (uint32_t client = 0; client < 500; ++client)
    {
        Tuple tuple = TupleOf("fd00:1::", "fd00:2::10");
        WriteU32(&tuple.source.bytes[12], client);
        const Address chosen = ChooseAddress(tuple, range, NatSide::Source, 0);
        EXPECT_FALSE(chosen < range.minAddress || range.maxAddress < chosen)
            << ToString(chosen, Family::Ipv6);
    }
}

TEST(AddressChoice, OneAddressIsNoChoice)
{
    const Tuple tuple = TupleOf("10.1.0.10", "10.2.0.10");
    const NatRange one = NatRange::Of(ToAddress("203.0.113.10"));
    EXPECT_EQ(ChooseAddress(tuple, one, NatSide::Destination, 0), ToAddress("203.0.113.10"));
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
