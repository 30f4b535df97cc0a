/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/nat/address-choice.h"

#include "model/wire/bytes.h"

#include <array>

namespace ns3
{
namespace conntrack
{

namespace
{

constexpr uint32_t HASH_START = 0xdeadbeef; // lookup3's own
constexpr std::size_t WORDS = 4;            // of an address; an IPv4 address is the first

constexpr uint32_t
RotateLeft(uint32_t word, unsigned bits)
{
    return word << bits | word >> (32 - bits);
}

/// The three words that lookup3 stirs.
struct Stirred
{
    uint32_t a;
    uint32_t b;
    uint32_t c;

    void Mix()
    {
        // Each line: one word loses another, is stirred with it, and the third one grows.
        Step(a, c, b, 4);
        Step(b, a, c, 6);
        Step(c, b, a, 8);
        Step(a, c, b, 16);
        Step(b, a, c, 19);
        Step(c, b, a, 4);
    }

    void Finish()
    {
        End(c, b, 14);
        End(a, c, 11);
        End(b, a, 25);
        End(c, b, 16);
        End(a, c, 4);
        End(b, a, 14);
        End(c, b, 24);
    }

  private:
    static void Step(uint32_t& word, uint32_t& other, uint32_t third, unsigned bits)
    {
        word = (word - other) ^ RotateLeft(other, bits);
        other += third;
    }

    static void End(uint32_t& word, uint32_t other, unsigned bits)
    {
        word = (word ^ other) - RotateLeft(other, bits);
    }
};

/// As a little-endian machine reads it from memory.
uint32_t
MemoryWord(const Address& address, std::size_t index)
{
    const uint8_t* at = address.bytes.data() + 4 * index;
    return at[0] | uint32_t{at[1]} << 8 | uint32_t{at[2]} << 16 | uint32_t{at[3]} << 24;
}

uint32_t
NumberAt(const Address& address, std::size_t index)
{
    return ReadU32(address.bytes.data() + 4 * index);
}

/// A hash's share of a range: as many values as the count lead to each place.
uint32_t
Scale(uint32_t hash, uint32_t count)
{
    return static_cast<uint32_t>(uint64_t{hash} * count >> 32);
}

} // namespace

uint32_t
HashWords(const uint32_t* words, std::size_t count, uint32_t start)
{
    const uint32_t first = HASH_START + static_cast<uint32_t>(count << 2) + start;
    Stirred stirred{first, first, first};
    for (; count > 3; count -= 3, words += 3)
    {
        stirred.a += words[0];
        stirred.b += words[1];
        stirred.c += words[2];
        stirred.Mix();
    }
    if (count == 0)
    {
        return stirred.c;
    }
    stirred.a += words[0];
    stirred.b += count > 1 ? words[1] : 0;
    stirred.c += count > 2 ? words[2] : 0;
    stirred.Finish();
    return stirred.c;
}

Address
ChooseAddress(const Tuple& tuple, const NatRange& range, NatSide side, uint16_t zone)
{
    if (range.minAddress == range.maxAddress)
    {
        return range.minAddress;
    }
    const std::size_t count = tuple.family == Family::Ipv4 ? 1 : WORDS;
    std::array<uint32_t, WORDS> source{};
    for (std::size_t i = 0; i < WORDS; ++i)
    {
        source[i] = MemoryWord(tuple.source, i);
    }
    const uint32_t start = range.persistent ? 0 : MemoryWord(tuple.destination, count - 1) ^ zone;
    uint32_t hash = HashWords(source.data(), WORDS, start);
    Address chosen = side == NatSide::Source ? tuple.source : tuple.destination;
    bool anything = false; // a word before was below the range's last: this one is free
    for (std::size_t i = 0; i < count; ++i)
    {
        const uint32_t low = anything ? 0 : NumberAt(range.minAddress, i);
        const uint32_t high = NumberAt(range.maxAddress, i);
        const uint32_t values = anything ? UINT32_MAX : high - low + 1;
        const uint32_t number = low + Scale(hash, values);
        WriteU32(chosen.bytes.data() + 4 * i, number);
        anything = anything || number != high;
        if (!range.persistent)
        {
            hash ^= MemoryWord(tuple.destination, i);
        }
    }
    return chosen;
}

} // namespace conntrack
} // namespace ns3
