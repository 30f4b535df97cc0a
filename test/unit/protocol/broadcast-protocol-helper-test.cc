/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/protocol/broadcast-protocol-helper.h"
#include "model/protocol/helper-factory.h"
#include "test/unit/protocol/helper-fixture.h"

#include <optional>

namespace ns3
{
namespace conntrack
{
namespace test
{
namespace
{

const Address MASK = ToAddress("255.255.255.0");

/// What a helper is asked about, and what becomes of it.
struct Question
{
    const char* name;
    const char* kind;
    uint16_t port;    ///< that is asked
    bool isBroadcast; ///< of this router, to a network of its own
    Direction direction;
    std::optional<uint16_t> expected; ///< the port that answers come from
    Nanos life;                       ///< of expectation and connection
};

/// The rows' names.
void
PrintTo(const Question& row, std::ostream* stream)
{
    *stream << row.name;
}

class BroadcastHelper : public RegistryFixture
{
  protected:
    /// @param kind of helper @return a connection of the router to everybody, helped by it
    Connection& Ask(const std::string& kind, uint16_t port, const HelperParameters& parameters = {})
    {
        helper = MakeHelpers(kind, {}, parameters).front();
        Tuple original;
        original.family = Family::Ipv4;
        original.protocol = protocol::UDP;
        original.source = ToAddress("10.1.0.1");
        original.destination = ToAddress("10.1.0.255");
        original.sourcePort = 45000;
        original.destinationPort = port;
        Connection& connection = *connections.Create(original, *Invert(original), {}, 0);
        connections.AddHelperArea(connection)->helper = PeekPointer(helper);
        return Confirm(connection);
    }

    HelperVerdict Help(Connection& connection, bool isBroadcast, Direction direction)
    {
        TrackedPacket packet;
        packet.connection = &connection;
        packet.direction = direction;
        packet.broadcastMask = isBroadcast ? &MASK : nullptr;
        packet.now = SECOND;
        HelperContext context{packet, connections, *expectations, nullptr, noRoutes, {}};
        return helper->Help(context);
    }

    std::vector<const Expectation*> All() const
    {
        std::vector<const Expectation*> all;
        expectations->ForEach([&](const Expectation& e) { all.push_back(&e); });
        return all;
    }

    Ptr<ProtocolHelper> helper;
};

class BroadcastQuestion : public BroadcastHelper, public ::testing::WithParamInterface<Question>
{
};

TEST_P(BroadcastQuestion, IsAnsweredByWhomItMayBe)
{
    const Question& row = GetParam();
    Connection& connection = Ask(row.kind, row.port);
    const Nanos before = connection.deadline;
    EXPECT_EQ(Help(connection, row.isBroadcast, row.direction), HelperVerdict::Accept);
    const auto all = All();
    ASSERT_EQ(all.size(), row.expected ? 1U : 0U);
    EXPECT_EQ(connection.deadline, row.expected ? SECOND + row.life : before);
    if (row.expected)
    {
        EXPECT_EQ(all[0]->tuple.source, ToAddress("10.1.0.255"));
        EXPECT_EQ(all[0]->mask.address, MASK);
        EXPECT_EQ(all[0]->tuple.sourcePort, *row.expected);
        EXPECT_EQ(all[0]->mask.port, 0xffff);
        EXPECT_EQ(all[0]->tuple.destination, ToAddress("10.1.0.1"));
        EXPECT_EQ(all[0]->tuple.destinationPort, 45000);
        EXPECT_EQ(all[0]->flags, expectation_flag::PERMANENT);
        EXPECT_EQ(all[0]->deadline, SECOND + row.life);
    }
}

constexpr auto ASKS = Direction::Original;
constexpr auto ANSWERS = Direction::Reply;

INSTANTIATE_TEST_SUITE_P(
    Questions,
    BroadcastQuestion,
    ::testing::Values(
        Question{"NetbiosNs", "netbios-ns", 137, true, ASKS, 137, 3 * SECOND},
        Question{"Snmp", "snmp", 161, true, ASKS, 161, 30 * SECOND},
        Question{"OnAnotherPortTheHelpersOwnAnswers", "snmp", 1161, true, ASKS, 161, 30 * SECOND},
        Question{"ToOneHost", "snmp", 161, false, ASKS, {}, 0},
        Question{"NetbiosNsToOneHost", "netbios-ns", 137, false, ASKS, {}, 0},
        Question{"TheOtherWay", "snmp", 161, true, ANSWERS, {}, 0}),
    [](const auto& info) { return info.param.name; });

TEST_F(BroadcastHelper, AskingAgainRenews)
{
    Connection& connection = Ask("snmp", 161);
    Help(connection, true, ASKS);
    Help(connection, true, ASKS);
    EXPECT_EQ(journal,
              (std::vector<std::string>{"new expectation 45000",
                                        "destroy expectation 45000",
                                        "new expectation 45000"}));
}

TEST_F(BroadcastHelper, FixedTimeoutStays)
{
    Connection& connection = Ask("snmp", 161);
    connection.status |= status::FIXED_TIMEOUT;
    const Nanos before = connection.deadline;
    Help(connection, true, ASKS);
    EXPECT_EQ(connection.deadline, before);
    EXPECT_EQ(All().size(), 1U);
}

TEST_F(BroadcastHelper, TimeoutIsAParameter)
{
    Connection& connection = Ask("netbios-ns", 137, {{"Timeout", "7s"}});
    Help(connection, true, ASKS);
    ASSERT_EQ(All().size(), 1U);
    EXPECT_EQ(All()[0]->deadline, 8 * SECOND);
    EXPECT_EQ(connection.deadline, 8 * SECOND);
}

TEST_F(BroadcastHelper, TimeoutHasALeast)
{
    EXPECT_THROW(MakeHelpers("snmp", {}, {{"Timeout", "0s"}}), std::invalid_argument);
    EXPECT_THROW(MakeHelpers("snmp", {}, {{"Timeout", "-1s"}}), std::invalid_argument);
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
