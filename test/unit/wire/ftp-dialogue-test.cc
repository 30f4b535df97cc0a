/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/wire/ftp-dialogue.h"
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

using namespace std::string_literals;

FtpHostPort
HostPort(const std::string& address, uint16_t port)
{
    const bool ipv6 = address.find(':') != std::string::npos;
    return {ToAddress(address), ipv6 ? Family::Ipv6 : Family::Ipv4, port};
}

/// A command line and its parts.
struct CommandRow
{
    const char* label;
    std::string line;
    const char* verb; ///< empty: it is refused
    const char* argument;
};

class FtpCommands : public ::testing::TestWithParam<CommandRow>
{
};

TEST_P(FtpCommands, AreReadOrRefused)
{
    const CommandRow& row = GetParam();
    const auto command = ParseFtpCommand(row.line);
    ASSERT_EQ(command.has_value(), row.verb[0] != '\0');
    if (command)
    {
        EXPECT_EQ(command->verb, row.verb);
        EXPECT_EQ(command->argument, row.argument);
    }
}

INSTANTIATE_TEST_SUITE_P(
    Rows,
    FtpCommands,
    ::testing::Values(CommandRow{"WithArgument", "RETR file-7", "RETR", "file-7"},
                      CommandRow{"Alone", "QUIT", "QUIT", ""},
                      CommandRow{"SmallLetters", "qUit", "QUIT", ""},
                      CommandRow{"ThreeLetters", "PWD", "PWD", ""},
                      CommandRow{"BlanksStay", "STOR a  b ", "STOR", "a  b "},
                      CommandRow{"BlankAtEnd", "PASV ", "PASV", ""},
                      CommandRow{"HighBytes", "STOR \xc3\xa4", "STOR", "\xc3\xa4"},
                      CommandRow{"Empty", "", "", ""},
                      CommandRow{"TwoLetters", "CD", "", ""},
                      CommandRow{"FiveLetters", "RETRY", "", ""},
                      CommandRow{"Digit", "RET1", "", ""},
                      CommandRow{"LeadingBlank", " QUIT", "", ""},
                      CommandRow{"HighLetter", "R\xc3\xa4T", "", ""},
                      CommandRow{"Tab", "RETR\tx", "", ""},
                      CommandRow{"ZeroByte", "STOR a\0b"s, "", ""},
                      CommandRow{"TelnetInterrupt", "\xff\xf4\xff\xf2"s + "ABOR", "", ""}),
    [](const auto& info) { return info.param.label; });

/// A line of a reply and its parts.
struct ReplyRow
{
    const char* label;
    const char* line;
    uint16_t code; ///< 0: no line with a code
    bool continues;
    const char* text;
};

class FtpReplies : public ::testing::TestWithParam<ReplyRow>
{
};

TEST_P(FtpReplies, AreReadOrRefused)
{
    const ReplyRow& row = GetParam();
    const auto reply = ParseFtpReply(row.line);
    ASSERT_EQ(reply.has_value(), row.code != 0);
    if (reply)
    {
        EXPECT_EQ(reply->code, row.code);
        EXPECT_EQ(reply->continues, row.continues);
        EXPECT_EQ(reply->text, row.text);
    }
}

INSTANTIATE_TEST_SUITE_P(
    Rows,
    FtpReplies,
    ::testing::Values(ReplyRow{"WithText", "226 Closing", 226, false, "Closing"},
                      ReplyRow{"Continues", "211-Features:", 211, true, "Features:"},
                      ReplyRow{"CodeAlone", "200", 200, false, ""},
                      ReplyRow{"Least", "100 x", 100, false, "x"},
                      ReplyRow{"Most", "599 x", 599, false, "x"},
                      ReplyRow{"TooSmall", "099 x", 0, false, ""},
                      ReplyRow{"TooLarge", "600 x", 0, false, ""},
                      ReplyRow{"Empty", "", 0, false, ""},
                      ReplyRow{"TwoDigits", "22", 0, false, ""},
                      ReplyRow{"FourDigits", "2200 x", 0, false, ""},
                      ReplyRow{"Within", " EPRT", 0, false, ""},
                      ReplyRow{"Letters", "abc x", 0, false, ""}),
    [](const auto& info) { return info.param.label; });

/// An endpoint's text and what it names.
struct EndpointRow
{
    const char* label;
    std::string text;
    const char* address; ///< empty: it is refused
    uint16_t port;
};

void
ExpectEndpoint(const EndpointRow& row, const std::optional<FtpHostPort>& found)
{
    ASSERT_EQ(found.has_value(), row.address[0] != '\0');
    if (found)
    {
        EXPECT_EQ(*found, HostPort(row.address, row.port));
    }
}

class FtpPort : public ::testing::TestWithParam<EndpointRow>
{
};

TEST_P(FtpPort, IsReadOrRefused)
{
    ExpectEndpoint(GetParam(), ParsePort(GetParam().text));
}

INSTANTIATE_TEST_SUITE_P(
    Rows,
    FtpPort,
    ::testing::Values(EndpointRow{"Usual", "10,1,0,10,195,81", "10.1.0.10", 50001},
                      EndpointRow{"LeastPort", "10,1,0,10,0,1", "10.1.0.10", 1},
                      EndpointRow{"Most", "255,255,255,255,255,255", "255.255.255.255", 65535},
                      EndpointRow{"LeadingZeros", "010,1,0,10,0,021", "10.1.0.10", 21},
                      EndpointRow{"PortZero", "10,1,0,10,0,0", "", 0},
                      EndpointRow{"Empty", "", "", 0},
                      EndpointRow{"FiveNumbers", "10,1,0,10,195", "", 0},
                      EndpointRow{"SevenNumbers", "10,1,0,10,195,81,1", "", 0},
                      EndpointRow{"TooLarge", "10,1,0,256,195,81", "", 0},
                      EndpointRow{"Wraps", "10,1,0,4294967306,195,81", "", 0},
                      EndpointRow{"Negative", "10,1,0,-1,195,81", "", 0},
                      EndpointRow{"Blank", "10,1,0,10,195,81 ", "", 0},
                      EndpointRow{"BlankWithin", "10, 1,0,10,195,81", "", 0},
                      EndpointRow{"Dots", "10.1.0.10.195.81", "", 0},
                      EndpointRow{"ZeroByte", "10,1,0,10,195,81\0"s, "", 0}),
    [](const auto& info) { return info.param.label; });

class FtpEprt : public ::testing::TestWithParam<EndpointRow>
{
};

TEST_P(FtpEprt, IsReadOrRefused)
{
    ExpectEndpoint(GetParam(), ParseEprt(GetParam().text));
}

INSTANTIATE_TEST_SUITE_P(
    Rows,
    FtpEprt,
    ::testing::Values(
        EndpointRow{"Ipv4", "|1|132.235.1.2|6275|", "132.235.1.2", 6275},
        EndpointRow{"Ipv6", "|2|1080::8:800:200C:417A|5282|", "1080::8:800:200c:417a", 5282},
        EndpointRow{"OtherDelimiter", "#1#10.1.0.10#21#", "10.1.0.10", 21},
        EndpointRow{"Empty", "", "", 0},
        EndpointRow{"DelimiterAlone", "|", "", 0},
        EndpointRow{"DigitAsDelimiter", "1210.1.0.1012121", "", 0},
        EndpointRow{"UnknownFamily", "|3|10.1.0.10|21|", "", 0},
        EndpointRow{"NoFamily", "||10.1.0.10|21|", "", 0},
        EndpointRow{"WrongFamily", "|1|fd00::1|21|", "", 0},
        EndpointRow{"Ipv4AsIpv6", "|2|10.1.0.10|21|", "", 0},
        EndpointRow{"PortZero", "|1|10.1.0.10|0|", "", 0},
        EndpointRow{"PortTooLarge", "|1|10.1.0.10|65536|", "", 0},
        EndpointRow{"NoEnd", "|1|10.1.0.10|21", "", 0},
        EndpointRow{"More", "|1|10.1.0.10|21|x", "", 0},
        EndpointRow{"ZeroByteInAddress", "|1|10.1.0.10\0x|21|"s, "", 0},
        EndpointRow{"MixedDelimiters", "|1#10.1.0.10|21|", "", 0}),
    [](const auto& info) { return info.param.label; });

class FtpPasv : public ::testing::TestWithParam<EndpointRow>
{
};

TEST_P(FtpPasv, IsReadOrRefused)
{
    ExpectEndpoint(GetParam(), ParsePasv(GetParam().text));
}

INSTANTIATE_TEST_SUITE_P(
    Rows,
    FtpPasv,
    ::testing::Values(
        EndpointRow{"Usual", "Entering Passive Mode (10,2,0,2,195,81).", "10.2.0.2", 50001},
        EndpointRow{"NoParentheses", "Entering Passive Mode 10,2,0,2,195,81", "10.2.0.2", 50001},
        EndpointRow{"EqualsSign", "=10,2,0,2,195,81", "10.2.0.2", 50001},
        EndpointRow{"NoNumbers", "Entering Passive Mode", "", 0},
        EndpointRow{"Empty", "", "", 0},
        EndpointRow{"OtherNumberFirst", "Mode 2 (10,2,0,2,195,81)", "", 0},
        EndpointRow{"Cut", "Entering Passive Mode (10,2,0,2,195", "", 0}),
    [](const auto& info) { return info.param.label; });

/// The text of reply 229 and the port in it.
struct EpsvRow
{
    const char* label;
    const char* text;
    uint16_t port; ///< 0: it is refused
};

class FtpEpsv : public ::testing::TestWithParam<EpsvRow>
{
};

TEST_P(FtpEpsv, IsReadOrRefused)
{
    EXPECT_EQ(ParseEpsv(GetParam().text).value_or(0), GetParam().port);
}

INSTANTIATE_TEST_SUITE_P(
    Rows,
    FtpEpsv,
    ::testing::Values(EpsvRow{"Usual", "Entering Extended Passive Mode (|||6446|)", 6446},
                      EpsvRow{"Short", "(|||1|)", 1},
                      EpsvRow{"NoParenthesis", "|||6446|", 0},
                      EpsvRow{"PortZero", "(|||0|)", 0},
                      EpsvRow{"TooLarge", "(|||65536|)", 0},
                      EpsvRow{"WithAddress", "(|1|10.2.0.2|6446|)", 0},
                      EpsvRow{"NoEnd", "(|||6446", 0},
                      EpsvRow{"NoLastBar", "(|||6446)", 0},
                      EpsvRow{"Empty", "", 0}),
    [](const auto& info) { return info.param.label; });

TEST(FtpDialogue, PrintingAndReadingAreInverses)
{
    for (const uint16_t port : {1, 20, 255, 256, 50001, 65535})
    {
        const FtpHostPort ipv4 = HostPort("10.1.0.10", port);
        EXPECT_EQ(ParsePort(PrintPort(ipv4)), ipv4);
        EXPECT_EQ(ParsePasv(PrintPasv(ipv4)), ipv4);
        EXPECT_EQ(ParseEprt(PrintEprt(ipv4)), ipv4);
        EXPECT_EQ(ParseEpsv(PrintEpsv(port)), port);
        for (const char* address : {"fd00:1::1", "::1", "fe80::1:2:3:4"})
        {
            EXPECT_EQ(ParseEprt(PrintEprt(HostPort(address, port))), HostPort(address, port));
        }
    }
}

TEST(FtpDialogue, WhatIsPrintedIsWhatTheProtocolHelperReads)
{
    EXPECT_EQ(PrintPort(HostPort("10.1.0.10", 50001)), "10,1,0,10,195,81");
    EXPECT_EQ(PrintEprt(HostPort("fd00:1::1", 50001)), "|2|fd00:1::1|50001|");
    EXPECT_EQ(PrintPasv(HostPort("10.2.0.2", 50001)), "Entering Passive Mode (10,2,0,2,195,81).");
    EXPECT_EQ(PrintEpsv(50001), "Entering Extended Passive Mode (|||50001|)");
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
