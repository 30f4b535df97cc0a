/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_TABLE_HASH_H
#define CONNTRACK_TABLE_HASH_H

#include <array>
#include <cstdint>
#include <cstring>

/**
 * @file
 * The keyed hash of tuples: multiply to 128 bits, fold, as in the wyhash family.
 *
 * Layer: table.
 * Shape: 40 bytes in, 32 bits out, four multiplications.
 * Deterministic: the key comes from the run's seed and only the bytes count, so that the layout of
 * memory cannot change a run. Numbers are read in the machine's order: on a big-endian host buckets
 * differ, results do not.
 */

namespace ns3
{
namespace conntrack
{

/**
 * @param a a factor
 * @param b a factor
 * @return both halves of the 128-bit product, folded together
 */
inline uint64_t
MultiplyFold(uint64_t a, uint64_t b)
{
    __extension__ using Product = unsigned __int128;
    const Product product = Product{a} * b;
    return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

/**
 * @param key a random value
 * @return three odd-looking values made of it
 */
inline std::array<uint64_t, 3>
ExpandKey(uint64_t key)
{
    // Odd constants with as many ones as zeros: digits of the golden ratio, of e and of pi.
    // Never zero: half of an IPv4 tuple is, and a product with zero forgets the other half.
    return {MultiplyFold(key ^ 0x9e3779b97f4a7c15U, 0xb7e151628aed2a6bU) | 1,
            MultiplyFold(key ^ 0x243f6a8885a308d3U, 0x9e3779b97f4a7c15U) | 1,
            MultiplyFold(key ^ 0xb7e151628aed2a6bU, 0x243f6a8885a308d3U) | 1};
}

/**
 * @param data 40 bytes
 * @param keys of ExpandKey
 * @return the hash
 */
inline uint32_t
HashBytes40(const void* data, const std::array<uint64_t, 3>& keys)
{
    std::array<uint64_t, 5> word;
    std::memcpy(word.data(), data, sizeof(word));
    uint64_t hash = MultiplyFold(word[0] ^ keys[0], word[1] ^ keys[1]);
    hash = MultiplyFold(hash ^ word[2] ^ keys[2], word[3] ^ keys[0]);
    hash = MultiplyFold(hash ^ word[4], keys[1] ^ hash);
    // Once more: one product leaves ports that are counted up in steps.
    hash = MultiplyFold(hash ^ keys[2], hash ^ keys[0]);
    return static_cast<uint32_t>(hash >> 32);
}

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_TABLE_HASH_H
