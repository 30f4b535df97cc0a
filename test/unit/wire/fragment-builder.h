/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_TEST_UNIT_WIRE_FRAGMENT_BUILDER_H
#define CONNTRACK_TEST_UNIT_WIRE_FRAGMENT_BUILDER_H

#include "test/unit/packet-builder.h"

#include <string>

/**
 * @file
 * Fragments for tests, whose payload shows where it belongs.
 *
 * Layer: test.
 */

namespace ns3
{
namespace conntrack
{
namespace test
{

/// A fragment; a row of a test states only what differs.
struct Piece
{
    uint32_t begin{0};
    uint32_t size{8};
    int more{0}; ///< 1: more fragments follow
    uint32_t identification{1};
    uint8_t ecn{0};
    uint32_t options{0};    ///< IPv4: bytes of no-operations
    uint32_t extensions{0}; ///< IPv6: bytes of destination options before the fragment header
    bool dontFragment{false};
    uint8_t hopLimit{64};
};

/**
 * @param begin where
 * @param size how many
 * @return a payload's bytes
 */
inline std::string
PayloadAt(uint32_t begin, uint32_t size)
{
    std::string payload;
    for (uint32_t i = begin; i < begin + size; i++)
    {
        payload.push_back(static_cast<char>(i * 7 + i / 256));
    }
    return payload;
}

/**
 * @param to its destination, of either family
 * @param piece the rest
 * @return the fragment
 */
inline Bytes
BuildFragmentTo(std::string_view to, const Piece& piece)
{
    const bool isIpv4 = to.find(':') == std::string_view::npos;
    const std::string payload = PayloadAt(piece.begin, piece.size);
    Bytes content;
    if (!isIpv4)
    {
        content.resize(piece.extensions + 8);
        if (piece.extensions != 0)
        {
            content[0] = 44;
            content[1] = static_cast<uint8_t>(piece.extensions / 8 - 1);
        }
        uint8_t* header = &content[piece.extensions];
        header[0] = 253;
        WriteU16(header + 2,
                 static_cast<uint16_t>(piece.begin | static_cast<uint32_t>(piece.more)));
        WriteU32(header + 4, piece.identification);
    }
    content.insert(content.end(), payload.begin(), payload.end());
    const uint8_t protocol = isIpv4 ? 253 : piece.extensions ? 60 : 44;
    PacketBuilder builder(isIpv4 ? "10.1.0.10" : "fd00:1::10", to);
    Bytes bytes = builder.HopLimit(piece.hopLimit)
                      .Ipv4Options(Bytes(piece.options, 1))
                      .Raw(protocol, content)
                      .Build();
    if (isIpv4)
    {
        bytes[1] = piece.ecn;
        WriteU16(&bytes[4], static_cast<uint16_t>(piece.identification));
        const int flags = (piece.dontFragment ? 0x4000 : 0) | (piece.more ? 0x2000 : 0);
        WriteU16(&bytes[6], static_cast<uint16_t>(piece.begin / 8 | static_cast<uint32_t>(flags)));
        WriteU16(&bytes[10], 0);
        uint32_t sum = 0;
        for (std::size_t i = 0; i < 20 + piece.options; i += 2)
        {
            sum += ReadU16(&bytes[i]);
        }
        WriteU16(&bytes[10], static_cast<uint16_t>(~(sum + (sum >> 16))));
    }
    else
    {
        bytes[1] = static_cast<uint8_t>(piece.ecn << 4);
    }
    return bytes;
}

/**
 * @param family IPv4 or IPv6
 * @param piece the rest
 * @return the fragment
 */
inline Bytes
BuildFragment(Family family, const Piece& piece)
{
    return BuildFragmentTo(family == Family::Ipv4 ? "10.2.0.10" : "fd00:2::10", piece);
}

} // namespace test
} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_TEST_UNIT_WIRE_FRAGMENT_BUILDER_H
