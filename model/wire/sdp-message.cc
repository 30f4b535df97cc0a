/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/wire/sdp-message.h"

#include <array>

namespace ns3
{
namespace conntrack
{

namespace
{

std::string_view
NameOf(SdpLine line)
{
    constexpr std::array<std::string_view, 4> names{"v=", "o=", "c=", "m="};
    return names[static_cast<std::size_t>(line)];
}

/// What stands before an address; the case matters here.
std::string_view
AddressMark(Family family)
{
    return family == Family::Ipv4 ? "IN IP4 " : "IN IP6 ";
}

struct NamedKind
{
    std::string_view name;
    SdpMediaKind kind;
};

constexpr std::array<NamedKind, 3> KINDS{{
    {"audio ", SdpMediaKind::Audio},
    {"video ", SdpMediaKind::Video},
    {"image ", SdpMediaKind::Image},
}};

/// @return where the address of a line stands; none: it has none
std::optional<SipSpan>
ReadAddress(const SipText& message, std::size_t from)
{
    const std::string_view mark = AddressMark(message.family);
    const std::size_t lineEnd = message.text.find_first_of("\r\n", from);
    const std::size_t found = message.text.find(mark, from);
    if (found == std::string_view::npos || found > lineEnd)
    {
        return std::nullopt;
    }
    const std::size_t begin = found + mark.size();
    const auto address =
        ReadSipAddress(message.text.substr(begin), message.family, SipBrackets::Never);
    return address ? std::optional(SipSpan{begin, address->length}) : std::nullopt;
}

/// Kind, blank and port.
std::size_t
MeasureMedia(std::string_view text)
{
    const std::size_t letters = CountSipLetters(text);
    if (letters >= text.size() || text[letters] != ' ')
    {
        return 0;
    }
    return letters + 1 + CountSipDigits(text.substr(letters + 1));
}

SipField
ReadLine(const SipText& message, SdpLine line, std::size_t from)
{
    SipSpan span{from, 0};
    switch (line)
    {
    case SdpLine::Version:
        span.length = CountSipDigits(message.text.substr(from));
        break;
    case SdpLine::Media:
        span.length = MeasureMedia(message.text.substr(from));
        break;
    case SdpLine::Owner:
    case SdpLine::Connection:
        span = ReadAddress(message, from).value_or(span);
        break;
    }
    return {span.length > 0 ? SipSearch::Found : SipSearch::Unreadable, span};
}

} // namespace

SipField
FindSdpLine(const SipText& message, SdpLine line, std::size_t from, std::optional<SdpLine> before)
{
    const std::string_view text = message.text;
    for (auto begin = FindNextSipLine(text, from); begin; begin = FindNextSipLine(text, *begin + 1))
    {
        const std::string_view rest = text.substr(*begin);
        if (before && BeginsWith(rest, NameOf(*before)))
        {
            break;
        }
        if (BeginsWith(rest, NameOf(line)))
        {
            return ReadLine(message, line, *begin + NameOf(line).size());
        }
    }
    return {};
}

std::optional<SdpAddress>
FindSdpAddress(const SipText& message, SdpLine line, std::size_t from)
{
    const SipField field = FindSdpLine(message, line, from, SdpLine::Media);
    if (field.search != SipSearch::Found)
    {
        return std::nullopt;
    }
    const std::string_view text = message.text.substr(field.span.position, field.span.length);
    const auto address = ReadSipAddress(text, message.family, SipBrackets::Never);
    return SdpAddress{field.span, address->address};
}

std::optional<SdpMedia>
FindSdpMedia(const SipText& message, std::size_t from)
{
    const SipField field = FindSdpLine(message, SdpLine::Media, from);
    if (field.search != SipSearch::Found)
    {
        return std::nullopt;
    }
    const std::string_view text = message.text.substr(field.span.position, field.span.length);
    for (const NamedKind& known : KINDS)
    {
        // Unlike names of lines, these are written in lower case.
        if (text.compare(0, known.name.size(), known.name) == 0)
        {
            const std::size_t skipped = known.name.size();
            return SdpMedia{known.kind,
                            {field.span.position + skipped, field.span.length - skipped}};
        }
    }
    return SdpMedia{SdpMediaKind::Other, field.span};
}

} // namespace conntrack
} // namespace ns3
