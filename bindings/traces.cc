/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "bindings/traces.h"

#include "bindings/attributes.h"

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

std::map<std::string, Connector>&
Connectors()
{
    static std::map<std::string, Connector> connectors;
    return connectors;
}

} // namespace

void
AddConnector(const std::string& signature, Connector connector)
{
    Connectors()[signature] = std::move(connector);
}

Subscription
Trace(Object& object, const std::string& source, py::function callable)
{
    const TypeId tid = object.GetInstanceTypeId();
    TypeId::TraceSourceInformation information;
    if (!tid.LookupTraceSourceByName(source, &information))
    {
        throw py::attribute_error(ShortName(tid) + " has no trace source '" + source + "'");
    }
    const auto connector = Connectors().find(information.callback);
    if (connector == Connectors().end())
    {
        throw py::type_error(ShortName(tid) + " trace source '" + source + "' has arguments (" +
                             information.callback + ") that Python cannot get");
    }
    auto callback = PythonCallback::Make(std::move(callable));
    connector->second(object, source, callback);
    return Subscription(std::move(callback));
}

py::list
TraceNames(const Object& object)
{
    py::list names;
    for (TypeId tid = object.GetInstanceTypeId();; tid = tid.GetParent())
    {
        for (std::size_t i = 0; i < tid.GetTraceSourceN(); ++i)
        {
            const auto information = tid.GetTraceSource(i);
            if (Connectors().count(information.callback) != 0)
            {
                names.append(information.name);
            }
        }
        if (!tid.HasParent() || tid.GetParent() == tid)
        {
            return names;
        }
    }
}

} // namespace python
} // namespace conntrack
} // namespace ns3
