/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/wire/packet-view.h"
#include "test/unit/packet-builder.h"

#include <gtest/gtest.h>
#include <string>

namespace ns3
{
namespace conntrack
{
namespace
{

using test::Bytes;
using test::PacketBuilder;

constexpr std::size_t HEAD = 128;

/// A packet that is handed over as a whole only when somebody asks for it.
class AskedOwner : public WholePacket
{
  public:
    explicit AskedOwner(Bytes packet)
        : bytes(std::move(packet))
    {
    }

    ByteView GetWhole() override
    {
        asked++;
        return test::AsView(bytes);
    }

    /// @return the packet, looked at by its first bytes
    std::optional<PacketView> Look()
    {
        return PacketView::ParseHead(test::AsView(bytes).First(HEAD), *this, bytes.size());
    }

    Bytes bytes;
    int asked{0};
};

Bytes
LongUdp()
{
    return PacketBuilder("10.1.0.10", "10.2.0.20").Udp(5, 6, std::string(1000, 'x')).Build();
}

TEST(PacketHead, HeadersAreAtHand)
{
    AskedOwner owner(LongUdp());
    const auto view = owner.Look();
    ASSERT_TRUE(view);
    EXPECT_EQ(view->Source(), test::ToAddress("10.1.0.10"));
    EXPECT_EQ(view->Protocol(), protocol::UDP);
    EXPECT_EQ(view->Length(), 1028U);
    EXPECT_EQ(view->TransportLength(), 1008U);
    EXPECT_EQ(view->Head().size, HEAD);
    EXPECT_EQ(view->TransportHead().size, HEAD - 20);
    EXPECT_TRUE(view->IsWhole());
    EXPECT_EQ(owner.asked, 0);
}

TEST(PacketHead, TheRestIsFetched)
{
    AskedOwner owner(LongUdp());
    owner.bytes.insert(owner.bytes.end(), 7, 0xee); // padding of the link
    const PacketView copy = *owner.Look();
    EXPECT_EQ(copy.Bytes().size, 1028U);
    EXPECT_EQ(copy.Transport().size, 1008U);
    EXPECT_EQ(copy.Transport().data[1007], 'x');
    EXPECT_EQ(owner.asked, 3);
}

TEST(PacketHead, CutPacketIsNotWhole)
{
    AskedOwner owner(LongUdp());
    owner.bytes.resize(500);
    const auto view = owner.Look();
    EXPECT_FALSE(view->IsWhole());
    EXPECT_EQ(view->Length(), 1028U);
    EXPECT_EQ(view->Bytes().size, 500U);
}

TEST(PacketHead, PaddingAloneIsNotFetched)
{
    AskedOwner owner(PacketBuilder("10.1.0.10", "10.2.0.20").Udp(5, 6, "abc").Build());
    owner.bytes.resize(200, 0xee);
    const auto view = owner.Look();
    EXPECT_EQ(view->Transport().size, 11U);
    EXPECT_TRUE(view->IsWhole());
    EXPECT_EQ(owner.asked, 0);
}

TEST(PacketHead, LongHeadersAreReadAsAWhole)
{
    Bytes content(200);
    content[0] = protocol::UDP;
    content[1] = 11; // destination options of 96 bytes: the UDP header lies past the head
    AskedOwner owner(PacketBuilder("fd00:1::10", "fd00:2::20").Raw(60, content).Build());
    const auto view = owner.Look();
    ASSERT_TRUE(view);
    EXPECT_EQ(view->Protocol(), protocol::UDP);
    EXPECT_EQ(view->TransportOffset(), 136U);
    EXPECT_EQ(view->TransportHead().size, 104U);
    EXPECT_EQ(owner.asked, 1);
}

TEST(PacketHead, NoPacketIsNone)
{
    AskedOwner owner(LongUdp());
    owner.bytes[0] = 0x15;
    EXPECT_FALSE(owner.Look());
}

} // namespace
} // namespace conntrack
} // namespace ns3
