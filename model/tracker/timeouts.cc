/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/tracker/timeouts.h"

#include "model/flow/tuple.h"

namespace ns3
{
namespace conntrack
{

namespace
{

/// A time-out by its name: where it is.
struct NamedTimeout
{
    std::string_view name;
    Nanos* value;
};

std::vector<NamedTimeout>
TcpNames(Timeouts& timeouts)
{
    auto& tcp = timeouts.tcp;
    const auto at = [&tcp](TcpTimeout state) { return &tcp[static_cast<std::size_t>(state)]; };
    return {
        {"syn_sent", at(TcpTimeout::SynSent)},
        {"syn_recv", at(TcpTimeout::SynRecv)},
        {"established", at(TcpTimeout::Established)},
        {"fin_wait", at(TcpTimeout::FinWait)},
        {"close_wait", at(TcpTimeout::CloseWait)},
        {"last_ack", at(TcpTimeout::LastAck)},
        {"time_wait", at(TcpTimeout::TimeWait)},
        {"close", at(TcpTimeout::Close)},
        {"syn_sent2", at(TcpTimeout::SynSent2)},
        {"retrans", at(TcpTimeout::Retrans)},
        {"unack", at(TcpTimeout::Unack)},
    };
}

std::vector<NamedTimeout>
SctpNames(Timeouts& timeouts)
{
    auto& sctp = timeouts.sctp;
    const auto at = [&sctp](SctpTimeout state) { return &sctp[static_cast<std::size_t>(state)]; };
    return {
        {"closed", at(SctpTimeout::Closed)},
        {"cookie_wait", at(SctpTimeout::CookieWait)},
        {"cookie_echoed", at(SctpTimeout::CookieEchoed)},
        {"established", at(SctpTimeout::Established)},
        {"shutdown_sent", at(SctpTimeout::ShutdownSent)},
        {"shutdown_recd", at(SctpTimeout::ShutdownRecd)},
        {"shutdown_ack_sent", at(SctpTimeout::ShutdownAckSent)},
        {"heartbeat_sent", at(SctpTimeout::HeartbeatSent)},
        {"heartbeat_acked", at(SctpTimeout::HeartbeatAcked)},
    };
}

std::vector<NamedTimeout>
PairNames(Timeouts::Table<PairTimeout>& pair)
{
    return {
        {"unreplied", &pair[static_cast<std::size_t>(PairTimeout::Unreplied)]},
        {"replied", &pair[static_cast<std::size_t>(PairTimeout::Replied)]},
    };
}

std::vector<NamedTimeout>
NamesFor(Timeouts& timeouts, uint8_t number)
{
    switch (number)
    {
    case protocol::TCP:
        return TcpNames(timeouts);
    case protocol::UDP:
    case protocol::UDPLITE:
        return PairNames(timeouts.udp);
    case protocol::GRE:
        return PairNames(timeouts.gre);
    case protocol::SCTP:
        return SctpNames(timeouts);
    case protocol::ICMP:
        return {{"timeout", &timeouts.icmp}};
    case protocol::ICMPV6:
        return {{"timeout", &timeouts.icmpv6}};
    default:
        return {{"timeout", &timeouts.generic}};
    }
}

} // namespace

bool
SetTimeout(Timeouts& timeouts, uint8_t protocol, std::string_view name, Nanos value)
{
    for (const auto& timeout : NamesFor(timeouts, protocol))
    {
        if (timeout.name == name)
        {
            *timeout.value = value;
            return true;
        }
    }
    return false;
}

std::vector<std::string_view>
TimeoutNames(uint8_t protocol)
{
    Timeouts any;
    std::vector<std::string_view> names;
    for (const auto& timeout : NamesFor(any, protocol))
    {
        names.push_back(timeout.name);
    }
    return names;
}

} // namespace conntrack
} // namespace ns3
