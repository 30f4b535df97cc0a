/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_TABLE_TRACKED_PACKET_H
#define CONNTRACK_TABLE_TRACKED_PACKET_H

#include "model/flow/status.h"
#include "model/flow/time.h"
#include "model/table/connection.h"
#include "model/wire/packet-view.h"

#include <string_view>
#include <vector>

/**
 * @file
 * A packet on its way through the router, with what tracking and rules attach to it.
 *
 * Layer: table.
 * Lifetime: the synchronous call that brings the packet from one tap to the next; never stored.
 * The holder of the context holds a reference to the connection.
 */

namespace ns3
{
namespace conntrack
{

class ProtocolHelper;

/// A device as rules see it (`iifname`, `oif`, ...); index 0 and no name: there is none at this
/// hook.
struct Interface
{
    std::string_view name; ///< lives as long as the router
    uint32_t index{0};     ///< as rules number it, from 1
    uint16_t type{1};      ///< ARPHRD_*: 1 Ethernet, 772 loopback (`iiftype`)
};

/// What rules before connection tracking ask of it (Linux: a template connection).
struct Template
{
    Zone zone;
    bool hasZone{false};
    /// The template has a helper area (row H11); its helper may still be none.
    bool hasHelperArea{false};
    const ProtocolHelper* helper{nullptr};
    const Timeouts* timeouts{nullptr}; ///< of a `ct timeout` object
};

/// Whom a packet that came in is for (`meta pkttype`).
enum class Receivers : uint8_t
{
    Host,
    Broadcast,
    Multicast,
};

/// How a packet came in: what few rules ask for, and costs something to find out.
class Arrival
{
  public:
    /// @return its Ethernet header (`ether`, `\@ll`); empty: it has none
    virtual ByteView GetLinkHeader() const = 0;

    /// @return whom it is for
    virtual Receivers GetReceivers() const = 0;

  protected:
    ~Arrival() = default;
};

/// Where a packet goes next: asked for by masquerading alone.
class NextHop
{
  public:
    /// @return the gateway of its route; zero: its destination is on the link
    virtual Address Get() const = 0;

  protected:
    ~NextHop() = default;
};

/// The owner of a packet's bytes, for those who change them: NAT and helpers.
class PacketEditor
{
  public:
    /**
     * @param end where changes end: bytes from there on stay
     * @return the packet up to there at least, if it is that long, to be changed where it lies; its
     *         view shows the changes
     */
    virtual MutableBytes Edit(std::size_t end) = 0;

    /// @param bytes a whole packet in place of the present one; its view shows it
    virtual void Replace(std::vector<uint8_t> bytes) = 0;

  protected:
    ~PacketEditor() = default;
};

/// A packet on its way.
struct TrackedPacket
{
    PacketView view;
    const Arrival* arrival{nullptr}; ///< none: it did not come from a device
    PacketEditor* editor{nullptr};   ///< none: nobody can change it
    const NextHop* nextHop{nullptr}; ///< of its route; none: it has none yet
    Connection* connection{nullptr}; ///< none while not looked up, untracked or invalid
    Direction direction{Direction::Original};
    FlowState state{FlowState::Invalid}; ///< before look-up: Invalid, unless a rule said notrack
    Template request;                    ///< what rules before tracking asked for
    Interface input;
    Interface output;
    uint32_t mark{0}; ///< of the packet, not the connection
    uint8_t priority{0};
    Nanos now{0};
    bool isLocal{false}; ///< made by this router
    /// Of the network to whose broadcast address this router sends it, from a socket; none: it does
    /// not.
    const Address* broadcastMask{nullptr};
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_TABLE_TRACKED_PACKET_H
