/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
// A text, read as a SIP message, as each of its parts, as SDP, as a stream in two cuts, and as RTP;
// what is read must print to what reads the same.
#include "model/wire/rtp-packet.h"
#include "model/wire/sdp-description.h"
#include "model/wire/sip-fields.h"
#include "model/wire/sip-stream.h"

#include <cstdlib>

using namespace ns3::conntrack;

namespace
{

void
Check(bool holds)
{
    if (!holds)
    {
        std::abort();
    }
}

void
CheckSdp(std::string_view text)
{
    if (const auto description = ParseSdp(text))
    {
        Check(ParseSdp(PrintSdp(*description)) == description);
    }
}

void
CheckValue(std::string_view text)
{
    if (const auto party = ParseSipParty(text))
    {
        Check(ParseSipParty(PrintSipParty(*party)) == party);
    }
    if (const auto hop = ParseSipHop(text))
    {
        Check(ParseSipHop(PrintSipHop(*hop)) == hop);
    }
    if (const auto uri = ParseSipLocator(text))
    {
        Check(ParseSipLocator(PrintSipLocator(*uri)) == uri);
    }
}

/// @return how many messages the stream has, fed in two pieces
std::size_t
CountInStream(std::string_view text, std::size_t cut)
{
    SipStream stream;
    std::size_t count = 0;
    for (const std::string_view piece : {text.substr(0, cut), text.substr(cut)})
    {
        stream.Feed(piece);
        while (stream.Next())
        {
            ++count;
        }
    }
    return count;
}

} // namespace

extern "C" int
LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto message = ParseSip(text))
    {
        Check(ParseSip(PrintSip(*message)) == message);
        CheckSdp(message->body);
        for (const SipHeaderField& field : message->fields)
        {
            CheckValue(field.value);
        }
    }
    CheckSdp(text);
    CheckValue(text);
    const std::size_t whole = CountInStream(text, 0);
    Check(CountInStream(text, size / 2) == whole || size > SipStream::MOST_HEAD);
    const ByteView bytes{data, size};
    const auto rtp = ParseRtp(bytes);
    Check(!rtp || rtp->payload.size + RtpPacket::HEADER_SIZE <= size);
    if (const auto rtcp = ParseRtcp(bytes))
    {
        const auto printed = PrintRtcp(*rtcp);
        Check(ParseRtcp({printed.data(), printed.size()}) == rtcp);
    }
    return 0;
}
