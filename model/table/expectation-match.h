/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_TABLE_EXPECTATION_MATCH_H
#define CONNTRACK_TABLE_EXPECTATION_MATCH_H

#include "model/table/connection.h"
#include "model/table/expectation.h"
#include "model/table/kernel-profile.h"

#include <cstdint>

/**
 * @file
 * When an expectation fits a packet, and when two expectations are the same or in each other's way.
 *
 * Layer: table.
 * Shape: inline functions without state.
 * Source: rows E4, E6, E8, E9 of the behavior table; profile decides where kernels differ.
 */

namespace ns3
{
namespace conntrack
{

/// Whether another master's equal expectation counts as the same (Linux: NF_CT_EXP_F_SKIP_MASTER).
enum class MasterTest : uint8_t
{
    Compare,
    Skip,
};

/**
 * @param a a tuple
 * @param b another
 * @return whether destination, its port, protocol and family are equal: what no mask covers
 */
inline bool
HasSameDestination(const Tuple& a, const Tuple& b)
{
    return a.destination == b.destination && a.destinationPort == b.destinationPort &&
           a.protocol == b.protocol && a.family == b.family;
}

/**
 * @param a a tuple
 * @param b another
 * @param mask the bits of the sources that count
 * @return whether these are equal
 */
inline bool
HasSameSourceUnder(const Tuple& a, const Tuple& b, const SourceMask& mask)
{
    return (a.sourcePort & mask.port) == (b.sourcePort & mask.port) &&
           (a.source & mask.address) == (b.source & mask.address);
}

/**
 * Rows E4, E6.
 * @param expectation one in a table
 * @param tuple a packet's tuple
 * @param zone the packet's zone number
 * @return whether the expectation waits for such a packet
 */
inline bool
Awaits(const Expectation& expectation, const Tuple& tuple, uint16_t zone)
{
    return HasSameDestination(expectation.tuple, tuple) &&
           HasSameSourceUnder(expectation.tuple, tuple, expectation.mask) &&
           expectation.master->zone.id == zone;
}

/**
 * Row E9, the part about the master.
 * @param old one in a table
 * @param wanted one that a helper would insert
 * @param test whether the master counts
 * @param profile of the kernel
 * @return whether the old one may be the same as far as masters are concerned
 */
inline bool
IsOfMaster(const Expectation& old,
           const Expectation& wanted,
           MasterTest test,
           const KernelProfile& profile)
{
    return old.master == wanted.master || (test == MasterTest::Skip && profile.sameTupleIsAlready);
}

/**
 * Row E9, without the master.
 * @param a an expectation
 * @param b another
 * @param profile of the kernel
 * @return whether they wait for the same
 */
inline bool
IsSame(const Expectation& a, const Expectation& b, const KernelProfile& profile)
{
    return a.tuple == b.tuple && a.mask.address == b.mask.address && a.mask.port == b.mask.port &&
           a.master->zone.id == b.master->zone.id &&
           (profile.sameTupleIsAlready || a.classNumber == b.classNumber);
}

/**
 * Row E8.
 * @param a an expectation
 * @param b another
 * @param profile of the kernel
 * @return whether a packet could belong to both
 */
inline bool
Clash(const Expectation& a, const Expectation& b, const KernelProfile& profile)
{
    const SourceMask both{a.mask.address & b.mask.address,
                          static_cast<uint16_t>(a.mask.port & b.mask.port)};
    return HasSameDestination(a.tuple, b.tuple) && HasSameSourceUnder(a.tuple, b.tuple, both) &&
           (!profile.clashKnowsZones || a.master->zone.id == b.master->zone.id);
}

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_TABLE_EXPECTATION_MATCH_H
