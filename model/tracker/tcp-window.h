/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_TRACKER_TCP_WINDOW_H
#define CONNTRACK_TRACKER_TCP_WINDOW_H

#include "model/tracker/flow-tracker.h"
#include "model/tracker/tcp-segment.h"

/**
 * @file
 * TCP window tracking: may this segment come from the end that it claims to come from?
 *
 * Layer: tracker.
 * The router knows what each end sent and what the other acknowledged, so it knows what each may
 * send. With s the sender, r the receiver of a segment, a segment is inside if
 *
 *     I    seq  <= s.maxEnd                      not past the window that r granted
 *     II   end  >= s.end - r.maxWindow           not older than r's window
 *     III  sack <= r.end                         acknowledges no data that was not sent
 *     IV   sack >= r.end - max(s.maxWindow, 66000)  no acknowledgement from long ago
 *
 * where sack is the highest number that it acknowledges, selectively or not. III and IV hold for
 * segments without ACK. After it, if it is inside,
 *
 *     V    s.end       = max(s.end, end)
 *     VI   s.maxWindow = max(s.maxWindow, win + sack - ack)
 *     VII  r.maxEnd    = max(r.maxEnd, sack + max(win, 1))
 *     VIII r.maxWindow += end - s.maxEnd, if it ended past what r granted
 *
 * Source: Guido van Rooij, "Real Stateful TCP Packet Filtering in IP Filter" (2001), 3 (I to IV),
 * 4 (V to VII); RFC 7323 (window scale); and the decisions of Linux about what is outside: past the
 * window by at most a window, and old, passes unjudged.
 */

namespace ns3
{
namespace conntrack
{

/// What window tracking says of a segment.
enum class WindowVerdict : uint8_t
{
    Inside,  ///< it is of this connection (or nobody may say otherwise: be liberal)
    Ignored, ///< let it pass, it changes nothing: old, or a little more than was granted
    Outside, ///< refuse it
};

/**
 * Judge a segment and, if it is inside, note what it says.
 * @param track the connection's; its state is still that before the segment
 * @param segment the segment
 * @param input where it goes and how NAT shifts what it acknowledges
 * @param settings the router's settings
 * @return the verdict
 */
WindowVerdict CheckWindow(TcpTrack& track,
                          const TcpSegment& segment,
                          const TrackInput& input,
                          const TrackerSettings& settings);

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_TRACKER_TCP_WINDOW_H
