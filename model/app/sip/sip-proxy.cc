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

constexpr uint16_t DEFAULT_PORT = 5060; // RFC 3261 19.1.2
constexpr uint64_t DEFAULT_HOPS = 70;   // RFC 3261 8.1.1.6

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
            .AddAttribute("MaxBranches",
                          "Most contacts that a request goes to at a time: the latest ones.",
                          UintegerValue(60), // RFC 5393 5.3.3: default of Max-Breadth
                          MakeUintegerAccessor(&SipProxy::m_maxBranches),
                          MakeUintegerChecker<uint32_t>(1))
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
    m_registrar.reset();
    m_ringing.reset();
    m_relayed.clear();
    SipElement::DoDispose();
}

std::size_t
SipProxy::GetBindings() const
{
    return m_registrar ? m_registrar->Locations().Size() : 0;
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
    m_registrar = std::make_unique<SipRegistrar>(
        SipRegistrar::Settings{m_domain, m_minExpires, m_maxExpires, m_maxBindings},
        SipRegistrar::Listener{
            [this](const SipRegistrationRecord& record) { TellRegistration(record); },
            [this](const SipPeer& peer) {
                TellLimit(SipLimit::Bindings, peer.endpoint.ToSocketAddress());
            }});
    m_ringing = std::make_unique<DeadlineTimer>([this](uint64_t server) { OnTimerC(server); });
    Open();
}

void
SipProxy::StopApplication()
{
    m_stopped = true;
}

std::string
SipProxy::NewTag()
{
    return ";tag=proxy" + std::to_string(++m_tags);
}

void
SipProxy::Respond(const SipPacket& request, uint64_t server, uint16_t code)
{
    SipPacket response = SipResponseTo(request, code);
    if (code > 100 && SipTagOf(response.Get("To")).empty())
    {
        response.Set("To", std::string(response.Get("To")) + NewTag());
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

void
SipProxy::OnRegister(const SipPacket& request, uint64_t server)
{
    const auto peer = Transactions().PeerOf(server);
    if (!peer)
    {
        return;
    }
    SipPacket response = m_registrar->Take(request, *peer);
    response.Set("To", std::string(response.Get("To")) + NewTag());
    Transactions().Respond(server, response);
}

void
SipProxy::OnCancel(const SipPacket& request, uint64_t server)
{
    const uint64_t invite = Transactions().FindCancelled(request);
    Respond(request, server, invite != 0 ? 200 : 481);
    const auto relayed = m_relayed.find(invite);
    if (relayed != m_relayed.end())
    {
        Follow(invite, relayed->second.fork.OnCancel());
    }
}

std::vector<SipProxy::Target>
SipProxy::TargetsOf(SipPacket& request, uint16_t& refusal) const
{
    const auto only = [&request](const std::optional<SipPeer>& peer) {
        return peer ? std::vector<Target>{{request.uri, *peer}} : std::vector<Target>{};
    };
    while (const auto route = ParseSipParty(request.Get("Route")))
    {
        if (!IsHere(route->uri))
        {
            return only(SipPeerOf(route->uri));
        }
        request.RemoveFirst("Route"); // RFC 3261 16.4
    }
    const auto uri = ParseSipLocator(request.uri);
    if (!uri || !IsHere(*uri))
    {
        refusal = 404; // a name that nobody can look up
        return only(uri ? SipPeerOf(*uri) : std::nullopt);
    }
    refusal = 480; // RFC 3261 16.5, 21.4.18: the user is not there now
    std::vector<SipBinding> bindings = m_registrar->Locations().Of(uri->user);
    if (bindings.size() > m_maxBranches)
    {
        bindings.erase(bindings.begin(), bindings.end() - m_maxBranches);
    }
    std::vector<Target> targets;
    for (const SipBinding& binding : bindings)
    {
        if (const auto peer = binding.flow ? binding.flow : SipPeerOf(binding.contact))
        {
            targets.push_back({PrintSipLocator(binding.contact), *peer});
        }
    }
    return targets;
}

void
SipProxy::Relay(const SipPacket& request, uint64_t server)
{
    const auto hops =
        request.Has("Max-Forwards") ? ReadNumber(request.Get("Max-Forwards"), 255) : DEFAULT_HOPS;
    SipPacket onward = request;
    uint16_t refusal = 404;
    const std::vector<Target> targets = TargetsOf(onward, refusal);
    const bool may = hops && *hops > 0 && !targets.empty();
    onward.Set("Max-Forwards", std::to_string(may ? *hops - 1 : 0));
    if (server == 0)
    {
        if (may) // an ACK: nobody answers it
        {
            onward.uri = targets.back().uri;
            Transactions().SendOnce(onward, targets.back().peer);
        }
        return;
    }
    if (!may)
    {
        Respond(request, server, !hops ? 400 : *hops == 0 ? 483 : refusal);
        return;
    }
    if (request.method == "INVITE")
    {
        Respond(request, server, 100);
        m_ringing->Set(server, Now() + m_timerC.GetNanoSeconds());
    }
    m_relayed[server].request = request;
    for (const Target& target : targets)
    {
        SendOn(onward, target, server);
    }
}

void
SipProxy::SendOn(SipPacket onward, const Target& target, uint64_t server)
{
    onward.uri = target.uri;
    const auto came = Transactions().PeerOf(server);
    if (m_recordRoute && came && onward.method == "INVITE")
    {
        StayInTheWay(onward, target.peer, *came);
    }
    // Neither is called before the branch is known; the transactions go before this application.
    const auto branch = std::make_shared<uint64_t>(0);
    SipTransactions::ClientListener listener;
    listener.response = [this, server, branch](const SipPacket& response) {
        OnResponse(server, *branch, response);
    };
    listener.failed = [this, server, branch](SipFailure failure) {
        OnFailed(server, *branch, failure);
    };
    *branch = Transactions().Send(std::move(onward), target.peer, std::move(listener));
    m_relayed[server].fork.Add(*branch);
}

void
SipProxy::StayInTheWay(SipPacket& onward, const SipPeer& target, const SipPeer& came) const
{
    const SipSockets& sockets = Transactions().GetSockets();
    std::string before;
    for (const SipPeer& side : {came, target}) // the last comes first: who gets it goes there
    {
        const auto local = sockets.LocalTowards(side);
        if (!local)
        {
            continue;
        }
        SipParty here;
        here.uri.host = PrintHostAddress(HostOf(*local));
        here.uri.port = local->port;
        here.uri.parameters.Set("lr", std::nullopt);
        if (side.transport == SipTransport::Tcp)
        {
            here.uri.parameters.Set("transport", "tcp");
        }
        const std::string value = PrintSipParty(here);
        if (value != before)
        {
            onward.Prepend("Record-Route", value);
        }
        before = value;
    }
}

void
SipProxy::OnResponse(uint64_t server, uint64_t branch, const SipPacket& response)
{
    SipPacket back = response;
    back.RemoveFirst("Via");
    const auto relayed = m_relayed.find(server);
    if (relayed == m_relayed.end())
    {
        if (response.code >= 200 && response.code < 300 && back.Has("Via"))
        {
            Transactions().Respond(server, back); // it comes again
        }
        return;
    }
    if (response.code < 200 && relayed->second.request.method == "INVITE")
    {
        m_ringing->Set(server, Now() + m_timerC.GetNanoSeconds());
    }
    Follow(server, relayed->second.fork.OnResponse(branch, back));
}

void
SipProxy::OnFailed(uint64_t server, uint64_t branch, SipFailure failure)
{
    const auto relayed = m_relayed.find(server);
    if (relayed == m_relayed.end())
    {
        return;
    }
    // RFC 3261 16.8 and 16.9: as if it had been answered so.
    const uint16_t code = failure == SipFailure::TimedOut ? 408 : 503;
    SipPacket response = SipResponseTo(relayed->second.request, code);
    response.Set("To", std::string(response.Get("To")) + NewTag());
    Follow(server, relayed->second.fork.OnResponse(branch, response));
}

void
SipProxy::Follow(uint64_t server, const SipFork::Step& step)
{
    const auto relayed = m_relayed.find(server);
    const bool isInvite = relayed->second.request.method == "INVITE";
    if (step.pass && step.pass->Has("Via"))
    {
        Transactions().Respond(server, *step.pass);
    }
    if (relayed->second.fork.HasEnded())
    {
        m_ringing->Clear(server);
        m_relayed.erase(relayed);
    }
    for (const uint64_t branch : step.cancelled)
    {
        if (isInvite) // RFC 3261 9.1: others are answered soon
        {
            Transactions().Cancel(branch);
        }
    }
}

void
SipProxy::OnTimerC(uint64_t server)
{
    const auto relayed = m_relayed.find(server);
    if (relayed != m_relayed.end())
    {
        Follow(server, relayed->second.fork.OnCancel()); // RFC 3261 16.8
    }
}

} // namespace conntrack
} // namespace ns3
