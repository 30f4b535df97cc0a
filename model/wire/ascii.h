/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_WIRE_ASCII_H
#define CONNTRACK_WIRE_ASCII_H

#include <algorithm>
#include <string_view>

/**
 * @file
 * Characters of the text protocols, whatever the locale.
 *
 * Layer: wire.  Shape: pure functions.
 */

namespace ns3
{
namespace conntrack
{

/// @param character any @return whether it is a decimal digit
constexpr bool
IsDigit(char character)
{
    return character >= '0' && character <= '9';
}

/// @param character any @return a small letter for a capital, others as they are
constexpr char
ToLower(char character)
{
    return character >= 'A' && character <= 'Z' ? static_cast<char>(character - 'A' + 'a')
                                                : character;
}

/// @param a ASCII @param b ASCII @return whether they are equal but for the case of letters
inline bool
EqualsIgnoringCase(std::string_view a, std::string_view b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
        return ToLower(x) == ToLower(y);
    });
}

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_WIRE_ASCII_H
