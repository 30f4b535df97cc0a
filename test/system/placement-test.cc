/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

// Placements of stateful routers: each flow and each dropped segment is as predicted.
#include "helper/netfilter-helper.h"
#include "helper/topology-builder.h"
#include "model/graph/placement.h"
#include "model/graph/topology-generators.h"

#include "ns3/bulk-send-helper.h"
#include "ns3/config.h"
#include "ns3/inet-socket-address.h"
#include "ns3/packet-sink-helper.h"
#include "ns3/packet-sink.h"
#include "ns3/rng-seed-manager.h"
#include "ns3/simulator.h"
#include "ns3/uinteger.h"

#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>

namespace ns3
{
namespace conntrack
{
namespace test
{
namespace
{

constexpr uint16_t FIRST_PORT = 1000; ///< of the servers; a client's number is added
constexpr uint32_t BYTES = 1000;

/// A network, and which of its routers are stateful: each one for which number % every == first.
struct Scene
{
    const char* name;
    Topology (*make)();
    uint32_t every;
    uint32_t first;
    bool dropsRequests; ///< some flows end at their ACK, not their SYN-ACK
};

void
PrintTo(const Scene& scene, std::ostream* out)
{
    *out << scene.name;
}

Topology
Read(const std::string& name)
{
    const std::string file = "examples/topologies/" + name + ".graphml";
    const bool alone = std::ifstream(file).good();
    return ReadTopology(alone ? file : "contrib/conntrack/" + file); // within ns-3's own tree
}

/// A dropped segment: where, and the ends of its flow as the client sees them.
struct Dropped
{
    uint32_t router;
    uint32_t client;
    uint32_t server;
    bool answer;

    friend bool operator<(const Dropped& a, const Dropped& b)
    {
        return std::tie(a.router, a.client, a.server, a.answer) <
               std::tie(b.router, b.client, b.server, b.answer);
    }

    friend bool operator==(const Dropped& a, const Dropped& b)
    {
        return !(a < b) && !(b < a);
    }
};

void
PrintTo(const Dropped& drop, std::ostream* out)
{
    *out << (drop.answer ? "an answer" : "a request") << " of " << drop.client << " to "
         << drop.server << " at " << drop.router;
}

class PlacementSimulationTest : public ::testing::TestWithParam<Scene>
{
  protected:
    PlacementSimulationTest()
        : topology(GetParam().make()),
          placement(topology),
          stateful(topology.Size())
    {
        RngSeedManager::SetSeed(1);
        Config::Reset();
        TopologyBuilder builder;
        builder.SetFirstStream(0);
        network = builder.Build(topology);
        NetfilterHelper netfilter;
        netfilter.SetFirstStream(1000000);
        netfilter.SetRuleset(DropInvalidRules());
        for (uint32_t router = GetParam().first; router < topology.Size();
             router += GetParam().every)
        {
            stateful[router] = true;
            netfilter.Install(network.nodes.Get(router))
                ->TraceConnectWithoutContext(
                    "Drop",
                    Callback<void, const PacketNotice&>(
                        [this, router](const PacketNotice& notice) { Tell(router, notice); }));
        }
    }

    ~PlacementSimulationTest() override
    {
        Simulator::Destroy();
        Config::Reset();
    }

    uint32_t RouterAt(const Address& address) const
    {
        return network.table->networks.RouterOf(Ipv4Address(address.ToIpv4()));
    }

    void Tell(uint32_t router, const PacketNotice& notice)
    {
        EXPECT_EQ(notice.drop, DropReason::Rule);
        const uint32_t from = RouterAt(notice.view.Source());
        const uint32_t to = RouterAt(notice.view.Destination());
        const ByteView ports = notice.view.TransportHead();
        const uint32_t sourcePort = ports.data[0] * 256U + ports.data[1]; // servers have low ones
        const bool answer = sourcePort < 10000;
        drops.insert(answer ? Dropped{router, to, from, true} : Dropped{router, from, to, false});
    }

    /// Each router sends some bytes to each other one.
    void Run()
    {
        for (const FlowEnds& flow : AllPairs(topology.Size()))
        {
            const auto port = static_cast<uint16_t>(FIRST_PORT + flow.client);
            PacketSinkHelper sink("ns3::TcpSocketFactory",
                                  InetSocketAddress(Ipv4Address::GetAny(), port));
            sinks.push_back(
                DynamicCast<PacketSink>(sink.Install(network.nodes.Get(flow.server)).Get(0)));
            BulkSendHelper sender("ns3::TcpSocketFactory",
                                  InetSocketAddress(network.addresses[flow.server], port));
            sender.SetAttribute("MaxBytes", UintegerValue(BYTES));
            sender.Install(network.nodes.Get(flow.client)).Start(Seconds(1));
        }
        Simulator::Stop(Seconds(20));
        Simulator::Run();
    }

    Topology topology;
    Placement placement;
    std::vector<bool> stateful;
    TopologyNetwork network;
    std::vector<Ptr<PacketSink>> sinks;
    std::set<Dropped> drops;
};

TEST_P(PlacementSimulationTest, FlowsBreakWherePredicted)
{
    Run();
    const std::vector<FlowEnds> flows = AllPairs(topology.Size());
    std::set<Dropped> predicted;
    for (std::size_t i = 0; i < flows.size(); ++i)
    {
        const FlowVerdict verdict = placement.Judge(flows[i], stateful);
        EXPECT_EQ(sinks[i]->GetTotalRx(), verdict.fate == FlowFate::Passes ? BYTES : 0)
            << topology.GetRouters()[flows[i].client].name << " to "
            << topology.GetRouters()[flows[i].server].name;
        if (verdict.fate != FlowFate::Passes)
        {
            predicted.insert({verdict.router,
                              flows[i].client,
                              flows[i].server,
                              verdict.fate == FlowFate::SynAckDropped});
        }
    }
    EXPECT_EQ(drops, predicted);
    // No empty comparison: some flows pass, others end at either segment.
    const auto answers =
        std::count_if(drops.begin(), drops.end(), [](const Dropped& drop) { return drop.answer; });
    EXPECT_GT(answers, 0);
    EXPECT_EQ(static_cast<std::size_t>(answers) < drops.size(), GetParam().dropsRequests);
    EXPECT_LT(drops.size(), flows.size());
    const PlacementReport report = placement.Report(flows, stateful);
    EXPECT_EQ(report.broken, predicted.size());
}

INSTANTIATE_TEST_SUITE_P(
    Rows,
    PlacementSimulationTest,
    ::testing::Values(
        Scene{"AbileneSome", [] { return SkewWeights(Read("abilene"), 1, 1); }, 3, 0, true},
        Scene{"AbileneAll", [] { return SkewWeights(Read("abilene"), 1, 1); }, 1, 0, false},
        Scene{"AbileneOne", [] { return SkewWeights(Read("abilene"), 1, 1); }, 11, 4, true},
        Scene{"GeantSome", [] { return SkewWeights(Read("geant"), 1, 2); }, 4, 2, true},
        Scene{"WaxmanSome",
              [] {
                  return SkewWeights(MakeWaxman({20, 0.4, 0.3, 3}), 1, 3);
              },
              3,
              1,
              true}),
    [](const auto& info) { return info.param.name; });

TEST(PlacementSymmetryTest, SymmetricRoutesBreakNothing)
{
    for (const char* name : {"abilene", "geant"})
    {
        const Topology topology = Read(name);
        const std::vector<bool> everywhere(topology.Size(), true);
        const auto flows = AllPairs(topology.Size());
        EXPECT_EQ(Placement(topology).Report(flows, everywhere).guarded, flows.size()) << name;
    }
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
