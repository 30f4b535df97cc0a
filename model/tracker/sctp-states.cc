/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/tracker/sctp-states.h"

#include "model/tracker/sctp-chunks.h"

#include <array>

namespace ns3
{
namespace conntrack
{

namespace
{

/// From whom a chunk must come for a rule.
enum class Sender : uint8_t
{
    Original,
    Reply,
    Either,
};

/// In a state, this chunk leads to that state.
struct Rule
{
    SctpState from;
    uint8_t chunk;
    Sender sender;
    SctpState to;
};

// What is not here changes nothing, save as NextSctpState says.
constexpr std::array<Rule, 19> RULES{{
    // the first packet of an association, of a second path, or of one whose end was missed
    {SctpState::None, sctp_chunk::INIT, Sender::Original, SctpState::Closed},
    {SctpState::None, sctp_chunk::HEARTBEAT, Sender::Original, SctpState::HeartbeatSent},
    {SctpState::None, sctp_chunk::SHUTDOWN_ACK, Sender::Original, SctpState::ShutdownAckSent},
    // the four-way handshake
    {SctpState::Closed, sctp_chunk::INIT_ACK, Sender::Reply, SctpState::CookieWait},
    {SctpState::CookieWait, sctp_chunk::COOKIE_ECHO, Sender::Either, SctpState::CookieEchoed},
    {SctpState::CookieEchoed, sctp_chunk::COOKIE_ACK, Sender::Either, SctpState::Established},
    {SctpState::CookieEchoed, sctp_chunk::ERROR, Sender::Reply, SctpState::Closed},
    // shutdown
    {SctpState::Established, sctp_chunk::SHUTDOWN, Sender::Original, SctpState::ShutdownSent},
    {SctpState::Established, sctp_chunk::SHUTDOWN, Sender::Reply, SctpState::ShutdownRecd},
    {SctpState::ShutdownSent, sctp_chunk::SHUTDOWN_ACK, Sender::Either, SctpState::ShutdownAckSent},
    {SctpState::ShutdownSent, sctp_chunk::INIT, Sender::Original, SctpState::Closed},
    {SctpState::ShutdownRecd, sctp_chunk::SHUTDOWN_ACK, Sender::Either, SctpState::ShutdownAckSent},
    {SctpState::ShutdownRecd, sctp_chunk::INIT, Sender::Original, SctpState::Closed},
    {SctpState::ShutdownAckSent, sctp_chunk::SHUTDOWN_COMPLETE, Sender::Either, SctpState::Closed},
    // a path that began with a HEARTBEAT
    {SctpState::HeartbeatSent, sctp_chunk::HEARTBEAT, Sender::Either, SctpState::HeartbeatSent},
    {SctpState::HeartbeatSent,
     sctp_chunk::HEARTBEAT_ACK,
     Sender::Original,
     SctpState::HeartbeatSent},
    {SctpState::HeartbeatSent, sctp_chunk::HEARTBEAT_ACK, Sender::Reply, SctpState::Established},
    {SctpState::HeartbeatSent, sctp_chunk::INIT, Sender::Original, SctpState::CookieWait},
    {SctpState::HeartbeatSent,
     sctp_chunk::SHUTDOWN_ACK,
     Sender::Original,
     SctpState::ShutdownAckSent},
}};

bool
IsFor(const Rule& rule, Direction direction, uint8_t chunk, SctpState state)
{
    const Sender sender = direction == Direction::Original ? Sender::Original : Sender::Reply;
    return rule.from == state && rule.chunk == chunk &&
           (rule.sender == sender || rule.sender == Sender::Either);
}

/// DATA, SACK and whatever nobody knows leave every state as it is.
bool
IsControl(uint8_t chunk)
{
    switch (chunk)
    {
    case sctp_chunk::INIT:
    case sctp_chunk::INIT_ACK:
    case sctp_chunk::HEARTBEAT:
    case sctp_chunk::HEARTBEAT_ACK:
    case sctp_chunk::ABORT:
    case sctp_chunk::SHUTDOWN:
    case sctp_chunk::SHUTDOWN_ACK:
    case sctp_chunk::ERROR:
    case sctp_chunk::COOKIE_ECHO:
    case sctp_chunk::COOKIE_ACK:
    case sctp_chunk::SHUTDOWN_COMPLETE:
        return true;
    default:
        return false;
    }
}

} // namespace

std::optional<SctpState>
NextSctpState(Direction direction, uint8_t chunk, SctpState state)
{
    if (!IsControl(chunk))
    {
        return state;
    }
    // 5.10's name for established by heartbeats alone: the same rules.
    const SctpState from = state == SctpState::HeartbeatAcked ? SctpState::Established : state;
    for (const Rule& rule : RULES)
    {
        if (IsFor(rule, direction, chunk, from))
        {
            return rule.to;
        }
    }
    if (state == SctpState::None || state == SctpState::HeartbeatSent)
    {
        // Not open: the beginner may give up, the other has nothing to say.
        return direction == Direction::Original ? std::optional(SctpState::Closed) : std::nullopt;
    }
    return chunk == sctp_chunk::ABORT ? SctpState::Closed : state;
}

} // namespace conntrack
} // namespace ns3
