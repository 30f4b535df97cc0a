/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/wire/error-packet.h"

#include "model/wire/checksum.h"
#include "model/wire/ipv6-extension.h"

#include <algorithm>

namespace ns3
{
namespace conntrack
{

namespace
{

using Packet = std::vector<uint8_t>;

constexpr uint32_t IPV4_HEADER = 20;      // RFC 791 3.1, without options
constexpr uint32_t IPV6_HEADER = 40;      // RFC 8200 3
constexpr uint32_t ICMP_HEADER = 8;       // RFC 792, RFC 4443 2.1
constexpr uint32_t TCP_HEADER = 20;       // RFC 9293 3.1, without options
constexpr uint32_t IPV4_ERROR_MAX = 576;  // RFC 1812 4.3.2.3
constexpr uint32_t IPV6_ERROR_MAX = 1280; // RFC 4443 2.4 (c)

constexpr uint8_t RST = 0x04; // RFC 9293 3.1
constexpr uint8_t ACK = 0x10;

void
PutIpv4Checksum(Packet& packet, std::size_t headerSize)
{
    const uint16_t sum = OnesComplementSum({packet.data(), headerSize});
    WriteU16(&packet[10], static_cast<uint16_t>(~sum));
}

// Put a checksum that covers a pseudo-header into a finished packet.
void
PutTransportChecksum(Packet& packet, uint8_t protocol, std::size_t checksumOffset)
{
    const auto view = PacketView::Parse({packet.data(), packet.size()});
    const uint16_t sum = OnesComplementSum(view->Transport(), PseudoHeaderSum(*view, protocol));
    WriteU16(&packet[view->TransportOffset() + checksumOffset], static_cast<uint16_t>(~sum));
}

// RFC 1122 3.2.2: no single host.
bool
IsBadIpv4Source(const Address& source)
{
    return source.IsZero() || source.bytes[0] == 127 || IsMulticast(source, Family::Ipv4) ||
           source.ToIpv4() == 0xffffffff;
}

bool
IsIpv6Loopback(const Address& address)
{
    return std::all_of(address.bytes.begin(),
                       address.bytes.end() - 1,
                       [](uint8_t b) { return b == 0; }) &&
           address.bytes[15] == 1;
}

// RFC 1122 3.2.2: never an error about an error. Linux takes types it does not know for errors.
bool
IsIcmpError(const PacketView& packet)
{
    constexpr uint8_t HIGHEST_KNOWN = 18; // address mask reply, RFC 950
    constexpr uint32_t INFORMATIONAL = 1U << 0 | 1U << 8 | 0x3fU << 13; // echo, 13 to 18
    const ByteView transport = packet.Transport();
    if (transport.size == 0)
    {
        return true;
    }
    const uint8_t type = transport.data[0];
    return type > HIGHEST_KNOWN || (INFORMATIONAL >> type & 1) == 0;
}

// The ends and the fragment offset do not forbid to answer.
bool
MayAnswerAnything(const PacketView& offender)
{
    const Family family = offender.GetFamily();
    const Address source = offender.Source();
    const Address destination = offender.Destination();
    if (family == Family::Ipv6)
    {
        return !source.IsZero() && !IsMulticast(source, family) && !IsIpv6Loopback(source);
    }
    return offender.FragmentOffset() == 0 && !IsBadIpv4Source(source) &&
           !IsMulticast(destination, family) && destination.ToIpv4() != 0xffffffff;
}

// Parts of a packet that goes back to the sender with a copy of the record-route option.
// RFC 1122 3.2.2.6: an answer carries the options of what it answers.
Packet
EchoedOptions(const PacketView& offender, const Address& source)
{
    constexpr uint8_t NO_OPERATION = 1;
    constexpr uint8_t RECORD_ROUTE = 7; // RFC 791 3.1
    Packet options;
    const ByteView header = offender.Bytes().First(offender.TransportOffset());
    std::size_t at = IPV4_HEADER;
    while (at + 2 < header.size && header.data[at] != 0)
    {
        const uint8_t length = header.data[at] == NO_OPERATION ? 1 : header.data[at + 1];
        if (length == 0 || at + length > header.size)
        {
            break;
        }
        if (header.data[at] == RECORD_ROUTE && length >= 3)
        {
            options.assign(header.data + at, header.data + at + length);
            const uint8_t pointer = options[2]; // counts from 1
            if (pointer >= 4 && pointer + 3 <= length)
            {
                std::copy_n(source.bytes.begin(), 4, options.begin() + pointer - 1);
                options[2] = static_cast<uint8_t>(pointer + 4);
            }
            options.resize((options.size() + 3) / 4 * 4);
            break;
        }
        at += length;
    }
    return options;
}

std::optional<Packet>
MakeIcmpv4Error(const PacketView& offender, const ErrorSpec& error)
{
    constexpr uint8_t TOS_KEPT = 0x1e;             // RFC 1349: without the precedence
    constexpr uint8_t INTERNETWORK_CONTROL = 0xc0; // RFC 1812 4.3.2.5
    const Packet options = EchoedOptions(offender, error.source);
    const std::size_t headers = IPV4_HEADER + options.size() + ICMP_HEADER;
    const std::size_t largest = std::min(error.mtu, IPV4_ERROR_MAX);
    if (!MayAnswerAnything(offender) ||
        (offender.Protocol() == protocol::ICMP && IsIcmpError(offender)) ||
        largest <= headers + IPV4_HEADER)
    {
        return std::nullopt;
    }
    const ByteView quote = offender.Bytes().First(largest - headers);
    Packet packet(headers);
    const std::size_t icmp = headers - ICMP_HEADER;
    packet[0] = static_cast<uint8_t>(0x40 | icmp / 4);
    packet[1] = static_cast<uint8_t>((offender.Bytes().data[1] & TOS_KEPT) | INTERNETWORK_CONTROL);
    WriteU16(&packet[2], static_cast<uint16_t>(headers + quote.size));
    WriteU16(&packet[4], error.identification);
    packet[8] = error.hopLimit;
    packet[9] = protocol::ICMP;
    std::copy_n(error.source.bytes.begin(), 4, &packet[12]);
    std::copy_n(offender.Source().bytes.begin(), 4, &packet[16]);
    std::copy(options.begin(), options.end(), packet.begin() + IPV4_HEADER);
    PutIpv4Checksum(packet, icmp);
    packet[icmp] = error.type;
    packet[icmp + 1] = error.code;
    WriteU32(&packet[icmp + 4], error.rest);
    packet.insert(packet.end(), quote.data, quote.data + quote.size);
    const ByteView message{packet.data() + icmp, packet.size() - icmp};
    WriteU16(&packet[icmp + 2], static_cast<uint16_t>(~OnesComplementSum(message)));
    return packet;
}

// RFC 4443 2.4 (e.3): "packet too big" and "unknown option" of a kind answer multicast too.
bool
MayAnswerMulticast(const ErrorSpec& error)
{
    constexpr uint8_t PACKET_TOO_BIG = 2;
    constexpr uint8_t PARAMETER_PROBLEM = 4;
    constexpr uint8_t UNKNOWN_OPTION = 2;
    return error.type == PACKET_TOO_BIG ||
           (error.type == PARAMETER_PROBLEM && error.code == UNKNOWN_OPTION);
}

bool
MayAnswerIpv6(const PacketView& offender, const ErrorSpec& error)
{
    constexpr uint8_t INFORMATIONAL = 0x80; // RFC 4443 2.1
    if (!MayAnswerAnything(offender) ||
        (IsMulticast(offender.Destination(), Family::Ipv6) && !MayAnswerMulticast(error)))
    {
        return false;
    }
    if (offender.Protocol() != protocol::ICMPV6 || offender.FragmentOffset() != 0)
    {
        return true;
    }
    const ByteView message = offender.Transport();
    return message.size == 0 ? offender.IsFragment() : (message.data[0] & INFORMATIONAL) != 0;
}

std::optional<Packet>
MakeIcmpv6Error(const PacketView& offender, const ErrorSpec& error)
{
    if (!MayAnswerIpv6(offender, error))
    {
        return std::nullopt;
    }
    constexpr uint32_t HEADERS = IPV6_HEADER + ICMP_HEADER;
    const ByteView quote = offender.Bytes().First(IPV6_ERROR_MAX - HEADERS);
    Packet packet(HEADERS);
    WriteU32(packet.data(), 0x60000000U | (error.flowLabel & 0xfffff));
    WriteU16(&packet[4], static_cast<uint16_t>(ICMP_HEADER + quote.size));
    packet[6] = protocol::ICMPV6;
    packet[7] = error.hopLimit;
    std::copy_n(error.source.bytes.begin(), 16, &packet[8]);
    std::copy_n(offender.Source().bytes.begin(), 16, &packet[24]);
    packet[IPV6_HEADER] = error.type;
    packet[IPV6_HEADER + 1] = error.code;
    WriteU32(&packet[IPV6_HEADER + 4], error.rest);
    packet.insert(packet.end(), quote.data, quote.data + quote.size);
    PutTransportChecksum(packet, protocol::ICMPV6, 2);
    return packet;
}

// Linux sums up all that it does not know to have another checksum, with a pseudo-header if it is
// TCP, UDP or IPv6. Zeros are right too.
bool
HasRightTransportSum(const PacketView& packet)
{
    const uint8_t number = packet.Protocol();
    const bool isIpv4 = packet.GetFamily() == Family::Ipv4;
    if (number == protocol::TCP || number == protocol::UDP || !isIpv4)
    {
        return IsTransportChecksumRight(packet, number);
    }
    const uint16_t sum = OnesComplementSum(packet.Transport());
    return sum == 0xffff || sum == 0;
}

// Protocols whose sum of 16-bit words says nothing, or is left out.
bool
HasNoPlainChecksum(const PacketView& packet)
{
    constexpr uint8_t ESP = 50;            // RFC 4303
    constexpr uint8_t AUTHENTICATION = 51; // RFC 4302
    const ByteView transport = packet.Transport();
    switch (packet.Protocol())
    {
    case protocol::UDP:
        return transport.size >= 8 && ReadU16(transport.data + 6) == 0; // RFC 768: 0 is none
    case protocol::GRE:
    case ESP:
    case AUTHENTICATION:
    case protocol::SCTP:
    case protocol::UDPLITE:
        return true;
    default:
        return false;
    }
}

// RFC 9293 3.10.7.1: sequence number from the ACK if there is one, else 0 and an ACK of all there
// is.
void
FillReset(uint8_t* reset, ByteView segment, uint32_t length, uint16_t window)
{
    const uint8_t* tcp = segment.data;
    std::copy_n(tcp + 2, 2, reset);
    std::copy_n(tcp, 2, reset + 2);
    reset[12] = TCP_HEADER / 4 << 4;
    reset[13] = RST;
    WriteU16(reset + 14, window);
    if (tcp[13] & ACK)
    {
        std::copy_n(tcp + 8, 4, reset + 4);
        return;
    }
    const uint32_t flags = (tcp[13] & 1U) + (tcp[13] >> 1 & 1U); // FIN and SYN count
    const uint32_t header = (tcp[12] >> 4) * 4U;
    WriteU32(reset + 8, ReadU32(tcp + 4) + flags + length - header);
    reset[13] = RST | ACK;
}

} // namespace

std::optional<std::vector<uint8_t>>
MakeIcmpError(const PacketView& offender, const ErrorSpec& error)
{
    return offender.GetFamily() == Family::Ipv4 ? MakeIcmpv4Error(offender, error)
                                                : MakeIcmpv6Error(offender, error);
}

bool
MayRejectWithIcmp(const PacketView& offender, ChecksumCheck check)
{
    const bool hasTransport =
        offender.GetFamily() == Family::Ipv4 ||
        (offender.TransportLength() != 0 && !IsIpv6Extension(offender.Protocol()) &&
         offender.Protocol() != extension::NO_NEXT_HEADER);
    if (offender.FragmentOffset() != 0 || !offender.IsWhole() || !hasTransport)
    {
        return false;
    }
    return check == ChecksumCheck::Skip || HasNoPlainChecksum(offender) ||
           HasRightTransportSum(offender);
}

std::optional<std::vector<uint8_t>>
MakeTcpReset(const PacketView& offender, ChecksumCheck check, uint16_t window, uint8_t hopLimit)
{
    const ByteView segment = offender.Transport();
    if (offender.Protocol() != protocol::TCP || offender.FragmentOffset() != 0 ||
        !offender.IsWhole() || segment.size < TCP_HEADER || (segment.data[13] & RST) != 0 ||
        (check == ChecksumCheck::Verify && !IsTransportChecksumRight(offender, protocol::TCP)))
    {
        return std::nullopt;
    }
    const bool isIpv4 = offender.GetFamily() == Family::Ipv4;
    const Address from = offender.Destination();
    const Address to = offender.Source();
    if (!MayAnswerAnything(offender) || IsMulticast(from, offender.GetFamily()) || from.IsZero())
    {
        return std::nullopt;
    }
    const uint32_t headerSize = isIpv4 ? IPV4_HEADER : IPV6_HEADER;
    Packet packet(headerSize + TCP_HEADER);
    packet[0] = isIpv4 ? 0x45 : 0x60;
    if (isIpv4)
    {
        WriteU16(&packet[2], IPV4_HEADER + TCP_HEADER);
        WriteU16(&packet[6], 0x4000); // don't fragment
        packet[8] = hopLimit;
        packet[9] = protocol::TCP;
        std::copy_n(from.bytes.begin(), 4, &packet[12]);
        std::copy_n(to.bytes.begin(), 4, &packet[16]);
        PutIpv4Checksum(packet, IPV4_HEADER);
    }
    else
    {
        WriteU16(&packet[4], TCP_HEADER);
        packet[6] = protocol::TCP;
        packet[7] = hopLimit;
        std::copy_n(from.bytes.begin(), 16, &packet[8]);
        std::copy_n(to.bytes.begin(), 16, &packet[24]);
    }
    FillReset(&packet[headerSize], segment, offender.TransportLength(), window);
    PutTransportChecksum(packet, protocol::TCP, 16);
    return packet;
}

} // namespace conntrack
} // namespace ns3
