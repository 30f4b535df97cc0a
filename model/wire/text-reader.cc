/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/wire/text-reader.h"

#include "model/wire/ascii.h"

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>

namespace ns3
{
namespace conntrack
{

namespace
{

constexpr std::string_view BLANKS = " \t";

} // namespace

std::optional<HostAddress>
ReadHostAddress(std::string_view text)
{
    if (text.empty() || text.find('\0') != std::string_view::npos)
    {
        return std::nullopt; // inet_pton wants a terminated text
    }
    HostAddress host;
    host.family = text.find(':') == std::string_view::npos ? Family::Ipv4 : Family::Ipv6;
    const int domain = host.family == Family::Ipv4 ? AF_INET : AF_INET6;
    return inet_pton(domain, std::string(text).c_str(), host.address.bytes.data()) == 1
               ? std::optional(host)
               : std::nullopt;
}

std::string
PrintHostAddress(const HostAddress& host)
{
    return ToString(host.address, host.family);
}

std::optional<uint64_t>
ReadNumber(std::string_view text, uint64_t most)
{
    uint64_t value = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    return error == std::errc() && stop == end && value <= most ? std::optional(value)
                                                                : std::nullopt;
}

std::string_view
Trim(std::string_view text)
{
    const std::size_t begin = text.find_first_not_of(BLANKS);
    if (begin == std::string_view::npos)
    {
        return {};
    }
    return text.substr(begin, text.find_last_not_of(BLANKS) - begin + 1);
}

std::string
ToLower(std::string_view text)
{
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) { return ToLower(c); });
    return lower;
}

bool
HasControl(std::string_view text)
{
    return std::any_of(text.begin(), text.end(), [](char character) {
        return (static_cast<unsigned char>(character) < ' ' && character != '\t') ||
               character == '\x7f';
    });
}

bool
TextReader::Skip(char character)
{
    if (m_rest.empty() || m_rest.front() != character)
    {
        return false;
    }
    m_rest.remove_prefix(1);
    return true;
}

void
TextReader::SkipBlanks()
{
    m_rest.remove_prefix(std::min(m_rest.find_first_not_of(BLANKS), m_rest.size()));
}

std::string_view
TextReader::Until(std::string_view stops)
{
    const std::string_view found = m_rest.substr(0, m_rest.find_first_of(stops));
    m_rest.remove_prefix(found.size());
    return found;
}

std::optional<std::string_view>
TextReader::Line()
{
    const std::size_t end = m_rest.find('\n');
    if (end == std::string_view::npos)
    {
        return std::nullopt;
    }
    std::string_view line = m_rest.substr(0, end);
    m_rest.remove_prefix(end + 1);
    if (!line.empty() && line.back() == '\r')
    {
        line.remove_suffix(1);
    }
    return line;
}

} // namespace conntrack
} // namespace ns3
