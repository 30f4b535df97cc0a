/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
// Rows H16-H20, H24, H25 of the behavior table.
#include "test/unit/protocol/helper-fixture.h"

namespace ns3
{
namespace conntrack
{
namespace test
{

namespace
{

using HelperRegistryRows = RegistryFixture;

// ---------------------------------------------------------------------------- H16

using HelperRegistryDeathRows = RegistryFixture;

TEST_F(HelperRegistryDeathRows, H16_NoPolicy)
{
    const auto ftp = MakeIdle("ftp", Family::Ipv4, 21);
    ftp->SetPolicies({});
    EXPECT_DEATH(registry->Register(ftp), "no expectation policy");
}

TEST_F(HelperRegistryDeathRows, H16_FiveClasses)
{
    const auto sip = MakeIdle("sip", Family::Ipv4, 5060);
    sip->SetPolicies(std::vector<ExpectationPolicy>(5, {"", 1, SECOND}));
    EXPECT_DEATH(registry->Register(sip), "more than 4 classes");
}

TEST_F(HelperRegistryDeathRows, H16_NameOf16)
{
    const auto helper = MakeIdle("ftp", Family::Ipv4, 21);
    auto identity = helper->GetIdentity();
    identity.name = "sixteen-letters!";
    helper->SetIdentity(identity);
    EXPECT_DEATH(registry->Register(helper), "longer than 15");
}

TEST_F(HelperRegistryRows, H16_FourClassesAndNameOf15AreFine)
{
    const auto sip = MakeIdle("fifteen-letters", Family::Ipv4, 5060);
    sip->SetPolicies(std::vector<ExpectationPolicy>(4, {"", 1, SECOND}));
    EXPECT_EQ(registry->Register(sip), RegistryResult::Ok);
}

TEST_F(HelperRegistryRows, H16_AddsWithOneReference)
{
    const auto ftp = MakeIdle("ftp", Family::Ipv4, 21);
    EXPECT_EQ(registry->Register(ftp), RegistryResult::Ok);
    EXPECT_EQ(registry->GetReferences(ftp), 1U);
}

TEST_F(HelperRegistryRows, H16_NotReadyComesFirst)
{
    const auto fresh = CreateObject<HelperRegistry>();
    const auto ftp = MakeIdle("ftp", Family::Ipv4, 21);
    ftp->SetPolicies({{"", 256, SECOND}});
    EXPECT_EQ(fresh->Register(ftp), RegistryResult::NotReady) << "before Invalid";
}

TEST_F(HelperRegistryRows, H16_ClassZeroAboveTheLimit)
{
    const auto ftp = MakeIdle("ftp", Family::Ipv4, 21);
    ASSERT_EQ(registry->Register(ftp), RegistryResult::Ok);
    const auto again = MakeIdle("ftp", Family::Ipv4, 21);
    again->SetPolicies({{"", 256, SECOND}});
    EXPECT_EQ(registry->Register(again), RegistryResult::Invalid) << "before Exists";
    again->SetPolicies({{"", 255, SECOND}});
    EXPECT_EQ(registry->Register(again), RegistryResult::Exists);
}

TEST_F(HelperRegistryRows, H16_OnlyClassZeroIsChecked)
{
    const auto sip = MakeIdle("sip", Family::Ipv4, 5060);
    sip->SetPolicies({{"", 255, SECOND}, {"", 256, SECOND}});
    EXPECT_EQ(registry->Register(sip), RegistryResult::Ok);
}

/// A second helper, beside IPv4 TCP "ftp" on port 21.
struct SecondRow
{
    const char* label;
    const char* name;
    Family family;
    uint8_t protocol;
    uint16_t port;
    bool userSpace;
    RegistryResult result;
};

class HelperRegistrySecondRows : public RegistryFixture,
                                 public ::testing::WithParamInterface<SecondRow>
{
  protected:
    Ptr<ProtocolHelper> Second() const
    {
        const SecondRow& row = GetParam();
        const auto helper = MakeIdle(row.name, row.family, row.port, row.protocol);
        auto identity = helper->GetIdentity();
        identity.userSpace = row.userSpace;
        helper->SetIdentity(identity);
        return helper;
    }
};

TEST_P(HelperRegistrySecondRows, H16_NameAndPort)
{
    ASSERT_EQ(registry->Register(MakeIdle("ftp", Family::Ipv4, 21)), RegistryResult::Ok);
    EXPECT_EQ(registry->Register(Second()), GetParam().result);
}

TEST_P(HelperRegistrySecondRows, H16_V618SaysBusy)
{
    ASSERT_EQ(Begin("v6.18"), RegistryResult::Ok);
    ASSERT_EQ(registry->Register(MakeIdle("ftp", Family::Ipv4, 21)), RegistryResult::Ok);
    const bool isFine = GetParam().result == RegistryResult::Ok;
    EXPECT_EQ(registry->Register(Second()), isFine ? RegistryResult::Ok : RegistryResult::Busy);
}

const SecondRow SECONDS[] = {
    {"Same", "ftp", Family::Ipv4, protocol::TCP, 21, false, RegistryResult::Exists},
    {"SameNameOtherBucket",
     "ftp",
     Family::Ipv4,
     protocol::TCP,
     2121,
     false,
     RegistryResult::Exists},
    {"SameNameUserSpace", "ftp", Family::Ipv4, protocol::TCP, 2121, true, RegistryResult::Exists},
    {"SameNameIpv6", "ftp", Family::Ipv6, protocol::TCP, 21, false, RegistryResult::Ok},
    {"SameNameUdp", "ftp", Family::Ipv4, protocol::UDP, 21, false, RegistryResult::Ok},
    {"SameNameUnspecified",
     "ftp",
     Family::Unspecified,
     protocol::TCP,
     21,
     false,
     RegistryResult::Ok},
    {"SamePort", "x", Family::Ipv4, protocol::TCP, 21, false, RegistryResult::Exists},
    {"SamePortUserSpace", "x", Family::Ipv4, protocol::TCP, 21, true, RegistryResult::Ok},
    {"SamePortIpv6", "x", Family::Ipv6, protocol::TCP, 21, false, RegistryResult::Ok},
    {"SamePortUdp", "x", Family::Ipv4, protocol::UDP, 21, false, RegistryResult::Ok},
    {"SameBucketOtherPort", "x", Family::Ipv4, protocol::TCP, 23, false, RegistryResult::Ok},
    {"Other", "x", Family::Ipv4, protocol::TCP, 2121, false, RegistryResult::Ok},
};

INSTANTIATE_TEST_SUITE_P(All,
                         HelperRegistrySecondRows,
                         ::testing::ValuesIn(SECONDS),
                         [](const auto& row) { return row.param.label; });

TEST_F(HelperRegistryRows, H16_ExistingUnspecifiedFamilyBlocksItsName)
{
    ASSERT_EQ(registry->Register(MakeIdle("x", Family::Unspecified, 9)), RegistryResult::Ok);
    EXPECT_EQ(registry->Register(MakeIdle("x", Family::Ipv4, 10)), RegistryResult::Exists);
    EXPECT_EQ(registry->Register(MakeIdle("x", Family::Ipv6, 11)), RegistryResult::Exists);
}

TEST_F(HelperRegistryRows, H16_NewestStandsFirstInItsBucket)
{
    const auto tftp = MakeIdle("tftp", Family::Ipv4, 69, protocol::UDP);
    const auto netbios = MakeIdle("netbios-ns", Family::Ipv4, 137, protocol::UDP);
    const auto snmp = MakeIdle("snmp", Family::Ipv4, 161, protocol::UDP);
    ASSERT_EQ(registry->RegisterAll({tftp, netbios, snmp}, 0), RegistryResult::Ok);
    std::vector<std::string> order;
    registry->ForEach([&](Ptr<ProtocolHelper> h) { order.push_back(h->GetIdentity().name); });
    EXPECT_EQ(order, (std::vector<std::string>{"snmp", "netbios-ns", "tftp"}));
}

// ---------------------------------------------------------------------------- H17

TEST_F(HelperRegistryRows, H17_ExpectationsThenHelperEvents)
{
    const auto ftp = MakeIdle("ftp", Family::Ipv4, 21);
    const auto sip = MakeIdle("sip", Family::Ipv4, 5060);
    ASSERT_EQ(registry->RegisterAll({ftp, sip}, 0), RegistryResult::Ok);
    Connection& control = OpenWith(1000, 21, ftp);
    Connection& call = OpenWith(1001, 5060, sip);
    Connection& other = OpenWith(1002, 5060, sip);
    Expect(control, 5001);
    Expect(call, 5002, PeekPointer(ftp));
    Expect(other, 5003);
    journal.clear();

    registry->Unregister(ftp, 7);

    ASSERT_EQ(journal.size(), 3U);
    EXPECT_TRUE(
        (journal[0] == "destroy expectation 5001" && journal[1] == "destroy expectation 5002") ||
        (journal[1] == "destroy expectation 5001" && journal[0] == "destroy expectation 5002"));
    EXPECT_EQ(journal[2], "helper event, helper there");
    EXPECT_EQ(expectations->Size(), 1U) << "the one that has nothing to do with it stays";
    EXPECT_EQ(connections.Size(), 3U) << "no connection dies";
    EXPECT_EQ(control.help->helper, nullptr);
    EXPECT_EQ(call.help->helper, PeekPointer(sip));
    EXPECT_EQ(registry->FindByReply(ReplyFrom(21)), nullptr);
    EXPECT_EQ(registry->FindByName("ftp", Family::Ipv4, protocol::TCP), nullptr);
}

TEST_F(HelperRegistryRows, H17_ReasonIsHelperless)
{
    const auto ftp = MakeIdle("ftp", Family::Ipv4, 21);
    ASSERT_EQ(registry->Register(ftp), RegistryResult::Ok);
    Expect(OpenWith(1000, 21, ftp), 5001);
    ExpectationEnd end = ExpectationEnd::Deleted;
    expectations->SetNoticeCallback([&](const ExpectationNotice& notice) { end = notice.end; });
    registry->Unregister(ftp, 0);
    EXPECT_EQ(end, ExpectationEnd::Helperless);
}

TEST_F(HelperRegistryRows, H17_UnlinkedBeforeEvents)
{
    const auto ftp = MakeIdle("ftp", Family::Ipv4, 21);
    ASSERT_EQ(registry->Register(ftp), RegistryResult::Ok);
    Expect(OpenWith(1000, 21, ftp), 5001);
    Ptr<ProtocolHelper> seen = ftp;
    expectations->SetNoticeCallback(
        [&](const ExpectationNotice&) { seen = registry->FindByReply(ReplyFrom(21)); });
    registry->Unregister(ftp, 0);
    EXPECT_EQ(seen, nullptr);
}

TEST_F(HelperRegistryRows, H17_OneThatIsNotRegisteredIsLeftAlone)
{
    const auto ftp = MakeIdle("ftp", Family::Ipv4, 21);
    const auto stranger = MakeIdle("ftp", Family::Ipv4, 21);
    ASSERT_EQ(registry->Register(ftp), RegistryResult::Ok);
    registry->Unregister(stranger, 0);
    EXPECT_EQ(registry->FindByReply(ReplyFrom(21)), ftp);
}

TEST_F(HelperRegistryRows, H17_MayBeRegisteredAgain)
{
    const auto ftp = MakeIdle("ftp", Family::Ipv4, 21);
    ASSERT_EQ(registry->Register(ftp), RegistryResult::Ok);
    registry->Unregister(ftp, 0);
    EXPECT_EQ(registry->Register(ftp), RegistryResult::Ok);
}

// ---------------------------------------------------------------------------- H18

struct NameRow
{
    const char* label;
    const char* name;
    uint16_t port;
    uint32_t id;
    const char* fullName;
    const char* natModule;
};

class HelperNameRows : public ::testing::TestWithParam<NameRow>
{
};

TEST_P(HelperNameRows, H18_Names)
{
    const NameRow& row = GetParam();
    const auto helper = CreateObject<IdleHelper>();
    helper->Initialize(row.name, Family::Ipv6, protocol::TCP, 21, row.port, row.id);
    const auto& identity = helper->GetIdentity();
    EXPECT_EQ(identity.name, row.fullName);
    EXPECT_EQ(identity.natModule, row.natModule);
    EXPECT_EQ(identity.family, Family::Ipv6);
    EXPECT_EQ(identity.protocol, protocol::TCP);
    EXPECT_EQ(identity.port, row.port);
    EXPECT_FALSE(identity.userSpace);
}

const NameRow NAMES[] = {
    {"DefaultPort", "ftp", 21, 21, "ftp", "ip_nat_ftp"},
    {"DefaultPortHasNoIndex", "tftp", 21, 3, "tftp", "ip_nat_tftp"},
    {"OtherPort", "ftp", 2121, 2121, "ftp-2121", "ip_nat_ftp"},
    {"Index", "sip", 5070, 1, "sip-1", "ip_nat_sip"},
    {"IndexZero", "sip", 5070, 0, "sip-0", "ip_nat_sip"},
    {"NameCut", "a-very-long-name", 21, 0, "a-very-long-nam", "ip_nat_a-very-l"},
    {"NumberCut", "twelve-chars", 2121, 2121, "twelve-chars-21", "ip_nat_twelve-c"},
    {"NatModuleCutAlone", "netbios-ns", 21, 0, "netbios-ns", "ip_nat_netbios-"},
};

INSTANTIATE_TEST_SUITE_P(All, HelperNameRows, ::testing::ValuesIn(NAMES), [](const auto& row) {
    return row.param.label;
});

// ---------------------------------------------------------------------------- H19, H20

TEST_F(HelperRegistryRows, H19_RolledBackAtTheFirstError)
{
    const auto one = MakeIdle("one", Family::Ipv4, 1);
    const auto two = MakeIdle("two", Family::Ipv4, 2);
    const auto bad = MakeIdle("one", Family::Ipv4, 3);
    const auto four = MakeIdle("four", Family::Ipv4, 4);
    EXPECT_EQ(registry->RegisterAll({one, two, bad, four}, 0), RegistryResult::Exists);
    for (const auto& helper : {one, two, bad, four})
    {
        EXPECT_EQ(registry->GetReferences(helper), 0U);
    }
}

TEST_F(HelperRegistryRows, H19_OthersStayAtARollBack)
{
    const auto ftp = MakeIdle("ftp", Family::Ipv4, 21);
    ASSERT_EQ(registry->Register(ftp), RegistryResult::Ok);
    EXPECT_EQ(registry->RegisterAll({MakeIdle("ftp", Family::Ipv4, 21)}, 0),
              RegistryResult::Exists);
    EXPECT_EQ(registry->FindByReply(ReplyFrom(21)), ftp);
    EXPECT_EQ(registry->RegisterAll({}, 0), RegistryResult::Ok);
}

TEST_F(HelperRegistryRows, H20_InReverseOrder)
{
    const auto one = MakeIdle("one", Family::Ipv4, 1);
    const auto two = MakeIdle("two", Family::Ipv4, 2);
    ASSERT_EQ(registry->RegisterAll({one, two}, 0), RegistryResult::Ok);
    Expect(OpenWith(1000, 1, one), 5001);
    Expect(OpenWith(1001, 2, two), 5002);
    journal.clear();
    registry->UnregisterAll({one, two}, 0);
    EXPECT_EQ(journal,
              (std::vector<std::string>{"destroy expectation 5002",
                                        "helper event, helper there",
                                        "destroy expectation 5001",
                                        "helper event, helper there"}));
}

// ---------------------------------------------------------------------------- H24, H25

TEST_F(HelperRegistryRows, H24_NoMemoryForBuckets)
{
    const auto fresh = CreateObject<HelperRegistry>();
    fresh->SetFaults({true, RegistryResult::Ok});
    EXPECT_EQ(fresh->Initialize({}), RegistryResult::NoMemory);
    EXPECT_EQ(fresh->Register(MakeIdle("ftp", Family::Ipv4, 21)), RegistryResult::NotReady);
    fresh->SetFaults({});
    EXPECT_EQ(fresh->Initialize({}), RegistryResult::Ok);
    EXPECT_EQ(fresh->Register(MakeIdle("ftp", Family::Ipv4, 21)), RegistryResult::Ok);
}

TEST_F(HelperRegistryRows, H24_ExtensionsErrorIsPassedOn)
{
    const auto fresh = CreateObject<HelperRegistry>();
    fresh->SetFaults({false, RegistryResult::Busy});
    EXPECT_EQ(fresh->Initialize({}), RegistryResult::Busy);
    EXPECT_EQ(fresh->Register(MakeIdle("ftp", Family::Ipv4, 21)), RegistryResult::NotReady)
        << "nothing is left behind";
}

TEST_F(HelperRegistryRows, H24_NotReadyAfterFinish)
{
    const auto ftp = MakeIdle("ftp", Family::Ipv4, 21);
    ASSERT_EQ(registry->Register(ftp), RegistryResult::Ok);
    registry->Finish();
    EXPECT_EQ(registry->Register(ftp), RegistryResult::NotReady);
    EXPECT_EQ(registry->FindByName("ftp", Family::Ipv4, protocol::TCP), nullptr);
}

TEST(HelperRegistryConstants, H24_H25_Sizes)
{
    EXPECT_EQ(HelperRegistry::BUCKETS, 512U);
    EXPECT_EQ(HelperRegistry::BUCKETS * sizeof(uint64_t), 4096U);
    EXPECT_EQ(ProtocolHelper::NAME_LENGTH, 15U);
    EXPECT_EQ(EXPECTATION_CLASSES, 4U);
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
