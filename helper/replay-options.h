/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_HELPER_REPLAY_OPTIONS_H
#define CONNTRACK_HELPER_REPLAY_OPTIONS_H

#include "helper/packet-verdicts.h"
#include "helper/replay-case.h"
#include "model/stack/conntrack.h"

#include <functional>
#include <ostream>
#include <string>

/**
 * @file
 * How a replay is to be done and where its results go.
 *
 * Layer: helper.  Shape: plain values.
 */

namespace ns3
{
namespace conntrack
{

/// What a replay does with the tables at its end.
enum class EndDump : uint8_t
{
    None,
    Proc, ///< prints the files of /proc/net
};

/// How a replay is to be done.
struct ReplayOptions
{
    std::string out;               ///< folder for results, made if need be; empty: only printed
    std::string profile;           ///< name of a KernelProfile; empty: the replay's own choice
    std::string timers;            ///< "exact" or "wheel"; empty: the replay's own choice
    NamedSettings sysctls;         ///< set after all others
    EndDump dump{EndDump::None};   ///< what is printed at the end
    std::ostream* lines{nullptr};  ///< gets event lines and the dump; none: nothing is printed
    std::ostream* errors{nullptr}; ///< gets sentences about damage; none: they are lost
    int64_t stream{-1};            ///< of the router's random numbers; negative: ns-3 gives it
    /// Called with the router before its tables are made, when all its attributes may be set.
    std::function<void(Ptr<Conntrack>)> prepare;
    /// Called with the router when its helpers are registered, before rules are loaded.
    std::function<void(Ptr<Conntrack>)> equip;
    PacketVerdicts::Listener verdicts; ///< gets what became of each packet; none: not asked
};

/// The tick rate of the kernels that were recorded.
constexpr uint32_t RECORDED_HZ = 250;

/**
 * Make a router's connection tracking as options say.
 * @param options profile, timers, sysctls
 * @param profile the profile unless the options say otherwise
 * @param timers "exact" or "wheel", unless the options say otherwise
 * @param jiffies the kernel's tick count at simulated time 0
 * @return the object, not yet aggregated to a node
 * @throws ReplayError for an unknown profile or mode of timers
 */
Ptr<Conntrack> MakeConntrack(const ReplayOptions& options,
                             const std::string& profile,
                             const std::string& timers,
                             uint64_t jiffies);

/**
 * Load rules, with the file's name in front of what is wrong with them.
 * @param conntrack the router
 * @param json nft's JSON
 * @param name the file's name
 * @throws ReplayError
 */
void LoadRules(Ptr<Conntrack> conntrack, const std::string& json, const std::string& name);

/// @param folder made if it is not there @throws ReplayError if it cannot be made
void MakeFolder(const std::string& folder);

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_HELPER_REPLAY_OPTIONS_H
