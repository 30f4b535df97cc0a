/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_STACK_FLOW_TRACKING_H
#define CONNTRACK_STACK_FLOW_TRACKING_H

#include "model/flow/rate-limit.h"
#include "model/protocol/helper-registry.h"
#include "model/table/connection-table.h"
#include "model/table/expectation-table.h"
#include "model/table/notices.h"
#include "model/table/tracked-packet.h"
#include "model/tracker/flow-tracker.h"

#include <functional>
#include <string>

/**
 * @file
 * What connection tracking does with a packet: look up on the way in, help and confirm on the way
 * out.
 *
 * Layer: stack, but free of the simulator: packets are bytes, time is an argument.
 * Shape: no state of its own beside a rate limit; it joins trackers, tables and registry.
 * Source: the order of steps is Linux's (nf_conntrack_in, nf_confirm).
 */

namespace ns3
{
namespace conntrack
{

/// Whether a packet goes on.
enum class Passage : uint8_t
{
    Pass,
    Stop,
};

/// What tracking is told to do.
struct TrackingSettings
{
    TrackerSettings trackers;
    Timeouts timeouts;
    bool account{false}; ///< nf_conntrack_acct
    /// nf_conntrack_log_invalid: IP protocol whose invalid packets are logged; 0 none, 255 all.
    uint8_t logInvalid{0};
    /// Packets have checksums: they come from a capture, or the simulation computes them.
    bool hasChecksums{true};
    uint16_t resetWindow{0}; ///< of the resets that the node sends
};

/// What connection tracking does with a packet.
class FlowTracking
{
  public:
    /// The objects it joins, all outliving it.
    struct Parts
    {
        ConnectionTable& connections;
        ExpectationTable& expectations;
        HelperRegistry& helpers;
        Statistics& statistics;
        const TrackingSettings& settings;
        RouteQuestion interfaceToward{}; ///< for helpers; may be empty
        GreCalls* greCalls{nullptr};     ///< for PPTP's helper; may be none
    };

    /// Whom it tells; any may be empty.
    struct Listeners
    {
        std::function<void(const ConnectionNotice&)> connection;
        std::function<void(const PacketNotice&)> invalid;
        std::function<void(const PacketNotice&)> drop;
        std::function<void(const std::string&)> log;
    };

    /**
     * @param parts the objects it joins
     * @param listeners whom it tells
     */
    FlowTracking(const Parts& parts, Listeners listeners);

    /**
     * The packet comes in: find or make its connection, and let its tracker judge it.
     * @param packet the packet; connection, direction and state are set. A reference to the
     * connection is held for it until Leave
     * @return Stop if it must be dropped (told as a drop)
     */
    Passage LookUp(TrackedPacket& packet);

    /**
     * The packet is about to leave: let its helper read it.
     * @param packet the packet
     * @return Stop if the helper refuses it (told as a drop)
     */
    Passage Help(TrackedPacket& packet);

    /**
     * The packet leaves: confirm its connection, report what was collected.
     * @param packet the packet
     * @return Stop if the connection cannot be confirmed (told as a drop)
     */
    Passage Confirm(TrackedPacket& packet);

    /**
     * The packet has left or was dropped: give its connection back.
     * @param packet the packet; it has no connection afterwards
     */
    void Leave(TrackedPacket& packet);

    /**
     * The router answers a packet of a TCP connection by a reset: the connection is closed.
     * @param packet the answered packet
     */
    void CloseTcp(const TrackedPacket& packet);

  private:
    void FindQuoted(TrackedPacket& packet, const QuotedFlow& flow);
    Passage Follow(TrackedPacket& packet, const Tuple& tuple);
    Connection* Begin(TrackedPacket& packet, const Tuple& tuple);
    bool MatchExpectation(Connection& connection, const TrackedPacket& packet, const Tuple& tuple);
    TrackResult Judge(TrackedPacket& packet);
    void Count(const TrackedPacket& packet);
    const TrackerSettings& LocalTrackers();
    void Refuse(TrackedPacket& packet, InvalidReason reason);
    Passage Drop(TrackedPacket& packet, DropReason drop, InvalidReason reason);

    Parts m_parts;
    Listeners m_listeners;
    RateLimit m_fullWarnings;
    TrackerSettings m_localTrackers; ///< the settings for packets that the router makes
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_STACK_FLOW_TRACKING_H
