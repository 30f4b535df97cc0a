/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_PROTOCOL_SIP_MEDIA_H
#define CONNTRACK_PROTOCOL_SIP_MEDIA_H

#include "model/protocol/sip-passage.h"

/**
 * @file
 * Media of SIP calls: expected where session descriptions announce them, given up when calls end.
 *
 * Layer: protocol.
 * Shape: functions of a message; the expectations are in the connection's list.
 * Source: RFC 3264, RFC 3550 11 (RTP at an even port, RTCP at the next), RFC 4566; how many lines
 * count, and which addresses, is Linux's.
 *
 *     INVITE of 10.1.0.10 to 10.2.0.10 with     c=IN IP4 10.1.0.10, m=audio 40000 RTP/AVP 0
 *     expected: 10.2.0.10, any port -> 10.1.0.10, ports 40000 and 40001; class audio, 180 s
 *
 * Of a description the first three lines of audio, video or image with a port are read. An odd
 * port is rounded down. Port 0 and a third host's address are left alone. The same media, expected
 * by another connection of the helper's, are not expected twice; if both have NAT, they are
 * announced as that one's client announced them: both are on one side of the router.
 */

namespace ns3
{
namespace conntrack
{

/**
 * Expect what a session description announces; the message need not have one.
 * @param passage the message
 * @param settings of the helper
 * @return Drop, with a line for the log, if it cannot be read or expected
 */
HelperVerdict ExpectSipMedia(SipPassage& passage, const SipSettings& settings);

/// Expect no media any more. @param passage a message of the connection
void EndSipMedia(const SipPassage& passage);

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_PROTOCOL_SIP_MEDIA_H
