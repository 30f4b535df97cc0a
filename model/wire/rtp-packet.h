/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_WIRE_RTP_PACKET_H
#define CONNTRACK_WIRE_RTP_PACKET_H

#include "model/wire/bytes.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/**
 * @file
 * Packets of media: RTP's header, and RTCP's reports.
 *
 * Layer: wire.
 * Shape: values. Printing and reading are inverses of what is kept: CSRCs, header extensions and
 * padding are stepped over, of RTCP the sender's or receiver's report with its first block, the
 * canonical name and the goodbye.
 * Units and byte order: host order in the structs; times in the units that the RFC gives.
 * Errors: none (std::nullopt) for what the RFC does not allow; content never asserts.
 * Source: RFC 3550 5.1, 6.4, 6.5, 6.6 and A.1, A.2 (validity).
 */

namespace ns3
{
namespace conntrack
{

/// RTP's fixed header, and where the payload is.
struct RtpPacket
{
    /// Bytes of the fixed header.
    static constexpr std::size_t HEADER_SIZE = 12;

    uint8_t payloadType{0}; ///< 7 bits
    bool marker{false};     ///< of audio: the first after silence (RFC 3551 4.1)
    uint16_t sequence{0};
    uint32_t timestamp{0}; ///< in samples
    uint32_t source{0};    ///< SSRC
    ByteView payload;      ///< within the bytes that were read; not printed
};

/// @param bytes of a datagram @return the header; none unless it is RTP
std::optional<RtpPacket> ParseRtp(ByteView bytes);

/// @param packet its header @param at HEADER_SIZE bytes
void PrintRtpHeader(const RtpPacket& packet, uint8_t* at);

/// What a receiver says of one source, RFC 3550 6.4.1.
struct RtcpBlock
{
    uint32_t source{0};          ///< whom it is about
    uint8_t fractionLost{0};     ///< 1/256, since the last report
    int32_t lost{0};             ///< packets in all, 24 bits; negative with duplicates
    uint32_t highestSequence{0}; ///< with the count of wraps above 16 bits
    uint32_t jitter{0};          ///< samples
    uint32_t lastReport{0};      ///< middle 32 bits of the NTP time in the last sender's report
    uint32_t delay{0};           ///< since that came, 1/65536 s

    friend bool operator==(const RtcpBlock& a, const RtcpBlock& b)
    {
        return a.source == b.source && a.fractionLost == b.fractionLost && a.lost == b.lost &&
               a.highestSequence == b.highestSequence && a.jitter == b.jitter &&
               a.lastReport == b.lastReport && a.delay == b.delay;
    }
};

/// What a sender says of itself, RFC 3550 6.4.1.
struct RtcpSender
{
    uint64_t ntpTime{0}; ///< seconds in the upper 32 bits
    uint32_t timestamp{0};
    uint32_t packets{0};
    uint32_t bytes{0}; ///< of payload

    friend bool operator==(const RtcpSender& a, const RtcpSender& b)
    {
        return a.ntpTime == b.ntpTime && a.timestamp == b.timestamp && a.packets == b.packets &&
               a.bytes == b.bytes;
    }
};

/// A compound packet of RTCP.
struct RtcpPacket
{
    uint32_t source{0};               ///< who sends it
    std::optional<RtcpSender> sender; ///< it is a sender's report (SR); else a receiver's (RR)
    std::optional<RtcpBlock> block;   ///< the first
    std::string canonicalName;        ///< CNAME, at most 255 bytes
    bool goodbye{false};              ///< BYE

    friend bool operator==(const RtcpPacket& a, const RtcpPacket& b)
    {
        return a.source == b.source && a.sender == b.sender && a.block == b.block &&
               a.canonicalName == b.canonicalName && a.goodbye == b.goodbye;
    }
};

/// @param bytes of a datagram @return what it says; none unless it is a compound packet
std::optional<RtcpPacket> ParseRtcp(ByteView bytes);

/// @param packet a report @return its bytes
std::vector<uint8_t> PrintRtcp(const RtcpPacket& packet);

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_WIRE_RTP_PACKET_H
