/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/wire/checksum.h"
#include "model/wire/packet-edit.h"
#include "test/unit/packet-builder.h"

#include <gtest/gtest.h>
#include <ostream>

namespace ns3
{
namespace conntrack
{
namespace test
{
namespace
{

/// A kind of packet; made for given ends.
struct KindRow
{
    const char* label;
    bool ipv4;
    uint8_t protocol;
    Bytes (*make)(const char* source, const char* destination, uint16_t from, uint16_t to);
};

/// @param row a row @param out gets its label
void
PrintTo(const KindRow& row, std::ostream* out)
{
    *out << row.label;
}

Bytes
Tcp(const char* source, const char* destination, uint16_t from, uint16_t to)
{
    TcpFields fields;
    fields.sourcePort = from;
    fields.destinationPort = to;
    fields.seq = 0xfffffff0;
    return PacketBuilder(source, destination).Tcp(fields, "odd length").Build();
}

Bytes
Udp(const char* source, const char* destination, uint16_t from, uint16_t to)
{
    return PacketBuilder(source, destination).Udp(from, to, "abc").Build();
}

Bytes
UdpWithoutSum(const char* source, const char* destination, uint16_t from, uint16_t to)
{
    return PacketBuilder(source, destination).Udp(from, to, "abc").ZeroChecksum().Build();
}

Bytes
Ping(const char* source, const char* destination, uint16_t from, uint16_t)
{
    return PacketBuilder(source, destination)
        .Icmp(std::string(source).find(':') == std::string::npos ? 8 : 128,
              0,
              uint32_t{from} << 16 | 1,
              {1, 2, 3})
        .Build();
}

Bytes
Sctp(const char* source, const char* destination, uint16_t from, uint16_t to)
{
    Bytes bytes(16);
    WriteU16(&bytes[0], from);
    WriteU16(&bytes[2], to);
    WriteU32(&bytes[8], SctpChecksum(AsView(bytes)));
    return PacketBuilder(source, destination).Raw(protocol::SCTP, bytes).Build();
}

Bytes
Unknown(const char* source, const char* destination, uint16_t, uint16_t)
{
    return PacketBuilder(source, destination).Raw(253, {1, 2, 3, 4, 5, 6, 7, 8}).Build();
}

/// Edits a packet and expects the one that is built with the new end.
class PacketEdit : public ::testing::TestWithParam<KindRow>
{
  protected:
    void Rewrite(Bytes& bytes, PacketEnd end, const char* address, uint16_t number) const
    {
        const auto view = PacketView::Parse(AsView(bytes));
        ASSERT_TRUE(view);
        EditablePacket packet;
        packet.bytes = {bytes.data(), bytes.size()};
        packet.family = view->GetFamily();
        packet.transportOffset = view->TransportOffset();
        packet.protocol = view->Protocol();
        RewriteEnd(packet, end, {ToAddress(address), number});
    }
};

TEST_P(PacketEdit, SourceIsAsIfBuiltSo)
{
    const bool ipv4 = GetParam().ipv4;
    const char* source = ipv4 ? "10.1.0.10" : "fd00:1::10";
    const char* destination = ipv4 ? "10.2.0.10" : "fd00:2::10";
    const char* outside = ipv4 ? "203.0.113.200" : "2001:db8:ffff::abcd";
    Bytes bytes = GetParam().make(source, destination, 40000, 80);
    Rewrite(bytes, PacketEnd::Source, outside, 1);
    EXPECT_EQ(bytes, GetParam().make(outside, destination, 1, 80));
}

TEST_P(PacketEdit, DestinationIsAsIfBuiltSo)
{
    const bool ipv4 = GetParam().ipv4;
    const char* source = ipv4 ? "10.1.0.10" : "fd00:1::10";
    const char* destination = ipv4 ? "10.2.0.10" : "fd00:2::10";
    const char* inside = ipv4 ? "192.168.0.1" : "fd00:ffff::1";
    const bool isPing = GetParam().make == Ping; // its identifier is both ends'
    Bytes bytes = GetParam().make(source, destination, 40000, 80);
    Rewrite(bytes, PacketEnd::Destination, inside, 65535);
    EXPECT_EQ(bytes, GetParam().make(source, inside, isPing ? 65535 : 40000, 65535));
}

TEST_P(PacketEdit, ThereAndBackIsTheSame)
{
    const bool ipv4 = GetParam().ipv4;
    const char* source = ipv4 ? "10.1.0.10" : "fd00:1::10";
    const char* destination = ipv4 ? "10.2.0.10" : "fd00:2::10";
    const Bytes before = GetParam().make(source, destination, 40000, 80);
    Bytes bytes = before;
    Rewrite(bytes, PacketEnd::Source, ipv4 ? "203.0.113.200" : "2001:db8::1", 1);
    EXPECT_NE(bytes, before);
    Rewrite(bytes, PacketEnd::Source, source, 40000);
    EXPECT_EQ(bytes, before);
}

const KindRow KINDS[] = {
    {"Tcp4", true, protocol::TCP, Tcp},
    {"Tcp6", false, protocol::TCP, Tcp},
    {"Udp4", true, protocol::UDP, Udp},
    {"Udp6", false, protocol::UDP, Udp},
    {"UdpWithoutSum", true, protocol::UDP, UdpWithoutSum},
    {"Ping4", true, protocol::ICMP, Ping},
    {"Ping6", false, protocol::ICMPV6, Ping},
    {"Sctp4", true, protocol::SCTP, Sctp},
    {"Sctp6", false, protocol::SCTP, Sctp},
    {"Unknown4", true, 253, Unknown},
    {"Unknown6", false, 253, Unknown},
};

INSTANTIATE_TEST_SUITE_P(Rows, PacketEdit, ::testing::ValuesIn(KINDS), [](const auto& info) {
    return info.param.label;
});

TEST(PacketEditCut, WrongSumStaysWrongByAsMuch)
{
    TcpFields fields;
    fields.sourcePort = 40000;
    fields.destinationPort = 80;
    Bytes bytes = PacketBuilder("10.1.0.10", "10.2.0.10").Tcp(fields, "x").Build();
    WriteU16(&bytes[36], static_cast<uint16_t>(ReadU16(&bytes[36]) - 5));
    EditablePacket packet;
    packet.bytes = {bytes.data(), bytes.size()};
    packet.transportOffset = 20;
    packet.protocol = protocol::TCP;
    RewriteEnd(packet, PacketEnd::Source, {ToAddress("203.0.113.200"), 1});
    fields.sourcePort = 1;
    const Bytes right = PacketBuilder("203.0.113.200", "10.2.0.10").Tcp(fields, "x").Build();
    EXPECT_EQ(ReadU16(&bytes[36]), ReadU16(&right[36]) - 5);
}

TEST(PacketEditCut, WhatIsNotThereIsLeftOut)
{
    const Bytes whole = Tcp("10.1.0.10", "10.2.0.10", 40000, 80);
    const Bytes built = Tcp("203.0.113.200", "10.2.0.10", 1, 80);
    for (std::size_t size = 20; size <= whole.size(); ++size)
    {
        Bytes bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
        EditablePacket packet;
        packet.bytes = {bytes.data(), bytes.size()};
        packet.transportOffset = 20;
        packet.protocol = protocol::TCP;
        RewriteEnd(packet, PacketEnd::Source, {ToAddress("203.0.113.200"), 1});
        const bool hasPort = size >= 22;
        const bool hasSum = size >= 38;
        for (std::size_t i = 0; i < size; ++i)
        {
            const bool isPort = i == 20 || i == 21;
            const bool isSum = i == 36 || i == 37;
            const bool isChanged = (!isPort || hasPort) && (!isSum || hasSum);
            EXPECT_EQ(bytes[i], isChanged ? built[i] : whole[i]) << i << " of " << size;
        }
    }
}

TEST(PacketEditCut, LaterFragmentHasNoPorts)
{
    Bytes bytes = Udp("10.1.0.10", "10.2.0.10", 40000, 80);
    const Bytes before = bytes;
    EditablePacket packet;
    packet.bytes = {bytes.data(), bytes.size()};
    packet.transportOffset = 20;
    packet.protocol = protocol::UDP;
    packet.isFragment = true;
    RewriteEnd(packet, PacketEnd::Source, {ToAddress("203.0.113.200"), 1});
    EXPECT_TRUE(std::equal(bytes.begin() + 20, bytes.end(), before.begin() + 20));
    EXPECT_EQ(PacketView::Parse(AsView(bytes))->Source(), ToAddress("203.0.113.200"));
}

TEST(PacketEditCut, AbsentChecksumsStayAsTheyAre)
{
    Bytes bytes = Tcp("10.1.0.10", "10.2.0.10", 40000, 80);
    bytes[10] = bytes[11] = bytes[36] = bytes[37] = 0;
    EditablePacket packet;
    packet.bytes = {bytes.data(), bytes.size()};
    packet.transportOffset = 20;
    packet.protocol = protocol::TCP;
    packet.checksums = ChecksumUse::Absent;
    RewriteEnd(packet, PacketEnd::Source, {ToAddress("203.0.113.200"), 1});
    EXPECT_EQ(ReadU16(&bytes[10]), 0);
    EXPECT_EQ(ReadU16(&bytes[36]), 0);
    EXPECT_EQ(ReadU16(&bytes[20]), 1);
}

TEST(PacketEditCut, UdpSumOfZeroIsSentAsOnes)
{
    // Every address is tried until a sum of zero must have come up: RFC 768 then wants all ones.
    unsigned ones = 0;
    for (uint32_t i = 0; i < 70000; ++i)
    {
        Bytes bytes = Udp("10.1.0.10", "10.2.0.10", 40000, 80);
        EditablePacket packet;
        packet.bytes = {bytes.data(), bytes.size()};
        packet.transportOffset = 20;
        packet.protocol = protocol::UDP;
        RewriteEnd(packet, PacketEnd::Source, {Address::FromIpv4(0x0a000000 + i), 40000});
        ASSERT_NE(ReadU16(&bytes[26]), 0);
        ones += ReadU16(&bytes[26]) == 0xffff ? 1 : 0;
    }
    EXPECT_GE(ones, 1U);
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
