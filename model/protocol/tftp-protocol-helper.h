/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_PROTOCOL_TFTP_PROTOCOL_HELPER_H
#define CONNTRACK_PROTOCOL_TFTP_PROTOCOL_HELPER_H

#include "model/protocol/protocol-helper.h"

/**
 * @file
 * TFTP's protocol helper: expects the server's answer to a request, which comes from another port.
 *
 * Layer: protocol.
 * Shape: no memory of a connection.
 * Source: RFC 1350 4 (each end chooses a port for the transfer); Linux nf_conntrack_tftp's rules.
 *
 *     client 10.1.0.10, port 40690, to 10.2.0.10, port 69: read request
 *     expected: 10.2.0.10, any port -> 10.1.0.10, port 40690; one at a time, 300 s
 *
 * The first packet counts already. A request whose expectation is refused is dropped.
 */

namespace ns3
{
namespace conntrack
{

/// TFTP's protocol helper.
class TftpProtocolHelper : public ProtocolHelper
{
  public:
    /// @return the TypeId, ns3::conntrack::TftpProtocolHelper
    static TypeId GetTypeId();

    TftpProtocolHelper();

  private:
    HelperKind DoGetKind() const override;
    HelperVerdict DoHelp(HelperContext& context) const override;
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_PROTOCOL_TFTP_PROTOCOL_HELPER_H
