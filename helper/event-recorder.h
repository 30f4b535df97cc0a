/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_HELPER_EVENT_RECORDER_H
#define CONNTRACK_HELPER_EVENT_RECORDER_H

#include "model/report/report-context.h"
#include "model/stack/conntrack.h"

#include <fstream>
#include <nlohmann/json_fwd.hpp>
#include <ostream>
#include <string>

/**
 * @file
 * A router's events, listened to and written as they come; its tables, written when asked.
 *
 * Layer: helper.
 * Shape: nothing is kept: each event goes to a stream or a file at once.
 * Errors: std::runtime_error if a file cannot be written.
 */

namespace ns3
{
namespace conntrack
{

/// A router's events, written as they come.
class EventRecorder
{
  public:
    /**
     * @param conntrack the router; it must not live longer than this
     * @param context how to print
     */
    EventRecorder(Ptr<Conntrack> conntrack, const ReportContext& context);

    /// @param conntrack the router, whose attributes decide what is printed; time 0 is 1970
    explicit EventRecorder(Ptr<Conntrack> conntrack);
    ~EventRecorder();
    EventRecorder(const EventRecorder&) = delete;
    EventRecorder& operator=(const EventRecorder&) = delete;

    /**
     * Print the events of both tables as conntrack(8) does, a line each.
     * @param lines gets them
     * @param label begins each line, e.g. a router's name
     */
    void PrintTo(std::ostream& lines, const std::string& label = "");

    /**
     * Write events.jsonl, events-ct.txt, events-exp.txt, klog.txt and drops.jsonl
     * (doc/formats.rst).
     * @param folder an existing folder
     */
    void WriteTo(const std::string& folder);

    /**
     * @param label a snapshot's name
     * @return the tables as they stand, in JSON and in every text form
     */
    nlohmann::ordered_json Snapshot(const std::string& label) const;

    /// @return the expectations now, as in a snapshot
    nlohmann::ordered_json ListExpectations() const;

    /// @param out gets the files of /proc/net, each under its name
    void PrintProc(std::ostream& out) const;

    /// Flush the files. @throws std::runtime_error if not everything could be written
    void Finish();

  private:
    void OnConnection(const ConnectionNotice& notice);
    void OnExpectation(const ExpectationNotice& notice);
    void OnDrop(const PacketNotice& notice);
    void OnLog(const std::string& line);

    Ptr<Conntrack> m_conntrack;
    ReportContext m_context;
    std::ostream* m_lines{nullptr};
    std::string m_label;
    std::string m_folder;
    std::ofstream m_json;
    std::ofstream m_connectionText;
    std::ofstream m_expectationText;
    std::ofstream m_log;
    std::ofstream m_drops;
};

/**
 * Write a whole file.
 * @param path the file, made or overwritten
 * @param text its bytes
 * @throws std::runtime_error if it cannot be written
 */
void WriteFile(const std::string& path, const std::string& text);

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_HELPER_EVENT_RECORDER_H
