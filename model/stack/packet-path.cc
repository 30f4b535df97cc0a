/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/stack/packet-path.h"

#include <algorithm>
#include <limits>

namespace ns3
{
namespace conntrack
{

namespace
{

constexpr int PRIORITY_ASSEMBLY = -400; // NF_IP_PRI_CONNTRACK_DEFRAG
constexpr int PRIORITY_TRACKING = -200; // NF_IP_PRI_CONNTRACK
constexpr int PRIORITY_HELPER = 300;    // NF_IP_PRI_CONNTRACK_HELPER, up to 6.0 or so
constexpr int PRIORITY_LAST = std::numeric_limits<int>::max(); // NF_IP_PRI_CONNTRACK_CONFIRM

bool
IsWayIn(Hook hook)
{
    return hook == Hook::Prerouting || hook == Hook::Output;
}

bool
IsWayOut(Hook hook)
{
    return hook == Hook::Postrouting || hook == Hook::Input;
}

} // namespace

PacketPath::PacketPath(const FlowTracking::Parts& parts,
                       const FlowTracking::Listeners& listeners,
                       const KernelProfile& profile)
    : m_parts(parts),
      m_listeners(listeners),
      m_profile(profile),
      m_tracking(parts, listeners)
{
    Arrange();
}

PacketPath::~PacketPath() = default;

void
PacketPath::SetRuleset(std::unique_ptr<Ruleset> ruleset)
{
    m_ruleset = std::move(ruleset);
    Arrange();
}

void
PacketPath::SetTrackingOnDemand(bool onDemand)
{
    m_trackingOnDemand = onDemand;
    Arrange();
}

bool
PacketPath::IsTracking(Family family) const
{
    return !m_trackingOnDemand || (m_ruleset != nullptr && m_ruleset->NeedsTracking(family));
}

void
PacketPath::SetRejectCallback(RejectCallback callback)
{
    m_onReject = std::move(callback);
}

void
PacketPath::Arrange()
{
    for (const Family family : {Family::Ipv4, Family::Ipv6})
    {
        bool idle = true;
        for (std::size_t hook = 0; hook < static_cast<std::size_t>(Hook::Count); ++hook)
        {
            StagesOf(family, static_cast<Hook>(hook)) =
                ArrangeHook(family, static_cast<Hook>(hook));
            idle = idle && StagesOf(family, static_cast<Hook>(hook)).empty();
        }
        m_idle[IndexOf(family)] = idle;
        Stages& prerouting = StagesOf(family, Hook::Prerouting);
        const auto assembly =
            std::find_if(prerouting.begin(), prerouting.end(), [](const Stage& stage) {
                return stage.chain == nullptr || !stage.chain->RunsBefore(PRIORITY_ASSEMBLY);
            });
        m_beforeAssembly[IndexOf(family)].assign(prerouting.begin(), assembly);
        prerouting.erase(prerouting.begin(), assembly);
    }
}

PacketPath::Stages
PacketPath::ArrangeHook(Family family, Hook hook) const
{
    Stages own;
    if (IsTracking(family) && IsWayIn(hook))
    {
        own.push_back({PRIORITY_TRACKING, StageKind::LookUp, nullptr});
    }
    if (IsTracking(family) && IsWayOut(hook))
    {
        const int helper = m_profile.helperAtPriority300 ? PRIORITY_HELPER : PRIORITY_LAST;
        own.push_back({helper, StageKind::Help, nullptr});
        own.push_back({PRIORITY_LAST, StageKind::Confirm, nullptr});
    }
    if (m_ruleset == nullptr)
    {
        return own;
    }
    Stages merged;
    auto next = own.begin();
    for (const BaseChain* chain : m_ruleset->GetBaseChains(family, hook))
    {
        while (next != own.end() && !chain->RunsBefore(next->priority))
        {
            merged.push_back(*next++);
        }
        merged.push_back({chain->priority, StageKind::Chain, chain});
    }
    merged.insert(merged.end(), next, own.end());
    return merged;
}

ByteView
PacketPath::GetLinkHeader()
{
    return m_arrival != nullptr ? m_arrival->GetLinkHeader() : ByteView{};
}

Passage
PacketPath::RunStages(const Stages& stages, TrackedPacket& packet)
{
    for (const Stage& stage : stages)
    {
        Passage passage = Passage::Pass;
        switch (stage.kind)
        {
        case StageKind::Chain:
            passage = RunChain(*stage.chain, packet);
            break;
        case StageKind::LookUp:
            passage = m_tracking.LookUp(packet);
            break;
        case StageKind::Help:
            passage = m_tracking.Help(packet);
            break;
        case StageKind::Confirm:
            passage = m_tracking.Confirm(packet);
            break;
        }
        if (passage == Passage::Stop)
        {
            return Passage::Stop;
        }
    }
    return Passage::Pass;
}

Passage
PacketPath::RunChain(const BaseChain& chain, TrackedPacket& packet)
{
    m_arrival = packet.arrival;
    const Verdict verdict = m_ruleset->Run(chain, packet, *this);
    if (verdict.kind == VerdictKind::Accept)
    {
        return Passage::Pass;
    }
    if (verdict.kind == VerdictKind::Reject && m_onReject)
    {
        m_onReject(packet, verdict);
    }
    TellDrop(packet, verdict.kind == VerdictKind::Reject ? DropReason::Reject : DropReason::Rule);
    return Passage::Stop;
}

void
PacketPath::TellDrop(const TrackedPacket& packet, DropReason reason) const
{
    if (m_listeners.drop)
    {
        m_listeners.drop({packet.view, reason, InvalidReason::None, packet.now});
    }
}

void
PacketPath::LogLine(int, const std::string& line)
{
    if (m_listeners.log)
    {
        m_listeners.log(line);
    }
}

HelperArea*
PacketPath::AddHelperArea(Connection& connection)
{
    return m_parts.connections.AddHelperArea(connection);
}

ExpectationTable*
PacketPath::GetExpectations()
{
    return &m_parts.expectations;
}

const Connection*
PacketPath::FindConnection(const Tuple& tuple, const Zone& zone, Nanos now)
{
    return m_parts.connections.Find(tuple, zone, now).connection;
}

} // namespace conntrack
} // namespace ns3
