/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_WIRE_IPV6_TEXT_H
#define CONNTRACK_WIRE_IPV6_TEXT_H

#include "model/flow/tuple.h"

#include <cstddef>
#include <optional>
#include <string_view>

/**
 * @file
 * IPv6 addresses in messages of helpers, as leniently read as Linux does.
 *
 * Layer: wire.
 * Shape: one pure function.
 * Errors: none for what is no address; content never asserts.
 * Source: RFC 4291 2.2, with Linux's licenses: leading zeros may make a group longer than four
 * digits, "::" may stand for one group, and a dotted quad at the end may be followed by a colon.
 * Differs: nine groups ("1:2:3:4:5:6:7::8") are no address here; what Linux makes of them is
 * chance.
 */

namespace ns3
{
namespace conntrack
{

/// An address and how much text it was.
struct Ipv6Text
{
    Address address;
    std::size_t length{0}; ///< what ended it not included
};

/**
 * Read an address.
 * @param text begins with the address
 * @param end ends it, as do a zero byte and the end of the text; none: so does whatever can be no
 * part of an address
 * @return the address, or none
 */
std::optional<Ipv6Text> ReadIpv6Text(std::string_view text, std::optional<char> end);

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_WIRE_IPV6_TEXT_H
