/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_APP_SIP_SIP_OFFER_H
#define CONNTRACK_APP_SIP_SIP_OFFER_H

#include "model/app/tcp-endpoint.h"
#include "model/wire/sdp-description.h"

#include <cstdint>
#include <optional>
#include <string>

/**
 * @file
 * Offers and answers: how the two ends of a call agree on one stream of audio.
 *
 * Layer: app.
 * Shape: functions of descriptions.
 * Source: RFC 3264; RFC 3551 table 4 (payload types).
 */

namespace ns3
{
namespace conntrack
{

/// What one end says of its stream.
struct SipMediaOffer
{
    Endpoint place;         ///< where it takes packets
    uint8_t payloadType{0}; ///< 0 PCMU, 8 PCMA
    SdpDirection direction{SdpDirection::SendReceive};
};

/// @param offer what to say @param session a number of it @param version greater after each change
/// @return a description with one stream
SdpDescription MakeOffer(const SipMediaOffer& offer, uint64_t session, uint64_t version);

/**
 * Answer: the first stream of audio that is understood is taken, the others are refused.
 * @param offer of the other end
 * @param answer what this end says of it
 * @param session a number of it
 * @param version greater after each change
 * @return a description with as many streams
 */
SdpDescription MakeAnswer(const SdpDescription& offer,
                          const SipMediaOffer& answer,
                          uint64_t session,
                          uint64_t version);

/// @param body of an offer or answer @return its first stream of audio that is G.711, with the
/// first of its types that is; none: it is no description, or has none
std::optional<SipMediaOffer> ReadOffer(const std::string& body);

/// @param offered by the other end @param holds whether this end wants silence, too
/// @return the direction to answer (RFC 3264 6.1)
SdpDirection AnswerDirection(SdpDirection offered, bool holds);

/// @param direction said by an end @return whether that end sends
bool Sends(SdpDirection direction);

/// @param direction said by an end @return whether that end receives
bool Receives(SdpDirection direction);

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_APP_SIP_SIP_OFFER_H
