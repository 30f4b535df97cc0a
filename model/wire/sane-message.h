/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_WIRE_SANE_MESSAGE_H
#define CONNTRACK_WIRE_SANE_MESSAGE_H

#include "model/wire/bytes.h"

#include <cstdint>
#include <optional>

/**
 * @file
 * The request and the reply with which a SANE scan begins.
 *
 * Layer: wire.
 * Shape: pure functions of a segment's payload; nothing is kept.
 * Units and byte order: ports in host order.
 * Errors: none for what is no such message; content never asserts.
 * Source: SANE standard 1.06, 5.1 (words of four bytes in network order) and 5.2.9
 * (SANE_NET_START).
 */

namespace ns3
{
namespace conntrack
{

/// Requests that have no more than their code and the handle of a device are so long.
constexpr std::size_t SANE_REQUEST_BYTES = 8;

/**
 * @param segment a payload of SANE_REQUEST_BYTES
 * @return whether it is SANE_NET_START
 */
inline bool
IsSaneStart(ByteView segment)
{
    constexpr uint32_t NET_START = 7;
    return segment.size == SANE_REQUEST_BYTES && ReadU32(segment.data) == NET_START;
}

/**
 * @param segment the payload of the answer to SANE_NET_START
 * @return the port at which the server sends the image; none: it failed, or is cut or nonsense
 */
inline std::optional<uint16_t>
ReadSaneStartReply(ByteView segment)
{
    constexpr std::size_t SHORTEST = 8; // status and port; byte order and resource follow
    constexpr std::size_t PORT_AT = 4;
    constexpr uint32_t GOOD = 0;
    if (segment.size < SHORTEST || ReadU32(segment.data) != GOOD)
    {
        return std::nullopt;
    }
    const uint32_t port = ReadU32(segment.data + PORT_AT);
    return port > UINT16_MAX ? std::nullopt : std::optional(static_cast<uint16_t>(port));
}

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_WIRE_SANE_MESSAGE_H
