/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_PROTOCOL_NAT_HELPER_H
#define CONNTRACK_PROTOCOL_NAT_HELPER_H

#include "model/protocol/protocol-helper.h"

#include "ns3/object.h"

#include <functional>
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

/// An endpoint that a message announces, as text in its payload.
struct Announcement
{
    Expectation& expectation; ///< filled for the endpoint as it is announced; in no list yet
    std::size_t position{0};  ///< of the text in the payload
    std::size_t length{0};    ///< of the text
    /// The text of another endpoint.
    std::function<std::string(const Address& address, uint16_t port)> print;
};

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

    /**
     * Expect an announced connection where NAT will have it come, and announce that instead.
     * @param context the packet, of a connection with NAT
     * @param announcement what it announces
     * @return Drop if no endpoint is free, or the packet cannot be changed
     */
    HelperVerdict Announce(HelperContext& context, const Announcement& announcement) const
    {
        return DoAnnounce(context, announcement);
    }

  private:
    /**
     * As Announce; by default the announcement stays and is expected as it is.
     * @param context the packet
     * @param announcement what it announces
     * @return Drop if it is refused
     */
    virtual HelperVerdict DoAnnounce(HelperContext& context,
                                     const Announcement& announcement) const;

    std::string m_moduleName;
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_PROTOCOL_NAT_HELPER_H
