/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/graph/topology.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <deque>
#include <initializer_list>
#include <limits>

namespace ns3
{
namespace conntrack
{

namespace
{

constexpr double MOST_WEIGHT = std::numeric_limits<uint32_t>::max();
constexpr double MOST_BANDWIDTH = 1e15; ///< bit/s
constexpr double MOST_DELAY = 3600;     ///< seconds

/// An attribute's text, and what sentences call it.
struct Field
{
    std::string text; ///< empty: it is not there
    std::string told;
};

/// A number, and the letters behind it.
struct Measure
{
    double number{0};
    std::string unit;
};

/// A unit and how many of the basic one it has.
struct Unit
{
    const char* name;
    double factor;
};

class DocumentReader
{
  public:
    DocumentReader(const GraphDocument& document, const TopologyDefaults& defaults)
        : m_document(document),
          m_defaults(defaults)
    {
    }

    Topology Read()
    {
        m_topology.name = m_document.name;
        for (const GraphNode& node : m_document.nodes)
        {
            m_numbers[node.id] = m_topology.AddRouter(UniqueName(node), ReadPosition(node));
        }
        for (const GraphEdge& edge : m_document.edges)
        {
            ReadEdge(edge);
        }
        for (const TopologyLink& link : m_links)
        {
            m_topology.AddLink(link);
        }
        return std::move(m_topology);
    }

  private:
    [[noreturn]] void Fail(const std::string& place, const std::string& what) const
    {
        throw GraphError((m_document.file.empty() ? "" : m_document.file + ": ") + place + ": " +
                         what);
    }

    template <typename Part>
    static Field FieldOf(const Part& part, std::initializer_list<const char*> names)
    {
        for (const char* name : names)
        {
            const auto found = part.attributes.find(name);
            if (found != part.attributes.end() && !found->second.empty())
            {
                return {found->second, std::string(name) + " '" + found->second + "'"};
            }
        }
        return {};
    }

    static std::optional<Measure> MeasureOf(const std::string& text)
    {
        const std::size_t begin = text.find_first_not_of(" \t\r\n+");
        if (begin == std::string::npos)
        {
            return std::nullopt;
        }
        Measure measure;
        const char* const end = text.data() + text.size();
        const auto [rest, error] = std::from_chars(text.data() + begin, end, measure.number);
        if (error != std::errc() || !std::isfinite(measure.number))
        {
            return std::nullopt;
        }
        std::copy_if(rest, end, std::back_inserter(measure.unit), [](char byte) {
            return byte != ' ' && byte != '\t' && byte != '\r' && byte != '\n';
        });
        return measure;
    }

    /// A number with one of the units, in the basic one and within limits.
    double Value(const Field& field,
                 const std::string& place,
                 const std::vector<Unit>& units,
                 std::pair<double, double> limits) const
    {
        const auto measure = MeasureOf(field.text);
        const auto unit =
            !measure ? units.end() : std::find_if(units.begin(), units.end(), [&](const Unit& u) {
                return measure->unit == u.name;
            });
        if (unit == units.end())
        {
            Fail(place, field.told + " is no number with a unit that is known here");
        }
        const double value = measure->number * unit->factor;
        if (value < limits.first || value > limits.second)
        {
            Fail(place, field.told + " is out of range");
        }
        return value;
    }

    std::string UniqueName(const GraphNode& node)
    {
        std::string wanted = FieldOf(node, {"label", "name", "NodeLabel"}).text;
        if (wanted.empty() || wanted == "\\N") // Graphviz: the node's id
        {
            wanted = node.id.empty() ? "router" : node.id;
        }
        std::string name = wanted;
        uint32_t& tries = m_sameNames[wanted];
        while (m_topology.Find(name))
        {
            tries = std::max(tries, 1U) + 1;
            name = wanted + "-" + std::to_string(tries);
        }
        return name;
    }

    std::optional<Coordinates> ReadPosition(const GraphNode& node) const
    {
        const Field longitude = FieldOf(node, {"Longitude", "longitude"});
        const Field latitude = FieldOf(node, {"Latitude", "latitude"});
        if (longitude.text.empty() || latitude.text.empty())
        {
            return std::nullopt;
        }
        constexpr double EAST = Coordinates::MOST_LONGITUDE;
        constexpr double NORTH = Coordinates::MOST_LATITUDE;
        return Coordinates{Value(longitude, node.place, {{"", 1}}, {-EAST, EAST}),
                           Value(latitude, node.place, {{"", 1}}, {-NORTH, NORTH})};
    }

    uint32_t EndOf(const GraphEdge& edge, const std::string& id) const
    {
        const auto found = m_numbers.find(id);
        if (found == m_numbers.end())
        {
            Fail(edge.place,
                 "the edge of '" + edge.source + "' and '" + edge.target +
                     "' has an end that is no node: '" + id + "'");
        }
        return found->second;
    }

    uint32_t WeightOf(const GraphEdge& edge, const Field& field) const
    {
        const double weight = Value(field, edge.place, {{"", 1}}, {1, MOST_WEIGHT});
        if (weight != std::floor(weight))
        {
            Fail(edge.place, field.told + " is no whole number");
        }
        return static_cast<uint32_t>(weight);
    }

    uint64_t BandwidthOf(const GraphEdge& edge) const
    {
        static const std::vector<Unit> UNITS = {
            {"", 1},
            {"bps", 1},
            {"bit/s", 1},
            {"kbps", 1e3},
            {"Kbps", 1e3},
            {"Mbps", 1e6},
            {"Gbps", 1e9},
            {"Tbps", 1e12},
            {"K", 1e3},
            {"M", 1e6},
            {"G", 1e9},
            {"T", 1e12},
        };
        Field field = FieldOf(edge, {"bandwidth", "LinkSpeedRaw", "LinkSpeed"});
        if (field.text.empty())
        {
            return m_defaults.bandwidth;
        }
        if (FieldOf(edge, {"bandwidth", "LinkSpeedRaw"}).text.empty())
        {
            field.text += FieldOf(edge, {"LinkSpeedUnits"}).text;
        }
        // The Topology Zoo has speeds such as "<2.5": the limit is the best guess. What is no
        // number at all is not told.
        if (FieldOf(edge, {"bandwidth"}).text.empty())
        {
            field.text.erase(0, field.text.find_first_not_of("<>=~ "));
            const auto measure = MeasureOf(field.text);
            if (!measure || measure->number < 1)
            {
                return m_defaults.bandwidth;
            }
        }
        return static_cast<uint64_t>(Value(field, edge.place, UNITS, {1, MOST_BANDWIDTH}));
    }

    Nanos DelayOf(const GraphEdge& edge, const std::array<uint32_t, 2>& ends) const
    {
        static const std::vector<Unit> UNITS = {{"", 1},
                                                {"s", 1},
                                                {"ms", 1e-3},
                                                {"us", 1e-6},
                                                {"ns", 1e-9}};
        const Field field = FieldOf(edge, {"delay"});
        if (!field.text.empty())
        {
            const double delay = Value(field, edge.place, UNITS, {0, MOST_DELAY});
            return static_cast<Nanos>(std::llround(delay * SECOND));
        }
        const auto& a = m_topology.GetRouters()[ends[0]].position;
        const auto& b = m_topology.GetRouters()[ends[1]].position;
        return a && b ? FiberDelay(GreatCircleKilometers(*a, *b)) : m_defaults.delay;
    }

    void ReadEdge(const GraphEdge& edge)
    {
        TopologyLink link;
        link.ends = {EndOf(edge, edge.source), EndOf(edge, edge.target)};
        if (link.ends[0] == link.ends[1])
        {
            return;
        }
        const Field weight = FieldOf(edge, {"weight", "cost"});
        const Field back = FieldOf(edge, {"weight_back"});
        const uint32_t there = weight.text.empty() ? m_defaults.weight : WeightOf(edge, weight);
        link.weights = {there, back.text.empty() ? there : WeightOf(edge, back)};
        if (edge.directed.value_or(m_document.directed) && back.text.empty() && IsWayBack(link))
        {
            return;
        }
        link.bandwidth = BandwidthOf(edge);
        link.delay = DelayOf(edge, link.ends);
        m_links.push_back(link);
    }

    /// Whether the edge is the other direction of a link that is there; it then gets the weight.
    bool IsWayBack(const TopologyLink& link)
    {
        std::deque<std::size_t>& waiting = m_oneWay[{link.ends[1], link.ends[0]}];
        if (waiting.empty())
        {
            m_oneWay[link.ends].push_back(m_links.size());
            return false;
        }
        m_links[waiting.front()].weights[1] = link.weights[0];
        waiting.pop_front();
        return true;
    }

    const GraphDocument& m_document;
    const TopologyDefaults& m_defaults;
    Topology m_topology;
    std::vector<TopologyLink> m_links;
    std::unordered_map<std::string, uint32_t> m_numbers;   ///< of routers, by the nodes' ids
    std::unordered_map<std::string, uint32_t> m_sameNames; ///< the last number behind a name
    /// Links of directed edges that have no edge back so far, by their ends.
    std::map<std::array<uint32_t, 2>, std::deque<std::size_t>> m_oneWay;
};

/// As short as it can be to be read as the same number.
std::string
NumberText(double number)
{
    std::array<char, 32> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
    return {text.data(), end};
}

} // namespace

Topology
ToTopology(const GraphDocument& document, const TopologyDefaults& defaults)
{
    return DocumentReader(document, defaults).Read();
}

GraphDocument
ToDocument(const Topology& topology)
{
    GraphDocument document;
    document.name = topology.name;
    document.types = {{"Longitude", "double"},
                      {"Latitude", "double"},
                      {"bandwidth", "long"},
                      {"weight", "long"},
                      {"weight_back", "long"}};
    for (const TopologyRouter& router : topology.GetRouters())
    {
        GraphNode node{router.name, {{"label", router.name}}, {}};
        if (router.position)
        {
            node.attributes["Longitude"] = NumberText(router.position->longitude);
            node.attributes["Latitude"] = NumberText(router.position->latitude);
        }
        document.nodes.push_back(node);
    }
    for (const TopologyLink& link : topology.GetLinks())
    {
        GraphEdge edge{topology.GetRouters()[link.ends[0]].name,
                       topology.GetRouters()[link.ends[1]].name,
                       {},
                       {}};
        edge.attributes["bandwidth"] = std::to_string(link.bandwidth);
        edge.attributes["delay"] = std::to_string(link.delay) + "ns";
        edge.attributes["weight"] = std::to_string(link.weights[0]);
        if (link.weights[1] != link.weights[0])
        {
            edge.attributes["weight_back"] = std::to_string(link.weights[1]);
        }
        document.edges.push_back(edge);
    }
    return document;
}

Topology
ToConnectedTopology(const GraphDocument& document, const TopologyDefaults& defaults)
{
    Topology topology = ToTopology(document, defaults);
    try
    {
        topology.CheckConnected();
    }
    catch (const GraphError& error)
    {
        throw GraphError(document.file + ": " + error.what());
    }
    return topology;
}

Topology
ReadTopology(const std::string& path, const TopologyDefaults& defaults)
{
    return ToConnectedTopology(ReadGraph(path), defaults);
}

} // namespace conntrack
} // namespace ns3
