/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "bindings/bindings.h"
#include "bindings/event-log.h"
#include "bindings/json.h"
#include "bindings/session.h"
#include "model/stack/conntrack.h"

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

py::list
ToList(const std::vector<nlohmann::ordered_json>& rows)
{
    py::list list;
    for (const auto& row : rows)
    {
        list.append(ToPython(row));
    }
    return list;
}

} // namespace

void
BindEventLog(py::module_& module)
{
    py::class_<EventLog>(module,
                         "EventLog",
                         "The events of a router from now on, as rows and as lines; kept after "
                         "destroy().")
        .def(py::init([](Conntrack& conntrack, bool connections, bool expectations, bool drops) {
                 Session::Get().Change();
                 Session::Get().CheckAlive(conntrack);
                 return EventLog(conntrack, connections, expectations, drops);
             }),
             py::arg("conntrack"),
             py::kw_only(),
             py::arg("connections") = true,
             py::arg("expectations") = true,
             py::arg("drops") = true,
             "Collect events of connections, of expectations, or (the default) of both in one "
             "order,\nand, apart from them, the packets that were dropped or invalid.")
        .def(
            "rows",
            [](const EventLog& log) {
                Session::Get().Look();
                return ToList(log.Rows());
            },
            "A dict an event, with the keys of events.jsonl (doc/formats.rst).")
        .def(
            "drops",
            [](const EventLog& log) {
                Session::Get().Look();
                return ToList(log.Drops());
            },
            "A dict a packet that was dropped or invalid, with the keys of PacketEvent.row.")
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
            "Forget the events and packets so far.")
        .def("__len__", [](const EventLog& log) {
            Session::Get().Look();
            return log.Lines().size();
        });
}

} // namespace python
} // namespace conntrack
} // namespace ns3
