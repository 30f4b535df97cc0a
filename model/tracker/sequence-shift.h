/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_TRACKER_SEQUENCE_SHIFT_H
#define CONNTRACK_TRACKER_SEQUENCE_SHIFT_H

#include "model/flow/tuple.h"

#include <array>
#include <cstdint>

/**
 * @file
 * By how much a TCP connection's sequence numbers are shifted, since NAT changed a payload's
 * length.
 *
 * Layer: tracker.
 * Shape: three numbers a direction; all zero: no shift. As Linux keeps the last change only, two
 * changes within one window leave numbers before the earlier one to the earlier offset.
 * Units: bytes; sequence numbers are those that the sender uses.
 * Source: RFC 3022 4.1 (the need); Linux's nf_ct_seqadj (what is kept, and the comparison).
 */

namespace ns3
{
namespace conntrack
{

/// The shift of one direction.
struct SequenceShift
{
    uint32_t position{0}; ///< of the last change: numbers behind it have the second offset
    int32_t before{0};
    int32_t after{0};

    /**
     * @param seq a number of the sender of this direction
     * @return what is added to it on its way to the receiver
     */
    int32_t At(uint32_t seq) const
    {
        return IsBehind(seq) ? after : before;
    }

    /**
     * @param ack a number that the receiver acknowledges
     * @return what is taken from it on its way to the sender
     */
    int32_t AtAnswer(uint32_t ack) const
    {
        return IsBehind(ack - static_cast<uint32_t>(before)) ? after : before;
    }

    /**
     * Note a change.
     * @param seq of the segment whose payload changed
     * @param growth of the payload; not 0
     */
    void Change(uint32_t seq, int32_t growth)
    {
        if (before == after || IsBehind(seq))
        {
            position = seq;
            before = after;
            after += growth;
        }
    }

  private:
    /// RFC 9293 3.4: compared modulo 2^32.
    bool IsBehind(uint32_t seq) const
    {
        return static_cast<int32_t>(position - seq) < 0;
    }
};

/// The shifts of both directions.
using SequenceShifts = std::array<SequenceShift, 2>;

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_TRACKER_SEQUENCE_SHIFT_H
