/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_WIRE_SIP_FIELDS_H
#define CONNTRACK_WIRE_SIP_FIELDS_H

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/**
 * @file
 * The values of SIP's header fields: URIs, the parties in From, To, Contact and Route, the hops in
 * Via, and CSeq.
 *
 * Layer: wire.
 * Shape: values; printing and reading are inverses up to blanks and the case of letters in schemes
 * and parameter names.
 * Units and byte order: ports in host order, 0 where none is written.
 * Errors: none (std::nullopt) for what the RFCs do not allow; content never asserts.
 * Source: RFC 3261 19.1, 20 and 25, RFC 3581 3 (rport).
 * Differs: only the scheme sip; schemes sips and tel are none. A quoted parameter keeps its quotes.
 */

namespace ns3
{
namespace conntrack
{

/// A parameter, ";name=value" or ";name".
struct SipParameter
{
    std::string name;                 ///< in small letters
    std::optional<std::string> value; ///< none: the name stands alone

    friend bool operator==(const SipParameter& a, const SipParameter& b)
    {
        return a.name == b.name && a.value == b.value;
    }
};

/// Parameters in their order.
class SipParameters
{
  public:
    /// @param name in small letters @return its value, empty if it stands alone; none: not there
    std::optional<std::string_view> Find(std::string_view name) const;

    /// @param name in small letters @return whether it is there
    bool Has(std::string_view name) const
    {
        return Find(name).has_value();
    }

    /// @param name in small letters @param value it gets; none: it stands alone
    void Set(std::string_view name, std::optional<std::string> value);

    /// @return as text, ";a=b;c"
    std::string Print() const;

    /// @param text ";a=b;c" or empty @return the parameters; none if it is no such list
    static std::optional<SipParameters> Parse(std::string_view text);

    friend bool operator==(const SipParameters& a, const SipParameters& b)
    {
        return a.m_list == b.m_list;
    }

  private:
    std::vector<SipParameter> m_list;
};

/// "sip:ada@10.1.0.1:5060;transport=tcp"
struct SipLocator
{
    std::string user; ///< as written, a password included; empty: there is none
    std::string host; ///< a name, an IPv4 address, or an IPv6 address without its brackets
    uint16_t port{0}; ///< 0: none is written
    SipParameters parameters;
    std::string headers; ///< what stands behind "?"

    friend bool operator==(const SipLocator& a, const SipLocator& b)
    {
        return a.user == b.user && a.host == b.host && a.port == b.port &&
               a.parameters == b.parameters && a.headers == b.headers;
    }
};

/// @param text a URI alone @return its parts; none for another scheme or a wrong form
std::optional<SipLocator> ParseSipLocator(std::string_view text);

/// @param uri a URI @return its text
std::string PrintSipLocator(const SipLocator& uri);

/// Who is meant by From, To, Contact, Route or Record-Route.
struct SipParty
{
    std::string display; ///< with its quotes if it has some
    SipLocator uri;
    SipParameters parameters; ///< of the field, not of the URI: tag, expires

    friend bool operator==(const SipParty& a, const SipParty& b)
    {
        return a.display == b.display && a.uri == b.uri && a.parameters == b.parameters;
    }
};

/// @param text a field's value @return its parts; none if it is no party, as "*" is none
std::optional<SipParty> ParseSipParty(std::string_view text);

/// @param party a party @return its text, the URI in angle brackets
std::string PrintSipParty(const SipParty& party);

/// A value of Via: who sent the message, and where responses go.
struct SipHop
{
    std::string transport; ///< in capitals, "UDP"
    std::string host;      ///< as in SipLocator
    uint16_t port{0};      ///< 0: none is written
    SipParameters parameters;

    friend bool operator==(const SipHop& a, const SipHop& b)
    {
        return a.transport == b.transport && a.host == b.host && a.port == b.port &&
               a.parameters == b.parameters;
    }
};

/// @param text a value of Via @return its parts; none for a wrong form
std::optional<SipHop> ParseSipHop(std::string_view text);

/// @param hop a hop @return its text
std::string PrintSipHop(const SipHop& hop);

/// A value of CSeq.
struct SipCSeq
{
    uint32_t number{0}; ///< below 2^31
    std::string method;
};

/// @param text a value of CSeq @return its parts; none for a wrong form
std::optional<SipCSeq> ParseSipCSeq(std::string_view text);

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_WIRE_SIP_FIELDS_H
