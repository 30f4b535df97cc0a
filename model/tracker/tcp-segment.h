/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_TRACKER_TCP_SEGMENT_H
#define CONNTRACK_TRACKER_TCP_SEGMENT_H

#include "model/tracker/tracks.h"
#include "model/wire/packet-view.h"

#include <optional>

/**
 * @file
 * A TCP segment as the tracker sees it: header fields, and options when somebody asks for them.
 *
 * Layer: tracker.
 * Shape: a few numbers and a view of the options; valid as long as the packet's bytes.
 * Units and byte order: host order; sequence numbers wrap, compare them with IsBefore and IsAfter.
 * Errors: ParseTcpSegment gives none for a header that is cut or contradicts itself; malformed
 * options end the search for more, what came before them counts.
 * Source: RFC 9293 3.1 and 3.2, RFC 7323 2.2 (window scale), RFC 2018 2 and 3 (SACK).
 */

namespace ns3
{
namespace conntrack
{

/// The flags of a TCP header (RFC 9293 3.1).
namespace tcp_header
{
constexpr uint8_t FIN = 0x01;
constexpr uint8_t SYN = 0x02;
constexpr uint8_t RST = 0x04;
constexpr uint8_t PSH = 0x08;
constexpr uint8_t ACK = 0x10;
constexpr uint8_t URG = 0x20;
constexpr uint8_t ECE = 0x40;
constexpr uint8_t CWR = 0x80;
} // namespace tcp_header

/**
 * @param a a sequence number
 * @param b another one, at most 2^31 away
 * @return whether a comes before b
 */
constexpr bool
IsBefore(uint32_t a, uint32_t b)
{
    return static_cast<int32_t>(a - b) < 0;
}

/**
 * @param a a sequence number
 * @param b another one, at most 2^31 away
 * @return whether a comes after b
 */
constexpr bool
IsAfter(uint32_t a, uint32_t b)
{
    return IsBefore(b, a);
}

/// A TCP segment.
struct TcpSegment
{
    uint32_t seq;     ///< its first sequence number
    uint32_t ack;     ///< its acknowledgement; meaningless without ACK
    uint32_t end{0};  ///< seq plus its length in sequence numbers, SYN and FIN included
    uint16_t window;  ///< as in the header, not scaled
    uint8_t flags;    ///< bits of namespace tcp_header
    SegmentKind kind; ///< what the flags make it
    ByteView options; ///< after the fixed header

    /**
     * @param bits of namespace tcp_header
     * @return whether any is set
     */
    bool Has(uint8_t bits) const
    {
        return (flags & bits) != 0;
    }
};

/**
 * @param packet a TCP packet
 * @return the segment; none if the header is cut, or longer than the packet
 */
std::optional<TcpSegment> ParseTcpSegment(const PacketView& packet);

/**
 * @param flags the header's flags
 * @return whether they may occur together; PSH, ECE and CWR may always
 */
bool AreFlagsPossible(uint8_t flags);

/// What the options of a SYN say of its sender.
struct SynOptions
{
    uint8_t flags{0}; ///< tcp_flag::WINDOW_SCALE and tcp_flag::SACK_PERMITTED
    uint8_t scale{0}; ///< at most 14 (RFC 7323 2.3)
};

/**
 * @param options of a SYN
 * @return what they say
 */
SynOptions ReadSynOptions(ByteView options);

/**
 * @param segment a segment whose receiver permits SACK
 * @param ack its acknowledgement
 * @return the highest sequence number it acknowledges, selectively or not
 */
uint32_t HighestAcknowledged(const TcpSegment& segment, uint32_t ack);

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_TRACKER_TCP_SEGMENT_H
