/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_WIRE_SIP_STREAM_H
#define CONNTRACK_WIRE_SIP_STREAM_H

#include "model/wire/sip-dialogue.h"

#include <optional>
#include <string>
#include <string_view>

/**
 * @file
 * Joins a stream's segments into SIP messages: several may share a segment, one may span several.
 *
 * Layer: wire.
 * Shape: one a direction of a connection; holds at most one message's bytes that are not complete,
 * and what the last segment had behind it.
 * Errors: IsBroken once the stream cannot be followed; content never asserts.
 * Source: RFC 3261 18.3 (Content-Length delimits), 7.5 (empty lines between messages are skipped).
 */

namespace ns3
{
namespace conntrack
{

/// Joins a stream's segments into messages.
class SipStream
{
  public:
    /// Longest start line and fields that are taken; bytes. RFC 3261 has no limit.
    static constexpr std::size_t MOST_HEAD = 16384;

    /// @param bytes the next ones of the stream
    void Feed(std::string_view bytes);

    /// @return the next complete message; none: more bytes are needed, or the stream is broken
    std::optional<SipPacket> Next();

    /// @return whether a message was wrong, had no Content-Length, or too long a head: its end, and
    ///         with it the next one's begin, are not known
    bool IsBroken() const
    {
        return m_broken;
    }

  private:
    std::string m_bytes;
    std::size_t m_begin{0};  ///< of what was not taken yet
    std::size_t m_looked{0}; ///< behind m_begin: where there is no end of a head
    bool m_broken{false};
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_WIRE_SIP_STREAM_H
