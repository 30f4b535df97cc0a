/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_WIRE_TEXT_READER_H
#define CONNTRACK_WIRE_TEXT_READER_H

#include "model/flow/tuple.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/**
 * @file
 * Pieces of the text protocols SIP and SDP: numbers, addresses, words.
 *
 * Layer: wire.
 * Shape: pure functions, but for the reader, which is a view that gets shorter.
 * Units and byte order: addresses in network order, ports in host order.
 * Errors: none (std::nullopt) or an empty text for what is not there; content never asserts.
 */

namespace ns3
{
namespace conntrack
{

/// An address and its family.
struct HostAddress
{
    Family family{Family::Unspecified};
    Address address;

    friend bool operator==(const HostAddress& a, const HostAddress& b)
    {
        return a.family == b.family && a.address == b.address;
    }

    friend bool operator!=(const HostAddress& a, const HostAddress& b)
    {
        return !(a == b);
    }
};

/// @param text "10.1.0.1" or "fd00::1" @return the address; none for a name or anything else
std::optional<HostAddress> ReadHostAddress(std::string_view text);

/// @param host an address @return "10.1.0.1" or "fd00::1"
std::string PrintHostAddress(const HostAddress& host);

/// @param text digits alone @param most greatest value @return the number; none past `most`
std::optional<uint64_t> ReadNumber(std::string_view text, uint64_t most);

/// @param text of any kind @return it without blanks and tabs at both ends
std::string_view Trim(std::string_view text);

/// @param text ASCII @return it in small letters
std::string ToLower(std::string_view text);

/// @param text of any kind @return whether a control character but a tab is in it
bool HasControl(std::string_view text);

/// Reads a text from its front.
class TextReader
{
  public:
    /// @param text it is a view of it
    explicit TextReader(std::string_view text)
        : m_rest(text)
    {
    }

    /// @return what is left
    std::string_view Rest() const
    {
        return m_rest;
    }

    /// @return whether nothing is left
    bool AtEnd() const
    {
        return m_rest.empty();
    }

    /// @param character the next one @return whether it was, and is skipped now
    bool Skip(char character);

    /// Skip blanks and tabs.
    void SkipBlanks();

    /// @param stops characters @return what stands before the first of them, or before the end
    std::string_view Until(std::string_view stops);

    /// @return a line without its end, CRLF or a lone LF, which is skipped; none if there is no end
    std::optional<std::string_view> Line();

  private:
    std::string_view m_rest;
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_WIRE_TEXT_READER_H
