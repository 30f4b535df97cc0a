/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/app/ftp-server.h"

#include "ns3/abort.h"
#include "ns3/boolean.h"
#include "ns3/inet-socket-address.h"
#include "ns3/inet6-socket-address.h"
#include "ns3/ipv4.h"
#include "ns3/ipv6.h"
#include "ns3/log.h"
#include "ns3/pointer.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/trace-source-accessor.h"
#include "ns3/uinteger.h"

#include <utility>

namespace ns3
{
namespace conntrack
{

NS_LOG_COMPONENT_DEFINE("ConntrackFtpServer");
NS_OBJECT_ENSURE_REGISTERED(FtpServer);

TypeId
FtpServer::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::conntrack::FtpServer")
            .SetParent<Application>()
            .SetGroupName("Conntrack")
            .AddConstructor<FtpServer>()
            .AddAttribute("Port",
                          "TCP port of the control connections.",
                          UintegerValue(21),
                          MakeUintegerAccessor(&FtpServer::m_port),
                          MakeUintegerChecker<uint16_t>(1))
            .AddAttribute("MaxSessions",
                          "Most sessions at a time, further ones get 421; 0: no limit.",
                          UintegerValue(0),
                          MakeUintegerAccessor(&FtpServer::m_maxSessions),
                          MakeUintegerChecker<uint32_t>())
            .AddAttribute("Password",
                          "The password of every user; empty: any is right.",
                          StringValue(""),
                          MakeStringAccessor(&FtpServer::m_password),
                          MakeStringChecker())
            .AddAttribute("IdleTimeout",
                          "A session without a command for this long is ended.",
                          TimeValue(Seconds(300)), // vsftpd's idle_session_timeout
                          MakeTimeAccessor(&FtpServer::m_idleTimeout),
                          MakeTimeChecker(NanoSeconds(1)))
            .AddAttribute("DataTimeout",
                          "Longest time to open a data connection, and between two of its bytes.",
                          TimeValue(Seconds(60)), // vsftpd's accept_ and connect_timeout
                          MakeTimeAccessor(&FtpServer::m_dataTimeout),
                          MakeTimeChecker(NanoSeconds(1)))
            .AddAttribute("PassivePortMin",
                          "First port to listen at for data connections; 0: any free port.",
                          UintegerValue(0),
                          MakeUintegerAccessor(&FtpServer::m_passivePortMin),
                          MakeUintegerChecker<uint16_t>())
            .AddAttribute("PassivePortMax",
                          "Last port to listen at for data connections; 0: any free port.",
                          UintegerValue(0),
                          MakeUintegerAccessor(&FtpServer::m_passivePortMax),
                          MakeUintegerChecker<uint16_t>())
            .AddAttribute("AllowThirdParty",
                          "Data connections with other hosts than the client, as RFC 959 5.2 has "
                          "them; else PORT gets 500 and PASV takes the client's only.",
                          BooleanValue(false),
                          MakeBooleanAccessor(&FtpServer::m_allowThirdParty),
                          MakeBooleanChecker())
            .AddAttribute("ListingSize",
                          "Bytes of a listing.",
                          StringValue("ns3::ConstantRandomVariable[Constant=1000]"),
                          MakePointerAccessor(&FtpServer::m_listingSize),
                          MakePointerChecker<RandomVariableStream>())
            .AddTraceSource("Transfer",
                            "A transfer has ended.",
                            MakeTraceSourceAccessor(&FtpServer::m_transferTrace),
                            "ns3::conntrack::FtpServer::TransferTracedCallback")
            .AddTraceSource("Session",
                            "A session has ended.",
                            MakeTraceSourceAccessor(&FtpServer::m_sessionTrace),
                            "ns3::conntrack::FtpServer::SessionTracedCallback")
            .AddTraceSource("Control",
                            "A line was sent or received on a control connection.",
                            MakeTraceSourceAccessor(&FtpServer::m_controlTrace),
                            "ns3::conntrack::FtpServer::ControlTracedCallback");
    return tid;
}

FtpServer::FtpServer() = default;

FtpServer::~FtpServer() = default;

void
FtpServer::DoDispose()
{
    // Nothing is told any more: who listened may be gone.
    StopListening();
    m_sessions.clear();
    m_listingSize = nullptr;
    Application::DoDispose();
}

std::size_t
FtpServer::GetSessions() const
{
    return m_sessions.size();
}

int64_t
FtpServer::AssignStreams(int64_t stream)
{
    m_listingSize->SetStream(stream);
    return 1;
}

void
FtpServer::StartApplication()
{
    NS_ABORT_MSG_IF((m_passivePortMin == 0) != (m_passivePortMax == 0) ||
                        m_passivePortMin > m_passivePortMax,
                    "FtpServer on node " << GetNode()->GetId() << ": PassivePortMin "
                                         << m_passivePortMin << " to PassivePortMax "
                                         << m_passivePortMax << " is no range of ports");
    m_settings = {m_idleTimeout,
                  m_dataTimeout,
                  {m_passivePortMin, m_passivePortMax},
                  m_allowThirdParty,
                  m_password};
    if (GetNode()->GetObject<Ipv4>())
    {
        ListenAt(InetSocketAddress(Ipv4Address::GetAny(), m_port), m_listening4);
    }
    if (GetNode()->GetObject<Ipv6>())
    {
        ListenAt(Inet6SocketAddress(Ipv6Address::GetAny(), m_port), m_listening6);
    }
}

void
FtpServer::ListenAt(const ns3::Address& address, Ptr<Socket>& socket)
{
    socket = MakeTcpSocket(GetNode());
    NS_ABORT_MSG_IF(socket->Bind(address) != 0,
                    "FtpServer: port " << m_port << " of node " << GetNode()->GetId()
                                       << " is taken");
    socket->SetAcceptCallback(
        MakeNullCallback<bool, Ptr<Socket>, const ns3::Address&>(),
        Callback<void, Ptr<Socket>, const ns3::Address&>(
            [this](Ptr<Socket> accepted, const ns3::Address&) { Accept(accepted); }));
    socket->Listen();
}

void
FtpServer::StopApplication()
{
    StopListening();
    for (const auto& [number, session] : m_sessions)
    {
        session->Stop();
    }
}

void
FtpServer::StopListening()
{
    for (Ptr<Socket>* socket : {&m_listening4, &m_listening6})
    {
        if (*socket)
        {
            ReleaseSocket(std::exchange(*socket, nullptr));
        }
    }
}

void
FtpServer::Accept(Ptr<Socket> socket)
{
    FtpServerSession::Listener listener;
    listener.line = [this](const FtpLine& line) { m_controlTrace(line); };
    listener.transfer = [this](const FtpTransfer& transfer) { m_transferTrace(transfer); };
    listener.ended = [this](const FtpSession& session) {
        m_sessionTrace(session);
        // It is inside one of its own calls now. The application outlives the event: a node's
        // applications are disposed of after the simulator's events.
        Simulator::ScheduleNow(&FtpServer::Forget, this, session.number);
    };
    listener.listSize = [this] { return m_listingSize->GetInteger(); };
    const uint32_t number = m_nextSession++;
    const bool full = m_maxSessions != 0 && m_sessions.size() >= m_maxSessions;
    auto session = std::make_unique<FtpServerSession>(GetNode(),
                                                      socket,
                                                      number,
                                                      m_settings,
                                                      std::move(listener));
    FtpServerSession& created = *session;
    m_sessions.emplace(number, std::move(session));
    full ? created.Refuse() : created.Begin();
}

void
FtpServer::Forget(uint32_t number)
{
    m_sessions.erase(number);
}

} // namespace conntrack
} // namespace ns3
