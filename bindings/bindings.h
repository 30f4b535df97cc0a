/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_BINDINGS_BINDINGS_H
#define CONNTRACK_BINDINGS_BINDINGS_H

#include "bindings/held.h"

#include "ns3/net-device.h"
#include "ns3/node.h"
#include "ns3/object.h"

#include <pybind11/pybind11.h>

/**
 * @file
 * What each bind-TOPIC.cc adds to the module ns3conntrack._native; types before those who use them.
 *
 * Layer: bindings.
 */

namespace ns3
{
namespace conntrack
{
namespace python
{

/// Python's class for a type of ns-3.
template <typename T, typename... Bases>
using ObjectClass = pybind11::class_<T, Bases..., Held<T>>;

using NodeClass = ObjectClass<Node, Object>;        ///< ns3conntrack.Node
using DeviceClass = ObjectClass<NetDevice, Object>; ///< ns3conntrack.Device

/**
 * Addresses and routes.
 * @param module gets functions
 * @param node gets methods
 * @param device gets methods
 */
void BindInternet(pybind11::module_& module, NodeClass& node, DeviceClass& device);

void BindCore(pybind11::module_& module);       ///< @param module gets simulation, seeds, Object
void BindNetwork(pybind11::module_& module);    ///< @param module gets nodes and devices
void BindLink(pybind11::module_& module);       ///< @param module gets links
void BindTable(pybind11::module_& module);      ///< @param module gets snapshots and events
void BindRuleset(pybind11::module_& module);    ///< @param module gets the ready-made rules
void BindCarrierNat(pybind11::module_& module); ///< @param module gets CarrierGradeNat
void BindHelpers(pybind11::module_& module);    ///< @param module gets helpers and their registry
void BindConntrack(pybind11::module_& module);  ///< @param module gets Conntrack
void BindEventLog(pybind11::module_& module);   ///< @param module gets EventLog
void BindReplay(pybind11::module_& module);     ///< @param module gets the replay of captures
void BindApp(pybind11::module_& module);        ///< @param module gets UDP echo
void BindPing(pybind11::module_& module);       ///< @param module gets ping
void BindFtp(pybind11::module_& module);        ///< @param module gets FTP
void BindSip(pybind11::module_& module);        ///< @param module gets SIP
void BindSocket(pybind11::module_& module);     ///< @param module gets sockets
void BindTopology(pybind11::module_& module);   ///< @param module gets topologies

} // namespace python
} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_BINDINGS_BINDINGS_H
