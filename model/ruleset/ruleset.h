/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_RULESET_RULESET_H
#define CONNTRACK_RULESET_RULESET_H

#include "model/ruleset/rule-actions.h"
#include "model/table/tracked-packet.h"
#include "model/tracker/timeouts.h"

#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

/**
 * @file
 * nftables rules: loaded from the JSON of `nft -j list ruleset`, run for packets.
 *
 * Layer: ruleset.
 * Shape: compiled at load to flat vectors of operations; a packet allocates nothing (a new element
 * of a dynamic set, a log line, and a connection counted by `ct count` do).
 * Errors: RulesetError at load, one sentence that names table, chain, rule handle and expression,
 * or the place in broken JSON. Packets never throw. Source: libnftables-json(5), nft(8) of
 * nftables 1.0.6; rules behave as in Linux 6.18. Differs: see doc/ruleset.rst for what is refused
 * (NAT, payload changes, ...).
 */

namespace ns3
{
namespace conntrack
{

/// Rules that cannot be loaded; what() is one sentence for the user.
class RulesetError : public std::runtime_error
{
  public:
    using std::runtime_error::runtime_error;
};

/// Where a base chain sits.
enum class Hook : uint8_t
{
    Prerouting,
    Input,
    Forward,
    Output,
    Postrouting,
    Count,
};

/// What a base chain is for.
enum class ChainType : uint8_t
{
    Filter,
    Route, ///< at Output: the packet is routed again if its mark changed
    Nat,   ///< runs for the first packet of a connection only
};

/// Where a base chain stands: priorities of Linux's own stages in linux/netfilter_ipv4.h.
struct BaseChain
{
    std::string table;                  ///< its table's name
    std::string name;                   ///< its own name
    Family family{Family::Unspecified}; ///< Unspecified: both (inet)
    Hook hook{Hook::Prerouting};        ///< where packets pass it
    ChainType type{ChainType::Filter};  ///< what it is for
    int priority{0};                    ///< lower ones run first
    /// Tracking was in use already when the chain was made: an earlier table needs it.
    bool isLate{false};
    /// At Prerouting and Output: it runs before tracking looks the packet up (RunsBefore -200).
    bool beforeTracking{false};
    uint32_t index{0}; ///< for Ruleset: which compiled chain

    /**
     * Linux puts a later hook of equal priority first, and tracking's own hooks (defragmentation
     * -400, look-up -200, helper 300, confirmation 2147483647) come with the first rule that needs
     * them.
     * @param stage priority of one of tracking's stages
     * @return whether the chain runs before that stage
     */
    bool RunsBefore(int stage) const
    {
        return priority < stage || (priority == stage && isLate);
    }
};

/// What loading needs to know of the router.
struct RulesetEnvironment
{
    /// Finds the helper of a `ct helper` object (HelperRegistry::FindByName); none or null:
    /// refused.
    std::function<const ProtocolHelper*(const std::string& name, Family family, uint8_t protocol)>
        findHelper;
    /// The router's time-outs, which a `ct timeout` object changes; null: the defaults.
    const Timeouts* timeouts{nullptr};
    Nanos now{0}; ///< point in time of loading: elements' time-outs and limits begin here
};

/// The rules of a router.
class Ruleset
{
  public:
    /**
     * Load rules.
     * @param json the document that `nft -j list ruleset` prints
     * @param environment what loading needs to know of the router
     * @return the rules
     * @throws RulesetError if anything in it is broken or not supported
     */
    static std::unique_ptr<Ruleset> Load(std::string_view json,
                                         const RulesetEnvironment& environment);

    ~Ruleset();
    Ruleset(const Ruleset&) = delete;
    Ruleset& operator=(const Ruleset&) = delete;

    /**
     * @param family IPv4 or IPv6
     * @param hook a hook
     * @return the base chains a packet meets there, in the kernel's order: by priority, and of two
     *         equal ones the one made later first
     */
    const std::vector<const BaseChain*>& GetBaseChains(Family family, Hook hook) const;

    /**
     * Run one base chain for a packet.
     * @param chain one of GetBaseChains
     * @param packet the packet: its mark, priority and request may change, and its connection's
     *        mark (event MARK pending), helper, time-outs and expectations
     * @param actions the router
     * @return what became of the packet; Accept ends this chain only
     */
    Verdict Run(const BaseChain& chain, TrackedPacket& packet, RuleActions& actions);

    /**
     * Which rule it was that Run refused a packet by, last.
     * @return "family", "table", "chain"; of a rule also "rule" (its number, from 1) and, if it has
     *         them, "handle" and "comment"; else "policy"
     */
    nlohmann::ordered_json DescribeRefusal() const;

    /**
     * @param now point in time: elements whose time-out has passed are left out
     * @return the document that was loaded, with counters, quotas and sets brought up to date
     */
    nlohmann::ordered_json ToJson(Nanos now) const;

    /**
     * @param family IPv4 or IPv6
     * @return whether a rule in a table of this family needs connection tracking: Linux turns it on
     *         per family, by the first `ct` expression (inet: both)
     */
    bool NeedsTracking(Family family) const;

    /**
     * @param family IPv4 or IPv6
     * @return whether there is a chain of type nat for it: Linux then translates at all four hooks
     */
    bool HasNat(Family family) const;

  private:
    class Impl;
    explicit Ruleset(std::unique_ptr<Impl> impl);

    std::unique_ptr<Impl> m_impl;
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_RULESET_RULESET_H
