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

/// Where a payload names an endpoint.
struct AnnouncedText
{
    std::size_t position{0}; ///< in the payload
    std::size_t length{0};   ///< in bytes
    /// The text of another endpoint; none: no text names it, it is the packet's own sender.
    std::function<std::string(const Address& address, uint16_t port)> print;
};

/// An endpoint that a message announces.
struct Announcement
{
    Expectation& expectation; ///< filled for the endpoint as it is announced; in no list yet
    AnnouncedText text;       ///< where the payload names it
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

/**
 * Expect an endpoint where it is announced.
 * @param context the packet
 * @param expectation filled; in no list yet
 * @return Drop if it is refused
 */
HelperVerdict ExpectAsItIs(HelperContext& context, Expectation& expectation);

/**
 * Expect what a message announces: as it is, or by the NAT helper if the connection has NAT.
 * @param context the packet
 * @param endpoints what is announced
 * @param text where the payload says so
 * @return Drop if it is refused
 */
HelperVerdict ExpectAnnounced(HelperContext& context,
                              const ExpectationTable::Endpoints& endpoints,
                              const AnnouncedText& text = {});

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_PROTOCOL_NAT_HELPER_H
