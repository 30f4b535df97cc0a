/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_PROTOCOL_SIP_PROTOCOL_HELPER_H
#define CONNTRACK_PROTOCOL_SIP_PROTOCOL_HELPER_H

#include "model/protocol/sip-passage.h"
#include "model/wire/sip-message.h"

#include "ns3/nstime.h"

/**
 * @file
 * SIP's protocol helper: expects the media of calls, and calls to registered phones.
 *
 * Layer: protocol. Media are in sip-media.h, registrations in sip-registration.h.
 * Shape: 12 bytes of memory a connection.
 * Source: RFC 3261, RFC 3311 (UPDATE), RFC 3262 (PRACK); Linux nf_conntrack_sip's rules.
 *
 *     message                            what is done
 *     INVITE                             media of the connection end, those of its body are
 * expected UPDATE, ACK, PRACK                 those of its body are expected, too BYE media end
 *     100-299 to INVITE, UPDATE, PRACK   those of its body are expected, too
 *     300-699 to the same                media end, if CSeq is the newest INVITE's
 *     REGISTER, and the answer           see sip-registration.h
 *     others, CANCEL among them          pass
 *
 * A UDP datagram is a message; a TCP segment has those that it holds as a whole, as Content-Length
 * tells. Each one renews the connection. Responses without a status, and messages of these methods
 * without a CSeq, are dropped.
 */

namespace ns3
{
namespace conntrack
{

/// SIP's protocol helper.
class SipProtocolHelper : public ProtocolHelper
{
  public:
    /// @return the TypeId, ns3::conntrack::SipProtocolHelper
    static TypeId GetTypeId();

    SipProtocolHelper();

  private:
    HelperKind DoGetKind() const override;
    HelperVerdict DoHelp(HelperContext& context) const override;

    HelperVerdict ReadSegment(HelperContext& context, const SipTranslator* translator) const;
    HelperVerdict ReadMessage(SipPassage& passage) const;
    HelperVerdict ReadRequest(SipPassage& passage) const;
    HelperVerdict ReadResponse(SipPassage& passage) const;
    SipSettings Settings() const;

    bool m_directSignalling{true};
    bool m_directMedia{true};
    bool m_externalMedia{false};
    Time m_timeout{Seconds(3600)};
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_PROTOCOL_SIP_PROTOCOL_HELPER_H
