/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_NAT_CARRIER_CARRIER_GRADE_NAT_H
#define CONNTRACK_NAT_CARRIER_CARRIER_GRADE_NAT_H

#include "model/nat/carrier/nat-behavior.h"
#include "model/nat/carrier/nat-mappings.h"
#include "model/nat/carrier/nat-record.h"
#include "model/nat/carrier/subscriber-ports.h"
#include "model/nat/nat-policy.h"

#include "ns3/nstime.h"
#include "ns3/object.h"
#include "ns3/traced-callback.h"

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

/**
 * @file
 * A carrier's NAT: port blocks, mappings and filters of RFC 4787, logs.
 *
 * Layer: nat.
 * Shape: an ns3::Object with attributes, given to one Conntrack (its attribute CarrierGradeNat).
 * The rules still say which connections get a new source (masquerade, snat); for IPv4 ones of the
 * inside network, in zone 0 and with ports or identifiers, this object then chooses the address
 * and the port. Without it, and for all others, the engine is the kernel's.
 * Lifetime: attributes are read when Conntrack gets the object.
 * Errors: FindFault says in a sentence what is wrong with the attributes.
 * Source: RFC 4787, RFC 6888, RFC 7422.
 */

namespace ns3
{
namespace conntrack
{

/// What a carrier's NAT counted.
struct CarrierGradeStatistics
{
    uint64_t sessionsCreated{0}; ///< connections that use a mapping
    uint64_t mappingsCreated{0}; ///< mappings that were made
    uint64_t blocksAllocated{0}; ///< port blocks given to subscribers
    uint64_t quotaExceeded{0};   ///< connections refused: the subscriber has all that it may have
    uint64_t portsExhausted{0};  ///< connections refused: all ports of the outside are taken
    uint64_t admitted{0};        ///< connections from the outside, let in to a mapping
    uint64_t hairpinned{0};      ///< those of them that come from the inside
    uint64_t filtered{0};        ///< first packets to the pool, or to a mapping, not let in
    uint32_t mostMappings{0};    ///< at a time
    uint32_t mostBlocks{0};      ///< at a time
};

/// A carrier's NAT.
class CarrierGradeNat final : public Object, public NatPolicy
{
  public:
    /// @return the TypeId, ns3::conntrack::CarrierGradeNat
    static TypeId GetTypeId();

    CarrierGradeNat();
    ~CarrierGradeNat() override;

    /**
     * Set all behavior attributes at once.
     * @param name a preset: "linux", "full cone", "restricted cone", "port-restricted cone",
     *        "symmetric" or "rfc4787"; NS_FATAL_ERROR for another
     */
    void SetPreset(const std::string& name);

    /// @return what is wrong with the attributes, in a sentence; empty: nothing
    std::string FindFault() const;

    /// Read the attributes, which FindFault must have found right. Conntrack calls it.
    void Begin();

    /// @return whether Begin was called: it is a router's
    bool HasBegun() const
    {
        return m_ports != nullptr;
    }

    /// @return what was counted
    const CarrierGradeStatistics& GetStatistics() const
    {
        return m_statistics;
    }

    /// @return mappings at present
    uint32_t GetMappings() const;

    /// @return sessions (connections) at present
    uint32_t GetSessions() const;

    /// @return dynamic blocks given at present
    uint32_t GetBlocks() const;

    /**
     * Who has an outside port: with deterministic blocks as computed, whether there are
     * connections or not; else whose mapping there is now.
     * @param outside an address, in host order
     * @param port of it
     * @param protocol IP protocol number
     * @return the subscriber's address; none: nobody
     */
    std::optional<uint32_t> FindSubscriber(uint32_t outside, uint16_t port, uint8_t protocol);

    /// @return when Expire must be called; none: not
    std::optional<Nanos> NextDeadline() const;

    /// @param now point in time; blocks whose hold time is over go back to the pool
    void Expire(Nanos now);

    /// What NatPolicy asks for a connection whose first packet is under way, and afterwards.
    /// @{
    NatChoice ChooseSource(const Connection& connection,
                           const Tuple& tuple,
                           const NatRange* range,
                           const TupleQuestions& questions,
                           Nanos now) override;
    NatChoice ChooseDestination(const Connection& connection,
                                const Tuple& tuple,
                                Nanos now) override;
    void Confirmed(const Connection& connection, Nanos now) override;
    void Ended(const Connection& connection, Nanos now) override;
    std::optional<Nanos> DeadlineFor(const Connection& connection,
                                     Direction direction,
                                     Nanos now) override;
    /// @}

    /**
     * TracedCallback signature of Log.
     * @param record what happened
     */
    typedef void (*RecordTracedCallback)(const NatRecord& record);

    /// @param value an enumeration's, as ns-3.37's EnumValue has it @tparam MEMBER of NatBehavior
    template <auto MEMBER>
    void SetBehavior(int value)
    {
        m_behavior.*MEMBER = static_cast<std::decay_t<decltype(m_behavior.*MEMBER)>>(value);
    }

    /// @return an enumeration's value @tparam MEMBER of NatBehavior
    template <auto MEMBER>
    int GetBehavior() const
    {
        return static_cast<int>(m_behavior.*MEMBER);
    }

    /// @param on whether @tparam MEMBER of NatBehavior
    template <auto MEMBER>
    void SetSwitch(bool on)
    {
        m_behavior.*MEMBER = on;
    }

    /// @return whether @tparam MEMBER of NatBehavior
    template <auto MEMBER>
    bool GetSwitch() const
    {
        return m_behavior.*MEMBER;
    }

    void SetUdpTimeout(Time value); ///< @param value a time-out
    Time GetUdpTimeout() const;     ///< @return a time-out
    void SetAllocation(int value);  ///< @param value a BlockAllocation
    int GetAllocation() const;      ///< @return a BlockAllocation

  protected:
    void DoDispose() override; ///< forgets sessions, mappings and blocks; nothing is logged

  private:
    /// What was chosen for a connection whose first packet is still on its way.
    struct Plan
    {
        uint32_t connection{0}; ///< its id; 0: none
        bool isSession{false};  ///< it will be one, with or without mappings
        bool isHairpin{false};
        std::optional<MappingKey> source;            ///< mapping of its source
        std::optional<SubscriberPorts::Place> place; ///< if that is new: where
        std::optional<NatEndpoint> destination;      ///< outside endpoint that lets it in
    };

    /// A connection that was translated.
    struct Session
    {
        NatMapping* source{nullptr};
        NatMapping* destination{nullptr};
        Nanos deadline{0}; ///< that the last packet that renews gave it; UDP
    };

    static void AddBehavior(TypeId& tid);
    static void AddPorts(TypeId& tid);
    std::string FindBehaviorFault() const;
    std::string FindBlockFault(const AddressRange& inside, const AddressRange& pool) const;
    bool IsManaged(const Tuple& tuple) const;
    bool IsInside(uint32_t address) const;
    Plan& PlanOf(const Connection& connection);
    NatChoice MapSource(Plan& plan,
                        const Tuple& tuple,
                        const AddressRange& addresses,
                        const TupleQuestions& questions,
                        Nanos now);
    std::optional<AddressRange> AddressesFor(const NatRange* range, const Plan& plan) const;
    NatChoice Refuse(NoPort why, const Tuple& tuple, Nanos now);
    bool LetsIn(const NatMapping& mapping, const Tuple& tuple);
    std::optional<NatEndpoint> OutsideSource(const Tuple& tuple);
    NatMapping* TakeSource(const Plan& plan, const Connection& connection, Nanos now);
    uint64_t FilterKey(const NatEndpoint& remote) const;
    void Join(NatMapping& mapping, const NatEndpoint& remote) const;
    void Leave(NatMapping& mapping, const NatEndpoint& remote, Nanos now);
    void TellSession(NatEvent event, const Connection& connection, Nanos now);
    void TellMapping(NatEvent event, const NatMapping& mapping, Nanos now);
    void TellBlock(bool given, uint32_t subscriber, const PortBlock& block, Nanos now);

    NatBehavior m_behavior;
    std::string m_insideNetwork;
    std::string m_outsidePool;
    uint16_t m_firstPort{1024};
    uint16_t m_lastPort{65535};
    BlockAllocation m_allocation{BlockAllocation::None};
    uint32_t m_blockSize{0};
    uint32_t m_mostBlocks{1};
    uint32_t m_mostMappings{0};
    Time m_holdTime;

    AddressRange m_inside;
    std::optional<AddressRange> m_pool;
    std::optional<DeterministicBlocks> m_computed;
    std::unique_ptr<SubscriberPorts> m_ports;
    NatMappings m_mappings;
    std::unordered_map<uint32_t, Session> m_sessions; ///< by connection id
    Plan m_plan;
    CarrierGradeStatistics m_statistics;
    TracedCallback<const NatRecord&> m_logTrace;
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_NAT_CARRIER_CARRIER_GRADE_NAT_H
