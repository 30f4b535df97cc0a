/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_APP_SIP_SIP_REGISTRATION_H
#define CONNTRACK_APP_SIP_SIP_REGISTRATION_H

#include "model/app/sip/sip-identity.h"
#include "model/app/sip/sip-records.h"

#include "ns3/event-id.h"
#include "ns3/nstime.h"

#include <functional>
#include <memory>
#include <string>

/**
 * @file
 * A user agent's registration: tells the registrar where its user is, again and again.
 *
 * Layer: app.
 * Shape: in a shared_ptr, since transactions that outlive it call it back.
 * Units: lifetimes in whole seconds, as in messages.
 * Source: RFC 3261 10.2. It is refreshed after nine tenths of its lifetime: the RFC leaves that
 * open.
 */

namespace ns3
{
namespace conntrack
{

/// A user agent's registration.
class SipRegistration : public std::enable_shared_from_this<SipRegistration>
{
  public:
    /// What happens to it.
    using Listener = std::function<void(const SipRegistrationRecord&)>;

    /**
     * @param identity whose it is; outlives it
     * @param lifetime to ask for
     * @param retry time from a failure to the next attempt
     * @param listener called until it goes
     */
    SipRegistration(SipIdentity& identity, Time lifetime, Time retry, Listener listener);
    ~SipRegistration();
    SipRegistration(const SipRegistration&) = delete;
    SipRegistration& operator=(const SipRegistration&) = delete;

    /// Register, and refresh until Remove.
    void Begin();

    /// Take it back.
    void Remove();

    /// @return whether the registrar knows of it
    bool IsRegistered() const
    {
        return m_registered;
    }

  private:
    void Send();
    void OnResponse(const SipPacket& response);
    void OnFailed(SipFailure failure);
    void Tell(SipRegistrationEvent event, uint16_t code, Time granted);
    uint64_t GrantedBy(const SipPacket& response) const;

    SipIdentity& m_identity;
    uint64_t m_lifetime; ///< asked for; seconds
    Time m_retry;
    Listener m_listener;
    std::string m_callId;
    std::string m_tag;
    std::string m_contact;
    std::string m_record;
    uint32_t m_sequence{0};
    bool m_registered{false};
    bool m_removing{false};
    EventId m_next;
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_APP_SIP_SIP_REGISTRATION_H
