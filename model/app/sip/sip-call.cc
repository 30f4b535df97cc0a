/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/app/sip/sip-call.h"

#include "ns3/simulator.h"

#include <algorithm>
#include <utility>

namespace ns3
{
namespace conntrack
{

namespace
{

Nanos
Now()
{
    return Simulator::Now().GetNanoSeconds();
}

uint32_t
SequenceOf(const SipPacket& message)
{
    const auto sequence = ParseSipCSeq(message.Get("CSeq"));
    return sequence ? sequence->number : 0;
}

std::string
UriOf(std::string_view value)
{
    const auto party = ParseSipParty(value);
    return party ? PrintSipLocator(party->uri) : std::string(value);
}

} // namespace

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
SipCall::Begin(const SipLocator& target)
{
    m_record.outgoing = true;
    m_record.remoteUri = PrintSipLocator(target);
    m_record.callId = m_parts.identity.NewToken();
    const auto peer = m_parts.identity.FirstHop(target);
    m_record.localUri = peer ? PrintSipLocator(m_parts.identity.AddressOfRecord(*peer)) : "";
    auto request =
        peer ? m_parts.identity.MakeRequest({"INVITE", target, target, m_record.callId, m_tag, 1},
                                            *peer)
             : std::nullopt;
    if (!request || !OpenMedia(*peer))
    {
        End(SipFate::Unreachable);
        return;
    }
    request->Add("Allow", SIP_ALLOWED);
    if (m_parts.reliable)
    {
        request->Add("Supported", SIP_RELIABLE);
    }
    request->Add("Content-Type", "application/sdp");
    request->body = NextDescription(nullptr);
    m_invite = *request;
    m_state = State::Calling;
    SipTransactions::ClientListener listener;
    listener.response = [weak = weak_from_this()](const SipPacket& response) {
        if (const auto call = weak.lock())
        {
            call->OnInviteResponse(response);
        }
    };
    listener.failed = [weak = weak_from_this()](SipFailure failure) {
        if (const auto call = weak.lock())
        {
            call->OnInviteFailed(failure);
        }
    };
    m_client = Transactions().Send(std::move(*request), *peer, std::move(listener));
    if (m_plan.patience.IsStrictlyPositive())
    {
        After(m_plan.patience, &SipCall::GiveUp);
    }
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
SipCall::OnInviteResponse(const SipPacket& response)
{
    const bool isSuccess = response.code >= 200 && response.code < 300;
    if (m_state != State::Calling)
    {
        if (isSuccess && m_dialog && SipTagOf(response.Get("To")) == m_dialog->Id().remoteTag)
        {
            Acknowledge(SequenceOf(m_invite)); // the one before was lost
        }
        else if (isSuccess)
        {
            RefuseFork(response);
        }
        return;
    }
    if (response.code < 200)
    {
        m_provisional = true;
        if (response.code > 100 && m_record.ringing.IsZero())
        {
            m_record.ringing = Simulator::Now();
        }
        if (m_parts.reliable && NamesSipOption(response.Get("Require"), SIP_RELIABLE))
        {
            TakeReliable(response);
        }
        if (m_cancelling) // RFC 3261 9.1: CANCEL waits for a provisional response
        {
            Transactions().Cancel(m_client);
        }
        return;
    }
    m_record.code = response.code;
    if (!isSuccess)
    {
        End(m_cancelling ? SipFate::Cancelled : SipFate::Refused);
        return;
    }
    TakeAnswer(response);
}

void
SipCall::OnInviteFailed(SipFailure failure)
{
    if (m_state == State::Calling)
    {
        End(m_cancelling                      ? SipFate::Cancelled
            : failure == SipFailure::TimedOut ? SipFate::TimedOut
                                              : SipFate::Unreachable);
    }
}

void
SipCall::TakeAnswer(const SipPacket& response)
{
    m_dialog = SipDialog::OfCaller(m_invite, response);
    if (!m_dialog)
    {
        End(SipFate::Violation);
        return;
    }
    if (const EarlyDialog* early = FindEarly(response))
    {
        m_dialog = early->dialog; // it has counted the PRACK
        m_dialog->Refresh(response);
    }
    Acknowledge(SequenceOf(m_invite));
    const auto theirs = ReadOffer(response.body);
    if (!theirs || m_cancelling)
    {
        m_fate = m_cancelling ? SipFate::Cancelled : SipFate::Violation;
        SendBye();
        return;
    }
    m_theirs = *theirs;
    Talk();
    ApplyMedia();
}

void
SipCall::RefuseFork(const SipPacket& response)
{
    auto dialog = SipDialog::OfCaller(m_invite, response);
    const auto peer = dialog ? m_parts.identity.NextHop(dialog->NextHop()) : std::nullopt;
    if (peer)
    {
        Transactions().SendOnce(dialog->MakeAck(SequenceOf(m_invite)), *peer);
        Transactions().Send(dialog->MakeRequest("BYE"), *peer, {});
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
SipCall::Ring(const SipPacket& invite, uint64_t server)
{
    m_invite = invite;
    m_server = server;
    m_state = State::Ringing;
    m_record.callId = invite.Get("Call-ID");
    m_record.localUri = UriOf(invite.Get("To"));
    m_record.remoteUri = UriOf(invite.Get("From"));
    m_offersLate = invite.body.empty();
    const auto theirs = m_offersLate ? SipMediaOffer{} : ReadOffer(invite.body);
    const bool wellFormed = ParseSipParty(invite.Get("Contact")).has_value();
    if (!theirs || !wellFormed || m_plan.refusal != 0)
    {
        m_record.code = !wellFormed ? 400 : !theirs ? 488 : m_plan.refusal;
        Respond(invite, server, m_record.code);
        End(SipFate::Refused);
        return;
    }
    m_theirs = *theirs;
    m_record.ringing = Simulator::Now();
    if (m_parts.reliable && (NamesSipOption(invite.Get("Supported"), SIP_RELIABLE) ||
                             NamesSipOption(invite.Get("Require"), SIP_RELIABLE)))
    {
        RingReliably();
    }
    else
    {
        Respond(invite, server, 180);
    }
    if (m_plan.answers)
    {
        After(m_plan.answerDelay, &SipCall::Answer);
    }
    if (m_plan.patience.IsStrictlyPositive())
    {
        After(m_plan.patience, &SipCall::GiveUp);
    }
}

bool
SipCall::TakeCancel()
{
    if (m_state != State::Ringing)
    {
        return false;
    }
    m_record.code = 487; // RFC 3261 9.2
    Respond(m_invite, m_server, m_record.code);
    End(SipFate::Cancelled);
    return true;
}

void
SipCall::Answer()
{
    const auto peer = Transactions().PeerOf(m_server);
    if (m_state != State::Ringing || !peer)
    {
        return;
    }
    if (!OpenMedia(*peer))
    {
        m_record.code = 500; // RFC 3261 21.5.1: it may be tried again later
        Respond(m_invite, m_server, m_record.code);
        End(SipFate::Unreachable);
        return;
    }
    m_record.code = 200;
    m_resendRinging.Cancel(); // RFC 3262 3: after a final response no PRACK is waited for
    SendAnswer(m_invite, m_server, m_theirs);
    if (!m_dialog)
    {
        m_dialog = SipDialog::OfCallee(m_invite, m_answer);
    }
    Talk();
}

void
SipCall::SendAnswer(const SipPacket& request, uint64_t server, const SipMediaOffer& offer)
{
    m_theirs = offer;
    m_ours = AnswerDirection(offer.direction, false); // as if a late offer were sendrecv
    const auto theirs = ParseSdp(request.body);
    SipPacket answer = SipResponseTo(request, 200);
    if (SipTagOf(answer.Get("To")).empty())
    {
        answer.Set("To", std::string(answer.Get("To")) + ";tag=" + m_tag);
    }
    const auto peer = Transactions().PeerOf(server);
    const auto contact = peer ? m_parts.identity.ContactTowards(*peer) : std::nullopt;
    answer.Add("Contact", contact.value_or("<" + m_record.localUri + ">"));
    answer.Add("Allow", SIP_ALLOWED);
    answer.Add("Content-Type", "application/sdp");
    answer.body = NextDescription(theirs ? &*theirs : nullptr);
    m_answer = answer;
    Transactions().Respond(server, answer);
    if (!m_offersLate)
    {
        ApplyMedia();
    }
    if (request.method == "INVITE")
    {
        const SipTimers& timers = Transactions().GetSettings().timers;
        m_answerServer = server;
        m_answerInterval = timers.t1;
        m_answerEnd = Now() + timers.GiveUp();
        m_resend = Simulator::Schedule(NanoSeconds(m_answerInterval), &SipCall::ResendAnswer, this);
    }
}

void
SipCall::ResendAnswer()
{
    // RFC 3261 13.3.1.4: by the user, over TCP too, for there may be UDP behind a proxy.
    if (Now() >= m_answerEnd)
    {
        m_answerServer = 0;
        m_fate = SipFate::TimedOut;
        SendBye();
        return;
    }
    Transactions().Respond(m_answerServer, m_answer);
    m_answerInterval = std::min(2 * m_answerInterval, Transactions().GetSettings().timers.t2);
    const Nanos delay = std::min(m_answerInterval, m_answerEnd - Now());
    m_resend = Simulator::Schedule(NanoSeconds(delay), &SipCall::ResendAnswer, this);
}

void
SipCall::TakeLateAnswer(const SipPacket& ack)
{
    m_offersLate = false;
    const auto theirs = ReadOffer(ack.body);
    if (!theirs)
    {
        m_fate = SipFate::Violation;
        m_hangsUp = true;
        return;
    }
    m_theirs = *theirs;
    ApplyMedia();
}

void
SipCall::TakeAck(const SipPacket& ack)
{
    m_answerServer = 0;
    m_resend.Cancel();
    if (m_offersLate && m_state == State::Talking)
    {
        TakeLateAnswer(ack);
    }
    if (m_hangsUp && m_state == State::Talking)
    {
        SendBye();
    }
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
