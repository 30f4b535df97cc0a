/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/app/sip/sip-offer.h"

#include "model/app/local-address.h"

#include <algorithm>

namespace ns3
{
namespace conntrack
{

namespace
{

constexpr uint8_t PCMU = 0; // RFC 3551 table 4
constexpr uint8_t PCMA = 8;

/// @return the type of a stream that is understood; none: it is refused
std::optional<uint8_t>
TypeOf(const SdpDescription& description, const SdpMedia& stream)
{
    if (stream.kind != "audio" || stream.transport != "RTP/AVP" || stream.port == 0 ||
        !description.PlaceOf(stream))
    {
        return std::nullopt;
    }
    for (const std::string& format : stream.formats)
    {
        const uint64_t type = ReadNumber(format, INT8_MAX).value_or(UINT64_MAX);
        if (type == PCMU || type == PCMA)
        {
            return static_cast<uint8_t>(type);
        }
    }
    return std::nullopt;
}

SdpMedia
StreamOf(const SipMediaOffer& offer)
{
    const std::string type = std::to_string(offer.payloadType);
    SdpMedia stream;
    stream.port = offer.place.port;
    stream.formats = {type};
    stream.attributes.push_back("rtpmap:" + type +
                                (offer.payloadType == PCMA ? " PCMA/8000" : " PCMU/8000"));
    stream.attributes.emplace_back(ToText(offer.direction));
    return stream;
}

SdpDescription
Frame(const SipMediaOffer& offer, uint64_t session, uint64_t version)
{
    SdpDescription description;
    description.session = session;
    description.version = version;
    description.origin = HostOf(offer.place);
    description.connection = description.origin;
    description.others.push_back({'t', "0 0"});
    return description;
}

} // namespace

SdpDescription
MakeOffer(const SipMediaOffer& offer, uint64_t session, uint64_t version)
{
    SdpDescription description = Frame(offer, session, version);
    description.media.push_back(StreamOf(offer));
    return description;
}

SdpDescription
MakeAnswer(const SdpDescription& offer,
           const SipMediaOffer& answer,
           uint64_t session,
           uint64_t version)
{
    SdpDescription description = Frame(answer, session, version);
    bool taken = false;
    for (const SdpMedia& stream : offer.media)
    {
        if (!taken && TypeOf(offer, stream))
        {
            taken = true;
            description.media.push_back(StreamOf(answer));
            continue;
        }
        SdpMedia refused; // RFC 3264 6: port zero, the rest as it was
        refused.kind = stream.kind;
        refused.transport = stream.transport;
        refused.formats = stream.formats;
        description.media.push_back(refused);
    }
    return description;
}

std::optional<SipMediaOffer>
ReadOffer(const std::string& body)
{
    const auto description = ParseSdp(body);
    if (!description)
    {
        return std::nullopt;
    }
    for (const SdpMedia& stream : description->media)
    {
        if (const auto type = TypeOf(*description, stream))
        {
            return SipMediaOffer{EndpointAt(*description->PlaceOf(stream), stream.port),
                                 *type,
                                 description->DirectionOf(stream)};
        }
    }
    return std::nullopt;
}

SdpDirection
AnswerDirection(SdpDirection offered, bool holds)
{
    const bool sends = Receives(offered); // what they take may be sent
    const bool receives = Sends(offered) && !holds;
    return sends ? (receives ? SdpDirection::SendReceive : SdpDirection::SendOnly)
                 : (receives ? SdpDirection::ReceiveOnly : SdpDirection::Inactive);
}

bool
Sends(SdpDirection direction)
{
    return direction == SdpDirection::SendReceive || direction == SdpDirection::SendOnly;
}

bool
Receives(SdpDirection direction)
{
    return direction == SdpDirection::SendReceive || direction == SdpDirection::ReceiveOnly;
}

} // namespace conntrack
} // namespace ns3
