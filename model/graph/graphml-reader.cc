/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/graph/copied-attributes.h"
#include "model/graph/graph-document.h"

#include <expat.h>
#include <memory>
#include <set>

namespace ns3
{
namespace conntrack
{

namespace
{

/// Expat's document handler. Expat is C: nothing may be thrown through it.
class GraphmlParser
{
  public:
    explicit GraphmlParser(const std::string& file)
        : m_parser(XML_ParserCreate(nullptr), XML_ParserFree)
    {
        if (!m_parser)
        {
            throw std::bad_alloc();
        }
        m_document.file = file;
        XML_SetUserData(m_parser.get(), this);
        XML_SetElementHandler(m_parser.get(), Start, End);
        XML_SetCharacterDataHandler(m_parser.get(), Text);
    }

    GraphDocument Parse(std::string_view text)
    {
        constexpr std::size_t PIECE = 1 << 20; // Expat counts bytes in an int
        do
        {
            const std::string_view piece = text.substr(0, PIECE);
            text.remove_prefix(piece.size());
            const bool last = text.empty();
            const auto status = XML_Parse(m_parser.get(),
                                          piece.data(),
                                          static_cast<int>(piece.size()),
                                          last ? XML_TRUE : XML_FALSE);
            if (m_failure)
            {
                std::rethrow_exception(m_failure);
            }
            if (status != XML_STATUS_OK)
            {
                Fail(std::string("this is no XML: ") +
                     XML_ErrorString(XML_GetErrorCode(m_parser.get())));
            }
        } while (!text.empty());
        if (m_graphs == 0)
        {
            throw GraphError(m_document.file + ": there is no element 'graph'");
        }
        return std::move(m_document);
    }

  private:
    static constexpr const char* BLANKS = " \t\r\n";

    static void XMLCALL Start(void* self, const XML_Char* name, const XML_Char** attributes)
    {
        static_cast<GraphmlParser*>(self)->Guard([&](GraphmlParser& parser) {
            GraphAttributes values;
            for (; attributes[0] != nullptr; attributes += 2)
            {
                values.emplace(attributes[0], attributes[1]);
            }
            parser.Open(WithoutPrefix(name), values);
        });
    }

    static void XMLCALL End(void* self, const XML_Char* name)
    {
        static_cast<GraphmlParser*>(self)->Guard(
            [&](GraphmlParser& parser) { parser.Close(WithoutPrefix(name)); });
    }

    static void XMLCALL Text(void* self, const XML_Char* text, int length)
    {
        static_cast<GraphmlParser*>(self)->Guard([&](GraphmlParser& parser) {
            if (parser.m_inText)
            {
                parser.m_text.append(text, static_cast<std::size_t>(length));
            }
            if (parser.m_inLabel)
            {
                parser.m_label.append(text, static_cast<std::size_t>(length));
            }
        });
    }

    template <typename Act>
    void Guard(const Act& act)
    {
        if (m_failure)
        {
            return;
        }
        try
        {
            act(*this);
        }
        catch (...)
        {
            m_failure = std::current_exception();
            XML_StopParser(m_parser.get(), XML_FALSE);
        }
    }

    static std::string WithoutPrefix(const std::string& name)
    {
        return name.substr(name.find(':') + 1); // npos + 1 is 0
    }

    std::string Place() const
    {
        return "line " + std::to_string(XML_GetCurrentLineNumber(m_parser.get()));
    }

    [[noreturn]] void Fail(const std::string& what) const
    {
        throw GraphError(m_document.file + ": " + Place() + ": " + what);
    }

    std::string Wanted(const GraphAttributes& values, const char* attribute, const char* of) const
    {
        const auto found = values.find(attribute);
        if (found == values.end())
        {
            Fail(std::string("this ") + of + " has no attribute '" + attribute + "'");
        }
        return found->second;
    }

    static std::string Optional(const GraphAttributes& values, const char* attribute)
    {
        const auto found = values.find(attribute);
        return found == values.end() ? std::string() : found->second;
    }

    void Open(const std::string& name, const GraphAttributes& values)
    {
        m_inLabel = false; // yEd describes the label by elements behind its text
        if (name == "key")
        {
            OpenKey(values);
        }
        else if (name == "graph")
        {
            OpenGraph(values);
        }
        else if (name == "node" && m_graphs > 0)
        {
            OpenNode(values);
        }
        else if (name == "edge" && m_graphs > 0)
        {
            OpenEdge(values);
        }
        else if (name == "hyperedge")
        {
            Fail("a hyperedge joins more than two nodes; links join two");
        }
        else if (name == "data")
        {
            m_dataKey = Wanted(values, "key", "data");
            m_text.clear();
            m_inText = true;
        }
        else if (name == "default" && m_key != nullptr)
        {
            m_text.clear();
            m_inText = true;
        }
        else if (name == "NodeLabel" && m_inText && m_node != nullptr)
        {
            m_inLabel = m_label.find_first_not_of(BLANKS) == std::string::npos; // the first one
        }
    }

    void OpenKey(const GraphAttributes& values)
    {
        const std::string id = Wanted(values, "id", "key");
        const std::string name = Optional(values, "attr.name");
        m_key = &m_keys[id];
        m_key->name = name.empty() ? id : name;
        m_key->domain = Optional(values, "for");
    }

    void OpenGraph(const GraphAttributes& values)
    {
        if (m_node != nullptr)
        {
            Fail("a graph within the node '" + m_node->id + "' is not read");
        }
        if (++m_graphs > 1)
        {
            Fail("a second graph is not read");
        }
        m_document.directed = Optional(values, "edgedefault") == "directed";
        m_document.name = Optional(values, "id");
    }

    void OpenNode(const GraphAttributes& values)
    {
        const std::string id = Wanted(values, "id", "node");
        if (m_node != nullptr)
        {
            Fail("node '" + id + "' lies within node '" + m_node->id + "'");
        }
        if (!m_ids.insert(id).second)
        {
            Fail("there are two nodes '" + id + "'");
        }
        m_document.nodes.push_back({id, {}, Place()});
        m_node = &m_document.nodes.back();
    }

    void OpenEdge(const GraphAttributes& values)
    {
        m_document.edges.push_back(
            {Wanted(values, "source", "edge"), Wanted(values, "target", "edge"), {}, Place()});
        m_edge = &m_document.edges.back();
        const std::string directed = Optional(values, "directed");
        if (directed == "true" || directed == "false")
        {
            m_edge->directed = directed == "true";
        }
        else if (!directed.empty())
        {
            Fail("an edge is directed 'true' or 'false', not '" + directed + "'");
        }
    }

    void Close(const std::string& name)
    {
        if (name == "node" && m_node != nullptr)
        {
            AddDefaults(m_node->attributes, m_nodeDefaults);
            m_node = nullptr;
        }
        else if (name == "edge" && m_edge != nullptr)
        {
            AddDefaults(m_edge->attributes, m_edgeDefaults);
            m_edge = nullptr;
        }
        else if (name == "data")
        {
            TakeData();
        }
        else if (name == "default" && m_key != nullptr)
        {
            TakeDefault();
        }
        else if (name == "key")
        {
            m_key = nullptr;
        }
        else if (m_inLabel && name == "NodeLabel")
        {
            m_inLabel = false;
        }
    }

    void TakeDefault()
    {
        m_inText = false;
        const bool all = m_key->domain.empty() || m_key->domain == "all";
        if (all || m_key->domain == "node")
        {
            m_nodeDefaults.emplace(m_key->name, m_text);
        }
        if (all || m_key->domain == "edge")
        {
            m_edgeDefaults.emplace(m_key->name, m_text);
        }
    }

    void AddDefaults(GraphAttributes& attributes, const GraphAttributes& defaults)
    {
        if (!m_copied.Count(defaults))
        {
            Fail("the defaults of all keys are too much for so many nodes and edges");
        }
        attributes.insert(defaults.begin(), defaults.end());
    }

    void TakeData()
    {
        m_inText = false;
        GraphAttributes* attributes = m_node != nullptr   ? &m_node->attributes
                                      : m_edge != nullptr ? &m_edge->attributes
                                                          : nullptr;
        if (attributes == nullptr)
        {
            return; // of the graph itself
        }
        // Keys of a name can be several, of different types: the first text that there is holds.
        const auto key = m_keys.find(m_dataKey);
        SetIfEmpty((*attributes)[key == m_keys.end() ? m_dataKey : key->second.name], m_text);
        const std::size_t begin = m_label.find_first_not_of(BLANKS);
        if (begin != std::string::npos)
        {
            const std::size_t end = m_label.find_last_not_of(BLANKS) + 1;
            SetIfEmpty((*attributes)["NodeLabel"], m_label.substr(begin, end - begin));
        }
        m_label.clear();
    }

    static void SetIfEmpty(std::string& value, const std::string& text)
    {
        if (value.empty())
        {
            value = text;
        }
    }

    struct Key
    {
        std::string name;
        std::string domain; ///< "node", "edge", "all"...
    };

    std::unique_ptr<XML_ParserStruct, decltype(&XML_ParserFree)> m_parser;
    std::exception_ptr m_failure;
    GraphDocument m_document;
    std::map<std::string, Key> m_keys; ///< by their ids
    Key* m_key{nullptr};               ///< the open one
    GraphAttributes m_nodeDefaults;
    GraphAttributes m_edgeDefaults;
    CopiedAttributes m_copied;
    std::set<std::string> m_ids;
    std::string m_dataKey; ///< the open element data's
    std::string m_text;    ///< in it, or in a key's element default
    bool m_inText{false};
    std::string m_label; ///< in yEd's element NodeLabel
    bool m_inLabel{false};
    int m_graphs{0};
    GraphNode* m_node{nullptr};
    GraphEdge* m_edge{nullptr};
};

} // namespace

GraphDocument
ParseGraphml(std::string_view text, const std::string& file)
{
    return GraphmlParser(file).Parse(text);
}

} // namespace conntrack
} // namespace ns3
