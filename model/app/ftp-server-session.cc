/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/app/ftp-server-session.h"

#include "ns3/simulator.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace ns3
{
namespace conntrack
{

namespace
{

/// @return the size that a virtual file's name ends in, "file-1000"; none: there is no such file
std::optional<uint64_t>
SizeOfFile(const std::string& name)
{
    const std::size_t dash = name.rfind('-');
    if (dash == std::string::npos || dash + 1 == name.size())
    {
        return std::nullopt;
    }
    uint64_t size = 0;
    const char* end = name.data() + name.size();
    const auto [stop, error] = std::from_chars(name.data() + dash + 1, end, size);
    return error == std::errc() && stop == end ? std::optional(size) : std::nullopt;
}

FtpHostPort
ToHostPort(const Endpoint& endpoint)
{
    return {endpoint.address, endpoint.family, endpoint.port};
}

/// Must the client be logged in first?
enum class Login : uint8_t
{
    Needed,
    NotNeeded,
};

} // namespace

/// A command word and what it does.
struct FtpServerSession::Command
{
    const char* verb;
    Login login;
    void (FtpServerSession::*run)(const std::string& argument);
};

const FtpServerSession::Command*
FtpServerSession::FindCommand(const std::string& verb)
{
    using Session = FtpServerSession;
    static constexpr Command COMMANDS[] = {
        {"USER", Login::NotNeeded, &Session::OnUser},
        {"PASS", Login::NotNeeded, &Session::OnPassword},
        {"QUIT", Login::NotNeeded, &Session::OnQuit},
        {"FEAT", Login::NotNeeded, &Session::OnFeatures},
        {"SYST", Login::NotNeeded, &Session::OnSystem},
        {"NOOP", Login::NotNeeded, &Session::OnAccepted},
        {"PWD", Login::Needed, &Session::OnDirectory},
        {"CWD", Login::Needed, &Session::OnAccepted},
        {"TYPE", Login::Needed, &Session::OnType},
        {"SIZE", Login::Needed, &Session::OnSize},
        {"ABOR", Login::Needed, &Session::OnAbort},
        {"PORT", Login::Needed, &Session::OnPort},
        {"EPRT", Login::Needed, &Session::OnExtendedPort},
        {"PASV", Login::Needed, &Session::OnPassive},
        {"EPSV", Login::Needed, &Session::OnExtendedPassive},
        {"RETR", Login::Needed, &Session::OnRetrieve},
        {"STOR", Login::Needed, &Session::OnStore},
        {"LIST", Login::Needed, &Session::OnList},
        {"NLST", Login::Needed, &Session::OnList},
    };
    const auto* found = std::find_if(std::begin(COMMANDS), std::end(COMMANDS), [&](auto& command) {
        return command.verb == verb;
    });
    return found == std::end(COMMANDS) ? nullptr : found;
}

FtpServerSession::FtpServerSession(Ptr<Node> node,
                                   Ptr<Socket> socket,
                                   uint32_t number,
                                   const FtpServerSettings& settings,
                                   Listener listener)
    : m_node(node),
      m_settings(settings),
      m_listener(std::move(listener)),
      m_local(LocalEndpoint(socket)),
      m_peer(PeerEndpoint(socket))
{
    m_record.number = number;
    m_record.peer = m_peer.ToSocketAddress();
    m_record.begin = Simulator::Now();
    LineConnection::Listener control;
    control.line = [this](std::string_view line) { OnLine(line); };
    control.ended = [this](LineConnection::End end) {
        Finish(end == LineConnection::End::Violation ? FtpSessionEnd::Violation
                                                     : FtpSessionEnd::ConnectionLost);
    };
    m_control = std::make_unique<LineConnection>(socket, std::move(control));
    m_watchdog.SetFunction(&FtpServerSession::Idle, this);
    m_watchdog.Ping(m_settings.idleTimeout);
}

FtpServerSession::~FtpServerSession() = default;

void
FtpServerSession::Begin()
{
    Reply(220, "Service ready");
}

void
FtpServerSession::Refuse()
{
    Reply(421, "Too many users, closing control connection");
    Finish(FtpSessionEnd::Refused);
}

void
FtpServerSession::Stop()
{
    Finish(FtpSessionEnd::Stopped);
}

void
FtpServerSession::OnLine(std::string_view line)
{
    m_watchdog.Ping(m_settings.idleTimeout);
    m_listener.line({m_record.number, false, std::string(line), Simulator::Now()});
    const auto parsed = ParseFtpCommand(line);
    const Command* command = parsed ? FindCommand(parsed->verb) : nullptr;
    if (command == nullptr)
    {
        Reply(500, "Syntax error, command unrecognized");
        return;
    }
    if (command->login == Login::Needed && !m_loggedIn)
    {
        Reply(530, "Not logged in");
        return;
    }
    (this->*command->run)(parsed->argument);
}

void
FtpServerSession::Reply(uint16_t code, const std::string& text)
{
    const std::string line = std::to_string(code) + " " + text;
    m_listener.line({m_record.number, true, line, Simulator::Now()});
    m_control->Send(line);
}

void
FtpServerSession::OnUser(const std::string& argument)
{
    m_userGiven = !argument.empty();
    m_loggedIn = false;
    m_userGiven ? Reply(331, "User name okay, need password") : Reply(501, "Name missing");
}

void
FtpServerSession::OnPassword(const std::string& argument)
{
    if (!m_userGiven)
    {
        Reply(503, "Bad sequence of commands");
        return;
    }
    m_loggedIn = m_settings.password.empty() || argument == m_settings.password;
    m_loggedIn ? Reply(230, "User logged in, proceed") : Reply(530, "Login incorrect");
}

void
FtpServerSession::OnQuit(const std::string&)
{
    Reply(221, "Goodbye");
    Finish(FtpSessionEnd::Quit);
}

void
FtpServerSession::OnFeatures(const std::string&)
{
    // RFC 2389 3.2: a reply of several lines.
    for (const char* line : {"211-Features:", " EPRT", " EPSV", " SIZE"})
    {
        m_listener.line({m_record.number, true, line, Simulator::Now()});
        m_control->Send(line);
    }
    Reply(211, "End");
}

void
FtpServerSession::OnSystem(const std::string&)
{
    Reply(215, "UNIX Type: L8");
}

void
FtpServerSession::OnDirectory(const std::string&)
{
    Reply(257, "\"/\" is the current directory");
}

void
FtpServerSession::OnAccepted(const std::string&)
{
    Reply(200, "Command okay");
}

void
FtpServerSession::OnType(const std::string& argument)
{
    const bool known = argument == "I" || argument == "A" || argument == "L 8" || argument == "A N";
    known ? Reply(200, "Type set") : Reply(504, "Type not implemented");
}

void
FtpServerSession::OnSize(const std::string& argument)
{
    const auto size = SizeOfFile(argument);
    size ? Reply(213, std::to_string(*size)) : Reply(550, "No such file");
}

void
FtpServerSession::OnAbort(const std::string&)
{
    const bool transferring = m_transferring;
    if (transferring)
    {
        EndTransfer(FtpOutcome::Reset);
    }
    DropData();
    Reply(transferring ? 226 : 225, "Abort successful");
}

void
FtpServerSession::OnPort(const std::string& argument)
{
    SetTarget(FtpMode::Active, ParsePort(argument));
}

void
FtpServerSession::OnExtendedPort(const std::string& argument)
{
    SetTarget(FtpMode::ExtendedActive, ParseEprt(argument));
}

void
FtpServerSession::SetTarget(FtpMode mode, const std::optional<FtpHostPort>& target)
{
    if (m_transferring)
    {
        Reply(503, "A transfer is going on");
        return;
    }
    DropData();
    if (!target)
    {
        Reply(501, "Syntax error in the endpoint");
    }
    else if (target->family != m_peer.family)
    {
        Reply(522,
              m_peer.family == Family::Ipv4 ? "Network protocol not supported, use (1)"
                                            : "Network protocol not supported, use (2)");
    }
    else if (target->address != m_peer.address && !m_settings.allowThirdParty)
    {
        Reply(500, "The endpoint must be the client's own"); // as vsftpd: no bounce attacks
    }
    else
    {
        m_mode = mode;
        m_target = Endpoint{target->family, target->address, target->port};
        Reply(200, "Command successful");
    }
}

void
FtpServerSession::OnPassive(const std::string&)
{
    if (m_local.family != Family::Ipv4)
    {
        Reply(522, "Network protocol not supported, use EPSV");
        return;
    }
    if (const auto local = ListenForData(FtpMode::Passive))
    {
        Reply(227, PrintPasv(ToHostPort(*local)));
    }
}

void
FtpServerSession::OnExtendedPassive(const std::string& argument)
{
    // RFC 2428 3: a family's number or ALL may stand there.
    const std::string own = m_local.family == Family::Ipv4 ? "1" : "2";
    if (argument == "ALL")
    {
        Reply(200, "Command okay");
        return;
    }
    if (!argument.empty() && argument != own)
    {
        Reply(522, "Network protocol not supported, use (" + own + ")");
        return;
    }
    if (const auto local = ListenForData(FtpMode::ExtendedPassive))
    {
        Reply(229, PrintEpsv(local->port));
    }
}

std::optional<Endpoint>
FtpServerSession::ListenForData(FtpMode mode)
{
    if (m_transferring)
    {
        Reply(503, "A transfer is going on");
        return std::nullopt;
    }
    DropData();
    m_mode = mode;
    FtpDataConnection::Listener listener;
    listener.ended = [this](FtpDataConnection::End end) { DataEnded(end); };
    m_data = std::make_unique<FtpDataConnection>(m_node, m_settings.dataTimeout, listener);
    const auto peer = m_settings.allowThirdParty ? std::nullopt : std::optional(m_peer);
    const auto local = m_data->Listen(m_local, m_settings.passivePorts, peer);
    if (!local)
    {
        DropData();
        Reply(421, "No port is free for a data connection");
    }
    return local;
}

void
FtpServerSession::OnRetrieve(const std::string& argument)
{
    const auto size = SizeOfFile(argument);
    if (!size)
    {
        Reply(550, "No such file");
        return;
    }
    if (BeginTransfer(FtpOperation::Retrieve, *size))
    {
        m_data->Send(*size);
    }
}

void
FtpServerSession::OnStore(const std::string& argument)
{
    if (argument.empty())
    {
        Reply(501, "Name missing");
        return;
    }
    if (BeginTransfer(FtpOperation::Store, SizeOfFile(argument).value_or(0)))
    {
        m_data->Receive();
    }
}

void
FtpServerSession::OnList(const std::string&)
{
    const uint64_t size = m_listener.listSize();
    if (BeginTransfer(FtpOperation::List, size))
    {
        m_data->Send(size);
    }
}

bool
FtpServerSession::BeginTransfer(FtpOperation operation, uint64_t size)
{
    if (m_transferring)
    {
        Reply(503, "A transfer is going on");
        return false;
    }
    if (!m_target && (!m_data || m_data->HasEnded()))
    {
        Reply(425, "Use PORT or PASV first");
        return false;
    }
    m_transferring = true;
    m_transfer = {};
    m_transfer.session = m_record.number;
    m_transfer.operation = operation;
    m_transfer.mode = m_mode;
    m_transfer.wanted = size;
    m_transfer.begin = Simulator::Now();
    Reply(150, "File status okay, about to open data connection");
    if (m_target)
    {
        FtpDataConnection::Listener listener;
        listener.ended = [this](FtpDataConnection::End end) { DataEnded(end); };
        m_data = std::make_unique<FtpDataConnection>(m_node, m_settings.dataTimeout, listener);
        m_data->Connect(*std::exchange(m_target, std::nullopt));
    }
    else
    {
        m_data->RestartTimer();
    }
    return true;
}

void
FtpServerSession::DataEnded(FtpDataConnection::End end)
{
    if (!m_transferring)
    {
        return; // nobody used what PASV offered: the next transfer needs a new one
    }
    using End = FtpDataConnection::End;
    switch (end)
    {
    case End::Done:
        EndTransfer(m_data->GetWrong() == 0 ? FtpOutcome::Completed : FtpOutcome::Damaged);
        Reply(226, "Closing data connection");
        break;
    case End::Refused:
        EndTransfer(FtpOutcome::DataRefused);
        Reply(425, "Cannot open data connection");
        break;
    case End::TimedOut:
        EndTransfer(FtpOutcome::DataTimedOut);
        Reply(425, "Cannot open data connection");
        break;
    case End::Stalled:
        EndTransfer(FtpOutcome::Stalled);
        Reply(426, "Data connection timed out, transfer aborted");
        break;
    case End::Reset:
        EndTransfer(FtpOutcome::Reset);
        Reply(426, "Connection closed, transfer aborted");
        break;
    }
}

void
FtpServerSession::EndTransfer(FtpOutcome outcome)
{
    m_transferring = false;
    m_transfer.outcome = outcome;
    m_transfer.bytes = m_data->GetBytes();
    m_transfer.wrong = m_data->GetWrong();
    m_transfer.opened = m_data->GetOpened();
    m_transfer.local = m_data->GetLocal().ToSocketAddress();
    m_transfer.peer = m_data->GetPeer().ToSocketAddress();
    m_transfer.end = Simulator::Now();
    // What a client stores under a name without a size is as long as it is.
    const bool complete = m_transfer.wanted == 0 || m_transfer.bytes == m_transfer.wanted;
    if (outcome == FtpOutcome::Completed && !complete)
    {
        m_transfer.outcome = FtpOutcome::Damaged;
    }
    ++(m_transfer.outcome == FtpOutcome::Completed ? m_record.completed : m_record.failed);
    m_watchdog.Ping(m_settings.idleTimeout);
    m_listener.transfer(m_transfer);
}

void
FtpServerSession::DropData()
{
    m_target.reset();
    m_data.reset();
}

void
FtpServerSession::Idle()
{
    if (m_finished)
    {
        return;
    }
    if (m_transferring) // it has its own timer
    {
        m_watchdog.Ping(m_settings.idleTimeout);
        return;
    }
    Reply(421, "Timeout, closing control connection");
    Finish(FtpSessionEnd::TimedOut);
}

void
FtpServerSession::Finish(FtpSessionEnd end)
{
    if (m_finished)
    {
        return;
    }
    m_finished = true;
    if (m_transferring)
    {
        EndTransfer(FtpOutcome::ControlLost);
    }
    m_control->Close();
    m_record.end = end;
    m_record.finish = Simulator::Now();
    m_listener.ended(m_record);
}

} // namespace conntrack
} // namespace ns3
