/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_TEST_UNIT_PROTOCOL_FTP_FIXTURE_H
#define CONNTRACK_TEST_UNIT_PROTOCOL_FTP_FIXTURE_H

#include "model/protocol/helper-factory.h"
#include "test/unit/packet-builder.h"
#include "test/unit/protocol/helper-fixture.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

/**
 * @file
 * FTP control connections without a simulation.
 *
 * Layer: test.
 */

namespace ns3
{
namespace conntrack
{
namespace test
{

/// A control connection whose ends have the sequence numbers they have sent so far.
struct Control
{
    Connection* connection;
    std::array<uint32_t, 2> seq{1001, 5001}; ///< by direction
    FlowState state{FlowState::Established}; ///< of the next segments
};

/// Control connections and their helpers, one of each family.
class FtpFixture : public RegistryFixture
{
  protected:
    FtpFixture()
    {
        Use({});
    }

    /// @param parameters of the helpers @param port where they serve
    void Use(const HelperParameters& parameters, uint16_t port = 21)
    {
        helpers = MakeHelpers("ftp", {port}, parameters);
        registry->RegisterAll(helpers, 0);
    }

    /// @param family a family @return its helper
    const ProtocolHelper& HelperFor(Family family) const
    {
        return *helpers[family == Family::Ipv4 ? 0 : 1];
    }

    /**
     * @param client its address
     * @param server its address
     * @param clientPort its port
     * @return a control connection on which nothing was sent yet
     */
    Control Dial(const std::string& client, const std::string& server, uint16_t clientPort = 40000)
    {
        Tuple original;
        original.family = client.find(':') == std::string::npos ? Family::Ipv4 : Family::Ipv6;
        original.protocol = protocol::TCP;
        original.source = ToAddress(client);
        original.destination = ToAddress(server);
        original.sourcePort = clientPort;
        original.destinationPort = HelperFor(original.family).GetIdentity().port;
        Tuple reply = original;
        std::swap(reply.source, reply.destination);
        std::swap(reply.sourcePort, reply.destinationPort);
        Connection& connection = *connections.Create(original, reply, {}, 0);
        connections.AddHelperArea(connection)->helper = &HelperFor(original.family);
        return {&Confirm(connection)};
    }

    /**
     * @param client its address
     * @param server its address
     * @param clientPort its port
     * @return a control connection on which both ends have sent a line
     */
    Control LogIn(const std::string& client = "10.1.0.10",
                  const std::string& server = "10.2.0.10",
                  uint16_t clientPort = 40000)
    {
        Control control = Dial(client, server, clientPort);
        Send(control, Direction::Reply, "220 ready\r\n");
        Send(control, Direction::Original, "USER x\r\n");
        return control;
    }

    /**
     * Send a segment; the sequence numbers go on after a drop too, for the sender does not know.
     * @param control the connection
     * @param sender who
     * @param text the payload
     * @return what the helper says
     */
    HelperVerdict Send(Control& control, Direction sender, const std::string& text)
    {
        const Tuple& tuple = control.connection->tuples[Index(sender)];
        TcpFields fields;
        fields.sourcePort = tuple.sourcePort;
        fields.destinationPort = tuple.destinationPort;
        fields.seq = control.seq[Index(sender)];
        fields.flags = tcp_bits::ACK | tcp_bits::PSH;
        fields.options = options;
        const Bytes bytes = PacketBuilder(ToString(tuple.source, tuple.family),
                                          ToString(tuple.destination, tuple.family))
                                .Tcp(fields, text)
                                .Build();
        control.seq[Index(sender)] += static_cast<uint32_t>(text.size());
        return Pass(control, sender, bytes);
    }

    /**
     * @param control the connection
     * @param sender who
     * @param bytes the packet
     * @return what the helper says
     */
    HelperVerdict Pass(Control& control, Direction sender, const Bytes& bytes)
    {
        TrackedPacket packet;
        packet.view = *PacketView::Parse(AsView(bytes));
        packet.connection = control.connection;
        packet.direction = sender;
        packet.state = control.state;
        packet.now = now;
        HelperContext context{packet,
                              connections,
                              *expectations,
                              nullptr,
                              noRoutes,
                              [this](const std::string& text) { lines.push_back(text); }};
        return control.connection->help->helper->Help(context);
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

    std::vector<Ptr<ProtocolHelper>> helpers; ///< IPv4, IPv6
    Bytes options;                            ///< TCP options of the next segments
    Nanos now{0};                             ///< of the next segments
};

} // namespace test
} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_TEST_UNIT_PROTOCOL_FTP_FIXTURE_H
