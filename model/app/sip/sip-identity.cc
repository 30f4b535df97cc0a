/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/app/sip/sip-identity.h"

#include "model/wire/ascii.h"

#include <utility>

namespace ns3
{
namespace conntrack
{

namespace
{

constexpr uint16_t DEFAULT_PORT = 5060; // RFC 3261 19.1.2

} // namespace

std::optional<SipPeer>
SipPeerOf(const SipLocator& uri)
{
    const auto host = ReadHostAddress(uri.host);
    if (!host)
    {
        return std::nullopt;
    }
    const auto transport = uri.parameters.Find("transport");
    const bool tcp = transport && EqualsIgnoringCase(*transport, "tcp");
    return SipPeer{tcp ? SipTransport::Tcp : SipTransport::Udp,
                   EndpointAt(*host, uri.port == 0 ? DEFAULT_PORT : uri.port)};
}

SipIdentity::SipIdentity(SipTransactions& transactions, Settings settings)
    : m_transactions(transactions),
      m_settings(std::move(settings))
{
}

std::optional<SipPacket>
SipIdentity::MakeRequest(const Subject& subject, const SipPeer& peer) const
{
    const auto contact = ContactTowards(peer);
    if (!contact)
    {
        return std::nullopt;
    }
    SipParty from;
    from.uri = AddressOfRecord(peer);
    from.parameters.Set("tag", subject.fromTag);
    SipParty to;
    to.uri = subject.to;
    SipPacket request;
    request.method = subject.method;
    request.uri = PrintSipLocator(subject.uri);
    request.Add("Max-Forwards", "70"); // RFC 3261 8.1.1.6
    request.Add("From", PrintSipParty(from));
    request.Add("To", PrintSipParty(to));
    request.Add("Call-ID", subject.callId);
    request.Add("CSeq", std::to_string(subject.sequence) + " " + subject.method);
    request.Add("Contact", *contact);
    return request;
}

std::optional<SipPeer>
SipIdentity::FirstHop(const SipLocator& uri) const
{
    if (m_settings.proxy)
    {
        return m_settings.proxy;
    }
    auto peer = SipPeerOf(uri);
    if (peer && !uri.parameters.Has("transport"))
    {
        peer->transport = m_settings.transport;
    }
    return peer;
}

std::optional<SipPeer>
SipIdentity::NextHop(const SipLocator& uri) const
{
    const auto peer = SipPeerOf(uri);
    return peer ? peer : m_settings.proxy;
}

std::optional<std::string>
SipIdentity::ContactTowards(const SipPeer& peer) const
{
    const auto local = m_transactions.GetSockets().LocalTowards(peer);
    if (!local)
    {
        return std::nullopt;
    }
    SipParty contact;
    contact.uri.user = m_settings.user;
    contact.uri.host = PrintHostAddress(HostOf(*local));
    contact.uri.port = local->port;
    if (peer.transport == SipTransport::Tcp)
    {
        contact.uri.parameters.Set("transport", "tcp");
    }
    return PrintSipParty(contact);
}

SipLocator
SipIdentity::AddressOfRecord(const SipPeer& peer) const
{
    SipLocator uri;
    uri.user = m_settings.user;
    uri.host = m_settings.domain;
    if (uri.host.empty())
    {
        const auto local = m_transactions.GetSockets().LocalTowards(peer);
        uri.host = PrintHostAddress(HostOf(local.value_or(peer.endpoint)));
    }
    return uri;
}

std::string
SipIdentity::NewToken()
{
    const SipSockets& sockets = m_transactions.GetSockets();
    return std::to_string(sockets.GetNode()->GetId()) + "p" + std::to_string(sockets.GetPort()) +
           "t" + std::to_string(++m_tokens);
}

} // namespace conntrack
} // namespace ns3
