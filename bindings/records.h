/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_BINDINGS_RECORDS_H
#define CONNTRACK_BINDINGS_RECORDS_H

#include "bindings/seconds.h"
#include "model/app/tcp-endpoint.h"

#include "ns3/address.h"
#include "ns3/nstime.h"

#include <pybind11/pybind11.h>
#include <string>
#include <utility>
#include <vector>

/**
 * @file
 * What applications tell, as Python has it: objects whose `row` is a dict.
 *
 * Layer: bindings.
 * Shape: values; a record is a copy that Python may keep.
 */

namespace ns3
{
namespace conntrack
{
namespace python
{

/// @param endpoint an end @return (address, port), or None if its family is unspecified
inline pybind11::object
ToPair(const Endpoint& endpoint)
{
    return endpoint.family == Family::Unspecified
               ? pybind11::object(pybind11::none())
               : pybind11::make_tuple(ToString(endpoint.address, endpoint.family), endpoint.port);
}

/// @param address of a socket @return (address, port), or None for another kind of address
inline pybind11::object
ToPair(const ns3::Address& address)
{
    return ToPair(ToEndpoint(address).value_or(Endpoint{}));
}

/// @param time zero stands for never @return seconds, or None
inline pybind11::object
SecondsOrNone(Time time)
{
    return time.IsZero() ? pybind11::object(pybind11::none()) : pybind11::float_(ToSeconds(time));
}

/// @param text of a peer, which may be no UTF-8 @return it
inline pybind11::object
ToStr(const std::string& text)
{
    return pybind11::bytes(text).attr("decode")("utf-8", "replace");
}

/// A key of a record and what it means.
using RecordKeys = std::vector<std::pair<const char*, const char*>>;

/**
 * Bind a record: each key of its row is a property too.
 * @param module gets the class
 * @param name of the class
 * @param doc of the class
 * @param toRow makes the dict
 * @param keys of the dict
 */
template <typename Record>
void
BindRecord(pybind11::module_& module,
           const char* name,
           const char* doc,
           pybind11::dict (*toRow)(const Record&),
           const RecordKeys& keys)
{
    pybind11::class_<Record> record(module, name, doc);
    for (const auto& [key, help] : keys)
    {
        record.def_property_readonly(
            key,
            [key = key, toRow](const Record& self) { return pybind11::object(toRow(self)[key]); },
            help);
    }
    record.def_property_readonly("row", toRow, "All of it as a dict.")
        .def("__repr__", [name, toRow](const Record& self) {
            return "<" + std::string(name) + " " + std::string(pybind11::repr(toRow(self))) + ">";
        });
}

} // namespace python
} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_BINDINGS_RECORDS_H
