/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
// The fields of a message: everything but its session description.
#include "model/nat/payload-edit.h"
#include "model/nat/sip-nat-helper.h"
#include "model/wire/sip-message.h"

namespace ns3
{
namespace conntrack
{

namespace
{

constexpr uint32_t LOWEST_PORT = 1024;          // what rport may name
constexpr std::string_view VERSION = "SIP/2.0"; // a response begins with it

// RFC 768.
constexpr std::size_t UDP_HEADER = 8;
constexpr std::size_t UDP_DESTINATION_AT = 2;

/// An end of the connection as the message's sender knows it, and as its receiver does.
struct End
{
    const Address& known;
    uint16_t knownPort;
    const Address& translated;
    uint16_t translatedPort;
};

End
SenderOf(const SipPassage& passage)
{
    const Tuple& sent = passage.Sent();
    const Tuple& answered = passage.Answered();
    return {sent.source, sent.sourcePort, answered.destination, answered.destinationPort};
}

End
ReceiverOf(const SipPassage& passage)
{
    const Tuple& sent = passage.Sent();
    const Tuple& answered = passage.Answered();
    return {sent.destination, sent.destinationPort, answered.source, answered.sourcePort};
}

} // namespace

bool
SipNatHelper::MapUri(SipPassage& passage, const SipUri& uri) const
{
    const End sender = SenderOf(passage);
    const End receiver = ReceiverOf(passage);
    Address address = uri.address;
    uint16_t port = uri.port;
    if (uri.address == sender.known && uri.port == sender.knownPort)
    {
        address = sender.translated;
        port = sender.translatedPort;
    }
    else if (uri.address == receiver.known && uri.port == receiver.knownPort)
    {
        const uint16_t answerPort = passage.Memory().answerPort;
        address = receiver.translated;
        port = answerPort != 0 ? answerPort : receiver.translatedPort;
    }
    if (address == uri.address && port == uri.port)
    {
        return true;
    }
    return Replace(passage, uri.span, PrintSipEndpoint(address, port, passage.FamilyOf()));
}

bool
SipNatHelper::MapFirst(SipPassage& passage, SipHeader header) const
{
    const auto uri = FindSipUri(passage.Text(), header);
    return !uri || MapUri(passage, *uri);
}

bool
SipNatHelper::MapVia(SipPassage& passage) const
{
    const auto via =
        FindSipUri(passage.Text(), passage.IsTcp() ? SipHeader::ViaTcp : SipHeader::ViaUdp);
    const bool isResponse = BeginsWith(passage.Text().text, VERSION);
    const End end = isResponse ? ReceiverOf(passage) : SenderOf(passage);
    if (!via || via->address != end.known || via->port != end.knownPort)
    {
        return true; // another hop's
    }
    const std::size_t before = passage.Length();
    if (!MapUri(passage, *via))
    {
        passage.Context().Drop("cannot mangle Via header");
        return false;
    }
    return MapViaParameters(passage, via->span.End() + passage.Length() - before);
}

bool
SipNatHelper::MapViaParameters(SipPassage& passage, std::size_t from) const
{
    const End sender = SenderOf(passage);
    const End receiver = ReceiverOf(passage);
    const Family family = passage.FamilyOf();
    // RFC 3261 18.1.1: where to send the answer.
    const auto maddr = FindSipAddress(passage.Text(), from, "maddr=", SipBrackets::Required);
    if (maddr && maddr->address == sender.known && maddr->address != sender.translated &&
        !Replace(passage,
                 maddr->span,
                 PrintSipAddress(sender.translated, family, SipBrackets::Required)))
    {
        passage.Context().Drop("cannot mangle maddr");
        return false;
    }
    // RFC 3261 18.2.1, RFC 3581 4: where the server saw the request come from.
    const auto received = FindSipAddress(passage.Text(), from, "received=", SipBrackets::Optional);
    if (received && received->address == receiver.known &&
        received->address != receiver.translated &&
        !Replace(passage, received->span, ToString(receiver.translated, family)))
    {
        passage.Context().Drop("cannot mangle received");
        return false;
    }
    const SipNumberParameter rport = FindSipNumber(passage.Text(), from, "rport=");
    if (rport.search == SipSearch::Found && rport.value >= LOWEST_PORT &&
        rport.value == receiver.knownPort && rport.value != receiver.translatedPort &&
        !Replace(passage, rport.span, std::to_string(receiver.translatedPort)))
    {
        passage.Context().Drop("cannot mangle rport");
        return false;
    }
    return true;
}

bool
SipNatHelper::MapContacts(SipPassage& passage) const
{
    SipUriWalk contacts(SipHeader::Contact);
    while (const auto uri = contacts.Next(passage.Text()))
    {
        const std::size_t before = passage.Length();
        if (!MapUri(passage, *uri))
        {
            passage.Context().Drop("cannot mangle contact");
            return false;
        }
        if (passage.Length() < before)
        {
            contacts.StepBack(before - passage.Length());
        }
    }
    return true;
}

bool
SipNatHelper::Translate(SipPassage& passage) const
{
    if (!BeginsWith(passage.Text().text, VERSION))
    {
        const auto target = FindSipRequestUri(passage.Text());
        if (target && !MapUri(passage, *target))
        {
            passage.Context().Drop("cannot mangle SIP request");
            return false;
        }
    }
    if (!MapVia(passage) || !MapContacts(passage))
    {
        return false;
    }
    if (!MapFirst(passage, SipHeader::From) || !MapFirst(passage, SipHeader::To))
    {
        passage.Context().Drop("cannot mangle SIP from/to");
        return false;
    }
    return Redirect(passage);
}

/// An answer to a phone that sends from one port and listens at another.
bool
SipNatHelper::Redirect(SipPassage& passage) const
{
    TrackedPacket& packet = passage.Packet();
    const uint16_t port = passage.Memory().answerPort;
    if (packet.direction == Direction::Original || port == 0 ||
        packet.view.Protocol() != protocol::UDP)
    {
        return true;
    }
    const std::size_t udp = packet.view.TransportOffset();
    if (packet.editor == nullptr)
    {
        passage.Context().Drop("cannot mangle packet");
        return false;
    }
    WriteU16(packet.editor->Edit(udp + UDP_HEADER).data + udp + UDP_DESTINATION_AT, port);
    const TextChange nothing{0, 0, ""}; // makes the checksum anew
    if (!EditUdpPayload(packet, nothing, m_services.checksums()))
    {
        passage.Context().Drop("cannot mangle packet");
        return false;
    }
    return true;
}

} // namespace conntrack
} // namespace ns3
