/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "bindings/json.h"

namespace ns3
{
namespace conntrack
{
namespace python
{

namespace py = pybind11;

py::object
ToPython(const nlohmann::ordered_json& json)
{
    using Type = nlohmann::ordered_json::value_t;
    switch (json.type())
    {
    case Type::boolean:
        return py::bool_(json.get<bool>());
    case Type::number_integer:
        return py::int_(json.get<int64_t>());
    case Type::number_unsigned:
        return py::int_(json.get<uint64_t>());
    case Type::number_float:
        return py::float_(json.get<double>());
    case Type::string:
        return py::str(json.get_ref<const std::string&>());
    case Type::array: {
        py::list list;
        for (const auto& item : json)
        {
            list.append(ToPython(item));
        }
        return list;
    }
    case Type::object: {
        py::dict dict;
        for (const auto& [key, value] : json.items())
        {
            dict[py::str(key)] = ToPython(value);
        }
        return dict;
    }
    default:
        return py::none();
    }
}

} // namespace python
} // namespace conntrack
} // namespace ns3
