/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_WIRE_FRAGMENT_MEMORY_H
#define CONNTRACK_WIRE_FRAGMENT_MEMORY_H

#include "model/flow/tuple.h"

#include <cstddef>

/**
 * @file
 * What waiting fragments cost of the memory that sysctls limit.
 *
 * Layer: wire.  Units: bytes.
 * Source: measured on Linux 6.18, x86-64 (/proc/net/sockstat, "FRAG: memory", and by the limits at
 * which fragments were refused), for frames from a packet socket by way of veth.
 * Differs: what a network card's buffers cost depends on its driver.
 */

namespace ns3
{
namespace conntrack
{

/**
 * @param family IPv4 or IPv6
 * @return what a packet that is waited for costs beside its fragments
 */
constexpr std::size_t
QueueMemory(Family family)
{
    return family == Family::Ipv4 ? 200 : 184;
}

/**
 * @param packetSize size of a fragment from its IP header on
 * @return what its buffer costs
 */
constexpr std::size_t
FragmentMemory(std::size_t packetSize)
{
    // Headroom and Ethernet header come before the packet; the buffer's administration behind it.
    // The smallest buffer holds 256 bytes, others are powers of two; each has a descriptor of 256.
    constexpr std::size_t ADMINISTRATION = 320;
    constexpr std::size_t SMALLEST = 256 + ADMINISTRATION;
    const std::size_t needed = (16 + 14 + packetSize + 63) / 64 * 64 + ADMINISTRATION;
    std::size_t buffer = needed <= SMALLEST ? SMALLEST : 1024;
    while (buffer < needed)
    {
        buffer *= 2;
    }
    return buffer + 256;
}

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_WIRE_FRAGMENT_MEMORY_H
