/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_HELPER_FTP_HELPER_H
#define CONNTRACK_HELPER_FTP_HELPER_H

#include "ns3/address.h"
#include "ns3/application-container.h"
#include "ns3/attribute.h"
#include "ns3/ipv4-address.h"
#include "ns3/ipv6-address.h"
#include "ns3/node-container.h"
#include "ns3/object-factory.h"

#include <string>

/**
 * @file
 * Installs FTP servers and clients on nodes.
 *
 * Layer: helper.
 * Errors: NS_FATAL_ERROR with one sentence for an unknown attribute or a node without TCP.
 */

namespace ns3
{
namespace conntrack
{

/// What the helpers of both ends have in common.
class FtpHelper
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
     * @param node a node with TCP
     * @return the application
     */
    ApplicationContainer Install(Ptr<Node> node) const;

    /**
     * @param nodes nodes with TCP
     * @return their applications, in the nodes' order
     */
    ApplicationContainer Install(const NodeContainer& nodes) const;

  protected:
    /// @param tid of the application
    explicit FtpHelper(TypeId tid);

  private:
    ObjectFactory m_factory;
    mutable int64_t m_stream{-1}; ///< for the next application; negative: ns-3 gives them
};

/// Installs FTP servers.
class FtpServerHelper : public FtpHelper
{
  public:
    /// @param port of the control connections
    explicit FtpServerHelper(uint16_t port = 21);
};

/// Installs FTP clients.
class FtpClientHelper : public FtpHelper
{
  public:
    /// @param server its InetSocketAddress or Inet6SocketAddress
    explicit FtpClientHelper(const ns3::Address& server);

    /// @param server its address @param port of its control connections
    explicit FtpClientHelper(Ipv4Address server, uint16_t port = 21);

    /// @param server its address @param port of its control connections
    explicit FtpClientHelper(Ipv6Address server, uint16_t port = 21);
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_HELPER_FTP_HELPER_H
