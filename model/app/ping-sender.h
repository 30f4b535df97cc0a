/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_APP_PING_SENDER_H
#define CONNTRACK_APP_PING_SENDER_H

#include "model/app/tcp-endpoint.h"
#include "model/wire/bytes.h"

#include "ns3/address.h"
#include "ns3/application.h"
#include "ns3/event-id.h"
#include "ns3/nstime.h"
#include "ns3/packet.h"
#include "ns3/socket.h"
#include "ns3/traced-callback.h"

#include <map>

/**
 * @file
 * Pings a host by ICMP or ICMPv6.
 *
 * ns-3's own V4Ping and Ping6 (3.37) read past the ends of short answers and of fragments, which
 * crash them; this one takes whatever comes.
 *
 * Layer: app.
 * Shape: a table of when unanswered requests were sent, 65,536 at most.
 * Errors: NS_FATAL_ERROR at its start if Remote is no unicast address of a family the node has.
 * Source: RFC 792, RFC 4443 4.
 * Differs from ping(8): answers that come in fragments are not counted, as a raw socket of ns-3
 * gets them one by one.
 */

namespace ns3
{
namespace conntrack
{

/// An answer to an echo request.
struct PingReply
{
    uint16_t sequence{0}; ///< of the request, from 0 on
    Time sent;            ///< when the request was
    Time roundTrip;       ///< from then to the answer
};

/// Sends echo requests and listens to answers.
class PingSender : public Application
{
  public:
    /// @return the TypeId, ns3::conntrack::PingSender
    static TypeId GetTypeId();

    PingSender();
    ~PingSender() override;

    /// @return requests that were sent
    uint32_t GetSent() const;

    /// @return requests that were answered
    uint32_t GetAnswered() const;

    /**
     * TracedCallback signature of Reply.
     * @param reply the first one to its request
     */
    typedef void (*ReplyTracedCallback)(const PingReply& reply);

  protected:
    void DoDispose() override;

  private:
    void StartApplication() override;
    void StopApplication() override;
    void Close();
    void Send();
    void Receive(Ptr<Socket> socket);
    void Take(ByteView bytes);

    ns3::Address m_remote;
    Time m_interval;
    uint32_t m_count{0};
    uint32_t m_size{0};

    Endpoint m_target;
    uint16_t m_identifier{0};
    Ptr<Socket> m_socket;
    EventId m_next;
    uint32_t m_sent{0};
    uint32_t m_answered{0};
    std::map<uint16_t, Time> m_waiting; ///< when a request was sent, by its sequence number

    TracedCallback<const PingReply&> m_replyTrace;
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_APP_PING_SENDER_H
