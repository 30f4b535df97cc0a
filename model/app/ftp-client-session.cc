/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/app/ftp-client-session.h"

#include "ns3/simulator.h"

#include <utility>

namespace ns3
{
namespace conntrack
{

namespace
{

/// RFC 959 4.2.1: what the first digit of a reply says.
enum class ReplyKind : uint8_t
{
    Preliminary = 1,
    Completion = 2,
    Intermediate = 3,
};

bool
Is(uint16_t code, ReplyKind kind)
{
    return code / 100 == static_cast<uint16_t>(kind);
}

bool
IsRefusal(uint16_t code)
{
    return code >= 400;
}

// RFC 959 4.2.2: what a server says of a data connection that failed.
constexpr uint16_t CANNOT_OPEN_DATA = 425;
constexpr uint16_t TRANSFER_ABORTED = 426;

} // namespace

FtpClientSession::FtpClientSession(Ptr<Node> node,
                                   uint32_t number,
                                   const FtpClientSettings& settings,
                                   Listener listener)
    : m_node(node),
      m_settings(settings),
      m_listener(std::move(listener))
{
    m_record.number = number;
    m_record.peer = settings.server.ToSocketAddress();
}

FtpClientSession::~FtpClientSession()
{
    m_pause.Cancel();
    m_timer.Cancel();
}

void
FtpClientSession::Begin()
{
    m_record.begin = Simulator::Now();
    LineConnection::Listener control;
    control.opened = [this] {
        m_step = Step::Greeting;
        AwaitReply(m_settings.replyTimeout);
    };
    control.line = [this](std::string_view line) { OnLine(line); };
    control.ended = [this](LineConnection::End end) {
        const bool connecting = m_step == Step::Connecting;
        Finish(end == LineConnection::End::Violation ? FtpSessionEnd::Violation
               : connecting                          ? FtpSessionEnd::ConnectFailed
                                                     : FtpSessionEnd::ConnectionLost);
    };
    Ptr<Socket> socket = MakeTcpSocket(m_node);
    m_control = std::make_unique<LineConnection>(socket, std::move(control));
    if (socket->Connect(m_settings.server.ToSocketAddress()) != 0)
    {
        // Not from within this call, whose caller has more to do.
        m_timer =
            Simulator::ScheduleNow(&FtpClientSession::Finish, this, FtpSessionEnd::ConnectFailed);
        return;
    }
    AwaitReply(m_settings.connectTimeout);
}

void
FtpClientSession::Stop()
{
    Finish(FtpSessionEnd::Stopped);
}

bool
FtpClientSession::IsActive() const
{
    return m_settings.mode == FtpMode::Active || m_settings.mode == FtpMode::ExtendedActive;
}

bool
FtpClientSession::IsExtended() const
{
    return m_settings.mode == FtpMode::ExtendedActive ||
           m_settings.mode == FtpMode::ExtendedPassive ||
           m_settings.server.family == Family::Ipv6; // RFC 2428 1: PORT and PASV are IPv4's
}

void
FtpClientSession::Send(Step next, const std::string& command)
{
    m_step = next;
    AwaitReply(m_settings.replyTimeout);
    m_listener.line({m_record.number, true, command, Simulator::Now()});
    m_control->Send(command);
}

void
FtpClientSession::AwaitReply(Time timeout)
{
    m_timer.Cancel();
    m_timer = Simulator::Schedule(timeout, &FtpClientSession::TimedOut, this);
}

void
FtpClientSession::OnLine(std::string_view line)
{
    m_listener.line({m_record.number, false, std::string(line), Simulator::Now()});
    const auto reply = ParseFtpReply(line);
    if (m_multiline != 0)
    {
        if (!reply || reply->code != m_multiline || reply->continues)
        {
            return; // RFC 959 4.2: the reply goes on until its code comes again with a blank
        }
        m_multiline = 0;
    }
    else if (reply && reply->continues)
    {
        m_multiline = reply->code;
        return;
    }
    if (!reply)
    {
        Finish(FtpSessionEnd::Violation);
        return;
    }
    OnReply(*reply);
}

void
FtpClientSession::OnReply(const FtpReply& reply)
{
    switch (m_step)
    {
    case Step::Greeting:
    case Step::User:
    case Step::Password:
    case Step::Type:
        m_timer.Cancel();
        OnLoginReply(reply.code);
        break;
    case Step::Endpoint:
        m_timer.Cancel();
        if (IsRefusal(reply.code))
        {
            EndTransfer(FtpOutcome::CommandRefused);
        }
        else if (IsActive())
        {
            Request();
        }
        else
        {
            ConnectData(reply);
        }
        break;
    case Step::Transfer:
        OnTransferReply(reply.code);
        break;
    case Step::Quit:
        Finish(FtpSessionEnd::Quit);
        break;
    case Step::Connecting:
    case Step::Idle:
    case Step::Opening:
        // 421: the server ends the session, as when it was idle for too long.
        Finish(IsRefusal(reply.code) ? FtpSessionEnd::ConnectionLost : FtpSessionEnd::Violation);
        break;
    case Step::Over:
        break;
    }
}

void
FtpClientSession::OnLoginReply(uint16_t code)
{
    if (IsRefusal(code))
    {
        Finish(FtpSessionEnd::Refused);
        return;
    }
    switch (m_step)
    {
    case Step::Greeting:
        if (Is(code, ReplyKind::Preliminary)) // 120: ready in some minutes
        {
            AwaitReply(m_settings.replyTimeout);
            return;
        }
        Send(Step::User, "USER " + m_settings.user);
        return;
    case Step::User:
        if (Is(code, ReplyKind::Intermediate))
        {
            Send(Step::Password, "PASS " + m_settings.password);
            return;
        }
        Send(Step::Type, "TYPE I"); // 230: no password is needed
        return;
    case Step::Password:
        Send(Step::Type, "TYPE I");
        return;
    default:
        NextJob();
        return;
    }
}

void
FtpClientSession::NextJob()
{
    const auto job = m_listener.nextJob();
    if (!job)
    {
        Send(Step::Quit, "QUIT");
        return;
    }
    m_job = *job;
    m_step = Step::Idle;
    m_pause = Simulator::Schedule(m_job.pause, &FtpClientSession::BeginTransfer, this);
}

void
FtpClientSession::BeginTransfer()
{
    m_transferring = true;
    m_dataEnd.reset();
    m_finalReply = 0;
    m_transfer = {};
    m_transfer.session = m_record.number;
    m_transfer.operation = m_job.operation;
    m_transfer.mode = IsActive() ? (IsExtended() ? FtpMode::ExtendedActive : FtpMode::Active)
                                 : (IsExtended() ? FtpMode::ExtendedPassive : FtpMode::Passive);
    m_transfer.wanted = m_job.operation == FtpOperation::List ? 0 : m_job.bytes;
    m_transfer.begin = Simulator::Now();
    FtpDataConnection::Listener listener;
    listener.opened = [this] {
        if (!IsActive())
        {
            Request();
        }
    };
    listener.ended = [this](FtpDataConnection::End end) { DataEnded(end); };
    m_data = std::make_unique<FtpDataConnection>(m_node, m_settings.dataTimeout, listener);
    if (IsActive())
    {
        AnnounceEndpoint();
    }
    else
    {
        Send(Step::Endpoint, IsExtended() ? "EPSV" : "PASV");
    }
}

void
FtpClientSession::AnnounceEndpoint()
{
    const auto local = m_data->Listen(LocalEndpoint(m_control->GetSocket()), {}, m_settings.server);
    if (!local)
    {
        EndTransfer(FtpOutcome::DataRefused); // no port is free
        return;
    }
    const FtpHostPort endpoint{local->address, local->family, local->port};
    Send(Step::Endpoint,
         IsExtended() ? "EPRT " + PrintEprt(endpoint) : "PORT " + PrintPort(endpoint));
}

void
FtpClientSession::ConnectData(const FtpReply& reply)
{
    Endpoint peer = m_settings.server;
    if (IsExtended())
    {
        const auto port = ParseEpsv(reply.text);
        peer.port = port.value_or(0);
    }
    else if (const auto announced = ParsePasv(reply.text))
    {
        peer.address = announced->address;
        peer.port = announced->port;
    }
    else
    {
        peer.port = 0;
    }
    if (peer.port == 0)
    {
        Finish(FtpSessionEnd::Violation);
        return;
    }
    m_step = Step::Opening;
    m_data->RestartTimer();
    m_data->Connect(peer);
}

void
FtpClientSession::Request()
{
    const std::string file = " file-" + std::to_string(m_job.bytes);
    switch (m_job.operation)
    {
    case FtpOperation::Retrieve:
        Send(Step::Transfer, "RETR" + file);
        m_data->Receive();
        break;
    case FtpOperation::Store:
        Send(Step::Transfer, "STOR" + file); // its bytes follow the server's word
        break;
    case FtpOperation::List:
        Send(Step::Transfer, "LIST");
        m_data->Receive();
        break;
    }
    m_data->RestartTimer();
}

void
FtpClientSession::OnTransferReply(uint16_t code)
{
    m_timer.Cancel();
    if (Is(code, ReplyKind::Preliminary))
    {
        if (m_job.operation == FtpOperation::Store)
        {
            m_data->Send(m_job.bytes);
        }
        if (m_dataEnd)
        {
            AwaitReply(m_settings.replyTimeout);
        }
        return; // else the data connection's timer watches
    }
    m_finalReply = code;
    TryToEndTransfer();
}

void
FtpClientSession::DataEnded(FtpDataConnection::End end)
{
    m_dataEnd = end;
    if (m_step == Step::Opening)
    {
        EndTransfer(Judge()); // nothing was asked for yet
        return;
    }
    if (m_step == Step::Transfer && m_finalReply == 0)
    {
        AwaitReply(m_settings.replyTimeout);
    }
    TryToEndTransfer();
}

void
FtpClientSession::TryToEndTransfer()
{
    // A refusal ends it whatever becomes of the data connection.
    if (m_transferring && m_step == Step::Transfer && m_finalReply != 0 &&
        (m_dataEnd || IsRefusal(m_finalReply)))
    {
        EndTransfer(Judge());
    }
}

FtpOutcome
FtpClientSession::Judge() const
{
    using End = FtpDataConnection::End;
    switch (m_dataEnd.value_or(End::Done))
    {
    case End::Refused:
        return FtpOutcome::DataRefused;
    case End::TimedOut:
        return FtpOutcome::DataTimedOut;
    case End::Stalled:
        return FtpOutcome::Stalled;
    case End::Reset:
        return FtpOutcome::Reset;
    case End::Done:
        break;
    }
    if (m_finalReply == CANNOT_OPEN_DATA)
    {
        return FtpOutcome::DataRefused;
    }
    if (m_finalReply == TRANSFER_ABORTED)
    {
        return FtpOutcome::Reset;
    }
    if (IsRefusal(m_finalReply))
    {
        return FtpOutcome::CommandRefused;
    }
    const bool complete =
        m_job.operation == FtpOperation::List || m_data->GetBytes() == m_job.bytes;
    return complete && m_data->GetWrong() == 0 ? FtpOutcome::Completed : FtpOutcome::Damaged;
}

void
FtpClientSession::EndTransfer(FtpOutcome outcome)
{
    m_timer.Cancel();
    m_transferring = false;
    m_transfer.outcome = outcome;
    m_transfer.bytes = m_data->GetBytes();
    m_transfer.wrong = m_data->GetWrong();
    m_transfer.opened = m_data->GetOpened();
    m_transfer.local = m_data->GetLocal().ToSocketAddress();
    m_transfer.peer = m_data->GetPeer().ToSocketAddress();
    m_transfer.end = Simulator::Now();
    ++(outcome == FtpOutcome::Completed ? m_record.completed : m_record.failed);
    m_listener.transfer(m_transfer);
    if (m_step != Step::Over)
    {
        NextJob();
    }
}

void
FtpClientSession::TimedOut()
{
    Finish(m_step == Step::Connecting ? FtpSessionEnd::ConnectFailed : FtpSessionEnd::TimedOut);
}

void
FtpClientSession::Finish(FtpSessionEnd end)
{
    if (m_step == Step::Over)
    {
        return;
    }
    m_step = Step::Over;
    m_pause.Cancel();
    m_timer.Cancel();
    if (m_transferring)
    {
        const bool dataFailed =
            m_dataEnd.value_or(FtpDataConnection::End::Done) != FtpDataConnection::End::Done;
        EndTransfer(dataFailed ? Judge() : FtpOutcome::ControlLost);
    }
    m_control->Close();
    m_record.end = end;
    m_record.finish = Simulator::Now();
    m_listener.ended(m_record);
}

} // namespace conntrack
} // namespace ns3
