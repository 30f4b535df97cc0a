/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

// Who begot whom on a router that FTP sessions pass.
#include "model/graph/connection-graph.h"
#include "test/system/ftp-fixture.h"

namespace ns3
{
namespace conntrack
{
namespace test
{
namespace
{

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsSupersetOf;
using ::testing::Pair;

class ConnectionGraphTest : public FtpTest
{
  protected:
    static std::vector<std::string> Edges(const GraphDocument& document)
    {
        std::vector<std::string> edges;
        for (const GraphEdge& edge : document.edges)
        {
            edges.push_back(edge.source + " " + edge.attributes.at("kind") + " " + edge.target);
        }
        return edges;
    }

    /// A client, a router with the FTP helper, a server; one transfer.
    Ptr<Conntrack> Prepare(FtpMode mode)
    {
        Build(3);
        const Ptr<Conntrack> router = Install(1, FtpFirewall());
        router->TraceConnectWithoutContext(
            "Connection",
            Callback<void, const ConnectionNotice&>(
                [this](const ConnectionNotice& notice) { told.Tell(notice); }));
        router->TraceConnectWithoutContext(
            "Expectation",
            Callback<void, const ExpectationNotice&>(
                [this](const ExpectationNotice& notice) { told.Tell(notice); }));
        AddServer();
        AddClient(Client(mode));
        return router;
    }

    ConnectionGraph told;
};

TEST_F(ConnectionGraphTest, EventsTellWhatTheExpectationOpened)
{
    Prepare(FtpMode::Active);
    Run(600);
    const GraphDocument document = told.ToDocument();
    ASSERT_EQ(document.nodes.size(), 3U);
    EXPECT_THAT(Edges(document), ElementsAre("e1 opened c2", "c1 expects e1"));
    const GraphAttributes& master = document.nodes[0].attributes;
    EXPECT_THAT(master,
                IsSupersetOf({Pair("kind", "connection"),
                              Pair("protocol", "tcp"),
                              Pair("source", "10.1.0.1"),
                              Pair("destination", "10.2.0.2"),
                              Pair("dport", "21")}));
    EXPECT_EQ(master.count("end"), 1U);
    EXPECT_THAT(document.nodes[1].attributes, Contains(Pair("source", "10.2.0.2")));
    EXPECT_THAT(document.nodes[2].attributes, Contains(Pair("outcome", "used")));
    EXPECT_EQ(Edges(ParseDot(ToDot(document), "f")), Edges(document));
    EXPECT_EQ(Edges(ParseGraphml(ToGraphml(document), "f")), Edges(document));
}

TEST_F(ConnectionGraphTest, TablesTellTheMasterAlone)
{
    const Ptr<Conntrack> router = Prepare(FtpMode::Active);
    Run(100); // the connections are in TIME_WAIT, the expectation is gone
    ConnectionGraph taken;
    taken.Take(router->GetConnections(), *router->GetExpectations());
    EXPECT_THAT(Edges(taken.ToDocument()), ElementsAre("c1 master c2"));
}

TEST_F(ConnectionGraphTest, ExpectationThatNobodyMeetsEndsWithItsMaster)
{
    Build(3);
    const Ptr<Conntrack> router = Install(1, FtpFirewall());
    router->TraceConnectWithoutContext(
        "Connection",
        Callback<void, const ConnectionNotice&>(
            [this](const ConnectionNotice& notice) { told.Tell(notice); }));
    router->TraceConnectWithoutContext(
        "Expectation",
        Callback<void, const ExpectationNotice&>([this](const ExpectationNotice& notice) {
            told.Tell(notice);
            if (notice.event == ExpectationEvent::New)
            {
                Simulator::ScheduleNow(&Ipv4::SetDown, nodes.Get(1)->GetObject<Ipv4>(), 1);
            }
        }));
    AddServer();
    AddClient(Client(FtpMode::Active));
    Run(400);
    const GraphDocument document = told.ToDocument();
    EXPECT_THAT(Edges(document), ElementsAre("c1 expects e1"));
    EXPECT_THAT(document.nodes.back().attributes, Contains(Pair("outcome", "master-gone")));
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
