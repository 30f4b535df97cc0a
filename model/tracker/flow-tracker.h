/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_TRACKER_FLOW_TRACKER_H
#define CONNTRACK_TRACKER_FLOW_TRACKER_H

#include "model/tracker/timeouts.h"
#include "model/tracker/tracker.h"
#include "model/tracker/tracks.h"

#include <optional>
#include <variant>

/**
 * @file
 * The one door to all protocol trackers: tuple of a packet, inverse of a tuple, next state.
 *
 * Layer: tracker.  It chooses by IP protocol number; each protocol's rules are in its own file.
 */

namespace ns3
{
namespace conntrack
{

class GreKeyMap;

/// Settings of the trackers, one a router: sysctls and what differs between kernels.
struct TrackerSettings
{
    bool verifyChecksums{true};      ///< nf_conntrack_checksum (and the simulation has checksums)
    bool tcpLoose{true};             ///< nf_conntrack_tcp_loose
    bool tcpBeLiberal{false};        ///< nf_conntrack_tcp_be_liberal
    bool tcpIgnoreInvalidRst{false}; ///< nf_conntrack_tcp_ignore_invalid_rst
    uint8_t tcpMaxRetrans{3};        ///< nf_conntrack_tcp_max_retrans
    bool tcpStrictWindow{false}; ///< profile: 5.10 refuses data just beyond the window and old data
    bool udpStreamAtOnce{false}; ///< profile: 3.9 has no two-second rule
    bool sctpHeartbeatAcked{false}; ///< profile: kernels before 6.3 know HEARTBEAT_ACKED
    const GreKeyMap* greKeys{
        nullptr}; ///< the router's, which the PPTP helper fills; none: no calls
};

/// An ICMP error: it has no connection of its own but concerns that of the packet it quotes.
struct QuotedFlow
{
    /// Tuple of the quoted packet as it was sent (not inverted); its zone is not set.
    Tuple tuple;
    PacketView quoted; ///< the quoted packet, usually cut
};

/// Never tracked (neighbor discovery, multicast listener reports): passes as untracked.
struct NotTracked
{
};

/// What a packet is to connection tracking: of a flow, an error about one, untracked, or refused.
using Classification = std::variant<Tuple, QuotedFlow, NotTracked, InvalidReason>;

/**
 * Find what a packet is, before any table is asked. ICMP is verified here (length, checksum, type);
 * other protocols by TrackFirst and TrackNext, for so does Linux: a first packet with a wrong
 * checksum uses up the expectation that it matches.
 * @param packet the packet; no fragment. Checksums are verified only if it is whole
 * @param settings the router's settings
 * @return its tuple (zone 0), the flow an ICMP error quotes, that it is not tracked, or why it is
 *         invalid
 */
Classification Classify(const PacketView& packet, const TrackerSettings& settings);

/**
 * @param packet a packet, perhaps a quoted one; no later fragment
 * @param settings the router's settings
 * @return its tuple (zone 0); none if the part of its transport header that it needs is cut
 */
std::optional<Tuple> TupleOf(const PacketView& packet, const TrackerSettings& settings);

/**
 * @param tuple a tuple of one direction
 * @return the tuple that answers bear: ends exchanged, ICMP types mapped to their answers; none for
 *         an ICMP type that has no answer. The zone is 0
 */
std::optional<Tuple> Invert(const Tuple& tuple);

/**
 * Whether the first packet of a flow may begin a connection, and the flow's state after it.
 * @param track set up for the connection
 * @param tuple the packet's tuple
 * @param input the packet; status, age and remaining are 0
 * @param settings the router's settings
 * @param timeouts the router's, or those of the `ct timeout` object that a rule named
 * @return the result; status bits and events as for later packets
 */
TrackResult TrackFirst(ProtocolTrack& track,
                       const Tuple& tuple,
                       const TrackInput& input,
                       const TrackerSettings& settings,
                       const Timeouts& timeouts);

/**
 * A packet of a known connection.
 * @param track its state
 * @param tuple the connection's original tuple
 * @param input the packet
 * @param settings the router's settings
 * @param timeouts the router's or the connection's own
 * @return the result
 */
TrackResult TrackNext(ProtocolTrack& track,
                      const Tuple& tuple,
                      const TrackInput& input,
                      const TrackerSettings& settings,
                      const Timeouts& timeouts);

/**
 * Whether early drop may take an assured connection of this state (a closing TCP or SCTP one, as in
 * Linux).
 * @param track its state
 * @param tuple its original tuple
 * @return whether it may go
 */
bool MayDropEarly(const ProtocolTrack& track, const Tuple& tuple);

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_TRACKER_FLOW_TRACKER_H
