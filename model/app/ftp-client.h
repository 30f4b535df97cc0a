/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_APP_FTP_CLIENT_H
#define CONNTRACK_APP_FTP_CLIENT_H

#include "model/app/ftp-client-session.h"

#include "ns3/application.h"
#include "ns3/random-variable-stream.h"
#include "ns3/traced-callback.h"

#include <memory>

/**
 * @file
 * An FTP client on a node's TCP, for IPv4 and IPv6: one session after another.
 *
 * Layer: app.
 * Shape: numbers, sizes and pauses are random variables; what a session does is in
 * ftp-client-session.h.
 * Errors: NS_FATAL_ERROR at its start if Remote is no socket address, or the node has no TCP.
 * Source: RFC 959, RFC 1123 4.1, RFC 2428.
 */

namespace ns3
{
namespace conntrack
{

/// An FTP client.
class FtpClient : public Application
{
  public:
    /// @return the TypeId, ns3::conntrack::FtpClient
    static TypeId GetTypeId();

    FtpClient();
    ~FtpClient() override;

    /// @return sessions that have ended
    uint32_t GetSessionsDone() const;

    /**
     * Fix the random streams, one for each of its random variables.
     * @param stream first stream number
     * @return how many are used
     */
    int64_t AssignStreams(int64_t stream);

    /**
     * TracedCallback signature of Transfer.
     * @param transfer it has ended
     */
    typedef void (*TransferTracedCallback)(const FtpTransfer& transfer);

    /**
     * TracedCallback signature of Session.
     * @param session it has ended
     */
    typedef void (*SessionTracedCallback)(const FtpSession& session);

    /**
     * TracedCallback signature of Control.
     * @param line sent or received
     */
    typedef void (*ControlTracedCallback)(const FtpLine& line);

  protected:
    void DoDispose() override; ///< ends the session without a word

  public:
    void SetMode(int mode); ///< @param mode an FtpMode, as ns-3.37's EnumValue has it
    int GetMode() const;    ///< @return an FtpMode

  private:
    static void AddAttributes(TypeId& tid);
    static void AddTraces(TypeId& tid);
    void StartApplication() override;
    void StopApplication() override;
    void BeginSession();
    void SessionEnded(const FtpSession& session);
    std::optional<FtpJob> NextJob();

    ns3::Address m_remote;
    FtpMode m_mode{FtpMode::Passive};
    std::string m_user;
    std::string m_password;
    uint32_t m_maxSessions{1};
    double m_storeShare{0};
    double m_listShare{0};
    Time m_connectTimeout;
    Time m_replyTimeout;
    Time m_dataTimeout;
    Ptr<RandomVariableStream> m_transfers;
    Ptr<RandomVariableStream> m_fileSize;
    Ptr<RandomVariableStream> m_pause;
    Ptr<RandomVariableStream> m_sessionPause;
    Ptr<UniformRandomVariable> m_choice;

    FtpClientSettings m_settings; ///< of these attributes, when it starts
    bool m_stopped{false};
    uint32_t m_begun{0};    ///< sessions
    uint32_t m_done{0};     ///< sessions that have ended
    uint64_t m_jobsLeft{0}; ///< of the present session
    bool m_firstJob{true};  ///< of the present session: no pause before it
    EventId m_next;
    std::unique_ptr<FtpClientSession> m_session;

    TracedCallback<const FtpTransfer&> m_transferTrace;
    TracedCallback<const FtpSession&> m_sessionTrace;
    TracedCallback<const FtpLine&> m_controlTrace;
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_APP_FTP_CLIENT_H
