/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_TEST_UNIT_STACK_PATH_FIXTURE_H
#define CONNTRACK_TEST_UNIT_STACK_PATH_FIXTURE_H

#include "model/stack/packet-path.h"
#include "test/unit/packet-builder.h"
#include "test/unit/protocol/helper-fixture.h"
#include "test/unit/stack/rule-writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <vector>

/**
 * @file
 * A packet's way through a router that has no node, and a journal of what it tells.
 *
 * Layer: test.
 */

namespace ns3
{
namespace conntrack
{
namespace test
{

/// A helper that expects one connection to a port, or refuses; it notes that it was asked.
class ExpectingHelper : public IdleHelper
{
  public:
    uint16_t expected{0};                       ///< port of the client, 0: none
    bool refuses{false};                        ///< whether it drops
    Ptr<ExpectationTable> table;                ///< where it puts what it expects
    const ProtocolHelper* child{nullptr};       ///< helper of the expected connection
    std::vector<std::string>* journal{nullptr}; ///< where it notes

  private:
    HelperVerdict DoHelp(HelperContext& context) const override
    {
        journal->push_back("help");
        if (expected != 0)
        {
            Expectation* expectation = table->Allocate(*context.packet.connection);
            ExpectationTable::Endpoints endpoints;
            endpoints.destination = ToAddress("10.1.0.10");
            endpoints.destinationPort = expected;
            endpoints.protocol = protocol::TCP;
            ExpectationTable::Fill(*expectation, endpoints);
            expectation->helper = child;
            table->Expect(*expectation, context.packet.now);
            table->Put(*expectation);
        }
        return refuses ? HelperVerdict::Drop : HelperVerdict::Accept;
    }
};

/// A router without a node.
class PathFixture : public ::testing::Test
{
  protected:
    PathFixture()
    {
        Begin("v6.18");
    }

    ~PathFixture() override
    {
        path.reset();
        connections.SetEndCallback(nullptr);
        expectations->SetNoticeCallback(nullptr);
        expectations->Dispose();
        helper->table = nullptr;
        registry->Dispose();
    }

    /// @param profile a kernel profile's name
    void Begin(const std::string& profile)
    {
        const KernelProfile* found = KernelProfile::Find(profile);
        ExpectationTable::Setup setup;
        setup.profile = found;
        setup.statistics = &statistics;
        expectations->Initialize(setup);
        registry->Initialize({&connections, PeekPointer(expectations), found});
        helper->journal = &journal;
        helper->table = expectations;
        path = std::make_unique<PacketPath>(
            FlowTracking::Parts{connections, *expectations, *registry, statistics, settings},
            Listeners(),
            *found);
        expectations->SetNoticeCallback([this](const ExpectationNotice& notice) {
            journal.emplace_back(notice.event == ExpectationEvent::New ? "new exp" : "destroy exp");
        });
        connections.SetEndCallback([this](Connection& c, EndReason, Nanos now, const Requester&) {
            journal.emplace_back("destroy");
            expectations->RemoveOf(c, now);
        });
    }

    /// @param rules what LoadRuleset would get
    void Load(const RuleWriter& rules)
    {
        RulesetEnvironment environment;
        environment.timeouts = &settings.timeouts;
        path->SetRuleset(Ruleset::Load(rules.Text(), environment));
    }

    /// What became of a packet.
    struct Fate
    {
        Passage passage{Passage::Pass};
        FlowState state{FlowState::Invalid};
        bool tracked{false};
        Direction direction{Direction::Original};
        uint32_t id{0}; ///< its connection's
    };

    /// @param packet to forward @param prepare called after PREROUTING @return what became of it
    Fate Forward(const Bytes& packet, const std::function<void(TrackedPacket&)>& prepare = nullptr)
    {
        TrackedPacket context;
        context.view = *PacketView::Parse(AsView(packet));
        context.now = now;
        Fate fate;
        for (const Hook hook : {Hook::Prerouting, Hook::Forward, Hook::Postrouting})
        {
            if (fate.passage == Passage::Pass)
            {
                fate.passage = path->Run(hook, context);
            }
            if (hook == Hook::Prerouting && prepare)
            {
                prepare(context);
            }
        }
        fate.state = context.state;
        fate.direction = context.direction;
        fate.tracked = context.connection != nullptr;
        fate.id = fate.tracked ? context.connection->id : 0;
        path->Leave(context);
        return fate;
    }

    /// @param port of the client @param flags of TCP @return client to server at port 21
    static Bytes FromClient(uint16_t port = 1000, uint8_t flags = tcp_bits::SYN)
    {
        TcpFields fields;
        fields.sourcePort = port;
        fields.destinationPort = 21;
        fields.flags = flags;
        return PacketBuilder("10.1.0.10", "10.2.0.10").Tcp(fields).Build();
    }

    /// @param port of the client @param source of the server @param flags of TCP @return a packet
    static Bytes FromServer(uint16_t port = 1000,
                            uint16_t source = 21,
                            uint8_t flags = tcp_bits::SYN | tcp_bits::ACK)
    {
        TcpFields fields;
        fields.sourcePort = source;
        fields.destinationPort = port;
        fields.ack = 1;
        fields.flags = flags;
        return PacketBuilder("10.2.0.10", "10.1.0.10").Tcp(fields).Build();
    }

    /// Give a packet's connection the helper. @param packet after PREROUTING
    void Assign(TrackedPacket& packet)
    {
        if (packet.connection != nullptr && packet.connection->help == nullptr)
        {
            connections.AddHelperArea(*packet.connection)->helper = PeekPointer(helper);
        }
    }

    /// @return a function for Forward that assigns the helper
    std::function<void(TrackedPacket&)> Helped()
    {
        return [this](TrackedPacket& packet) { Assign(packet); };
    }

    /// @return the journal, which is empty then
    std::vector<std::string> Journal()
    {
        return std::exchange(journal, {});
    }

    Nanos now{0};
    TrackingSettings settings;
    Statistics statistics;
    std::vector<std::string> journal;
    std::vector<InvalidReason> invalids;
    std::vector<DropReason> drops;
    ConnectionTable connections{1, statistics};
    Ptr<ExpectationTable> expectations{CreateObject<ExpectationTable>()};
    Ptr<HelperRegistry> registry{CreateObject<HelperRegistry>()};
    Ptr<ExpectingHelper> helper{MakeIdle<ExpectingHelper>("ftp", Family::Ipv4, 21)};
    std::unique_ptr<PacketPath> path;

  private:
    FlowTracking::Listeners Listeners()
    {
        FlowTracking::Listeners listeners;
        listeners.connection = [this](const ConnectionNotice& notice) {
            journal.emplace_back((notice.events & event::NEW) != 0       ? "new"
                                 : (notice.events & event::RELATED) != 0 ? "related"
                                                                         : "update");
        };
        listeners.invalid = [this](const PacketNotice& notice) {
            invalids.push_back(notice.invalid);
        };
        listeners.drop = [this](const PacketNotice& notice) { drops.push_back(notice.drop); };
        listeners.log = [this](const std::string& line) {
            journal.push_back(line.substr(0, line.find(' ')));
        };
        return listeners;
    }
};

} // namespace test
} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_TEST_UNIT_STACK_PATH_FIXTURE_H
