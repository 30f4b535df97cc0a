/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_BINDINGS_EVENT_LOG_H
#define CONNTRACK_BINDINGS_EVENT_LOG_H

#include "model/stack/conntrack.h"

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

/**
 * @file
 * The events of a router, and packets that it refused, collected without calling Python.
 *
 * Layer: bindings.
 * Shape: a row (model/report/json-report.h) and a line (conntrack-text.h) for each event; shared
 * with the trace sinks, so that either may go first.
 */

namespace ns3
{
namespace conntrack
{
namespace python
{

/// The events of a router, collected.
class EventLog
{
  public:
    /**
     * @param conntrack the router
     * @param connections whether events of connections are collected
     * @param expectations whether events of expectations are collected
     * @param drops whether packets that were dropped or invalid are collected
     */
    EventLog(Conntrack& conntrack, bool connections, bool expectations, bool drops);

    /// @return the rows
    const std::vector<nlohmann::ordered_json>& Rows() const;

    /// @return the lines
    const std::vector<std::string>& Lines() const;

    /// @return the rows of packets that were dropped or invalid
    const std::vector<nlohmann::ordered_json>& Drops() const;

    /// Forget what was collected.
    void Clear();

  private:
    /// What was collected.
    struct Events
    {
        std::vector<nlohmann::ordered_json> rows;
        std::vector<std::string> lines;
        std::vector<nlohmann::ordered_json> drops;
    };

    std::shared_ptr<Events> m_events;
};

} // namespace python
} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_BINDINGS_EVENT_LOG_H
