/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/protocol/broadcast-protocol-helper.h"

namespace ns3
{
namespace conntrack
{

NS_OBJECT_ENSURE_REGISTERED(BroadcastProtocolHelper);
NS_OBJECT_ENSURE_REGISTERED(NetbiosNsProtocolHelper);
NS_OBJECT_ENSURE_REGISTERED(SnmpProtocolHelper);

namespace
{

// IANA: netbios-ns, snmp.
constexpr uint16_t NETBIOS_NS_PORT = 137;
constexpr uint16_t SNMP_PORT = 161;

// Linux's nf_conntrack_netbios_ns and nf_conntrack_snmp, module parameter timeout.
constexpr Nanos NETBIOS_NS_TIMEOUT = 3 * SECOND;
constexpr Nanos SNMP_TIMEOUT = 30 * SECOND;
constexpr uint32_t MOST_EXPECTED = 1;

constexpr uint16_t WHOLE_PORT = 0xffff; // of a mask

} // namespace

TypeId
BroadcastProtocolHelper::GetTypeId()
{
    static TypeId tid = TypeId("ns3::conntrack::BroadcastProtocolHelper")
                            .SetParent<ProtocolHelper>()
                            .SetGroupName("Conntrack");
    return tid;
}

TypeId
BroadcastProtocolHelper::AddTimeout(TypeId tid, Nanos timeout)
{
    return tid.AddAttribute("Timeout",
                            "How long answers to a broadcast are expected (module parameter "
                            "timeout, seconds).",
                            TimeValue(NanoSeconds(timeout)),
                            MakeTimeAccessor(&BroadcastProtocolHelper::SetTimeout,
                                             &BroadcastProtocolHelper::GetTimeout),
                            MakeTimeChecker(Seconds(1)));
}

BroadcastProtocolHelper::BroadcastProtocolHelper()
{
    SetPolicies({{"", MOST_EXPECTED, 0}}); // the attribute Timeout comes after this
}

void
BroadcastProtocolHelper::SetTimeout(Time timeout)
{
    SetPolicies({{"", MOST_EXPECTED, timeout.GetNanoSeconds()}});
}

Time
BroadcastProtocolHelper::GetTimeout() const
{
    return NanoSeconds(GetPolicies().front().timeout);
}

HelperKind
BroadcastProtocolHelper::KindOf(const std::string& name, uint16_t port)
{
    return {name, port, {{Family::Ipv4, protocol::UDP}}};
}

HelperVerdict
BroadcastProtocolHelper::DoHelp(HelperContext& context) const
{
    const TrackedPacket& packet = context.packet;
    if (packet.broadcastMask == nullptr || packet.direction != Direction::Original)
    {
        return HelperVerdict::Accept;
    }
    Connection& connection = *packet.connection;
    Expectation* expectation = context.expectations.Allocate(connection);
    expectation->tuple = connection.Reply();
    expectation->tuple.zone = 0;
    expectation->tuple.sourcePort = GetIdentity().port;
    expectation->mask = {*packet.broadcastMask, WHOLE_PORT};
    expectation->flags = expectation_flag::PERMANENT; // everybody may answer
    context.expectations.Expect(*expectation, packet.now);
    context.expectations.Put(*expectation);
    if (!connection.Is(status::FIXED_TIMEOUT))
    {
        context.connections.Refresh(connection, packet.now, GetPolicies().front().timeout);
    }
    return HelperVerdict::Accept;
}

TypeId
NetbiosNsProtocolHelper::GetTypeId()
{
    static TypeId tid = AddTimeout(TypeId("ns3::conntrack::NetbiosNsProtocolHelper")
                                       .SetParent<BroadcastProtocolHelper>()
                                       .SetGroupName("Conntrack")
                                       .AddConstructor<NetbiosNsProtocolHelper>(),
                                   NETBIOS_NS_TIMEOUT);
    return tid;
}

HelperKind
NetbiosNsProtocolHelper::DoGetKind() const
{
    return KindOf("netbios-ns", NETBIOS_NS_PORT);
}

TypeId
SnmpProtocolHelper::GetTypeId()
{
    static TypeId tid = AddTimeout(TypeId("ns3::conntrack::SnmpProtocolHelper")
                                       .SetParent<BroadcastProtocolHelper>()
                                       .SetGroupName("Conntrack")
                                       .AddConstructor<SnmpProtocolHelper>(),
                                   SNMP_TIMEOUT);
    return tid;
}

HelperKind
SnmpProtocolHelper::DoGetKind() const
{
    return KindOf("snmp", SNMP_PORT);
}

} // namespace conntrack
} // namespace ns3
