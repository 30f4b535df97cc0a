/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_PROTOCOL_BROADCAST_PROTOCOL_HELPER_H
#define CONNTRACK_PROTOCOL_BROADCAST_PROTOCOL_HELPER_H

#include "model/protocol/protocol-helper.h"

#include "ns3/nstime.h"

/**
 * @file
 * Helpers of protocols that ask everybody on a link: NetBIOS name service and SNMP.
 *
 * Layer: protocol.
 * Shape: nothing is remembered of a connection and no payload is read.
 * Source: RFC 1002 4.2.12 (a name query is broadcast, any node answers it), RFC 1157 4 (SNMP);
 * Linux's rules for the router's own broadcasts.
 *
 * Answers to a broadcast come from other addresses than it went to, so that no connection has them.
 * Only what this router itself sends is helped, to the broadcast address of a network of its own:
 *
 *     router 10.1.0.1:45000 asks 10.1.0.255:137
 *     expected: 10.1.0.0/24, port 137 -> 10.1.0.1:45000; any number of them, for 3 s
 *
 * The asking connection lives as long as the expectation.
 */

namespace ns3
{
namespace conntrack
{

/// The base of helpers of protocols that ask by broadcast.
class BroadcastProtocolHelper : public ProtocolHelper
{
  public:
    /// @return the TypeId, ns3::conntrack::BroadcastProtocolHelper
    static TypeId GetTypeId();

    /// @param timeout how long answers are expected; at least a second
    void SetTimeout(Time timeout);

    /// @return how long answers are expected
    Time GetTimeout() const;

  protected:
    BroadcastProtocolHelper();

    /**
     * Give a class its attribute Timeout.
     * @param tid of the class
     * @param timeout its default
     * @return the tid
     */
    static TypeId AddTimeout(TypeId tid, Nanos timeout);

    /**
     * @param name of the protocol
     * @param port at which it is served
     * @return the kind: UDP over IPv4
     */
    static HelperKind KindOf(const std::string& name, uint16_t port);

  private:
    HelperVerdict DoHelp(HelperContext& context) const override;
};

/// NetBIOS name service's helper.
class NetbiosNsProtocolHelper : public BroadcastProtocolHelper
{
  public:
    /// @return the TypeId, ns3::conntrack::NetbiosNsProtocolHelper
    static TypeId GetTypeId();

  private:
    HelperKind DoGetKind() const override;
};

/// SNMP's helper.
class SnmpProtocolHelper : public BroadcastProtocolHelper
{
  public:
    /// @return the TypeId, ns3::conntrack::SnmpProtocolHelper
    static TypeId GetTypeId();

  private:
    HelperKind DoGetKind() const override;
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_PROTOCOL_BROADCAST_PROTOCOL_HELPER_H
