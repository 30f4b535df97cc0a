/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/graph/graph-document.h"

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
using ::testing::HasSubstr;

std::vector<std::string>
NodeIds(const GraphDocument& document)
{
    std::vector<std::string> ids;
    for (const GraphNode& node : document.nodes)
    {
        ids.push_back(node.id);
    }
    return ids;
}

std::vector<std::string>
EdgeTexts(const GraphDocument& document)
{
    std::vector<std::string> texts;
    for (const GraphEdge& edge : document.edges)
    {
        std::string text = edge.source + " " + edge.target;
        for (const auto& [name, value] : edge.attributes)
        {
            text += " " + name + "=" + value;
        }
        texts.push_back(text);
    }
    return texts;
}

/// The body of a GraphML document with the keys that the rows use.
std::string
Graphml(const std::string& body)
{
    return "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">"
           "<key id=\"d0\" for=\"node\" attr.name=\"label\" attr.type=\"string\"/>"
           "<key id=\"d1\" for=\"edge\" attr.name=\"LinkLabel\" attr.type=\"int\"/>"
           "<key id=\"d2\" for=\"edge\" attr.name=\"LinkLabel\" attr.type=\"string\"/>" +
           body + "</graphml>";
}

TEST(GraphmlTest, NodesEdgesAndAttributes)
{
    const GraphDocument document = ParseGraphml(Graphml(R"(
        <graph id="g" edgedefault="undirected">
          <node id="0"><data key="d0">A &amp; B</data></node>
          <node id="1"/>
          <edge source="0" target="1" id="e0"><data key="d2">10 Gbit/s</data></edge>
          <edge source="1" target="0"><data key="d1"></data><data key="d2">x</data></edge>
        </graph>)"),
                                                "f");
    EXPECT_EQ(document.name, "g");
    EXPECT_FALSE(document.directed);
    EXPECT_THAT(NodeIds(document), ElementsAre("0", "1"));
    EXPECT_EQ(document.nodes[0].attributes.at("label"), "A & B");
    EXPECT_THAT(EdgeTexts(document), ElementsAre("0 1 LinkLabel=10 Gbit/s", "1 0 LinkLabel=x"));
    EXPECT_EQ(document.edges[0].place, "line 5");
}

TEST(GraphmlTest, OddDocumentsAreRead)
{
    const GraphDocument document = ParseGraphml(R"(<?xml version="1.0"?>
      <!DOCTYPE graphml>
      <g:graphml xmlns:g="x"><g:graph edgedefault="directed">
        <g:data key="Network">of the graph</g:data>
        <g:edge source="b" target="a"/>
        <g:node id="a"><g:port name="p"/><g:data key="free">no such key</g:data></g:node>
        <g:node id="b"><g:data key="free"><y:Shape><y:Label>yEd</y:Label></y:Shape></g:data></g:node>
      </g:graph></g:graphml>)",
                                                "f");
    EXPECT_TRUE(document.directed);
    EXPECT_THAT(NodeIds(document), ElementsAre("a", "b"));
    EXPECT_EQ(document.nodes[0].attributes.at("free"), "no such key");
    EXPECT_EQ(document.nodes[1].attributes.at("free"), "yEd");
}

TEST(GraphmlTest, DefaultsHoldWhereNothingIsSaid)
{
    const GraphDocument document = ParseGraphml(R"(<graphml>
        <key id="d0" for="node" attr.name="color"><default>yellow</default></key>
        <key id="d1" for="edge" attr.name="weight"><desc>cost</desc><default>7</default></key>
        <key id="d2" attr.name="kind"><default>any</default></key>
        <key id="d3" for="graph" attr.name="x"><default>none</default></key>
        <graph><node id="a"><data key="d0">red</data></node><node id="b"/>
          <edge source="a" target="b"><data key="d1">2</data></edge>
          <edge source="a" target="b"/>
        </graph></graphml>)",
                                                "f");
    EXPECT_THAT(document.nodes[0].attributes,
                ElementsAre(std::pair("color", "red"), std::pair("kind", "any")));
    EXPECT_THAT(document.nodes[1].attributes,
                ElementsAre(std::pair("color", "yellow"), std::pair("kind", "any")));
    EXPECT_THAT(EdgeTexts(document), ElementsAre("a b kind=any weight=2", "a b kind=any weight=7"));
}

TEST(GraphmlTest, EdgesSayWhetherTheyAreDirected)
{
    GraphDocument document = ParseGraphml(R"(<graphml><graph><node id="a"/>
        <edge source="a" target="a" directed="true"/>
        <edge source="a" target="a" directed="false"/>
        <edge source="a" target="a"/></graph></graphml>)",
                                          "f");
    for (int times = 0; times < 2; ++times)
    {
        EXPECT_FALSE(document.directed);
        EXPECT_EQ(document.edges[0].directed, true);
        EXPECT_EQ(document.edges[1].directed, false);
        EXPECT_EQ(document.edges[2].directed, std::nullopt);
        document = ParseGraphml(ToGraphml(document), "f");
    }
}

std::string
HugeDefault(int nodes)
{
    std::string text =
        "<graphml><key id='d'><default>" + std::string(200000, 'y') + "</default></key><graph>";
    for (int i = 0; i < nodes; ++i)
    {
        text += "<node id='" + std::to_string(i) + "'/>";
    }
    return text + "</graph></graphml>";
}

/// A text and what is wrong with it.
struct Refused
{
    const char* name;
    std::string text;
    const char* sentence;
};

void
PrintTo(const Refused& row, std::ostream* out)
{
    *out << row.name;
}

std::string
NameOf(const ::testing::TestParamInfo<Refused>& info)
{
    return info.param.name;
}

std::string
WhatOf(GraphDocument (*parse)(std::string_view, const std::string&), const std::string& text)
{
    try
    {
        parse(text, "f");
    }
    catch (const GraphError& error)
    {
        return error.what();
    }
    return "taken";
}

class GraphmlRefusedTest : public ::testing::TestWithParam<Refused>
{
};

TEST_P(GraphmlRefusedTest, Says)
{
    EXPECT_EQ(WhatOf(ParseGraphml, GetParam().text), GetParam().sentence);
}

INSTANTIATE_TEST_SUITE_P(
    Rows,
    GraphmlRefusedTest,
    ::testing::Values(
        Refused{"Empty", "", "f: line 1: this is no XML: no element found"},
        Refused{"Text", "graph {", "f: line 1: this is no XML: syntax error"},
        Refused{"CutOff", "<graphml>\n<graph>", "f: line 2: this is no XML: no element found"},
        Refused{"NoGraph", "<graphml/>", "f: there is no element 'graph'"},
        Refused{"NodeWithoutId",
                Graphml("<graph>\n<node/></graph>"),
                "f: line 2: this node has no attribute 'id'"},
        Refused{"SameNode",
                Graphml("<graph><node id='a'/>\n<node id='a'/></graph>"),
                "f: line 2: there are two nodes 'a'"},
        Refused{"NodeInNode",
                Graphml("<graph><node id='a'>\n<node id='b'/></node></graph>"),
                "f: line 2: node 'b' lies within node 'a'"},
        Refused{"EdgeWithoutTarget",
                Graphml("<graph><edge source='a'/></graph>"),
                "f: line 1: this edge has no attribute 'target'"},
        Refused{"Hyperedge",
                Graphml("<graph>\n\n<hyperedge/></graph>"),
                "f: line 3: a hyperedge joins more than two nodes; links join two"},
        Refused{"GraphInNode",
                Graphml("<graph><node id='a'><graph/></node></graph>"),
                "f: line 1: a graph within the node 'a' is not read"},
        Refused{"TwoGraphs",
                Graphml("<graph/>\n<graph/>"),
                "f: line 2: a second graph is not read"},
        Refused{"DirectedMaybe",
                Graphml("<graph><edge source='a' target='b' directed='maybe'/></graph>"),
                "f: line 1: an edge is directed 'true' or 'false', not 'maybe'"},
        Refused{"DefaultTooLargeForAll",
                HugeDefault(600),
                "f: line 1: the defaults of all keys are too much for so many nodes and edges"},
        Refused{"DataWithoutKey",
                Graphml("<graph><node id='a'><data>1</data></node></graph>"),
                "f: line 1: this data has no attribute 'key'"}),
    NameOf);

TEST(DotTest, NodesEdgesAndAttributes)
{
    const GraphDocument document = ParseDot(R"(/* a
      comment */ strict graph "two parts" {
# preprocessor
        rankdir=LR; graph [x=y]
        node [kind=router]
        a [label="A \"B\"" weight=-1.5; on] // comment
        b:port:n -- a -- c [weight=2];
        edge [weight=7]
        c -- b
        subgraph one { node [kind=host] d }
        "1" + "2" <<b>html</b>>
      })",
                                            "f");
    EXPECT_EQ(document.name, "two parts");
    EXPECT_THAT(NodeIds(document), ElementsAre("a", "b", "c", "d", "12", "<<b>html</b>>"));
    EXPECT_THAT(document.nodes[0].attributes,
                ElementsAre(std::pair("kind", "router"),
                            std::pair("label", "A \"B\""),
                            std::pair("on", "true"),
                            std::pair("weight", "-1.5")));
    EXPECT_EQ(document.nodes[3].attributes.at("kind"), "host");
    EXPECT_EQ(document.nodes[4].attributes.at("kind"), "router");
    EXPECT_EQ(document.nodes[1].place, "line 7");
    EXPECT_THAT(EdgeTexts(document), ElementsAre("b a weight=2", "a c weight=2", "c b weight=7"));
}

TEST(DotTest, StrictGraphsHaveOneEdgeOfTwoNodes)
{
    const auto texts = [](const std::string& text) { return EdgeTexts(ParseDot(text, "f")); };
    EXPECT_THAT(texts("strict graph { a--b; a--b; b--a }"), ElementsAre("a b"));
    EXPECT_THAT(texts("graph { a--b; a--b; b--a }"), ElementsAre("a b", "a b", "b a"));
    EXPECT_THAT(texts("strict digraph { a->b; b->a; a->b }"), ElementsAre("a b", "b a"));
    EXPECT_THAT(texts("strict graph { a--b--c [x=1]; edge [x=2; z=3]; c--b [y=4]; b--a [x=5]; "
                      "{a c} -- {b d} }"),
                ElementsAre("a b x=5", "b c x=1 y=4", "a d x=2 z=3", "c d x=2 z=3"));
}

TEST(DotTest, EdgesOfSubgraphsAreAllOfThem)
{
    const GraphDocument document =
        ParseDot("digraph { a -> {b c} -> subgraph s {d; e -> d} }", "f");
    EXPECT_TRUE(document.directed);
    EXPECT_THAT(EdgeTexts(document), ElementsAre("e d", "a b", "a c", "b d", "b e", "c d", "c e"));
}

class DotRefusedTest : public ::testing::TestWithParam<Refused>
{
};

TEST_P(DotRefusedTest, Says)
{
    EXPECT_EQ(WhatOf(ParseDot, GetParam().text), GetParam().sentence);
}

std::string
ManyNodes(char letter, int count)
{
    std::string text = "{";
    for (int i = 0; i < count; ++i)
    {
        text += " " + (letter + std::to_string(i));
    }
    return text + "}";
}

INSTANTIATE_TEST_SUITE_P(
    Rows,
    DotRefusedTest,
    ::testing::Values(
        Refused{"Empty",
                "",
                "f: line 1: a graph begins with 'graph' or 'digraph', not the end of the file"},
        Refused{"OtherLanguage",
                "\n<graphml/>",
                "f: line 2: a graph begins with 'graph' or 'digraph', not '<graphml/>'"},
        Refused{"CutOff", "graph {\na -- b", "f: line 2: expected a name, not the end of the file"},
        Refused{"EdgeWithoutEnd", "graph { a -- }", "f: line 1: expected a name, not '}'"},
        Refused{"WrongEdge", "graph {\n a -> b }", "f: line 2: in a graph edges are '--'"},
        Refused{"WrongArrow", "digraph { a -- b }", "f: line 1: in a digraph edges are '->'"},
        Refused{"OpenText", "graph {\n \"a }\n", "f: line 2: a quoted text has no end"},
        Refused{"OpenHtml", "graph { <a<b> }", "f: line 1: a text in <> has no end"},
        Refused{"OpenComment", "graph { /* }", "f: line 1: a comment has no end"},
        Refused{"OpenAttributes", "graph { a [x=1 }", "f: line 1: expected a name, not '}'"},
        Refused{"SecondGraph",
                "graph { } graph { }",
                "f: line 1: after the graph's end there is 'graph'"},
        Refused{"PlusNothing",
                "graph { \"a\" + b }",
                "f: line 1: after '+' there is a quoted text, not 'b'"},
        Refused{"Deep",
                "graph " + std::string(200, '{'),
                "f: line 1: subgraphs lie more than 100 deep"},
        Refused{"TooLargeForAll",
                "graph { node [x=\"" + std::string(200000, 'y') + "\"]; " + ManyNodes('a', 600) +
                    " }",
                "f: line 1: edges between subgraphs, or attributes that hold for many, are too "
                "much"},
        Refused{
            "TooManyEdges",
            "graph { " + ManyNodes('a', 1001) + " -- " + ManyNodes('b', 1001) + " }",
            "f: line 1: edges between subgraphs, or attributes that hold for many, are too much"}),
    NameOf);

GraphDocument
OddDocument()
{
    GraphDocument document;
    document.name = "odd <\"names\">";
    document.directed = true;
    document.nodes = {{"a \"quoted\"", {{"label", "<&>"}, {"x y", "1"}}, {}},
                      {"back\\\\", {}, {}},
                      {"-", {{"label", "graph"}}, {}}};
    document.edges = {{"a \"quoted\"", "-", {{"weight", "3"}}, {}},
                      {"a \"quoted\"", "-", {{"weight", "4"}}, {}}};
    return document;
}

TEST(GraphWriterTest, BothLanguagesReadBackTheSame)
{
    const GraphDocument document = OddDocument();
    for (const GraphDocument& read :
         {ParseGraphml(ToGraphml(document), "f"), ParseDot(ToDot(document), "f")})
    {
        EXPECT_EQ(read.name, document.name);
        EXPECT_TRUE(read.directed);
        EXPECT_EQ(NodeIds(read), NodeIds(document));
        EXPECT_EQ(read.nodes[0].attributes, document.nodes[0].attributes);
        EXPECT_EQ(EdgeTexts(read), EdgeTexts(document));
    }
}

TEST(GraphWriterTest, NumbersAreTold)
{
    GraphDocument document = OddDocument();
    document.types = {{"weight", "long"}};
    const std::string text = ToGraphml(document);
    EXPECT_THAT(text, HasSubstr("attr.name=\"weight\" attr.type=\"long\""));
    EXPECT_THAT(text, HasSubstr("attr.name=\"label\" attr.type=\"string\""));
}

TEST(GraphFileTest, MissingFileIsNamed)
{
    try
    {
        ReadGraph("/nowhere/x.dot");
        FAIL() << "there is no such file";
    }
    catch (const GraphError& error)
    {
        EXPECT_THAT(error.what(), HasSubstr("/nowhere/x.dot: the file cannot be read"));
    }
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
