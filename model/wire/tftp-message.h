/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_WIRE_TFTP_MESSAGE_H
#define CONNTRACK_WIRE_TFTP_MESSAGE_H

#include "model/wire/bytes.h"

#include <cstdint>

/**
 * @file
 * What kind of TFTP message a datagram is.
 *
 * Layer: wire.
 * Shape: one pure function of a datagram's payload; nothing is kept.
 * Errors: content never asserts; what is too short to have a kind is no request.
 * Source: RFC 1350 5, RFC 2347 (a request may have options; they are not looked at).
 */

namespace ns3
{
namespace conntrack
{

/**
 * @param datagram the payload of one datagram
 * @return whether it begins as a read or write request does; the rest is not looked at, as in Linux
 */
inline bool
IsTftpRequest(ByteView datagram)
{
    constexpr uint16_t READ_REQUEST = 1;
    constexpr uint16_t WRITE_REQUEST = 2;
    constexpr std::size_t OPCODE_BYTES = 2;
    if (datagram.size < OPCODE_BYTES)
    {
        return false;
    }
    const uint16_t opcode = ReadU16(datagram.data);
    return opcode == READ_REQUEST || opcode == WRITE_REQUEST;
}

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_WIRE_TFTP_MESSAGE_H
