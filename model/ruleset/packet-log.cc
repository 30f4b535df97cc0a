/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/ruleset/packet-log.h"

#include "model/ruleset/packet-text.h"

#include <array>
#include <cstdio>

namespace ns3
{
namespace conntrack
{

namespace
{

constexpr std::size_t ETHERNET_HEADER = 14;

std::string
HexPairs(const uint8_t* bytes, std::size_t count)
{
    std::string text;
    for (std::size_t i = 0; i < count; ++i)
    {
        std::array<char, 4> pair;
        std::snprintf(pair.data(), pair.size(), i == 0 ? "%02x" : ":%02x", bytes[i]);
        text += pair.data();
    }
    return text;
}

std::string
LinkText(uint8_t flags, ByteView link)
{
    if ((flags & log_flag::ETHER) == 0 || link.size != ETHERNET_HEADER)
    {
        return "MAC=" + HexPairs(link.data, link.size) + " ";
    }
    std::array<char, 16> type;
    std::snprintf(type.data(), type.size(), "%04x", ReadU16(link.data + 12));
    return "MACSRC=" + HexPairs(link.data + 6, 6) + " MACDST=" + HexPairs(link.data, 6) +
           " MACPROTO=" + type.data() + " ";
}

} // namespace

std::string
FormatPacketLog(const LogSetup& setup, const TrackedPacket& packet, ByteView link)
{
    std::string line = setup.prefix;
    line.append("IN=").append(packet.input.name).append(" OUT=").append(packet.output.name);
    line += " ";
    if (packet.input.index != 0)
    {
        line += LinkText(setup.flags, link);
    }
    PacketText text(setup.flags, PacketText::Role::Whole);
    text.AddPacket(packet.view.Bytes(), packet.view.GetFamily());
    if (packet.mark != 0)
    {
        text.Add("MARK=0x%x ", packet.mark);
    }
    return line + text.Take();
}

} // namespace conntrack
} // namespace ns3
