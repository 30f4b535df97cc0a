/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/tracker/tcp-segment.h"

namespace ns3
{
namespace conntrack
{

namespace
{

constexpr std::size_t FIXED_HEADER = 20; // RFC 9293 3.1

// The IANA registry of TCP option kinds, and the lengths of RFC 7323 2.2 and RFC 2018 2.
constexpr uint8_t END_OF_OPTIONS = 0;
constexpr uint8_t NO_OPERATION = 1;
constexpr uint8_t WINDOW_SCALE = 3;
constexpr uint8_t WINDOW_SCALE_SIZE = 3;
constexpr uint8_t SACK_PERMITTED = 4;
constexpr uint8_t SACK_PERMITTED_SIZE = 2;
constexpr uint8_t SACK = 5;
constexpr std::size_t SACK_BLOCK_SIZE = 8;
constexpr uint8_t MAX_SCALE = 14; // RFC 7323 2.3

SegmentKind
KindOf(uint8_t flags)
{
    if (flags & tcp_header::RST)
    {
        return SegmentKind::Rst;
    }
    if (flags & tcp_header::SYN)
    {
        return flags & tcp_header::ACK ? SegmentKind::SynAck : SegmentKind::Syn;
    }
    if (flags & tcp_header::FIN)
    {
        return SegmentKind::Fin;
    }
    return flags & tcp_header::ACK ? SegmentKind::Ack : SegmentKind::None;
}

/// What nearly every segment bears: padded in front, as RFC 7323 recommends (appendix A), or
/// behind, as ns-3 does.
bool
IsTimestampAlone(ByteView options)
{
    constexpr uint16_t TIMESTAMP = 0x080a; // kind and size, RFC 7323 3.2
    constexpr uint16_t PADDING = NO_OPERATION << 8 | NO_OPERATION;
    if (options.size != 12)
    {
        return false;
    }
    const uint16_t first = ReadU16(options.data);
    return first == PADDING ? ReadU16(options.data + 2) == TIMESTAMP
                            : first == TIMESTAMP && (options.data[10] == END_OF_OPTIONS ||
                                                     ReadU16(options.data + 10) == PADDING);
}

/// One option, and how to get to the next.
class OptionWalk
{
  public:
    explicit OptionWalk(ByteView options)
        : m_rest(options)
    {
    }

    /// @return whether there was another well-formed option
    bool Next()
    {
        while (m_rest.size > 0 && m_rest.data[0] == NO_OPERATION)
        {
            m_rest = m_rest.From(1);
        }
        if (m_rest.size < 2 || m_rest.data[0] == END_OF_OPTIONS)
        {
            return false;
        }
        const uint8_t size = m_rest.data[1];
        if (size < 2 || size > m_rest.size)
        {
            return false;
        }
        m_option = m_rest.First(size);
        m_rest = m_rest.From(size);
        return true;
    }

    uint8_t Kind() const
    {
        return m_option.data[0];
    }

    std::size_t Size() const
    {
        return m_option.size;
    }

    ByteView Value() const
    {
        return m_option.From(2);
    }

  private:
    ByteView m_rest;
    ByteView m_option;
};

} // namespace

std::optional<TcpSegment>
ParseTcpSegment(const PacketView& packet)
{
    const ByteView bytes = packet.TransportHead();
    if (bytes.size < FIXED_HEADER)
    {
        return std::nullopt;
    }
    const std::size_t headerSize = (bytes.data[12] >> 4) * 4U;
    if (headerSize < FIXED_HEADER || headerSize > packet.TransportLength())
    {
        return std::nullopt;
    }
    TcpSegment segment;
    segment.seq = ReadU32(bytes.data + 4);
    segment.ack = ReadU32(bytes.data + 8);
    segment.window = ReadU16(bytes.data + 14);
    segment.flags = bytes.data[13];
    segment.kind = KindOf(segment.flags);
    segment.end = segment.seq + packet.TransportLength() - static_cast<uint32_t>(headerSize) +
                  (segment.Has(tcp_header::SYN) ? 1 : 0) + (segment.Has(tcp_header::FIN) ? 1 : 0);
    segment.options = bytes.First(headerSize).From(FIXED_HEADER);
    return segment;
}

bool
AreFlagsPossible(uint8_t flags)
{
    constexpr uint8_t anyway = tcp_header::PSH | tcp_header::ECE | tcp_header::CWR;
    switch (flags & static_cast<uint8_t>(~anyway))
    {
    case tcp_header::SYN:
    case tcp_header::SYN | tcp_header::URG:
    case tcp_header::SYN | tcp_header::ACK:
    case tcp_header::RST:
    case tcp_header::RST | tcp_header::ACK:
    case tcp_header::FIN | tcp_header::ACK:
    case tcp_header::FIN | tcp_header::ACK | tcp_header::URG:
    case tcp_header::ACK:
    case tcp_header::ACK | tcp_header::URG:
        return true;
    default:
        return false;
    }
}

SynOptions
ReadSynOptions(ByteView options)
{
    SynOptions found;
    for (OptionWalk walk(options); walk.Next();)
    {
        if (walk.Kind() == SACK_PERMITTED && walk.Size() == SACK_PERMITTED_SIZE)
        {
            found.flags |= tcp_flag::SACK_PERMITTED;
        }
        else if (walk.Kind() == WINDOW_SCALE && walk.Size() == WINDOW_SCALE_SIZE)
        {
            const uint8_t scale = walk.Value().data[0];
            found.flags |= tcp_flag::WINDOW_SCALE;
            found.scale = scale < MAX_SCALE ? scale : MAX_SCALE;
        }
    }
    return found;
}

uint32_t
HighestAcknowledged(const TcpSegment& segment, uint32_t ack)
{
    if (IsTimestampAlone(segment.options))
    {
        return ack;
    }
    for (OptionWalk walk(segment.options); walk.Next();)
    {
        const ByteView blocks = walk.Value();
        if (walk.Kind() != SACK || blocks.size == 0 || blocks.size % SACK_BLOCK_SIZE != 0)
        {
            continue;
        }
        uint32_t highest = ack;
        for (std::size_t at = 0; at < blocks.size; at += SACK_BLOCK_SIZE)
        {
            const uint32_t rightEdge = ReadU32(blocks.data + at + 4);
            highest = IsAfter(rightEdge, highest) ? rightEdge : highest;
        }
        return highest;
    }
    return ack;
}

} // namespace conntrack
} // namespace ns3
