/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

/// @file
/// DOT of any bytes: what is taken becomes a topology, and is the same when written and read again.

#include "model/graph/topology.h"

#include <cstdlib>

using namespace ns3::conntrack;

extern "C" int
LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size)
{
    try
    {
        const Topology topology =
            ToTopology(ParseDot({reinterpret_cast<const char*>(data), size}, "fuzz"));
        const std::string written = ToDot(ToDocument(topology));
        if (ToDot(ToDocument(ToTopology(ParseDot(written, "again")))) != written)
        {
            std::abort();
        }
    }
    catch (const GraphError&)
    {
    }
    return 0;
}
