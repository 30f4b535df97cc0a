/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/app/sip/sip-user-agent.h"

#include "ns3/abort.h"
#include "ns3/log.h"
#include "ns3/simulator.h"

#include <algorithm>
#include <sstream>

namespace ns3
{
namespace conntrack
{

NS_LOG_COMPONENT_DEFINE("ConntrackSipUserAgent");
NS_OBJECT_ENSURE_REGISTERED(SipUserAgent);

namespace
{

Time
Draw(Ptr<RandomVariableStream> seconds)
{
    return Seconds(std::max(seconds->GetValue(), 0.0));
}

} // namespace

SipUserAgent::SipUserAgent()
    : m_choice(CreateObject<UniformRandomVariable>()),
      m_mediaRandom(CreateObject<UniformRandomVariable>())
{
}

SipUserAgent::~SipUserAgent() = default;

void
SipUserAgent::DoDispose()
{
    // Calls and registration use the transactions, which go after them.
    m_nextCall.Cancel();
    m_calls.clear();
    m_registration.reset();
    SipElement::DoDispose();
    m_parts.reset();
    m_identity.reset();
    for (Ptr<RandomVariableStream>* variable : {&m_interval,
                                                &m_holding,
                                                &m_answeredHolding,
                                                &m_patience,
                                                &m_ringTime,
                                                &m_answerDelay,
                                                &m_holdAfter,
                                                &m_holdTime})
    {
        *variable = nullptr;
    }
    m_choice = nullptr;
    m_mediaRandom = nullptr;
}

std::size_t
SipUserAgent::GetCalls() const
{
    return m_calls.size();
}

uint32_t
SipUserAgent::GetCallsDone() const
{
    return m_done;
}

std::size_t
SipUserAgent::GetMediaPortsInUse() const
{
    return m_ports ? m_ports->InUse() : 0;
}

bool
SipUserAgent::IsRegistered() const
{
    return m_registration && m_registration->IsRegistered();
}

int64_t
SipUserAgent::AssignStreams(int64_t stream)
{
    int64_t used = 0;
    for (const Ptr<RandomVariableStream>& variable : {m_interval,
                                                      m_holding,
                                                      m_answeredHolding,
                                                      m_patience,
                                                      m_ringTime,
                                                      m_answerDelay,
                                                      m_holdAfter,
                                                      m_holdTime,
                                                      Ptr<RandomVariableStream>(m_choice),
                                                      Ptr<RandomVariableStream>(m_mediaRandom)})
    {
        variable->SetStream(stream + used++);
    }
    return used;
}

void
SipUserAgent::SetTransport(int transport)
{
    m_transport = static_cast<SipTransport>(transport);
}

int
SipUserAgent::GetTransport() const
{
    return static_cast<int>(m_transport);
}

void
SipUserAgent::StartApplication()
{
    const std::string who = "SipUserAgent on node " + std::to_string(GetNode()->GetId()) + ": ";
    std::istringstream words(m_targetText);
    for (std::string word; words >> word;)
    {
        const auto target = ParseSipLocator(word);
        NS_ABORT_MSG_UNLESS(target, who << "attribute Targets has " << word << ", no SIP URI");
        m_targets.push_back(*target);
    }
    SipIdentity::Settings settings{m_user, m_domain, m_transport, std::nullopt};
    if (!m_proxy.IsInvalid())
    {
        const auto proxy = ToEndpoint(m_proxy);
        NS_ABORT_MSG_UNLESS(proxy, who << "attribute Proxy is no IPv4 or IPv6 address with a port");
        settings.proxy = SipPeer{m_transport, *proxy};
    }
    NS_ABORT_MSG_IF(m_register && !settings.proxy, who << "Register needs a Proxy");
    m_ports = std::make_unique<MediaPorts>(m_mediaPortMin, m_mediaPortMax);
    NS_ABORT_MSG_IF(m_ports->Size() == 0,
                    who << "MediaPortMin " << m_mediaPortMin << " to MediaPortMax "
                        << m_mediaPortMax << " has no pair of ports");
    Open();
    m_identity = std::make_unique<SipIdentity>(Transactions(), settings);
    RtpSettings rtp;
    rtp.payloadType = m_payloadType;
    rtp.symmetric = m_symmetric;
    m_parts = std::make_unique<SipCallParts>(
        SipCallParts{*m_identity, *m_ports, rtp, m_mediaRandom, m_reliable, m_holdByUpdate});
    if (m_register)
    {
        m_registration = std::make_shared<SipRegistration>(
            *m_identity,
            m_lifetime,
            m_registerRetry,
            [this](const SipRegistrationRecord& record) { TellRegistration(record); });
        m_registration->Begin();
    }
    if (!m_targets.empty())
    {
        m_nextCall = Simulator::Schedule(Draw(m_interval), &SipUserAgent::NextCall, this);
    }
}

void
SipUserAgent::StopApplication()
{
    m_stopped = true;
    m_nextCall.Cancel();
    HangUp();
    if (m_registration)
    {
        m_registration->Remove();
    }
}

void
SipUserAgent::HangUp()
{
    const auto calls = m_calls; // a call that ends schedules that it is forgotten
    for (const auto& [number, call] : calls)
    {
        call->HangUp();
    }
}

void
SipUserAgent::NextCall()
{
    ++m_placed;
    const auto chosen =
        static_cast<std::size_t>(m_choice->GetValue(0, static_cast<double>(m_targets.size())));
    Place(m_targets[std::min(chosen, m_targets.size() - 1)]);
    if (m_maxPlaced == 0 || m_placed < m_maxPlaced)
    {
        m_nextCall = Simulator::Schedule(Draw(m_interval), &SipUserAgent::NextCall, this);
    }
}

void
SipUserAgent::Call(const std::string& target)
{
    const auto uri = ParseSipLocator(target);
    NS_ABORT_MSG_UNLESS(uri,
                        "SipUserAgent on node " << GetNode()->GetId() << ": " << target
                                                << " is no SIP URI");
    NS_ABORT_MSG_UNLESS(IsOpen(),
                        "SipUserAgent on node " << GetNode()->GetId() << " was not started");
    Place(*uri);
}

void
SipUserAgent::Place(const SipLocator& target)
{
    if (m_stopped || m_calls.size() >= m_maxCalls)
    {
        TellLimit(SipLimit::Calls, ns3::Address());
        return;
    }
    MakeCall(PlanOutgoing(), ns3::Address())->Begin(target);
}

std::shared_ptr<SipCall>
SipUserAgent::MakeCall(const SipCallPlan& plan, const ns3::Address& peer)
{
    SipCall::Listener listener;
    listener.ended = [this](const SipCallRecord& call) { CallEnded(call); };
    listener.limit = [this, peer](SipLimit limit) { TellLimit(limit, peer); };
    const uint32_t number = m_nextNumber++;
    auto call = std::make_shared<SipCall>(*m_parts, number, plan, std::move(listener));
    m_calls.emplace(number, call);
    return call;
}

void
SipUserAgent::CallEnded(const SipCallRecord& call)
{
    ++m_done;
    // It is inside one of its own calls: who called it holds it.
    const auto found = m_calls.find(call.number);
    Simulator::ScheduleNow([ended = found->second] {});
    m_calls.erase(found);
    m_callTrace(call);
}

SipCallPlan
SipUserAgent::PlanOutgoing()
{
    SipCallPlan plan;
    plan.patience = Draw(m_patience);
    plan.holding = Draw(m_holding);
    PlanHold(plan);
    return plan;
}

SipCallPlan
SipUserAgent::PlanIncoming()
{
    SipCallPlan plan;
    plan.patience = Draw(m_ringTime);
    plan.answerDelay = Draw(m_answerDelay);
    plan.holding = Draw(m_answeredHolding);
    const double choice = m_choice->GetValue(0, 1);
    plan.refusal = choice < m_refusalShare ? m_refusalCode : 0;
    plan.answers = choice >= m_refusalShare + m_noAnswerShare;
    PlanHold(plan);
    return plan;
}

void
SipUserAgent::PlanHold(SipCallPlan& plan)
{
    if (m_holdShare > 0 && m_choice->GetValue(0, 1) < m_holdShare)
    {
        plan.holdAfter = Draw(m_holdAfter);
        plan.holdTime = Draw(m_holdTime);
    }
}

void
SipUserAgent::OnRequest(const SipPacket& request, uint64_t server)
{
    if (request.method == "CANCEL")
    {
        OnCancel(request, server);
        return;
    }
    if (!SipTagOf(request.Get("To")).empty())
    {
        for (const auto& [number, call] : m_calls)
        {
            if (call->Holds(request))
            {
                const auto held = call; // it may end
                held->TakeRequest(request, server);
                return;
            }
        }
        if (request.method != "ACK")
        {
            Respond(request, server, 481);
        }
        return;
    }
    if (request.method == "INVITE")
    {
        OnInvite(request, server);
    }
    else if (request.method != "ACK")
    {
        Respond(request, server, request.method == "OPTIONS" ? 200 : 405);
    }
}

void
SipUserAgent::OnCancel(const SipPacket& request, uint64_t server)
{
    const uint64_t invite = Transactions().FindCancelled(request);
    Respond(request, server, invite != 0 ? 200 : 481);
    for (const auto& [number, call] : m_calls)
    {
        if (invite != 0 && call->GetRingingServer() == invite)
        {
            const auto held = call;
            held->TakeCancel();
            return;
        }
    }
}

void
SipUserAgent::OnInvite(const SipPacket& request, uint64_t server)
{
    const bool isKnown = m_reliable && request.Get("Require") == SIP_RELIABLE;
    if (request.Has("Require") && !isKnown)
    {
        SipPacket response = SipResponseTo(request, 420); // RFC 3261 8.2.2.3
        response.Add("Unsupported", std::string(request.Get("Require")));
        Transactions().Respond(server, response);
        return;
    }
    const auto peer = Transactions().PeerOf(server);
    const ns3::Address from = peer ? peer->endpoint.ToSocketAddress() : ns3::Address();
    SipCallPlan plan = PlanIncoming();
    if (m_stopped)
    {
        plan.refusal = 480;
    }
    else if (m_calls.size() >= m_maxCalls)
    {
        plan.refusal = 486;
        TellLimit(SipLimit::Calls, from);
    }
    MakeCall(plan, from)->Ring(request, server);
}

void
SipUserAgent::Respond(const SipPacket& request, uint64_t server, uint16_t code)
{
    SipPacket response = SipResponseTo(request, code);
    if (SipTagOf(response.Get("To")).empty())
    {
        response.Set("To", std::string(response.Get("To")) + ";tag=" + m_identity->NewToken());
    }
    response.Add("Allow", SIP_ALLOWED);
    Transactions().Respond(server, response);
}

} // namespace conntrack
} // namespace ns3
