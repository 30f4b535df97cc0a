/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/nat/payload-edit.h"

#include "model/table/expectation.h"
#include "model/wire/checksum.h"

#include <algorithm>

namespace ns3
{
namespace conntrack
{

namespace
{

constexpr std::size_t MOST_BYTES = 65535; // RFC 791 3.1, RFC 8200 3: 16 bits of length

// RFC 791 3.1, RFC 8200 3.
constexpr std::size_t IPV4_LENGTH_AT = 2;
constexpr std::size_t IPV4_CHECKSUM_AT = 10;
constexpr std::size_t IPV6_LENGTH_AT = 4;
constexpr std::size_t IPV6_HEADER = 40;

// RFC 9293 3.1 and 3.2, RFC 2018 3, RFC 768.
constexpr std::size_t TCP_HEADER = 20;
constexpr std::size_t LONGEST_TCP_HEADER = 60;
constexpr std::size_t TCP_SEQ_AT = 4;
constexpr std::size_t TCP_ACK_AT = 8;
constexpr std::size_t TCP_OFFSET_AT = 12;
constexpr std::size_t TCP_FLAGS_AT = 13;
constexpr std::size_t TCP_CHECKSUM_AT = 16;
constexpr uint8_t TCP_ACK = 0x10;
constexpr uint8_t OPTION_END = 0;
constexpr uint8_t OPTION_NOTHING = 1;
constexpr uint8_t OPTION_SACK = 5;
constexpr std::size_t SACK_BLOCK = 8;
constexpr std::size_t UDP_HEADER = 8;
constexpr std::size_t UDP_LENGTH_AT = 4;
constexpr std::size_t UDP_CHECKSUM_AT = 6;

/// Sum over the transport part, its checksum field being zero.
uint16_t
TransportSum(const PacketView& view, uint8_t protocol)
{
    return static_cast<uint16_t>(
        ~OnesComplementSum(view.Transport(), PseudoHeaderSum(view, protocol)));
}

/// The packet with another payload text, lengths right, checksums not yet.
std::vector<uint8_t>
WithText(ByteView bytes, std::size_t payloadAt, const TextChange& change)
{
    std::vector<uint8_t> made(bytes.data, bytes.data + payloadAt + change.position);
    made.insert(made.end(), change.text.begin(), change.text.end());
    made.insert(made.end(),
                bytes.data + payloadAt + change.position + change.length,
                bytes.data + bytes.size);
    return made;
}

void
SetLength(std::vector<uint8_t>& bytes, Family family, ChecksumUse checksums)
{
    uint8_t length[2];
    if (family == Family::Ipv6)
    {
        WriteU16(&bytes[IPV6_LENGTH_AT], static_cast<uint16_t>(bytes.size() - IPV6_HEADER));
        return;
    }
    WriteU16(length, static_cast<uint16_t>(bytes.size()));
    if (checksums == ChecksumUse::Kept)
    {
        ReplaceInSum(&bytes[IPV4_CHECKSUM_AT], &bytes[IPV4_LENGTH_AT], length, sizeof(length));
        return;
    }
    std::copy_n(length, sizeof(length), &bytes[IPV4_LENGTH_AT]);
}

/// What an edit has to know of the transport header.
struct Layout
{
    uint8_t protocol;       ///< the connection's: an ICMP error about it is read alike, as in Linux
    std::size_t header;     ///< bytes of it
    std::size_t checksumAt; ///< within it
};

bool
EditPayload(TrackedPacket& packet,
            const TextChange& change,
            const Layout& layout,
            ChecksumUse checksums)
{
    const ByteView bytes = packet.view.Bytes().First(packet.view.Length());
    const std::size_t transportAt = packet.view.TransportOffset();
    const std::size_t payloadAt = transportAt + layout.header;
    if (packet.editor == nullptr || payloadAt + change.position + change.length > bytes.size ||
        bytes.size + change.text.size() - change.length > MOST_BYTES)
    {
        return false;
    }
    std::vector<uint8_t> made = WithText(bytes, payloadAt, change);
    SetLength(made, packet.view.GetFamily(), checksums);
    const bool isUdp = layout.protocol == protocol::UDP;
    if (isUdp)
    {
        WriteU16(&made[transportAt + UDP_LENGTH_AT],
                 static_cast<uint16_t>(made.size() - transportAt));
    }
    uint8_t* sum = &made[transportAt + layout.checksumAt];
    const bool hasSum = checksums == ChecksumUse::Kept && !(isUdp && ReadU16(sum) == 0);
    if (hasSum)
    {
        WriteU16(sum, 0);
    }
    packet.editor->Replace(std::move(made));
    if (hasSum)
    {
        const uint16_t right = TransportSum(packet.view, layout.protocol);
        WriteU16(packet.editor->Edit(packet.view.Length()).data + transportAt + layout.checksumAt,
                 isUdp && right == 0 ? 0xffff : right);
    }
    return true;
}

/// Changes numbers of one TCP segment.
class SegmentShifter
{
  public:
    SegmentShifter(uint8_t* tcp, std::size_t header, ChecksumUse checksums)
        : m_tcp(tcp),
          m_header(header),
          m_checksums(checksums)
    {
    }

    void Add(std::size_t at, int32_t shift)
    {
        uint8_t value[4];
        WriteU32(value, ReadU32(m_tcp + at) + static_cast<uint32_t>(shift));
        if (m_checksums == ChecksumUse::Kept && at % 2 == 0)
        {
            ReplaceInSum(m_tcp + TCP_CHECKSUM_AT, m_tcp + at, value, sizeof(value));
            return;
        }
        if (m_checksums == ChecksumUse::Kept)
        {
            ReplaceAtOddPlace(at, value);
            return;
        }
        std::copy_n(value, sizeof(value), m_tcp + at);
    }

    /// @return false if the options do not end where they should
    bool AddToSacks(const SequenceShift& peer)
    {
        std::size_t at = TCP_HEADER;
        while (at < m_header && m_tcp[at] != OPTION_END)
        {
            if (m_tcp[at] == OPTION_NOTHING)
            {
                ++at;
                continue;
            }
            const std::size_t length = at + 1 < m_header ? m_tcp[at + 1] : 0;
            if (length < 2 || at + length > m_header)
            {
                return false;
            }
            if (m_tcp[at] == OPTION_SACK && (length - 2) % SACK_BLOCK == 0)
            {
                for (std::size_t edge = at + 2; edge < at + length; edge += 4)
                {
                    Add(edge, -peer.AtAnswer(ReadU32(m_tcp + edge)));
                }
            }
            at += length;
        }
        return true;
    }

  private:
    /// The sum covers pairs of bytes: the number lies in three of them.
    void ReplaceAtOddPlace(std::size_t at, const uint8_t* value)
    {
        uint8_t pairs[6];
        std::copy_n(m_tcp + at - 1, sizeof(pairs), pairs);
        std::copy_n(value, 4, pairs + 1);
        ReplaceInSum(m_tcp + TCP_CHECKSUM_AT, m_tcp + at - 1, pairs, sizeof(pairs));
    }

    uint8_t* m_tcp;
    std::size_t m_header;
    ChecksumUse m_checksums;
};

std::size_t
TcpHeaderLength(const uint8_t* tcp)
{
    return (tcp[TCP_OFFSET_AT] >> 4) * std::size_t{4};
}

} // namespace

bool
EditTcpPayload(TrackedPacket& packet, const TextChange& change, ChecksumUse checksums)
{
    if (packet.connection->help == nullptr || !ReplaceTcpText(packet, change, checksums))
    {
        return false;
    }
    NoteTcpGrowth(packet,
                  static_cast<int32_t>(change.text.size()) - static_cast<int32_t>(change.length));
    return true;
}

bool
ReplaceTcpText(TrackedPacket& packet, const TextChange& change, ChecksumUse checksums)
{
    const ByteView tcp = packet.view.Transport();
    return tcp.size >= TCP_HEADER &&
           EditPayload(packet,
                       change,
                       {protocol::TCP, TcpHeaderLength(tcp.data), TCP_CHECKSUM_AT},
                       checksums);
}

void
NoteTcpGrowth(const TrackedPacket& packet, int32_t growth)
{
    HelperArea* area = packet.connection->help;
    const ByteView tcp = packet.view.Transport();
    if (growth != 0 && area != nullptr && area->takesShifts && tcp.size >= TCP_HEADER)
    {
        area->shifts[Index(packet.direction)].Change(ReadU32(tcp.data + TCP_SEQ_AT), growth);
        packet.connection->status |= status::SEQ_ADJUST;
    }
}

bool
EditUdpPayload(TrackedPacket& packet, const TextChange& change, ChecksumUse checksums)
{
    return EditPayload(packet, change, {protocol::UDP, UDP_HEADER, UDP_CHECKSUM_AT}, checksums);
}

bool
EditText(TrackedPacket& packet, const TextChange& change, ChecksumUse checksums)
{
    switch (packet.connection->Original().protocol)
    {
    case protocol::TCP:
        return EditTcpPayload(packet, change, checksums);
    case protocol::UDP:
        return EditUdpPayload(packet, change, checksums);
    default:
        return false;
    }
}

bool
ShiftSequenceNumbers(TrackedPacket& packet, ChecksumUse checksums)
{
    const HelperArea* area = packet.connection->help;
    if (area == nullptr || packet.editor == nullptr || packet.view.Transport().size < TCP_HEADER)
    {
        return true;
    }
    const SequenceShift& own = area->shifts[Index(packet.direction)];
    const SequenceShift& peer = area->shifts[Index(Opposite(packet.direction))];
    const std::size_t longest = packet.view.TransportOffset() + LONGEST_TCP_HEADER;
    const MutableBytes bytes = packet.editor->Edit(longest);
    uint8_t* tcp = bytes.data + packet.view.TransportOffset();
    const std::size_t available = bytes.size - packet.view.TransportOffset();
    const std::size_t header = TcpHeaderLength(tcp);
    if (header < TCP_HEADER || header > available)
    {
        return true; // the tracker has refused it
    }
    SegmentShifter shifter(tcp, header, checksums);
    shifter.Add(TCP_SEQ_AT, own.At(ReadU32(tcp + TCP_SEQ_AT)));
    if ((tcp[TCP_FLAGS_AT] & TCP_ACK) == 0)
    {
        return true;
    }
    shifter.Add(TCP_ACK_AT, -peer.AtAnswer(ReadU32(tcp + TCP_ACK_AT)));
    return shifter.AddToSacks(peer);
}

} // namespace conntrack
} // namespace ns3
