/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_RULESET_READY_MADE_H
#define CONNTRACK_RULESET_READY_MADE_H

#include "model/flow/tuple.h"

#include <cstdint>
#include <string>
#include <vector>

/**
 * @file
 * Rulesets for the usual cases, in the language that Ruleset loads.
 *
 * Layer: ruleset.
 * Shape: each is a few settings; ToJson writes them out, to be loaded, printed, changed or given to
 * `nft -j -f` of a real router.
 */

namespace ns3
{
namespace conntrack
{

/// A transport port that somebody may connect to, or several in a row.
struct Service
{
    uint8_t protocol{protocol::TCP}; ///< IP protocol number: TCP, UDP, SCTP or UDP-Lite
    uint16_t first{0};               ///< port
    uint16_t last{0};                ///< the last port of a range; 0: first alone
};

/// A helper and where it listens.
struct HelperService
{
    std::string helper;              ///< its name, e.g. "ftp"
    uint8_t protocol{protocol::TCP}; ///< IP protocol number
    uint16_t port{0};                ///< of the server
};

/// A service of the inside that the outside reaches at the router's address (DNAT).
struct PortForward
{
    uint8_t protocol{protocol::TCP}; ///< IP protocol number: TCP, UDP, SCTP or UDP-Lite
    uint16_t port{0};                ///< at the router
    std::string address;             ///< of the server inside, IPv4 or IPv6
    uint16_t serverPort{0};          ///< there; 0: the same
};

/// A firewall that lets pass what the inside begins, and what belongs to that.
struct StatefulFirewall
{
    std::string inside;  ///< device towards those who may begin connections; empty: any
    std::string outside; ///< device towards the others; empty: any
    /// Helpers by port; those who are inside may connect to these ports. Connections to a port that
    /// is forwarded to such a one have the helper too.
    std::vector<HelperService> helpers;
    /// What the inside may connect to; empty: everything.
    std::vector<Service> fromInside;
    /// What the outside may connect to; empty: nothing.
    std::vector<Service> fromOutside;
    /// What leaves by `outside` gets the router's address there.
    bool masquerades{false};
    /// Services of the inside at the router's outside address; they may be connected to.
    std::vector<PortForward> forwards;
    /// What NAT sends to the inside may pass: what a CarrierGradeNat's filter lets in, too.
    bool admitsTranslated{false};
};

/**
 * Write a firewall as rules: table "inet fw", chain "assign" (prerouting, before dstnat) for
 * helpers, and chain "forward" with policy drop; with NAT, also chains "dstnat" and "srcnat" of
 * type nat.
 * @param firewall its settings
 * @return the JSON of `nft -j list ruleset`
 */
std::string ToJson(const StatefulFirewall& firewall);

/**
 * Write rules that accept everything and give connections their helpers.
 * @param helpers who helps where
 * @return as ToJson
 */
std::string HelpersAlone(const std::vector<HelperService>& helpers);

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_RULESET_READY_MADE_H
