/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_BENCH_TRAFFIC_H
#define CONNTRACK_BENCH_TRAFFIC_H

#include "model/flow/tuple.h"

#include "ns3/packet.h"

#include <memory>
#include <string>

/**
 * @file
 * Packets of established connections, one after the other, from a client and a server that are not
 * there.
 *
 * Layer: test.
 * Shape: each packet follows from its number alone, so that a million connections need no memory
 * here. First come the packets that begin every connection, then in turn a packet of the client
 * and its answer. UDP and TCP data are 1000 bytes, zero as those of ns-3's applications; TCP has
 * the options of ns-3's (window scale, SACK permitted, timestamps).
 */

namespace ns3
{
namespace conntrack
{

constexpr uint16_t SERVER_PORT = 5001;
constexpr uint16_t FTP_PORT = 21;
constexpr const char* CLIENTS_V4 = "10.0.0.0";   ///< /8; clients count up from its second address
constexpr const char* SERVERS_V4 = "172.16.0.0"; ///< /16; the server is its second address
constexpr const char* CLIENTS_V6 = "fd00::";     ///< /32
constexpr const char* SERVERS_V6 = "fd01::";     ///< /32

/// Packets of connections between clients and a server.
class Traffic
{
  public:
    virtual ~Traffic() = default;

    /// @return how many packets it takes to begin all connections
    virtual uint32_t CountOfOpening() const = 0;

    /**
     * @param direction set to the packet's: Original is from the client
     * @return the next packet, from its IP header on
     */
    virtual Ptr<Packet> Next(Direction& direction) = 0;
};

/**
 * @param name udp, tcp, ftp (a control connection on which the client says NOOP) or ftp-port (it
 *        says PORT)
 * @param ipVersion 4 or 6
 * @param connections how many, 1 at least
 * @param translated the IPv4 address, host order, that the clients' is translated to on the way,
 * with their port; 0: it is not. One client only
 * @return the traffic; null for another name
 */
std::unique_ptr<Traffic> MakeTraffic(const std::string& name,
                                     uint32_t ipVersion,
                                     uint32_t connections,
                                     uint32_t translated);

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_BENCH_TRAFFIC_H
