/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_HELPER_REPLAY_CASE_H
#define CONNTRACK_HELPER_REPLAY_CASE_H

#include "model/flow/time.h"
#include "model/wire/link-frame.h"

#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

/**
 * @file
 * A recorded case: what its folder says of the router and of the run, apart from the packets.
 *
 * Layer: helper.
 * Shape: plain values, read once.
 * Units: nanoseconds; times of snapshots count from the case's start.
 * Errors: ReplayError, one sentence with the file's name.
 * Source: the corpus' README (test/corpus).
 */

namespace ns3
{
namespace conntrack
{

/// A replay that cannot be done; what() is one sentence for the user.
class ReplayError : public std::runtime_error
{
  public:
    using std::runtime_error::runtime_error;
};

/// Settings by their names: sysctls, module parameters.
using NamedSettings = std::vector<std::pair<std::string, std::string>>;

/// An interface of the router.
struct ReplayPort
{
    std::string name;     ///< as rules call it
    MacAddress address{}; ///< its own Ethernet address
    MacAddress peer{};    ///< whom leaving frames are addressed to
    std::string ipv4;     ///< address and prefix length, "10.1.0.1/24"; may be empty
    std::string ipv6;     ///< the same
    std::string capture;  ///< the file with its frames
    uint16_t mtu{1500};   ///< in bytes
};

/// When the tables were listed.
struct ReplaySnapshot
{
    std::string label; ///< the recorder's name for it
    Nanos time{0};     ///< since the start: the listing began
    Nanos end{0};      ///< of the listing: connections first, then expectations
};

/// A recorded case.
struct ReplayCase
{
    std::string folder;                    ///< where it lies
    std::string kernel;                    ///< its release
    Nanos epochAtStart{0};                 ///< CLOCK_REALTIME
    uint64_t jiffies{0};                   ///< the kernel's tick count at the start
    std::string input;                     ///< what leads to the events: "packets", "local", ...
    NamedSettings sysctls;                 ///< all of its namespace, then those of the host
    NamedSettings moduleParameters;        ///< of helpers' modules: ftp's loose
    std::vector<ReplayPort> ports;         ///< the router's interfaces
    std::vector<ReplaySnapshot> snapshots; ///< in the order of their times
    std::string ruleset;                   ///< nft's JSON

    /**
     * @param folder the case's folder
     * @return the case
     * @throws ReplayError if a file is missing or is not what it should be
     */
    static ReplayCase Load(const std::string& folder);
};

/**
 * @param path a file
 * @return its bytes
 * @throws ReplayError if it cannot be read
 */
std::string ReadFile(const std::string& path);

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_HELPER_REPLAY_CASE_H
