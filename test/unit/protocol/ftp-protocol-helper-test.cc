/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/protocol/ftp-protocol-helper.h"
#include "test/unit/protocol/ftp-fixture.h"

namespace ns3
{
namespace conntrack
{
namespace test
{
namespace
{

constexpr auto CLIENT = Direction::Original;
constexpr auto SERVER = Direction::Reply;
constexpr auto ACCEPT = HelperVerdict::Accept;
constexpr auto DROP = HelperVerdict::Drop;

using FtpHelper = FtpFixture;

using Texts = std::vector<std::string>;

const Texts NOTHING;
const Texts ACTIVE{"10.2.0.10 > 10.1.0.10 50001"};
const std::string PORT = "PORT 10,1,0,10,195,81\r\n";

// ---------------------------------------------------------------------------- what is expected

TEST_F(FtpHelper, PortExpectsTheServerAtTheClient)
{
    Control control = LogIn();
    EXPECT_EQ(Send(control, CLIENT, PORT), ACCEPT);
    EXPECT_EQ(Expected(), ACTIVE);
    expectations->ForEach([&](const Expectation& e) {
        EXPECT_EQ(e.mask.address, ToAddress("255.255.255.255"));
        EXPECT_EQ(e.mask.port, 0);
        EXPECT_EQ(e.tuple.sourcePort, 0);
        EXPECT_EQ(e.tuple.protocol, protocol::TCP);
        EXPECT_EQ(e.classNumber, 0U);
        EXPECT_EQ(e.flags, 0U);
        EXPECT_EQ(e.master, control.connection);
        EXPECT_EQ(e.deadline, 300 * SECOND);
        EXPECT_EQ(e.helper, nullptr);
        EXPECT_EQ(e.function, nullptr);
    });
    EXPECT_TRUE(lines.empty());
}

TEST_F(FtpHelper, EprtIsLikePort)
{
    Control control = LogIn();
    EXPECT_EQ(Send(control, CLIENT, "EPRT |1|10.1.0.10|50001|\r\n"), ACCEPT);
    EXPECT_EQ(Expected(), ACTIVE);
}

TEST_F(FtpHelper, PasvExpectsTheClientAtTheServer)
{
    Control control = LogIn();
    EXPECT_EQ(Send(control, SERVER, "227 Passive (10,2,0,10,195,81).\r\n"), ACCEPT);
    EXPECT_EQ(Expected(), (Texts{"10.1.0.10 > 10.2.0.10 50001"}));
}

TEST_F(FtpHelper, EpsvHasTheServersAddress)
{
    Control control = LogIn();
    EXPECT_EQ(Send(control, SERVER, "229 Ok (|||50001|)\r\n"), ACCEPT);
    EXPECT_EQ(Expected(), (Texts{"10.1.0.10 > 10.2.0.10 50001"}));
}

TEST_F(FtpHelper, Ipv6)
{
    Control control = LogIn("fd00:1::10", "fd00:2::10");
    EXPECT_EQ(Send(control, CLIENT, "EPRT |2|fd00:1::10|50200|\r\n"), ACCEPT);
    EXPECT_EQ(Expected(), (Texts{"fd00:2::10 > fd00:1::10 50200"}));
    EXPECT_EQ(Send(control, SERVER, "229 Ok (|||50201|)\r\n"), ACCEPT);
    EXPECT_EQ(Expected(), (Texts{"fd00:1::10 > fd00:2::10 50201"})) << "the older one is evicted";
}

TEST_F(FtpHelper, OtherPort)
{
    Use({}, 2121);
    Control control = LogIn();
    EXPECT_EQ(control.connection->Original().destinationPort, 2121);
    EXPECT_EQ(Send(control, CLIENT, PORT), ACCEPT);
    EXPECT_EQ(Expected(), ACTIVE);
}

TEST_F(FtpHelper, PortZeroIsExpectedToo)
{
    Control control = LogIn();
    EXPECT_EQ(Send(control, CLIENT, "PORT 10,1,0,10,0,0\r\n"), ACCEPT);
    EXPECT_EQ(Expected(), (Texts{"10.2.0.10 > 10.1.0.10 0"}));
}

TEST_F(FtpHelper, TcpOptionsAreSkipped)
{
    options = Bytes(12, 1);
    Control control = LogIn();
    EXPECT_EQ(Send(control, CLIENT, PORT), ACCEPT);
    EXPECT_EQ(Expected(), ACTIVE);
}

TEST_F(FtpHelper, BehindNatTheReplyTupleSaysWhere)
{
    Control control = LogIn();
    control.connection->tuples[1].destination = ToAddress("10.2.0.1"); // masqueraded
    EXPECT_EQ(Send(control, CLIENT, PORT), ACCEPT);
    EXPECT_EQ(Expected(), (Texts{"10.2.0.10 > 10.2.0.1 50001"}));
}

// ---------------------------------------------------------------------------- third parties

TEST_F(FtpHelper, ThirdPartyIsIgnored)
{
    Control control = LogIn();
    EXPECT_EQ(Send(control, CLIENT, "PORT 10,1,0,22,195,81\r\n"), ACCEPT);
    EXPECT_EQ(Send(control, SERVER, "227 (10,2,0,33,195,81)\r\n"), ACCEPT);
    EXPECT_EQ(Send(control, CLIENT, "PORT 300,1,1,1,4,1\r\n"), ACCEPT);
    EXPECT_EQ(Expected(), NOTHING);
    EXPECT_EQ(Send(control, CLIENT, PORT), ACCEPT);
    EXPECT_EQ(Expected(), ACTIVE) << "what is ignored still ends a line";
}

TEST_F(FtpHelper, ThirdPartyIsExpectedIfLoose)
{
    Use({{"Loose", "true"}});
    Control control = LogIn();
    EXPECT_EQ(Send(control, CLIENT, "PORT 10,1,0,22,195,81\r\n"), ACCEPT);
    EXPECT_EQ(Expected(), (Texts{"10.2.0.10 > 10.1.0.22 50001"}));
    EXPECT_EQ(Send(control, SERVER, "227 (10,2,0,33,195,81)\r\n"), ACCEPT);
    EXPECT_EQ(Expected(), (Texts{"10.1.0.10 > 10.2.0.33 50001"}));
}

TEST_F(FtpHelper, PortOverIpv6NamesFourBytesOfTheAddress)
{
    Control strict = LogIn("fd00:1::10", "fd00:2::10");
    EXPECT_EQ(Send(strict, CLIENT, "PORT 10,1,0,10,195,81\r\n"), ACCEPT);
    EXPECT_EQ(Expected(), NOTHING);
    EXPECT_EQ(Send(strict, CLIENT, "PORT 253,0,0,1,195,81\r\n"), ACCEPT);
    EXPECT_EQ(Expected(), (Texts{"fd00:2::10 > fd00:1::10 50001"}));
    Use({{"Loose", "true"}});
    Control loose = LogIn("fd00:1::11", "fd00:2::10", 40001);
    EXPECT_EQ(Send(loose, CLIENT, "PORT 10,1,0,10,195,82\r\n"), ACCEPT);
    EXPECT_EQ(Expected(), (Texts{"fd00:2::10 > a01:a::11 50002", "fd00:2::10 > fd00:1::10 50001"}));
}

// ---------------------------------------------------------------------------- where lines begin

TEST_F(FtpHelper, FirstLineIsNotLookedAt)
{
    Control control = Dial("10.1.0.10", "10.2.0.10");
    EXPECT_EQ(Send(control, CLIENT, PORT), ACCEPT);
    EXPECT_EQ(Send(control, SERVER, "227 nothing to read\r\n"), ACCEPT);
    EXPECT_EQ(Expected(), NOTHING);
    EXPECT_EQ(Send(control, CLIENT, PORT), ACCEPT);
    EXPECT_EQ(Expected(), ACTIVE);
}

TEST_F(FtpHelper, MidLineIsNotLookedAt)
{
    Control control = LogIn();
    EXPECT_EQ(Send(control, CLIENT, "NOOP without newline "), ACCEPT);
    EXPECT_EQ(Send(control, CLIENT, PORT), ACCEPT);
    EXPECT_EQ(Expected(), NOTHING);
    EXPECT_EQ(Send(control, CLIENT, PORT), ACCEPT);
    EXPECT_EQ(Expected(), ACTIVE);
}

TEST_F(FtpHelper, LineEndsCountByDirection)
{
    Control control = Dial("10.1.0.10", "10.2.0.10");
    control.seq = {1001, 1001};
    EXPECT_EQ(Send(control, SERVER, "12345\r\n"), ACCEPT);
    control.seq[0] = control.seq[1];
    EXPECT_EQ(Send(control, CLIENT, PORT), ACCEPT);
    EXPECT_EQ(Expected(), NOTHING);
}

TEST_F(FtpHelper, OnlyTheSegmentsEndCounts)
{
    Control control = LogIn();
    EXPECT_EQ(Send(control, CLIENT, "NOOP\r\nPOR"), ACCEPT);
    control.seq[0] -= 3;
    EXPECT_EQ(Send(control, CLIENT, PORT), ACCEPT);
    EXPECT_EQ(Expected(), NOTHING) << "a line end within a segment is not remembered";
}

TEST_F(FtpHelper, TwoLineEndsAreRemembered)
{
    Control control = LogIn();
    const uint32_t first = control.seq[0];
    EXPECT_EQ(Send(control, CLIENT, "NOOP\r\n"), ACCEPT);
    const uint32_t second = control.seq[0];
    EXPECT_EQ(Send(control, CLIENT, "NOOP 2\r\n"), ACCEPT);
    control.seq[0] = second;
    EXPECT_EQ(Send(control, CLIENT, PORT), ACCEPT);
    EXPECT_EQ(Expected(), ACTIVE);
    control.seq[0] = first;
    EXPECT_EQ(Send(control, CLIENT, "PORT 10,1,0,10,195,82\r\n"), ACCEPT);
    EXPECT_EQ(Expected(), ACTIVE) << "the oldest one is forgotten";
}

TEST_F(FtpHelper, OlderLineEndIsNotRemembered)
{
    Control control = Dial("10.1.0.10", "10.2.0.10");
    for (const uint32_t begin : {2000U, 3000U, 1000U})
    {
        control.seq[0] = begin;
        EXPECT_EQ(Send(control, CLIENT, "NOOP\r\n"), ACCEPT);
    }
    EXPECT_EQ(Send(control, CLIENT, PORT), ACCEPT);
    EXPECT_EQ(Expected(), NOTHING);
    control.seq[0] = 3006;
    EXPECT_EQ(Send(control, CLIENT, PORT), ACCEPT);
    EXPECT_EQ(Expected(), ACTIVE);
}

TEST_F(FtpHelper, SequenceNumbersWrap)
{
    Control control = Dial("10.1.0.10", "10.2.0.10");
    control.seq[0] = 0xfffffff0;
    EXPECT_EQ(Send(control, CLIENT, "NOOP\r\n"), ACCEPT);
    EXPECT_EQ(Send(control, CLIENT, "NOOP 1234\r\n"), ACCEPT);
    EXPECT_EQ(Send(control, CLIENT, "NOOP\r\n"), ACCEPT);
    EXPECT_LT(control.seq[0], 100U);
    EXPECT_EQ(Send(control, CLIENT, PORT), ACCEPT);
    EXPECT_EQ(Expected(), ACTIVE);
}

// ---------------------------------------------------------------------------- split, repeated

TEST_F(FtpHelper, SplitWithinANumber)
{
    Control control = LogIn();
    const uint32_t begin = control.seq[0];
    EXPECT_EQ(Send(control, CLIENT, PORT.substr(0, 14)), DROP);
    EXPECT_EQ(lines, Texts{"partial matching of `PORT'"});
    EXPECT_EQ(Send(control, CLIENT, PORT.substr(14)), ACCEPT);
    EXPECT_EQ(Expected(), NOTHING);
    control.seq[0] = begin;
    EXPECT_EQ(Send(control, CLIENT, PORT), ACCEPT);
    EXPECT_EQ(Expected(), ACTIVE);
}

TEST_F(FtpHelper, SplitBetweenCarriageReturnAndLineFeed)
{
    Control control = LogIn();
    EXPECT_EQ(Send(control, CLIENT, PORT.substr(0, PORT.size() - 1)), ACCEPT);
    EXPECT_EQ(Expected(), ACTIVE);
    EXPECT_EQ(Send(control, CLIENT, "\n"), ACCEPT);
    EXPECT_EQ(Send(control, CLIENT, "PORT 10,1,0,10,195,82\r\n"), ACCEPT);
    EXPECT_EQ(Expected(), (Texts{"10.2.0.10 > 10.1.0.10 50002"}));
}

struct PartialRow
{
    const char* label;
    Direction sender;
    const char* text;
    const char* log;
};

class FtpHelperPartial : public FtpHelper, public ::testing::WithParamInterface<PartialRow>
{
};

TEST_P(FtpHelperPartial, IsDroppedAndEndsNoLine)
{
    const PartialRow& row = GetParam();
    Control control = LogIn();
    EXPECT_EQ(Send(control, row.sender, row.text), DROP);
    EXPECT_EQ(lines, Texts{row.log});
    EXPECT_EQ(Send(control, row.sender, row.text), ACCEPT) << "is no line's begin any more";
    EXPECT_EQ(Expected(), NOTHING);
}

INSTANTIATE_TEST_SUITE_P(
    All,
    FtpHelperPartial,
    ::testing::Values(
        PartialRow{"FiveNumbers", CLIENT, "PORT 10,1,0,10,4\r\n", "partial matching of `PORT'"},
        PartialRow{"LineFeedOnly", CLIENT, "PORT 10,1,0,10,4,1\n", "partial matching of `PORT'"},
        PartialRow{"TwoBlanks", CLIENT, "PORT  10,1,0,10,4,1\r\n", "partial matching of `PORT'"},
        PartialRow{"Trailing", CLIENT, "PORT 10,1,0,10,4,1 x\r\n", "partial matching of `PORT'"},
        PartialRow{"Eprt", CLIENT, "EPRT |1|10.1.0.10|0|\r\n", "partial matching of `EPRT'"},
        PartialRow{"EprtOtherFamily", CLIENT, "EPRT |2|::1|5|\r\n", "partial matching of `EPRT'"},
        PartialRow{"Pasv", SERVER, "227 no numbers\r\n", "partial matching of `227 '"},
        PartialRow{"Epsv", SERVER, "229 no parenthesis\r\n", "partial matching of `229 '"}),
    [](const auto& row) { return row.param.label; });

TEST_F(FtpHelper, DroppedWithoutAListener)
{
    Control control = LogIn();
    const Bytes bytes = PacketBuilder("10.1.0.10", "10.2.0.10")
                            .Tcp({40000, 21, control.seq[0], 0, tcp_bits::ACK, 1000, {}}, "PORT x")
                            .Build();
    TrackedPacket packet;
    packet.view = *PacketView::Parse(AsView(bytes));
    packet.connection = control.connection;
    packet.state = FlowState::Established;
    HelperContext context{packet, connections, *expectations, nullptr, noRoutes, {}};
    EXPECT_EQ(helpers[0]->Help(context), DROP);
}

TEST_F(FtpHelper, RetransmittedIsRefreshed)
{
    Control control = LogIn();
    const uint32_t begin = control.seq[0];
    EXPECT_EQ(Send(control, CLIENT, PORT), ACCEPT);
    journal.clear();
    control.seq[0] = begin;
    now = 2 * SECOND;
    EXPECT_EQ(Send(control, CLIENT, PORT), ACCEPT);
    EXPECT_EQ(journal, (Texts{"destroy expectation 50001", "new expectation 50001"}));
    expectations->ForEach([](const Expectation& e) { EXPECT_EQ(e.deadline, 302 * SECOND); });
}

TEST_F(FtpHelper, NewerOneEvicts)
{
    Control control = LogIn();
    EXPECT_EQ(Send(control, CLIENT, PORT), ACCEPT);
    journal.clear();
    EXPECT_EQ(Send(control, CLIENT, "PORT 10,1,0,10,195,82\r\n"), ACCEPT);
    EXPECT_EQ(journal, (Texts{"destroy expectation 50001", "new expectation 50002"}));
}

TEST_F(FtpHelper, ClashIsDroppedAndEndsALine)
{
    Control first = LogIn();
    Control second = LogIn("10.1.0.10", "10.2.0.10", 40001);
    EXPECT_EQ(Send(first, CLIENT, PORT), ACCEPT);
    EXPECT_EQ(Send(second, CLIENT, PORT), DROP);
    EXPECT_EQ(lines, Texts{"cannot add expectation"});
    EXPECT_EQ(expectations->Size(), 1U);
    EXPECT_EQ(Send(second, CLIENT, "PORT 10,1,0,10,195,82\r\n"), ACCEPT);
    EXPECT_EQ(expectations->Size(), 2U);
}

TEST_F(FtpHelper, FullTableIsDropped)
{
    Control control = LogIn();
    expectations->SetMaximum(0);
    EXPECT_EQ(Send(control, CLIENT, PORT), DROP);
    EXPECT_EQ(lines, Texts{"cannot add expectation"});
}

// ---------------------------------------------------------------------------- other packets

TEST_F(FtpHelper, OnlyEstablishedPacketsAreLookedAt)
{
    Control control = LogIn();
    for (const FlowState state : {FlowState::New, FlowState::Related})
    {
        control.state = state;
        EXPECT_EQ(Send(control, CLIENT, "PORT unreadable\r\n"), ACCEPT);
        control.seq[0] -= 17;
    }
    control.state = FlowState::Established;
    EXPECT_EQ(Send(control, CLIENT, PORT), ACCEPT);
    EXPECT_EQ(Expected(), ACTIVE) << "nor do they end lines";
}

TEST_F(FtpHelper, SegmentsWithoutDataPass)
{
    Control control = LogIn();
    EXPECT_EQ(Send(control, CLIENT, ""), ACCEPT);
    EXPECT_EQ(Send(control, CLIENT, PORT), ACCEPT);
    EXPECT_EQ(Expected(), ACTIVE);
}

TEST_F(FtpHelper, CutHeadersPass)
{
    Control control = LogIn();
    const Bytes whole = PacketBuilder("10.1.0.10", "10.2.0.10")
                            .Tcp({40000, 21, control.seq[0], 0, tcp_bits::ACK, 1000, {}}, "PORT x")
                            .Build();
    for (std::size_t size = 20; size <= 40; ++size)
    {
        EXPECT_EQ(Pass(control, CLIENT, Bytes(whole.begin(), whole.begin() + size)), ACCEPT);
    }
    Bytes longHeader = whole;
    longHeader[32] = 0xf0; // 60 bytes of TCP header, past the end
    EXPECT_EQ(Pass(control, CLIENT, longHeader), ACCEPT);
}

TEST(FtpHelperClass, PolicyAndKind)
{
    const auto helper = CreateObject<FtpProtocolHelper>();
    ASSERT_EQ(helper->GetPolicies().size(), 1U);
    EXPECT_EQ(helper->GetPolicies()[0].maxExpected, 1U);
    EXPECT_EQ(helper->GetPolicies()[0].timeout, 300 * SECOND);
    EXPECT_EQ(helper->GetPolicies()[0].name, "");
    EXPECT_EQ(helper->GetKind().name, "ftp");
    EXPECT_EQ(helper->GetKind().defaultPort, 21);
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
