/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "bindings/attributes.h"
#include "bindings/bindings.h"
#include "bindings/event-log.h"
#include "bindings/json.h"
#include "bindings/session.h"
#include "bindings/snapshots.h"
#include "helper/netfilter-helper.h"
#include "model/report/conntrack-text.h"
#include "model/ruleset/ready-made.h"
#include "model/stack/conntrack.h"

#include "ns3/ipv4.h"
#include "ns3/ipv6.h"
#include "ns3/pointer.h"

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

/// Rules as JSON, from a dict, a text of JSON, a path or ready-made ones.
std::string
ToRuleset(const py::object& rules)
{
    if (py::isinstance<py::str>(rules))
    {
        const auto text = rules.cast<std::string>();
        return text.empty() ? " " : text; // to be refused: '' would mean none to NetfilterHelper
    }
    if (py::isinstance<py::dict>(rules))
    {
        return py::module_::import("json").attr("dumps")(rules).cast<std::string>();
    }
    if (py::isinstance<StatefulFirewall>(rules))
    {
        return ToJson(rules.cast<const StatefulFirewall&>());
    }
    if (py::hasattr(rules, "__fspath__"))
    {
        return py::module_::import("pathlib")
            .attr("Path")(rules)
            .attr("read_text")("utf-8")
            .cast<std::string>();
    }
    throw py::type_error("Rules are a dict, a text of JSON, a pathlib.Path or a ready-made "
                         "firewall, not " +
                         py::repr(rules).cast<std::string>());
}

/// Refuses a CarrierGradeNat that Conntrack would abort at.
void
CheckCarrierGradeNat(const AttributeSetting& setting)
{
    const auto* value = dynamic_cast<const PointerValue*>(PeekPointer(setting.value));
    if (setting.name != "CarrierGradeNat" || value == nullptr || !value->GetObject())
    {
        return;
    }
    const std::string fault = value->Get<CarrierGradeNat>()->FindFault();
    if (!fault.empty())
    {
        throw py::value_error(fault);
    }
}

Held<Conntrack>
Install(Node& node, const py::object& ruleset, const py::kwargs& attributes)
{
    Session& session = Session::Get();
    session.Change();
    session.CheckAlive(node);
    const std::string number = "Node " + std::to_string(node.GetId());
    if (!node.GetObject<Ipv4>() && !node.GetObject<Ipv6>())
    {
        throw py::value_error(number + " has no IP stack: install_stack() comes first");
    }
    if (node.GetObject<Conntrack>())
    {
        throw py::value_error(number + " has a Conntrack already");
    }
    NetfilterHelper helper;
    for (const AttributeSetting& setting : MakeSettings(Conntrack::GetTypeId(), attributes))
    {
        CheckCarrierGradeNat(setting);
        helper.SetAttribute(setting.name, *setting.value);
    }
    if (!ruleset.is_none())
    {
        helper.SetRuleset(ToRuleset(ruleset));
    }
    helper.SetFirstStream(session.TakeStreams(1));
    return Held<Conntrack>(helper.Install(Ptr<Node>(&node)));
}

Conntrack&
Alive(Conntrack& conntrack)
{
    Session::Get().CheckAlive(conntrack);
    return conntrack;
}

py::object
GetRuleset(Conntrack& conntrack)
{
    const Ruleset* ruleset = Alive(conntrack).GetRuleset();
    return ruleset == nullptr ? py::object(py::none())
                              : ToPython(ruleset->ToJson(Conntrack::Now()));
}

py::dict
GetStatistics(Conntrack& conntrack)
{
    const Statistics& counts = Alive(conntrack).GetStatistics();
    return py::dict(py::arg("found") = counts.found,
                    py::arg("invalid") = counts.invalid,
                    py::arg("insert") = counts.insert,
                    py::arg("insert_failed") = counts.insertFailed,
                    py::arg("drop") = counts.drop,
                    py::arg("early_drop") = counts.earlyDrop,
                    py::arg("icmp_error") = counts.icmpError,
                    py::arg("expect_new") = counts.expectNew,
                    py::arg("expect_create") = counts.expectCreate,
                    py::arg("expect_delete") = counts.expectDelete,
                    py::arg("search_restart") = counts.searchRestart,
                    py::arg("clash_resolve") = counts.clashResolve,
                    py::arg("chain_too_long") = counts.chainTooLong);
}

void
SetAttributeOf(Conntrack& conntrack, const std::string& name, const py::object& value)
{
    Session::Get().Change();
    if (name == "Profile" || name == "CarrierGradeNat")
    {
        throw py::attribute_error("Conntrack attribute '" + name +
                                  "' can be set only when it is made");
    }
    SetAttribute(Alive(conntrack), name, value);
}

void
NameInterface(Conntrack& conntrack, const NetDevice& device, const std::string& name)
{
    Session::Get().Change();
    if (device.GetNode() != Alive(conntrack).GetObject<Node>())
    {
        throw py::value_error("The device is not one of the node's");
    }
    // Linux's IFNAMSIZ, with the zero at its end.
    if (name.empty() || name.size() > 15)
    {
        throw py::value_error("An interface's name has 1 to 15 characters, not '" + name + "'");
    }
    conntrack.SetInterfaceName(Ptr<const NetDevice>(&device), name);
}

void
BindEventLog(py::module_& module)
{
    py::class_<EventLog>(module,
                         "EventLog",
                         "The events of a router from now on, as rows and as lines; kept after "
                         "destroy().")
        .def(py::init([](Conntrack& conntrack, bool connections, bool expectations) {
                 Session::Get().Change();
                 return EventLog(Alive(conntrack), connections, expectations);
             }),
             py::arg("conntrack"),
             py::kw_only(),
             py::arg("connections") = true,
             py::arg("expectations") = true,
             "Collect events of connections, of expectations or (the default) of both, in one "
             "order.")
        .def(
            "rows",
            [](const EventLog& log) {
                Session::Get().Look();
                py::list rows;
                for (const auto& row : log.Rows())
                {
                    rows.append(ToPython(row));
                }
                return rows;
            },
            "A dict an event, with the keys of events.jsonl (doc/formats.rst).")
        .def(
            "lines",
            [](const EventLog& log) {
                Session::Get().Look();
                return log.Lines();
            },
            "A line an event, as `conntrack -E -o timestamp,extended` prints it.")
        .def(
            "clear",
            [](EventLog& log) {
                Session::Get().Look();
                log.Clear();
            },
            "Forget the events so far.")
        .def("__len__", [](const EventLog& log) {
            Session::Get().Look();
            return log.Lines().size();
        });
}

} // namespace

void
BindConntrack(py::module_& module)
{
    ObjectClass<Conntrack, Object> conntrack(
        module,
        "Conntrack",
        "A node's network filter: connection tracking, helpers, expectations and rules.\n\n"
        "Attributes are the sysctls net.netfilter.nf_conntrack_*: TcpBeLiberal is\n"
        "nf_conntrack_tcp_be_liberal; attributes() tells all. Trace sources: Connection,\n"
        "Expectation, Drop, Invalid, Log.");
    conntrack
        .def(py::init(&Install),
             py::arg("node"),
             py::arg("ruleset") = py::none(),
             "Install on a node that has an IP stack.\n\nruleset: as for load_ruleset. Further "
             "keyword arguments are attributes: TcpTimeoutClose=5,\nAcct=True. Raises ValueError, "
             "AttributeError or RulesetError and then has changed nothing.")
        .def(
            "load_ruleset",
            [](Conntrack& self, const py::object& ruleset) {
                Session::Get().Change();
                Alive(self).LoadRuleset(ToRuleset(ruleset));
            },
            py::arg("ruleset"),
            "Load rules in place of the present ones: a dict or text with the JSON of\n"
            "`nft -j list ruleset`, a pathlib.Path of a file with it, or a ready-made firewall.\n"
            "RulesetError says what is wrong; the present rules stay then.")
        .def("ruleset",
             &GetRuleset,
             "The rules as a dict, with counters and sets as they are now; None without.")
        .def(
            "connections",
            [](Conntrack& self) { return Connections(Alive(self)); },
            "Copies of the connections, oldest first.")
        .def(
            "expectations",
            [](Conntrack& self) { return Expectations(Alive(self)); },
            "Copies of the expectations, in the kernel's order.")
        .def_property_readonly("statistics",
                               &GetStatistics,
                               "What was counted, by the names of `conntrack -S`: a dict.")
        .def(
            "flush",
            [](Conntrack& self) {
                Session::Get().Change();
                Alive(self).Flush();
                Session::Get().Rethrow();
            },
            "End every connection and so their expectations, as `conntrack -F`.")
        .def("set",
             &SetAttributeOf,
             py::arg("name"),
             py::arg("value"),
             "Set an attribute; Object.set tells more.")
        .def("name_interface",
             &NameInterface,
             py::arg("device"),
             py::arg("name"),
             "Name a device as rules shall know it (iifname), instead of 'ethN'.")
        .def("__repr__", [](Conntrack& self) {
            const Ptr<Node> node = self.GetObject<Node>();
            return node ? "<Conntrack of node " + std::to_string(node->GetId()) + ">"
                        : std::string("<Conntrack>");
        });
    BindEventLog(module);
}

} // namespace python
} // namespace conntrack
} // namespace ns3
