/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/wire/checksum.h"
#include "model/wire/error-packet.h"
#include "test/unit/packet-builder.h"

#include <gtest/gtest.h>

namespace ns3
{
namespace conntrack
{
namespace
{

using test::Bytes;
using test::PacketBuilder;
using test::TcpFields;
namespace bits = test::tcp_bits;

PacketView
View(const Bytes& bytes)
{
    return *PacketView::Parse(test::AsView(bytes));
}

Bytes
FromHex(std::string_view text)
{
    Bytes bytes;
    for (std::size_t i = 0; i + 1 < text.size(); i += 2)
    {
        bytes.push_back(
            static_cast<uint8_t>(std::stoi(std::string(text.substr(i, 2)), nullptr, 16)));
    }
    return bytes;
}

ErrorSpec
Spec(uint8_t type, uint8_t code, std::string_view source, uint32_t rest = 0)
{
    ErrorSpec spec;
    spec.type = type;
    spec.code = code;
    spec.rest = rest;
    spec.source = test::ToAddress(source);
    return spec;
}

// Recorded: ip-x-ttl, third error.
TEST(IcmpErrorRecorded, TimeExceeded)
{
    const Bytes offender = FromHex("4548001d11110000011194600a01000b0a02000a138d00350009600278");
    ErrorSpec spec = Spec(11, 0, "10.1.0.1");
    spec.identification = 0x1aa7;
    EXPECT_EQ(MakeIcmpError(View(offender), spec),
              FromHex("45c800391aa7000040014b480a0100010a01000b0b00093200000000"
                      "4548001d11110000011194600a01000b0a02000a138d00350009600278"));
}

// Recorded: ip-x-ttl6, last one.
TEST(IcmpErrorRecorded, TimeExceededIpv6)
{
    const Bytes offender = FromHex("6480000000091101fd000001000000000000000000000011"
                                   "fd000002000000000000000000000010138d0035000979f478");
    ErrorSpec spec = Spec(3, 0, "fd00:1::1");
    spec.flowLabel = 0xfef4a;
    EXPECT_EQ(MakeIcmpError(View(offender), spec),
              FromHex("600fef4a00393a40fd000001000000000000000000000001"
                      "fd00000100000000000000000000001103008d0600000000"
                      "6480000000091101fd000001000000000000000000000011"
                      "fd000002000000000000000000000010138d0035000979f478"));
}

// Recorded: reject-record-route.
TEST(IcmpErrorRecorded, RecordRouteGoesBack)
{
    const Bytes offender = FromHex("48000029111100003f1148920a01000a0a02000a"
                                   "070b080a010001000000000013880bb80009548578");
    ErrorSpec spec = Spec(3, 3, "10.1.0.1");
    spec.identification = 0x780e;
    EXPECT_EQ(MakeIcmpError(View(offender), spec),
              FromHex("48c00051780e00004001d3b20a0100010a01000a070b0c0a0100010a01000100"
                      "03030b240000000048000029111100003f1148920a01000a0a02000a"
                      "070b080a010001000000000013880bb80009548578"));
}

TEST(IcmpErrorSize, QuotesAsMuchAsFits)
{
    struct
    {
        const char* from;
        const char* to;
        std::size_t payload;
        uint32_t mtu;
        std::size_t size; // 0: none
    } const rows[] = {
        {"10.1.0.10", "10.2.0.10", 0, 1500, 56},
        {"10.1.0.10", "10.2.0.10", 520, 1500, 576},
        {"10.1.0.10", "10.2.0.10", 521, 1500, 576},
        {"10.1.0.10", "10.2.0.10", 1400, 1500, 576},
        {"10.1.0.10", "10.2.0.10", 1400, 300, 300},
        {"10.1.0.10", "10.2.0.10", 1400, 49, 49},
        {"10.1.0.10", "10.2.0.10", 1400, 48, 0},
        {"fd00:1::10", "fd00:2::10", 0, 1500, 96},
        {"fd00:1::10", "fd00:2::10", 1184, 1500, 1280},
        {"fd00:1::10", "fd00:2::10", 1185, 1500, 1280},
    };

    for (const auto& row : rows)
    {
        const Bytes offender =
            PacketBuilder(row.from, row.to).Udp(1, 2, std::string(row.payload, 'x')).Build();
        ErrorSpec spec = Spec(3, 1, row.to);
        spec.mtu = row.mtu;
        const auto error = MakeIcmpError(View(offender), spec);
        ASSERT_EQ(error.has_value(), row.size != 0) << row.payload;
        EXPECT_EQ(error ? error->size() : 0, row.size);
    }
}

/// An offender that may or may not be answered by an error.
struct Answerable
{
    const char* name;
    const char* from;
    const char* to;
    uint8_t icmpType; ///< 0xff: UDP
    bool answered;
};

class IcmpErrorAnswers : public testing::TestWithParam<Answerable>
{
};

TEST_P(IcmpErrorAnswers, Offender)
{
    const Answerable& row = GetParam();
    PacketBuilder builder(row.from, row.to);
    const Bytes offender =
        row.icmpType == 0xff ? builder.Udp(1, 2).Build() : builder.Icmp(row.icmpType, 0, 0).Build();
    EXPECT_EQ(MakeIcmpError(View(offender), Spec(1, 0, row.to)).has_value(), row.answered);
}

const Answerable ANSWERABLE[] = {
    {"Udp", "10.1.0.10", "10.2.0.10", 0xff, true},
    {"NoSource", "0.0.0.0", "10.2.0.10", 0xff, false},
    {"LoopbackSource", "127.0.0.1", "10.2.0.10", 0xff, false},
    {"MulticastSource", "224.0.0.1", "10.2.0.10", 0xff, false},
    {"BroadcastSource", "255.255.255.255", "10.2.0.10", 0xff, false},
    {"ReservedSource", "240.0.0.1", "10.2.0.10", 0xff, true},
    {"MulticastDestination", "10.1.0.10", "239.0.0.1", 0xff, false},
    {"BroadcastDestination", "10.1.0.10", "255.255.255.255", 0xff, false},
    {"EchoReply", "10.1.0.10", "10.2.0.10", 0, true},
    {"Echo", "10.1.0.10", "10.2.0.10", 8, true},
    {"Timestamp", "10.1.0.10", "10.2.0.10", 13, true},
    {"MaskReply", "10.1.0.10", "10.2.0.10", 18, true},
    {"Unreachable", "10.1.0.10", "10.2.0.10", 3, false},
    {"SourceQuench", "10.1.0.10", "10.2.0.10", 4, false},
    {"Redirect", "10.1.0.10", "10.2.0.10", 5, false},
    {"TimeExceeded", "10.1.0.10", "10.2.0.10", 11, false},
    {"ParameterProblem", "10.1.0.10", "10.2.0.10", 12, false},
    {"Unassigned", "10.1.0.10", "10.2.0.10", 1, false},
    {"RouterAdvertisement", "10.1.0.10", "10.2.0.10", 9, false},
    {"UnknownType", "10.1.0.10", "10.2.0.10", 19, false},
    {"Udp6", "fd00:1::10", "fd00:2::10", 0xff, true},
    {"NoSource6", "::", "fd00:2::10", 0xff, false},
    {"LoopbackSource6", "::1", "fd00:2::10", 0xff, false},
    {"MulticastSource6", "ff02::1", "fd00:2::10", 0xff, false},
    {"MulticastDestination6", "fd00:1::10", "ff05::1", 0xff, false},
    {"Echo6", "fd00:1::10", "fd00:2::10", 128, true},
    {"UnknownInformational6", "fd00:1::10", "fd00:2::10", 200, true},
    {"Unreachable6", "fd00:1::10", "fd00:2::10", 1, false},
    {"UnknownError6", "fd00:1::10", "fd00:2::10", 100, false},
};
INSTANTIATE_TEST_SUITE_P(Rows,
                         IcmpErrorAnswers,
                         testing::ValuesIn(ANSWERABLE),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(IcmpErrorFragments, OnlyTheFirstInIpv4)
{
    Bytes offender = PacketBuilder("10.1.0.10", "10.2.0.10").Udp(1, 2, "payload!").Build();
    WriteU16(&offender[6], 0x2000);
    EXPECT_TRUE(MakeIcmpError(View(offender), Spec(11, 1, "10.2.0.10")));
    EXPECT_TRUE(MayRejectWithIcmp(View(offender)));
    WriteU16(&offender[6], 0x2001);
    EXPECT_FALSE(MakeIcmpError(View(offender), Spec(11, 1, "10.2.0.10")));
    EXPECT_FALSE(MayRejectWithIcmp(View(offender)));
}

TEST(IcmpErrorMulticast, SomeOfIpv6Are)
{
    const Bytes offender = PacketBuilder("fd00:1::10", "ff05::1").Udp(1, 2).Build();
    EXPECT_TRUE(MakeIcmpError(View(offender), Spec(2, 0, "fd00:1::1", 1280)));
    EXPECT_TRUE(MakeIcmpError(View(offender), Spec(4, 2, "fd00:1::1", 40)));
    EXPECT_FALSE(MakeIcmpError(View(offender), Spec(4, 1, "fd00:1::1", 40)));
}

TEST(IcmpErrorFields, RestAndTos)
{
    for (uint32_t tos = 0; tos < 256; tos++)
    {
        Bytes offender = PacketBuilder("10.1.0.10", "10.2.0.10").Udp(1, 2).Build();
        offender[1] = static_cast<uint8_t>(tos);
        const auto error = MakeIcmpError(View(offender), Spec(3, 4, "10.1.0.1", 1400));
        EXPECT_EQ((*error)[1], (tos & 0x1e) | 0xc0);
        EXPECT_EQ(ReadU32(&(*error)[24]), 1400U);
        EXPECT_EQ(OnesComplementSum({error->data(), 20}), 0xffff);
        EXPECT_EQ(OnesComplementSum({error->data() + 20, error->size() - 20}), 0xffff);
    }
}

/// Protocol, content and whether `reject` answers it.
struct Rejectable
{
    const char* name;
    uint8_t protocol;
    Bytes content;
    bool ipv4;
    bool ipv6;
};

class MayReject : public testing::TestWithParam<Rejectable>
{
};

TEST_P(MayReject, Content)
{
    const Rejectable& row = GetParam();
    PacketBuilder ipv4("10.1.0.10", "10.2.0.10");
    PacketBuilder ipv6("fd00:1::10", "fd00:2::10");
    EXPECT_EQ(MayRejectWithIcmp(View(ipv4.Raw(row.protocol, row.content).Build())), row.ipv4);
    EXPECT_EQ(MayRejectWithIcmp(View(ipv6.Raw(row.protocol, row.content).Build())), row.ipv6);
    EXPECT_TRUE(MayRejectWithIcmp(View(ipv4.Build()), ChecksumCheck::Skip));
}

// All were asked of Linux 6.18.
const Rejectable REJECTABLE[] = {
    {"UdpWithoutChecksum", 17, {0, 1, 0, 2, 0, 8, 0, 0}, true, true},
    {"UdpWrong", 17, {0, 1, 0, 2, 0, 8, 0, 1}, false, false},
    {"Gre", 47, {0xaf, 1, 2, 3, 4, 5, 6, 7}, true, true},
    {"Esp", 50, {1, 2, 3, 4, 5, 6, 7, 8}, true, true},
    {"Sctp", 132, {1, 2, 3, 4, 5, 6, 7, 8}, true, true},
    {"UdpLite", 136, {1, 2, 3, 4, 5, 6, 7, 8}, true, true},
    {"DccpIsSummed", 33, {1, 2, 3, 4, 5, 6, 7, 8}, false, false},
    {"UnknownIsSummed", 253, {1, 2, 3, 4}, false, false},
    {"UnknownSumsUp", 253, {1, 2, 0xfe, 0xfd}, true, false},
    {"UnknownZeros", 253, {0, 0, 0, 0}, true, false},
    {"UnknownEmpty", 253, {}, true, false},
};
INSTANTIATE_TEST_SUITE_P(Rows, MayReject, testing::ValuesIn(REJECTABLE), [](const auto& row) {
    return std::string(row.param.name);
});

TEST(MayRejectIpv6, NeedsATransport)
{
    PacketBuilder builder("fd00:1::10", "fd00:2::10");
    EXPECT_FALSE(MayRejectWithIcmp(View(builder.Raw(59, {1, 2}).Build())));
    EXPECT_FALSE(MayRejectWithIcmp(View(builder.Raw(60, {17, 9, 0, 0, 0, 0, 0, 0}).Build())));
    EXPECT_TRUE(MayRejectWithIcmp(View(builder.Udp(1, 2, "x").Build())));
    EXPECT_FALSE(MayRejectWithIcmp(View(builder.WrongChecksum().Build())));
}

// Recorded: reject-reset-v4.
TEST(TcpResetRecorded, AnswersASyn)
{
    const Bytes offender = FromHex("45000034111100003f06569d0a01000a0a02000a17700bb8000003e8"
                                   "00000000800201f433340000020405780402010303070000");
    EXPECT_EQ(MakeTcpReset(View(offender)),
              FromHex("4500002800004000400626ba0a02000a0a01000a0bb81770"
                      "00000000000003e95014000074a90000"));
}

/// A segment and the numbers of its reset.
struct ResetRow
{
    const char* name;
    uint8_t flags;
    uint32_t seq;
    uint32_t ack;
    const char* payload;
    uint32_t resetSeq;
    uint32_t resetAck;
    uint8_t resetFlags; ///< 0: no reset
};

class TcpResetRow : public testing::TestWithParam<ResetRow>
{
};

TEST_P(TcpResetRow, Numbers)
{
    const ResetRow& row = GetParam();
    for (const bool isIpv4 : {true, false})
    {
        TcpFields fields;
        fields.flags = row.flags;
        fields.seq = row.seq;
        fields.ack = row.ack;
        fields.options = {2, 4, 5, 0x78};
        PacketBuilder builder(isIpv4 ? "10.1.0.10" : "fd00:1::10",
                              isIpv4 ? "10.2.0.10" : "fd00:2::10");
        const Bytes offender = builder.Tcp(fields, row.payload).Build();
        const auto reset = MakeTcpReset(View(offender));
        ASSERT_EQ(reset.has_value(), row.resetFlags != 0);
        if (!reset)
        {
            continue;
        }
        const PacketView view = View(*reset);
        EXPECT_EQ(view.Source(), View(offender).Destination());
        EXPECT_EQ(view.Destination(), View(offender).Source());
        EXPECT_TRUE(IsTransportChecksumRight(view, protocol::TCP));
        const uint8_t* tcp = view.Transport().data;
        ASSERT_EQ(view.Transport().size, 20U);
        EXPECT_EQ(ReadU16(tcp), fields.destinationPort);
        EXPECT_EQ(ReadU16(tcp + 2), fields.sourcePort);
        EXPECT_EQ(ReadU32(tcp + 4), row.resetSeq);
        EXPECT_EQ(ReadU32(tcp + 8), row.resetAck);
        EXPECT_EQ(tcp[13], row.resetFlags);
        EXPECT_EQ(ReadU16(tcp + 14), 0); // window
    }
}

constexpr uint8_t RST_ACK = bits::RST | bits::ACK;
const ResetRow RESETS[] = {
    {"Syn", bits::SYN, 1000, 0, "", 0, 1001, RST_ACK},
    {"SynWithData", bits::SYN, 1000, 0, "hello", 0, 1006, RST_ACK},
    {"SynFin", bits::SYN | bits::FIN, 1000, 0, "", 0, 1002, RST_ACK},
    {"Nothing", 0, 1000, 5, "abc", 0, 1003, RST_ACK},
    {"WrapsAround", bits::SYN, 0xffffffff, 0, "", 0, 0, RST_ACK},
    {"Ack", bits::ACK, 1000, 777, "data", 777, 0, bits::RST},
    {"SynAck", bits::SYN | bits::ACK, 1000, 0xffffffff, "", 0xffffffff, 0, bits::RST},
    {"FinAck", bits::FIN | bits::ACK, 1000, 777, "", 777, 0, bits::RST},
    {"Rst", bits::RST, 1000, 0, "", 0, 0, 0},
    {"RstAck", bits::RST | bits::ACK, 1000, 777, "", 0, 0, 0},
};
INSTANTIATE_TEST_SUITE_P(Rows, TcpResetRow, testing::ValuesIn(RESETS), [](const auto& row) {
    return std::string(row.param.name);
});

TEST(TcpResetRefused, ForWhatIsNoWholeSegment)
{
    TcpFields syn;
    syn.flags = bits::SYN;
    PacketBuilder builder("10.1.0.10", "10.2.0.10");
    const Bytes good = builder.Tcp(syn, "x").Build();
    EXPECT_TRUE(MakeTcpReset(View(good)));
    EXPECT_EQ((*MakeTcpReset(View(good), ChecksumCheck::Verify, 0, 255))[8], 255);
    EXPECT_EQ(ReadU16(&(*MakeTcpReset(View(good), ChecksumCheck::Verify, 500))[34]), 500);
    Bytes fragment = good;
    WriteU16(&fragment[6], 0x2001);
    EXPECT_FALSE(MakeTcpReset(View(fragment)));
    const Bytes cut = builder.CutTo(good.size() - 1).Build();
    EXPECT_FALSE(MakeTcpReset(View(cut), ChecksumCheck::Skip));
    const Bytes wrong = PacketBuilder("10.1.0.10", "10.2.0.10").Tcp(syn).WrongChecksum().Build();
    EXPECT_FALSE(MakeTcpReset(View(wrong)));
    EXPECT_TRUE(MakeTcpReset(View(wrong), ChecksumCheck::Skip));
    const Bytes udp = PacketBuilder("10.1.0.10", "10.2.0.10").Udp(1, 2).Build();
    EXPECT_FALSE(MakeTcpReset(View(udp)));
    const Bytes tiny = PacketBuilder("10.1.0.10", "10.2.0.10").Raw(6, Bytes(19)).Build();
    EXPECT_FALSE(MakeTcpReset(View(tiny), ChecksumCheck::Skip));
    for (const char* to : {"224.0.0.1", "255.255.255.255", "ff05::1", "::"})
    {
        const bool isIpv4 = std::string_view(to).find(':') == std::string_view::npos;
        const Bytes odd = PacketBuilder(isIpv4 ? "10.1.0.10" : "fd00:1::10", to).Tcp(syn).Build();
        EXPECT_FALSE(MakeTcpReset(View(odd))) << to;
    }
}

} // namespace
} // namespace conntrack
} // namespace ns3
