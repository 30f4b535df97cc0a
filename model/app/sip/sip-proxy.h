/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_APP_SIP_SIP_PROXY_H
#define CONNTRACK_APP_SIP_SIP_PROXY_H

#include "model/app/deadline-timer.h"
#include "model/app/sip/sip-element.h"
#include "model/app/sip/sip-locations.h"

#include "ns3/random-variable-stream.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>

/**
 * @file
 * A provider's server: registrar, and proxy that stays in the way of the calls it sets up.
 *
 * Layer: app.
 * Shape: keeps an entry for each request that it has sent on, until its final response; nothing of
 * a call but that. A request goes to one place: no forking. Source: RFC 3261 10.3 (registrar), 16
 * (proxy, with transactions), 16.12 (loose routes). Differs: transport parameters alone tell UDP
 * from TCP; where both sides differ, the one Record-Route names the side that the request came
 * from.
 */

namespace ns3
{
namespace conntrack
{

/// A registrar and proxy.
class SipProxy : public SipElement
{
  public:
    /// @return the TypeId, ns3::conntrack::SipProxy
    static TypeId GetTypeId();

    SipProxy();
    ~SipProxy() override;

    /// @return contacts that are registered
    std::size_t GetBindings() const;

    /// @return requests that were sent on and have no final response yet
    std::size_t GetRelayed() const;

    int64_t AssignStreams(int64_t stream) override;

  protected:
    void DoDispose() override; ///< forgets bindings and requests without a word

  private:
    /// A request that was sent on.
    struct Relayed
    {
        SipPacket request; ///< as it came
        uint64_t client{0};
        bool provisional{false};
        bool cancelled{false};
    };

    void StartApplication() override;
    void StopApplication() override;
    void OnRequest(const SipPacket& request, uint64_t server) override;

    // The registrar.
    void OnRegister(const SipPacket& request, uint64_t server);
    uint16_t SetBindings(const SipPacket& request, const SipPeer& peer, const std::string& user);
    uint64_t LifetimeOf(const SipPacket& request, const SipParty& contact) const;
    void Tell(SipRegistrationEvent event,
              const std::string& user,
              const SipLocator& contact,
              uint64_t seconds);
    void ExpireBindings();

    // The proxy.
    void OnCancel(const SipPacket& request, uint64_t server);
    void Relay(const SipPacket& request, uint64_t server);
    std::optional<SipPeer> Target(SipPacket& request, uint16_t& refusal) const;
    bool IsHere(const SipLocator& uri) const;
    void OnResponse(uint64_t server, const SipPacket& response);
    void OnFailed(uint64_t server, SipFailure failure);
    void OnTimerC(uint64_t server);
    void Respond(const SipPacket& request, uint64_t server, uint16_t code);

    std::string m_domain;
    Time m_minExpires;
    Time m_maxExpires;
    Time m_timerC;
    uint32_t m_maxBindings{0};
    bool m_recordRoute{true};
    bool m_stopped{false};
    uint64_t m_tags{0};
    std::unique_ptr<SipLocations> m_locations;
    std::unique_ptr<DeadlineTimer> m_expiry;  ///< its one number: the next binding to expire
    std::unique_ptr<DeadlineTimer> m_ringing; ///< timer C, by server transaction
    std::map<uint64_t, Relayed> m_relayed;    ///< by server transaction
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_APP_SIP_SIP_PROXY_H
