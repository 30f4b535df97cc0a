/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_WIRE_SIP_DIALOGUE_H
#define CONNTRACK_WIRE_SIP_DIALOGUE_H

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/**
 * @file
 * What the ends of a SIP dialogue say: requests and responses with their header fields and body.
 *
 * Layer: wire.
 * Shape: values. Printing and reading are inverses, up to the freedom RFC 3261 7.3.1 gives: names
 * are printed in their long form and usual case, a folded value on one line, and Via, Contact,
 * Route and Record-Route one value a line.
 * Units: Content-Length counts bytes; it is not among the fields, printing computes it.
 * Errors: none (std::nullopt) for what the RFC does not allow; content never asserts.
 * Source: RFC 3261 7, 8.1.1, 18.3, 20 and 25.
 * Differs: a lone LF ends a line, too, and Max-Forwards may be missing (RFC 2543 had none).
 *
 * A protocol helper reads SIP as Linux does, which takes more and less: that is not here.
 */

namespace ns3
{
namespace conntrack
{

/// A header field.
struct SipHeaderField
{
    std::string name;  ///< as RFC 3261 20 writes it, "Call-ID"; unknown names as they came
    std::string value; ///< without blanks at its ends

    friend bool operator==(const SipHeaderField& a, const SipHeaderField& b)
    {
        return a.name == b.name && a.value == b.value;
    }
};

/// A request or a response.
struct SipPacket
{
    /// Most header fields that are read; RFC 3261 has no limit, a phone needs 20.
    static constexpr std::size_t MOST_FIELDS = 200;

    std::string method;                 ///< of a request, "INVITE"
    std::string uri;                    ///< of a request
    uint16_t code{0};                   ///< of a response, 100 to 699; 0: it is a request
    std::string reason;                 ///< of a response
    std::vector<SipHeaderField> fields; ///< in their order
    std::string body;

    /// @return whether it is a request
    bool IsRequest() const
    {
        return code == 0;
    }

    /// @param name in its usual form @return the value of the first such field; empty: there is
    /// none
    std::string_view Get(std::string_view name) const;

    /// @param name in its usual form @return whether there is such a field
    bool Has(std::string_view name) const;

    /// @param name in its usual form @return the values of all such fields, in their order
    std::vector<std::string> All(std::string_view name) const;

    /// @param name in its usual form @param value of one more field, behind all others
    void Add(std::string_view name, std::string value);

    /// @param name in its usual form @param value of a field before the first of this name
    void Prepend(std::string_view name, std::string value);

    /// @param name in its usual form @param value of the first such field, which may be new
    void Set(std::string_view name, std::string value);

    /// @param name of the first such field, which is taken away if it is there
    void RemoveFirst(std::string_view name);

    friend bool operator==(const SipPacket& a, const SipPacket& b)
    {
        return a.method == b.method && a.uri == b.uri && a.code == b.code && a.reason == b.reason &&
               a.fields == b.fields && a.body == b.body;
    }
};

/**
 * @param text a datagram's payload, or one message of a stream
 * @return the message; none if its form is wrong, a field that each message has is missing or
 *         doubled (Via, From, To, Call-ID, CSeq), CSeq is of another method, or the body is shorter
 *         than Content-Length says. What stands behind the body is left out.
 */
std::optional<SipPacket> ParseSip(std::string_view text);

/// @param message a request or response @return its bytes, Content-Length last of the fields
std::string PrintSip(const SipPacket& message);

/**
 * What Content-Length says before the message is read: a stream needs it to find the end.
 * @param head start line and fields
 * @return the number; none if it is missing, doubled with another number, or no number
 */
std::optional<std::size_t> FindSipContentLength(std::string_view head);

/// @param code of a response @return RFC 3261 21's words for it; "Response" for another
const char* SipReason(uint16_t code);

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_WIRE_SIP_DIALOGUE_H
