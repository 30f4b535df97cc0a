/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_PROTOCOL_SIP_PASSAGE_H
#define CONNTRACK_PROTOCOL_SIP_PASSAGE_H

#include "model/protocol/protocol-helper.h"
#include "model/wire/sip-text.h"

/**
 * @file
 * A SIP message on its way through SIP's helper, and what the helper keeps and is set to.
 *
 * Layer: protocol.
 * Shape: a place and a length within a packet's payload, for a message's time; 12 bytes of memory a
 * connection. The text is looked at anew after each change, for a NAT helper may have moved it.
 */

namespace ns3
{
namespace conntrack
{

class SipTranslator;

/// SIP's classes of expectations.
enum class SipClass : uint8_t
{
    Signalling,
    Audio,
    Video,
    Image,
};

/// What is remembered of a connection.
struct SipMemory
{
    uint32_t registerSequence; ///< CSeq of the newest REGISTER that was taken
    uint32_t inviteSequence;   ///< CSeq of the newest INVITE that was taken
    /// Where the client wants its answers, by its Via, if that is not the port that it sends from;
    /// 0: there. Host order.
    uint16_t answerPort;
};

/// What the helper is set to.
struct SipSettings
{
    bool directSignalling{true}; ///< calls come from the registrar's address alone
    bool directMedia{true};      ///< media come from the ends of signalling alone
    bool externalMedia{false};   ///< none are expected at ends beyond the signalling's interface
};

/// A SIP message on its way.
class SipPassage
{
  public:
    /**
     * @param context the packet's
     * @param translator the NAT helper; none: the connection has no NAT, or there is no such helper
     * @param position where the message begins in the payload
     * @param length its length
     */
    SipPassage(HelperContext& context,
               const SipTranslator* translator,
               std::size_t position,
               std::size_t length)
        : m_context(context),
          m_translator(translator),
          m_position(position),
          m_length(length)
    {
    }

    /// @return the message as it is now
    SipText Text() const
    {
        return {PayloadOf(Packet()).From(m_position).First(m_length).AsText(), FamilyOf()};
    }

    /// @return where the message begins in the payload
    std::size_t Position() const
    {
        return m_position;
    }

    /// @return its length now
    std::size_t Length() const
    {
        return m_length;
    }

    /// @param from a length of text in the message @param to that of the text in its place
    void Resize(std::size_t from, std::size_t to)
    {
        m_length += to;
        m_length -= from;
    }

    /// @return the packet and what may be done
    HelperContext& Context() const
    {
        return m_context;
    }

    /// @return the packet
    TrackedPacket& Packet() const
    {
        return m_context.packet;
    }

    /// @return its connection
    Connection& Flow() const
    {
        return *m_context.packet.connection;
    }

    /// @param why nothing is expected of what the message announces
    void Remark(const char* why) const
    {
        Flow().help->helper->Remark(why);
    }

    /// @return the tuple of the packet's direction
    const Tuple& Sent() const
    {
        return Flow().tuples[Index(Packet().direction)];
    }

    /// @return the tuple of the other direction
    const Tuple& Answered() const
    {
        return Flow().tuples[Index(Opposite(Packet().direction))];
    }

    /// @return what is remembered of the connection
    SipMemory& Memory() const
    {
        return Flow().help->Data<SipMemory>();
    }

    /// @return the NAT helper, or none
    const SipTranslator* Translator() const
    {
        return m_translator;
    }

    /// @return whether the connection is of TCP, else of UDP
    bool IsTcp() const
    {
        return Flow().Original().protocol == protocol::TCP;
    }

    /// @return the family of the connection
    Family FamilyOf() const
    {
        return Flow().Original().family;
    }

  private:
    HelperContext& m_context;
    const SipTranslator* m_translator;
    std::size_t m_position;
    std::size_t m_length;
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_PROTOCOL_SIP_PASSAGE_H
