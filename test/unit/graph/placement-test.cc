/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/graph/placement.h"
#include "model/graph/topology-generators.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

Topology
FromDot(const std::string& text)
{
    return ToTopology(ParseDot(text, "f"));
}

std::string
NamesOf(const Topology& topology, const std::vector<uint32_t>& routers)
{
    std::string names;
    for (const uint32_t router : routers)
    {
        names += topology.GetRouters()[router].name;
    }
    return names;
}

/// A square: from a to d by b, back by c; e hangs at d.
Topology
Square()
{
    return FromDot("graph { a -- b -- d [weight=1, weight_back=9]; d -- c -- a [weight=1, "
                   "weight_back=9]; d -- e }");
}

FlowEnds
Flow(const Topology& topology, const std::string& client, const std::string& server)
{
    return {topology.At(client), topology.At(server)};
}

std::vector<bool>
At(const Topology& topology, const std::string& names)
{
    std::vector<bool> stateful(topology.Size());
    for (const char name : names)
    {
        stateful[topology.At(std::string(1, name))] = true;
    }
    return stateful;
}

TEST(RoutesTest, DirectionsHaveTheirOwnWays)
{
    const Topology square = Square();
    const Routes routes(square);
    const auto path = [&](const char* from, const char* to) {
        return NamesOf(square, routes.GetPath(square.At(from), square.At(to)));
    };
    EXPECT_EQ(path("a", "d"), "abd");
    EXPECT_EQ(path("d", "a"), "dca");
    EXPECT_EQ(path("a", "e"), "abde");
    EXPECT_EQ(path("e", "a"), "edca");
    EXPECT_EQ(path("a", "c"), "abdc");
    EXPECT_EQ(path("a", "a"), "a");
    EXPECT_EQ(routes.GetLink(square.At("a"), square.At("a")), Routes::NO_LINK);
}

TEST(RoutesTest, OfEqualRoutesTheLowestNeighborThenTheLowestLink)
{
    const Topology topology = FromDot("graph { s; a; b; s -- b -- t; s -- a -- t; s -- a }");
    const Routes routes(topology);
    EXPECT_EQ(NamesOf(topology, routes.GetPath(0, topology.At("t"))), "sat");
    EXPECT_EQ(routes.GetLink(0, topology.At("t")), 2U); // the first of the two s -- a
}

TEST(RoutesTest, NoWayIsNoPath)
{
    const Topology topology = FromDot("graph { a -- b; c }");
    const Routes routes(topology);
    EXPECT_THAT(routes.GetPath(0, 2), IsEmpty());
    EXPECT_EQ(routes.GetLink(0, 2), Routes::NO_LINK);
}

TEST(RoutesTest, TooManyAreRefused)
{
    EXPECT_THROW(Routes(MakeTree(1, Routes::MOST_ROUTERS)), GraphError);
}

TEST(RoutesTest, LongWorkCanBeInterrupted)
{
    const Topology topology = MakeTree(1, 9);
    int asked = 0;
    const auto third = [&] {
        if (++asked == 3)
        {
            throw GraphError("enough");
        }
    };
    EXPECT_THROW(Routes(topology, third), GraphError);
    EXPECT_EQ(asked, 3);
    Placement placement(topology, third);
    EXPECT_EQ(asked, 13); // ten destinations
    placement.Report({{0, 1}, {1, 0}}, std::vector<bool>(10));
    placement.Views({{0, 1}});
    EXPECT_EQ(asked, 16);
}

TEST(RoutesTest, PathsAreAsShortAsAnyAndMadeOfShortOnes)
{
    const Topology topology = SkewWeights(MakeWaxman({30, 0.4, 0.3, 7}), 1, 7);
    const Routes routes(topology);
    constexpr uint64_t FAR = UINT64_MAX / 4;
    const uint32_t size = topology.Size();
    std::vector<std::vector<uint64_t>> distances(size, std::vector<uint64_t>(size, FAR));
    for (const TopologyLink& link : topology.GetLinks())
    {
        for (const std::size_t end : {0, 1})
        {
            uint64_t& distance = distances[link.ends[end]][link.ends[1 - end]];
            distance = std::min<uint64_t>(distance, link.weights[end]);
        }
    }
    for (uint32_t over = 0; over < size; ++over) // Floyd and Warshall
    {
        for (uint32_t from = 0; from < size; ++from)
        {
            for (uint32_t to = 0; to < size; ++to)
            {
                distances[from][to] =
                    std::min(distances[from][to], distances[from][over] + distances[over][to]);
            }
        }
    }
    for (const FlowEnds& flow : AllPairs(size))
    {
        const auto path = routes.GetPath(flow.client, flow.server);
        uint64_t length = 0;
        for (std::size_t i = 0; i + 1 < path.size(); ++i)
        {
            const TopologyLink& link = topology.GetLinks()[routes.GetLink(path[i], flow.server)];
            length += link.weights[link.EndAt(path[i])];
        }
        EXPECT_EQ(length, distances[flow.client][flow.server]);
    }
}

TEST(PlacementTest, WhoSeesBothDirections)
{
    const Topology square = Square();
    const Placement placement(square);
    EXPECT_EQ(NamesOf(square, placement.SeeingBoth(Flow(square, "a", "e"))), "ade");
    EXPECT_FALSE(placement.IsSymmetric(Flow(square, "a", "e")));
    EXPECT_TRUE(placement.IsSymmetric(Flow(square, "d", "e")));
    const auto views = placement.Views({Flow(square, "a", "e"), Flow(square, "e", "a")});
    const auto view = [&](const char* name) {
        const RouterView& seen = views[square.At(name)];
        return std::vector<uint64_t>{seen.both, seen.requests, seen.answers};
    };
    EXPECT_THAT(view("a"), ElementsAre(2, 0, 0));
    EXPECT_THAT(view("b"), ElementsAre(0, 1, 1));
    EXPECT_THAT(view("c"), ElementsAre(0, 1, 1));
    EXPECT_THAT(view("d"), ElementsAre(2, 0, 0));
}

/// Stateful routers, and what becomes of a flow from a to e.
struct Placed
{
    const char* name;
    const char* stateful;
    FlowFate fate;
    char router; ///< that drops
};

class PlacedTest : public ::testing::TestWithParam<Placed>
{
};

TEST_P(PlacedTest, IsJudged)
{
    const Topology square = Square();
    const FlowVerdict verdict =
        Placement(square).Judge(Flow(square, "a", "e"), At(square, GetParam().stateful));
    EXPECT_EQ(verdict.fate, GetParam().fate);
    if (GetParam().fate != FlowFate::Passes)
    {
        EXPECT_EQ(verdict.router, square.At(std::string(1, GetParam().router)));
    }
}

INSTANTIATE_TEST_SUITE_P(
    Rows,
    PlacedTest,
    ::testing::Values(Placed{"Nowhere", "", FlowFate::Passes, 0},
                      Placed{"WhereBothPass", "ade", FlowFate::Passes, 0},
                      Placed{"RequestsOnly", "b", FlowFate::AckDropped, 'b'},
                      Placed{"AnswersOnly", "c", FlowFate::SynAckDropped, 'c'},
                      Placed{"SynAckComesFirst", "abcd", FlowFate::SynAckDropped, 'c'}),
    [](const auto& info) { return info.param.name; });

TEST(PlacementTest, ReportCounts)
{
    const Topology square = Square();
    const Placement placement(square);
    const std::vector<FlowEnds> flows = {Flow(square, "a", "e"),
                                         Flow(square, "e", "a"),
                                         Flow(square, "d", "e"),
                                         Flow(square, "a", "b")};
    const PlacementReport report = placement.Report(flows, At(square, "b"));
    EXPECT_EQ(report.flows, 4U);
    EXPECT_EQ(report.broken, 2U);
    EXPECT_EQ(report.guarded, 1U); // a and b: b is the server's own router
    EXPECT_EQ(report.BrokenShare(), 0.5);
    EXPECT_EQ(placement.Report({}, At(square, "")).BrokenShare(), 0);
    EXPECT_THROW(placement.Report(flows, {true}), GraphError);
}

TEST(PlacementTest, NoWayIsNoVictimOfThePlacement)
{
    const Topology topology = FromDot("graph { a; b }");
    const Placement placement(topology);
    EXPECT_EQ(placement.Judge({0, 1}, {true, true}).fate, FlowFate::NoRoute);
    EXPECT_EQ(placement.Report({{0, 1}}, {true, true}).broken, 0U);
    EXPECT_FALSE(placement.IsSymmetric({0, 1}));
    EXPECT_TRUE(placement.IsSymmetric({0, 0}));
}

/// A graph, and where it falls apart.
struct Joint
{
    const char* name;
    const char* graph;
    const char* routers;
};

class JointTest : public ::testing::TestWithParam<Joint>
{
};

TEST_P(JointTest, AreFound)
{
    const Topology topology = FromDot(GetParam().graph);
    EXPECT_EQ(NamesOf(topology, ArticulationRouters(topology)), GetParam().routers);
}

INSTANTIATE_TEST_SUITE_P(
    Rows,
    JointTest,
    ::testing::Values(Joint{"Chain", "graph { a -- b -- c -- d }", "bc"},
                      Joint{"Ring", "graph { a -- b -- c -- a }", ""},
                      Joint{"RingWithTail", "graph { a -- b -- c -- a; c -- d }", "c"},
                      Joint{"ParallelLinks", "graph { a -- b; a -- b }", ""},
                      Joint{"Bridge",
                            "graph { a -- b -- c -- a; c -- x; x -- y -- z "
                            "-- x }",
                            "cx"},
                      Joint{"Parts", "graph { a -- b -- c; d }", "b"}),
    [](const auto& info) { return info.param.name; });

/// A graph, two sets of its routers, and a minimum cut.
struct Cut
{
    const char* name;
    const char* graph;
    const char* from;
    const char* to;
    const char* routers;
};

class CutTest : public ::testing::TestWithParam<Cut>
{
};

std::vector<uint32_t>
Numbers(const Topology& topology, const std::string& names)
{
    std::vector<uint32_t> numbers;
    for (const char name : names)
    {
        numbers.push_back(topology.At(std::string(1, name)));
    }
    return numbers;
}

TEST_P(CutTest, IsTheSmallest)
{
    const Topology topology = FromDot(GetParam().graph);
    EXPECT_EQ(NamesOf(topology,
                      MinimumCut(topology,
                                 Numbers(topology, GetParam().from),
                                 Numbers(topology, GetParam().to))),
              GetParam().routers);
}

constexpr const char* HOURGLASS = "graph { {a b} -- {c d} -- m -- {e f} -- {g h} }";

INSTANTIATE_TEST_SUITE_P(
    Rows,
    CutTest,
    ::testing::Values(
        Cut{"Neck", HOURGLASS, "ab", "gh", "m"},
        Cut{"TheEndItself", HOURGLASS, "a", "b", "a"},
        Cut{"NoWay", "graph { a -- b; c -- d }", "a", "c", ""},
        Cut{"Common", "graph { a -- b }", "ab", "b", "b"},
        Cut{"Ladder", "graph { {a b c} -- {d e}; {d e} -- {f g h} }", "abc", "fgh", "de"}),
    [](const auto& info) { return info.param.name; });

TEST(CutTest, UnknownRouterIsRefused)
{
    EXPECT_THROW(MinimumCut(MakeTree(2, 1), {0}, {3}), GraphError);
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
