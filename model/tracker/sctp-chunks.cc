/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/tracker/sctp-chunks.h"

namespace ns3
{
namespace conntrack
{

namespace
{

constexpr std::size_t CHUNK_HEADER = 4; // RFC 9260 3.2: type, flags, length
constexpr std::size_t INIT_SIZE = 20;   // RFC 9260 3.3.2, 3.3.3, without parameters

} // namespace

std::optional<uint32_t>
SctpChunk::InitiateTag() const
{
    if (bytes.size < INIT_SIZE)
    {
        return std::nullopt;
    }
    return ReadU32(bytes.data + CHUNK_HEADER);
}

std::optional<SctpChunk>
SctpChunkWalk::Next()
{
    if (m_rest.size < CHUNK_HEADER)
    {
        return std::nullopt;
    }
    const std::size_t length = ReadU16(m_rest.data + 2);
    const SctpChunk chunk{m_rest.data[0], m_rest.data[1], length == 0, m_rest};
    m_rest = m_rest.From(length == 0 ? m_rest.size : (length + 3) / 4 * 4); // padded to words
    return chunk;
}

bool
SctpChunkSet::HasAny(std::initializer_list<uint8_t> types) const
{
    for (uint8_t type : types)
    {
        if (Has(type))
        {
            return true;
        }
    }
    return false;
}

std::optional<SctpChunkSet>
CollectSctpChunks(ByteView transport)
{
    SctpChunkSet found;
    bool mustBeAlone = false;
    bool isLater = false;
    SctpChunkWalk walk(transport);
    while (const auto chunk = walk.Next())
    {
        const uint8_t type = chunk->type;
        mustBeAlone = mustBeAlone || type == sctp_chunk::INIT || type == sctp_chunk::INIT_ACK ||
                      type == sctp_chunk::SHUTDOWN_COMPLETE;
        const bool mustBeFirst = type == sctp_chunk::COOKIE_ECHO || type == sctp_chunk::COOKIE_ACK;
        if (chunk->isEmpty || (isLater && (mustBeAlone || mustBeFirst)))
        {
            return std::nullopt;
        }
        found.Add(type);
        isLater = true;
    }
    return isLater ? std::optional(found) : std::nullopt;
}

} // namespace conntrack
} // namespace ns3
