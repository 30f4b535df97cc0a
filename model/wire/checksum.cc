/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/wire/checksum.h"

namespace ns3
{
namespace conntrack
{

uint16_t
OnesComplementSum(ByteView bytes, uint32_t start)
{
    uint64_t sum = start;
    std::size_t at = 0;
    for (; at + 1 < bytes.size; at += 2)
    {
        sum += ReadU16(bytes.data + at);
    }
    if (at < bytes.size)
    {
        sum += uint32_t{bytes.data[at]} << 8;
    }
    while (sum >> 16)
    {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    return static_cast<uint16_t>(sum);
}

uint16_t
PseudoHeaderSum(const PacketView& packet, uint8_t protocol)
{
    const bool ipv4 = packet.GetFamily() == Family::Ipv4;
    const ByteView addresses = packet.Bytes().From(ipv4 ? 12 : 8).First(ipv4 ? 8 : 32);
    const uint32_t length = packet.TransportLength();
    return OnesComplementSum(addresses, (length >> 16) + (length & 0xffff) + protocol);
}

bool
IsTransportChecksumRight(const PacketView& packet, uint8_t protocol)
{
    return OnesComplementSum(packet.Transport(), PseudoHeaderSum(packet, protocol)) == 0xffff;
}

} // namespace conntrack
} // namespace ns3
