/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_APP_FTP_CLIENT_SESSION_H
#define CONNTRACK_APP_FTP_CLIENT_SESSION_H

#include "model/app/ftp-data-connection.h"
#include "model/app/ftp-records.h"
#include "model/app/line-connection.h"
#include "model/wire/ftp-dialogue.h"

#include "ns3/event-id.h"

#include <functional>
#include <memory>
#include <string>

/**
 * @file
 * A session of an FTP client: connects, logs in, carries out transfers with pauses, quits.
 *
 * Layer: app.
 * Shape: lives from Begin to its `ended` call; must be destroyed after that, outside of it.
 * Source: RFC 959 5.4 and 6, RFC 1123 4.1, RFC 2428.
 *
 *     connect -> 220 -> USER, PASS, TYPE -> [pause -> PASV/PORT -> data -> RETR ... 226] -> QUIT
 *
 * A transfer that fails is told and the next one begins; only a lost control connection or a
 * missing reply ends the session.
 */

namespace ns3
{
namespace conntrack
{

/// What a session's transfers are to be.
struct FtpJob
{
    FtpOperation operation{FtpOperation::Retrieve};
    uint64_t bytes{0}; ///< of the file; of no meaning for a listing
    Time pause;        ///< before it
};

/// What an FTP client is set to; FtpClient's attributes of the same names.
struct FtpClientSettings
{
    Endpoint server;
    FtpMode mode{FtpMode::Passive};
    std::string user;
    std::string password;
    Time connectTimeout;
    Time replyTimeout;
    Time dataTimeout;
};

/// A session of an FTP client.
class FtpClientSession
{
  public:
    /// Where its records go, and where it gets its work.
    struct Listener
    {
        std::function<void(const FtpLine&)> line;
        std::function<void(const FtpTransfer&)> transfer;
        std::function<void(const FtpSession&)> ended;   ///< last call: it may go now
        std::function<std::optional<FtpJob>()> nextJob; ///< none: quit
    };

    /**
     * @param node the client's
     * @param number of the session
     * @param settings the client's; outlive it
     * @param listener called until the end
     */
    FtpClientSession(Ptr<Node> node,
                     uint32_t number,
                     const FtpClientSettings& settings,
                     Listener listener);
    ~FtpClientSession();

    /// Connect.
    void Begin();

    /// End at once: the application stops.
    void Stop();

  private:
    /// What the next reply is the answer to.
    enum class Step : uint8_t
    {
        Connecting, ///< none: the connection is not open yet
        Greeting,
        User,
        Password,
        Type,
        Idle,     ///< none: a pause
        Endpoint, ///< PORT, EPRT, PASV or EPSV
        Opening,  ///< none: the data connection is not open yet
        Transfer, ///< RETR, STOR or LIST: 1xx, then 2xx
        Quit,
        Over,
    };

    bool IsActive() const;
    bool IsExtended() const;
    void Send(Step next, const std::string& command);
    void AwaitReply(Time timeout);
    void OnLine(std::string_view line);
    void OnReply(const FtpReply& reply);
    void OnLoginReply(uint16_t code);
    void OnTransferReply(uint16_t code);
    void NextJob();
    void BeginTransfer();
    void MakeData();
    void AnnounceEndpoint();
    void ConnectData(const FtpReply& reply);
    void Request();
    void DataEnded(FtpDataConnection::End end);
    void TryToEndTransfer();
    void EndTransfer(FtpOutcome outcome);
    FtpOutcome Judge() const;
    void TimedOut();
    void Finish(FtpSessionEnd end);

    Ptr<Node> m_node;
    const FtpClientSettings& m_settings;
    Listener m_listener;
    Step m_step{Step::Connecting};
    uint16_t m_multiline{0}; ///< code of a reply of several lines; 0: none
    FtpSession m_record;
    FtpJob m_job;
    FtpTransfer m_transfer;
    bool m_transferring{false};
    std::optional<FtpDataConnection::End> m_dataEnd;
    uint16_t m_finalReply{0}; ///< to RETR, STOR or LIST; 0: not yet
    EventId m_pause;
    EventId m_timer; ///< of the next reply
    std::unique_ptr<FtpDataConnection> m_data;
    std::unique_ptr<LineConnection> m_control;
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_APP_FTP_CLIENT_SESSION_H
