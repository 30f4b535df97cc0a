/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

// What a call does to put the other end on hold, and to take it back: re-INVITE or UPDATE.
#include "model/app/sip/sip-call.h"

namespace ns3
{
namespace conntrack
{

void
SipCall::BeginHold()
{
    Reinvite(SdpDirection::SendOnly);
}

void
SipCall::EndHold()
{
    Reinvite(SdpDirection::SendReceive);
}

void
SipCall::Reinvite(SdpDirection direction)
{
    const auto peer = m_dialog ? m_parts.identity.NextHop(m_dialog->NextHop()) : std::nullopt;
    const auto contact = peer ? m_parts.identity.ContactTowards(*peer) : std::nullopt;
    if (m_state != State::Talking || m_reinviting || m_answerServer != 0 || !contact)
    {
        return; // RFC 3261 14.1: not while another INVITE is open
    }
    const SdpDirection before = m_ours;
    m_ours = direction;
    SipPacket request = m_dialog->MakeRequest(m_parts.holdByUpdate ? "UPDATE" : "INVITE");
    request.Add("Contact", *contact);
    request.Add("Content-Type", "application/sdp");
    request.body = NextDescription(nullptr);
    m_ours = before; // until it is agreed on
    m_reinviting = true;
    SipTransactions::ClientListener listener;
    listener.response = [weak = weak_from_this(), direction](const SipPacket& response) {
        if (const auto call = weak.lock())
        {
            call->OnReinviteResponse(response, direction);
        }
    };
    listener.failed = [weak = weak_from_this()](SipFailure) {
        if (const auto call = weak.lock())
        {
            call->m_reinviting = false;
            call->HangUp(); // RFC 3261 12.2.1.2: as with 408
        }
    };
    Transactions().Send(std::move(request), *peer, std::move(listener));
}

void
SipCall::OnReinviteResponse(const SipPacket& response, SdpDirection direction)
{
    if (response.code < 200 || m_state == State::Over)
    {
        return;
    }
    if (response.code >= 300)
    {
        m_reinviting = false;
        if (response.code == 408 || response.code == 481) // RFC 3261 12.2.1.2
        {
            HangUp();
        }
        return; // else RFC 3261 14.1: it stays as it was
    }
    const auto sequence = ParseSipCSeq(response.Get("CSeq"));
    if (sequence && sequence->method == "INVITE")
    {
        Acknowledge(sequence->number);
    }
    const auto theirs = ReadOffer(response.body);
    if (!m_reinviting || m_state != State::Talking || !theirs)
    {
        return; // it came again, or too late
    }
    m_reinviting = false;
    m_dialog->Refresh(response);
    m_theirs = *theirs;
    m_ours = direction;
    ApplyMedia();
    if (direction == SdpDirection::SendOnly)
    {
        ++m_record.holds;
        After(m_plan.holdTime, &SipCall::EndHold);
    }
}

} // namespace conntrack
} // namespace ns3
