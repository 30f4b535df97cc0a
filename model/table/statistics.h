/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_TABLE_STATISTICS_H
#define CONNTRACK_TABLE_STATISTICS_H

#include <cstdint>

/**
 * @file
 * Counters of a router's connection tracking, as /proc/net/stat/nf_conntrack and conntrack -S show.
 *
 * Layer: table.  Shape: numbers that only grow.
 */

namespace ns3
{
namespace conntrack
{

/// Counters of a router's connection tracking; names are the columns'.
struct Statistics
{
    uint64_t found{0};         ///< Linux counts here the clashes of NAT's tuple searches
    uint64_t invalid{0};       ///< packets no tracker took
    uint64_t insert{0};        ///< entries put in without a packet
    uint64_t insertFailed{0};  ///< clashes at confirmation, and dying ones
    uint64_t drop{0};          ///< packets dropped for want of room
    uint64_t earlyDrop{0};     ///< connections that made room
    uint64_t icmpError{0};     ///< ICMP packets refused
    uint64_t expectNew{0};     ///< connections that matched an expectation
    uint64_t expectCreate{0};  ///< expectations made
    uint64_t expectDelete{0};  ///< expectations removed
    uint64_t searchRestart{0}; ///< always 0: no concurrent changes here
    uint64_t clashResolve{0};  ///< clashes that were resolved in favor of both
    uint64_t chainTooLong{0};  ///< always 0: there are no chains
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_TABLE_STATISTICS_H
