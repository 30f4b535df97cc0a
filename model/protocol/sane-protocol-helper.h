/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_PROTOCOL_SANE_PROTOCOL_HELPER_H
#define CONNTRACK_PROTOCOL_SANE_PROTOCOL_HELPER_H

#include "model/protocol/protocol-helper.h"

/**
 * @file
 * SANE's protocol helper: expects the connection by which a scanner's server sends an image.
 *
 * Layer: protocol.
 * Shape: one byte of memory a connection: whether a scan was asked for.
 * Source: see sane-message.h; Linux nf_conntrack_sane's rules.
 *
 *     client: SANE_NET_START; server: status good, port 50500
 *     expected: the client, any port -> the server, port 50500; one at a time, 300 s
 *
 * A request counts that is a segment of its own, and the segment that answers it next. Another
 * request of that size in between takes it back. There is no NAT helper, as there is none in Linux:
 * the port is expected, and rules may translate it.
 */

namespace ns3
{
namespace conntrack
{

/// SANE's protocol helper.
class SaneProtocolHelper : public ProtocolHelper
{
  public:
    /// @return the TypeId, ns3::conntrack::SaneProtocolHelper
    static TypeId GetTypeId();

    SaneProtocolHelper();

  private:
    HelperKind DoGetKind() const override;
    HelperVerdict DoHelp(HelperContext& context) const override;
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_PROTOCOL_SANE_PROTOCOL_HELPER_H
