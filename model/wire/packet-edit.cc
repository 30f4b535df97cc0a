/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/wire/packet-edit.h"

#include "model/wire/bytes.h"
#include "model/wire/checksum.h"

#include <cstring>

namespace ns3
{
namespace conntrack
{

namespace
{

// Where things are: RFC 791 3.1, RFC 8200 3.
constexpr std::size_t IPV4_CHECKSUM_AT = 10;
constexpr std::size_t IPV4_SOURCE_AT = 12;
constexpr std::size_t IPV6_SOURCE_AT = 8;

// RFC 9293 3.1, RFC 768, RFC 3828 3.1, RFC 4340 5.1, RFC 792, RFC 4443 2.1, RFC 9260 3.1.
constexpr std::size_t TCP_CHECKSUM_AT = 16;
constexpr std::size_t UDP_CHECKSUM_AT = 6;
constexpr std::size_t DCCP_CHECKSUM_AT = 6;
constexpr std::size_t ICMP_CHECKSUM_AT = 2;
constexpr std::size_t ICMP_IDENTIFIER_AT = 4;
constexpr std::size_t SCTP_CHECKSUM_AT = 8;
constexpr std::size_t SCTP_HEADER = 12;

// RFC 2637 4.1: version 1 is enhanced GRE, whose call id lies where GRE has its key.
constexpr std::size_t GRE_CALL_ID_AT = 6;
constexpr uint8_t GRE_VERSION_BITS = 7;

/// What the transport protocol needs to know to have an end changed.
struct TransportLayout
{
    std::size_t numberAt;   ///< of the port or identifier
    std::size_t checksumAt; ///< 0: none that changes by the difference
    bool coversAddresses;   ///< the checksum has a pseudo-header
    bool hasNumber;
};

/// RFC 792, RFC 4443 4: queries and answers, which have an identifier.
bool
HasIdentifier(uint8_t protocol, uint8_t type)
{
    if (protocol == protocol::ICMPV6)
    {
        return type == 128 || type == 129;
    }
    return type == 0 || type == 8 || (type >= 13 && type <= 18);
}

TransportLayout
LayoutOf(uint8_t protocol, PacketEnd end, uint8_t firstByte)
{
    const std::size_t portAt = end == PacketEnd::Source ? 0 : 2;
    switch (protocol)
    {
    case protocol::TCP:
        return {portAt, TCP_CHECKSUM_AT, true, true};
    case protocol::UDP:
    case protocol::UDPLITE:
        return {portAt, UDP_CHECKSUM_AT, true, true};
    case protocol::DCCP:
        return {portAt, DCCP_CHECKSUM_AT, true, true};
    case protocol::SCTP:
        return {portAt, 0, false, true};
    case protocol::ICMP:
        return {ICMP_IDENTIFIER_AT, ICMP_CHECKSUM_AT, false, HasIdentifier(protocol, firstByte)};
    case protocol::ICMPV6:
        return {ICMP_IDENTIFIER_AT, ICMP_CHECKSUM_AT, true, HasIdentifier(protocol, firstByte)};
    default:
        return {0, 0, false, false};
    }
}

/// The sum over what a field was and is, without the field itself being touched.
void
CorrectSum(uint8_t* sum, const uint8_t* before, const uint8_t* after, std::size_t size)
{
    // RFC 1624 3: HC' = ~(~HC + ~m + m').
    uint32_t total = static_cast<uint16_t>(~ReadU16(sum));
    for (std::size_t i = 0; i + 1 < size; i += 2)
    {
        total += static_cast<uint16_t>(~ReadU16(before + i)) + uint32_t{ReadU16(after + i)};
    }
    total = (total & 0xffff) + (total >> 16);
    total = (total & 0xffff) + (total >> 16);
    WriteU16(sum, static_cast<uint16_t>(~total));
}

/// One packet's end, and what of it is at hand.
class EndRewriter
{
  public:
    EndRewriter(const EditablePacket& packet, PacketEnd end, const EndValue& value)
        : m_packet(packet),
          m_end(end),
          m_value(value),
          m_transport(packet.bytes.data + packet.transportOffset),
          m_available(packet.isFragment || packet.transportOffset > packet.bytes.size
                          ? 0
                          : packet.bytes.size - packet.transportOffset)
    {
    }

    void Run()
    {
        const TransportLayout layout =
            LayoutOf(m_packet.protocol, m_end, m_available > 0 ? m_transport[0] : 0);
        uint8_t* sum = SumOf(layout);
        RewriteAddress(layout.coversAddresses ? sum : nullptr);
        if (layout.hasNumber && m_available >= layout.numberAt + 2)
        {
            uint8_t number[2];
            WriteU16(number, m_value.number);
            Replace(sum, m_transport + layout.numberAt, number, sizeof(number));
        }
        if (sum != nullptr && m_packet.protocol == protocol::UDP && ReadU16(sum) == 0)
        {
            WriteU16(sum, 0xffff); // RFC 768: a zero would say that there is none
        }
        Finish();
    }

  private:
    /// @return the checksum to correct; null: there is none, or it is not at hand
    uint8_t* SumOf(const TransportLayout& layout) const
    {
        if (layout.checksumAt == 0 || m_packet.checksums == ChecksumUse::Absent ||
            m_available < layout.checksumAt + 2)
        {
            return nullptr;
        }
        uint8_t* sum = m_transport + layout.checksumAt;
        const bool isUnused = m_packet.protocol == protocol::UDP && ReadU16(sum) == 0;
        return isUnused ? nullptr : sum;
    }

    void RewriteAddress(uint8_t* transportSum)
    {
        const bool ipv4 = m_packet.family == Family::Ipv4;
        const std::size_t size = ipv4 ? 4 : 16;
        const std::size_t at =
            (ipv4 ? IPV4_SOURCE_AT : IPV6_SOURCE_AT) + (m_end == PacketEnd::Source ? 0 : size);
        uint8_t* field = m_packet.bytes.data + at;
        if (transportSum != nullptr)
        {
            CorrectSum(transportSum, field, m_value.address.bytes.data(), size);
        }
        uint8_t* headerSum = ipv4 && m_packet.checksums == ChecksumUse::Kept
                                 ? m_packet.bytes.data + IPV4_CHECKSUM_AT
                                 : nullptr;
        Replace(headerSum, field, m_value.address.bytes.data(), size);
    }

    static void Replace(uint8_t* sum, uint8_t* field, const uint8_t* value, std::size_t size)
    {
        if (sum != nullptr)
        {
            ReplaceInSum(sum, field, value, size);
        }
        else
        {
            std::memcpy(field, value, size);
        }
    }

    /// What does not change by the difference.
    void Finish()
    {
        if (m_packet.protocol == protocol::SCTP && m_available >= SCTP_HEADER &&
            m_packet.checksums == ChecksumUse::Kept)
        {
            WriteU32(m_transport + SCTP_CHECKSUM_AT, SctpChecksum({m_transport, m_available}));
        }
        if (m_packet.protocol == protocol::GRE && m_end == PacketEnd::Destination &&
            m_available >= GRE_CALL_ID_AT + 2 && (m_transport[1] & GRE_VERSION_BITS) == 1)
        {
            WriteU16(m_transport + GRE_CALL_ID_AT, m_value.number);
        }
    }

    const EditablePacket& m_packet;
    PacketEnd m_end;
    const EndValue& m_value;
    uint8_t* m_transport;
    std::size_t m_available;
};

} // namespace

void
RewriteEnd(const EditablePacket& packet, PacketEnd end, const EndValue& value)
{
    EndRewriter(packet, end, value).Run();
}

void
ReplaceInSum(uint8_t* sum, uint8_t* field, const uint8_t* value, std::size_t size)
{
    CorrectSum(sum, field, value, size);
    std::memcpy(field, value, size);
}

} // namespace conntrack
} // namespace ns3
