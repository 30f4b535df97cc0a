/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/app/sip/sip-call.h"

#include "ns3/simulator.h"

#include <utility>

namespace ns3
{
namespace conntrack
{

SipCall::SipCall(SipCallParts& parts, uint32_t number, const SipCallPlan& plan, Listener listener)
    : m_parts(parts),
      m_plan(plan),
      m_listener(std::move(listener)),
      m_tag(parts.identity.NewToken())
{
    m_record.number = number;
    m_record.begin = Simulator::Now();
}

SipCall::~SipCall()
{
    m_resend.Cancel();
    m_resendRinging.Cancel();
    for (EventId& event : m_events)
    {
        event.Cancel();
    }
}

SipTransactions&
SipCall::Transactions() const
{
    return m_parts.identity.Transactions();
}

void
SipCall::After(Time delay, Step step)
{
    m_events.push_back(Simulator::Schedule(delay, step, this));
}

bool
SipCall::OpenMedia(const SipPeer& peer)
{
    const auto local = Transactions().GetSockets().LocalTowards(peer);
    if (!local)
    {
        return false;
    }
    m_local = HostOf(*local);
    m_media = RtpSession::Open(Transactions().GetSockets().GetNode(),
                               local->family,
                               m_parts.ports,
                               m_parts.rtp,
                               m_parts.random);
    if (!m_media)
    {
        m_listener.limit(SipLimit::MediaPorts);
    }
    return m_media != nullptr;
}

std::string
SipCall::NextDescription(const SdpDescription* offer)
{
    const SipMediaOffer said{EndpointAt(m_local, m_media->GetPort()),
                             offer ? m_theirs.payloadType : m_parts.rtp.payloadType,
                             m_ours};
    const uint64_t session = m_record.number + uint64_t{1};
    ++m_version;
    return PrintSdp(offer ? MakeAnswer(*offer, said, session, m_version)
                          : MakeOffer(said, session, m_version));
}

void
SipCall::ApplyMedia()
{
    // RFC 3264 8.4: an address of zeros was RFC 2543's hold.
    const bool theyTake = Receives(m_theirs.direction) && !m_theirs.place.address.IsZero();
    m_media->SetPayloadType(m_theirs.payloadType);
    m_media->SetSending(false); // nothing goes to the old place any more
    if (!m_theirs.place.address.IsZero())
    {
        m_media->SetRemote(m_theirs.place);
    }
    m_media->SetSending(theyTake && Sends(m_ours));
}

void
SipCall::GiveUp()
{
    if (m_state == State::Calling || m_state == State::Ringing)
    {
        HangUp();
    }
}

void
SipCall::Talk()
{
    m_state = State::Talking;
    m_record.answered = Simulator::Now();
    if (m_plan.holding.IsStrictlyPositive())
    {
        After(m_plan.holding, &SipCall::HangUp);
    }
    if (m_plan.holdAfter.IsStrictlyPositive())
    {
        After(m_plan.holdAfter, &SipCall::BeginHold);
    }
}

void
SipCall::Acknowledge(uint32_t invite)
{
    if (const auto peer = m_parts.identity.NextHop(m_dialog->NextHop()))
    {
        Transactions().SendOnce(m_dialog->MakeAck(invite), *peer);
    }
}

void
SipCall::Respond(const SipPacket& request, uint64_t server, uint16_t code)
{
    SipPacket response = SipResponseTo(request, code);
    if (code > 100 && SipTagOf(response.Get("To")).empty())
    {
        response.Set("To", std::string(response.Get("To")) + ";tag=" + m_tag);
    }
    const auto peer = Transactions().PeerOf(server);
    const auto contact = peer ? m_parts.identity.ContactTowards(*peer) : std::nullopt;
    if (contact && code > 100 && code < 300)
    {
        response.Add("Contact", *contact);
    }
    Transactions().Respond(server, response);
}

void
SipCall::TakeRequest(const SipPacket& request, uint64_t server)
{
    if (request.method == "ACK")
    {
        TakeAck(request);
        return;
    }
    const bool isPrack = request.method == "PRACK";
    if (m_state != State::Talking && m_state != State::Ending &&
        !(isPrack && m_state == State::Ringing))
    {
        Respond(request, server, 481);
        return;
    }
    if (!m_dialog->Take(request))
    {
        Respond(request, server, 500); // RFC 3261 12.2.2: it was overtaken
    }
    else if (isPrack)
    {
        TakePrack(request, server);
    }
    else if (request.method == "BYE")
    {
        m_media->Finish();
        Respond(request, server, 200);
        End(m_fate);
    }
    else if (request.method == "INVITE" || request.method == "UPDATE")
    {
        TakeOffer(request, server);
    }
    else
    {
        Respond(request, server, request.method == "OPTIONS" ? 200 : 501);
    }
}

void
SipCall::TakeOffer(const SipPacket& request, uint64_t server)
{
    const auto offer = ReadOffer(request.body);
    if (m_reinviting || m_answerServer != 0 || m_state == State::Ending)
    {
        Respond(request, server, 491); // RFC 3261 14.2
    }
    else if (!offer || offer->place.family != m_local.family)
    {
        Respond(request, server, 488);
    }
    else
    {
        m_dialog->Refresh(request);
        SendAnswer(request, server, *offer);
    }
}

void
SipCall::HangUp()
{
    switch (m_state)
    {
    case State::Calling:
        if (!m_cancelling)
        {
            m_cancelling = true;
            if (m_provisional)
            {
                Transactions().Cancel(m_client);
            }
        }
        break;
    case State::Ringing:
        m_record.code = 480;
        Respond(m_invite, m_server, m_record.code);
        End(SipFate::Refused);
        break;
    case State::Talking:
        m_hangsUp = true;
        if (m_answerServer == 0) // RFC 3261 15: not before the answer's ACK, or its timeout
        {
            SendBye();
        }
        break;
    default:
        break;
    }
}

void
SipCall::SendBye()
{
    m_media->Finish();
    m_resend.Cancel();
    m_state = State::Ending;
    m_record.hungUpHere = !m_record.answered.IsZero();
    const auto peer = m_parts.identity.NextHop(m_dialog->NextHop());
    if (!peer)
    {
        End(SipFate::PeerLost);
        return;
    }
    SipTransactions::ClientListener listener;
    listener.response = [weak = weak_from_this()](const SipPacket& response) {
        const auto call = weak.lock();
        if (call && response.code >= 200)
        {
            call->End(call->m_fate);
        }
    };
    listener.failed = [weak = weak_from_this()](SipFailure) {
        if (const auto call = weak.lock())
        {
            call->End(call->m_fate == SipFate::Completed ? SipFate::PeerLost : call->m_fate);
        }
    };
    Transactions().Send(m_dialog->MakeRequest("BYE"), *peer, std::move(listener));
}

void
SipCall::End(SipFate fate)
{
    if (m_state == State::Over)
    {
        return;
    }
    m_state = State::Over;
    m_resend.Cancel();
    m_resendRinging.Cancel();
    for (EventId& event : m_events)
    {
        event.Cancel();
    }
    if (m_media && !m_record.answered.IsZero())
    {
        m_record.media = m_media->GetReport();
        fate = fate == SipFate::Completed ? Judge(m_record.media) : fate;
    }
    m_media.reset();
    m_record.fate = fate;
    m_record.end = Simulator::Now();
    m_listener.ended(m_record);
}

SipFate
SipCall::Judge(const RtpReport& media) const
{
    const bool heard = media.received > 0;
    const bool wasHeard = media.heard.value_or(heard);
    return heard && wasHeard   ? SipFate::Completed
           : heard || wasHeard ? SipFate::OneWay
                               : SipFate::NoMedia;
}

} // namespace conntrack
} // namespace ns3
