/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_TRACKER_GRE_TRACKER_H
#define CONNTRACK_TRACKER_GRE_TRACKER_H

#include "model/tracker/timeouts.h"
#include "model/tracker/tracker.h"
#include "model/tracker/tracks.h"

#include <vector>

/**
 * @file
 * GRE: plain GRE by its addresses alone, PPTP's GRE by its call ids.
 *
 * Layer: tracker.
 * An enhanced GRE packet bears only its receiver's call id; which id the sender has, the PPTP
 * helper knows from the control connection and writes into the key map.
 * Source: RFC 2784, RFC 2637 4.1 (enhanced GRE, version 1); decisions of Linux 6.18.
 */

namespace ns3
{
namespace conntrack
{

/// What the PPTP helper knows of call ids: a router has one.
/// Shape: a few entries, searched in the order they came in.
class GreKeyMap
{
  public:
    /**
     * @param tuple of a direction of a call: addresses, the sender's call id as source port, the
     *        receiver's as destination port; zone 0
     */
    void Add(const Tuple& tuple);

    /**
     * Take one entry out.
     * @param tuple as it was added
     * @return whether it was there
     */
    bool Remove(const Tuple& tuple);

    /**
     * @param tuple of a packet, its source port not known
     * @return the call id of its sender; 0 if nobody told
     */
    uint16_t SourceKeyFor(const Tuple& tuple) const;

  private:
    std::vector<Tuple> m_calls;
};

/**
 * @param packet a GRE packet, perhaps a quoted one
 * @param keys the router's key map; none: no call is known
 * @return its tuple: keys 0 unless it is enhanced GRE; none if that does not carry PPP
 */
std::optional<Tuple> GreTupleOf(const PacketView& packet, const GreKeyMap* keys);

/**
 * Set up a GRE flow.
 * @param timeouts the time-outs that hold for it, now and later
 * @return its state
 */
GreTrack BeginGre(const Timeouts& timeouts);

/**
 * A packet of a GRE flow, the first or a later one; an answer makes it a stream.
 * @param track the flow's state
 * @param input the packet
 * @return the result
 */
TrackResult TrackGre(const GreTrack& track, const TrackInput& input);

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_TRACKER_GRE_TRACKER_H
