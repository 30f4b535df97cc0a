/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/app/sip/sip-registrar.h"

#include "model/app/sip/sip-dialog.h"

#include "ns3/simulator.h"

#include <algorithm>
#include <utility>

namespace ns3
{
namespace conntrack
{

namespace
{

constexpr uint64_t DEFAULT_EXPIRES = 3600; // RFC 3261 10.3, step 7: the registrar's choice

Nanos
Now()
{
    return Simulator::Now().GetNanoSeconds();
}

uint64_t
WholeSeconds(const Time& time)
{
    return static_cast<uint64_t>(time.GetSeconds());
}

} // namespace

SipRegistrar::SipRegistrar(Settings settings, Listener listener)
    : m_settings(std::move(settings)),
      m_listener(std::move(listener)),
      m_locations(m_settings.maxBindings),
      m_expiry([this](uint64_t) { Expire(); })
{
}

SipPacket
SipRegistrar::Take(const SipPacket& request, const SipPeer& peer)
{
    const auto to = ParseSipParty(request.Get("To"));
    const std::string user = to ? to->uri.user : "";
    const uint16_t code = user.empty() ? 400 : SetBindings(request, peer, user);
    SipPacket response = SipResponseTo(request, code);
    if (code == 423)
    {
        response.Add("Min-Expires", std::to_string(WholeSeconds(m_settings.minExpires)));
    }
    if (code == 200)
    {
        for (const SipBinding& binding : m_locations.Of(user))
        {
            SipParty contact;
            contact.uri = binding.contact;
            contact.parameters.Set("expires", std::to_string((binding.expires - Now()) / SECOND));
            response.Add("Contact", PrintSipParty(contact));
        }
    }
    m_expiry.Set(0, m_locations.NextExpiry());
    return response;
}

uint64_t
SipRegistrar::LifetimeOf(const SipPacket& request, const SipParty& contact) const
{
    const auto text = contact.parameters.Find("expires");
    const auto own = text ? ReadNumber(*text, UINT32_MAX) : std::nullopt;
    const auto field = ReadNumber(request.Get("Expires"), UINT32_MAX);
    const uint64_t wished = own ? *own : field.value_or(DEFAULT_EXPIRES);
    return std::min(wished, WholeSeconds(m_settings.maxExpires));
}

void
SipRegistrar::RemoveAll(const std::string& user)
{
    for (SipBinding binding : m_locations.Of(user))
    {
        binding.expires = 0;
        ++binding.sequence;
        m_locations.Set(user, binding, Now());
        Tell(SipRegistrationEvent::Removed, user, binding.contact, 0);
    }
}

uint16_t
SipRegistrar::SetBindings(const SipPacket& request, const SipPeer& peer, const std::string& user)
{
    const auto sequence = ParseSipCSeq(request.Get("CSeq"));
    for (const std::string& value : request.All("Contact"))
    {
        if (value == "*") // RFC 3261 10.2.2: all of them
        {
            if (ReadNumber(request.Get("Expires"), UINT32_MAX) != 0)
            {
                return 400;
            }
            RemoveAll(user);
            continue;
        }
        const auto contact = ParseSipParty(value);
        if (!contact)
        {
            return 400;
        }
        const uint64_t lifetime = LifetimeOf(request, *contact);
        if (lifetime != 0 && lifetime < WholeSeconds(m_settings.minExpires))
        {
            return 423;
        }
        SipBinding binding{contact->uri,
                           std::nullopt,
                           std::string(request.Get("Call-ID")),
                           sequence ? sequence->number : 0,
                           Now() + static_cast<Nanos>(lifetime) * SECOND};
        if (peer.transport == SipTransport::Tcp)
        {
            binding.flow = peer;
        }
        switch (m_locations.Set(user, binding, Now()))
        {
        case SipLocations::Change::Added:
            Tell(SipRegistrationEvent::Registered, user, binding.contact, lifetime);
            break;
        case SipLocations::Change::Refreshed:
            Tell(SipRegistrationEvent::Refreshed, user, binding.contact, lifetime);
            break;
        case SipLocations::Change::Removed:
            Tell(SipRegistrationEvent::Removed, user, binding.contact, 0);
            break;
        case SipLocations::Change::Stale:
            return 500; // RFC 3261 10.3, step 7
        case SipLocations::Change::Full:
            m_listener.full(peer);
            return 503;
        }
    }
    return 200;
}

void
SipRegistrar::Tell(SipRegistrationEvent event,
                   const std::string& user,
                   const SipLocator& contact,
                   uint64_t seconds)
{
    const auto code = static_cast<uint16_t>(event == SipRegistrationEvent::Expired ? 0 : 200);
    m_listener.registration({event,
                             "sip:" + user + "@" + m_settings.domain,
                             PrintSipLocator(contact),
                             code,
                             Seconds(static_cast<double>(seconds)),
                             Simulator::Now()});
}

void
SipRegistrar::Expire()
{
    m_locations.Expire(Now(), [this](const std::string& user, const SipBinding& binding) {
        Tell(SipRegistrationEvent::Expired, user, binding.contact, 0);
    });
    m_expiry.Set(0, m_locations.NextExpiry());
}

} // namespace conntrack
} // namespace ns3
