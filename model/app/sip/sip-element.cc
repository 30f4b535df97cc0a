/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/app/sip/sip-element.h"

#include "ns3/abort.h"
#include "ns3/log.h"
#include "ns3/simulator.h"
#include "ns3/trace-source-accessor.h"
#include "ns3/udp-l4-protocol.h"
#include "ns3/uinteger.h"

namespace ns3
{
namespace conntrack
{

NS_LOG_COMPONENT_DEFINE("ConntrackSipElement");
NS_OBJECT_ENSURE_REGISTERED(SipElement);

TypeId
SipElement::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::conntrack::SipElement")
            .SetParent<Application>()
            .SetGroupName("Conntrack")
            .AddAttribute("Port",
                          "UDP and TCP port of messages.",
                          UintegerValue(5060),
                          MakeUintegerAccessor(&SipElement::m_port),
                          MakeUintegerChecker<uint16_t>(1))
            .AddAttribute("T1",
                          "RFC 3261's timer T1: what a round trip takes.",
                          TimeValue(MilliSeconds(500)),
                          MakeTimeAccessor(&SipElement::m_t1),
                          MakeTimeChecker(NanoSeconds(1)))
            .AddAttribute("T2",
                          "RFC 3261's timer T2: longest between two resends.",
                          TimeValue(Seconds(4)),
                          MakeTimeAccessor(&SipElement::m_t2),
                          MakeTimeChecker(NanoSeconds(1)))
            .AddAttribute("T4",
                          "RFC 3261's timer T4: longest that a message is on its way.",
                          TimeValue(Seconds(5)),
                          MakeTimeAccessor(&SipElement::m_t4),
                          MakeTimeChecker(NanoSeconds(1)))
            .AddAttribute("MaxConnections",
                          "Most TCP connections at a time; further ones are closed at once.",
                          UintegerValue(1000),
                          MakeUintegerAccessor(&SipElement::m_maxConnections),
                          MakeUintegerChecker<uint32_t>())
            .AddAttribute("MaxTransactions",
                          "Most transactions at a time; a request too many gets 503.",
                          UintegerValue(10000),
                          MakeUintegerAccessor(&SipElement::m_maxTransactions),
                          MakeUintegerChecker<uint32_t>())
            .AddTraceSource("Message",
                            "A message was sent or came.",
                            MakeTraceSourceAccessor(&SipElement::m_messageTrace),
                            "ns3::conntrack::SipElement::MessageTracedCallback")
            .AddTraceSource("Limit",
                            "A limit was met, or a message was malformed.",
                            MakeTraceSourceAccessor(&SipElement::m_limitTrace),
                            "ns3::conntrack::SipElement::LimitTracedCallback")
            .AddTraceSource("Registration",
                            "Something happened to a registration.",
                            MakeTraceSourceAccessor(&SipElement::m_registrationTrace),
                            "ns3::conntrack::SipElement::RegistrationTracedCallback");
    return tid;
}

SipElement::SipElement() = default;

SipElement::~SipElement() = default;

void
SipElement::DoDispose()
{
    // Nothing is told any more: who listened may be gone.
    m_transactions.reset();
    Application::DoDispose();
}

void
SipElement::Open()
{
    NS_ABORT_MSG_UNLESS(GetNode()->GetObject<UdpL4Protocol>(),
                        "Node " << GetNode()->GetId()
                                << " has no UDP: install an InternetStackHelper");
    SipElementSettings settings;
    settings.port = m_port;
    settings.timers = {m_t1.GetNanoSeconds(), m_t2.GetNanoSeconds(), m_t4.GetNanoSeconds()};
    settings.maxConnections = m_maxConnections;
    settings.maxTransactions = m_maxTransactions;
    SipTransactions::Listener listener;
    listener.request = [this](const SipPacket& request, uint64_t server) {
        OnRequest(request, server);
    };
    listener.unacknowledged = [this](uint64_t server) { OnUnacknowledged(server); };
    listener.seen = [this](const SipTransactions::Seen& seen) { OnSeen(seen); };
    listener.limit = [this](SipLimit limit, const SipPeer& peer) {
        TellLimit(limit, peer.endpoint.ToSocketAddress());
    };
    m_transactions = std::make_unique<SipTransactions>(GetNode(), settings, std::move(listener));
}

uint64_t
SipElement::GetLimitCount(SipLimit limit) const
{
    return m_limits[static_cast<std::size_t>(limit)];
}

std::size_t
SipElement::GetTransactions() const
{
    return m_transactions ? m_transactions->GetTransactions() : 0;
}

void
SipElement::TellLimit(SipLimit limit, const ns3::Address& peer)
{
    ++m_limits[static_cast<std::size_t>(limit)];
    m_limitTrace({limit, peer, Simulator::Now()});
}

void
SipElement::OnUnacknowledged(uint64_t)
{
}

void
SipElement::OnSeen(const SipTransactions::Seen& seen)
{
    if (!m_messageTrace.IsEmpty())
    {
        m_messageTrace({seen.sent,
                        seen.again,
                        seen.peer.transport,
                        seen.peer.endpoint.ToSocketAddress(),
                        seen.message,
                        Simulator::Now()});
    }
}

} // namespace conntrack
} // namespace ns3
