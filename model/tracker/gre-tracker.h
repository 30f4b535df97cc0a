/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_TRACKER_GRE_TRACKER_H
#define CONNTRACK_TRACKER_GRE_TRACKER_H

#include "model/tracker/timeouts.h"
#include "model/tracker/tracker.h"
#include "model/tracker/tracks.h"

#include <array>
#include <cstring>
#include <map>
#include <optional>

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
/// Shape: ordered by what a packet tells; of equal ones the oldest counts, as in Linux.
class GreKeyMap
{
  public:
    /**
     * @param owner of the call; it can have one
     * @param direction of it
     * @param tuple of that direction: addresses, the sender's call id as source port, the
     *        receiver's as destination port
     * @return whether it is there now: not if the owner has another call's for this direction
     */
    bool Add(uint32_t owner, Direction direction, const Tuple& tuple);

    /// @param owner whose call has ended, if it had one
    void RemoveOf(uint32_t owner);

    /**
     * @param tuple of a packet, its source port not known
     * @return the call id of its sender; 0 if nobody told
     */
    uint16_t SourceKeyFor(const Tuple& tuple) const;

    /// @return how many directions of calls it knows
    std::size_t Size() const
    {
        return m_keys.size();
    }

  private:
    struct ByBytes
    {
        bool operator()(const Tuple& a, const Tuple& b) const
        {
            return std::memcmp(&a, &b, sizeof(Tuple)) < 0;
        }
    };

    /// The sender's call ids, by what a packet tells.
    using Keys = std::multimap<Tuple, uint16_t, ByBytes>;

    Keys m_keys;
    std::map<uint32_t, std::array<std::optional<Keys::iterator>, 2>> m_owners; ///< by direction
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
