/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

// What a call does at the caller until it is answered.
#include "model/app/sip/sip-call.h"

#include "ns3/simulator.h"

#include <utility>

namespace ns3
{
namespace conntrack
{

namespace
{

uint32_t
SequenceOf(const SipPacket& message)
{
    const auto sequence = ParseSipCSeq(message.Get("CSeq"));
    return sequence ? sequence->number : 0;
}

} // namespace

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

} // namespace conntrack
} // namespace ns3
