/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_TRACKER_TRACKS_H
#define CONNTRACK_TRACKER_TRACKS_H

#include "model/flow/time.h"
#include "model/flow/tuple.h"

#include <array>
#include <cstdint>

/**
 * @file
 * What the trackers remember of a connection: plain values, kept inside it.
 *
 * Layer: tracker.
 * Shape: 64 bytes at most, trivially copied and set to zero for a new connection.
 */

namespace ns3
{
namespace conntrack
{

/// TCP connection states; names and order as conntrack(8) and ctnetlink have them.
enum class TcpState : uint8_t
{
    None,
    SynSent,
    SynRecv,
    Established,
    FinWait,
    CloseWait,
    LastAck,
    TimeWait,
    Close,
    SynSent2,
};

/// Bits of TcpEnd::flags and TcpTrack::lastFlags; ctnetlink shows those of the ends
/// (IP_CT_TCP_FLAG_*).
namespace tcp_flag
{
constexpr uint8_t WINDOW_SCALE = 0x01;        ///< its SYN offered a window scale
constexpr uint8_t SACK_PERMITTED = 0x02;      ///< its SYN offered selective acknowledgements
constexpr uint8_t CLOSE_INIT = 0x04;          ///< it sent the first FIN
constexpr uint8_t BE_LIBERAL = 0x08;          ///< its window is not known: nothing is outside
constexpr uint8_t DATA_UNACKNOWLEDGED = 0x10; ///< what it sent is not acknowledged yet
constexpr uint8_t MAXACK_SET = 0x20;          ///< it has acknowledged something
constexpr uint8_t EXP_CHALLENGE_ACK = 0x40;   ///< an ignored SYN may be answered by a bare ACK
constexpr uint8_t SIMULTANEOUS_OPEN = 0x80;   ///< SYNs crossed
} // namespace tcp_flag

/// What a TCP segment is to the state machine, by its flags alone.
enum class SegmentKind : uint8_t
{
    None, ///< no segment yet
    Syn,
    SynAck,
    Fin,
    Ack,
    Rst,
};

/// What is known of one end of a TCP connection; names of Guido van Rooij's "Real Stateful TCP
/// Packet Filtering in IP Filter" (2001).
struct TcpEnd
{
    uint32_t end{0};       ///< highest sequence number sent, plus length
    uint32_t maxEnd{0};    ///< highest the peer's window lets it send
    uint32_t maxWindow{0}; ///< largest window it announced, scaled; 0: it sent nothing yet
    uint32_t maxAck{0};    ///< highest acknowledgement it sent
    uint8_t scale{0};      ///< its window scale
    uint8_t flags{0};      ///< bits of namespace tcp_flag
};

/// A TCP connection's state.
struct TcpTrack
{
    std::array<TcpEnd, 2> ends; ///< by the direction they send in
    uint32_t lastSeq{0};        ///< of the last segment noted
    uint32_t lastAck{0};        ///< its acknowledgement
    uint32_t lastEnd{0};        ///< its sequence number plus length
    uint16_t lastWindow{0};     ///< its window, not scaled
    TcpState state{TcpState::None};
    Direction lastDirection{Direction::Original}; ///< of the last segment
    SegmentKind lastKind{SegmentKind::None};      ///< of the last segment
    uint8_t retransmissions{0};                   ///< equal segments in a row, modulo 256
    uint8_t lastScale{0};                         ///< of a SYN that was let pass unjudged
    uint8_t lastFlags{0};                         ///< of that SYN; bits of namespace tcp_flag
};

/// SCTP association states, as ctnetlink names them.
enum class SctpState : uint8_t
{
    None,
    Closed,
    CookieWait,
    CookieEchoed,
    Established,
    ShutdownSent,
    ShutdownRecd,
    ShutdownAckSent,
    HeartbeatSent,
    HeartbeatAcked, ///< only where TrackerSettings::sctpHeartbeatAcked says so
};

/// An SCTP association's state.
struct SctpTrack
{
    std::array<uint32_t, 2>
        tag{}; ///< verification tag that packets of a direction bear; 0: unknown
    std::array<bool, 2> initSeen{}; ///< by direction: an INIT since the last COOKIE ACK
    SctpState state{SctpState::None};
    bool heartbeatTagFailed{false}; ///< a HEARTBEAT with another tag waits for its answer
    Direction lastDirection{Direction::Original}; ///< of that HEARTBEAT
};

/// A UDP flow's state.
struct UdpTrack
{
    /// Point in simulated time from which answers make it a stream.
    Nanos streamAt{0};
};

/// A GRE flow's time-outs, fixed by its first packet.
struct GreTrack
{
    Nanos timeout{0};       ///< until an answer
    Nanos streamTimeout{0}; ///< from then on
};

/// The state of a connection's protocol; which member is alive, its tuple's protocol says.
union ProtocolTrack {
    TcpTrack tcp;
    SctpTrack sctp;
    UdpTrack udp;
    GreTrack gre;

    ProtocolTrack()
        : tcp{}
    {
    }
};

/**
 * @param state a TCP state
 * @return its name as conntrack(8) prints it
 */
const char* Name(TcpState state);

/**
 * @param state an SCTP state
 * @return its name as conntrack(8) prints it
 */
const char* Name(SctpState state);

static_assert(sizeof(ProtocolTrack) <= 64, "a million connections: every byte counts");

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_TRACKER_TRACKS_H
