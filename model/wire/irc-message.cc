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

bool
StartsWith(std::string_view text, std::string_view begin)
{
    return text.substr(0, begin.size()) == begin;
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

DccReader::DccReader(ByteView segment)
    : m_rest(segment.First(MOST_BYTES).AsText()),
      m_kind(KINDS.size())
{
    m_position = std::min(m_rest.find_first_not_of(" \r\n"), m_rest.size());
    m_rest.remove_prefix(m_position);
    if (!EqualsIgnoringCase(m_rest.substr(0, COMMAND.size()), COMMAND))
    {
        m_rest = {};
        return;
    }
    Skip(COMMAND.size());
}

std::optional<DccOffer>
DccReader::Next()
{
    do
    {
        while (m_kind < KINDS.size())
        {
            const std::string_view kind = KINDS[m_kind++];
            if (StartsWith(m_rest, kind))
            {
                Skip(kind.size());
                auto offer = ReadOffer(m_rest);
                if (offer)
                {
                    offer->position += m_position;
                }
                return offer;
            }
        }
    } while (FindMessage());
    return std::nullopt;
}

bool
DccReader::FindMessage()
{
    const std::size_t begin = m_rest.find(MESSAGE_BEGIN);
    if (begin == std::string_view::npos || m_rest.size() - begin < LEAST_MESSAGE)
    {
        return false;
    }
    Skip(begin + MESSAGE_BEGIN.size());
    if (!StartsWith(m_rest, DCC))
    {
        m_rest = {};
        return false;
    }
    Skip(DCC.size());
    m_kind = 0;
    return true;
}

void
DccReader::Skip(std::size_t count)
{
    m_rest.remove_prefix(count);
    m_position += count;
}

} // namespace conntrack
} // namespace ns3
