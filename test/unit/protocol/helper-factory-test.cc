/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/protocol/helper-factory.h"
#include "test/unit/protocol/helper-fixture.h"

#include "ns3/boolean.h"

#include <gmock/gmock.h>
#include <stdexcept>

namespace ns3
{
namespace conntrack
{
namespace test
{
namespace
{

/// A kind that no list names, with two transports, numbered by index.
class LonelyHelper : public IdleHelper
{
  public:
    static TypeId GetTypeId()
    {
        static TypeId tid = TypeId("ns3::conntrack::test::LonelyHelper")
                                .SetParent<ProtocolHelper>()
                                .AddConstructor<LonelyHelper>();
        return tid;
    }

    /// Where system tests share the program, their routers register it, too.
    LonelyHelper()
    {
        SetPolicies({{"", 1, SECOND}});
    }

  private:
    HelperKind DoGetKind() const override
    {
        return {"lonely",
                57,
                {{Family::Ipv4, protocol::UDP}, {Family::Ipv4, protocol::TCP}},
                HelperNumbering::Index};
    }
};

NS_OBJECT_ENSURE_REGISTERED(LonelyHelper);

std::vector<std::string>
Describe(const std::vector<Ptr<ProtocolHelper>>& helpers)
{
    std::vector<std::string> texts;
    for (const auto& helper : helpers)
    {
        const auto& identity = helper->GetIdentity();
        texts.push_back(identity.name + " " + std::to_string(static_cast<int>(identity.family)) +
                        " " + std::to_string(identity.protocol) + " " +
                        std::to_string(identity.port));
    }
    return texts;
}

std::string
ErrorOf(const std::string& kind, const HelperParameters& parameters = {})
{
    try
    {
        MakeHelpers(kind, {}, parameters);
    }
    catch (const std::invalid_argument& error)
    {
        return error.what();
    }
    return "";
}

using Texts = std::vector<std::string>;

TEST(HelperFactory, FtpServesBothFamilies)
{
    EXPECT_EQ(Describe(MakeHelpers("ftp")), (Texts{"ftp 2 6 21", "ftp 10 6 21"}));
}

TEST(HelperFactory, OtherPortsAreNumberedByPort)
{
    EXPECT_EQ(Describe(MakeHelpers("ftp", {2121, 21})),
              (Texts{"ftp-2121 2 6 2121", "ftp-2121 10 6 2121", "ftp 2 6 21", "ftp 10 6 21"}));
}

TEST(HelperFactory, OtherPortsAreNumberedByIndex)
{
    EXPECT_EQ(Describe(MakeHelpers("lonely", {57, 8, 9})),
              (Texts{"lonely 2 17 57",
                     "lonely 2 6 57",
                     "lonely-1 2 17 8",
                     "lonely-1 2 6 8",
                     "lonely-2 2 17 9",
                     "lonely-2 2 6 9"}));
}

TEST(HelperFactory, FindsAnyRegisteredClass)
{
    EXPECT_THAT(GetHelperKinds(), ::testing::IsSupersetOf({"ftp", "lonely"}));
    EXPECT_THAT(GetHelperKinds(), ::testing::Not(::testing::Contains("")));
}

TEST(HelperFactory, SetsParameters)
{
    for (const auto& helper : MakeHelpers("ftp", {}, {{"Loose", "true"}}))
    {
        BooleanValue loose;
        helper->GetAttribute("Loose", loose);
        EXPECT_TRUE(loose.Get());
    }
}

TEST(HelperFactory, UnknownKindNamesTheKnown)
{
    const std::string error = ErrorOf("gopher");
    EXPECT_THAT(error, ::testing::HasSubstr("\"gopher\""));
    EXPECT_THAT(error, ::testing::HasSubstr("ftp"));
    EXPECT_THAT(error, ::testing::HasSubstr("lonely"));
    EXPECT_NE(ErrorOf(""), "");
    EXPECT_NE(ErrorOf("FTP"), "");
}

TEST(HelperFactory, UnknownParameterOrValue)
{
    EXPECT_THAT(ErrorOf("ftp", {{"Tight", "true"}}), ::testing::HasSubstr("Tight=true"));
    EXPECT_THAT(ErrorOf("ftp", {{"Loose", "perhaps"}}), ::testing::HasSubstr("Loose=perhaps"));
}

TEST(HelperFactory, MadeHelpersCanBeRegistered)
{
    const auto registry = CreateObject<HelperRegistry>();
    registry->Initialize({});
    EXPECT_EQ(registry->RegisterAll(MakeHelpers("ftp"), 0), RegistryResult::Ok);
    EXPECT_EQ(registry->RegisterAll(MakeHelpers("ftp", {2121}), 0), RegistryResult::Ok);
    EXPECT_NE(registry->FindByName("ftp", Family::Ipv6, protocol::TCP), nullptr);
    EXPECT_NE(registry->FindByName("ftp-2121", Family::Ipv4, protocol::TCP), nullptr);
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
