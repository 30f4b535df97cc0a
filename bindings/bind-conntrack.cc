/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "bindings/attributes.h"
#include "bindings/bindings.h"
#include "bindings/conntrack-arguments.h"
#include "bindings/json.h"
#include "bindings/registry-view.h"
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

std::string
ToRuleset(const py::object& rules)
{
    if (py::isinstance<py::str>(rules))
    {
        const auto text = rules.cast<std::string>();
        const auto begin = text.find_first_not_of(" \t\r\n");
        if (begin != std::string::npos && text[begin] != '{')
        {
            throw RulesetError("a text is rules in JSON, which begin with {, not '" +
                               text.substr(0, 60) + "'; a file is given as pathlib.Path");
        }
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

namespace
{

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

/// A list of package class NAME, of the entries that keyword arguments choose.
template <typename Entries>
py::object
ToTable(const char* name, const Entries& entries, const py::kwargs& filters)
{
    const auto table = py::module_::import("ns3conntrack.tables").attr(name)(entries);
    return filters.empty() ? table : table.attr("where")(**filters);
}

std::optional<ConnectionEntry>
FindConnection(Conntrack& conntrack, const Tuple& tuple)
{
    const Connection* connection = Alive(conntrack).GetConnections().Peek(tuple);
    return connection == nullptr ? std::nullopt : std::optional(CopyEntry(conntrack, *connection));
}

std::optional<ExpectationEntry>
FindExpectation(Conntrack& conntrack, const Tuple& tuple)
{
    const Expectation* found = Alive(conntrack).GetExpectations()->Find(tuple, tuple.zone);
    return found == nullptr ? std::nullopt : std::optional(CopyEntry(*found));
}

bool
DeleteConnection(Conntrack& conntrack, const py::object& which)
{
    Session::Get().Change();
    Connection* found = nullptr;
    if (py::isinstance<ConnectionSnapshot>(which))
    {
        const auto& wanted = which.cast<const ConnectionSnapshot&>();
        Alive(conntrack).GetConnections().ForEach([&](Connection& connection) {
            found = connection.id == wanted.id ? &connection : found;
        });
    }
    else if (py::isinstance<Tuple>(which))
    {
        found = Alive(conntrack).GetConnections().Peek(which.cast<const Tuple&>());
    }
    else
    {
        throw py::type_error("What is deleted is a Tuple or a Connection, not " +
                             py::repr(which).cast<std::string>());
    }
    const bool ended = found != nullptr &&
                       conntrack.GetConnections().End(*found, EndReason::Deleted, Conntrack::Now());
    Session::Get().Rethrow();
    return ended;
}

bool
DeleteExpectation(Conntrack& conntrack, const py::object& which)
{
    Session::Get().Change();
    std::function<bool(const Expectation&)> isWanted;
    if (py::isinstance<ExpectationSnapshot>(which))
    {
        isWanted = [id = which.cast<const ExpectationSnapshot&>().id](
                       const Expectation& expectation) { return expectation.id == id; };
    }
    else if (py::isinstance<Tuple>(which))
    {
        isWanted = [tuple = which.cast<Tuple>()](const Expectation& expectation) {
            return expectation.tuple == tuple;
        };
    }
    else
    {
        throw py::type_error("What is deleted is a Tuple or an Expectation, not " +
                             py::repr(which).cast<std::string>());
    }
    uint32_t removed = 0;
    Alive(conntrack).GetExpectations()->RemoveIf(
        [&](const Expectation& expectation) {
            const bool wanted = removed == 0 && isWanted(expectation);
            removed += wanted ? 1 : 0;
            return wanted;
        },
        Conntrack::Now(),
        ExpectationEnd::Deleted);
    Session::Get().Rethrow();
    return removed > 0;
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
            [](Conntrack& self, const py::kwargs& filters) {
                return ToTable("ConnectionList", Connections(Alive(self)), filters);
            },
            "Copies of the connections, oldest first: a ConnectionList.\n\nKeyword arguments "
            "choose: "
            "protocol='tcp', state='ESTABLISHED', helper='ftp', source=..., ... ;\n"
            "ConnectionList.where tells all.")
        .def(
            "expectations",
            [](Conntrack& self, const py::kwargs& filters) {
                return ToTable("ExpectationList", Expectations(Alive(self)), filters);
            },
            "Copies of the expectations, in the kernel's order: an ExpectationList.\n\nKeyword "
            "arguments choose, as ExpectationList.where tells.")
        .def("find",
             &FindConnection,
             py::arg("tuple"),
             "A copy of the connection that a packet with a Tuple would belong to, in either "
             "direction;\nNone: there is none.")
        .def("find_expectation",
             &FindExpectation,
             py::arg("tuple"),
             "A copy of the expectation that a new connection's Tuple would match; None: there is "
             "none.")
        .def("delete",
             &DeleteConnection,
             py::arg("which"),
             "End a connection and its expectations, as `conntrack -D`: which is a Tuple, in "
             "either\n"
             "direction, or a Connection. Returns whether there was one.")
        .def("delete_expectation",
             &DeleteExpectation,
             py::arg("which"),
             "Remove an expectation, as `conntrack -D expect`: which is the Tuple it expects, or "
             "an\n"
             "Expectation. Returns whether there was one.")
        .def_property_readonly(
            "helpers",
            [](Conntrack& self) { return RegistryView(self); },
            "The helper registry.")
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
}

} // namespace python
} // namespace conntrack
} // namespace ns3
