/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_TEST_UNIT_PROTOCOL_SIP_FIXTURE_H
#define CONNTRACK_TEST_UNIT_PROTOCOL_SIP_FIXTURE_H

#include "model/protocol/helper-factory.h"
#include "test/unit/edited-packet.h"
#include "test/unit/protocol/helper-fixture.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/**
 * @file
 * SIP connections without a simulation.
 *
 * Layer: test.
 */

namespace ns3
{
namespace conntrack
{
namespace test
{

/// A session description.
/// @param address the session's
/// @param lines its media lines
/// @return the text
inline std::string
Sdp(const std::string& address, const std::vector<std::string>& lines)
{
    const std::string mark = address.find(':') == std::string::npos ? "IN IP4 " : "IN IP6 ";
    std::string text =
        "v=0\r\no=- 1 1 " + mark + address + "\r\ns=x\r\nc=" + mark + address + "\r\nt=0 0\r\n";
    for (const std::string& line : lines)
    {
        text += line + "\r\n";
    }
    return text;
}

/// A message. @param start its first line @param fields the others, each with its line end
/// @param body behind the empty line @return the text, with its length
inline std::string
Message(const std::string& start, const std::string& fields, const std::string& body = "")
{
    return start + "\r\n" + fields + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
           body;
}

/// SIP connections of 10.1.0.10 to 10.2.0.10 and their helpers.
class SipFixture : public RegistryFixture
{
  protected:
    SipFixture()
    {
        Use({});
    }

    /// @param parameters of the helpers
    void Use(const HelperParameters& parameters)
    {
        registry->UnregisterAll(helpers, 0);
        helpers = MakeHelpers("sip", {}, parameters);
        registry->RegisterAll(helpers, 0);
    }

    /**
     * @param clientPort its port
     * @param protocol UDP or TCP
     * @param client its address
     * @return a connection of the helper's, confirmed
     */
    Connection& Dial(uint16_t clientPort = 5060,
                     uint8_t protocol = protocol::UDP,
                     const std::string& client = "10.1.0.10")
    {
        const bool ipv4 = client.find(':') == std::string::npos;
        Tuple original;
        original.family = ipv4 ? Family::Ipv4 : Family::Ipv6;
        original.protocol = protocol;
        original.source = ToAddress(client);
        original.destination = ToAddress(ipv4 ? "10.2.0.10" : "fd00:2::10");
        original.sourcePort = clientPort;
        original.destinationPort = 5060;
        Tuple reply = original;
        std::swap(reply.source, reply.destination);
        std::swap(reply.sourcePort, reply.destinationPort);
        Connection& connection = *connections.Create(original, reply, {}, 0);
        const std::size_t place = (ipv4 ? 0 : 2) + (protocol == protocol::TCP ? 1 : 0);
        connections.AddHelperArea(connection)->helper = PeekPointer(helpers[place]);
        return Confirm(connection);
    }

    /**
     * @param connection whose packet
     * @param sender who
     * @param text the payload
     * @return what the helper says; the payload as it leaves is in `left`
     */
    HelperVerdict Send(Connection& connection, Direction sender, const std::string& text)
    {
        const Tuple& tuple = connection.tuples[Index(sender)];
        PacketBuilder builder(ToString(tuple.source, tuple.family),
                              ToString(tuple.destination, tuple.family));
        if (tuple.protocol == protocol::TCP)
        {
            TcpFields fields;
            fields.sourcePort = tuple.sourcePort;
            fields.destinationPort = tuple.destinationPort;
            fields.seq = seq;
            fields.flags = tcp_bits::ACK;
            builder.Tcp(fields, text);
        }
        else
        {
            builder.Udp(tuple.sourcePort, tuple.destinationPort, text);
        }
        EditedPacket edited(builder.Build());
        edited.packet.connection = &connection;
        edited.packet.direction = sender;
        edited.packet.state = state;
        edited.packet.now = now;
        edited.packet.output.index = 2;
        HelperContext context{edited.packet,
                              connections,
                              *expectations,
                              nat,
                              routes,
                              [this](const std::string& line) { lines.push_back(line); }};
        const HelperVerdict verdict = connection.help->helper->Help(context);
        const std::size_t header = tuple.protocol == protocol::TCP ? 20 : 8;
        left = std::string(edited.packet.view.Transport().From(header).AsText());
        packet = edited.Get();
        return verdict;
    }

    /// @return "class source > destination port" of each expectation, sorted
    std::vector<std::string> Expected() const
    {
        std::vector<std::string> texts;
        expectations->ForEach([&](const Expectation& e) {
            const bool any = e.mask.address.IsZero();
            texts.push_back(std::to_string(e.classNumber) + " " +
                            (any ? "any" : ToString(e.tuple.source, e.tuple.family)) + " > " +
                            ToString(e.tuple.destination, e.tuple.family) + " " +
                            std::to_string(e.tuple.destinationPort));
        });
        std::sort(texts.begin(), texts.end());
        return texts;
    }

    std::vector<Ptr<ProtocolHelper>> helpers; ///< UDP and TCP of IPv4, then of IPv6
    const NatHelper* nat{nullptr};            ///< of the next packets
    RouteQuestion routes;                     ///< of the next packets
    FlowState state{FlowState::Established};  ///< of the next packets
    Nanos now{0};                             ///< of the next packets
    uint32_t seq{1001};                       ///< of the next segments
    std::string left;                         ///< the payload of the last packet as it left
    Bytes packet;                             ///< the last packet as it left
};

} // namespace test
} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_TEST_UNIT_PROTOCOL_SIP_FIXTURE_H
