/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_WIRE_IPV6_EXTENSION_H
#define CONNTRACK_WIRE_IPV6_EXTENSION_H

#include <cstdint>

/**
 * @file
 * IPv6's extension headers: their numbers and lengths.
 *
 * Layer: wire.  Units: bytes.
 * Source: RFC 8200 4, RFC 4302 2.2.
 */

namespace ns3
{
namespace conntrack
{

/// Next-header values that are no transport protocol.
namespace extension
{
constexpr uint8_t HOP_BY_HOP = 0;
constexpr uint8_t ROUTING = 43;
constexpr uint8_t FRAGMENT = 44;
constexpr uint8_t AUTHENTICATION = 51;
constexpr uint8_t NO_NEXT_HEADER = 59; ///< nothing follows; no header itself
constexpr uint8_t DESTINATION_OPTIONS = 60;
} // namespace extension

/**
 * @param number a next-header value
 * @return whether an extension header follows it that may stand before the transport header
 */
constexpr bool
IsIpv6Extension(uint8_t number)
{
    return number == extension::HOP_BY_HOP || number == extension::ROUTING ||
           number == extension::FRAGMENT || number == extension::AUTHENTICATION ||
           number == extension::DESTINATION_OPTIONS;
}

/**
 * @param number which extension header
 * @param lengthField its second byte
 * @return its length
 */
constexpr uint32_t
Ipv6ExtensionSize(uint8_t number, uint8_t lengthField)
{
    if (number == extension::FRAGMENT)
    {
        return 8; // the second byte is reserved
    }
    return number == extension::AUTHENTICATION ? (lengthField + 2U) * 4 : (lengthField + 1U) * 8;
}

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_WIRE_IPV6_EXTENSION_H
