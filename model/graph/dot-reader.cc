/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/graph/copied-attributes.h"
#include "model/graph/graph-document.h"

#include <algorithm>
#include <cctype>
#include <set>
#include <utility>

namespace ns3
{
namespace conntrack
{

namespace
{

/// Subgraphs within subgraphs: graphs for people have a few.
constexpr int DEEPEST = 100;

/// A word of DOT.
struct DotWord
{
    std::string text;
    bool quoted{false}; ///< then never a keyword or a sign
    std::size_t line{0};
};

bool
IsIdentifierByte(char byte)
{
    return std::isalnum(static_cast<unsigned char>(byte)) != 0 || byte == '_' ||
           static_cast<unsigned char>(byte) >= 0x80;
}

/// Splits DOT into words.
class DotLexer
{
  public:
    DotLexer(std::string_view text, const std::string& file)
        : m_text(text),
          m_file(file)
    {
    }

    /// @return the next word; empty and not quoted at the end
    DotWord Next()
    {
        SkipBlanks();
        DotWord word;
        word.line = m_line;
        if (m_at >= m_text.size())
        {
            return word;
        }
        const char first = m_text[m_at];
        if (first == '"')
        {
            word.quoted = true;
            TakeQuoted(word.text);
        }
        else if (first == '<')
        {
            word.quoted = true;
            TakeHtml(word.text);
        }
        else if (IsIdentifierByte(first) || first == '.' || IsNumberAt(m_at))
        {
            do
            {
                word.text += m_text[m_at++];
            } while (m_at < m_text.size() &&
                     (IsIdentifierByte(m_text[m_at]) || m_text[m_at] == '.'));
        }
        else
        {
            const std::size_t length =
                m_text.substr(m_at, 2) == "--" || m_text.substr(m_at, 2) == "->" ? 2 : 1;
            word.text = m_text.substr(m_at, length);
            m_at += length;
        }
        return word;
    }

    /// @param line where @param what is wrong
    [[noreturn]] void Fail(std::size_t line, const std::string& what) const
    {
        throw GraphError(m_file + ": line " + std::to_string(line) + ": " + what);
    }

  private:
    bool IsNumberAt(std::size_t at) const
    {
        return m_text[at] == '-' && at + 1 < m_text.size() &&
               (std::isdigit(static_cast<unsigned char>(m_text[at + 1])) != 0 ||
                m_text[at + 1] == '.');
    }

    void Advance(std::size_t end)
    {
        end = std::min(end, m_text.size());
        m_line +=
            static_cast<std::size_t>(std::count(m_text.begin() + m_at, m_text.begin() + end, '\n'));
        m_at = end;
    }

    void SkipBlanks()
    {
        while (m_at < m_text.size())
        {
            const bool lineStart = m_at == 0 || m_text[m_at - 1] == '\n';
            if (std::isspace(static_cast<unsigned char>(m_text[m_at])) != 0)
            {
                Advance(m_at + 1);
            }
            else if (m_text.substr(m_at, 2) == "//" || (lineStart && m_text[m_at] == '#'))
            {
                Advance(m_text.find('\n', m_at));
            }
            else if (m_text.substr(m_at, 2) == "/*")
            {
                const std::size_t end = m_text.find("*/", m_at + 2);
                if (end == std::string_view::npos)
                {
                    Fail(m_line, "a comment has no end");
                }
                Advance(end + 2);
            }
            else
            {
                return;
            }
        }
    }

    void TakeQuoted(std::string& text)
    {
        const std::size_t begin = m_line;
        for (++m_at; m_at < m_text.size(); ++m_at)
        {
            const char byte = m_text[m_at];
            if (byte == '"')
            {
                ++m_at;
                return;
            }
            if (byte == '\n')
            {
                ++m_line;
            }
            if (m_text.substr(m_at, 2) == "\\\"")
            {
                ++m_at; // the only escape that DOT itself knows
            }
            else if (m_text.substr(m_at, 2) == "\\\\")
            {
                text += m_text[m_at++]; // both stay, and the second escapes nothing
            }
            text += m_text[m_at];
        }
        Fail(begin, "a quoted text has no end");
    }

    void TakeHtml(std::string& text)
    {
        const std::size_t begin = m_line;
        for (int depth = 0; m_at < m_text.size(); ++m_at)
        {
            const char byte = m_text[m_at];
            depth += byte == '<' ? 1 : byte == '>' ? -1 : 0;
            if (byte == '\n')
            {
                ++m_line;
            }
            text += byte;
            if (depth == 0)
            {
                ++m_at;
                return;
            }
        }
        Fail(begin, "a text in <> has no end");
    }

    std::string_view m_text;
    const std::string& m_file;
    std::size_t m_at{0};
    std::size_t m_line{1};
};

/// Attributes that hold where nothing else is said.
struct DotScope
{
    GraphAttributes node;
    GraphAttributes edge;
};

/// Reads DOT's grammar, one word ahead.
class DotParser
{
  public:
    DotParser(std::string_view text, const std::string& file)
        : m_lexer(text, file)
    {
        m_document.file = file;
        m_word = m_lexer.Next();
    }

    GraphDocument Parse()
    {
        m_strict = IsKeyword("strict");
        if (m_strict)
        {
            Step();
        }
        if (!IsKeyword("graph") && !IsKeyword("digraph"))
        {
            Fail("a graph begins with 'graph' or 'digraph', not " + Told());
        }
        m_document.directed = IsKeyword("digraph");
        Step();
        if (!IsSign("{"))
        {
            m_document.name = TakeName();
        }
        ReadBlock(DotScope(), 0);
        if (m_word.quoted || !m_word.text.empty())
        {
            Fail("after the graph's end there is " + Told());
        }
        return std::move(m_document);
    }

  private:
    using Ends = std::vector<std::size_t>; ///< nodes, by their places

    [[noreturn]] void Fail(const std::string& what) const
    {
        m_lexer.Fail(m_word.line, what);
    }

    std::string Told() const
    {
        const bool end = m_word.text.empty() && !m_word.quoted;
        return end ? "the end of the file" : "'" + m_word.text.substr(0, 40) + "'";
    }

    void Step()
    {
        m_word = m_lexer.Next();
    }

    bool IsSign(const char* sign) const
    {
        return !m_word.quoted && m_word.text == sign;
    }

    bool IsKeyword(const char* keyword) const // in capitals, too
    {
        const std::string_view wanted(keyword);
        return !m_word.quoted && m_word.text.size() == wanted.size() &&
               std::equal(wanted.begin(), wanted.end(), m_word.text.begin(), [](char a, char b) {
                   return a == std::tolower(static_cast<unsigned char>(b));
               });
    }

    bool IsEdge() const
    {
        return IsSign("--") || IsSign("->");
    }

    bool SkipSign(const char* sign)
    {
        const bool there = IsSign(sign);
        if (there)
        {
            Step();
        }
        return there;
    }

    void Expect(const char* sign)
    {
        if (!SkipSign(sign))
        {
            Fail(std::string("expected '") + sign + "', not " + Told());
        }
    }

    std::string TakeName()
    {
        const bool name =
            m_word.quoted ||
            (!m_word.text.empty() &&
             (IsIdentifierByte(m_word.text[0]) || m_word.text[0] == '.' || m_word.text[0] == '-') &&
             !IsEdge());
        if (!name)
        {
            Fail("expected a name, not " + Told());
        }
        std::string text = std::move(m_word.text);
        const bool quoted = m_word.quoted;
        Step();
        while (quoted && SkipSign("+")) // "one " + "text"
        {
            if (!m_word.quoted)
            {
                Fail("after '+' there is a quoted text, not " + Told());
            }
            text += m_word.text;
            Step();
        }
        return text;
    }

    Ends ReadBlock(DotScope scope, int depth)
    {
        if (depth > DEEPEST)
        {
            Fail("subgraphs lie more than " + std::to_string(DEEPEST) + " deep");
        }
        Expect("{");
        Ends inside;
        while (!SkipSign("}"))
        {
            ReadStatement(scope, depth, inside);
            if (!SkipSign(";"))
            {
                SkipSign(",");
            }
        }
        std::sort(inside.begin(), inside.end());
        inside.erase(std::unique(inside.begin(), inside.end()), inside.end());
        return inside;
    }

    void ReadStatement(DotScope& scope, int depth, Ends& inside)
    {
        if (IsKeyword("node"))
        {
            Step();
            ReadAttributes(scope.node);
        }
        else if (IsKeyword("edge"))
        {
            Step();
            ReadAttributes(scope.edge);
        }
        else if (IsKeyword("graph"))
        {
            Step();
            GraphAttributes ignored;
            ReadAttributes(ignored);
        }
        else
        {
            ReadChain(scope, depth, inside);
        }
    }

    void ReadChain(const DotScope& scope, int depth, Ends& inside)
    {
        const std::string place = "line " + std::to_string(m_word.line);
        std::vector<Ends> chain;
        bool single = true; // one node, whose attributes may follow
        do
        {
            if (IsSign("{") || IsKeyword("subgraph"))
            {
                single = false;
                chain.push_back(ReadSubgraph(scope, depth));
            }
            else
            {
                const std::string name = TakeName();
                if (chain.empty() && SkipSign("="))
                {
                    TakeName(); // an attribute of the graph
                    return;
                }
                for (int parts = 0; parts < 2 && SkipSign(":"); ++parts) // port, compass
                {
                    TakeName();
                }
                chain.push_back({NodeOf(name, scope, place)});
            }
            inside.insert(inside.end(), chain.back().begin(), chain.back().end());
        } while (SkipEdge());
        if (chain.size() > 1)
        {
            GraphAttributes given;
            ReadAttributes(given);
            AddEdges(chain, scope.edge, given, place);
        }
        else if (single)
        {
            ReadAttributes(m_document.nodes[chain[0][0]].attributes);
        }
    }

    bool SkipEdge()
    {
        if (!IsEdge())
        {
            return false;
        }
        if (IsSign("->") != m_document.directed)
        {
            Fail(m_document.directed ? "in a digraph edges are '->'" : "in a graph edges are '--'");
        }
        Step();
        return true;
    }

    Ends ReadSubgraph(const DotScope& scope, int depth)
    {
        if (IsKeyword("subgraph"))
        {
            Step();
            if (!IsSign("{"))
            {
                TakeName();
            }
        }
        return ReadBlock(scope, depth + 1);
    }

    void ReadAttributes(GraphAttributes& attributes)
    {
        while (SkipSign("["))
        {
            while (!SkipSign("]"))
            {
                const std::string name = TakeName();
                attributes[name] = SkipSign("=") ? TakeName() : "true";
                if (!SkipSign(";"))
                {
                    SkipSign(",");
                }
            }
        }
    }

    std::size_t NodeOf(const std::string& name, const DotScope& scope, const std::string& place)
    {
        const auto [found, added] = m_places.emplace(name, m_document.nodes.size());
        if (added)
        {
            Count(CopiedAttributes::SizeOf(scope.node));
            m_document.nodes.push_back({name, scope.node, place});
        }
        return found->second;
    }

    void Count(std::size_t copied)
    {
        if (!m_copied.Count(copied))
        {
            Fail("edges between subgraphs, or attributes that hold for many, are too much");
        }
    }

    void AddEdges(const std::vector<Ends>& chain,
                  const GraphAttributes& common,
                  const GraphAttributes& given,
                  const std::string& place)
    {
        GraphAttributes attributes = given;
        attributes.insert(common.begin(), common.end());
        for (std::size_t i = 0; i + 1 < chain.size(); ++i)
        {
            const std::size_t edges = chain[i].size() * chain[i + 1].size();
            Count(edges > 1 ? edges * sizeof(GraphEdge) : 0);
            Count(edges * CopiedAttributes::SizeOf(attributes));
            for (const std::size_t source : chain[i])
            {
                for (const std::size_t target : chain[i + 1])
                {
                    if (GraphEdge* same = FindSame(source, target))
                    {
                        for (const auto& [name, value] : given)
                        {
                            same->attributes[name] = value;
                        }
                        continue;
                    }
                    m_document.edges.push_back({m_document.nodes[source].id,
                                                m_document.nodes[target].id,
                                                attributes,
                                                place});
                }
            }
        }
    }

    /// @return in a strict graph the edge that is there already; otherwise, and at first, null
    GraphEdge* FindSame(std::size_t source, std::size_t target)
    {
        if (!m_strict)
        {
            return nullptr;
        }
        const auto ends = m_document.directed || source < target ? std::pair(source, target)
                                                                 : std::pair(target, source);
        const auto [found, added] = m_edges.emplace(ends, m_document.edges.size());
        return added ? nullptr : &m_document.edges[found->second];
    }

    DotLexer m_lexer;
    DotWord m_word; ///< the next one
    GraphDocument m_document;
    CopiedAttributes m_copied;
    std::map<std::string, std::size_t> m_places; ///< of nodes, by name
    bool m_strict{false};                        ///< two nodes have one edge at most
    std::map<std::pair<std::size_t, std::size_t>, std::size_t> m_edges; ///< of a strict graph
};

} // namespace

GraphDocument
ParseDot(std::string_view text, const std::string& file)
{
    return DotParser(text, file).Parse();
}

} // namespace conntrack
} // namespace ns3
