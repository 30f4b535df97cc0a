/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_WIRE_PACKET_VIEW_H
#define CONNTRACK_WIRE_PACKET_VIEW_H

#include "model/flow/tuple.h"
#include "model/wire/bytes.h"

#include <optional>

/**
 * @file
 * An IP packet, looked at once: where its parts begin and what it is.
 *
 * Layer: wire.
 * Shape: a few offsets beside a view of the bytes, which the caller owns; copied freely. A long
 * packet may be looked at by its first bytes alone: who asks for headers gets those, and the rest
 * is fetched from its owner when somebody asks for all (a helper, a checksum, a log, an error).
 * Units and byte order: offsets and lengths in bytes from the IP header; numbers in host order.
 * Errors: Parse returns none for what is no IP packet; nothing here asserts. After Parse no
 * accessor reads past the view; an L4 part that is cut shows as a short Transport(). Source: RFC
 * 791, RFC 8200 (extension headers).
 */

namespace ns3
{
namespace conntrack
{

/// The owner of a packet of which a view has but the first bytes.
class WholePacket
{
  public:
    /// @return all bytes of the packet, the first ones as the view has them
    virtual ByteView GetWhole() = 0;

  protected:
    ~WholePacket() = default;
};

/// An IP packet, looked at once.
class PacketView
{
  public:
    /// A view of nothing.
    PacketView() = default;

    /**
     * Look at a packet.
     * @param bytes the packet from its IP header on; may be a leading part of it, and may be
     * followed by padding of the link. At least the IP header (with options) must be there
     * @return none if version, header length or total length contradict each other or the bytes end
     *         within the IP header
     */
    static std::optional<PacketView> Parse(ByteView bytes);

    /**
     * Look at a long packet by its first bytes. If its headers do not end well within them, the
     * whole packet is looked at.
     * @param head the first bytes of the packet
     * @param whole its owner, which lives as long as the view and its copies
     * @param size of the whole packet, padding of the link included
     * @return none if it is no IP packet, as Parse
     */
    static std::optional<PacketView> ParseHead(ByteView head, WholePacket& whole, std::size_t size);

    /**
     * Look at the packet quoted by an ICMP error, which is usually cut. The length that it gives is
     * not believed where there is more (tried on Linux 6.18: any length is taken).
     * @param bytes the quotation, from its IP header on
     * @param family how to read it whatever its version says, as Linux does; Unspecified: by
     * version
     * @return none if even its IP header is not whole
     */
    static std::optional<PacketView> ParseQuoted(ByteView bytes,
                                                 Family family = Family::Unspecified);

    /// @return the family
    Family GetFamily() const
    {
        return m_family;
    }

    /// @return the bytes at hand, from the IP header to the end of the packet or of what is there
    ByteView Bytes() const
    {
        return m_whole == nullptr ? m_bytes : m_whole->GetWhole().First(m_size);
    }

    /// @return the first of these bytes: IP header and transport header with its options, if they
    /// are there at all. Costs nothing
    ByteView Head() const
    {
        return m_bytes;
    }

    /// @return the packet's length by its IP header: at least the IP header, maybe more than
    /// Bytes()
    uint32_t Length() const
    {
        return m_length;
    }

    /// @return whether all bytes that the IP header announces are at hand
    bool IsWhole() const
    {
        return m_size >= m_length;
    }

    /// @return the transport protocol, after IPv6 extension headers
    uint8_t Protocol() const
    {
        return m_protocol;
    }

    /// @return where the transport header begins (after options or extension headers)
    uint32_t TransportOffset() const
    {
        return m_transportOffset;
    }

    /// @return the bytes at hand from the transport header on
    ByteView Transport() const
    {
        return Bytes().From(m_transportOffset);
    }

    /// @return the first of these bytes: at least the transport header with its options, if it is
    /// there at all. Costs nothing
    ByteView TransportHead() const
    {
        return m_bytes.From(m_transportOffset);
    }

    /// @return the length of transport header and payload by the IP header
    uint32_t TransportLength() const
    {
        return m_length - m_transportOffset;
    }

    /// @return the source address
    Address Source() const
    {
        return Address::FromBytes(m_bytes.data + (m_family == Family::Ipv4 ? 12 : 8), m_family);
    }

    /// @return the destination address
    Address Destination() const
    {
        return Address::FromBytes(m_bytes.data + (m_family == Family::Ipv4 ? 16 : 24), m_family);
    }

    /// @return TTL or hop limit
    uint8_t HopLimit() const
    {
        return m_bytes.data[m_family == Family::Ipv4 ? 8 : 7];
    }

    /// @return whether it is a fragment (its first one too), not a whole packet
    bool IsFragment() const
    {
        return m_fragmentOffset != 0 || m_moreFragments;
    }

    /// @return where its payload lies in the whole packet's; bytes
    uint32_t FragmentOffset() const
    {
        return m_fragmentOffset;
    }

    /// @return whether more fragments follow it
    bool MoreFragments() const
    {
        return m_moreFragments;
    }

    /// @return where IPv6's first fragment header begins; 0 if there is none
    uint32_t FragmentHeaderOffset() const
    {
        return m_fragmentHeaderOffset;
    }

  private:
    bool ParseAs(Family family, uint32_t leastLength);
    bool ParseIpv4();
    bool ParseIpv6();
    bool ParseFragmentHeader(const uint8_t* header);

    ByteView m_bytes;              ///< at hand
    WholePacket* m_whole{nullptr}; ///< has the rest; none: all are at hand
    std::size_t m_size{0};         ///< how many there are, at hand or not
    uint32_t m_length{0};
    uint32_t m_transportOffset{0};
    uint32_t m_fragmentOffset{0};
    uint32_t m_fragmentHeaderOffset{0};
    Family m_family{Family::Unspecified};
    uint8_t m_protocol{0};
    bool m_moreFragments{false};
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_WIRE_PACKET_VIEW_H
