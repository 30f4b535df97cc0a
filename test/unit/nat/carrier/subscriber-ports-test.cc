/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/flow/tuple.h"
#include "model/nat/carrier/subscriber-ports.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>
#include <string>

namespace ns3
{
namespace conntrack
{
namespace test
{
namespace
{

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Rules = SubscriberPorts::Rules;

/// Subscribers who want ports; those taken are not free.
class SubscriberPortsTest : public ::testing::Test
{
  protected:
    void Begin()
    {
        ports.emplace(rules,
                      [this](bool given, uint32_t subscriber, const PortBlock& block, Nanos now) {
                          journal.push_back((given ? "+" : "-") + std::to_string(subscriber) + " " +
                                            std::to_string(block.address) + ":" +
                                            std::to_string(block.ports.first) + " @" +
                                            std::to_string(now));
                      });
    }

    /// What Want found.
    struct Got
    {
        uint32_t address{0}; ///< 0: none
        uint16_t port{0};
        NoPort why{NoPort::PoolEmpty};
        PortBlock* block{nullptr};
    };

    Got Want(uint32_t subscriber, uint16_t port, Nanos now = 0, uint8_t protocol = protocol::UDP)
    {
        SubscriberPorts::Request request{};
        request.subscriber = subscriber;
        request.port = port;
        request.protocol = protocol;
        request.addresses = addresses;
        request.neighbor = neighbor;
        request.random = [this] { return random; };
        request.isFree = [&](uint32_t address, uint16_t wanted) {
            return taken.count({address, wanted, protocol}) == 0;
        };
        const auto choice = ports->Choose(request);
        Got got;
        if (const NoPort* none = std::get_if<NoPort>(&choice))
        {
            got.why = *none;
            return got;
        }
        const auto& place = std::get<SubscriberPorts::Place>(choice);
        got.address = place.block.address;
        got.port = place.port;
        got.block = ports->Take(subscriber, place, protocol, now);
        taken.insert({got.address, got.port, protocol});
        return got;
    }

    void GiveUp(uint32_t subscriber, const Got& got, Nanos now)
    {
        taken.erase({got.address, got.port, protocol::UDP});
        ports->GiveBack(subscriber, *got.block, protocol::UDP, now);
    }

    Rules rules;
    AddressRange addresses{1, 2};
    std::optional<std::pair<uint32_t, uint16_t>> neighbor;
    std::optional<SubscriberPorts> ports;
    std::set<std::tuple<uint32_t, uint16_t, uint8_t>> taken;
    std::vector<std::string> journal;
    uint16_t random{0};
};

TEST_F(SubscriberPortsTest, SharedPortsArePreservedThenRandom)
{
    Begin();
    EXPECT_EQ(Want(10, 5000).port, 5000);
    random = 7;
    addresses = {1, 1};
    EXPECT_EQ(Want(11, 5000).port, 1024 + 7);
    EXPECT_THAT(journal, IsEmpty());
}

TEST_F(SubscriberPortsTest, NoPreservationDrawsAlways)
{
    rules.assignment = PortAssignment::NoPreservation;
    Begin();
    random = 100;
    EXPECT_EQ(Want(10, 5000).port, 1124);
    EXPECT_EQ(Want(10, 5001).port, 1125);
}

TEST_F(SubscriberPortsTest, PairedSubscribersKeepTheirAddress)
{
    Begin();
    EXPECT_EQ(Want(10, 5000).address, 1U);
    EXPECT_EQ(Want(11, 5000).address, 2U);
    EXPECT_EQ(Want(10, 5001).address, 1U);
    EXPECT_EQ(Want(11, 5001).address, 2U);
    EXPECT_EQ(ports->OutsideOf(11), 2U);
    EXPECT_EQ(ports->OutsideOf(12), std::nullopt);
}

TEST_F(SubscriberPortsTest, ArbitraryPoolingTakesTurns)
{
    rules.pooling = PoolingBehavior::Arbitrary;
    Begin();
    EXPECT_EQ(Want(10, 5000).address, 1U);
    EXPECT_EQ(Want(10, 5001).address, 2U);
    EXPECT_EQ(Want(10, 5002).address, 1U);
}

TEST_F(SubscriberPortsTest, ParityAndClassAreKept)
{
    rules.keepsParity = true;
    rules.ports.first = 1;
    addresses = {1, 1};
    Begin();
    Want(10, 5000);
    Want(10, 5001);
    Want(10, 600);
    EXPECT_EQ(Want(11, 5000).port, 1024);
    EXPECT_EQ(Want(11, 5001).port, 1025);
    EXPECT_EQ(Want(11, 600).port, 2);
    // Identifiers of ICMP have no parity.
    Want(10, 5001, 0, protocol::ICMP);
    EXPECT_EQ(Want(11, 5001, 0, protocol::ICMP).port, 1024);
}

TEST_F(SubscriberPortsTest, OddPortFollowsItsNeighbor)
{
    rules.keepsContiguity = true;
    Begin();
    neighbor = {1, 7000};
    EXPECT_EQ(Want(10, 5001).port, 7001);
    EXPECT_EQ(Want(10, 5003).port, 5003); // 7001 is taken
}

TEST_F(SubscriberPortsTest, FullAddressEndsThePool)
{
    rules.ports = {1024, 1027};
    addresses = {1, 1};
    Begin();
    for (uint16_t port = 1; port <= 4; ++port)
    {
        EXPECT_EQ(Want(10, port).address, 1U) << port;
    }
    const Got none = Want(11, 9);
    EXPECT_EQ(none.address, 0U);
    EXPECT_EQ(none.why, NoPort::PoolEmpty);
    EXPECT_EQ(Want(11, 9, 0, protocol::TCP).address, 1U); // TCP's ports are others
}

TEST_F(SubscriberPortsTest, LimitOfMappings)
{
    rules.mostMappings = 2;
    Begin();
    const Got first = Want(10, 5000);
    Want(10, 5001);
    EXPECT_EQ(Want(10, 5002).address, 0U);
    EXPECT_EQ(Want(10, 5002).why, NoPort::SubscriberLimit);
    EXPECT_NE(Want(11, 5002).address, 0U);
    GiveUp(10, first, 1);
    EXPECT_NE(Want(10, 5002).address, 0U);
}

/// Blocks of two ports.
class DynamicBlocks : public SubscriberPortsTest
{
  protected:
    DynamicBlocks()
    {
        rules.allocation = BlockAllocation::Dynamic;
        rules.blockSize = 2;
        rules.mostBlocks = 2;
        rules.ports = {1024, 1029}; // three blocks an address
    }
};

TEST_F(DynamicBlocks, ComeAsNeededUpToALimit)
{
    Begin();
    for (uint16_t i = 0; i < 4; ++i)
    {
        EXPECT_EQ(Want(10, static_cast<uint16_t>(5000 + i), i).port, 1024 + i);
    }
    EXPECT_EQ(Want(10, 5004).why, NoPort::SubscriberLimit);
    EXPECT_THAT(journal, ElementsAre("+10 1:1024 @0", "+10 1:1026 @2"));
    EXPECT_EQ(ports->Blocks(), 2U);
}

TEST_F(DynamicBlocks, BlockOfAPairedSubscriberIsOfItsAddress)
{
    addresses = {1, 1};
    Begin();
    Want(10, 1);
    Want(11, 1);
    Want(12, 1); // the address is full
    Want(10, 2);
    EXPECT_EQ(Want(10, 3).why, NoPort::PoolEmpty);
    EXPECT_EQ(Want(13, 3).why, NoPort::PoolEmpty);
    addresses = {1, 2};
    EXPECT_EQ(Want(10, 3).why, NoPort::PoolEmpty);
    EXPECT_EQ(Want(13, 3).address, 2U);
}

TEST_F(DynamicBlocks, EmptyBlockGoesBackAtOnce)
{
    Begin();
    const Got got = Want(10, 5000, 5);
    GiveUp(10, got, 9);
    EXPECT_THAT(journal, ElementsAre("+10 1:1024 @5", "-10 1:1024 @9"));
    EXPECT_EQ(ports->Subscribers(), 0U);
    EXPECT_EQ(ports->NextDeadline(), std::nullopt);
}

TEST_F(DynamicBlocks, HoldTimeKeepsABlockForItsSubscriber)
{
    rules.holdTime = 100;
    Begin();
    GiveUp(10, Want(10, 5000, 5), 9);
    EXPECT_EQ(ports->NextDeadline(), 109);
    ports->Expire(50);
    const Got again = Want(10, 5000, 60);
    EXPECT_THAT(journal, SizeIs(1));
    ports->Expire(109); // it has a mapping again
    EXPECT_THAT(journal, SizeIs(1));
    GiveUp(10, again, 120);
    ports->Expire(219);
    EXPECT_THAT(journal, SizeIs(1));
    ports->Expire(220);
    EXPECT_THAT(journal, ElementsAre("+10 1:1024 @5", "-10 1:1024 @220"));
    EXPECT_EQ(ports->Subscribers(), 0U);
}

TEST_F(SubscriberPortsTest, DeterministicBlockIsComputedAndNotTold)
{
    rules.allocation = BlockAllocation::Deterministic;
    rules.computed = *DeterministicBlocks::Make({{10, 13}, {1, 2}, {1024, 1027}, 2});
    Begin();
    EXPECT_EQ(Want(11, 5000).port, 1026);
    EXPECT_EQ(Want(11, 5001).port, 1027);
    EXPECT_EQ(Want(11, 5002).why, NoPort::SubscriberLimit);
    const Got got = Want(13, 5000);
    EXPECT_EQ(got.address, 2U);
    EXPECT_EQ(got.port, 1026);
    EXPECT_EQ(Want(14, 5000).why, NoPort::PoolEmpty); // no subscriber
    EXPECT_THAT(journal, IsEmpty());
    GiveUp(13, got, 1);
    EXPECT_EQ(Want(13, 5000).port, 1026);
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
