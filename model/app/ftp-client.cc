/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/app/ftp-client.h"

#include "ns3/abort.h"
#include "ns3/double.h"
#include "ns3/enum.h"
#include "ns3/log.h"
#include "ns3/pointer.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/trace-source-accessor.h"
#include "ns3/uinteger.h"

#include <algorithm>

namespace ns3
{
namespace conntrack
{

NS_LOG_COMPONENT_DEFINE("ConntrackFtpClient");
NS_OBJECT_ENSURE_REGISTERED(FtpClient);

namespace
{

void
AddTimeout(TypeId& tid,
           const std::string& name,
           const std::string& help,
           Ptr<const AttributeAccessor> accessor,
           Time value)
{
    tid.AddAttribute(name, help, TimeValue(value), accessor, MakeTimeChecker(NanoSeconds(1)));
}

void
AddRandom(TypeId& tid,
          const std::string& name,
          const std::string& help,
          Ptr<const AttributeAccessor> accessor,
          const std::string& value)
{
    tid.AddAttribute(name,
                     help,
                     StringValue(value),
                     accessor,
                     MakePointerChecker<RandomVariableStream>());
}

} // namespace

TypeId
FtpClient::GetTypeId()
{
    static TypeId tid = [] {
        TypeId made("ns3::conntrack::FtpClient");
        made.SetParent<Application>().SetGroupName("Conntrack").AddConstructor<FtpClient>();
        AddAttributes(made);
        AddTraces(made);
        return made;
    }();
    return tid;
}

void
FtpClient::AddAttributes(TypeId& tid)
{
    using ModeValue = decltype(EnumValue(0)); // a template since ns-3.41
    tid.AddAttribute("Remote",
                     "The server: InetSocketAddress or Inet6SocketAddress, usually with port 21.",
                     AddressValue(),
                     MakeAddressAccessor(&FtpClient::m_remote),
                     MakeAddressChecker())
        .AddAttribute("Mode",
                      "Who opens data connections: Active the server (PORT), Passive the client "
                      "(PASV); their Extended forms use EPRT and EPSV, which IPv6 always needs.",
                      ModeValue(static_cast<int>(FtpMode::Passive)),
                      MakeAccessorHelper<ModeValue>(&FtpClient::SetMode, &FtpClient::GetMode),
                      MakeEnumChecker(static_cast<int>(FtpMode::Active),
                                      "Active",
                                      static_cast<int>(FtpMode::Passive),
                                      "Passive",
                                      static_cast<int>(FtpMode::ExtendedActive),
                                      "ExtendedActive",
                                      static_cast<int>(FtpMode::ExtendedPassive),
                                      "ExtendedPassive"))
        .AddAttribute("User",
                      "The name to log in with.",
                      StringValue("anonymous"),
                      MakeStringAccessor(&FtpClient::m_user),
                      MakeStringChecker())
        .AddAttribute("Password",
                      "The password to log in with.",
                      StringValue("guest"),
                      MakeStringAccessor(&FtpClient::m_password),
                      MakeStringChecker())
        .AddAttribute("Sessions",
                      "How many sessions, one after another; 0: until it is stopped.",
                      UintegerValue(1),
                      MakeUintegerAccessor(&FtpClient::m_maxSessions),
                      MakeUintegerChecker<uint32_t>())
        .AddAttribute("StoreShare",
                      "Probability that a transfer stores a file instead of retrieving one.",
                      DoubleValue(0),
                      MakeDoubleAccessor(&FtpClient::m_storeShare),
                      MakeDoubleChecker<double>(0, 1))
        .AddAttribute("ListShare",
                      "Probability that a transfer is a listing instead of retrieving a file.",
                      DoubleValue(0),
                      MakeDoubleAccessor(&FtpClient::m_listShare),
                      MakeDoubleChecker<double>(0, 1));
    AddTimeout(tid,
               "ConnectTimeout",
               "Longest time to open the control connection.",
               MakeTimeAccessor(&FtpClient::m_connectTimeout),
               Seconds(60));
    AddTimeout(tid,
               "ReplyTimeout",
               "Longest time from a command to its reply.",
               MakeTimeAccessor(&FtpClient::m_replyTimeout),
               Seconds(60));
    AddTimeout(tid,
               "DataTimeout",
               "Longest time to open a data connection, and between two of its bytes.",
               MakeTimeAccessor(&FtpClient::m_dataTimeout),
               Seconds(60));
    AddRandom(tid,
              "Transfers",
              "Transfers of a session.",
              MakePointerAccessor(&FtpClient::m_transfers),
              "ns3::ConstantRandomVariable[Constant=1]");
    AddRandom(tid,
              "FileSize",
              "Bytes of a file.",
              MakePointerAccessor(&FtpClient::m_fileSize),
              "ns3::ConstantRandomVariable[Constant=10000]");
    AddRandom(tid,
              "Pause",
              "Seconds between two transfers of a session.",
              MakePointerAccessor(&FtpClient::m_pause),
              "ns3::ConstantRandomVariable[Constant=0]");
    AddRandom(tid,
              "SessionPause",
              "Seconds between two sessions.",
              MakePointerAccessor(&FtpClient::m_sessionPause),
              "ns3::ConstantRandomVariable[Constant=1]");
}

void
FtpClient::AddTraces(TypeId& tid)
{
    tid.AddTraceSource("Transfer",
                       "A transfer has ended.",
                       MakeTraceSourceAccessor(&FtpClient::m_transferTrace),
                       "ns3::conntrack::FtpClient::TransferTracedCallback")
        .AddTraceSource("Session",
                        "A session has ended.",
                        MakeTraceSourceAccessor(&FtpClient::m_sessionTrace),
                        "ns3::conntrack::FtpClient::SessionTracedCallback")
        .AddTraceSource("Control",
                        "A line was sent or received on a control connection.",
                        MakeTraceSourceAccessor(&FtpClient::m_controlTrace),
                        "ns3::conntrack::FtpClient::ControlTracedCallback");
}

FtpClient::FtpClient()
    : m_choice(CreateObject<UniformRandomVariable>())
{
}

FtpClient::~FtpClient() = default;

void
FtpClient::DoDispose()
{
    // Nothing is told any more: who listened may be gone.
    m_next.Cancel();
    m_session.reset();
    m_transfers = nullptr;
    m_fileSize = nullptr;
    m_pause = nullptr;
    m_sessionPause = nullptr;
    m_choice = nullptr;
    Application::DoDispose();
}

uint32_t
FtpClient::GetSessionsDone() const
{
    return m_done;
}

int64_t
FtpClient::AssignStreams(int64_t stream)
{
    int64_t used = 0;
    for (const Ptr<RandomVariableStream>& variable :
         {m_transfers, m_fileSize, m_pause, m_sessionPause, Ptr<RandomVariableStream>(m_choice)})
    {
        variable->SetStream(stream + used++);
    }
    return used;
}

void
FtpClient::SetMode(int mode)
{
    m_mode = static_cast<FtpMode>(mode);
}

int
FtpClient::GetMode() const
{
    return static_cast<int>(m_mode);
}

void
FtpClient::StartApplication()
{
    const auto server = ToEndpoint(m_remote);
    NS_ABORT_MSG_UNLESS(server,
                        "FtpClient on node " << GetNode()->GetId()
                                             << ": attribute Remote is no IPv4 or IPv6 address "
                                                "with a port");
    NS_ABORT_MSG_IF(m_storeShare + m_listShare > 1,
                    "FtpClient on node " << GetNode()->GetId()
                                         << ": StoreShare and ListShare are more than 1 together");
    m_settings =
        {*server, m_mode, m_user, m_password, m_connectTimeout, m_replyTimeout, m_dataTimeout};
    BeginSession();
}

void
FtpClient::StopApplication()
{
    m_stopped = true;
    m_next.Cancel();
    if (m_session)
    {
        m_session->Stop();
    }
}

void
FtpClient::BeginSession()
{
    FtpClientSession::Listener listener;
    listener.line = [this](const FtpLine& line) { m_controlTrace(line); };
    listener.transfer = [this](const FtpTransfer& transfer) { m_transferTrace(transfer); };
    listener.ended = [this](const FtpSession& session) { SessionEnded(session); };
    listener.nextJob = [this] { return NextJob(); };
    m_jobsLeft = m_transfers->GetInteger();
    m_firstJob = true;
    m_session =
        std::make_unique<FtpClientSession>(GetNode(), m_begun++, m_settings, std::move(listener));
    m_session->Begin();
}

void
FtpClient::SessionEnded(const FtpSession& session)
{
    ++m_done;
    m_sessionTrace(session);
    if (!m_stopped && (m_maxSessions == 0 || m_begun < m_maxSessions))
    {
        // The session that has ended goes when the next one takes its place.
        m_next = Simulator::Schedule(Seconds(m_sessionPause->GetValue()),
                                     &FtpClient::BeginSession,
                                     this);
    }
}

std::optional<FtpJob>
FtpClient::NextJob()
{
    if (m_jobsLeft == 0)
    {
        return std::nullopt;
    }
    --m_jobsLeft;
    FtpJob job;
    job.pause = m_firstJob ? Seconds(0) : Seconds(m_pause->GetValue());
    m_firstJob = false;
    const double choice = m_choice->GetValue();
    job.operation = choice < m_storeShare                 ? FtpOperation::Store
                    : choice < m_storeShare + m_listShare ? FtpOperation::List
                                                          : FtpOperation::Retrieve;
    job.bytes = job.operation == FtpOperation::List ? 0 : m_fileSize->GetInteger();
    return job;
}

} // namespace conntrack
} // namespace ns3
