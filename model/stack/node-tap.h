/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_STACK_NODE_TAP_H
#define CONNTRACK_STACK_NODE_TAP_H

#include "model/flow/error-rate-limit.h"
#include "model/stack/interface-names.h"
#include "model/stack/packet-path.h"
#include "model/wire/defragmenter.h"
#include "model/wire/error-packet.h"
#include "model/wire/fragmenter.h"

#include "ns3/net-device.h"
#include "ns3/packet.h"
#include "ns3/simple-ref-count.h"

#include <optional>
#include <vector>

/**
 * @file
 * What a node's taps do with a packet, whatever its family: arrive, be forwarded, delivered,
 * depart.
 *
 * Layer: stack.
 * Shape: the taps of one family derive from it and join it to ns-3's classes. A packet's context
 * lives on the call stack: m_current leads to it only while that call lasts. Source: the order of
 * Linux's ip_rcv, ip_forward and ip6_forward (hop limit, MTU, FORWARD hook).
 */

namespace ns3
{
namespace conntrack
{

/// What the taps of both families use.
struct TapServices
{
    PacketPath& path;
    InterfaceNames& interfaces;
    Defragmenter& fragments;
    ErrorRateLimit& errorLimit;
    const TrackingSettings& settings;
    /// Called when an interface came up, maybe a new one.
    std::function<void()> interfacesChanged;
    /// Called when an interface (index as rules number it) went down, or lost this address.
    std::function<void(uint32_t interface, const std::optional<Address>& address)> addressGone;
};

/// A packet inside a tap's call, with its bytes. Of a long packet the first bytes are copied at
/// once, the rest when somebody asks for it.
class Passing final : private WholePacket, private PacketEditor
{
  public:
    /**
     * @param path where its connection goes back to
     * @param now point in time
     */
    Passing(PacketPath& path, Nanos now);
    ~Passing();
    Passing(const Passing&) = delete;
    Passing& operator=(const Passing&) = delete;

    /// @param ipPacket take its bytes, from the IP header on @return whether it is an IP packet
    bool Take(const Ptr<const Packet>& ipPacket);

    /// @param ipPacket bytes from the IP header on @return whether it is an IP packet
    bool Take(std::vector<uint8_t> ipPacket);

    /// One hop less, as the FORWARD hook sees it.
    void DecrementHopLimit();

    /// @return whether NAT or a helper has changed it since it was taken, or renewed
    bool HasChanged() const
    {
        return m_changed != 0;
    }

    /// @return whether the ns-3 packet that came in has the bytes as they are
    bool IsAsItCame() const
    {
        return !assembled && !HasChanged();
    }

    /// @param came the ns-3 packet that came in @return one with the bytes as they are
    Ptr<const Packet> Rebuild(const Ptr<const Packet>& came);

    /**
     * Bring an ns-3 packet up to the bytes as they are now. Its uid and its tags stay, but byte
     * tags of what was changed.
     * @param given the packet, perhaps without its IP header
     * @param without bytes that it lacks at the front
     * @return the packet with the present bytes; the given one if nothing has changed
     */
    Ptr<Packet> Renew(const Ptr<const Packet>& given, std::size_t without);

    TrackedPacket packet;    ///< a view of the bytes, and what is attached
    uint64_t uid{0};         ///< of the ns-3 packet
    bool assembled{false};   ///< the bytes are no longer those of the ns-3 packet
    FragmentShape shape;     ///< how it came, if in fragments
    Passing* outer{nullptr}; ///< the one in whose call this one happens

  private:
    /// Room for any IP and TCP header with options, and for short packets as a whole.
    static constexpr std::size_t HEAD = 128;

    ByteView GetWhole() override;
    MutableBytes Edit(std::size_t end) override;
    void Replace(std::vector<uint8_t> bytes) override;

    PacketPath& m_path;
    bool m_replaced{false};       ///< all bytes are others
    std::size_t m_changed{0};     ///< so many of the first bytes are not those of the ns-3 packet
    Ptr<const Packet> m_source;   ///< the ns-3 packet; none: all bytes are in m_bytes
    std::vector<uint8_t> m_bytes; ///< the whole packet, once somebody needed it
    std::array<uint8_t, HEAD> m_head; ///< the first bytes of m_source; not set without it
};

class NodeTap;

/// A frame that came in, for rules that ask about it.
class FrameArrival : public Arrival
{
  public:
    /**
     * All arguments outlive this.
     * @param tap the node's
     * @param passing the packet in the frame
     * @param device the device it came by
     * @param from the frame's source
     * @param to its destination
     */
    FrameArrival(const NodeTap& tap,
                 Passing& passing,
                 const Ptr<NetDevice>& device,
                 const ns3::Address& from,
                 const ns3::Address& to)
        : m_tap(tap),
          m_passing(passing),
          m_device(device),
          m_from(from),
          m_to(to)
    {
        passing.packet.arrival = this;
    }

    FrameArrival(const FrameArrival&) = delete;
    FrameArrival& operator=(const FrameArrival&) = delete;

    // Arrival
    ByteView GetLinkHeader() const override;
    Receivers GetReceivers() const override;

  private:
    const NodeTap& m_tap;
    const Passing& m_passing;
    const Ptr<NetDevice>& m_device;
    const ns3::Address& m_from;
    const ns3::Address& m_to;
    mutable std::array<uint8_t, 14> m_header; ///< Ethernet's, made when it is asked for
};

/// What a node's taps do with a packet.
class NodeTap : public SimpleRefCount<NodeTap>
{
  public:
    /// @param services what taps use
    explicit NodeTap(const TapServices& services);
    virtual ~NodeTap();

    /// Put the taps where they are not yet; again after a protocol was added.
    virtual void Attach() = 0;

    /// The node goes away, and so does what comes to it.
    virtual void Detach();

    /**
     * Send the error of a `reject`.
     * @param packet the rejected packet
     * @param verdict which error
     */
    void Reject(TrackedPacket& packet, const Verdict& verdict);

    /**
     * A packet never became whole: Linux tells the sender, for IPv4 only if it was for the node
     * itself.
     * @param first its first fragment
     */
    void SendReassemblyTimeout(const Passing& first);

    /**
     * @param device one of the node's
     * @param peer that lies behind it
     * @return the node's address there that masquerading takes; none: it has none
     */
    virtual std::optional<Address> AddressAt(Ptr<NetDevice> device, const Address& peer) const = 0;

    /**
     * @param address a destination
     * @param device the device by which a packet to it came
     * @return whether it is the broadcast address of one of the device's networks
     */
    virtual bool IsBroadcast(const Address& address, Ptr<NetDevice> device) const = 0;

    /**
     * @param address a destination
     * @param device the device by which a packet to it leaves
     * @return the mask of the device's network whose broadcast address it is; none: of none
     */
    virtual std::optional<Address> BroadcastMask(const Address& address,
                                                 Ptr<NetDevice> device) const = 0;

    /// @param destination an address @return the interface by which the node reaches it, as rules
    /// number them; 0: by none
    uint32_t InterfaceToward(const Address& destination) const
    {
        const Ptr<NetDevice> device =
            IsOwnAddress(destination) ? GetLoopback() : DeviceToward(destination);
        return device ? Describe(device).index : 0;
    }

  protected:
    /// @return whether the node goes away
    bool IsDetached() const
    {
        return m_detached;
    }

    /**
     * A packet comes in: put it together, PREROUTING.
     * @param passing the packet with its bytes
     * @param device the device it came by
     * @return Stop if it was dropped, or waits for more fragments
     */
    Passage Arrive(Passing& passing, const Ptr<NetDevice>& device);

    /**
     * A packet is to be forwarded: hop limit, size, FORWARD, POSTROUTING.
     * @param passing the packet; its hop limit is one less afterwards
     * @param device the device it leaves by
     * @return Stop if it was dropped; an error may have been sent
     */
    Passage Cross(Passing& passing, const Ptr<NetDevice>& device);

    /// A packet for this node: INPUT. @param passing the packet @return Stop if it was dropped
    Passage Deliver(Passing& passing);

    /**
     * A packet of this node: OUTPUT, POSTROUTING.
     * @param passing the packet; NAT may have changed it afterwards, if it has an editor
     * @param device the device it leaves by; null if not known
     * @return Stop if it was dropped
     */
    Passage Depart(Passing& passing, const Ptr<NetDevice>& device);

    /**
     * The end of Depart for a broadcast, which comes back to the node, too: POSTROUTING for both
     * copies, PREROUTING and INPUT for the one that comes back.
     * @param passing the packet
     * @param device the device it leaves by
     * @return Stop if the one that leaves was dropped
     */
    Passage DepartToAll(Passing& passing, const Ptr<NetDevice>& device);

    /// A packet has no route: an error goes back. @param passing the packet
    void SendNoRoute(const Passing& passing);

    /**
     * The fragments in which a packet that came in fragments is to leave.
     * @param passing a packet after Cross
     * @param device the device it leaves by
     * @return whole IP packets (none at all: Linux cannot send it, it is lost); no value: it leaves
     *         whole
     */
    std::optional<std::vector<std::vector<uint8_t>>> Cut(const Passing& passing,
                                                         const Ptr<NetDevice>& device);

    /**
     * @param uid of an ns-3 packet
     * @return the packet in whose call we are; null if it is another, whose way was interrupted
     */
    Passing* Current(uint64_t uid) const;

    /// @return whether we are in the call of any packet
    bool HasCurrent() const
    {
        return m_current != nullptr;
    }

    /// Makes a packet the current one as long as it lives.
    class Scope
    {
      public:
        Scope(NodeTap& tap, Passing& passing)
            : m_tap(tap)
        {
            passing.outer = tap.m_current;
            tap.m_current = &passing;
        }

        ~Scope()
        {
            m_tap.m_current = m_tap.m_current->outer;
        }

        Scope(const Scope&) = delete;
        Scope& operator=(const Scope&) = delete;

      private:
        NodeTap& m_tap;
    };

    /// @return what taps use
    const TapServices& Services() const
    {
        return m_services;
    }

    /**
     * @param device a device
     * @return it as rules see it
     */
    Interface Describe(const Ptr<NetDevice>& device) const
    {
        return m_services.interfaces.Get(PeekPointer(device));
    }

  private:
    /**
     * @param destination where an error goes
     * @return the address this node sends it from; none: no route
     */
    virtual std::optional<Address> SourceToward(const Address& destination) const = 0;

    /**
     * @param destination where an own packet goes
     * @return the device of the route; null: no route
     */
    virtual Ptr<NetDevice> DeviceToward(const Address& destination) const = 0;

    /// @param address an address @return whether it is this node's own
    virtual bool IsOwnAddress(const Address& address) const = 0;

    /// @return the node's loopback device
    virtual Ptr<NetDevice> GetLoopback() const = 0;

    /// @param bytes a whole packet of this node, filtered already, to send along its route
    virtual void SendBytes(const std::vector<uint8_t>& bytes) = 0;

    Passage Assemble(Passing& passing);
    void SendIcmpError(const TrackedPacket& offender,
                       uint8_t type,
                       uint8_t code,
                       uint32_t rest = 0);
    void SendReset(const TrackedPacket& offender, ChecksumCheck check);
    void SendOwn(std::vector<uint8_t> bytes, const TrackedPacket* relatedTo);

    TapServices m_services;
    Passing* m_current{nullptr};
    bool m_detached{false};
    uint32_t m_lastFragmentId{0}; ///< of IPv6 packets that are cut again; Linux draws it at random
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_STACK_NODE_TAP_H
