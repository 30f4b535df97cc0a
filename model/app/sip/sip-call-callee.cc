/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

// What a call does at the callee until its answer is acknowledged.
#include "model/app/sip/sip-call.h"

#include "ns3/simulator.h"

#include <algorithm>

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

std::string
UriOf(std::string_view value)
{
    const auto party = ParseSipParty(value);
    return party ? PrintSipLocator(party->uri) : std::string(value);
}

} // namespace

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

} // namespace conntrack
} // namespace ns3
