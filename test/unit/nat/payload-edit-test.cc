/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/nat/payload-edit.h"
#include "model/table/expectation.h"
#include "model/wire/checksum.h"
#include "test/unit/edited-packet.h"

#include <gtest/gtest.h>

namespace ns3
{
namespace conntrack
{
namespace test
{
namespace
{

TcpFields
Fields(uint32_t seq, uint32_t ack)
{
    TcpFields fields;
    fields.sourcePort = 40000;
    fields.destinationPort = 21;
    fields.seq = seq;
    fields.ack = ack;
    fields.flags = tcp_bits::ACK;
    return fields;
}

Bytes
Segment(uint32_t seq, uint32_t ack, const std::string& text, const char* source = "10.1.0.10")
{
    const bool ipv4 = std::string(source).find(':') == std::string::npos;
    return PacketBuilder(source, ipv4 ? "10.2.0.10" : "fd00:2::10")
        .Tcp(Fields(seq, ack), text)
        .Build();
}

/// A connection with a helper area.
class PayloadEdit : public ::testing::Test
{
  protected:
    PayloadEdit()
    {
        connection.help = &area;
    }

    EditedPacket& Take(Bytes bytes, Direction direction = Direction::Original)
    {
        edited.emplace(std::move(bytes));
        edited->packet.connection = &connection;
        edited->packet.direction = direction;
        return *edited;
    }

    Bytes Shifted(Bytes bytes, Direction direction = Direction::Original)
    {
        EXPECT_TRUE(
            ShiftSequenceNumbers(Take(std::move(bytes), direction).packet, ChecksumUse::Kept));
        return edited->Get();
    }

    HelperArea area;
    Connection connection;
    std::optional<EditedPacket> edited;
};

TEST_F(PayloadEdit, LongerTextIsAsIfBuiltSo)
{
    for (const char* source : {"10.1.0.10", "fd00:1::10"})
    {
        Take(Segment(1000, 5, "PORT 1,2\r\n", source));
        EXPECT_TRUE(EditTcpPayload(edited->packet, {5, 3, "100,200"}, ChecksumUse::Kept));
        EXPECT_EQ(edited->Get(), Segment(1000, 5, "PORT 100,200\r\n", source));
    }
    EXPECT_TRUE(connection.Is(status::SEQ_ADJUST));
}

TEST_F(PayloadEdit, TextOfTheSameLengthShiftsNothing)
{
    Take(Segment(1000, 5, "PORT 1,2\r\n"));
    EXPECT_TRUE(EditTcpPayload(edited->packet, {5, 3, "3,4"}, ChecksumUse::Kept));
    EXPECT_EQ(edited->Get(), Segment(1000, 5, "PORT 3,4\r\n"));
    EXPECT_FALSE(connection.Is(status::SEQ_ADJUST));
}

TEST_F(PayloadEdit, AreaThatTakesNoShifts)
{
    area.takesShifts = false;
    Take(Segment(1000, 5, "PORT 1,2\r\n"));
    EXPECT_TRUE(EditTcpPayload(edited->packet, {5, 3, "100,200"}, ChecksumUse::Kept));
    EXPECT_FALSE(connection.Is(status::SEQ_ADJUST));
}

TEST_F(PayloadEdit, NothingChangesWhereItCannot)
{
    Take(Segment(1000, 5, "PORT 1,2\r\n"));
    const Bytes before = edited->Get();
    EXPECT_FALSE(EditTcpPayload(edited->packet, {5, 30, "x"}, ChecksumUse::Kept)); // past the end
    EXPECT_FALSE(EditTcpPayload(edited->packet,
                                {5, 3, std::string(65535, 'x')},
                                ChecksumUse::Kept)); // no IP packet is so long
    EXPECT_EQ(edited->Get(), before);
    edited->packet.editor = nullptr;
    EXPECT_FALSE(EditTcpPayload(edited->packet, {5, 3, "x"}, ChecksumUse::Kept));
    connection.help = nullptr;
    EXPECT_FALSE(EditTcpPayload(edited->packet, {5, 3, "x"}, ChecksumUse::Kept));
}

TEST_F(PayloadEdit, LaterSegmentsAndAnswersAreShifted)
{
    Take(Segment(1000, 5, "PORT 1,2\r\n")); // grows by 4
    ASSERT_TRUE(EditTcpPayload(edited->packet, {5, 3, "100,200"}, ChecksumUse::Kept));
    EXPECT_EQ(Shifted(Segment(1000, 5, "x")), Segment(1000, 5, "x")); // repeated: before the change
    EXPECT_EQ(Shifted(Segment(1010, 5, "x")), Segment(1014, 5, "x"));
    const Direction reply = Direction::Reply;
    EXPECT_EQ(Shifted(Segment(5, 1000, "x"), reply), Segment(5, 1000, "x"));
    EXPECT_EQ(Shifted(Segment(5, 1014, "x"), reply), Segment(5, 1010, "x"));
}

TEST_F(PayloadEdit, ChangesAddUp)
{
    Take(Segment(1000, 5, "PORT 1,2\r\n")); // 10 bytes, grows by 4
    ASSERT_TRUE(EditTcpPayload(edited->packet, {5, 3, "100,200"}, ChecksumUse::Kept));
    Take(Segment(1010, 5, "PORT 100,2\r\n")); // 12 bytes, shrinks by 2
    ASSERT_TRUE(EditTcpPayload(edited->packet, {5, 5, "1,2"}, ChecksumUse::Kept));
    EXPECT_EQ(Shifted(Segment(1010, 5, "x")), Segment(1014, 5, "x"));
    EXPECT_EQ(Shifted(Segment(1022, 5, "x")), Segment(1024, 5, "x"));
    EXPECT_EQ(Shifted(Segment(5, 1014, ""), Direction::Reply), Segment(5, 1010, ""));
    EXPECT_EQ(Shifted(Segment(5, 1024, ""), Direction::Reply), Segment(5, 1022, ""));
}

TEST_F(PayloadEdit, NumbersWrap)
{
    Take(Segment(0xfffffffc, 5, "PORT 1,2\r\n"));
    ASSERT_TRUE(EditTcpPayload(edited->packet, {5, 3, "100,200"}, ChecksumUse::Kept));
    EXPECT_EQ(Shifted(Segment(6, 5, "x")), Segment(10, 5, "x"));
    EXPECT_EQ(Shifted(Segment(5, 10, "x"), Direction::Reply), Segment(5, 6, "x"));
    EXPECT_EQ(Shifted(Segment(5, 0xfffffffc, "x"), Direction::Reply), Segment(5, 0xfffffffc, "x"));
}

TEST_F(PayloadEdit, SelectiveAcknowledgementsAreShifted)
{
    area.shifts[0].Change(1000, 4);
    for (const std::size_t nops : {0, 1, 2, 3}) // at even and odd places
    {
        const auto build = [&](uint32_t ack, uint32_t left, uint32_t right) {
            TcpFields fields = Fields(5, ack);
            fields.options.assign(nops, 1);
            fields.options.insert(fields.options.end(), {5, 10});
            fields.options.resize(nops + 10);
            WriteU32(&fields.options[nops + 2], left);
            WriteU32(&fields.options[nops + 6], right);
            return PacketBuilder("10.2.0.10", "10.1.0.10").Tcp(fields, "x").Build();
        };
        EXPECT_EQ(Shifted(build(1000, 2004, 3004), Direction::Reply), build(1000, 2000, 3000))
            << nops;
    }
}

/// Options that do not end where they should.
TEST_F(PayloadEdit, BrokenOptionsAreRefused)
{
    area.shifts[0].Change(1000, 4);
    for (const Bytes& options :
         {Bytes{5, 1, 0, 0}, Bytes{5, 0, 0, 0}, Bytes{5, 10, 0, 0}, Bytes{1, 1, 1, 5}})
    {
        TcpFields fields = Fields(5, 2000);
        fields.options = options;
        Take(PacketBuilder("10.2.0.10", "10.1.0.10").Tcp(fields, "").Build(), Direction::Reply);
        EXPECT_FALSE(ShiftSequenceNumbers(edited->packet, ChecksumUse::Kept));
    }
    for (const Bytes& options :
         {Bytes{0, 5, 10, 0}, Bytes{1, 1, 1, 0}, Bytes{5, 2, 1, 1}, Bytes{5, 3, 0, 1}})
    {
        TcpFields fields = Fields(5, 2000);
        fields.options = options;
        Take(PacketBuilder("10.2.0.10", "10.1.0.10").Tcp(fields, "").Build(), Direction::Reply);
        EXPECT_TRUE(ShiftSequenceNumbers(edited->packet, ChecksumUse::Kept));
    }
}

TEST_F(PayloadEdit, UdpText)
{
    for (const char* source : {"10.1.0.10", "fd00:1::10"})
    {
        const bool ipv4 = source[0] == '1';
        const auto build = [&](const char* text) {
            return PacketBuilder(source, ipv4 ? "10.2.0.10" : "fd00:2::10")
                .Udp(5060, 5060, text)
                .Build();
        };
        Take(build("Via: 10.1.0.10"));
        EXPECT_TRUE(EditUdpPayload(edited->packet, {5, 9, "203.0.113.200"}, ChecksumUse::Kept));
        EXPECT_EQ(edited->Get(), build("Via: 203.0.113.200"));
    }
    const auto build = [](const char* text) {
        return PacketBuilder("10.1.0.10", "10.2.0.10").Udp(1, 2, text).ZeroChecksum().Build();
    };
    Take(build("abc"));
    EXPECT_TRUE(EditUdpPayload(edited->packet, {1, 1, ""}, ChecksumUse::Kept));
    EXPECT_EQ(edited->Get(), build("ac"));
}

TEST_F(PayloadEdit, TextByTheConnectionsProtocol)
{
    connection.tuples[0].protocol = protocol::TCP;
    Take(Segment(1000, 5, "PORT 1,2\r\n"));
    EXPECT_TRUE(EditText(edited->packet, {5, 3, "100,200"}, ChecksumUse::Kept));
    EXPECT_EQ(edited->Get(), Segment(1000, 5, "PORT 100,200\r\n"));
    connection.tuples[0].protocol = protocol::UDP;
    const auto build = [](const char* text) {
        return PacketBuilder("10.1.0.10", "10.2.0.10").Udp(1, 2, text).Build();
    };
    Take(build("abc"));
    EXPECT_TRUE(EditText(edited->packet, {1, 1, ""}, ChecksumUse::Kept));
    EXPECT_EQ(edited->Get(), build("ac"));
    for (const uint8_t other : {protocol::UDPLITE, protocol::SCTP, protocol::GRE})
    {
        connection.tuples[0].protocol = other;
        Take(build("abc"));
        EXPECT_FALSE(EditText(edited->packet, {1, 1, ""}, ChecksumUse::Kept));
        EXPECT_EQ(edited->Get(), build("abc"));
    }
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
