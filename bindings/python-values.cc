/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "bindings/python-values.h"

#include <charconv>
#include <cmath>
#include <map>

namespace ns3
{
namespace conntrack
{
namespace python
{

namespace py = pybind11;

namespace
{

/// ns-3's units of time in seconds.
const std::map<std::string, double>&
TimeUnits()
{
    static const std::map<std::string, double> units{{"s", 1},
                                                     {"ms", 1e-3},
                                                     {"us", 1e-6},
                                                     {"ns", 1e-9},
                                                     {"ps", 1e-12},
                                                     {"fs", 1e-15},
                                                     {"min", 60},
                                                     {"h", 3600},
                                                     {"d", 86400},
                                                     {"y", 365 * 86400.0}};
    return units;
}

constexpr double MOST_SECONDS = 9.2e9; // ns-3 counts nanoseconds in 63 bits

} // namespace

std::optional<std::string>
AsText(py::handle value)
{
    return py::isinstance<py::str>(value) ? std::optional(value.cast<std::string>()) : std::nullopt;
}

template <typename Number>
std::optional<Number>
AsInteger(py::handle value)
{
    Number number{};
    if (const auto text = AsText(value))
    {
        const char* end = text->data() + text->size();
        const auto read = std::from_chars(text->data(), end, number);
        return read.ec == std::errc() && read.ptr == end ? std::optional(number) : std::nullopt;
    }
    if (py::isinstance<py::bool_>(value) || PyIndex_Check(value.ptr()) == 0)
    {
        return std::nullopt;
    }
    // By way of its digits: too large ones are then no numbers of that type.
    return AsInteger<Number>(
        py::str(py::reinterpret_steal<py::object>(PyNumber_Index(value.ptr()))));
}

template std::optional<uint16_t> AsInteger(py::handle value);
template std::optional<int64_t> AsInteger(py::handle value);
template std::optional<uint64_t> AsInteger(py::handle value);

std::optional<double>
AsDouble(py::handle value)
{
    if (const auto text = AsText(value))
    {
        double number = 0;
        const char* end = text->data() + text->size();
        const auto read = std::from_chars(text->data(), end, number);
        return read.ec == std::errc() && read.ptr == end ? std::optional(number) : std::nullopt;
    }
    if (py::isinstance<py::bool_>(value) || PyNumber_Check(value.ptr()) == 0)
    {
        return std::nullopt;
    }
    const double number = PyFloat_AsDouble(value.ptr());
    if (PyErr_Occurred() != nullptr)
    {
        PyErr_Clear();
        return std::nullopt;
    }
    return number;
}

std::optional<Time>
AsTime(py::handle value)
{
    if (const auto whole =
            py::isinstance<py::str>(value) ? std::nullopt : AsInteger<int64_t>(value))
    {
        return std::abs(static_cast<double>(*whole)) <= MOST_SECONDS
                   ? std::optional(NanoSeconds(*whole * 1000000000))
                   : std::nullopt;
    }
    double number = 0;
    double unit = 1;
    if (const auto text = AsText(value))
    {
        const auto read = std::from_chars(text->data(), text->data() + text->size(), number);
        const std::string rest(read.ptr, text->data() + text->size());
        const auto found = TimeUnits().find(rest.empty() ? "s" : rest);
        if (read.ec != std::errc() || found == TimeUnits().end())
        {
            return std::nullopt;
        }
        unit = found->second;
        if (std::abs(number * unit) <= MOST_SECONDS)
        {
            return Time(*text);
        }
    }
    else if (const auto seconds = AsDouble(value))
    {
        number = *seconds;
    }
    else
    {
        return std::nullopt;
    }
    return std::abs(number * unit) <= MOST_SECONDS ? std::optional(Seconds(number)) : std::nullopt;
}

Time
ToTime(py::handle value, const std::string& what)
{
    const auto time = AsTime(value);
    if (!time || time->IsStrictlyNegative())
    {
        throw py::value_error(what + " cannot be " + py::repr(value).cast<std::string>() +
                              ": it is a time from 0 on, seconds or a text such as '150ms'");
    }
    return *time;
}

} // namespace python
} // namespace conntrack
} // namespace ns3
