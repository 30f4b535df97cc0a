/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_RULESET_PACKET_LOG_H
#define CONNTRACK_RULESET_PACKET_LOG_H

#include "model/table/tracked-packet.h"
#include "model/wire/bytes.h"

#include <cstdint>
#include <string>

/**
 * @file
 * A packet in one line of the kernel log: "IN=cli OUT=srv MAC=... SRC=... DST=... PROTO=UDP ...".
 *
 * Layer: ruleset.
 * Errors: what is cut is said so in the line (INCOMPLETE, TRUNCATED).
 * Source: recordings rules-log and tcp-x-log-invalid (kernel 6.18); nft(8), "Log statement".
 * Differs: no UID and GID of a local sender.
 */

namespace ns3
{
namespace conntrack
{

/// Bits of what a line tells beside the rest (nft: `log flags`).
namespace log_flag
{
constexpr uint8_t TCP_SEQUENCE = 1 << 0;
constexpr uint8_t TCP_OPTION_BYTES = 1 << 1;
constexpr uint8_t IP_OPTION_BYTES = 1 << 2;
constexpr uint8_t ETHER = 1 << 3; ///< the link-layer header in words
constexpr uint8_t ALL = 0x0f;
} // namespace log_flag

/// A `log` statement.
struct LogSetup
{
    std::string prefix;
    int level{4};     ///< as in syslog; 4 is a warning
    uint8_t flags{0}; ///< bits of namespace log_flag
};

/**
 * @param setup prefix and flags
 * @param packet the packet, with its devices
 * @param link its link-layer header; empty: none is known
 * @return the line; like the kernel's, it ends in a blank
 */
std::string FormatPacketLog(const LogSetup& setup, const TrackedPacket& packet, ByteView link);

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_RULESET_PACKET_LOG_H
