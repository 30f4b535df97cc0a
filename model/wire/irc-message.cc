/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/wire/irc-message.h"

#include "model/wire/ascii.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace ns3
{
namespace conntrack
{

namespace
{

constexpr std::string_view COMMAND = "PRIVMSG ";
constexpr std::string_view MESSAGE_BEGIN = " :";
constexpr std::string_view DCC = "\1DCC ";
constexpr std::array<std::string_view, 5> KINDS{"SEND ", "CHAT ", "MOVE ", "TSEND ", "SCHAT "};

// What Linux looks at, seen in the cases irc-x-length* and irc-x-large.
constexpr std::size_t MOST_BYTES = 4095;
constexpr std::size_t LEAST_MESSAGE = 27; // from " :" on
constexpr std::size_t LEAST_AFTER_WORD = 12;

/// Takes a number's digits off the front of a text; none give zero, too many wrap.
uint32_t
TakeNumber(std::string_view& text)
{
    uint32_t number = 0;
    while (!text.empty() && IsDigit(text.front()))
    {
        number = number * 10 + static_cast<uint32_t>(text.front() - '0');
        text.remove_prefix(1);
    }
    return number;
}

/// Takes a prefix off the front of a text, if it is there.
bool
TakePrefix(std::string_view& text, std::string_view prefix)
{
    if (text.substr(0, prefix.size()) != prefix)
    {
        return false;
    }
    text.remove_prefix(prefix.size());
    return true;
}

/// @param text what follows the kind @return an offer whose position counts from the text's begin
std::optional<DccOffer>
ReadOffer(std::string_view text)
{
    const std::size_t word = text.find(' ');
    if (word == std::string_view::npos || word + LEAST_AFTER_WORD > text.size())
    {
        return std::nullopt;
    }
    DccOffer offer;
    offer.position = word + 1;
    std::string_view rest = text.substr(offer.position);
    if (rest.find('\n') == std::string_view::npos)
    {
        return std::nullopt;
    }
    const std::size_t before = rest.size();
    offer.address = Address::FromIpv4(TakeNumber(rest));
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    offer.port = static_cast<uint16_t>(TakeNumber(rest));
    offer.length = before - rest.size();
    return offer;
}

} // namespace

std::optional<DccOffer>
FindDccOffer(ByteView segment)
{
    const std::string_view text = segment.First(MOST_BYTES).AsText();
    std::string_view rest = text;
    rest.remove_prefix(std::min(rest.find_first_not_of(" \r\n"), rest.size()));
    if (!EqualsIgnoringCase(rest.substr(0, COMMAND.size()), COMMAND))
    {
        return std::nullopt;
    }
    rest.remove_prefix(COMMAND.size());
    for (;;)
    {
        const std::size_t begin = rest.find(MESSAGE_BEGIN);
        if (begin == std::string_view::npos || rest.size() - begin < LEAST_MESSAGE)
        {
            return std::nullopt;
        }
        rest.remove_prefix(begin + MESSAGE_BEGIN.size());
        if (!TakePrefix(rest, DCC))
        {
            return std::nullopt;
        }
        const auto isTaken = [&rest](std::string_view kind) { return TakePrefix(rest, kind); };
        if (std::any_of(KINDS.begin(), KINDS.end(), isTaken))
        {
            auto offer = ReadOffer(rest);
            if (offer)
            {
                offer->position += text.size() - rest.size();
            }
            return offer;
        }
    }
}

} // namespace conntrack
} // namespace ns3
