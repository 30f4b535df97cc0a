/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/wire/sip-dialogue.h"

#include "model/wire/ascii.h"
#include "model/wire/text-reader.h"

#include <algorithm>

namespace ns3
{
namespace conntrack
{

namespace
{

constexpr std::string_view VERSION = "SIP/2.0";
constexpr std::string_view CONTENT_LENGTH = "Content-Length";
/// No message is longer: what a UDP datagram over IPv4 can hold.
constexpr std::size_t LONGEST_BODY = 65535;

/// A name and its compact form, RFC 3261 20 and 7.3.3; '\0': it has none.
struct KnownName
{
    std::string_view name;
    char compact;
};

constexpr KnownName KNOWN_NAMES[] = {
    {"Accept", '\0'},
    {"Allow", '\0'},
    {"Authorization", '\0'},
    {"Call-ID", 'i'},
    {"Contact", 'm'},
    {"Content-Encoding", 'e'},
    {"Content-Length", 'l'},
    {"Content-Type", 'c'},
    {"CSeq", '\0'},
    {"Date", '\0'},
    {"Expires", '\0'},
    {"From", 'f'},
    {"Max-Forwards", '\0'},
    {"Min-Expires", '\0'},
    {"Proxy-Require", '\0'},
    {"RAck", '\0'},
    {"Record-Route", '\0'},
    {"Require", '\0'},
    {"Retry-After", '\0'},
    {"Route", '\0'},
    {"RSeq", '\0'},
    {"Server", '\0'},
    {"Subject", 's'},
    {"Supported", 'k'},
    {"To", 't'},
    {"Unsupported", '\0'},
    {"User-Agent", '\0'},
    {"Via", 'v'},
    {"Warning", '\0'},
    {"WWW-Authenticate", '\0'},
};

/// Fields whose values may stand in one line with commas between, and matter one by one here.
constexpr std::string_view LISTS[] = {"Via", "Contact", "Route", "Record-Route"};

/// Fields that a message has exactly once, RFC 3261 8.1.1.
constexpr std::string_view SINGLES[] = {"From", "To", "Call-ID", "CSeq"};

/// RFC 3261 25.1, token.
bool
IsToken(std::string_view text)
{
    constexpr std::string_view MARKS = "-.!%*_+`'~";
    return !text.empty() && std::all_of(text.begin(), text.end(), [&](char character) {
        return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
               (character >= '0' && character <= '9') ||
               MARKS.find(character) != std::string_view::npos;
    });
}

std::string
LongName(std::string_view name)
{
    const auto* known =
        std::find_if(std::begin(KNOWN_NAMES), std::end(KNOWN_NAMES), [name](const KnownName& row) {
            const std::string_view compact(&row.compact, 1);
            return EqualsIgnoringCase(name, row.name) || EqualsIgnoringCase(name, compact);
        });
    return std::string(known == std::end(KNOWN_NAMES) ? name : known->name);
}

/// @return the values of a list, split at the commas that stand outside of quotes and brackets
std::vector<std::string_view>
SplitList(std::string_view text)
{
    std::vector<std::string_view> values;
    std::size_t begin = 0;
    bool quoted = false;
    bool bracketed = false;
    for (std::size_t i = 0; i < text.size(); ++i)
    {
        const char character = text[i];
        if (quoted && character == '\\')
        {
            ++i;
        }
        else if (character == '"')
        {
            quoted = !quoted;
        }
        else if (!quoted && (character == '<' || character == '>'))
        {
            bracketed = character == '<';
        }
        else if (character == ',' && !quoted && !bracketed)
        {
            values.push_back(Trim(text.substr(begin, i - begin)));
            begin = i + 1;
        }
    }
    values.push_back(Trim(text.substr(begin)));
    return values;
}

bool
ReadStartLine(std::string_view line, SipPacket& message)
{
    if (HasControl(line))
    {
        return false;
    }
    TextReader reader(line);
    const std::string_view first = reader.Until(" ");
    if (!reader.Skip(' '))
    {
        return false;
    }
    const std::string_view second = reader.Until(" ");
    if (!reader.Skip(' ') || second.empty())
    {
        return false;
    }
    if (EqualsIgnoringCase(first, VERSION))
    {
        const auto code = second.size() == 3 ? ReadNumber(second, 699) : std::nullopt;
        message.code = static_cast<uint16_t>(code.value_or(0));
        message.reason = reader.Rest();
        return message.code >= 100;
    }
    message.method = first;
    message.uri = second;
    return IsToken(first) && EqualsIgnoringCase(reader.Rest(), VERSION);
}

/// Take the fields of one line. @return whether it is one
bool
ReadField(std::string_view line, std::vector<SipHeaderField>& fields)
{
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || HasControl(line))
    {
        return false;
    }
    const std::string_view name = Trim(line.substr(0, colon));
    if (!IsToken(name) || line.front() == ' ' || line.front() == '\t')
    {
        return false;
    }
    const std::string longName = LongName(name);
    const std::string_view value = Trim(line.substr(colon + 1));
    if (std::find(std::begin(LISTS), std::end(LISTS), longName) == std::end(LISTS))
    {
        fields.push_back({longName, std::string(value)});
        return true;
    }
    for (const std::string_view part : SplitList(value))
    {
        if (part.empty())
        {
            return false;
        }
        fields.push_back({longName, std::string(part)});
    }
    return true;
}

/// A line with those that continue it, RFC 3261 7.3.1: each fold becomes one blank.
std::optional<std::string>
ReadFolded(TextReader& reader)
{
    const auto first = reader.Line();
    if (!first)
    {
        return std::nullopt;
    }
    std::string whole(*first);
    while (!whole.empty() && !reader.AtEnd() &&
           (reader.Rest().front() == ' ' || reader.Rest().front() == '\t'))
    {
        const auto more = reader.Line();
        if (!more)
        {
            return std::nullopt;
        }
        whole = std::string(Trim(whole));
        whole.append(" ").append(Trim(*more));
    }
    return whole;
}

/// @return the fields up to the empty line; none if a line is no field or the empty one is missing
std::optional<std::vector<SipHeaderField>>
ReadFields(TextReader& reader)
{
    std::vector<SipHeaderField> fields;
    while (auto line = ReadFolded(reader))
    {
        if (line->empty())
        {
            return fields;
        }
        if (!ReadField(*line, fields) || fields.size() > SipPacket::MOST_FIELDS)
        {
            return std::nullopt;
        }
    }
    return std::nullopt;
}

/// What Content-Length says.
struct Length
{
    std::size_t fields{0}; ///< how many there are
    std::optional<uint64_t> value;
};

Length
LengthOf(const std::vector<SipHeaderField>& fields)
{
    Length length;
    for (const SipHeaderField& field : fields)
    {
        if (field.name != CONTENT_LENGTH)
        {
            continue;
        }
        const auto value = ReadNumber(field.value, LONGEST_BODY);
        length.value = length.fields++ == 0 || length.value == value ? value : std::nullopt;
        if (!length.value)
        {
            break;
        }
    }
    return length;
}

/// @return whether the fields are there that each message has, with a CSeq of this method
bool
HasWhatEachHas(const SipPacket& message)
{
    for (const std::string_view name : SINGLES)
    {
        const auto count = std::count_if(message.fields.begin(),
                                         message.fields.end(),
                                         [name](const auto& field) { return field.name == name; });
        if (count != 1 || message.Get(name).empty())
        {
            return false;
        }
    }
    TextReader sequence(message.Get("CSeq"));
    const auto number = ReadNumber(sequence.Until(" \t"), INT32_MAX); // RFC 3261 8.1.1.5: < 2^31
    sequence.SkipBlanks();
    return number && IsToken(sequence.Rest()) && message.Has("Via") &&
           (!message.IsRequest() || sequence.Rest() == message.method);
}

} // namespace

std::string_view
SipPacket::Get(std::string_view name) const
{
    for (const SipHeaderField& field : fields)
    {
        if (field.name == name)
        {
            return field.value;
        }
    }
    return {};
}

bool
SipPacket::Has(std::string_view name) const
{
    return std::any_of(fields.begin(), fields.end(), [name](const SipHeaderField& field) {
        return field.name == name;
    });
}

std::vector<std::string>
SipPacket::All(std::string_view name) const
{
    std::vector<std::string> values;
    for (const SipHeaderField& field : fields)
    {
        if (field.name == name)
        {
            values.push_back(field.value);
        }
    }
    return values;
}

void
SipPacket::Add(std::string_view name, std::string value)
{
    fields.push_back({std::string(name), std::move(value)});
}

void
SipPacket::Prepend(std::string_view name, std::string value)
{
    auto place = std::find_if(fields.begin(), fields.end(), [name](const SipHeaderField& field) {
        return field.name == name;
    });
    place = place == fields.end() ? fields.begin() : place;
    fields.insert(place, {std::string(name), std::move(value)});
}

void
SipPacket::Set(std::string_view name, std::string value)
{
    for (SipHeaderField& field : fields)
    {
        if (field.name == name)
        {
            field.value = std::move(value);
            return;
        }
    }
    Add(name, std::move(value));
}

void
SipPacket::RemoveFirst(std::string_view name)
{
    const auto place =
        std::find_if(fields.begin(), fields.end(), [name](const SipHeaderField& field) {
            return field.name == name;
        });
    if (place != fields.end())
    {
        fields.erase(place);
    }
}

std::optional<SipPacket>
ParseSip(std::string_view text)
{
    TextReader reader(text);
    while (reader.Skip('\r') || reader.Skip('\n')) // RFC 3261 7.5: before the start line
    {
    }
    SipPacket message;
    const auto start = reader.Line();
    if (!start || !ReadStartLine(*start, message))
    {
        return std::nullopt;
    }
    auto fields = ReadFields(reader);
    if (!fields)
    {
        return std::nullopt;
    }
    const Length length = LengthOf(*fields);
    if (length.fields > 0 && (!length.value || *length.value > reader.Rest().size()))
    {
        return std::nullopt;
    }
    message.body = reader.Rest().substr(0, length.value.value_or(reader.Rest().size()));
    fields->erase(
        std::remove_if(fields->begin(),
                       fields->end(),
                       [](const SipHeaderField& field) { return field.name == CONTENT_LENGTH; }),
        fields->end());
    message.fields = std::move(*fields);
    return HasWhatEachHas(message) ? std::optional(std::move(message)) : std::nullopt;
}

std::string
PrintSip(const SipPacket& message)
{
    std::string text;
    if (message.IsRequest())
    {
        text.append(message.method).append(" ").append(message.uri).append(" ").append(VERSION);
    }
    else
    {
        text.append(VERSION).append(" ").append(std::to_string(message.code)).append(" ");
        text.append(message.reason);
    }
    for (const SipHeaderField& field : message.fields)
    {
        text.append("\r\n").append(field.name).append(": ").append(field.value);
    }
    text.append("\r\n").append(CONTENT_LENGTH).append(": ");
    return text.append(std::to_string(message.body.size())).append("\r\n\r\n").append(message.body);
}

std::optional<std::size_t>
FindSipContentLength(std::string_view head)
{
    TextReader reader(head);
    if (!reader.Line())
    {
        return std::nullopt;
    }
    const auto fields = ReadFields(reader);
    return fields ? LengthOf(*fields).value : std::nullopt;
}

const char*
SipReason(uint16_t code)
{
    struct Row
    {
        uint16_t code;
        const char* words;
    };

    constexpr Row ROWS[] = {
        {100, "Trying"},
        {180, "Ringing"},
        {183, "Session Progress"},
        {200, "OK"},
        {302, "Moved Temporarily"},
        {400, "Bad Request"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {408, "Request Timeout"},
        {415, "Unsupported Media Type"},
        {416, "Unsupported URI Scheme"},
        {420, "Bad Extension"},
        {423, "Interval Too Brief"},
        {480, "Temporarily Unavailable"},
        {481, "Call/Transaction Does Not Exist"},
        {482, "Loop Detected"},
        {483, "Too Many Hops"},
        {486, "Busy Here"},
        {487, "Request Terminated"},
        {488, "Not Acceptable Here"},
        {491, "Request Pending"},
        {500, "Server Internal Error"},
        {501, "Not Implemented"},
        {503, "Service Unavailable"},
        {600, "Busy Everywhere"},
        {603, "Decline"},
    };
    const auto* row = std::find_if(std::begin(ROWS), std::end(ROWS), [code](const Row& entry) {
        return entry.code == code;
    });
    return row == std::end(ROWS) ? "Response" : row->words;
}

} // namespace conntrack
} // namespace ns3
