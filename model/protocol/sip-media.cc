/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/protocol/sip-media.h"

#include "model/protocol/sip-translator.h"
#include "model/wire/sdp-message.h"

#include <algorithm>

namespace ns3
{
namespace conntrack
{

namespace
{

constexpr uint32_t MOST_LINES = 3; // as many as there are kinds
constexpr uint32_t LOWEST_PORT = 1024;
constexpr uint32_t HIGHEST_PORT = 65535;

/// A media line with the address that it is about.
struct Stream
{
    SipClass classNumber{SipClass::Audio};
    Address target;
    uint16_t port{0};
    SipSpan portSpan;
};

SipClass
ClassOf(SdpMediaKind kind)
{
    return kind == SdpMediaKind::Audio   ? SipClass::Audio
           : kind == SdpMediaKind::Video ? SipClass::Video
                                         : SipClass::Image;
}

/// What another connection has done for the same media.
struct Known
{
    bool isExpected{false}; ///< nothing is left to do
    bool isDirect{false};   ///< the stream was redirected to where its client really is
};

/// Expects the media of one message.
class MediaExpecter
{
  public:
    MediaExpecter(SipPassage& passage, const SipSettings& settings)
        : m_passage(passage),
          m_settings(settings)
    {
    }

    HelperVerdict ExpectAll();

  private:
    HelperVerdict ExpectLine(Stream& stream);
    HelperVerdict Expect(Stream& stream);
    HelperVerdict ExpectPair(Stream& stream, uint16_t port);
    HelperVerdict ExpectPlainly(const SipMediaPair& pair);
    Known Recognize(Stream& stream) const;
    bool IsBeyondOutput(const Address& target) const;
    ExpectationTable::Endpoints EndpointsOf(const Stream& stream, uint16_t port) const;

    HelperVerdict Drop(const std::string& why) const
    {
        return m_passage.Context().Drop(why);
    }

    SipPassage& m_passage;
    const SipSettings& m_settings;
    std::optional<Address> m_session; ///< the session's own
    std::optional<Address> m_source;  ///< from where media come; none: anywhere
    std::optional<Address> m_last;    ///< of the last stream, as it is announced now
};

HelperVerdict
MediaExpecter::ExpectAll()
{
    const SipField version = FindSdpLine(m_passage.Text(), SdpLine::Version, 0);
    if (version.search != SipSearch::Found)
    {
        return HelperVerdict::Accept;
    }
    const std::size_t description = version.span.position;
    if (const auto found = FindSdpAddress(m_passage.Text(), SdpLine::Connection, description))
    {
        m_session = m_last = found->address;
    }
    std::size_t from = description;
    for (uint32_t lines = 0; lines < MOST_LINES;)
    {
        const auto media = FindSdpMedia(m_passage.Text(), from);
        if (!media)
        {
            break;
        }
        if (media->kind == SdpMediaKind::Other)
        {
            from = media->port.End();
            continue;
        }
        from = media->port.position;
        const uint32_t port = ReadSipNumber(m_passage.Text().text.substr(from)).value;
        if (port == 0)
        {
            continue; // RFC 3264 8.2: the stream is refused or has ended
        }
        if (port < LOWEST_PORT || port > HIGHEST_PORT)
        {
            return Drop("wrong port " + std::to_string(port));
        }
        Stream stream{ClassOf(media->kind), {}, static_cast<uint16_t>(port), media->port};
        if (ExpectLine(stream) == HelperVerdict::Drop)
        {
            return HelperVerdict::Drop;
        }
        m_last = stream.target;
        ++lines;
    }
    const SipTranslator* translator = m_passage.Translator();
    const bool isDone = translator == nullptr || !m_last ||
                        translator->SetSessionAddress(m_passage, description, *m_last);
    return isDone ? HelperVerdict::Accept : HelperVerdict::Drop;
}

HelperVerdict
MediaExpecter::ExpectLine(Stream& stream)
{
    const std::size_t line = stream.portSpan.position;
    const auto own = FindSdpAddress(m_passage.Text(), SdpLine::Connection, line);
    if (!own && !m_session)
    {
        return Drop("cannot parse SDP message");
    }
    stream.target = own ? own->address : *m_session;
    if (Expect(stream) == HelperVerdict::Drop)
    {
        return Drop("cannot add expectation for voice");
    }
    const SipTranslator* translator = m_passage.Translator();
    if (own && translator != nullptr &&
        !translator->SetMediaAddress(m_passage, line, stream.target))
    {
        return Drop("cannot mangle SDP");
    }
    return HelperVerdict::Accept;
}

HelperVerdict
MediaExpecter::Expect(Stream& stream)
{
    m_source.reset();
    if (m_settings.directMedia)
    {
        if (stream.target != m_passage.Sent().source)
        {
            m_passage.Remark(
                "media are announced at a third party's address, and DirectMedia is on");
            return HelperVerdict::Accept; // nobody opens doors for others
        }
        m_source = m_passage.Answered().source;
    }
    else if (m_settings.externalMedia && IsBeyondOutput(stream.target))
    {
        m_passage.Remark(
            "media are announced beyond the interface they came from, and ExternalMedia is on");
        return HelperVerdict::Accept;
    }
    const Known known = Recognize(stream);
    const uint16_t even = stream.port & 0xfffe;
    const SipTranslator* translator = m_passage.Translator();
    if (known.isDirect && translator != nullptr &&
        !translator->SetMediaPort(m_passage, stream.portSpan, even))
    {
        return HelperVerdict::Drop;
    }
    if (known.isExpected)
    {
        return HelperVerdict::Accept;
    }
    ExpectationTable& table = m_passage.Context().expectations;
    Expectation* rtp = table.Allocate(m_passage.Flow());
    Expectation* rtcp = table.Allocate(m_passage.Flow());
    ExpectationTable::Fill(*rtp, EndpointsOf(stream, even));
    ExpectationTable::Fill(*rtcp, EndpointsOf(stream, even + 1));
    const SipMediaPair pair{*rtp, *rtcp};
    const bool isTranslated = translator != nullptr && !known.isDirect;
    const HelperVerdict verdict =
        isTranslated ? translator->ExpectMedia(m_passage, pair, stream.portSpan, stream.target)
                     : ExpectPlainly(pair);
    table.Put(*rtcp);
    table.Put(*rtp);
    return verdict;
}

HelperVerdict
MediaExpecter::ExpectPlainly(const SipMediaPair& pair)
{
    ExpectationTable& table = m_passage.Context().expectations;
    const Nanos now = m_passage.Packet().now;
    const auto isThere = [](ExpectResult result) {
        return result == ExpectResult::Ok || result == ExpectResult::Already;
    };
    const ExpectResult rtp = table.Expect(pair.rtp, now, MasterTest::Skip);
    if (!isThere(rtp))
    {
        return HelperVerdict::Drop;
    }
    if (isThere(table.Expect(pair.rtcp, now, MasterTest::Skip)))
    {
        return HelperVerdict::Accept;
    }
    if (rtp == ExpectResult::Ok)
    {
        table.Withdraw(pair.rtp, now);
    }
    return HelperVerdict::Drop;
}

Known
MediaExpecter::Recognize(Stream& stream) const
{
    const Connection& connection = m_passage.Flow();
    const bool isTranslated = connection.Is(status::SRC_NAT | status::DST_NAT);
    Tuple tuple;
    tuple.family = m_passage.FamilyOf();
    tuple.protocol = protocol::UDP;
    tuple.source = m_source.value_or(Address{});
    Known known;
    for (;;)
    {
        tuple.destination = stream.target;
        tuple.destinationPort = stream.port;
        const Expectation* other = m_passage.Context().expectations.Find(tuple, connection.zone.id);
        if (other == nullptr || other->master == &connection ||
            other->master->help->helper != connection.help->helper ||
            other->classNumber != static_cast<uint16_t>(stream.classNumber))
        {
            return known;
        }
        const bool isMoved = other->savedAddress != other->tuple.destination ||
                             other->savedPort != other->tuple.destinationPort;
        if (known.isDirect || !isMoved || !isTranslated)
        {
            known.isExpected = true;
            return known;
        }
        stream.target = other->savedAddress;
        stream.port = other->savedPort;
        known.isDirect = true;
    }
}

bool
MediaExpecter::IsBeyondOutput(const Address& target) const
{
    const HelperContext& context = m_passage.Context();
    const uint32_t output = context.packet.output.index;
    return context.interfaceToward && output != 0 &&
           context.interfaceToward(m_passage.FamilyOf(), target) == output;
}

ExpectationTable::Endpoints
MediaExpecter::EndpointsOf(const Stream& stream, uint16_t port) const
{
    ExpectationTable::Endpoints endpoints;
    endpoints.classNumber = static_cast<uint32_t>(stream.classNumber);
    endpoints.family = m_passage.FamilyOf();
    endpoints.source = m_source;
    endpoints.destination = stream.target;
    endpoints.protocol = protocol::UDP;
    endpoints.destinationPort = port;
    return endpoints;
}

} // namespace

HelperVerdict
ExpectSipMedia(SipPassage& passage, const SipSettings& settings)
{
    return MediaExpecter(passage, settings).ExpectAll();
}

void
EndSipMedia(const SipPassage& passage)
{
    MasterExpectations& all = passage.Flow().help->expectations;
    const auto isMedia = [](const Expectation& expectation) {
        return expectation.timerPending &&
               expectation.classNumber != static_cast<uint16_t>(SipClass::Signalling);
    };
    // Whoever is told of one may remove others: each search begins anew.
    for (auto next = std::find_if(all.begin(), all.end(), isMedia); next != all.end();
         next = std::find_if(all.begin(), all.end(), isMedia))
    {
        passage.Context().expectations.Withdraw(*next, passage.Packet().now);
    }
}

} // namespace conntrack
} // namespace ns3
