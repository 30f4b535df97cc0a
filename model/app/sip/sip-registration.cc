/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/app/sip/sip-registration.h"

#include "ns3/simulator.h"

#include <utility>

namespace ns3
{
namespace conntrack
{

namespace
{

constexpr double REFRESH_SHARE = 0.9; ///< of the lifetime

} // namespace

SipRegistration::SipRegistration(SipIdentity& identity,
                                 Time lifetime,
                                 Time retry,
                                 Listener listener)
    : m_identity(identity),
      m_lifetime(static_cast<uint64_t>(lifetime.GetSeconds())),
      m_retry(retry),
      m_listener(std::move(listener)),
      m_callId(identity.NewToken()),
      m_tag(identity.NewToken())
{
}

SipRegistration::~SipRegistration()
{
    m_next.Cancel();
}

void
SipRegistration::Begin()
{
    Send();
}

void
SipRegistration::Remove()
{
    m_next.Cancel();
    m_removing = true;
    if (m_registered)
    {
        Send();
    }
}

void
SipRegistration::Send()
{
    SipLocator registrar;
    registrar.host = m_identity.GetSettings().domain;
    const auto peer = m_identity.FirstHop(registrar);
    if (!peer)
    {
        OnFailed(SipFailure::Transport);
        return;
    }
    const SipLocator record = m_identity.AddressOfRecord(*peer);
    if (registrar.host.empty())
    {
        registrar.host = PrintHostAddress(HostOf(peer->endpoint));
    }
    auto request =
        m_identity.MakeRequest({"REGISTER", registrar, record, m_callId, m_tag, ++m_sequence},
                               *peer);
    if (!request)
    {
        OnFailed(SipFailure::Transport);
        return;
    }
    m_record = PrintSipLocator(record);
    m_contact = request->Get("Contact");
    request->Add("Expires", std::to_string(m_removing ? 0 : m_lifetime));
    SipTransactions::ClientListener listener;
    listener.response = [weak = weak_from_this()](const SipPacket& response) {
        if (const auto registration = weak.lock())
        {
            registration->OnResponse(response);
        }
    };
    listener.failed = [weak = weak_from_this()](SipFailure failure) {
        if (const auto registration = weak.lock())
        {
            registration->OnFailed(failure);
        }
    };
    m_identity.Transactions().Send(std::move(*request), *peer, std::move(listener));
}

uint64_t
SipRegistration::GrantedBy(const SipPacket& response) const
{
    // RFC 3261 10.2.4: the parameter of one's own contact, or the field of the whole response.
    const auto own = ParseSipParty(m_contact);
    const auto field = ReadNumber(response.Get("Expires"), UINT32_MAX);
    for (const std::string& value : response.All("Contact"))
    {
        const auto contact = ParseSipParty(value);
        if (!contact || !own || !(contact->uri == own->uri))
        {
            continue;
        }
        const auto text = contact->parameters.Find("expires");
        const auto granted = text ? ReadNumber(*text, UINT32_MAX) : std::nullopt;
        return granted ? *granted : field.value_or(m_lifetime);
    }
    return field.value_or(m_lifetime);
}

void
SipRegistration::OnResponse(const SipPacket& response)
{
    if (response.code < 200)
    {
        return;
    }
    if (response.code < 300)
    {
        const uint64_t granted = m_removing ? 0 : GrantedBy(response);
        Tell(m_removing     ? SipRegistrationEvent::Removed
             : m_registered ? SipRegistrationEvent::Refreshed
                            : SipRegistrationEvent::Registered,
             response.code,
             Seconds(static_cast<double>(granted)));
        m_registered = !m_removing && granted > 0;
        if (!m_removing)
        {
            const Time refresh = Seconds(static_cast<double>(granted) * REFRESH_SHARE);
            m_next =
                Simulator::Schedule(granted > 0 ? refresh : m_retry, &SipRegistration::Send, this);
        }
        return;
    }
    const auto least = ReadNumber(response.Get("Min-Expires"), UINT32_MAX);
    if (response.code == 423 && !m_removing && least && *least > m_lifetime)
    {
        m_lifetime = *least; // RFC 3261 10.2.8
        Send();
        return;
    }
    m_registered = false;
    Tell(SipRegistrationEvent::Refused, response.code, Seconds(0));
    if (!m_removing)
    {
        m_next = Simulator::Schedule(m_retry, &SipRegistration::Send, this);
    }
}

void
SipRegistration::OnFailed(SipFailure failure)
{
    m_registered = false;
    Tell(failure == SipFailure::TimedOut ? SipRegistrationEvent::TimedOut
                                         : SipRegistrationEvent::Unreachable,
         0,
         Seconds(0));
    if (!m_removing)
    {
        m_next = Simulator::Schedule(m_retry, &SipRegistration::Send, this);
    }
}

void
SipRegistration::Tell(SipRegistrationEvent event, uint16_t code, Time granted)
{
    m_listener({event, m_record, m_contact, code, granted, Simulator::Now()});
}

} // namespace conntrack
} // namespace ns3
