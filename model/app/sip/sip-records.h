/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_APP_SIP_SIP_RECORDS_H
#define CONNTRACK_APP_SIP_SIP_RECORDS_H

#include "model/app/rtp/rtp-session.h"
#include "model/app/sip/sip-sockets.h"
#include "model/wire/sip-dialogue.h"

#include "ns3/address.h"
#include "ns3/nstime.h"

#include <cstdint>
#include <string>

/**
 * @file
 * What SIP's user agents and proxies tell: the arguments of their trace sources.
 *
 * Layer: app.
 * Shape: values; a copy may be kept.
 * Units: simulated time.
 */

namespace ns3
{
namespace conntrack
{

/// What became of a call, as far as this end of it can tell.
enum class SipFate : uint8_t
{
    Completed,   ///< answered, media came, and an end hung up
    OneWay,      ///< answered, and by RTCP one of the ends heard the other, not both
    NoMedia,     ///< answered, and this end heard nothing, nor knows that the other did
    Refused,     ///< the callee or a proxy said no, SipCall::code: 486 busy, 480 no answer, 404 ...
    Cancelled,   ///< the caller gave up before the answer
    TimedOut,    ///< nobody answered the INVITE, or nobody acknowledged the answer
    Unreachable, ///< there is no route, the connection could not be opened, or no port was free
    PeerLost,    ///< answered, and later the other end did not answer any more
    Violation,   ///< the other end sent what SIP does not allow, or no media that both know
};

/// How many fates there are.
constexpr std::size_t SIP_FATES = 9;

/// A call that has ended, at one of its ends.
struct SipCallRecord
{
    uint32_t number{0};               ///< at this application, from 0
    bool outgoing{false};             ///< this end called
    std::string callId;               ///< the same at both ends
    std::string localUri;             ///< of this end: From, or To of a call that came
    std::string remoteUri;            ///< of the other end
    SipFate fate{SipFate::Completed}; ///< how it ended
    uint16_t code{0};                 ///< of the INVITE's final response; 0: none
    bool hungUpHere{false};           ///< answered, and this end sent the BYE
    uint32_t holds{0};                ///< times that this end put the other on hold
    RtpReport media;                  ///< at this end; answered calls alone
    Time begin;                       ///< the INVITE was sent, or came
    Time ringing;                     ///< the first 18x; zero: none
    Time answered;                    ///< the 200; zero: none
    Time end;                         ///< when it ended
};

/// What happened to a registration, at a user agent or at the registrar.
enum class SipRegistrationEvent : uint8_t
{
    Registered,  ///< for the first time, or again after it was lost
    Refreshed,   ///< again, in time
    Removed,     ///< the user agent took it back
    Expired,     ///< registrar: it was not refreshed
    Refused,     ///< by the registrar, with SipRegistrationRecord::code
    TimedOut,    ///< user agent: nobody answered
    Unreachable, ///< user agent: it could not be sent
};

/// An event of a registration.
struct SipRegistrationRecord
{
    SipRegistrationEvent event{SipRegistrationEvent::Registered}; ///< what happened
    std::string record;  ///< address of record, "sip:ada@example.org"
    std::string contact; ///< where that user is
    uint16_t code{0};    ///< of the response; 0: none
    Time lifetime;       ///< that was granted
    Time time;           ///< when
};

/// A message that was sent or came.
struct SipMessageRecord
{
    bool sent{false};                          ///< by this element
    bool again{false};                         ///< a transaction sent it before
    SipTransport transport{SipTransport::Udp}; ///< by which it went
    ns3::Address peer;                         ///< its other end
    SipPacket message;                         ///< as it was sent or came
    Time time;                                 ///< when
};

/// A limit that was met.
struct SipLimitRecord
{
    SipLimit limit{SipLimit::Malformed}; ///< which one
    ns3::Address peer;                   ///< whose message met it
    Time time;                           ///< when
};

/// @param value one of them @return its name, as in the enumeration
const char* ToString(SipFate value);
/// @param value one of them @return its name, as in the enumeration
const char* ToString(SipRegistrationEvent value);
/// @param value one of them @return its name, as in the enumeration
const char* ToString(SipLimit value);

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_APP_SIP_SIP_RECORDS_H
