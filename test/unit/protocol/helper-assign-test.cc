/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
// Rows H9-H13, H15, H22, H23 of the behavior table.
#include "test/unit/protocol/helper-fixture.h"

#include "ns3/callback.h"
#include "ns3/config.h"
#include "ns3/string.h"

namespace ns3
{
namespace conntrack
{
namespace test
{
namespace
{

using AssignResult = HelperRegistry::AssignResult;

const char* const WARNING =
    "nf_conntrack: default automatic helper assignment has been turned off for security reasons "
    "and CT-based firewall rule not found. Use the iptables CT target to attach helpers instead.";

class HelperAssignRows : public RegistryFixture
{
  protected:
    HelperAssignRows()
    {
        EXPECT_EQ(registry->RegisterAll({ftp, sip}, 0), RegistryResult::Ok);
    }

    Template Asking(const Ptr<ProtocolHelper>& helper) const
    {
        Template request;
        request.hasHelperArea = true;
        request.helper = PeekPointer(helper);
        return request;
    }

    Connection& OpenWithArea(uint16_t server, const Ptr<ProtocolHelper>& helper)
    {
        Connection& connection = Open(1000, server);
        connections.AddHelperArea(connection)->helper = PeekPointer(helper);
        return connection;
    }

    Ptr<ProtocolHelper> ftp{MakeIdle("ftp", Family::Ipv4, 21)};
    Ptr<ProtocolHelper> sip{MakeIdle<OtherIdleHelper>("sip", Family::Ipv4, 5060)};
};

// ---------------------------------------------------------------------------- H9

TEST_F(HelperAssignRows, H9_AreaBeginsEmpty)
{
    Connection& connection = Open(1000, 21);
    const auto request = Asking(ftp);
    EXPECT_EQ(registry->TryAssign(connection, &request), AssignResult::Ok);
    ASSERT_NE(connection.help, nullptr);
    EXPECT_TRUE(connection.help->expectations.empty());
    EXPECT_EQ(connection.help->expecting, (std::array<uint32_t, EXPECTATION_CLASSES>{}));
}

TEST_F(HelperAssignRows, H9_NoMemory)
{
    Connection& connection = Open(1000, 21);
    const auto request = Asking(ftp);
    connections.SetHelperAreaFailing(true);
    EXPECT_EQ(registry->TryAssign(connection, &request), AssignResult::NoMemory);
    EXPECT_EQ(connection.help, nullptr);
}

// ---------------------------------------------------------------------------- H10

TEST_F(HelperAssignRows, H10_OnFindsByPort)
{
    registry->SetAutoAssign(true);
    Connection& control = Open(1000, 21);
    Connection& other = Open(1000, 2121);
    EXPECT_EQ(registry->TryAssign(control, nullptr), AssignResult::Ok);
    EXPECT_EQ(registry->TryAssign(other, nullptr), AssignResult::Ok);
    EXPECT_EQ(control.help->helper, PeekPointer(ftp));
    EXPECT_FALSE(control.Is(status::HELPER));
    EXPECT_EQ(other.help, nullptr) << "no helper, no area";
    EXPECT_TRUE(lines.empty());
}

TEST_F(HelperAssignRows, H10_OffWarnsOnceAndOnlyIfOneWouldMatch)
{
    registry->TryAssign(Open(1000, 80), nullptr);
    EXPECT_TRUE(lines.empty());
    Connection& control = Open(1001, 21);
    registry->TryAssign(control, nullptr);
    registry->TryAssign(Open(1002, 21), nullptr);
    EXPECT_EQ(lines, std::vector<std::string>{WARNING});
    EXPECT_EQ(control.help, nullptr);
}

TEST_F(HelperAssignRows, H10_ARuleSilencesNothingAndWarnsNothing)
{
    const auto request = Asking(ftp);
    registry->TryAssign(Open(1000, 21), &request);
    EXPECT_TRUE(lines.empty());
    registry->TryAssign(Open(1001, 21), nullptr);
    EXPECT_EQ(lines.size(), 1U);
}

TEST_F(HelperAssignRows, H10_V618HasNone)
{
    Begin("v6.18");
    registry->Register(ftp);
    registry->SetAutoAssign(true);
    Connection& control = Open(1000, 21);
    EXPECT_FALSE(registry->GetAutoAssign());
    EXPECT_EQ(registry->TryAssign(control, nullptr), AssignResult::Ok);
    EXPECT_EQ(control.help, nullptr);
    EXPECT_TRUE(lines.empty());
}

TEST_F(HelperAssignRows, H22_SilencesTheWarning)
{
    registry->SetAutoAssignWarned();
    registry->TryAssign(Open(1000, 21), nullptr);
    EXPECT_TRUE(lines.empty());
}

// ---------------------------------------------------------------------------- H11

TEST_F(HelperAssignRows, H11_ExplicitHelperStays)
{
    registry->SetAutoAssign(true);
    Connection& connection = OpenWithArea(21, sip);
    connection.status |= status::HELPER;
    const auto request = Asking(ftp);
    EXPECT_EQ(registry->TryAssign(connection, &request), AssignResult::Ok);
    EXPECT_EQ(connection.help->helper, PeekPointer(sip));
}

TEST_F(HelperAssignRows, H11_TemplateBeforePort)
{
    registry->SetAutoAssign(true);
    Connection& connection = Open(1000, 21);
    const auto request = Asking(sip);
    registry->TryAssign(connection, &request);
    EXPECT_EQ(connection.help->helper, PeekPointer(sip));
    EXPECT_TRUE(connection.Is(status::HELPER));
}

TEST_F(HelperAssignRows, H11_TemplateWithoutAreaSaysNothing)
{
    registry->SetAutoAssign(true);
    Connection& connection = Open(1000, 21);
    const Template request;
    registry->TryAssign(connection, &request);
    EXPECT_EQ(connection.help->helper, PeekPointer(ftp));
    EXPECT_FALSE(connection.Is(status::HELPER));
}

TEST_F(HelperAssignRows, H11_TemplateWithNoneSetsTheBitAndAsksForThePort)
{
    registry->SetAutoAssign(true);
    Connection& connection = Open(1000, 21);
    const auto request = Asking(nullptr);
    registry->TryAssign(connection, &request);
    EXPECT_EQ(connection.help->helper, PeekPointer(ftp));
    EXPECT_TRUE(connection.Is(status::HELPER));
}

TEST_F(HelperAssignRows, H11_TemplateWithNoneAndSwitchOff)
{
    Connection& connection = Open(1000, 21);
    const auto request = Asking(nullptr);
    registry->TryAssign(connection, &request);
    EXPECT_EQ(connection.help, nullptr);
    EXPECT_TRUE(connection.Is(status::HELPER));
    EXPECT_EQ(lines.size(), 1U);
}

TEST_F(HelperAssignRows, H11_NoneFoundClears)
{
    registry->SetAutoAssign(true);
    Connection& connection = OpenWithArea(80, ftp);
    EXPECT_EQ(registry->TryAssign(connection, nullptr), AssignResult::Ok);
    EXPECT_EQ(connection.help->helper, nullptr);
}

TEST_F(HelperAssignRows, H11_AnotherSortClears)
{
    registry->SetAutoAssign(true);
    Connection& connection = OpenWithArea(5060, ftp);
    EXPECT_EQ(registry->TryAssign(connection, nullptr), AssignResult::Ok);
    EXPECT_EQ(connection.help->helper, nullptr) << "neither the old nor the new";
}

TEST_F(HelperAssignRows, H11_AreaWithoutHelperTakesAny)
{
    registry->SetAutoAssign(true);
    Connection& connection = OpenWithArea(5060, nullptr);
    registry->TryAssign(connection, nullptr);
    EXPECT_EQ(connection.help->helper, PeekPointer(sip));
}

TEST_F(HelperAssignRows, H11_SameSortReplaces)
{
    registry->SetAutoAssign(true);
    const auto ftp2 = MakeIdle("ftp-2121", Family::Ipv4, 2121);
    registry->Register(ftp2);
    Connection& connection = OpenWithArea(2121, ftp);
    HelperArea* area = connection.help;
    registry->TryAssign(connection, nullptr);
    EXPECT_EQ(connection.help, area);
    EXPECT_EQ(connection.help->helper, PeekPointer(ftp2));
}

TEST_F(HelperAssignRows, H11_NoMemoryOnlyFromTheArea)
{
    registry->SetAutoAssign(true);
    Connection& known = OpenWithArea(21, nullptr);
    connections.SetHelperAreaFailing(true);
    EXPECT_EQ(registry->TryAssign(known, nullptr), AssignResult::Ok);
    EXPECT_EQ(registry->TryAssign(Open(1001, 80), nullptr), AssignResult::Ok);
    EXPECT_EQ(registry->TryAssign(Open(1002, 21), nullptr), AssignResult::NoMemory);
}

TEST_F(HelperAssignRows, H11_AgainAfterNat)
{
    registry->SetAutoAssign(true);
    Connection& dialed2121 = Open(1000, 2121);
    registry->TryAssign(dialed2121, nullptr);
    dialed2121.tuples[1].sourcePort = 21;
    EXPECT_EQ(registry->TryAssignAgain(dialed2121), AssignResult::Ok);
    EXPECT_EQ(dialed2121.help->helper, PeekPointer(ftp));

    Connection& dialed21 = Open(1001, 21);
    registry->TryAssign(dialed21, nullptr);
    dialed21.tuples[1].sourcePort = 2121;
    registry->TryAssignAgain(dialed21);
    EXPECT_EQ(dialed21.help->helper, nullptr);
}

TEST_F(HelperAssignRows, H11_AgainKeepsAnExplicitHelper)
{
    registry->SetAutoAssign(true);
    Connection& connection = Open(1000, 2121);
    const auto request = Asking(ftp);
    registry->TryAssign(connection, &request);
    connection.tuples[1].sourcePort = 80;
    registry->TryAssignAgain(connection);
    EXPECT_EQ(connection.help->helper, PeekPointer(ftp));
}

TEST_F(HelperAssignRows, H11_AgainNotForExpectedOrExpecting)
{
    registry->SetAutoAssign(true);
    Connection& expecting = OpenWithArea(80, ftp);
    Expect(expecting, 5001);
    registry->TryAssignAgain(expecting);
    EXPECT_EQ(expecting.help->helper, PeekPointer(ftp));

    Connection& expected = Open(1001, 21);
    ConnectionTable::SetMaster(expected, expecting);
    registry->TryAssignAgain(expected);
    EXPECT_EQ(expected.help, nullptr);
}

TEST_F(HelperAssignRows, H11_V618DoesNotAskAgain)
{
    Begin("v6.18");
    registry->Register(ftp);
    Connection& connection = OpenWithArea(80, ftp);
    registry->TryAssignAgain(connection);
    EXPECT_EQ(connection.help->helper, PeekPointer(ftp));
}

TEST_F(HelperAssignRows, H11_V618TakesTheTemplates)
{
    Begin("v6.18");
    registry->Register(ftp);
    Connection& connection = Open(1000, 2121);
    const auto request = Asking(ftp);
    registry->TryAssign(connection, &request);
    EXPECT_EQ(connection.help->helper, PeekPointer(ftp));
    EXPECT_TRUE(connection.Is(status::HELPER));
}

// ---------------------------------------------------------------------------- H12, H13

TEST_F(HelperAssignRows, H12_EventComesBeforeTheChange)
{
    Connection& connection = OpenWith(1000, 21, ftp);
    registry->Unhelp(connection, *ftp, 5);
    EXPECT_EQ(journal, std::vector<std::string>{"helper event, helper there"});
    EXPECT_EQ(connection.help->helper, nullptr);
    EXPECT_FALSE(connection.Is(status::DYING));
    registry->Unhelp(connection, *ftp, 5);
    EXPECT_EQ(journal.size(), 1U) << "not twice";
}

TEST_F(HelperAssignRows, H12_OthersStay)
{
    Connection& call = OpenWith(1000, 5060, sip);
    Connection& plain = Confirm(Open(1001, 80));
    registry->Unhelp(call, *ftp, 5);
    registry->Unhelp(plain, *ftp, 5);
    EXPECT_TRUE(journal.empty());
    EXPECT_EQ(call.help->helper, PeekPointer(sip));
}

TEST_F(HelperAssignRows, H12_UnconfirmedHasNoEvent)
{
    Connection& connection = OpenWithArea(21, ftp);
    registry->Unhelp(connection, *ftp, 5);
    EXPECT_TRUE(journal.empty());
    EXPECT_EQ(connection.help->helper, nullptr);
}

TEST_F(HelperAssignRows, H13_HelperIsToldOfTheEnd)
{
    const auto idle = DynamicCast<IdleHelper>(ftp);
    registry->ConnectionEnds(OpenWithArea(21, ftp), 5);
    EXPECT_EQ(idle->ends, 1U);
    registry->ConnectionEnds(OpenWithArea(21, nullptr), 5);
    registry->ConnectionEnds(Open(1001, 21), 5);
    EXPECT_EQ(idle->ends, 1U);
}

// ---------------------------------------------------------------------------- H15

std::string g_traced;

void
Trace(const std::string& line)
{
    g_traced = line;
}

TEST_F(HelperAssignRows, H15_LineForLogAndTrace)
{
    registry->TraceConnectWithoutContext("HelperLog", MakeCallback(&Trace));
    registry->Log(*ftp, "cannot add expectation");
    EXPECT_EQ(lines,
              std::vector<std::string>{"nf_ct_ftp: dropping packet: cannot add expectation "});
    EXPECT_EQ(g_traced, lines[0]);
}

TEST_F(HelperAssignRows, H15_NameOfTheHelper)
{
    registry->Log(*MakeIdle("ftp-2121", Family::Ipv4, 2121), "x");
    EXPECT_EQ(lines, std::vector<std::string>{"nf_ct_ftp-2121: dropping packet: x "});
}

// ---------------------------------------------------------------------------- H23

TEST_F(HelperAssignRows, H23_OffByDefault)
{
    EXPECT_FALSE(registry->GetAutoAssign());
}

TEST_F(HelperAssignRows, H23_OnByDefaultInV39)
{
    Begin("v3.9");
    EXPECT_TRUE(registry->GetAutoAssign());
    registry->SetAutoAssign(false);
    EXPECT_FALSE(registry->GetAutoAssign());
}

TEST_F(HelperAssignRows, H23_ChangedDefaultReachesOnlyNewNodes)
{
    Config::SetDefault("ns3::conntrack::HelperRegistry::AutoAssign", StringValue("On"));
    const auto fresh = CreateObject<HelperRegistry>();
    Config::SetDefault("ns3::conntrack::HelperRegistry::AutoAssign", StringValue("Profile"));
    fresh->Initialize({&connections, PeekPointer(expectations), nullptr});
    EXPECT_TRUE(fresh->GetAutoAssign());
    EXPECT_FALSE(registry->GetAutoAssign());
    EXPECT_FALSE(CreateObject<HelperRegistry>()->GetAutoAssign());
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
