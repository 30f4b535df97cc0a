/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_PROTOCOL_PPTP_PROTOCOL_HELPER_H
#define CONNTRACK_PROTOCOL_PPTP_PROTOCOL_HELPER_H

#include "model/protocol/pptp-call.h"
#include "model/protocol/protocol-helper.h"

/**
 * @file
 * PPTP's protocol helper: expects the GRE packets of the call that a control connection agrees on.
 *
 * Layer: protocol.
 * Shape: a PptpCall a connection; the keys of its call are in the router's GreCalls.
 * Source: RFC 2637; which messages count in which state is Linux's.
 *
 * Enhanced GRE bears its receiver's call id alone, so a call needs an expectation for each
 * direction, and the key map tells which id the sender has:
 *
 *     client 10.1.0.10: Outgoing-Call-Request, call id 7
 *     server 10.2.0.10: Outgoing-Call-Reply, call id 9, peer's call id 7, connected
 *     expected: GRE 10.1.0.10 key 7 -> 10.2.0.10 key 9, or 10.2.0.10 key 9 -> 10.1.0.10 key 7
 *     keys: to 9 from 7, to 7 from 9
 *
 * The first packet of either direction makes the connection, and the other expectation goes. With
 * the call's end, or the control connection's, the GRE connection and the keys go.
 */

namespace ns3
{
namespace conntrack
{

/// PPTP's protocol helper.
class PptpProtocolHelper : public ProtocolHelper
{
  public:
    /// @return the TypeId, ns3::conntrack::PptpProtocolHelper
    static TypeId GetTypeId();

    PptpProtocolHelper();

  private:
    HelperKind DoGetKind() const override;
    HelperVerdict DoHelp(HelperContext& context) const override;
    void DoConnectionEnds(HelperEnding& ending) const override;
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_PROTOCOL_PPTP_PROTOCOL_HELPER_H
