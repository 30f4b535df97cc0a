/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_WIRE_SIP_MESSAGE_H
#define CONNTRACK_WIRE_SIP_MESSAGE_H

#include "model/wire/sip-header.h"

/**
 * @file
 * What a SIP message is: request or response, of which method, with which number, and where it ends
 * within a TCP segment.
 *
 * Layer: wire.
 * Shape: pure functions of the message; nothing is kept or allocated.
 * Units: positions and lengths count from the message's first byte.
 * Errors: values; content never asserts, nothing is read past the message.
 * Source: RFC 3261 7.1, 7.2, 18.3 (Content-Length delimits messages in a stream), 20.16.
 */

namespace ns3
{
namespace conntrack
{

/// Shorter ones are none: "SIP/2.0 200".
constexpr std::size_t SHORTEST_SIP_MESSAGE = 11;

/// Methods that open or close doors; others pass unread.
enum class SipMethod : uint8_t
{
    Invite,
    Update,
    Ack,
    Prack,
    Bye,
    Register,
    Other,
};

/// @param text a message @return whether it is a response
bool IsSipResponse(std::string_view text);

/// @param text a request @return its method
SipMethod ReadSipMethod(std::string_view text);

/// @param text a response @return its status code; 0: none
uint32_t ReadSipStatus(std::string_view text);

/// What stands in CSeq (RFC 3261 20.16).
struct SipSequence
{
    SipSearch search{SipSearch::Absent};
    bool isNumber{false};               ///< else what is there is too large
    uint32_t number{0};                 ///< if it is one
    SipMethod method{SipMethod::Other}; ///< which request a response answers
};

/// @param message in which @return its CSeq
SipSequence FindSipSequence(const SipText& message);

/**
 * @param message a request
 * @return the address that it goes to; none: it names none
 */
std::optional<SipUri> FindSipRequestUri(const SipText& message);

/// What a segment begins with.
enum class SipFraming : uint8_t
{
    Unknown, ///< no message whose length can be told
    Partial, ///< a message that ends in a later segment
    Whole,
};

/// The message at the begin of a segment, or of what is left of one.
struct SipFrame
{
    SipFraming framing{SipFraming::Unknown};
    std::size_t length{0}; ///< of a whole message
};

/// @param segment what is left of it @return the message that it begins with
SipFrame FrameSipMessage(const SipText& segment);

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_WIRE_SIP_MESSAGE_H
