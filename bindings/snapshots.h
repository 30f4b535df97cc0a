/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_BINDINGS_SNAPSHOTS_H
#define CONNTRACK_BINDINGS_SNAPSHOTS_H

#include "model/report/report-context.h"
#include "model/stack/conntrack.h"
#include "model/table/connection.h"
#include "model/table/expectation-table.h"
#include "model/table/notices.h"

#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

/**
 * @file
 * Copies of table entries, events and packets, which Python may keep for ever.
 *
 * Layer: bindings.
 * Shape: values without pointers into tables. `row` is the JSON of model/report, `line` the line of
 * conntrack(8), both made while the entry is alive, for they follow its pointers.
 * Units: nanoseconds of simulated time here, seconds in Python.
 */

namespace ns3
{
namespace conntrack
{
namespace python
{

/// A connection as it was at a moment.
struct ConnectionSnapshot
{
    Tuple original;
    Tuple reply;
    std::optional<Tuple> master; ///< original tuple of the connection that foretold it
    std::string helper;          ///< name; empty: none
    std::string state;           ///< of TCP and SCTP; empty for others
    std::array<Counter, 2> counters;
    Nanos start{0};
    Nanos remaining{0}; ///< until it expires
    uint32_t id{0};
    uint32_t status{0};
    uint32_t mark{0};
    uint16_t zone{0};
};

/// An expectation as it was at a moment.
struct ExpectationSnapshot
{
    Tuple tuple;
    Tuple mask;
    Tuple master;
    std::string helper; ///< name; empty: none
    Nanos remaining{0};
    uint32_t id{0};
    uint32_t flags{0};
    uint16_t classNumber{0};
};

/// What both kinds of entries and events have: how they are reported.
struct Reported
{
    nlohmann::ordered_json row;
    std::string line;
};

/// A line of a table.
template <typename Snapshot>
struct Entry : Snapshot, Reported
{
};

using ConnectionEntry = Entry<ConnectionSnapshot>;
using ExpectationEntry = Entry<ExpectationSnapshot>;

/// What happened to an entry.
template <typename Snapshot>
struct EventOf : Reported
{
    Snapshot subject;
    std::string kind;   ///< NEW, UPDATE or DESTROY
    std::string reason; ///< of DESTROY; else empty
    uint16_t bits{0};   ///< of namespace event; expectations have none
    Nanos time{0};
};

using ConnectionEvent = EventOf<ConnectionSnapshot>;
using ExpectationEvent = EventOf<ExpectationSnapshot>;

/// A packet that was dropped or is invalid.
struct PacketEvent
{
    nlohmann::ordered_json row;
    std::string bytes; ///< from its IP header on
    std::string source;
    std::string destination;
    std::string kind;   ///< DROP or INVALID
    std::string reason; ///< why
    Nanos time{0};
    uint32_t length{0}; ///< by its IP header
    uint8_t protocol{0};
    Family family{Family::Unspecified};
};

/// @param conntrack a router @return how it reports: by its profile and sysctls
ReportContext ContextOf(const Conntrack& conntrack);

/// @param connection any @param now point in time @return a copy
ConnectionSnapshot Copy(const Connection& connection, Nanos now);

/// @param expectation any @param now point in time @return a copy
ExpectationSnapshot Copy(const Expectation& expectation, Nanos now);

/// @param conntrack a router @param notice an event of it @return a copy
ConnectionEvent Copy(const Conntrack& conntrack, const ConnectionNotice& notice);

/// @param conntrack a router @param notice an event of it @return a copy
ExpectationEvent Copy(const Conntrack& conntrack, const ExpectationNotice& notice);

/// @param notice a packet that was dropped @return a copy
PacketEvent CopyDropped(const PacketNotice& notice);

/// @param notice a packet that is invalid @return a copy
PacketEvent CopyInvalid(const PacketNotice& notice);

/// @param conntrack a router @param connection one of its table @return a copy, with its reports
ConnectionEntry CopyEntry(Conntrack& conntrack, const Connection& connection);

/// @param expectation one of a table @return a copy, with its reports
ExpectationEntry CopyEntry(const Expectation& expectation);

/// @param conntrack a router @return its confirmed connections, oldest first
std::vector<ConnectionEntry> Connections(Conntrack& conntrack);

/// @param conntrack a router @return its expectations, as the kernel lists them
std::vector<ExpectationEntry> Expectations(Conntrack& conntrack);

} // namespace python
} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_BINDINGS_SNAPSHOTS_H
