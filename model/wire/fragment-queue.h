/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_WIRE_FRAGMENT_QUEUE_H
#define CONNTRACK_WIRE_FRAGMENT_QUEUE_H

#include "model/wire/bytes.h"
#include "model/wire/fragment-shape.h"

#include <map>
#include <vector>

/**
 * @file
 * The fragments of one packet that is not complete yet.
 *
 * Layer: wire.
 * Shape: a copy of each fragment's payload by offset, and runs: pieces that came one after the
 * other without a gap. What lies within one run is a duplicate; what touches a run otherwise
 * overlaps. So a copy of two pieces that came in the wrong order is an overlap, as in Linux. Units:
 * bytes. Source: RFC 791 3.2, RFC 5722 4; the rule of runs was tried on Linux 6.18.
 */

namespace ns3
{
namespace conntrack
{

/// A fragment, as a queue needs it.
struct FragmentPiece
{
    uint32_t begin{0};  ///< where its payload begins in the whole payload
    ByteView payload;   ///< its payload
    ByteView header;    ///< what is before it, IPv6's fragment header included
    bool isLast{false}; ///< no more fragments follow
};

/// The fragments of one packet.
class FragmentQueue
{
  public:
    /// What became of a piece.
    enum class Result : uint8_t
    {
        Taken,
        Duplicate, ///< within what is there
        Overlap,   ///< partly there
    };

    /**
     * Whether a piece's end agrees with what is known of the whole; remembers a last piece's end.
     * @param end where its payload ends
     * @param isLast whether it is the last one
     * @return whether it agrees
     */
    bool AgreesOnEnd(uint32_t end, bool isLast);

    /**
     * Take a piece, whose end agrees.
     * @param piece not empty
     * @return what became of it
     */
    Result Insert(const FragmentPiece& piece);

    /// @return whether all bytes are there
    bool IsComplete() const
    {
        return m_hasLast && m_hasFirst && m_bytes == m_length;
    }

    /// @return length of the whole payload as far as known
    uint32_t Length() const
    {
        return m_length;
    }

    /// @return how many pieces there are
    std::size_t Size() const
    {
        return m_pieces.size();
    }

    /// @return header of the first fragment, with IPv6's fragment header; empty if it is not there
    const std::vector<uint8_t>& FirstHeader() const
    {
        return m_firstHeader;
    }

    /// @return header and payload of the first fragment; empty if it is not there
    std::vector<uint8_t> FirstFragment() const;

    /// @param packet where to append the whole payload
    void AppendPayload(std::vector<uint8_t>& packet) const;

    /// @return payload lengths and header lengths; the rest is the owner's to fill
    FragmentShape Shape() const;

    /// Forget all pieces.
    void Clear();

  private:
    /// A piece that is kept.
    struct Kept
    {
        std::vector<uint8_t> payload;
        uint16_t headerSize;
    };

    Result Place(uint32_t begin, uint32_t end);

    std::map<uint32_t, Kept> m_pieces;   // by offset
    std::map<uint32_t, uint32_t> m_runs; // begin to end
    std::vector<uint8_t> m_firstHeader;
    uint32_t m_length{0};
    uint32_t m_bytes{0};
    bool m_hasFirst{false};
    bool m_hasLast{false};
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_WIRE_FRAGMENT_QUEUE_H
