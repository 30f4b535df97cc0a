/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_PROTOCOL_NAT_HELPER_H
#define CONNTRACK_PROTOCOL_NAT_HELPER_H

#include "ns3/object.h"

#include <string>

/**
 * @file
 * The base of every NAT helper, which a protocol helper finds under its module name.
 *
 * Layer: protocol.  The NAT engine's folder derives from it; tracking only knows that it exists.
 * Source: rows H6-H8, H21 of the behavior table.
 */

namespace ns3
{
namespace conntrack
{

/// The base of every NAT helper.
class NatHelper : public Object
{
  public:
    /// @return the TypeId, ns3::conntrack::NatHelper
    static TypeId GetTypeId();

    /// @return the module's name, e.g. "ip_nat_ftp"
    const std::string& GetModuleName() const
    {
        return m_moduleName;
    }

    /// @param name the module's name
    void SetModuleName(const std::string& name)
    {
        m_moduleName = name;
    }

  private:
    std::string m_moduleName;
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_PROTOCOL_NAT_HELPER_H
