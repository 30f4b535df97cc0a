/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/report/tuple-text.h"

#include "model/report/names.h"

#include <algorithm>
#include <cstdarg>
#include <cstdio>

namespace ns3
{
namespace conntrack
{

std::string
AddressesText(const Tuple& tuple, AddressForm form, const std::string& prefix)
{
    const auto print = form == AddressForm::Full ? ToFullString : ToString;
    return prefix + "src=" + print(tuple.source, tuple.family) + " " + prefix +
           "dst=" + print(tuple.destination, tuple.family) + " ";
}

bool
HasPorts(uint8_t number)
{
    return number == protocol::TCP || number == protocol::UDP || number == protocol::UDPLITE ||
           number == protocol::SCTP;
}

std::string
PortsText(const Tuple& tuple)
{
    if (HasPorts(tuple.protocol))
    {
        return Format("sport=%u dport=%u ", tuple.sourcePort, tuple.destinationPort);
    }
    switch (tuple.protocol)
    {
    case protocol::ICMP:
    case protocol::ICMPV6:
        return Format("type=%u code=%u id=%u ",
                      tuple.destinationPort >> 8,
                      tuple.destinationPort & 0xff,
                      tuple.sourcePort);
    case protocol::GRE:
        return Format("srckey=0x%x dstkey=0x%x ", tuple.sourcePort, tuple.destinationPort);
    default:
        return "";
    }
}

Tuple
MaskTuple(const Expectation& expectation)
{
    Tuple mask;
    mask.family = expectation.tuple.family;
    mask.protocol = expectation.tuple.protocol;
    mask.source = expectation.mask.address;
    mask.sourcePort = expectation.mask.port;
    // An IPv4 address has 4 bytes only, the others stay zero.
    std::fill_n(mask.destination.bytes.begin(), mask.family == Family::Ipv4 ? 4 : 16, 0xff);
    mask.destinationPort = 0xffff;
    return mask;
}

std::string
CounterText(const Counter& counter)
{
    return "packets=" + std::to_string(counter.packets) +
           " bytes=" + std::to_string(counter.bytes) + " ";
}

std::string
ZoneText(const Connection& connection, uint8_t directions)
{
    if (connection.zone.directions != directions)
    {
        return "";
    }
    const char* name = directions == Zone::BOTH       ? "zone"
                       : directions == Zone::ORIGINAL ? "zone-orig"
                                                      : "zone-reply";
    return Format("%s=%u ", name, connection.zone.id);
}

std::string
ProtocolsText(const Connection& connection)
{
    const Tuple& tuple = connection.Original();
    return Format("%-8s %u %-8s %u ",
                  NameOf(tuple.family),
                  static_cast<unsigned>(tuple.family),
                  ProtocolName(tuple.protocol),
                  tuple.protocol);
}

std::string
Format(const char* format, ...)
{
    char text[256]; // the longest piece has two IPv6 addresses of 39 characters
    va_list arguments;
    va_start(arguments, format);
    std::vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    return text;
}

} // namespace conntrack
} // namespace ns3
