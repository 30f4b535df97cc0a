/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_TEST_UNIT_PROTOCOL_HELPER_FIXTURE_H
#define CONNTRACK_TEST_UNIT_PROTOCOL_HELPER_FIXTURE_H

#include "model/protocol/helper-registry.h"
#include "test/unit/packet-builder.h"

#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

/**
 * @file
 * Tables, a registry and helpers that do nothing, for tests without a simulation.
 *
 * Layer: test.
 */

namespace ns3
{
namespace conntrack
{
namespace test
{

/// A helper that lets everything pass and notes which connections ended.
class IdleHelper : public ProtocolHelper
{
  public:
    /// @return the TypeId, ns3::conntrack::test::IdleHelper
    static TypeId GetTypeId()
    {
        static TypeId tid = TypeId("ns3::conntrack::test::IdleHelper")
                                .SetParent<ProtocolHelper>()
                                .AddConstructor<IdleHelper>();
        return tid;
    }

    mutable uint32_t ends{0}; ///< connections that ended

  private:
    HelperVerdict DoHelp(HelperContext&) const override
    {
        return HelperVerdict::Accept;
    }

    void DoConnectionEnds(HelperEnding&) const override
    {
        ++ends;
    }
};

/// A helper of another sort.
class OtherIdleHelper : public IdleHelper
{
  public:
    /// @return the TypeId, ns3::conntrack::test::OtherIdleHelper
    static TypeId GetTypeId()
    {
        static TypeId tid = TypeId("ns3::conntrack::test::OtherIdleHelper")
                                .SetParent<IdleHelper>()
                                .AddConstructor<OtherIdleHelper>();
        return tid;
    }
};

/**
 * @param name its name
 * @param family its family
 * @param port its port
 * @param protocol IP protocol number
 * @return a helper with one class of 1 expectation and 300 s
 */
template <typename T = IdleHelper>
Ptr<T>
MakeIdle(const std::string& name, Family family, uint16_t port, uint8_t protocol = protocol::TCP)
{
    Ptr<T> helper = CreateObject<T>();
    helper->Initialize(name, family, protocol, port, port, 0);
    helper->SetPolicies({{"", 1, 300 * SECOND}});
    return helper;
}

/**
 * @param port its source port
 * @param family its family
 * @param protocol IP protocol number
 * @return the reply tuple of a connection between hosts that do not matter
 */
inline Tuple
ReplyFrom(uint16_t port, Family family = Family::Ipv4, uint8_t protocol = protocol::TCP)
{
    Tuple reply;
    reply.source = ToAddress("192.0.2.7");
    reply.destination = ToAddress("198.51.100.7");
    reply.sourcePort = port;
    reply.destinationPort = 40000;
    reply.family = family;
    reply.protocol = protocol;
    return reply;
}

/// Both tables and a registry.
class RegistryFixture : public ::testing::Test
{
  protected:
    RegistryFixture()
    {
        expectations->SetNoticeCallback([this](const ExpectationNotice& notice) {
            const bool isNew = notice.event == ExpectationEvent::New;
            journal.push_back((isNew ? "new expectation " : "destroy expectation ") +
                              std::to_string(notice.expectation.tuple.destinationPort));
        });
        registry->SetLogCallback([this](const std::string& line) { lines.push_back(line); });
        registry->SetHelperEventCallback([this](Connection& connection, Nanos) {
            journal.push_back(std::string("helper event, ") +
                              (connection.help->helper ? "helper there" : "helper gone"));
        });
        Begin("v5.10");
    }

    ~RegistryFixture() override
    {
        expectations->RemoveIf([](const Expectation&) { return true; }, 0, ExpectationEnd::Deleted);
        registry->Dispose();
    }

    /// @param profile the kernel profile @return what Initialize said
    RegistryResult Begin(const std::string& profile)
    {
        const KernelProfile* found = KernelProfile::Find(profile);
        return registry->Initialize({&connections, PeekPointer(expectations), found});
    }

    /**
     * @param client its port; the client is 10.1.0.10, the server 10.2.0.10
     * @param server its port
     * @return an unconfirmed connection
     */
    Connection& Open(uint16_t client, uint16_t server)
    {
        Tuple original;
        original.source = ToAddress("10.1.0.10");
        original.destination = ToAddress("10.2.0.10");
        original.sourcePort = client;
        original.destinationPort = server;
        original.protocol = protocol::TCP;
        original.family = Family::Ipv4;
        Tuple reply = original;
        std::swap(reply.source, reply.destination);
        std::swap(reply.sourcePort, reply.destinationPort);
        return *connections.Create(original, reply, {}, 0);
    }

    /// @param connection to be confirmed @return it
    Connection& Confirm(Connection& connection)
    {
        connection.deadline = 1000 * SECOND;
        EXPECT_EQ(connections.Confirm(connection, 0), ConfirmResult::Confirmed);
        return connection;
    }

    /**
     * @param client its port
     * @param server its port
     * @param helper its helper
     * @return a confirmed connection
     */
    Connection& OpenWith(uint16_t client, uint16_t server, const Ptr<ProtocolHelper>& helper)
    {
        Connection& connection = Open(client, server);
        connections.AddHelperArea(connection)->helper = PeekPointer(helper);
        return Confirm(connection);
    }

    /**
     * @param master whose
     * @param port of the destination
     * @param helper its own
     * @return an expectation in the table
     */
    Expectation& Expect(Connection& master, uint16_t port, const ProtocolHelper* helper = nullptr)
    {
        Expectation* expectation = expectations->Allocate(master);
        ExpectationTable::Endpoints endpoints;
        endpoints.destination = ToAddress("10.1.0.10");
        endpoints.destinationPort = port;
        endpoints.protocol = protocol::TCP;
        ExpectationTable::Fill(*expectation, endpoints);
        expectation->helper = helper;
        EXPECT_EQ(expectations->Expect(*expectation, 0), ExpectResult::Ok);
        expectations->Put(*expectation);
        return *expectation;
    }

    Statistics statistics;
    ConnectionTable connections{1, statistics};
    Ptr<ExpectationTable> expectations{CreateObject<ExpectationTable>()};
    Ptr<HelperRegistry> registry{CreateObject<HelperRegistry>()};
    RouteQuestion noRoutes;           ///< helpers learn of no interface
    std::vector<std::string> lines;   ///< of the log
    std::vector<std::string> journal; ///< events in order
};

} // namespace test
} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_TEST_UNIT_PROTOCOL_HELPER_FIXTURE_H
