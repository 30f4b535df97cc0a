/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/wire/checksum.h"

#include <boost/crc.hpp>

namespace ns3
{
namespace conntrack
{

uint32_t
SctpChecksum(ByteView transport)
{
    constexpr std::size_t HEADER = 12;
    constexpr std::size_t CHECKSUM_AT = 8;
    if (transport.size < HEADER)
    {
        return 0;
    }
    constexpr uint8_t ZERO[4] = {};
    boost::crc_optimal<32, 0x1edc6f41, 0xffffffff, 0xffffffff, true, true> crc;
    crc.process_bytes(transport.data, CHECKSUM_AT);
    crc.process_bytes(ZERO, sizeof(ZERO));
    crc.process_bytes(transport.data + HEADER, transport.size - HEADER);
    const uint32_t sum = crc.checksum();
    return sum << 24 | (sum & 0xff00) << 8 | (sum >> 8 & 0xff00) | sum >> 24; // least byte first
}

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
