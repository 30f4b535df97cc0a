/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/nat/nat-helper-services.h"

#include <algorithm>

namespace ns3
{
namespace conntrack
{

namespace
{

constexpr uint32_t LAST_PORT = 65535;
constexpr uint32_t MOST_DRAWS = 128; // profile v6.18

} // namespace

bool
ExpectAtFreePort(HelperContext& context,
                 Expectation& expectation,
                 uint16_t first,
                 const NatHelperServices& services,
                 MasterTest masterTest)
{
    const uint32_t above = LAST_PORT - first;
    const bool upward = services.portSearch == PortSearch::Upward;
    const uint32_t further = upward ? above : std::min(above, MOST_DRAWS);
    uint32_t port = first;
    for (uint32_t tried = 0;; ++tried)
    {
        expectation.tuple.destinationPort = static_cast<uint16_t>(port);
        const ExpectResult result =
            context.expectations.Expect(expectation, context.packet.now, masterTest);
        if (result == ExpectResult::Ok)
        {
            return true;
        }
        if (result != ExpectResult::Busy || tried == further)
        {
            return false;
        }
        port = upward ? port + 1 : first + services.random(above);
    }
}

} // namespace conntrack
} // namespace ns3
