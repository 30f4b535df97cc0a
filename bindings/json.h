/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_BINDINGS_JSON_H
#define CONNTRACK_BINDINGS_JSON_H

#include <nlohmann/json.hpp>
#include <pybind11/pybind11.h>

/**
 * @file
 * JSON as Python values.
 *
 * Layer: bindings.  Shape: dict, list, str, int, float, bool, None; keys keep their order.
 */

namespace ns3
{
namespace conntrack
{
namespace python
{

/// @param json any value @return the same in Python
pybind11::object ToPython(const nlohmann::ordered_json& json);

} // namespace python
} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_BINDINGS_JSON_H
