/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/wire/reassembled-header.h"

#include "model/wire/checksum.h"
#include "model/wire/ipv6-extension.h"

namespace ns3
{
namespace conntrack
{

namespace
{

constexpr std::size_t IPV6_HEADER = 40;    // RFC 8200 3
constexpr std::size_t FRAGMENT_HEADER = 8; // RFC 8200 4.5

// Where the number stands that says a fragment header follows: in the header before it.
std::size_t
NextHeaderOffset(const std::vector<uint8_t>& header)
{
    std::size_t where = 6;
    std::size_t at = IPV6_HEADER;
    const std::size_t end = header.size() - FRAGMENT_HEADER;
    while (at < end)
    {
        const std::size_t size = Ipv6ExtensionSize(header[where], header[at + 1]);
        where = at;
        at += size;
    }
    // Linux keeps this place in a byte, so beyond 255 it writes elsewhere; so do we.
    return where & 0xff;
}

// The bytes of the transport header that a first fragment must have.
std::size_t
NeededBytes(uint8_t number)
{
    switch (number)
    {
    case protocol::TCP:
        return 20;
    case protocol::UDP:
    case protocol::ICMPV6:
        return 8;
    case extension::NO_NEXT_HEADER:
        return 0;
    default:
        return 1;
    }
}

} // namespace

uint8_t
EcnOf(const PacketView& packet)
{
    constexpr uint8_t MASK = 3; // RFC 3168 5: the two low bits of TOS or traffic class
    const uint8_t* header = packet.Bytes().data;
    return packet.GetFamily() == Family::Ipv4 ? header[1] & MASK : header[1] >> 4 & MASK;
}

EcnMerge
MergeEcn(uint8_t seen)
{
    constexpr uint8_t NOT_CAPABLE = 1U << 0;
    constexpr uint8_t CONGESTION = 1U << 3;
    const bool isMixed = (seen & (seen - 1)) != 0; // more than one bit
    if (!isMixed || (seen & (NOT_CAPABLE | CONGESTION)) == 0)
    {
        return EcnMerge::AsFirst;
    }
    return (seen & NOT_CAPABLE) != 0 ? EcnMerge::Contradicts : EcnMerge::Congestion;
}

bool
LacksHeaders(const PacketView& packet)
{
    const ByteView bytes = packet.Bytes();
    uint8_t next = extension::FRAGMENT;
    std::size_t at = packet.FragmentHeaderOffset();
    while (IsIpv6Extension(next))
    {
        if (at + 2 > bytes.size)
        {
            return false; // nothing says what would follow
        }
        const uint8_t* header = bytes.data + at;
        if (next == extension::FRAGMENT && at + 4 <= bytes.size &&
            (ReadU16(header + 2) & 0xfff8) != 0)
        {
            return false; // a later fragment, maybe within a first one
        }
        at += Ipv6ExtensionSize(next, header[1]);
        next = header[0];
    }
    return next != extension::NO_NEXT_HEADER && at + NeededBytes(next) > bytes.size;
}

void
RemoveFragmentHeader(std::vector<uint8_t>& packet)
{
    const std::size_t begin = packet.size() - FRAGMENT_HEADER;
    packet[NextHeaderOffset(packet)] = packet[begin];
    packet.resize(begin);
}

void
FinishIpv4Header(std::vector<uint8_t>& packet, std::size_t headerSize, uint16_t flags)
{
    uint8_t* header = packet.data();
    WriteU16(header + 2, static_cast<uint16_t>(packet.size()));
    WriteU16(header + 6, flags);
    WriteU16(header + 10, 0);
    WriteU16(header + 10, static_cast<uint16_t>(~OnesComplementSum({header, headerSize})));
}

} // namespace conntrack
} // namespace ns3
