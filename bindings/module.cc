/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "bindings/bindings.h"

using namespace ns3::conntrack::python;

PYBIND11_MODULE(_native, module)
{
    module.doc() = "The compiled part of ns3conntrack; use the package, which shows all of it.";
    BindCore(module);
    BindTable(module);
    BindRuleset(module);
    BindNetwork(module);
    BindLink(module);
    BindConntrack(module);
    BindApp(module);
    BindFtp(module);
}
