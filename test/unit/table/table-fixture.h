/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_TEST_UNIT_TABLE_TABLE_FIXTURE_H
#define CONNTRACK_TEST_UNIT_TABLE_TABLE_FIXTURE_H

#include "model/protocol/protocol-helper.h"
#include "model/table/connection-table.h"
#include "model/table/expectation-table.h"

#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

/**
 * @file
 * Both tables of a router, wired as the router wires them, and short words for what fills them.
 *
 * Layer: test.
 */

namespace ns3
{
namespace conntrack
{
namespace test
{

/// A helper that only has policies.
class FakeHelper : public ProtocolHelper
{
  public:
    /// @param policies its classes'
    explicit FakeHelper(std::vector<ExpectationPolicy> policies)
    {
        SetPolicies(std::move(policies));
    }

  private:
    HelperVerdict DoHelp(HelperContext&) const override
    {
        return HelperVerdict::Accept;
    }
};

/**
 * @param client source port; it tells connections apart
 * @param server destination port
 * @return a TCP tuple from 10.1.0.10 to 10.2.0.10
 */
inline Tuple
TupleOf(uint16_t client, uint16_t server = 21)
{
    Tuple tuple;
    tuple.source = Address::FromIpv4(0x0a01000a);
    tuple.destination = Address::FromIpv4(0x0a02000a);
    tuple.sourcePort = client;
    tuple.destinationPort = server;
    tuple.protocol = protocol::TCP;
    tuple.family = Family::Ipv4;
    return tuple;
}

/// @param tuple a tuple @return what answers bear
inline Tuple
InverseOf(const Tuple& tuple)
{
    Tuple inverse = tuple;
    std::swap(inverse.source, inverse.destination);
    std::swap(inverse.sourcePort, inverse.destinationPort);
    return inverse;
}

/// Both tables; an ending connection takes its expectations along.
class TableFixture : public ::testing::Test
{
  protected:
    TableFixture()
    {
        connections.SetEndCallback([this](Connection& c, EndReason reason, Nanos now, Requester) {
            ends.emplace_back(c.id, reason);
            expectations->RemoveOf(c, now);
        });
        expectations->SetNoticeCallback([this](const ExpectationNotice& notice) { Note(notice); });
        expectations->SetLogCallback([this](const std::string& line) { lines.push_back(line); });
        Begin("v5.10");
    }

    ~TableFixture() override
    {
        expectations->SetNoticeCallback(nullptr);
        connections.SetEndCallback(nullptr);
        expectations->Dispose(); // before the connections, as a router does
    }

    /// @param profile a kernel profile's name; the expectation table must be empty
    void Begin(const std::string& profile)
    {
        ExpectationTable::Setup setup;
        setup.profile = KernelProfile::Find(profile);
        setup.statistics = &statistics;
        expectations->Initialize(setup);
    }

    /**
     * @param client its source port
     * @param timeout its time to live
     * @param zone its zone
     * @return an unconfirmed connection that a packet holds
     */
    Connection& Open(uint16_t client, Nanos timeout = 100 * SECOND, const Zone& zone = {})
    {
        const Tuple tuple = TupleOf(client);
        Connection& connection = *connections.Create(tuple, InverseOf(tuple), zone, 0);
        connection.deadline = timeout;
        return connection;
    }

    /**
     * @param client its source port
     * @param timeout its time to live
     * @param zone its zone
     * @return a confirmed connection whose packet has left
     */
    Connection& Add(uint16_t client, Nanos timeout = 100 * SECOND, const Zone& zone = {})
    {
        Connection& connection = Open(client, timeout, zone);
        EXPECT_EQ(connections.Confirm(connection, 0), ConfirmResult::Confirmed);
        connections.Release(connection);
        return connection;
    }

    /**
     * @param client its source port
     * @param helper its helper, or none
     * @param zone its zone
     * @return a confirmed connection with a helper area
     */
    Connection& AddMaster(uint16_t client, const ProtocolHelper* helper = nullptr, Zone zone = {})
    {
        Connection& master = Add(client, 10000 * SECOND, zone);
        connections.AddHelperArea(master)->helper = helper;
        return master;
    }

    /**
     * @param port destination port
     * @param classNumber class
     * @return endpoints from anywhere to 10.1.0.10 at the port
     */
    static ExpectationTable::Endpoints To(uint16_t port, uint32_t classNumber = 0)
    {
        ExpectationTable::Endpoints endpoints;
        endpoints.destination = Address::FromIpv4(0x0a01000a);
        endpoints.destinationPort = port;
        endpoints.protocol = protocol::TCP;
        endpoints.classNumber = classNumber;
        return endpoints;
    }

    /// @param port destination port @return the tuple of a packet from 10.2.0.10 to To(port)
    static Tuple PacketTo(uint16_t port)
    {
        Tuple tuple = InverseOf(TupleOf(port, 20));
        return tuple;
    }

    /**
     * @param master whose
     * @param endpoints what it matches
     * @return an expectation in no list, which the caller holds
     */
    Expectation& Make(Connection& master, const ExpectationTable::Endpoints& endpoints)
    {
        Expectation* expectation = expectations->Allocate(master);
        ExpectationTable::Fill(*expectation, endpoints);
        return *expectation;
    }

    /**
     * Ask for one and let it go.
     * @param master whose
     * @param endpoints what it matches
     * @param test of the master
     * @param now point in time
     * @return the answer
     */
    ExpectResult Expect(Connection& master,
                        const ExpectationTable::Endpoints& endpoints,
                        MasterTest test = MasterTest::Compare,
                        Nanos now = 0)
    {
        Expectation& expectation = Make(master, endpoints);
        const ExpectResult result = expectations->Expect(expectation, now, test, {}, 60 * SECOND);
        expectations->Put(expectation);
        return result;
    }

    /// @param port destination port @return the expectation that is found for a packet to it
    Expectation* At(uint16_t port, uint16_t zone = 0)
    {
        return expectations->Find(PacketTo(port), zone);
    }

    /// @return the journal, which is empty then
    std::vector<std::string> Journal()
    {
        return std::exchange(journal, {});
    }

    /// How many seconds the helper of GetHelper gives.
    static constexpr Nanos LIFE = 300 * SECOND;

    Statistics statistics;
    ConnectionTable connections{1, statistics};
    Ptr<ExpectationTable> expectations{CreateObject<ExpectationTable>()};
    /// Class 0 holds one, class 1 two, class 2 any number.
    Ptr<FakeHelper> helper{CreateObject<FakeHelper>(
        std::vector<ExpectationPolicy>{{"", 1, LIFE}, {"two", 2, LIFE}, {"any", 0, LIFE}})};
    std::vector<std::string> lines;                   ///< of the log
    std::vector<std::string> journal;                 ///< events: "new 50", "destroy 50 used"
    std::vector<std::pair<uint32_t, EndReason>> ends; ///< of connections, in order

  private:
    void Note(const ExpectationNotice& notice)
    {
        static const char* const REASONS[] =
            {"used", "expired", "refreshed", "evicted", "master", "withdrawn", "helper", "deleted"};
        const std::string port = std::to_string(notice.expectation.tuple.destinationPort);
        const bool isNew = notice.event == ExpectationEvent::New;
        journal.push_back(isNew ? "new " + port
                                : "destroy " + port + " " + REASONS[static_cast<int>(notice.end)]);
    }
};

} // namespace test
} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_TEST_UNIT_TABLE_TABLE_FIXTURE_H
