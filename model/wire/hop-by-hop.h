/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_WIRE_HOP_BY_HOP_H
#define CONNTRACK_WIRE_HOP_BY_HOP_H

#include "model/wire/packet-view.h"

/**
 * @file
 * The options that every router on the way looks at.
 *
 * Layer: wire.  Source: RFC 8200 4.2 and 4.3; how much padding is too much is Linux's, as recorded.
 */

namespace ns3
{
namespace conntrack
{

/**
 * Whether a router that knows no option but padding and router alert may forward a packet.
 * @param packet a whole IPv6 packet
 * @return false if its hop-by-hop options are cut, padded too much, or one of them asks those who
 * do not know it to discard the packet; true without such options
 */
bool MayPassHopByHop(const PacketView& packet);

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_WIRE_HOP_BY_HOP_H
