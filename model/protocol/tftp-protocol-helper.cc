/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/protocol/tftp-protocol-helper.h"

#include "model/protocol/nat-helper.h"
#include "model/wire/tftp-message.h"

namespace ns3
{
namespace conntrack
{

NS_OBJECT_ENSURE_REGISTERED(TftpProtocolHelper);

namespace
{

constexpr uint16_t TFTP_PORT = 69; // RFC 1350 4

// Linux's nf_conntrack_tftp: the newest transfer only, for five minutes.
constexpr uint32_t MOST_EXPECTED = 1;
constexpr Nanos EXPECTATION_TIMEOUT = 300 * SECOND;

} // namespace

TypeId
TftpProtocolHelper::GetTypeId()
{
    static TypeId tid = TypeId("ns3::conntrack::TftpProtocolHelper")
                            .SetParent<ProtocolHelper>()
                            .SetGroupName("Conntrack")
                            .AddConstructor<TftpProtocolHelper>();
    return tid;
}

TftpProtocolHelper::TftpProtocolHelper()
{
    SetPolicies({{"", MOST_EXPECTED, EXPECTATION_TIMEOUT}});
}

HelperKind
TftpProtocolHelper::DoGetKind() const
{
    return {"tftp",
            TFTP_PORT,
            {{Family::Ipv4, protocol::UDP}, {Family::Ipv6, protocol::UDP}},
            HelperNumbering::Index};
}

HelperVerdict
TftpProtocolHelper::DoHelp(HelperContext& context) const
{
    const TrackedPacket& packet = context.packet;
    if (!IsTftpRequest(PayloadOf(packet)))
    {
        return HelperVerdict::Accept;
    }
    // Whoever sends the request: the transfer comes from the connection's server.
    const Tuple& reply = packet.connection->Reply();
    ExpectationTable::Endpoints transfer;
    transfer.family = reply.family;
    transfer.source = reply.source;
    transfer.destination = reply.destination;
    transfer.protocol = protocol::UDP;
    transfer.destinationPort = reply.destinationPort;
    return ExpectAnnounced(context, transfer);
}

} // namespace conntrack
} // namespace ns3
