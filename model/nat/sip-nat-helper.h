/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_NAT_SIP_NAT_HELPER_H
#define CONNTRACK_NAT_SIP_NAT_HELPER_H

#include "model/nat/nat-helper-services.h"
#include "model/protocol/sip-translator.h"
#include "model/wire/sip-header.h"

/**
 * @file
 * SIP's NAT helper: puts public addresses into messages that leave, private ones into those that
 * come in, and expects signalling and media at the public ones.
 *
 * Layer: nat.
 * Shape: one object a router, under its module's name (rows H6-H8, H18, H21).
 * Source: RFC 3261 18 and 20, RFC 3581 (rport); which fields, and when, is Linux's nf_nat_sip.
 *
 *     phone 10.1.0.10:5060, masqueraded to 10.2.0.1:5060, to 10.2.0.10
 *     Request-URI, Via, Contact, From, To   an address and port equal to an end of the packet as it
 *                                           was sent become that end as it is translated
 *     Via's maddr, received, rport          likewise, if Via itself names the connection's end
 *     o=, c=, m=                            the address and port at which media are expected
 *     Content-Length                        what the description's length has become
 *
 * Only the topmost Via, From and To are looked at, but each Contact.
 */

namespace ns3
{
namespace conntrack
{

/// SIP's NAT helper.
class SipNatHelper : public SipTranslator
{
  public:
    /// @return the TypeId, ns3::conntrack::SipNatHelper
    static TypeId GetTypeId();

    SipNatHelper();

    /// @param services of its router, followMaster being the expectfn "sip"; before it is used
    void SetServices(const NatHelperServices& services);

    // SipTranslator
    HelperVerdict ExpectSignalling(SipPassage& passage,
                                   Expectation& expectation,
                                   const SipSpan& contact) const override;
    HelperVerdict ExpectMedia(SipPassage& passage,
                              const SipMediaPair& pair,
                              const SipSpan& port,
                              Address& target) const override;
    bool SetMediaPort(SipPassage& passage, const SipSpan& span, uint16_t port) const override;
    bool SetMediaAddress(SipPassage& passage,
                         std::size_t from,
                         const Address& address) const override;
    bool SetSessionAddress(SipPassage& passage,
                           std::size_t from,
                           const Address& address) const override;
    bool Translate(SipPassage& passage) const override;
    void NoteGrowth(HelperContext& context, int32_t growth) const override;

  private:
    void Prepare(const SipPassage& passage, Expectation& expectation, const Address& target) const;
    bool ExpectPair(const SipPassage& passage, const SipMediaPair& pair) const;
    bool Replace(SipPassage& passage, const SipSpan& span, const std::string& text) const;
    bool MapUri(SipPassage& passage, const SipUri& uri) const;
    bool MapFirst(SipPassage& passage, SipHeader header) const;
    bool MapVia(SipPassage& passage) const;
    bool MapViaParameters(SipPassage& passage, std::size_t from) const;
    bool MapContacts(SipPassage& passage) const;
    bool SetContentLength(SipPassage& passage) const;
    bool Redirect(SipPassage& passage) const;

    NatHelperServices m_services;
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_NAT_SIP_NAT_HELPER_H
