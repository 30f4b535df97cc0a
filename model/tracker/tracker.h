/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_TRACKER_TRACKER_H
#define CONNTRACK_TRACKER_TRACKER_H

#include "model/flow/status.h"
#include "model/flow/time.h"
#include "model/flow/tuple.h"
#include "model/tracker/sequence-shift.h"
#include "model/wire/packet-view.h"

#include <optional>

/**
 * @file
 * What every protocol tracker takes and gives: a packet and its flow's state in, a result out.
 *
 * Layer: tracker.  A tracker knows no table, no rules and no NAT (after gVisor's tcpconntrack).
 */

namespace ns3
{
namespace conntrack
{

/// Why a packet is invalid; each is counted and traced by its name.
enum class InvalidReason : uint8_t
{
    None,        ///< it is valid
    Truncated,   ///< ends within its transport header
    BadLength,   ///< a length field contradicts the packet
    BadChecksum, ///< transport checksum wrong
    BadFlags,    ///< TCP flags that never occur together
    BadType,     ///< ICMP type out of range, or an answer without a request
    BadProtocol, ///< no transport protocol that could be tracked
    BadChunk,    ///< SCTP chunks that never occur together, or none
    BadTag,      ///< SCTP verification tag of no end
    BadQuote,    ///< an ICMP error whose quotation is cut, or was not sent by its receiver
    OutOfWindow, ///< TCP sequence or acknowledgement outside the window
    BadState,    ///< the TCP or SCTP state machine has no place for it
    MidStream,   ///< would begin a connection in its middle, and loose pick-up is off
    UnknownFlow, ///< an ICMP error about a packet of no known connection
    BadReset,    ///< RST whose sequence number is not the one expected
    TableFull,   ///< no room for its connection (counted as drop)
    BadFragment, ///< cannot be put together (dropped)
};

/**
 * @param reason a reason
 * @return its name, in words as for a log
 */
const char* Name(InvalidReason reason);

/// Every protocol tracker's word about one packet.
enum class TrackOutcome : uint8_t
{
    Accept,        ///< the packet belongs to its connection
    Invalid,       ///< the packet is invalid, its connection is unchanged or as the tracker left it
    AcceptAndKill, ///< the packet passes, is counted and its connection ends (RST before any
                   ///< answer)
    Restart,       ///< the old connection must go and the packet be looked up again as a first one
    Drop,          ///< the packet is dropped by the tracker itself
};

/// A tracker's result for one packet.
struct TrackResult
{
    TrackOutcome outcome{TrackOutcome::Accept};
    InvalidReason reason{InvalidReason::None};
    /// The connection's new time to live; none: neither deadline nor counters change. With Invalid
    /// it shortens the connection's life (Linux: FIN or RST outside the window), without counting.
    std::optional<Nanos> timeout;
    uint16_t events{0};    ///< bits of namespace event to report
    uint32_t statusSet{0}; ///< bits of namespace status that become set

    /**
     * @param why the reason
     * @return a result that refuses the packet
     */
    static TrackResult Refuse(InvalidReason why)
    {
        TrackResult result;
        result.outcome = TrackOutcome::Invalid;
        result.reason = why;
        return result;
    }
};

/// What a tracker is told beside the packet and the state.
struct TrackInput
{
    const PacketView& packet;
    Direction direction; ///< of the packet within its connection
    uint32_t status;     ///< the connection's status bits so far
    Nanos now;           ///< point in time
    Nanos age;           ///< since the connection began (UDP's two seconds)
    Nanos remaining;     ///< until its present deadline (0 for a new one)
    /// Shift of the other direction's sequence numbers, which this packet acknowledges; none: no
    /// shift.
    const SequenceShift* peerShift{nullptr};
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_TRACKER_TRACKER_H
