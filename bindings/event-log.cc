/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "bindings/event-log.h"

#include "bindings/snapshots.h"
#include "model/report/conntrack-text.h"
#include "model/report/json-report.h"

namespace ns3
{
namespace conntrack
{
namespace python
{

EventLog::EventLog(Conntrack& conntrack, bool connections, bool expectations, bool drops)
    : m_events(std::make_shared<Events>())
{
    if (connections)
    {
        conntrack.TraceConnectWithoutContext(
            "Connection",
            Callback<void, const ConnectionNotice&>(
                [events = m_events, &conntrack](const ConnectionNotice& notice) {
                    const ReportContext context = ContextOf(conntrack);
                    events->rows.push_back(EventJson(notice, context));
                    events->lines.push_back(EventLine(notice, context));
                }));
    }
    if (expectations)
    {
        conntrack.TraceConnectWithoutContext(
            "Expectation",
            Callback<void, const ExpectationNotice&>(
                [events = m_events, &conntrack](const ExpectationNotice& notice) {
                    events->rows.push_back(EventJson(notice));
                    events->lines.push_back(EventLine(notice, ContextOf(conntrack)));
                }));
    }
    if (drops)
    {
        for (const auto& [source, copy] :
             {std::pair("Drop", &CopyDropped), std::pair("Invalid", &CopyInvalid)})
        {
            conntrack.TraceConnectWithoutContext(
                source,
                Callback<void, const PacketNotice&>(
                    [events = m_events, copy = copy](const PacketNotice& notice) {
                        events->drops.push_back(copy(notice).row);
                    }));
        }
    }
}

const std::vector<nlohmann::ordered_json>&
EventLog::Rows() const
{
    return m_events->rows;
}

const std::vector<std::string>&
EventLog::Lines() const
{
    return m_events->lines;
}

const std::vector<nlohmann::ordered_json>&
EventLog::Drops() const
{
    return m_events->drops;
}

void
EventLog::Clear()
{
    *m_events = {};
}

} // namespace python
} // namespace conntrack
} // namespace ns3
