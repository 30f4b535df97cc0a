/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_PROTOCOL_IRC_PROTOCOL_HELPER_H
#define CONNTRACK_PROTOCOL_IRC_PROTOCOL_HELPER_H

#include "model/protocol/protocol-helper.h"

#include "ns3/nstime.h"

/**
 * @file
 * IRC's protocol helper: expects the direct connections (DCC) that a client offers.
 *
 * Layer: protocol.
 * Shape: no memory of a connection.
 * Source: see irc-message.h; Linux nf_conntrack_irc's rules.
 *
 *     client: PRIVMSG bob :<1>DCC SEND file 167837706 5000 100<1>
 *     expected: anybody -> 10.1.0.10, port 5000; eight at a time, 300 s
 *
 * The address must be the client's own, or the one that NAT gave it. IPv4 alone, as in Linux.
 */

namespace ns3
{
namespace conntrack
{

/// IRC's protocol helper.
class IrcProtocolHelper : public ProtocolHelper
{
  public:
    /// @return the TypeId, ns3::conntrack::IrcProtocolHelper
    static TypeId GetTypeId();

    IrcProtocolHelper();

  private:
    HelperKind DoGetKind() const override;
    HelperVerdict DoHelp(HelperContext& context) const override;

    void SetMaxDccChannels(uint32_t channels);
    uint32_t GetMaxDccChannels() const;
    void SetDccTimeout(Time timeout);
    Time GetDccTimeout() const;
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_PROTOCOL_IRC_PROTOCOL_HELPER_H
