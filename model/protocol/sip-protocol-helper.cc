/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/protocol/sip-protocol-helper.h"

#include "model/protocol/sip-media.h"
#include "model/protocol/sip-registration.h"
#include "model/protocol/sip-translator.h"

#include "ns3/boolean.h"

namespace ns3
{
namespace conntrack
{

NS_OBJECT_ENSURE_REGISTERED(SipProtocolHelper);

namespace
{

constexpr uint16_t SIP_PORT = 5060; // RFC 3261 19.1.2

// Linux's nf_conntrack_sip: one registration, and of each direction RTP and RTCP of one stream of
// audio and of video, and of one port pair of fax; three minutes.
constexpr Nanos EXPECTATION_TIMEOUT = 180 * SECOND;
constexpr uint32_t MOST_SIGNALLING = 1;
constexpr uint32_t MOST_STREAMS = 4;
constexpr uint32_t MOST_IMAGES = 2;

bool
IsSuccessOrProgress(uint32_t code)
{
    return code >= 100 && code <= 299;
}

} // namespace

TypeId
SipProtocolHelper::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::conntrack::SipProtocolHelper")
            .SetParent<ProtocolHelper>()
            .SetGroupName("Conntrack")
            .AddConstructor<SipProtocolHelper>()
            .AddAttribute("DirectSignalling",
                          "Whether calls to a registered phone are expected from the registrar "
                          "alone (module parameter sip_direct_signalling).",
                          BooleanValue(true),
                          MakeBooleanAccessor(&SipProtocolHelper::m_directSignalling),
                          MakeBooleanChecker())
            .AddAttribute("DirectMedia",
                          "Whether media are expected between the ends of the signalling alone "
                          "(module parameter sip_direct_media).",
                          BooleanValue(true),
                          MakeBooleanAccessor(&SipProtocolHelper::m_directMedia),
                          MakeBooleanChecker())
            .AddAttribute("ExternalMedia",
                          "Without DirectMedia: whether media are not expected at an end that lies "
                          "behind the interface by which the message leaves (module parameter "
                          "sip_external_media).",
                          BooleanValue(false),
                          MakeBooleanAccessor(&SipProtocolHelper::m_externalMedia),
                          MakeBooleanChecker())
            .AddAttribute("SipTimeout",
                          "How long a signalling connection lives after each message (module "
                          "parameter sip_timeout).",
                          TimeValue(Seconds(3600)),
                          MakeTimeAccessor(&SipProtocolHelper::m_timeout),
                          MakeTimeChecker(Seconds(0)));
    return tid;
}

SipProtocolHelper::SipProtocolHelper()
{
    SetPolicies({{"signalling", MOST_SIGNALLING, EXPECTATION_TIMEOUT},
                 {"audio", MOST_STREAMS, EXPECTATION_TIMEOUT},
                 {"video", MOST_STREAMS, EXPECTATION_TIMEOUT},
                 {"image", MOST_IMAGES, EXPECTATION_TIMEOUT}});
}

HelperKind
SipProtocolHelper::DoGetKind() const
{
    return {"sip",
            SIP_PORT,
            {{Family::Ipv4, protocol::UDP},
             {Family::Ipv4, protocol::TCP},
             {Family::Ipv6, protocol::UDP},
             {Family::Ipv6, protocol::TCP}},
            HelperNumbering::Index};
}

HelperVerdict
SipProtocolHelper::DoHelp(HelperContext& context) const
{
    TrackedPacket& packet = context.packet;
    const bool isTcp = packet.connection->Original().protocol == protocol::TCP;
    const std::size_t size = PayloadOf(packet).size;
    if ((isTcp && packet.state != FlowState::Established) || size == 0)
    {
        return HelperVerdict::Accept;
    }
    if (!packet.connection->Is(status::FIXED_TIMEOUT))
    {
        context.connections.Refresh(*packet.connection, packet.now, m_timeout.GetNanoSeconds());
    }
    if (size < SHORTEST_SIP_MESSAGE)
    {
        return HelperVerdict::Accept;
    }
    const auto* translator = dynamic_cast<const SipTranslator*>(context.nat);
    if (isTcp)
    {
        return ReadSegment(context, translator);
    }
    SipPassage passage(context, translator, 0, size);
    return ReadMessage(passage);
}

HelperVerdict
SipProtocolHelper::ReadSegment(HelperContext& context, const SipTranslator* translator) const
{
    const std::size_t before = PayloadOf(context.packet).size;
    const Family family = context.packet.connection->Original().family;
    for (std::size_t position = 0;;)
    {
        const ByteView rest = PayloadOf(context.packet).From(position);
        const SipFrame frame = FrameSipMessage({rest.AsText(), family});
        if (frame.framing == SipFraming::Partial)
        {
            return HelperVerdict::Accept;
        }
        if (frame.framing == SipFraming::Unknown)
        {
            break;
        }
        SipPassage passage(context, translator, position, frame.length);
        if (ReadMessage(passage) == HelperVerdict::Drop)
        {
            return HelperVerdict::Drop;
        }
        position += passage.Length();
    }
    const std::size_t after = PayloadOf(context.packet).size;
    if (translator != nullptr && after != before)
    {
        translator->NoteGrowth(context, static_cast<int32_t>(after) - static_cast<int32_t>(before));
    }
    return HelperVerdict::Accept;
}

HelperVerdict
SipProtocolHelper::ReadMessage(SipPassage& passage) const
{
    const HelperVerdict verdict =
        IsSipResponse(passage.Text().text) ? ReadResponse(passage) : ReadRequest(passage);
    const SipTranslator* translator = passage.Translator();
    if (verdict == HelperVerdict::Accept && translator != nullptr &&
        !translator->Translate(passage))
    {
        return passage.Context().Drop("cannot NAT SIP message");
    }
    return verdict;
}

HelperVerdict
SipProtocolHelper::ReadRequest(SipPassage& passage) const
{
    // Some phones send from any port and want their answers at the one that Via names.
    const SipText message = passage.Text();
    const auto via = FindSipUri(message, SipHeader::ViaUdp);
    if (via && via->address == passage.Sent().source && via->port != passage.Sent().sourcePort)
    {
        passage.Memory().answerPort = via->port;
    }
    const SipMethod method = ReadSipMethod(message.text);
    if (method == SipMethod::Other)
    {
        return HelperVerdict::Accept;
    }
    const SipSequence sequence = FindSipSequence(message);
    if (sequence.search != SipSearch::Found)
    {
        return passage.Context().Drop("cannot parse cseq");
    }
    if (!sequence.isNumber)
    {
        return passage.Context().Drop("cannot get cseq");
    }
    switch (method)
    {
    case SipMethod::Register:
        return ReadSipRegister(passage, Settings(), sequence.number);
    case SipMethod::Bye:
        EndSipMedia(passage);
        return HelperVerdict::Accept;
    case SipMethod::Invite:
        EndSipMedia(passage);
        if (ExpectSipMedia(passage, Settings()) == HelperVerdict::Drop)
        {
            return HelperVerdict::Drop;
        }
        passage.Memory().inviteSequence = sequence.number;
        return HelperVerdict::Accept;
    case SipMethod::Update:
    case SipMethod::Ack:
    case SipMethod::Prack:
    case SipMethod::Other:
        break;
    }
    return ExpectSipMedia(passage, Settings());
}

HelperVerdict
SipProtocolHelper::ReadResponse(SipPassage& passage) const
{
    const SipText message = passage.Text();
    if (message.text.size() < SHORTEST_SIP_MESSAGE)
    {
        return HelperVerdict::Accept;
    }
    const uint32_t code = ReadSipStatus(message.text);
    if (code == 0)
    {
        return passage.Context().Drop("cannot get code");
    }
    const SipSequence sequence = FindSipSequence(message);
    if (sequence.search != SipSearch::Found)
    {
        return passage.Context().Drop("cannot parse cseq");
    }
    if (!sequence.isNumber)
    {
        return passage.Context().Drop("cannot get cseq");
    }
    switch (sequence.method)
    {
    case SipMethod::Register:
        return ReadSipRegisterAnswer(passage, sequence.number, code);
    case SipMethod::Invite:
    case SipMethod::Update:
    case SipMethod::Prack:
        break;
    case SipMethod::Ack:
    case SipMethod::Bye:
    case SipMethod::Other:
        return HelperVerdict::Accept;
    }
    if (IsSuccessOrProgress(code))
    {
        return ExpectSipMedia(passage, Settings());
    }
    if (passage.Memory().inviteSequence == sequence.number)
    {
        EndSipMedia(passage);
    }
    return HelperVerdict::Accept;
}

SipSettings
SipProtocolHelper::Settings() const
{
    return {m_directSignalling, m_directMedia, m_externalMedia};
}

} // namespace conntrack
} // namespace ns3
