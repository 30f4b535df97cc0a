/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_BINDINGS_PYTHON_VALUES_H
#define CONNTRACK_BINDINGS_PYTHON_VALUES_H

#include "ns3/nstime.h"

#include <cstdint>
#include <optional>
#include <pybind11/pybind11.h>
#include <string>

/**
 * @file
 * Texts, numbers and times from what Python gives.
 *
 * Layer: bindings.
 * Shape: numbers may be numpy's, and texts that hold a whole number; a bool is no number.
 * Errors: none for what is not that.
 */

namespace ns3
{
namespace conntrack
{
namespace python
{

/// @param value a Python value @return it, if it is a str
std::optional<std::string> AsText(pybind11::handle value);

/**
 * @tparam Number uint16_t, int64_t or uint64_t
 * @param value a Python value
 * @return it, if it is a whole number of that range
 */
template <typename Number>
std::optional<Number> AsInteger(pybind11::handle value);

/// @param value a Python value @return it, if it is a number
std::optional<double> AsDouble(pybind11::handle value);

/**
 * @param value seconds, or a text with a unit of ns-3's such as "150ms"
 * @return the duration; none also if ns-3 cannot count so far
 */
std::optional<Time> AsTime(pybind11::handle value);

/**
 * @param value seconds, or a text with a unit
 * @param what for the sentence of an error: "until"
 * @return the duration, not negative
 * @throws ValueError if it is none
 */
Time ToTime(pybind11::handle value, const std::string& what);

} // namespace python
} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_BINDINGS_PYTHON_VALUES_H
