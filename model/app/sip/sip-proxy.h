/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_APP_SIP_SIP_PROXY_H
#define CONNTRACK_APP_SIP_SIP_PROXY_H

#include "model/app/deadline-timer.h"
#include "model/app/sip/sip-element.h"
#include "model/app/sip/sip-fork.h"
#include "model/app/sip/sip-registrar.h"

#include "ns3/random-variable-stream.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

/**
 * @file
 * A provider's server: registrar, and proxy that stays in the way of the calls it sets up.
 *
 * Layer: app.
 * Shape: keeps an entry for each request that it has sent on, until all its final responses;
 * nothing of a call but that. A request for a user goes to all contacts at once (sip-fork.h).
 * Source: RFC 3261 16 (proxy, with transactions), 16.12 (loose routes), RFC 5658 (two Record-Routes
 * where the sides differ in address or transport).
 * Differs: transport parameters alone tell UDP from TCP.
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
        SipFork fork;
    };

    /// Where a request goes.
    struct Target
    {
        std::string uri; ///< Request-URI
        SipPeer peer;
    };

    void StartApplication() override;
    void StopApplication() override;
    void OnRequest(const SipPacket& request, uint64_t server) override;

    void OnRegister(const SipPacket& request, uint64_t server);
    void OnCancel(const SipPacket& request, uint64_t server);
    void Relay(const SipPacket& request, uint64_t server);
    void SendOn(SipPacket onward, const Target& target, uint64_t server);
    void StayInTheWay(SipPacket& onward, const SipPeer& target, const SipPeer& came) const;
    std::vector<Target> TargetsOf(SipPacket& request, uint16_t& refusal) const;
    bool IsHere(const SipLocator& uri) const;
    void OnResponse(uint64_t server, uint64_t branch, const SipPacket& response);
    void OnFailed(uint64_t server, uint64_t branch, SipFailure failure);
    void OnTimerC(uint64_t server);
    void Follow(uint64_t server, const SipFork::Step& step);
    std::string NewTag();
    void Respond(const SipPacket& request, uint64_t server, uint16_t code);

    std::string m_domain;
    Time m_minExpires;
    Time m_maxExpires;
    Time m_timerC;
    uint32_t m_maxBindings{0};
    uint32_t m_maxBranches{0};
    bool m_recordRoute{true};
    bool m_stopped{false};
    uint64_t m_tags{0};
    std::unique_ptr<SipRegistrar> m_registrar;
    std::unique_ptr<DeadlineTimer> m_ringing; ///< timer C, by server transaction
    std::map<uint64_t, Relayed> m_relayed;    ///< by server transaction
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_APP_SIP_SIP_PROXY_H
