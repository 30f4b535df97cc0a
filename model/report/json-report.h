/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_REPORT_JSON_REPORT_H
#define CONNTRACK_REPORT_JSON_REPORT_H

#include "model/report/report-context.h"
#include "model/table/expectation-table.h"
#include "model/table/notices.h"

#include <nlohmann/json.hpp>

/**
 * @file
 * Events and table entries as JSON, with the keys of ctnetlink's attributes.
 *
 * Layer: report.
 * Shape: objects whose keys keep ctnetlink's order; what the kernel would not send is absent.
 * Units: "t" in seconds of simulated time; "timestamp" and "timestamp_event" in nanoseconds of
 * CLOCK_REALTIME; "timeout" in whole seconds.
 * Source: the recordings; doc/formats.rst.
 */

namespace ns3
{
namespace conntrack
{

/// @param tuple any @return "src", "dst", "proto" and ports, GRE keys or the ICMP parts
nlohmann::ordered_json TupleJson(const Tuple& tuple);

/// @param packet any @return its tuple as TupleJson; one that has none is told by its addresses
nlohmann::ordered_json PacketJson(const PacketView& packet);

/**
 * @param notice an event
 * @param context the run
 * @return a line's object of events.jsonl
 */
nlohmann::ordered_json EventJson(const ConnectionNotice& notice, const ReportContext& context);

/**
 * @param notice an event
 * @return a line's object of events.jsonl
 */
nlohmann::ordered_json EventJson(const ExpectationNotice& notice);

/**
 * A line's object of drops.jsonl, which the kernel has nothing like: "t", "family", "drop" (a
 * DropReason's name) and the packet's tuple; a packet that has none is told by its addresses.
 * @param notice a packet that went no further
 * @return the object
 */
nlohmann::ordered_json DropJson(const PacketNotice& notice);

/**
 * @param connection an entry
 * @param now point in time
 * @param context the run
 * @return an object of a snapshot's list "ct"
 */
nlohmann::ordered_json EntryJson(const Connection& connection,
                                 Nanos now,
                                 const ReportContext& context);

/**
 * @param expectation an entry
 * @param now point in time
 * @return an object of a snapshot's list "exp"
 */
nlohmann::ordered_json EntryJson(const Expectation& expectation, Nanos now);

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_REPORT_JSON_REPORT_H
