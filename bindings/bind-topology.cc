/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "bindings/attribute-values.h"
#include "bindings/bindings.h"
#include "bindings/python-values.h"
#include "bindings/session.h"
#include "helper/topology-builder.h"
#include "model/graph/connection-graph.h"
#include "model/graph/placement.h"
#include "model/graph/topology-generators.h"
#include "model/stack/conntrack.h"

#include "ns3/data-rate.h"
#include "ns3/names.h"

#include <memory>
#include <optional>
#include <pybind11/stl.h>

namespace ns3
{
namespace conntrack
{
namespace python
{

namespace py = pybind11;

namespace
{

/// Lets signals, Ctrl-C above all, reach Python during long work; their exceptions end it.
void
CheckSignals()
{
    if (PyErr_CheckSignals() != 0)
    {
        throw py::error_already_set();
    }
}

/// A topology, and what was computed of it.
class PythonTopology
{
  public:
    explicit PythonTopology(Topology topology)
        : m_topology(std::move(topology))
    {
    }

    const Topology& Get() const
    {
        return m_topology;
    }

    Topology& Change()
    {
        m_placement.reset();
        return m_topology;
    }

    const Placement& GetPlacement()
    {
        if (!m_placement)
        {
            m_topology.CheckConnected();
            m_placement = std::make_shared<Placement>(m_topology, CheckSignals);
        }
        return *m_placement;
    }

    const std::string& NameOf(uint32_t router) const
    {
        return m_topology.GetRouters()[router].name;
    }

    py::list NamesOf(const std::vector<uint32_t>& routers) const
    {
        py::list names;
        for (const uint32_t router : routers)
        {
            names.append(NameOf(router));
        }
        return names;
    }

    std::vector<uint32_t> NumbersOf(const std::vector<std::string>& names) const
    {
        std::vector<uint32_t> numbers;
        numbers.reserve(names.size());
        for (const std::string& name : names)
        {
            numbers.push_back(m_topology.At(name));
        }
        return numbers;
    }

  private:
    Topology m_topology;
    std::shared_ptr<const Placement> m_placement; ///< shared: copies have the same topology
};

using FlowNames = std::vector<std::pair<std::string, std::string>>;
using Stateful = std::vector<std::string>;

uint64_t
ToBandwidth(py::handle value)
{
    const auto made = MakeValue("bandwidth", *MakeDataRateChecker(), value);
    return DynamicCast<DataRateValue>(made)->Get().GetBitRate();
}

TopologyDefaults
ToDefaults(const py::object& bandwidth, const py::object& delay, uint32_t weight)
{
    TopologyDefaults defaults;
    defaults.bandwidth = bandwidth.is_none() ? defaults.bandwidth : ToBandwidth(bandwidth);
    defaults.delay = delay.is_none() ? defaults.delay : ToTime(delay, "delay").GetNanoSeconds();
    defaults.weight = weight;
    return defaults;
}

uint32_t
AddRouter(PythonTopology& self,
          const std::string& name,
          std::optional<double> longitude,
          std::optional<double> latitude)
{
    if (longitude.has_value() != latitude.has_value())
    {
        throw py::value_error("A position is a longitude and a latitude");
    }
    return self.Change().AddRouter(
        name,
        longitude ? std::make_optional(Coordinates{*longitude, *latitude}) : std::nullopt);
}

uint32_t
AddLink(PythonTopology& self,
        const std::pair<std::string, std::string>& ends,
        uint32_t weight,
        std::optional<uint32_t> weightBack,
        const std::pair<py::object, py::object>& properties)
{
    Topology& topology = self.Change();
    TopologyLink link;
    link.ends = {topology.At(ends.first), topology.At(ends.second)};
    link.weights = {weight, weightBack.value_or(weight)};
    const auto& [bandwidth, delay] = properties;
    const auto& a = topology.GetRouters()[link.ends[0]].position;
    const auto& b = topology.GetRouters()[link.ends[1]].position;
    if (!bandwidth.is_none())
    {
        link.bandwidth = ToBandwidth(bandwidth);
    }
    if (!delay.is_none())
    {
        link.delay = ToTime(delay, "delay").GetNanoSeconds();
    }
    else if (a && b)
    {
        link.delay = FiberDelay(GreatCircleKilometers(*a, *b));
    }
    return topology.AddLink(link);
}

py::list
RouterRows(const PythonTopology& self)
{
    py::list rows;
    for (const TopologyRouter& router : self.Get().GetRouters())
    {
        const auto& position = router.position;
        rows.append(
            py::dict(py::arg("name") = router.name,
                     py::arg("longitude") = position ? py::cast(position->longitude) : py::none(),
                     py::arg("latitude") = position ? py::cast(position->latitude) : py::none()));
    }
    return rows;
}

py::list
LinkRows(const PythonTopology& self)
{
    py::list rows;
    for (const TopologyLink& link : self.Get().GetLinks())
    {
        rows.append(py::dict(py::arg("a") = self.NameOf(link.ends[0]),
                             py::arg("b") = self.NameOf(link.ends[1]),
                             py::arg("weight") = link.weights[0],
                             py::arg("weight_back") = link.weights[1],
                             py::arg("bandwidth") = link.bandwidth,
                             py::arg("delay") = static_cast<double>(link.delay) / SECOND));
    }
    return rows;
}

std::vector<FlowEnds>
ToFlows(const PythonTopology& self, const std::optional<FlowNames>& names)
{
    if (!names)
    {
        return AllPairs(self.Get().Size());
    }
    std::vector<FlowEnds> flows;
    for (const auto& [client, server] : *names)
    {
        flows.push_back({self.Get().At(client), self.Get().At(server)});
    }
    return flows;
}

std::vector<bool>
ToPlaces(const PythonTopology& self, const Stateful& names)
{
    std::vector<bool> places(self.Get().Size());
    for (const uint32_t router : self.NumbersOf(names))
    {
        places[router] = true;
    }
    return places;
}

py::list
ViewRows(PythonTopology& self, const std::optional<FlowNames>& names)
{
    py::list rows;
    const auto views = self.GetPlacement().Views(ToFlows(self, names));
    for (uint32_t router = 0; router < views.size(); ++router)
    {
        rows.append(py::dict(py::arg("router") = self.NameOf(router),
                             py::arg("both") = views[router].both,
                             py::arg("requests") = views[router].requests,
                             py::arg("answers") = views[router].answers));
    }
    return rows;
}

const char*
Name(FlowFate fate)
{
    switch (fate)
    {
    case FlowFate::SynAckDropped:
        return "syn-ack dropped";
    case FlowFate::AckDropped:
        return "ack dropped";
    case FlowFate::NoRoute:
        return "no route";
    case FlowFate::Passes:
        break;
    }
    return "passes";
}

py::list
VerdictRows(PythonTopology& self, const Stateful& stateful, const std::optional<FlowNames>& names)
{
    py::list rows;
    const std::vector<bool> places = ToPlaces(self, stateful);
    for (const FlowEnds& flow : ToFlows(self, names))
    {
        CheckSignals();
        const FlowVerdict verdict = self.GetPlacement().Judge(flow, places);
        const bool drops =
            verdict.fate == FlowFate::SynAckDropped || verdict.fate == FlowFate::AckDropped;
        rows.append(
            py::dict(py::arg("client") = self.NameOf(flow.client),
                     py::arg("server") = self.NameOf(flow.server),
                     py::arg("fate") = Name(verdict.fate),
                     py::arg("router") =
                         drops ? py::object(py::cast(self.NameOf(verdict.router))) : py::none()));
    }
    return rows;
}

py::dict
Report(PythonTopology& self, const Stateful& stateful, const std::optional<FlowNames>& names)
{
    const PlacementReport report =
        self.GetPlacement().Report(ToFlows(self, names), ToPlaces(self, stateful));
    return py::dict(py::arg("flows") = report.flows,
                    py::arg("broken") = report.broken,
                    py::arg("guarded") = report.guarded,
                    py::arg("broken_share") = report.BrokenShare());
}

bool
IsSymmetric(PythonTopology& self, const std::string& client, const std::string& server)
{
    return self.GetPlacement().IsSymmetric({self.Get().At(client), self.Get().At(server)});
}

/// The nodes, the devices of each link, the routers' addresses.
py::tuple
Build(const PythonTopology& self,
      const std::pair<std::string, int>& routers,
      const std::string& links)
{
    Session::Get().Change();
    TopologyBuilder builder;
    if (routers.second < 8 || routers.second > 30)
    {
        throw py::value_error("A router's prefix has 8 to 30 bits, not " +
                              std::to_string(routers.second));
    }
    builder.SetRouterNetworks(routers.first, static_cast<uint8_t>(routers.second));
    builder.SetLinkNetworks(links);
    self.Get().CheckConnected();
    builder.SetFirstStream(Session::Get().TakeStreams(int64_t{10} * self.Get().Size()));
    const TopologyNetwork network = builder.Build(self.Get(), CheckSignals);
    py::list nodes;
    py::list addresses;
    for (uint32_t router = 0; router < network.nodes.GetN(); ++router)
    {
        // ns-3 takes '/' for the end of a name, and a name for one object: the others have none.
        const std::string& name = self.NameOf(router);
        if (name.find('/') == std::string::npos && !Names::Find<Object>(name))
        {
            Names::Add(name, network.nodes.Get(router));
        }
        nodes.append(Held<Node>(network.nodes.Get(router)));
        addresses.append(
            ToString(Address::FromIpv4(network.addresses[router].Get()), Family::Ipv4));
    }
    py::list devices;
    for (const NetDeviceContainer& link : network.links)
    {
        devices.append(py::make_tuple(Held<NetDevice>(link.Get(0)), Held<NetDevice>(link.Get(1))));
    }
    return py::make_tuple(nodes, devices, addresses);
}

void
BindMakers(py::module_& module)
{
    module.def(
        "read_topology",
        [](const py::object& path,
           const py::object& bandwidth,
           const py::object& delay,
           uint32_t weight) {
            const auto text = py::module_::import("os").attr("fspath")(path).cast<std::string>();
            return PythonTopology(ReadTopology(text, ToDefaults(bandwidth, delay, weight)));
        },
        py::arg("path"),
        py::arg("bandwidth"),
        py::arg("delay"),
        py::arg("weight"));
    module.def(
        "parse_topology",
        [](const std::string& text,
           const std::string& language,
           const py::object& bandwidth,
           const py::object& delay,
           uint32_t weight) {
            const GraphDocument document =
                language == "dot" ? ParseDot(text, "text") : ParseGraphml(text, "text");
            return PythonTopology(
                ToConnectedTopology(document, ToDefaults(bandwidth, delay, weight)));
        },
        py::arg("text"),
        py::arg("language"),
        py::arg("bandwidth"),
        py::arg("delay"),
        py::arg("weight"));
    module.def(
        "make_tree",
        [](uint32_t fanout, uint32_t depth) { return PythonTopology(MakeTree(fanout, depth)); },
        py::arg("fanout"),
        py::arg("depth"));
    module.def(
        "make_fat_tree",
        [](uint32_t ports) { return PythonTopology(MakeFatTree(ports)); },
        py::arg("ports"));
    module.def(
        "make_waxman",
        [](uint32_t routers, double alpha, double beta, uint64_t seed) {
            return PythonTopology(MakeWaxman({routers, alpha, beta, seed}));
        },
        py::arg("routers"),
        py::arg("alpha"),
        py::arg("beta"),
        py::arg("seed"));
    module.def(
        "make_barabasi_albert",
        [](uint32_t routers, uint32_t links, uint64_t seed) {
            return PythonTopology(MakeBarabasiAlbert(routers, links, seed));
        },
        py::arg("routers"),
        py::arg("links"),
        py::arg("seed"));
    module.def(
        "skew_weights",
        [](const PythonTopology& topology, double skew, uint64_t seed) {
            return PythonTopology(SkewWeights(topology.Get(), skew, seed));
        },
        py::arg("topology"),
        py::arg("skew"),
        py::arg("seed"));
    module.def("build_topology", &Build, py::arg("topology"), py::arg("routers"), py::arg("links"));
    module.def("drop_invalid_rules",
               &DropInvalidRules,
               "Rules that do not forward what is invalid: JSON of `nft -j list ruleset`.");
}

void
BindConnectionGraph(py::module_& module)
{
    using Shared = std::shared_ptr<ConnectionGraph>;

    struct Listener
    {
        Shared graph;
    };

    py::class_<Listener>(
        module,
        "ConnectionGraph",
        "Who begot whom on a router: connections, the expectations that they made, "
        "and what\ncame of these. Kept after destroy().")
        .def(py::init([](Conntrack& conntrack) {
                 Session::Get().Change();
                 Session::Get().CheckAlive(conntrack);
                 auto graph = std::make_shared<ConnectionGraph>();
                 graph->Take(conntrack.GetConnections(), *conntrack.GetExpectations());
                 conntrack.TraceConnectWithoutContext(
                     "Connection",
                     Callback<void, const ConnectionNotice&>(
                         [graph](const ConnectionNotice& notice) { graph->Tell(notice); }));
                 conntrack.TraceConnectWithoutContext(
                     "Expectation",
                     Callback<void, const ExpectationNotice&>(
                         [graph](const ExpectationNotice& notice) { graph->Tell(notice); }));
                 return Listener{graph};
             }),
             py::arg("conntrack"),
             "Begin with the tables as they are, and listen from now on.")
        .def(
            "to_dot",
            [](const Listener& self) {
                Session::Get().Look();
                return ToDot(self.graph->ToDocument());
            },
            "The graph in Graphviz's language.")
        .def(
            "to_graphml",
            [](const Listener& self) {
                Session::Get().Look();
                return ToGraphml(self.graph->ToDocument());
            },
            "The graph in GraphML.")
        .def(
            "to_networkx",
            [](const py::object& self) {
                return py::module_::import("networkx")
                    .attr("parse_graphml")(self.attr("to_graphml")());
            },
            "The graph as a networkx.DiGraph; attributes are those of to_graphml: ports and "
            "seconds are\nnumbers.")
        .def("__repr__", [](const Listener& self) {
            return "<ConnectionGraph of " + std::to_string(self.graph->CountConnections()) +
                   " connections and " + std::to_string(self.graph->CountExpectations()) +
                   " expectations>";
        });
}

} // namespace

void
BindTopology(py::module_& module)
{
    py::register_exception<GraphError>(module, "GraphError", PyExc_ValueError).doc() =
        "A graph that cannot be read, made or used; the sentence names file and place.";
    py::class_<PythonTopology>(module, "Topology", "Routers, and links between two of them.")
        .def(py::init([](const PythonTopology& other) { return other; }), py::arg("other"))
        .def(py::init([](const std::string& name) {
                 PythonTopology made{Topology()};
                 made.Change().name = name;
                 return made;
             }),
             py::arg("name") = "")
        .def_property_readonly(
            "name",
            [](const PythonTopology& self) { return self.Get().name; },
            "Its name, or ''.")
        .def("add_router",
             &AddRouter,
             py::arg("name"),
             py::arg("longitude") = py::none(),
             py::arg("latitude") = py::none(),
             "Add a router; its position in degrees. Returns its number.")
        .def("_add_link",
             &AddLink,
             py::arg("ends"),
             py::arg("weight"),
             py::arg("weight_back"),
             py::arg("properties"))
        .def("router_rows",
             &RouterRows,
             "A dict a router: name, longitude and latitude (degrees, or None).")
        .def("link_rows",
             &LinkRows,
             "A dict a link: a, b, weight (leaving by a), weight_back, bandwidth (bit/s), "
             "delay (seconds).")
        .def(
            "check_connected",
            [](const PythonTopology& self) { self.Get().CheckConnected(); },
            "GraphError if there are two routers without a way between them.")
        .def(
            "path",
            [](PythonTopology& self, const std::string& source, const std::string& destination) {
                return self.NamesOf(
                    self.GetPlacement().GetRoutes().GetPath(self.Get().At(source),
                                                            self.Get().At(destination)));
            },
            py::arg("source"),
            py::arg("destination"),
            "The routers on the way, with both. GraphError, here and below: it is in parts.")
        .def("is_symmetric",
             &IsSymmetric,
             py::arg("client"),
             py::arg("server"),
             "Whether the way there and the way back pass by the same routers.")
        .def(
            "seeing_both",
            [](PythonTopology& self, const std::string& client, const std::string& server) {
                return self.NamesOf(
                    self.GetPlacement().SeeingBoth({self.Get().At(client), self.Get().At(server)}));
            },
            py::arg("client"),
            py::arg("server"),
            "The routers that see both directions, in the order of the way there.")
        .def("view_rows",
             &ViewRows,
             py::arg("flows") = py::none(),
             "A dict a router: how many flows it sees in both directions, how many only in "
             "that of\nrequests or of answers. flows: (client, server) each; None: each router "
             "with each other.")
        .def("verdict_rows",
             &VerdictRows,
             py::arg("stateful"),
             py::arg("flows") = py::none(),
             "A dict a TCP connection: client, server, fate ('passes', 'syn-ack dropped', 'ack "
             "dropped')\nand the router that drops, or None. stateful: routers that track "
             "connections and drop what is\ninvalid.")
        .def("report",
             &Report,
             py::arg("stateful"),
             py::arg("flows") = py::none(),
             "What stateful routers do to TCP connections: a dict of flows, broken, guarded (it "
             "passes,\nand a stateful router sees both directions) and broken_share.")
        .def(
            "articulation_routers",
            [](const PythonTopology& self) {
                return self.NamesOf(ArticulationRouters(self.Get()));
            },
            "The routers without which the topology falls apart.")
        .def(
            "minimum_cut",
            [](const PythonTopology& self, const Stateful& from, const Stateful& to) {
                return self.NamesOf(
                    MinimumCut(self.Get(), self.NumbersOf(from), self.NumbersOf(to)));
            },
            py::arg("sources"),
            py::arg("destinations"),
            "The fewest routers by which all must pass from some routers to others, "
            "whatever the routes;\nnone if there is no way.")
        .def(
            "to_graphml",
            [](const PythonTopology& self) { return ToGraphml(ToDocument(self.Get())); },
            "It in GraphML, as Topology.from_graphml reads it.")
        .def(
            "to_dot",
            [](const PythonTopology& self) { return ToDot(ToDocument(self.Get())); },
            "It in DOT, as Topology.from_dot reads it.")
        .def("__len__", [](const PythonTopology& self) { return self.Get().Size(); });
    BindMakers(module);
    BindConnectionGraph(module);
}

} // namespace python
} // namespace conntrack
} // namespace ns3
