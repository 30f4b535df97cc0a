/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_APP_FTP_SERVER_SESSION_H
#define CONNTRACK_APP_FTP_SERVER_SESSION_H

#include "model/app/ftp-data-connection.h"
#include "model/app/ftp-records.h"
#include "model/app/line-connection.h"
#include "model/wire/ftp-dialogue.h"

#include "ns3/watchdog.h"

#include <functional>
#include <memory>
#include <string>

/**
 * @file
 * A session at an FTP server: reads commands, replies, and serves one transfer at a time.
 *
 * Layer: app.
 * Shape: lives from accept to its `ended` call; must be destroyed after that, outside of it.
 * Source: RFC 959 4.2 and 5.4 (which reply answers which command), RFC 1123 4.1, RFC 2428.
 *
 * Files are virtual: `RETR NAME-SIZE` gives SIZE bytes (RETR file-100000), any other name there is
 * none of (550); STOR takes what comes and keeps nothing.
 */

namespace ns3
{
namespace conntrack
{

/// What an FTP server is set to; FtpServer's attributes of the same names.
struct FtpServerSettings
{
    Time idleTimeout;
    Time dataTimeout;
    PortRange passivePorts;
    bool allowThirdParty{false};
    std::string password; ///< empty: any is right
};

/// A session at an FTP server.
class FtpServerSession
{
  public:
    /// Where its records go.
    struct Listener
    {
        std::function<void(const FtpLine&)> line;
        std::function<void(const FtpTransfer&)> transfer;
        std::function<void(const FtpSession&)> ended; ///< last call: it may go now
        std::function<uint64_t()> listSize;           ///< bytes of the next listing
    };

    /**
     * @param node the server's
     * @param socket accepted
     * @param number of the session
     * @param settings the server's; outlive it
     * @param listener called until the end
     */
    FtpServerSession(Ptr<Node> node,
                     Ptr<Socket> socket,
                     uint32_t number,
                     const FtpServerSettings& settings,
                     Listener listener);
    ~FtpServerSession();

    /// Greet the client.
    void Begin();

    /// Refuse the client and end: the server has no room.
    void Refuse();

    /// End at once: the application stops.
    void Stop();

  private:
    struct Command;

    static const Command* FindCommand(const std::string& verb);
    void OnLine(std::string_view line);
    void Reply(uint16_t code, const std::string& text);

    // The commands, by what they are for.
    void OnUser(const std::string& argument);
    void OnPassword(const std::string& argument);
    void OnQuit(const std::string& argument);
    void OnFeatures(const std::string& argument);
    void OnSystem(const std::string& argument);
    void OnDirectory(const std::string& argument);
    void OnAccepted(const std::string& argument);
    void OnType(const std::string& argument);
    void OnSize(const std::string& argument);
    void OnAbort(const std::string& argument);
    void OnPort(const std::string& argument);
    void OnExtendedPort(const std::string& argument);
    void OnPassive(const std::string& argument);
    void OnExtendedPassive(const std::string& argument);
    void OnRetrieve(const std::string& argument);
    void OnStore(const std::string& argument);
    void OnList(const std::string& argument);

    void SetTarget(FtpMode mode, const std::optional<FtpHostPort>& target);
    std::optional<Endpoint> ListenForData(FtpMode mode);
    bool BeginTransfer(FtpOperation operation, uint64_t size);
    void DataEnded(FtpDataConnection::End end);
    void EndTransfer(FtpOutcome outcome);
    void DropData();
    void Idle();
    void Finish(FtpSessionEnd end);

    Ptr<Node> m_node;
    const FtpServerSettings& m_settings;
    Listener m_listener;
    Endpoint m_local; ///< of the control connection
    Endpoint m_peer;
    FtpSession m_record;
    FtpTransfer m_transfer;
    bool m_transferring{false};
    bool m_userGiven{false};
    bool m_loggedIn{false};
    bool m_finished{false};
    std::optional<Endpoint> m_target; ///< of PORT or EPRT; until used
    FtpMode m_mode{FtpMode::Passive};
    Watchdog m_watchdog; ///< of the next command
    std::unique_ptr<FtpDataConnection> m_data;
    std::unique_ptr<LineConnection> m_control;
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_APP_FTP_SERVER_SESSION_H
