/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_WIRE_AMANDA_MESSAGE_H
#define CONNTRACK_WIRE_AMANDA_MESSAGE_H

#include "model/wire/bytes.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

/**
 * @file
 * Where an Amanda answer names the ports of the connections that it wants.
 *
 * Layer: wire.
 * Shape: pure functions of a datagram's payload; nothing is kept.
 * Units and byte order: positions count bytes from the datagram's first; ports in host order.
 * Errors: none for what is not there; content never asserts. Texts lie within the datagram.
 * Source: amanda-protocol(7) of Amanda 2.x; what counts is Linux's word:
 *
 *     Amanda 2.6 REP HANDLE 0 SEQ 1<LF>
 *     CONNECT DATA 50100 MESG 50101 INDEX 50102<LF>
 *
 * - The first "CONNECT " counts, wherever it stands, up to its line feed, which must be there.
 * - In it the first "DATA ", "MESG ", "INDEX " and "STATE " count, in any order, as parts of other
 *   words, too; a port is of the next five characters those that are digits, and wraps.
 */

namespace ns3
{
namespace conntrack
{

/// The words that a port can follow, in the order in which Linux looks for them.
constexpr std::array<std::string_view, 4> AMANDA_WORDS{"DATA ", "MESG ", "INDEX ", "STATE "};

/// What stands between "CONNECT " and its line feed.
struct AmandaLine
{
    std::size_t begin{0}; ///< position of its first byte
    std::size_t end{0};   ///< position of the line feed
};

/// Which words belong to a line.
enum class AmandaReach : uint8_t
{
    WordEnds,   ///< those that end before it does
    WordBegins, ///< those that begin before it does, which is more if NAT has made it shorter
};

/// A port in such a line.
struct AmandaPort
{
    std::size_t position{0}; ///< of its text
    std::size_t length{0};   ///< of its text
    uint16_t port{0};        ///< host order; 0: there is none that can be read
};

/**
 * @param datagram the payload of one datagram
 * @return the line of its first CONNECT
 */
std::optional<AmandaLine> FindAmandaLine(ByteView datagram);

/**
 * @param datagram the payload, which may have been changed since the line was found
 * @param line where to look
 * @param word one of AMANDA_WORDS
 * @param reach which words are in the line
 * @return what follows the word; none: the word is not there
 */
std::optional<AmandaPort> FindAmandaPort(ByteView datagram,
                                         const AmandaLine& line,
                                         std::string_view word,
                                         AmandaReach reach);

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_WIRE_AMANDA_MESSAGE_H
