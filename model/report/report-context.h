/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_REPORT_REPORT_CONTEXT_H
#define CONNTRACK_REPORT_REPORT_CONTEXT_H

#include "model/flow/time.h"
#include "model/table/kernel-profile.h"

/**
 * @file
 * What a printer must know beside the thing it prints: wall clock, switches, kernel.
 *
 * Layer: report.  Shape: a small value, one a run.  Units: nanoseconds.
 */

namespace ns3
{
namespace conntrack
{

/// What a printer must know beside the thing it prints.
struct ReportContext
{
    Nanos epochAtStart{0}; ///< CLOCK_REALTIME at simulated time 0
    bool accounting{true}; ///< nf_conntrack_acct: counters are shown
    bool timestamps{true}; ///< nf_conntrack_timestamp: start, stop and event times are shown
    bool showIds{false};   ///< event lines end in id= (conntrack -E -o id)
    /// The kernel that prints; none: the newest.
    const KernelProfile* profile{nullptr};

    /**
     * @param now point in simulated time
     * @return nanoseconds of CLOCK_REALTIME
     */
    Nanos WallClock(Nanos now) const
    {
        return epochAtStart + now;
    }

    /// @return whether DESTROY tells time left and protocol state, and counters have the columns
    ///         that came with them (Linux 5.11 to 5.15: between the profiles v5.10 and v6.18)
    bool IsNewForm() const
    {
        return !profile || profile->tcpDestroyHasState;
    }
};

/**
 * @param deadline point in time
 * @param now point in time
 * @return whole seconds from now until then, cut toward zero; negative when it has passed by one
 */
constexpr int64_t
SecondsLeft(Nanos deadline, Nanos now)
{
    return (deadline - now) / SECOND;
}

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_REPORT_REPORT_CONTEXT_H
