/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_TRACKER_SCTP_TRACKER_H
#define CONNTRACK_TRACKER_SCTP_TRACKER_H

#include "model/tracker/flow-tracker.h"

/**
 * @file
 * SCTP: the association's state by its chunks, and the verification tags of both ends.
 *
 * Layer: tracker.
 * Each chunk of a packet is a step of the state machine; one that has no place refuses the packet,
 * though the steps before it stay done (as in Linux). A path of a multi-homed association may begin
 * with a HEARTBEAT, whose tag is then believed.
 * Source: RFC 9260 3.2 (chunks), 4 (states), 8.4 and 8.5 (tags); decisions of Linux 6.18.
 */

namespace ns3
{
namespace conntrack
{

/**
 * The first packet of an association, or of a path of one.
 * @param track set up for the association
 * @param input the packet
 * @param settings the router's settings
 * @param timeouts the time-outs that hold for it
 * @return the result
 */
TrackResult TrackSctpFirst(SctpTrack& track,
                           const TrackInput& input,
                           const TrackerSettings& settings,
                           const Timeouts& timeouts);

/**
 * A packet of a known association.
 * @param track its state
 * @param input the packet
 * @param settings the router's settings
 * @param timeouts the time-outs that hold for it
 * @return the result; a refusal may bear events and status bits of the chunks before
 */
TrackResult TrackSctpNext(SctpTrack& track,
                          const TrackInput& input,
                          const TrackerSettings& settings,
                          const Timeouts& timeouts);

/**
 * @param state an association's state
 * @return whether it is closing, so that early drop may take it though it is assured
 */
bool IsSctpClosing(SctpState state);

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_TRACKER_SCTP_TRACKER_H
