/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_BINDINGS_REGISTRY_VIEW_H
#define CONNTRACK_BINDINGS_REGISTRY_VIEW_H

#include "bindings/held.h"
#include "model/protocol/helper-registry.h"
#include "model/stack/conntrack.h"

#include <pybind11/pybind11.h>
#include <string>
#include <vector>

/**
 * @file
 * A router's helper registry as Python has it.
 *
 * Layer: bindings.
 * Shape: a reference to the router, nothing of its own.
 * Errors: ValueError and TypeError of one sentence; RuntimeError after destroy().
 */

namespace ns3
{
namespace conntrack
{
namespace python
{

/// A router's helper registry.
class RegistryView
{
  public:
    /// @param conntrack the router's
    explicit RegistryView(Conntrack& conntrack);

    /// @param name "tcp", "udp", "udplite", "sctp" or "gre" @return its number
    /// @throws ValueError for another
    static uint8_t ParseProtocol(const std::string& name);

    std::vector<Held<ProtocolHelper>> All() const; ///< @return in the registry's order

    /// @param name a helper's @return whether there is one
    bool Has(const std::string& name) const;

    /// @param name a helper's @param family "ipv4" or "ipv6" @param protocol as ParseProtocol
    /// @return it, or None
    pybind11::object Find(const std::string& name,
                          const std::string& family,
                          const std::string& protocol) const;

    /// @param kind of the kernel's @param ports where @param attributes of its class
    void Load(const std::string& kind,
              const std::vector<uint16_t>& ports,
              const pybind11::kwargs& attributes);

    /// @param helper a ns3conntrack.ProtocolHelper
    void Register(const pybind11::object& helper);

    /// @param helper the same, a Helper, or a name
    void Unregister(const pybind11::object& helper);

    /// @param name of an expectfn @param function what to call
    void RegisterFunction(const std::string& name, const pybind11::function& function);

    /// @param name of one of RegisterFunction
    void UnregisterFunction(const std::string& name);

    bool GetAutoAssign() const;   ///< @return whether helpers are assigned by port
    void SetAutoAssign(bool on);  ///< @param on whether helpers are assigned by port
    std::string Describe() const; ///< @return e.g. "<HelperRegistry: ftp, sip>"

  private:
    HelperRegistry& Look() const;
    HelperRegistry& Change() const;
    void Keep(Ptr<ProtocolHelper> helper) const;

    Held<Conntrack> m_conntrack;
};

} // namespace python
} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_BINDINGS_REGISTRY_VIEW_H
