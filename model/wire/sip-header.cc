/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/wire/sip-header.h"

#include <algorithm>
#include <array>

namespace ns3
{
namespace conntrack
{

namespace
{

/// What is asked for of a field's value.
enum class Value : uint8_t
{
    Number,
    Host,     ///< address and port
    UserHost, ///< the same, behind what ends with an @
};

/// How a field is found and read.
struct Rule
{
    std::string_view name;
    std::string_view shortName; ///< empty: it has none
    std::string_view before;    ///< what stands before the value that is asked for
    Value value;
};

const Rule&
RuleOf(SipHeader header)
{
    static constexpr std::array<Rule, 8> rules{{
        {"CSeq", "", "", Value::Number},
        {"From", "f", "sip:", Value::UserHost},
        {"To", "t", "sip:", Value::UserHost},
        {"Contact", "m", "sip:", Value::UserHost},
        {"Via", "v", "UDP ", Value::Host},
        {"Via", "v", "TCP ", Value::Host},
        {"Expires", "", "", Value::Number},
        {"Content-Length", "l", "", Value::Number},
    }};
    return rules[static_cast<std::size_t>(header)];
}

bool
IsBlank(char character)
{
    return character == ' ' || character == '\t';
}

std::size_t
SkipBlanks(std::string_view text, std::size_t at)
{
    while (at < text.size() && IsBlank(text[at]))
    {
        ++at;
    }
    return at;
}

/// RFC 3261 7.3.1: a line that begins with a blank goes on with the one before.
/// @return where the text goes on; none: the next line is another field
std::optional<std::size_t>
Unfold(std::string_view text, std::size_t lineEnd)
{
    const std::size_t next = lineEnd + (text.substr(lineEnd, 2) == "\r\n" ? 2 : 1);
    if (next >= text.size() || !IsBlank(text[next]))
    {
        return std::nullopt;
    }
    return SkipBlanks(text, next);
}

/// Blanks and one fold. None: the field ends here.
std::optional<std::size_t>
SkipSpace(std::string_view text, std::size_t at)
{
    at = SkipBlanks(text, at);
    if (at >= text.size())
    {
        return std::nullopt;
    }
    return IsSipLineEnd(text[at]) ? Unfold(text, at) : at;
}

/// @return where a word stands in a field's value, whatever the case; none: not in this field
std::optional<std::size_t>
SearchValue(std::string_view text, std::size_t from, std::string_view word)
{
    if (text.size() < word.size())
    {
        return std::nullopt;
    }
    const std::string_view places = text.substr(0, text.size() - word.size());
    for (std::size_t at = from; at < places.size(); ++at)
    {
        if (IsSipLineEnd(places[at]))
        {
            const auto next = Unfold(places, at);
            if (!next)
            {
                return std::nullopt;
            }
            at = *next; // what stands there is not compared
        }
        else if (BeginsWith(text.substr(at), word))
        {
            return at;
        }
    }
    return std::nullopt;
}

/// @return the length of a field's name at the begin of a line; 0: it is another field
std::size_t
MatchName(std::string_view line, const Rule& rule)
{
    if (BeginsWith(line, rule.name))
    {
        return rule.name.size();
    }
    const std::size_t length = rule.shortName.size();
    const bool isShort = length > 0 && line.size() > length && BeginsWith(line, rule.shortName) &&
                         !IsSipLetter(line[length]);
    return isShort ? length : 0;
}

std::optional<SipSpan>
ReadValue(const SipText& message, std::size_t from, Value value)
{
    SipSpan span{from, 0};
    switch (value)
    {
    case Value::Number:
        span.length = CountSipDigits(message.text.substr(from));
        break;
    case Value::Host:
        if (const auto endpoint = ReadSipEndpoint(message.text.substr(from), message.family))
        {
            span.length = endpoint->length;
        }
        break;
    case Value::UserHost:
        return FindSipHost(message, from);
    }
    return span.length > 0 ? std::optional(span) : std::nullopt;
}

/// The text before the comma that ends a value of a list.
std::string_view
UpToComma(const SipText& message, std::size_t from)
{
    const auto comma = SearchValue(message.text, from, ",");
    return message.text.substr(0, comma.value_or(message.text.size()));
}

} // namespace

std::optional<SipSpan>
FindSipHost(const SipText& message, std::size_t from)
{
    // Searches for one character are quick: a list may have thousands of URIs in a line.
    const std::size_t lineEnd =
        std::min(message.text.find('\r', from), message.text.find('\n', from));
    const std::size_t user = message.text.substr(0, lineEnd).find('@', from);
    const bool hasUser = user != std::string_view::npos;
    const std::size_t host = hasUser ? user + 1 : from;
    if (host >= message.text.size())
    {
        return std::nullopt;
    }
    const auto endpoint = ReadSipEndpoint(message.text.substr(host), message.family);
    return endpoint ? std::optional(SipSpan{host, endpoint->length}) : std::nullopt;
}

SipField
FindSipHeader(const SipText& message, SipHeader header, std::size_t from)
{
    const Rule& rule = RuleOf(header);
    const std::string_view text = message.text;
    for (auto line = FindNextSipLine(text, from); line; line = FindNextSipLine(text, *line + 1))
    {
        const std::size_t name = MatchName(text.substr(*line), rule);
        if (name == 0)
        {
            continue; // a folded line begins with a blank, no name does
        }
        const auto colon = SkipSpace(text, *line + name);
        if (!colon || *colon >= text.size() || text[*colon] != ':')
        {
            return {};
        }
        auto begin = SkipSpace(text, *colon + 1);
        if (!begin)
        {
            return {};
        }
        const SipField unreadable{SipSearch::Unreadable, {*begin, 0}};
        if (!rule.before.empty())
        {
            begin = SearchValue(text, *begin, rule.before);
            if (!begin)
            {
                return unreadable;
            }
            *begin += rule.before.size();
        }
        const auto value = ReadValue(message, *begin, rule.value);
        return value ? SipField{SipSearch::Found, *value} : unreadable;
    }
    return {};
}

std::optional<SipSpan>
SipUriWalk::NextOfList(const SipText& message)
{
    const Rule& rule = RuleOf(m_header);
    while (const auto comma = SearchValue(message.text, m_from, ","))
    {
        const auto found = SearchValue(message.text, *comma, rule.before);
        if (!found)
        {
            break;
        }
        m_from = *found + rule.before.size();
        if (const auto value = ReadValue(message, m_from, rule.value))
        {
            return value;
        }
    }
    return std::nullopt;
}

std::optional<SipSpan>
SipUriWalk::NextOfFields(const SipText& message)
{
    for (;;)
    {
        const SipField field = FindSipHeader(message, m_header, m_from);
        if (field.search == SipSearch::Found)
        {
            return field.span;
        }
        if (field.search == SipSearch::Absent)
        {
            return std::nullopt;
        }
        m_from = field.span.position;
    }
}

std::optional<SipUri>
SipUriWalk::Next(const SipText& message)
{
    auto span = m_inList ? NextOfList(message) : std::nullopt;
    if (!span)
    {
        m_inList = false;
        span = NextOfFields(message);
    }
    if (!span)
    {
        return std::nullopt;
    }
    m_inList = true;
    m_from = span->End();
    const auto endpoint = ReadSipEndpoint(message.text.substr(span->position), message.family);
    return SipUri{*span, endpoint->address, endpoint->port};
}

std::optional<SipUri>
FindSipUri(const SipText& message, SipHeader header)
{
    return SipUriWalk(header).Next(message);
}

std::optional<std::size_t>
FindSipParameter(const SipText& message, std::size_t from, std::string_view name)
{
    const auto found = SearchValue(UpToComma(message, from), from, name);
    return found ? std::optional(*found + name.size()) : std::nullopt;
}

SipNumberParameter
FindSipNumber(const SipText& message, std::size_t from, std::string_view name)
{
    const auto begin = FindSipParameter(message, from, name);
    if (!begin)
    {
        return {};
    }
    const SipNumber number = ReadSipNumber(UpToComma(message, from).substr(*begin));
    const SipSearch search = number.length > 0 ? SipSearch::Found : SipSearch::Unreadable;
    return {search, {*begin, number.length}, number.value};
}

std::optional<SipAddressParameter>
FindSipAddress(const SipText& message,
               std::size_t from,
               std::string_view name,
               SipBrackets brackets)
{
    const auto begin = FindSipParameter(message, from, name);
    if (!begin)
    {
        return std::nullopt;
    }
    const std::string_view value = UpToComma(message, from).substr(*begin);
    const auto address = ReadSipAddress(value, message.family, brackets);
    if (!address)
    {
        return std::nullopt;
    }
    return SipAddressParameter{{*begin, address->length}, address->address};
}

} // namespace conntrack
} // namespace ns3
