/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_TEST_UNIT_RULESET_RULESET_FIXTURE_H
#define CONNTRACK_TEST_UNIT_RULESET_RULESET_FIXTURE_H

#include "model/ruleset/ruleset.h"
#include "model/table/connection-table.h"
#include "model/table/expectation-table.h"
#include "test/unit/packet-builder.h"
#include "test/unit/table/table-fixture.h"

#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <vector>

/**
 * @file
 * Rules over packets without a simulation: documents of a few words, a router that remembers.
 *
 * Layer: test.
 *
 *     Bench bench(Document(Rule(R"({"drop":null})")));
 *     EXPECT_EQ(bench.Run(bytes).kind, VerdictKind::Drop);
 */

namespace ns3
{
namespace conntrack
{
namespace test
{

/// What a rule of these tests does when all its matches agree; the chain's policy is accept.
const std::string DROP_IT = R"({"drop":null})";

/// @param left what is compared @param right with what, both JSON @param op how @return a match
inline std::string
MatchOf(const std::string& left, const std::string& right, const std::string& op = "==")
{
    return R"({"match":{"op":")" + op + R"(","left":)" + left + R"(,"right":)" + right + "}}";
}

/// @param protocol e.g. "tcp" @param field e.g. "dport" @return the expression
inline std::string
Payload(const std::string& protocol, const std::string& field)
{
    return R"({"payload":{"protocol":")" + protocol + R"(","field":")" + field + "\"}}";
}

/// @param key e.g. "mark" @return the expression
inline std::string
MetaOf(const std::string& key)
{
    return R"({"meta":{"key":")" + key + "\"}}";
}

/// @param key e.g. "state" @param more further members, each after a comma @return the expression
inline std::string
CtOf(const std::string& key, const std::string& more = "")
{
    return R"({"ct":{"key":")" + key + "\"" + more + "}}";
}

/**
 * @param statements the statements, separated by commas
 * @param chain the chain
 * @param family the table's
 * @param handle the rule's number
 * @return a rule of table t
 */
inline std::string
RuleOf(const std::string& statements,
       const std::string& chain = "c",
       const std::string& family = "inet",
       int handle = 5)
{
    return R"({"rule":{"family":")" + family + R"(","table":"t","chain":")" + chain +
           R"(","handle":)" + std::to_string(handle) + R"(,"expr":[)" + statements + "]}}";
}

/// @param name a chain's name @param family the table's @return a chain that must be jumped to
inline std::string
ChainOf(const std::string& name, const std::string& family = "inet")
{
    return R"({"chain":{"family":")" + family + R"(","table":"t","name":")" + name +
           R"(","handle":2}})";
}

/**
 * @param parts all parts but the table and its base chain c (forward, 0, accept), by commas
 * @param family of the table
 * @return a whole document
 */
inline std::string
Document(const std::string& parts, const std::string& family = "inet")
{
    return R"({"nftables":[{"metainfo":{"json_schema_version":1}},{"table":{"family":")" + family +
           R"(","name":"t","handle":1}},{"chain":{"family":")" + family +
           R"(","table":"t","name":"c","handle":1,"type":"filter","hook":"forward","prio":0,)"
           R"("policy":"accept"}})" +
           (parts.empty() ? "" : ",") + parts + "]}";
}

/// A router that remembers what rules asked of it.
class RecordingActions : public RuleActions
{
  public:
    RecordingActions()
        : connections(1, statistics)
    {
        ExpectationTable::Setup setup;
        expectations = CreateObject<ExpectationTable>();
        expectations->Initialize(setup);
    }

    void LogLine(int level, const std::string& line) override
    {
        levels.push_back(level);
        lines.push_back(line);
    }

    HelperArea* AddHelperArea(Connection& connection) override
    {
        return connections.AddHelperArea(connection);
    }

    ExpectationTable* GetExpectations() override
    {
        return PeekPointer(expectations);
    }

    const Connection* FindConnection(const Tuple& tuple, const Zone& zone, Nanos now) override
    {
        return connections.Find(tuple, zone, now).connection;
    }

    ByteView GetLinkHeader() override
    {
        return AsView(link);
    }

    bool DecideNat(TrackedPacket& packet,
                   NatSide side,
                   NatTarget target,
                   const NatRange& range) override
    {
        const Family family = packet.view.GetFamily();
        const auto span = [](const std::string& low, const std::string& high) {
            return low == high ? low : low + "-" + high;
        };
        std::string asked = side == NatSide::Source ? "source " : "destination ";
        asked += target == NatTarget::Given ? "" : "own";
        if (range.mapsAddress)
        {
            asked += span(ToString(range.minAddress, family), ToString(range.maxAddress, family));
        }
        if (range.mapsPort)
        {
            asked += ":" + span(std::to_string(range.minPort), std::to_string(range.maxPort));
        }
        asked += range.ports == PortChoice::Random        ? " random"
                 : range.ports == PortChoice::FullyRandom ? " fully-random"
                                                          : "";
        nat.push_back(asked + (range.persistent ? " persistent" : ""));
        return !natFails;
    }

    std::vector<std::string> nat; ///< what NAT statements asked
    bool natFails{false};
    Statistics statistics;
    ConnectionTable connections;
    Ptr<ExpectationTable> expectations;
    std::vector<int> levels;
    std::vector<std::string> lines;
    Bytes link;
};

/// Rules, a router, and a packet that tests change before it runs.
class Bench
{
  public:
    /**
     * @param document the rules
     * @param now point in time of loading
     */
    explicit Bench(const std::string& document, Nanos now = 0)
        : m_helper(CreateObject<FakeHelper>(std::vector<ExpectationPolicy>{{"", 1, SECOND}}))
    {
        RulesetEnvironment environment;
        environment.now = now;
        environment.findHelper = [this](const std::string& name, Family, uint8_t number) {
            const bool isKnown = name == "ftp" && number == protocol::TCP;
            return isKnown ? static_cast<const ProtocolHelper*>(PeekPointer(m_helper)) : nullptr;
        };
        rules = Ruleset::Load(document, environment);
        packet.input = {"eth0", 1, 1};
        packet.output = {"eth1", 2, 1};
        packet.now = now;
    }

    /**
     * Run all base chains of a hook.
     * @param bytes the packet
     * @param hook the hook
     * @return the verdict of the last chain that ran
     */
    Verdict Run(const Bytes& bytes, Hook hook = Hook::Forward)
    {
        const auto view = PacketView::Parse(AsView(bytes));
        EXPECT_TRUE(view.has_value());
        packet.view = view.value_or(PacketView());
        Verdict verdict;
        for (const BaseChain* chain : rules->GetBaseChains(packet.view.GetFamily(), hook))
        {
            verdict = rules->Run(*chain, packet, actions);
            if (verdict.kind != VerdictKind::Accept)
            {
                break;
            }
        }
        return verdict;
    }

    /// @param bytes the packet @return whether a rule dropped it
    bool Drops(const Bytes& bytes)
    {
        return Run(bytes).kind == VerdictKind::Drop;
    }

    /// @return the helper that the router knows as "ftp"
    const ProtocolHelper* GetHelper() const
    {
        return PeekPointer(m_helper);
    }

    std::unique_ptr<Ruleset> rules;
    RecordingActions actions;
    TrackedPacket packet;

  private:
    Ptr<FakeHelper> m_helper;
};

/**
 * @param document a document
 * @return why it cannot be loaded; empty: it can
 */
inline std::string
WhyRefused(const std::string& document)
{
    try
    {
        Bench bench(document);
    }
    catch (const RulesetError& error)
    {
        return error.what();
    }
    return "";
}

} // namespace test
} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_TEST_UNIT_RULESET_RULESET_FIXTURE_H
