/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/wire/sip-message.h"

#include <array>

namespace ns3
{
namespace conntrack
{

namespace
{

constexpr std::string_view RESPONSE = "SIP/2.0 ";
constexpr std::string_view SCHEME = "sip:";
constexpr std::string_view HEADERS_END = "\r\n\r\n";

struct NamedMethod
{
    std::string_view name;
    SipMethod method;
};

constexpr std::array<NamedMethod, 6> METHODS{{
    {"INVITE", SipMethod::Invite},
    {"UPDATE", SipMethod::Update},
    {"ACK", SipMethod::Ack},
    {"PRACK", SipMethod::Prack},
    {"BYE", SipMethod::Bye},
    {"REGISTER", SipMethod::Register},
}};

/// @return where an URI of the scheme begins, behind "sip:"; the line's end if there is none
std::size_t
SkipToHost(std::string_view text, std::size_t from)
{
    std::size_t at = from;
    for (; at + SCHEME.size() < text.size() && !IsSipLineEnd(text[at]); ++at)
    {
        if (BeginsWith(text.substr(at), SCHEME))
        {
            return at + SCHEME.size();
        }
    }
    return at;
}

} // namespace

bool
IsSipResponse(std::string_view text)
{
    return BeginsWith(text, RESPONSE);
}

SipMethod
ReadSipMethod(std::string_view text)
{
    for (const NamedMethod& known : METHODS)
    {
        // A blank and something like the begin of an URI's scheme must follow.
        const std::size_t length = known.name.size();
        if (text.size() >= length + 2 && BeginsWith(text, known.name) && text[length] == ' ' &&
            IsSipLetter(text[length + 1]))
        {
            return known.method;
        }
    }
    return SipMethod::Other;
}

uint32_t
ReadSipStatus(std::string_view text)
{
    return text.size() < RESPONSE.size() ? 0 : ReadSipNumber(text.substr(RESPONSE.size())).value;
}

SipSequence
FindSipSequence(const SipText& message)
{
    const SipField field = FindSipHeader(message, SipHeader::CSeq);
    SipSequence sequence;
    sequence.search = field.search;
    if (field.search != SipSearch::Found)
    {
        return sequence;
    }
    const SipNumber number = ReadSipNumber(message.text.substr(field.span.position));
    sequence.isNumber = number.length > 0;
    sequence.number = number.value;
    const std::size_t word = field.span.End() + 1; // any single character stands between
    for (const NamedMethod& known : METHODS)
    {
        if (word < message.text.size() && BeginsWith(message.text.substr(word), known.name))
        {
            sequence.method = known.method;
            break;
        }
    }
    return sequence;
}

std::optional<SipUri>
FindSipRequestUri(const SipText& message)
{
    const std::size_t letters = CountSipLetters(message.text);
    if (letters == 0 || letters + 1 >= message.text.size())
    {
        return std::nullopt;
    }
    const auto span = FindSipHost(message, SkipToHost(message.text, letters + 1));
    if (!span)
    {
        return std::nullopt;
    }
    const auto endpoint = ReadSipEndpoint(message.text.substr(span->position), message.family);
    return SipUri{*span, endpoint->address, endpoint->port};
}

SipFrame
FrameSipMessage(const SipText& segment)
{
    const SipField field = FindSipHeader(segment, SipHeader::ContentLength);
    if (field.search != SipSearch::Found)
    {
        return {};
    }
    const SipNumber content = ReadSipNumber(segment.text.substr(field.span.position));
    if (content.length == 0)
    {
        return {};
    }
    const std::size_t end = segment.text.find(HEADERS_END, field.span.End());
    if (end == std::string_view::npos)
    {
        return {};
    }
    const std::size_t length = end + HEADERS_END.size() + content.value;
    if (length > segment.text.size())
    {
        return {SipFraming::Partial, 0};
    }
    return {SipFraming::Whole, length};
}

} // namespace conntrack
} // namespace ns3
