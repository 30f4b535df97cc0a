/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_STACK_INVALID_LOG_H
#define CONNTRACK_STACK_INVALID_LOG_H

#include "model/table/tracked-packet.h"
#include "model/tracker/tracker.h"

#include <string>

/**
 * @file
 * The line that sysctl nf_conntrack_log_invalid asks for.
 *
 * Layer: stack.
 * Source: recordings tcp-x-log-invalid, icmp-x-odd, ip-x-udp (kernel 6.18).
 * Differs: what Linux says of a TCP window comes without its numbers, and where we know no text of
 * Linux's the reason's name stands.
 */

namespace ns3
{
namespace conntrack
{

/**
 * @param packet an invalid packet
 * @param reason why it is invalid
 * @return the line for the kernel log
 */
std::string InvalidLogLine(const TrackedPacket& packet, InvalidReason reason);

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_STACK_INVALID_LOG_H
