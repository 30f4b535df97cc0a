/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/wire/irc-message.h"

#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace ns3
{
namespace conntrack
{
namespace test
{
namespace
{

/// 167837706 is 10.1.0.10 as DCC writes it.
const std::string ADDRESS = "167837706";

std::optional<DccOffer>
Find(const std::string& segment)
{
    return DccReader({reinterpret_cast<const uint8_t*>(segment.data()), segment.size()}).Next();
}

/// A segment with an offer.
struct OfferRow
{
    const char* label;
    std::string segment;
    std::string text; ///< of address and port
    std::string address;
    uint16_t port;
};

class IrcOffers : public ::testing::TestWithParam<OfferRow>
{
};

TEST_P(IrcOffers, AreFound)
{
    const OfferRow& row = GetParam();
    const auto offer = Find(row.segment);
    ASSERT_TRUE(offer) << row.segment;
    EXPECT_EQ(row.segment.substr(offer->position, offer->length), row.text);
    EXPECT_EQ(ToString(offer->address, Family::Ipv4), row.address);
    EXPECT_EQ(offer->port, row.port);
}

const std::string HEAD = "PRIVMSG bob :\1DCC ";
const std::string PLAIN = ADDRESS + " 5000";

const OfferRow OFFERS[] = {
    {"Send", HEAD + "SEND f " + PLAIN + " 100\1\r\n", PLAIN, "10.1.0.10", 5000},
    {"Chat", HEAD + "CHAT chat " + PLAIN + "\1\r\n", PLAIN, "10.1.0.10", 5000},
    {"Move", HEAD + "MOVE f " + PLAIN + "\1\n", PLAIN, "10.1.0.10", 5000},
    {"Tsend", HEAD + "TSEND f " + PLAIN + "\n", PLAIN, "10.1.0.10", 5000},
    {"Schat", HEAD + "SCHAT f " + PLAIN + " 1\1\n", PLAIN, "10.1.0.10", 5000},
    {"LowerCaseCommand", "privmsg b :\1DCC SEND f " + PLAIN + " 1\1\n", PLAIN, "10.1.0.10", 5000},
    {"BlanksBefore", " \r\n" + HEAD + "SEND f " + PLAIN + " 1\n", PLAIN, "10.1.0.10", 5000},
    {"LettersBehindThePort", HEAD + "SEND f " + PLAIN + "xyz\n", PLAIN, "10.1.0.10", 5000},
    {"WordOfDigits", HEAD + "SEND 77 " + PLAIN + " 1\1\n", PLAIN, "10.1.0.10", 5000},
    {"TabInTheWord", HEAD + "SEND a\tb " + PLAIN + " 1\1\n", PLAIN, "10.1.0.10", 5000},
    {"LineFeedInTheWord", HEAD + "SEND a\n " + PLAIN + " 1\1\n", PLAIN, "10.1.0.10", 5000},
    {"BlanksBeforeThePort",
     HEAD + "SEND f " + ADDRESS + "   5000 1\n",
     ADDRESS + "   5000",
     "10.1.0.10",
     5000},
    {"NoPortButASize",
     HEAD + "SEND f " + ADDRESS + "  100\1\r\n",
     ADDRESS + "  100",
     "10.1.0.10",
     100},
    {"AddressWraps", HEAD + "SEND f 4462805002 5000 1\n", "4462805002 5000", "10.1.0.10", 5000},
    {"PortWraps", HEAD + "SEND f " + ADDRESS + " 70536 1\n", ADDRESS + " 70536", "10.1.0.10", 5000},
    {"PortZero", HEAD + "SEND f " + ADDRESS + " 0 100\1\r\n", ADDRESS + " 0", "10.1.0.10", 0},
    {"AddressMissing", HEAD + "SEND f  5000 100\1\r\n and more", " 5000", "0.0.0.0", 5000},
    {"NoNumbers", HEAD + "SEND x y z and more of it\1\r\n", "", "0.0.0.0", 0},
    {"OtherKindFirst",
     HEAD + "GET f 1 2\1\r\n" + HEAD + "SEND f " + PLAIN + " 1\1\r\n",
     PLAIN,
     "10.1.0.10",
     5000},
    {"FirstOfTwo",
     HEAD + "SEND f " + PLAIN + " 1\1\r\n" + HEAD + "SEND g 1 2 3\1\r\n",
     PLAIN,
     "10.1.0.10",
     5000},
};

INSTANTIATE_TEST_SUITE_P(All, IrcOffers, ::testing::ValuesIn(OFFERS), [](const auto& row) {
    return row.param.label;
});

/// A segment without one.
struct OtherRow
{
    const char* label;
    std::string segment;
};

class IrcOthers : public ::testing::TestWithParam<OtherRow>
{
};

TEST_P(IrcOthers, HaveNoOffer)
{
    EXPECT_FALSE(Find(GetParam().segment)) << GetParam().segment;
}

const std::string REST = " f " + PLAIN + " 100\1\r\n";

const OtherRow OTHERS[] = {
    {"Empty", ""},
    {"BlanksAlone", " \r\n \r\n"},
    {"OtherCommand", "NOTICE bob :\1DCC SEND" + REST},
    {"LettersBefore", "XPRIVMSG bob :\1DCC SEND" + REST},
    {"Prefix", ":a PRIVMSG bob :\1DCC SEND" + REST},
    {"ZeroBefore", std::string(1, '\0') + HEAD + "SEND" + REST},
    {"CommandAlone", "PRIVMSG "},
    {"CommandWithTab", "PRIVMSG\tbob :\1DCC SEND" + REST},
    {"NobodyAddressed", "PRIVMSG :\1DCC SEND" + REST},
    {"NoColon", "PRIVMSG bob \1DCC SEND" + REST},
    {"TextFirst", "PRIVMSG bob :take \1DCC SEND" + REST},
    {"OtherMessageFirst", "PRIVMSG bob :hi\r\n" + HEAD + "SEND" + REST},
    {"NoMark", "PRIVMSG bob :DCC SEND" + REST},
    {"LowerCaseDcc", "PRIVMSG bob :\1dcc SEND" + REST},
    {"TwoBlanksBehindDcc", HEAD + " SEND" + REST},
    {"OtherKind", HEAD + "RESUME" + REST},
    {"LowerCaseKind", HEAD + "send" + REST},
    {"LongerKind", HEAD + "SENDX" + REST},
    {"NoLineFeed", HEAD + "SEND f " + PLAIN + " 100\1\r"},
    {"WordWithoutEnd", HEAD + "SEND " + std::string(30, 'x') + "\n"},
    {"WordNearTheEnd", HEAD + "SEND filename-of-the-file 167837706\n"},
    {"TooShort", "PRIVMSG b :\1DCC CHAT c " + ADDRESS + " 1\n"},
    {"BeyondWhatIsLookedAt", std::string(4095, ' ') + HEAD + "SEND" + REST},
    {"LineFeedBeyond", HEAD + "SEND f " + PLAIN + std::string(4095, ' ') + "\n"},
};

INSTANTIATE_TEST_SUITE_P(All, IrcOthers, ::testing::ValuesIn(OTHERS), [](const auto& row) {
    return row.param.label;
});

TEST(IrcMessage, OffersOneAfterAnother)
{
    const std::string segment = HEAD + "SEND CHAT a " + PLAIN + " 1\1\r\n" + HEAD + "SEND b 1 2 " +
                                "and more words\1\r\n" + HEAD + "GET c 3 4 and more words\1\r\n" +
                                HEAD + "TSEND d 5 6 and more words\r\n";
    DccReader reader({reinterpret_cast<const uint8_t*>(segment.data()), segment.size()});
    std::vector<std::string> texts;
    while (const auto offer = reader.Next())
    {
        texts.push_back(segment.substr(offer->position, offer->length));
    }
    // "SEND " with the file "CHAT" has no address; then "CHAT " has one.
    EXPECT_EQ(texts, (std::vector<std::string>{"", PLAIN, "1 2", "5 6"}));
    EXPECT_FALSE(reader.Next()) << "it stays at the end";
}

TEST(IrcMessage, EveryCutHasNoOfferOrTheWholeText)
{
    const std::string whole = HEAD + "SEND f " + PLAIN + " 100\1\r\n";
    for (std::size_t size = 0; size < whole.size(); ++size)
    {
        EXPECT_FALSE(Find(whole.substr(0, size))) << size;
    }
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
