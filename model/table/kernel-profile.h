/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_TABLE_KERNEL_PROFILE_H
#define CONNTRACK_TABLE_KERNEL_PROFILE_H

#include "model/tracker/flow-tracker.h"

#include <string>
#include <vector>

/**
 * @file
 * The few decisions in which kernels differ, each asked at one place.
 *
 * Layer: table.  Shape: three constant values, named v3.9, v5.10 and v6.18.
 * Source: section 3 of the behavior table (doc/profiles.rst); recordings of 5.10 and 6.18.
 */

namespace ns3
{
namespace conntrack
{

/// How a NAT helper looks for a free port for its expectation.
enum class PortSearch
{
    Upward, ///< from the announced port to 65535
    Random, ///< the announced one, then at most 128 draws in [port, 65535]
};

/// The decisions in which kernels differ.
struct KernelProfile
{
    std::string name;           ///< "v5.10"
    bool clashKnowsZones;       ///< row E8: expectations of different zones do not clash
    bool sameTupleIsAlready;    ///< row E16: EALREADY for a caller that skips the master test
    bool dyingMasterIsRefused;  ///< row E6: no expectation of a dying master matches
    bool hasAutoAssign;         ///< rows H10, H11: the sysctl nf_conntrack_helper exists
    bool autoAssignDefault;     ///< row H23
    bool duplicateHelperIsBusy; ///< row H16: EBUSY instead of EEXIST
    bool helperAtPriority300;   ///< the helper runs before chains above 300, not last of all
    bool tcpDestroyHasState;    ///< DESTROY events of TCP carry protocol information
    bool resetClosesConnection; ///< `reject with tcp reset` closes the connection in the table
    Nanos icmpv6ErrorInterval;  ///< net.ipv6.icmp.ratelimit: an error a destination in this time
    PortSearch portSearch;      ///< of NAT helpers
    /// SIP's NAT helper refuses a registration that another connection expects at the same place,
    /// instead of looking for another port.
    bool equalRegistrationIsRefused;
    /// A helper that a rule gives to a connection that NAT has taken: its changes of a payload's
    /// length are made good.
    bool lateHelperIsShifted;
    /// IRC's helper looks no further than the first offer that it can read, forged or not.
    bool forgedOfferEndsSearch;
    /// Amanda's words end where their line did before NAT changed it; else they begin before that.
    bool amandaWordsEndInLine;
    bool natCountsUp;      ///< dnat to a range of ports begins at its lowest, not at a random one
    bool natTakesTimeWait; ///< NAT's search for a port may end a connection in TIME_WAIT
    bool hasDccp;          ///< the DCCP tracker exists

    /**
     * Set what the profile decides of the trackers.
     * @param settings the router's settings
     * @param timeouts at their defaults, which are 6.18's
     */
    void Apply(TrackerSettings& settings, Timeouts& timeouts) const;

    /**
     * @param name "v3.9", "v5.10" or "v6.18"
     * @return the profile; none for another name
     */
    static const KernelProfile* Find(const std::string& name);

    /**
     * @param release a kernel's release as uname prints it, e.g. "5.10.0-32-amd64"
     * @return the newest profile that is not newer than it (the oldest for older ones, or nonsense)
     */
    static const KernelProfile& ForRelease(const std::string& release);

    /// @return all names, oldest first
    static std::vector<std::string> Names();
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_TABLE_KERNEL_PROFILE_H
