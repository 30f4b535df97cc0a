/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_HELPER_REPLAY_ROUTER_H
#define CONNTRACK_HELPER_REPLAY_ROUTER_H

#include "helper/replay-case.h"
#include "helper/replay-net-device.h"
#include "model/stack/conntrack.h"

#include "ns3/node.h"
#include "ns3/socket.h"

#include <vector>

/**
 * @file
 * The router of a recorded case: a node with two IP stacks that speaks only when spoken through.
 *
 * Layer: helper.
 * Shape: one ns3::Node; routes are those of its own networks.
 */

namespace ns3
{
namespace conntrack
{

/// The router of a recorded case.
struct ReplayRouter
{
    Ptr<Node> node;                            ///< with stack and Conntrack
    std::vector<Ptr<ReplayNetDevice>> devices; ///< in the order of the case's ports
    std::vector<Ptr<Socket>> sockets;          ///< of programs on it
};

/**
 * Make the node: forwarding on; no duplicate address detection, router solicitation or redirect.
 * @param ports its interfaces
 * @param conntrack its connection tracking, not yet aggregated; it is attached
 * @return the router
 * @throws ReplayError if an address is none
 */
ReplayRouter MakeRouter(const std::vector<ReplayPort>& ports, Ptr<Conntrack> conntrack);

/**
 * Make a UDP socket, so that what comes to its port is not answered by an error.
 * @param router where
 * @param port its port; one that has a socket already is left alone
 */
void OpenSocket(ReplayRouter& router, uint16_t port);

/**
 * Send a packet as it is, the way a raw socket does: its header is its own, NAT cannot change it.
 * @param router who sends it
 * @param port by which one of its ports
 * @param packet from the IPv4 header on
 */
void SendAsRouter(const ReplayRouter& router, std::size_t port, ByteView packet);

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_HELPER_REPLAY_ROUTER_H
