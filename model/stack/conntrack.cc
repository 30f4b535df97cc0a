/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/stack/conntrack.h"

#include "model/nat/sip-nat-helper.h"
#include "model/nat/text-nat-helper.h"
#include "model/protocol/helper-factory.h"
#include "model/stack/ipv4-tap.h"
#include "model/stack/ipv6-tap.h"

#include "ns3/log.h"
#include "ns3/node.h"
#include "ns3/simulator.h"

#include <algorithm>

namespace ns3
{
namespace conntrack
{

NS_LOG_COMPONENT_DEFINE("Conntrack");

Conntrack::Conntrack()
    : m_profile(KernelProfile::Find("v5.10")),
      m_random(CreateObject<UniformRandomVariable>()),
      m_expectations(CreateObject<ExpectationTable>()),
      m_helpers(CreateObject<HelperRegistry>())
{
}

Conntrack::~Conntrack() = default;

void
Conntrack::DoDispose()
{
    m_timer.Stop();
    for (const Ptr<NodeTap>& tap : {Ptr<NodeTap>(m_ipv4Tap), Ptr<NodeTap>(m_ipv6Tap)})
    {
        if (tap)
        {
            tap->Detach();
        }
    }
    m_ipv4Tap = nullptr;
    m_ipv6Tap = nullptr;
    m_handlers = {};
    m_path.reset();
    m_expectations->SetNoticeCallback(nullptr);
    m_expectations->SetLogCallback(nullptr);
    m_expectations->Dispose();
    m_helpers->SetLogCallback(nullptr);
    m_helpers->SetHelperEventCallback(nullptr);
    m_helpers->Dispose();
    if (m_connections)
    {
        // Whoever still has this object finds empty tables.
        m_connections = std::make_unique<ConnectionTable>(0, m_statistics);
    }
    m_random = nullptr;
    if (m_nat)
    {
        m_nat->SetPolicy(nullptr);
    }
    if (m_carrierGrade)
    {
        m_carrierGrade->Dispose();
    }
    m_carrierGrade = nullptr;
    Object::DoDispose();
}

Nanos
Conntrack::Now()
{
    return Simulator::Now().GetNanoSeconds();
}

void
Conntrack::SetUp()
{
    if (m_ready)
    {
        return;
    }
    m_ready = true;
    SetUpTables();
    SetUpPath();
    SetUpErrorLimit();
    SetUpHelpers();
    SetUpNat();
    m_timer.SetCallback([this] { Expire(); });
}

void
Conntrack::SetUpTables()
{
    const auto draw = [this] {
        return uint64_t{m_random->GetInteger(0, 0xffffffff)} << 32 |
               m_random->GetInteger(0, 0xffffffff);
    };
    m_connections = std::make_unique<ConnectionTable>(draw(), m_statistics);
    m_connections->SetMaximum(m_maximum);
    m_connections->SetBuckets(m_buckets);
    m_connections->SetEndCallback(
        [this](Connection& connection, EndReason reason, Nanos now, const Requester& requester) {
            OnEnd(connection, reason, now, requester);
        });
    ExpectationTable::Setup setup;
    setup.conntrackBuckets = m_buckets;
    setup.hashSize = m_expectHashSize;
    setup.hashKey = draw();
    setup.profile = m_profile;
    setup.statistics = &m_statistics;
    m_expectations->Initialize(setup);
    if (m_expectMaximum != 0)
    {
        m_expectations->SetMaximum(m_expectMaximum);
    }
    if (m_timers == TimerMode::Wheel)
    {
        m_expectations->Clock().UseWheel(m_hz, m_jiffies);
    }
    m_expectations->SetNoticeCallback([this](const ExpectationNotice& notice) {
        if (m_events)
        {
            m_expectationTrace(notice);
        }
    });
    m_expectations->SetLogCallback([this](const std::string& line) { TellLog(line); });
    m_fragments.SetLimits(m_fragmentLimits);
}

void
Conntrack::SetUpPath()
{
    const FlowTracking::Parts parts{*m_connections,
                                    *m_expectations,
                                    *m_helpers,
                                    m_statistics,
                                    m_settings,
                                    [this](Family family, const Address& destination) {
                                        const Ptr<NodeTap> tap = TapOf(family);
                                        return tap ? tap->InterfaceToward(destination) : 0U;
                                    },
                                    &m_greCalls};
    m_settings.trackers.greKeys = &m_greCalls.keys;
    FlowTracking::Listeners listeners;
    listeners.connection = [this](const ConnectionNotice& notice) { TellConnection(notice); };
    listeners.invalid = [this](const PacketNotice& notice) { m_invalidTrace(notice); };
    listeners.drop = [this](const PacketNotice& notice) { m_dropTrace(notice); };
    listeners.log = [this](const std::string& line) { TellLog(line); };
    m_path = std::make_unique<PacketPath>(parts, listeners, *m_profile);
    m_path->SetTrackingOnDemand(m_trackingOnDemand);
    m_path->SetLeaveCallback([this] { Rearm(); });
    m_path->SetRejectCallback([this](TrackedPacket& packet, const Verdict& verdict) {
        if (const Ptr<NodeTap> tap = TapOf(packet.view.GetFamily()))
        {
            tap->Reject(packet, verdict);
        }
    });
}

void
Conntrack::SetUpErrorLimit()
{
    ErrorRateLimits limits;
    limits.ipv6Interval = m_profile->icmpv6ErrorInterval;
    limits.hz = m_hz;
    m_errorLimit = ErrorRateLimit(
        [random = m_random](uint32_t bound) { return random->GetInteger(0, bound - 1); },
        limits);
}

void
Conntrack::SetUpHelpers()
{
    HelperRegistry::Setup setup;
    setup.connections = m_connections.get();
    setup.expectations = PeekPointer(m_expectations);
    setup.profile = m_profile;
    setup.greCalls = &m_greCalls;
    m_helpers->Initialize(setup);
    if (m_autoAssign)
    {
        m_helpers->SetAutoAssign(true);
    }
    m_helpers->SetLogCallback([this](const std::string& line) { TellLog(line); });
    m_helpers->SetHelperEventCallback([this](Connection& connection, Nanos now) {
        TellConnection({connection, event::HELPER, EndReason::Deleted, now, {}});
    });
    for (const std::string& kind : GetHelperKinds())
    {
        m_helpers->RegisterAll(MakeHelpers(kind), Now());
    }
}

NatHelperServices
Conntrack::ServicesForNat()
{
    NatHelperServices services;
    services.followMaster = &m_nat->FollowMaster();
    services.portSearch = m_profile->portSearch;
    services.registrations =
        m_profile->equalRegistrationIsRefused ? MasterTest::Skip : MasterTest::Compare;
    services.random = [random = m_random](uint32_t bound) {
        return random->GetInteger(0, bound - 1);
    };
    services.checksums = [this] {
        return m_settings.hasChecksums ? ChecksumUse::Kept : ChecksumUse::Absent;
    };
    return services;
}

Ptr<NatHelper>
Conntrack::AddTextNatHelper(const std::string& module)
{
    auto helper = CreateObject<TextNatHelper>();
    helper->SetModuleName(module);
    helper->SetServices(ServicesForNat());
    m_helpers->RegisterNat(helper);
    return helper;
}

void
Conntrack::SetUpNat()
{
    m_nat =
        std::make_unique<NatEngine>(*m_connections, *m_helpers, *m_profile, [random = m_random] {
            return static_cast<uint16_t>(random->GetInteger(0, 65535));
        });
    m_helpers->RegisterExpectFunction(m_nat->FollowMaster());
    PacketPath::NatParts parts{*m_nat, nullptr};
    parts.ownAddress = [this](uint32_t interface, Family family, const Address& peer) {
        return OwnAddress(interface, family, peer);
    };
    m_path->SetNat(parts);
    for (const auto& helper : MakeTextNatHelpers())
    {
        helper->SetServices(ServicesForNat());
        m_helpers->RegisterNat(helper);
    }
    m_followSip = std::make_unique<SipFollow>(*m_nat);
    m_helpers->RegisterExpectFunction(*m_followSip);
    NatHelperServices services = ServicesForNat();
    services.followMaster = m_followSip.get();
    auto sip = CreateObject<SipNatHelper>();
    sip->SetServices(services);
    m_helpers->RegisterNat(sip);
    m_followPptp = std::make_unique<PptpFollow>(*m_nat, *m_expectations);
    m_greCalls.follow = m_followPptp.get();
    auto pptp = CreateObject<PptpNatHelper>();
    pptp->SetServices(ServicesForNat());
    m_helpers->RegisterNat(pptp);
    m_nat->SetPolicy(PeekPointer(m_carrierGrade));
}

void
Conntrack::SetCarrierGradeNat(Ptr<CarrierGradeNat> nat)
{
    if (nat == m_carrierGrade)
    {
        return;
    }
    NS_ABORT_MSG_IF(m_carrierGrade, "Conntrack attribute CarrierGradeNat: it has one already");
    const std::string fault = nat->FindFault();
    NS_ABORT_MSG_UNLESS(fault.empty(), fault);
    nat->Begin();
    m_carrierGrade = nat;
    if (m_nat)
    {
        m_nat->SetPolicy(PeekPointer(nat));
    }
}

Ptr<CarrierGradeNat>
Conntrack::GetCarrierGradeNat() const
{
    return m_carrierGrade;
}

Ptr<NodeTap>
Conntrack::TapOf(Family family) const
{
    return family == Family::Ipv4 ? Ptr<NodeTap>(m_ipv4Tap) : Ptr<NodeTap>(m_ipv6Tap);
}

std::optional<Address>
Conntrack::OwnAddress(uint32_t interface, Family family, const Address& peer) const
{
    const Ptr<NodeTap> tap = TapOf(family);
    Ptr<Node> node = GetObject<Node>();
    if (!tap || interface == 0 || interface > node->GetNDevices())
    {
        return std::nullopt;
    }
    return tap->AddressAt(node->GetDevice(interface - 1), peer);
}

void
Conntrack::Attach()
{
    SetUp();
    ApplyChecksums();
    Ptr<Node> node = GetObject<Node>();
    NS_ABORT_MSG_UNLESS(node, "Conntrack must be aggregated to a node before Attach");
    const bool ipv4 = node->GetObject<Ipv4L3Protocol>() != nullptr;
    const bool ipv6 = node->GetObject<Ipv6L3Protocol>() != nullptr;
    NS_ABORT_MSG_UNLESS(
        ipv4 || ipv6,
        "Node " << node->GetId()
                << " has no IP stack: install InternetStackHelper before Conntrack");
    const TapServices services{
        *m_path,
        m_interfaces,
        m_fragments,
        m_errorLimit,
        m_settings,
        [this, node = PeekPointer(node)] { SwapIngressHandlers(Ptr<Node>(node), m_handlers); },
        [this](uint32_t interface, const std::optional<Address>& address) {
            if (m_nat)
            {
                m_nat->EndMasqueraded(interface, address, Now());
            }
        }};
    if (ipv4 && !m_ipv4Tap)
    {
        m_ipv4Tap = Ptr<Ipv4Tap>(new Ipv4Tap(node, services), false);
        m_handlers.ipv4 = Node::ProtocolHandler(&Ipv4Tap::Receive, m_ipv4Tap);
    }
    if (ipv6 && !m_ipv6Tap)
    {
        m_ipv6Tap = Ptr<Ipv6Tap>(new Ipv6Tap(node, services), false);
        m_handlers.ipv6 = Node::ProtocolHandler(&Ipv6Tap::Receive, m_ipv6Tap);
    }
    for (const Ptr<NodeTap>& tap : {Ptr<NodeTap>(m_ipv4Tap), Ptr<NodeTap>(m_ipv6Tap)})
    {
        if (tap)
        {
            tap->Attach();
        }
    }
    SwapIngressHandlers(node, m_handlers);
}

void
Conntrack::LoadRuleset(const std::string& json)
{
    SetUp();
    RulesetEnvironment environment;
    environment.findHelper = [this](const std::string& name, Family family, uint8_t protocol) {
        return PeekPointer(m_helpers->FindByName(name, family, protocol));
    };
    environment.timeouts = &m_settings.timeouts;
    environment.now = Now();
    auto ruleset = Ruleset::Load(json, environment);
    // As in Linux, connections forget the `ct timeout` object that goes with the old rules.
    m_connections->ForEach([](Connection& connection) { connection.timeouts = nullptr; });
    m_path->SetRuleset(std::move(ruleset));
}

const Ruleset*
Conntrack::GetRuleset() const
{
    return m_path ? m_path->GetRuleset() : nullptr;
}

ConnectionTable&
Conntrack::GetConnections()
{
    SetUp();
    return *m_connections;
}

Ptr<ExpectationTable>
Conntrack::GetExpectations() const
{
    return m_expectations;
}

Ptr<HelperRegistry>
Conntrack::GetHelpers() const
{
    return m_helpers;
}

const Statistics&
Conntrack::GetStatistics() const
{
    return m_statistics;
}

const KernelProfile&
Conntrack::GetProfile() const
{
    return *m_profile;
}

PacketPath&
Conntrack::GetPath()
{
    SetUp();
    return *m_path;
}

void
Conntrack::SetInterfaceName(Ptr<const NetDevice> device, const std::string& name)
{
    m_interfaces.Set(device, name);
}

std::string
Conntrack::GetProfileName() const
{
    return m_profile->name;
}

void
Conntrack::SetLogInvalid(uint8_t protocol)
{
    m_settings.logInvalid = protocol;
}

uint8_t
Conntrack::GetLogInvalid() const
{
    return m_settings.logInvalid;
}

void
Conntrack::SetTimers(int mode)
{
    m_timers = static_cast<TimerMode>(mode);
}

int
Conntrack::GetTimers() const
{
    return static_cast<int>(m_timers);
}

void
Conntrack::SetMaximum(uint32_t maximum)
{
    m_maximum = maximum;
    if (m_ready)
    {
        m_connections->SetMaximum(maximum);
    }
}

uint32_t
Conntrack::GetMaximum() const
{
    return m_maximum;
}

void
Conntrack::SetExpectMaximum(uint32_t maximum)
{
    m_expectMaximum = maximum;
    if (m_ready)
    {
        m_expectations->SetMaximum(maximum == 0 ? 4 * m_expectations->GetHashSize() : maximum);
    }
}

uint32_t
Conntrack::GetExpectMaximum() const
{
    return m_ready ? m_expectations->GetMaximum() : m_expectMaximum;
}

void
Conntrack::SetAccounting(bool on)
{
    m_settings.account = on;
}

bool
Conntrack::GetAccounting() const
{
    return m_settings.account;
}

bool
Conntrack::GetTimestamps() const
{
    return m_timestamp;
}

void
Conntrack::SetResetWindow(uint16_t bytes)
{
    m_settings.resetWindow = bytes;
}

uint16_t
Conntrack::GetResetWindow() const
{
    return m_settings.resetWindow;
}

void
Conntrack::SetVerifyChecksums(bool on)
{
    m_verifyChecksums = on;
    ApplyChecksums();
}

bool
Conntrack::GetVerifyChecksums() const
{
    return m_verifyChecksums;
}

void
Conntrack::ApplyChecksums()
{
    m_settings.hasChecksums = Node::ChecksumEnabled();
    m_settings.trackers.verifyChecksums = m_verifyChecksums && m_settings.hasChecksums;
}

void
Conntrack::SetTrackingOnDemand(bool on)
{
    m_trackingOnDemand = on;
    if (m_ready)
    {
        m_path->SetTrackingOnDemand(on);
    }
}

bool
Conntrack::IsTrackingOnDemand() const
{
    return m_trackingOnDemand;
}

void
Conntrack::SetAutoAssign(bool on)
{
    m_autoAssign = on;
    if (m_ready)
    {
        m_helpers->SetAutoAssign(on);
    }
}

bool
Conntrack::GetAutoAssign() const
{
    return m_ready ? m_helpers->GetAutoAssign() : m_autoAssign;
}

int64_t
Conntrack::AssignStreams(int64_t stream)
{
    m_random->SetStream(stream);
    return 1;
}

void
Conntrack::Flush()
{
    GetConnections().Flush(Now());
}

void
Conntrack::Rearm()
{
    // With nearly every packet no deadline came nearer.
    if (m_timer.Covers(std::min({m_connections->EarliestReminder(),
                                 m_expectations->EarliestReminder(),
                                 m_fragments.NextDeadline().value_or(NEVER)})))
    {
        return;
    }
    for (const auto& deadline : {m_connections->NextDeadline(),
                                 m_expectations->NextDeadline(),
                                 m_fragments.NextDeadline()})
    {
        m_timer.Ensure(deadline);
    }
}

void
Conntrack::Expire()
{
    const Nanos now = Now();
    m_connections->Expire(now);
    m_expectations->Expire(now);
    for (const Defragmenter::Expired& lost : m_fragments.Expire(now))
    {
        TellFragmentsLost(lost);
    }
    if (m_carrierGrade)
    {
        m_carrierGrade->Expire(now);
        m_timer.Ensure(m_carrierGrade->NextDeadline());
    }
    Rearm();
}

void
Conntrack::TellFragmentsLost(const Defragmenter::Expired& lost)
{
    Passing passing(*m_path, Now());
    if (!passing.Take(lost.first))
    {
        return; // its first fragment never came: nothing to quote
    }
    m_path->TellDrop(passing.packet, DropReason::BadFragment);
    const bool ipv4 = passing.packet.view.GetFamily() == Family::Ipv4;
    const Ptr<NodeTap> tap = ipv4 ? Ptr<NodeTap>(m_ipv4Tap) : Ptr<NodeTap>(m_ipv6Tap);
    if (tap)
    {
        tap->SendReassemblyTimeout(passing);
    }
}

void
Conntrack::OnEnd(Connection& connection, EndReason reason, Nanos now, const Requester& requester)
{
    TellConnection({connection, event::DESTROY, reason, now, requester});
    if (m_nat)
    {
        m_nat->Ended(connection, now);
    }
    if (m_carrierGrade)
    {
        m_timer.Ensure(m_carrierGrade->NextDeadline());
    }
    m_helpers->ConnectionEnds(connection, now);
    m_expectations->RemoveOf(connection, now);
}

void
Conntrack::TellConnection(const ConnectionNotice& notice)
{
    if (m_events)
    {
        m_connectionTrace(notice);
    }
}

void
Conntrack::TellLog(const std::string& line)
{
    NS_LOG_INFO(line);
    m_logTrace(line);
}

} // namespace conntrack
} // namespace ns3
