/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_APP_FTP_SERVER_H
#define CONNTRACK_APP_FTP_SERVER_H

#include "model/app/ftp-server-session.h"

#include "ns3/application.h"
#include "ns3/random-variable-stream.h"
#include "ns3/traced-callback.h"

#include <map>
#include <memory>

/**
 * @file
 * An FTP server on a node's TCP, for IPv4 and IPv6.
 *
 * Layer: app.
 * Shape: one application serves many sessions; what it offers is in ftp-server-session.h.
 * Errors: NS_FATAL_ERROR at its start if its port is taken or its range of ports is none.
 * Source: RFC 959, RFC 1123 4.1, RFC 2428.
 * Differs from RFC 959 3.2: the data connections it opens (PORT) come from any free port instead
 * of 20, as ns-3 has one socket a local port, and keeps it for TIME_WAIT. Their address is that of
 * the route to the client, which on a host of several addresses may be another than the control
 * connection's: ns-3's Connect takes no other. A firewall does not expect it then.
 */

namespace ns3
{
namespace conntrack
{

/// An FTP server.
class FtpServer : public Application
{
  public:
    /// @return the TypeId, ns3::conntrack::FtpServer
    static TypeId GetTypeId();

    FtpServer();
    ~FtpServer() override;

    /// @return sessions that are going on
    std::size_t GetSessions() const;

    /**
     * Fix the random streams: one, of the sizes of listings.
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
    void DoDispose() override; ///< ends all sessions without a word

  private:
    void StartApplication() override;
    void StopApplication() override;
    void StopListening();
    void ListenAt(const ns3::Address& address, Ptr<Socket>& socket);
    void Accept(Ptr<Socket> socket);
    void Forget(uint32_t number);

    uint16_t m_port{21};
    uint32_t m_maxSessions{0};
    Ptr<RandomVariableStream> m_listingSize;
    Time m_idleTimeout;
    Time m_dataTimeout;
    uint16_t m_passivePortMin{0};
    uint16_t m_passivePortMax{0};
    bool m_allowThirdParty{false};
    std::string m_password;

    FtpServerSettings m_settings; ///< of these attributes, when it starts
    Ptr<Socket> m_listening4;
    Ptr<Socket> m_listening6;
    uint32_t m_nextSession{0};
    std::map<uint32_t, std::unique_ptr<FtpServerSession>> m_sessions; ///< by number

    TracedCallback<const FtpTransfer&> m_transferTrace;
    TracedCallback<const FtpSession&> m_sessionTrace;
    TracedCallback<const FtpLine&> m_controlTrace;
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_APP_FTP_SERVER_H
