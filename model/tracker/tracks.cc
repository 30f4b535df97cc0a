/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/tracker/tracks.h"

namespace ns3
{
namespace conntrack
{

const char*
Name(TcpState state)
{
    switch (state)
    {
    case TcpState::None:
        return "NONE";
    case TcpState::SynSent:
        return "SYN_SENT";
    case TcpState::SynRecv:
        return "SYN_RECV";
    case TcpState::Established:
        return "ESTABLISHED";
    case TcpState::FinWait:
        return "FIN_WAIT";
    case TcpState::CloseWait:
        return "CLOSE_WAIT";
    case TcpState::LastAck:
        return "LAST_ACK";
    case TcpState::TimeWait:
        return "TIME_WAIT";
    case TcpState::Close:
        return "CLOSE";
    case TcpState::SynSent2:
        return "SYN_SENT2";
    }
    return "UNKNOWN";
}

const char*
Name(SctpState state)
{
    switch (state)
    {
    case SctpState::None:
        return "NONE";
    case SctpState::Closed:
        return "CLOSED";
    case SctpState::CookieWait:
        return "COOKIE_WAIT";
    case SctpState::CookieEchoed:
        return "COOKIE_ECHOED";
    case SctpState::Established:
        return "ESTABLISHED";
    case SctpState::ShutdownSent:
        return "SHUTDOWN_SENT";
    case SctpState::ShutdownRecd:
        return "SHUTDOWN_RECD";
    case SctpState::ShutdownAckSent:
        return "SHUTDOWN_ACK_SENT";
    case SctpState::HeartbeatSent:
        return "HEARTBEAT_SENT";
    case SctpState::HeartbeatAcked:
        return "HEARTBEAT_ACKED";
    }
    return "UNKNOWN";
}

} // namespace conntrack
} // namespace ns3
