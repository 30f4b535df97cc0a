/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_NAT_ADDRESS_CHOICE_H
#define CONNTRACK_NAT_ADDRESS_CHOICE_H

#include "model/nat/nat-range.h"

/**
 * @file
 * Which address of a range a connection gets.
 *
 * Layer: nat.
 * Shape: pure functions.
 * Source: Linux takes a hash without a key, so the choice is the same on every machine: Bob
 * Jenkins' lookup3 (public domain, 2006) of the source address, begun with the destination, scaled
 * to the range. Words are read as a little-endian machine does, on every host.
 */

namespace ns3
{
namespace conntrack
{

/**
 * lookup3's hash of whole words, as Linux begins it.
 * @param words what to hash
 * @param count how many
 * @param start where to begin
 * @return the hash
 */
uint32_t HashWords(const uint32_t* words, std::size_t count, uint32_t start);

/**
 * @param tuple of the packet, or what is to become of it
 * @param range whose addresses are mapped
 * @param side which end gets the address
 * @param zone the connection's, in its own direction
 * @return the address for that end
 */
Address ChooseAddress(const Tuple& tuple, const NatRange& range, NatSide side, uint16_t zone);

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_NAT_ADDRESS_CHOICE_H
