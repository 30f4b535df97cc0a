/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_APP_SIP_TRANSACTIONS_H
#define CONNTRACK_APP_SIP_TRANSACTIONS_H

#include "model/app/deadline-timer.h"
#include "model/app/sip/sip-sockets.h"
#include "model/app/sip/sip-transaction.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

/**
 * @file
 * The transactions of a SIP element: finds the one that a message belongs to, sends again, gives
 * up.
 *
 * Layer: app.
 * Shape: owns the sockets. Numbers name transactions, 0 none. Listeners of a client transaction are
 * called from events and from messages that come, never from within Send.
 * Errors: transactions are limited: a request too many is answered 503, one's own fails.
 * Source: RFC 3261 17 and 18.2, RFC 3581 (rport).
 */

namespace ns3
{
namespace conntrack
{

/// Why a request got no final response.
enum class SipFailure : uint8_t
{
    TimedOut,  ///< none came in time
    Transport, ///< it could not be sent
};

/// What a SIP element is set to.
struct SipElementSettings
{
    uint16_t port{5060};
    SipTimers timers;
    uint32_t maxConnections{1000};
    uint32_t maxTransactions{10000};
};

/// The transactions of a SIP element.
class SipTransactions
{
  public:
    /// A message that was sent or came.
    struct Seen
    {
        const SipPacket& message;
        const SipPeer& peer;
        bool sent;
        bool again; ///< a transaction sent it before
    };

    /// What happens to the element.
    struct Listener
    {
        /// A request, and its transaction; 0: the ACK of a 2xx, which has none.
        std::function<void(const SipPacket&, uint64_t)> request;
        /// A server transaction's refusal was not acknowledged.
        std::function<void(uint64_t)> unacknowledged;
        std::function<void(const Seen&)> seen;
        std::function<void(SipLimit, const SipPeer&)> limit;
    };

    /// What happens to a request that was sent.
    struct ClientListener
    {
        std::function<void(const SipPacket&)> response; ///< each but those that came again
        std::function<void(SipFailure)> failed;         ///< there was no final one
    };

    /// @param node where @param settings to go by @param listener called until it goes
    SipTransactions(Ptr<Node> node, const SipElementSettings& settings, Listener listener);
    ~SipTransactions();
    SipTransactions(const SipTransactions&) = delete;
    SipTransactions& operator=(const SipTransactions&) = delete;

    /// @param request without one's own Via @param peer where to @param listener of its responses
    /// @return the client transaction
    uint64_t Send(SipPacket request, const SipPeer& peer, ClientListener listener);

    /// Send a request that nobody answers: the ACK of a 2xx.
    /// @param request without one's own Via @param peer where to
    void SendOnce(SipPacket request, const SipPeer& peer);

    /// @param invite a client transaction of INVITE: it is asked to end by CANCEL
    void Cancel(uint64_t invite);

    /// @param server a transaction @param response for its request
    void Respond(uint64_t server, const SipPacket& response);

    /// @param cancel a request @return the server transaction that it wants to end; 0: there is
    /// none
    uint64_t FindCancelled(const SipPacket& cancel) const;

    /// @param server a transaction @return who sent the request; none: it has ended
    std::optional<SipPeer> PeerOf(uint64_t server) const;

    /// @return client and server transactions
    std::size_t GetTransactions() const
    {
        return m_clients.size() + m_servers.size();
    }

    /// @return what carries them
    const SipSockets& GetSockets() const
    {
        return m_sockets;
    }

    /// @return what it is set to
    const SipElementSettings& GetSettings() const
    {
        return m_settings;
    }

  private:
    struct Client
    {
        SipClientTransaction machine;
        SipPacket request; ///< with one's own Via
        SipPeer peer;
        std::string key;
        std::shared_ptr<ClientListener> listener;
        bool unsent{false}; ///< it could not be sent: failure is due
    };

    struct Server
    {
        SipServerTransaction machine;
        SipPeer peer;
        std::string key;
        SipPacket last; ///< response
    };

    void OnMessage(SipPacket message, const SipPeer& peer);
    void OnResponse(const SipPacket& response);
    void OnRequest(SipPacket& request, const SipPeer& peer);
    void OnAck(const SipPacket& ack);
    void OnBroken(const SipPeer& peer);
    void Due(uint64_t number);
    void DueClient(uint64_t number, Client& client);
    void DueServer(uint64_t number, Server& server);
    bool Transmit(const SipPacket& message, const SipPeer& peer, bool again);
    bool AddVia(SipPacket& request, const SipPeer& peer, const std::string& branch);
    std::string NewBranch();
    void Acknowledge(const Client& client, const SipPacket& response);

    Ptr<Node> m_node;
    SipElementSettings m_settings;
    Listener m_listener;
    std::map<uint64_t, Client> m_clients;
    std::map<uint64_t, Server> m_servers;
    std::map<std::string, uint64_t> m_clientKeys;
    std::map<std::string, uint64_t> m_serverKeys;
    uint64_t m_next{1};
    uint64_t m_branches{0};
    DeadlineTimer m_timer;
    SipSockets m_sockets;
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_APP_SIP_TRANSACTIONS_H
