/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_APP_TCP_ENDPOINT_H
#define CONNTRACK_APP_TCP_ENDPOINT_H

#include "model/flow/tuple.h"

#include "ns3/address.h"
#include "ns3/node.h"
#include "ns3/ptr.h"
#include "ns3/socket.h"

#include <optional>

/**
 * @file
 * TCP sockets of ns-3 and the addresses of their ends.
 *
 * Layer: app.
 * Shape: functions.
 * Units and byte order: ports in host order.
 */

namespace ns3
{
namespace conntrack
{

/// An end of a connection.
struct Endpoint
{
    Family family{Family::Unspecified}; ///< of the address; Unspecified: there is no endpoint
    conntrack::Address address;         ///< its address
    uint16_t port{0};                   ///< host order

    /// @return as ns-3's sockets have it; an invalid address if the family is unspecified
    ns3::Address ToSocketAddress() const;
};

/**
 * What strangers announce goes through this before it is sent to: without a multicast route ns-3
 * crashes at link-local groups.
 * @param endpoint any
 * @return whether it is one host's, as far as its address tells: neither unspecified nor a group's
 */
bool IsUnicast(const Endpoint& endpoint);

/**
 * @param address InetSocketAddress or Inet6SocketAddress
 * @return the endpoint; none for another kind of address
 */
std::optional<Endpoint> ToEndpoint(const ns3::Address& address);

/// @param socket bound @return its own end; Family::Unspecified if it has none
Endpoint LocalEndpoint(Ptr<const Socket> socket);

/// @param socket connected @return its other end; Family::Unspecified if it has none
Endpoint PeerEndpoint(Ptr<const Socket> socket);

/**
 * @param node with a TCP
 * @return a new socket; NS_FATAL_ERROR if the node has no TCP
 */
Ptr<Socket> MakeTcpSocket(Ptr<Node> node);

/// Let nothing be called back any more, and close. @param socket whose connection is to end
void ReleaseSocket(Ptr<Socket> socket);

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_APP_TCP_ENDPOINT_H
