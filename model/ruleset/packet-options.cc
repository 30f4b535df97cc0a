/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/ruleset/packet-options.h"

namespace ns3
{
namespace conntrack
{

namespace
{

// IANA protocol numbers of IPv6's extension headers.
constexpr uint8_t HOP_BY_HOP = 0;
constexpr uint8_t ROUTING = 43;
constexpr uint8_t FRAGMENT = 44;
constexpr uint8_t AUTHENTICATION = 51;
constexpr uint8_t DESTINATION = 60;

constexpr std::size_t IPV6_HEADER = 40;
constexpr std::size_t IPV4_HEADER = 20;
constexpr std::size_t TCP_HEADER = 20;
constexpr uint8_t LAST_WITHOUT_LENGTH = 1; // End of list and no-operation are single bytes.

bool
HasNextHeader(uint8_t header)
{
    return header == HOP_BY_HOP || header == ROUTING || header == FRAGMENT ||
           header == AUTHENTICATION || header == DESTINATION;
}

std::size_t
LengthOf(uint8_t header, const ByteView& bytes)
{
    switch (header)
    {
    case FRAGMENT:
        return 8;
    case AUTHENTICATION: // RFC 4302 2.2: 32-bit words, minus two
        return (bytes.data[1] + std::size_t{2}) * 4;
    default: // RFC 8200 4.3: 8-byte units, not counting the first
        return (bytes.data[1] + std::size_t{1}) * 8;
    }
}

} // namespace

std::optional<ByteView>
FindExtHeader(const PacketView& packet, uint8_t header)
{
    if (packet.GetFamily() != Family::Ipv6)
    {
        return std::nullopt;
    }
    uint8_t current = packet.Bytes().data[6];
    ByteView rest = packet.Bytes().From(IPV6_HEADER);
    while (current != header)
    {
        if (!HasNextHeader(current) || rest.size < 2)
        {
            return std::nullopt;
        }
        if (current == FRAGMENT && (rest.size < 4 || (ReadU16(rest.data + 2) & 0xfff8) != 0))
        {
            return std::nullopt; // What follows is the middle of something.
        }
        const std::size_t length = LengthOf(current, rest);
        current = rest.data[0];
        rest = rest.From(length);
    }
    // A header without a next one (mobility) or no extension header at all ends the chain as well.
    return rest.size < 2 && HasNextHeader(header) ? std::nullopt : std::optional{rest};
}

std::optional<ByteView>
FindIpOption(const PacketView& packet, uint8_t type)
{
    if (packet.GetFamily() != Family::Ipv4)
    {
        return std::nullopt;
    }
    ByteView options = packet.Head().First(packet.TransportOffset()).From(IPV4_HEADER);
    while (options.size > 0 && options.data[0] != 0)
    {
        if (options.data[0] == LAST_WITHOUT_LENGTH)
        {
            options = options.From(1);
            continue;
        }
        if (options.size < 2 || options.data[1] < 2 || options.data[1] > options.size)
        {
            return std::nullopt;
        }
        if (options.data[0] == type)
        {
            return options.First(options.data[1]);
        }
        options = options.From(options.data[1]);
    }
    return std::nullopt;
}

std::optional<ByteView>
FindTcpOption(const PacketView& packet, uint8_t kind)
{
    const ByteView header = packet.TransportHead();
    if (packet.Protocol() != protocol::TCP || packet.FragmentOffset() != 0 ||
        header.size < TCP_HEADER)
    {
        return std::nullopt;
    }
    const std::size_t length = (header.data[12] >> 4) * std::size_t{4};
    if (length < TCP_HEADER || length > header.size)
    {
        return std::nullopt;
    }
    ByteView options = header.First(length).From(TCP_HEADER);
    while (options.size >= 2) // Linux does not look at a last single byte.
    {
        const bool isSingle = options.data[0] <= LAST_WITHOUT_LENGTH || options.data[1] == 0;
        const std::size_t size = isSingle ? 1 : options.data[1];
        if (options.data[0] == kind)
        {
            return size > options.size ? std::nullopt : std::optional{options.First(size)};
        }
        options = options.From(size);
    }
    return std::nullopt;
}

} // namespace conntrack
} // namespace ns3
