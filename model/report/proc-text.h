/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_REPORT_PROC_TEXT_H
#define CONNTRACK_REPORT_PROC_TEXT_H

#include "model/report/report-context.h"
#include "model/table/connection-table.h"
#include "model/table/expectation.h"
#include "model/table/statistics.h"
#include "model/tracker/timeouts.h"

#include <string>

/**
 * @file
 * The lines of /proc/net/nf_conntrack, nf_conntrack_expect and stat/nf_conntrack.
 *
 * Layer: report.  Lines come without their line feed.
 * Source: the recordings; row E18.
 */

namespace ns3
{
namespace conntrack
{

/**
 * A line of /proc/net/nf_conntrack.
 * @param connection an entry
 * @param now point in time
 * @param context the run
 * @param timeouts the router's, for a GRE flow that has none of its own
 * @return the line
 */
std::string ProcLine(const Connection& connection,
                     Nanos now,
                     const ReportContext& context,
                     const Timeouts& timeouts);

/**
 * A line of /proc/net/nf_conntrack_expect (row E18).
 * @param expectation an entry
 * @param now point in time
 * @return the line; in it "0" if no timer is pending, "-" if it never had one
 */
std::string ProcLine(const Expectation& expectation, Nanos now);

/// @param context the run @return the first line of /proc/net/stat/nf_conntrack
std::string ProcStatHead(const ReportContext& context);

/**
 * The other line of /proc/net/stat/nf_conntrack: that of one processor, the sums of all.
 * @param statistics the counters
 * @param connections how many connections there are
 * @return the line
 */
std::string ProcStatLine(const Statistics& statistics, uint32_t connections);

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_REPORT_PROC_TEXT_H
