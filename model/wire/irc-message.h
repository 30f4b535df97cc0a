/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_WIRE_IRC_MESSAGE_H
#define CONNTRACK_WIRE_IRC_MESSAGE_H

#include "model/flow/tuple.h"
#include "model/wire/bytes.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

/**
 * @file
 * Where a segment of an IRC client offers a direct connection (DCC).
 *
 * Layer: wire.
 * Shape: a view of a segment's payload that gets shorter.
 * Units and byte order: positions count bytes from the segment's first; ports in host order.
 * Errors: none for what is no offer; content never asserts. An offer's text lies within the
 * segment. Source: RFC 2812 3.3.1 (PRIVMSG); "A description of the DCC protocol",
 * troy@cbme.unsw.edu.au (the offer, its address as one number). What counts as an offer is
 * Linux 6.18's word:
 *
 *     PRIVMSG bob :<1>DCC SEND file 167837706 5000 100<1><LF>     10.1.0.10, port 5000
 *
 * - The segment begins with PRIVMSG, in any case, after blanks and line ends at most. Its message
 * is what the first " :" begins, in whatever line, and must be DCC; if it is of another kind than
 * SEND, CHAT, MOVE, TSEND and SCHAT, the next " :" counts.
 * - One word is skipped, blanks stand between address and port, anything may end the port, and a
 *   line feed must follow somewhere.
 * - Numbers have any number of digits and wrap; a missing one is zero.
 */

namespace ns3
{
namespace conntrack
{

/// A direct connection that is offered.
struct DccOffer
{
    std::size_t position{0}; ///< of the text of address and port, e.g. of "167837706 5000"
    std::size_t length{0};   ///< of that text
    Address address;         ///< of IPv4; whoever offers may name any
    uint16_t port{0};        ///< host order; may be zero
};

/// Reads the offers of a segment one after another.
class DccReader
{
  public:
    /// @param segment the payload of one segment
    explicit DccReader(ByteView segment);

    /// @return the next offer, sensible or not; none: there is none that can be read
    std::optional<DccOffer> Next();

  private:
    bool FindMessage();
    void Skip(std::size_t count);

    std::string_view m_rest;   ///< what is not read yet
    std::size_t m_position{0}; ///< of the rest in the segment
    std::size_t m_kind;        ///< of KINDS, to be looked for next at the rest's begin
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_WIRE_IRC_MESSAGE_H
