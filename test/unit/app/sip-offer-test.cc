/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/app/local-address.h"
#include "model/app/sip/sip-offer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <ostream>
#include <string>

namespace ns3
{
namespace conntrack
{
namespace test
{
namespace
{

using ::testing::ElementsAre;
using ::testing::SizeIs;

constexpr const char* SESSION = "v=0\r\no=- 1 1 IN IP4 10.1.0.1\r\ns=-\r\n";
constexpr const char* CONNECTION = "c=IN IP4 10.1.0.1\r\n";
constexpr const char* TIMES = "t=0 0\r\n";
constexpr const char* AUDIO = "m=audio 4000 RTP/AVP 0\r\n";

/// @param media lines @return a description with an address of the session
std::string
With(const std::string& media)
{
    return std::string(SESSION) + CONNECTION + TIMES + media;
}

/// A body, and the stream that is taken.
struct TakenRow
{
    const char* label;
    std::string body;
    const char* address;
    uint16_t port;
    uint8_t payloadType;
    SdpDirection direction;
};

/// @param row a row @param out gets its label
void
PrintTo(const TakenRow& row, std::ostream* out)
{
    *out << row.label;
}

class SipOfferTaken : public ::testing::TestWithParam<TakenRow>
{
};

TEST_P(SipOfferTaken, IsUnderstood)
{
    const TakenRow& row = GetParam();
    const auto offer = ReadOffer(row.body);
    ASSERT_TRUE(offer);
    EXPECT_EQ(PrintHostAddress(HostOf(offer->place)), row.address);
    EXPECT_EQ(offer->place.port, row.port);
    EXPECT_EQ(offer->payloadType, row.payloadType);
    EXPECT_EQ(offer->direction, row.direction);
}

constexpr SdpDirection BOTH = SdpDirection::SendReceive;

INSTANTIATE_TEST_SUITE_P(
    Rows,
    SipOfferTaken,
    ::testing::Values(TakenRow{"Plain", With(AUDIO), "10.1.0.1", 4000, 0, BOTH},
                      TakenRow{"OwnAddress",
                               std::string(SESSION) + TIMES + AUDIO + "c=IN IP4 10.1.0.7\r\n",
                               "10.1.0.7",
                               4000,
                               0,
                               BOTH},
                      TakenRow{"Ipv6",
                               With(std::string(AUDIO) + "c=IN IP6 fd00::1\r\n"),
                               "fd00::1",
                               4000,
                               0,
                               BOTH},
                      TakenRow{"FirstTypeThatIsKnown",
                               With("m=audio 4000 RTP/AVP 18 8 0\r\n"),
                               "10.1.0.1",
                               4000,
                               8,
                               BOTH},
                      TakenRow{"BehindVideo",
                               With("m=video 4010 RTP/AVP 96\r\nm=audio 4000 RTP/AVP 0\r\n"),
                               "10.1.0.1",
                               4000,
                               0,
                               BOTH},
                      TakenRow{"BehindARefusedOne",
                               With("m=audio 0 RTP/AVP 0\r\nm=audio 4002 RTP/AVP 8\r\n"),
                               "10.1.0.1",
                               4002,
                               8,
                               BOTH},
                      TakenRow{"OnHold",
                               With(std::string(AUDIO) + "a=sendonly\r\n"),
                               "10.1.0.1",
                               4000,
                               0,
                               SdpDirection::SendOnly},
                      TakenRow{"InactiveSession",
                               std::string(SESSION) + CONNECTION + TIMES + "a=inactive\r\n" + AUDIO,
                               "10.1.0.1",
                               4000,
                               0,
                               SdpDirection::Inactive}),
    [](const auto& info) { return info.param.label; });

/// A body without a stream that is understood.
struct RefusedRow
{
    const char* label;
    std::string body;
};

/// @param row a row @param out gets its label
void
PrintTo(const RefusedRow& row, std::ostream* out)
{
    *out << row.label;
}

class SipOfferRefused : public ::testing::TestWithParam<RefusedRow>
{
};

TEST_P(SipOfferRefused, IsNone)
{
    EXPECT_FALSE(ReadOffer(GetParam().body));
}

INSTANTIATE_TEST_SUITE_P(
    Rows,
    SipOfferRefused,
    ::testing::Values(RefusedRow{"Empty", ""},
                      RefusedRow{"NoDescription", "hello"},
                      RefusedRow{"NoMedia", With("")},
                      RefusedRow{"NoAddress", std::string(SESSION) + TIMES + AUDIO},
                      RefusedRow{"OtherTypes", With("m=audio 4000 RTP/AVP 18 96\r\n")},
                      RefusedRow{"TypeOfTwoBytes", With("m=audio 4000 RTP/AVP 256\r\n")},
                      RefusedRow{"Encrypted", With("m=audio 4000 RTP/SAVP 0\r\n")},
                      RefusedRow{"VideoAlone", With("m=video 4000 RTP/AVP 0\r\n")},
                      RefusedRow{"PortZero", With("m=audio 0 RTP/AVP 0\r\n")}),
    [](const auto& info) { return info.param.label; });

/// @param port of the stream @return what an end says
SipMediaOffer
Said(uint16_t port, uint8_t payloadType = 0, SdpDirection direction = BOTH)
{
    return {EndpointAt(*ReadHostAddress("10.2.0.1"), port), payloadType, direction};
}

TEST(SipOfferTest, OfferIsReadAsItWasMade)
{
    const SipMediaOffer said = Said(4000, 8, SdpDirection::SendOnly);
    const SdpDescription description = MakeOffer(said, 3, 4);
    EXPECT_EQ(description.session, 3U);
    EXPECT_EQ(description.version, 4U);
    const auto read = ReadOffer(PrintSdp(description));
    ASSERT_TRUE(read);
    EXPECT_EQ(PrintHostAddress(HostOf(read->place)), "10.2.0.1");
    EXPECT_EQ(read->place.port, 4000);
    EXPECT_EQ(read->payloadType, 8);
    EXPECT_EQ(read->direction, SdpDirection::SendOnly);
}

TEST(SipOfferTest, AnswerHasAsManyStreams)
{
    const auto offer = ParseSdp(With("m=video 4010 RTP/AVP 96 97\r\nm=audio 4000 RTP/AVP 8 0\r\n"
                                     "m=audio 4002 RTP/AVP 0\r\nm=image 4004 udptl t38\r\n"));
    ASSERT_TRUE(offer);
    const SdpDescription answer = MakeAnswer(*offer, Said(6000, 8), 1, 1);
    ASSERT_THAT(answer.media, SizeIs(4));
    EXPECT_EQ(answer.media[0].kind, "video");
    EXPECT_EQ(answer.media[0].port, 0);
    EXPECT_THAT(answer.media[0].formats, ElementsAre("96", "97"));
    EXPECT_EQ(answer.media[1].port, 6000);
    EXPECT_THAT(answer.media[1].formats, ElementsAre("8"));
    EXPECT_EQ(answer.media[2].port, 0); // the first is enough
    EXPECT_EQ(answer.media[3].transport, "udptl");
    EXPECT_EQ(answer.media[3].port, 0);
}

/// What is offered, what the answer says, and without a wish for silence.
struct DirectionRow
{
    const char* label;
    SdpDirection offered;
    bool holds;
    SdpDirection answer;
};

/// @param row a row @param out gets its label
void
PrintTo(const DirectionRow& row, std::ostream* out)
{
    *out << row.label;
}

class SipOfferDirections : public ::testing::TestWithParam<DirectionRow>
{
};

TEST_P(SipOfferDirections, AreAnswered)
{
    const DirectionRow& row = GetParam();
    EXPECT_EQ(AnswerDirection(row.offered, row.holds), row.answer);
}

INSTANTIATE_TEST_SUITE_P(
    Rows,
    SipOfferDirections,
    ::testing::Values(
        DirectionRow{"Both", BOTH, false, BOTH},
        DirectionRow{"Held", SdpDirection::SendOnly, false, SdpDirection::ReceiveOnly},
        DirectionRow{"Listener", SdpDirection::ReceiveOnly, false, SdpDirection::SendOnly},
        DirectionRow{"Neither", SdpDirection::Inactive, false, SdpDirection::Inactive},
        DirectionRow{"BothHolding", BOTH, true, SdpDirection::SendOnly},
        DirectionRow{"HeldHolding", SdpDirection::SendOnly, true, SdpDirection::Inactive},
        DirectionRow{"ListenerHolding", SdpDirection::ReceiveOnly, true, SdpDirection::SendOnly},
        DirectionRow{"NeitherHolding", SdpDirection::Inactive, true, SdpDirection::Inactive}),
    [](const auto& info) { return info.param.label; });

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
