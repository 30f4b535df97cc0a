/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_TEST_UNIT_PACKET_BUILDER_H
#define CONNTRACK_TEST_UNIT_PACKET_BUILDER_H

#include "model/flow/tuple.h"
#include "model/wire/bytes.h"
#include "model/wire/packet-view.h"

#include <algorithm>
#include <arpa/inet.h>
#include <string_view>
#include <utility>
#include <vector>

/**
 * @file
 * Packets for tests: IPv4 or IPv6 with TCP, UDP, ICMP or raw bytes, right unless told otherwise.
 *
 * Layer: test.
 * Shape: a builder by value; Build() gives the bytes, which the test keeps while it views them.
 *
 *     TcpFields syn;
 *     syn.flags = tcp_bits::SYN;
 *     const auto bytes = PacketBuilder("10.1.0.10", "10.2.0.10").Tcp(syn, "payload").Build();
 *     const auto view = PacketView::Parse(AsView(bytes));
 *
 * The checksums are computed here, not by model/wire, so that a test can doubt those.
 */

namespace ns3
{
namespace conntrack
{
namespace test
{

/// Bytes that a test owns.
using Bytes = std::vector<uint8_t>;

/// The TCP header's flags (RFC 9293 3.1).
namespace tcp_bits
{
constexpr uint8_t FIN = 0x01;
constexpr uint8_t SYN = 0x02;
constexpr uint8_t RST = 0x04;
constexpr uint8_t PSH = 0x08;
constexpr uint8_t ACK = 0x10;
constexpr uint8_t URG = 0x20;
} // namespace tcp_bits

/// A TCP header; a row of a test states only what differs.
struct TcpFields
{
    uint16_t sourcePort{1000}; ///< host order, like all here
    uint16_t destinationPort{2000};
    uint32_t seq{0};
    uint32_t ack{0};
    uint8_t flags{0}; ///< bits of tcp_bits
    uint16_t window{65535};
    Bytes options; ///< filled up with zeros to whole words
};

/**
 * @param bytes bytes
 * @return a view of them
 */
inline ByteView
AsView(const Bytes& bytes)
{
    return {bytes.data(), bytes.size()};
}

/**
 * @param text characters
 * @return their bytes
 */
inline Bytes
ToBytes(std::string_view text)
{
    return {text.begin(), text.end()};
}

/**
 * @param text an address, dotted quad or RFC 4291
 * @return the address; all zero if the text is none
 */
inline Address
ToAddress(std::string_view text)
{
    Address address;
    const bool ipv4 = text.find(':') == std::string_view::npos;
    inet_pton(ipv4 ? AF_INET : AF_INET6, std::string(text).c_str(), address.bytes.data());
    return address;
}

/// Builds one packet. The last transport named wins; Build() may be called again after changes.
class PacketBuilder
{
  public:
    /**
     * @param source its address; the text decides the family
     * @param destination its address, of the same family
     */
    PacketBuilder(std::string_view source, std::string_view destination)
        : m_family(source.find(':') == std::string_view::npos ? Family::Ipv4 : Family::Ipv6),
          m_source(ToAddress(source)),
          m_destination(ToAddress(destination))
    {
    }

    /**
     * @param fields the header
     * @param payload what follows it
     * @return this
     */
    PacketBuilder& Tcp(TcpFields fields, std::string_view payload = {})
    {
        fields.options.resize((fields.options.size() + 3) / 4 * 4);
        Bytes header(20);
        WriteU16(&header[0], fields.sourcePort);
        WriteU16(&header[2], fields.destinationPort);
        WriteU32(&header[4], fields.seq);
        WriteU32(&header[8], fields.ack);
        header[12] = static_cast<uint8_t>((20 + fields.options.size()) / 4 << 4);
        header[13] = fields.flags;
        WriteU16(&header[14], fields.window);
        header.insert(header.end(), fields.options.begin(), fields.options.end());
        return Transport(protocol::TCP, std::move(header), payload, 16);
    }

    /**
     * @param sourcePort host order
     * @param destinationPort host order
     * @param payload what follows the header
     * @return this
     */
    PacketBuilder& Udp(uint16_t sourcePort, uint16_t destinationPort, std::string_view payload = {})
    {
        Bytes header(8);
        WriteU16(&header[0], sourcePort);
        WriteU16(&header[2], destinationPort);
        WriteU16(&header[4], static_cast<uint16_t>(8 + payload.size()));
        return Transport(protocol::UDP, std::move(header), payload, 6);
    }

    /**
     * ICMP, or ICMPv6 in IPv6: type, code, checksum, four bytes as they are, the rest.
     * @param type the type
     * @param code the code
     * @param word the header's second word: identifier * 65536 + sequence, or what the type has
     * there
     * @param payload what follows
     * @return this
     */
    PacketBuilder& Icmp(uint8_t type, uint8_t code, uint32_t word, const Bytes& payload = {})
    {
        Bytes header(8);
        header[0] = type;
        header[1] = code;
        WriteU32(&header[4], word);
        const uint8_t number = m_family == Family::Ipv4 ? protocol::ICMP : protocol::ICMPV6;
        const std::string_view text{reinterpret_cast<const char*>(payload.data()), payload.size()};
        return Transport(number, std::move(header), text, 2);
    }

    /**
     * Any transport, bytes as they are: no checksum is put in.
     * @param number the IP protocol number
     * @param bytes header and payload
     * @return this
     */
    PacketBuilder& Raw(uint8_t number, Bytes bytes)
    {
        m_protocol = number;
        m_transport = std::move(bytes);
        m_checksumOffset = NO_CHECKSUM;
        return *this;
    }

    /**
     * @param value TTL or hop limit
     * @return this
     */
    PacketBuilder& HopLimit(uint8_t value)
    {
        m_hopLimit = value;
        return *this;
    }

    /**
     * @param options IPv4 options; filled up with zeros to whole words
     * @return this
     */
    PacketBuilder& Ipv4Options(Bytes options)
    {
        options.resize((options.size() + 3) / 4 * 4);
        m_ipv4Options = std::move(options);
        return *this;
    }

    /// Make the transport checksum wrong. @return this
    PacketBuilder& WrongChecksum()
    {
        m_checksumXor = 0x5555;
        return *this;
    }

    /// Leave the transport checksum zero, as a UDP sender without checksums. @return this
    PacketBuilder& ZeroChecksum()
    {
        m_checksumOffset = NO_CHECKSUM;
        return *this;
    }

    /**
     * Overwrite a byte of the finished transport part, after its checksum was put in.
     * @param offset from the transport header on
     * @param value the byte
     * @return this
     */
    PacketBuilder& Patch(std::size_t offset, uint8_t value)
    {
        m_patches.emplace_back(offset, value);
        return *this;
    }

    /**
     * Cut the finished packet; its IP header still announces the whole.
     * @param size bytes to keep, IP header included
     * @return this
     */
    PacketBuilder& CutTo(std::size_t size)
    {
        m_cut = size;
        return *this;
    }

    /// @return the packet, from its IP header on
    Bytes Build() const
    {
        Bytes packet = m_family == Family::Ipv4 ? Ipv4Header() : Ipv6Header();
        Bytes transport = m_transport;
        if (m_checksumOffset != NO_CHECKSUM)
        {
            WriteU16(&transport[m_checksumOffset],
                     static_cast<uint16_t>(TransportChecksum(transport) ^ m_checksumXor));
        }
        for (const auto& [offset, value] : m_patches)
        {
            transport.at(offset) = value;
        }
        packet.insert(packet.end(), transport.begin(), transport.end());
        packet.resize(m_cut < packet.size() ? m_cut : packet.size());
        return packet;
    }

  private:
    static constexpr std::size_t NO_CHECKSUM = ~std::size_t{0};

    static uint32_t Sum(const uint8_t* data, std::size_t size)
    {
        uint32_t sum = 0;
        for (std::size_t i = 0; i < size; i++)
        {
            sum += i % 2 ? data[i] : data[i] << 8;
        }
        return sum;
    }

    static uint16_t Fold(uint32_t sum)
    {
        while (sum > 0xffff)
        {
            sum = (sum & 0xffff) + (sum >> 16);
        }
        return static_cast<uint16_t>(~sum);
    }

    PacketBuilder& Transport(uint8_t number,
                             Bytes header,
                             std::string_view payload,
                             std::size_t checksumOffset)
    {
        m_protocol = number;
        m_transport = std::move(header);
        m_transport.insert(m_transport.end(), payload.begin(), payload.end());
        m_checksumOffset = checksumOffset;
        return *this;
    }

    uint16_t TransportChecksum(const Bytes& transport) const
    {
        uint32_t sum = Sum(transport.data(), transport.size());
        if (m_protocol != protocol::ICMP) // RFC 792 knows no pseudo-header
        {
            sum += Sum(m_source.bytes.data(), 16) + Sum(m_destination.bytes.data(), 16);
            sum += static_cast<uint32_t>(transport.size()) + m_protocol;
        }
        const uint16_t checksum = Fold(sum);
        return checksum == 0 && m_protocol == protocol::UDP ? 0xffff : checksum; // RFC 768
    }

    Bytes Ipv4Header() const
    {
        Bytes header(20 + m_ipv4Options.size());
        std::copy(m_ipv4Options.begin(), m_ipv4Options.end(), header.begin() + 20);
        header[0] = static_cast<uint8_t>(0x40 | header.size() / 4);
        WriteU16(&header[2], static_cast<uint16_t>(header.size() + m_transport.size()));
        header[8] = m_hopLimit;
        header[9] = m_protocol;
        std::copy_n(m_source.bytes.begin(), 4, &header[12]);
        std::copy_n(m_destination.bytes.begin(), 4, &header[16]);
        WriteU16(&header[10], Fold(Sum(header.data(), header.size())));
        return header;
    }

    Bytes Ipv6Header() const
    {
        Bytes header(40);
        header[0] = 0x60;
        WriteU16(&header[4], static_cast<uint16_t>(m_transport.size()));
        header[6] = m_protocol;
        header[7] = m_hopLimit;
        std::copy_n(m_source.bytes.begin(), 16, &header[8]);
        std::copy_n(m_destination.bytes.begin(), 16, &header[24]);
        return header;
    }

    Family m_family;
    Address m_source;
    Address m_destination;
    uint8_t m_hopLimit{64};
    uint8_t m_protocol{0};
    uint16_t m_checksumXor{0};
    std::size_t m_checksumOffset{NO_CHECKSUM};
    std::size_t m_cut{~std::size_t{0}};
    Bytes m_transport;
    Bytes m_ipv4Options;
    std::vector<std::pair<std::size_t, uint8_t>> m_patches;
};

} // namespace test
} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_TEST_UNIT_PACKET_BUILDER_H
