/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/report/names.h"

#include <array>

namespace ns3
{
namespace conntrack
{

namespace
{

constexpr std::array STATUS_NAMES{"EXPECTED",
                                  "SEEN_REPLY",
                                  "ASSURED",
                                  "CONFIRMED",
                                  "SRC_NAT",
                                  "DST_NAT",
                                  "SEQ_ADJUST",
                                  "SRC_NAT_DONE",
                                  "DST_NAT_DONE",
                                  "DYING",
                                  "FIXED_TIMEOUT",
                                  "TEMPLATE",
                                  "UNTRACKED",
                                  "HELPER"};

constexpr std::array EXPECTATION_FLAG_NAMES{"PERMANENT", "INACTIVE", "USERSPACE"};

constexpr std::array TCP_NAMES{"NONE",
                               "SYN_SENT",
                               "SYN_RECV",
                               "ESTABLISHED",
                               "FIN_WAIT",
                               "CLOSE_WAIT",
                               "LAST_ACK",
                               "TIME_WAIT",
                               "CLOSE",
                               "SYN_SENT2"};

constexpr std::array SCTP_NAMES{"NONE",
                                "CLOSED",
                                "COOKIE_WAIT",
                                "COOKIE_ECHOED",
                                "ESTABLISHED",
                                "SHUTDOWN_SENT",
                                "SHUTDOWN_RECD",
                                "SHUTDOWN_ACK_SENT",
                                "HEARTBEAT_SENT",
                                "HEARTBEAT_ACKED"};

constexpr std::array END_NAMES{"Expired", "Reset", "Reopened", "EarlyDrop", "Deleted", "Disposed"};

constexpr std::array EXPECTATION_END_NAMES{"Used",
                                           "Expired",
                                           "Refreshed",
                                           "Evicted",
                                           "MasterGone",
                                           "Withdrawn",
                                           "Helperless",
                                           "Deleted"};

constexpr std::array DROP_NAMES{"Rule",
                                "Reject",
                                "HelperRefused",
                                "ConfirmClash",
                                "TableFull",
                                "TrackerRefused",
                                "BadFragment",
                                "FragmentLimit",
                                "NatRefused"};

template <std::size_t N>
std::vector<std::string>
NamesOfBits(uint32_t bits, const std::array<const char*, N>& names)
{
    std::vector<std::string> set;
    for (std::size_t bit = 0; bit < 32; ++bit)
    {
        if (bits >> bit & 1)
        {
            set.push_back(bit < N ? names[bit] : "BIT" + std::to_string(bit));
        }
    }
    return set;
}

template <typename State, std::size_t N>
const char*
NameAt(State state, const std::array<const char*, N>& names)
{
    const auto place = static_cast<std::size_t>(state);
    if (place >= N)
    {
        return "UNKNOWN";
    }
    const char* const* name = names.data() + place;
    return *name;
}

} // namespace

const char*
NameOf(Family family)
{
    return family == Family::Ipv6 ? "ipv6" : "ipv4";
}

const char*
NameOf(FlowState state)
{
    switch (state)
    {
    case FlowState::Untracked:
        return "UNTRACKED";
    case FlowState::Invalid:
        return "INVALID";
    case FlowState::New:
        return "NEW";
    case FlowState::Established:
        return "ESTABLISHED";
    case FlowState::Related:
        break;
    }
    return "RELATED";
}

const char*
NameOf(TcpState state)
{
    return NameAt(state, TCP_NAMES);
}

const char*
NameOf(SctpState state)
{
    return NameAt(state, SCTP_NAMES);
}

std::string
StateName(const ProtocolTrack& track, uint8_t number)
{
    if (number == protocol::TCP)
    {
        return NameOf(track.tcp.state);
    }
    return number == protocol::SCTP ? NameOf(track.sctp.state) : "";
}

const char*
NameOf(EndReason reason)
{
    return NameAt(reason, END_NAMES);
}

const char*
NameOf(ExpectationEnd reason)
{
    return NameAt(reason, EXPECTATION_END_NAMES);
}

const char*
NameOf(DropReason reason)
{
    return NameAt(reason, DROP_NAMES);
}

std::vector<std::string>
StatusNames(uint32_t status)
{
    return NamesOfBits(status, STATUS_NAMES);
}

std::vector<std::string>
ExpectationFlagNames(uint32_t flags)
{
    return NamesOfBits(flags, EXPECTATION_FLAG_NAMES);
}

std::string
ExpectationFlagText(uint32_t flags)
{
    std::string text;
    for (const std::string& name : ExpectationFlagNames(flags))
    {
        text += (text.empty() ? "" : ",") + name;
    }
    return text;
}

} // namespace conntrack
} // namespace ns3
