/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_FLOW_STATUS_H
#define CONNTRACK_FLOW_STATUS_H

#include <cstdint>

/**
 * @file
 * What is said of a connection, of an expectation and of a packet in a word: status, events, state.
 *
 * Layer: flow.  Shape: bits and small enumerations.
 * Source: linux/netfilter/nf_conntrack_common.h (user-space API): the numbers are seen by
 * conntrack(8) and by rules (`ct status`, `ct event`), so they are the same here.
 */

namespace ns3
{
namespace conntrack
{

/// Status bits of a connection (IPS_*).
namespace status
{
constexpr uint32_t EXPECTED = 1U << 0;     ///< an expectation matched its first packet
constexpr uint32_t SEEN_REPLY = 1U << 1;   ///< packets went both ways
constexpr uint32_t ASSURED = 1U << 2;      ///< early drop spares it
constexpr uint32_t CONFIRMED = 1U << 3;    ///< its first packet left the router: it is in the table
constexpr uint32_t SRC_NAT = 1U << 4;      ///< its source is translated
constexpr uint32_t DST_NAT = 1U << 5;      ///< its destination is translated
constexpr uint32_t SEQ_ADJUST = 1U << 6;   ///< its TCP sequence numbers are shifted
constexpr uint32_t SRC_NAT_DONE = 1U << 7; ///< source NAT was decided
constexpr uint32_t DST_NAT_DONE = 1U << 8; ///< destination NAT was decided
constexpr uint32_t DYING = 1U << 9;        ///< it has left the table
constexpr uint32_t FIXED_TIMEOUT = 1U << 10; ///< packets do not renew its deadline
constexpr uint32_t TEMPLATE = 1U << 11;      ///< a rule's template, no connection
constexpr uint32_t NAT_CLASH = 1U << 12;     ///< lost a race of two first packets (UDP)
constexpr uint32_t HELPER = 1U << 13;        ///< its helper was named by a rule
} // namespace status

/// Events of a connection, collected from a packet and reported together (IPCT_*).
namespace event
{
constexpr uint16_t NEW = 1U << 0;       ///< its first packet left the router
constexpr uint16_t RELATED = 1U << 1;   ///< the same, and an expectation matched it
constexpr uint16_t DESTROY = 1U << 2;   ///< it ends
constexpr uint16_t REPLY = 1U << 3;     ///< first packet of the other direction
constexpr uint16_t ASSURED = 1U << 4;   ///< status::ASSURED is set
constexpr uint16_t PROTOINFO = 1U << 5; ///< state of TCP or SCTP changed
constexpr uint16_t HELPER = 1U << 6;    ///< it gets a helper, or loses it
constexpr uint16_t MARK = 1U << 7;      ///< its mark changed
constexpr uint16_t SEQADJ = 1U << 8;    ///< its sequence numbers are shifted anew
} // namespace event

/// Flags of an expectation (NF_CT_EXPECT_*, row E22).
namespace expectation_flag
{
constexpr uint32_t PERMANENT = 1; ///< a match does not use it up
constexpr uint32_t INACTIVE = 2;  ///< matches no packet yet
constexpr uint32_t USERSPACE = 4; ///< made by user space
} // namespace expectation_flag

/// How a packet stands to the connection it belongs to (`ct state`).
enum class FlowState : uint8_t
{
    Untracked,   ///< a rule said notrack, or the protocol is never tracked (neighbor discovery)
    Invalid,     ///< the tracker refuses it; it has no connection
    New,         ///< the first packet of a connection, or one before any answer
    Established, ///< of a connection that saw an answer, or the answer itself
    Related,     ///< first packet of an expected connection, or an ICMP error about a connection
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_FLOW_STATUS_H
