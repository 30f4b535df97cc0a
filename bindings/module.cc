/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "bindings/bindings.h"

#include <stdexcept>

using namespace ns3::conntrack::python;

namespace py = pybind11;

namespace
{

/// For an object that __new__ made without __init__, pybind11 would give methods raw memory.
void*
RefuseEmptyObject(std::size_t)
{
    throw std::runtime_error("The object was made without __init__()");
}

void
RefuseEmptyObjects(const py::module_& module)
{
    for (const auto& [name, value] : py::dict(module.attr("__dict__")))
    {
        if (PyType_Check(value.ptr()) == 0)
        {
            continue;
        }
        if (auto* info = py::detail::get_type_info(reinterpret_cast<PyTypeObject*>(value.ptr())))
        {
            info->operator_new = RefuseEmptyObject;
        }
    }
}

} // namespace

PYBIND11_MODULE(_native, module)
{
    module.doc() = "The compiled part of ns3conntrack; use the package, which shows all of it.";
    // Classes say that they are of the package, where users find them.
    const py::object name = module.attr("__name__");
    module.attr("__name__") = "ns3conntrack";
    BindCore(module);
    BindTable(module);
    BindRuleset(module);
    BindNetwork(module);
    BindLink(module);
    BindCarrierNat(module);
    BindHelpers(module);
    BindConntrack(module);
    BindEventLog(module);
    BindReplay(module);
    BindApp(module);
    BindPing(module);
    BindFtp(module);
    BindSip(module);
    BindSocket(module);
    BindTopology(module);
    module.attr("__name__") = name;
    RefuseEmptyObjects(module);
}
