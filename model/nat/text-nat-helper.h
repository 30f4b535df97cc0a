/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_NAT_TEXT_NAT_HELPER_H
#define CONNTRACK_NAT_TEXT_NAT_HELPER_H

#include "model/nat/nat-helper-services.h"
#include "model/protocol/nat-helper.h"

#include <vector>

/**
 * @file
 * NAT helpers of protocols that announce one endpoint at a time: FTP, IRC, Amanda, TFTP.
 *
 * Layer: nat.
 * Shape: one object a router and protocol, under its module's name (rows H6-H8, H18, H21).
 * Source: RFC 2663 6.2 (what an application level gateway does); which ports are tried and what the
 * expectation keeps is Linux's, by profile.
 *
 *     client 10.1.0.10, masqueraded to 10.2.0.1, says   PORT 10,1,0,10,195,81
 *     expected: server -> 10.2.0.1, port 50001, or another if that is taken
 *     the server reads                                  PORT 10,2,0,1,195,81
 *     the expected connection is translated to the client, where it listens: nat-follow-master
 *
 * A TFTP client announces no more than the port that it sends from. NAT has chosen the public one
 * already, so no other is looked for.
 */

namespace ns3
{
namespace conntrack
{

/// A NAT helper of a protocol that announces one endpoint at a time.
class TextNatHelper : public NatHelper
{
  public:
    /// @return the TypeId, ns3::conntrack::TextNatHelper
    static TypeId GetTypeId();

    /// @param services of its router; before it is used
    void SetServices(const NatHelperServices& services);

  private:
    HelperVerdict DoAnnounce(HelperContext& context,
                             const Announcement& announcement) const override;
    HelperVerdict AnnounceSender(HelperContext& context, const Announcement& announcement) const;

    NatHelperServices m_services;
};

/**
 * Make the NAT helpers of protocols that announce one endpoint at a time.
 * @return the kernel's, and one of each class derived from TextNatHelper that ns-3's TypeIds know
 *         and can make, by their names; without services yet
 */
std::vector<Ptr<TextNatHelper>> MakeTextNatHelpers();

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_NAT_TEXT_NAT_HELPER_H
