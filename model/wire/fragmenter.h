/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_WIRE_FRAGMENTER_H
#define CONNTRACK_WIRE_FRAGMENTER_H

#include "model/wire/fragment-shape.h"
#include "model/wire/packet-view.h"

#include <vector>

/**
 * @file
 * Cuts a packet for a link: as it was cut when it came in, else into the largest pieces that fit.
 *
 * Layer: wire.
 * Shape: functions; the fragments are new bytes.
 * Units: bytes.
 * Errors: a packet that must not be cut is a value (SendForm::TooBig).
 * Source: RFC 791 2.3 and 3.1 (options that are copied), RFC 8200 4.5; tried on Linux 6.18.
 */

namespace ns3
{
namespace conntrack
{

/// How a packet can be sent on a link.
enum class SendForm : uint8_t
{
    Whole,     ///< as it is
    Fragments, ///< cut by Fragment
    /// Not at all: an ICMP error "fragmentation needed" or "packet too big" with the link's MTU
    TooBig,
};

/**
 * Decide how a forwarded packet can be sent.
 * @param packet a whole packet
 * @param shape how it was cut when it came in
 * @param mtu the link's MTU
 * @return the form
 */
SendForm FormForLink(const PacketView& packet, const FragmentShape& shape, uint32_t mtu);

/**
 * Cut a packet. Checksums of IPv4 headers are made anew.
 * @param packet a whole packet, which FormForLink says to cut
 * @param shape how it was cut when it came in
 * @param mtu the link's MTU
 * @param identification IPv6: the new fragments' identification (Linux chooses it at random, not
 * the one that came in); IPv4 keeps its own
 * @return the fragments in the order of their offsets; none, so that it is lost, if the link
 *         is too small for any, or if the headers that IPv6 repeats did not lie in the first
 * fragment that came
 */
std::vector<std::vector<uint8_t>> Fragment(const PacketView& packet,
                                           const FragmentShape& shape,
                                           uint32_t mtu,
                                           uint32_t identification);

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_WIRE_FRAGMENTER_H
