/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_REPORT_PARTS_H
#define CONNTRACK_REPORT_PARTS_H

#include "model/report/report-context.h"
#include "model/table/expectation-table.h"
#include "model/table/notices.h"

/**
 * @file
 * Which of a connection's attributes a message shows: the one place where the event bits are asked.
 *
 * Layer: report.  Shape: a few flags, made for each message.
 * Source: the table in doc/formats.rst, learned from the recordings.
 */

namespace ns3
{
namespace conntrack
{

/// Which attributes a message about a connection shows; tuples, zone, id and status always do.
struct ConnectionParts
{
    bool timeLeft{false};      ///< whole seconds until the deadline
    bool protocolState{false}; ///< of TCP and SCTP
    bool stateOnly{false};     ///< of the protocol, without windows, flags, tags
    bool helper{false};        ///< its helper's name
    bool shifts{false};        ///< how NAT shifts its TCP sequence numbers
    bool master{false};        ///< the master's original tuple
    bool mark{false};          ///< the mark, 0 too
    bool counters{false};      ///< packets and bytes both ways
    bool start{false};         ///< time of its confirmation
    bool stop{false};          ///< time of its end
};

/// What an event is called.
enum class MessageKind : uint8_t
{
    New,
    Update,
    Destroy,
};

/// @param notice an event @return its kind
MessageKind KindOf(const ConnectionNotice& notice);

/// @param notice an event @return its kind
MessageKind KindOf(const ExpectationNotice& notice);

/// @param kind an event's kind @return "NEW", "UPDATE" or "DESTROY"
const char* NameOf(MessageKind kind);

/**
 * @param notice an event
 * @param context the run
 * @return what its message shows
 */
ConnectionParts PartsOf(const ConnectionNotice& notice, const ReportContext& context);

/**
 * @param connection an entry of a table listing
 * @param context the run
 * @return what its line shows
 */
ConnectionParts PartsOfEntry(const Connection& connection, const ReportContext& context);

/// @param connection any @return its helper's name; empty: it has none
std::string HelperName(const Connection& connection);

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_REPORT_PARTS_H
