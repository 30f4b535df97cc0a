/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_TRACKER_ICMP_TRACKER_H
#define CONNTRACK_TRACKER_ICMP_TRACKER_H

#include "model/tracker/flow-tracker.h"

/**
 * @file
 * ICMP and ICMPv6: requests with answers are flows, errors concern the flow of the packet they
 * quote, neighbor discovery and multicast listeners are not tracked.
 *
 * Layer: tracker.
 * Source: RFC 792, RFC 950 (mask), RFC 4443, RFC 4620 (node information), RFC 4861 (neighbor
 * discovery, redirect), RFC 2710 and RFC 3810 (multicast listeners); decisions of Linux 6.18.
 */

namespace ns3
{
namespace conntrack
{

/**
 * Find what an ICMP packet in IPv4 or an ICMPv6 packet in IPv6 is; verifies it.
 * @param packet the packet
 * @param settings the router's settings
 * @return as Classify
 */
Classification ClassifyIcmp(const PacketView& packet, const TrackerSettings& settings);

/**
 * @param packet an ICMP or ICMPv6 packet, perhaps a quoted one
 * @return its tuple; none if its header is cut
 */
std::optional<Tuple> IcmpTupleOf(const PacketView& packet);

/**
 * @param tuple of an ICMP or ICMPv6 packet
 * @return destination port of the answer: its type * 256 + code; none for a type without an answer
 */
std::optional<uint16_t> AnswerOfIcmp(const Tuple& tuple);

/**
 * @param tuple of the first packet of an ICMP or ICMPv6 flow
 * @return whether it is a request, which alone may begin a flow
 */
bool IsIcmpRequest(const Tuple& tuple);

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_TRACKER_ICMP_TRACKER_H
