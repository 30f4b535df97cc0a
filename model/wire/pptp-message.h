/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_WIRE_PPTP_MESSAGE_H
#define CONNTRACK_WIRE_PPTP_MESSAGE_H

#include "model/wire/bytes.h"

#include <cstddef>
#include <cstdint>
#include <optional>

/**
 * @file
 * The control message at the begin of a PPTP segment.
 *
 * Layer: wire.
 * Shape: one pure function of a segment's payload; nothing is kept.
 * Units and byte order: positions count bytes from the payload's first; call ids in host order.
 * Errors: no value for what is no control message, or too short for its kind; content never
 * asserts. The length that a message gives of itself is not looked at, as in Linux.
 * Source: RFC 2637 2.1 to 2.15.
 *
 * A message follows another one in the same segment, or begins in the middle of one: both stay
 * unread, as in Linux.
 */

namespace ns3
{
namespace conntrack
{

/// Control messages, RFC 2637 1.4. PAC: access concentrator (server), PNS: network server (client).
enum class PptpKind : uint16_t
{
    StartRequest = 1,
    StartReply = 2,
    StopRequest = 3,
    StopReply = 4,
    EchoRequest = 5,
    EchoReply = 6,
    OutgoingCallRequest = 7,
    OutgoingCallReply = 8,
    IncomingCallRequest = 9,
    IncomingCallReply = 10,
    IncomingCallConnected = 11,
    CallClearRequest = 12,
    CallDisconnectNotify = 13,
    WanErrorNotify = 14,
    SetLinkInfo = 15,
};

/// Where both kinds of call ids stand, if they do: the sender's first, or the receiver's alone.
constexpr std::size_t PPTP_CALL_ID_AT = 12;
/// Where the receiver's stands behind the sender's.
constexpr std::size_t PPTP_PEER_CALL_ID_AT = 14;

/// A control message, as far as a helper reads it.
struct PptpMessage
{
    PptpKind kind{PptpKind::EchoRequest};
    uint8_t result{0};              ///< of replies; 1: done, RFC 2637 2.2, 2.4, 2.8; 0: 2.10
    std::optional<uint16_t> callId; ///< the sender's of the call
    std::optional<uint16_t> peerId; ///< the receiver's of the call
    std::size_t peerIdAt{0};        ///< where that stands
};

/**
 * @param payload of a TCP segment
 * @return the message that it begins with; none: no control message of RFC 2637, or a cut one
 */
std::optional<PptpMessage> ReadPptpMessage(ByteView payload);

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_WIRE_PPTP_MESSAGE_H
