/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/wire/sip-text.h"

#include "model/wire/ascii.h"
#include "model/wire/bytes.h"
#include "model/wire/ipv6-text.h"

#include <algorithm>
#include <limits>

namespace ns3
{
namespace conntrack
{

namespace
{

constexpr uint16_t SIP_PORT = 5060; // RFC 3261 19.1.2
constexpr uint32_t LOWEST_PORT = 1024;
constexpr uint32_t HIGHEST_PORT = 65535;
constexpr std::size_t PORT_DIGITS = 5;
constexpr std::size_t NUMBER_DIGITS = 11;

// Latin-1's multiplication and division signs stand among its letters.
constexpr unsigned char FIRST_ACCENTED = 0xc0;
constexpr unsigned char TIMES = 0xd7;
constexpr unsigned char OVER = 0xf7;

constexpr std::size_t OCTETS = 4;

bool
IsHexLetter(char character)
{
    const char lower = ToLower(character);
    return lower >= 'a' && lower <= 'f';
}

/// A dotted quad; any number of leading zeros. Neither a digit, a dot nor a letter of hexadecimal
/// numbers may follow.
std::optional<SipAddress>
ReadIpv4(std::string_view text)
{
    SipAddress found;
    std::size_t at = 0;
    for (std::size_t i = 0; i < OCTETS; ++i)
    {
        if (i > 0 && (at >= text.size() || text[at++] != '.'))
        {
            return std::nullopt;
        }
        uint32_t octet = 0;
        const std::size_t begin = at;
        for (; at < text.size() && IsDigit(text[at]); ++at)
        {
            octet = octet * 10 + static_cast<uint32_t>(text[at] - '0');
            if (octet > 255)
            {
                return std::nullopt;
            }
        }
        if (at == begin)
        {
            return std::nullopt;
        }
        found.address.bytes[i] = static_cast<uint8_t>(octet);
    }
    if (at < text.size() && (text[at] == '.' || IsHexLetter(text[at])))
    {
        return std::nullopt;
    }
    found.length = at;
    return found;
}

std::optional<SipAddress>
ReadIpv6(std::string_view text, SipBrackets brackets)
{
    const bool mayOpen = brackets != SipBrackets::Never;
    const bool isOpened = mayOpen && !text.empty() && text.front() == '[';
    const auto read = ReadIpv6Text(text.substr(isOpened ? 1 : 0), std::nullopt);
    if (!read)
    {
        return std::nullopt;
    }
    std::size_t length = read->length + (isOpened ? 1 : 0);
    const bool isClosed = mayOpen && length < text.size() && text[length] == ']';
    length += isClosed ? 1 : 0;
    if (brackets == SipBrackets::Required && !(isOpened && isClosed))
    {
        return std::nullopt;
    }
    return SipAddress{read->address, length};
}

} // namespace

bool
IsSipLetter(char character)
{
    const auto code = static_cast<unsigned char>(character);
    const char lower = ToLower(character);
    return (lower >= 'a' && lower <= 'z') ||
           (code >= FIRST_ACCENTED && code != TIMES && code != OVER);
}

bool
BeginsWith(std::string_view text, std::string_view word)
{
    return text.size() >= word.size() &&
           std::equal(word.begin(), word.end(), text.begin(), [](char a, char b) {
               return ToLower(a) == ToLower(b);
           });
}

std::size_t
CountSipLetters(std::string_view text)
{
    return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), IsSipLetter) -
                                    text.begin());
}

std::size_t
CountSipDigits(std::string_view text)
{
    return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), IsDigit) -
                                    text.begin());
}

SipNumber
ReadSipNumber(std::string_view text)
{
    const std::size_t digits = CountSipDigits(text);
    if (digits > NUMBER_DIGITS)
    {
        return {};
    }
    uint64_t value = 0;
    for (const char digit : text.substr(0, digits))
    {
        value = value * 10 + static_cast<uint64_t>(digit - '0');
    }
    if (value > std::numeric_limits<uint32_t>::max())
    {
        return {};
    }
    return {static_cast<uint32_t>(value), digits};
}

std::optional<SipAddress>
ReadSipAddress(std::string_view text, Family family, SipBrackets brackets)
{
    return family == Family::Ipv4 ? ReadIpv4(text) : ReadIpv6(text, brackets);
}

std::optional<SipEndpoint>
ReadSipEndpoint(std::string_view text, Family family)
{
    const auto address = ReadSipAddress(text, family, SipBrackets::Required);
    if (!address || address->length >= text.size())
    {
        return std::nullopt;
    }
    SipEndpoint endpoint{address->address, SIP_PORT, address->length};
    if (text[endpoint.length] != ':')
    {
        return endpoint;
    }
    const std::string_view port = text.substr(++endpoint.length);
    const std::size_t digits = CountSipDigits(port);
    const uint32_t number = digits <= PORT_DIGITS ? ReadSipNumber(port).value : 0;
    if (number < LOWEST_PORT || number > HIGHEST_PORT || digits == port.size())
    {
        return std::nullopt;
    }
    endpoint.port = static_cast<uint16_t>(number);
    endpoint.length += digits;
    return endpoint;
}

std::optional<std::size_t>
FindNextSipLine(std::string_view text, std::size_t from)
{
    const std::size_t end = text.find_first_of("\r\n", from);
    if (end == std::string_view::npos)
    {
        return std::nullopt;
    }
    const bool isPair = text.substr(end, 2) == "\r\n";
    const std::size_t begin = end + (isPair ? 2 : 1);
    return begin < text.size() ? std::optional(begin) : std::nullopt;
}

std::string
PrintSipAddress(const Address& address, Family family, SipBrackets brackets)
{
    const std::string text = ToString(address, family);
    const bool isBracketed = family == Family::Ipv6 && brackets == SipBrackets::Required;
    return isBracketed ? "[" + text + "]" : text;
}

std::string
PrintSipEndpoint(const Address& address, uint16_t port, Family family)
{
    return PrintSipAddress(address, family, SipBrackets::Required) + ":" + std::to_string(port);
}

} // namespace conntrack
} // namespace ns3
