/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/ruleset/packet-log.h"
#include "test/unit/packet-builder.h"

#include <gtest/gtest.h>

namespace ns3
{
namespace conntrack
{
namespace test
{
namespace
{

/// A packet and the line that the kernel wrote of it (case rules-log, kernel 6.18).
struct RecordedRow
{
    const char* label;
    const char* prefix;
    int flags;
    uint32_t mark;
    const char* packet; ///< in hexadecimal digits
    const char* line;   ///< behind prefix and devices
};

std::string
LabelOf(const ::testing::TestParamInfo<RecordedRow>& info)
{
    return info.param.label;
}

Bytes
FromHex(const std::string& digits)
{
    Bytes bytes;
    for (std::size_t i = 0; i < digits.size(); i += 2)
    {
        bytes.push_back(static_cast<uint8_t>(std::stoi(digits.substr(i, 2), nullptr, 16)));
    }
    return bytes;
}

std::string
LineOf(const Bytes& bytes, const LogSetup& setup, uint32_t mark = 0, const Bytes& link = {})
{
    TrackedPacket packet;
    packet.view = PacketView::Parse(AsView(bytes)).value();
    packet.input = {"cli", 1, 1};
    packet.output = {"srv", 2, 1};
    packet.mark = mark;
    return FormatPacketLog(setup, packet, AsView(link));
}

class RecordedLog : public ::testing::TestWithParam<RecordedRow>
{
};

TEST_P(RecordedLog, IsWrittenAlike)
{
    const RecordedRow& row = GetParam();
    Bytes link = FromHex("0200000001010200000001020800");
    if (row.packet[0] == '6')
    {
        link[12] = 0x86;
        link[13] = 0xdd;
    }
    LogSetup setup;
    setup.prefix = row.prefix;
    setup.flags = static_cast<uint8_t>(row.flags);
    EXPECT_EQ(LineOf(FromHex(row.packet), setup, row.mark, link),
              row.prefix + std::string("IN=cli OUT=srv ") + row.line);
}

const RecordedRow RECORDED[] = {
    {"Udp",
     "plain: ",
     0,
     0,
     "4500001d111100003f1155a90a01000a0a02000a138800010009603c78",
     "MAC=02:00:00:00:01:01:02:00:00:00:01:02:08:00 SRC=10.1.0.10 DST=10.2.0"
     ".10 LEN=29 TOS=0x00 PREC=0x00 TTL=63 ID=4369 PROTO=UDP SPT=5000 DPT=1 "
     "LEN=9 "},
    {"UdpMacInWords",
     "flags: ",
     log_flag::ALL,
     0,
     "4510001f111100003f1155970a01000a0a02000a13880002000be5bd78797a",
     "MACSRC=02:00:00:00:01:02 MACDST=02:00:00:00:01:01 MACPROTO=0800 SRC=10"
     ".1.0.10 DST=10.2.0.10 LEN=31 TOS=0x10 PREC=0x00 TTL=63 ID=4369 PROTO=U"
     "DP SPT=5000 DPT=2 LEN=11 "},
    {"TcpSyn",
     "",
     0,
     0,
     "45000034111100003f06559d0a01000a0a02000a138800030000004d00000000800220"
     "0028600000020405780402010303070000",
     "MAC=02:00:00:00:01:01:02:00:00:00:01:02:08:00 SRC=10.1.0.10 DST=10.2.0"
     ".10 LEN=52 TOS=0x00 PREC=0x00 TTL=63 ID=4369 PROTO=TCP SPT=5000 DPT=3 "
     "WINDOW=8192 RES=0x00 SYN URGP=0 "},
    {"TcpEverything",
     "tcp: ",
     log_flag::TCP_SEQUENCE | log_flag::TCP_OPTION_BYTES | log_flag::IP_OPTION_BYTES,
     0,
     "45000038111100003f0655990a01000a0a02000a138800040000004d00000063801820"
     "004f1f000002040578040201030307000064617461",
     "MAC=02:00:00:00:01:01:02:00:00:00:01:02:08:00 SRC=10.1.0.10 DST=10.2.0"
     ".10 LEN=56 TOS=0x00 PREC=0x00 TTL=63 ID=4369 PROTO=TCP SPT=5000 DPT=4 "
     "SEQ=77 ACK=99 WINDOW=8192 RES=0x00 ACK PSH URGP=0 OPT (020405780402010"
     "303070000) "},
    {"TcpFlags",
     "tcp: ",
     log_flag::TCP_SEQUENCE | log_flag::TCP_OPTION_BYTES | log_flag::IP_OPTION_BYTES,
     0,
     "4500002c111100003f0655a50a01000a0a02000a138800040000004d0000000050e320"
     "008e48000364617461",
     "MAC=02:00:00:00:01:01:02:00:00:00:01:02:08:00 SRC=10.1.0.10 DST=10.2.0"
     ".10 LEN=44 TOS=0x00 PREC=0x00 TTL=63 ID=4369 PROTO=TCP SPT=5000 DPT=4 "
     "SEQ=77 ACK=0 WINDOW=8192 RES=0x00 CWR ECE URG SYN FIN URGP=3 "},
    {"Mark",
     "mark ",
     0,
     0x55,
     "4500001d111100003f1155a90a01000a0a02000a138800060009603778",
     "MAC=02:00:00:00:01:01:02:00:00:00:01:02:08:00 SRC=10.1.0.10 DST=10.2.0"
     ".10 LEN=29 TOS=0x00 PREC=0x00 TTL=63 ID=4369 PROTO=UDP SPT=5000 DPT=6 "
     "LEN=9 MARK=0x55 "},
    {"Echo",
     "other ",
     0,
     0,
     "4500001c111140003f0115ba0a01000a0a02000a0800f7fc00010002",
     "MAC=02:00:00:00:01:01:02:00:00:00:01:02:08:00 SRC=10.1.0.10 DST=10.2.0"
     ".10 LEN=28 TOS=0x00 PREC=0x00 TTL=63 ID=4369 DF PROTO=ICMP TYPE=8 CODE"
     "=0 ID=1 SEQ=2 "},
    {"PortUnreachable",
     "other ",
     0,
     0,
     "45000039111100003f01559d0a01000a0a02000a0303112e000000004500001d000900"
     "00401166b10a02000a0a01000a000113880009603c78",
     "MAC=02:00:00:00:01:01:02:00:00:00:01:02:08:00 SRC=10.1.0.10 DST=10.2.0"
     ".10 LEN=57 TOS=0x00 PREC=0x00 TTL=63 ID=4369 PROTO=ICMP TYPE=3 CODE=3 "
     "[SRC=10.2.0.10 DST=10.1.0.10 LEN=29 TOS=0x00 PREC=0x00 TTL=64 ID=9 PRO"
     "TO=UDP SPT=1 DPT=5000 LEN=9 ] "},
    {"Unknown",
     "other ",
     0,
     0,
     "45000018111100003ffd54c20a01000a0a02000a61626364",
     "MAC=02:00:00:00:01:01:02:00:00:00:01:02:08:00 SRC=10.1.0.10 DST=10.2.0"
     ".10 LEN=24 TOS=0x00 PREC=0x00 TTL=63 ID=4369 PROTO=253 "},
    {"Udp6",
     "plain: ",
     0,
     0,
     "600000000009113ffd000001000000000000000000000010fd00000200000000000000"
     "00000000101388000100097a2e78",
     "MAC=02:00:00:00:01:01:02:00:00:00:01:02:86:dd SRC=fd00:0001:0000:0000:"
     "0000:0000:0000:0010 DST=fd00:0002:0000:0000:0000:0000:0000:0010 LEN=49"
     " TC=0 HOPLIMIT=63 FLOWLBL=0 PROTO=UDP SPT=5000 DPT=1 LEN=9 "},
    {"UdpMacInWords6",
     "flags: ",
     log_flag::ALL,
     0,
     "61000000000b113ffd000001000000000000000000000010fd00000200000000000000"
     "000000001013880002000bffaf78797a",
     "MACSRC=02:00:00:00:01:02 MACDST=02:00:00:00:01:01 MACPROTO=86dd SRC=fd"
     "00:0001:0000:0000:0000:0000:0000:0010 DST=fd00:0002:0000:0000:0000:000"
     "0:0000:0010 LEN=51 TC=16 HOPLIMIT=63 FLOWLBL=0 PROTO=UDP SPT=5000 DPT="
     "2 LEN=11 "},
    {"TcpSyn6",
     "",
     0,
     0,
     "600000000020063ffd000001000000000000000000000010fd00000200000000000000"
     "0000000010138800030000004d00000000800220004252000002040578040201030307"
     "0000",
     "MAC=02:00:00:00:01:01:02:00:00:00:01:02:86:dd SRC=fd00:0001:0000:0000:"
     "0000:0000:0000:0010 DST=fd00:0002:0000:0000:0000:0000:0000:0010 LEN=72"
     " TC=0 HOPLIMIT=63 FLOWLBL=0 PROTO=TCP SPT=5000 DPT=3 WINDOW=8192 RES=0"
     "x00 SYN URGP=0 "},
    {"TcpEverything6",
     "tcp: ",
     log_flag::TCP_SEQUENCE | log_flag::TCP_OPTION_BYTES | log_flag::IP_OPTION_BYTES,
     0,
     "600000000024063ffd000001000000000000000000000010fd00000200000000000000"
     "0000000010138800040000004d00000063801820006911000002040578040201030307"
     "000064617461",
     "MAC=02:00:00:00:01:01:02:00:00:00:01:02:86:dd SRC=fd00:0001:0000:0000:"
     "0000:0000:0000:0010 DST=fd00:0002:0000:0000:0000:0000:0000:0010 LEN=76"
     " TC=0 HOPLIMIT=63 FLOWLBL=0 PROTO=TCP SPT=5000 DPT=4 SEQ=77 ACK=99 WIN"
     "DOW=8192 RES=0x00 ACK PSH URGP=0 OPT (020405780402010303070000) "},
    {"TcpFlags6",
     "tcp: ",
     log_flag::TCP_SEQUENCE | log_flag::TCP_OPTION_BYTES | log_flag::IP_OPTION_BYTES,
     0,
     "600000000018063ffd000001000000000000000000000010fd00000200000000000000"
     "0000000010138800040000004d0000000050e32000a83a000364617461",
     "MAC=02:00:00:00:01:01:02:00:00:00:01:02:86:dd SRC=fd00:0001:0000:0000:"
     "0000:0000:0000:0010 DST=fd00:0002:0000:0000:0000:0000:0000:0010 LEN=64"
     " TC=0 HOPLIMIT=63 FLOWLBL=0 PROTO=TCP SPT=5000 DPT=4 SEQ=77 ACK=0 WIND"
     "OW=8192 RES=0x00 CWR ECE URG SYN FIN URGP=3 "},
    {"Mark6",
     "mark ",
     0,
     0x55,
     "600000000009113ffd000001000000000000000000000010fd00000200000000000000"
     "00000000101388000600097a2978",
     "MAC=02:00:00:00:01:01:02:00:00:00:01:02:86:dd SRC=fd00:0001:0000:0000:"
     "0000:0000:0000:0010 DST=fd00:0002:0000:0000:0000:0000:0000:0010 LEN=49"
     " TC=0 HOPLIMIT=63 FLOWLBL=0 PROTO=UDP SPT=5000 DPT=6 LEN=9 MARK=0x55 "},
    {"Echo6",
     "other ",
     0,
     0,
     "6000000000083a3ffd000001000000000000000000000010fd00000200000000000000"
     "00000000108000859500010002",
     "MAC=02:00:00:00:01:01:02:00:00:00:01:02:86:dd SRC=fd00:0001:0000:0000:"
     "0000:0000:0000:0010 DST=fd00:0002:0000:0000:0000:0000:0000:0010 LEN=48"
     " TC=0 HOPLIMIT=63 FLOWLBL=0 PROTO=ICMPv6 TYPE=128 CODE=0 ID=1 SEQ=2 "},
    {"PortUnreachable6",
     "other ",
     0,
     0,
     "6000000000393a3ffd000001000000000000000000000010fd00000200000000000000"
     "000000001001049334000000006000000000091140fd00000200000000000000000000"
     "0010fd0000010000000000000000000000100001138800097a2e78",
     "MAC=02:00:00:00:01:01:02:00:00:00:01:02:86:dd SRC=fd00:0001:0000:0000:"
     "0000:0000:0000:0010 DST=fd00:0002:0000:0000:0000:0000:0000:0010 LEN=97"
     " TC=0 HOPLIMIT=63 FLOWLBL=0 PROTO=ICMPv6 TYPE=1 CODE=4 [SRC=fd00:0002:"
     "0000:0000:0000:0000:0000:0010 DST=fd00:0001:0000:0000:0000:0000:0000:0"
     "010 LEN=49 TC=0 HOPLIMIT=64 FLOWLBL=0 PROTO=UDP SPT=1 DPT=5000 LEN=9 ]"
     " "},
    {"HopByHop6",
     "plain: ",
     0,
     0,
     "600000000011003ffd000001000000000000000000000010fd00000200000000000000"
     "000000001011000104000000001388000100097a2e78",
     "MAC=02:00:00:00:01:01:02:00:00:00:01:02:86:dd SRC=fd00:0001:0000:0000:"
     "0000:0000:0000:0010 DST=fd00:0002:0000:0000:0000:0000:0000:0010 LEN=57"
     " TC=0 HOPLIMIT=63 FLOWLBL=0 PROTO=UDP SPT=5000 DPT=1 LEN=9 "},
};

INSTANTIATE_TEST_SUITE_P(, RecordedLog, ::testing::ValuesIn(RECORDED), LabelOf);

const Bytes QUERY = PacketBuilder("10.1.0.10", "10.2.0.10").Udp(5000, 53).Build();

TEST(PacketLog, NoLinkHeader)
{
    EXPECT_EQ(LineOf(QUERY, {}).substr(0, 37), "IN=cli OUT=srv MAC= SRC=10.1.0.10 DST");
}

TEST(PacketLog, NoInputDevice)
{
    TrackedPacket packet;
    packet.view = PacketView::Parse(AsView(QUERY)).value();
    packet.output = {"srv", 2, 1};
    EXPECT_EQ(FormatPacketLog({}, packet, {}).substr(0, 30), "IN= OUT=srv SRC=10.1.0.10 DST=");
}

TEST(PacketLog, Ipv4Options)
{
    const Bytes bytes = PacketBuilder("10.1.0.10", "10.2.0.10")
                            .Ipv4Options({7, 7, 4, 0, 0, 0, 0, 0})
                            .Udp(1, 2)
                            .Build();
    LogSetup setup;
    EXPECT_EQ(LineOf(bytes, setup).find("OPT"), std::string::npos);
    setup.flags = log_flag::IP_OPTION_BYTES;
    EXPECT_NE(LineOf(bytes, setup).find("ID=0 OPT (0707040000000000) PROTO=UDP SPT=1 DPT=2 LEN=8 "),
              std::string::npos);
}

TEST(PacketLog, LaterFragment)
{
    Bytes bytes = QUERY;
    WriteU16(&bytes[6], 0x4002);
    EXPECT_NE(LineOf(bytes, {}).find("ID=0 DF FRAG:2 PROTO=UDP "), std::string::npos);
    EXPECT_EQ(LineOf(bytes, {}).find("SPT"), std::string::npos);
}

/// A packet whose transport header is cut, or a message of an unusual type.
struct TailRow
{
    const char* label;
    Bytes bytes;
    const char* tail; ///< how the line ends
};

std::string
TailLabelOf(const ::testing::TestParamInfo<TailRow>& info)
{
    return info.param.label;
}

class LogTail : public ::testing::TestWithParam<TailRow>
{
};

TEST_P(LogTail, IsWritten)
{
    const std::string tail = GetParam().tail;
    const std::string line = LineOf(GetParam().bytes, {});
    ASSERT_GE(line.size(), tail.size());
    EXPECT_EQ(line.substr(line.size() - tail.size()), tail);
}

Bytes
Ipv4With(uint8_t number, Bytes bytes)
{
    return PacketBuilder("10.1.0.10", "10.2.0.10").Raw(number, std::move(bytes)).Build();
}

Bytes
Ipv6With(uint8_t number, Bytes bytes)
{
    return PacketBuilder("fd00:1::10", "fd00:2::10").Raw(number, std::move(bytes)).Build();
}

const TailRow TAILS[] = {
    {"CutUdp", Ipv4With(17, {1, 2, 3, 4}), "PROTO=UDP INCOMPLETE [4 bytes] "},
    {"CutTcp", Ipv4With(6, {1, 2, 3}), "PROTO=TCP INCOMPLETE [3 bytes] "},
    {"CutIcmp", Ipv4With(1, {8, 0, 0}), "PROTO=ICMP INCOMPLETE [3 bytes] "},
    {"NoUdp", Ipv4With(17, {}), "PROTO=UDP INCOMPLETE [0 bytes] "},
    {"UdpLite", Ipv4With(136, {0, 1, 0, 2, 0, 8, 0, 0}), "PROTO=UDPLITE SPT=1 DPT=2 LEN=8 "},
    {"Esp", Ipv4With(50, {0, 0, 1, 2, 0, 0, 0, 1}), "PROTO=ESP SPI=0x102 "},
    {"CutEsp", Ipv4With(50, {0, 0}), "PROTO=ESP INCOMPLETE [2 bytes] "},
    {"Authentication", Ipv4With(51, {17, 4, 0, 0, 0, 0, 1, 2, 0, 0, 0, 1}), "PROTO=AH SPI=0x102 "},
    {"Redirect",
     PacketBuilder("10.1.0.1", "10.1.0.10").Icmp(5, 1, 0x0a010002, QUERY).Build(),
     "TYPE=5 CODE=1 GATEWAY=10.1.0.2 [SRC=10.1.0.10 DST=10.2.0.10 LEN=28 TOS=0x00 PREC=0x00 "
     "TTL=64 ID=0 PROTO=UDP SPT=5000 DPT=53 LEN=8 ] "},
    {"FragmentationNeeded",
     PacketBuilder("10.1.0.1", "10.1.0.10").Icmp(3, 4, 1400, QUERY).Build(),
     "PROTO=UDP SPT=5000 DPT=53 LEN=8 ] MTU=1400 "},
    {"ShortError",
     PacketBuilder("10.1.0.1", "10.1.0.10").Icmp(3, 1, 0, {0x45, 0}).Build(),
     "TYPE=3 CODE=1 INCOMPLETE [10 bytes] "},
    {"CutUdp6", Ipv6With(17, {1, 2, 3, 4}), "PROTO=UDP INCOMPLETE [4 bytes] "},
    {"CutExtension6", Ipv6With(0, {17}), "FLOWLBL=0 TRUNCATED"},
    {"Fragment6",
     Ipv6With(44, {17, 0, 0, 9, 0, 0, 0, 99, 1, 2, 3, 4}),
     "FLOWLBL=0 FRAG:8 INCOMPLETE ID:00000063 PROTO=UDP "},
    {"TooBig6",
     PacketBuilder("fd00:1::1", "fd00:1::10").Icmp(2, 0, 1280, {0x60}).Build(),
     "TYPE=2 CODE=0 [TRUNCATED] MTU=1280 "},
};

INSTANTIATE_TEST_SUITE_P(, LogTail, ::testing::ValuesIn(TAILS), TailLabelOf);

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
