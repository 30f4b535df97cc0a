/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/protocol/amanda-protocol-helper.h"

#include "model/protocol/nat-helper.h"
#include "model/wire/amanda-message.h"

#include <string>

namespace ns3
{
namespace conntrack
{

NS_OBJECT_ENSURE_REGISTERED(AmandaProtocolHelper);

namespace
{

constexpr uint16_t AMANDA_PORT = 10080; // IANA: amanda

// Linux's nf_conntrack_amanda: three ports, and one of later versions of Amanda; three minutes.
constexpr uint32_t MOST_EXPECTED = 4;
constexpr Nanos EXPECTATION_TIMEOUT = 180 * SECOND;

} // namespace

TypeId
AmandaProtocolHelper::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::conntrack::AmandaProtocolHelper")
            .SetParent<ProtocolHelper>()
            .SetGroupName("Conntrack")
            .AddConstructor<AmandaProtocolHelper>()
            .AddAttribute("MasterTimeout",
                          "How long a flow lives after each answer (module parameter "
                          "master_timeout).",
                          TimeValue(Seconds(300)),
                          MakeTimeAccessor(&AmandaProtocolHelper::m_masterTimeout),
                          MakeTimeChecker(Seconds(0)));
    return tid;
}

AmandaProtocolHelper::AmandaProtocolHelper()
{
    SetPolicies({{"", MOST_EXPECTED, EXPECTATION_TIMEOUT}});
}

HelperKind
AmandaProtocolHelper::DoGetKind() const
{
    return {"amanda",
            AMANDA_PORT,
            {{Family::Ipv4, protocol::UDP}, {Family::Ipv6, protocol::UDP}},
            HelperNumbering::Index};
}

HelperVerdict
AmandaProtocolHelper::DoHelp(HelperContext& context) const
{
    const TrackedPacket& packet = context.packet;
    Connection& connection = *packet.connection;
    if (packet.direction == Direction::Original)
    {
        return HelperVerdict::Accept;
    }
    if (!connection.Is(status::FIXED_TIMEOUT))
    {
        context.connections.Refresh(connection, packet.now, m_masterTimeout.GetNanoSeconds());
    }
    const auto line = FindAmandaLine(PayloadOf(packet));
    if (!line)
    {
        return HelperVerdict::Accept;
    }
    const Tuple& original = connection.Original();
    ExpectationTable::Endpoints wanted;
    wanted.family = original.family;
    wanted.source = original.source;
    wanted.destination = original.destination;
    wanted.protocol = protocol::TCP;
    const auto print = [](const Address&, uint16_t port) { return std::to_string(port); };
    const AmandaReach reach = context.expectations.GetProfile().amandaWordsEndInLine
                                  ? AmandaReach::WordEnds
                                  : AmandaReach::WordBegins;
    HelperVerdict verdict = HelperVerdict::Accept;
    for (const std::string_view word : AMANDA_WORDS)
    {
        // Anew each time: a NAT helper may have changed the datagram.
        const auto found = FindAmandaPort(PayloadOf(packet), *line, word, reach);
        if (!found)
        {
            continue;
        }
        if (found->port == 0)
        {
            break;
        }
        wanted.destinationPort = found->port;
        const HelperVerdict answer =
            ExpectAnnounced(context, wanted, {found->position, found->length, print});
        if (answer == HelperVerdict::Drop || context.nat != nullptr)
        {
            verdict = answer;
        }
    }
    return verdict;
}

} // namespace conntrack
} // namespace ns3
