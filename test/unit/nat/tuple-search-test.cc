/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/nat/tuple-search.h"
#include "test/unit/packet-builder.h"

#include <algorithm>
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

Tuple
TcpTuple(const char* source, uint16_t from, const char* destination, uint16_t to)
{
    Tuple tuple;
    tuple.source = ToAddress(source);
    tuple.destination = ToAddress(destination);
    tuple.sourcePort = from;
    tuple.destinationPort = to;
    tuple.protocol = protocol::TCP;
    tuple.family = Family::Ipv4;
    return tuple;
}

NatRange
RangeOf(const char* first, const char* last)
{
    NatRange range = NatRange::Of(ToAddress(first));
    range.maxAddress = ToAddress(last);
    return range;
}

/// Answers the search's questions, and counts them.
class TupleSearch : public ::testing::Test
{
  protected:
    TupleSearch()
    {
        questions.isTaken = [this](const Tuple& asks) {
            ++asked;
            return taken.count({asks.source.ToIpv4(), asks.sourcePort}) > 0 ||
                   takenPorts.count(asks.sourcePort) > 0;
        };
        questions.isTakenStill = questions.isTaken;
        questions.mappedSource = [this](const Tuple&, const NatRange&) { return mapped; };
        questions.random = [this] { return draws.at(drawn++); };
    }

    Tuple Search(const NatRange& range, NatSide side = NatSide::Source)
    {
        return SearchTuple(tuple, range, side, connection, questions);
    }

    void Take(const char* address, uint16_t port)
    {
        taken.emplace(ToAddress(address).ToIpv4(), port);
    }

    void TakePorts(uint32_t first, uint32_t last)
    {
        for (uint32_t port = first; port <= last; ++port)
        {
            takenPorts.insert(static_cast<uint16_t>(port));
        }
    }

    Tuple tuple{TcpTuple("10.1.0.10", 40000, "10.2.0.10", 80)};
    Connection connection;
    TupleQuestions questions;
    std::set<std::pair<uint32_t, uint16_t>> taken;
    std::set<uint16_t> takenPorts;
    std::optional<Tuple> mapped;
    std::vector<uint16_t> draws{5, 100, 200, 300, 400};
    std::size_t drawn{0};
    unsigned asked{0};
    const NatRange outside{NatRange::Of(ToAddress("10.2.0.1"))};
};

TEST_F(TupleSearch, KeepsThePortWhileItIsFree)
{
    EXPECT_EQ(Search(outside), TcpTuple("10.2.0.1", 40000, "10.2.0.10", 80));
    EXPECT_EQ(drawn, 0U);
}

TEST_F(TupleSearch, TakenPortGivesARandomOneOfItsClass)
{
    for (const auto& [port, first] :
         {std::pair(1, 1), {511, 1}, {512, 600}, {1023, 600}, {1024, 1024}, {65535, 1024}})
    {
        tuple.sourcePort = static_cast<uint16_t>(port);
        Take("10.2.0.1", tuple.sourcePort);
        drawn = 0;
        EXPECT_EQ(Search(outside).sourcePort, first + 5) << port;
        EXPECT_EQ(drawn, 1U);
    }
}

TEST_F(TupleSearch, DestinationBeginsAtTheLowestPortOrByProfileAtARandomOne)
{
    NatRange range = NatRange::Of(ToAddress("10.2.0.10"));
    range.mapsPort = true;
    range.minPort = 8080;
    range.maxPort = 8089;
    EXPECT_EQ(Search(range, NatSide::Destination).destinationPort, 8080);
    EXPECT_EQ(drawn, 0U);
    questions.countsUp = false;
    EXPECT_EQ(Search(range, NatSide::Destination).destinationPort, 8085);
    EXPECT_EQ(drawn, 1U);
}

TEST_F(TupleSearch, GoesOnFromTheDrawnPort)
{
    Take("10.2.0.1", 40000);
    Take("10.2.0.1", 1029);
    Take("10.2.0.1", 1030);
    EXPECT_EQ(Search(outside).sourcePort, 1031);
}

TEST_F(TupleSearch, EachRoundHasHalfAsManyTries)
{
    Take("10.2.0.1", 40000);
    TakePorts(1024 + 5, 1024 + 5 + 127); // what the first round tries
    draws = {5, 5, 1000};
    EXPECT_EQ(Search(outside).sourcePort, 1024 + 1000);
    EXPECT_EQ(drawn, 3U);
    EXPECT_EQ(asked, 1U + 128 + 64 + 1);
}

TEST_F(TupleSearch, GivesUpWithATakenTuple)
{
    TakePorts(0, 65535);
    draws.assign(10, 7);
    EXPECT_TRUE(questions.isTaken(Search(outside)));
    EXPECT_EQ(asked, 1U + 128 + 64 + 32 + 16 + 8 + 1);
    EXPECT_EQ(drawn, 5U); // after fewer than 16 tries it is the end
}

TEST_F(TupleSearch, SmallRangeIsSearchedOnce)
{
    NatRange range = outside;
    range.mapsPort = true;
    range.minPort = 5000;
    range.maxPort = 5003;
    TakePorts(5000, 5002);
    draws = {6, 6}; // 5000 + 6 % 4
    EXPECT_EQ(Search(range).sourcePort, 5003);
    TakePorts(5003, 5003);
    EXPECT_TRUE(takenPorts.count(Search(range).sourcePort));
    EXPECT_EQ(drawn, 2U);
}

TEST_F(TupleSearch, RangeThatIsWrittenBackwards)
{
    NatRange range = outside;
    range.mapsPort = true;
    range.minPort = 5003;
    range.maxPort = 5000;
    draws = {1};
    EXPECT_EQ(Search(range).sourcePort, 5001);
}

TEST_F(TupleSearch, PortWithinTheRangeIsKept)
{
    NatRange range = outside;
    range.mapsPort = true;
    range.minPort = 39000;
    range.maxPort = 40000;
    EXPECT_EQ(Search(range).sourcePort, 40000);
    EXPECT_EQ(drawn, 0U);
}

TEST_F(TupleSearch, OnlyPortIsNotAskedFor)
{
    tuple.sourcePort = 5000;
    Take("10.2.0.1", 5000);
    EXPECT_EQ(Search(outside.WithPort(5000)).sourcePort, 5000); // confirming will refuse it
    EXPECT_EQ(drawn, 0U);
}

TEST_F(TupleSearch, RandomPortsAreDrawnThoughTheOwnIsFree)
{
    for (const PortChoice choice : {PortChoice::Random, PortChoice::FullyRandom})
    {
        NatRange range = outside;
        range.ports = choice;
        drawn = 0;
        EXPECT_EQ(Search(range).sourcePort, 1024 + 5);
    }
}

TEST_F(TupleSearch, SourceThatIsInTheRangeStays)
{
    tuple.source = ToAddress("10.2.0.5");
    EXPECT_EQ(Search(RangeOf("10.2.0.1", "10.2.0.9")), tuple);
}

TEST_F(TupleSearch, SourceFollowsItsEarlierMapping)
{
    mapped = TcpTuple("10.2.0.7", 1234, "10.2.0.10", 80);
    EXPECT_EQ(Search(RangeOf("10.2.0.1", "10.2.0.9")), *mapped);
    Take("10.2.0.7", 1234);
    EXPECT_NE(Search(RangeOf("10.2.0.1", "10.2.0.9")), *mapped);
}

TEST_F(TupleSearch, DestinationKeepsItsPortWithoutARange)
{
    questions.isTaken = [](const Tuple&) { return true; };
    EXPECT_EQ(Search(NatRange::Of(ToAddress("10.2.0.77")), NatSide::Destination),
              TcpTuple("10.1.0.10", 40000, "10.2.0.77", 80));
}

TEST_F(TupleSearch, DestinationPortsAreSearchedFromTheFirst)
{
    NatRange range = NatRange::Of(ToAddress("10.2.0.77"));
    range.mapsPort = true;
    range.minPort = 8000;
    range.maxPort = 8010;
    EXPECT_EQ(Search(range, NatSide::Destination).destinationPort, 8000);
    EXPECT_EQ(drawn, 0U);
}

TEST_F(TupleSearch, IdentifierOfAPing)
{
    tuple.protocol = protocol::ICMP;
    tuple.sourcePort = 77;
    tuple.destinationPort = 8 << 8;
    EXPECT_EQ(Search(outside).sourcePort, 77);
    Take("10.2.0.1", 77);
    const Tuple found = Search(outside);
    EXPECT_EQ(found.sourcePort, 5);
    EXPECT_EQ(found.destinationPort, 8 << 8);
}

TEST_F(TupleSearch, ProtocolsWithoutPortsHaveNothingToSearch)
{
    tuple.protocol = 253;
    tuple.sourcePort = tuple.destinationPort = 0;
    Take("10.2.0.1", 0);
    EXPECT_EQ(Search(outside.WithPort(80)).source, ToAddress("10.2.0.1"));
    tuple.protocol = protocol::GRE; // nobody's call
    EXPECT_EQ(Search(outside).sourcePort, 0);
    EXPECT_EQ(drawn, 0U);
    Connection master;
    connection.master = &master; // now it is one
    EXPECT_EQ(Search(outside).sourcePort, 1 + 5);
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
