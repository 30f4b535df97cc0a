/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_WIRE_BYTES_H
#define CONNTRACK_WIRE_BYTES_H

#include <cstddef>
#include <cstdint>
#include <string_view>

/**
 * @file
 * Bytes that somebody else owns, and numbers in network order among them.
 *
 * Layer: wire.  Shape: a pointer and a length; valid as long as the owner keeps the bytes.
 */

namespace ns3
{
namespace conntrack
{

/// Bytes to read, owned elsewhere.
struct ByteView
{
    const uint8_t* data{nullptr}; ///< the first byte
    std::size_t size{0};          ///< how many

    /**
     * @param offset where the rest begins; past the end gives an empty view
     * @return the bytes from there on
     */
    ByteView From(std::size_t offset) const
    {
        return offset < size ? ByteView{data + offset, size - offset} : ByteView{data + size, 0};
    }

    /**
     * @param count how many bytes to keep at most
     * @return the first bytes
     */
    ByteView First(std::size_t count) const
    {
        return {data, count < size ? count : size};
    }

    /// @return the bytes as characters
    std::string_view AsText() const
    {
        return {reinterpret_cast<const char*>(data), size};
    }
};

/// Bytes to change, owned elsewhere.
struct MutableBytes
{
    uint8_t* data{nullptr};
    std::size_t size{0};
};

/**
 * @param at two bytes in network order
 * @return their number
 */
inline uint16_t
ReadU16(const uint8_t* at)
{
    return static_cast<uint16_t>(at[0] << 8 | at[1]);
}

/**
 * @param at four bytes in network order
 * @return their number
 */
inline uint32_t
ReadU32(const uint8_t* at)
{
    return uint32_t{at[0]} << 24 | uint32_t{at[1]} << 16 | uint32_t{at[2]} << 8 | at[3];
}

/**
 * @param at where to write two bytes in network order
 * @param value the number
 */
inline void
WriteU16(uint8_t* at, uint16_t value)
{
    at[0] = static_cast<uint8_t>(value >> 8);
    at[1] = static_cast<uint8_t>(value);
}

/**
 * @param at where to write four bytes in network order
 * @param value the number
 */
inline void
WriteU32(uint8_t* at, uint32_t value)
{
    WriteU16(at, static_cast<uint16_t>(value >> 16));
    WriteU16(at + 2, static_cast<uint16_t>(value));
}

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_WIRE_BYTES_H
