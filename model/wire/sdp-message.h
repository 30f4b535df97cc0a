/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_WIRE_SDP_MESSAGE_H
#define CONNTRACK_WIRE_SDP_MESSAGE_H

#include "model/wire/sip-text.h"

/**
 * @file
 * The lines of a session description within a SIP message.
 *
 * Layer: wire.
 * Shape: pure functions of the message; nothing is kept or allocated.
 * Units: positions count from the message's first byte, not the description's.
 * Errors: SipSearch; content never asserts, nothing is read past the message.
 * Source: RFC 4566 5 (v=, o=, c=, m=), 5.7 (a media description's address overrides the session's),
 * 5.14. Nothing is known of the body's type: what looks like a line of a description is one.
 *
 *     line                           what is found
 *     v=0                            0; the description begins here
 *     o=- 1 1 IN IP4 10.1.0.10       10.1.0.10
 *     c=IN IP4 10.1.0.10             10.1.0.10; also with a TTL behind, "/127"
 *     c=IN IP4 example.org           unreadable, as is another family's address
 *     m=audio 40000 RTP/AVP 0        audio 40000
 */

namespace ns3
{
namespace conntrack
{

/// Lines that are looked for.
enum class SdpLine : uint8_t
{
    Version,    ///< v=
    Owner,      ///< o=
    Connection, ///< c=
    Media,      ///< m=
};

/// Kinds of media that are expected.
enum class SdpMediaKind : uint8_t
{
    Audio,
    Video,
    Image,
    Other,
};

/// A media line.
struct SdpMedia
{
    SdpMediaKind kind{SdpMediaKind::Other};
    SipSpan port; ///< where its port stands; of other kinds the kind and the port
};

/// An address of a line.
struct SdpAddress
{
    SipSpan span;
    Address address;
};

/**
 * The first line of a kind.
 * @param message in which
 * @param line which
 * @param from the line begins behind the next end of a line from here on
 * @param before look no further than the first line of this kind; none: look everywhere
 * @return the part of it that is asked for
 */
SipField FindSdpLine(const SipText& message,
                     SdpLine line,
                     std::size_t from,
                     std::optional<SdpLine> before = std::nullopt);

/**
 * The address of the first line of a kind before the next media line.
 * @param message in which
 * @param line Owner or Connection
 * @param from as for FindSdpLine
 * @return the address; none: there is none, or it cannot be read
 */
std::optional<SdpAddress> FindSdpAddress(const SipText& message, SdpLine line, std::size_t from);

/**
 * @param message in which
 * @param from as for FindSdpLine
 * @return the next media line; none: there is none, or it cannot be read
 */
std::optional<SdpMedia> FindSdpMedia(const SipText& message, std::size_t from);

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_WIRE_SDP_MESSAGE_H
