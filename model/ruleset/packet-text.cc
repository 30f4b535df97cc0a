/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/ruleset/packet-text.h"

#include "model/ruleset/packet-log.h"

#include <array>
#include <cstdarg>
#include <cstdio>

namespace ns3
{
namespace conntrack
{

namespace
{

constexpr std::size_t IPV6_HEADER = 40;
constexpr std::size_t IPV4_HEADER = 20;
constexpr std::size_t TCP_HEADER = 20;
constexpr std::size_t UDP_HEADER = 8;
constexpr std::size_t ICMP_HEADER = 8;
constexpr uint8_t ESP = 50;
constexpr uint8_t AH = 51;

} // namespace

void
PacketText::Add(const char* format, ...)
{
    std::array<char, 160> part;
    va_list arguments;
    va_start(arguments, format);
    std::vsnprintf(part.data(), part.size(), format, arguments);
    va_end(arguments);
    m_text += part.data();
}

void
PacketText::AddIncomplete(ByteView bytes)
{
    Add("INCOMPLETE [%zu bytes] ", bytes.size);
}

void
PacketText::AddOptions(ByteView bytes)
{
    m_text += "OPT (";
    for (std::size_t i = 0; i < bytes.size; ++i)
    {
        Add("%02X", bytes.data[i]);
    }
    m_text += ") ";
}

void
PacketText::AddQuote(ByteView bytes, Family family)
{
    if (m_role == Role::Quoted)
    {
        return;
    }
    PacketText quoted(m_flags, Role::Quoted);
    quoted.AddPacket(bytes, family);
    m_text += "[" + quoted.Take() + "] ";
}

void
PacketText::AddIpv4(ByteView bytes)
{
    if (bytes.size < IPV4_HEADER)
    {
        m_text += "TRUNCATED";
        return;
    }
    const uint8_t* ip = bytes.data;
    const std::string source = ToString(Address::FromBytes(ip + 12, Family::Ipv4), Family::Ipv4);
    const std::string target = ToString(Address::FromBytes(ip + 16, Family::Ipv4), Family::Ipv4);
    Add("SRC=%s DST=%s ", source.c_str(), target.c_str());
    // RFC 1349's TOS bits and RFC 791's precedence.
    Add("LEN=%u TOS=0x%02X PREC=0x%02X TTL=%u ID=%u ",
        ReadU16(ip + 2),
        ip[1] & 0x1e,
        ip[1] & 0xe0,
        ip[8],
        ReadU16(ip + 4));
    const uint16_t fragment = ReadU16(ip + 6);
    m_text += (fragment & 0x8000) != 0 ? "CE " : "";
    m_text += (fragment & 0x4000) != 0 ? "DF " : "";
    m_text += (fragment & 0x2000) != 0 ? "MF " : "";
    if ((fragment & 0x1fff) != 0)
    {
        Add("FRAG:%u ", fragment & 0x1fff);
    }
    const std::size_t header = (ip[0] & 0x0f) * std::size_t{4};
    if (Shows(log_flag::IP_OPTION_BYTES) && header > IPV4_HEADER)
    {
        if (bytes.size < header)
        {
            m_text += "TRUNCATED";
            return;
        }
        AddOptions(bytes.First(header).From(IPV4_HEADER));
    }
    AddIpv4Transport(bytes.From(header), ip[9], (fragment & 0x1fff) != 0);
}

void
PacketText::AddIpv4Transport(ByteView bytes, uint8_t protocol, bool isLaterFragment)
{
    switch (protocol)
    {
    case protocol::TCP:
        return AddTcp(bytes, isLaterFragment);
    case protocol::UDP:
        return AddUdp(bytes, "UDP", isLaterFragment);
    case protocol::UDPLITE:
        return AddUdp(bytes, "UDPLITE", isLaterFragment);
    case protocol::ICMP:
        m_text += "PROTO=ICMP ";
        return isLaterFragment ? void() : AddIcmp(bytes);
    case AH:
        return isLaterFragment ? Add("PROTO=AH ") : AddSpi(bytes, "AH", 4);
    case ESP:
        return isLaterFragment ? Add("PROTO=ESP ") : AddSpi(bytes, "ESP", 0);
    default:
        Add("PROTO=%u ", protocol);
    }
}

void
PacketText::AddSpi(ByteView bytes, const char* name, std::size_t offset)
{
    Add("PROTO=%s ", name);
    // RFC 4302 2 and RFC 4303 2: fixed parts of 12 and 8 bytes.
    if (bytes.size < offset + 8)
    {
        return AddIncomplete(bytes);
    }
    Add("SPI=0x%x ", ReadU32(bytes.data + offset));
}

void
PacketText::AddTcp(ByteView bytes, bool isLaterFragment)
{
    m_text += "PROTO=TCP ";
    if (isLaterFragment)
    {
        return;
    }
    if (bytes.size < TCP_HEADER)
    {
        return AddIncomplete(bytes);
    }
    const uint8_t* tcp = bytes.data;
    Add("SPT=%u DPT=%u ", ReadU16(tcp), ReadU16(tcp + 2));
    if (Shows(log_flag::TCP_SEQUENCE))
    {
        Add("SEQ=%u ACK=%u ", ReadU32(tcp + 4), ReadU32(tcp + 8));
    }
    Add("WINDOW=%u RES=0x%02x ", ReadU16(tcp + 14), (tcp[12] & 0x0f) << 2);
    static const char* const names[] =
        {"CWR ", "ECE ", "URG ", "ACK ", "PSH ", "RST ", "SYN ", "FIN "};
    for (unsigned i = 0; i < 8; ++i)
    {
        m_text += (tcp[13] & (0x80U >> i)) != 0 ? names[i] : "";
    }
    Add("URGP=%u ", ReadU16(tcp + 18));
    const std::size_t length = (tcp[12] >> 4) * std::size_t{4};
    if (Shows(log_flag::TCP_OPTION_BYTES) && length > TCP_HEADER)
    {
        if (bytes.size < length)
        {
            m_text += "OPT (TRUNCATED)";
            return;
        }
        AddOptions(bytes.First(length).From(TCP_HEADER));
    }
}

void
PacketText::AddUdp(ByteView bytes, const char* name, bool isLaterFragment)
{
    Add("PROTO=%s ", name);
    if (isLaterFragment)
    {
        return;
    }
    if (bytes.size < UDP_HEADER)
    {
        return AddIncomplete(bytes);
    }
    Add("SPT=%u DPT=%u LEN=%u ",
        ReadU16(bytes.data),
        ReadU16(bytes.data + 2),
        ReadU16(bytes.data + 4));
}

void
PacketText::AddIcmp(ByteView bytes)
{
    if (bytes.size < ICMP_HEADER)
    {
        return AddIncomplete(bytes);
    }
    // RFC 792's types and RFC 1191's MTU.
    const uint8_t* icmp = bytes.data;
    const uint8_t type = icmp[0];
    Add("TYPE=%u CODE=%u ", type, icmp[1]);
    const bool isError = type == 3 || type == 4 || type == 5 || type == 11 || type == 12;
    const bool isTimestamp = type == 13 || type == 14;
    const std::size_t least = isError ? ICMP_HEADER + IPV4_HEADER : isTimestamp ? 20 : ICMP_HEADER;
    if (bytes.size < least)
    {
        return AddIncomplete(bytes);
    }
    if (type == 0 || type == 8)
    {
        Add("ID=%u SEQ=%u ", ReadU16(icmp + 4), ReadU16(icmp + 6));
    }
    if (type == 12)
    {
        Add("PARAMETER=%u ", icmp[4]);
    }
    if (type == 5)
    {
        Add("GATEWAY=%u.%u.%u.%u ", icmp[4], icmp[5], icmp[6], icmp[7]);
    }
    if (isError && type != 12)
    {
        AddQuote(bytes.From(ICMP_HEADER), Family::Ipv4);
    }
    if (type == 3 && icmp[1] == 4)
    {
        Add("MTU=%u ", ReadU16(icmp + 6));
    }
}

void
PacketText::AddIpv6(ByteView bytes)
{
    if (bytes.size < IPV6_HEADER)
    {
        m_text += "TRUNCATED";
        return;
    }
    const uint8_t* ip = bytes.data;
    const Address source = Address::FromBytes(ip + 8, Family::Ipv6);
    const Address target = Address::FromBytes(ip + 24, Family::Ipv6);
    m_text += "SRC=" + ToFullString(source, Family::Ipv6) + " ";
    m_text += "DST=" + ToFullString(target, Family::Ipv6) + " ";
    Add("LEN=%zu TC=%u HOPLIMIT=%u FLOWLBL=%u ",
        ReadU16(ip + 4) + IPV6_HEADER,
        (ReadU32(ip) >> 20) & 0xff,
        ip[7],
        ReadU32(ip) & 0xfffff);
    uint8_t header = ip[6];
    ByteView rest = bytes.From(IPV6_HEADER);
    bool isLaterFragment = false;
    // Hop-by-hop, routing, fragment, authentication, encryption, destination options.
    while (header == 0 || header == 43 || header == 44 || header == AH || header == ESP ||
           header == 60)
    {
        if (rest.size < 2)
        {
            m_text += "TRUNCATED";
            return;
        }
        if (!AddIpv6Header(rest, header, isLaterFragment))
        {
            return;
        }
        const std::size_t units = rest.data[1];
        const uint8_t next = rest.data[0];
        rest = rest.From(header == 44 ? 8 : header == AH ? (units + 2) * 4 : (units + 1) * 8);
        header = next;
    }
    AddIpv6Transport(rest, header, isLaterFragment);
}

// One extension header; false: what follows cannot be told.
bool
PacketText::AddIpv6Header(ByteView bytes, uint8_t header, bool& isLaterFragment)
{
    const bool shows = Shows(log_flag::IP_OPTION_BYTES);
    m_text += shows ? "OPT ( " : "";
    if (header == 44)
    {
        m_text += "FRAG:";
        if (bytes.size < 8)
        {
            m_text += "TRUNCATED ";
            return false;
        }
        const uint16_t offset = ReadU16(bytes.data + 2);
        Add("%u ", offset & 0xfff8);
        m_text += (offset & 1) != 0 ? "INCOMPLETE " : "";
        Add("ID:%08x ", ReadU32(bytes.data + 4));
        isLaterFragment = isLaterFragment || (offset & 0xfff8) != 0;
    }
    else if (header == AH || header == ESP)
    {
        const std::size_t offset = header == AH ? 4 : 0;
        m_text += !shows ? "" : header == AH ? "AH " : "ESP ";
        if (shows && (isLaterFragment || bytes.size < offset + 8))
        {
            isLaterFragment ? Add(")") : Add("INCOMPLETE [%zu bytes] )", bytes.size);
            return false;
        }
        if (shows)
        {
            Add(header == AH ? "SPI=0x%x " : "SPI=0x%x )", ReadU32(bytes.data + offset));
        }
        if (header == ESP)
        {
            return false;
        }
    }
    else if (isLaterFragment)
    {
        m_text += shows ? ")" : "";
        return false;
    }
    m_text += shows ? ") " : "";
    return true;
}

void
PacketText::AddIpv6Transport(ByteView bytes, uint8_t protocol, bool isLaterFragment)
{
    switch (protocol)
    {
    case protocol::TCP:
        return AddTcp(bytes, isLaterFragment);
    case protocol::UDP:
        return AddUdp(bytes, "UDP", isLaterFragment);
    case protocol::UDPLITE:
        return AddUdp(bytes, "UDPLITE", isLaterFragment);
    case protocol::ICMPV6:
        m_text += "PROTO=ICMPv6 ";
        return isLaterFragment ? void() : AddIcmpv6(bytes);
    default:
        Add("PROTO=%u ", protocol);
    }
}

void
PacketText::AddIcmpv6(ByteView bytes)
{
    if (bytes.size < ICMP_HEADER)
    {
        return AddIncomplete(bytes);
    }
    // RFC 4443: errors are 1 to 4, echo is 128 and 129.
    const uint8_t* icmp = bytes.data;
    const uint8_t type = icmp[0];
    Add("TYPE=%u CODE=%u ", type, icmp[1]);
    if (type == 128 || type == 129)
    {
        Add("ID=%u SEQ=%u ", ReadU16(icmp + 4), ReadU16(icmp + 6));
    }
    if (type == 4)
    {
        Add("POINTER=%08x ", ReadU32(icmp + 4));
    }
    if (type >= 1 && type <= 4)
    {
        AddQuote(bytes.From(ICMP_HEADER), Family::Ipv6);
    }
    if (type == 2)
    {
        Add("MTU=%u ", ReadU32(icmp + 4));
    }
}

} // namespace conntrack
} // namespace ns3
