/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_GRAPH_CONNECTION_GRAPH_H
#define CONNTRACK_GRAPH_CONNECTION_GRAPH_H

#include "model/graph/graph-document.h"
#include "model/table/connection.h"
#include "model/table/expectation-table.h"
#include "model/table/notices.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>

/**
 * @file
 * Who begot whom: connections, the expectations that they made, and what came of these.
 *
 * Layer: graph.
 * Shape: values, told event by event or taken from the tables as they are; nothing in it points
 * into a table. It grows with each connection told, and is as large as an event log.
 * Units: nanoseconds of simulated time; in documents, seconds.
 */

namespace ns3
{
namespace conntrack
{

/// Connections and expectations of a router.
class ConnectionGraph
{
  public:
    /// @param notice a connection's event
    void Tell(const ConnectionNotice& notice);

    /// @param notice an expectation's event
    void Tell(const ExpectationNotice& notice);

    /// @param connections the table as it is @param expectations its expectations
    void Take(ConnectionTable& connections, const ExpectationTable& expectations);

    /// @return how many connections there were
    std::size_t CountConnections() const
    {
        return m_connections.size();
    }

    /// @return how many expectations there were
    std::size_t CountExpectations() const
    {
        return m_expectations.size();
    }

    /**
     * Nodes "c1", "c2"... are connections, "e1"... expectations, by their ids. Attributes: `kind`,
     * `label`, `protocol`, `source`, `destination`, `sport`, `dport` (of the original direction),
     * `begin` and `end` in seconds where they were told, and of an expectation `outcome`. Edges:
     * `kind` is "expects" (master to expectation), "opened" (expectation to child) or "master"
     * (master to child, where the expectation is not known).
     * @return a directed graph
     */
    GraphDocument ToDocument() const;

  private:
    /// What both kinds have.
    struct Entry
    {
        Tuple tuple;
        std::optional<Nanos> begin;
        std::optional<Nanos> end;
        std::optional<uint32_t> master; ///< its id
    };

    struct ConnectionEntry : Entry
    {
        std::optional<uint32_t> expectation; ///< that it matched
    };

    struct ExpectationEntry : Entry
    {
        SourceMask mask;
        std::optional<ExpectationEnd> outcome;
    };

    ConnectionEntry& Add(const Connection& connection);
    ExpectationEntry& Add(const Expectation& expectation);
    std::optional<uint32_t> FindExpectation(const Connection& child) const;
    static GraphAttributes AttributesOf(const Entry& entry, const char* kind);

    std::map<uint32_t, ConnectionEntry> m_connections;   ///< by id
    std::map<uint32_t, ExpectationEntry> m_expectations; ///< by id
    std::multimap<uint32_t, uint32_t> m_expectationsOf;  ///< by the master's id, in order
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_GRAPH_CONNECTION_GRAPH_H
