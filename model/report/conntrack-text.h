/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_REPORT_CONNTRACK_TEXT_H
#define CONNTRACK_REPORT_CONNTRACK_TEXT_H

#include "model/report/report-context.h"
#include "model/table/expectation-table.h"
#include "model/table/notices.h"
#include "model/table/statistics.h"

#include <string>

/**
 * @file
 * The lines that conntrack(8) prints.
 *
 * Layer: report.  Lines come without their line feed.
 * Source: conntrack-tools 1.4.7 as recorded; microseconds come without leading zeros, as there.
 * Differs: local time is UTC, so that a run prints the same everywhere.
 */

namespace ns3
{
namespace conntrack
{

/**
 * A line of `conntrack -E -o timestamp,extended` (with ,id if the context says so).
 * @param notice the event
 * @param context the run
 * @return the line
 */
std::string EventLine(const ConnectionNotice& notice, const ReportContext& context);

/**
 * A line of `conntrack -E expect -o timestamp`.
 * @param notice the event
 * @param context the run
 * @return the line
 */
std::string EventLine(const ExpectationNotice& notice, const ReportContext& context);

/**
 * A line of `conntrack -L -o extended,timestamp,id`.
 * @param connection an entry
 * @param now point in time
 * @param context the run
 * @return the line
 */
std::string ListLine(const Connection& connection, Nanos now, const ReportContext& context);

/**
 * A line of `conntrack -L expect`.
 * @param expectation an entry
 * @param now point in time
 * @return the line
 */
std::string ListLine(const Expectation& expectation, Nanos now);

/**
 * The line of `conntrack -S`: that of one processor, the sums of all.
 * @param statistics the counters
 * @param context the run
 * @return the line
 */
std::string StatisticsLine(const Statistics& statistics, const ReportContext& context);

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_REPORT_CONNTRACK_TEXT_H
