/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_TEST_UNIT_PPTP_BUILDER_H
#define CONNTRACK_TEST_UNIT_PPTP_BUILDER_H

#include "model/wire/bytes.h"
#include "model/wire/pptp-message.h"

#include <string>

/**
 * @file
 * PPTP control messages for tests.
 *
 * Layer: test.
 * Source: RFC 2637 2.1 to 2.15.
 */

namespace ns3
{
namespace conntrack
{
namespace test
{

/// @param text bytes @param at where @param value is written there, in network order
inline void
PutU16(std::string& text, std::size_t at, uint16_t value)
{
    text.at(at) = static_cast<char>(value >> 8);
    text.at(at + 1) = static_cast<char>(value & 0xff);
}

/// @param kind of a message @return how long it is
inline std::size_t
PptpSize(PptpKind kind)
{
    switch (kind)
    {
    case PptpKind::StartRequest:
    case PptpKind::StartReply:
        return 156;
    case PptpKind::EchoReply:
        return 20;
    case PptpKind::OutgoingCallRequest:
        return 168;
    case PptpKind::OutgoingCallReply:
        return 32;
    case PptpKind::IncomingCallRequest:
        return 220;
    case PptpKind::IncomingCallReply:
    case PptpKind::SetLinkInfo:
        return 24;
    case PptpKind::IncomingCallConnected:
        return 28;
    case PptpKind::CallDisconnectNotify:
        return 148;
    case PptpKind::WanErrorNotify:
        return 40;
    default:
        return 16;
    }
}

/// What a message bears.
struct PptpFields
{
    uint16_t first{0};  ///< at byte 12: a call id, mostly
    uint16_t second{0}; ///< at byte 14: another one
    uint8_t result{1};  ///< where the kind has its result
};

/// @param kind of the message @param fields what it bears @return its bytes
inline std::string
PptpText(PptpKind kind, const PptpFields& fields = {})
{
    std::string text(PptpSize(kind), '\0');
    PutU16(text, 0, static_cast<uint16_t>(text.size()));
    PutU16(text, 2, 1);
    PutU16(text, 4, 0x1a2b);
    PutU16(text, 6, 0x3c4d);
    PutU16(text, 8, static_cast<uint16_t>(kind));
    PutU16(text, 12, fields.first);
    PutU16(text, 14, fields.second);
    const bool hasCallIds =
        kind == PptpKind::OutgoingCallReply || kind == PptpKind::IncomingCallReply;
    const std::size_t at = hasCallIds ? 16 : kind == PptpKind::StopReply ? 12 : 14;
    if (hasCallIds || kind == PptpKind::StartReply || kind == PptpKind::StopReply)
    {
        text[at] = static_cast<char>(fields.result);
    }
    return text;
}

/// @param text bytes @return a view of them
inline ByteView
ViewOf(const std::string& text)
{
    return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

} // namespace test
} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_TEST_UNIT_PPTP_BUILDER_H
