/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

// How FTP clients fare where servers, networks or settings are not as they should be.
#include "test/system/ftp-fixture.h"
#include "test/system/ftp-scripted-peer.h"

#include "ns3/double.h"
#include "ns3/error-model.h"
#include "ns3/point-to-point-net-device.h"
#include "ns3/pointer.h"

namespace ns3
{
namespace conntrack
{
namespace test
{
namespace
{

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr const char* LOGGED_IN = "230 in";

/// What a server says, and what becomes of the client.
struct ServerRow
{
    const char* label;
    std::vector<std::string> says; ///< its greeting first
    FtpSessionEnd end;
    std::vector<FtpOutcome> outcomes;
};

/// @param row a row @param out gets its label
void
PrintTo(const ServerRow& row, std::ostream* out)
{
    *out << row.label;
}

class FtpClientAgainst : public FtpTest, public ::testing::WithParamInterface<ServerRow>
{
};

TEST_P(FtpClientAgainst, Server)
{
    Build(3);
    FtpScriptedPeer peer(GetParam().says);
    peer.Listen(nodes.Get(2));
    FtpClientHelper helper = Client(FtpMode::Passive);
    helper.SetAttribute("DataTimeout", TimeValue(Seconds(20)));
    AddClient(helper);
    Run(300);
    EXPECT_THAT(client.Ends(), ElementsAre(GetParam().end));
    EXPECT_THAT(client.Outcomes(), ElementsAreArray(GetParam().outcomes));
}

const ServerRow SERVERS[] = {
    {"SaysNothing", {""}, FtpSessionEnd::TimedOut, {}},
    {"RefusesAtOnce", {"421 full"}, FtpSessionEnd::Refused, {}},
    {"RefusesTheLogin", {"220 hi", "331 pw", "530 no"}, FtpSessionEnd::Refused, {}},
    {"NeedsNoPassword",
     {"220 hi", LOGGED_IN, "200 ok", "502 no", "221 bye"},
     FtpSessionEnd::Quit,
     {FtpOutcome::CommandRefused}},
    {"SaysItIsNotReadyYet", {"120 wait"}, FtpSessionEnd::TimedOut, {}},
    {"SpeaksNoFtp", {"SSH-2.0-x"}, FtpSessionEnd::Violation, {}},
    {"ClosesAtOnce", {"CLOSE"}, FtpSessionEnd::ConnectionLost, {}},
    {"ClosesAfterTheLogin",
     {"220 hi", "331 pw", LOGGED_IN, "200 ok", "CLOSE"},
     FtpSessionEnd::ConnectionLost,
     {FtpOutcome::ControlLost}},
    {"RepliesInManyLines",
     {"220-a\r\n221 no\r\n220-b\r\n220 c", "331 pw", LOGGED_IN, "200 ok", "500 no", "221 bye"},
     FtpSessionEnd::Quit,
     {FtpOutcome::CommandRefused}},
    {"NamesNoPort",
     {"220 hi", "331 pw", LOGGED_IN, "200 ok", "227 (10,2,0,2,0,0)"},
     FtpSessionEnd::Violation,
     {FtpOutcome::ControlLost}},
    {"NamesNoEndpoint",
     {"220 hi", "331 pw", LOGGED_IN, "200 ok", "227 sorry"},
     FtpSessionEnd::Violation,
     {FtpOutcome::ControlLost}},
    {"NamesAPortThatIsClosed",
     {"220 hi", "331 pw", LOGGED_IN, "200 ok", "227 (10,2,0,2,9,9)", "221 bye"},
     FtpSessionEnd::Quit,
     {FtpOutcome::DataTimedOut}},
    {"NamesAGroup",
     {"220 hi", "331 pw", LOGGED_IN, "200 ok", "227 (224,0,0,1,9,9)", "221 bye"},
     FtpSessionEnd::Quit,
     {FtpOutcome::DataRefused}},
    {"SpeaksOutOfTurn",
     {"220 hi", "331 pw", LOGGED_IN, "200 ok", "227 (10,2,0,2,9,9)\r\n226 done"},
     FtpSessionEnd::Violation,
     {FtpOutcome::ControlLost}},
};

INSTANTIATE_TEST_SUITE_P(Rows,
                         FtpClientAgainst,
                         ::testing::ValuesIn(SERVERS),
                         [](const auto& info) { return info.param.label; });

/// What a server says of the transfer of a client in active mode.
struct TransferRow
{
    const char* label;
    const char* reply;
    FtpOutcome outcome;
};

/// @param row a row @param out gets its label
void
PrintTo(const TransferRow& row, std::ostream* out)
{
    *out << row.label;
}

class FtpRefusedTransfer : public FtpTest, public ::testing::WithParamInterface<TransferRow>
{
};

TEST_P(FtpRefusedTransfer, Outcome)
{
    Build(3);
    FtpScriptedPeer peer(
        {"220 hi", "331 pw", LOGGED_IN, "200 ok", "200 ok", GetParam().reply, "221 bye"});
    peer.Listen(nodes.Get(2));
    AddClient(Client(FtpMode::Active));
    Run(300);
    EXPECT_THAT(client.Outcomes(), ElementsAre(GetParam().outcome));
    EXPECT_THAT(client.Ends(), ElementsAre(FtpSessionEnd::Quit));
}

INSTANTIATE_TEST_SUITE_P(
    Rows,
    FtpRefusedTransfer,
    ::testing::Values(
        TransferRow{"NoSuchFile", "550 no", FtpOutcome::CommandRefused},
        TransferRow{"NoDataConnection", "150 ok\r\n425 no", FtpOutcome::DataRefused},
        TransferRow{"Aborted", "150 ok\r\n426 no", FtpOutcome::Reset},
        TransferRow{"DoneWithoutData", "150 ok\r\n226 done", FtpOutcome::DataTimedOut}),
    [](const auto& info) { return info.param.label; });

class FtpClientTest : public FtpTest
{
  protected:
    FtpClientTest()
    {
        Build(3);
    }

    /// @param node one @param device its link's device there
    Ptr<PointToPointNetDevice> DeviceOf(uint32_t node, uint32_t device) const
    {
        return DynamicCast<PointToPointNetDevice>(nodes.Get(node)->GetDevice(device));
    }
};

TEST_F(FtpClientTest, NobodyListens)
{
    AddClient(Client(FtpMode::Passive));
    Run(300);
    EXPECT_THAT(client.Ends(), ElementsAre(FtpSessionEnd::ConnectFailed));
    EXPECT_THAT(client.Outcomes(), IsEmpty());
}

TEST_F(FtpClientTest, NoRoute)
{
    AddClient(FtpClientHelper(Ipv4Address("192.0.2.1")));
    Run(300);
    EXPECT_THAT(client.Ends(), ElementsAre(FtpSessionEnd::ConnectFailed));
}

TEST_F(FtpClientTest, WrongPassword)
{
    FtpServerHelper strict;
    strict.SetAttribute("Password", StringValue("secret"));
    AddServer(strict);
    AddClient(Client(FtpMode::Passive));
    Run(60);
    EXPECT_THAT(client.Ends(), ElementsAre(FtpSessionEnd::Refused));
}

TEST_F(FtpClientTest, LossesLeaveTheBytesIntact)
{
    Ptr<RateErrorModel> losses = CreateObject<RateErrorModel>();
    losses->SetUnit(RateErrorModel::ERROR_UNIT_PACKET);
    losses->SetRate(0.03);
    losses->AssignStreams(7);
    DeviceOf(1, 1)->SetReceiveErrorModel(losses);
    DeviceOf(1, 2)->SetReceiveErrorModel(losses);
    Install(1, FtpFirewall());
    AddServer();
    FtpClientHelper helper = Client(FtpMode::Active);
    SetConstant(helper, "Transfers", 5);
    SetConstant(helper, "FileSize", 200000);
    AddClient(helper);
    Run(2000);
    EXPECT_THAT(client.Outcomes(), SizeIs(5));
    EXPECT_THAT(client.Outcomes(), Each(FtpOutcome::Completed));
    EXPECT_THAT(server.Outcomes(), Each(FtpOutcome::Completed));
}

TEST_F(FtpClientTest, LinkThatGoesDownStallsTheTransfer)
{
    AddServer();
    FtpClientHelper helper = Client(FtpMode::Passive);
    SetConstant(helper, "FileSize", 100e6);
    AddClient(helper);
    Ptr<Ipv4> ipv4 = nodes.Get(1)->GetObject<Ipv4>();
    At(10, [&] { ipv4->SetDown(1); });
    Run(2000);
    EXPECT_THAT(client.Outcomes(), ElementsAre(FtpOutcome::Stalled));
    EXPECT_THAT(server.Outcomes(), ElementsAre(FtpOutcome::Stalled));
    EXPECT_THAT(client.Ends(), ElementsAre(FtpSessionEnd::TimedOut));
    EXPECT_GT(client.transfers[0].bytes, 1000000U);
    EXPECT_LT(client.transfers[0].bytes, client.transfers[0].wanted);
    EXPECT_EQ(client.transfers[0].wrong, 0U);
}

TEST_F(FtpClientTest, LinkThatComesUpAgainIsMadeGood)
{
    AddServer();
    FtpClientHelper helper = Client(FtpMode::Passive);
    SetConstant(helper, "FileSize", 10e6);
    AddClient(helper);
    Ptr<Ipv4> ipv4 = nodes.Get(1)->GetObject<Ipv4>();
    At(3, [&] { ipv4->SetDown(1); });
    At(8, [&] { ipv4->SetUp(1); });
    Run(2000);
    EXPECT_THAT(client.Outcomes(), ElementsAre(FtpOutcome::Completed));
}

TEST_F(FtpClientTest, StopEndsTheSession)
{
    AddServer();
    FtpClientHelper helper = Client(FtpMode::Passive);
    SetConstant(helper, "FileSize", 100e6);
    helper.SetAttribute("Sessions", UintegerValue(0));
    AddClient(helper)->SetStopTime(Seconds(5));
    Run(300);
    EXPECT_THAT(client.Outcomes(), ElementsAre(FtpOutcome::ControlLost));
    EXPECT_THAT(client.Ends(), ElementsAre(FtpSessionEnd::Stopped));
    EXPECT_THAT(server.Outcomes(), SizeIs(1));
    EXPECT_THAT(server.Ends(), ElementsAre(FtpSessionEnd::ConnectionLost));
}

TEST_F(FtpClientTest, DestroyedInTheMiddle)
{
    AddServer();
    FtpClientHelper helper = Client(FtpMode::Active);
    SetConstant(helper, "FileSize", 100e6);
    AddClient(helper);
    Run(5);
    CleanUp();
    EXPECT_THAT(client.sessions, IsEmpty()); // told nobody: a listener may be gone by then
}

TEST_F(FtpClientTest, WrongSettingsAreNamed)
{
    EXPECT_DEATH(
        {
            AddClient(FtpClientHelper(ns3::Address()));
            Run(2);
        },
        "FtpClient on node 0: attribute Remote is no IPv4 or IPv6 address with a port");
    FtpClientHelper shares = Client(FtpMode::Passive);
    shares.SetAttribute("StoreShare", DoubleValue(0.6));
    shares.SetAttribute("ListShare", DoubleValue(0.6));
    EXPECT_DEATH(
        {
            AddClient(shares);
            Run(2);
        },
        "FtpClient on node 0: StoreShare and ListShare are more than 1 together");
    // ns-3 names the attribute or, if it has assertions, the value.
    EXPECT_DEATH(shares.SetAttribute("Mode", StringValue("Sideways")), "Mode|Sideways");
    EXPECT_DEATH(shares.Install(CreateObject<Node>()), "Node 3 has no TCP");
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
