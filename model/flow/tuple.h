/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_FLOW_TUPLE_H
#define CONNTRACK_FLOW_TUPLE_H

#include <array>
#include <cstdint>
#include <cstring>
#include <string>

/**
 * @file
 * The tuple: what identifies one direction of a connection.
 *
 * Layer: flow.
 * Shape: 40 bytes, no padding, compared as five 64-bit words.
 * Units and byte order: addresses are bytes in network order, an IPv4 address in the first four
 * with the rest zero; ports and keys are numbers in host order. Source: the parts are those of
 * Linux's struct nf_conntrack_tuple. Differs: the zone of the direction is part of the tuple here,
 * so a look-up compares one thing.
 */

namespace ns3
{
namespace conntrack
{

/// Network-layer families; the numbers are Linux's AF_UNSPEC, AF_INET and AF_INET6, as /proc
/// prints.
enum class Family : uint8_t
{
    Unspecified = 0,
    Ipv4 = 2,
    Ipv6 = 10,
};

/// IP protocol numbers of the IANA registry that trackers and rules know by name.
namespace protocol
{
constexpr uint8_t ICMP = 1;      ///< RFC 792
constexpr uint8_t TCP = 6;       ///< RFC 9293
constexpr uint8_t UDP = 17;      ///< RFC 768
constexpr uint8_t DCCP = 33;     ///< RFC 4340
constexpr uint8_t GRE = 47;      ///< RFC 2784, RFC 2890; its key stands for ports
constexpr uint8_t ICMPV6 = 58;   ///< RFC 4443
constexpr uint8_t SCTP = 132;    ///< RFC 9260
constexpr uint8_t UDPLITE = 136; ///< RFC 3828
} // namespace protocol

/**
 * @param number IP protocol number
 * @return "tcp", "udp", ..., as the kernel has it; "unknown" for a protocol without a tracker
 */
const char* ProtocolName(uint8_t number);

/// The two directions of a connection: the first packet's, and the answers'.
enum class Direction : uint8_t
{
    Original = 0,
    Reply = 1,
};

/**
 * @param direction a direction
 * @return the other one
 */
constexpr Direction
Opposite(Direction direction)
{
    return direction == Direction::Original ? Direction::Reply : Direction::Original;
}

/**
 * @param direction a direction
 * @return its place in an array of two
 */
constexpr std::size_t
Index(Direction direction)
{
    return static_cast<std::size_t>(direction);
}

/// An IPv4 or IPv6 address; which of both, the tuple says.
struct Address
{
    std::array<uint8_t, 16> bytes{}; ///< network order; IPv4 in the first four, the others zero

    /**
     * @param value an IPv4 address as a number in host order
     * @return the address
     */
    static Address FromIpv4(uint32_t value);

    /**
     * @param data 4 bytes (IPv4) or 16 (IPv6), network order
     * @param family how many to read
     * @return the address
     */
    static Address FromBytes(const uint8_t* data, Family family)
    {
        Address address;
        if (family == Family::Ipv4) // two copies of a known size: one of a variable size is slow
        {
            std::memcpy(address.bytes.data(), data, 4);
        }
        else
        {
            std::memcpy(address.bytes.data(), data, 16);
        }
        return address;
    }

    /// @return the IPv4 address as a number in host order
    uint32_t ToIpv4() const;

    /// @return whether every byte is zero
    bool IsZero() const
    {
        return *this == Address{};
    }

    /// @param a an address @param b another @return whether their bytes are equal
    friend bool operator==(const Address& a, const Address& b)
    {
        return std::memcmp(a.bytes.data(), b.bytes.data(), 16) == 0;
    }

    /// @param a an address @param b another @return whether a byte differs
    friend bool operator!=(const Address& a, const Address& b)
    {
        return !(a == b);
    }

    /// @param a an address @param b another @return whether a comes first, byte by byte
    friend bool operator<(const Address& a, const Address& b)
    {
        return a.bytes < b.bytes;
    }
};

/**
 * @param address the address
 * @param family its family
 * @return whether it is a group's: 224.0.0.0/4 (RFC 1112 4), ff00::/8 (RFC 4291 2.7)
 */
inline bool
IsMulticast(const Address& address, Family family)
{
    return family == Family::Ipv4 ? address.bytes[0] >> 4 == 0xe : address.bytes[0] == 0xff;
}

/**
 * @param address the address
 * @param mask which of its bits to keep
 * @return the bitwise conjunction
 */
Address operator&(const Address& address, const Address& mask);

/**
 * Print as conntrack(8) does: dotted quad, or RFC 5952's short form of IPv6.
 * @param address the address
 * @param family its family
 * @return the text
 */
std::string ToString(const Address& address, Family family);

/**
 * Print as /proc/net/nf_conntrack does: dotted quad, or the eight groups of IPv6 in full.
 * @param address the address
 * @param family its family
 * @return the text
 */
std::string ToFullString(const Address& address, Family family);

/// One direction of a connection.
struct Tuple
{
    Address source;      ///< who sends
    Address destination; ///< who gets it
    /// Source port; ICMP: the identifier; GRE: the key; other protocols: 0.
    uint16_t sourcePort{0};
    /// Destination port; ICMP: type * 256 + code; GRE: the key; other protocols: 0.
    uint16_t destinationPort{0};
    uint8_t protocol{0};                ///< IP protocol number
    Family family{Family::Unspecified}; ///< of both addresses
    uint16_t zone{0};                   ///< the zone's number where it holds for this direction

    /// @param a a tuple @param b another @return whether every field is equal, the zone too
    friend bool operator==(const Tuple& a, const Tuple& b)
    {
        return std::memcmp(&a, &b, sizeof(Tuple)) == 0;
    }

    /// @param a a tuple @param b another @return whether a field differs
    friend bool operator!=(const Tuple& a, const Tuple& b)
    {
        return !(a == b);
    }
};

static_assert(sizeof(Tuple) == 40, "a tuple is compared as bytes: it must have no padding");

/**
 * The mask of an expectation: which bits of the source must match.
 *
 * The destination, protocol and family always match exactly (Linux keeps no more of a mask than
 * this: rows E8 and E11).
 */
struct SourceMask
{
    Address address;  ///< set bits must match
    uint16_t port{0}; ///< set bits must match
};

/// A zone separates equal tuples; it may hold for one direction only (Linux: NF_CT_ZONE_DIR_*).
struct Zone
{
    static constexpr uint8_t ORIGINAL = 1; ///< bit of directions
    static constexpr uint8_t REPLY = 2;    ///< bit of directions
    static constexpr uint8_t BOTH = 3;     ///< every direction

    uint16_t id{0};           ///< 0 is the default zone
    uint8_t directions{BOTH}; ///< where it holds; elsewhere zone 0 does

    /**
     * @param direction a direction
     * @return the zone number that holds there
     */
    uint16_t IdFor(Direction direction) const
    {
        return (directions & (direction == Direction::Original ? ORIGINAL : REPLY)) ? id : 0;
    }
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_FLOW_TUPLE_H
