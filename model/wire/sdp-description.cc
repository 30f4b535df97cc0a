/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/wire/sdp-description.h"

#include <algorithm>
#include <array>

namespace ns3
{
namespace conntrack
{

namespace
{

/// RFC 4566 9: the types of lines, in their order. r= goes with t=, and both may come again.
constexpr std::string_view SESSION_ORDER = "vosiuepcbtzka";
constexpr std::string_view MEDIA_ORDER = "micbka";
/// Types that may come more than once, in a row.
constexpr std::string_view REPEATED = "epbtra";

constexpr std::array DIRECTIONS = {std::string_view("sendrecv"),
                                   std::string_view("sendonly"),
                                   std::string_view("recvonly"),
                                   std::string_view("inactive")};

std::size_t
RankOf(char type, std::string_view order)
{
    return order.find(type == 'r' ? 't' : type);
}

/// @return the lines; none if one is no "x=..." or the last has no end
std::optional<std::vector<SdpLine>>
ReadLines(std::string_view text)
{
    std::vector<SdpLine> lines;
    TextReader reader(text);
    while (!reader.AtEnd())
    {
        const auto line = reader.Line();
        if (!line || line->size() < 2 || (*line)[1] != '=' || HasControl(*line) ||
            lines.size() == SdpDescription::MOST_LINES)
        {
            return std::nullopt;
        }
        lines.push_back({line->front(), std::string(line->substr(2))});
    }
    return lines;
}

/// @return whether the types come in this order, and those that may come once, once
bool
AreInOrder(const SdpLine* begin, const SdpLine* end, std::string_view order)
{
    for (const SdpLine* line = begin; line != end; ++line)
    {
        const std::size_t rank = RankOf(line->type, order);
        const std::size_t last = line == begin ? 0 : RankOf(line[-1].type, order);
        if (rank == std::string_view::npos || rank < last ||
            (line != begin && rank == last && REPEATED.find(line->type) == std::string_view::npos))
        {
            return false;
        }
    }
    return true;
}

std::vector<std::string_view>
Words(std::string_view text)
{
    std::vector<std::string_view> words;
    TextReader reader(text);
    while (!reader.AtEnd())
    {
        words.push_back(reader.Until(" "));
        if (reader.Skip(' ') && reader.AtEnd())
        {
            words.emplace_back(); // a blank at the end: an empty word, which nobody takes
        }
    }
    return words;
}

/// "IN IP4 10.1.0.1"
std::optional<HostAddress>
ReadPlace(const std::vector<std::string_view>& words, std::size_t first)
{
    if (words.size() != first + 3 || words[first] != "IN")
    {
        return std::nullopt;
    }
    const auto host = ReadHostAddress(words[first + 2]);
    const std::string_view type = host && host->family == Family::Ipv6 ? "IP6" : "IP4";
    return host && words[first + 1] == type ? host : std::nullopt;
}

std::string
PrintPlace(const HostAddress& host)
{
    return std::string("IN ") + (host.family == Family::Ipv6 ? "IP6 " : "IP4 ") +
           PrintHostAddress(host);
}

bool
ReadOrigin(std::string_view text, SdpDescription& description)
{
    constexpr std::size_t PLACE = 3;
    const auto words = Words(text);
    const auto host = ReadPlace(words, PLACE);
    const auto session = host ? ReadNumber(words[1], UINT64_MAX) : std::nullopt;
    const auto version = session ? ReadNumber(words[2], UINT64_MAX) : std::nullopt;
    if (!version || words[0].empty())
    {
        return false;
    }
    description.user = words[0];
    description.session = *session;
    description.version = *version;
    description.origin = *host;
    return true;
}

bool
ReadMedia(std::string_view text, SdpMedia& media)
{
    constexpr std::size_t FIRST_FORMAT = 3;
    const auto words = Words(text);
    if (words.size() <= FIRST_FORMAT || std::find(words.begin(), words.end(), "") != words.end())
    {
        return false;
    }
    TextReader ports(words[1]);
    const auto port = ReadNumber(ports.Until("/"), UINT16_MAX);
    const auto count = ports.Skip('/') ? ReadNumber(ports.Rest(), UINT16_MAX) : 1;
    if (!port || !count || *count == 0)
    {
        return false;
    }
    media.kind = words[0];
    media.port = static_cast<uint16_t>(*port);
    media.ports = static_cast<uint16_t>(*count);
    media.transport = words[2];
    media.formats.assign(words.begin() + FIRST_FORMAT, words.end());
    return true;
}

/// Takes "c=", "a=" and the lines that mean nothing, at either level. @return whether it is well
template <typename Level>
bool
ReadCommon(const SdpLine& line, Level& level)
{
    if (line.type == 'c')
    {
        level.connection = ReadPlace(Words(line.value), 0);
        return level.connection.has_value();
    }
    if (line.type == 'a')
    {
        level.attributes.push_back(line.value);
        return !line.value.empty();
    }
    level.others.push_back(line);
    return true;
}

bool
ReadSession(const SdpLine& line, SdpDescription& description)
{
    switch (line.type)
    {
    case 'v':
        return line.value == "0";
    case 'o':
        return ReadOrigin(line.value, description);
    case 's':
        description.name = line.value;
        return !line.value.empty();
    default:
        return ReadCommon(line, description);
    }
}

/// Writes lines of one level, those that are known and those that are kept, in the order of types.
template <typename Level>
void
PrintLevel(std::vector<SdpLine> lines,
           const Level& level,
           std::string_view order,
           std::string& text)
{
    lines.insert(lines.end(), level.others.begin(), level.others.end());
    if (level.connection)
    {
        lines.push_back({'c', PrintPlace(*level.connection)});
    }
    for (const std::string& attribute : level.attributes)
    {
        lines.push_back({'a', attribute});
    }
    std::stable_sort(lines.begin(), lines.end(), [order](const SdpLine& a, const SdpLine& b) {
        return RankOf(a.type, order) < RankOf(b.type, order);
    });
    for (const SdpLine& line : lines)
    {
        text.append(1, line.type).append("=").append(line.value).append("\r\n");
    }
}

/// @return the direction that an attribute of the list says
std::optional<SdpDirection>
FindDirection(const std::vector<std::string>& attributes)
{
    for (const std::string& attribute : attributes)
    {
        const auto* found = std::find(DIRECTIONS.begin(), DIRECTIONS.end(), attribute);
        if (found != DIRECTIONS.end())
        {
            return static_cast<SdpDirection>(found - DIRECTIONS.begin());
        }
    }
    return std::nullopt;
}

} // namespace

std::string_view
ToText(SdpDirection value)
{
    return DIRECTIONS[static_cast<std::size_t>(value)];
}

std::optional<HostAddress>
SdpDescription::PlaceOf(const SdpMedia& stream) const
{
    return stream.connection ? stream.connection : connection;
}

SdpDirection
SdpDescription::DirectionOf(const SdpMedia& stream) const
{
    const auto own = FindDirection(stream.attributes);
    return own ? *own : FindDirection(attributes).value_or(SdpDirection::SendReceive);
}

std::optional<SdpDescription>
ParseSdp(std::string_view text)
{
    const auto lines = ReadLines(text);
    if (!lines)
    {
        return std::nullopt;
    }
    const auto isMedia = [](const SdpLine& line) { return line.type == 'm'; };
    const SdpLine* end = lines->data() + lines->size();
    const SdpLine* media = std::find_if(lines->data(), end, isMedia);
    if (!AreInOrder(lines->data(), media, SESSION_ORDER))
    {
        return std::nullopt;
    }
    SdpDescription description;
    std::string seen;
    for (const SdpLine* line = lines->data(); line != media; ++line)
    {
        seen.push_back(line->type);
        if (!ReadSession(*line, description))
        {
            return std::nullopt;
        }
    }
    if (seen.substr(0, 3) != "vos" || seen.find('t') == std::string::npos)
    {
        return std::nullopt;
    }
    while (media != end)
    {
        const SdpLine* next = std::find_if(media + 1, end, isMedia);
        SdpMedia stream;
        bool well = AreInOrder(media, next, MEDIA_ORDER) && ReadMedia(media->value, stream);
        for (const SdpLine* line = media + 1; well && line != next; ++line)
        {
            well = ReadCommon(*line, stream);
        }
        // RFC 4566 5.7: there is an address for each, its own or the session's.
        if (!well || (!stream.connection && !description.connection))
        {
            return std::nullopt;
        }
        description.media.push_back(std::move(stream));
        media = next;
    }
    return description;
}

std::string
PrintSdp(const SdpDescription& description)
{
    std::string text;
    const std::string origin = description.user + " " + std::to_string(description.session) + " " +
                               std::to_string(description.version) + " " +
                               PrintPlace(description.origin);
    PrintLevel({{'v', "0"}, {'o', origin}, {'s', description.name}},
               description,
               SESSION_ORDER,
               text);
    for (const SdpMedia& stream : description.media)
    {
        std::string line = stream.kind + " " + std::to_string(stream.port);
        if (stream.ports != 1)
        {
            line += "/" + std::to_string(stream.ports);
        }
        line += " " + stream.transport;
        for (const std::string& format : stream.formats)
        {
            line += " " + format;
        }
        PrintLevel({{'m', line}}, stream, MEDIA_ORDER, text);
    }
    return text;
}

} // namespace conntrack
} // namespace ns3
