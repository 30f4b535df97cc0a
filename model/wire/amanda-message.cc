/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/wire/amanda-message.h"

#include "model/wire/ascii.h"

#include <algorithm>

namespace ns3
{
namespace conntrack
{

namespace
{

constexpr std::string_view CONNECT = "CONNECT ";
constexpr std::size_t MOST_DIGITS = 5; // of 65535

} // namespace

std::optional<AmandaLine>
FindAmandaLine(ByteView datagram)
{
    const std::string_view text = datagram.AsText();
    const std::size_t connect = text.find(CONNECT);
    if (connect == std::string_view::npos)
    {
        return std::nullopt;
    }
    const std::size_t begin = connect + CONNECT.size();
    const std::size_t end = text.find('\n', begin);
    return end == std::string_view::npos ? std::nullopt : std::optional(AmandaLine{begin, end});
}

std::optional<AmandaPort>
FindAmandaPort(ByteView datagram, const AmandaLine& line, std::string_view word, AmandaReach reach)
{
    const std::string_view text = datagram.AsText();
    const std::size_t found = text.find(word, line.begin);
    const std::size_t counted = reach == AmandaReach::WordEnds ? word.size() : 0;
    if (found == std::string_view::npos || found + counted > line.end)
    {
        return std::nullopt;
    }
    AmandaPort port;
    port.position = found + word.size();
    const std::size_t left = line.end >= port.position ? line.end - port.position : MOST_DIGITS;
    const std::size_t wanted = std::min(MOST_DIGITS, left);
    const std::string_view digits = text.substr(port.position, wanted);
    if (digits.size() < wanted)
    {
        return port; // the datagram became shorter: Linux cannot copy what is not there
    }
    uint32_t number = 0;
    while (port.length < digits.size() && IsDigit(digits[port.length]))
    {
        number = number * 10 + static_cast<uint32_t>(digits[port.length++] - '0');
    }
    port.port = static_cast<uint16_t>(number);
    return port;
}

} // namespace conntrack
} // namespace ns3
