/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/wire/amanda-message.h"

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

/// @return "DATA 5000 INDEX 0": each word that is found and its port
std::string
Ports(const std::string& datagram)
{
    const ByteView view{reinterpret_cast<const uint8_t*>(datagram.data()), datagram.size()};
    const auto line = FindAmandaLine(view);
    if (!line)
    {
        return "no line";
    }
    std::string texts;
    for (const std::string_view word : AMANDA_WORDS)
    {
        if (const auto port = FindAmandaPort(view, *line, word, AmandaReach::WordEnds))
        {
            EXPECT_LE(port->position + port->length, line->end);
            texts += (texts.empty() ? "" : " ") + std::string(word) + std::to_string(port->port);
        }
    }
    return texts;
}

/// A datagram and what is found in it.
struct AmandaRow
{
    const char* label;
    std::string datagram;
    std::string found;
};

class AmandaMessages : public ::testing::TestWithParam<AmandaRow>
{
};

TEST_P(AmandaMessages, Ports)
{
    EXPECT_EQ(Ports(GetParam().datagram), GetParam().found);
}

const AmandaRow ROWS[] = {
    {"Three",
     "Amanda 2.6 REP HANDLE 0 SEQ 1\nCONNECT DATA 1 MESG 2 INDEX 3\n",
     "DATA 1 MESG 2 INDEX 3"},
    {"Four", "CONNECT DATA 1 MESG 2 INDEX 3 STATE 4\n", "DATA 1 MESG 2 INDEX 3 STATE 4"},
    {"Backward", "CONNECT STATE 4 DATA 1\n", "DATA 1 STATE 4"},
    {"FirstOfTwo", "CONNECT DATA 1 DATA 2\n", "DATA 1"},
    {"PartOfAnotherWord", "CONNECT METADATA 1\n", "DATA 1"},
    {"PartOfAnotherCommand", "RECONNECT DATA 1\n", "DATA 1"},
    {"FirstLine", "CONNECT DATA 1\nCONNECT MESG 2\n", "DATA 1"},
    {"CarriageReturn", "CONNECT DATA 1\r\n", "DATA 1"},
    {"LetterBehind", "CONNECT DATA 1x\n", "DATA 1"},
    {"Largest", "CONNECT DATA 65535\n", "DATA 65535"},
    {"Wraps", "CONNECT DATA 65537 MESG 99999\n", "DATA 1 MESG 34463"},
    {"FiveCharacters", "CONNECT DATA 501234 MESG 000123\n", "DATA 50123 MESG 12"},
    {"Zeros", "CONNECT DATA 00000 MESG 65536\n", "DATA 0 MESG 0"},
    {"NoNumber", "CONNECT DATA x MESG \n", "DATA 0 MESG 0"},
    {"TwoBlanks", "CONNECT DATA  1\n", "DATA 0"},
    {"Signs", "CONNECT DATA -1 MESG +1\n", "DATA 0 MESG 0"},
    {"WordsBefore", "DATA 1 CONNECT MESG 2\n", "MESG 2"},
    {"WordsBehind", "CONNECT \nDATA 1\n", ""},
    {"LowerCaseWords", "CONNECT data 1\n", ""},
    {"TabBehindTheWord", "CONNECT DATA\t1\n", ""},
    {"NoLineFeed", "CONNECT DATA 1", "no line"},
    {"LowerCase", "connect DATA 1\n", "no line"},
    {"TabBehind", "CONNECT\tDATA 1\n", "no line"},
    {"CommandAlone", "CONNECT ", "no line"},
    {"LineFeedBefore", "\nCONNECT DATA 1", "no line"},
    {"Empty", "", "no line"},
};

INSTANTIATE_TEST_SUITE_P(All, AmandaMessages, ::testing::ValuesIn(ROWS), [](const auto& row) {
    return row.param.label;
});

TEST(AmandaMessage, DatagramThatBecameShorter)
{
    const std::string whole = "CONNECT DATA 12345\n";
    const AmandaLine line{8, 18};
    for (std::size_t size = 0; size < whole.size(); ++size)
    {
        const ByteView view{reinterpret_cast<const uint8_t*>(whole.data()), size};
        const auto port = FindAmandaPort(view, line, "DATA ", AmandaReach::WordEnds);
        EXPECT_EQ(port.has_value(), size >= 13) << size;
        EXPECT_EQ(port ? port->port : 0, size >= 18 ? 12345 : 0) << size;
    }
}

TEST(AmandaMessage, WordThatReachesBeyondTheLine)
{
    // The line ended there before it became shorter.
    const std::string text = "CONNECT MESG 12345\nINDEX 67890\n";
    const ByteView view{reinterpret_cast<const uint8_t*>(text.data()), text.size()};
    for (std::size_t end = 18; end < text.size(); ++end)
    {
        const AmandaLine line{8, end};
        const auto whole = FindAmandaPort(view, line, "INDEX ", AmandaReach::WordEnds);
        EXPECT_EQ(whole.has_value(), end >= 25) << end;
        const auto begun = FindAmandaPort(view, line, "INDEX ", AmandaReach::WordBegins);
        EXPECT_EQ(begun.has_value(), end >= 19) << end;
        if (begun && end < 25)
        {
            EXPECT_EQ(begun->port, 67890 - 65536) << "all digits, as if there were no line";
        }
    }
    const AmandaLine line{8, 20};
    EXPECT_EQ(FindAmandaPort(view.First(28), line, "INDEX ", AmandaReach::WordBegins)->port, 0);
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
