/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/wire/sip-text.h"
#include "test/unit/packet-builder.h"

#include <gtest/gtest.h>

namespace ns3
{
namespace conntrack
{
namespace test
{
namespace
{

template <typename Row>
std::string
LabelOf(const ::testing::TestParamInfo<Row>& info)
{
    return info.param.label;
}

// ---------------------------------------------------------------------------- numbers

struct NumberRow
{
    const char* label;
    const char* text;
    uint32_t value;
    std::size_t length; ///< 0: no number
};

class SipNumbers : public ::testing::TestWithParam<NumberRow>
{
};

TEST_P(SipNumbers, Read)
{
    const SipNumber number = ReadSipNumber(GetParam().text);
    EXPECT_EQ(number.value, GetParam().value);
    EXPECT_EQ(number.length, GetParam().length);
}

const NumberRow NUMBERS[] = {
    {"Plain", "42 INVITE", 42, 2},
    {"Zero", "0", 0, 1},
    {"ToTheEnd", "123", 123, 3},
    {"ZerosBefore", "0007;", 7, 4},
    {"Largest", "4294967295", 4294967295U, 10},
    {"ElevenDigits", "00000000001", 1, 11},
    {"Hexadecimal", "0x10", 0, 1},
    {"TwelveDigits", "000000000001", 0, 0},
    {"TooLarge", "4294967296", 0, 0},
    {"ElevenNines", "99999999999", 0, 0},
    {"Letter", "x1", 0, 0},
    {"Sign", "-1", 0, 0},
    {"Blank", " 1", 0, 0},
    {"Nothing", "", 0, 0},
};

INSTANTIATE_TEST_SUITE_P(Rows, SipNumbers, ::testing::ValuesIn(NUMBERS), LabelOf<NumberRow>);

// ---------------------------------------------------------------------------- addresses

struct AddressRow
{
    const char* label;
    const char* text;
    const char* address; ///< empty: there is none
    std::size_t length;
};

void
ExpectAddress(const AddressRow& row, Family family, SipBrackets brackets)
{
    const auto found = ReadSipAddress(row.text, family, brackets);
    ASSERT_EQ(found.has_value(), row.length > 0) << row.text;
    if (found)
    {
        EXPECT_EQ(ToString(found->address, family), row.address);
        EXPECT_EQ(found->length, row.length);
    }
}

class SipIpv4 : public ::testing::TestWithParam<AddressRow>
{
};

TEST_P(SipIpv4, Read)
{
    ExpectAddress(GetParam(), Family::Ipv4, SipBrackets::Required);
}

const AddressRow IPV4[] = {
    {"Plain", "10.1.0.10", "10.1.0.10", 9},
    {"Port", "10.1.0.10:5060", "10.1.0.10", 9},
    {"Semicolon", "10.1.0.10;x", "10.1.0.10", 9},
    {"LetterG", "10.1.0.10g", "10.1.0.10", 9},
    {"ZerosBefore", "010.0001.000.00010>", "10.1.0.10", 18},
    {"Ones", "255.255.255.255\r", "255.255.255.255", 15},
    {"LetterA", "10.1.0.10a", "", 0},
    {"LetterF", "10.1.0.10F", "", 0},
    {"FiveOctets", "10.1.0.10.1", "", 0},
    {"DotBehind", "10.1.0.10.", "", 0},
    {"Octet256", "10.1.0.256", "", 0},
    {"ThreeOctets", "10.1.0", "", 0},
    {"EmptyOctet", "10..0.10", "", 0},
    {"LetterWithin", "10.1.x.10", "", 0},
    {"Name", "example.org", "", 0},
    {"Bracket", "[10.1.0.10]", "", 0},
    {"Nothing", "", "", 0},
};

INSTANTIATE_TEST_SUITE_P(Rows, SipIpv4, ::testing::ValuesIn(IPV4), LabelOf<AddressRow>);

class SipIpv6InUri : public ::testing::TestWithParam<AddressRow>
{
};

TEST_P(SipIpv6InUri, Read)
{
    ExpectAddress(GetParam(), Family::Ipv6, SipBrackets::Required);
}

const AddressRow IPV6_URI[] = {
    {"Plain", "[fd00:1::10]", "fd00:1::10", 12},
    {"Port", "[fd00:1::10]:5060", "fd00:1::10", 12},
    {"Full", "[fd00:0001:0:0:0:0:0:0010]>", "fd00:1::10", 26},
    {"Unspecified", "[::]", "::", 4},
    {"NoBrackets", "fd00:1::10", "", 0},
    {"NotOpened", "fd00:1::10]", "", 0},
    {"NotClosed", "[fd00:1::10", "", 0},
    {"Scope", "[fd00:1::10%eth0]", "", 0},
    {"Ipv4", "10.1.0.10", "", 0},
    {"Empty", "[]", "", 0},
};

INSTANTIATE_TEST_SUITE_P(Rows, SipIpv6InUri, ::testing::ValuesIn(IPV6_URI), LabelOf<AddressRow>);

TEST(SipText, BracketsOfParametersAreOptional)
{
    for (const char* text : {"fd00:1::10;x", "[fd00:1::10];x", "fd00:1::10]", "[fd00:1::10"})
    {
        EXPECT_TRUE(ReadSipAddress(text, Family::Ipv6, SipBrackets::Optional)) << text;
    }
    EXPECT_FALSE(ReadSipAddress("[x]", Family::Ipv6, SipBrackets::Optional));
}

TEST(SipText, DescriptionsHaveNoBrackets)
{
    const auto plain = ReadSipAddress("fd00:1::10\r\n", Family::Ipv6, SipBrackets::Never);
    ASSERT_TRUE(plain);
    EXPECT_EQ(plain->length, 10U);
    EXPECT_FALSE(ReadSipAddress("[fd00:1::10]", Family::Ipv6, SipBrackets::Never));
}

// ---------------------------------------------------------------------------- address and port

struct EndpointRow
{
    const char* label;
    const char* text;
    uint16_t port;
    std::size_t length; ///< 0: unreadable
};

class SipEndpoints : public ::testing::TestWithParam<EndpointRow>
{
};

TEST_P(SipEndpoints, Read)
{
    const auto found = ReadSipEndpoint(GetParam().text, Family::Ipv4);
    ASSERT_EQ(found.has_value(), GetParam().length > 0);
    if (found)
    {
        EXPECT_EQ(found->port, GetParam().port);
        EXPECT_EQ(found->length, GetParam().length);
    }
}

const EndpointRow ENDPOINTS[] = {
    {"NoPort", "10.1.0.10>", 5060, 9},
    {"Port", "10.1.0.10:6000>", 6000, 14},
    {"Lowest", "10.1.0.10:1024>", 1024, 14},
    {"Highest", "10.1.0.10:65535;", 65535, 15},
    {"ZeroBefore", "10.1.0.10:05060>", 5060, 15},
    {"NothingBehindTheAddress", "10.1.0.10", 0, 0},
    {"NothingBehindThePort", "10.1.0.10:5060", 0, 0},
    {"TooLow", "10.1.0.10:1023>", 0, 0},
    {"TooHigh", "10.1.0.10:65536>", 0, 0},
    {"SixDigits", "10.1.0.10:005060>", 0, 0},
    {"ManyDigits", "10.1.0.10:00000000000000005060>", 0, 0},
    {"NoDigits", "10.1.0.10:>", 0, 0},
    {"Letters", "10.1.0.10:x>", 0, 0},
};

INSTANTIATE_TEST_SUITE_P(Rows, SipEndpoints, ::testing::ValuesIn(ENDPOINTS), LabelOf<EndpointRow>);

TEST(SipText, WhatIsPrintedIsRead)
{
    for (const char* address : {"10.2.0.1", "fd00:2::1", "::", "fd00:1:2:3:4:5:6:7"})
    {
        const Family family =
            std::string(address).find(':') == std::string::npos ? Family::Ipv4 : Family::Ipv6;
        const std::string text = PrintSipEndpoint(ToAddress(address), 6000, family);
        const auto read = ReadSipEndpoint(text + ">", family);
        ASSERT_TRUE(read) << text;
        EXPECT_EQ(read->address, ToAddress(address));
        EXPECT_EQ(read->port, 6000);
        EXPECT_EQ(read->length, text.size());
    }
}

// ---------------------------------------------------------------------------- lines, letters

TEST(SipText, LinesEndInThreeWays)
{
    EXPECT_EQ(FindNextSipLine("a\r\nb", 0), 3U);
    EXPECT_EQ(FindNextSipLine("a\nb", 0), 2U);
    EXPECT_EQ(FindNextSipLine("a\rb", 0), 2U);
    EXPECT_EQ(FindNextSipLine("a\n\nb", 0), 2U) << "the empty line";
    EXPECT_EQ(FindNextSipLine("ab", 0), std::nullopt);
    EXPECT_EQ(FindNextSipLine("a\r\n", 0), std::nullopt) << "nothing behind it";
    EXPECT_EQ(FindNextSipLine("", 0), std::nullopt);
    EXPECT_EQ(FindNextSipLine("a\nb", 5), std::nullopt);
}

TEST(SipText, LettersAreLatin1s)
{
    EXPECT_EQ(CountSipLetters("INVITE sip"), 6U);
    EXPECT_EQ(CountSipLetters("\xe9t\xe9 "), 3U);
    EXPECT_EQ(CountSipLetters("\xd7"), 0U) << "multiplication";
    EXPECT_EQ(CountSipLetters("\xf7"), 0U) << "division";
    EXPECT_EQ(CountSipLetters("1a"), 0U);
    EXPECT_EQ(CountSipLetters(""), 0U);
}

TEST(SipText, CaseDoesNotMatter)
{
    EXPECT_TRUE(BeginsWith("sIp/2.0 200", "SIP/2.0"));
    EXPECT_FALSE(BeginsWith("SIP/2", "SIP/2.0"));
    EXPECT_FALSE(BeginsWith("SIP/3.0", "SIP/2.0"));
    EXPECT_FALSE(BeginsWith("@", "`")) << "these differ by the bit of the case";
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
