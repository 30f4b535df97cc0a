/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_REPORT_NAT_LOG_TEXT_H
#define CONNTRACK_REPORT_NAT_LOG_TEXT_H

#include "model/nat/carrier/nat-record.h"

#include <nlohmann/json.hpp>
#include <string>

/**
 * @file
 * The log of a carrier's NAT, as lines and as JSON.
 *
 * Layer: report.
 * Units: seconds of simulated time.
 * Source: RFC 8158: events, their names and the information elements, which are JSON's keys;
 * doc/formats.rst.
 */

namespace ns3
{
namespace conntrack
{

/// @param event one @return its name in RFC 8158's words, "NAT44 session create"
std::string NatEventName(NatEvent event);

/**
 * @param record what happened
 * @return a line without its end: "[1.500000] NAT44 session create udp inside=... outside=..."
 */
std::string NatLogLine(const NatRecord& record);

/// @param record what happened @return an object for a line of nat-log.jsonl
nlohmann::ordered_json NatLogJson(const NatRecord& record);

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_REPORT_NAT_LOG_TEXT_H
