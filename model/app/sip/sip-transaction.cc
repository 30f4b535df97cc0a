/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/app/sip/sip-transaction.h"

#include <algorithm>

namespace ns3
{
namespace conntrack
{

namespace
{

/// RFC 3261 17.1.1.2, timer D: at least 32 s over UDP.
constexpr Nanos KEEP_REFUSED = 32 * SECOND;

bool
IsProvisional(uint16_t code)
{
    return code < 200;
}

bool
IsSuccess(uint16_t code)
{
    return code >= 200 && code < 300;
}

} // namespace

SipClientTransaction::SipClientTransaction(SipKind kind,
                                           SipTransport transport,
                                           const SipTimers& timers,
                                           Nanos now)
    : m_kind(kind),
      m_transport(transport),
      m_timers(timers),
      m_interval(timers.t1),
      m_resend(transport == SipTransport::Udp ? now + timers.t1 : NEVER),
      m_end(now + timers.GiveUp())
{
}

SipStep
SipClientTransaction::OnResponse(uint16_t code, Nanos now)
{
    SipStep step;
    const bool waits = m_state == SipState::Trying || m_state == SipState::Proceeding;
    const bool isInvite = m_kind == SipKind::Invite;
    if (waits && IsProvisional(code))
    {
        step.deliver = true;
        m_state = SipState::Proceeding;
        if (isInvite)
        {
            m_resend = NEVER; // and timer B ends: the phone may ring for long
            m_end = NEVER;
        }
        else
        {
            m_interval = m_timers.t2; // RFC 3261 17.1.2.2: from now on by T2
        }
    }
    else if (isInvite && IsSuccess(code) && (waits || m_state == SipState::Accepted))
    {
        step.deliver = true;
        m_end = waits ? now + m_timers.GiveUp() : m_end;
        m_state = SipState::Accepted;
        m_resend = NEVER;
    }
    else if (isInvite && !IsProvisional(code) && m_state == SipState::Completed)
    {
        step.acknowledge = !IsSuccess(code);
    }
    else if (waits)
    {
        step.deliver = true;
        step.acknowledge = isInvite;
        m_resend = NEVER;
        m_state = SipState::Completed;
        m_end = now + (m_transport == SipTransport::Tcp ? 0
                       : isInvite                       ? KEEP_REFUSED
                                                        : m_timers.t4);
    }
    return step;
}

void
SipClientTransaction::OnCancelled(Nanos now)
{
    if (m_state == SipState::Proceeding)
    {
        m_end = std::min(m_end, now + m_timers.GiveUp());
    }
}

SipStep
SipClientTransaction::OnTime(Nanos now)
{
    SipStep step;
    if (m_end <= now)
    {
        step.timedOut = m_state == SipState::Trying || m_state == SipState::Proceeding;
        m_state = SipState::Terminated;
    }
    else if (m_resend <= now)
    {
        step.resend = true;
        if (m_state == SipState::Trying)
        {
            m_interval *= 2;
            m_interval = m_kind == SipKind::Invite ? m_interval : std::min(m_interval, m_timers.t2);
        }
        m_resend = now + m_interval;
    }
    return step;
}

Nanos
SipClientTransaction::Deadline() const
{
    return m_state == SipState::Terminated ? NEVER : std::min(m_resend, m_end);
}

SipServerTransaction::SipServerTransaction(SipKind kind,
                                           SipTransport transport,
                                           const SipTimers& timers)
    : m_kind(kind),
      m_transport(transport),
      m_timers(timers),
      m_interval(timers.t1)
{
}

SipStep
SipServerTransaction::OnRequest() const
{
    SipStep step;
    step.resend = m_state == SipState::Proceeding || m_state == SipState::Completed;
    return step;
}

void
SipServerTransaction::OnAck(Nanos now)
{
    if (m_kind == SipKind::Invite && m_state == SipState::Completed)
    {
        m_state = SipState::Confirmed;
        m_resend = NEVER;
        m_end = now + (m_transport == SipTransport::Tcp ? 0 : m_timers.t4);
    }
}

void
SipServerTransaction::OnSent(uint16_t code, Nanos now)
{
    if (m_state != SipState::Trying && m_state != SipState::Proceeding)
    {
        return; // a 2xx sent again: its user does that
    }
    if (IsProvisional(code))
    {
        m_state = SipState::Proceeding;
        return;
    }
    const bool isInvite = m_kind == SipKind::Invite;
    m_state = isInvite && IsSuccess(code) ? SipState::Accepted : SipState::Completed;
    if (isInvite && m_state == SipState::Completed && m_transport == SipTransport::Udp)
    {
        m_resend = now + m_interval;
    }
    m_end = now + (!isInvite && m_transport == SipTransport::Tcp ? 0 : m_timers.GiveUp());
}

SipStep
SipServerTransaction::OnTime(Nanos now)
{
    SipStep step;
    if (m_end <= now)
    {
        step.timedOut = m_kind == SipKind::Invite && m_state == SipState::Completed;
        m_state = SipState::Terminated;
    }
    else if (m_resend <= now)
    {
        step.resend = true;
        m_interval = std::min(2 * m_interval, m_timers.t2);
        m_resend = now + m_interval;
    }
    return step;
}

Nanos
SipServerTransaction::Deadline() const
{
    return m_state == SipState::Terminated ? NEVER : std::min(m_resend, m_end);
}

} // namespace conntrack
} // namespace ns3
