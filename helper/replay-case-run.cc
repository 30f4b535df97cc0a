/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "helper/replay-case-run.h"

#include "helper/replay-settings.h"

#include "ns3/boolean.h"
#include "ns3/simulator.h"

#include <algorithm>

namespace ns3
{
namespace conntrack
{

namespace
{

/// A recorder's snapshot lists the connections, then the expectations (test/lab/ctlab/recorder.py);
/// each half of its time goes by with entering the router's namespace, and the table is read at the
/// half's end. Packets of real programs may come in between.
constexpr Nanos READING_PERCENT = 97;

} // namespace

CaseReplay::CaseReplay(const std::string& folder, const ReplayOptions& options)
    : m_case(ReplayCase::Load(folder)),
      m_options(options),
      m_snapshots(nlohmann::ordered_json::array())
{
    m_entering = ReadEntering(m_case, options.errors);
    const KernelProfile& profile = KernelProfile::ForRelease(m_case.kernel);
    m_conntrack = MakeConntrack(options, profile.name, "wheel", m_case.jiffies);
    m_conntrack->SetAttribute("TrackingOnDemand", BooleanValue(true));
    ApplySysctls(m_conntrack, m_case.sysctls, UnknownSysctl::Skip);
    ApplySysctls(m_conntrack, options.sysctls, UnknownSysctl::Refuse);
    if (options.prepare)
    {
        options.prepare(m_conntrack);
    }
    m_router = MakeRouter(m_case.ports, m_conntrack);
    OpenSockets();
    ApplyModuleParameters(m_conntrack, m_case.moduleParameters);
    if (options.equip)
    {
        options.equip(m_conntrack);
    }
    LoadRules(m_conntrack, m_case.ruleset, folder + "/ruleset.json");
}

CaseReplay::~CaseReplay()
{
    m_recorder.reset();
    m_verdicts.reset();
    m_router = {};
    m_conntrack = nullptr;
    Simulator::Destroy();
}

void
CaseReplay::OpenSockets()
{
    for (const RecordedFrame& frame : m_entering)
    {
        if (frame.isOwn)
        {
            const auto view = PacketView::Parse(frame.View().packet);
            OpenSocket(m_router, ReadU16(view->Transport().data));
        }
    }
}

void
CaseReplay::OpenResults()
{
    if (m_options.out.empty())
    {
        return;
    }
    MakeFolder(m_options.out);
    m_recorder->WriteTo(m_options.out);
    for (const ReplayPort& port : m_case.ports)
    {
        m_writers.emplace_back(m_options.out + "/" + port.name + ".pcap");
    }
}

void
CaseReplay::Schedule()
{
    for (std::size_t port = 0; port < m_router.devices.size(); ++port)
    {
        m_router.devices[port]->SetSendCallback(
            [this, port](const LinkFrame& frame) { OnSend(port, frame); });
    }
    Nanos end = m_entering.empty() ? 0 : m_entering.back().time;
    for (const ReplaySnapshot& snapshot : m_case.snapshots)
    {
        const Nanos half = (snapshot.end - snapshot.time) / 2;
        const Nanos reading = half / 100 * READING_PERCENT;
        Simulator::Schedule(NanoSeconds(snapshot.time + reading), [this, &snapshot] {
            m_snapshots.push_back(m_recorder->Snapshot(snapshot.label));
        });
        Simulator::Schedule(NanoSeconds(snapshot.time + half + reading),
                            [this] { m_snapshots.back()["exp"] = m_recorder->ListExpectations(); });
        end = std::max(end, snapshot.end);
    }
    // Everything of the last nanosecond still happens.
    Simulator::Stop(NanoSeconds(end + 1));
    if (!m_entering.empty())
    {
        Simulator::ScheduleWithContext(m_router.node->GetId(),
                                       NanoSeconds(m_entering.front().time),
                                       &CaseReplay::InjectNext,
                                       this);
    }
}

void
CaseReplay::InjectNext()
{
    const RecordedFrame& entering = m_entering[m_next++];
    if (m_next < m_entering.size())
    {
        Simulator::ScheduleWithContext(m_router.node->GetId(),
                                       NanoSeconds(m_entering[m_next].time - entering.time),
                                       &CaseReplay::InjectNext,
                                       this);
    }
    if (entering.isOwn)
    {
        SendAsRouter(m_router, entering.port, entering.View().packet);
        return;
    }
    if (m_verdicts)
    {
        m_verdicts->Begin(m_next, entering.View().packet);
    }
    m_router.devices[entering.port]->Inject(entering.View());
    if (m_verdicts)
    {
        m_verdicts->End();
    }
}

void
CaseReplay::OnSend(std::size_t port, const LinkFrame& frame)
{
    if (!m_writers.empty())
    {
        m_writers[port].Write(m_case.epochAtStart + Conntrack::Now(), frame);
    }
}

void
CaseReplay::Run()
{
    Begin();
    Simulator::Run();
    Finish();
}

void
CaseReplay::Begin()
{
    m_recorder.emplace(m_conntrack, ContextOf(m_conntrack, m_case.epochAtStart));
    if (m_options.lines)
    {
        m_recorder->PrintTo(*m_options.lines);
    }
    if (m_options.verdicts)
    {
        m_verdicts.emplace(m_conntrack, m_options.verdicts);
    }
    OpenResults();
    Schedule();
}

void
CaseReplay::Finish()
{
    WriteResults();
    if (m_options.dump == EndDump::Proc && m_options.lines)
    {
        m_recorder->PrintProc(*m_options.lines);
    }
}

void
CaseReplay::WriteResults()
{
    if (m_options.out.empty())
    {
        return;
    }
    m_recorder->Finish();
    for (CaptureWriter& writer : m_writers)
    {
        writer.Close();
    }
    WriteFile(m_options.out + "/snapshots.json", m_snapshots.dump(1) + "\n");
    const nlohmann::ordered_json rules = m_conntrack->GetRuleset()->ToJson(Conntrack::Now());
    WriteFile(m_options.out + "/ruleset-end.json", rules.dump() + "\n");
}

} // namespace conntrack
} // namespace ns3
