/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_TRACKER_TCP_STATES_H
#define CONNTRACK_TRACKER_TCP_STATES_H

#include "model/flow/tuple.h"
#include "model/tracker/tracks.h"

/**
 * @file
 * TCP's state machine as seen from between the ends: a table.
 *
 * Layer: tracker.
 * Source: RFC 9293 3.3.2 from the middle, with the decisions of Linux (nf_conntrack_proto_tcp.c):
 * SYN in an open connection and a late SYN+ACK are ignored, not refused, because the router may be
 * the one that is out of step.
 */

namespace ns3
{
namespace conntrack
{

/// What the table says of a segment.
enum class TcpMoveKind : uint8_t
{
    Enter,   ///< the connection is in TcpMove::state now
    Ignore,  ///< let it pass unjudged, remember it: its answer will tell who is out of step
    Invalid, ///< it has no place here
};

/// What the table says of a segment, and the state if it names one.
struct TcpMove
{
    TcpMoveKind kind;
    TcpState state;
};

/**
 * @param direction where the segment goes
 * @param kind what it is
 * @param state the connection's state before it
 * @return what the table says
 */
TcpMove NextTcpMove(Direction direction, SegmentKind kind, TcpState state);

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_TRACKER_TCP_STATES_H
