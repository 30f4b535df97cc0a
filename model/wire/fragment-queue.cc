/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/wire/fragment-queue.h"

#include <algorithm>

namespace ns3
{
namespace conntrack
{

bool
FragmentQueue::AgreesOnEnd(uint32_t end, bool isLast)
{
    if (isLast)
    {
        if (end < m_length || (m_hasLast && end != m_length))
        {
            return false;
        }
        m_hasLast = true;
        m_length = end;
    }
    else if (end > m_length)
    {
        if (m_hasLast)
        {
            return false;
        }
        m_length = end;
    }
    return true;
}

FragmentQueue::Result
FragmentQueue::Insert(const FragmentPiece& piece)
{
    const auto end = static_cast<uint32_t>(piece.begin + piece.payload.size);
    const Result result = Place(piece.begin, end);
    if (result != Result::Taken)
    {
        return result;
    }
    const uint8_t* payload = piece.payload.data;
    m_pieces[piece.begin] = {{payload, payload + piece.payload.size},
                             static_cast<uint16_t>(piece.header.size)};
    m_bytes += static_cast<uint32_t>(piece.payload.size);
    if (piece.begin == 0)
    {
        m_hasFirst = true;
        m_firstHeader.assign(piece.header.data, piece.header.data + piece.header.size);
    }
    return result;
}

FragmentQueue::Result
FragmentQueue::Place(uint32_t begin, uint32_t end)
{
    const auto last = m_runs.rbegin();
    if (last != m_runs.rend() && last->second < end)
    {
        // The common case: the piece goes to the very end.
        if (begin < last->second)
        {
            return Result::Overlap;
        }
        if (begin == last->second)
        {
            last->second = end;
            return Result::Taken;
        }
    }
    const auto after = m_runs.lower_bound(end);
    if (after != m_runs.begin())
    {
        const auto& [runBegin, runEnd] =
            *std::prev(after); // the last run that begins before our end
        if (runEnd > begin)
        {
            return runBegin <= begin && end <= runEnd ? Result::Duplicate : Result::Overlap;
        }
    }
    m_runs[begin] = end;
    return Result::Taken;
}

std::vector<uint8_t>
FragmentQueue::FirstFragment() const
{
    std::vector<uint8_t> fragment = m_firstHeader;
    if (m_hasFirst)
    {
        const auto& payload = m_pieces.begin()->second.payload;
        fragment.insert(fragment.end(), payload.begin(), payload.end());
    }
    return fragment;
}

void
FragmentQueue::AppendPayload(std::vector<uint8_t>& packet) const
{
    for (const auto& [offset, piece] : m_pieces)
    {
        packet.insert(packet.end(), piece.payload.begin(), piece.payload.end());
    }
}

FragmentShape
FragmentQueue::Shape() const
{
    FragmentShape shape;
    shape.firstHeader = static_cast<uint16_t>(m_firstHeader.size());
    for (const auto& [offset, piece] : m_pieces)
    {
        shape.payloads.push_back(static_cast<uint16_t>(piece.payload.size()));
        if (offset != 0 && (shape.shortestHeader == 0 || piece.headerSize < shape.shortestHeader))
        {
            shape.shortestHeader = piece.headerSize;
        }
    }
    return shape;
}

void
FragmentQueue::Clear()
{
    *this = FragmentQueue();
}

} // namespace conntrack
} // namespace ns3
