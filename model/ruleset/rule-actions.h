/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_RULESET_RULE_ACTIONS_H
#define CONNTRACK_RULESET_RULE_ACTIONS_H

#include "model/nat/nat-range.h"
#include "model/table/expectation.h"
#include "model/table/tracked-packet.h"
#include "model/wire/bytes.h"

#include <string>

/**
 * @file
 * What a chain says of a packet, and what a rule needs of the router around it.
 *
 * Layer: ruleset.  The router (stack/) implements RuleActions; a test gives a few lines.
 */

namespace ns3
{
namespace conntrack
{

class ExpectationTable;

/// The error that a `reject` sends back.
enum class RejectKind : uint8_t
{
    None,            ///< no reject
    IcmpUnreachable, ///< ICMP type 3, or ICMPv6 type 1, with Verdict::code
    TcpReset,        ///< a TCP RST; for a packet that is itself a RST, or no TCP: nothing
};

/// Where a NAT statement has its address from.
enum class NatTarget : uint8_t
{
    Given,     ///< snat, dnat: the rule has it
    OutputOwn, ///< masquerade: the address of the interface by which the packet leaves
    InputOwn,  ///< redirect: the router's, where the packet came in
};

/// What a base chain says of a packet.
enum class VerdictKind : uint8_t
{
    Accept, ///< it goes on to the next chain or stage
    Drop,   ///< it goes no further
    Reject, ///< it goes no further, and an error goes back
};

/// What a base chain says of a packet, with a reject's error.
struct Verdict
{
    VerdictKind kind{VerdictKind::Accept};
    RejectKind reject{RejectKind::None}; ///< only with Reject
    uint8_t code{0};                     ///< the ICMP or ICMPv6 code of IcmpUnreachable
};

/// What rules need of the router, beside the packet and its connection.
class RuleActions
{
  public:
    virtual ~RuleActions() = default;

    /**
     * A `log` statement's line, as the kernel log would hold it.
     * @param level 0 (emergency) to 7 (debug), as in syslog
     * @param line prefix and packet in words, without a time
     */
    virtual void LogLine(int level, const std::string& line) = 0;

    /**
     * Give an unconfirmed connection its helper area (row H9): `ct helper set`, `ct expectation
     * set`.
     * @param connection the connection
     * @return its area, new and empty or the one it has; null: there is no memory for it
     */
    virtual HelperArea* AddHelperArea(Connection& connection) = 0;

    /// @return the router's expectation table, for `ct expectation set`; null: it has none
    virtual ExpectationTable* GetExpectations() = 0;

    /**
     * The packet's link-layer header, for raw payload `@ll` and the MAC= part of log lines.
     * @return its bytes; empty: the packet has none (made by this router, or not Ethernet)
     */
    virtual ByteView GetLinkHeader()
    {
        return {};
    }

    /**
     * For `ct count`: a connection met earlier (ConnectionTable::Find).
     * @param tuple its original tuple
     * @param zone its zone
     * @param now point in time
     * @return the confirmed connection; null: there is none any more
     */
    virtual const Connection* FindConnection(const Tuple& tuple, const Zone& zone, Nanos now) = 0;

    /**
     * Decide NAT of the packet's connection, which is new: snat, dnat, masquerade, redirect.
     * @param packet the packet
     * @param side which end
     * @param target where the address is from
     * @param range of addresses (only of a given target) and ports
     * @return false if the packet must be dropped: the router has no such address, or no NAT
     */
    virtual bool DecideNat(TrackedPacket& packet,
                           NatSide side,
                           NatTarget target,
                           const NatRange& range)
    {
        static_cast<void>(packet);
        static_cast<void>(side);
        static_cast<void>(target);
        static_cast<void>(range);
        return false;
    }
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_RULESET_RULE_ACTIONS_H
