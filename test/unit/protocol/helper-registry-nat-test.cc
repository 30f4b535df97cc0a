/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
// Rows H6-H8, H14, H21 of the behavior table.
#include "test/unit/protocol/helper-fixture.h"

namespace ns3
{
namespace conntrack
{
namespace test
{
namespace
{

Ptr<NatHelper>
MakeNat(const std::string& module)
{
    const auto nat = CreateObject<NatHelper>();
    nat->SetModuleName(module);
    return nat;
}

class NatRegistryRows : public RegistryFixture
{
  protected:
    NatRegistryRows()
    {
        EXPECT_EQ(registry->Register(ftp), RegistryResult::Ok);
    }

    RegistryResult AcquireFtpNat()
    {
        return registry->AcquireNat("ftp", Family::Ipv4, protocol::TCP);
    }

    Ptr<ProtocolHelper> ftp{MakeIdle("ftp", Family::Ipv4, 21)};
};

TEST_F(NatRegistryRows, H6_FindsByModuleNewestFirst)
{
    const auto older = MakeNat("ip_nat_ftp");
    const auto newer = MakeNat("ip_nat_ftp");
    const auto other = MakeNat("ip_nat_sip");
    for (const auto& nat : {older, newer, other})
    {
        registry->RegisterNat(nat);
    }
    EXPECT_EQ(registry->FindNat("ip_nat_ftp"), newer);
    EXPECT_EQ(registry->FindNat("ip_nat_sip"), other);
    EXPECT_EQ(registry->FindNat("ip_nat_irc"), nullptr);
    EXPECT_EQ(registry->FindNat("ftp"), nullptr);
}

TEST_F(NatRegistryRows, H21_NoDuplicateCheck)
{
    const auto nat = MakeNat("ip_nat_ftp");
    registry->RegisterNat(nat);
    registry->RegisterNat(nat);
    registry->UnregisterNat(nat);
    EXPECT_EQ(registry->FindNat("ip_nat_ftp"), nat) << "registered twice, unregistered once";
    registry->UnregisterNat(nat);
    EXPECT_EQ(registry->FindNat("ip_nat_ftp"), nullptr);
    registry->UnregisterNat(nat);
}

TEST_F(NatRegistryRows, H21_OlderOneComesBack)
{
    const auto older = MakeNat("ip_nat_ftp");
    const auto newer = MakeNat("ip_nat_ftp");
    registry->RegisterNat(older);
    registry->RegisterNat(newer);
    registry->UnregisterNat(newer);
    EXPECT_EQ(registry->FindNat("ip_nat_ftp"), older);
}

TEST_F(NatRegistryRows, H7_H8_TakesTheNatModulesReferenceOnly)
{
    registry->RegisterNat(MakeNat("ip_nat_ftp"));
    EXPECT_EQ(AcquireFtpNat(), RegistryResult::Ok);
    EXPECT_EQ(registry->GetModuleReferences("ip_nat_ftp"), 1U);
    EXPECT_EQ(registry->GetModuleReferences("nfct-helper-ftp"), 0U);
    EXPECT_EQ(registry->GetReferences(ftp), 1U);
    registry->ReleaseNat(ftp);
    EXPECT_EQ(registry->GetModuleReferences("ip_nat_ftp"), 0U);
    EXPECT_TRUE(lines.empty());
}

TEST_F(NatRegistryRows, H7_LoadsAnAbsentModule)
{
    std::vector<std::string> asked;
    registry->SetModuleLoader([&](const std::string& module) {
        asked.push_back(module);
        registry->RegisterNat(MakeNat(module));
        return false; // what the loader says does not count here, only what is there
    });
    EXPECT_EQ(AcquireFtpNat(), RegistryResult::Ok);
    EXPECT_EQ(AcquireFtpNat(), RegistryResult::Ok);
    EXPECT_EQ(asked, std::vector<std::string>{"ip_nat_ftp"});
    EXPECT_EQ(registry->GetModuleReferences("ip_nat_ftp"), 2U);
}

TEST_F(NatRegistryRows, H7_NoSuchHelper)
{
    registry->RegisterNat(MakeNat("ip_nat_sip"));
    registry->SetModuleLoader([](const std::string&) {
        ADD_FAILURE() << "nothing is loaded for a helper that is not there";
        return true;
    });
    EXPECT_EQ(registry->AcquireNat("sip", Family::Ipv4, protocol::TCP), RegistryResult::NotFound);
    EXPECT_EQ(registry->AcquireNat("ftp", Family::Ipv6, protocol::TCP), RegistryResult::NotFound);
    EXPECT_EQ(registry->AcquireNat("ftp", Family::Ipv4, protocol::UDP), RegistryResult::NotFound);
}

TEST_F(NatRegistryRows, H7_NoNatHelper)
{
    EXPECT_EQ(AcquireFtpNat(), RegistryResult::NotFound) << "no loader";
    registry->SetModuleLoader([](const std::string&) { return true; });
    EXPECT_EQ(AcquireFtpNat(), RegistryResult::NotFound) << "not in that module";
}

TEST_F(NatRegistryRows, H7_ModuleGoingAway)
{
    registry->RegisterNat(MakeNat("ip_nat_ftp"));
    registry->SetModuleGoing("ip_nat_ftp", true);
    EXPECT_EQ(AcquireFtpNat(), RegistryResult::NotFound);
    EXPECT_EQ(registry->GetModuleReferences("ip_nat_ftp"), 0U);
}

TEST_F(NatRegistryRows, H8_GoneNatHelperWarnsOnce)
{
    const auto nat = MakeNat("ip_nat_ftp");
    registry->RegisterNat(nat);
    AcquireFtpNat();
    registry->UnregisterNat(nat);
    registry->ReleaseNat(ftp);
    registry->ReleaseNat(ftp);
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_NE(lines[0].find("ip_nat_ftp"), std::string::npos);
    EXPECT_EQ(registry->GetModuleReferences("ip_nat_ftp"), 1U) << "and nothing else";
}

void
Follow(const ExpectFunction&, Connection&, const Expectation&, Nanos)
{
}

void
Forward(const ExpectFunction&, Connection&, const Expectation&, Nanos)
{
}

TEST_F(NatRegistryRows, H14_FindsByNameAndByFunction)
{
    const ExpectFunction follow{"nat-follow-master", Follow};
    const ExpectFunction forward{"callforward", Forward};
    registry->RegisterExpectFunction(follow);
    registry->RegisterExpectFunction(forward);
    EXPECT_EQ(registry->FindExpectFunction("nat-follow-master"), &follow);
    EXPECT_EQ(registry->FindExpectFunction(Forward), &forward);
    EXPECT_EQ(registry->FindExpectFunction("nat-follow"), nullptr);
    registry->UnregisterExpectFunction(follow);
    EXPECT_EQ(registry->FindExpectFunction("nat-follow-master"), nullptr);
    EXPECT_EQ(registry->FindExpectFunction(Follow), nullptr);
    EXPECT_EQ(registry->FindExpectFunction("callforward"), &forward);
}

TEST_F(NatRegistryRows, H14_NoDuplicateCheckNewestWins)
{
    const ExpectFunction older{"x", Follow};
    const ExpectFunction newer{"x", Follow};
    registry->RegisterExpectFunction(older);
    registry->RegisterExpectFunction(newer);
    EXPECT_EQ(registry->FindExpectFunction("x"), &newer);
    EXPECT_EQ(registry->FindExpectFunction(Follow), &newer);
    registry->UnregisterExpectFunction(newer);
    EXPECT_EQ(registry->FindExpectFunction("x"), &older);
    registry->UnregisterExpectFunction(newer);
    EXPECT_EQ(registry->FindExpectFunction("x"), &older);
}

TEST_F(NatRegistryRows, H14_Empty)
{
    EXPECT_EQ(registry->FindExpectFunction("x"), nullptr);
    EXPECT_EQ(registry->FindExpectFunction(Follow), nullptr);
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
