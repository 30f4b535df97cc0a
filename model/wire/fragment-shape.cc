/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/wire/fragment-shape.h"

namespace ns3
{
namespace conntrack
{

void
FragmentShape::Gather(std::size_t bytes)
{
    if (payloads.empty() || payloads.front() >= bytes)
    {
        return;
    }
    std::size_t gathered = payloads.front();
    auto next = payloads.begin() + 1;
    while (next != payloads.end() && gathered < bytes)
    {
        const std::size_t wanted = bytes - gathered;
        if (*next > wanted)
        {
            *next = static_cast<uint16_t>(*next - wanted);
            gathered = bytes;
            break;
        }
        gathered += *next;
        ++next;
    }
    payloads.front() = static_cast<uint16_t>(gathered);
    payloads.erase(payloads.begin() + 1, next);
}

} // namespace conntrack
} // namespace ns3
