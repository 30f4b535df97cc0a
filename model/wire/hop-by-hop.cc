/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/wire/hop-by-hop.h"

#include <algorithm>

namespace ns3
{
namespace conntrack
{

namespace
{

constexpr std::size_t IPV6_HEADER = 40;
constexpr std::size_t NEXT_HEADER_AT = 6;
constexpr uint8_t HOP_BY_HOP = 0;
constexpr uint8_t PAD1 = 0;
constexpr uint8_t PADN = 1;
constexpr uint8_t ROUTER_ALERT = 5;     // RFC 2711
constexpr std::size_t MOST_PADDING = 7; // more is never needed to align to eight bytes

bool
IsPadding(ByteView option)
{
    const ByteView data = option.From(2);
    return std::all_of(data.data, data.data + data.size, [](uint8_t byte) { return byte == 0; });
}

/// The two highest bits of an unknown option's type say what to do: 00 is "skip it".
bool
IsSkipped(uint8_t type)
{
    return type == ROUTER_ALERT || (type & 0xc0) == 0;
}

} // namespace

bool
MayPassHopByHop(const PacketView& packet)
{
    const ByteView bytes = packet.Head();
    if (bytes.data[NEXT_HEADER_AT] != HOP_BY_HOP)
    {
        return true;
    }
    const ByteView header = bytes.From(IPV6_HEADER);
    if (header.size < 8 || header.size < (header.data[1] + 1U) * 8)
    {
        return false;
    }
    ByteView rest = header.First((header.data[1] + 1U) * 8).From(2);
    std::size_t padding = 0;
    while (rest.size > 0)
    {
        const uint8_t type = rest.data[0];
        const std::size_t size = type == PAD1 ? 1 : rest.size < 2 ? SIZE_MAX : rest.data[1] + 2U;
        if (size > rest.size)
        {
            return false;
        }
        const bool pads = type == PAD1 || type == PADN;
        padding = pads ? padding + size : 0;
        if (padding > MOST_PADDING || (type == PADN && !IsPadding(rest.First(size))) ||
            (!pads && !IsSkipped(type)))
        {
            return false;
        }
        rest = rest.From(size);
    }
    return true;
}

} // namespace conntrack
} // namespace ns3
