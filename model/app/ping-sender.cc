/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/app/ping-sender.h"

#include "model/app/local-address.h"
#include "model/flow/tuple.h"
#include "model/wire/packet-view.h"

#include "ns3/abort.h"
#include "ns3/icmpv4.h"
#include "ns3/icmpv6-header.h"
#include "ns3/inet-socket-address.h"
#include "ns3/inet6-socket-address.h"
#include "ns3/ipv4-raw-socket-factory.h"
#include "ns3/ipv4.h"
#include "ns3/ipv6-raw-socket-factory.h"
#include "ns3/ipv6.h"
#include "ns3/simulator.h"
#include "ns3/trace-source-accessor.h"
#include "ns3/uinteger.h"

#include <vector>

namespace ns3
{
namespace conntrack
{

NS_OBJECT_ENSURE_REGISTERED(PingSender);

namespace
{

constexpr std::size_t HEADER = 8; // RFC 792, RFC 4443 4.2: type, code, checksum, identifier, number
constexpr uint8_t ECHO_REPLY = 0; // RFC 792
constexpr uint8_t ECHO_REPLY6 = 129;  // RFC 4443 4.2
constexpr uint32_t MOST_DATA = 65507; // RFC 791: 65,535 less the headers of IPv4 and ICMP

Ptr<Packet>
MakeRequest(Family family, uint16_t identifier, uint16_t sequence, uint32_t size)
{
    Ptr<Packet> packet = Create<Packet>(size);
    if (family == Family::Ipv6)
    {
        Icmpv6Echo echo(true); // its socket adds the checksum
        echo.SetId(identifier);
        echo.SetSeq(sequence);
        packet->AddHeader(echo);
        return packet;
    }
    Icmpv4Echo echo;
    echo.SetIdentifier(identifier);
    echo.SetSequenceNumber(sequence);
    echo.SetData(packet);
    Ptr<Packet> request = Create<Packet>();
    request->AddHeader(echo);
    Icmpv4Header header;
    header.SetType(Icmpv4Header::ICMPV4_ECHO);
    header.EnableChecksum();
    request->AddHeader(header);
    return request;
}

/// The application's place among those of its node: no two have the same.
uint16_t
PlaceOf(Ptr<const Application> application)
{
    const Ptr<Node> node = application->GetNode();
    uint32_t place = 0;
    while (node->GetApplication(place) != application)
    {
        ++place;
    }
    return static_cast<uint16_t>(place);
}

} // namespace

TypeId
PingSender::GetTypeId()
{
    static TypeId tid = TypeId("ns3::conntrack::PingSender")
                            .SetParent<Application>()
                            .SetGroupName("Conntrack")
                            .AddConstructor<PingSender>()
                            .AddAttribute("Remote",
                                          "Whom to ping: Ipv4Address or Ipv6Address.",
                                          AddressValue(),
                                          MakeAddressAccessor(&PingSender::m_remote),
                                          MakeAddressChecker())
                            .AddAttribute("Interval",
                                          "From one request to the next.",
                                          TimeValue(Seconds(1)), // ping(8)
                                          MakeTimeAccessor(&PingSender::m_interval),
                                          MakeTimeChecker(NanoSeconds(1)))
                            .AddAttribute("Count",
                                          "How many requests to send; 0: no limit.",
                                          UintegerValue(0),
                                          MakeUintegerAccessor(&PingSender::m_count),
                                          MakeUintegerChecker<uint32_t>())
                            .AddAttribute("Size",
                                          "Bytes of data in a request, behind its ICMP header.",
                                          UintegerValue(56), // ping(8)
                                          MakeUintegerAccessor(&PingSender::m_size),
                                          MakeUintegerChecker<uint32_t>(0, MOST_DATA))
                            .AddTraceSource("Reply",
                                            "A request was answered, for the first time.",
                                            MakeTraceSourceAccessor(&PingSender::m_replyTrace),
                                            "ns3::conntrack::PingSender::ReplyTracedCallback");
    return tid;
}

PingSender::PingSender() = default;

PingSender::~PingSender() = default;

uint32_t
PingSender::GetSent() const
{
    return m_sent;
}

uint32_t
PingSender::GetAnswered() const
{
    return m_answered;
}

void
PingSender::DoDispose()
{
    Close();
    m_waiting.clear();
    Application::DoDispose();
}

void
PingSender::StartApplication()
{
    const bool isIpv6 = Ipv6Address::IsMatchingType(m_remote);
    const bool isIpv4 = Ipv4Address::IsMatchingType(m_remote);
    const auto target =
        isIpv6   ? ToEndpoint(Inet6SocketAddress(Ipv6Address::ConvertFrom(m_remote), 0))
        : isIpv4 ? ToEndpoint(InetSocketAddress(Ipv4Address::ConvertFrom(m_remote), 0))
                 : std::nullopt;
    NS_ABORT_MSG_IF(!target || !IsUnicast(*target),
                    "PingSender on node " << GetNode()->GetId() << ": Remote is no host's address");
    NS_ABORT_MSG_IF(isIpv6 ? !GetNode()->GetObject<Ipv6>() : !GetNode()->GetObject<Ipv4>(),
                    "PingSender on node " << GetNode()->GetId() << ": it has no "
                                          << (isIpv6 ? "IPv6" : "IPv4") << " stack");
    m_target = *target;
    m_identifier = PlaceOf(this);
    m_socket = Socket::CreateSocket(GetNode(),
                                    isIpv6 ? Ipv6RawSocketFactory::GetTypeId()
                                           : Ipv4RawSocketFactory::GetTypeId());
    m_socket->SetAttribute("Protocol", UintegerValue(isIpv6 ? protocol::ICMPV6 : protocol::ICMP));
    m_socket->SetRecvCallback(MakeCallback(&PingSender::Receive, this));
    Send();
}

void
PingSender::StopApplication()
{
    Close();
}

void
PingSender::Close()
{
    m_next.Cancel();
    if (m_socket)
    {
        m_socket->SetRecvCallback(MakeNullCallback<void, Ptr<Socket>>());
        m_socket->Close();
        m_socket = nullptr;
    }
}

void
PingSender::Send()
{
    const auto sequence = static_cast<uint16_t>(m_sent);
    m_waiting[sequence] = Simulator::Now();
    ++m_sent;
    if (m_count == 0 || m_sent < m_count)
    {
        m_next = Simulator::Schedule(m_interval, &PingSender::Send, this);
    }
    m_socket->SendTo(MakeRequest(m_target.family, m_identifier, sequence, m_size),
                     0,
                     m_target.ToSocketAddress());
}

void
PingSender::Receive(Ptr<Socket> socket)
{
    while (Ptr<Packet> packet = socket->Recv())
    {
        std::vector<uint8_t> bytes(packet->GetSize());
        packet->CopyData(bytes.data(), static_cast<uint32_t>(bytes.size()));
        Take({bytes.data(), bytes.size()});
    }
}

void
PingSender::Take(ByteView bytes)
{
    const auto packet = PacketView::Parse(bytes);
    if (!packet || packet->IsFragment() || packet->Transport().size < HEADER)
    {
        return;
    }
    const uint8_t* const header = packet->Transport().data;
    const uint8_t reply = m_target.family == Family::Ipv4 ? ECHO_REPLY : ECHO_REPLY6;
    if (packet->Source() != m_target.address || header[0] != reply || header[1] != 0 ||
        ReadU16(header + 4) != m_identifier)
    {
        return;
    }
    const auto waiting = m_waiting.find(ReadU16(header + 6));
    if (waiting == m_waiting.end())
    {
        return;
    }
    const auto [sequence, sent] = *waiting;
    m_waiting.erase(waiting);
    ++m_answered;
    m_replyTrace({sequence, sent, Simulator::Now() - sent});
}

} // namespace conntrack
} // namespace ns3
