/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "helper/replay-capture-run.h"

#include "helper/replay-settings.h"
#include "model/ruleset/ready-made.h"
#include "model/stack/packet-path.h"

#include "ns3/boolean.h"
#include "ns3/global-value.h"
#include "ns3/simulator.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

namespace ns3
{
namespace conntrack
{

namespace
{

using Json = nlohmann::ordered_json;

constexpr const char* PROFILE = "v6.18";

/// Nothing is known of the path's end points, so nothing can be said against what they send; the
/// recordings' accounting and time stamps are on.
const NamedSettings SYSCTLS{{"nf_conntrack_checksum", "0"},
                            {"nf_conntrack_acct", "1"},
                            {"nf_conntrack_timestamp", "1"}};

/// Has a copy of a packet made for whoever changes it.
class CopyOnEdit final : public PacketEditor
{
  public:
    explicit CopyOnEdit(TrackedPacket& packet)
        : m_packet(packet)
    {
        packet.editor = this;
    }

    /// @return whether there is a copy
    bool HasCopy() const
    {
        return !m_bytes.empty();
    }

    MutableBytes Edit(std::size_t /* end: all of it */) override
    {
        if (!HasCopy())
        {
            const ByteView bytes = m_packet.view.Bytes();
            Replace({bytes.data, bytes.data + bytes.size});
        }
        return {m_bytes.data(), m_bytes.size()};
    }

    void Replace(std::vector<uint8_t> bytes) override
    {
        m_bytes = std::move(bytes);
        m_packet.view = PacketView::Parse({m_bytes.data(), m_bytes.size()}).value_or(m_packet.view);
    }

  private:
    TrackedPacket& m_packet;
    std::vector<uint8_t> m_bytes;
};

} // namespace

std::string
HelpersOnTheirPorts(const HelperRegistry& helpers)
{
    std::vector<HelperService> services;
    std::set<std::pair<std::string, uint8_t>> seen; // of both families
    helpers.ForEach([&](Ptr<ProtocolHelper> helper) {
        const ProtocolHelper::Identity& identity = helper->GetIdentity();
        const bool isUsable = identity.port != 0 && (identity.protocol == protocol::TCP ||
                                                     identity.protocol == protocol::UDP);
        if (isUsable && seen.emplace(identity.name, identity.protocol).second)
        {
            services.push_back({identity.name, identity.protocol, identity.port});
        }
    });
    return HelpersAlone(services);
}

CaptureReplay::CaptureReplay(const CaptureSetup& setup, const ReplayOptions& options)
    : m_setup(setup),
      m_options(options),
      m_reader(setup.capture)
{
    m_packet = m_reader.Next();
    if (!m_packet)
    {
        const std::string& damage = m_reader.GetDamage();
        throw ReplayError(damage.empty() ? setup.capture + ": holds no IP packet" : damage);
    }
    m_epochAtStart = m_packet->time;
    SetUpConntrack();
}

CaptureReplay::~CaptureReplay()
{
    m_recorder.reset();
    m_verdicts.reset();
    if (m_conntrack)
    {
        m_conntrack->Dispose();
    }
    Simulator::Destroy();
}

void
CaptureReplay::SetUpConntrack()
{
    // Captured packets have checksums, which NAT keeps right and nf_conntrack_checksum looks at.
    GlobalValue::Bind("ChecksumEnabled", BooleanValue(true));
    m_conntrack = MakeConntrack(m_options, PROFILE, "exact", 0);
    ApplySysctls(m_conntrack, SYSCTLS, UnknownSysctl::Refuse);
    ApplySysctls(m_conntrack, m_options.sysctls, UnknownSysctl::Refuse);
    if (m_options.prepare)
    {
        m_options.prepare(m_conntrack);
    }
    m_conntrack->GetPath(); // fills the registry
    if (m_options.equip)
    {
        m_options.equip(m_conntrack);
    }
    if (!m_setup.rules.empty())
    {
        m_conntrack->LoadRuleset(m_setup.rules);
    }
    else if (!m_setup.ruleset.empty())
    {
        LoadRules(m_conntrack, ReadFile(m_setup.ruleset), m_setup.ruleset);
    }
    else
    {
        m_conntrack->LoadRuleset(HelpersOnTheirPorts(*m_conntrack->GetHelpers()));
    }
}

void
CaptureReplay::Run()
{
    Begin();
    Simulator::Run();
    Finish();
}

void
CaptureReplay::Begin()
{
    m_recorder.emplace(m_conntrack, ContextOf(m_conntrack, m_epochAtStart));
    if (m_options.lines)
    {
        m_recorder->PrintTo(*m_options.lines);
    }
    if (!m_options.out.empty())
    {
        MakeFolder(m_options.out);
        m_recorder->WriteTo(m_options.out);
        m_writer.emplace(m_options.out + "/out.pcap");
    }
    if (m_options.verdicts)
    {
        m_verdicts.emplace(m_conntrack, m_options.verdicts);
    }
    Simulator::ScheduleNow(&CaptureReplay::Take, this);
}

void
CaptureReplay::Finish()
{
    WriteResults();
    if (m_options.dump == EndDump::Proc && m_options.lines)
    {
        m_recorder->PrintProc(*m_options.lines);
    }
}

void
CaptureReplay::Take()
{
    if (m_verdicts)
    {
        m_verdicts->Begin(m_reader.GetFrames(), m_packet->frame.packet);
    }
    Pass(m_packet->frame);
    if (m_verdicts)
    {
        m_verdicts->End();
    }
    m_conntrack->Rearm();
    m_packet = m_reader.Next();
    if (m_packet)
    {
        ScheduleNext();
        return;
    }
    Simulator::Stop();
    if (!m_reader.GetDamage().empty() && m_options.errors)
    {
        *m_options.errors << m_reader.GetDamage() << "\n";
    }
}

void
CaptureReplay::ScheduleNext()
{
    const Nanos due = m_packet->time - m_epochAtStart;
    const Nanos delay = std::max<Nanos>(due - Conntrack::Now(), 0);
    Simulator::Schedule(NanoSeconds(delay), &CaptureReplay::Take, this);
}

void
CaptureReplay::Pass(const LinkFrame& frame)
{
    const auto view = PacketView::Parse(frame.packet);
    if (!view)
    {
        return; // the kernel drops it before any hook
    }
    TrackedPacket packet;
    packet.now = Conntrack::Now();
    packet.view = *view;
    packet.input = {m_setup.input, 2}; // 1 is the loopback device
    packet.output = {m_setup.output, 3};
    m_fragments.Expire(packet.now);
    auto outcome = m_fragments.Add(packet.view, {}, packet.now);
    if (outcome.verdict == Defragmenter::Verdict::Waiting ||
        outcome.verdict == Defragmenter::Verdict::Refused)
    {
        return;
    }
    LinkFrame leaving = frame;
    if (outcome.verdict == Defragmenter::Verdict::Complete)
    {
        leaving.packet = {outcome.packet.data(), outcome.packet.size()};
        packet.view = PacketView::Parse(leaving.packet).value_or(packet.view);
    }
    CopyOnEdit editor(packet);
    const Passage passage = Cross(packet);
    if (editor.HasCopy())
    {
        leaving.packet = packet.view.Bytes();
    }
    if (passage == Passage::Pass && m_writer)
    {
        m_writer->Write(m_epochAtStart + packet.now, leaving);
    }
    m_conntrack->GetPath().Leave(packet);
}

Passage
CaptureReplay::Cross(TrackedPacket& packet)
{
    PacketPath& path = m_conntrack->GetPath();
    const Interface output = packet.output;
    packet.output = {}; // not known before the route is
    for (const Hook hook : {Hook::Prerouting, Hook::Forward, Hook::Postrouting})
    {
        if (path.Run(hook, packet) == Passage::Stop)
        {
            return Passage::Stop;
        }
        packet.output = output;
        if (hook == Hook::Forward)
        {
            packet.input = {}; // POSTROUTING does not know it
        }
    }
    return Passage::Pass;
}

void
CaptureReplay::WriteResults()
{
    if (m_options.out.empty())
    {
        return;
    }
    m_recorder->Finish();
    m_writer->Close();
    const Json snapshots = Json::array({m_recorder->Snapshot("end")});
    WriteFile(m_options.out + "/snapshots.json", snapshots.dump(1) + "\n");
    const Json rules = m_conntrack->GetRuleset()->ToJson(Conntrack::Now());
    WriteFile(m_options.out + "/ruleset-end.json", rules.dump() + "\n");
}

} // namespace conntrack
} // namespace ns3
