/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "bindings/bindings.h"
#include "bindings/installing.h"
#include "bindings/ip-text.h"
#include "bindings/records.h"
#include "bindings/seconds.h"
#include "bindings/traces.h"
#include "model/app/ping-sender.h"

namespace ns3
{
namespace conntrack
{
namespace python
{

namespace py = pybind11;

namespace
{

py::dict
ToRow(const PingReply& reply)
{
    return py::dict(py::arg("sequence") = reply.sequence,
                    py::arg("sent") = ToSeconds(reply.sent),
                    py::arg("round_trip") = ToSeconds(reply.roundTrip));
}

Held<PingSender>
InstallPing(Node& node,
            const std::string& target,
            const py::object& start,
            const py::object& stop,
            const py::kwargs& attributes)
{
    Session::Get().Change();
    Session::Get().CheckAlive(node);
    const auto address = ParseIp(target);
    if (!address || !IsUnicast({address->family, address->bytes, 0}))
    {
        throw py::value_error("'" + target + "' is no host's IP address");
    }
    CheckStack(node, address->family);
    const TypeId tid = PingSender::GetTypeId();
    auto settings = MakeSettings(tid, attributes);
    settings.push_back({"Remote", Create<AddressValue>(address->ToAddress())});
    return Held<PingSender>(Install<PingSender>(node, ToLifetime(start, stop), settings));
}

} // namespace

void
BindPing(py::module_& module)
{
    BindRecord<PingReply>(module,
                          "PingReply",
                          "An answer to an echo request.",
                          &ToRow,
                          {{"sequence", "The request's number, from 0."},
                           {"sent", "When the request was sent; seconds."},
                           {"round_trip", "From then to the answer; seconds."}});
    AddTrace<const PingReply&>("ns3::conntrack::PingSender::ReplyTracedCallback",
                               [](Object&, const PingReply& record) { return record; });
    ObjectClass<PingSender, Application> ping(
        module,
        "Ping",
        "Sends echo requests of ICMP or ICMPv6 (attributes Interval, 1 s; Size, 56 bytes; Count, "
        "0: no limit).\nTrace source: Reply, a PingReply. Answers that come in fragments are not "
        "counted.");
    ping.def(py::init(&InstallPing),
             py::arg("node"),
             py::arg("target"),
             py::arg("start") = 0.0,
             py::arg("stop") = py::none(),
             "target: an IPv4 or IPv6 address. start, stop: seconds from now on; stop None: "
             "never.\nFurther keyword arguments are attributes.")
        .def_property_readonly("sent", &Get<&PingSender::GetSent, PingSender>, "Requests sent.")
        .def_property_readonly("answered",
                               &Get<&PingSender::GetAnswered, PingSender>,
                               "Requests answered.");
    FixAttributes(ping, {"Remote"});
}

} // namespace python
} // namespace conntrack
} // namespace ns3
