/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/wire/rtp-packet.h"

#include <algorithm>

namespace ns3
{
namespace conntrack
{

namespace
{

constexpr uint8_t VERSION = 2; // RFC 3550 5.1

/// RFC 3550 12.1: RTCP's packet types.
constexpr uint8_t SENDER_REPORT = 200;
constexpr uint8_t RECEIVER_REPORT = 201;
constexpr uint8_t SOURCE_DESCRIPTION = 202;
constexpr uint8_t GOODBYE = 203;
/// RFC 3550 12.2
constexpr uint8_t CNAME = 1;

constexpr std::size_t RTCP_HEADER = 4;
constexpr std::size_t SENDER_SIZE = 20;
constexpr std::size_t BLOCK_SIZE = 24;

void
Append32(std::vector<uint8_t>& bytes, uint32_t value)
{
    bytes.resize(bytes.size() + 4);
    WriteU32(&bytes[bytes.size() - 4], value);
}

/// Write a packet's header. @return the place of its length, for End
std::size_t
Begin(std::vector<uint8_t>& bytes, uint8_t type, std::size_t count)
{
    const std::size_t begin = bytes.size();
    bytes.push_back(static_cast<uint8_t>(VERSION << 6 | count));
    bytes.push_back(type);
    bytes.resize(begin + RTCP_HEADER);
    return begin;
}

/// Fill up to whole words, and write the length: in words, less one.
void
End(std::vector<uint8_t>& bytes, std::size_t begin)
{
    bytes.resize(begin + (bytes.size() - begin + 3) / 4 * 4);
    WriteU16(&bytes[begin + 2], static_cast<uint16_t>((bytes.size() - begin) / 4 - 1));
}

RtcpBlock
ReadBlock(const uint8_t* at)
{
    constexpr uint32_t SIGN = 0x800000; // of 24 bits
    RtcpBlock block;
    block.source = ReadU32(at);
    block.fractionLost = at[4];
    const uint32_t lost = ReadU32(at + 4) & 0xffffff;
    block.lost = static_cast<int32_t>(lost ^ SIGN) - static_cast<int32_t>(SIGN);
    block.highestSequence = ReadU32(at + 8);
    block.jitter = ReadU32(at + 12);
    block.lastReport = ReadU32(at + 16);
    block.delay = ReadU32(at + 20);
    return block;
}

/// The reports, which come first. @return whether they are whole
bool
ReadReport(ByteView body, bool ofSender, std::size_t blocks, RtcpPacket& packet)
{
    const std::size_t before = 4 + (ofSender ? SENDER_SIZE : 0);
    if (body.size < before + blocks * BLOCK_SIZE)
    {
        return false;
    }
    packet.source = ReadU32(body.data);
    if (ofSender)
    {
        const uint8_t* at = body.data + 4;
        packet.sender = RtcpSender{uint64_t{ReadU32(at)} << 32 | ReadU32(at + 4),
                                   ReadU32(at + 8),
                                   ReadU32(at + 12),
                                   ReadU32(at + 16)};
    }
    if (blocks > 0)
    {
        packet.block = ReadBlock(body.data + before);
    }
    return true;
}

/// A description's first chunk: SSRC, then items of type, length and text up to a type of zero.
bool
ReadDescription(ByteView body, std::size_t chunks, RtcpPacket& packet)
{
    if (chunks == 0)
    {
        return true;
    }
    std::size_t at = 4;
    while (at < body.size && body.data[at] != 0)
    {
        if (at + 2 > body.size || at + 2 + body.data[at + 1] > body.size)
        {
            return false;
        }
        if (body.data[at] == CNAME)
        {
            packet.canonicalName = body.From(at + 2).First(body.data[at + 1]).AsText();
        }
        at += 2 + body.data[at + 1];
    }
    return at < body.size;
}

} // namespace

std::optional<RtpPacket>
ParseRtp(ByteView bytes)
{
    if (bytes.size < RtpPacket::HEADER_SIZE || bytes.data[0] >> 6 != VERSION)
    {
        return std::nullopt;
    }
    const bool padded = (bytes.data[0] & 0x20) != 0;
    const bool extended = (bytes.data[0] & 0x10) != 0;
    std::size_t begin = RtpPacket::HEADER_SIZE + (bytes.data[0] & 0x0f) * std::size_t{4};
    if (extended)
    {
        if (bytes.size < begin + 4)
        {
            return std::nullopt;
        }
        begin += 4 + ReadU16(bytes.data + begin + 2) * std::size_t{4};
    }
    const std::size_t padding = padded ? bytes.data[bytes.size - 1] : 0;
    if (begin + padding > bytes.size || (padded && padding == 0))
    {
        return std::nullopt;
    }
    RtpPacket packet;
    packet.marker = (bytes.data[1] & 0x80) != 0;
    packet.payloadType = bytes.data[1] & 0x7f;
    packet.sequence = ReadU16(bytes.data + 2);
    packet.timestamp = ReadU32(bytes.data + 4);
    packet.source = ReadU32(bytes.data + 8);
    packet.payload = bytes.From(begin).First(bytes.size - begin - padding);
    return packet;
}

void
PrintRtpHeader(const RtpPacket& packet, uint8_t* at)
{
    at[0] = VERSION << 6;
    at[1] = static_cast<uint8_t>((packet.marker ? 0x80 : 0) | (packet.payloadType & 0x7f));
    WriteU16(at + 2, packet.sequence);
    WriteU32(at + 4, packet.timestamp);
    WriteU32(at + 8, packet.source);
}

std::optional<RtcpPacket>
ParseRtcp(ByteView bytes)
{
    RtcpPacket packet;
    bool first = true;
    for (ByteView rest = bytes; rest.size > 0 || first;)
    {
        if (rest.size < RTCP_HEADER || rest.data[0] >> 6 != VERSION)
        {
            return std::nullopt;
        }
        const std::size_t size = (ReadU16(rest.data + 2) + std::size_t{1}) * 4;
        const uint8_t type = rest.data[1];
        const std::size_t count = rest.data[0] & 0x1f;
        const ByteView body = rest.First(size).From(RTCP_HEADER);
        const bool isReport = type == SENDER_REPORT || type == RECEIVER_REPORT;
        if (size > rest.size || (first && !isReport)) // RFC 3550 A.2
        {
            return std::nullopt;
        }
        if (first && !ReadReport(body, type == SENDER_REPORT, count, packet))
        {
            return std::nullopt;
        }
        if (type == SOURCE_DESCRIPTION && !ReadDescription(body, count, packet))
        {
            return std::nullopt;
        }
        packet.goodbye = packet.goodbye || type == GOODBYE;
        first = false;
        rest = rest.From(size);
    }
    return packet;
}

std::vector<uint8_t>
PrintRtcp(const RtcpPacket& packet)
{
    std::vector<uint8_t> bytes;
    std::size_t begin =
        Begin(bytes, packet.sender ? SENDER_REPORT : RECEIVER_REPORT, packet.block ? 1 : 0);
    Append32(bytes, packet.source);
    if (packet.sender)
    {
        Append32(bytes, static_cast<uint32_t>(packet.sender->ntpTime >> 32));
        Append32(bytes, static_cast<uint32_t>(packet.sender->ntpTime));
        Append32(bytes, packet.sender->timestamp);
        Append32(bytes, packet.sender->packets);
        Append32(bytes, packet.sender->bytes);
    }
    if (packet.block)
    {
        const RtcpBlock& block = *packet.block;
        Append32(bytes, block.source);
        Append32(bytes,
                 uint32_t{block.fractionLost} << 24 |
                     (static_cast<uint32_t>(block.lost) & 0xffffff));
        for (const uint32_t word :
             {block.highestSequence, block.jitter, block.lastReport, block.delay})
        {
            Append32(bytes, word);
        }
    }
    End(bytes, begin);
    begin = Begin(bytes, SOURCE_DESCRIPTION, 1);
    Append32(bytes, packet.source);
    const std::size_t length = std::min<std::size_t>(packet.canonicalName.size(), UINT8_MAX);
    bytes.push_back(CNAME);
    bytes.push_back(static_cast<uint8_t>(length));
    bytes.insert(bytes.end(),
                 packet.canonicalName.begin(),
                 packet.canonicalName.begin() + static_cast<std::ptrdiff_t>(length));
    bytes.push_back(0);
    End(bytes, begin);
    if (packet.goodbye)
    {
        begin = Begin(bytes, GOODBYE, 1);
        Append32(bytes, packet.source);
        End(bytes, begin);
    }
    return bytes;
}

} // namespace conntrack
} // namespace ns3
