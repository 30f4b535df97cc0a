/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_HELPER_REPLAY_CAPTURE_RUN_H
#define CONNTRACK_HELPER_REPLAY_CAPTURE_RUN_H

#include "helper/capture-reader.h"
#include "helper/capture-writer.h"
#include "helper/event-recorder.h"
#include "helper/packet-verdicts.h"
#include "helper/replay-options.h"
#include "model/wire/defragmenter.h"

#include <optional>
#include <string>

/**
 * @file
 * The replay of any capture, as seen at one point of the path.
 *
 * Layer: helper.
 * Shape: no node: every packet goes through the hooks PREROUTING, FORWARD and POSTROUTING as it is,
 * without addresses, routes or hop limits. One packet is in memory at a time. Simulated time 0 is
 * the first packet's; a packet stamped earlier than the one before it comes with it. Errors:
 * ReplayError, CaptureError or RulesetError, before anything is written.
 */

namespace ns3
{
namespace conntrack
{

/// What a capture's replay is told beside its options.
struct CaptureSetup
{
    std::string capture;        ///< the file
    std::string ruleset;        ///< a file with nft's JSON; empty: every helper on its port
    std::string rules;          ///< the JSON itself, in place of a file
    std::string input{"eth0"};  ///< what rules see as the packets' input interface
    std::string output{"eth1"}; ///< what rules see as the packets' output interface
};

/**
 * Rules that accept everything and give each known helper its usual port.
 * @param helpers the registry
 * @return the document, in nft's JSON
 */
std::string HelpersOnTheirPorts(const HelperRegistry& helpers);

/// The replay of any capture.
class CaptureReplay
{
  public:
    /**
     * Open the capture, load the rules; nothing is written yet.
     * @param setup which capture, which rules
     * @param options how
     */
    CaptureReplay(const CaptureSetup& setup, const ReplayOptions& options);

    /// Ends the simulation.
    ~CaptureReplay();

    CaptureReplay(const CaptureReplay&) = delete;
    CaptureReplay& operator=(const CaptureReplay&) = delete;

    /// Run to the last packet and write everything.
    void Run();

    /// The first half of Run: what is left is Simulator::Run and Finish.
    void Begin();

    /// The second half of Run: write everything.
    void Finish();

    /// @return the router's connection tracking; it belongs to no node
    Ptr<Conntrack> GetConntrack() const
    {
        return m_conntrack;
    }

    /// @return CLOCK_REALTIME of the first packet; nanoseconds
    Nanos GetEpoch() const
    {
        return m_epochAtStart;
    }

    /// @return one sentence about where the capture is damaged; empty: it is not (so far)
    const std::string& GetDamage() const
    {
        return m_reader.GetDamage();
    }

  private:
    void SetUpConntrack();
    void Take();
    void Pass(const LinkFrame& frame);
    Passage Cross(TrackedPacket& packet);
    void ScheduleNext();
    void WriteResults();

    CaptureSetup m_setup;
    ReplayOptions m_options;
    CaptureReader m_reader;
    std::optional<CapturedPacket> m_packet; ///< the one that comes next
    Nanos m_epochAtStart{0};
    Ptr<Conntrack> m_conntrack;
    Defragmenter m_fragments;
    std::optional<EventRecorder> m_recorder;
    std::optional<CaptureWriter> m_writer;
    std::optional<PacketVerdicts> m_verdicts;
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_HELPER_REPLAY_CAPTURE_RUN_H
