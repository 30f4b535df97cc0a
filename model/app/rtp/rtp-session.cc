/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/app/rtp/rtp-session.h"

#include "ns3/inet-socket-address.h"
#include "ns3/inet6-socket-address.h"
#include "ns3/packet.h"
#include "ns3/simulator.h"
#include "ns3/udp-socket-factory.h"

#include <array>
#include <vector>

namespace ns3
{
namespace conntrack
{

namespace
{

/// RFC 3550 6.3.1: e - 3/2, makes up for what reconsideration of the timer adds.
constexpr double COMPENSATION = 1.21828;

/// RFC 3550 4: seconds, and their 2^-32nd parts; of the simulation here.
uint64_t
NtpTime(Time time)
{
    const auto nanos = static_cast<uint64_t>(time.GetNanoSeconds());
    const uint64_t seconds = nanos / SECOND;
    return seconds << 32 | ((nanos % SECOND) << 32) / SECOND;
}

uint32_t
Middle(uint64_t ntp)
{
    return static_cast<uint32_t>(ntp >> 16);
}

std::vector<uint8_t>
BytesOf(Ptr<Packet> packet)
{
    std::vector<uint8_t> bytes(packet->GetSize());
    packet->CopyData(bytes.data(), packet->GetSize());
    return bytes;
}

bool
IsSame(const Endpoint& a, const Endpoint& b)
{
    return a.family == b.family && a.address == b.address && a.port == b.port;
}

} // namespace

std::unique_ptr<RtpSession>
RtpSession::Open(Ptr<Node> node,
                 Family family,
                 MediaPorts& ports,
                 const RtpSettings& settings,
                 Ptr<UniformRandomVariable> random)
{
    // Other applications of the node may have a pair: then the next is tried, and this one stays
    // taken until one was found, so that it is not tried again.
    std::vector<std::unique_ptr<RtpSession>> occupied;
    while (const auto port = ports.Take())
    {
        std::unique_ptr<RtpSession> session(new RtpSession(node, ports, *port, settings, random));
        if (session->Bind(node, family))
        {
            return session;
        }
        occupied.push_back(std::move(session));
    }
    return nullptr;
}

RtpSession::RtpSession(Ptr<Node> node,
                       MediaPorts& ports,
                       uint16_t port,
                       const RtpSettings& settings,
                       Ptr<UniformRandomVariable> random)
    : m_ports(ports),
      m_port(port),
      m_settings(settings),
      m_random(random),
      m_name(std::to_string(port) + "@" + std::to_string(node->GetId())),
      m_source(Random32()),
      m_sequence(static_cast<uint16_t>(Random32())),
      m_timestamp(Random32())
{
}

RtpSession::~RtpSession()
{
    m_nextPacket.Cancel();
    m_nextReport.Cancel();
    for (Ptr<Socket> socket : {m_rtp, m_rtcp})
    {
        if (socket)
        {
            socket->SetRecvCallback(MakeNullCallback<void, Ptr<Socket>>());
            socket->Close();
        }
    }
    m_ports.Return(m_port);
}

bool
RtpSession::Bind(Ptr<Node> node, Family family)
{
    m_rtp = Socket::CreateSocket(node, UdpSocketFactory::GetTypeId());
    m_rtcp = Socket::CreateSocket(node, UdpSocketFactory::GetTypeId());
    m_report.local.family = family;
    m_report.local.port = m_port;
    Endpoint next = m_report.local;
    ++next.port;
    if (m_rtp->Bind(m_report.local.ToSocketAddress()) != 0 ||
        m_rtcp->Bind(next.ToSocketAddress()) != 0)
    {
        return false;
    }
    using OfSocket = Callback<void, Ptr<Socket>>;
    m_rtp->SetRecvCallback(OfSocket([this](Ptr<Socket> socket) { ReadRtp(socket); }));
    m_rtcp->SetRecvCallback(OfSocket([this](Ptr<Socket> socket) { ReadRtcp(socket); }));
    return true;
}

uint32_t
RtpSession::Random32()
{
    return static_cast<uint32_t>(m_random->GetValue(0, 4294967296.0));
}

void
RtpSession::SetRemote(const Endpoint& remote)
{
    const bool first = m_report.remote.family == Family::Unspecified;
    m_report.remote = remote;
    if (first && !m_finished)
    {
        ScheduleReport(0.5); // RFC 3550 6.2: the first after half the time
    }
    SetSending(m_sends);
}

void
RtpSession::SetSending(bool sends)
{
    m_sends = sends;
    const bool may = sends && !m_finished && m_report.remote.family == m_report.local.family &&
                     IsUnicast(m_report.remote);
    if (!may)
    {
        m_nextPacket.Cancel();
        m_marker = true;
    }
    else if (m_nextPacket.IsExpired())
    {
        SendPacket();
    }
}

void
RtpSession::SendPacket()
{
    RtpPacket packet;
    packet.payloadType = m_settings.payloadType;
    packet.marker = m_marker;
    packet.sequence = m_sequence++;
    packet.timestamp = m_timestamp;
    packet.source = m_source;
    std::array<uint8_t, RtpPacket::HEADER_SIZE> header{};
    PrintRtpHeader(packet, header.data());
    Ptr<Packet> bytes = Create<Packet>(header.data(), header.size());
    bytes->AddAtEnd(Create<Packet>(m_settings.payload));
    m_rtp->SendTo(bytes, 0, m_report.remote.ToSocketAddress());
    ++m_report.sent;
    m_marker = false;
    m_timestamp +=
        static_cast<uint32_t>(m_settings.interval.GetSeconds() * m_settings.samples + 0.5);
    m_nextPacket = Simulator::Schedule(m_settings.interval, &RtpSession::SendPacket, this);
}

void
RtpSession::ScheduleReport(double share)
{
    const double spread = m_random->GetValue(0.5, 1.5) / COMPENSATION;
    m_nextReport =
        Simulator::Schedule(Seconds(m_settings.reportInterval.GetSeconds() * share * spread),
                            [this] {
                                SendReport(false);
                                ScheduleReport(1);
                            });
}

void
RtpSession::SendReport(bool goodbye)
{
    const Time now = Simulator::Now();
    RtcpPacket packet;
    packet.source = m_source;
    packet.canonicalName = m_name;
    packet.goodbye = goodbye;
    if (m_report.sent > m_sentBefore)
    {
        packet.sender = RtcpSender{NtpTime(now),
                                   m_timestamp,
                                   static_cast<uint32_t>(m_report.sent),
                                   static_cast<uint32_t>(m_report.sent * m_settings.payload)};
    }
    m_sentBefore = m_report.sent;
    packet.block = m_receiver ? m_receiver->Report() : std::nullopt;
    if (packet.block && m_lastReport != 0)
    {
        packet.block->lastReport = m_lastReport;
        packet.block->delay = Middle(NtpTime(now - m_lastReportCame));
    }
    const auto bytes = PrintRtcp(packet);
    Endpoint remote = m_report.remote;
    ++remote.port;
    if (!IsUnicast(remote))
    {
        return;
    }
    m_rtcp->SendTo(Create<Packet>(bytes.data(), static_cast<uint32_t>(bytes.size())),
                   0,
                   remote.ToSocketAddress());
    ++m_report.reportsSent;
}

void
RtpSession::Finish()
{
    if (!m_finished && m_report.remote.family == m_report.local.family)
    {
        SendReport(true);
    }
    m_finished = true;
    m_nextPacket.Cancel();
    m_nextReport.Cancel();
}

void
RtpSession::ReadRtp(Ptr<Socket> socket)
{
    ns3::Address from;
    while (Ptr<Packet> datagram = socket->RecvFrom(from))
    {
        const auto bytes = BytesOf(datagram);
        const auto packet = ParseRtp({bytes.data(), bytes.size()});
        if (!packet)
        {
            ++m_report.wrong;
            continue;
        }
        const Time now = Simulator::Now();
        const Endpoint sender = ToEndpoint(from).value_or(Endpoint{});
        if (m_report.remote.family != Family::Unspecified && !IsSame(sender, m_report.remote))
        {
            ++m_report.elsewhere;
            if (m_settings.symmetric && !m_finished)
            {
                SetRemote(sender);
            }
        }
        if (!m_receiver || m_theirSource != packet->source)
        {
            // RFC 3550 8.2: another source; what the one before it lost stays in the sums.
            m_report.lost += m_receiver ? m_receiver->Lost() : 0;
            m_report.outOfOrder += m_receiver ? m_receiver->OutOfOrder() : 0;
            m_receiver.emplace(m_settings.samples);
            m_theirSource = packet->source;
        }
        m_receiver->Take(*packet, now.GetNanoSeconds());
        m_report.firstArrival = m_report.received++ == 0 ? now : m_report.firstArrival;
        m_report.lastArrival = now;
    }
}

void
RtpSession::ReadRtcp(Ptr<Socket> socket)
{
    ns3::Address from;
    while (Ptr<Packet> datagram = socket->RecvFrom(from))
    {
        const auto bytes = BytesOf(datagram);
        if (const auto packet = ParseRtcp({bytes.data(), bytes.size()}))
        {
            ++m_report.reportsReceived;
            TakeReport(*packet);
        }
        else
        {
            ++m_report.wrong;
        }
    }
}

void
RtpSession::TakeReport(const RtcpPacket& packet)
{
    m_report.heard = packet.block && packet.block->source == m_source;
    if (packet.sender)
    {
        m_lastReport = Middle(packet.sender->ntpTime);
        m_lastReportCame = Simulator::Now();
    }
    if (*m_report.heard && packet.block->lastReport != 0)
    {
        // RFC 3550 6.4.1, delay since last SR; 1/65536 s, modulo 2^32.
        const uint32_t trip =
            Middle(NtpTime(Simulator::Now())) - packet.block->lastReport - packet.block->delay;
        if (trip < uint32_t{1} << 31)
        {
            m_report.roundTrip = Seconds(trip / 65536.0);
        }
    }
}

RtpReport
RtpSession::GetReport() const
{
    RtpReport report = m_report;
    if (m_receiver)
    {
        report.lost += m_receiver->Lost();
        report.outOfOrder += m_receiver->OutOfOrder();
        report.jitter = Seconds(m_receiver->Jitter() / m_settings.samples);
    }
    return report;
}

} // namespace conntrack
} // namespace ns3
