/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_STACK_PACKET_PATH_H
#define CONNTRACK_STACK_PACKET_PATH_H

#include "model/nat/nat-engine.h"
#include "model/ruleset/ruleset.h"
#include "model/stack/flow-tracking.h"

#include <array>
#include <functional>
#include <memory>
#include <vector>

/**
 * @file
 * A packet's way through the five hooks: base chains and tracking, in the order of priority.
 *
 * Layer: stack, but free of the simulator: packets are bytes, time is an argument. The taps of a
 * node call it, and so does a replay that has no node. Shape: a list of stages for each family and
 * hook, made anew when rules are loaded. Source: priorities are those of linux/netfilter_ipv4.h
 * (enum nf_ip_hook_priorities).
 */

namespace ns3
{
namespace conntrack
{

/// A packet's way through the five hooks.
class PacketPath : public RuleActions
{
  public:
    /// Called for a packet that a rule rejects, which is still with its connection.
    using RejectCallback = std::function<void(TrackedPacket&, const Verdict&)>;

    /**
     * @param parts what tracking joins
     * @param listeners whom it tells
     * @param profile decides where the helper stands
     */
    PacketPath(const FlowTracking::Parts& parts,
               const FlowTracking::Listeners& listeners,
               const KernelProfile& profile);
    ~PacketPath() override;

    /// @param ruleset the rules, in place of the present ones; null: none
    void SetRuleset(std::unique_ptr<Ruleset> ruleset);

    /// @return the rules; null: none
    Ruleset* GetRuleset() const
    {
        return m_ruleset.get();
    }

    /**
     * @param onDemand whether packets of a family are tracked only if a rule for it asks for it, as
     *        in Linux; else always
     */
    void SetTrackingOnDemand(bool onDemand);

    /// @param family IPv4 or IPv6 @return whether its packets are tracked
    bool IsTracking(Family family) const;

    /// @param family IPv4 or IPv6 @return whether its packets meet neither tracking nor rules
    bool IsIdle(Family family) const
    {
        return m_idle[IndexOf(family)];
    }

    /// What NAT needs.
    struct NatParts
    {
        NatEngine& engine;
        /// Finds this router's address on an interface (index as rules number it), for a peer that
        /// lies behind it; none: it has none.
        std::function<
            std::optional<Address>(uint32_t interface, Family family, const Address& peer)>
            ownAddress;
    };

    /// @param parts what NAT needs; without, packets that meet a NAT statement are dropped
    void SetNat(const NatParts& parts);

    /// @param callback sends the errors of `reject`; none: nothing is sent
    void SetRejectCallback(RejectCallback callback);

    /// @param callback called when a packet's way has ended: deadlines may be nearer now
    void SetLeaveCallback(std::function<void()> callback);

    /// Called for a packet that has been looked up, and for one that may leave.
    using Witness = std::function<void(Hook, const TrackedPacket&)>;

    /**
     * @param witness sees each packet after its look-up at PREROUTING or OUTPUT, when nothing was
     *        done to it yet, and at the end of INPUT or POSTROUTING; none: costs nothing
     */
    void SetWitness(Witness witness);

    /**
     * Let a packet pass the chains that come before fragments are put together.
     * @param packet a packet or fragment that came in
     * @return Stop if it goes no further, which was told
     */
    Passage RunBeforeAssembly(TrackedPacket& packet)
    {
        const Stages& stages = m_beforeAssembly[IndexOf(packet.view.GetFamily())];
        return stages.empty() ? Passage::Pass : RunStages(stages, packet);
    }

    /**
     * Let a packet pass a hook.
     * @param hook the hook
     * @param packet the packet
     * @return Stop if it goes no further, which was told
     */
    Passage Run(Hook hook, TrackedPacket& packet)
    {
        const Stages& stages = StagesOf(packet.view.GetFamily(), hook);
        return stages.empty() ? Passage::Pass : RunStages(stages, packet);
    }

    /// The packet has left, waits or was dropped. @param packet it has no connection afterwards
    void Leave(TrackedPacket& packet)
    {
        m_tracking.Leave(packet);
        if (m_onLeave)
        {
            m_onLeave();
        }
    }

    /// Find a packet's connection without running any rule, for one whose way was interrupted.
    /// @param packet the packet @return Stop if it must be dropped
    Passage LookUp(TrackedPacket& packet)
    {
        return IsTracking(packet.view.GetFamily()) ? m_tracking.LookUp(packet) : Passage::Pass;
    }

    /// Its TCP ends by a reset of this router's. @param packet the rejected packet
    void CloseTcp(const TrackedPacket& packet)
    {
        if (m_profile.resetClosesConnection)
        {
            m_tracking.CloseTcp(packet);
        }
    }

    /// Tell of a packet that goes no further. @param packet it @param reason why
    void TellDrop(const TrackedPacket& packet, DropReason reason) const;

    // RuleActions
    ByteView GetLinkHeader() override;
    void LogLine(int level, const std::string& line) override;
    HelperArea* AddHelperArea(Connection& connection) override;
    ExpectationTable* GetExpectations() override;
    const Connection* FindConnection(const Tuple& tuple, const Zone& zone, Nanos now) override;
    bool DecideNat(TrackedPacket& packet,
                   NatSide side,
                   NatTarget target,
                   const NatRange& range) override;

  private:
    enum class StageKind : uint8_t
    {
        Chain,
        LookUp,
        Nat,
        Help,
        Confirm,
        Tell,
    };

    struct Stage
    {
        int priority;
        StageKind kind;
        const BaseChain* chain;
        Hook hook; ///< of Nat and Tell
    };

    using Stages = std::vector<Stage>;

    void Arrange();
    Passage RunStages(const Stages& stages, TrackedPacket& packet);
    Stages ArrangeHook(Family family, Hook hook) const;
    Passage RunChain(const BaseChain& chain, TrackedPacket& packet);
    Passage Confirm(TrackedPacket& packet);
    Passage RunNat(Hook hook, TrackedPacket& packet);
    Passage DecideAt(Hook hook, TrackedPacket& packet);
    bool HasMoved(Hook hook, const TrackedPacket& packet) const;
    ChecksumUse Checksums() const;

    static std::size_t IndexOf(Family family)
    {
        return family == Family::Ipv6 ? 1 : 0;
    }

    Stages& StagesOf(Family family, Hook hook)
    {
        return m_stages[IndexOf(family)][static_cast<std::size_t>(hook)];
    }

    FlowTracking::Parts m_parts;
    FlowTracking::Listeners m_listeners;
    const KernelProfile& m_profile;
    FlowTracking m_tracking;
    std::unique_ptr<Ruleset> m_ruleset;
    std::optional<NatParts> m_nat;
    RejectCallback m_onReject;
    std::function<void()> m_onLeave;
    Witness m_witness;
    bool m_trackingOnDemand{false};
    bool m_natRefused{false}; ///< of the packet that a chain runs for
    /// By family (IPv4, IPv6) and hook.
    std::array<std::array<Stages, static_cast<std::size_t>(Hook::Count)>, 2> m_stages;
    std::array<Stages, 2> m_beforeAssembly; ///< by family; taken out of PREROUTING's
    std::array<bool, 2> m_idle{};           ///< by family: all lists are empty
    const Arrival* m_arrival{nullptr};      ///< of the packet that a chain runs for
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_STACK_PACKET_PATH_H
