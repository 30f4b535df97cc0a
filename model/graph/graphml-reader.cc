/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
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
    }

    void OpenKey(const GraphAttributes& values)
    {
        const std::string id = Wanted(values, "id", "key");
        const std::string name = Optional(values, "attr.name");
        m_keys[id] = name.empty() ? id : name;
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
    }

    void Close(const std::string& name)
    {
        if (name == "node")
        {
            m_node = nullptr;
        }
        else if (name == "edge")
        {
            m_edge = nullptr;
        }
        else if (name == "data")
        {
            TakeData();
        }
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
        std::string& value = (*attributes)[key == m_keys.end() ? m_dataKey : key->second];
        if (value.empty())
        {
            value = m_text;
        }
    }

    std::unique_ptr<XML_ParserStruct, decltype(&XML_ParserFree)> m_parser;
    std::exception_ptr m_failure;
    GraphDocument m_document;
    std::map<std::string, std::string> m_keys; ///< what each stands for, by its id
    std::set<std::string> m_ids;
    std::string m_dataKey; ///< the open element data's
    std::string m_text;    ///< in it
    bool m_inText{false};
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
