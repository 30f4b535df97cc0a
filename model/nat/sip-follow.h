/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_NAT_SIP_FOLLOW_H
#define CONNTRACK_NAT_SIP_FOLLOW_H

#include "model/nat/nat-engine.h"

/**
 * @file
 * The expectfn "sip": how connections that SIP's helper foretold are translated.
 *
 * Layer: nat.
 * Shape: one object a router, which its NAT engine outlives.
 * Source: Linux's nf_nat_sip.
 *
 *     phone 10.1.0.10 announces port 40000, masqueraded to 10.2.0.1; the peer sends from its own
 *     announced port 42000, at which it is expected too
 *     the peer's stream          10.2.0.10:42000 -> 10.2.0.1:40000 goes to 10.1.0.10:40000
 *     the phone's stream         10.1.0.10:40000 -> 10.2.0.10:42000 leaves from 10.2.0.1:40000
 *
 * The destination is where the announcer said. A media stream that comes from a place that the
 * master's other end announced leaves from that place's public counterpart; another one, and
 * signalling, from the master's public address if it comes from the master's end. All else is the
 * rules'.
 */

namespace ns3
{
namespace conntrack
{

/// The expectfn "sip".
struct SipFollow : ExpectFunction
{
    /// @param natEngine the router's
    explicit SipFollow(NatEngine& natEngine);

    NatEngine& engine; ///< the router's
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_NAT_SIP_FOLLOW_H
