/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_WIRE_FRAGMENT_SHAPE_H
#define CONNTRACK_WIRE_FRAGMENT_SHAPE_H

#include <cstddef>
#include <cstdint>
#include <vector>

/**
 * @file
 * How a packet was cut when it came in, so that it can leave cut the same way.
 *
 * Layer: wire.
 * Shape: 2 bytes a fragment; an empty one belongs to a packet that came whole.
 * Units: bytes.
 * Source: Linux keeps a reassembled packet as the list of its fragments' payloads, with the size of
 * the largest (frag_max_size), and sends that list again as it is where it can.
 */

namespace ns3
{
namespace conntrack
{

/// How a packet was cut when it came in.
struct FragmentShape
{
    /// Payload lengths of the fragments in the order of their offsets.
    std::vector<uint16_t> payloads;
    /// Size of the largest fragment: IPv4 the whole fragment; IPv6 the same, fragment header
    /// included. 0: it came whole.
    uint32_t largest{0};
    /// IPv4: the largest fragment had DF set. The reassembled packet has it too then.
    bool keepDontFragment{false};
    /// Length of the first fragment's header: IP header with options; IPv6 up to the fragment
    /// header and with it.
    uint16_t firstHeader{0};
    /// The shortest of the later fragments' headers. New ones must fit where the old ones were.
    uint16_t shortestHeader{0};

    /// @return whether it came whole
    bool IsWhole() const
    {
        return largest == 0;
    }

    /**
     * Say that the payload's first bytes were rewritten: Linux needs them in one piece for that,
     * and moves them to the first fragment.
     * @param bytes how many bytes behind the first fragment's header
     */
    void Gather(std::size_t bytes);
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_WIRE_FRAGMENT_SHAPE_H
