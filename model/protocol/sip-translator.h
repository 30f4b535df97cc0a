/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_PROTOCOL_SIP_TRANSLATOR_H
#define CONNTRACK_PROTOCOL_SIP_TRANSLATOR_H

#include "model/protocol/nat-helper.h"
#include "model/protocol/sip-passage.h"

/**
 * @file
 * What SIP's helper asks of SIP's NAT helper.
 *
 * Layer: protocol; the NAT engine's folder implements it.
 * Shape: an interface; positions are those of the message, before the change that is asked for.
 */

namespace ns3
{
namespace conntrack
{

/// The expectations of a media stream: RTP at an even port and RTCP at the next one.
struct SipMediaPair
{
    Expectation& rtp;  ///< at the even port
    Expectation& rtcp; ///< at the next one
};

/// SIP's NAT helper, as its helper sees it.
class SipTranslator : public NatHelper
{
  public:
    /**
     * Expect signalling where NAT will have it come, and announce that instead.
     * @param passage the message
     * @param expectation filled for the announced place; in no list yet
     * @param contact where the place stands
     * @return Drop, with a line for the log, if that cannot be done
     */
    virtual HelperVerdict ExpectSignalling(SipPassage& passage,
                                           Expectation& expectation,
                                           const SipSpan& contact) const = 0;

    /**
     * Expect media where NAT will have them come, and announce that port instead.
     * @param passage the message
     * @param pair filled for the announced place; in no list yet
     * @param port where the port stands
     * @param target the announced address; becomes the one where media will come
     * @return Drop, with a line for the log, if that cannot be done
     */
    virtual HelperVerdict ExpectMedia(SipPassage& passage,
                                      const SipMediaPair& pair,
                                      const SipSpan& port,
                                      Address& target) const = 0;

    /**
     * @param passage the message
     * @param span where a media port stands
     * @param port which to announce instead
     * @return whether that could be done
     */
    virtual bool SetMediaPort(SipPassage& passage, const SipSpan& span, uint16_t port) const = 0;

    /**
     * @param passage the message
     * @param from within the media line whose own address is changed
     * @param address to be announced
     * @return whether that could be done
     */
    virtual bool SetMediaAddress(SipPassage& passage,
                                 std::size_t from,
                                 const Address& address) const = 0;

    /**
     * @param passage the message
     * @param from where the session description begins
     * @param address to be announced as the session's and its owner's
     * @return whether that could be done
     */
    virtual bool SetSessionAddress(SipPassage& passage,
                                   std::size_t from,
                                   const Address& address) const = 0;

    /**
     * Translate the addresses of the message's fields.
     * @param passage the message
     * @return false, with a line for the log, if that cannot be done
     */
    virtual bool Translate(SipPassage& passage) const = 0;

    /**
     * The messages of a TCP segment have been changed.
     * @param context the segment
     * @param growth in bytes, of all together
     */
    virtual void NoteGrowth(HelperContext& context, int32_t growth) const = 0;
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_PROTOCOL_SIP_TRANSLATOR_H
