/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_WIRE_SIP_TEXT_H
#define CONNTRACK_WIRE_SIP_TEXT_H

#include "model/flow/tuple.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/**
 * @file
 * The smallest pieces of SIP and SDP messages: letters, numbers, addresses, lines.
 *
 * Layer: wire.
 * Shape: pure functions of a text that somebody else owns; reading keeps and allocates nothing.
 * Units and byte order: positions count from the text's first byte; ports in host order.
 * Errors: none (std::optional) or an empty number; content never asserts, nothing is read past the
 * text.
 * Source: RFC 3261 25.1, RFC 4566 9, as leniently or strictly read as Linux's connection tracking
 * does (tried on 6.18): a port is 1024 to 65535, has at most five digits and is followed by
 * something; a number has at most eleven digits and 32 bits.
 */

namespace ns3
{
namespace conntrack
{

/// A SIP message, or what is at hand of one, in a connection of a family.
struct SipText
{
    std::string_view text;
    Family family{Family::Ipv4}; ///< addresses of the other one cannot be read
};

/// Where something lies in a text.
struct SipSpan
{
    std::size_t position{0};
    std::size_t length{0};

    /// @return the place behind it
    std::size_t End() const
    {
        return position + length;
    }
};

/// What a search for something in a message leads to.
enum class SipSearch : uint8_t
{
    Absent,
    Unreadable, ///< it is there, and is not what it should be
    Found,
};

/// A part of a message that a search leads to.
struct SipField
{
    SipSearch search{SipSearch::Absent};
    SipSpan span; ///< if it is Unreadable, its position is where another search may begin
};

/// A number and how much text it was.
struct SipNumber
{
    uint32_t value{0};
    std::size_t length{0}; ///< 0: there is no number, or it is too large
};

/// An address and how much text it was.
struct SipAddress
{
    Address address;
    std::size_t length{0}; ///< brackets included
};

/// An address with a port, and how much text they were.
struct SipEndpoint
{
    Address address;
    uint16_t port{0}; ///< 5060 if none is named
    std::size_t length{0};
};

/// Whether an IPv6 address stands in brackets.
enum class SipBrackets : uint8_t
{
    Required, ///< in URIs (RFC 3261 25.1)
    Optional, ///< in parameters
    Never,    ///< in session descriptions (RFC 4566 9)
};

/// @param character one @return whether it is a letter of Latin-1, as Linux has it
bool IsSipLetter(char character);

/// @param character one @return whether it ends a line
inline bool
IsSipLineEnd(char character)
{
    return character == '\r' || character == '\n';
}

/**
 * @param text whose begin is compared
 * @param word in any case
 * @return whether the text begins with it, whatever the case
 */
bool BeginsWith(std::string_view text, std::string_view word);

/// @param text a text @return how many letters it begins with
std::size_t CountSipLetters(std::string_view text);

/// @param text a text @return how many digits it begins with
std::size_t CountSipDigits(std::string_view text);

/// @param text begins with the number @return it
SipNumber ReadSipNumber(std::string_view text);

/**
 * @param text begins with the address
 * @param family its family
 * @param brackets about IPv6
 * @return it; none: there is no address
 */
std::optional<SipAddress> ReadSipAddress(std::string_view text,
                                         Family family,
                                         SipBrackets brackets);

/**
 * @param text begins with an address, perhaps with a colon and a port, and goes on behind
 * @param family the address's
 * @return both; none: one of them cannot be read
 */
std::optional<SipEndpoint> ReadSipEndpoint(std::string_view text, Family family);

/**
 * @param text a text
 * @param from where to look for the end of a line
 * @return where the line behind it begins; none: there is none. An empty line that ends with a line
 * feed alone is one, whose end begins no other
 */
std::optional<std::size_t> FindNextSipLine(std::string_view text, std::size_t from);

/**
 * @param address an address
 * @param family its family
 * @param brackets Required: an IPv6 address stands in them
 * @return its text, as Linux writes it into messages
 */
std::string PrintSipAddress(const Address& address, Family family, SipBrackets brackets);

/**
 * @param address an address
 * @param port its port
 * @param family of the address
 * @return their text, as Linux writes it into messages; the port is always there
 */
std::string PrintSipEndpoint(const Address& address, uint16_t port, Family family);

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_WIRE_SIP_TEXT_H
