/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

// A large topology: 1,000 routers, on each of them a Conntrack, and 10,000 TCP connections across
// it. The row is what it takes to build; counters tell of the run after it. Peak memory is the
// process's, so filter this row alone: ./waf bench --only=table --filter=TopologyBuild
#include "helper/netfilter-helper.h"
#include "helper/topology-builder.h"
#include "model/graph/topology-generators.h"

#include "ns3/bulk-send-helper.h"
#include "ns3/inet-socket-address.h"
#include "ns3/packet-sink-helper.h"
#include "ns3/packet-sink.h"
#include "ns3/simulator.h"
#include "ns3/uinteger.h"

#include <benchmark/benchmark.h>
#include <chrono>
#include <random>
#include <sys/resource.h>

namespace ns3
{
namespace conntrack
{
namespace
{

constexpr uint32_t ROUTERS = 1000;
constexpr uint32_t FLOWS = 10000;
constexpr uint32_t BYTES = 2000; // of each flow
constexpr uint16_t PORT = 80;
constexpr double SPREAD = 60; // seconds within which flows begin

/// Megabytes that the process had at most.
double
PeakMemory()
{
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1024; // Linux gives kilobytes
}

ApplicationContainer
AddFlows(const TopologyNetwork& network)
{
    const auto sinks =
        PacketSinkHelper("ns3::TcpSocketFactory", InetSocketAddress(Ipv4Address::GetAny(), PORT))
            .Install(network.nodes);
    std::mt19937_64 random(1);
    for (uint32_t i = 0; i < FLOWS; ++i)
    {
        const auto client = static_cast<uint32_t>(random() % ROUTERS);
        const auto server =
            static_cast<uint32_t>((client + 1 + random() % (ROUTERS - 1)) % ROUTERS);
        BulkSendHelper sender("ns3::TcpSocketFactory",
                              InetSocketAddress(network.addresses[server], PORT));
        sender.SetAttribute("MaxBytes", UintegerValue(BYTES));
        sender.Install(network.nodes.Get(client)).Start(Seconds(1 + SPREAD * i / FLOWS));
    }
    return sinks;
}

void
TopologyBuild(benchmark::State& state)
{
    for (auto unused : state)
    {
        (void)unused;
        const Topology topology = MakeBarabasiAlbert(ROUTERS, 2, 1);
        const TopologyNetwork network = TopologyBuilder().Build(topology);
        NetfilterHelper().Install(network.nodes);
        const ApplicationContainer sinks = AddFlows(network);
        state.PauseTiming();
        state.counters["built_MB"] = PeakMemory();
        const auto begin = std::chrono::steady_clock::now();
        Simulator::Stop(Seconds(SPREAD + 60));
        Simulator::Run();
        const std::chrono::duration<double> ran = std::chrono::steady_clock::now() - begin;
        uint64_t received = 0;
        for (uint32_t i = 0; i < sinks.GetN(); ++i)
        {
            received += DynamicCast<PacketSink>(sinks.Get(i))->GetTotalRx();
        }
        state.counters["flows_done"] = static_cast<double>(received) / BYTES;
        state.counters["run_s"] = ran.count();
        state.counters["run_MB"] = PeakMemory();
        Simulator::Destroy();
        state.ResumeTiming();
    }
}

BENCHMARK(TopologyBuild)->Iterations(1)->Unit(benchmark::kSecond);

} // namespace
} // namespace conntrack
} // namespace ns3
