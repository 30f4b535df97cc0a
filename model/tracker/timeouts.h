/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_TRACKER_TIMEOUTS_H
#define CONNTRACK_TRACKER_TIMEOUTS_H

#include "model/flow/time.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

/**
 * @file
 * How long a connection lives without packets, by protocol and state.
 *
 * Layer: tracker.  Shape: one set for a router (its sysctls), one for each `ct timeout` object.
 * Units: nanoseconds.
 * Source: the defaults are the kernel's, as /proc/sys/net/netfilter shows them (6.18); the order of
 * the states is that of the `ct timeout` policies in linux/netfilter/nfnetlink_cttimeout.h.
 */

namespace ns3
{
namespace conntrack
{

/// TCP time-outs by state; the first ten in the order of the states (TcpState).
enum class TcpTimeout : uint8_t
{
    None,
    SynSent,
    SynRecv,
    Established,
    FinWait,
    CloseWait,
    LastAck,
    TimeWait,
    Close,
    SynSent2,
    Retrans, ///< after tcp_max_retrans retransmissions without an answer
    Unack,   ///< while data are not acknowledged
    Count,
};

/// SCTP time-outs by state, in the order of the states (SctpState).
enum class SctpTimeout : uint8_t
{
    None,
    Closed,
    CookieWait,
    CookieEchoed,
    Established,
    ShutdownSent,
    ShutdownRecd,
    ShutdownAckSent,
    HeartbeatSent,
    HeartbeatAcked, ///< 5.10 only
    Count,
};

/// Time-outs of the protocols that know only "no answer yet" and "both ways".
enum class PairTimeout : uint8_t
{
    Unreplied,
    Replied,
    Count,
};

/// Every protocol's time-outs.
struct Timeouts
{
    template <typename State>
    using Table = std::array<Nanos, static_cast<std::size_t>(State::Count)>;

    Table<TcpTimeout> tcp{0,
                          120 * SECOND,
                          60 * SECOND,
                          432000 * SECOND,
                          120 * SECOND,
                          60 * SECOND,
                          30 * SECOND,
                          120 * SECOND,
                          10 * SECOND,
                          120 * SECOND,
                          300 * SECOND,
                          300 * SECOND};
    Table<SctpTimeout> sctp{0,
                            10 * SECOND,
                            3 * SECOND,
                            3 * SECOND,
                            210 * SECOND,
                            3 * SECOND,
                            3 * SECOND,
                            3 * SECOND,
                            30 * SECOND,
                            210 * SECOND};
    Table<PairTimeout> udp{30 * SECOND, 120 * SECOND}; ///< UDP-Lite's too, as in Linux
    Table<PairTimeout> gre{30 * SECOND, 180 * SECOND};
    Nanos icmp{30 * SECOND};
    Nanos icmpv6{30 * SECOND};
    Nanos generic{600 * SECOND};
};

/**
 * @param table a protocol's time-outs
 * @param state one of its states
 * @return the time-out of that state
 */
template <typename State>
Nanos
TimeoutOf(const Timeouts::Table<State>& table, State state)
{
    return table[static_cast<std::size_t>(state)];
}

/**
 * Set one time-out by the name that nft's `ct timeout` policies have for it; SCTP, GRE, ICMP and
 * the rest, which nft 1.0.6 does not know there, by those of libnetfilter_cttimeout.
 * @param timeouts what to change
 * @param protocol IP protocol number; one without a tracker means the generic time-out
 * @param name e.g. "syn_sent", "unreplied", "timeout"
 * @param value the time-out
 * @return whether the protocol has a time-out of that name
 */
bool SetTimeout(Timeouts& timeouts, uint8_t protocol, std::string_view name, Nanos value);

/**
 * @param protocol IP protocol number
 * @return the names that SetTimeout knows for it, in the order of the states
 */
std::vector<std::string_view> TimeoutNames(uint8_t protocol);

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_TRACKER_TIMEOUTS_H
