/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/wire/fragmenter.h"

#include "model/wire/checksum.h"
#include "model/wire/ipv6-extension.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace ns3
{
namespace conntrack
{

namespace
{

using Packet = std::vector<uint8_t>;

constexpr uint16_t DONT_FRAGMENT = 0x4000;  // RFC 791 3.1
constexpr uint16_t MORE_FRAGMENTS = 0x2000; // RFC 791 3.1
constexpr uint32_t IPV4_HEADER = 20;        // RFC 791 3.1, without options
constexpr uint32_t IPV6_HEADER = 40;        // RFC 8200 3
constexpr uint32_t FRAGMENT_HEADER = 8;     // RFC 8200 4.5
constexpr uint32_t IPV6_MIN_MTU = 1280;     // RFC 8200 5

// Where IPv6's new fragment header goes, and which byte then says that it is there.
struct InsertionPoint
{
    uint32_t offset;
    uint32_t nextHeaderOffset;
};

// After hop-by-hop options, destination options and a routing header; destination options after a
// routing header are for the destination and are cut with the payload.
std::optional<InsertionPoint>
FindInsertionPoint(ByteView bytes)
{
    InsertionPoint point{IPV6_HEADER, 6};
    bool sawRouting = false;
    while (point.offset <= bytes.size)
    {
        const uint8_t next = bytes.data[point.nextHeaderOffset];
        const bool isOptions = next == extension::DESTINATION_OPTIONS && !sawRouting;
        if (next != extension::HOP_BY_HOP && next != extension::ROUTING && !isOptions)
        {
            return point;
        }
        if (point.offset + 2 > bytes.size)
        {
            return std::nullopt;
        }
        sawRouting = sawRouting || next == extension::ROUTING;
        point.nextHeaderOffset = point.offset;
        point.offset += Ipv6ExtensionSize(next, bytes.data[point.offset + 1]);
    }
    return std::nullopt;
}

// Where to cut, and whether those are the cuts it came with.
struct Cuts
{
    std::vector<std::size_t> lengths; // none: there is no room for any piece
    bool asCame{false};
};

// The pieces as they came, if they still make up the payload and fit.
bool
CutAsCame(Cuts& cuts, const FragmentShape& shape, std::size_t payload, std::size_t room)
{
    cuts.lengths.assign(shape.payloads.begin(), shape.payloads.end());
    for (std::size_t i = 0; i < cuts.lengths.size(); i++)
    {
        const bool mayBeOdd = i != 0 && i + 1 == cuts.lengths.size();
        if (cuts.lengths[i] > room || (cuts.lengths[i] % 8 != 0 && !mayBeOdd))
        {
            return false;
        }
    }
    return std::accumulate(cuts.lengths.begin(), cuts.lengths.end(), std::size_t{0}) == payload;
}

Cuts
FindCuts(FragmentShape shape, std::size_t payload, std::size_t room, std::size_t header)
{
    Cuts cuts;
    if (!shape.payloads.empty())
    {
        // IPv6: the fragment header may go elsewhere now; what it passes changes sides.
        const std::size_t first = shape.payloads.front() + std::size_t{shape.firstHeader} - header;
        shape.payloads.front() = static_cast<uint16_t>(first);
        // Each new header is written where the fragment's own was.
        cuts.asCame = first <= room && CutAsCame(cuts, shape, payload, room) &&
                      (shape.payloads.size() == 1 || shape.shortestHeader >= header);
    }
    if (cuts.asCame)
    {
        return cuts;
    }
    cuts.lengths.clear();
    const std::size_t step = room & ~std::size_t{7};
    std::size_t left = payload;
    for (; left > room && step != 0; left -= step)
    {
        cuts.lengths.push_back(step);
    }
    if (left <= room)
    {
        cuts.lengths.push_back(left);
    }
    return cuts;
}

// Options without the copied bit are for the first fragment only (RFC 791 3.1). Linux keeps the
// header's length and writes no-operations in their place.
void
BlankUncopiedOptions(Packet& header)
{
    constexpr uint8_t END = 0;
    constexpr uint8_t NO_OPERATION = 1;
    constexpr uint8_t COPIED = 0x80;
    std::size_t at = IPV4_HEADER;
    while (at < header.size() && header[at] != END)
    {
        if (header[at] == NO_OPERATION)
        {
            at++;
            continue;
        }
        const std::size_t left = header.size() - at;
        const std::size_t length = left > 1 ? header[at + 1] : 0;
        if (length < 2 || length > left)
        {
            return;
        }
        if ((header[at] & COPIED) == 0)
        {
            std::fill_n(header.begin() + static_cast<std::ptrdiff_t>(at), length, NO_OPERATION);
        }
        at += length;
    }
}

Packet
Ipv4Piece(const Packet& header, ByteView payload, uint16_t fragmentField)
{
    Packet packet = header;
    WriteU16(&packet[2], static_cast<uint16_t>(header.size() + payload.size));
    WriteU16(&packet[6], fragmentField);
    WriteU16(&packet[10], 0);
    const uint16_t sum = OnesComplementSum({packet.data(), packet.size()});
    WriteU16(&packet[10], static_cast<uint16_t>(~sum));
    packet.insert(packet.end(), payload.data, payload.data + payload.size);
    return packet;
}

std::vector<Packet>
FragmentIpv4(const PacketView& packet, const FragmentShape& shape, uint32_t mtu)
{
    const uint32_t headerSize = packet.TransportOffset();
    const uint32_t limit = shape.IsWhole() ? mtu : std::min(mtu, shape.largest);
    if (limit <= headerSize)
    {
        return {};
    }
    Packet header(packet.Bytes().data, packet.Bytes().data + headerSize);
    const ByteView payload = packet.Transport();
    const Cuts cuts = FindCuts(shape, payload.size, limit - headerSize, headerSize);
    const uint16_t flag = shape.keepDontFragment && !cuts.asCame ? DONT_FRAGMENT : 0;
    std::vector<Packet> fragments;
    std::size_t offset = 0;
    for (const std::size_t length : cuts.lengths)
    {
        const bool isLast = offset + length == payload.size;
        const auto field = static_cast<uint16_t>(offset / 8 | flag | (isLast ? 0 : MORE_FRAGMENTS));
        fragments.push_back(Ipv4Piece(header, payload.From(offset).First(length), field));
        if (offset == 0)
        {
            BlankUncopiedOptions(header);
        }
        offset += length;
    }
    return fragments;
}

std::vector<Packet>
FragmentIpv6(const PacketView& packet,
             const FragmentShape& shape,
             uint32_t mtu,
             uint32_t identification)
{
    const ByteView bytes = packet.Bytes();
    const std::size_t firstSize =
        shape.payloads.empty() ? bytes.size
                               : shape.firstHeader - FRAGMENT_HEADER + shape.payloads.front();
    const auto point = FindInsertionPoint(bytes.First(firstSize)); // Linux looks no further
    const uint32_t limit =
        std::max(shape.IsWhole() ? mtu : std::min(mtu, shape.largest), IPV6_MIN_MTU);
    const uint32_t headerSize = point ? point->offset + FRAGMENT_HEADER : limit;
    if (headerSize + 8 > limit)
    {
        return {};
    }
    Packet header(bytes.data, bytes.data + headerSize - FRAGMENT_HEADER);
    header.resize(headerSize);
    uint8_t* fragmentHeader = &header[point->offset];
    fragmentHeader[0] = header[point->nextHeaderOffset];
    header[point->nextHeaderOffset] = extension::FRAGMENT;
    WriteU32(fragmentHeader + 4, identification);
    const ByteView payload = bytes.From(point->offset);
    std::vector<Packet> fragments;
    std::size_t offset = 0;
    const Cuts cuts = FindCuts(shape, payload.size, limit - headerSize, headerSize);
    for (const std::size_t length : cuts.lengths)
    {
        const bool isLast = offset + length == payload.size;
        WriteU16(&header[4], static_cast<uint16_t>(headerSize + length - IPV6_HEADER));
        WriteU16(fragmentHeader + 2, static_cast<uint16_t>(offset | (isLast ? 0U : 1U)));
        Packet fragment = header;
        fragment.insert(fragment.end(), payload.data + offset, payload.data + offset + length);
        fragments.push_back(std::move(fragment));
        offset += length;
    }
    return fragments;
}

} // namespace

SendForm
FormForLink(const PacketView& packet, const FragmentShape& shape, uint32_t mtu)
{
    const bool isIpv4 = packet.GetFamily() == Family::Ipv4;
    const uint32_t limit = isIpv4 ? mtu : std::max(mtu, IPV6_MIN_MTU);
    const bool isTooLong = packet.Length() > limit;
    if (!isTooLong && shape.IsWhole())
    {
        return SendForm::Whole; // nearly every packet
    }
    const bool mayCut =
        !isIpv4 ? !shape.IsWhole()
                : !shape.IsWhole() || (ReadU16(packet.Head().data + 6) & DONT_FRAGMENT) == 0;
    if (isTooLong && !mayCut)
    {
        return SendForm::TooBig;
    }
    // The sender of the fragments learns the MTU too, if it asked for that: with DF, always in
    // IPv6.
    const bool asksForMtu = !isIpv4 || (ReadU16(packet.Head().data + 6) & DONT_FRAGMENT) != 0;
    if (isTooLong && asksForMtu && shape.largest > limit)
    {
        return SendForm::TooBig;
    }
    const bool cutAgain =
        isIpv4 ? !shape.IsWhole() : !shape.IsWhole() && packet.Length() > shape.largest;
    return isTooLong || cutAgain ? SendForm::Fragments : SendForm::Whole;
}

std::vector<std::vector<uint8_t>>
Fragment(const PacketView& packet,
         const FragmentShape& shape,
         uint32_t mtu,
         uint32_t identification)
{
    return packet.GetFamily() == Family::Ipv4 ? FragmentIpv4(packet, shape, mtu)
                                              : FragmentIpv6(packet, shape, mtu, identification);
}

} // namespace conntrack
} // namespace ns3
