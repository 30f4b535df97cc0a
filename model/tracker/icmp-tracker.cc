/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/tracker/icmp-tracker.h"

#include "model/wire/checksum.h"

#include <array>

namespace ns3
{
namespace conntrack
{

namespace
{

constexpr std::size_t HEADER = 8; // RFC 792, RFC 4443 2.1: up to the identifier, or what is there

/// Types of ICMP in IPv4 (IANA registry).
namespace icmp
{
constexpr uint8_t ECHO_REPLY = 0;
constexpr uint8_t UNREACHABLE = 3;
constexpr uint8_t SOURCE_QUENCH = 4;
constexpr uint8_t REDIRECT = 5;
constexpr uint8_t ECHO = 8;
constexpr uint8_t TIME_EXCEEDED = 11;
constexpr uint8_t PARAMETER_PROBLEM = 12;
constexpr uint8_t TIMESTAMP = 13;
constexpr uint8_t TIMESTAMP_REPLY = 14;
constexpr uint8_t INFORMATION = 15;
constexpr uint8_t INFORMATION_REPLY = 16;
constexpr uint8_t MASK = 17;
constexpr uint8_t MASK_REPLY = 18;
} // namespace icmp

/// Types of ICMPv6 (IANA registry).
namespace icmp6
{
constexpr uint8_t FIRST_NO_ERROR = 128; // RFC 4443 2.1
constexpr uint8_t ECHO = 128;
constexpr uint8_t ECHO_REPLY = 129;
constexpr uint8_t LISTENER_QUERY = 130;
constexpr uint8_t LISTENER_REPORT = 131;
constexpr uint8_t LISTENER_DONE = 132;
constexpr uint8_t ROUTER_SOLICITATION = 133;
constexpr uint8_t ROUTER_ADVERTISEMENT = 134;
constexpr uint8_t NEIGHBOR_SOLICITATION = 135;
constexpr uint8_t NEIGHBOR_ADVERTISEMENT = 136;
constexpr uint8_t REDIRECT = 137;
constexpr uint8_t NODE_QUERY = 139;
constexpr uint8_t NODE_REPLY = 140;
constexpr uint8_t LISTENER_REPORT2 = 143;
constexpr uint8_t ROUTER_DISCOVERY_ADVERTISEMENT = 151; // RFC 4286; 153 is tracked, as recorded
} // namespace icmp6

/// A redirect of RFC 4861 4.5: header, target, destination; then options.
constexpr std::size_t REDIRECT_HEADER = 40;
constexpr uint8_t REDIRECTED_HEADER_OPTION = 4; // RFC 4861 4.6.3
constexpr std::size_t REDIRECTED_PACKET_AT = REDIRECT_HEADER + 8;

/// A request and the type of its answer.
struct Exchange
{
    uint8_t request;
    uint8_t answer;
};

constexpr std::array<Exchange, 4> EXCHANGES{{
    {icmp::ECHO, icmp::ECHO_REPLY},
    {icmp::TIMESTAMP, icmp::TIMESTAMP_REPLY},
    {icmp::INFORMATION, icmp::INFORMATION_REPLY},
    {icmp::MASK, icmp::MASK_REPLY},
}};

constexpr std::array<Exchange, 2> EXCHANGES6{{
    {icmp6::ECHO, icmp6::ECHO_REPLY},
    {icmp6::NODE_QUERY, icmp6::NODE_REPLY},
}};

template <std::size_t N>
std::optional<uint8_t>
Partner(const std::array<Exchange, N>& exchanges, uint8_t type)
{
    for (const Exchange& exchange : exchanges)
    {
        if (exchange.request == type)
        {
            return exchange.answer;
        }
        if (exchange.answer == type)
        {
            return exchange.request;
        }
    }
    return std::nullopt;
}

template <std::size_t N>
bool
IsRequest(const std::array<Exchange, N>& exchanges, uint8_t type)
{
    for (const Exchange& exchange : exchanges)
    {
        if (exchange.request == type)
        {
            return true;
        }
    }
    return false;
}

uint8_t
TypeOf(const Tuple& tuple)
{
    return static_cast<uint8_t>(tuple.destinationPort >> 8);
}

/// The flow of the packet that an error quotes from `at` on, if the error may go to its receiver.
Classification
Quoted(const PacketView& error, std::size_t at, const TrackerSettings& settings)
{
    const auto quoted = PacketView::ParseQuoted(error.Transport().From(at), error.GetFamily());
    if (!quoted || quoted->GetFamily() != error.GetFamily() || quoted->FragmentOffset() != 0)
    {
        return InvalidReason::BadQuote;
    }
    const auto tuple = TupleOf(*quoted, settings);
    // Only the sender of a packet is told about it; Linux compares with the flow it finds, which
    // has the same address.
    if (!tuple || !Invert(*tuple) || !(error.Destination() == tuple->source))
    {
        return InvalidReason::BadQuote;
    }
    return QuotedFlow{*tuple, *quoted};
}

/// The packet's flow; a type without an answer has none.
Classification
FlowOf(const PacketView& packet)
{
    const auto tuple = IcmpTupleOf(packet);
    if (!tuple)
    {
        return InvalidReason::Truncated;
    }
    if (!AnswerOfIcmp(*tuple))
    {
        return InvalidReason::BadType;
    }
    return *tuple;
}

bool
IsChecksumRight(const PacketView& packet)
{
    return packet.GetFamily() == Family::Ipv4 ? OnesComplementSum(packet.Transport()) == 0xffff
                                              : IsTransportChecksumRight(packet, protocol::ICMPV6);
}

/// RFC 4861 8.1: what a redirect must look like.
Classification
ClassifyRedirect(const PacketView& packet, const TrackerSettings& settings)
{
    const ByteView bytes = packet.Transport();
    if (bytes.size < REDIRECT_HEADER)
    {
        return InvalidReason::Truncated;
    }
    const Address source = packet.Source();
    const bool isLinkLocal = source.bytes[0] == 0xfe && (source.bytes[1] & 0xc0) == 0x80;
    const ByteView option = bytes.From(REDIRECT_HEADER);
    if (bytes.data[1] != 0 || packet.HopLimit() != 255 || !isLinkLocal)
    {
        return InvalidReason::BadType;
    }
    if (option.size < 2 || option.data[1] == 0 || option.data[0] != REDIRECTED_HEADER_OPTION)
    {
        return InvalidReason::BadQuote;
    }
    return Quoted(packet, REDIRECTED_PACKET_AT, settings);
}

Classification
ClassifyIpv4(const PacketView& packet, uint8_t type, const TrackerSettings& settings)
{
    switch (type)
    {
    case icmp::UNREACHABLE:
    case icmp::SOURCE_QUENCH:
    case icmp::REDIRECT:
    case icmp::TIME_EXCEEDED:
    case icmp::PARAMETER_PROBLEM:
        return Quoted(packet, HEADER, settings);
    default:
        return FlowOf(packet);
    }
}

Classification
ClassifyIpv6(const PacketView& packet, uint8_t type, const TrackerSettings& settings)
{
    switch (type)
    {
    case icmp6::LISTENER_QUERY:
    case icmp6::LISTENER_REPORT:
    case icmp6::LISTENER_DONE:
    case icmp6::ROUTER_SOLICITATION:
    case icmp6::ROUTER_ADVERTISEMENT:
    case icmp6::NEIGHBOR_SOLICITATION:
    case icmp6::NEIGHBOR_ADVERTISEMENT:
    case icmp6::LISTENER_REPORT2:
    case icmp6::ROUTER_DISCOVERY_ADVERTISEMENT:
        return NotTracked{};
    case icmp6::REDIRECT:
        return ClassifyRedirect(packet, settings);
    default:
        return type < icmp6::FIRST_NO_ERROR ? Quoted(packet, HEADER, settings) : FlowOf(packet);
    }
}

} // namespace

Classification
ClassifyIcmp(const PacketView& packet, const TrackerSettings& settings)
{
    if (packet.Transport().size < HEADER)
    {
        return InvalidReason::Truncated;
    }
    if (settings.verifyChecksums && packet.IsWhole() && !IsChecksumRight(packet))
    {
        return InvalidReason::BadChecksum;
    }
    const uint8_t type = packet.Transport().data[0];
    return packet.GetFamily() == Family::Ipv4 ? ClassifyIpv4(packet, type, settings)
                                              : ClassifyIpv6(packet, type, settings);
}

std::optional<Tuple>
IcmpTupleOf(const PacketView& packet)
{
    const ByteView bytes = packet.Transport();
    if (bytes.size < HEADER)
    {
        return std::nullopt;
    }
    Tuple tuple;
    tuple.source = packet.Source();
    tuple.destination = packet.Destination();
    tuple.sourcePort = ReadU16(bytes.data + 4);
    tuple.destinationPort = ReadU16(bytes.data);
    tuple.protocol = packet.Protocol();
    tuple.family = packet.GetFamily();
    return tuple;
}

std::optional<uint16_t>
AnswerOfIcmp(const Tuple& tuple)
{
    const auto answer = tuple.protocol == protocol::ICMP ? Partner(EXCHANGES, TypeOf(tuple))
                                                         : Partner(EXCHANGES6, TypeOf(tuple));
    if (!answer)
    {
        return std::nullopt;
    }
    return static_cast<uint16_t>(*answer << 8 | (tuple.destinationPort & 0xff));
}

bool
IsIcmpRequest(const Tuple& tuple)
{
    return tuple.protocol == protocol::ICMP ? IsRequest(EXCHANGES, TypeOf(tuple))
                                            : IsRequest(EXCHANGES6, TypeOf(tuple));
}

} // namespace conntrack
} // namespace ns3
