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
constexpr int PRIORITY_NAT_IN = -100;   // NF_IP_PRI_NAT_DST
constexpr int PRIORITY_NAT_OUT = 100;   // NF_IP_PRI_NAT_SRC
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

NatSide
SideOf(Hook hook)
{
    return IsWayOut(hook) ? NatSide::Source : NatSide::Destination;
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
PacketPath::SetLeaveCallback(std::function<void()> callback)
{
    m_onLeave = std::move(callback);
}

void
PacketPath::SetWitness(Witness witness)
{
    m_witness = std::move(witness);
    Arrange();
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
        own.push_back({PRIORITY_TRACKING, StageKind::LookUp, nullptr, hook});
        if (m_witness)
        {
            own.push_back({PRIORITY_TRACKING, StageKind::Tell, nullptr, hook});
        }
    }
    if (m_ruleset != nullptr && m_ruleset->HasNat(family) && hook != Hook::Forward)
    {
        const int priority = IsWayIn(hook) ? PRIORITY_NAT_IN : PRIORITY_NAT_OUT;
        own.push_back({priority, StageKind::Nat, nullptr, hook});
    }
    if (IsTracking(family) && IsWayOut(hook))
    {
        const int helper = m_profile.helperAtPriority300 ? PRIORITY_HELPER : PRIORITY_LAST;
        own.push_back({helper, StageKind::Help, nullptr, hook});
        own.push_back({PRIORITY_LAST, StageKind::Confirm, nullptr, hook});
        if (m_witness)
        {
            own.push_back({PRIORITY_LAST, StageKind::Tell, nullptr, hook});
        }
    }
    if (m_ruleset == nullptr)
    {
        return own;
    }
    Stages merged;
    auto next = own.begin();
    for (const BaseChain* chain : m_ruleset->GetBaseChains(family, hook))
    {
        if (chain->type == ChainType::Nat)
        {
            continue; // the stage Nat runs it, whatever its priority
        }
        while (next != own.end() && !chain->RunsBefore(next->priority))
        {
            merged.push_back(*next++);
        }
        merged.push_back({chain->priority, StageKind::Chain, chain, hook});
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
        case StageKind::Nat:
            passage = RunNat(stage.hook, packet);
            break;
        case StageKind::Help:
            passage = m_tracking.Help(packet);
            break;
        case StageKind::Confirm:
            passage = Confirm(packet);
            break;
        case StageKind::Tell:
            m_witness(stage.hook, packet);
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
    m_natRefused = false;
    const Verdict verdict = m_ruleset->Run(chain, packet, *this);
    if (verdict.kind == VerdictKind::Accept)
    {
        return Passage::Pass;
    }
    if (verdict.kind == VerdictKind::Reject && m_onReject)
    {
        m_onReject(packet, verdict);
    }
    TellDrop(packet,
             m_natRefused                          ? DropReason::NatRefused
             : verdict.kind == VerdictKind::Reject ? DropReason::Reject
                                                   : DropReason::Rule);
    return Passage::Stop;
}

Passage
PacketPath::Confirm(TrackedPacket& packet)
{
    const bool isFirst = packet.connection != nullptr && !packet.connection->Is(status::CONFIRMED);
    const Passage passage = m_tracking.Confirm(packet);
    if (isFirst && m_nat && passage == Passage::Pass && packet.connection->Is(status::CONFIRMED))
    {
        m_nat->engine.Confirmed(*packet.connection, packet.now);
    }
    return passage;
}

Passage
PacketPath::RunNat(Hook hook, TrackedPacket& packet)
{
    if (packet.connection == nullptr || !m_nat)
    {
        return Passage::Pass;
    }
    if (IsWayIn(hook))
    {
        m_nat->engine.Seen(packet);
    }
    const NatSide side = SideOf(hook);
    const uint8_t protocol = packet.view.Protocol();
    const bool isIcmp = protocol == protocol::ICMP || protocol == protocol::ICMPV6;
    bool passes = true;
    if (packet.state == FlowState::Related && isIcmp)
    {
        passes = NatEngine::TranslateError(packet, side, Checksums()) == NatResult::Done;
    }
    else
    {
        const bool isNew = !packet.connection->Is(status::CONFIRMED);
        if (isNew && DecideAt(hook, packet) == Passage::Stop)
        {
            return Passage::Stop;
        }
        if (HasMoved(hook, packet))
        {
            m_parts.connections.End(*packet.connection, EndReason::Deleted, packet.now);
            passes = false;
        }
        passes = passes && (!NatEngine::Translates(packet, side) ||
                            NatEngine::Translate(packet, side, Checksums()));
    }
    if (!passes)
    {
        TellDrop(packet, DropReason::NatRefused);
        return Passage::Stop;
    }
    return Passage::Pass;
}

Passage
PacketPath::DecideAt(Hook hook, TrackedPacket& packet)
{
    const NatSide side = SideOf(hook);
    Connection& connection = *packet.connection;
    const bool isOwnAnswer = packet.isLocal && packet.state == FlowState::Related;
    if (NatEngine::IsDecided(connection, side) || isOwnAnswer)
    {
        return Passage::Pass;
    }
    for (const BaseChain* chain : m_ruleset->GetBaseChains(packet.view.GetFamily(), hook))
    {
        if (chain->type != ChainType::Nat)
        {
            continue;
        }
        if (RunChain(*chain, packet) == Passage::Stop)
        {
            return Passage::Stop;
        }
        if (NatEngine::IsDecided(connection, side))
        {
            return Passage::Pass;
        }
    }
    if (m_nat->engine.DecideUnasked(connection, side, packet.now) == NatResult::Drop)
    {
        TellDrop(packet, DropReason::NatRefused);
        return Passage::Stop;
    }
    return Passage::Pass;
}

bool
PacketPath::HasMoved(Hook hook, const TrackedPacket& packet) const
{
    // Its packets leave by another interface now, whose address they do not bear.
    if (hook != Hook::Postrouting || packet.direction != Direction::Original)
    {
        return false;
    }
    const uint32_t masquerade = m_nat->engine.MasqueradeOf(*packet.connection);
    return masquerade != 0 && masquerade != packet.output.index;
}

ChecksumUse
PacketPath::Checksums() const
{
    return m_parts.settings.hasChecksums ? ChecksumUse::Kept : ChecksumUse::Absent;
}

void
PacketPath::SetNat(const NatParts& parts)
{
    m_nat.emplace(parts);
}

bool
PacketPath::DecideNat(TrackedPacket& packet, NatSide side, NatTarget target, const NatRange& range)
{
    if (!m_nat || packet.connection == nullptr)
    {
        return false;
    }
    NatRange wanted = range;
    if (target != NatTarget::Given)
    {
        const bool atOutput = target == NatTarget::OutputOwn;
        const Interface& interface = atOutput ? packet.output : packet.input;
        const Address gateway =
            atOutput && packet.nextHop != nullptr ? packet.nextHop->Get() : Address{};
        const Address peer = !atOutput          ? packet.view.Source()
                             : gateway.IsZero() ? packet.view.Destination()
                                                : gateway;
        const auto own = m_nat->ownAddress(interface.index, packet.view.GetFamily(), peer);
        if (!own)
        {
            return false;
        }
        wanted.mapsAddress = true;
        wanted.minAddress = wanted.maxAddress = *own;
    }
    if (m_nat->engine.DecideForRule(*packet.connection, wanted, side, packet.now) !=
        NatResult::Done)
    {
        m_natRefused = true;
        return false;
    }
    if (target == NatTarget::OutputOwn)
    {
        m_nat->engine.SetMasquerade(*packet.connection, packet.output.index);
    }
    return true;
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
    HelperArea* area = m_parts.connections.AddHelperArea(connection);
    if (area != nullptr && connection.Is(status::SRC_NAT | status::DST_NAT) &&
        !m_profile.lateHelperIsShifted)
    {
        area->takesShifts = false;
    }
    return area;
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
