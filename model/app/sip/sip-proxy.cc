/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/app/sip/sip-proxy.h"

#include "model/app/sip/sip-dialog.h"
#include "model/app/sip/sip-identity.h"
#include "model/wire/ascii.h"

#include "ns3/abort.h"
#include "ns3/boolean.h"
#include "ns3/log.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

namespace ns3
{
namespace conntrack
{

NS_LOG_COMPONENT_DEFINE("ConntrackSipProxy");
NS_OBJECT_ENSURE_REGISTERED(SipProxy);

namespace
{

constexpr uint16_t DEFAULT_PORT = 5060;    // RFC 3261 19.1.2
constexpr uint64_t DEFAULT_HOPS = 70;      // RFC 3261 8.1.1.6
constexpr uint64_t DEFAULT_EXPIRES = 3600; // RFC 3261 10.3, step 7: the registrar's choice

Nanos
Now()
{
    return Simulator::Now().GetNanoSeconds();
}

} // namespace

TypeId
SipProxy::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::conntrack::SipProxy")
            .SetParent<SipElement>()
            .SetGroupName("Conntrack")
            .AddConstructor<SipProxy>()
            .AddAttribute("Domain",
                          "Whose users it knows, besides those at its own addresses.",
                          StringValue(""),
                          MakeStringAccessor(&SipProxy::m_domain),
                          MakeStringChecker())
            .AddAttribute("MinExpires",
                          "Shortest lifetime of a registration; a shorter one gets 423.",
                          TimeValue(Seconds(1)),
                          MakeTimeAccessor(&SipProxy::m_minExpires),
                          MakeTimeChecker(Seconds(0)))
            .AddAttribute("MaxExpires",
                          "Longest lifetime of a registration; a longer one is shortened.",
                          TimeValue(Seconds(7200)),
                          MakeTimeAccessor(&SipProxy::m_maxExpires),
                          MakeTimeChecker(Seconds(1)))
            .AddAttribute("MaxBindings",
                          "Most contacts of all users; one more gets 503.",
                          UintegerValue(100000),
                          MakeUintegerAccessor(&SipProxy::m_maxBindings),
                          MakeUintegerChecker<uint32_t>())
            .AddAttribute("TimerC",
                          "RFC 3261's timer C: longest that an INVITE rings after a response.",
                          TimeValue(Seconds(181)), // RFC 3261 16.6, step 11: more than 3 minutes
                          MakeTimeAccessor(&SipProxy::m_timerC),
                          MakeTimeChecker(NanoSeconds(1)))
            .AddAttribute("RecordRoute",
                          "Whether it stays in the way of the calls it sets up.",
                          BooleanValue(true),
                          MakeBooleanAccessor(&SipProxy::m_recordRoute),
                          MakeBooleanChecker());
    return tid;
}

SipProxy::SipProxy() = default;

SipProxy::~SipProxy() = default;

void
SipProxy::DoDispose()
{
    m_expiry.reset();
    m_ringing.reset();
    m_relayed.clear();
    SipElement::DoDispose();
}

std::size_t
SipProxy::GetBindings() const
{
    return m_locations ? m_locations->Size() : 0;
}

std::size_t
SipProxy::GetRelayed() const
{
    return m_relayed.size();
}

int64_t
SipProxy::AssignStreams(int64_t)
{
    return 0; // nothing here is random
}

void
SipProxy::StartApplication()
{
    m_locations = std::make_unique<SipLocations>(m_maxBindings);
    m_expiry = std::make_unique<DeadlineTimer>([this](uint64_t) { ExpireBindings(); });
    m_ringing = std::make_unique<DeadlineTimer>([this](uint64_t server) { OnTimerC(server); });
    Open();
}

void
SipProxy::StopApplication()
{
    m_stopped = true;
}

void
SipProxy::Respond(const SipPacket& request, uint64_t server, uint16_t code)
{
    SipPacket response = SipResponseTo(request, code);
    if (code > 100 && SipTagOf(response.Get("To")).empty())
    {
        response.Set("To",
                     std::string(response.Get("To")) + ";tag=proxy" + std::to_string(++m_tags));
    }
    Transactions().Respond(server, response);
}

void
SipProxy::OnRequest(const SipPacket& request, uint64_t server)
{
    if (m_stopped && server != 0)
    {
        Respond(request, server, 503);
        return;
    }
    const auto uri = ParseSipLocator(request.uri);
    if (!uri)
    {
        if (server != 0)
        {
            Respond(request, server, 416);
        }
    }
    else if (request.method == "REGISTER" && IsHere(*uri))
    {
        OnRegister(request, server);
    }
    else if (request.method == "CANCEL")
    {
        OnCancel(request, server);
    }
    else
    {
        Relay(request, server);
    }
}

bool
SipProxy::IsHere(const SipLocator& uri) const
{
    if (!m_domain.empty() && EqualsIgnoringCase(uri.host, m_domain))
    {
        return true;
    }
    const auto host = ReadHostAddress(uri.host);
    return host && IsLocalAddress(GetNode(), *host) &&
           (uri.port == 0 ? DEFAULT_PORT : uri.port) == Transactions().GetSettings().port;
}

uint64_t
SipProxy::LifetimeOf(const SipPacket& request, const SipParty& contact) const
{
    const auto text = contact.parameters.Find("expires");
    const auto own = text ? ReadNumber(*text, UINT32_MAX) : std::nullopt;
    const auto field = ReadNumber(request.Get("Expires"), UINT32_MAX);
    return own ? *own : field.value_or(DEFAULT_EXPIRES);
}

void
SipProxy::OnRegister(const SipPacket& request, uint64_t server)
{
    const auto to = ParseSipParty(request.Get("To"));
    const auto peer = Transactions().PeerOf(server);
    const std::string user = to ? to->uri.user : "";
    const uint16_t code = user.empty() || !peer ? 400 : SetBindings(request, *peer, user);
    SipPacket response = SipResponseTo(request, code);
    response.Set("To", std::string(response.Get("To")) + ";tag=proxy" + std::to_string(++m_tags));
    if (code == 423)
    {
        response.Add("Min-Expires",
                     std::to_string(static_cast<uint64_t>(m_minExpires.GetSeconds())));
    }
    if (code == 200)
    {
        for (const SipBinding& binding : m_locations->Of(user))
        {
            SipParty contact;
            contact.uri = binding.contact;
            contact.parameters.Set("expires", std::to_string((binding.expires - Now()) / SECOND));
            response.Add("Contact", PrintSipParty(contact));
        }
    }
    Transactions().Respond(server, response);
    m_expiry->Set(0, m_locations->NextExpiry());
}

uint16_t
SipProxy::SetBindings(const SipPacket& request, const SipPeer& peer, const std::string& user)
{
    const auto sequence = ParseSipCSeq(request.Get("CSeq"));
    const auto most = static_cast<uint64_t>(m_maxExpires.GetSeconds());
    for (const std::string& value : request.All("Contact"))
    {
        if (value == "*") // RFC 3261 10.2.2: all of them
        {
            if (ReadNumber(request.Get("Expires"), UINT32_MAX) != 0)
            {
                return 400;
            }
            for (SipBinding binding : m_locations->Of(user))
            {
                binding.expires = 0;
                ++binding.sequence;
                m_locations->Set(user, binding, Now());
                Tell(SipRegistrationEvent::Removed, user, binding.contact, 0);
            }
            continue;
        }
        const auto contact = ParseSipParty(value);
        if (!contact)
        {
            return 400;
        }
        const uint64_t lifetime = std::min(LifetimeOf(request, *contact), most);
        if (lifetime != 0 && lifetime < static_cast<uint64_t>(m_minExpires.GetSeconds()))
        {
            return 423;
        }
        SipBinding binding{contact->uri,
                           std::nullopt,
                           std::string(request.Get("Call-ID")),
                           sequence ? sequence->number : 0,
                           Now() + static_cast<Nanos>(lifetime) * SECOND};
        if (peer.transport == SipTransport::Tcp)
        {
            binding.flow = peer;
        }
        switch (m_locations->Set(user, binding, Now()))
        {
        case SipLocations::Change::Added:
            Tell(SipRegistrationEvent::Registered, user, binding.contact, lifetime);
            break;
        case SipLocations::Change::Refreshed:
            Tell(SipRegistrationEvent::Refreshed, user, binding.contact, lifetime);
            break;
        case SipLocations::Change::Removed:
            Tell(SipRegistrationEvent::Removed, user, binding.contact, 0);
            break;
        case SipLocations::Change::Stale:
            return 500; // RFC 3261 10.3, step 7
        case SipLocations::Change::Full:
            TellLimit(SipLimit::Bindings, peer.endpoint.ToSocketAddress());
            return 503;
        }
    }
    return 200;
}

void
SipProxy::Tell(SipRegistrationEvent event,
               const std::string& user,
               const SipLocator& contact,
               uint64_t seconds)
{
    const auto code = static_cast<uint16_t>(event == SipRegistrationEvent::Expired ? 0 : 200);
    TellRegistration({event,
                      "sip:" + user + "@" + m_domain,
                      PrintSipLocator(contact),
                      code,
                      Seconds(static_cast<double>(seconds)),
                      Simulator::Now()});
}

void
SipProxy::ExpireBindings()
{
    m_locations->Expire(Now(), [this](const std::string& user, const SipBinding& binding) {
        Tell(SipRegistrationEvent::Expired, user, binding.contact, 0);
    });
    m_expiry->Set(0, m_locations->NextExpiry());
}

void
SipProxy::OnCancel(const SipPacket& request, uint64_t server)
{
    const uint64_t invite = Transactions().FindCancelled(request);
    Respond(request, server, invite != 0 ? 200 : 481);
    const auto relayed = m_relayed.find(invite);
    if (relayed != m_relayed.end())
    {
        relayed->second.cancelled = true;
        if (relayed->second.provisional) // RFC 3261 9.1: else it waits for one
        {
            Transactions().Cancel(relayed->second.client);
        }
    }
}

std::optional<SipPeer>
SipProxy::Target(SipPacket& request, uint16_t& refusal) const
{
    while (const auto route = ParseSipParty(request.Get("Route")))
    {
        if (!IsHere(route->uri))
        {
            return SipPeerOf(route->uri);
        }
        request.RemoveFirst("Route"); // RFC 3261 16.4
    }
    const auto uri = ParseSipLocator(request.uri);
    if (!uri || !IsHere(*uri))
    {
        refusal = 404; // a name that nobody can look up
        return uri ? SipPeerOf(*uri) : std::nullopt;
    }
    const auto bindings = m_locations->Of(uri->user);
    refusal = 480; // RFC 3261 16.5, 21.4.18: the user is not there now
    if (bindings.empty())
    {
        return std::nullopt;
    }
    const SipBinding& latest = bindings.back();
    request.uri = PrintSipLocator(latest.contact);
    return latest.flow ? latest.flow : SipPeerOf(latest.contact);
}

void
SipProxy::Relay(const SipPacket& request, uint64_t server)
{
    const auto hops =
        request.Has("Max-Forwards") ? ReadNumber(request.Get("Max-Forwards"), 255) : DEFAULT_HOPS;
    SipPacket onward = request;
    uint16_t refusal = 404;
    const auto peer = Target(onward, refusal);
    const auto came = Transactions().PeerOf(server);
    const auto local = came ? Transactions().GetSockets().LocalTowards(*came) : std::nullopt;
    if (server == 0)
    {
        if (peer && hops && *hops > 0) // an ACK: nobody answers it
        {
            onward.Set("Max-Forwards", std::to_string(*hops - 1));
            Transactions().SendOnce(onward, *peer);
        }
        return;
    }
    if (!hops || *hops == 0 || !peer)
    {
        Respond(request, server, !hops ? 400 : *hops == 0 ? 483 : refusal);
        return;
    }
    onward.Set("Max-Forwards", std::to_string(*hops - 1));
    if (request.method == "INVITE")
    {
        Respond(request, server, 100);
        if (m_recordRoute && local)
        {
            SipParty here;
            here.uri.host = PrintHostAddress(HostOf(*local));
            here.uri.port = local->port;
            here.uri.parameters.Set("lr", std::nullopt);
            if (came->transport == SipTransport::Tcp)
            {
                here.uri.parameters.Set("transport", "tcp");
            }
            onward.Prepend("Record-Route", PrintSipParty(here));
        }
        m_ringing->Set(server, Now() + m_timerC.GetNanoSeconds());
    }
    SipTransactions::ClientListener listener;
    // The transactions go before this application does.
    listener.response = [this, server](const SipPacket& response) { OnResponse(server, response); };
    listener.failed = [this, server](SipFailure failure) { OnFailed(server, failure); };
    Relayed& relayed = m_relayed[server];
    relayed.request = request;
    relayed.client = Transactions().Send(std::move(onward), *peer, std::move(listener));
}

void
SipProxy::OnResponse(uint64_t server, const SipPacket& response)
{
    const auto relayed = m_relayed.find(server);
    if (response.code == 100)
    {
        if (relayed != m_relayed.end())
        {
            relayed->second.provisional = true;
            if (relayed->second.cancelled)
            {
                Transactions().Cancel(relayed->second.client);
            }
        }
        return; // RFC 3261 16.7, step 5: it is for one hop
    }
    SipPacket back = response;
    back.RemoveFirst("Via");
    if (relayed != m_relayed.end())
    {
        Relayed& entry = relayed->second;
        if (response.code >= 200)
        {
            m_ringing->Clear(server);
            m_relayed.erase(relayed);
        }
        else
        {
            entry.provisional = true;
            if (entry.request.method == "INVITE")
            {
                m_ringing->Set(server, Now() + m_timerC.GetNanoSeconds());
            }
            if (entry.cancelled)
            {
                Transactions().Cancel(entry.client);
            }
        }
    }
    else if (response.code < 200 || response.code >= 300)
    {
        return; // only a 2xx comes again
    }
    if (back.Has("Via"))
    {
        Transactions().Respond(server, back);
    }
}

void
SipProxy::OnFailed(uint64_t server, SipFailure failure)
{
    const auto relayed = m_relayed.find(server);
    if (relayed == m_relayed.end())
    {
        return;
    }
    // RFC 3261 16.8 and 16.9.
    Respond(relayed->second.request, server, failure == SipFailure::TimedOut ? 408 : 503);
    m_ringing->Clear(server);
    m_relayed.erase(relayed);
}

void
SipProxy::OnTimerC(uint64_t server)
{
    const auto relayed = m_relayed.find(server);
    if (relayed == m_relayed.end())
    {
        return;
    }
    if (relayed->second.provisional && !relayed->second.cancelled)
    {
        relayed->second.cancelled = true;
        Transactions().Cancel(relayed->second.client); // if nothing comes of that, it fails
        return;
    }
    Respond(relayed->second.request, server, 408);
    m_relayed.erase(relayed);
}

} // namespace conntrack
} // namespace ns3
