/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "helper/event-recorder.h"

#include "helper/replay-case.h"
#include "helper/replay-settings.h"
#include "model/report/conntrack-text.h"
#include "model/report/json-report.h"
#include "model/report/proc-text.h"

#include "ns3/callback.h"
#include "ns3/fatal-error.h"

#include <stdexcept>
#include <vector>

namespace ns3
{
namespace conntrack
{

namespace
{

using Json = nlohmann::ordered_json;

/// Each entry of both tables in one text form.
struct Listing
{
    std::vector<std::string> connections;
    std::vector<std::string> expectations;
};

Listing
ListProc(Ptr<Conntrack> conntrack, const ReportContext& context)
{
    Listing listing;
    const Nanos now = Conntrack::Now();
    const Timeouts timeouts = ShownTimeouts(conntrack);
    conntrack->GetConnections().ForEach([&](Connection& connection) {
        listing.connections.push_back(ProcLine(connection, now, context, timeouts));
    });
    conntrack->GetExpectations()->ForEach([&](const Expectation& expectation) {
        listing.expectations.push_back(ProcLine(expectation, now));
    });
    return listing;
}

Listing
ListTool(Ptr<Conntrack> conntrack, const ReportContext& context)
{
    Listing listing;
    const Nanos now = Conntrack::Now();
    conntrack->GetConnections().ForEach([&](Connection& connection) {
        listing.connections.push_back(ListLine(connection, now, context));
    });
    conntrack->GetExpectations()->ForEach([&](const Expectation& expectation) {
        // conntrack(8) lists IPv4 unless asked for IPv6.
        if (expectation.tuple.family == Family::Ipv4)
        {
            listing.expectations.push_back(ListLine(expectation, now));
        }
    });
    return listing;
}

std::vector<std::string>
ListStatistics(Ptr<Conntrack> conntrack, const ReportContext& context)
{
    const uint32_t count = conntrack->GetConnections().Size();
    return {ProcStatHead(context), ProcStatLine(conntrack->GetStatistics(), count)};
}

void
PrintLines(std::ostream& out, const char* file, const std::vector<std::string>& lines)
{
    out << "# /proc/net/" << file << "\n";
    for (const std::string& line : lines)
    {
        out << line << "\n";
    }
}

void
Open(std::ofstream& file, const std::string& path)
{
    file.open(path, std::ios::binary | std::ios::trunc);
    if (!file)
    {
        throw std::runtime_error(path + ": cannot be written");
    }
}

} // namespace

EventRecorder::EventRecorder(Ptr<Conntrack> conntrack, const ReportContext& context)
    : m_conntrack(conntrack),
      m_context(context)
{
    const auto connect = [&](const char* source, const auto& callback) {
        if (!m_conntrack->TraceConnectWithoutContext(source, callback))
        {
            NS_FATAL_ERROR("Conntrack has no trace source " << source);
        }
    };
    connect("Connection", MakeCallback(&EventRecorder::OnConnection, this));
    connect("Expectation", MakeCallback(&EventRecorder::OnExpectation, this));
    connect("Drop", MakeCallback(&EventRecorder::OnDrop, this));
    connect("Log", MakeCallback(&EventRecorder::OnLog, this));
}

EventRecorder::EventRecorder(Ptr<Conntrack> conntrack)
    : EventRecorder(conntrack, ContextOf(conntrack, 0))
{
}

EventRecorder::~EventRecorder()
{
    m_conntrack->TraceDisconnectWithoutContext("Drop", MakeCallback(&EventRecorder::OnDrop, this));
    m_conntrack->TraceDisconnectWithoutContext("Connection",
                                               MakeCallback(&EventRecorder::OnConnection, this));
    m_conntrack->TraceDisconnectWithoutContext("Expectation",
                                               MakeCallback(&EventRecorder::OnExpectation, this));
    m_conntrack->TraceDisconnectWithoutContext("Log", MakeCallback(&EventRecorder::OnLog, this));
}

void
EventRecorder::PrintTo(std::ostream& lines, const std::string& label)
{
    m_lines = &lines;
    m_label = label;
}

void
EventRecorder::WriteTo(const std::string& folder)
{
    m_folder = folder;
    Open(m_json, folder + "/events.jsonl");
    Open(m_connectionText, folder + "/events-ct.txt");
    Open(m_expectationText, folder + "/events-exp.txt");
    Open(m_log, folder + "/klog.txt");
    Open(m_drops, folder + "/drops.jsonl");
}

void
EventRecorder::OnConnection(const ConnectionNotice& notice)
{
    const std::string line = EventLine(notice, m_context) + "\n";
    if (m_lines)
    {
        *m_lines << m_label << line;
    }
    if (!m_folder.empty())
    {
        m_connectionText << line;
        m_json << EventJson(notice, m_context).dump() << "\n";
    }
}

void
EventRecorder::OnExpectation(const ExpectationNotice& notice)
{
    const std::string line = EventLine(notice, m_context) + "\n";
    if (m_lines)
    {
        *m_lines << m_label << line;
    }
    if (!m_folder.empty())
    {
        m_expectationText << line;
        m_json << EventJson(notice).dump() << "\n";
    }
}

void
EventRecorder::OnDrop(const PacketNotice& notice)
{
    if (!m_folder.empty())
    {
        m_drops << DropJson(notice).dump() << "\n";
    }
}

void
EventRecorder::OnLog(const std::string& line)
{
    if (!m_folder.empty())
    {
        m_log << line << "\n";
    }
}

Json
EventRecorder::ListExpectations() const
{
    Json expectations = Json::array();
    m_conntrack->GetExpectations()->ForEach([&](const Expectation& expectation) {
        expectations.push_back(EntryJson(expectation, Conntrack::Now()));
    });
    return expectations;
}

Json
EventRecorder::Snapshot(const std::string& label) const
{
    const Nanos now = Conntrack::Now();
    Json connections = Json::array();
    m_conntrack->GetConnections().ForEach([&](Connection& connection) {
        connections.push_back(EntryJson(connection, now, m_context));
    });
    const Listing proc = ListProc(m_conntrack, m_context);
    const Listing tool = ListTool(m_conntrack, m_context);
    const std::string statistics = StatisticsLine(m_conntrack->GetStatistics(), m_context);
    return Json{{"label", label},
                {"t", static_cast<double>(now / 1000) / 1e6},
                {"ct", connections},
                {"exp", ListExpectations()},
                {"proc_nf_conntrack", proc.connections},
                {"proc_nf_conntrack_expect", proc.expectations},
                {"proc_stat_nf_conntrack", ListStatistics(m_conntrack, m_context)},
                {"conntrack_L", tool.connections},
                {"conntrack_L_expect", tool.expectations},
                {"conntrack_S", Json::array({statistics})}};
}

void
EventRecorder::PrintProc(std::ostream& out) const
{
    const Listing proc = ListProc(m_conntrack, m_context);
    PrintLines(out, "nf_conntrack", proc.connections);
    PrintLines(out, "nf_conntrack_expect", proc.expectations);
    PrintLines(out, "stat/nf_conntrack", ListStatistics(m_conntrack, m_context));
}

void
EventRecorder::Finish()
{
    if (m_folder.empty())
    {
        return;
    }
    for (std::ofstream* file : {&m_json, &m_connectionText, &m_expectationText, &m_log, &m_drops})
    {
        file->close();
        if (!*file)
        {
            throw std::runtime_error(m_folder + ": not everything could be written");
        }
    }
}

void
WriteFile(const std::string& path, const std::string& text)
{
    std::ofstream file;
    Open(file, path);
    file << text;
    file.close();
    if (!file)
    {
        throw std::runtime_error(path + ": not everything could be written");
    }
}

} // namespace conntrack
} // namespace ns3
