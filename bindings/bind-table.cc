/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "bindings/bindings.h"
#include "bindings/ip-text.h"
#include "bindings/json.h"
#include "bindings/python-values.h"
#include "bindings/seconds.h"
#include "bindings/snapshots.h"
#include "bindings/traces.h"
#include "model/report/names.h"
#include "model/report/tuple-text.h"

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

std::string
ToText(const Tuple& tuple)
{
    std::string text = AddressesText(tuple, AddressForm::Short) + PortsText(tuple);
    return std::string(ProtocolName(tuple.protocol)) + " " + text.substr(0, text.size() - 1);
}

std::vector<std::string>
EventNames(uint16_t bits)
{
    // The names of ctnetlink's IPCT_* bits, lowest first.
    static const std::vector<std::pair<uint16_t, std::string>> names{
        {event::NEW, "NEW"},
        {event::RELATED, "RELATED"},
        {event::DESTROY, "DESTROY"},
        {event::REPLY, "REPLY"},
        {event::ASSURED, "ASSURED"},
        {event::PROTOINFO, "PROTOINFO"},
        {event::HELPER, "HELPER"},
        {event::MARK, "MARK"},
        {event::SEQADJ, "SEQADJ"},
    };
    std::vector<std::string> set;
    for (const auto& [bit, name] : names)
    {
        if ((bits & bit) != 0)
        {
            set.push_back(name);
        }
    }
    return set;
}

template <typename Value>
py::object
OrNone(const Value& text)
{
    return text.empty() ? py::object(py::none()) : py::cast(text);
}

uint8_t
ToProtocol(const py::object& protocol)
{
    const auto number = AsInteger<uint64_t>(protocol);
    if (number && *number <= 0xff)
    {
        return static_cast<uint8_t>(*number);
    }
    const std::string name = AsText(protocol).value_or("");
    for (unsigned known = 0; known <= 0xff; ++known)
    {
        if (name != "unknown" && name == ProtocolName(static_cast<uint8_t>(known)))
        {
            return static_cast<uint8_t>(known);
        }
    }
    throw py::value_error("A protocol is a name such as 'tcp' or a number from 0 to 255, not " +
                          py::repr(protocol).cast<std::string>());
}

Tuple
MakeTuple(const py::object& protocol,
          const std::string& source,
          uint16_t sourcePort,
          const std::string& destination,
          uint16_t destinationPort,
          uint16_t zone)
{
    const auto from = ParseIp(source);
    const auto to = ParseIp(destination);
    if (!from || !to || from->family != to->family)
    {
        throw py::value_error("A tuple has two IP addresses of one family, not '" + source +
                              "' and '" + destination + "'");
    }
    Tuple tuple;
    tuple.protocol = ToProtocol(protocol);
    tuple.family = from->family;
    tuple.source = from->bytes;
    tuple.destination = to->bytes;
    tuple.sourcePort = sourcePort;
    tuple.destinationPort = destinationPort;
    tuple.zone = zone;
    return tuple;
}

void
BindTuple(py::module_& module)
{
    py::class_<Tuple>(module, "Tuple", "What identifies one direction of a connection.")
        .def(py::init(&MakeTuple),
             py::arg("protocol"),
             py::arg("source"),
             py::arg("source_port"),
             py::arg("destination"),
             py::arg("destination_port"),
             py::kw_only(),
             py::arg("zone") = 0,
             "protocol: a name ('tcp') or number. Ports of ICMP: the id, and type * 256 + code; of "
             "GRE:\nthe keys.")
        .def_property_readonly(
            "source",
            [](const Tuple& tuple) { return ToString(tuple.source, tuple.family); },
            "Source address.")
        .def_property_readonly(
            "destination",
            [](const Tuple& tuple) { return ToString(tuple.destination, tuple.family); },
            "Destination address.")
        .def_readonly("source_port", &Tuple::sourcePort, "Port; ICMP: the id; GRE: the key.")
        .def_readonly("destination_port",
                      &Tuple::destinationPort,
                      "Port; ICMP: type * 256 + code; GRE: the key.")
        .def_readonly("protocol", &Tuple::protocol, "IP protocol number.")
        .def_property_readonly(
            "protocol_name",
            [](const Tuple& tuple) { return ProtocolName(tuple.protocol); },
            "'tcp', 'udp', ...; 'unknown' without a tracker.")
        .def_property_readonly(
            "family",
            [](const Tuple& tuple) { return NameOf(tuple.family); },
            "'ipv4' or 'ipv6'.")
        .def_readonly("zone", &Tuple::zone, "Zone in this direction; 0 is the default one.")
        .def("__eq__", [](const Tuple& a, const Tuple& b) { return a == b; })
        .def("__eq__", [](const Tuple&, const py::object&) { return false; })
        .def("__hash__",
             [](const Tuple& tuple) {
                 const auto* bytes = reinterpret_cast<const char*>(&tuple);
                 return std::hash<std::string_view>()({bytes, sizeof(Tuple)});
             })
        .def("__repr__", [](const Tuple& tuple) { return "<Tuple " + ToText(tuple) + ">"; });
}

template <typename Class>
void
BindConnectionParts(Class& connection)
{
    using Snapshot = ConnectionSnapshot;
    connection.def_readonly("original", &Snapshot::original, "The tuple of the first packet.")
        .def_readonly("reply", &Snapshot::reply, "The tuple that answers bear.")
        .def_readonly("master",
                      &Snapshot::master,
                      "Original tuple of the connection that foretold it; or None.")
        .def_property_readonly(
            "helper",
            [](const Snapshot& snapshot) { return OrNone(snapshot.helper); },
            "The name of its protocol helper, or None.")
        .def_property_readonly(
            "state",
            [](const Snapshot& snapshot) { return OrNone(snapshot.state); },
            "TCP's or SCTP's state, 'ESTABLISHED' say; None for other protocols.")
        .def_property_readonly(
            "packets",
            [](const Snapshot& snapshot) {
                return py::make_tuple(snapshot.counters[0].packets, snapshot.counters[1].packets);
            },
            "Packets both ways, original first; 0 unless attribute Acct is set.")
        .def_property_readonly(
            "bytes",
            [](const Snapshot& snapshot) {
                return py::make_tuple(snapshot.counters[0].bytes, snapshot.counters[1].bytes);
            },
            "Bytes of IP packets both ways; 0 unless attribute Acct is set.")
        .def_property_readonly(
            "start",
            [](const Snapshot& snapshot) { return ToSeconds(snapshot.start); },
            "When it was confirmed; seconds.")
        .def_property_readonly(
            "timeout",
            [](const Snapshot& snapshot) { return ToSeconds(snapshot.remaining); },
            "Time until it expires; seconds.")
        .def_readonly("id", &Snapshot::id, "Unique in its router.")
        .def_property_readonly(
            "status",
            [](const Snapshot& snapshot) { return StatusNames(snapshot.status); },
            "The names of its status bits.")
        .def_readonly("mark", &Snapshot::mark, "ctmark.")
        .def_readonly("zone", &Snapshot::zone, "Its zone; 0 is the default one.");
}

template <typename Class>
void
BindExpectationParts(Class& expectation)
{
    using Snapshot = ExpectationSnapshot;
    expectation.def_readonly("tuple", &Snapshot::tuple, "What is expected.")
        .def_readonly("mask", &Snapshot::mask, "The bits of it that count.")
        .def_readonly("master", &Snapshot::master, "Original tuple of the connection it is of.")
        .def_property_readonly(
            "helper",
            [](const Snapshot& snapshot) { return OrNone(snapshot.helper); },
            "The name of its master's protocol helper, or None.")
        .def_property_readonly(
            "timeout",
            [](const Snapshot& snapshot) { return ToSeconds(snapshot.remaining); },
            "Time until it expires; seconds.")
        .def_readonly("id", &Snapshot::id, "Unique in its router.")
        .def_property_readonly(
            "flags",
            [](const Snapshot& snapshot) { return ExpectationFlagNames(snapshot.flags); },
            "The names of its flags.")
        .def_readonly("class_number", &Snapshot::classNumber, "Of its helper's classes.");
}

template <typename Class>
void
BindReported(Class& reported)
{
    using Type = typename Class::type;
    reported
        .def_property_readonly(
            "row",
            [](const Type& self) { return ToPython(self.row); },
            "A dict with the keys of events.jsonl (doc/formats.rst).")
        .def_readonly("line", &Type::line, "The line that conntrack(8) prints.")
        .def("__repr__", [](const Type& self) { return "<" + self.line + ">"; });
}

template <typename Class>
void
BindEventParts(Class& happened)
{
    using Type = typename Class::type;
    happened.def_readonly("kind", &Type::kind, "'NEW', 'UPDATE' or 'DESTROY'.")
        .def_property_readonly(
            "reason",
            [](const Type& self) { return OrNone(self.reason); },
            "Why it ended, 'Expired' say; None unless kind is 'DESTROY'.")
        .def_property_readonly(
            "time",
            [](const Type& self) { return ToSeconds(self.time); },
            "When; seconds.");
    BindReported(happened);
}

void
BindPacketEvent(py::module_& module)
{
    py::class_<PacketEvent>(module, "PacketEvent", "A packet that was dropped or is invalid.")
        .def_readonly("kind", &PacketEvent::kind, "'DROP' or 'INVALID'.")
        .def_readonly("reason",
                      &PacketEvent::reason,
                      "Why: 'Rule' or 'TableFull' say; of an invalid packet 'bad checksum' say.")
        .def_property_readonly(
            "time",
            [](const PacketEvent& self) { return ToSeconds(self.time); },
            "When; seconds.")
        .def_property_readonly(
            "family",
            [](const PacketEvent& self) { return NameOf(self.family); },
            "'ipv4' or 'ipv6'.")
        .def_readonly("source", &PacketEvent::source, "Source address.")
        .def_readonly("destination", &PacketEvent::destination, "Destination address.")
        .def_readonly("protocol", &PacketEvent::protocol, "IP protocol number.")
        .def_readonly("length", &PacketEvent::length, "Bytes, by the IP header.")
        .def_property_readonly(
            "data",
            [](const PacketEvent& self) { return py::bytes(self.bytes); },
            "The packet's bytes from its IP header on.")
        .def_property_readonly(
            "row",
            [](const PacketEvent& self) { return ToPython(self.row); },
            "A dict: t, family, drop or invalid (the reason), src, dst, proto, ports.")
        .def("__repr__", [](const PacketEvent& self) {
            return "<" + self.kind + " (" + self.reason + ") " + self.source + " > " +
                   self.destination + ">";
        });
}

void
AddTraces()
{
    AddTrace<const ConnectionNotice&>("ns3::conntrack::Conntrack::ConnectionTracedCallback",
                                      [](Object& object, const ConnectionNotice& notice) {
                                          return Copy(dynamic_cast<Conntrack&>(object), notice);
                                      });
    AddTrace<const ExpectationNotice&>("ns3::conntrack::ExpectationTable::NoticeTracedCallback",
                                       [](Object& object, const ExpectationNotice& notice) {
                                           return Copy(dynamic_cast<Conntrack&>(object), notice);
                                       });
    AddTrace<const std::string&>("ns3::conntrack::Conntrack::LogTracedCallback",
                                 [](Object&, const std::string& line) { return py::str(line); });
    AddConnector(
        "ns3::conntrack::Conntrack::PacketTracedCallback",
        [](Object& object,
           const std::string& source,
           const std::shared_ptr<PythonCallback>& callback) {
            const auto copy = source == "Drop" ? CopyDropped : CopyInvalid;
            object.TraceConnectWithoutContext(
                source,
                Callback<void, const PacketNotice&>([copy, callback](const PacketNotice& notice) {
                    callback->Tell([&] { return copy(notice); });
                }));
        });
}

} // namespace

void
BindTable(py::module_& module)
{
    BindTuple(module);
    py::class_<ConnectionSnapshot> connection(module,
                                              "ConnectionState",
                                              "A connection as it was at a moment: a copy.");
    BindConnectionParts(connection);
    py::class_<ConnectionEntry, ConnectionSnapshot> connectionEntry(
        module,
        "Connection",
        "An entry of the connection table as it was at a moment.");
    BindReported(connectionEntry);
    py::class_<ConnectionEvent> connectionEvent(module,
                                                "ConnectionEvent",
                                                "What happened to a connection.");
    BindEventParts(connectionEvent);
    connectionEvent
        .def_readonly("connection", &ConnectionEvent::subject, "The connection, at that moment.")
        .def_property_readonly(
            "events",
            [](const ConnectionEvent& self) { return EventNames(self.bits); },
            "What happened, in ctnetlink's words: 'NEW', 'REPLY', 'ASSURED', ...");

    py::class_<ExpectationSnapshot> expectation(module,
                                                "ExpectationState",
                                                "An expectation as it was at a moment: a copy.");
    BindExpectationParts(expectation);
    py::class_<ExpectationEntry, ExpectationSnapshot> expectationEntry(
        module,
        "Expectation",
        "An entry of the expectation table as it was at a moment.");
    BindReported(expectationEntry);
    py::class_<ExpectationEvent> expectationEvent(module,
                                                  "ExpectationEvent",
                                                  "What happened to an expectation.");
    BindEventParts(expectationEvent);
    expectationEvent.def_readonly("expectation",
                                  &ExpectationEvent::subject,
                                  "The expectation, at that moment.");
    BindPacketEvent(module);
    AddTraces();
}

} // namespace python
} // namespace conntrack
} // namespace ns3
