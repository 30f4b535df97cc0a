/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_PROTOCOL_FTP_PROTOCOL_HELPER_H
#define CONNTRACK_PROTOCOL_FTP_PROTOCOL_HELPER_H

#include "model/protocol/protocol-helper.h"
#include "model/wire/ftp-message.h"

/**
 * @file
 * FTP's protocol helper: expects the data connection that a control connection announces.
 *
 * Layer: protocol.
 * Shape: 20 bytes of memory a connection: where lines are known to begin.
 * Source: RFC 959, RFC 1123, RFC 2428; Linux nf_conntrack_ftp's rules.
 *
 * A segment is looked at only if it begins where a line does, which is known from line ends seen
 * before, so the first line of each direction is never looked at. Active mode, client 10.1.0.10:
 *
 *     client: PORT 10,1,0,10,195,81<CR><LF>
 *     expected: 10.2.0.10, any port -> 10.1.0.10, port 50001; one at a time, 300 s
 *
 * A command that cannot be read to its end is dropped with its segment: the sender will repeat it,
 * in one piece as we hope. So is one whose expectation is refused. What was dropped as unreadable
 * ends no line; what was refused does.
 */

namespace ns3
{
namespace conntrack
{

/// FTP's protocol helper.
class FtpProtocolHelper : public ProtocolHelper
{
  public:
    /// @return the TypeId, ns3::conntrack::FtpProtocolHelper
    static TypeId GetTypeId();

    FtpProtocolHelper();

  private:
    HelperKind DoGetKind() const override;
    HelperVerdict DoHelp(HelperContext& context) const override;

    /**
     * Expect the data connection.
     * @param context the packet and what may be done
     * @param endpoint what the packet announces
     * @return whether the packet may leave
     */
    HelperVerdict Announce(HelperContext& context, const FtpEndpoint& endpoint) const;

    bool m_loose{false};
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_PROTOCOL_FTP_PROTOCOL_HELPER_H
