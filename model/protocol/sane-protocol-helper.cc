/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/protocol/sane-protocol-helper.h"

#include "model/protocol/nat-helper.h"
#include "model/wire/sane-message.h"

#include <utility>

namespace ns3
{
namespace conntrack
{

NS_OBJECT_ENSURE_REGISTERED(SaneProtocolHelper);

namespace
{

constexpr uint16_t SANE_PORT = 6566; // IANA: sane-port

// Linux's nf_conntrack_sane: the newest image only, for five minutes.
constexpr uint32_t MOST_EXPECTED = 1;
constexpr Nanos EXPECTATION_TIMEOUT = 300 * SECOND;

/// What is remembered of a connection.
struct Memory
{
    bool isStarting; ///< the client's last request was SANE_NET_START, and nothing answered it yet
};

} // namespace

TypeId
SaneProtocolHelper::GetTypeId()
{
    static TypeId tid = TypeId("ns3::conntrack::SaneProtocolHelper")
                            .SetParent<ProtocolHelper>()
                            .SetGroupName("Conntrack")
                            .AddConstructor<SaneProtocolHelper>();
    return tid;
}

SaneProtocolHelper::SaneProtocolHelper()
{
    SetPolicies({{"", MOST_EXPECTED, EXPECTATION_TIMEOUT}});
}

HelperKind
SaneProtocolHelper::DoGetKind() const
{
    return {"sane",
            SANE_PORT,
            {{Family::Ipv4, protocol::TCP}, {Family::Ipv6, protocol::TCP}},
            HelperNumbering::Port};
}

HelperVerdict
SaneProtocolHelper::DoHelp(HelperContext& context) const
{
    const TrackedPacket& packet = context.packet;
    const ByteView payload = PayloadOf(packet);
    if (packet.state != FlowState::Established || payload.size == 0)
    {
        return HelperVerdict::Accept;
    }
    auto& memory = packet.connection->help->Data<Memory>();
    if (packet.direction == Direction::Original)
    {
        if (payload.size == SANE_REQUEST_BYTES)
        {
            memory.isStarting = IsSaneStart(payload);
        }
        return HelperVerdict::Accept;
    }
    if (!std::exchange(memory.isStarting, false))
    {
        return HelperVerdict::Accept;
    }
    const auto port = ReadSaneStartReply(payload);
    if (!port)
    {
        return HelperVerdict::Accept;
    }
    const Tuple& original = packet.connection->Original();
    ExpectationTable::Endpoints image;
    image.family = original.family;
    image.source = original.source;
    image.destination = original.destination;
    image.protocol = protocol::TCP;
    image.destinationPort = *port;
    return ExpectAnnounced(context, image);
}

} // namespace conntrack
} // namespace ns3
