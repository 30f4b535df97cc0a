/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

// Routers in a chain, each with its own Conntrack and firewall, and hosts with theirs.
#include "test/system/simulation-fixture.h"

#include <regex>

namespace ns3
{
namespace conntrack
{
namespace test
{
namespace
{

using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr uint32_t CLIENT = 0;
constexpr uint32_t SERVER = 6;

class ChainTest : public SimulationTest, public ::testing::WithParamInterface<Ip>
{
  protected:
    /// A client, five routers with firewalls, a server.
    ChainTest()
    {
        Build(SERVER + 1, LinkKind::Csma);
        NetfilterHelper helper;
        helper.SetAttribute("Acct", BooleanValue(true));
        for (uint32_t node = CLIENT; node <= SERVER; ++node)
        {
            const bool router = node != CLIENT && node != SERVER;
            conntracks.push_back(Install(node, router ? Firewall() : "", helper));
            Listen(conntracks.back(), lines[node]);
        }
    }

    std::string Server() const
    {
        return ServerAddress(GetParam());
    }

    std::vector<Ptr<Conntrack>> conntracks;
    std::vector<std::string> lines[SERVER + 1]; ///< a node's events, without times

  private:
    static void Listen(Ptr<Conntrack> conntrack, std::vector<std::string>& lines)
    {
        static const std::regex times(R"(^\[[0-9. ]*\]| delta-time=[0-9]*)");
        conntrack->TraceConnectWithoutContext(
            "Connection",
            Callback<void, const ConnectionNotice&>([&lines](const ConnectionNotice& notice) {
                lines.push_back(std::regex_replace(EventLine(notice, {}), times, ""));
            }));
    }
};

TEST_P(ChainTest, EachSeesTheSameEventsOfAUdpFlow)
{
    UdpPeer& client = AddUdp(CLIENT, 5000, GetParam());
    AddUdp(SERVER, 7, GetParam()).echo = true;
    At(2, [&] { client.Send(Server(), 7); });
    At(5, [&] { client.Send(Server(), 7); });
    Run(300);
    EXPECT_THAT(client.sizes, SizeIs(2));
    ASSERT_THAT(lines[CLIENT], SizeIs(4)); // new, replied, assured, destroyed
    EXPECT_THAT(lines[CLIENT][0], HasSubstr("[NEW]"));
    EXPECT_THAT(lines[CLIENT][3], HasSubstr("packets=2 "));
    EXPECT_THAT(lines, Each(lines[CLIENT]));
    EXPECT_THAT(drops, IsEmpty());
}

TEST_P(ChainTest, EachSeesTheSameEventsOfATcpFlow)
{
    TcpServer server(nodes.Get(SERVER), 80, GetParam());
    std::unique_ptr<TcpClient> client;
    At(2, [&] { client = std::make_unique<TcpClient>(nodes.Get(CLIENT), Server(), 80, 20000); });
    Run(300);
    EXPECT_EQ(server.bytes, 20000U);
    EXPECT_THAT(lines[CLIENT], Contains(HasSubstr("ESTABLISHED")));
    EXPECT_THAT(lines, Each(lines[CLIENT]));
    EXPECT_THAT(EventsWith("[NEW]"), SizeIs(SERVER + 1));
    EXPECT_THAT(invalids, IsEmpty());
    EXPECT_THAT(drops, IsEmpty());
}

TEST_P(ChainTest, WhatOneRefusesTheFurtherOnesNeverSee)
{
    UdpPeer& client = AddUdp(CLIENT, 5000, GetParam());
    conntracks[3]->LoadRuleset(RuleWriter().Chain("fw", "forward", 0, "drop").Text());
    At(2, [&] { client.Send(Server(), 7); });
    Run(300);
    for (uint32_t node = CLIENT; node <= SERVER; ++node)
    {
        EXPECT_THAT(lines[node], SizeIs(node < 3 ? 2 : 0)); // new, destroyed
    }
    EXPECT_THAT(drops, ElementsAre(DropReason::Rule));
}

TEST_P(ChainTest, ErrorOfTheFarEndIsRelatedOnEach)
{
    UdpPeer& client = AddUdp(CLIENT, 5000, GetParam());
    At(2, [&] { client.Send(Server(), 9); }); // nobody is there
    Run(300);
    EXPECT_THAT(client.errors, SizeIs(1));
    EXPECT_THAT(drops, IsEmpty());
    EXPECT_THAT(invalids, IsEmpty());
    EXPECT_THAT(EventsWith("[NEW]"), SizeIs(SERVER + 1));
}

INSTANTIATE_TEST_SUITE_P(Families,
                         ChainTest,
                         ::testing::Values(Ip::V4, Ip::V6),
                         [](const auto& row) { return row.param == Ip::V4 ? "Ipv4" : "Ipv6"; });

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
