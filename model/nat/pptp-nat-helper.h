/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_NAT_PPTP_NAT_HELPER_H
#define CONNTRACK_NAT_PPTP_NAT_HELPER_H

#include "model/nat/nat-engine.h"
#include "model/nat/nat-helper-services.h"
#include "model/protocol/pptp-call.h"

/**
 * @file
 * PPTP's NAT helper, and how the GRE connections of calls are translated.
 *
 * Layer: nat.
 * Shape: one object of each a router.
 * Source: RFC 2637 (where call ids stand); which ones are changed, and to what, is Linux's.
 *
 * Two clients behind one address may have the same call id, and their GRE packets bear nothing else
 * that tells them apart. So a client's call id becomes the port that NAT gave its control
 * connection, which no other connection to that server has:
 *
 *     client 10.1.0.10: Outgoing-Call-Request, call id 7, from port 40000, masqueraded to 10.2.0.1
 *     the server reads call id 40000, and says so: peer's call id 40000
 *     the client reads peer's call id 7
 *     GRE to 10.2.0.1 key 40000 goes to 10.1.0.10 key 7
 */

namespace ns3
{
namespace conntrack
{

/// PPTP's NAT helper.
class PptpNatHelper : public PptpTranslator
{
  public:
    /// @return the TypeId, ns3::conntrack::PptpNatHelper
    static TypeId GetTypeId();

    PptpNatHelper();

    /// @param services of its router; before it is used
    void SetServices(const NatHelperServices& services);

    // PptpTranslator
    HelperVerdict Translate(HelperContext& context,
                            const PptpMessage& message,
                            PptpCall& call) const override;
    void Prepare(const PptpCallPair& pair, const PptpCall& call) const override;

  private:
    HelperVerdict SetCallId(HelperContext& context, std::size_t position, uint16_t callId) const;

    NatHelperServices m_services;
};

/// The expectfn of calls, which has no name: the other direction is not expected any more, and the
/// connection goes where its control connection goes.
struct PptpFollow : ExpectFunction
{
    /**
     * @param natEngine the router's
     * @param expectationTable the router's
     */
    PptpFollow(NatEngine& natEngine, ExpectationTable& expectationTable);

    NatEngine& engine;              ///< the router's
    ExpectationTable& expectations; ///< the router's
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_NAT_PPTP_NAT_HELPER_H
