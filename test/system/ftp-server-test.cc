/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

// What an FTP server answers, and that no peer can hold it up.
#include "test/system/ftp-fixture.h"
#include "test/system/ftp-scripted-peer.h"

#include "ns3/boolean.h"

namespace ns3
{
namespace conntrack
{
namespace test
{
namespace
{

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Matcher;
using ::testing::SizeIs;
using ::testing::StartsWith;

/// What a client says, and the codes of what it hears.
struct DialogueRow
{
    const char* label;
    std::vector<std::string> says;
    std::vector<std::string> codes; ///< after the greeting
};

/// @param row a row @param out gets its label
void
PrintTo(const DialogueRow& row, std::ostream* out)
{
    *out << row.label;
}

const std::vector<std::string> LOGIN = {"USER ada", "PASS x"};

class FtpServerDialogue : public FtpTest, public ::testing::WithParamInterface<DialogueRow>
{
};

TEST_P(FtpServerDialogue, Codes)
{
    Build(3);
    AddServer();
    FtpScriptedPeer peer(GetParam().says);
    At(1, [&] { peer.Connect(nodes.Get(0), SocketAddressOf(ServerAddress(), 21)); });
    Run(250);
    std::vector<std::string> codes;
    for (const std::string& line : peer.heard)
    {
        codes.push_back(line.substr(0, 4));
    }
    ASSERT_THAT(codes, SizeIs(GetParam().codes.size() + 1));
    EXPECT_EQ(codes[0], "220 ");
    codes.erase(codes.begin());
    EXPECT_EQ(codes, GetParam().codes);
}

const DialogueRow DIALOGUES[] = {
    {"Login", LOGIN, {"331 ", "230 "}},
    {"NoName", {"USER"}, {"501 "}},
    {"PasswordFirst", {"PASS x"}, {"503 "}},
    {"NotLoggedIn", {"PASV", "RETR file-1", "QUIT"}, {"530 ", "530 ", "221 "}},
    {"WithoutLogin", {"SYST", "NOOP", "QUIT"}, {"215 ", "200 ", "221 "}},
    {"Unknown", {"XYZZY", "MKD a", "", "\xff\xf4"}, {"500 ", "500 "}},
    {"SmallLetters", {"user ada", "pass x", "pwd"}, {"331 ", "230 ", "257 "}},
    {"NoDataConnection",
     {"USER a", "PASS x", "RETR file-1", "STOR x", "LIST"},
     {"331 ", "230 ", "425 ", "425 ", "425 "}},
    {"NoSuchFile",
     {"USER a", "PASS x", "PASV", "RETR file", "RETR -", "RETR file-1x", "SIZE file-7"},
     {"331 ", "230 ", "227 ", "550 ", "550 ", "550 ", "213 "}},
    {"SizeTooLarge",
     {"USER a", "PASS x", "SIZE file-18446744073709551616", "SIZE file--1"},
     {"331 ", "230 ", "550 ", "213 "}},
    {"Types",
     {"USER a", "PASS x", "TYPE I", "TYPE A", "TYPE E"},
     {"331 ", "230 ", "200 ", "200 ", "504 "}},
    {"Port",
     {"USER a", "PASS x", "PORT 10,1,0,1,195,81", "PORT 10,1,0,1,195", "PORT"},
     {"331 ", "230 ", "200 ", "501 ", "501 "}},
    {"ThirdParty",
     {"USER a", "PASS x", "PORT 10,1,0,2,195,81", "EPRT |1|10.9.9.9|21|"},
     {"331 ", "230 ", "500 ", "500 "}},
    {"OtherFamily",
     {"USER a", "PASS x", "EPRT |2|fd00:1::1|50001|", "EPSV 2", "EPSV 1", "EPSV ALL"},
     {"331 ", "230 ", "522 ", "522 ", "229 ", "200 "}},
    {"Abort", {"USER a", "PASS x", "ABOR"}, {"331 ", "230 ", "225 "}},
    {"PortThatNobodyListensAt",
     {"USER a", "PASS x", "PORT 10,1,0,1,195,81", "RETR file-1", "", "NOOP"},
     {"331 ", "230 ", "200 ", "150 ", "425 ", "200 "}},
    {"PasvThatNobodyUses",
     {"USER a", "PASS x", "PASV", "RETR file-1", "", "NOOP"},
     {"331 ", "230 ", "227 ", "150 ", "425 ", "200 "}},
};

INSTANTIATE_TEST_SUITE_P(Rows,
                         FtpServerDialogue,
                         ::testing::ValuesIn(DIALOGUES),
                         [](const auto& info) { return info.param.label; });

class FtpServerTest : public FtpTest
{
  protected:
    FtpServerTest()
    {
        Build(3);
    }

    /// @param peer begins at second 1
    void Connect(FtpScriptedPeer& peer)
    {
        At(1, [this, &peer] { peer.Connect(nodes.Get(0), SocketAddressOf(ServerAddress(), 21)); });
    }
};

TEST_F(FtpServerTest, Features)
{
    AddServer();
    FtpScriptedPeer peer({"FEAT"});
    Connect(peer);
    Run(10);
    EXPECT_THAT(
        peer.heard,
        ElementsAre("220 Service ready", "211-Features:", " EPRT", " EPSV", " SIZE", "211 End"));
}

TEST_F(FtpServerTest, IdleSessionIsEnded)
{
    FtpServerHelper helper;
    helper.SetAttribute("IdleTimeout", TimeValue(Seconds(20)));
    Ptr<FtpServer> application = AddServer(helper);
    FtpScriptedPeer peer({"NOOP"});
    Connect(peer);
    Run(30);
    EXPECT_THAT(peer.heard,
                ElementsAre(StartsWith("220 "), StartsWith("200 "), StartsWith("421 Timeout")));
    EXPECT_TRUE(peer.ended);
    EXPECT_THAT(server.Ends(), ElementsAre(FtpSessionEnd::TimedOut));
    EXPECT_EQ(application->GetSessions(), 0U);
}

TEST_F(FtpServerTest, NoRoomForAnotherSession)
{
    FtpServerHelper helper;
    helper.SetAttribute("MaxSessions", UintegerValue(1));
    AddServer(helper);
    FtpScriptedPeer first({});
    FtpScriptedPeer second({});
    Connect(first);
    At(2, [&] { second.Connect(nodes.Get(0), SocketAddressOf(ServerAddress(), 21)); });
    Run(10);
    EXPECT_THAT(first.heard, ElementsAre(StartsWith("220 ")));
    EXPECT_THAT(second.heard, ElementsAre(StartsWith("421 ")));
    EXPECT_THAT(server.Ends(), ElementsAre(FtpSessionEnd::Refused));
}

TEST_F(FtpServerTest, EndlessLineEndsTheSession)
{
    AddServer();
    FtpScriptedPeer peer({std::string(5000, 'A')});
    Connect(peer);
    Run(10);
    EXPECT_TRUE(peer.ended);
    EXPECT_THAT(server.Ends(), ElementsAre(FtpSessionEnd::Violation));
    EXPECT_THAT(server.lines, ElementsAre("> 220 Service ready"));
}

TEST_F(FtpServerTest, LongestLineIsTaken)
{
    AddServer();
    FtpScriptedPeer peer({"NOOP " + std::string(4091, 'A')});
    Connect(peer);
    Run(10);
    EXPECT_THAT(peer.heard, ElementsAre(StartsWith("220 "), StartsWith("200 ")));
}

TEST_F(FtpServerTest, PeerThatGoesAway)
{
    AddServer();
    FtpScriptedPeer peer({"NOOP", "CLOSE"});
    Connect(peer);
    Run(10);
    EXPECT_THAT(server.Ends(), ElementsAre(FtpSessionEnd::ConnectionLost));
}

TEST_F(FtpServerTest, PassivePortsAreThoseOfTheRange)
{
    FtpServerHelper helper;
    helper.SetAttribute("PassivePortMin", UintegerValue(40000));
    helper.SetAttribute("PassivePortMax", UintegerValue(40001));
    AddServer(helper);
    FtpScriptedPeer first({"USER a", "PASS x", "EPSV"});
    FtpScriptedPeer second({"USER a", "PASS x", "EPSV"});
    FtpScriptedPeer third({"USER a", "PASS x", "EPSV"});
    Connect(first);
    Connect(second);
    Connect(third);
    Run(10);
    EXPECT_EQ(first.heard.back(), "229 Entering Extended Passive Mode (|||40000|)");
    EXPECT_EQ(second.heard.back(), "229 Entering Extended Passive Mode (|||40001|)");
    EXPECT_EQ(third.heard.back(), "421 No port is free for a data connection");
}

TEST_F(FtpServerTest, ThirdPartyIfAllowed)
{
    FtpServerHelper helper;
    helper.SetAttribute("AllowThirdParty", BooleanValue(true));
    AddServer(helper);
    FtpScriptedPeer peer({"USER a", "PASS x", "PORT 10,1,0,2,195,81"});
    Connect(peer);
    Run(10);
    EXPECT_THAT(peer.heard.back(), StartsWith("200 "));
}

TEST_F(FtpServerTest, StopEndsSessionsAndListening)
{
    Ptr<FtpServer> application = AddServer();
    application->SetStopTime(Seconds(5));
    FtpScriptedPeer peer({"NOOP"});
    FtpScriptedPeer late({});
    Connect(peer);
    At(6, [&] { late.Connect(nodes.Get(0), SocketAddressOf(ServerAddress(), 21)); });
    Run(10);
    EXPECT_TRUE(peer.ended);
    EXPECT_THAT(late.heard, IsEmpty());
    EXPECT_THAT(server.Ends(), ElementsAre(FtpSessionEnd::Stopped));
    EXPECT_EQ(application->GetSessions(), 0U);
}

TEST_F(FtpServerTest, WrongSettingsAreNamed)
{
    FtpServerHelper range;
    range.SetAttribute("PassivePortMin", UintegerValue(2000));
    range.SetAttribute("PassivePortMax", UintegerValue(1999));
    EXPECT_DEATH(
        {
            AddServer(range);
            Run(1);
        },
        "FtpServer on node 2: PassivePortMin 2000 to PassivePortMax 1999 is no range of ports");
    EXPECT_DEATH(
        {
            AddServer();
            AddServer();
            Run(1);
        },
        "FtpServer: port 21 of node 2 is taken");
    EXPECT_DEATH(FtpServerHelper().Install(CreateObject<Node>()), "Node 3 has no TCP");
    EXPECT_DEATH(FtpServerHelper().SetAttribute("Prot", UintegerValue(21)), "Prot");
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
