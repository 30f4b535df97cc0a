/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/wire/sip-fields.h"

#include <gtest/gtest.h>
#include <string>

namespace ns3
{
namespace conntrack
{
namespace test
{
namespace
{

/// A value and how it is printed; empty: it is refused.
struct ValueRow
{
    const char* label;
    const char* text;
    const char* printed;
};

/// @param info of a row @return its label
std::string
LabelOf(const ::testing::TestParamInfo<ValueRow>& info)
{
    return info.param.label;
}

class SipUris : public ::testing::TestWithParam<ValueRow>
{
};

TEST_P(SipUris, AreReadOrRefused)
{
    const auto uri = ParseSipLocator(GetParam().text);
    ASSERT_EQ(uri.has_value(), GetParam().printed[0] != '\0');
    if (uri)
    {
        EXPECT_EQ(PrintSipLocator(*uri), GetParam().printed);
        EXPECT_EQ(ParseSipLocator(PrintSipLocator(*uri)), uri);
    }
}

INSTANTIATE_TEST_SUITE_P(
    Rows,
    SipUris,
    ::testing::Values(
        ValueRow{"Host", "sip:example.org", "sip:example.org"},
        ValueRow{"User", "sip:ada@10.1.0.1:5070", "sip:ada@10.1.0.1:5070"},
        ValueRow{"Password", "sip:a:b@c", "sip:a:b@c"},
        ValueRow{"Ipv6", "sip:ada@[fd00::1]:5060", "sip:ada@[fd00::1]:5060"},
        ValueRow{"Ipv6WithoutPort", "sip:[fd00::1];lr", "sip:[fd00::1];lr"},
        ValueRow{"Parameters", "SIP:a@b;LR;transport=TCP", "sip:a@b;lr;transport=TCP"},
        ValueRow{"Headers", "sip:a@b?Subject=x", "sip:a@b?Subject=x"},
        ValueRow{"OtherScheme", "tel:+1", ""},
        ValueRow{"Secure", "sips:a@b", ""},
        ValueRow{"Empty", "", ""},
        ValueRow{"NoHost", "sip:", ""},
        ValueRow{"EmptyUser", "sip:@b", ""},
        ValueRow{"PortZero", "sip:a@b:0", ""},
        ValueRow{"PortTooLarge", "sip:a@b:65536", ""},
        ValueRow{"PortEmpty", "sip:a@b:", ""},
        ValueRow{"BareIpv6", "sip:a@fd00::1", ""},
        ValueRow{"Ipv4InBrackets", "sip:a@[10.1.0.1]", ""},
        ValueRow{"OpenBracket", "sip:a@[fd00::1", ""},
        ValueRow{"Blank", "sip:a@b c", ""},
        ValueRow{"ParameterTwice", "sip:a@b;lr;lr", ""},
        ValueRow{"ParameterWithoutName", "sip:a@b;=c", ""}),
    LabelOf);

class SipParties : public ::testing::TestWithParam<ValueRow>
{
};

TEST_P(SipParties, AreReadOrRefused)
{
    const auto party = ParseSipParty(GetParam().text);
    ASSERT_EQ(party.has_value(), GetParam().printed[0] != '\0');
    if (party)
    {
        EXPECT_EQ(PrintSipParty(*party), GetParam().printed);
        EXPECT_EQ(ParseSipParty(PrintSipParty(*party)), party);
    }
}

INSTANTIATE_TEST_SUITE_P(
    Rows,
    SipParties,
    ::testing::Values(ValueRow{"Bracketed", "<sip:a@b;lr>;tag=x", "<sip:a@b;lr>;tag=x"},
                      ValueRow{"Bare", "sip:a@b;tag=x", "<sip:a@b>;tag=x"},
                      ValueRow{"Words", "Ada L <sip:a@b> ; tag = x", "Ada L <sip:a@b>;tag=x"},
                      ValueRow{"Quoted", "\"A <b>; \\\"\" <sip:a@b>", "\"A <b>; \\\"\" <sip:a@b>"},
                      ValueRow{"QuotedParameter", "<sip:a@b>;x=\"y;z\"", "<sip:a@b>;x=\"y;z\""},
                      ValueRow{"Expires", "<sip:a@b>;Expires=60", "<sip:a@b>;expires=60"},
                      ValueRow{"Star", "*", ""},
                      ValueRow{"Empty", "", ""},
                      ValueRow{"OpenBracket", "<sip:a@b", ""},
                      ValueRow{"OpenQuote", "\"A <sip:a@b>", ""},
                      ValueRow{"EndsInBackslash", "\"A\\", ""},
                      ValueRow{"EmptyBrackets", "<>", ""},
                      ValueRow{"BehindBrackets", "<sip:a@b>x", ""},
                      ValueRow{"EmptyParameter", "<sip:a@b>;tag=", ""}),
    LabelOf);

class SipHops : public ::testing::TestWithParam<ValueRow>
{
};

TEST_P(SipHops, AreReadOrRefused)
{
    const auto hop = ParseSipHop(GetParam().text);
    ASSERT_EQ(hop.has_value(), GetParam().printed[0] != '\0');
    if (hop)
    {
        EXPECT_EQ(PrintSipHop(*hop), GetParam().printed);
        EXPECT_EQ(ParseSipHop(PrintSipHop(*hop)), hop);
    }
}

INSTANTIATE_TEST_SUITE_P(
    Rows,
    SipHops,
    ::testing::Values(ValueRow{"Plain",
                               "SIP/2.0/UDP 10.1.0.1:5060;branch=z9hG4bKa",
                               "SIP/2.0/UDP 10.1.0.1:5060;branch=z9hG4bKa"},
                      ValueRow{"Rport", "SIP/2.0/UDP a;rport", "SIP/2.0/UDP a;rport"},
                      ValueRow{"Filled",
                               "SIP/2.0/UDP a;rport=1;received=10.1.0.1",
                               "SIP/2.0/UDP a;rport=1;received=10.1.0.1"},
                      ValueRow{"Blanks", "sip / 2.0 / tcp  a : 5060 ;x", "SIP/2.0/TCP a:5060;x"},
                      ValueRow{"Ipv6", "SIP/2.0/TCP [fd00::1]:1", "SIP/2.0/TCP [fd00::1]:1"},
                      ValueRow{"OtherVersion", "SIP/3.0/UDP a", ""},
                      ValueRow{"OtherProtocol", "HTTP/2.0/UDP a", ""},
                      ValueRow{"NoTransport", "SIP/2.0 a", ""},
                      ValueRow{"NoHost", "SIP/2.0/UDP", ""},
                      ValueRow{"TwoHosts", "SIP/2.0/UDP a b", ""},
                      ValueRow{"PortNoNumber", "SIP/2.0/UDP a:b", ""}),
    LabelOf);

TEST(SipFieldsTest, PartsAreFound)
{
    const auto uri = ParseSipLocator("sip:ada@[fd00::1]:5070;transport=tcp;lr");
    EXPECT_EQ(uri->user, "ada");
    EXPECT_EQ(uri->host, "fd00::1");
    EXPECT_EQ(uri->port, 5070);
    EXPECT_EQ(uri->parameters.Find("transport"), "tcp");
    EXPECT_EQ(uri->parameters.Find("lr"), "");
    EXPECT_FALSE(uri->parameters.Has("maddr"));
}

TEST(SipFieldsTest, Sequences)
{
    const auto sequence = ParseSipCSeq("2147483647  INVITE");
    ASSERT_TRUE(sequence);
    EXPECT_EQ(sequence->number, 2147483647U);
    EXPECT_EQ(sequence->method, "INVITE");
    EXPECT_FALSE(ParseSipCSeq("2147483648 INVITE"));
    EXPECT_FALSE(ParseSipCSeq("INVITE"));
    EXPECT_FALSE(ParseSipCSeq("1"));
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
