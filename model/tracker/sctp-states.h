/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_TRACKER_SCTP_STATES_H
#define CONNTRACK_TRACKER_SCTP_STATES_H

#include "model/flow/tuple.h"
#include "model/tracker/tracks.h"

#include <optional>

/**
 * @file
 * SCTP's state machine as seen from between the ends: a list of rules.
 *
 * Layer: tracker.
 * Source: RFC 9260 4 from the middle, with the decisions of Linux (nf_conntrack_proto_sctp.c, 6.3
 * and later).
 */

namespace ns3
{
namespace conntrack
{

/**
 * @param direction where the chunk goes
 * @param chunk its type, of namespace sctp_chunk or another
 * @param state the association's state before it
 * @return the state after it; none if it has no place there
 */
std::optional<SctpState> NextSctpState(Direction direction, uint8_t chunk, SctpState state);

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_TRACKER_SCTP_STATES_H
