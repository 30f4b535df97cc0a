/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_TRACKER_TCP_TRACKER_H
#define CONNTRACK_TRACKER_TCP_TRACKER_H

#include "model/tracker/flow-tracker.h"

/**
 * @file
 * TCP: state table, window tracking, resets, reuse of ports, time-outs.
 *
 * Layer: tracker.
 * The state comes from tcp-step.h, numbers are judged in tcp-window.h; here both come together.
 * Source: RFC 9293, RFC 5961 (blind resets, challenge ACKs); decisions and numbers of Linux 6.18.
 */

namespace ns3
{
namespace conntrack
{

/**
 * The first segment of a connection: a SYN, or any with ACK if loose pick-up is on.
 * @param track set up for the connection
 * @param input the segment
 * @param settings the router's settings
 * @param timeouts the time-outs that hold for it
 * @return the result
 */
TrackResult TrackTcpFirst(TcpTrack& track,
                          const TrackInput& input,
                          const TrackerSettings& settings,
                          const Timeouts& timeouts);

/**
 * A segment of a known connection.
 * @param track its state
 * @param input the segment
 * @param settings the router's settings
 * @param timeouts the time-outs that hold for it
 * @return the result
 */
TrackResult TrackTcpNext(TcpTrack& track,
                         const TrackInput& input,
                         const TrackerSettings& settings,
                         const Timeouts& timeouts);

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_TRACKER_TCP_TRACKER_H
