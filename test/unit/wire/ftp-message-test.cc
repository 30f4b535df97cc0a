/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/wire/ftp-message.h"
#include "test/unit/packet-builder.h"

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

FtpEndpoint
Find(const std::string& text, Direction sender = Direction::Original, Family family = Family::Ipv4)
{
    const Bytes bytes = ToBytes(text);
    return FindFtpEndpoint(AsView(bytes), sender, family);
}

/// A segment that names an endpoint.
struct MatchRow
{
    const char* label;
    const char* segment;
    const char* text;    ///< the endpoint's, within the segment
    const char* address; ///< empty: none
    uint16_t port;
};

void
ExpectMatch(const MatchRow& row, Direction sender, Family family)
{
    const std::string segment = row.segment;
    const FtpEndpoint found = Find(segment, sender, family);
    ASSERT_EQ(found.match, FtpMatch::Complete) << segment;
    EXPECT_EQ(segment.substr(found.position, found.length), row.text);
    EXPECT_EQ(found.port, row.port);
    const std::string address = row.address;
    const std::size_t bytes = address.empty() ? 0 : address.find(':') == std::string::npos ? 4 : 16;
    EXPECT_EQ(found.addressBytes, bytes);
    EXPECT_EQ(found.address, ToAddress(address));
}

std::string
LabelOf(const ::testing::TestParamInfo<MatchRow>& info)
{
    return info.param.label;
}

class FtpClientMatches : public ::testing::TestWithParam<MatchRow>
{
};

TEST_P(FtpClientMatches, Ipv4)
{
    ExpectMatch(GetParam(), Direction::Original, Family::Ipv4);
}

const char* const NUMBERS = "10,1,0,10,4,1";

const MatchRow CLIENT_MATCHES[] = {
    {"Port", "PORT 10,1,0,10,4,1\r\n", NUMBERS, "10.1.0.10", 1025},
    {"PortLowerCase", "port 10,1,0,10,4,1\r\n", NUMBERS, "10.1.0.10", 1025},
    {"PortMixedCase", "pOrT 10,1,0,10,4,1\r\n", NUMBERS, "10.1.0.10", 1025},
    {"PortWithoutLineFeed", "PORT 10,1,0,10,4,1\r", NUMBERS, "10.1.0.10", 1025},
    {"PortLongerWord", "PORTABLE 10,1,0,10,4,1\r\n", NUMBERS, "10.1.0.10", 1025},
    {"PortTabsBeforeBlank", "PORT\t\t 10,1,0,10,4,1\r\n", NUMBERS, "10.1.0.10", 1025},
    {"PortBlankInTheNextLine", "PORT\r\nX 10,1,0,10,4,1\r\n", NUMBERS, "10.1.0.10", 1025},
    {"PortTwice", "PORT 10,1,0,10,4,1\r\nPORT 10,1,0,10,4,2\r\n", NUMBERS, "10.1.0.10", 1025},
    {"PortZero", "PORT 10,1,0,10,0,0\r\n", "10,1,0,10,0,0", "10.1.0.10", 0},
    {"PortLeadingZeros",
     "PORT 010,001,000,010,004,001\r\n",
     "010,001,000,010,004,001",
     "10.1.0.10",
     1025},
    {"PortWithoutNumbers", "PORT ,,,,,\r\n", ",,,,,", "0.0.0.0", 0},
    {"PortOctet300", "PORT 300,1,1,1,4,1\r\n", "300,1,1,1,4,1", "44.1.1.1", 1025},
    {"PortOctet266", "PORT 10,1,0,266,4,1\r\n", "10,1,0,266,4,1", "10.1.1.10", 1025},
    {"PortNumber32Bits",
     "PORT 4294967306,1,0,10,4,1\r\n",
     "4294967306,1,0,10,4,1",
     "10.1.0.10",
     1025},
    {"PortHighByte256", "PORT 10,1,0,10,256,7\r\n", "10,1,0,10,256,7", "10.1.0.10", 7},
    {"PortLowByteOver255", "PORT 10,1,0,10,0,65535\r\n", "10,1,0,10,0,65535", "10.1.0.10", 65535},
    {"Eprt", "EPRT |1|10.1.0.10|1025|\r\n", "|1|10.1.0.10|1025|", "10.1.0.10", 1025},
    {"EprtLowerCase", "eprt #1#10.1.0.10#2049#\r\n", "#1#10.1.0.10#2049#", "10.1.0.10", 2049},
    {"EprtLongerWord", "EPRTx |1|10.1.0.10|1025|\r\n", "|1|10.1.0.10|1025|", "10.1.0.10", 1025},
    {"EprtWithoutLineEnd", "EPRT |1|10.1.0.10|1026|", "|1|10.1.0.10|1026|", "10.1.0.10", 1026},
    {"EprtFirstDelimiter", "EPRT !1!10.1.0.10!1036!\r\n", "!1!10.1.0.10!1036!", "10.1.0.10", 1036},
    {"EprtLastDelimiter", "EPRT ~1~10.1.0.10~1035~\r\n", "~1~10.1.0.10~1035~", "10.1.0.10", 1035},
    {"EprtLetter", "EPRT A1A10.1.0.10A1033A\r\n", "A1A10.1.0.10A1033A", "10.1.0.10", 1033},
    {"EprtComma", "EPRT ,1,10.1.0.10,1028,\r\n", ",1,10.1.0.10,1028,", "10.1.0.10", 1028},
    {"EprtPortWraps", "EPRT |1|10.1.0.10|65537|\r\n", "|1|10.1.0.10|65537|", "10.1.0.10", 1},
    {"EprtPortLeadingZeros",
     "EPRT |1|10.1.0.10|0001038|\r\n",
     "|1|10.1.0.10|0001038|",
     "10.1.0.10",
     1038},
    {"EprtWithoutNumbers", "EPRT |1|...|1030|\r\n", "|1|...|1030|", "0.0.0.0", 1030},
    {"EprtOctet266", "EPRT |1|266.1.0.10|1030|\r\n", "|1|266.1.0.10|1030|", "10.1.0.10", 1030},
};

INSTANTIATE_TEST_SUITE_P(All, FtpClientMatches, ::testing::ValuesIn(CLIENT_MATCHES), LabelOf);

class FtpServerMatches : public ::testing::TestWithParam<MatchRow>
{
};

TEST_P(FtpServerMatches, Ipv4)
{
    ExpectMatch(GetParam(), Direction::Reply, Family::Ipv4);
}

const MatchRow SERVER_MATCHES[] = {
    {"Pasv", "227 Entering Passive Mode (10,1,0,10,4,1).\r\n", NUMBERS, "10.1.0.10", 1025},
    {"PasvEquals", "227 =10,1,0,10,4,1\r\n", NUMBERS, "10.1.0.10", 1025},
    {"PasvWithoutParentheses", "227 Passive 10,1,0,10,4,1\r\n", NUMBERS, "10.1.0.10", 1025},
    {"PasvUnclosed", "227 (10,1,0,10,4,1\r\n", NUMBERS, "10.1.0.10", 1025},
    {"PasvEndsWithAnything", "227 a10,1,0,10,4,1b\r\n", NUMBERS, "10.1.0.10", 1025},
    {"PasvNextLine", "227 \r\n10,1,0,10,4,1\r\n", NUMBERS, "10.1.0.10", 1025},
    {"PasvPortZero", "227 (10,1,0,10,0,0)\r\n", "10,1,0,10,0,0", "10.1.0.10", 0},
    {"PasvMissingNumbers", "227 1,,,,,;\r\n", "1,,,,,", "1.0.0.0", 0},
    {"PasvHighByte260", "227 (10,1,0,10,260,8)\r\n", "10,1,0,10,260,8", "10.1.0.10", 1032},
    {"Epsv", "229 Ok (|||1025|)\r\n", "|||1025|", "", 1025},
    {"EpsvUnclosed", "229 Ok (|||1025|\r\n", "|||1025|", "", 1025},
    {"EpsvOtherDelimiter", "229 (###1029#)\r\n", "###1029#", "", 1029},
    {"EpsvParenthesisDelimiter", "229 ((((1031()\r\n", "(((1031(", "", 1031},
    {"EpsvPortWraps", "229 (|||65538|)\r\n", "|||65538|", "", 2},
    {"EpsvNextLine", "229 \r\n(|||1035|)", "|||1035|", "", 1035},
};

INSTANTIATE_TEST_SUITE_P(All, FtpServerMatches, ::testing::ValuesIn(SERVER_MATCHES), LabelOf);

class FtpIpv6Matches : public ::testing::TestWithParam<MatchRow>
{
};

TEST_P(FtpIpv6Matches, FromClient)
{
    ExpectMatch(GetParam(), Direction::Original, Family::Ipv6);
}

const MatchRow IPV6_MATCHES[] = {
    {"Eprt", "EPRT |2|fd00:1::10|1025|\r\n", "|2|fd00:1::10|1025|", "fd00:1::10", 1025},
    {"EprtLetterDelimiter", "EPRT a2a::1a1043a\r\n", "a2a::1a1043a", "::1", 1043},
    {"EprtQuadEndedByColon",
     "EPRT |2|::ffff:10.1.0.10:1041|\r\n",
     "|2|::ffff:10.1.0.10:1041|",
     "::ffff:10.1.0.10",
     1041},
    {"PortHasFourBytes", "PORT 253,0,0,1,4,2\r\n", "253,0,0,1,4,2", "253.0.0.1", 1026},
};

INSTANTIATE_TEST_SUITE_P(All, FtpIpv6Matches, ::testing::ValuesIn(IPV6_MATCHES), LabelOf);

/// A segment that names none.
struct OtherRow
{
    const char* label;
    Direction sender;
    Family family;
    std::string segment;
    FtpMatch match;
};

class FtpOthers : public ::testing::TestWithParam<OtherRow>
{
};

TEST_P(FtpOthers, NamesNoEndpoint)
{
    const OtherRow& row = GetParam();
    EXPECT_EQ(Find(row.segment, row.sender, row.family).match, row.match) << row.segment;
}

constexpr auto CLIENT = Direction::Original;
constexpr auto SERVER = Direction::Reply;
constexpr auto V4 = Family::Ipv4;
constexpr auto V6 = Family::Ipv6;
constexpr auto PARTIAL = FtpMatch::Partial;
constexpr auto NONE = FtpMatch::None;

const OtherRow OTHERS[] = {
    {"Empty", CLIENT, V4, "", NONE},
    {"OtherCommand", CLIENT, V4, "STOR a\r\n", NONE},
    {"PassiveRequest", CLIENT, V4, "EPSV\r\n", NONE},
    {"OtherReply", SERVER, V4, "220 hi\r\n", NONE},
    {"PortFromServer", SERVER, V4, "PORT 10,1,0,10,4,1\r\n", NONE},
    {"PasvFromClient", CLIENT, V4, "227 (10,1,0,10,4,1)\r\n", NONE},
    {"BlankBeforePort", CLIENT, V4, " PORT 10,1,0,10,4,1\r\n", NONE},
    {"PortInSecondLine", CLIENT, V4, "NOOP\r\nPORT 10,1,0,10,4,1\r\n", NONE},
    {"MultilineReply", SERVER, V4, "227-(10,1,0,10,4,1)\r\n", NONE},
    {"PartOfPortAndLineEnd", CLIENT, V4, "PO\r\n", NONE},
    {"ZeroByte", CLIENT, V4, std::string(3, '\0'), NONE},

    {"P", CLIENT, V4, "P", PARTIAL},
    {"LowerP", CLIENT, V4, "p", PARTIAL},
    {"Por", CLIENT, V4, "POR", PARTIAL},
    {"PortAlone", CLIENT, V4, "PORT", PARTIAL},
    {"PortLineEnd", CLIENT, V4, "PORT\r\n", PARTIAL},
    {"PortBlank", CLIENT, V4, "PORT ", PARTIAL},
    {"PortTab", CLIENT, V4, "PORT\t10,1,0,10,4,1\r\n", PARTIAL},
    {"PortTwoBlanks", CLIENT, V4, "PORT  10,1,0,10,4,1\r\n", PARTIAL},
    {"PortCut", CLIENT, V4, "PORT 10,1,0", PARTIAL},
    {"PortNoEnd", CLIENT, V4, "PORT 10,1,0,10,4,1", PARTIAL},
    {"PortLineFeedOnly", CLIENT, V4, "PORT 10,1,0,10,4,1\n", PARTIAL},
    {"PortTrailingBlank", CLIENT, V4, "PORT 10,1,0,10,4,1 \r\n", PARTIAL},
    {"PortTrailingText", CLIENT, V4, "PORT 10,1,0,10,4,1 x\r\n", PARTIAL},
    {"PortFiveNumbers", CLIENT, V4, "PORT 10,1,0,10,4\r\n", PARTIAL},
    {"PortSevenNumbers", CLIENT, V4, "PORT 10,1,0,10,4,1,7\r\n", PARTIAL},
    {"PortNegative", CLIENT, V4, "PORT -10,1,0,10,4,1\r\n", PARTIAL},
    {"PortPlus", CLIENT, V4, "PORT +10,1,0,10,4,1\r\n", PARTIAL},
    {"PortHexadecimal", CLIENT, V4, "PORT 0x0a,1,0,10,4,1\r\n", PARTIAL},
    {"PortDots", CLIENT, V4, "PORT 10.1.0.10.4.1\r\n", PARTIAL},
    {"PortParentheses", CLIENT, V4, "PORT (10,1,0,10,4,1)\r\n", PARTIAL},

    {"E", CLIENT, V4, "E", PARTIAL},
    {"EprtAlone", CLIENT, V4, "EPRT", PARTIAL},
    {"EprtBlank", CLIENT, V4, "EPRT ", PARTIAL},
    {"EprtThreeCharacters", CLIENT, V4, "EPRT |1|", PARTIAL},
    {"EprtPortNotEnded", CLIENT, V4, "EPRT |1|10.1.0.10|1027\r\n", PARTIAL},
    {"EprtPortZero", CLIENT, V4, "EPRT |1|10.1.0.10|0|\r\n", PARTIAL},
    {"EprtPort65536", CLIENT, V4, "EPRT |1|10.1.0.10|65536|\r\n", PARTIAL},
    {"EprtPortMissing", CLIENT, V4, "EPRT |1|10.1.0.10||\r\n", PARTIAL},
    {"EprtPortBlank", CLIENT, V4, "EPRT |1|10.1.0.10| 1037|\r\n", PARTIAL},
    {"EprtThreeOctets", CLIENT, V4, "EPRT |1|10.1.0|5|\r\n", PARTIAL},
    {"EprtFiveOctets", CLIENT, V4, "EPRT |1|10.1.0.10.5|5|\r\n", PARTIAL},
    {"EprtAddressBlank", CLIENT, V4, "EPRT |1| 10.1.0.10|1038|\r\n", PARTIAL},
    {"EprtOtherFamily", CLIENT, V4, "EPRT |2|::1|5|\r\n", PARTIAL},
    {"EprtAddressOfOtherFamily", CLIENT, V4, "EPRT |1|::1|5|\r\n", PARTIAL},
    {"EprtOtherFamily6", CLIENT, V6, "EPRT |1|10.1.0.10|1045|\r\n", PARTIAL},
    {"EprtDigitDelimiter", CLIENT, V4, "EPRT 11110.1.0.10151\r\n", PARTIAL},
    {"EprtBlankDelimiter", CLIENT, V4, "EPRT  1 10.1.0.10 1029 \r\n", PARTIAL},
    {"EprtDeleteDelimiter",
     CLIENT,
     V4,
     "EPRT \x7f"
     "1\x7f"
     "10.1.0.10\x7f"
     "5\x7f\r\n",
     PARTIAL},
    {"EprtHighDelimiter",
     CLIENT,
     V4,
     "EPRT \xa6"
     "1\xa6"
     "10.1.0.10\xa6"
     "5\xa6\r\n",
     PARTIAL},
    {"EprtDotDelimiter", CLIENT, V4, "EPRT .1.10.1.0.10.5.\r\n", PARTIAL},
    {"EprtColonDelimiter6", CLIENT, V6, "EPRT :2:fd00::1:1042:\r\n", PARTIAL},
    {"EprtDelimiterChanges", CLIENT, V4, "EPRT |1#10.1.0.10|1031|\r\n", PARTIAL},
    {"EprtDelimiterChangesLater", CLIENT, V4, "EPRT |1|10.1.0.10#1031|\r\n", PARTIAL},
    {"EprtCut6", CLIENT, V6, "EPRT |2|fd00:1::10", PARTIAL},
    {"EprtCutAtPort6", CLIENT, V6, "EPRT |2|fd00:1::10|5", PARTIAL},
    {"EprtNoAddress6", CLIENT, V6, "EPRT |2||1040|\r\n", PARTIAL},
    {"EprtScope6", CLIENT, V6, "EPRT |2|fe80::1%eth0|1040|\r\n", PARTIAL},

    {"Two", SERVER, V4, "2", PARTIAL},
    {"TwentyTwo", SERVER, V4, "22", PARTIAL},
    {"PasvAlone", SERVER, V4, "227 ", PARTIAL},
    {"PasvWithoutNumbers", SERVER, V4, "227 no numbers here\r\n", PARTIAL},
    {"PasvOtherNumberFirst", SERVER, V4, "227 port 2 is (10,1,0,10,4,4)\r\n", PARTIAL},
    {"PasvFiveNumbers", SERVER, V4, "227 (10,1,0,10,4)\r\n", PARTIAL},
    {"PasvSevenNumbers", SERVER, V4, "227 (10,1,0,10,4,5,6)\r\n", PARTIAL},
    {"PasvBlanks", SERVER, V4, "227 (10, 1, 0, 10, 4, 5)\r\n", PARTIAL},
    {"PasvEndsWithTheNumber", SERVER, V4, "227 10,1,0,10,4,3", PARTIAL},
    {"EpsvAlone", SERVER, V4, "229 ", PARTIAL},
    {"EpsvNoParenthesis", SERVER, V4, "229 |||1027|\r\n", PARTIAL},
    {"EpsvParenthesisLast", SERVER, V4, "229 (", PARTIAL},
    {"EpsvThreeCharacters", SERVER, V4, "229 (|||", PARTIAL},
    {"EpsvPortZero", SERVER, V4, "229 (|||0|)\r\n", PARTIAL},
    {"EpsvPort65536", SERVER, V4, "229 (|||65536|)\r\n", PARTIAL},
    {"EpsvPortNotEnded", SERVER, V4, "229 (|||1028)\r\n", PARTIAL},
    {"EpsvTwoDelimiters", SERVER, V4, "229 (||1028|)\r\n", PARTIAL},
    {"EpsvWithAddress", SERVER, V4, "229 (|1|10.2.0.10|1030|)\r\n", PARTIAL},
    {"EpsvBlankDelimiter", SERVER, V4, "229 (   1032 )\r\n", PARTIAL},
    {"EpsvDigitDelimiter", SERVER, V4, "229 (1111032 )\r\n", PARTIAL},
    {"EpsvOtherParenthesisFirst", SERVER, V4, "229 x(y) (|||1034|)\r\n", PARTIAL},
};

INSTANTIATE_TEST_SUITE_P(All, FtpOthers, ::testing::ValuesIn(OTHERS), [](const auto& row) {
    return row.param.label;
});

TEST(FtpMessage, WordsOfPartialMatches)
{
    EXPECT_EQ(Find("POR").word, FtpWord::Port);
    EXPECT_EQ(Find("EP").word, FtpWord::Eprt);
    EXPECT_EQ(Find("229", Direction::Reply).word, FtpWord::Epsv);
    EXPECT_EQ(Find("22", Direction::Reply).word, FtpWord::Pasv) << "the first of both";
    EXPECT_EQ(ToText(FtpWord::Port), "PORT");
    EXPECT_EQ(ToText(FtpWord::Eprt), "EPRT");
    EXPECT_EQ(ToText(FtpWord::Pasv), "227 ");
    EXPECT_EQ(ToText(FtpWord::Epsv), "229 ");
}

TEST(FtpMessage, EveryBeginOfACommandIsPartial)
{
    const std::string command = "PORT 10,1,0,10,195,81\r";
    for (std::size_t size = 1; size < command.size(); ++size)
    {
        EXPECT_EQ(Find(command.substr(0, size)).match, FtpMatch::Partial) << size;
    }
    EXPECT_EQ(Find(command).match, FtpMatch::Complete);
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
