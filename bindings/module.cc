/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "bindings/bindings.h"

using namespace ns3::conntrack::python;

PYBIND11_MODULE(_native, module)
{
    module.doc() = "The compiled part of ns3conntrack; use the package, which shows all of it.";
    // Classes say that they are of the package, where users find them.
    const pybind11::object name = module.attr("__name__");
    module.attr("__name__") = "ns3conntrack";
    BindCore(module);
    BindTable(module);
    BindRuleset(module);
    BindNetwork(module);
    BindLink(module);
    BindConntrack(module);
    BindApp(module);
    BindFtp(module);
    module.attr("__name__") = name;
}
