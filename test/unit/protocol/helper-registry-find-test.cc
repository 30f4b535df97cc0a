/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
// Rows H1-H5 of the behavior table.
#include "test/unit/protocol/helper-fixture.h"

namespace ns3
{
namespace conntrack
{
namespace test
{

namespace
{

using HelperFindRows = RegistryFixture;

// ---------------------------------------------------------------------------- H1

struct BucketRow
{
    const char* name;
    Family family;
    uint8_t protocol;
    uint16_t port;
    uint32_t bucket;
};

class HelperBucketRows : public ::testing::TestWithParam<BucketRow>
{
};

TEST_P(HelperBucketRows, H1_BucketFromFamilyProtocolAndSwappedPort)
{
    const BucketRow& row = GetParam();
    EXPECT_EQ(HelperRegistry::BucketOf(row.family, row.protocol, row.port), row.bucket);
}

// 21 is 0x1500 when its network-order bytes are read from the lower one on.
const BucketRow BUCKETS[] = {
    {"Tftp", Family::Ipv4, protocol::UDP, 69, 273},
    {"NetbiosNs", Family::Ipv4, protocol::UDP, 137, 273},
    {"Snmp", Family::Ipv4, protocol::UDP, 161, 273},
    {"Ftp", Family::Ipv4, protocol::TCP, 21, (0x0206 ^ 0x1500) % 512},
    {"Ftp6", Family::Ipv6, protocol::TCP, 21, (0x0a06 ^ 0x1500) % 512},
    {"HighPort", Family::Ipv4, protocol::TCP, 6667, (0x0206 ^ 0x0b1a) % 512},
    {"NoPort", Family::Unspecified, protocol::TCP, 0, 6},
};

INSTANTIATE_TEST_SUITE_P(All, HelperBucketRows, ::testing::ValuesIn(BUCKETS), [](const auto& row) {
    return row.param.name;
});

// ---------------------------------------------------------------------------- H2

TEST_F(HelperFindRows, H2_FindsBySourcePortOfTheReply)
{
    const auto ftp = MakeIdle("ftp", Family::Ipv4, 21);
    ASSERT_EQ(registry->Register(ftp), RegistryResult::Ok);
    EXPECT_EQ(registry->FindByReply(ReplyFrom(21)), ftp);
    Tuple elsewhere = ReplyFrom(21);
    elsewhere.source = ToAddress("203.0.113.1");
    elsewhere.destinationPort = 21;
    EXPECT_EQ(registry->FindByReply(elsewhere), ftp)
        << "addresses and the other port do not matter";
}

TEST_F(HelperFindRows, H2_FindsNoOther)
{
    ASSERT_EQ(registry->Register(MakeIdle("ftp", Family::Ipv4, 21)), RegistryResult::Ok);
    Tuple reversed = ReplyFrom(40000);
    reversed.destinationPort = 21;
    EXPECT_EQ(registry->FindByReply(ReplyFrom(2121)), nullptr);
    EXPECT_EQ(registry->FindByReply(ReplyFrom(21, Family::Ipv6)), nullptr);
    EXPECT_EQ(registry->FindByReply(ReplyFrom(21, Family::Ipv4, protocol::UDP)), nullptr);
    EXPECT_EQ(registry->FindByReply(reversed), nullptr);
}

TEST_F(HelperFindRows, H2_SeparatesHelpersOfOneBucket)
{
    const auto tftp = MakeIdle("tftp", Family::Ipv4, 69, protocol::UDP);
    const auto snmp = MakeIdle("snmp", Family::Ipv4, 161, protocol::UDP);
    ASSERT_EQ(registry->RegisterAll({tftp, snmp}, 0), RegistryResult::Ok);
    EXPECT_EQ(registry->FindByReply(ReplyFrom(69, Family::Ipv4, protocol::UDP)), tftp);
    EXPECT_EQ(registry->FindByReply(ReplyFrom(161, Family::Ipv4, protocol::UDP)), snmp);
}

TEST_F(HelperFindRows, H2_EmptyRegistryFindsNone)
{
    EXPECT_EQ(registry->FindByReply(ReplyFrom(21)), nullptr);
    registry->Finish();
    EXPECT_EQ(registry->FindByReply(ReplyFrom(21)), nullptr);
}

TEST_F(HelperFindRows, H2_UnspecifiedFamilyNeverMatches)
{
    ASSERT_EQ(registry->Register(MakeIdle("any", Family::Unspecified, 21)), RegistryResult::Ok);
    EXPECT_EQ(registry->FindByReply(ReplyFrom(21)), nullptr);
    EXPECT_EQ(registry->FindByReply(ReplyFrom(21, Family::Ipv6)), nullptr);
}

// ---------------------------------------------------------------------------- H3

TEST_F(HelperFindRows, H3_FindsByNameFamilyAndProtocol)
{
    const auto ipv4 = MakeIdle("ftp", Family::Ipv4, 21);
    const auto ipv6 = MakeIdle("ftp", Family::Ipv6, 21);
    ASSERT_EQ(registry->RegisterAll({ipv4, ipv6}, 0), RegistryResult::Ok);
    EXPECT_EQ(registry->FindByName("ftp", Family::Ipv4, protocol::TCP), ipv4);
    EXPECT_EQ(registry->FindByName("ftp", Family::Ipv6, protocol::TCP), ipv6);
    EXPECT_EQ(registry->FindByName("ftp", Family::Ipv4, protocol::UDP), nullptr);
    EXPECT_EQ(registry->FindByName("ft", Family::Ipv4, protocol::TCP), nullptr);
    EXPECT_EQ(registry->FindByName("ftp", Family::Unspecified, protocol::TCP), nullptr);
}

TEST_F(HelperFindRows, H3_UnspecifiedFamilyMatchesAny)
{
    const auto any = MakeIdle("any", Family::Unspecified, 21);
    ASSERT_EQ(registry->Register(any), RegistryResult::Ok);
    EXPECT_EQ(registry->FindByName("any", Family::Ipv4, protocol::TCP), any);
    EXPECT_EQ(registry->FindByName("any", Family::Ipv6, protocol::TCP), any);
}

TEST_F(HelperFindRows, H3_BucketOrderDecides)
{
    const auto ipv4 = MakeIdle("x", Family::Ipv4, 256);              // 0x0206 ^ 0x0001 -> bucket 7
    const auto any = MakeIdle("x", Family::Unspecified, 512);        // 0x0006 ^ 0x0002 -> bucket 4
    const auto late = MakeIdle("y", Family::Unspecified, 512 + 256); // bucket 5
    const auto early = MakeIdle("y", Family::Ipv4, 1024);            // bucket 2
    ASSERT_EQ(registry->RegisterAll({ipv4, any}, 0), RegistryResult::Ok);
    EXPECT_EQ(registry->FindByName("x", Family::Ipv4, protocol::TCP), any);
    ASSERT_EQ(registry->RegisterAll({early, late}, 0), RegistryResult::Ok);
    EXPECT_EQ(registry->FindByName("y", Family::Ipv4, protocol::TCP), early);
}

// ---------------------------------------------------------------------------- H4, H5

TEST_F(HelperFindRows, H4_H5_TakesAndGivesBothReferences)
{
    const auto ftp = MakeIdle("ftp", Family::Ipv4, 21);
    ASSERT_EQ(registry->Register(ftp), RegistryResult::Ok);
    EXPECT_EQ(registry->GetReferences(ftp), 1U);
    EXPECT_EQ(registry->GetModuleReferences("nfct-helper-ftp"), 0U);
    EXPECT_EQ(registry->Acquire("ftp", Family::Ipv4, protocol::TCP), ftp);
    EXPECT_EQ(registry->Acquire("ftp", Family::Ipv4, protocol::TCP), ftp);
    EXPECT_EQ(registry->GetReferences(ftp), 3U);
    EXPECT_EQ(registry->GetModuleReferences("nfct-helper-ftp"), 2U);
    registry->Release(ftp);
    registry->Release(ftp);
    EXPECT_EQ(registry->GetReferences(ftp), 1U);
    EXPECT_EQ(registry->GetModuleReferences("nfct-helper-ftp"), 0U);
}

TEST_F(HelperFindRows, H4_ModuleCountsForAllItsHelpers)
{
    const auto ipv4 = MakeIdle("ftp", Family::Ipv4, 21);
    const auto ipv6 = MakeIdle("ftp", Family::Ipv6, 21);
    ASSERT_EQ(registry->RegisterAll({ipv4, ipv6}, 0), RegistryResult::Ok);
    registry->Acquire("ftp", Family::Ipv4, protocol::TCP);
    registry->Acquire("ftp", Family::Ipv6, protocol::TCP);
    EXPECT_EQ(registry->GetReferences(ipv4), 2U);
    EXPECT_EQ(registry->GetModuleReferences("nfct-helper-ftp"), 2U);
}

TEST_F(HelperFindRows, H4_LoadsAnAbsentHelpersModule)
{
    std::vector<std::string> asked;
    registry->SetModuleLoader([&](const std::string& module) {
        asked.push_back(module);
        registry->Register(MakeIdle("ftp", Family::Ipv4, 21));
        return true;
    });
    EXPECT_NE(registry->Acquire("ftp", Family::Ipv4, protocol::TCP), nullptr);
    EXPECT_NE(registry->Acquire("ftp", Family::Ipv4, protocol::TCP), nullptr);
    EXPECT_EQ(asked, std::vector<std::string>{"nfct-helper-ftp"}) << "present: not loaded again";
}

TEST_F(HelperFindRows, H4_LoaderRefuses)
{
    EXPECT_EQ(registry->Acquire("ftp", Family::Ipv4, protocol::TCP), nullptr) << "no loader";
    registry->SetModuleLoader([&](const std::string&) {
        registry->Register(MakeIdle("ftp", Family::Ipv4, 21));
        return false;
    });
    EXPECT_EQ(registry->Acquire("ftp", Family::Ipv4, protocol::TCP), nullptr);
}

TEST_F(HelperFindRows, H4_LoadedModuleHasNoSuchHelper)
{
    registry->SetModuleLoader([](const std::string&) { return true; });
    EXPECT_EQ(registry->Acquire("ftp", Family::Ipv4, protocol::TCP), nullptr);
}

TEST_F(HelperFindRows, H4_ModuleGoingAway)
{
    const auto ftp = MakeIdle("ftp", Family::Ipv4, 21);
    ASSERT_EQ(registry->Register(ftp), RegistryResult::Ok);
    registry->SetModuleGoing("nfct-helper-ftp", true);
    EXPECT_EQ(registry->Acquire("ftp", Family::Ipv4, protocol::TCP), nullptr);
    EXPECT_EQ(registry->GetReferences(ftp), 1U);
    EXPECT_EQ(registry->GetModuleReferences("nfct-helper-ftp"), 0U);
    registry->SetModuleGoing("nfct-helper-ftp", false);
    EXPECT_EQ(registry->Acquire("ftp", Family::Ipv4, protocol::TCP), ftp);
}

TEST_F(HelperFindRows, H4_CountOfZeroGivesTheModuleBack)
{
    const auto ftp = MakeIdle("ftp", Family::Ipv4, 21);
    ASSERT_EQ(registry->Register(ftp), RegistryResult::Ok);
    ASSERT_TRUE(registry->Retire(ftp));
    EXPECT_EQ(registry->Acquire("ftp", Family::Ipv4, protocol::TCP), nullptr);
    EXPECT_EQ(registry->GetModuleReferences("nfct-helper-ftp"), 0U);
    EXPECT_EQ(registry->FindByName("ftp", Family::Ipv4, protocol::TCP), ftp) << "only not acquired";
}

TEST_F(HelperFindRows, H4_HelperInUseCannotRetire)
{
    const auto ftp = MakeIdle("ftp", Family::Ipv4, 21);
    EXPECT_FALSE(registry->Retire(ftp)) << "not registered";
    ASSERT_EQ(registry->Register(ftp), RegistryResult::Ok);
    registry->Acquire("ftp", Family::Ipv4, protocol::TCP);
    EXPECT_FALSE(registry->Retire(ftp));
    EXPECT_EQ(registry->GetReferences(ftp), 2U);
}

TEST_F(HelperFindRows, H4_BuiltInHelperNeedsNoModule)
{
    const auto ftp = MakeIdle("ftp", Family::Ipv4, 21);
    auto identity = ftp->GetIdentity();
    identity.module.clear();
    ftp->SetIdentity(identity);
    ASSERT_EQ(registry->Register(ftp), RegistryResult::Ok);
    EXPECT_EQ(registry->Acquire("ftp", Family::Ipv4, protocol::TCP), ftp);
    EXPECT_EQ(registry->GetReferences(ftp), 2U);
    EXPECT_EQ(registry->GetModuleReferences(""), 0U);
}

TEST_F(HelperFindRows, H5_ReleaseAfterUnregister)
{
    const auto ftp = MakeIdle("ftp", Family::Ipv4, 21);
    ASSERT_EQ(registry->Register(ftp), RegistryResult::Ok);
    registry->Acquire("ftp", Family::Ipv4, protocol::TCP);
    registry->Unregister(ftp, 0);
    registry->Release(ftp);
    EXPECT_EQ(registry->GetModuleReferences("nfct-helper-ftp"), 0U);
    EXPECT_EQ(registry->GetReferences(ftp), 0U);
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
