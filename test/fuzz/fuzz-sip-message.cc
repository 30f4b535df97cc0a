/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
// The first byte chooses the family, the rest is a message, or a segment with several.
#include "model/wire/sdp-message.h"
#include "model/wire/sip-message.h"

#include <algorithm>
#include <cstdlib>
#include <vector>

using namespace ns3::conntrack;

namespace
{

void
Require(bool holds)
{
    if (!holds)
    {
        std::abort();
    }
}

void
RequireWithin(const SipText& message, const SipSpan& span)
{
    Require(span.length > 0 && span.End() <= message.text.size());
}

/// What is found must be found again where it stands.
void
CheckUri(const SipText& message, const SipUri& uri)
{
    RequireWithin(message, uri.span);
    const auto again = ReadSipEndpoint(message.text.substr(uri.span.position), message.family);
    Require(again && again->address == uri.address && again->port == uri.port &&
            again->length == uri.span.length);
    const std::string printed = PrintSipEndpoint(uri.address, uri.port, message.family) + ">";
    const auto reread = ReadSipEndpoint(printed, message.family);
    Require(reread && reread->address == uri.address && reread->port == uri.port);
}

void
CheckParameters(const SipText& message, std::size_t from)
{
    const SipNumberParameter number = FindSipNumber(message, from, "expires=");
    if (number.search == SipSearch::Found)
    {
        RequireWithin(message, number.span);
    }
    if (const auto value = FindSipParameter(message, from, "transport="))
    {
        Require(*value <= message.text.size());
    }
    for (const SipBrackets brackets : {SipBrackets::Required, SipBrackets::Optional})
    {
        if (const auto address = FindSipAddress(message, from, "received=", brackets))
        {
            RequireWithin(message, address->span);
        }
    }
}

void
CheckHeaders(const SipText& message)
{
    for (const SipHeader header : {SipHeader::CSeq,
                                   SipHeader::From,
                                   SipHeader::To,
                                   SipHeader::Contact,
                                   SipHeader::ViaUdp,
                                   SipHeader::ViaTcp,
                                   SipHeader::Expires,
                                   SipHeader::ContentLength})
    {
        const SipField field = FindSipHeader(message, header);
        if (field.search == SipSearch::Found)
        {
            RequireWithin(message, field.span);
        }
        Require(field.span.position <= message.text.size());
    }
    SipUriWalk contacts(SipHeader::Contact);
    std::size_t last = 0;
    while (const auto uri = contacts.Next(message))
    {
        Require(uri->span.position >= last); // it goes on, so it ends
        last = uri->span.End();
        CheckUri(message, *uri);
        CheckParameters(message, last);
    }
}

void
CheckDescription(const SipText& message)
{
    const SipField version = FindSdpLine(message, SdpLine::Version, 0);
    if (version.search != SipSearch::Found)
    {
        return;
    }
    RequireWithin(message, version.span);
    std::size_t from = version.span.position;
    while (const auto media = FindSdpMedia(message, from))
    {
        Require(media->port.position > from && media->port.End() <= message.text.size());
        from = media->port.position;
        for (const SdpLine line : {SdpLine::Owner, SdpLine::Connection})
        {
            if (const auto address = FindSdpAddress(message, line, from))
            {
                RequireWithin(message, address->span);
            }
        }
    }
}

} // namespace

extern "C" int
LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size)
{
    if (size == 0)
    {
        return 0;
    }
    // A copy of its own size, so that reading past it is noticed.
    const std::vector<char> bytes(data + 1, data + size);
    const Family family = data[0] & 1 ? Family::Ipv6 : Family::Ipv4;
    SipText rest{{bytes.data(), bytes.size()}, family};
    for (;;)
    {
        CheckHeaders(rest);
        CheckDescription(rest);
        ReadSipMethod(rest.text);
        ReadSipStatus(rest.text);
        FindSipSequence(rest);
        if (const auto target = FindSipRequestUri(rest))
        {
            CheckUri(rest, *target);
        }
        const SipFrame frame = FrameSipMessage(rest);
        if (frame.framing != SipFraming::Whole)
        {
            return 0;
        }
        Require(frame.length >= 4 && frame.length <= rest.text.size());
        rest.text.remove_prefix(frame.length);
    }
}
