/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

// Pings: answers that count, and whatever else comes to a raw socket.
#include "model/app/ping-sender.h"
#include "test/system/simulation-fixture.h"

#include "ns3/ipv4-header.h"
#include "ns3/ipv4-l3-protocol.h"

namespace ns3
{
namespace conntrack
{
namespace test
{
namespace
{

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr uint32_t CLIENT = 0;
constexpr uint32_t ROUTER = 1;
constexpr uint32_t SERVER = 2;

class PingSenderTest : public SimulationTest
{
  protected:
    Ptr<PingSender> Ping(uint32_t node, const std::string& target, uint32_t count = 3)
    {
        Ptr<PingSender> ping = CreateObject<PingSender>();
        const bool isIpv6 = target.find(':') != std::string::npos;
        ping->SetAttribute("Remote",
                           isIpv6 ? AddressValue(Ipv6Address(target.c_str()))
                                  : AddressValue(Ipv4Address(target.c_str())));
        ping->SetAttribute("Count", UintegerValue(count));
        ping->TraceConnectWithoutContext(
            "Reply",
            Callback<void, const PingReply&>(
                [this](const PingReply& reply) { replies.push_back(reply); }));
        ping->SetStartTime(Seconds(1));
        nodes.Get(node)->AddApplication(ping);
        return ping;
    }

    std::vector<PingReply> replies;
};

class PingSenderBothFamilies : public PingSenderTest, public ::testing::WithParamInterface<Ip>
{
};

TEST_P(PingSenderBothFamilies, RepliesAreCountedAndTracked)
{
    Build(3);
    Install(ROUTER);
    Ptr<PingSender> ping = Ping(CLIENT, ServerAddress(GetParam()));
    Run(10);
    EXPECT_EQ(ping->GetSent(), 3);
    EXPECT_EQ(ping->GetAnswered(), 3);
    ASSERT_THAT(replies, SizeIs(3));
    for (uint16_t i = 0; i < 3; ++i)
    {
        EXPECT_EQ(replies[i].sequence, i);
        EXPECT_EQ(replies[i].sent, Seconds(1 + i));
        EXPECT_GT(replies[i].roundTrip, Seconds(0));
        EXPECT_LT(replies[i].roundTrip, MilliSeconds(10));
    }
    EXPECT_THAT(EventsWith("[NEW]"), SizeIs(1));
    EXPECT_THAT(EventsWith("[UNREPLIED]"), SizeIs(1)); // its checksums are right: it was answered
}

TEST_P(PingSenderBothFamilies, TwoOfOneNodeHaveTheirOwnAnswers)
{
    Build(3);
    Install(ROUTER);
    const std::vector<Ptr<PingSender>> pings{Ping(CLIENT, ServerAddress(GetParam()), 2),
                                             Ping(CLIENT, ServerAddress(GetParam()), 5)};
    Run(10);
    EXPECT_EQ(pings[0]->GetAnswered(), 2);
    EXPECT_EQ(pings[1]->GetAnswered(), 5);
    EXPECT_THAT(EventsWith("[NEW]"), SizeIs(2));
}

TEST_P(PingSenderBothFamilies, NobodyAnswers)
{
    Build(3);
    Install(ROUTER, Firewall());
    Ptr<PingSender> ping = Ping(SERVER, AddressOf(CLIENT, 0, GetParam()));
    Run(10);
    EXPECT_EQ(ping->GetSent(), 3);
    EXPECT_EQ(ping->GetAnswered(), 0);
}

TEST_P(PingSenderBothFamilies, NoRoute)
{
    Build(3);
    Ptr<PingSender> ping = Ping(CLIENT, GetParam() == Ip::V4 ? "192.0.2.1" : "2001:db8::1");
    Run(10);
    EXPECT_EQ(ping->GetSent(), 3);
    EXPECT_EQ(ping->GetAnswered(), 0);
}

TEST_P(PingSenderBothFamilies, LargerThanTheLinksCarry)
{
    Build(3);
    Install(ROUTER);
    Ptr<PingSender> ping = Ping(CLIENT, ServerAddress(GetParam()));
    ping->SetAttribute("Size", UintegerValue(65507));
    Run(10);
    EXPECT_EQ(ping->GetSent(), 3);
    EXPECT_THAT(invalids, IsEmpty());
    EXPECT_THAT(EventsWith("[NEW]"), SizeIs(1));
}

TEST_P(PingSenderBothFamilies, StopsWhenTold)
{
    Build(2);
    Ptr<PingSender> ping = Ping(CLIENT, ServerAddress(GetParam()), 0);
    ping->SetStopTime(Seconds(5.5));
    Run(20);
    EXPECT_EQ(ping->GetSent(), 5);
    EXPECT_EQ(ping->GetAnswered(), 5);
}

INSTANTIATE_TEST_SUITE_P(Families,
                         PingSenderBothFamilies,
                         ::testing::Values(Ip::V4, Ip::V6),
                         [](const auto& info) { return info.param == Ip::V4 ? "V4" : "V6"; });

constexpr const char* NOBODY = "10.1.0.99";

/// What comes in NOBODY's name when a request to it waits, and whether that answers it.
struct AnswerRow
{
    const char* label;
    std::vector<uint8_t> icmp;
    bool counts;
    const char* source{NOBODY};
    bool isFragment{false};
};

/// @param row a row @param out gets its label
void
PrintTo(const AnswerRow& row, std::ostream* out)
{
    *out << row.label;
}

class PingSenderGets : public PingSenderTest, public ::testing::WithParamInterface<AnswerRow>
{
  protected:
    void Forge(const AnswerRow& row)
    {
        Ptr<Packet> packet =
            Create<Packet>(row.icmp.data(), static_cast<uint32_t>(row.icmp.size()));
        Ipv4Header header;
        header.SetSource(row.source);
        header.SetDestination("10.1.0.1");
        header.SetProtocol(protocol::ICMP);
        header.SetPayloadSize(static_cast<uint16_t>(row.icmp.size()));
        header.SetTtl(64);
        header.EnableChecksum();
        if (row.isFragment)
        {
            header.SetMoreFragments();
        }
        packet->AddHeader(header);
        const Ptr<NetDevice> device = nodes.Get(1)->GetDevice(1);
        device->Send(packet, device->GetBroadcast(), Ipv4L3Protocol::PROT_NUMBER);
    }
};

TEST_P(PingSenderGets, Answer)
{
    Build(2);
    nodes.Get(1)->GetObject<Ipv4>()->SetAttribute("IpForward", BooleanValue(false));
    Ptr<PingSender> ping = Ping(CLIENT, NOBODY, 1);
    At(1.5, [this] { Forge(GetParam()); });
    At(1.6, [this] { Forge(GetParam()); }); // twice: a second answer does not count
    Run(5);
    EXPECT_EQ(ping->GetAnswered(), GetParam().counts ? 1 : 0);
}

INSTANTIATE_TEST_SUITE_P(
    Rows,
    PingSenderGets,
    ::testing::Values(
        AnswerRow{"Empty", {0, 0, 0xff, 0xff, 0, 0, 0, 0}, true},
        AnswerRow{"WithData", {0, 0, 0xfe, 0xfd, 0, 0, 0, 0, 1, 2}, true},
        AnswerRow{"AnothersAnswer", {0, 0, 0xff, 0xff, 0, 0, 0, 0}, false, "10.1.0.2"},
        AnswerRow{"Nothing", {}, false},
        AnswerRow{"OneByte", {0}, false},
        AnswerRow{"SevenBytes", {0, 0, 0xff, 0xff, 0, 0, 0}, false},
        AnswerRow{"Request", {8, 0, 0xf7, 0xff, 0, 0, 0, 0}, false},
        AnswerRow{"OddCode", {0, 1, 0xff, 0xfe, 0, 0, 0, 0}, false},
        AnswerRow{"OtherIdentifier", {0, 0, 0xff, 0xfe, 0, 1, 0, 0}, false},
        AnswerRow{"OtherNumber", {0, 0, 0xff, 0xfe, 0, 0, 0, 1}, false},
        AnswerRow{"Fragment", {0, 0, 0xff, 0xff, 0, 0, 0, 0}, false, NOBODY, true}),
    [](const auto& info) { return info.param.label; });

/// A target that no host has, and what is said of it.
struct TargetRow
{
    const char* label;
    ns3::Address target;
};

/// @param row a row @param out gets its label
void
PrintTo(const TargetRow& row, std::ostream* out)
{
    *out << row.label;
}

class PingSenderRefuses : public PingSenderTest, public ::testing::WithParamInterface<TargetRow>
{
};

TEST_P(PingSenderRefuses, Target)
{
    Build(2);
    Ptr<PingSender> ping = Ping(CLIENT, NOBODY);
    ping->SetAttribute("Remote", AddressValue(GetParam().target));
    EXPECT_DEATH(Run(5), "PingSender on node 0: Remote is no host's address");
}

INSTANTIATE_TEST_SUITE_P(Rows,
                         PingSenderRefuses,
                         ::testing::Values(TargetRow{"None", ns3::Address()},
                                           TargetRow{"Any", Ipv4Address::GetAny()},
                                           TargetRow{"Group", Ipv4Address("224.0.0.1")},
                                           TargetRow{"Group6", Ipv6Address("ff02::1")},
                                           TargetRow{"WithPort", InetSocketAddress("10.1.0.2", 7)}),
                         [](const auto& info) { return info.param.label; });

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
