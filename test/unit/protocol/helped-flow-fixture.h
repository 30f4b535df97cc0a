/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_TEST_UNIT_PROTOCOL_HELPED_FLOW_FIXTURE_H
#define CONNTRACK_TEST_UNIT_PROTOCOL_HELPED_FLOW_FIXTURE_H

#include "model/nat/text-nat-helper.h"
#include "model/protocol/helper-factory.h"
#include "test/unit/edited-packet.h"
#include "test/unit/packet-builder.h"
#include "test/unit/protocol/helper-fixture.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

/**
 * @file
 * A connection with a helper of any kind, over TCP or UDP, with NAT or without; no simulation.
 *
 * Layer: test.
 */

namespace ns3
{
namespace conntrack
{
namespace test
{

/// Connections of one kind of helper.
class HelpedFlowFixture : public RegistryFixture
{
  protected:
    /**
     * @param name a kind of helper
     * @param parameters of it
     */
    explicit HelpedFlowFixture(const std::string& name, const HelperParameters& parameters = {})
        : helpers(MakeHelpers(name, {}, parameters))
    {
        registry->RegisterAll(helpers, 0);
        services.random = [](uint32_t bound) { return bound - 1; };
        services.checksums = [] { return ChecksumUse::Kept; };
        services.followMaster = &follow;
        natHelper->SetServices(services);
    }

    /**
     * @param client its address
     * @param server its address
     * @param outside the client's address as the server sees it; empty: its own
     * @return a confirmed connection from port 40000 to the helper's, of a client that sends first
     */
    Connection& Open(const std::string& client = "10.1.0.10",
                     const std::string& server = "10.2.0.10",
                     const std::string& outside = "")
    {
        const ProtocolHelper& helper = *helpers[client.find(':') == std::string::npos ? 0 : 1];
        Tuple original;
        original.family = helper.GetIdentity().family;
        original.protocol = helper.GetIdentity().protocol;
        original.source = ToAddress(client);
        original.destination = ToAddress(server);
        original.sourcePort = 40000;
        original.destinationPort = helper.GetIdentity().port;
        Tuple reply = *Invert(original);
        if (!outside.empty())
        {
            reply.destination = ToAddress(outside);
            reply.destinationPort = 50000;
        }
        Connection& connection = *connections.Create(original, reply, {}, 0);
        connection.status |= outside.empty() ? 0 : status::SRC_NAT;
        connections.AddHelperArea(connection)->helper = &helper;
        return Confirm(connection);
    }

    /**
     * Send a payload.
     * @param connection the connection
     * @param sender who
     * @param payload what
     * @return what the helper says; `left` is the payload as it leaves
     */
    HelperVerdict Send(Connection& connection, Direction sender, const std::string& payload)
    {
        const Tuple& tuple = connection.tuples[Index(sender)];
        PacketBuilder builder(ToString(tuple.source, tuple.family),
                              ToString(tuple.destination, tuple.family));
        const bool isTcp = tuple.protocol == protocol::TCP;
        if (isTcp)
        {
            TcpFields fields;
            fields.sourcePort = tuple.sourcePort;
            fields.destinationPort = tuple.destinationPort;
            fields.flags = tcp_bits::ACK | tcp_bits::PSH;
            builder.Tcp(fields, payload);
        }
        else
        {
            builder.Udp(tuple.sourcePort, tuple.destinationPort, payload);
        }
        EditedPacket edited(builder.Build());
        TrackedPacket& packet = edited.packet;
        packet.connection = &connection;
        packet.direction = sender;
        packet.state = state;
        packet.now = now;
        HelperContext context{packet,
                              connections,
                              *expectations,
                              connection.Is(status::SRC_NAT) ? PeekPointer(natHelper) : nullptr,
                              noRoutes,
                              [this](const std::string& text) { lines.push_back(text); }};
        const HelperVerdict verdict = connection.help->helper->Help(context);
        left = packet.view.Transport().From(isTcp ? 20 : 8).AsText();
        return verdict;
    }

    /// @return "source > destination port" of each expectation, sorted
    std::vector<std::string> Expected() const
    {
        std::vector<std::string> texts;
        expectations->ForEach([&](const Expectation& e) {
            texts.push_back(ToString(e.tuple.source, e.tuple.family) + " > " +
                            ToString(e.tuple.destination, e.tuple.family) + " " +
                            std::to_string(e.tuple.destinationPort));
        });
        std::sort(texts.begin(), texts.end());
        return texts;
    }

    std::vector<Ptr<ProtocolHelper>> helpers;       ///< one of each family
    FlowState state{FlowState::Established};        ///< of the next packets
    Nanos now{0};                                   ///< of the next packets
    std::string left;                               ///< the last payload as it left
    ExpectFunction follow{"nat-follow-master", {}}; ///< never called here
    NatHelperServices services;
    Ptr<TextNatHelper> natHelper{CreateObject<TextNatHelper>()}; ///< for connections with NAT
};

} // namespace test
} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_TEST_UNIT_PROTOCOL_HELPED_FLOW_FIXTURE_H
