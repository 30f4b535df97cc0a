/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_REPORT_REASONS_H
#define CONNTRACK_REPORT_REASONS_H

#include "model/table/connection-table.h"
#include "model/table/expectation-table.h"
#include "model/table/notices.h"

/**
 * @file
 * Why something ended or went no further, in words.
 *
 * Layer: report.  For InvalidReason: Name in model/tracker/tracker.h.
 */

namespace ns3
{
namespace conntrack
{

/// @param reason why a connection ended @return e.g. "early drop"
const char* NameOf(EndReason reason);

/// @param reason why an expectation ended @return e.g. "master gone"
const char* NameOf(ExpectationEnd reason);

/// @param reason why a packet went no further @return e.g. "table full"
const char* NameOf(DropReason reason);

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_REPORT_REASONS_H
