/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_PROTOCOL_AMANDA_PROTOCOL_HELPER_H
#define CONNTRACK_PROTOCOL_AMANDA_PROTOCOL_HELPER_H

#include "model/protocol/protocol-helper.h"

#include "ns3/nstime.h"

/**
 * @file
 * Amanda's protocol helper: expects the TCP connections that a backup client's answer asks for.
 *
 * Layer: protocol.
 * Shape: no memory of a connection.
 * Source: see amanda-message.h; Linux nf_conntrack_amanda's rules.
 *
 *     10.1.0.10, the backup server, asks 10.2.0.10, port 10080 (UDP), which answers:
 *         CONNECT DATA 50100 MESG 50101 INDEX 50102
 *     expected: 10.1.0.10, any port -> 10.2.0.10, these three ports (TCP); four at a time, 180 s
 *
 * Each answer renews its flow, for a backup begins minutes after it was asked for. The first port
 * that cannot be read ends the search. An answer is dropped if any of its ports is refused; with
 * NAT, only if the last one is, as in Linux.
 */

namespace ns3
{
namespace conntrack
{

/// Amanda's protocol helper.
class AmandaProtocolHelper : public ProtocolHelper
{
  public:
    /// @return the TypeId, ns3::conntrack::AmandaProtocolHelper
    static TypeId GetTypeId();

    AmandaProtocolHelper();

  private:
    HelperKind DoGetKind() const override;
    HelperVerdict DoHelp(HelperContext& context) const override;

    Time m_masterTimeout{Seconds(300)};
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_PROTOCOL_AMANDA_PROTOCOL_HELPER_H
