/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_WIRE_SDP_DESCRIPTION_H
#define CONNTRACK_WIRE_SDP_DESCRIPTION_H

#include "model/wire/text-reader.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/**
 * @file
 * A session description: what media an end of a call takes, and where.
 *
 * Layer: wire.
 * Shape: values. Printing and reading are inverses; lines that mean nothing here (b=, i=, k= ...)
 * are kept as they came.
 * Units and byte order: ports in host order.
 * Errors: none (std::nullopt) for what the RFC does not allow; content never asserts.
 * Source: RFC 4566 5 and 9 (lines and their order), RFC 3264 5.1 and 8.4 (directions, hold).
 * Differs: addresses only, no host names and no multicast; a lone LF ends a line, too.
 */

namespace ns3
{
namespace conntrack
{

/// A line that is kept as it came.
struct SdpLine
{
    char type{'\0'};
    std::string value;

    friend bool operator==(const SdpLine& a, const SdpLine& b)
    {
        return a.type == b.type && a.value == b.value;
    }
};

/// Which way media go, seen from who describes it (RFC 4566 6).
enum class SdpDirection : uint8_t
{
    SendReceive, ///< both ways; what is meant if nothing is said
    SendOnly,    ///< the other end is on hold
    ReceiveOnly, ///< the answer to that
    Inactive,    ///< neither
};

/// @param value one of them @return the attribute, "sendrecv"
std::string_view ToText(SdpDirection value);

/// One stream of media, "m=".
struct SdpMedia
{
    std::string kind{"audio"};
    uint16_t port{0};  ///< 0: refused, or not in use
    uint16_t ports{1}; ///< "m=audio 4000/2": pairs of ports
    std::string transport{"RTP/AVP"};
    std::vector<std::string> formats;      ///< payload types, "0"
    std::optional<HostAddress> connection; ///< its own "c="
    std::vector<std::string> attributes;   ///< "a=" without it
    std::vector<SdpLine> others;

    friend bool operator==(const SdpMedia& a, const SdpMedia& b)
    {
        return a.kind == b.kind && a.port == b.port && a.ports == b.ports &&
               a.transport == b.transport && a.formats == b.formats &&
               a.connection == b.connection && a.attributes == b.attributes && a.others == b.others;
    }
};

/// A session description.
struct SdpDescription
{
    /// Most lines that are read; RFC 4566 has no limit.
    static constexpr std::size_t MOST_LINES = 200;

    std::string user{"-"};                 ///< of "o="
    uint64_t session{0};                   ///< of "o="
    uint64_t version{0};                   ///< of "o=": greater after each change
    HostAddress origin;                    ///< of "o="
    std::string name{"-"};                 ///< "s="
    std::optional<HostAddress> connection; ///< the session's "c="
    std::vector<std::string> attributes;   ///< of the session
    std::vector<SdpLine> others;           ///< "t=" among them, at least one
    std::vector<SdpMedia> media;

    /// @param stream one of its media @return where it goes: its own address or the session's
    std::optional<HostAddress> PlaceOf(const SdpMedia& stream) const;

    /// @param stream one of its media @return which way it goes, by its or the session's attribute
    SdpDirection DirectionOf(const SdpMedia& stream) const;

    friend bool operator==(const SdpDescription& a, const SdpDescription& b)
    {
        return a.user == b.user && a.session == b.session && a.version == b.version &&
               a.origin == b.origin && a.name == b.name && a.connection == b.connection &&
               a.attributes == b.attributes && a.others == b.others && a.media == b.media;
    }
};

/// @param text a body of type application/sdp @return the description; none for a wrong form
std::optional<SdpDescription> ParseSdp(std::string_view text);

/// @param description a description @return its text
std::string PrintSdp(const SdpDescription& description);

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_WIRE_SDP_DESCRIPTION_H
