/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_TRACKER_UDP_TRACKER_H
#define CONNTRACK_TRACKER_UDP_TRACKER_H

#include "model/tracker/flow-tracker.h"

/**
 * @file
 * UDP and UDP-Lite: flows without states, short while unanswered, longer as a stream.
 *
 * Layer: tracker.
 * A UDP flow is a stream (long time-out, assured) if it still has packets two seconds after its
 * first one; a query and its answer are none. UDP-Lite has no such rule: any answer makes it one.
 * Source: RFC 768, RFC 3828; decisions of Linux 6.18.
 */

namespace ns3
{
namespace conntrack
{

/**
 * Verify length and checksum of a UDP packet. A zero checksum is none, in IPv6 too (as in Linux).
 * @param packet the packet
 * @param settings the router's settings
 * @return None, or what is wrong
 */
InvalidReason VerifyUdp(const PacketView& packet, const TrackerSettings& settings);

/**
 * Verify coverage and checksum of a UDP-Lite packet, with Linux's mistakes: the pseudo-header bears
 * UDP's protocol number and, in IPv4, only the low eight bits of the length.
 * @param packet the packet
 * @param settings the router's settings
 * @return None, or what is wrong
 */
InvalidReason VerifyUdpLite(const PacketView& packet, const TrackerSettings& settings);

/**
 * A packet of a UDP flow, the first or a later one (status tells an answered flow).
 * @param track the flow's state
 * @param input the packet, verified
 * @param settings the router's settings
 * @param timeouts the time-outs that hold for it
 * @return the result
 */
TrackResult TrackUdp(const UdpTrack& track,
                     const TrackInput& input,
                     const TrackerSettings& settings,
                     const Timeouts& timeouts);

/**
 * Set up a UDP flow.
 * @param now point in time of its first packet
 * @return its state
 */
UdpTrack BeginUdp(Nanos now);

/**
 * A packet of a UDP-Lite flow, the first or a later one.
 * @param input the packet, verified
 * @param timeouts the time-outs that hold for it
 * @return the result
 */
TrackResult TrackUdpLite(const TrackInput& input, const Timeouts& timeouts);

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_TRACKER_UDP_TRACKER_H
