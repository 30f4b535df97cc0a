/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/ruleset/ready-made.h"
#include "test/unit/ruleset/ruleset-fixture.h"

namespace ns3
{
namespace conntrack
{
namespace test
{
namespace
{

/// A packet, how it stands to its connection, and what the firewall says.
struct FirewallRow
{
    const char* label;
    const char* input;
    const char* output;
    FlowState state;
    uint16_t port;
    VerdictKind verdict;
};

std::string
LabelOf(const ::testing::TestParamInfo<FirewallRow>& info)
{
    return info.param.label;
}

Bytes
TcpTo(uint16_t port)
{
    TcpFields fields;
    fields.destinationPort = port;
    return PacketBuilder("10.1.0.10", "10.2.0.10").Tcp(fields).Build();
}

class Firewall : public ::testing::TestWithParam<FirewallRow>
{
};

TEST_P(Firewall, Verdict)
{
    StatefulFirewall firewall;
    firewall.inside = "in";
    firewall.outside = "out";
    firewall.helpers = {{"ftp", protocol::TCP, 21}};
    firewall.fromInside = {{protocol::TCP, 80, 0}, {protocol::UDP, 5000, 6000}};
    firewall.fromOutside = {{protocol::TCP, 22, 0}};
    Bench bench(ToJson(firewall));
    const FirewallRow& row = GetParam();
    bench.packet.input = {row.input, 1, 1};
    bench.packet.output = {row.output, 2, 1};
    bench.packet.state = row.state;
    EXPECT_EQ(bench.Run(TcpTo(row.port)).kind, row.verdict);
}

const FirewallRow ROWS[] = {
    {"Service", "in", "out", FlowState::New, 80, VerdictKind::Accept},
    {"OtherService", "in", "out", FlowState::New, 81, VerdictKind::Drop},
    {"ServiceFromOutside", "out", "in", FlowState::New, 80, VerdictKind::Drop},
    {"OutsideService", "out", "in", FlowState::New, 22, VerdictKind::Accept},
    {"HelperService", "in", "out", FlowState::New, 21, VerdictKind::Accept},
    {"OtherDevice", "in", "dmz", FlowState::New, 80, VerdictKind::Drop},
    {"Answer", "out", "in", FlowState::Established, 4000, VerdictKind::Accept},
    {"Related", "out", "in", FlowState::Related, 4000, VerdictKind::Accept},
    {"Invalid", "in", "out", FlowState::Invalid, 80, VerdictKind::Drop},
    {"Untracked", "in", "out", FlowState::Untracked, 80, VerdictKind::Drop},
};

INSTANTIATE_TEST_SUITE_P(, Firewall, ::testing::ValuesIn(ROWS), LabelOf);

TEST(FirewallDefaults, TheInsideMayEverything)
{
    StatefulFirewall firewall;
    firewall.inside = "in";
    Bench bench(ToJson(firewall));
    bench.packet.state = FlowState::New;
    bench.packet.input = {"in", 1, 1};
    EXPECT_EQ(bench.Run(TcpTo(1234)).kind, VerdictKind::Accept);
    bench.packet.input = {"out", 2, 1};
    EXPECT_EQ(bench.Run(TcpTo(1234)).kind, VerdictKind::Drop);
}

TEST(FirewallHelper, OfTwoTransportsAtOnePort)
{
    StatefulFirewall firewall;
    firewall.helpers = {{"sip", protocol::UDP, 5060}, {"sip", protocol::TCP, 5060}};
    const std::string json = ToJson(firewall);
    EXPECT_NE(json.find("h-sip-udp-5060"), std::string::npos);
    EXPECT_NE(json.find("h-sip-tcp-5060"), std::string::npos);
}

TEST(FirewallHelper, IsAssigned)
{
    StatefulFirewall firewall;
    firewall.helpers = {{"ftp", protocol::TCP, 2121}};
    Bench bench(ToJson(firewall));
    Tuple reply = TupleOf(1000, 2121);
    std::swap(reply.source, reply.destination);
    Connection* connection = bench.actions.connections.Create(TupleOf(1000, 2121), reply, {}, 0);
    bench.packet.connection = connection;
    bench.packet.state = FlowState::New;
    bench.Run(TcpTo(2121), Hook::Prerouting);
    ASSERT_NE(connection->help, nullptr);
    EXPECT_EQ(connection->help->helper, bench.GetHelper());
}

TEST(FirewallHelper, UnknownOneIsRefused)
{
    StatefulFirewall firewall;
    firewall.helpers = {{"gopher", protocol::TCP, 70}};
    EXPECT_NE(WhyRefused(ToJson(firewall)).find("no helper \"gopher\""), std::string::npos);
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
