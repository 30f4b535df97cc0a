/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_STACK_CONNTRACK_H
#define CONNTRACK_STACK_CONNTRACK_H

#include "model/flow/error-rate-limit.h"
#include "model/nat/carrier/carrier-grade-nat.h"
#include "model/nat/nat-engine.h"
#include "model/nat/nat-helper-services.h"
#include "model/nat/pptp-nat-helper.h"
#include "model/nat/sip-follow.h"
#include "model/protocol/gre-calls.h"
#include "model/protocol/helper-registry.h"
#include "model/ruleset/ruleset.h"
#include "model/stack/flow-tracking.h"
#include "model/stack/ingress-handlers.h"
#include "model/stack/interface-names.h"
#include "model/stack/packet-path.h"
#include "model/stack/table-timer.h"
#include "model/table/connection-table.h"
#include "model/table/expectation-table.h"
#include "model/table/kernel-profile.h"
#include "model/table/notices.h"
#include "model/wire/defragmenter.h"

#include "ns3/nstime.h"
#include "ns3/object.h"
#include "ns3/random-variable-stream.h"
#include "ns3/traced-callback.h"

#include <memory>
#include <string>

/**
 * @file
 * A node's network filter: connection tracking, helpers, expectations and rules.
 *
 * Layer: stack.
 * Shape: one ns3::Object, aggregated to the node (NetfilterHelper::Install does both).
 * Units: attributes that are times are ns3::Time; the sysctl's unit is in the attribute's text.
 * Errors: NS_FATAL_ERROR or RulesetError at set-up, one sentence; packets never assert.
 * Source: Documentation/networking/nf_conntrack-sysctl.rst of Linux: each attribute is one of its
 * sysctls, net.netfilter.nf_conntrack_tcp_be_liberal being TcpBeLiberal.
 */

namespace ns3
{

class Node;

namespace conntrack
{

class Ipv4Tap;
class Ipv6Tap;
class NodeTap;

/// When expectations' timers fire.
enum class TimerMode : uint8_t
{
    Exact, ///< at the deadline
    Wheel, ///< as late as the kernel's timer wheel
};

/// A node's network filter.
class Conntrack : public Object
{
  public:
    /// @return the TypeId, ns3::conntrack::Conntrack
    static TypeId GetTypeId();

    Conntrack();
    ~Conntrack() override;

    /**
     * Load rules in the JSON of `nft -j list ruleset`, in place of the present ones.
     * @param json the document
     * @throws RulesetError with one sentence naming the place and what is wrong
     */
    void LoadRuleset(const std::string& json);

    /// @return the rules; null before any were loaded
    const Ruleset* GetRuleset() const;

    /// @return the connection table
    ConnectionTable& GetConnections();

    /// @return the expectation table
    Ptr<ExpectationTable> GetExpectations() const;

    /// @return the helper registry
    Ptr<HelperRegistry> GetHelpers() const;

    /**
     * Give a protocol helper from elsewhere a NAT helper as FTP's: announced endpoints become those
     * where NAT has the expected connections come. TCP and UDP.
     * @param module the protocol helper's natModule, e.g. "ip_nat_mine"
     * @return the NAT helper, registered; UnregisterNat takes it out again
     */
    Ptr<NatHelper> AddTextNatHelper(const std::string& module);

    /// @return what was counted
    const Statistics& GetStatistics() const;

    /// @return the profile
    const KernelProfile& GetProfile() const;

    /// @return the simulated time; nanoseconds
    static Nanos Now();

    /// End every connection and so their expectations, as `conntrack -F`.
    void Flush();

    /**
     * Put the taps into the node's stack. The node must have one; again after a protocol was added.
     */
    void Attach();

    /**
     * Name a device as rules shall know it (`iifname`); else it is "ethN", N being its index.
     * @param device a device of the node
     * @param name the name
     */
    void SetInterfaceName(Ptr<const NetDevice> device, const std::string& name);

    /// @return the way of packets, for those that come from elsewhere than the node's devices
    PacketPath& GetPath();

    /// Deadlines may be nearer now: to be called after GetPath was used.
    void Rearm();

    /**
     * Fix the random streams: one, for the hash keys.
     * @param stream first stream number
     * @return how many are used
     */
    int64_t AssignStreams(int64_t stream);

    /**
     * TracedCallback signature of Connection.
     * @param notice the connection and what happened to it
     */
    typedef void (*ConnectionTracedCallback)(const ConnectionNotice& notice);

    /**
     * TracedCallback signature of Drop and Invalid.
     * @param notice the packet and why
     */
    typedef void (*PacketTracedCallback)(const PacketNotice& notice);

    /**
     * TracedCallback signature of Log.
     * @param line a line for the kernel log, without a time
     */
    typedef void (*LogTracedCallback)(const std::string& line);

  protected:
    void DoDispose() override; ///< takes the taps out of the stack and empties the tables

  public:
    // Accessors of the attributes of the same names.

    /// @param value the time-out @tparam TABLE of Timeouts @tparam STATE its place there
    template <auto TABLE, auto STATE>
    void SetTimeout(Time value)
    {
        (m_given.*TABLE)[static_cast<std::size_t>(STATE)] = value.GetNanoSeconds();
        ApplyTimeouts();
    }

    /// @return the time-out in force @tparam TABLE of Timeouts @tparam STATE its place there
    template <auto TABLE, auto STATE>
    Time GetTimeout() const
    {
        return NanoSeconds((m_settings.timeouts.*TABLE)[static_cast<std::size_t>(STATE)]);
    }

    /// @param value the time-out @tparam MEMBER of Timeouts
    template <auto MEMBER>
    void SetSingleTimeout(Time value)
    {
        m_given.*MEMBER = value.GetNanoSeconds();
        ApplyTimeouts();
    }

    /// @return the time-out in force @tparam MEMBER of Timeouts
    template <auto MEMBER>
    Time GetSingleTimeout() const
    {
        return NanoSeconds(m_settings.timeouts.*MEMBER);
    }

    /// The type of a member that a pointer leads to.
    template <auto MEMBER>
    using TrackerValue = std::decay_t<decltype(std::declval<TrackerSettings>().*MEMBER)>;

    /// @param value the setting @tparam MEMBER of TrackerSettings
    template <auto MEMBER>
    void SetTracker(TrackerValue<MEMBER> value)
    {
        m_settings.trackers.*MEMBER = value;
    }

    /// @return the setting @tparam MEMBER of TrackerSettings
    template <auto MEMBER>
    TrackerValue<MEMBER> GetTracker() const
    {
        return m_settings.trackers.*MEMBER;
    }

    /// The type of a member of DefragmenterLimits that a pointer leads to.
    template <auto MEMBER>
    using FragmentLimit = std::decay_t<decltype(std::declval<DefragmenterLimits>().*MEMBER)>;

    /// @param value the limit @tparam MEMBER of DefragmenterLimits
    template <auto MEMBER>
    void SetFragmentLimit(FragmentLimit<MEMBER> value)
    {
        m_fragmentLimits.*MEMBER = value;
        m_fragments.SetLimits(m_fragmentLimits);
    }

    /// @return the limit @tparam MEMBER of DefragmenterLimits
    template <auto MEMBER>
    FragmentLimit<MEMBER> GetFragmentLimit() const
    {
        return m_fragmentLimits.*MEMBER;
    }

    /// @param value the time limit @tparam MEMBER of DefragmenterLimits
    template <auto MEMBER>
    void SetFragmentTime(Time value)
    {
        SetFragmentLimit<MEMBER>(value.GetNanoSeconds());
    }

    /// @return the time limit @tparam MEMBER of DefragmenterLimits
    template <auto MEMBER>
    Time GetFragmentTime() const
    {
        return NanoSeconds(GetFragmentLimit<MEMBER>());
    }

    void SetProfile(std::string name);    ///< @param name a profile's name
    std::string GetProfileName() const;   ///< @return the profile's name
    void SetLogInvalid(uint8_t protocol); ///< @param protocol whose invalid packets are logged
    uint8_t GetLogInvalid() const;        ///< @return the protocol whose invalid packets are logged
    void SetTimers(int mode);          ///< @param mode a TimerMode, as ns-3.37's EnumValue has it
    int GetTimers() const;             ///< @return a TimerMode
    void SetMaximum(uint32_t maximum); ///< @param maximum most connections
    uint32_t GetMaximum() const;       ///< @return most connections
    void SetExpectMaximum(uint32_t maximum); ///< @param maximum most expectations
    uint32_t GetExpectMaximum() const;       ///< @return most expectations
    void SetAccounting(bool on);             ///< @param on whether connections are counted
    bool GetAccounting() const;              ///< @return whether connections are counted
    bool GetTimestamps() const;              ///< @return whether connections' times are reported
    void SetResetWindow(uint16_t bytes);     ///< @param bytes window of the resets that are sent
    uint16_t GetResetWindow() const;         ///< @return window of the resets that are sent
    void SetVerifyChecksums(bool on);        ///< @param on whether wrong checksums are invalid
    bool GetVerifyChecksums() const;         ///< @return whether wrong checksums are invalid
    void SetTrackingOnDemand(bool on);       ///< @param on whether only rules turn tracking on
    bool IsTrackingOnDemand() const;         ///< @return whether only rules turn tracking on
    /// @param nat chooses addresses and ports from now on; this router's alone
    void SetCarrierGradeNat(Ptr<CarrierGradeNat> nat);
    Ptr<CarrierGradeNat> GetCarrierGradeNat() const; ///< @return it; null: the kernel chooses
    void SetAutoAssign(bool on); ///< @param on whether helpers are assigned by port
    bool GetAutoAssign() const;  ///< @return whether helpers are assigned by port

  private:
    static void AddTables(TypeId& tid);
    static void AddFragments(TypeId& tid);
    static void AddTraces(TypeId& tid);
    void ApplyTimeouts();
    void ApplyChecksums();
    void SetUp();
    void SetUpTables();
    void SetUpHelpers();
    void SetUpPath();
    NatHelperServices ServicesForNat();
    void SetUpNat();
    Ptr<NodeTap> TapOf(Family family) const;
    std::optional<Address> OwnAddress(uint32_t interface, Family family, const Address& peer) const;
    void SetUpErrorLimit();
    void Expire();
    void TellFragmentsLost(const Defragmenter::Expired& lost);
    void OnEnd(Connection& connection, EndReason reason, Nanos now, const Requester& requester);
    void TellConnection(const ConnectionNotice& notice);
    void TellLog(const std::string& line);

    bool m_ready{false}; ///< the tables are made: profile and sizes are fixed
    const KernelProfile* m_profile;
    TrackingSettings m_settings;
    Timeouts m_given; ///< time-outs as attributes give them; negative: the profile's
    TimerMode m_timers{TimerMode::Exact};
    uint32_t m_hz{250};
    uint64_t m_jiffies{0};
    uint32_t m_maximum{262144};
    uint32_t m_buckets{262144};
    uint32_t m_expectMaximum{0};
    uint32_t m_expectHashSize{0};
    bool m_timestamp{false};
    bool m_events{true};
    uint64_t m_unusedThreshold{0}; ///< Frag6LowThresh
    bool m_verifyChecksums{true};
    bool m_autoAssign{false};
    bool m_trackingOnDemand{false};
    DefragmenterLimits m_fragmentLimits;

    Ptr<UniformRandomVariable> m_random;
    Statistics m_statistics;
    std::unique_ptr<ConnectionTable> m_connections;
    Ptr<ExpectationTable> m_expectations;
    Ptr<HelperRegistry> m_helpers;
    Defragmenter m_fragments;
    ErrorRateLimit m_errorLimit;
    InterfaceNames m_interfaces;
    std::unique_ptr<NatEngine> m_nat;
    Ptr<CarrierGradeNat> m_carrierGrade;
    std::unique_ptr<SipFollow> m_followSip;
    GreCalls m_greCalls;
    std::unique_ptr<PptpFollow> m_followPptp;
    std::unique_ptr<PacketPath> m_path;
    TableTimer m_timer;
    IngressHandlers m_handlers;
    Ptr<Ipv4Tap> m_ipv4Tap;
    Ptr<Ipv6Tap> m_ipv6Tap;

    TracedCallback<const ConnectionNotice&> m_connectionTrace;
    TracedCallback<const ExpectationNotice&> m_expectationTrace;
    TracedCallback<const PacketNotice&> m_dropTrace;
    TracedCallback<const PacketNotice&> m_invalidTrace;
    TracedCallback<const std::string&> m_logTrace;
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_STACK_CONNTRACK_H
