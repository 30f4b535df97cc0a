/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_APP_SIP_SIP_REGISTRAR_H
#define CONNTRACK_APP_SIP_SIP_REGISTRAR_H

#include "model/app/deadline-timer.h"
#include "model/app/sip/sip-locations.h"
#include "model/app/sip/sip-records.h"

#include "ns3/nstime.h"

#include <cstdint>
#include <functional>
#include <string>

/**
 * @file
 * A registrar: takes REGISTER, and forgets who does not come again.
 *
 * Layer: app.
 * Shape: one event pending at most, for the next contact that expires.
 * Errors: what it refuses it answers with 400, 423, 500 or 503.
 * Source: RFC 3261 10.3.
 */

namespace ns3
{
namespace conntrack
{

/// A registrar.
class SipRegistrar
{
  public:
    /// What it is set to.
    struct Settings
    {
        std::string domain;
        Time minExpires; ///< a shorter lifetime gets 423
        Time maxExpires; ///< a longer one is shortened
        uint32_t maxBindings{0};
    };

    /// What happens to it.
    struct Listener
    {
        std::function<void(const SipRegistrationRecord&)> registration;
        std::function<void(const SipPeer&)> full; ///< a contact of that peer found no room
    };

    /// @param settings to go by @param listener called until it goes
    SipRegistrar(Settings settings, Listener listener);

    /// @param request a REGISTER @param peer who sent it
    /// @return the response, without a tag
    SipPacket Take(const SipPacket& request, const SipPeer& peer);

    /// @return where users are
    const SipLocations& Locations() const
    {
        return m_locations;
    }

  private:
    uint16_t SetBindings(const SipPacket& request, const SipPeer& peer, const std::string& user);
    void RemoveAll(const std::string& user);
    uint64_t LifetimeOf(const SipPacket& request, const SipParty& contact) const;
    void Tell(SipRegistrationEvent event,
              const std::string& user,
              const SipLocator& contact,
              uint64_t seconds);
    void Expire();

    Settings m_settings;
    Listener m_listener;
    SipLocations m_locations;
    DeadlineTimer m_expiry; ///< its one number: the next contact to expire
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_APP_SIP_SIP_REGISTRAR_H
