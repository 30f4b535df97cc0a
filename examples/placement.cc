/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

// Where may a stateful firewall stand? Abilene with unequal weights: what each router would break,
// by the routes alone.
#include "model/graph/placement.h"

#include "model/graph/topology-generators.h"

#include "ns3/command-line.h"

#include <iomanip>
#include <iostream>

using namespace ns3;
using namespace ns3::conntrack;

int
main(int argc, char** argv)
{
    std::string file = "examples/topologies/abilene.graphml";
    double skew = 1;
    uint64_t seed = 2;
    CommandLine command(__FILE__);
    command.AddValue("topology", "A file of GraphML or DOT", file);
    command.AddValue("skew", "Each direction's weight is multiplied by 1 to 1 + skew", skew);
    command.AddValue("seed", "Of the weights", seed);
    command.Parse(argc, argv);
    try
    {
        const Topology topology = SkewWeights(ReadTopology(file), skew, seed);
        const Placement placement(topology);
        const auto flows = AllPairs(topology.Size());
        const auto views = placement.Views(flows);
        std::cout << "a stateful router at    guards  breaks  of " << flows.size()
                  << " TCP connections\n";
        for (uint32_t router = 0; router < topology.Size(); ++router)
        {
            std::cout << std::left << std::setw(22) << topology.GetRouters()[router].name
                      << std::right << std::setw(8) << views[router].both << std::setw(8)
                      << views[router].requests + views[router].answers << "\n";
        }
        const auto everywhere = placement.Report(flows, std::vector<bool>(topology.Size(), true));
        std::cout << std::left << std::setw(22) << "every router" << std::right << std::setw(8)
                  << everywhere.guarded << std::setw(8) << everywhere.broken << "\n";
    }
    catch (const GraphError& error)
    {
        std::cerr << error.what() << "\n";
        return 1;
    }
    return 0;
}
