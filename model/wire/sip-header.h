/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_WIRE_SIP_HEADER_H
#define CONNTRACK_WIRE_SIP_HEADER_H

#include "model/wire/sip-text.h"

/**
 * @file
 * The header fields of a SIP message: numbers, URIs, parameters.
 *
 * Layer: wire.
 * Shape: pure searches in the message; a walk over several URIs keeps a position. Nothing is
 * allocated.
 * Units and byte order: positions count from the message's first byte; ports in host order.
 * Errors: SipSearch; content never asserts, nothing is read past the message.
 * Source: RFC 3261 7.3 (field names in any case, short forms, folded lines, lists), 25.1; what is
 * taken for a field is Linux's word:
 *
 *     line                                   field
 *     Contact: <sip:a@10.1.0.10:5060>        10.1.0.10:5060; what stands before the @ is skipped
 *     m : sip:10.1.0.10                      the short form; port 5060
 *     Contact: "A" <tel:1>, <sip:a@10.1.0.10> the first URI of the field that can be read
 *     Contact: <sip:a@example.org>           unreadable: names are not resolved; the next is tried
 *     Via: SIP/2.0/UDP 10.1.0.10;rport       ViaUdp; with another transport it is unreadable
 *     Content-Lengths: 1                     ends the search: no such field
 *
 * In a folded line the first character behind the blanks belongs to no search word. The last
 * character of a message neither.
 */

namespace ns3
{
namespace conntrack
{

/// The fields that are looked for.
enum class SipHeader : uint8_t
{
    CSeq,          ///< a number
    From,          ///< an URI, as are the next two
    To,            ///< its short form is "t"
    Contact,       ///< its short form is "m"
    ViaUdp,        ///< address and port behind "UDP "
    ViaTcp,        ///< address and port behind "TCP "
    Expires,       ///< a number
    ContentLength, ///< a number; its short form is "l"
};

/// An address and port that a field names.
struct SipUri
{
    SipSpan span; ///< "10.1.0.10:5060", or without the port
    Address address;
    uint16_t port{0};
};

/// A number that a parameter has.
struct SipNumberParameter
{
    SipSearch search{SipSearch::Absent}; ///< Unreadable: no number
    SipSpan span;
    uint32_t value{0};
};

/// An address that a parameter has.
struct SipAddressParameter
{
    SipSpan span;
    Address address;
};

/**
 * The first field of a name.
 * @param message in which
 * @param header which
 * @param from the field's line begins behind the next end of a line from here on
 * @return the part of its value that is asked for
 */
SipField FindSipHeader(const SipText& message, SipHeader header, std::size_t from = 0);

/// The URIs of all fields of a name, one after the other; what cannot be read is skipped.
class SipUriWalk
{
  public:
    /// @param header which
    explicit SipUriWalk(SipHeader header)
        : m_header(header)
    {
    }

    /**
     * @param message the same each time, but for changes before the place that is reached
     * @return the next URI; none: there is no further one
     */
    std::optional<SipUri> Next(const SipText& message);

    /// @param bytes by which the text before the place that is reached became shorter
    void StepBack(std::size_t bytes)
    {
        m_from -= bytes < m_from ? bytes : m_from;
    }

  private:
    std::optional<SipSpan> NextOfList(const SipText& message);
    std::optional<SipSpan> NextOfFields(const SipText& message);

    SipHeader m_header;
    std::size_t m_from{0};
    bool m_inList{false};
};

/**
 * @param message in which
 * @param header which
 * @return the first URI that can be read; none: there is none
 */
std::optional<SipUri> FindSipUri(const SipText& message, SipHeader header);

/**
 * What a parameter of a field begins with, up to the next comma.
 * @param message in which
 * @param from where in the field's value
 * @param name with the sign of equality, e.g. "transport="
 * @return where its value begins; none: there is no such parameter
 */
std::optional<std::size_t> FindSipParameter(const SipText& message,
                                            std::size_t from,
                                            std::string_view name);

/**
 * @param message in which
 * @param from where in the field's value
 * @param name with the sign of equality, e.g. "expires="
 * @return the number
 */
SipNumberParameter FindSipNumber(const SipText& message, std::size_t from, std::string_view name);

/**
 * @param message in which
 * @param from where in the field's value
 * @param name with the sign of equality, e.g. "received="
 * @param brackets about IPv6
 * @return the address; none: there is none, or not one of the family
 */
std::optional<SipAddressParameter> FindSipAddress(const SipText& message,
                                                  std::size_t from,
                                                  std::string_view name,
                                                  SipBrackets brackets);

/**
 * Address and port of an URI behind its scheme.
 * @param message in which
 * @param from behind "sip:"
 * @return where they stand; none: they cannot be read
 */
std::optional<SipSpan> FindSipHost(const SipText& message, std::size_t from);

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_WIRE_SIP_HEADER_H
