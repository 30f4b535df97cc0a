/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_GRAPH_GRAPH_DOCUMENT_H
#define CONNTRACK_GRAPH_GRAPH_DOCUMENT_H

#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

/**
 * @file
 * A graph as a file has it: nodes and edges with attributes, all of them texts.
 *
 * Layer: graph.
 * Shape: readers (GraphML, DOT) fill it, writers print it; what attributes mean is decided
 * elsewhere (topology-document.h). Nodes and edges keep the file's order.
 * Errors: GraphError, one sentence that names file and place. Any bytes may be read: memory stays
 * within a constant times their number, and nesting is limited.
 * Source: GraphML: http://graphml.graphdrawing.org/specification.html; DOT:
 * https://graphviz.org/doc/info/lang.html.
 * Differs: Boost.Graph's own readers are not used. Theirs recurse as deep as the file nests, give
 * no place of an error, and need a graph whose attributes are known before.
 */

namespace ns3
{
namespace conntrack
{

/// A graph that cannot be read, made or used; what() is one sentence.
class GraphError : public std::runtime_error
{
  public:
    using std::runtime_error::runtime_error;
};

/// Attributes by name.
using GraphAttributes = std::map<std::string, std::string>;

/// A node of a document.
struct GraphNode
{
    std::string id;             ///< unique
    GraphAttributes attributes; ///< as the file writes them
    std::string place;          ///< where it was read, "line 12"
};

/// An edge of a document.
struct GraphEdge
{
    std::string source;         ///< a node's id
    std::string target;         ///< a node's id
    GraphAttributes attributes; ///< as the file writes them
    std::string place;          ///< where it was read
    /// Whether it has a direction, where it differs from the graph's other edges; GraphML alone.
    std::optional<bool> directed{};
};

/// A graph as a file has it.
struct GraphDocument
{
    std::string file;             ///< for sentences; may be empty
    std::string name;             ///< of the graph; may be empty
    bool directed{false};         ///< its edges have a direction
    std::vector<GraphNode> nodes; ///< in the order of the file
    std::vector<GraphEdge> edges; ///< in the order of the file
    /// GraphML's types of attributes that are no texts, for writing: "int", "long", "double".
    GraphAttributes types{};
};

/**
 * A key's default is an attribute of all nodes or edges that have none of their own. The text of
 * yEd's first label of a node is the attribute `NodeLabel`.
 * @param text a GraphML document, as of the Internet Topology Zoo, networkx or yEd
 * @param file its name, for sentences
 * @return the graph
 * @throws GraphError for what is no GraphML, a hyperedge, a graph within a node
 */
GraphDocument ParseGraphml(std::string_view text, const std::string& file);

/**
 * @param text a graph in DOT, Graphviz's language
 * @param file its name, for sentences
 * @return the graph; the nodes in order of their first appearance; if it is strict, with one edge
 * of two nodes, which has the attributes of all that were written
 * @throws GraphError for what is no DOT
 */
GraphDocument ParseDot(std::string_view text, const std::string& file);

/**
 * @param path a file: .dot and .gv are DOT, others GraphML
 * @return the graph
 */
GraphDocument ReadGraph(const std::string& path);

/// @param document a graph @return it in GraphML
std::string ToGraphml(const GraphDocument& document);

/// @param document a graph @return it in DOT
std::string ToDot(const GraphDocument& document);

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_GRAPH_GRAPH_DOCUMENT_H
