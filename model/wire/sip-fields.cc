/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/wire/sip-fields.h"

#include "model/wire/ascii.h"
#include "model/wire/text-reader.h"

#include <algorithm>

namespace ns3
{
namespace conntrack
{

namespace
{

/// RFC 3261 8.1.1.5: a sequence number is below 2^31.
constexpr uint64_t MOST_SEQUENCE = INT32_MAX;

/// Read what stands before one of the characters, a quoted text as a whole.
/// @return none if a quote does not end
std::optional<std::string_view>
UntilOutsideQuotes(TextReader& reader, std::string_view stops)
{
    const std::string_view all = reader.Rest();
    while (!reader.AtEnd())
    {
        reader.Until(std::string(stops) + "\"");
        if (!reader.Skip('"'))
        {
            break;
        }
        bool closed = false;
        while (!closed && !reader.AtEnd())
        {
            reader.Until("\"\\");
            closed = reader.Skip('"');
            if (!closed && reader.Skip('\\') && !reader.AtEnd())
            {
                reader = TextReader(reader.Rest().substr(1));
            }
        }
        if (!closed)
        {
            return std::nullopt;
        }
    }
    return all.substr(0, all.size() - reader.Rest().size());
}

/// @return whether these are the letters, digits, dots and dashes of a host's name
bool
IsHostName(std::string_view text)
{
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char character) {
        return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
               (character >= '0' && character <= '9') || character == '.' || character == '-' ||
               character == '_';
    });
}

/// Read "host", "host:port", "[address]" or "[address]:port" up to a stop or the end.
bool
ReadHostPort(TextReader& reader, std::string_view stops, std::string& host, uint16_t& port)
{
    if (reader.Skip('['))
    {
        host = reader.Until("]");
        const auto address = ReadHostAddress(host);
        if (!address || address->family != Family::Ipv6 || !reader.Skip(']'))
        {
            return false;
        }
    }
    else
    {
        host = Trim(reader.Until(std::string(stops) + ":"));
        if (!IsHostName(host))
        {
            return false;
        }
    }
    reader.SkipBlanks();
    if (!reader.Skip(':'))
    {
        return reader.AtEnd() || stops.find(reader.Rest().front()) != std::string_view::npos;
    }
    const auto number = ReadNumber(Trim(reader.Until(stops)), UINT16_MAX);
    port = static_cast<uint16_t>(number.value_or(0));
    return port != 0;
}

std::string
PrintHostPort(const std::string& host, uint16_t port)
{
    const bool ipv6 = host.find(':') != std::string::npos;
    const std::string text = ipv6 ? "[" + host + "]" : host;
    return port == 0 ? text : text + ":" + std::to_string(port);
}

bool
HasBlankOrBracket(std::string_view text)
{
    return text.find_first_of(" \t<>\"") != std::string_view::npos || HasControl(text);
}

} // namespace

std::optional<std::string_view>
SipParameters::Find(std::string_view name) const
{
    for (const SipParameter& parameter : m_list)
    {
        if (parameter.name == name)
        {
            return parameter.value ? std::string_view(*parameter.value) : std::string_view();
        }
    }
    return std::nullopt;
}

void
SipParameters::Set(std::string_view name, std::optional<std::string> value)
{
    for (SipParameter& parameter : m_list)
    {
        if (parameter.name == name)
        {
            parameter.value = std::move(value);
            return;
        }
    }
    m_list.push_back({std::string(name), std::move(value)});
}

std::string
SipParameters::Print() const
{
    std::string text;
    for (const SipParameter& parameter : m_list)
    {
        text.append(";").append(parameter.name);
        if (parameter.value)
        {
            text.append("=").append(*parameter.value);
        }
    }
    return text;
}

std::optional<SipParameters>
SipParameters::Parse(std::string_view text)
{
    SipParameters parameters;
    TextReader reader(Trim(text));
    while (!reader.AtEnd())
    {
        if (!reader.Skip(';'))
        {
            return std::nullopt;
        }
        const std::string name = ToLower(Trim(reader.Until("=;")));
        std::optional<std::string> value;
        if (reader.Skip('='))
        {
            const auto found = UntilOutsideQuotes(reader, ";");
            value = found ? std::optional<std::string>(Trim(*found)) : std::nullopt;
            if (!value || value->empty())
            {
                return std::nullopt;
            }
        }
        if (name.empty() || HasBlankOrBracket(name) || parameters.Has(name))
        {
            return std::nullopt; // RFC 3261 7.3.1: a parameter appears once
        }
        parameters.Set(name, std::move(value));
    }
    return parameters;
}

std::optional<SipLocator>
ParseSipLocator(std::string_view text)
{
    constexpr std::string_view SCHEME = "sip:";
    if (!EqualsIgnoringCase(text.substr(0, SCHEME.size()), SCHEME) || HasBlankOrBracket(text))
    {
        return std::nullopt;
    }
    SipLocator uri;
    TextReader reader(text.substr(SCHEME.size()));
    const std::size_t at = reader.Rest().find('@');
    if (at != std::string_view::npos)
    {
        uri.user = reader.Rest().substr(0, at);
        reader = TextReader(reader.Rest().substr(at + 1));
        if (uri.user.empty())
        {
            return std::nullopt;
        }
    }
    if (!ReadHostPort(reader, ";?", uri.host, uri.port))
    {
        return std::nullopt;
    }
    auto parameters = SipParameters::Parse(reader.Until("?"));
    if (!parameters)
    {
        return std::nullopt;
    }
    uri.parameters = std::move(*parameters);
    uri.headers = reader.Skip('?') ? reader.Rest() : std::string_view();
    return uri;
}

std::string
PrintSipLocator(const SipLocator& uri)
{
    std::string text = "sip:";
    if (!uri.user.empty())
    {
        text.append(uri.user).append("@");
    }
    text.append(PrintHostPort(uri.host, uri.port)).append(uri.parameters.Print());
    return uri.headers.empty() ? text : text.append("?").append(uri.headers);
}

std::optional<SipParty>
ParseSipParty(std::string_view text)
{
    SipParty party;
    TextReader reader(Trim(text));
    const auto before = UntilOutsideQuotes(reader, "<;");
    if (!before)
    {
        return std::nullopt;
    }
    std::string_view uri = Trim(*before);
    if (reader.Skip('<'))
    {
        party.display = uri;
        uri = reader.Until(">");
        if (!reader.Skip('>'))
        {
            return std::nullopt;
        }
    }
    auto read = ParseSipLocator(uri);
    auto parameters = SipParameters::Parse(reader.Rest());
    if (!read || !parameters)
    {
        return std::nullopt;
    }
    party.uri = std::move(*read);
    party.parameters = std::move(*parameters);
    return party;
}

std::string
PrintSipParty(const SipParty& party)
{
    const std::string display = party.display.empty() ? "" : party.display + " ";
    return display + "<" + PrintSipLocator(party.uri) + ">" + party.parameters.Print();
}

std::optional<SipHop>
ParseSipHop(std::string_view text)
{
    TextReader reader(Trim(text));
    for (const std::string_view word : {"SIP", "2.0"}) // RFC 3261 25.1: blanks may stand around "/"
    {
        if (!EqualsIgnoringCase(Trim(reader.Until("/")), word) || !reader.Skip('/'))
        {
            return std::nullopt;
        }
    }
    SipHop hop;
    reader.SkipBlanks();
    hop.transport = reader.Until(" \t");
    std::transform(hop.transport.begin(), hop.transport.end(), hop.transport.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    if (hop.transport.empty() || reader.AtEnd())
    {
        return std::nullopt;
    }
    reader.SkipBlanks();
    if (!ReadHostPort(reader, ";", hop.host, hop.port))
    {
        return std::nullopt;
    }
    auto parameters = SipParameters::Parse(reader.Rest());
    if (!parameters)
    {
        return std::nullopt;
    }
    hop.parameters = std::move(*parameters);
    return hop;
}

std::string
PrintSipHop(const SipHop& hop)
{
    return "SIP/2.0/" + hop.transport + " " + PrintHostPort(hop.host, hop.port) +
           hop.parameters.Print();
}

std::optional<SipCSeq>
ParseSipCSeq(std::string_view text)
{
    TextReader reader(Trim(text));
    const auto number = ReadNumber(reader.Until(" \t"), MOST_SEQUENCE);
    reader.SkipBlanks();
    if (!number || reader.AtEnd())
    {
        return std::nullopt;
    }
    return SipCSeq{static_cast<uint32_t>(*number), std::string(reader.Rest())};
}

} // namespace conntrack
} // namespace ns3
