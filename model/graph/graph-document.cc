/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/graph/graph-document.h"

#include <fstream>
#include <set>
#include <sstream>

namespace ns3
{
namespace conntrack
{

namespace
{

bool
EndsWith(const std::string& text, const std::string& end)
{
    return text.size() >= end.size() &&
           text.compare(text.size() - end.size(), end.size(), end) == 0;
}

std::string
XmlText(const std::string& text)
{
    std::string escaped;
    for (const char byte : text)
    {
        switch (byte)
        {
        case '&':
            escaped += "&amp;";
            break;
        case '<':
            escaped += "&lt;";
            break;
        case '>':
            escaped += "&gt;";
            break;
        case '"':
            escaped += "&quot;";
            break;
        default: // XML has no way to write other control characters
            escaped += static_cast<unsigned char>(byte) >= 0x20 ? byte : ' ';
        }
    }
    return escaped;
}

std::string
DotText(const std::string& text)
{
    std::string quoted = "\"";
    bool odd = false; // of the backslashes before: DOT could not tell the last from an escape
    for (const char byte : text)
    {
        if (byte == '"')
        {
            quoted += odd ? "\\\\" : "\\";
        }
        quoted += byte;
        odd = byte == '\\' && !odd;
    }
    return quoted + (odd ? "\\\"" : "\"");
}

template <typename Part>
std::set<std::string>
NamesIn(const std::vector<Part>& parts)
{
    std::set<std::string> names;
    for (const Part& part : parts)
    {
        for (const auto& attribute : part.attributes)
        {
            names.insert(attribute.first);
        }
    }
    return names;
}

void
PrintKeys(std::ostream& out,
          const char* domain,
          const std::set<std::string>& names,
          const GraphAttributes& types)
{
    for (const std::string& name : names)
    {
        const std::string text = XmlText(name);
        const auto type = types.find(name);
        out << "  <key id=\"" << domain[0] << "_" << text << "\" for=\"" << domain
            << "\" attr.name=\"" << text << "\" attr.type=\""
            << (type == types.end() ? "string" : type->second) << "\"/>\n";
    }
}

void
PrintData(std::ostream& out, char domain, const GraphAttributes& attributes)
{
    for (const auto& [name, value] : attributes)
    {
        out << "      <data key=\"" << domain << "_" << XmlText(name) << "\">" << XmlText(value)
            << "</data>\n";
    }
}

std::string
DotAttributes(const GraphAttributes& attributes)
{
    std::string text;
    for (const auto& [name, value] : attributes)
    {
        text += (text.empty() ? " [" : ", ") + DotText(name) + "=" + DotText(value);
    }
    return text.empty() ? text : text + "]";
}

} // namespace

GraphDocument
ReadGraph(const std::string& path)
{
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    if (!file || !(text << file.rdbuf()))
    {
        throw GraphError(path + ": the file cannot be read, or is empty");
    }
    const bool dot = EndsWith(path, ".dot") || EndsWith(path, ".gv");
    return dot ? ParseDot(text.str(), path) : ParseGraphml(text.str(), path);
}

std::string
ToGraphml(const GraphDocument& document)
{
    std::ostringstream out;
    out << "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
           "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n";
    PrintKeys(out, "node", NamesIn(document.nodes), document.types);
    PrintKeys(out, "edge", NamesIn(document.edges), document.types);
    out << "  <graph id=\"" << XmlText(document.name) << "\" edgedefault=\""
        << (document.directed ? "directed" : "undirected") << "\">\n";
    for (const GraphNode& node : document.nodes)
    {
        out << "    <node id=\"" << XmlText(node.id) << "\">\n";
        PrintData(out, 'n', node.attributes);
        out << "    </node>\n";
    }
    for (const GraphEdge& edge : document.edges)
    {
        out << "    <edge source=\"" << XmlText(edge.source) << "\" target=\""
            << XmlText(edge.target) << "\"";
        if (edge.directed)
        {
            out << " directed=\"" << (*edge.directed ? "true" : "false") << "\"";
        }
        out << ">\n";
        PrintData(out, 'e', edge.attributes);
        out << "    </edge>\n";
    }
    out << "  </graph>\n</graphml>\n";
    return out.str();
}

std::string
ToDot(const GraphDocument& document)
{
    std::ostringstream out;
    out << (document.directed ? "digraph " : "graph ") << DotText(document.name) << " {\n";
    for (const GraphNode& node : document.nodes)
    {
        out << "  " << DotText(node.id) << DotAttributes(node.attributes) << ";\n";
    }
    for (const GraphEdge& edge : document.edges)
    {
        out << "  " << DotText(edge.source) << (document.directed ? " -> " : " -- ")
            << DotText(edge.target) << DotAttributes(edge.attributes) << ";\n";
    }
    out << "}\n";
    return out.str();
}

} // namespace conntrack
} // namespace ns3
