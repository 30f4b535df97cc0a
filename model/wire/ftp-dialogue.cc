/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/wire/ftp-dialogue.h"

#include "model/wire/ascii.h"
#include "model/wire/text-reader.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace ns3
{
namespace conntrack
{

namespace
{

/// RFC 959 5.3.1: the command words have four letters at most, the shortest three.
constexpr std::size_t SHORTEST_VERB = 3;
constexpr std::size_t LONGEST_VERB = 4;

/// RFC 2428 2: the numbers of the families.
constexpr uint32_t EPRT_IPV4 = 1;
constexpr uint32_t EPRT_IPV6 = 2;

bool
IsControl(char character)
{
    return static_cast<unsigned char>(character) < ' ' || character == '\x7f';
}

/// @return the letter as a capital, or 0 for what is no letter
char
ToCapital(char character)
{
    if (character >= 'a' && character <= 'z')
    {
        return static_cast<char>(character - 'a' + 'A');
    }
    return character >= 'A' && character <= 'Z' ? character : '\0';
}

/// Reads a text from its front; each step says whether it was possible.
class Reader
{
  public:
    explicit Reader(std::string_view text)
        : m_rest(text)
    {
    }

    /// @return a number of at most this value, which digits alone make
    std::optional<uint32_t> Number(uint32_t most)
    {
        uint32_t value = 0;
        const char* end = m_rest.data() + m_rest.size();
        if (m_rest.empty() || !IsDigit(m_rest.front()))
        {
            return std::nullopt;
        }
        const auto [stop, error] = std::from_chars(m_rest.data(), end, value);
        if (error != std::errc() || value > most)
        {
            return std::nullopt;
        }
        m_rest.remove_prefix(static_cast<std::size_t>(stop - m_rest.data()));
        return value;
    }

    bool Skip(char character)
    {
        if (m_rest.empty() || m_rest.front() != character)
        {
            return false;
        }
        m_rest.remove_prefix(1);
        return true;
    }

    /// @return what stands before the character, which is skipped
    std::optional<std::string_view> Until(char character)
    {
        const std::size_t length = m_rest.find(character);
        if (length == std::string_view::npos)
        {
            return std::nullopt;
        }
        const std::string_view found = m_rest.substr(0, length);
        m_rest.remove_prefix(length + 1);
        return found;
    }

    bool AtEnd() const
    {
        return m_rest.empty();
    }

  private:
    std::string_view m_rest;
};

/// "10,1,0,10,195,81" at the front of the reader
std::optional<FtpHostPort>
ReadHostPort(Reader& reader)
{
    std::array<uint8_t, 6> numbers{};
    for (std::size_t i = 0; i < numbers.size(); ++i)
    {
        const auto number = i == 0 || reader.Skip(',') ? reader.Number(UINT8_MAX) : std::nullopt;
        if (!number)
        {
            return std::nullopt;
        }
        numbers[i] = static_cast<uint8_t>(*number);
    }
    FtpHostPort endpoint;
    endpoint.address = Address::FromBytes(numbers.data(), Family::Ipv4);
    endpoint.port = static_cast<uint16_t>(numbers[4] << 8 | numbers[5]);
    return endpoint.port == 0 ? std::nullopt : std::optional(endpoint);
}

std::optional<Address>
ReadAddress(std::string_view text, Family family)
{
    const auto host = ReadHostAddress(text);
    return host && host->family == family ? std::optional(host->address) : std::nullopt;
}

} // namespace

std::optional<FtpCommand>
ParseFtpCommand(std::string_view line)
{
    if (std::any_of(line.begin(), line.end(), IsControl))
    {
        return std::nullopt;
    }
    const std::size_t length = std::min(line.find(' '), line.size());
    if (length < SHORTEST_VERB || length > LONGEST_VERB)
    {
        return std::nullopt;
    }
    FtpCommand command;
    for (const char character : line.substr(0, length))
    {
        const char capital = ToCapital(character);
        if (capital == '\0')
        {
            return std::nullopt;
        }
        command.verb.push_back(capital);
    }
    if (length < line.size())
    {
        command.argument = line.substr(length + 1);
    }
    return command;
}

std::optional<FtpReply>
ParseFtpReply(std::string_view line)
{
    constexpr std::size_t CODE_LENGTH = 3;
    if (line.size() < CODE_LENGTH ||
        !std::all_of(line.begin(), line.begin() + CODE_LENGTH, IsDigit))
    {
        return std::nullopt;
    }
    FtpReply reply;
    reply.code =
        static_cast<uint16_t>((line[0] - '0') * 100 + (line[1] - '0') * 10 + line[2] - '0');
    if (reply.code < 100 || reply.code > 599)
    {
        return std::nullopt;
    }
    if (line.size() > CODE_LENGTH)
    {
        reply.continues = line[CODE_LENGTH] == '-';
        if (!reply.continues && line[CODE_LENGTH] != ' ')
        {
            return std::nullopt;
        }
        reply.text = line.substr(CODE_LENGTH + 1);
    }
    return reply;
}

std::string
PrintPort(const FtpHostPort& endpoint)
{
    std::string text;
    for (std::size_t i = 0; i < 4; ++i)
    {
        text += std::to_string(endpoint.address.bytes[i]) + ",";
    }
    return text + std::to_string(endpoint.port >> 8) + "," + std::to_string(endpoint.port & 0xff);
}

std::optional<FtpHostPort>
ParsePort(std::string_view argument)
{
    Reader reader(argument);
    const auto endpoint = ReadHostPort(reader);
    return reader.AtEnd() ? endpoint : std::nullopt;
}

std::string
PrintEprt(const FtpHostPort& endpoint)
{
    const uint32_t family = endpoint.family == Family::Ipv4 ? EPRT_IPV4 : EPRT_IPV6;
    return "|" + std::to_string(family) + "|" + ToString(endpoint.address, endpoint.family) + "|" +
           std::to_string(endpoint.port) + "|";
}

std::optional<FtpHostPort>
ParseEprt(std::string_view argument)
{
    const char delimiter = argument.empty() ? '\0' : argument.front();
    if (delimiter < '!' || delimiter > '~' || IsDigit(delimiter)) // RFC 2428 2: 33 to 126
    {
        return std::nullopt;
    }
    Reader reader(argument.substr(1));
    const auto number = reader.Number(EPRT_IPV6);
    if (!number || *number == 0 || !reader.Skip(delimiter))
    {
        return std::nullopt;
    }
    FtpHostPort endpoint;
    endpoint.family = *number == EPRT_IPV4 ? Family::Ipv4 : Family::Ipv6;
    const auto text = reader.Until(delimiter);
    const auto address = text ? ReadAddress(*text, endpoint.family) : std::nullopt;
    const auto port = address ? reader.Number(UINT16_MAX) : std::nullopt;
    if (!port || *port == 0 || !reader.Skip(delimiter) || !reader.AtEnd())
    {
        return std::nullopt;
    }
    endpoint.address = *address;
    endpoint.port = static_cast<uint16_t>(*port);
    return endpoint;
}

std::string
PrintPasv(const FtpHostPort& endpoint)
{
    return "Entering Passive Mode (" + PrintPort(endpoint) + ").";
}

std::optional<FtpHostPort>
ParsePasv(std::string_view text)
{
    const auto digit = std::find_if(text.begin(), text.end(), IsDigit);
    Reader reader(text.substr(static_cast<std::size_t>(digit - text.begin())));
    return ReadHostPort(reader);
}

std::string
PrintEpsv(uint16_t port)
{
    return "Entering Extended Passive Mode (|||" + std::to_string(port) + "|)";
}

std::optional<uint16_t>
ParseEpsv(std::string_view text)
{
    Reader reader(text);
    if (!reader.Until('('))
    {
        return std::nullopt;
    }
    for (int i = 0; i < 3; ++i)
    {
        if (!reader.Skip('|'))
        {
            return std::nullopt;
        }
    }
    const auto port = reader.Number(UINT16_MAX);
    if (!port || *port == 0 || !reader.Skip('|') || !reader.Skip(')'))
    {
        return std::nullopt;
    }
    return static_cast<uint16_t>(*port);
}

} // namespace conntrack
} // namespace ns3
