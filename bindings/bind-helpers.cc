/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "bindings/attributes.h"
#include "bindings/bindings.h"
#include "bindings/helped-packet.h"
#include "bindings/python-helper.h"
#include "bindings/python-values.h"
#include "bindings/registry-view.h"
#include "bindings/seconds.h"
#include "model/report/names.h"

#include <algorithm>
#include <cctype>
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

/// As `ct state` has it.
std::string
StateNameOf(FlowState state)
{
    std::string name = NameOf(state);
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char letter) {
        return static_cast<char>(std::tolower(letter));
    });
    return name;
}

/// What a stranger may have said: pybind11 would make a TypeError of a port that is none.
uint16_t
ToPort(const py::object& value, const std::string& name)
{
    const auto port = AsInteger<uint16_t>(value);
    if (!port)
    {
        throw py::value_error(name + " is a port from 0 to 65535, not " +
                              py::repr(value).cast<std::string>());
    }
    return *port;
}

Wish
MakeWish(const std::string& destination,
         const py::object& destinationPort,
         const std::optional<std::string>& source,
         const py::object& sourcePort,
         const std::optional<std::string>& protocol)
{
    Wish wish;
    wish.destination = destination;
    wish.destinationPort = ToPort(destinationPort, "destination_port");
    wish.source = source;
    if (!sourcePort.is_none())
    {
        wish.sourcePort = ToPort(sourcePort, "source_port");
    }
    if (protocol)
    {
        wish.protocol = RegistryView::ParseProtocol(*protocol);
    }
    return wish;
}

py::object
Expect(const HelpedPacket& self,
       const std::string& destination,
       const py::object& destinationPort,
       const std::optional<std::string>& source,
       const py::object& sourcePort,
       const std::optional<std::string>& protocol,
       uint32_t classNumber,
       bool permanent,
       bool inactive,
       const std::optional<std::string>& expectFunction,
       const std::optional<std::string>& helper)
{
    Wish wish = MakeWish(destination, destinationPort, source, sourcePort, protocol);
    wish.classNumber = classNumber;
    wish.flags = static_cast<uint16_t>((permanent ? expectation_flag::PERMANENT : 0) |
                                       (inactive ? expectation_flag::INACTIVE : 0));
    wish.expectFunction = expectFunction;
    wish.helper = helper;
    return py::cast(self.Expect(wish));
}

py::object
Announce(const HelpedPacket& self,
         std::size_t position,
         std::size_t length,
         const py::function& render,
         const std::string& destination,
         const py::object& destinationPort,
         const std::optional<std::string>& source,
         const py::object& sourcePort,
         const std::optional<std::string>& protocol,
         uint32_t classNumber)
{
    Wish wish = MakeWish(destination, destinationPort, source, sourcePort, protocol);
    wish.classNumber = classNumber;
    const auto print = [&render](const std::string& address, uint16_t port) {
        const py::object text = render(address, port);
        if (!py::isinstance<py::str>(text) && !py::isinstance<py::bytes>(text))
        {
            throw py::type_error("render() returns a str or bytes, not " +
                                 py::repr(text).cast<std::string>());
        }
        return text.cast<std::string>();
    };
    return py::cast(self.Announce(wish, position, length, print));
}

void
BindHelpedPacket(py::module_& module)
{
    py::class_<HelpedPacket, std::shared_ptr<HelpedPacket>>(
        module,
        "HelpedPacket",
        "A packet in the hands of a protocol helper; RuntimeError once help() has returned.")
        .def_property_readonly(
            "payload",
            [](const HelpedPacket& self) { return py::bytes(self.GetPayload()); },
            "The bytes behind the transport header: a copy.")
        .def_property_readonly("sequence",
                               &HelpedPacket::GetSequence,
                               "TCP's sequence number of the payload; else None.")
        .def_property_readonly(
            "direction",
            [](const HelpedPacket& self) {
                return self.GetPacket().direction == Direction::Original ? "original" : "reply";
            },
            "'original', from the connection's beginner, or 'reply'.")
        .def_property_readonly(
            "state",
            [](const HelpedPacket& self) { return StateNameOf(self.GetPacket().state); },
            "As `ct state` has it: 'new', 'established' or 'related'.")
        .def_property_readonly(
            "time",
            [](const HelpedPacket& self) { return ToSeconds(self.GetPacket().now); },
            "Now; seconds.")
        .def_property_readonly("connection", &HelpedPacket::GetConnection, "A copy.")
        .def_property_readonly(
            "connection_id",
            [](const HelpedPacket& self) { return self.GetPacket().connection->id; },
            "The connection's number, without a copy.")
        .def_property_readonly(
            "is_confirmed",
            [](const HelpedPacket& self) {
                return self.GetPacket().connection->Is(status::CONFIRMED);
            },
            "Whether the connection is in the table; at its first packet it is not yet.")
        .def_property_readonly(
            "sender",
            [](const HelpedPacket& self) -> const Tuple& {
                const TrackedPacket& packet = self.GetPacket();
                return packet.connection->tuples[Index(packet.direction)];
            },
            py::return_value_policy::copy,
            "The tuple of this direction, as the sender has it: without NAT's changes.")
        .def_property_readonly(
            "answer",
            [](const HelpedPacket& self) -> const Tuple& {
                const TrackedPacket& packet = self.GetPacket();
                return packet.connection->tuples[Index(Opposite(packet.direction))];
            },
            py::return_value_policy::copy,
            "The tuple that answers to the packet bear: whence, and to which address.")
        .def_property_readonly("expectations",
                               &HelpedPacket::GetExpectations,
                               "Of its connection, newest first: copies.")
        .def(
            "drop",
            [](const HelpedPacket& self, const std::string& why) {
                self.Drop(why);
                return false;
            },
            py::arg("why"),
            "Write to the helper log, 'nf_ct_NAME: dropping packet: WHY'; returns False, for\n"
            "`return packet.drop(...)`.")
        .def("expect",
             &Expect,
             py::arg("destination"),
             py::arg("destination_port"),
             py::kw_only(),
             py::arg("source") = py::none(),
             py::arg("source_port") = py::none(),
             py::arg("protocol") = py::none(),
             py::arg("class_number") = 0,
             py::arg("permanent") = false,
             py::arg("inactive") = false,
             py::arg("expectfn") = py::none(),
             py::arg("helper") = py::none(),
             "Expect a connection to an endpoint, from a source or (None) from anybody.\n\n"
             "Addresses are texts of the connection's family; protocol: 'tcp', 'udp', ..., None: "
             "the\nconnection's. expectfn, helper: names, for the expected connection. Returns the "
             "expectation; None: it was\nrefused, for it clashes with another's, or there are too "
             "many. ValueError: what is wrong.")
        .def(
            "announce",
            &Announce,
            py::arg("position"),
            py::arg("length"),
            py::arg("render"),
            py::arg("destination"),
            py::arg("destination_port"),
            py::kw_only(),
            py::arg("source") = py::none(),
            py::arg("source_port") = py::none(),
            py::arg("protocol") = py::none(),
            py::arg("class_number") = 0,
            "Expect the connection that a text in the payload announces, and have it true behind "
            "NAT.\n\nposition, length: of the text in the payload. Without NAT as expect. With it, "
            "a port is sought at the\naddress by which the peer knows the sender, "
            "render(address, port) says what the text shall be, and the\nexpected connection is "
            "translated as its master. Returns the expectation; None: refused.")
        .def(
            "withdraw",
            [](const HelpedPacket& self, const ExpectationSnapshot& expectation) {
                return self.Withdraw(expectation.id);
            },
            py::arg("expectation"),
            "Take back an expectation of this connection; returns whether it was there.")
        .def("__repr__", [](const HelpedPacket&) { return "<HelpedPacket>"; });
}

void
BindExpectedConnection(py::module_& module)
{
    py::class_<ExpectedConnection, std::shared_ptr<ExpectedConnection>>(
        module,
        "ExpectedConnection",
        "A connection that an expectation foretold, in the hands of an expectfn; RuntimeError once "
        "that has\nreturned.")
        .def_property_readonly(
            "connection",
            [](const ExpectedConnection& self) { return Copy(self.Get(), self.Now()); },
            "A copy.")
        .def_property_readonly(
            "master",
            [](const ExpectedConnection& self) -> py::object {
                const Connection* master = self.Get().master;
                return master == nullptr ? py::object(py::none())
                                         : py::cast(Copy(*master, self.Now()));
            },
            "The connection whose helper foretold it, a copy.")
        .def_property_readonly(
            "expectation",
            [](const ExpectedConnection& self) { return Copy(self.GetExpectation(), self.Now()); },
            "A copy.")
        .def_property(
            "mark",
            [](const ExpectedConnection& self) { return self.Get().mark; },
            [](const ExpectedConnection& self, uint32_t mark) { self.Get().mark = mark; },
            "The connection's mark (ct mark).")
        .def("apply",
             &ExpectedConnection::Apply,
             py::arg("name"),
             "Have another expectfn do its work: 'nat-follow-master', 'sip'. ValueError: none.");
}

py::list
PoliciesOf(const ProtocolHelper& helper)
{
    py::list policies;
    for (const ExpectationPolicy& policy : helper.GetPolicies())
    {
        policies.append(py::dict(py::arg("name") = policy.name,
                                 py::arg("max_expected") = policy.maxExpected,
                                 py::arg("timeout") = ToSeconds(policy.timeout)));
    }
    return policies;
}

void
SetPolicy(ProtocolHelper& helper,
          std::size_t classNumber,
          std::optional<uint32_t> maxExpected,
          const py::object& timeout)
{
    Session::Get().Change();
    std::vector<ExpectationPolicy> policies = helper.GetPolicies();
    if (classNumber >= policies.size())
    {
        throw py::value_error("Helper '" + helper.GetIdentity().name + "' has no class " +
                              std::to_string(classNumber) + ", it has " +
                              std::to_string(policies.size()));
    }
    if (maxExpected)
    {
        policies[classNumber].maxExpected = *maxExpected;
    }
    if (!timeout.is_none())
    {
        policies[classNumber].timeout = ToTime(timeout, "timeout").GetNanoSeconds();
    }
    helper.SetPolicies(std::move(policies));
}

void
BindHelper(py::module_& module)
{
    ObjectClass<ProtocolHelper, Object>(
        module,
        "Helper",
        "A protocol helper in a router's registry, for one family; attributes() tells its own.")
        .def_property_readonly(
            "name",
            [](const ProtocolHelper& self) { return self.GetIdentity().name; },
            "As rules name it.")
        .def_property_readonly(
            "family",
            [](const ProtocolHelper& self) { return NameOf(self.GetIdentity().family); },
            "'ipv4' or 'ipv6'.")
        .def_property_readonly(
            "protocol",
            [](const ProtocolHelper& self) { return ProtocolName(self.GetIdentity().protocol); },
            "'tcp', 'udp', ...")
        .def_property_readonly(
            "port",
            [](const ProtocolHelper& self) { return self.GetIdentity().port; },
            "Of the side that is connected to.")
        .def_property_readonly("policies",
                               &PoliciesOf,
                               "A dict a class of expectations: name, max_expected (0: no limit), "
                               "timeout (seconds).")
        .def("set_policy",
             &SetPolicy,
             py::arg("class_number") = 0,
             py::kw_only(),
             py::arg("max_expected") = py::none(),
             py::arg("timeout") = py::none(),
             "Change a class's limit or time to live, of later expectations; what a kernel fixes.")
        .def("__repr__", [](const ProtocolHelper& self) {
            const auto& identity = self.GetIdentity();
            return "<Helper " + identity.name + " " + std::string(NameOf(identity.family)) + " " +
                   std::string(ProtocolName(identity.protocol)) + " port " +
                   std::to_string(identity.port) + ">";
        });
}

void
BindRegistry(py::module_& module)
{
    py::class_<RegistryView>(module,
                             "HelperRegistry",
                             "The protocol helpers of a router, and their expectfns.")
        .def("__iter__", [](const RegistryView& self) { return py::iter(py::cast(self.All())); })
        .def("__len__", [](const RegistryView& self) { return self.All().size(); })
        .def("__contains__", &RegistryView::Has, py::arg("name"))
        .def("find",
             &RegistryView::Find,
             py::arg("name"),
             py::arg("family") = "ipv4",
             py::arg("protocol") = "tcp",
             "The helper of a name, or None.")
        .def("load",
             &RegistryView::Load,
             py::arg("kind"),
             py::arg("ports") = std::vector<uint16_t>(),
             "Make and register the kernel's helper of a kind, 'ftp' or 'sip' say, at ports "
             "(default: its own);\nas loading its module with ports=... does. Keyword arguments "
             "are attributes: Loose=True. ValueError:\nwhat is wrong, nothing is registered then.")
        .def("register",
             &RegistryView::Register,
             py::arg("helper"),
             "Register a ProtocolHelper of yours, for both families or for its `family`. "
             "ValueError: its name or\nport is taken, or something about it is wrong; nothing is "
             "registered then.")
        .def("unregister",
             &RegistryView::Unregister,
             py::arg("helper"),
             "Take out a ProtocolHelper, a Helper, or all of a name: their expectations end, and "
             "connections\nlose them. Rules that name them go on without effect: load them again. "
             "ValueError: it is not there.")
        .def("register_expectfn",
             &RegistryView::RegisterFunction,
             py::arg("name"),
             py::arg("function"),
             "Make a function known by a name: function(new: ExpectedConnection), called for the "
             "first packet of\nan expected connection, before rules see it.")
        .def("unregister_expectfn",
             &RegistryView::UnregisterFunction,
             py::arg("name"),
             "Forget the newest expectfn of a name that register_expectfn brought.")
        .def_property("auto_assign",
                      &RegistryView::GetAutoAssign,
                      &RegistryView::SetAutoAssign,
                      "Assign helpers by port, sysctl nf_conntrack_helper of kernels before 6.0.")
        .def("__repr__", &RegistryView::Describe);
}

} // namespace

void
BindHelpers(py::module_& module)
{
    BindHelpedPacket(module);
    BindExpectedConnection(module);
    BindHelper(module);
    BindRegistry(module);
}

} // namespace python
} // namespace conntrack
} // namespace ns3
