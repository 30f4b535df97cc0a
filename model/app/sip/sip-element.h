/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_APP_SIP_SIP_ELEMENT_H
#define CONNTRACK_APP_SIP_SIP_ELEMENT_H

#include "model/app/sip/sip-records.h"
#include "model/app/sip/sip-transactions.h"

#include "ns3/application.h"
#include "ns3/nstime.h"
#include "ns3/traced-callback.h"

#include <array>
#include <cstdint>
#include <memory>

/**
 * @file
 * What SIP's user agents and proxies have in common: port, timers, limits, traces of messages.
 *
 * Layer: app.
 * Shape: an application; a subclass takes the requests.
 * Errors: NS_FATAL_ERROR at its start if its port is taken or the node has no UDP or TCP.
 */

namespace ns3
{
namespace conntrack
{

/// A user agent or proxy.
class SipElement : public Application
{
  public:
    /// @return the TypeId, ns3::conntrack::SipElement
    static TypeId GetTypeId();

    SipElement();
    ~SipElement() override;

    /// @param limit one of them @return how often it was met
    uint64_t GetLimitCount(SipLimit limit) const;

    /// @return client and server transactions that have not ended
    std::size_t GetTransactions() const;

    /// @return whether it was started, and its sockets are open
    bool IsOpen() const
    {
        return m_transactions != nullptr;
    }

    /**
     * Fix the random streams.
     * @param stream first stream number
     * @return how many are used
     */
    virtual int64_t AssignStreams(int64_t stream) = 0;

    /**
     * TracedCallback signature of Message.
     * @param message it was sent or came
     */
    typedef void (*MessageTracedCallback)(const SipMessageRecord& message);

    /**
     * TracedCallback signature of Limit.
     * @param limit it was met
     */
    typedef void (*LimitTracedCallback)(const SipLimitRecord& limit);

    /**
     * TracedCallback signature of Registration.
     * @param registration what happened to it
     */
    typedef void (*RegistrationTracedCallback)(const SipRegistrationRecord& registration);

  protected:
    void DoDispose() override; ///< ends connections and transactions without a word

    /// Open the sockets.
    void Open();

    /// @return the transactions; Open was called
    SipTransactions& Transactions() const
    {
        return *m_transactions;
    }

    /// @param limit that was met @param peer whose message met it
    void TellLimit(SipLimit limit, const ns3::Address& peer);

    /// @param record what happened
    void TellRegistration(const SipRegistrationRecord& record)
    {
        m_registrationTrace(record);
    }

    /// @param request that came @param server its transaction; 0: the ACK of a 2xx
    virtual void OnRequest(const SipPacket& request, uint64_t server) = 0;

    /// @param server whose refusal of an INVITE was not acknowledged
    virtual void OnUnacknowledged(uint64_t server);

  private:
    void OnSeen(const SipTransactions::Seen& seen);

    uint16_t m_port{5060};
    Time m_t1;
    Time m_t2;
    Time m_t4;
    uint32_t m_maxConnections{0};
    uint32_t m_maxTransactions{0};
    std::array<uint64_t, SIP_LIMITS> m_limits{};
    std::unique_ptr<SipTransactions> m_transactions;

    TracedCallback<const SipMessageRecord&> m_messageTrace;
    TracedCallback<const SipLimitRecord&> m_limitTrace;
    TracedCallback<const SipRegistrationRecord&> m_registrationTrace;
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_APP_SIP_SIP_ELEMENT_H
