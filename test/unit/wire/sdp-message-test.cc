/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/wire/sdp-message.h"
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

const std::string BEGIN = "INVITE x\r\n\r\n";

/// What the first line of a kind holds; "-" if it is unreadable, "" if it is absent.
std::string
Read(const std::string& lines, SdpLine line, Family family = Family::Ipv4)
{
    const std::string message = BEGIN + lines;
    const SipField field = FindSdpLine({message, family}, line, 0);
    return field.search == SipSearch::Found ? message.substr(field.span.position, field.span.length)
           : field.search == SipSearch::Unreadable ? "-"
                                                   : "";
}

struct LineRow
{
    const char* label;
    const char* lines;
    const char* value; ///< "-" unreadable, "" absent
};

std::string
LabelOf(const ::testing::TestParamInfo<LineRow>& info)
{
    return info.param.label;
}

class SdpConnections : public ::testing::TestWithParam<LineRow>
{
};

TEST_P(SdpConnections, Read)
{
    EXPECT_EQ(Read(GetParam().lines, SdpLine::Connection), GetParam().value);
}

const LineRow CONNECTIONS[] = {
    {"Plain", "v=0\r\nc=IN IP4 10.1.0.10\r\n", "10.1.0.10"},
    {"Last", "c=IN IP4 10.1.0.10", "10.1.0.10"},
    {"CapitalName", "C=IN IP4 10.1.0.10\r\n", "10.1.0.10"},
    {"Ttl", "c=IN IP4 224.2.1.1/127\r\n", "224.2.1.1"},
    {"SomethingBefore", "c=x IN IP4 10.1.0.10\r\n", "10.1.0.10"},
    {"FirstCounts", "c=IN IP4 10.1.0.10\r\nc=IN IP4 10.1.0.11\r\n", "10.1.0.10"},
    {"BehindTheMedia", "m=audio 1\r\nc=IN IP4 10.1.0.10\r\n", "10.1.0.10"},
    {"LowerCase", "c=in ip4 10.1.0.10\r\n", "-"},
    {"Name", "c=IN IP4 example.org\r\n", "-"},
    {"OtherFamily", "c=IN IP6 fd00::1\r\n", "-"},
    {"NextLinesAddress", "c=\r\nx=IN IP4 10.1.0.10\r\n", "-"},
    {"Cut", "c=IN IP4 10.1.0\r\n", "-"},
    {"Indented", " c=IN IP4 10.1.0.10\r\n", ""},
    {"Other", "o=- 1 1 IN IP4 10.1.0.10\r\n", ""},
};

INSTANTIATE_TEST_SUITE_P(Rows, SdpConnections, ::testing::ValuesIn(CONNECTIONS), LabelOf);

TEST(SdpMessage, Ipv6)
{
    EXPECT_EQ(Read("c=IN IP6 fd00:1::10\r\n", SdpLine::Connection, Family::Ipv6), "fd00:1::10");
    EXPECT_EQ(Read("c=IN IP6 [fd00:1::10]\r\n", SdpLine::Connection, Family::Ipv6), "-");
    EXPECT_EQ(Read("c=IN IP4 10.1.0.10\r\n", SdpLine::Connection, Family::Ipv6), "-");
}

TEST(SdpMessage, VersionAndOwner)
{
    EXPECT_EQ(Read("v=0\r\n", SdpLine::Version), "0");
    EXPECT_EQ(Read("v=x\r\n", SdpLine::Version), "-");
    EXPECT_EQ(Read("s=v=0\r\n", SdpLine::Version), "");
    EXPECT_EQ(Read("o=a 1 1 IN IP4 10.1.0.10\r\n", SdpLine::Owner), "10.1.0.10");
    EXPECT_EQ(Read("o=a 1 1\r\n", SdpLine::Owner), "-");
}

TEST(SdpMessage, TheSessionEndsWhereMediaBegin)
{
    const std::string message = "v=0\r\nm=audio 1\r\nc=IN IP4 10.1.0.10\r\nm=video 2\r\n";
    const SipText text{message, Family::Ipv4};
    EXPECT_FALSE(FindSdpAddress(text, SdpLine::Connection, 0));
    const std::size_t audio = message.find("audio");
    const auto own = FindSdpAddress(text, SdpLine::Connection, audio);
    ASSERT_TRUE(own);
    EXPECT_EQ(own->address, ToAddress("10.1.0.10"));
    EXPECT_FALSE(FindSdpAddress(text, SdpLine::Connection, message.find("video")));
}

struct MediaRow
{
    const char* label;
    const char* line;
    SdpMediaKind kind;
    const char* port; ///< where it stands; of other kinds the kind and the port; null: no line
};

class SdpMediaLines : public ::testing::TestWithParam<MediaRow>
{
};

TEST_P(SdpMediaLines, Read)
{
    const std::string message = BEGIN + GetParam().line;
    const auto media = FindSdpMedia({message, Family::Ipv4}, 0);
    ASSERT_EQ(media.has_value(), GetParam().port != nullptr);
    if (media)
    {
        EXPECT_EQ(media->kind, GetParam().kind);
        EXPECT_EQ(message.substr(media->port.position, media->port.length), GetParam().port);
    }
}

const MediaRow MEDIA[] = {
    {"Audio", "m=audio 40000 RTP/AVP 0\r\n", SdpMediaKind::Audio, "40000"},
    {"Video", "m=video 40000/2 RTP/AVP 0\r\n", SdpMediaKind::Video, "40000"},
    {"Image", "m=image 4500 udptl t38", SdpMediaKind::Image, "4500"},
    {"NoPort", "m=audio x\r\n", SdpMediaKind::Audio, ""},
    {"Text", "m=text 40000 x\r\n", SdpMediaKind::Other, "text 40000"},
    {"Capitals", "m=AUDIO 40000 x\r\n", SdpMediaKind::Other, "AUDIO 40000"},
    {"LongerWord", "m=audios 40000 x\r\n", SdpMediaKind::Other, "audios 40000"},
    {"NoBlank", "m=audio\r\n", SdpMediaKind::Other, nullptr},
    {"Tab", "m=audio\t40000\r\n", SdpMediaKind::Other, nullptr},
    {"Indented", " m=audio 40000\r\n", SdpMediaKind::Other, nullptr},
    {"Nothing", "", SdpMediaKind::Other, nullptr},
};

INSTANTIATE_TEST_SUITE_P(Rows,
                         SdpMediaLines,
                         ::testing::ValuesIn(MEDIA),
                         [](const ::testing::TestParamInfo<MediaRow>& info) {
                             return info.param.label;
                         });

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
