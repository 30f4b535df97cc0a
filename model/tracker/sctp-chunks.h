/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_TRACKER_SCTP_CHUNKS_H
#define CONNTRACK_TRACKER_SCTP_CHUNKS_H

#include "model/wire/bytes.h"

#include <initializer_list>
#include <optional>

/**
 * @file
 * An SCTP packet: its chunks one after the other, and its checksum.
 *
 * Layer: tracker.  Shape: views of the packet's bytes.
 * Errors: a cut chunk ends the walk; nothing reads past the view.
 * Source: RFC 9260 3 (header, chunks), 6.8 (checksum), 6.10 (bundling).
 */

namespace ns3
{
namespace conntrack
{

/// Chunk types of RFC 9260 3.2 that trackers know.
namespace sctp_chunk
{
constexpr uint8_t DATA = 0;
constexpr uint8_t INIT = 1;
constexpr uint8_t INIT_ACK = 2;
constexpr uint8_t HEARTBEAT = 4;
constexpr uint8_t HEARTBEAT_ACK = 5;
constexpr uint8_t ABORT = 6;
constexpr uint8_t SHUTDOWN = 7;
constexpr uint8_t SHUTDOWN_ACK = 8;
constexpr uint8_t ERROR = 9;
constexpr uint8_t COOKIE_ECHO = 10;
constexpr uint8_t COOKIE_ACK = 11;
constexpr uint8_t SHUTDOWN_COMPLETE = 14;
} // namespace sctp_chunk

/// Bytes of the common header: ports, verification tag, checksum (RFC 9260 3.1).
constexpr std::size_t SCTP_HEADER = 12;

/// A chunk: its header and what is there of its value.
struct SctpChunk
{
    uint8_t type;   ///< of namespace sctp_chunk, or another
    uint8_t flags;  ///< meaning depends on the type
    bool isEmpty;   ///< its length field is 0, less than its header's
    ByteView bytes; ///< from its header to the end of the packet

    /// @return the tag that an INIT or INIT ACK announces; none if it is cut
    std::optional<uint32_t> InitiateTag() const;
};

/// The chunks of a packet in order; one of no length is the last.
class SctpChunkWalk
{
  public:
    /**
     * @param transport an SCTP packet, from its common header on
     */
    explicit SctpChunkWalk(ByteView transport)
        : m_rest(transport.From(SCTP_HEADER))
    {
    }

    /// @return the next chunk; none after the last
    std::optional<SctpChunk> Next();

  private:
    ByteView m_rest;
};

/// Which chunk types a packet has; those that no tracker knows are not kept.
class SctpChunkSet
{
  public:
    /**
     * @param type a chunk type
     */
    void Add(uint8_t type)
    {
        m_bits |= type < 32 ? 1U << type : 0;
    }

    /**
     * @param type one of namespace sctp_chunk
     * @return whether the packet has such a chunk
     */
    bool Has(uint8_t type) const
    {
        return (m_bits >> (type & 31) & 1) != 0;
    }

    /**
     * @param types some of namespace sctp_chunk
     * @return whether the packet has a chunk of any of them
     */
    bool HasAny(std::initializer_list<uint8_t> types) const;

  private:
    uint32_t m_bits{0};
};

/**
 * @param transport an SCTP packet, from its common header on
 * @return the types of its chunks; none if it has no chunk, an empty one, or some that must not be
 *         bundled so
 */
std::optional<SctpChunkSet> CollectSctpChunks(ByteView transport);

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_TRACKER_SCTP_CHUNKS_H
