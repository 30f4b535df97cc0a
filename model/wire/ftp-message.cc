/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/wire/ftp-message.h"

#include "model/wire/ascii.h"
#include "model/wire/ipv6-text.h"

#include <algorithm>
#include <array>
#include <optional>

namespace ns3
{
namespace conntrack
{

namespace
{

/// Octets and port in PORT and 227; octets in EPRT.
constexpr std::size_t HOST_PORT_NUMBERS = 6;
constexpr std::size_t IPV4_NUMBERS = 4;

/// EPRT's and 229's text is longer than its first three characters.
constexpr std::size_t DELIMITED_BEGIN = 3;

/// RFC 2428: a printable character; a digit would be ambiguous.
bool
IsDelimiter(char character)
{
    return character >= 33 && character <= 126 && !IsDigit(character);
}

/// Separated decimal numbers.
struct Numbers
{
    std::array<uint32_t, HOST_PORT_NUMBERS> values{};
    std::size_t length{0}; ///< of their text, what ends it not included
};

/**
 * A missing number counts as zero, one that is too long wraps.
 * @param text begins with the first number
 * @param count how many there must be
 * @param separator stands between them
 * @param end must follow the last one; none: any character does, but one must be there
 * @return the numbers, or none
 */
std::optional<Numbers>
ReadNumbers(std::string_view text, std::size_t count, char separator, std::optional<char> end)
{
    Numbers numbers;
    std::size_t index = 0;
    for (const char character : text)
    {
        if (IsDigit(character))
        {
            uint32_t& value = numbers.values[index];
            value = value * 10 + static_cast<uint32_t>(character - '0');
        }
        else if (character == separator)
        {
            if (++index == count)
            {
                return std::nullopt;
            }
        }
        else if (index == count - 1 && (!end || character == *end))
        {
            return numbers;
        }
        else
        {
            return std::nullopt;
        }
        ++numbers.length;
    }
    return std::nullopt;
}

Address
ToIpv4(const Numbers& numbers)
{
    const auto& v = numbers.values;
    return Address::FromIpv4(v[0] << 24 | v[1] << 16 | v[2] << 8 | v[3]);
}

/// Six numbers; the port wraps.
bool
ReadHostPort(std::string_view text, std::optional<char> end, FtpEndpoint& endpoint)
{
    const auto numbers = ReadNumbers(text, HOST_PORT_NUMBERS, ',', end);
    if (!numbers)
    {
        return false;
    }
    endpoint.address = ToIpv4(*numbers);
    endpoint.addressBytes = 4;
    endpoint.port = static_cast<uint16_t>(numbers->values[4] << 8 | numbers->values[5]);
    endpoint.length = numbers->length;
    return true;
}

/// A port and the delimiter that ends it; the port wraps before it is compared to zero.
bool
ReadDelimitedPort(std::string_view text, std::size_t begin, FtpEndpoint& endpoint)
{
    const char delimiter = text[0];
    for (std::size_t at = begin; at < text.size(); ++at)
    {
        if (text[at] == delimiter)
        {
            endpoint.length = at + 1;
            return endpoint.port != 0;
        }
        if (!IsDigit(text[at]))
        {
            return false;
        }
        endpoint.port = static_cast<uint16_t>(endpoint.port * 10 + (text[at] - '0'));
    }
    return false;
}

/// RFC 2428 2: <d>family<d>address<d>port<d>, family 1 or 2.
bool
ReadEprt(std::string_view text, Family family, FtpEndpoint& endpoint)
{
    if (text.size() <= DELIMITED_BEGIN || !IsDelimiter(text[0]) || text[2] != text[0] ||
        text[1] != (family == Family::Ipv4 ? '1' : '2'))
    {
        return false;
    }
    const std::string_view rest = text.substr(DELIMITED_BEGIN);
    std::size_t length = 0;
    if (family == Family::Ipv4)
    {
        const auto numbers = ReadNumbers(rest, IPV4_NUMBERS, '.', text[0]);
        if (!numbers)
        {
            return false;
        }
        endpoint.address = ToIpv4(*numbers);
        endpoint.addressBytes = 4;
        length = numbers->length;
    }
    else
    {
        const auto address = ReadIpv6Text(rest, text[0]);
        if (!address)
        {
            return false;
        }
        endpoint.address = address->address;
        endpoint.addressBytes = 16;
        length = address->length;
    }
    return ReadDelimitedPort(text, DELIMITED_BEGIN + length + 1, endpoint);
}

/// RFC 2428 3: three delimiters, port, delimiter.
bool
ReadEpsv(std::string_view text, FtpEndpoint& endpoint)
{
    return text.size() > DELIMITED_BEGIN && IsDelimiter(text[0]) && text[1] == text[0] &&
           text[2] == text[0] && ReadDelimitedPort(text, DELIMITED_BEGIN, endpoint);
}

/// Where the endpoint's text begins, at the earliest behind the word.
std::optional<std::size_t>
FindText(std::string_view segment, FtpWord word)
{
    const std::size_t behind = ToText(word).size();
    switch (word)
    {
    case FtpWord::Port:
    case FtpWord::Eprt:
    case FtpWord::Epsv: {
        const std::size_t mark = segment.find(word == FtpWord::Epsv ? '(' : ' ', behind);
        return mark == std::string_view::npos ? std::nullopt : std::optional(mark + 1);
    }
    case FtpWord::Pasv: // RFC 1123 4.1.2.6: parentheses may be missing, so look for a digit
        const auto digit = std::find_if(segment.begin() + behind, segment.end(), IsDigit);
        return static_cast<std::size_t>(digit - segment.begin());
    }
    return std::nullopt;
}

bool
ReadText(std::string_view text, Family family, FtpEndpoint& endpoint)
{
    switch (endpoint.word)
    {
    case FtpWord::Port:
        return ReadHostPort(text, '\r', endpoint);
    case FtpWord::Eprt:
        return ReadEprt(text, family, endpoint);
    case FtpWord::Pasv:
        return ReadHostPort(text, std::nullopt, endpoint);
    case FtpWord::Epsv:
        return ReadEpsv(text, endpoint);
    }
    return false;
}

FtpEndpoint
Try(std::string_view segment, FtpWord word, Family family)
{
    const std::string_view name = ToText(word);
    const std::size_t present = std::min(segment.size(), name.size());
    FtpEndpoint endpoint;
    endpoint.word = word;
    if (!EqualsIgnoringCase(segment.substr(0, present), name.substr(0, present)))
    {
        return endpoint;
    }
    endpoint.match = FtpMatch::Partial;
    if (segment.size() <= name.size())
    {
        return endpoint;
    }
    if (const auto begin = FindText(segment, word))
    {
        endpoint.position = *begin;
        if (ReadText(segment.substr(*begin), family, endpoint))
        {
            endpoint.match = FtpMatch::Complete;
        }
    }
    return endpoint;
}

} // namespace

std::string_view
ToText(FtpWord word)
{
    constexpr std::array<std::string_view, 4> texts{"PORT", "EPRT", "227 ", "229 "};
    return texts[static_cast<std::size_t>(word)];
}

FtpEndpoint
FindFtpEndpoint(ByteView segment, Direction sender, Family family)
{
    if (segment.size == 0)
    {
        return {};
    }
    const bool fromClient = sender == Direction::Original;
    const std::string_view text = segment.AsText();
    const FtpEndpoint first = Try(text, fromClient ? FtpWord::Port : FtpWord::Pasv, family);
    if (first.match != FtpMatch::None)
    {
        return first; // "22" may become either; Linux names the first
    }
    return Try(text, fromClient ? FtpWord::Eprt : FtpWord::Epsv, family);
}

} // namespace conntrack
} // namespace ns3
