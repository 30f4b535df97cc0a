/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/table/kernel-profile.h"

#include <array>
#include <charconv>
#include <system_error>

namespace ns3
{
namespace conntrack
{

namespace
{

/// Profiles with the first kernel each stands for, oldest first.
struct Entry
{
    unsigned major;
    unsigned minor;
    KernelProfile profile;
};

KernelProfile
MakeV39()
{
    KernelProfile profile;
    profile.name = "v3.9";
    profile.clashKnowsZones = false;
    profile.sameTupleIsAlready = false;
    profile.dyingMasterIsRefused = false;
    profile.hasAutoAssign = true;
    profile.autoAssignDefault = true;
    profile.duplicateHelperIsBusy = false;
    profile.helperAtPriority300 = true;
    profile.tcpDestroyHasState = false;
    profile.resetClosesConnection = false;
    profile.icmpv6ErrorInterval = SECOND;
    profile.portSearch = PortSearch::Upward;
    profile.equalRegistrationIsRefused = false;
    profile.lateHelperIsShifted = true;
    profile.forgedOfferEndsSearch = false;
    profile.amandaWordsEndInLine = false;
    profile.natCountsUp = false;
    profile.natTakesTimeWait = false;
    profile.hasDccp = true;
    return profile;
}

KernelProfile
MakeV510()
{
    KernelProfile profile = MakeV39();
    profile.name = "v5.10";
    profile.clashKnowsZones = true;
    profile.sameTupleIsAlready = true;
    profile.dyingMasterIsRefused = true;
    profile.autoAssignDefault = false;
    profile.lateHelperIsShifted = false;
    profile.equalRegistrationIsRefused = true;
    return profile;
}

KernelProfile
MakeV618()
{
    KernelProfile profile = MakeV510();
    profile.name = "v6.18";
    profile.hasAutoAssign = false;
    profile.duplicateHelperIsBusy = true;
    profile.helperAtPriority300 = false;
    profile.tcpDestroyHasState = true;
    profile.resetClosesConnection = true;
    profile.icmpv6ErrorInterval = 100 * MILLISECOND;
    profile.portSearch = PortSearch::Random;
    profile.equalRegistrationIsRefused = false;
    profile.lateHelperIsShifted = true;
    profile.forgedOfferEndsSearch = true;
    profile.amandaWordsEndInLine = true;
    profile.natCountsUp = true;
    profile.natTakesTimeWait = true;
    profile.hasDccp = false;
    return profile;
}

const std::array<Entry, 3>&
Entries()
{
    static const std::array<Entry, 3> entries{
        {{3, 9, MakeV39()}, {5, 10, MakeV510()}, {6, 18, MakeV618()}}};
    return entries;
}

} // namespace

void
KernelProfile::Apply(TrackerSettings& settings, Timeouts& timeouts) const
{
    settings.tcpStrictWindow = !tcpDestroyHasState; // both changed between 5.10 and 6.18
    settings.udpStreamAtOnce = !clashKnowsZones;    // 3.9 alone
    auto set = [](auto& table, auto state, Nanos value) {
        table[static_cast<std::size_t>(state)] = value;
    };
    if (settings.udpStreamAtOnce)
    {
        set(timeouts.udp, PairTimeout::Replied, 180 * SECOND);
    }
    if (!tcpDestroyHasState)
    {
        set(timeouts.sctp, SctpTimeout::Established, 432000 * SECOND);
        set(timeouts.sctp, SctpTimeout::ShutdownSent, 300 * MILLISECOND);
        set(timeouts.sctp, SctpTimeout::ShutdownRecd, 300 * MILLISECOND);
    }
}

const KernelProfile*
KernelProfile::Find(const std::string& name)
{
    for (const Entry& entry : Entries())
    {
        if (entry.profile.name == name)
        {
            return &entry.profile;
        }
    }
    return nullptr;
}

const KernelProfile&
KernelProfile::ForRelease(const std::string& release)
{
    unsigned major = 0;
    unsigned minor = 0;
    const KernelProfile* best = &Entries().front().profile;
    const char* end = release.data() + release.size();
    const auto dot = std::from_chars(release.data(), end, major);
    if (dot.ec == std::errc{} && dot.ptr != end && *dot.ptr == '.' &&
        std::from_chars(dot.ptr + 1, end, minor).ec == std::errc{})
    {
        for (const Entry& entry : Entries())
        {
            if (major > entry.major || (major == entry.major && minor >= entry.minor))
            {
                best = &entry.profile;
            }
        }
    }
    return *best;
}

std::vector<std::string>
KernelProfile::Names()
{
    std::vector<std::string> names;
    for (const Entry& entry : Entries())
    {
        names.push_back(entry.profile.name);
    }
    return names;
}

} // namespace conntrack
} // namespace ns3
