/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

// FTP clients and servers carry out transfers in each mode and family, through a firewall.
#include "test/system/ftp-fixture.h"

#include "ns3/double.h"
#include "ns3/nstime.h"

#include <set>

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
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

/// A mode, a family, and the words that the ends then use.
struct ModeRow
{
    const char* label;
    FtpMode mode;
    Ip version;
    FtpMode used;      ///< as the ends tell
    const char* word;  ///< of the client
    const char* reply; ///< of the server
};

/// @param row a row @param out gets its label
void
PrintTo(const ModeRow& row, std::ostream* out)
{
    *out << row.label;
}

class FtpModes : public FtpTest, public ::testing::WithParamInterface<ModeRow>
{
  protected:
    FtpClientHelper ThreeTransfers() const
    {
        FtpClientHelper helper = Client(GetParam().mode, GetParam().version);
        SetConstant(helper, "Transfers", 3);
        return helper;
    }
};

TEST_P(FtpModes, TransfersCompleteThroughTheFirewall)
{
    Build(3);
    Ptr<Conntrack> router = Install(1, FtpFirewall());
    AddServer();
    AddClient(ThreeTransfers());
    Run(400);
    EXPECT_THAT(client.Ends(), ElementsAre(FtpSessionEnd::Quit));
    EXPECT_THAT(server.Ends(), ElementsAre(FtpSessionEnd::Quit));
    for (const FtpTold* told : {&client, &server})
    {
        EXPECT_THAT(told->Outcomes(), SizeIs(3));
        EXPECT_THAT(told->Outcomes(), Each(FtpOutcome::Completed));
        for (const FtpTransfer& transfer : told->transfers)
        {
            EXPECT_EQ(transfer.bytes, 10000U);
            EXPECT_EQ(transfer.wrong, 0U);
            EXPECT_EQ(transfer.mode, GetParam().used);
            EXPECT_LT(transfer.opened, transfer.end);
        }
    }
    EXPECT_LT(client.transfers[0].begin, client.transfers[0].opened);
    EXPECT_THAT(client.lines, Contains(StartsWith(GetParam().word)));
    EXPECT_THAT(client.lines, Contains(StartsWith(GetParam().reply)));
    EXPECT_EQ(router->GetStatistics().expectCreate, 3U);
    EXPECT_EQ(router->GetStatistics().expectNew, 3U);
    EXPECT_THAT(drops, IsEmpty());
    EXPECT_EQ(router->GetConnections().Size(), 0U);
}

TEST_P(FtpModes, StoresAndListings)
{
    Build(3);
    Install(1, FtpFirewall());
    AddServer();
    FtpClientHelper helper = ThreeTransfers();
    SetConstant(helper, "Transfers", 12);
    helper.SetAttribute("StoreShare", DoubleValue(0.4));
    helper.SetAttribute("ListShare", DoubleValue(0.3));
    AddClient(helper);
    Run(60);
    EXPECT_THAT(client.Outcomes(), SizeIs(12));
    EXPECT_THAT(client.Outcomes(), Each(FtpOutcome::Completed));
    EXPECT_THAT(server.Outcomes(), Each(FtpOutcome::Completed));
    std::vector<int> seen(3);
    for (std::size_t i = 0; i < 12; ++i)
    {
        ++seen[static_cast<std::size_t>(client.transfers[i].operation)];
        EXPECT_EQ(client.transfers[i].operation, server.transfers[i].operation);
        EXPECT_EQ(client.transfers[i].bytes, server.transfers[i].bytes);
    }
    EXPECT_THAT(seen, Each(::testing::Gt(0)));
}

TEST_P(FtpModes, WithoutTheHelperOnlyActiveModeIsRefused)
{
    Build(3);
    Install(1, Firewall());
    AddServer();
    FtpClientHelper helper = ThreeTransfers();
    helper.SetAttribute("DataTimeout", TimeValue(Seconds(5)));
    AddClient(helper);
    Run(400);
    const bool active =
        GetParam().mode == FtpMode::Active || GetParam().mode == FtpMode::ExtendedActive;
    EXPECT_THAT(client.Outcomes(), SizeIs(3));
    EXPECT_THAT(client.Outcomes(), Each(active ? FtpOutcome::DataTimedOut : FtpOutcome::Completed));
    EXPECT_THAT(server.Outcomes(), Each(active ? FtpOutcome::DataTimedOut : FtpOutcome::Completed));
    EXPECT_THAT(client.Ends(), ElementsAre(FtpSessionEnd::Quit));
    EXPECT_EQ(drops.empty(), !active);
}

constexpr FtpMode ACT = FtpMode::Active;
constexpr FtpMode PAS = FtpMode::Passive;
constexpr FtpMode EACT = FtpMode::ExtendedActive;
constexpr FtpMode EPAS = FtpMode::ExtendedPassive;

INSTANTIATE_TEST_SUITE_P(
    All,
    FtpModes,
    ::testing::Values(ModeRow{"Port", ACT, Ip::V4, ACT, "> PORT 10,1,0,1,", "< 200 "},
                      ModeRow{"Pasv", PAS, Ip::V4, PAS, "> PASV", "< 227 "},
                      ModeRow{"Eprt4", EACT, Ip::V4, EACT, "> EPRT |1|10.1.0.1|", "< 200 "},
                      ModeRow{"Epsv4", EPAS, Ip::V4, EPAS, "> EPSV", "< 229 "},
                      ModeRow{"Eprt6", ACT, Ip::V6, EACT, "> EPRT |2|fd00:1::1|", "< 200 "},
                      ModeRow{"Epsv6", PAS, Ip::V6, EPAS, "> EPSV", "< 229 "},
                      ModeRow{"ExtendedEprt6", EACT, Ip::V6, EACT, "> EPRT |2|", "< 200 "},
                      ModeRow{"ExtendedEpsv6", EPAS, Ip::V6, EPAS, "> EPSV", "< 229 "}),
    [](const auto& info) { return info.param.label; });

TEST_F(FtpTest, DialogueIsThatOfTheRfc)
{
    Build(3);
    AddServer();
    FtpClientHelper helper = Client(FtpMode::Passive);
    helper.SetAttribute("User", StringValue("ada"));
    AddClient(helper);
    Run(60);
    EXPECT_THAT(client.lines,
                ElementsAre("< 220 Service ready",
                            "> USER ada",
                            "< 331 User name okay, need password",
                            "> PASS guest",
                            "< 230 User logged in, proceed",
                            "> TYPE I",
                            "< 200 Type set",
                            "> PASV",
                            StartsWith("< 227 Entering Passive Mode (10,2,0,2,"),
                            "> RETR file-10000",
                            "< 150 File status okay, about to open data connection",
                            "< 226 Closing data connection",
                            "> QUIT",
                            "< 221 Goodbye"));
}

TEST_F(FtpTest, SizesAndPausesAreDrawn)
{
    Build(3);
    AddServer();
    FtpClientHelper helper = Client(FtpMode::Passive);
    SetConstant(helper, "Transfers", 5);
    helper.SetAttribute("Sessions", UintegerValue(3));
    SetConstant(helper, "SessionPause", 100);
    helper.SetAttribute("FileSize", StringValue("ns3::UniformRandomVariable[Min=1|Max=50000]"));
    helper.SetAttribute("Pause", StringValue("ns3::ExponentialRandomVariable[Mean=10]"));
    AddClient(helper);
    Run(2000);
    ASSERT_THAT(client.sessions, SizeIs(3));
    EXPECT_GE(client.sessions[1].begin - client.sessions[0].finish, Seconds(100));
    ASSERT_THAT(client.transfers, SizeIs(15));
    std::set<uint64_t> sizes;
    Time paused;
    for (std::size_t i = 0; i < 15; ++i)
    {
        sizes.insert(client.transfers[i].bytes);
        EXPECT_EQ(client.transfers[i].bytes, client.transfers[i].wanted);
        EXPECT_EQ(client.transfers[i].session, i / 5);
        paused += i % 5 == 0 ? Seconds(0) : client.transfers[i].begin - client.transfers[i - 1].end;
    }
    EXPECT_THAT(sizes, SizeIs(::testing::Gt(10U)));
    EXPECT_GT(paused, Seconds(40));
    EXPECT_LT(paused, Seconds(300));
}

TEST_F(FtpTest, EmptyFile)
{
    Build(3);
    AddServer();
    FtpClientHelper helper = Client(FtpMode::Active);
    SetConstant(helper, "FileSize", 0);
    AddClient(helper);
    Run(60);
    EXPECT_THAT(client.Outcomes(), ElementsAre(FtpOutcome::Completed));
    EXPECT_EQ(client.transfers[0].bytes, 0U);
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
