/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_NAT_PAYLOAD_EDIT_H
#define CONNTRACK_NAT_PAYLOAD_EDIT_H

#include "model/table/tracked-packet.h"
#include "model/wire/packet-edit.h"

#include <string_view>

/**
 * @file
 * Other text in a packet's payload, and the sequence numbers that become wrong by it.
 *
 * Layer: nat.
 * Shape: functions on a packet and its connection; what they remember is in the helper area.
 * Units: positions count from the first byte of the payload.
 * Errors: a packet that nobody can edit, or that would become too long, is left as it is (false).
 * Source: RFC 3022 4.1; RFC 2018 3 (selective acknowledgements are numbers of the peer, too).
 */

namespace ns3
{
namespace conntrack
{

/// Text of a payload that is replaced.
struct TextChange
{
    std::size_t position{0};
    std::size_t length{0};
    std::string_view text; ///< in its place
};

/**
 * Replace text in a TCP payload. Lengths and checksums are made right, and the growth is noted in
 * the helper area, so that later segments and acknowledgements are shifted.
 * @param packet with a connection that has a helper area
 * @param change within the payload
 * @param checksums whether they mean anything
 * @return whether it was done
 */
bool EditTcpPayload(TrackedPacket& packet, const TextChange& change, ChecksumUse checksums);

/**
 * The first half of EditTcpPayload: replace the text, and note nothing.
 * @param packet with a connection
 * @param change within the payload
 * @param checksums whether they mean anything
 * @return whether it was done
 */
bool ReplaceTcpText(TrackedPacket& packet, const TextChange& change, ChecksumUse checksums);

/**
 * The other half: note how much a segment has grown by all its changes.
 * @param packet with a connection
 * @param growth in bytes
 */
void NoteTcpGrowth(const TrackedPacket& packet, int32_t growth);

/**
 * Replace text in a UDP payload.
 * @param packet with a connection
 * @param change within the payload
 * @param checksums whether they mean anything; a packet without one stays so
 * @return whether it was done
 */
bool EditUdpPayload(TrackedPacket& packet, const TextChange& change, ChecksumUse checksums);

/**
 * EditTcpPayload or EditUdpPayload, by the connection's protocol.
 * @param packet with a connection
 * @param change within the payload
 * @param checksums whether they mean anything
 * @return whether it was done; not for other protocols
 */
bool EditText(TrackedPacket& packet, const TextChange& change, ChecksumUse checksums);

/**
 * Shift the numbers of a TCP segment, as its connection's helper area says.
 * @param packet of a connection with status bit SEQ_ADJUST
 * @param checksums whether they mean anything
 * @return false if its options cannot be read: it must be dropped
 */
bool ShiftSequenceNumbers(TrackedPacket& packet, ChecksumUse checksums);

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_NAT_PAYLOAD_EDIT_H
