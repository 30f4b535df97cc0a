/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
// Attributes of CarrierGradeNat, and what may be wrong with them.
#include "model/nat/carrier/carrier-grade-nat.h"

#include "ns3/boolean.h"
#include "ns3/enum.h"
#include "ns3/fatal-error.h"
#include "ns3/string.h"
#include "ns3/trace-source-accessor.h"
#include "ns3/uinteger.h"

namespace ns3
{
namespace conntrack
{

NS_OBJECT_ENSURE_REGISTERED(CarrierGradeNat);

namespace
{

using ChoiceValue = decltype(EnumValue(0)); // a template since ns-3.41

constexpr uint64_t MOST_OUTSIDE = 65536; // so many addresses are looked through for a free port

/// An enumerator as EnumValue has it.
template <typename Enumeration>
constexpr int
Number(Enumeration value)
{
    return static_cast<int>(value);
}

template <auto MEMBER>
void
AddBehaviorChoice(TypeId& tid,
                  const std::string& name,
                  const std::string& text,
                  const Ptr<const AttributeChecker>& checker)
{
    const int initial = Number(FindNatPreset("rfc4787")->behavior.*MEMBER);
    tid.AddAttribute(name,
                     text,
                     ChoiceValue(initial),
                     MakeAccessorHelper<ChoiceValue>(&CarrierGradeNat::SetBehavior<MEMBER>,
                                                     &CarrierGradeNat::GetBehavior<MEMBER>),
                     checker);
}

template <auto MEMBER>
void
AddBehaviorSwitch(TypeId& tid, const std::string& name, const std::string& text)
{
    tid.AddAttribute(name,
                     text,
                     BooleanValue(FindNatPreset("rfc4787")->behavior.*MEMBER),
                     MakeBooleanAccessor(&CarrierGradeNat::SetSwitch<MEMBER>,
                                         &CarrierGradeNat::GetSwitch<MEMBER>),
                     MakeBooleanChecker());
}

std::string
BadRange(const char* attribute, const std::string& text)
{
    return std::string("CarrierGradeNat attribute ") + attribute + ": '" + text +
           "' is no IPv4 network (10.0.0.0/8), range (10.0.0.1-10.0.0.9) or address";
}

} // namespace

void
CarrierGradeNat::AddBehavior(TypeId& tid)
{
    using Mapping = MappingBehavior;
    AddBehaviorChoice<&NatBehavior::mapping>(
        tid,
        "Mapping",
        "When connections of one inside endpoint share their outside endpoint (RFC 4787 4.1); "
        "Linux: the kernel's search decides for each.",
        MakeEnumChecker(Number(Mapping::Linux),
                        "Linux",
                        Number(Mapping::EndpointIndependent),
                        "EndpointIndependent",
                        Number(Mapping::AddressDependent),
                        "AddressDependent",
                        Number(Mapping::AddressAndPortDependent),
                        "AddressAndPortDependent"));
    using Filtering = FilteringBehavior;
    AddBehaviorChoice<&NatBehavior::filtering>(
        tid,
        "Filtering",
        "Who may send to a mapping unasked (RFC 4787 5): anybody, whose address it has a "
        "connection to, nobody.",
        MakeEnumChecker(Number(Filtering::EndpointIndependent),
                        "EndpointIndependent",
                        Number(Filtering::AddressDependent),
                        "AddressDependent",
                        Number(Filtering::AddressAndPortDependent),
                        "AddressAndPortDependent"));
    AddBehaviorChoice<&NatBehavior::pooling>(
        tid,
        "Pooling",
        "Whether all mappings of an inside address have one outside address (RFC 4787 4.1).",
        MakeEnumChecker(Number(PoolingBehavior::Paired),
                        "Paired",
                        Number(PoolingBehavior::Arbitrary),
                        "Arbitrary"));
    AddBehaviorChoice<&NatBehavior::ports>(
        tid,
        "PortAssignment",
        "The outside port of a new mapping (RFC 4787 4.2.1): the inside one if it is free, any, or "
        "the inside one if only the connection is new.",
        MakeEnumChecker(Number(PortAssignment::Preservation),
                        "Preservation",
                        Number(PortAssignment::NoPreservation),
                        "NoPreservation",
                        Number(PortAssignment::Overloading),
                        "Overloading"));
    AddBehaviorSwitch<&NatBehavior::keepsParity>(
        tid,
        "ParityPreservation",
        "Even ports get even ones, odd ports odd ones (RFC 4787 4.2.2).");
    AddBehaviorSwitch<&NatBehavior::keepsContiguity>(
        tid,
        "PortContiguity",
        "An odd port gets the one behind that of the even port before it, if it is free (RFC 4787 "
        "4.2.3).");
    AddBehaviorChoice<&NatBehavior::hairpinning>(
        tid,
        "Hairpinning",
        "What becomes of packets from the inside to a mapping (RFC 4787 6): dropped, or passed on "
        "with their inside or outside source.",
        MakeEnumChecker(Number(Hairpinning::None),
                        "None",
                        Number(Hairpinning::InternalSource),
                        "InternalSource",
                        Number(Hairpinning::ExternalSource),
                        "ExternalSource"));
    AddBehaviorChoice<&NatBehavior::refresh>(
        tid,
        "MappingRefresh",
        "Whether only packets from the inside renew a UDP connection's time-out (RFC 4787 4.3).",
        MakeEnumChecker(Number(MappingRefresh::Outbound),
                        "Outbound",
                        Number(MappingRefresh::Both),
                        "Both"));
    tid.AddAttribute(
        "UdpTimeout",
        "Of UDP connections, whatever answers they had (RFC 4787 4.3); 0: those of "
        "Conntrack.",
        TimeValue(NanoSeconds(FindNatPreset("rfc4787")->behavior.udpTimeout)),
        MakeTimeAccessor(&CarrierGradeNat::SetUdpTimeout, &CarrierGradeNat::GetUdpTimeout),
        MakeTimeChecker(Seconds(0)));
}

void
CarrierGradeNat::AddPorts(TypeId& tid)
{
    tid.AddAttribute("InsideNetwork",
                     "Who is a subscriber: 100.64.0.0/10, 100.64.0.1-100.64.0.9; empty: everybody "
                     "whose source a rule translates.",
                     StringValue(""),
                     MakeStringAccessor(&CarrierGradeNat::m_insideNetwork),
                     MakeStringChecker());
    tid.AddAttribute("OutsidePool",
                     "The outside addresses, as InsideNetwork; empty: those that the rule names "
                     "(masquerade: the interface's).",
                     StringValue(""),
                     MakeStringAccessor(&CarrierGradeNat::m_outsidePool),
                     MakeStringChecker());
    tid.AddAttribute("FirstPort",
                     "The lowest outside port, those below being reserved.",
                     UintegerValue(1024),
                     MakeUintegerAccessor(&CarrierGradeNat::m_firstPort),
                     MakeUintegerChecker<uint16_t>(1));
    tid.AddAttribute("LastPort",
                     "The highest outside port.",
                     UintegerValue(65535),
                     MakeUintegerAccessor(&CarrierGradeNat::m_lastPort),
                     MakeUintegerChecker<uint16_t>(1));
    tid.AddAttribute("BlockAllocation",
                     "Blocks of ports: none, given and taken back as needed, or one each, computed "
                     "from the subscriber's address (RFC 7422).",
                     ChoiceValue(Number(BlockAllocation::None)),
                     MakeAccessorHelper<ChoiceValue>(&CarrierGradeNat::SetAllocation,
                                                     &CarrierGradeNat::GetAllocation),
                     MakeEnumChecker(Number(BlockAllocation::None),
                                     "None",
                                     Number(BlockAllocation::Dynamic),
                                     "Dynamic",
                                     Number(BlockAllocation::Deterministic),
                                     "Deterministic"));
    tid.AddAttribute("BlockSize",
                     "Ports of a block; 0, with deterministic blocks: as many as there are for "
                     "each subscriber.",
                     UintegerValue(0),
                     MakeUintegerAccessor(&CarrierGradeNat::m_blockSize),
                     MakeUintegerChecker<uint32_t>());
    tid.AddAttribute("BlocksPerSubscriber",
                     "Most dynamic blocks of a subscriber.",
                     UintegerValue(1),
                     MakeUintegerAccessor(&CarrierGradeNat::m_mostBlocks),
                     MakeUintegerChecker<uint32_t>(1));
    tid.AddAttribute("BlockHoldTime",
                     "How long a dynamic block without mappings stays its subscriber's.",
                     TimeValue(Seconds(0)),
                     MakeTimeAccessor(&CarrierGradeNat::m_holdTime),
                     MakeTimeChecker(Seconds(0)));
    tid.AddAttribute("MappingsPerSubscriber",
                     "Most mappings of a subscriber, 0: no limit (RFC 6888 REQ-4).",
                     UintegerValue(0),
                     MakeUintegerAccessor(&CarrierGradeNat::m_mostMappings),
                     MakeUintegerChecker<uint32_t>());
}

TypeId
CarrierGradeNat::GetTypeId()
{
    static TypeId tid = [] {
        TypeId id = TypeId("ns3::conntrack::CarrierGradeNat")
                        .SetParent<Object>()
                        .SetGroupName("Conntrack")
                        .AddConstructor<CarrierGradeNat>();
        AddBehavior(id);
        AddPorts(id);
        id.AddTraceSource("Log",
                          "A session, a mapping or a block begins or ends, or there is no port.",
                          MakeTraceSourceAccessor(&CarrierGradeNat::m_logTrace),
                          "ns3::conntrack::CarrierGradeNat::RecordTracedCallback");
        return id;
    }();
    return tid;
}

void
CarrierGradeNat::SetPreset(const std::string& name)
{
    const NatPreset* preset = FindNatPreset(name);
    if (preset == nullptr)
    {
        std::string known;
        for (const NatPreset& other : NatPresets())
        {
            known += (known.empty() ? "" : ", ") + other.name;
        }
        NS_FATAL_ERROR("CarrierGradeNat: there is no preset '" << name << "', only " << known);
    }
    m_behavior = preset->behavior;
}

void
CarrierGradeNat::SetUdpTimeout(Time value)
{
    m_behavior.udpTimeout = value.GetNanoSeconds();
}

Time
CarrierGradeNat::GetUdpTimeout() const
{
    return NanoSeconds(m_behavior.udpTimeout);
}

void
CarrierGradeNat::SetAllocation(int value)
{
    m_allocation = static_cast<BlockAllocation>(value);
}

int
CarrierGradeNat::GetAllocation() const
{
    return Number(m_allocation);
}

std::string
CarrierGradeNat::FindBehaviorFault() const
{
    const bool isSymmetric = m_behavior.mapping == MappingBehavior::AddressAndPortDependent &&
                             m_behavior.filtering == FilteringBehavior::AddressAndPortDependent;
    if (m_behavior.mapping == MappingBehavior::Linux)
    {
        if (m_allocation != BlockAllocation::None || m_mostMappings != 0)
        {
            return "CarrierGradeNat: Mapping Linux knows neither blocks nor a limit of mappings";
        }
        return m_behavior.filtering == FilteringBehavior::AddressAndPortDependent
                   ? ""
                   : "CarrierGradeNat: Mapping Linux needs Filtering AddressAndPortDependent";
    }
    if (m_behavior.ports == PortAssignment::Overloading && !isSymmetric)
    {
        return "CarrierGradeNat: PortAssignment Overloading needs Mapping and Filtering "
               "AddressAndPortDependent";
    }
    return "";
}

std::string
CarrierGradeNat::FindBlockFault(const AddressRange& inside, const AddressRange& pool) const
{
    const OutsidePorts ports{m_firstPort, m_lastPort};
    const std::string most = std::to_string(ports.Count());
    const bool hasSize = m_blockSize != 0 && m_blockSize <= ports.Count();
    if (m_allocation == BlockAllocation::Dynamic && !hasSize)
    {
        return "CarrierGradeNat attribute BlockSize: dynamic blocks have 1 to " + most +
               " ports, not " + std::to_string(m_blockSize);
    }
    if (m_allocation != BlockAllocation::Deterministic)
    {
        return "";
    }
    if (m_insideNetwork.empty() || m_outsidePool.empty())
    {
        return "CarrierGradeNat: BlockAllocation Deterministic needs InsideNetwork and OutsidePool";
    }
    return DeterministicBlocks::Make({inside, pool, ports, m_blockSize})
               ? ""
               : "CarrierGradeNat attribute OutsidePool: '" + m_outsidePool +
                     "' has too few ports for the subscribers of '" + m_insideNetwork + "'";
}

std::string
CarrierGradeNat::FindFault() const
{
    if (HasBegun())
    {
        return "CarrierGradeNat: it is another router's already";
    }
    AddressRange inside;
    AddressRange pool;
    if (!m_insideNetwork.empty())
    {
        const auto range = ParseAddressRange(m_insideNetwork);
        if (!range)
        {
            return BadRange("InsideNetwork", m_insideNetwork);
        }
        inside = *range;
    }
    if (!m_outsidePool.empty())
    {
        const auto range = ParseAddressRange(m_outsidePool);
        if (!range)
        {
            return BadRange("OutsidePool", m_outsidePool);
        }
        pool = *range;
        if (pool.Count() > MOST_OUTSIDE)
        {
            return "CarrierGradeNat attribute OutsidePool: '" + m_outsidePool +
                   "' has more than 65536 addresses";
        }
        if (!m_insideNetwork.empty() && pool.first <= inside.last && inside.first <= pool.last)
        {
            return "CarrierGradeNat attribute OutsidePool: '" + m_outsidePool +
                   "' and InsideNetwork '" + m_insideNetwork + "' have addresses in common";
        }
    }
    if (m_firstPort > m_lastPort)
    {
        return "CarrierGradeNat attribute LastPort: " + std::to_string(m_lastPort) +
               " is below FirstPort, " + std::to_string(m_firstPort);
    }
    const std::string fault = FindBehaviorFault();
    return fault.empty() ? FindBlockFault(inside, pool) : fault;
}

void
CarrierGradeNat::Begin()
{
    m_plan = Plan{};
    m_computed.reset();
    m_inside = m_insideNetwork.empty() ? AddressRange{} : *ParseAddressRange(m_insideNetwork);
    m_pool = m_outsidePool.empty() ? std::nullopt : ParseAddressRange(m_outsidePool);
    SubscriberPorts::Rules rules;
    rules.pooling = m_behavior.pooling;
    rules.assignment = m_behavior.ports;
    rules.keepsParity = m_behavior.keepsParity;
    rules.keepsContiguity = m_behavior.keepsContiguity;
    rules.ports = {m_firstPort, m_lastPort};
    rules.allocation = m_allocation;
    rules.blockSize = m_blockSize;
    rules.mostBlocks = m_mostBlocks;
    rules.mostMappings = m_mostMappings;
    rules.holdTime = m_holdTime.GetNanoSeconds();
    if (m_allocation == BlockAllocation::Deterministic)
    {
        m_computed = DeterministicBlocks::Make({m_inside, *m_pool, rules.ports, m_blockSize});
        rules.computed = *m_computed;
    }
    m_ports = std::make_unique<SubscriberPorts>(
        rules,
        [this](bool given, uint32_t subscriber, const PortBlock& block, Nanos now) {
            TellBlock(given, subscriber, block, now);
        });
}

} // namespace conntrack
} // namespace ns3
