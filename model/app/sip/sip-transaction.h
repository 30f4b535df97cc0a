/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_APP_SIP_TRANSACTION_H
#define CONNTRACK_APP_SIP_TRANSACTION_H

#include "model/flow/time.h"

#include <cstdint>

/**
 * @file
 * The four state machines of SIP's transactions: what to send again, and when to give up.
 *
 * Layer: app.
 * Shape: pure: the time is an argument, what happens is a call, what is to be done is returned. Who
 * owns one calls OnTime when its deadline has come.
 * Source: RFC 3261 17 and its timers A to K; RFC 6026 for 2xx responses to INVITE (state Accepted,
 * timers L and M), which absorbs INVITEs that come again and passes on every 2xx.
 *
 *     client INVITE      A resends (T1, doubled), B ends 64 T1, D keeps after 3xx-6xx, M after 2xx
 *     client otherwise   E resends (T1, doubled up to T2), F ends 64 T1, K keeps T4
 *     server INVITE      G resends 3xx-6xx (T1, doubled up to T2), H ends 64 T1, I keeps T4, L 2xx
 *     server otherwise   J keeps 64 T1
 *
 * A, D, E, G, I, J and K are for UDP alone: TCP resends by itself.
 */

namespace ns3
{
namespace conntrack
{

/// What carries messages.
enum class SipTransport : uint8_t
{
    Udp,
    Tcp,
};

/// Whether a transaction is an INVITE's.
enum class SipKind : uint8_t
{
    Invite,
    Other,
};

/// RFC 3261 17.1.1.1 and its table 4; nanoseconds.
struct SipTimers
{
    Nanos t1{500 * MILLISECOND}; ///< estimate of a round trip
    Nanos t2{4 * SECOND};        ///< longest between two resends
    Nanos t4{5 * SECOND};        ///< longest that a message is on its way

    /// @return how long is waited for an answer
    Nanos GiveUp() const
    {
        return 64 * t1;
    }
};

/// Where a transaction is; which ones there are depends on which it is of the four.
enum class SipState : uint8_t
{
    Trying,     ///< client: nothing came (INVITE: "Calling"); server: nothing was sent
    Proceeding, ///< a provisional response came, or was sent
    Completed,  ///< a final response came, or was sent
    Accepted,   ///< of INVITE: it was a 2xx
    Confirmed,  ///< server, INVITE: the ACK came
    Terminated, ///< it can be forgotten
};

/// What is to be done.
struct SipStep
{
    bool resend{false};      ///< send the request, or the last response, again
    bool deliver{false};     ///< the response is for the transaction's user
    bool acknowledge{false}; ///< client: send an ACK for this 3xx-6xx
    bool timedOut{false};    ///< nobody answered, or acknowledged
};

/// A transaction of who sent a request.
class SipClientTransaction
{
  public:
    /// @param kind of the request @param transport that carries it @param timers to go by
    /// @param now when it was sent
    SipClientTransaction(SipKind kind, SipTransport transport, const SipTimers& timers, Nanos now);

    /// @param code of a response that came @param now when @return what to do
    SipStep OnResponse(uint16_t code, Nanos now);

    /// A CANCEL was sent for it: RFC 3261 9.1, it ends 64 T1 later if no final response comes.
    /// @param now when
    void OnCancelled(Nanos now);

    /// @param now not before Deadline @return what to do
    SipStep OnTime(Nanos now);

    /// @return when OnTime is to be called; NEVER: it waits for a response without end
    Nanos Deadline() const;

    /// @return where it is
    SipState State() const
    {
        return m_state;
    }

  private:
    SipKind m_kind;
    SipTransport m_transport;
    SipTimers m_timers;
    SipState m_state{SipState::Trying};
    Nanos m_interval;   ///< from one resend to the next
    Nanos m_resend;     ///< timer A or E
    Nanos m_end{NEVER}; ///< timer B or F; later D, K or M
};

/// A transaction of who got a request.
class SipServerTransaction
{
  public:
    /// @param kind of the request @param transport that carries it @param timers to go by
    SipServerTransaction(SipKind kind, SipTransport transport, const SipTimers& timers);

    /// The request came again. @return what to do
    SipStep OnRequest() const;

    /// The ACK of an INVITE came. @param now when
    void OnAck(Nanos now);

    /// A response was sent. @param code of it @param now when
    void OnSent(uint16_t code, Nanos now);

    /// @param now not before Deadline @return what to do
    SipStep OnTime(Nanos now);

    /// @return when OnTime is to be called; NEVER: it waits for its user
    Nanos Deadline() const;

    /// @return where it is
    SipState State() const
    {
        return m_state;
    }

  private:
    SipKind m_kind;
    SipTransport m_transport;
    SipTimers m_timers;
    SipState m_state{SipState::Trying};
    Nanos m_interval;      ///< from one resend to the next
    Nanos m_resend{NEVER}; ///< timer G
    Nanos m_end{NEVER};    ///< timer H, I, J or L
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_APP_SIP_TRANSACTION_H
