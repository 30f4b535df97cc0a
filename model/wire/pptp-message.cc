/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/wire/pptp-message.h"

#include <array>

namespace ns3
{
namespace conntrack
{

namespace
{

// RFC 2637 2.1: what all messages begin with.
constexpr std::size_t TYPE_AT = 2;
constexpr std::size_t COOKIE_AT = 4;
constexpr std::size_t KIND_AT = 8;
constexpr std::size_t HEADER = 12;
constexpr uint16_t CONTROL_MESSAGE = 1;
constexpr uint32_t MAGIC_COOKIE = 0x1a2b3c4d;

constexpr std::size_t NOWHERE = 0;

/// Of a kind of messages.
struct Layout
{
    std::size_t size; ///< of the whole message
    std::size_t callIdAt;
    std::size_t peerIdAt;
    std::size_t resultAt;
};

/// RFC 2637 2.1 to 2.15, in the order of their numbers, which begin at 1.
constexpr std::array<Layout, 15> LAYOUTS{{
    {156, NOWHERE, NOWHERE, NOWHERE},                // Start request
    {156, NOWHERE, NOWHERE, 14},                     // and reply
    {16, NOWHERE, NOWHERE, NOWHERE},                 // Stop request
    {16, NOWHERE, NOWHERE, 12},                      // and reply
    {16, NOWHERE, NOWHERE, NOWHERE},                 // Echo request
    {20, NOWHERE, NOWHERE, NOWHERE},                 // and reply
    {168, PPTP_CALL_ID_AT, NOWHERE, NOWHERE},        // Outgoing call request
    {32, PPTP_CALL_ID_AT, PPTP_PEER_CALL_ID_AT, 16}, // and reply
    {220, PPTP_CALL_ID_AT, NOWHERE, NOWHERE},        // Incoming call request,
    {24, PPTP_CALL_ID_AT, PPTP_PEER_CALL_ID_AT, 16}, // reply,
    {28, NOWHERE, PPTP_CALL_ID_AT, NOWHERE},         // and connected
    {16, PPTP_CALL_ID_AT, NOWHERE, NOWHERE},         // Call clear request
    {148, PPTP_CALL_ID_AT, NOWHERE, NOWHERE},        // Call disconnect notify
    {40, NOWHERE, PPTP_CALL_ID_AT, NOWHERE},         // WAN error notify
    {24, NOWHERE, PPTP_CALL_ID_AT, NOWHERE},         // Set link info
}};

std::optional<uint16_t>
IdAt(ByteView payload, std::size_t at)
{
    return at == NOWHERE ? std::nullopt : std::optional<uint16_t>(ReadU16(payload.data + at));
}

} // namespace

std::optional<PptpMessage>
ReadPptpMessage(ByteView payload)
{
    if (payload.size < HEADER || ReadU16(payload.data + TYPE_AT) != CONTROL_MESSAGE ||
        ReadU32(payload.data + COOKIE_AT) != MAGIC_COOKIE)
    {
        return std::nullopt;
    }
    const uint16_t kind = ReadU16(payload.data + KIND_AT);
    if (kind == 0 || kind > LAYOUTS.size() || payload.size < LAYOUTS[kind - 1].size)
    {
        return std::nullopt;
    }
    const Layout& layout = LAYOUTS[kind - 1];
    PptpMessage message;
    message.kind = static_cast<PptpKind>(kind);
    message.result = layout.resultAt == NOWHERE ? 0 : payload.data[layout.resultAt];
    message.callId = IdAt(payload, layout.callIdAt);
    message.peerId = IdAt(payload, layout.peerIdAt);
    message.peerIdAt = layout.peerIdAt;
    return message;
}

} // namespace conntrack
} // namespace ns3
