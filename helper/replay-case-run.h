/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_HELPER_REPLAY_CASE_RUN_H
#define CONNTRACK_HELPER_REPLAY_CASE_RUN_H

#include "helper/capture-writer.h"
#include "helper/event-recorder.h"
#include "helper/packet-verdicts.h"
#include "helper/replay-frames.h"
#include "helper/replay-options.h"
#include "helper/replay-router.h"

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

/**
 * @file
 * The replay of a recorded case through a simulated router.
 *
 * Layer: helper.
 * Shape: one simulation; simulated time 0 is the case's t0. The frames that entered the kernel's
 * router enter ours at their times; what leaves ours, its events and its tables are written.
 * Errors: ReplayError or CaptureError, before anything is written.
 */

namespace ns3
{
namespace conntrack
{

/// The replay of a recorded case.
class CaseReplay
{
  public:
    /**
     * Read the case and make the router.
     * @param folder the case's folder
     * @param options how; its folder for results is not touched yet
     */
    CaseReplay(const std::string& folder, const ReplayOptions& options);

    /// Ends the simulation.
    ~CaseReplay();

    CaseReplay(const CaseReplay&) = delete;
    CaseReplay& operator=(const CaseReplay&) = delete;

    /// Run to the end of the last snapshot and write everything.
    void Run();

    /// The first half of Run: what is left is Simulator::Run and Finish.
    void Begin();

    /// The second half of Run: write everything.
    void Finish();

    /// @return the tables at each snapshot, as snapshots.json has them
    const nlohmann::ordered_json& GetSnapshots() const
    {
        return m_snapshots;
    }

    /// @return CLOCK_REALTIME of simulated time 0; nanoseconds
    Nanos GetEpoch() const
    {
        return m_case.epochAtStart;
    }

    /// @return the router's connection tracking
    Ptr<Conntrack> GetConntrack() const
    {
        return m_conntrack;
    }

  private:
    void OpenSockets();
    void OpenResults();
    void Schedule();
    void InjectNext();
    void OnSend(std::size_t port, const LinkFrame& frame);
    void WriteResults();

    ReplayCase m_case;
    ReplayOptions m_options;
    Ptr<Conntrack> m_conntrack;
    ReplayRouter m_router;
    std::vector<RecordedFrame> m_entering; ///< by time
    std::size_t m_next{0};                 ///< of m_entering
    std::vector<CaptureWriter> m_writers;  ///< by port; none without a folder for results
    std::optional<EventRecorder> m_recorder;
    std::optional<PacketVerdicts> m_verdicts;
    nlohmann::ordered_json m_snapshots;
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_HELPER_REPLAY_CASE_RUN_H
