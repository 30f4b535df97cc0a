/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_TEST_UNIT_PROTOCOL_PPTP_FIXTURE_H
#define CONNTRACK_TEST_UNIT_PROTOCOL_PPTP_FIXTURE_H

#include "model/protocol/gre-calls.h"
#include "model/protocol/helper-factory.h"
#include "model/protocol/pptp-call.h"
#include "test/unit/edited-packet.h"
#include "test/unit/pptp-builder.h"
#include "test/unit/protocol/helper-fixture.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

/**
 * @file
 * PPTP control connections without a simulation.
 *
 * Layer: test.
 * Shape: the client is 10.1.0.10, the server 10.2.0.10; their call ids are 7 and 9.
 */

namespace ns3
{
namespace conntrack
{
namespace test
{

constexpr uint16_t CLIENT_ID = 7; ///< of the client's call
constexpr uint16_t SERVER_ID = 9; ///< of the server's

/// A message and who sends it.
struct Said
{
    Direction sender;
    PptpKind kind;
    PptpFields fields{};
    std::size_t missing{0}; ///< bytes at its end
};

using Dialogue = std::vector<Said>; ///< messages in their order

/// @return a session's begin, and what follows
inline Dialogue
InSession(const Dialogue& then)
{
    Dialogue all{{Direction::Original, PptpKind::StartRequest},
                 {Direction::Reply, PptpKind::StartReply}};
    all.insert(all.end(), then.begin(), then.end());
    return all;
}

/// @return a session with a call of the client's
inline Dialogue
OutgoingCall()
{
    return InSession({{Direction::Original, PptpKind::OutgoingCallRequest, {CLIENT_ID}},
                      {Direction::Reply, PptpKind::OutgoingCallReply, {SERVER_ID, CLIENT_ID}}});
}

/// Control connections and their helper.
class PptpFixture : public RegistryFixture
{
  protected:
    PptpFixture()
    {
        HelperRegistry::Setup setup;
        setup.connections = &connections;
        setup.expectations = PeekPointer(expectations);
        setup.profile = KernelProfile::Find("v6.18");
        setup.greCalls = &calls;
        registry->Initialize(setup);
        helper = MakeHelpers("pptp").front();
        registry->Register(helper);
    }

    /// @param port of the client @return a control connection, confirmed
    Connection& Dial(uint16_t port = 40000)
    {
        return OpenWith(port, 1723, helper);
    }

    /// @param connection whose segment @param said what it bears @return what the helper says
    HelperVerdict Send(Connection& connection, const Said& said)
    {
        std::string text = PptpText(said.kind, said.fields);
        text.resize(text.size() - said.missing);
        const Tuple& tuple = connection.tuples[Index(said.sender)];
        TcpFields fields;
        fields.sourcePort = tuple.sourcePort;
        fields.destinationPort = tuple.destinationPort;
        fields.flags = tcp_bits::ACK;
        PacketBuilder builder(ToString(tuple.source, tuple.family),
                              ToString(tuple.destination, tuple.family));
        EditedPacket edited(builder.Tcp(fields, text).Build());
        edited.packet.connection = &connection;
        edited.packet.direction = said.sender;
        edited.packet.state = state;
        HelperContext context{edited.packet, connections, *expectations, nat, noRoutes, {}, &calls};
        const HelperVerdict verdict = helper->Help(context);
        left = std::string(edited.packet.view.Transport().From(20).AsText());
        return verdict;
    }

    /// @param connection whose segments @param dialogue what they bear
    void SendAll(Connection& connection, const Dialogue& dialogue)
    {
        for (const Said& said : dialogue)
        {
            EXPECT_EQ(Send(connection, said), HelperVerdict::Accept);
        }
    }

    /// @return "source key > destination key" of each expectation, sorted
    std::vector<std::string> Expected() const
    {
        std::vector<std::string> texts;
        expectations->ForEach([&](const Expectation& e) {
            texts.push_back(ToString(e.tuple.source, e.tuple.family) + " " +
                            std::to_string(e.tuple.sourcePort) + " > " +
                            ToString(e.tuple.destination, e.tuple.family) + " " +
                            std::to_string(e.tuple.destinationPort));
        });
        std::sort(texts.begin(), texts.end());
        return texts;
    }

    /// @param at a place in the last message that left @return the number there
    uint16_t LeftAt(std::size_t at) const
    {
        return ReadU16(ViewOf(left).data + at);
    }

    GreCalls calls;
    Ptr<ProtocolHelper> helper;
    const NatHelper* nat{nullptr};           ///< of the next packets
    FlowState state{FlowState::Established}; ///< of the next packets
    std::string left;                        ///< the last message as it left
};

} // namespace test
} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_TEST_UNIT_PROTOCOL_PPTP_FIXTURE_H
