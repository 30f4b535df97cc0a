/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/wire/sip-dialogue.h"

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

using namespace std::string_literals;

/// The fields that each message has, of an OPTIONS.
const std::string FIELDS = "Via: SIP/2.0/UDP 10.1.0.1;branch=z9hG4bKa\r\n"
                           "From: <sip:ada@10.1.0.1>;tag=1\r\n"
                           "To: <sip:bob@10.2.0.2>\r\n"
                           "Call-ID: x@y\r\n";
const std::string HEAD = "OPTIONS sip:bob@10.2.0.2 SIP/2.0\r\n" + FIELDS;
const std::string SEQUENCE = "CSeq: 1 OPTIONS\r\n";

/// @param more fields and an empty line @return a request with them
std::string
With(const std::string& more)
{
    return HEAD + SEQUENCE + more;
}

TEST(SipDialogueTest, RequestIsRead)
{
    const auto message = ParseSip(With("Max-Forwards: 70\r\nContent-Length: 2\r\n\r\nhi"));
    ASSERT_TRUE(message);
    EXPECT_TRUE(message->IsRequest());
    EXPECT_EQ(message->method, "OPTIONS");
    EXPECT_EQ(message->uri, "sip:bob@10.2.0.2");
    EXPECT_EQ(message->Get("Max-Forwards"), "70");
    EXPECT_EQ(message->Get("Call-ID"), "x@y");
    EXPECT_FALSE(message->Has("Content-Length"));
    EXPECT_EQ(message->body, "hi");
}

TEST(SipDialogueTest, ResponseIsRead)
{
    const auto message = ParseSip("SIP/2.0 486 Busy Here\r\n" + FIELDS + SEQUENCE + "\r\n");
    ASSERT_TRUE(message);
    EXPECT_FALSE(message->IsRequest());
    EXPECT_EQ(message->code, 486);
    EXPECT_EQ(message->reason, "Busy Here");
}

/// A request's fields behind the usual ones, and one of them as it is read.
struct FieldRow
{
    const char* label;
    std::string text;
    const char* name;
    std::vector<std::string> values;
};

class SipFieldForms : public ::testing::TestWithParam<FieldRow>
{
};

TEST_P(SipFieldForms, AreReadAndPrintedAlike)
{
    const auto message = ParseSip(With(GetParam().text + "\r\n\r\n"));
    ASSERT_TRUE(message);
    EXPECT_EQ(message->All(GetParam().name), GetParam().values);
    EXPECT_EQ(ParseSip(PrintSip(*message)), message);
}

INSTANTIATE_TEST_SUITE_P(
    Rows,
    SipFieldForms,
    ::testing::Values(
        FieldRow{"Plain", "Subject: hi", "Subject", {"hi"}},
        FieldRow{"Compact", "s: hi", "Subject", {"hi"}},
        FieldRow{"CompactCapital", "S: hi", "Subject", {"hi"}},
        FieldRow{"CaseOfNames", "exPIRES: 60", "Expires", {"60"}},
        FieldRow{"BlankBeforeColon", "Expires \t: 60", "Expires", {"60"}},
        FieldRow{"NoBlank", "Expires:60", "Expires", {"60"}},
        FieldRow{"BlanksAround", "Expires:  60 \t", "Expires", {"60"}},
        FieldRow{"Folded", "Subject: a\r\n b\r\n\t c", "Subject", {"a b c"}},
        FieldRow{"FoldedAtOnce", "Subject:\r\n a", "Subject", {"a"}},
        FieldRow{"EmptyValue", "Supported:", "Supported", {""}},
        FieldRow{"Unknown", "x-ours: Yes", "x-ours", {"Yes"}},
        FieldRow{"ListInOneLine",
                 "Route: <sip:a;lr>, <sip:b,c@d;lr>",
                 "Route",
                 {"<sip:a;lr>", "<sip:b,c@d;lr>"}},
        FieldRow{"ListInTwoLines", "m: <sip:a>\r\nm: <sip:b>", "Contact", {"<sip:a>", "<sip:b>"}},
        FieldRow{"CommaInQuotes",
                 "m: \"A, \\\", B\" <sip:a>",
                 "Contact",
                 {"\"A, \\\", B\" <sip:a>"}},
        FieldRow{"CommaThatIsNoList", "Subject: a, b", "Subject", {"a, b"}},
        FieldRow{"HighBytes", "Subject: \xc3\xa4", "Subject", {"\xc3\xa4"}},
        FieldRow{"LengthTwiceAlike", "l: 0\r\nContent-Length: 0", "Content-Length", {}}),
    [](const auto& info) { return info.param.label; });

/// Text that is no SIP message.
struct RefusedRow
{
    const char* label;
    std::string text;
};

class SipRefused : public ::testing::TestWithParam<RefusedRow>
{
};

TEST_P(SipRefused, IsNoMessage)
{
    EXPECT_FALSE(ParseSip(GetParam().text));
}

INSTANTIATE_TEST_SUITE_P(
    Rows,
    SipRefused,
    ::testing::Values(
        RefusedRow{"Empty", ""},
        RefusedRow{"EmptyLines", "\r\n\r\n"},
        RefusedRow{"NoEmptyLine", With("")},
        RefusedRow{"NoLineEnd", "OPTIONS sip:b SIP/2.0"},
        RefusedRow{"OtherVersion", "OPTIONS sip:b SIP/3.0\r\n" + FIELDS + SEQUENCE + "\r\n"},
        RefusedRow{"NoUri", "OPTIONS SIP/2.0\r\n" + FIELDS + SEQUENCE + "\r\n"},
        RefusedRow{"BlankInUri", "OPTIONS sip:b c SIP/2.0\r\n" + FIELDS + SEQUENCE + "\r\n"},
        RefusedRow{"MethodNoToken", "OPTI@NS sip:b SIP/2.0\r\n" + FIELDS + SEQUENCE + "\r\n"},
        RefusedRow{"CodeTooSmall", "SIP/2.0 099 x\r\n" + FIELDS + SEQUENCE + "\r\n"},
        RefusedRow{"CodeTooLarge", "SIP/2.0 700 x\r\n" + FIELDS + SEQUENCE + "\r\n"},
        RefusedRow{"CodeOfFourDigits", "SIP/2.0 2000 x\r\n" + FIELDS + SEQUENCE + "\r\n"},
        RefusedRow{"CodeNoNumber", "SIP/2.0 abc x\r\n" + FIELDS + SEQUENCE + "\r\n"},
        RefusedRow{"FieldWithoutColon", With("Subject\r\n\r\n")},
        RefusedRow{"FieldWithoutName", With(": x\r\n\r\n")},
        RefusedRow{"NameNoToken", With("Sub ject: x\r\n\r\n")},
        RefusedRow{"FoldAtTheStart", "OPTIONS sip:b SIP/2.0\r\n x: y\r\n" + FIELDS + "\r\n"},
        RefusedRow{"ZeroByte", With("Subject: a\0b\r\n\r\n"s)},
        RefusedRow{"EmptyInList", With("Route: <sip:a>,,<sip:b>\r\n\r\n")},
        RefusedRow{"LengthNoNumber", With("Content-Length: x\r\n\r\n")},
        RefusedRow{"LengthNegative", With("Content-Length: -1\r\n\r\n")},
        RefusedRow{"LengthHuge", With("Content-Length: 99999999999999999999\r\n\r\n")},
        RefusedRow{"LengthPastTheEnd", With("Content-Length: 3\r\n\r\nhi")},
        RefusedRow{"LengthTwiceUnlike", With("l: 1\r\nl: 0\r\n\r\nhi")},
        RefusedRow{"NoCSeq", HEAD + "\r\n"},
        RefusedRow{"CSeqTwice", With(SEQUENCE + "\r\n")},
        RefusedRow{"CSeqOfAnotherMethod", HEAD + "CSeq: 1 INVITE\r\n\r\n"},
        RefusedRow{"CSeqTooLarge", HEAD + "CSeq: 2147483648 OPTIONS\r\n\r\n"},
        RefusedRow{"CSeqWithoutNumber", HEAD + "CSeq: OPTIONS\r\n\r\n"},
        RefusedRow{"EmptyCallId",
                   "OPTIONS sip:b SIP/2.0\r\nv: SIP/2.0/UDP a\r\nf: <sip:a>\r\nt: <sip:b>\r\n"
                   "i:\r\n" +
                       SEQUENCE + "\r\n"},
        RefusedRow{"NoVia",
                   "OPTIONS sip:b SIP/2.0\r\nf: <sip:a>\r\nt: <sip:b>\r\ni: 1\r\n" + SEQUENCE +
                       "\r\n"}),
    [](const auto& info) { return info.param.label; });

TEST(SipDialogueTest, TooManyFields)
{
    std::string many;
    for (std::size_t i = 0; i < SipPacket::MOST_FIELDS - 5; ++i)
    {
        many += "X: y\r\n";
    }
    EXPECT_TRUE(ParseSip(With(many + "\r\n")));
    EXPECT_FALSE(ParseSip(With(many + "X: y\r\n\r\n")));
}

TEST(SipDialogueTest, EmptyLinesBeforeAndLoneLineFeeds)
{
    std::string text = "\r\n\r\n" + With("Content-Length: 1\r\n\r\nx");
    const auto message = ParseSip(text);
    ASSERT_TRUE(message);
    std::string lone;
    for (const char character : text)
    {
        lone.append(character == '\r' ? 0 : 1, character);
    }
    EXPECT_EQ(ParseSip(lone), message);
}

TEST(SipDialogueTest, WithoutLengthTheBodyGoesToTheEnd)
{
    EXPECT_EQ(ParseSip(With("\r\nv=0\r\n"))->body, "v=0\r\n");
    EXPECT_EQ(ParseSip(With("l: 3\r\n\r\nv=0\r\n"))->body, "v=0");
    EXPECT_EQ(ParseSip(With("\r\n x"))->body, " x");
}

TEST(SipDialogueTest, FieldsAreChangedInPlace)
{
    auto message = *ParseSip(With("Route: <sip:a>\r\nRoute: <sip:b>\r\nSubject: s\r\n\r\n"));
    message.Prepend("Route", "<sip:0>");
    EXPECT_EQ(message.All("Route"), (std::vector<std::string>{"<sip:0>", "<sip:a>", "<sip:b>"}));
    message.RemoveFirst("Route");
    message.RemoveFirst("Warning");
    EXPECT_EQ(message.All("Route"), (std::vector<std::string>{"<sip:a>", "<sip:b>"}));
    message.Set("Subject", "t");
    message.Set("Expires", "1");
    message.Prepend("Record-Route", "<sip:r>");
    EXPECT_EQ(message.fields.front().name, "Record-Route");
    EXPECT_EQ(message.Get("Subject"), "t");
    EXPECT_EQ(message.fields.back().name, "Expires");
    EXPECT_EQ(ParseSip(PrintSip(message)), message);
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
