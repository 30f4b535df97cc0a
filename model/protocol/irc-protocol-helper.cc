/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/protocol/irc-protocol-helper.h"

#include "model/protocol/nat-helper.h"
#include "model/wire/irc-message.h"

#include "ns3/uinteger.h"

#include <string>

namespace ns3
{
namespace conntrack
{

NS_OBJECT_ENSURE_REGISTERED(IrcProtocolHelper);

namespace
{

constexpr uint16_t IRC_PORT = 6667; // IANA has 6665 to 6669

// Linux's nf_conntrack_irc: module parameters max_dcc_channels and dcc_timeout.
constexpr uint32_t MOST_EXPECTED = 8;
constexpr uint32_t HIGHEST_MOST_EXPECTED = 255; // row H25
constexpr Nanos EXPECTATION_TIMEOUT = 300 * SECOND;

} // namespace

TypeId
IrcProtocolHelper::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::conntrack::IrcProtocolHelper")
            .SetParent<ProtocolHelper>()
            .SetGroupName("Conntrack")
            .AddConstructor<IrcProtocolHelper>()
            .AddAttribute("MaxDccChannels",
                          "How many offers of a connection are remembered (module parameter "
                          "max_dcc_channels).",
                          UintegerValue(MOST_EXPECTED),
                          MakeUintegerAccessor(&IrcProtocolHelper::SetMaxDccChannels,
                                               &IrcProtocolHelper::GetMaxDccChannels),
                          MakeUintegerChecker<uint32_t>(1, HIGHEST_MOST_EXPECTED))
            .AddAttribute("DccTimeout",
                          "How long an offer is remembered (module parameter dcc_timeout).",
                          TimeValue(NanoSeconds(EXPECTATION_TIMEOUT)),
                          MakeTimeAccessor(&IrcProtocolHelper::SetDccTimeout,
                                           &IrcProtocolHelper::GetDccTimeout),
                          MakeTimeChecker(Seconds(0)));
    return tid;
}

IrcProtocolHelper::IrcProtocolHelper()
{
    SetPolicies({{"", MOST_EXPECTED, EXPECTATION_TIMEOUT}});
}

void
IrcProtocolHelper::SetMaxDccChannels(uint32_t channels)
{
    SetPolicies({{"", channels, GetPolicies()[0].timeout}});
}

uint32_t
IrcProtocolHelper::GetMaxDccChannels() const
{
    return GetPolicies()[0].maxExpected;
}

void
IrcProtocolHelper::SetDccTimeout(Time timeout)
{
    SetPolicies({{"", GetPolicies()[0].maxExpected, timeout.GetNanoSeconds()}});
}

Time
IrcProtocolHelper::GetDccTimeout() const
{
    return NanoSeconds(GetPolicies()[0].timeout);
}

HelperKind
IrcProtocolHelper::DoGetKind() const
{
    return {"irc", IRC_PORT, {{Family::Ipv4, protocol::TCP}}, HelperNumbering::Index};
}

HelperVerdict
IrcProtocolHelper::DoHelp(HelperContext& context) const
{
    const TrackedPacket& packet = context.packet;
    if (packet.direction != Direction::Original || packet.state != FlowState::Established)
    {
        return HelperVerdict::Accept;
    }
    const Connection& connection = *packet.connection;
    const Address& outside = connection.Reply().destination;
    // Forged: nobody opens doors for others.
    const auto isForged = [&](const DccOffer& offer) {
        return (offer.address != connection.Original().source && offer.address != outside) ||
               offer.port == 0;
    };
    DccReader reader(PayloadOf(packet));
    auto offer = reader.Next();
    while (offer && isForged(*offer) && !context.expectations.GetProfile().forgedOfferEndsSearch)
    {
        offer = reader.Next();
    }
    if (!offer || isForged(*offer))
    {
        return HelperVerdict::Accept;
    }
    ExpectationTable::Endpoints direct;
    direct.family = Family::Ipv4;
    direct.destination = outside;
    direct.protocol = protocol::TCP;
    direct.destinationPort = offer->port;
    const auto print = [](const Address& address, uint16_t port) {
        return std::to_string(address.ToIpv4()) + " " + std::to_string(port);
    };
    return ExpectAnnounced(context, direct, {offer->position, offer->length, print});
}

} // namespace conntrack
} // namespace ns3
