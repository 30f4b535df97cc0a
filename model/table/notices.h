/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_TABLE_NOTICES_H
#define CONNTRACK_TABLE_NOTICES_H

#include "model/table/connection-table.h"
#include "model/tracker/tracker.h"

#include <string>

/**
 * @file
 * What a router tells of its connections and packets: the arguments of trace sources.
 *
 * Layer: table.
 * Lifetime: valid during the callback only; copy what is wanted later.
 */

namespace ns3
{
namespace conntrack
{

/// An event of a connection, as ctnetlink would send it.
struct ConnectionNotice
{
    const Connection& connection; ///< whose event it is
    /// Bits of namespace event: NEW or RELATED for a new one, DESTROY alone at its end, others for
    /// an update.
    uint16_t events;
    EndReason end;       ///< only with DESTROY
    Nanos now;           ///< point in time
    Requester requester; ///< who asked for it, if a program did
};

/// Why a packet went no further.
enum class DropReason : uint8_t
{
    Rule,           ///< a rule's or chain policy's drop
    Reject,         ///< a rule's reject; an error went back
    HelperRefused,  ///< its protocol helper (row H15)
    ConfirmClash,   ///< its connection could not be confirmed
    TableFull,      ///< no room for its connection
    TrackerRefused, ///< its protocol tracker dropped it
    BadFragment,    ///< its fragments cannot be put together, or not all came in time
    FragmentLimit,  ///< too many fragments wait already
    NatRefused, ///< it cannot be translated: a redirect, a masqueraded connection that moved, no
                ///< port for it, or a CarrierGradeNat's filter
};

/// A packet that went no further, or one that is invalid.
struct PacketNotice
{
    PacketView view;       ///< its bytes, from the IP header on
    DropReason drop;       ///< for a dropped packet
    InvalidReason invalid; ///< for an invalid packet; None for a drop by rule
    Nanos now;             ///< point in time
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_TABLE_NOTICES_H
