/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/wire/sdp-description.h"

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

const std::string FIRST = "v=0\r\no=- 1 2 IN IP4 10.1.0.1\r\ns=-\r\n";
const std::string PLACE = "c=IN IP4 10.1.0.2\r\n";
const std::string TIMES = "t=0 0\r\n";
const std::string AUDIO = "m=audio 40000 RTP/AVP 0 8\r\n";

TEST(SdpDescriptionTest, PartsAreFound)
{
    const auto sdp = ParseSdp(FIRST + PLACE + TIMES + AUDIO + "a=rtpmap:0 PCMU/8000\r\n" +
                              "m=video 4000/2 RTP/AVP 31\r\nc=IN IP6 fd00::1\r\na=recvonly\r\n");
    ASSERT_TRUE(sdp);
    EXPECT_EQ(sdp->session, 1U);
    EXPECT_EQ(sdp->version, 2U);
    EXPECT_EQ(PrintHostAddress(sdp->origin), "10.1.0.1");
    ASSERT_EQ(sdp->media.size(), 2U);
    EXPECT_EQ(sdp->media[0].port, 40000);
    EXPECT_EQ(sdp->media[0].formats, (std::vector<std::string>{"0", "8"}));
    EXPECT_EQ(PrintHostAddress(*sdp->PlaceOf(sdp->media[0])), "10.1.0.2");
    EXPECT_EQ(PrintHostAddress(*sdp->PlaceOf(sdp->media[1])), "fd00::1");
    EXPECT_EQ(sdp->media[1].ports, 2);
    EXPECT_EQ(sdp->DirectionOf(sdp->media[0]), SdpDirection::SendReceive);
    EXPECT_EQ(sdp->DirectionOf(sdp->media[1]), SdpDirection::ReceiveOnly);
}

TEST(SdpDescriptionTest, DirectionOfTheSession)
{
    const auto sdp =
        ParseSdp(FIRST + PLACE + TIMES + "a=inactive\r\n" + AUDIO + "a=sendonly\r\n" + AUDIO);
    ASSERT_TRUE(sdp);
    EXPECT_EQ(sdp->DirectionOf(sdp->media[0]), SdpDirection::SendOnly);
    EXPECT_EQ(sdp->DirectionOf(sdp->media[1]), SdpDirection::Inactive);
}

/// A description; it is printed as it came unless `taken` is false.
struct SdpRow
{
    const char* label;
    std::string text;
    bool taken;
};

class SdpDescriptions : public ::testing::TestWithParam<SdpRow>
{
};

TEST_P(SdpDescriptions, AreReadOrRefused)
{
    const auto sdp = ParseSdp(GetParam().text);
    ASSERT_EQ(sdp.has_value(), GetParam().taken);
    if (sdp)
    {
        EXPECT_EQ(PrintSdp(*sdp), GetParam().text);
    }
}

INSTANTIATE_TEST_SUITE_P(
    Rows,
    SdpDescriptions,
    ::testing::Values(
        SdpRow{"WithoutMedia", FIRST + TIMES, true},
        SdpRow{"SessionPlace", FIRST + PLACE + TIMES + AUDIO, true},
        SdpRow{"MediaPlace", FIRST + TIMES + AUDIO + PLACE, true},
        SdpRow{"BothPlaces", FIRST + PLACE + TIMES + AUDIO + PLACE, true},
        SdpRow{"Ipv6",
               "v=0\r\no=ada 1 18446744073709551615 IN IP6 fd00::1\r\ns=a call\r\n"
               "c=IN IP6 fd00::1\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0\r\n",
               true},
        SdpRow{"AllTypes",
               FIRST + "i=a\r\nu=b\r\ne=c\r\ne=d\r\np=e\r\n" + PLACE +
                   "b=AS:64\r\nb=CT:1\r\nt=0 0\r\nr=1 2\r\nt=1 1\r\nz=0\r\nk=x\r\na=y\r\na=z\r\n" +
                   AUDIO + "i=a\r\n" + PLACE + "b=AS:1\r\nk=x\r\na=y\r\na=z\r\n",
               true},
        SdpRow{"PortZero", FIRST + PLACE + TIMES + "m=video 0 RTP/AVP 31\r\n", true},
        SdpRow{"ManyMedia", FIRST + PLACE + TIMES + AUDIO + AUDIO + AUDIO, true},
        SdpRow{"Empty", "", false},
        SdpRow{"NoVersion", "o=- 1 2 IN IP4 10.1.0.1\r\ns=-\r\n" + TIMES, false},
        SdpRow{"OtherVersion", "v=1\r\no=- 1 2 IN IP4 10.1.0.1\r\ns=-\r\n" + TIMES, false},
        SdpRow{"NoOrigin", "v=0\r\ns=-\r\n" + TIMES, false},
        SdpRow{"NoName", "v=0\r\no=- 1 2 IN IP4 10.1.0.1\r\n" + TIMES, false},
        SdpRow{"NoTimes", FIRST + PLACE + AUDIO, false},
        SdpRow{"OriginNoNumber", "v=0\r\no=- x 2 IN IP4 10.1.0.1\r\ns=-\r\n" + TIMES, false},
        SdpRow{"OriginOfAName", "v=0\r\no=- 1 2 IN IP4 host\r\ns=-\r\n" + TIMES, false},
        SdpRow{"FamiliesDiffer", FIRST + "c=IN IP6 10.1.0.1\r\n" + TIMES, false},
        SdpRow{"OtherNetwork", FIRST + "c=ATM IP4 10.1.0.1\r\n" + TIMES, false},
        SdpRow{"Multicast", FIRST + "c=IN IP4 224.2.1.1/127\r\n" + TIMES, false},
        SdpRow{"PlaceCutShort", FIRST + "c=IN IP4\r\n" + TIMES, false},
        SdpRow{"PlaceWithABlank", FIRST + "c=IN IP4 10.1.0.1 \r\n" + TIMES, false},
        SdpRow{"NoPlace", FIRST + TIMES + AUDIO, false},
        SdpRow{"OrderOfLines", FIRST + TIMES + PLACE + AUDIO, false},
        SdpRow{"PlaceTwice", FIRST + PLACE + PLACE + TIMES + AUDIO, false},
        SdpRow{"UnknownType", FIRST + PLACE + TIMES + "x=1\r\n", false},
        SdpRow{"NoEqualsSign", FIRST + PLACE + TIMES + "ab\r\n", false},
        SdpRow{"NoLineEnd", FIRST + "t=0 0", false},
        SdpRow{"ZeroByte", FIRST + "t=0 0\0\r\n"s, false},
        SdpRow{"PortTooLarge", FIRST + PLACE + TIMES + "m=audio 65536 RTP/AVP 0\r\n", false},
        SdpRow{"PortsZero", FIRST + PLACE + TIMES + "m=audio 1/0 RTP/AVP 0\r\n", false},
        SdpRow{"NoFormat", FIRST + PLACE + TIMES + "m=audio 1 RTP/AVP\r\n", false},
        SdpRow{"TwoBlanks", FIRST + PLACE + TIMES + "m=audio  1 RTP/AVP 0\r\n", false},
        SdpRow{"EmptyAttribute", FIRST + PLACE + TIMES + AUDIO + "a=\r\n", false}),
    [](const auto& info) { return info.param.label; });

TEST(SdpDescriptionTest, TooManyLines)
{
    std::string text = FIRST + PLACE + TIMES;
    for (std::size_t i = 0; i < SdpDescription::MOST_LINES - 5; ++i)
    {
        text += "a=x\r\n";
    }
    EXPECT_TRUE(ParseSdp(text));
    EXPECT_FALSE(ParseSdp(text + "a=x\r\n"));
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
