/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

// Conntrack's attributes, and what is said about wrong ones.
#include "test/system/simulation-fixture.h"

#include "ns3/double.h"
#include "ns3/enum.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

#include <cstdio>
#include <fstream>

namespace ns3
{
namespace conntrack
{
namespace test
{
namespace
{

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

/// An attribute, its default as text and another value.
struct Row
{
    const char* name;
    const char* usual;
    const char* other;
};

class AttributeRowTest : public ::testing::TestWithParam<Row>
{
};

std::string
Read(Ptr<Conntrack> conntrack, const std::string& name)
{
    StringValue value;
    conntrack->GetAttribute(name, value);
    return value.Get();
}

TEST_P(AttributeRowTest, HasItsDefaultAndCanBeSetAndRead)
{
    Ptr<Conntrack> conntrack = CreateObject<Conntrack>();
    EXPECT_EQ(Read(conntrack, GetParam().name), GetParam().usual);
    conntrack->SetAttribute(GetParam().name, StringValue(GetParam().other));
    EXPECT_EQ(Read(conntrack, GetParam().name), GetParam().other);
    conntrack->Dispose();
}

TEST_P(AttributeRowTest, RefusesAValueOfAnotherType)
{
    Ptr<Conntrack> conntrack = CreateObject<Conntrack>();
    EXPECT_FALSE(conntrack->SetAttributeFailSafe(GetParam().name, DoubleValue(0.5)));
    EXPECT_EQ(Read(conntrack, GetParam().name), GetParam().usual);
    conntrack->Dispose();
}

constexpr Row ROWS[] = {
    {"Profile", "v5.10", "v6.18"},
    {"Timers", "exact", "wheel"},
    {"Hz", "250", "1000"},
    {"JiffiesAtStart", "0", "4294937296"},
    {"Helper", "false", "true"},
    {"Max", "262144", "7"},
    {"Buckets", "262144", "16"},
    {"ExpectMax", "0", "5"},
    {"ExpectHashSize", "0", "9"},
    {"Acct", "false", "true"},
    {"Timestamp", "false", "true"},
    {"Checksum", "true", "false"},
    {"TrackingOnDemand", "false", "true"},
    {"LogInvalid", "0", "255"},
    {"Frag6Timeout", "+6e+10ns", "+5e+09ns"},
    {"Frag6HighThresh", "4194304", "9000"},
    {"Frag6LowThresh", "3145728", "8000"},
    {"Events", "true", "false"},
    {"IpfragTime", "+3e+10ns", "+5e+09ns"},
    {"IpfragHighThresh", "4194304", "9000"},
    {"IpfragMaxDist", "64", "3"},
    {"TcpTimeoutSynSent", "+1.2e+11ns", "+5e+09ns"},
    {"TcpTimeoutSynRecv", "+6e+10ns", "+5e+09ns"},
    {"TcpTimeoutEstablished", "+4.32e+14ns", "+5e+09ns"},
    {"TcpTimeoutFinWait", "+1.2e+11ns", "+5e+09ns"},
    {"TcpTimeoutCloseWait", "+6e+10ns", "+5e+09ns"},
    {"TcpTimeoutLastAck", "+3e+10ns", "+5e+09ns"},
    {"TcpTimeoutTimeWait", "+1.2e+11ns", "+5e+09ns"},
    {"TcpTimeoutClose", "+1e+10ns", "+5e+09ns"},
    {"TcpTimeoutMaxRetrans", "+3e+11ns", "+5e+09ns"},
    {"TcpTimeoutUnacknowledged", "+3e+11ns", "+5e+09ns"},
    {"ResetWindow", "65535", "0"},
    {"TcpLoose", "true", "false"},
    {"TcpBeLiberal", "false", "true"},
    {"TcpIgnoreInvalidRst", "false", "true"},
    {"TcpMaxRetrans", "3", "9"},
    {"SctpTimeoutClosed", "+1e+10ns", "+5e+09ns"},
    {"SctpTimeoutCookieWait", "+3e+09ns", "+5e+09ns"},
    {"SctpTimeoutCookieEchoed", "+3e+09ns", "+5e+09ns"},
    {"SctpTimeoutEstablished", "+4.32e+14ns", "+5e+09ns"},
    {"SctpTimeoutShutdownSent", "+3e+08ns", "+5e+09ns"},
    {"SctpTimeoutShutdownRecd", "+3e+08ns", "+5e+09ns"},
    {"SctpTimeoutShutdownAckSent", "+3e+09ns", "+5e+09ns"},
    {"SctpTimeoutHeartbeatSent", "+3e+10ns", "+5e+09ns"},
    {"UdpTimeout", "+3e+10ns", "+5e+09ns"},
    {"UdpTimeoutStream", "+1.2e+11ns", "+5e+09ns"},
    {"GreTimeout", "+3e+10ns", "+5e+09ns"},
    {"GreTimeoutStream", "+1.8e+11ns", "+5e+09ns"},
    {"IcmpTimeout", "+3e+10ns", "+5e+09ns"},
    {"Icmpv6Timeout", "+3e+10ns", "+5e+09ns"},
    {"GenericTimeout", "+6e+11ns", "+5e+09ns"},
};

INSTANTIATE_TEST_SUITE_P(Rows, AttributeRowTest, ::testing::ValuesIn(ROWS), [](const auto& row) {
    return row.param.name;
});

class AttributeTest : public SimulationTest
{
  protected:
    /// @param json rules @return the sentence they are refused with
    std::string Refusal(const std::string& json)
    {
        try
        {
            Install(1, json);
        }
        catch (const RulesetError& error)
        {
            return error.what();
        }
        return "";
    }
};

TEST_F(AttributeTest, EveryAttributeHasARow)
{
    const TypeId tid = Conntrack::GetTypeId();
    constexpr std::size_t OBJECTS = 1; // CarrierGradeNat, which has no text to compare
    EXPECT_EQ(tid.GetAttributeN(), std::size(ROWS) + OBJECTS);
    for (std::size_t i = 0; i < tid.GetAttributeN(); ++i)
    {
        EXPECT_FALSE(tid.GetAttribute(i).help.empty()) << tid.GetAttribute(i).name;
    }
}

TEST_F(AttributeTest, ProfileChangesWhatItDecidesUntilSet)
{
    Ptr<Conntrack> conntrack = CreateObject<Conntrack>();
    const std::string old = Read(conntrack, "SctpTimeoutEstablished");
    conntrack->SetAttribute("Profile", StringValue("v6.18"));
    EXPECT_NE(Read(conntrack, "SctpTimeoutEstablished"), old);
    conntrack->SetAttribute("SctpTimeoutEstablished", TimeValue(Seconds(9)));
    conntrack->SetAttribute("Profile", StringValue("v3.9"));
    EXPECT_EQ(Read(conntrack, "SctpTimeoutEstablished"), "+9e+09ns");
    conntrack->Dispose();
}

TEST_F(AttributeTest, NegativeTimeoutIsRefusedUnlessTheProfileDecides)
{
    Ptr<Conntrack> conntrack = CreateObject<Conntrack>();
    EXPECT_FALSE(conntrack->SetAttributeFailSafe("UdpTimeout", TimeValue(Seconds(-1))));
    EXPECT_TRUE(conntrack->SetAttributeFailSafe("UdpTimeoutStream", TimeValue(Seconds(-1))));
    EXPECT_FALSE(conntrack->SetAttributeFailSafe("UdpTimeoutStream", TimeValue(Seconds(-2))));
    EXPECT_FALSE(conntrack->SetAttributeFailSafe("Buckets", UintegerValue(0)));
    EXPECT_FALSE(conntrack->SetAttributeFailSafe("TcpMaxRetrans", UintegerValue(256)));
    conntrack->Dispose();
}

TEST_F(AttributeTest, TimeoutSetInARunHoldsForTheNextPacket)
{
    Build(3);
    Ptr<Conntrack> conntrack = Install(1);
    UdpPeer& client = AddUdp(0, 5000);
    At(2, [&] { client.Send(ServerAddress(), 9); });
    At(3, [&] { conntrack->SetAttribute("UdpTimeout", TimeValue(Seconds(4))); });
    At(5, [&] { client.Send(ServerAddress(), 9); });
    Run(50);
    EXPECT_NEAR(static_cast<double>(times.back()), 9e9, 0.1e9);
}

TEST_F(AttributeTest, BrokenJsonIsNamedWithThePlace)
{
    Build(3);
    EXPECT_THAT(Refusal("{\"nftables\": [\n  {]}"),
                AllOf(HasSubstr("line 2"), Not(HasSubstr("\n"))));
}

TEST_F(AttributeTest, UnsupportedStatementIsNamed)
{
    Build(3);
    const std::string json =
        RuleWriter().Chain("nat", "postrouting", 100).Rule("nat", R"({"queue":{"num":1}})").Text();
    EXPECT_THAT(Refusal(json), AllOf(HasSubstr("queue"), HasSubstr("nat"), HasSubstr("3")));
}

TEST_F(AttributeTest, RefusedRulesLeaveTheNodeAsItWas)
{
    Build(3);
    EXPECT_THROW(Install(1, "nonsense"), RulesetError);
    EXPECT_FALSE(nodes.Get(1)->GetObject<Conntrack>());
    EXPECT_TRUE(Install(1, Firewall())->GetRuleset());
    Run(1);
}

TEST_F(AttributeTest, RefusedRulesLeaveTheOldOnes)
{
    Build(3);
    Ptr<Conntrack> conntrack = Install(1, RuleWriter().Chain("fw", "forward", 0, "drop").Text());
    EXPECT_THROW(conntrack->LoadRuleset("nonsense"), RulesetError);
    UdpPeer& client = AddUdp(0, 5000);
    At(2, [&] { client.Send(ServerAddress(), 9); });
    Run(5);
    EXPECT_EQ(drops.size(), 1U);
}

using AttributeDeathTest = AttributeTest;

TEST_F(AttributeDeathTest, UnknownProfile)
{
    NetfilterHelper helper;
    Build(1);
    EXPECT_DEATH(
        {
            helper.SetAttribute("Profile", StringValue("v7.0"));
            helper.Install(nodes.Get(0));
        },
        "no kernel profile 'v7.0', only v3.9, v5.10, v6.18");
}

TEST_F(AttributeDeathTest, ProfileAfterInstall)
{
    Build(1);
    Ptr<Conntrack> conntrack = Install(0);
    EXPECT_DEATH(conntrack->SetAttribute("Profile", StringValue("v6.18")),
                 "Profile: cannot change once the tables are in use");
}

TEST_F(AttributeDeathTest, UnknownAttribute)
{
    NetfilterHelper helper;
    EXPECT_DEATH(helper.SetAttribute("TcpTimeoutEstablishd", TimeValue(Seconds(1))),
                 "TcpTimeoutEstablishd");
}

TEST_F(AttributeDeathTest, NodeWithoutIpStack)
{
    Ptr<Node> bare = CreateObject<Node>();
    EXPECT_DEATH(NetfilterHelper().Install(bare),
                 "Node 0 has no IP stack: install InternetStackHelper before Conntrack");
}

TEST_F(AttributeDeathTest, InstalledTwice)
{
    Build(1);
    Install(0);
    EXPECT_DEATH(NetfilterHelper().Install(nodes.Get(0)), "Node 0 has a Conntrack already");
}

TEST_F(AttributeDeathTest, RulesFileThatIsNotThere)
{
    NetfilterHelper helper;
    EXPECT_DEATH(helper.SetRulesetFile("/nowhere/rules.json"),
                 "Cannot read the rules in file '/nowhere/rules.json'");
}

TEST_F(AttributeDeathTest, RulesFileThatIsAFolder)
{
    NetfilterHelper helper;
    EXPECT_DEATH(helper.SetRulesetFile("/tmp"), "Cannot read the rules in file '/tmp'");
}

TEST_F(AttributeDeathTest, RulesFileThatIsEmpty)
{
    const std::string file = ::testing::TempDir() + "empty-rules.json";
    std::ofstream(file).close();
    NetfilterHelper helper;
    EXPECT_DEATH(helper.SetRulesetFile(file), "Cannot read the rules in file");
    std::remove(file.c_str());
}

TEST_F(AttributeTest, RulesFileIsLoaded)
{
    Build(1);
    const std::string file = ::testing::TempDir() + "some-rules.json";
    std::ofstream(file) << RuleWriter().Chain("fw", "forward", 0).Text();
    NetfilterHelper helper;
    helper.SetRulesetFile(file);
    EXPECT_NE(helper.Install(nodes.Get(0))->GetRuleset(), nullptr);
    std::remove(file.c_str());
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
