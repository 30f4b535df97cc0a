/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_STACK_INGRESS_HANDLERS_H
#define CONNTRACK_STACK_INGRESS_HANDLERS_H

#include "ns3/node.h"

/**
 * @file
 * Puts our protocol handlers in the place of those that ns-3's IP registered with a node.
 *
 * Layer: stack.  doc/design.rst: why before everything else, raw sockets included.
 */

namespace ns3
{
namespace conntrack
{

/// Handlers of a node's IP frames; null ones are of a family that the node does not have.
struct IngressHandlers
{
    Node::ProtocolHandler ipv4;
    Node::ProtocolHandler ipv6;
};

/**
 * Register the handlers for each device that has an interface, in the place of
 * TrafficControlLayer's, which keeps ARP. To be called again when interfaces were added.
 * @param node the node, with an IP stack
 * @param handlers the handlers; they must hand on to TrafficControlLayer::Receive
 */
void SwapIngressHandlers(Ptr<Node> node, IngressHandlers& handlers);

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_STACK_INGRESS_HANDLERS_H
