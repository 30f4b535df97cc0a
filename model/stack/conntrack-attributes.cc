/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/stack/conntrack.h"
#include "model/stack/ipv4-tap.h"
#include "model/stack/ipv6-tap.h"

#include "ns3/boolean.h"
#include "ns3/enum.h"
#include "ns3/pointer.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

/**
 * @file
 * The attributes of Conntrack: the sysctls net.netfilter.nf_conntrack_* under their names in ns-3's
 * form, and what a simulation adds. Defaults are those of the recorded kernels.
 */

namespace ns3
{
namespace conntrack
{

NS_OBJECT_ENSURE_REGISTERED(Conntrack);

namespace
{

/// The value of an attribute that leaves a time-out to the kernel profile.
constexpr int64_t PROFILE_DECIDES = -1;

/// One row of the table of time-outs.
template <auto TABLE, auto STATE>
void
AddTimeout(TypeId& tid, const std::string& name, const std::string& sysctl, int64_t seconds)
{
    const std::string profile = seconds < 0 ? " Negative: as the profile's kernel has it." : "";
    tid.AddAttribute(name,
                     "Time to live, sysctl nf_conntrack_" + sysctl + " (s there)." + profile,
                     TimeValue(Seconds(static_cast<double>(seconds))),
                     MakeTimeAccessor(&Conntrack::SetTimeout<TABLE, STATE>,
                                      &Conntrack::GetTimeout<TABLE, STATE>),
                     MakeTimeChecker(seconds < 0 ? Seconds(-1) : Seconds(0)));
}

template <auto MEMBER>
void
AddSingleTimeout(TypeId& tid, const std::string& name, const std::string& sysctl, int64_t seconds)
{
    tid.AddAttribute(name,
                     "Time to live, sysctl nf_conntrack_" + sysctl + " (s there).",
                     TimeValue(Seconds(static_cast<double>(seconds))),
                     MakeTimeAccessor(&Conntrack::SetSingleTimeout<MEMBER>,
                                      &Conntrack::GetSingleTimeout<MEMBER>),
                     MakeTimeChecker(Seconds(0)));
}

template <auto MEMBER>
void
AddSwitch(TypeId& tid, const std::string& name, const std::string& help, bool value)
{
    tid.AddAttribute(
        name,
        help,
        BooleanValue(value),
        MakeBooleanAccessor(&Conntrack::SetTracker<MEMBER>, &Conntrack::GetTracker<MEMBER>),
        MakeBooleanChecker());
}

void
AddTcp(TypeId& tid)
{
    constexpr auto TCP = &Timeouts::tcp;
    using State = TcpTimeout;
    AddTimeout<TCP, State::SynSent>(tid, "TcpTimeoutSynSent", "tcp_timeout_syn_sent", 120);
    AddTimeout<TCP, State::SynRecv>(tid, "TcpTimeoutSynRecv", "tcp_timeout_syn_recv", 60);
    AddTimeout<TCP, State::Established>(tid,
                                        "TcpTimeoutEstablished",
                                        "tcp_timeout_established",
                                        432000);
    AddTimeout<TCP, State::FinWait>(tid, "TcpTimeoutFinWait", "tcp_timeout_fin_wait", 120);
    AddTimeout<TCP, State::CloseWait>(tid, "TcpTimeoutCloseWait", "tcp_timeout_close_wait", 60);
    AddTimeout<TCP, State::LastAck>(tid, "TcpTimeoutLastAck", "tcp_timeout_last_ack", 30);
    AddTimeout<TCP, State::TimeWait>(tid, "TcpTimeoutTimeWait", "tcp_timeout_time_wait", 120);
    AddTimeout<TCP, State::Close>(tid, "TcpTimeoutClose", "tcp_timeout_close", 10);
    AddTimeout<TCP, State::Retrans>(tid, "TcpTimeoutMaxRetrans", "tcp_timeout_max_retrans", 300);
    AddTimeout<TCP, State::Unack>(tid,
                                  "TcpTimeoutUnacknowledged",
                                  "tcp_timeout_unacknowledged",
                                  300);
    AddSwitch<&TrackerSettings::tcpLoose>(
        tid,
        "TcpLoose",
        "Pick up connections in mid-stream, sysctl nf_conntrack_tcp_loose.",
        true);
    AddSwitch<&TrackerSettings::tcpBeLiberal>(
        tid,
        "TcpBeLiberal",
        "Only resets out of the window are invalid, sysctl nf_conntrack_tcp_be_liberal.",
        false);
    AddSwitch<&TrackerSettings::tcpIgnoreInvalidRst>(
        tid,
        "TcpIgnoreInvalidRst",
        "No reset is invalid, sysctl nf_conntrack_tcp_ignore_invalid_rst.",
        false);
    tid.AddAttribute("TcpMaxRetrans",
                     "Retransmissions without an answer before TcpTimeoutMaxRetrans holds, sysctl "
                     "nf_conntrack_tcp_max_retrans.",
                     UintegerValue(3),
                     MakeUintegerAccessor(&Conntrack::SetTracker<&TrackerSettings::tcpMaxRetrans>,
                                          &Conntrack::GetTracker<&TrackerSettings::tcpMaxRetrans>),
                     MakeUintegerChecker<uint8_t>());
}

void
AddOthers(TypeId& tid)
{
    using Sctp = SctpTimeout;
    constexpr auto SCTP = &Timeouts::sctp;
    AddTimeout<SCTP, Sctp::Closed>(tid, "SctpTimeoutClosed", "sctp_timeout_closed", 10);
    AddTimeout<SCTP, Sctp::CookieWait>(tid, "SctpTimeoutCookieWait", "sctp_timeout_cookie_wait", 3);
    AddTimeout<SCTP, Sctp::CookieEchoed>(tid,
                                         "SctpTimeoutCookieEchoed",
                                         "sctp_timeout_cookie_echoed",
                                         3);
    AddTimeout<SCTP, Sctp::Established>(tid,
                                        "SctpTimeoutEstablished",
                                        "sctp_timeout_established",
                                        PROFILE_DECIDES);
    AddTimeout<SCTP, Sctp::ShutdownSent>(tid,
                                         "SctpTimeoutShutdownSent",
                                         "sctp_timeout_shutdown_sent",
                                         PROFILE_DECIDES);
    AddTimeout<SCTP, Sctp::ShutdownRecd>(tid,
                                         "SctpTimeoutShutdownRecd",
                                         "sctp_timeout_shutdown_recd",
                                         PROFILE_DECIDES);
    AddTimeout<SCTP, Sctp::ShutdownAckSent>(tid,
                                            "SctpTimeoutShutdownAckSent",
                                            "sctp_timeout_shutdown_ack_sent",
                                            3);
    AddTimeout<SCTP, Sctp::HeartbeatSent>(tid,
                                          "SctpTimeoutHeartbeatSent",
                                          "sctp_timeout_heartbeat_sent",
                                          30);
    AddTimeout<&Timeouts::udp, PairTimeout::Unreplied>(tid, "UdpTimeout", "udp_timeout", 30);
    AddTimeout<&Timeouts::udp, PairTimeout::Replied>(tid,
                                                     "UdpTimeoutStream",
                                                     "udp_timeout_stream",
                                                     PROFILE_DECIDES);
    AddTimeout<&Timeouts::gre, PairTimeout::Unreplied>(tid, "GreTimeout", "gre_timeout", 30);
    AddTimeout<&Timeouts::gre, PairTimeout::Replied>(tid,
                                                     "GreTimeoutStream",
                                                     "gre_timeout_stream",
                                                     180);
    AddSingleTimeout<&Timeouts::icmp>(tid, "IcmpTimeout", "icmp_timeout", 30);
    AddSingleTimeout<&Timeouts::icmpv6>(tid, "Icmpv6Timeout", "icmpv6_timeout", 30);
    AddSingleTimeout<&Timeouts::generic>(tid, "GenericTimeout", "generic_timeout", 600);
}

} // namespace

void
Conntrack::AddTables(TypeId& tid)
{
    tid.AddAttribute("Max",
                     "Most connections at a time, 0: no limit; sysctl nf_conntrack_max.",
                     UintegerValue(262144),
                     MakeUintegerAccessor(&Conntrack::SetMaximum, &Conntrack::GetMaximum),
                     MakeUintegerChecker<uint32_t>());
    tid.AddAttribute(
        "Buckets",
        "Buckets of the kernel's table, which decide where early drop looks and how many "
        "expectations there may be; sysctl nf_conntrack_buckets, fixed once in use.",
        UintegerValue(262144),
        MakeUintegerAccessor(&Conntrack::m_buckets),
        MakeUintegerChecker<uint32_t>(1));
    tid.AddAttribute(
        "ExpectMax",
        "Most expectations at a time, 0: four a bucket; sysctl nf_conntrack_expect_max.",
        UintegerValue(0),
        MakeUintegerAccessor(&Conntrack::SetExpectMaximum, &Conntrack::GetExpectMaximum),
        MakeUintegerChecker<uint32_t>());
    tid.AddAttribute("ExpectHashSize",
                     "Buckets of the expectation table, 0: Buckets / 256; module parameter "
                     "expect_hashsize, fixed once in use.",
                     UintegerValue(0),
                     MakeUintegerAccessor(&Conntrack::m_expectHashSize),
                     MakeUintegerChecker<uint32_t>());
    tid.AddAttribute("Acct",
                     "Count packets and bytes of connections, sysctl nf_conntrack_acct.",
                     BooleanValue(false),
                     MakeBooleanAccessor(&Conntrack::SetAccounting, &Conntrack::GetAccounting),
                     MakeBooleanChecker());
    tid.AddAttribute("Timestamp",
                     "Report when connections began and ended, sysctl nf_conntrack_timestamp.",
                     BooleanValue(false),
                     MakeBooleanAccessor(&Conntrack::m_timestamp),
                     MakeBooleanChecker());
    tid.AddAttribute(
        "Checksum",
        "Packets with a wrong checksum are invalid, sysctl nf_conntrack_checksum. "
        "Without effect unless GlobalValue ChecksumEnabled is set before Conntrack is "
        "installed: packets have no checksums then.",
        BooleanValue(true),
        MakeBooleanAccessor(&Conntrack::SetVerifyChecksums, &Conntrack::GetVerifyChecksums),
        MakeBooleanChecker());
    tid.AddAttribute(
        "ResetWindow",
        "Window in the resets of the rule reject. In Linux it is 0, at which ns-3.37's "
        "TCP crashes when it was still connecting.",
        UintegerValue(UINT16_MAX),
        MakeUintegerAccessor(&Conntrack::SetResetWindow, &Conntrack::GetResetWindow),
        MakeUintegerChecker<uint16_t>());
    tid.AddAttribute("Events",
                     "Trace sources Connection and Expectation tell of events, sysctl "
                     "nf_conntrack_events.",
                     BooleanValue(true),
                     MakeBooleanAccessor(&Conntrack::m_events),
                     MakeBooleanChecker());
    tid.AddAttribute(
        "TrackingOnDemand",
        "Track a family's packets only if a rule in a table for it looks at ct, as Linux "
        "does; else always.",
        BooleanValue(false),
        MakeBooleanAccessor(&Conntrack::SetTrackingOnDemand, &Conntrack::IsTrackingOnDemand),
        MakeBooleanChecker());
    tid.AddAttribute("LogInvalid",
                     "Log invalid packets of this IP protocol, 0: none, 255: all; sysctl "
                     "nf_conntrack_log_invalid.",
                     UintegerValue(0),
                     MakeUintegerAccessor(&Conntrack::SetLogInvalid, &Conntrack::GetLogInvalid),
                     MakeUintegerChecker<uint8_t>());
}

void
Conntrack::AddFragments(TypeId& tid)
{
    using Limits = DefragmenterLimits;
    tid.AddAttribute(
        "Frag6Timeout",
        "How long IPv6 fragments wait for the rest, sysctl nf_conntrack_frag6_timeout (s "
        "there).",
        TimeValue(Seconds(60)),
        MakeTimeAccessor(&Conntrack::SetFragmentTime<&Limits::ipv6Timeout>,
                         &Conntrack::GetFragmentTime<&Limits::ipv6Timeout>),
        MakeTimeChecker(Seconds(0)));
    tid.AddAttribute("Frag6HighThresh",
                     "Memory that waiting IPv6 fragments may take, sysctl "
                     "nf_conntrack_frag6_high_thresh (bytes).",
                     UintegerValue(4194304),
                     MakeUintegerAccessor(&Conntrack::SetFragmentLimit<&Limits::ipv6Memory>,
                                          &Conntrack::GetFragmentLimit<&Limits::ipv6Memory>),
                     MakeUintegerChecker<uint64_t>());
    tid.AddAttribute(
        "Frag6LowThresh",
        "Sysctl nf_conntrack_frag6_low_thresh (bytes): there for its name, without effect "
        "as in Linux since 4.17.",
        UintegerValue(3145728),
        MakeUintegerAccessor(&Conntrack::m_unusedThreshold),
        MakeUintegerChecker<uint64_t>());
    tid.AddAttribute("IpfragTime",
                     "How long IPv4 fragments wait for the rest, sysctl net.ipv4.ipfrag_time (s "
                     "there).",
                     TimeValue(Seconds(30)),
                     MakeTimeAccessor(&Conntrack::SetFragmentTime<&Limits::ipv4Timeout>,
                                      &Conntrack::GetFragmentTime<&Limits::ipv4Timeout>),
                     MakeTimeChecker(Seconds(0)));
    tid.AddAttribute("IpfragHighThresh",
                     "Memory that waiting IPv4 fragments may take, sysctl "
                     "net.ipv4.ipfrag_high_thresh (bytes).",
                     UintegerValue(4194304),
                     MakeUintegerAccessor(&Conntrack::SetFragmentLimit<&Limits::ipv4Memory>,
                                          &Conntrack::GetFragmentLimit<&Limits::ipv4Memory>),
                     MakeUintegerChecker<uint64_t>());
    tid.AddAttribute("IpfragMaxDist",
                     "Fragments of a source that may come between two of a packet, 0: any number; "
                     "sysctl net.ipv4.ipfrag_max_dist.",
                     UintegerValue(64),
                     MakeUintegerAccessor(&Conntrack::SetFragmentLimit<&Limits::ipv4MaxDistance>,
                                          &Conntrack::GetFragmentLimit<&Limits::ipv4MaxDistance>),
                     MakeUintegerChecker<uint32_t>());
}

TypeId
Conntrack::GetTypeId()
{
    static TypeId tid = [] {
        constexpr int exact = static_cast<int>(TimerMode::Exact);
        constexpr int wheel = static_cast<int>(TimerMode::Wheel);
        using TimersValue = decltype(EnumValue(exact)); // a template since ns-3.41
        TypeId id = TypeId("ns3::conntrack::Conntrack")
                        .SetParent<Object>()
                        .SetGroupName("Conntrack")
                        .AddConstructor<Conntrack>();
        id.AddAttribute("Profile",
                        "The kernel to equal: v3.9, v5.10 or v6.18; fixed once in use.",
                        StringValue("v5.10"),
                        MakeStringAccessor(&Conntrack::SetProfile, &Conntrack::GetProfileName),
                        MakeStringChecker());
        id.AddAttribute(
            "Timers",
            "When expectations expire: exact, or as late as the kernel's wheel.",
            TimersValue(exact),
            MakeAccessorHelper<TimersValue>(&Conntrack::SetTimers, &Conntrack::GetTimers),
            MakeEnumChecker(exact, "exact", wheel, "wheel"));
        id.AddAttribute("Hz",
                        "Ticks a second of the kernel's wheel (CONFIG_HZ).",
                        UintegerValue(250),
                        MakeUintegerAccessor(&Conntrack::m_hz),
                        MakeUintegerChecker<uint32_t>(1, 10000));
        id.AddAttribute("JiffiesAtStart",
                        "The kernel's tick count at time 0, to whose multiples its wheel rounds.",
                        UintegerValue(0),
                        MakeUintegerAccessor(&Conntrack::m_jiffies),
                        MakeUintegerChecker<uint64_t>());
        id.AddAttribute("Helper",
                        "Assign helpers by port, sysctl nf_conntrack_helper of kernels before 6.0.",
                        BooleanValue(false),
                        MakeBooleanAccessor(&Conntrack::SetAutoAssign, &Conntrack::GetAutoAssign),
                        MakeBooleanChecker());
        id.AddAttribute(
            "CarrierGradeNat",
            "Chooses addresses and ports of source NAT in place of the kernel's "
            "search; null: the kernel's.",
            PointerValue(),
            MakePointerAccessor(&Conntrack::SetCarrierGradeNat, &Conntrack::GetCarrierGradeNat),
            MakePointerChecker<CarrierGradeNat>());
        AddTables(id);
        AddFragments(id);
        AddTcp(id);
        AddOthers(id);
        AddTraces(id);
        return id;
    }();
    return tid;
}

void
Conntrack::AddTraces(TypeId& tid)
{
    tid.AddTraceSource("Connection",
                       "A connection is new, changed or gone, as ctnetlink tells.",
                       MakeTraceSourceAccessor(&Conntrack::m_connectionTrace),
                       "ns3::conntrack::Conntrack::ConnectionTracedCallback");
    tid.AddTraceSource("Expectation",
                       "An expectation is new or gone; in one order with Connection.",
                       MakeTraceSourceAccessor(&Conntrack::m_expectationTrace),
                       "ns3::conntrack::ExpectationTable::NoticeTracedCallback");
    tid.AddTraceSource("Drop",
                       "A packet goes no further; the notice says why.",
                       MakeTraceSourceAccessor(&Conntrack::m_dropTrace),
                       "ns3::conntrack::Conntrack::PacketTracedCallback");
    tid.AddTraceSource("Invalid",
                       "A packet is invalid; the notice says why. Rules decide whether it passes.",
                       MakeTraceSourceAccessor(&Conntrack::m_invalidTrace),
                       "ns3::conntrack::Conntrack::PacketTracedCallback");
    tid.AddTraceSource("Log",
                       "A line for the kernel log: rule statement log, helper log, warnings.",
                       MakeTraceSourceAccessor(&Conntrack::m_logTrace),
                       "ns3::conntrack::Conntrack::LogTracedCallback");
}

void
Conntrack::SetProfile(std::string name)
{
    const KernelProfile* profile = KernelProfile::Find(name);
    if (profile == nullptr)
    {
        std::string known;
        for (const std::string& other : KernelProfile::Names())
        {
            known += (known.empty() ? "" : ", ") + other;
        }
        NS_FATAL_ERROR("Conntrack attribute Profile: there is no kernel profile '"
                       << name << "', only " << known);
    }
    NS_ABORT_MSG_IF(m_ready && profile != m_profile,
                    "Conntrack attribute Profile: cannot change once the tables are in use");
    m_profile = profile;
    ApplyTimeouts();
}

void
Conntrack::ApplyTimeouts()
{
    Timeouts own;
    m_profile->Apply(m_settings.trackers, own);
    Timeouts result = m_given;
    const auto choose = [](auto& table, const auto& profile) {
        for (std::size_t i = 0; i < table.size(); ++i)
        {
            table[i] = table[i] < 0 ? profile[i] : table[i];
        }
    };
    choose(result.tcp, own.tcp);
    choose(result.sctp, own.sctp);
    choose(result.udp, own.udp);
    choose(result.gre, own.gre);
    m_settings.timeouts = result;
}

} // namespace conntrack
} // namespace ns3
