/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

// Provisional responses that are acknowledged (RFC 3262), at both ends of a call.
#include "model/app/sip/sip-call.h"
#include "model/wire/ascii.h"
#include "model/wire/text-reader.h"

#include "ns3/simulator.h"

#include <algorithm>

namespace ns3
{
namespace conntrack
{

namespace
{

constexpr uint32_t FIRST_SEQUENCE = 1; // RFC 3262 3: from 1 to 2^31 - 1
constexpr std::size_t MOST_EARLY = 20; // dialogs of one INVITE that rings at several places

Nanos
Now()
{
    return Simulator::Now().GetNanoSeconds();
}

} // namespace

bool
NamesSipOption(std::string_view list, std::string_view option)
{
    while (!list.empty())
    {
        const std::size_t end = std::min(list.find(','), list.size());
        if (EqualsIgnoringCase(Trim(list.substr(0, end)), option))
        {
            return true;
        }
        list.remove_prefix(std::min(end + 1, list.size()));
    }
    return false;
}

// ---------------------------------------------------------------------------- the callee

void
SipCall::RingReliably()
{
    SipPacket ringing = SipResponseTo(m_invite, 180);
    ringing.Set("To", std::string(ringing.Get("To")) + ";tag=" + m_tag);
    const auto peer = Transactions().PeerOf(m_server);
    const auto contact = peer ? m_parts.identity.ContactTowards(*peer) : std::nullopt;
    ringing.Add("Contact", contact.value_or("<" + m_record.localUri + ">"));
    ringing.Add("Require", SIP_RELIABLE);
    ringing.Add("RSeq", std::to_string(FIRST_SEQUENCE));
    m_dialog = SipDialog::OfCallee(m_invite, ringing);
    const SipTimers& timers = Transactions().GetSettings().timers;
    m_ringing = {ringing, timers.t1, Now() + timers.GiveUp()};
    Transactions().Respond(m_server, ringing);
    m_resendRinging =
        Simulator::Schedule(NanoSeconds(m_ringing.interval), &SipCall::ResendRinging, this);
}

void
SipCall::ResendRinging()
{
    if (Now() >= m_ringing.end) // RFC 3262 3: the INVITE is refused with a 5xx
    {
        m_record.code = 504;
        Respond(m_invite, m_server, m_record.code);
        End(SipFate::TimedOut);
        return;
    }
    Transactions().Respond(m_server, m_ringing.response);
    m_ringing.interval *= 2; // RFC 3262 3: without the bound of T2
    const Nanos delay = std::min(m_ringing.interval, m_ringing.end - Now());
    m_resendRinging = Simulator::Schedule(NanoSeconds(delay), &SipCall::ResendRinging, this);
}

void
SipCall::TakePrack(const SipPacket& request, uint64_t server)
{
    const std::string wanted =
        std::to_string(FIRST_SEQUENCE) + " " + std::string(m_invite.Get("CSeq"));
    const bool waits = !m_resendRinging.IsExpired();
    if (!waits || request.Get("RAck") != wanted)
    {
        Respond(request, server, 481); // RFC 3262 3
        return;
    }
    m_resendRinging.Cancel();
    Respond(request, server, 200);
}

// ---------------------------------------------------------------------------- the caller

void
SipCall::TakeReliable(const SipPacket& response)
{
    const auto sequence = ReadNumber(response.Get("RSeq"), INT32_MAX);
    auto dialog = SipDialog::OfCaller(m_invite, response);
    if (!sequence || *sequence < FIRST_SEQUENCE || !dialog)
    {
        return; // RFC 3262 4: as if it were none
    }
    EarlyDialog* early = FindEarly(response);
    if (early == nullptr)
    {
        if (m_early.size() >= MOST_EARLY)
        {
            return;
        }
        m_early.push_back({*dialog, *sequence - 1});
        early = &m_early.back();
    }
    if (*sequence != early->acknowledged + 1)
    {
        return; // it comes again, or one before it was lost
    }
    early->acknowledged = *sequence;
    const auto peer = m_parts.identity.NextHop(early->dialog.NextHop());
    if (peer)
    {
        SipPacket prack = early->dialog.MakeRequest("PRACK");
        prack.Add("RAck", std::to_string(*sequence) + " " + std::string(m_invite.Get("CSeq")));
        Transactions().Send(std::move(prack), *peer, {});
    }
}

SipCall::EarlyDialog*
SipCall::FindEarly(const SipPacket& response)
{
    const std::string tag = SipTagOf(response.Get("To"));
    const auto found =
        std::find_if(m_early.begin(), m_early.end(), [&tag](const EarlyDialog& early) {
            return early.dialog.Id().remoteTag == tag;
        });
    return found == m_early.end() ? nullptr : &*found;
}

} // namespace conntrack
} // namespace ns3
