/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_TEST_UNIT_EDITED_PACKET_H
#define CONNTRACK_TEST_UNIT_EDITED_PACKET_H

#include "model/table/tracked-packet.h"
#include "test/unit/packet-builder.h"

#include <utility>

/**
 * @file
 * A packet whose bytes may be changed, without a simulation.
 *
 * Layer: test.
 */

namespace ns3
{
namespace conntrack
{
namespace test
{

/// A packet that can be changed.
class EditedPacket final : public PacketEditor
{
  public:
    /// @param bytes a whole IP packet
    explicit EditedPacket(Bytes bytes)
        : m_bytes(std::move(bytes))
    {
        packet.editor = this;
        packet.view = *PacketView::Parse(AsView(m_bytes));
    }

    // PacketEditor
    MutableBytes Edit(std::size_t) override
    {
        return {m_bytes.data(), m_bytes.size()};
    }

    void Replace(std::vector<uint8_t> bytes) override
    {
        m_bytes = std::move(bytes);
        packet.view = *PacketView::Parse(AsView(m_bytes));
    }

    /// @return the packet as it is now
    const Bytes& Get() const
    {
        return m_bytes;
    }

    TrackedPacket packet; ///< a view of it, with this as its editor

  private:
    Bytes m_bytes;
};

} // namespace test
} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_TEST_UNIT_EDITED_PACKET_H
