/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_HELPER_SIP_HELPER_H
#define CONNTRACK_HELPER_SIP_HELPER_H

#include "ns3/address.h"
#include "ns3/application-container.h"
#include "ns3/attribute.h"
#include "ns3/node-container.h"
#include "ns3/object-factory.h"

#include <string>

/**
 * @file
 * Installs SIP phones, registrars and proxies on nodes.
 *
 * Layer: helper.
 * Errors: NS_FATAL_ERROR with one sentence for an unknown attribute or a node without UDP.
 */

namespace ns3
{
namespace conntrack
{

/// What the helpers of all have in common.
class SipHelper
{
  public:
    /**
     * @param name an attribute of the application
     * @param value its value for nodes installed from now on
     */
    void SetAttribute(const std::string& name, const AttributeValue& value);

    /**
     * Fix the random streams of applications installed from now on, one after another.
     * @param stream of the first application
     */
    void SetFirstStream(int64_t stream);

    /**
     * @param node a node with UDP and TCP
     * @return the application
     */
    ApplicationContainer Install(Ptr<Node> node) const;

    /**
     * @param nodes nodes with UDP and TCP
     * @return their applications, in the nodes' order
     */
    ApplicationContainer Install(const NodeContainer& nodes) const;

  protected:
    /// @param tid of the application
    explicit SipHelper(TypeId tid);

  private:
    ObjectFactory m_factory;
    mutable int64_t m_stream{-1}; ///< for the next application; negative: ns-3 gives them
};

/// Installs phones.
class SipUserAgentHelper : public SipHelper
{
  public:
    /// A phone that calls directly. @param user its user's name
    explicit SipUserAgentHelper(const std::string& user);

    /// A phone that registers, and calls through a proxy. @param user its user's name
    /// @param proxy the proxy's and registrar's socket address @param domain the proxy's
    SipUserAgentHelper(const std::string& user,
                       const ns3::Address& proxy,
                       const std::string& domain);
};

/// Installs registrars that are proxies, too.
class SipProxyHelper : public SipHelper
{
  public:
    /// @param domain whose users they know
    explicit SipProxyHelper(const std::string& domain);
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_HELPER_SIP_HELPER_H
