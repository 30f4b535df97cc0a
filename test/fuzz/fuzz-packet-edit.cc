/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
// A packet, whose ends are rewritten and whose TCP numbers are shifted: its length stays, and no
// byte outside of it may be touched.
#include "model/nat/payload-edit.h"
#include "model/table/expectation.h"

#include <cstdlib>

using namespace ns3::conntrack;

namespace
{

/// The packet's bytes, in memory of their own, so that a step too far is seen.
class Owner final : public PacketEditor
{
  public:
    explicit Owner(std::vector<uint8_t> bytes)
        : m_bytes(std::move(bytes))
    {
    }

    MutableBytes Edit(std::size_t) override
    {
        return {m_bytes.data(), m_bytes.size()};
    }

    void Replace(std::vector<uint8_t> bytes) override
    {
        m_bytes = std::move(bytes);
    }

    const std::vector<uint8_t>& Get() const
    {
        return m_bytes;
    }

  private:
    std::vector<uint8_t> m_bytes;
};

void
Rewrite(Owner& owner, const PacketView& view, PacketEnd end)
{
    EditablePacket packet;
    packet.bytes = owner.Edit(0);
    packet.family = view.GetFamily();
    packet.transportOffset = view.TransportOffset();
    packet.protocol = view.Protocol();
    packet.isFragment = view.FragmentOffset() != 0;
    EndValue value;
    value.address.bytes.fill(0x5a);
    value.number = 4711;
    RewriteEnd(packet, end, value);
}

} // namespace

extern "C" int
LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size)
{
    Owner owner(std::vector<uint8_t>(data, data + size));
    const auto view = PacketView::Parse({owner.Get().data(), owner.Get().size()});
    if (!view)
    {
        return 0;
    }
    Rewrite(owner, *view, PacketEnd::Source);
    Rewrite(owner, *view, PacketEnd::Destination);

    Connection connection;
    HelperArea area;
    connection.help = &area;
    area.shifts[0].Change(1000, 7);
    area.shifts[1].Change(5, -3);
    TrackedPacket packet;
    packet.view = *view;
    packet.editor = &owner;
    packet.connection = &connection;
    if (view->Protocol() == protocol::TCP)
    {
        ShiftSequenceNumbers(packet, ChecksumUse::Kept);
    }
    if (owner.Get().size() != size)
    {
        std::abort();
    }
    return 0;
}
