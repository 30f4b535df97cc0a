/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/protocol/protocol-helper.h"

#include "ns3/trace-source-accessor.h"

#include <utility>

namespace ns3
{
namespace conntrack
{

NS_OBJECT_ENSURE_REGISTERED(ProtocolHelper);

namespace
{

// Names by which modules are asked for (rows H4, H18).
const std::string NAT_MODULE_PREFIX = "ip_nat_";
const std::string MODULE_PREFIX = "nfct-helper-";

} // namespace

ByteView
PayloadOf(const TrackedPacket& packet)
{
    // RFC 9293 3.1, RFC 768.
    constexpr std::size_t TCP_HEADER = 20;
    constexpr std::size_t TCP_OFFSET_AT = 12;
    constexpr std::size_t UDP_HEADER = 8;
    const ByteView transport = packet.view.Transport();
    if (packet.view.Protocol() != protocol::TCP)
    {
        return transport.From(UDP_HEADER);
    }
    return transport.size < TCP_HEADER
               ? ByteView{}
               : transport.From((transport.data[TCP_OFFSET_AT] >> 4) * std::size_t{4});
}

TypeId
ProtocolHelper::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::conntrack::ProtocolHelper")
            .SetParent<Object>()
            .SetGroupName("Conntrack")
            .AddTraceSource("Remark",
                            "Why nothing is expected of an announcement that was read.",
                            MakeTraceSourceAccessor(&ProtocolHelper::m_remarkTrace),
                            "ns3::conntrack::ProtocolHelper::RemarkTracedCallback");
    return tid;
}

void
ProtocolHelper::Remark(const char* why) const
{
    if (HasListeners())
    {
        m_remarkTrace(why);
    }
}

void
ProtocolHelper::SetIdentity(const Identity& identity)
{
    m_identity = identity;
}

void
ProtocolHelper::Initialize(const std::string& name,
                           Family family,
                           uint8_t protocol,
                           uint16_t defaultPort,
                           uint16_t port,
                           uint32_t id)
{
    const std::string full = port == defaultPort ? name : name + "-" + std::to_string(id);
    m_identity.name = full.substr(0, NAME_LENGTH);
    m_identity.natModule = (NAT_MODULE_PREFIX + name).substr(0, NAME_LENGTH);
    m_identity.module = MODULE_PREFIX + name;
    m_identity.family = family;
    m_identity.protocol = protocol;
    m_identity.port = port;
}

void
ProtocolHelper::SetPolicies(std::vector<ExpectationPolicy> policies)
{
    m_policies = std::move(policies);
}

bool
ProtocolHelper::IsSameSort(const ProtocolHelper& other) const
{
    return GetInstanceTypeId() == other.GetInstanceTypeId() &&
           m_identity.protocol == other.m_identity.protocol;
}

HelperKind
ProtocolHelper::DoGetKind() const
{
    return {};
}

void
ProtocolHelper::DoConnectionEnds(HelperEnding&) const
{
}

} // namespace conntrack
} // namespace ns3
