/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/graph/topology-generators.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>

namespace ns3
{
namespace conntrack
{
namespace test
{
namespace
{

using ::testing::ElementsAre;

Topology
FromDot(const std::string& text)
{
    return ToTopology(ParseDot(text, "f"));
}

std::string
WhatOf(const std::function<void()>& act)
{
    try
    {
        act();
    }
    catch (const GraphError& error)
    {
        return error.what();
    }
    return "taken";
}

std::vector<std::string>
LinkTexts(const Topology& topology)
{
    std::vector<std::string> texts;
    for (const TopologyLink& link : topology.GetLinks())
    {
        texts.push_back(topology.GetRouters()[link.ends[0]].name + " " +
                        topology.GetRouters()[link.ends[1]].name + " " +
                        std::to_string(link.weights[0]) + "/" + std::to_string(link.weights[1]) +
                        " " + std::to_string(link.bandwidth) + " " + std::to_string(link.delay));
    }
    return texts;
}

TEST(TopologyTest, AttributesOfLinks)
{
    const Topology topology = FromDot(R"(graph {
        a [Longitude=0, Latitude="0"] b [Longitude=9, Latitude=0]
        a -- b
        a -- b [bandwidth="10Gbps", delay="5ms", weight=3, weight_back=4]
        a -- c [LinkSpeedRaw="2500000000.0", delay=0.25, cost="591.00"]
        a -- c [LinkSpeed=155, LinkSpeedUnits=M]
        a -- c [LinkSpeed="< 34", LinkSpeedUnits=M]
        a -- c [LinkSpeed="<2.5", LinkSpeedUnits=G]
        a -- c [LinkSpeed="unknown", LinkSpeedUnits=G]
        a -- a
      })");
    EXPECT_THAT(
        LinkTexts(topology),
        ElementsAre("a b 1/1 1000000000 5004000", // 9 of the 360 degrees of 40,030 km, at 5 us/km
                    "a b 3/4 10000000000 5000000",
                    "a c 591/591 2500000000 250000000",
                    "a c 1/1 155000000 1000000",
                    "a c 1/1 34000000 1000000",
                    "a c 1/1 2500000000 1000000",
                    "a c 1/1 1000000000 1000000"));
    EXPECT_THAT(topology.GetLinksOf(1), ElementsAre(0, 1));
}

TEST(TopologyTest, DirectedEdgesPairUp)
{
    const Topology topology =
        FromDot("digraph { a -> b [weight=1] b -> a [weight=2] a -> b [weight=3] b -> c [weight=4] "
                "b -> a [weight=5] }");
    EXPECT_THAT(LinkTexts(topology),
                ElementsAre("a b 1/2 1000000000 1000000",
                            "a b 3/5 1000000000 1000000",
                            "b c 4/4 1000000000 1000000"));
}

TEST(TopologyTest, EdgesThatAreDirectedPairUp)
{
    const Topology topology = ToTopology(ParseGraphml(R"(<graphml>
        <key id="w" for="edge" attr.name="weight"><default>7</default></key>
        <graph edgedefault="undirected"><node id="a"/><node id="b"/>
          <edge source="a" target="b" directed="true"><data key="w">1</data></edge>
          <edge source="b" target="a"><data key="w">2</data></edge>
          <edge source="b" target="a" directed="true"/>
          <edge source="b" target="a" directed="true"><data key="w">4</data></edge>
        </graph></graphml>)",
                                                      "f"));
    EXPECT_THAT(LinkTexts(topology),
                ElementsAre("a b 1/7 1000000000 1000000",
                            "b a 2/2 1000000000 1000000",
                            "b a 4/4 1000000000 1000000"));
}

TEST(TopologyTest, EdgesThatAreNotDirectedDoNot)
{
    const Topology topology = ToTopology(ParseGraphml(R"(<graphml>
        <graph edgedefault="directed"><node id="a"/><node id="b"/>
          <edge source="a" target="b"/><edge source="b" target="a" directed="false"/>
        </graph></graphml>)",
                                                      "f"));
    EXPECT_THAT(LinkTexts(topology),
                ElementsAre("a b 1/1 1000000000 1000000", "b a 1/1 1000000000 1000000"));
}

TEST(TopologyTest, NamesOfYed)
{
    const Topology topology = ToTopology(ParseGraphml(R"(<graphml>
        <key id="d0" for="node" attr.name="label"/>
        <key id="d6" for="node" yfiles.type="nodegraphics"/>
        <graph edgedefault="directed">
          <node id="n0"><data key="d6"><y:ShapeNode><y:NodeLabel hasText="false"/>
            <y:NodeLabel>Bad &amp; Worms<y:LabelModel>wrong</y:LabelModel></y:NodeLabel>
            <y:NodeLabel>second</y:NodeLabel></y:ShapeNode></data></node>
          <node id="n1"><data key="d6"><y:NodeLabel> </y:NodeLabel></data></node>
          <node id="n2"><data key="d6"><y:NodeLabel>drawn</y:NodeLabel></data>
            <data key="d0">told</data></node>
        </graph></graphml>)",
                                                      "f"));
    EXPECT_TRUE(topology.Find("Bad & Worms"));
    EXPECT_TRUE(topology.Find("n1"));
    EXPECT_TRUE(topology.Find("told"));
}

TEST(TopologyTest, NamesBecomeUnique)
{
    const Topology topology =
        FromDot("graph { 1 [label=None] 2 [label=None] 3 [label=\"None-2\"] 4 [label=None] 5 }");
    std::vector<std::string> names;
    for (const TopologyRouter& router : topology.GetRouters())
    {
        names.push_back(router.name);
    }
    EXPECT_THAT(names, ElementsAre("None", "None-2", "None-2-2", "None-3", "5"));
    EXPECT_EQ(topology.At("None-3"), 3U);
    EXPECT_FALSE(topology.Find("6"));
}

/// Some DOT and what is wrong with it.
struct Refused
{
    const char* name;
    const char* text;
    const char* sentence;
};

void
PrintTo(const Refused& row, std::ostream* out)
{
    *out << row.name;
}

class TopologyRefusedTest : public ::testing::TestWithParam<Refused>
{
};

TEST_P(TopologyRefusedTest, Says)
{
    EXPECT_EQ(WhatOf([] { FromDot(GetParam().text); }), GetParam().sentence);
}

INSTANTIATE_TEST_SUITE_P(
    Rows,
    TopologyRefusedTest,
    ::testing::Values(
        Refused{"Weight0", "graph {\na--b [weight=0] }", "f: line 2: weight '0' is out of range"},
        Refused{"WeightPart",
                "graph { a--b [weight=1.5] }",
                "f: line 1: weight '1.5' is no whole number"},
        Refused{"WeightText",
                "graph { a--b [weight=high] }",
                "f: line 1: weight 'high' is no number with a unit that is known here"},
        Refused{"WeightHuge",
                "graph { a--b [weight=1e10] }",
                "f: line 1: weight '1e10' is out of range"},
        Refused{"Back",
                "graph { a--b [weight_back=-1] }",
                "f: line 1: weight_back '-1' is out of range"},
        Refused{"DelayUnit",
                "graph { a--b [delay=\"5 km\"] }",
                "f: line 1: delay '5 km' is no number with a unit that is known here"},
        Refused{"DelayNegative",
                "graph { a--b [delay=-1] }",
                "f: line 1: delay '-1' is out of range"},
        Refused{"BandwidthNan",
                "graph { a--b [bandwidth=nan] }",
                "f: line 1: bandwidth 'nan' is no number with a unit that is known here"},
        Refused{"Bandwidth0",
                "graph { a--b [bandwidth=0] }",
                "f: line 1: bandwidth '0' is out of range"},
        Refused{"Latitude",
                "graph { a [Latitude=91, Longitude=0] }",
                "f: line 1: Latitude '91' is out of range"}),
    [](const auto& info) { return info.param.name; });

TEST(TopologyTest, EdgeToNowhereIsNamed)
{
    const std::string text =
        "<graphml><graph><node id='a'/>\n<edge source='a' target='b'/></graph></graphml>";
    EXPECT_EQ(WhatOf([&] { ToTopology(ParseGraphml(text, "f")); }),
              "f: line 2: the edge of 'a' and 'b' has an end that is no node: 'b'");
}

TEST(TopologyTest, WhatCannotBeIsRefused)
{
    Topology topology;
    topology.AddRouter("a");
    topology.AddRouter("b");
    EXPECT_EQ(WhatOf([&] { topology.AddRouter("a"); }), "There is a router 'a' already");
    EXPECT_EQ(WhatOf([&] { topology.AddRouter(""); }), "A router has a name, not ''");
    EXPECT_EQ(WhatOf([&] { topology.AddLink(0, 0); }),
              "A link joins two routers, not 'a' with itself");
    EXPECT_EQ(WhatOf([&] { topology.AddLink(0, 2); }),
              "There is no router 2 for a link: there are 2");
    EXPECT_EQ(WhatOf([&] { topology.AddLink(0, 1, 0); }),
              "The link of 'a' and 'b' has weight 0; weights are 1 or more");
    EXPECT_EQ(WhatOf([&] { topology.At("c"); }), "There is no router 'c'");
}

TEST(TopologyTest, PositionsAreOnEarth)
{
    Topology topology;
    topology.AddRouter("pole", Coordinates{-360, 90});
    const std::string sentence = "Router 'a' has no position on Earth: a longitude is -360 to 360 "
                                 "degrees, a latitude -90 to 90";
    for (const Coordinates& position :
         {Coordinates{999, 0}, Coordinates{0, -90.5}, Coordinates{NAN, 0}, Coordinates{0, NAN}})
    {
        EXPECT_EQ(WhatOf([&] { topology.AddRouter("a", position); }), sentence);
    }
    EXPECT_EQ(topology.Size(), 1U);
    EXPECT_FALSE(topology.Find("a"));
}

TEST(TopologyTest, PartsAreTold)
{
    EXPECT_EQ(WhatOf([] { ToConnectedTopology(ParseDot("graph { a; b }", "f")); }),
              "f: The topology is in 2 parts: there is no way from 'a' to 'b'");
    EXPECT_EQ(WhatOf([] { ToConnectedTopology(ParseDot("graph { a -- b }", "f")); }), "taken");
    EXPECT_EQ(WhatOf([] { Topology().CheckConnected(); }), "The topology has no routers");
    EXPECT_EQ(WhatOf([] { FromDot("graph net { a -- b; c -- d; e }").CheckConnected(); }),
              "The topology 'net' is in 3 parts: there is no way from 'a' to 'c'");
    EXPECT_EQ(WhatOf([] { FromDot("graph { a -- b -- c }").CheckConnected(); }), "taken");
}

TEST(TopologyTest, WritersReadBackTheSame)
{
    const Topology topology = SkewWeights(MakeWaxman({12, 0.4, 0.2, 3}), 0.5, 1);
    const GraphDocument document = ToDocument(topology);
    for (const Topology& read : {ToTopology(ParseGraphml(ToGraphml(document), "f")),
                                 ToTopology(ParseDot(ToDot(document), "f"))})
    {
        EXPECT_EQ(read.name, topology.name);
        EXPECT_EQ(LinkTexts(read), LinkTexts(topology));
        ASSERT_EQ(read.Size(), topology.Size());
        for (uint32_t i = 0; i < read.Size(); ++i)
        {
            EXPECT_EQ(read.GetRouters()[i].position->longitude,
                      topology.GetRouters()[i].position->longitude);
        }
    }
}

TEST(GeneratorTest, Sizes)
{
    const Topology tree = MakeTree(3, 2);
    EXPECT_EQ(tree.Size(), 13U);
    EXPECT_EQ(tree.GetLinks().size(), 12U);
    EXPECT_EQ(tree.GetLinksOf(0).size(), 3U);
    EXPECT_EQ(MakeTree(2, 0).Size(), 1U);

    const Topology fat = MakeFatTree(4);
    EXPECT_EQ(fat.Size(), 20U);
    EXPECT_EQ(fat.GetLinks().size(), 32U); // k^3/2: each core to each pod, and within pods
    for (const char* name : {"core0", "pod3-aggr1"})
    {
        EXPECT_EQ(fat.GetLinksOf(fat.At(name)).size(), 4U) << name;
    }
    EXPECT_EQ(fat.GetLinksOf(fat.At("pod0-edge1")).size(), 2U); // its other ports are for hosts

    EXPECT_EQ(MakeBarabasiAlbert(50, 2, 1).GetLinks().size(), 3U + 47 * 2);
}

TEST(GeneratorTest, AllAreConnectedAndFollowTheirSeeds)
{
    const auto sparse = [](uint64_t seed) { return MakeWaxman({40, 0.05, 0.05, seed}); };
    const auto scaleFree = [](uint64_t seed) { return MakeBarabasiAlbert(40, 2, seed); };
    const auto skewed = [](uint64_t seed) { return SkewWeights(MakeTree(3, 3), 1, seed); };
    for (const std::function<Topology(uint64_t)>& make :
         {std::function<Topology(uint64_t)>(sparse),
          std::function<Topology(uint64_t)>(scaleFree),
          std::function<Topology(uint64_t)>(skewed)})
    {
        EXPECT_EQ(WhatOf([&] { make(1).CheckConnected(); }), "taken");
        EXPECT_EQ(LinkTexts(make(1)), LinkTexts(make(1)));
        EXPECT_NE(LinkTexts(make(1)), LinkTexts(make(2)));
    }
    MakeFatTree(6).CheckConnected();
}

TEST(GeneratorTest, BarabasiAlbertHasHubs)
{
    const Topology topology = MakeBarabasiAlbert(500, 2, 1);
    std::size_t most = 0;
    for (uint32_t router = 0; router < topology.Size(); ++router)
    {
        std::set<uint32_t> neighbors;
        for (const uint32_t link : topology.GetLinksOf(router))
        {
            neighbors.insert(topology.GetLinks()[link].Across(router));
        }
        EXPECT_EQ(neighbors.size(), topology.GetLinksOf(router).size()) << "no parallel links";
        most = std::max(most, neighbors.size());
    }
    EXPECT_GT(most, 25U); // the mean is 4; a graph of even chances has about 12
}

TEST(GeneratorTest, SkewStaysWithinItsFactor)
{
    const Topology even = SkewWeights(MakeTree(2, 6), 0, 1);
    const Topology skewed = SkewWeights(MakeTree(2, 6), 0.5, 1);
    std::set<uint32_t> seen;
    for (std::size_t i = 0; i < skewed.GetLinks().size(); ++i)
    {
        EXPECT_THAT(even.GetLinks()[i].weights, ElementsAre(100, 100));
        for (const uint32_t weight : skewed.GetLinks()[i].weights)
        {
            EXPECT_GE(weight, 100U);
            EXPECT_LE(weight, 150U);
            seen.insert(weight);
        }
    }
    EXPECT_GT(seen.size(), 40U); // of 51 values, 252 draws
}

TEST(GeneratorTest, SizesThatMakeNoSenseAreRefused)
{
    EXPECT_EQ(WhatOf([] { MakeTree(0, 2); }), "A tree's routers have 1 or more children, not 0");
    EXPECT_EQ(WhatOf([] { MakeTree(100, 100); }), "A topology has 1 to 100000 routers");
    EXPECT_EQ(WhatOf([] { MakeFatTree(3); }),
              "A fat tree's switches have an even number of ports, 2 or more, not 3");
    EXPECT_EQ(WhatOf([] { MakeFatTree(4294967294U); }), "A topology has 1 to 100000 routers");
    EXPECT_EQ(WhatOf([] { MakeWaxman({0, 0.4, 0.2, 1}); }), "A topology has 1 to 100000 routers");
    EXPECT_EQ(WhatOf([] {
                  MakeWaxman({9, 1.4, 0.2, 1});
              }),
              "Waxman's alpha and beta are above 0 and at most 1");
    EXPECT_EQ(WhatOf([] { MakeBarabasiAlbert(3, 3, 1); }),
              "A new router brings 1 link or more, and fewer than there are routers (3), not 3");
    EXPECT_EQ(WhatOf([] { MakeBarabasiAlbert(1, 2, 1); }),
              "A new router brings 1 link or more, and fewer than there are routers (1), not 2");
    EXPECT_EQ(WhatOf([] { SkewWeights(MakeTree(2, 1), -1, 1); }), "A skew of weights is 0 to 10");
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
