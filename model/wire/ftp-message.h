/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_WIRE_FTP_MESSAGE_H
#define CONNTRACK_WIRE_FTP_MESSAGE_H

#include "model/flow/tuple.h"
#include "model/wire/bytes.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

/**
 * @file
 * Where an FTP control segment announces the endpoint of a data connection.
 *
 * Layer: wire.
 * Shape: one pure function of a segment's payload; nothing is kept.
 * Units and byte order: positions count bytes from the segment's first; ports in host order.
 * Errors: FtpMatch; content never asserts. A match's text lies within the segment.
 * Source: RFC 959 4.1.2 (PORT), 4.2.2 (227); RFC 1123 4.1.2.6 (how to find 227's numbers);
 * RFC 2428 (EPRT, 229). What counts as a match is Linux's word, of which the RFCs know nothing:
 *
 * - `PORT 10,1,0,10,195,81` and CR: match, 10.1.0.10, port 50001; the CR must be there.
 * - `PORTABLE 10,1,0,10,1,1` and CR: match; what follows the word up to the first blank is ignored.
 * - `EPRT #1#10.1.0.10#2049#`: match; the delimiter is any visible character but a digit.
 * - `227 =10,2,0,10,195,81.`: match; numbers begin at the first digit, any character ends them.
 * - `229 Ok (|||50001|)`: match without an address.
 * - `POR`: partial, it may become a command.
 * - `PORT 10,1,0,10,4` and CR: partial, it begins like a command and cannot be read.
 * - `229 no parenthesis`: partial, the same.
 * - `STOR a`: none.
 *
 * Numbers are never checked for being at most 255: they are shifted and combined as 32-bit values,
 * and ports wrap at 16 bits. A port of zero is read in PORT and 227, refused in EPRT and 229.
 */

namespace ns3
{
namespace conntrack
{

/// What a segment is to the search.
enum class FtpMatch : uint8_t
{
    None,     ///< does not begin with one of the words
    Partial,  ///< begins with one, or with a part of one, and cannot be read to its end
    Complete, ///< names an endpoint
};

/// The words that announce an endpoint.
enum class FtpWord : uint8_t
{
    Port, ///< client: "PORT"
    Eprt, ///< client: "EPRT"
    Pasv, ///< server: "227 "
    Epsv, ///< server: "229 "
};

/**
 * @param word a word
 * @return its text in capitals, the blank of a reply code included
 */
std::string_view ToText(FtpWord word);

/// What FindFtpEndpoint found.
struct FtpEndpoint
{
    FtpMatch match{FtpMatch::None};
    FtpWord word{FtpWord::Port}; ///< unless match is None

    // The rest only if match is Complete.
    std::size_t position{0};     ///< of the endpoint's text, e.g. of "10,1,0,10,195,81"
    std::size_t length{0};       ///< of that text; delimiters of EPRT and 229 are part of it
    Address address;             ///< its first addressBytes bytes
    std::size_t addressBytes{0}; ///< 0 (229), 4, or 16 (EPRT with IPv6)
    uint16_t port{0};            ///< host order
};

/**
 * Look for an endpoint at the begin of a segment, which is the begin of a line.
 * @param segment the payload of one segment
 * @param sender Original for the client, Reply for the server
 * @param family the control connection's: EPRT must name the same
 * @return what was found; an empty segment has none
 */
FtpEndpoint FindFtpEndpoint(ByteView segment, Direction sender, Family family);

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_WIRE_FTP_MESSAGE_H
