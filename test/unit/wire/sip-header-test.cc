/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/wire/sip-header.h"
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

const std::string START = "OPTIONS sip:b@10.2.0.10 SIP/2.0\r\n";
const std::string END = "Content-Length: 0\r\n\r\n";

/// What a field of a message holds; "-" if it is unreadable, "" if it is absent.
std::string
Read(const std::string& message, SipHeader header, Family family = Family::Ipv4)
{
    const SipField field = FindSipHeader({message, family}, header);
    return field.search == SipSearch::Found ? message.substr(field.span.position, field.span.length)
           : field.search == SipSearch::Unreadable ? "-"
                                                   : "";
}

/// A line of a message.
struct FieldRow
{
    const char* label;
    const char* line;
    const char* value; ///< "-" unreadable, "" absent
};

std::string
LabelOf(const ::testing::TestParamInfo<FieldRow>& info)
{
    return info.param.label;
}

class SipSequenceField : public ::testing::TestWithParam<FieldRow>
{
};

TEST_P(SipSequenceField, Read)
{
    EXPECT_EQ(Read(START + GetParam().line + "\r\n" + END, SipHeader::CSeq), GetParam().value);
}

const FieldRow SEQUENCES[] = {
    {"Plain", "CSeq: 12 INVITE", "12"},
    {"NoBlank", "CSeq:12 INVITE", "12"},
    {"Case", "cSEQ: 12 INVITE", "12"},
    {"BlanksAround", "CSeq \t:\t 12 INVITE", "12"},
    {"Folded", "CSeq:\r\n 12 INVITE", "12"},
    {"FoldedBeforeTheColon", "CSeq\r\n\t: 12 INVITE", "12"},
    {"FoldedByLineFeed", "CSeq:\n 12 INVITE", "12"},
    {"BehindOthers", "X: 1\r\nY: 2\r\nCSeq: 12 INVITE", "12"},
    {"FirstCounts", "CSeq: 12 INVITE\r\nCSeq: 13 INVITE", "12"},
    {"FoldedTwice", "CSeq:\r\n \r\n 12 INVITE", "-"},
    {"Letter", "CSeq: x", "-"},
    {"Empty", "CSeq:\r\nX: 1", ""},
    {"NoColon", "CSeq 12 INVITE", ""},
    {"LongerName", "CSeqs: 12\r\nCSeq: 12 INVITE", ""},
    {"Indented", " CSeq: 12 INVITE", ""},
    {"Another", "CSe: 12 INVITE", ""},
};

INSTANTIATE_TEST_SUITE_P(Rows, SipSequenceField, ::testing::ValuesIn(SEQUENCES), LabelOf);

TEST(SipHeader, TheFirstLineIsNone)
{
    EXPECT_EQ(Read("CSeq: 1 INVITE\r\nX: 1\r\n\r\n", SipHeader::CSeq), "");
}

TEST(SipHeader, AnEmptyLineOfALineFeedHidesTheNext)
{
    EXPECT_EQ(Read("x\n\nExpires: 3\n\n", SipHeader::Expires), "");
    EXPECT_EQ(Read("x\r\n\r\nExpires: 3\r\n\r\n", SipHeader::Expires), "3");
}

class SipContactField : public ::testing::TestWithParam<FieldRow>
{
};

TEST_P(SipContactField, Read)
{
    EXPECT_EQ(Read(START + GetParam().line + "\r\n" + END, SipHeader::Contact), GetParam().value);
}

const FieldRow CONTACTS[] = {
    {"Plain", "Contact: <sip:a@10.1.0.10:6000>", "10.1.0.10:6000"},
    {"NoPort", "Contact: <sip:a@10.1.0.10>", "10.1.0.10"},
    {"NoUser", "Contact: <sip:10.1.0.10:6000>", "10.1.0.10:6000"},
    {"NoBrackets", "Contact: sip:a@10.1.0.10;x=1", "10.1.0.10"},
    {"Name", "Contact: \"A\" <sip:a@10.1.0.10>", "10.1.0.10"},
    {"Short", "m: <sip:a@10.1.0.10>", "10.1.0.10"},
    {"ShortCapital", "M : <sip:a@10.1.0.10>", "10.1.0.10"},
    {"SchemeInCapitals", "Contact: <SIP:a@10.1.0.10>", "10.1.0.10"},
    {"Folded", "Contact: A\r\n <sip:a@10.1.0.10>", "10.1.0.10"},
    {"BehindAnotherInTheList", "Contact: <tel:1>, <sip:a@10.1.0.10>", "10.1.0.10"},
    {"TwoLetters", "mm: <sip:a@10.1.0.10>", ""},
    {"FoldBeforeTheScheme", "Contact: A\r\n sip:a@10.1.0.10", "-"},
    {"Domain", "Contact: <sip:a@example.org>", "-"},
    {"Ipv6", "Contact: <sip:a@[fd00:1::10]>", "-"},
    {"TwoUsers", "Contact: <sip:a@b@10.1.0.10>", "-"},
    {"Sips", "Contact: <sips:a@10.1.0.10>", "-"},
    {"Star", "Contact: *", "-"},
    {"BadPort", "Contact: <sip:a@10.1.0.10:80>", "-"},
};

INSTANTIATE_TEST_SUITE_P(Rows, SipContactField, ::testing::ValuesIn(CONTACTS), LabelOf);

TEST(SipHeader, Ipv6)
{
    const std::string message = START + "m: <sip:a@[fd00:1::10]:6000>\r\n" + END;
    EXPECT_EQ(Read(message, SipHeader::Contact, Family::Ipv6), "[fd00:1::10]:6000");
    EXPECT_EQ(Read(message, SipHeader::Contact, Family::Ipv4), "-");
}

TEST(SipHeader, ViaNamesItsTransport)
{
    const std::string message = START + "Via: SIP/2.0/UDP 10.1.0.10:6000;branch=z\r\n" + END;
    EXPECT_EQ(Read(message, SipHeader::ViaUdp), "10.1.0.10:6000");
    EXPECT_EQ(Read(message, SipHeader::ViaTcp), "-");
}

TEST(SipHeader, NothingIsReadPastTheMessage)
{
    const std::string whole = START + "Via: SIP/2.0/UDP 10.1.0.10;x\r\nm:\r\n <sip:a@10.1.0.10>, "
                                      "<sip:10.1.0.11:6000>;expires=5\r\nl: 5\r\n\r\n";
    for (std::size_t size = 0; size <= whole.size(); ++size)
    {
        const std::vector<char> cut(whole.begin(), whole.begin() + static_cast<long>(size));
        const SipText message{{cut.data(), cut.size()}, Family::Ipv4};
        SipUriWalk contacts(SipHeader::Contact);
        while (const auto uri = contacts.Next(message))
        {
            EXPECT_LT(uri->span.End(), size);
            FindSipNumber(message, uri->span.End(), "expires=");
        }
    }
}

// ---------------------------------------------------------------------------- several URIs

std::vector<std::string>
Walk(const std::string& message)
{
    std::vector<std::string> found;
    SipUriWalk contacts(SipHeader::Contact);
    while (const auto uri = contacts.Next({message, Family::Ipv4}))
    {
        found.push_back(message.substr(uri->span.position, uri->span.length));
    }
    return found;
}

using Texts = std::vector<std::string>;

TEST(SipUris, ListsAndFields)
{
    EXPECT_EQ(Walk(START +
                   "Contact: <sip:a@10.1.0.1>, <sip:a@10.1.0.2:6000>;x\r\nm: <sip:10.1.0.3>" +
                   "\r\n" + END),
              (Texts{"10.1.0.1", "10.1.0.2:6000", "10.1.0.3"}));
}

TEST(SipUris, TheUserEndsAtAnyAtOfTheLine)
{
    EXPECT_EQ(Walk(START + "Contact: <sip:10.1.0.1>, <sip:a@10.1.0.2:6000>\r\n" + END),
              (Texts{"10.1.0.2:6000"}))
        << "Linux looks for the user's end in the whole line";
}

TEST(SipUris, WhatCannotBeReadIsSkipped)
{
    EXPECT_EQ(Walk(START +
                   "Contact: <sip:example.org>\r\nContact: <sip:10.1.0.1>, <sip:x>, "
                   "<sip:10.1.0.2>\r\n" +
                   END),
              (Texts{"10.1.0.1", "10.1.0.2"}));
}

TEST(SipUris, TheRestOfAListWhoseFirstCannotBeReadIsSkipped)
{
    EXPECT_EQ(Walk(START + "Contact: <sip:example.org>, <sip:10.1.0.1>\r\n" + END), Texts{});
}

TEST(SipUris, FoldedList)
{
    EXPECT_EQ(Walk(START + "Contact: <sip:10.1.0.1>\r\n ,\r\n <sip:10.1.0.2>\r\n" + END),
              (Texts{"10.1.0.1"}))
        << "the comma is the first character behind a fold";
    EXPECT_EQ(Walk(START + "Contact: <sip:10.1.0.1>,\r\n <sip:10.1.0.2>\r\n" + END),
              (Texts{"10.1.0.1", "10.1.0.2"}));
}

// ---------------------------------------------------------------------------- parameters

SipNumberParameter
Expires(const std::string& value)
{
    const std::string message = START + "Contact: <sip:10.1.0.1>" + value + "\r\n" + END;
    const auto uri = FindSipUri({message, Family::Ipv4}, SipHeader::Contact);
    return FindSipNumber({message, Family::Ipv4}, uri->span.End(), "expires=");
}

TEST(SipParameters, Numbers)
{
    EXPECT_EQ(Expires(";expires=60").value, 60U);
    EXPECT_EQ(Expires(";q=1;Expires=60;x").value, 60U);
    EXPECT_EQ(Expires(";\r\n x;expires=60").value, 60U);
    EXPECT_EQ(Expires(";expires=").search, SipSearch::Unreadable);
    EXPECT_EQ(Expires(";expires=x").search, SipSearch::Unreadable);
    EXPECT_EQ(Expires(";expires=4294967296").search, SipSearch::Unreadable);
    EXPECT_EQ(Expires("").search, SipSearch::Absent);
    EXPECT_EQ(Expires("\r\nX: expires=60").search, SipSearch::Absent);
    EXPECT_EQ(Expires(", <sip:10.1.0.2>;expires=60").search, SipSearch::Absent);
    EXPECT_EQ(Expires(";\r\n expires=60").search, SipSearch::Absent) << "behind a fold";
}

TEST(SipParameters, Addresses)
{
    const std::string value = "x;received=10.2.0.1;maddr=fd00::1;y";
    const SipText message{value, Family::Ipv4};
    const auto received = FindSipAddress(message, 0, "received=", SipBrackets::Optional);
    ASSERT_TRUE(received);
    EXPECT_EQ(value.substr(received->span.position, received->span.length), "10.2.0.1");
    EXPECT_FALSE(FindSipAddress(message, 0, "maddr=", SipBrackets::Required)) << "other family";
    EXPECT_FALSE(FindSipAddress(message, 0, "rport=", SipBrackets::Optional));
    EXPECT_FALSE(FindSipAddress({"x,received=10.2.0.1;", Family::Ipv4},
                                0,
                                "received=",
                                SipBrackets::Optional));
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
