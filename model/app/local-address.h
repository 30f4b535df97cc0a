/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_APP_LOCAL_ADDRESS_H
#define CONNTRACK_APP_LOCAL_ADDRESS_H

#include "model/app/tcp-endpoint.h"
#include "model/wire/text-reader.h"

#include "ns3/node.h"
#include "ns3/ptr.h"

#include <optional>

/**
 * @file
 * A node's own addresses, which SIP and SDP write into their messages.
 *
 * Layer: app.
 * Shape: functions.
 */

namespace ns3
{
namespace conntrack
{

/**
 * @param node where
 * @param peer an address elsewhere
 * @return the source address of the route to there; none: there is no route
 */
std::optional<HostAddress> LocalAddressTowards(Ptr<Node> node, const HostAddress& peer);

/// @param node where @param host an address @return whether it is one of the node's
bool IsLocalAddress(Ptr<Node> node, const HostAddress& host);

/// @param endpoint one @return its address
HostAddress HostOf(const Endpoint& endpoint);

/// @param host an address @param port host order @return both
Endpoint EndpointAt(const HostAddress& host, uint16_t port);

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_APP_LOCAL_ADDRESS_H
