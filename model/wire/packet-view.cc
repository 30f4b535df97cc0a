/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/wire/packet-view.h"

#include "model/wire/ipv6-extension.h"

#include <algorithm>

namespace ns3
{
namespace conntrack
{

namespace
{

constexpr uint32_t IPV4_HEADER = 20;              // RFC 791 3.1, without options
constexpr uint32_t IPV6_HEADER = 40;              // RFC 8200 3
constexpr uint32_t LARGEST_TRANSPORT_HEADER = 60; // TCP's with all its options, RFC 9293 3.1

Family
FamilyByVersion(ByteView bytes)
{
    const int version = bytes.size == 0 ? 0 : bytes.data[0] >> 4;
    return version == 4 ? Family::Ipv4 : version == 6 ? Family::Ipv6 : Family::Unspecified;
}

} // namespace

std::optional<PacketView>
PacketView::Parse(ByteView bytes)
{
    std::optional<PacketView> view(std::in_place); // and read in place: no copy for each packet
    view->m_bytes = bytes;
    if (!view->ParseAs(FamilyByVersion(bytes), 0) || view->m_length < view->m_transportOffset)
    {
        view.reset();
        return view;
    }
    view->m_bytes = bytes.First(view->m_length);
    view->m_size = view->m_bytes.size;
    return view;
}

std::optional<PacketView>
PacketView::ParseHead(ByteView head, WholePacket& whole, std::size_t size)
{
    std::optional<PacketView> view = Parse(head);
    if (!view || view->m_transportOffset + LARGEST_TRANSPORT_HEADER > head.size)
    {
        view = Parse(whole.GetWhole());
    }
    else if (view->m_length > head.size)
    {
        view->m_whole = &whole;
        view->m_size = std::min<std::size_t>(size, view->m_length);
    }
    return view;
}

std::optional<PacketView>
PacketView::ParseQuoted(ByteView bytes, Family family)
{
    PacketView view;
    view.m_bytes = bytes;
    view.m_size = bytes.size;
    const Family readAs = family == Family::Unspecified ? FamilyByVersion(bytes) : family;
    // As in Linux, the length that a quotation gives is not looked at: senders change it.
    const bool isGood = view.ParseAs(readAs, static_cast<uint32_t>(bytes.size));
    return isGood ? std::make_optional(view) : std::nullopt;
}

bool
PacketView::ParseAs(Family family, uint32_t leastLength)
{
    m_family = family;
    m_length = leastLength;
    return family == Family::Ipv4 ? ParseIpv4() : family == Family::Ipv6 && ParseIpv6();
}

bool
PacketView::ParseIpv4()
{
    if (m_bytes.size < IPV4_HEADER)
    {
        return false;
    }
    const uint8_t* header = m_bytes.data;
    m_transportOffset = (header[0] & 0x0f) * 4U;
    m_length = std::max<uint32_t>(m_length, ReadU16(header + 2));
    m_protocol = header[9];
    const uint16_t fragment = ReadU16(header + 6);
    m_moreFragments = (fragment & 0x2000) != 0;
    m_fragmentOffset = (fragment & 0x1fff) * 8U;
    return m_transportOffset >= IPV4_HEADER && m_transportOffset <= m_bytes.size;
}

bool
PacketView::ParseIpv6()
{
    if (m_bytes.size < IPV6_HEADER)
    {
        return false;
    }
    m_length = std::max(m_length, IPV6_HEADER + ReadU16(m_bytes.data + 4));
    m_protocol = m_bytes.data[6];
    m_transportOffset = IPV6_HEADER;
    const std::size_t end = m_bytes.size < m_length ? m_bytes.size : m_length;
    while (IsIpv6Extension(m_protocol))
    {
        // What follows the header of a later fragment is payload, whatever its number says.
        if (m_fragmentOffset != 0 || m_transportOffset + 8 > end)
        {
            break;
        }
        const uint8_t* extension = m_bytes.data + m_transportOffset;
        const uint32_t size = Ipv6ExtensionSize(m_protocol, extension[1]);
        if (m_transportOffset + size > m_length)
        {
            break; // says more than there is: an unknown transport protocol from here on
        }
        if (m_protocol == extension::FRAGMENT && !ParseFragmentHeader(extension))
        {
            break;
        }
        m_protocol = extension[0];
        m_transportOffset += size;
    }
    return true;
}

// The first fragment header counts; one behind it belongs to what was put into fragments twice, and
// ends the headers if it begins a later fragment.
bool
PacketView::ParseFragmentHeader(const uint8_t* header)
{
    const uint32_t offset = ReadU16(header + 2) & 0xfff8U;
    if (m_fragmentHeaderOffset != 0)
    {
        return offset == 0;
    }
    m_fragmentHeaderOffset = m_transportOffset;
    m_fragmentOffset = offset;
    m_moreFragments = (header[3] & 1) != 0;
    return true;
}

} // namespace conntrack
} // namespace ns3
