/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/tracker/tcp-states.h"

#include <array>

namespace ns3
{
namespace conntrack
{

namespace
{

constexpr TcpMove
Enter(TcpState state)
{
    return {TcpMoveKind::Enter, state};
}

// Words of the table.
constexpr TcpMove SYN_SENT = Enter(TcpState::SynSent);
constexpr TcpMove SYN_SENT2 = Enter(TcpState::SynSent2);
constexpr TcpMove SYN_RECV = Enter(TcpState::SynRecv);
constexpr TcpMove ESTABLISHED = Enter(TcpState::Established);
constexpr TcpMove FIN_WAIT = Enter(TcpState::FinWait);
constexpr TcpMove CLOSE_WAIT = Enter(TcpState::CloseWait);
constexpr TcpMove LAST_ACK = Enter(TcpState::LastAck);
constexpr TcpMove TIME_WAIT = Enter(TcpState::TimeWait);
constexpr TcpMove CLOSE = Enter(TcpState::Close);
constexpr TcpMove IGNORE{TcpMoveKind::Ignore, TcpState::None};
constexpr TcpMove INVALID{TcpMoveKind::Invalid, TcpState::None};

/// Moves of one state, by segment.
struct Row
{
    TcpMove syn;
    TcpMove synAck;
    TcpMove fin;
    TcpMove ack;
    TcpMove rst;
};

using Table = std::array<Row, 10>; // by TcpState

// From the end that began. A bare ACK begins a connection in its middle (loose pick-up). SYN_RECV
// takes its SYN+ACK only after a simultaneous open. A SYN after the end may reopen (RFC 9293
// 3.10.7.4, TIME-WAIT). An ACK ends FIN_WAIT and LAST_ACK whichever FIN it acknowledges.
//   SYN        SYN+ACK   FIN        ACK          RST
// clang-format off
constexpr Table FROM_ORIGINAL{{
    {SYN_SENT,  INVALID,  INVALID,   ESTABLISHED, INVALID}, // NONE
    {SYN_SENT,  INVALID,  INVALID,   INVALID,     CLOSE},   // SYN_SENT
    {IGNORE,    SYN_RECV, FIN_WAIT,  ESTABLISHED, CLOSE},   // SYN_RECV
    {IGNORE,    INVALID,  FIN_WAIT,  ESTABLISHED, CLOSE},   // ESTABLISHED
    {IGNORE,    INVALID,  LAST_ACK,  CLOSE_WAIT,  CLOSE},   // FIN_WAIT
    {IGNORE,    INVALID,  LAST_ACK,  CLOSE_WAIT,  CLOSE},   // CLOSE_WAIT
    {IGNORE,    INVALID,  LAST_ACK,  TIME_WAIT,   CLOSE},   // LAST_ACK
    {SYN_SENT,  INVALID,  TIME_WAIT, TIME_WAIT,   CLOSE},   // TIME_WAIT
    {SYN_SENT,  INVALID,  CLOSE,     CLOSE,       CLOSE},   // CLOSE
    {SYN_SENT2, SYN_RECV, INVALID,   INVALID,     CLOSE},   // SYN_SENT2
}};
// clang-format on

// From the end that answers. Its SYN crosses the other's (simultaneous open). An ACK before its
// SYN+ACK may come from a connection that the router has forgotten.
//   SYN        SYN+ACK   FIN        ACK          RST
// clang-format off
constexpr Table FROM_REPLY{{
    {INVALID,   INVALID,  INVALID,   INVALID,     INVALID}, // NONE
    {SYN_SENT2, SYN_RECV, INVALID,   IGNORE,      CLOSE},   // SYN_SENT
    {INVALID,   IGNORE,   FIN_WAIT,  SYN_RECV,    CLOSE},   // SYN_RECV
    {INVALID,   IGNORE,   FIN_WAIT,  ESTABLISHED, CLOSE},   // ESTABLISHED
    {INVALID,   IGNORE,   LAST_ACK,  CLOSE_WAIT,  CLOSE},   // FIN_WAIT
    {INVALID,   IGNORE,   LAST_ACK,  CLOSE_WAIT,  CLOSE},   // CLOSE_WAIT
    {INVALID,   IGNORE,   LAST_ACK,  TIME_WAIT,   CLOSE},   // LAST_ACK
    {SYN_SENT,  IGNORE,   TIME_WAIT, TIME_WAIT,   CLOSE},   // TIME_WAIT
    {INVALID,   IGNORE,   CLOSE,     CLOSE,       CLOSE},   // CLOSE
    {SYN_SENT2, SYN_RECV, INVALID,   IGNORE,      CLOSE},   // SYN_SENT2
}};
// clang-format on

} // namespace

TcpMove
NextTcpMove(Direction direction, SegmentKind kind, TcpState state)
{
    const Table& table = direction == Direction::Original ? FROM_ORIGINAL : FROM_REPLY;
    const Row& row = table[static_cast<std::size_t>(state)];
    switch (kind)
    {
    case SegmentKind::Syn:
        return row.syn;
    case SegmentKind::SynAck:
        return row.synAck;
    case SegmentKind::Fin:
        return row.fin;
    case SegmentKind::Ack:
        return row.ack;
    case SegmentKind::Rst:
        return row.rst;
    case SegmentKind::None:
        break;
    }
    return INVALID;
}

} // namespace conntrack
} // namespace ns3
