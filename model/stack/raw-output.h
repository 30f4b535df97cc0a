/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_STACK_RAW_OUTPUT_H
#define CONNTRACK_STACK_RAW_OUTPUT_H

#include "ns3/net-device.h"
#include "ns3/packet.h"
#include "ns3/ptr.h"
#include "ns3/tag.h"

#include <cstdint>
#include <optional>
#include <utility>

/**
 * @file
 * Finds the packets that raw sockets send, and stops those that may not leave.
 *
 * Layer: stack.
 * Shape: raw sockets ask for a route and call the stack, past the transport protocols. Both ask in
 * the same words, but the stack's SendOutgoing trace is behind both: a packet that is seen there
 * and did not come from a transport protocol is a raw socket's, with its final header. A trace
 * cannot stop it, but it can change the route that we gave for it: to the loopback device, where
 * the packet is thrown away, as ns-3's AODV does with packets that wait.
 */

namespace ns3
{
namespace conntrack
{

/// On a packet that must not come back from the loopback device.
class DiscardTag : public Tag
{
  public:
    /// @return the TypeId, ns3::conntrack::DiscardTag
    static TypeId GetTypeId();

    TypeId GetInstanceTypeId() const override;
    uint32_t GetSerializedSize() const override;
    void Serialize(TagBuffer buffer) const override;
    void Deserialize(TagBuffer buffer) override;
    void Print(std::ostream& stream) const override;
};

/// @param packet from the loopback device @return whether it ends there
bool IsDiscarded(Ptr<const Packet> packet);

/// What is known of the packets that a node sends. @tparam Route of one family
template <typename Route>
class RawOutput
{
  public:
    /// Says that a packet has met OUTPUT, as long as it lives.
    class Filtered
    {
      public:
        Filtered(RawOutput& output, uint64_t uid)
            : m_output(output),
              m_outer(std::exchange(output.m_filtered, uid))
        {
        }

        ~Filtered()
        {
            m_output.m_filtered = m_outer;
        }

        Filtered(const Filtered&) = delete;
        Filtered& operator=(const Filtered&) = delete;

      private:
        RawOutput& m_output;
        std::optional<uint64_t> m_outer;
    };

    /// @param uid of a packet @return whether it has met OUTPUT and is on its way out
    bool IsFiltered(uint64_t uid) const
    {
        return m_filtered == uid;
    }

    /**
     * A route for a packet that may be a raw socket's.
     * @param uid of the packet
     * @param route that it has
     * @return a copy that can be changed: routing protocols use their routes again
     */
    Ptr<Route> Offer(uint64_t uid, Ptr<Route> route)
    {
        m_uid = uid;
        m_route = Create<Route>(*route);
        return m_route;
    }

    /// @param uid of a packet that is leaving @return whether it is a raw socket's with our route
    bool IsRaw(uint64_t uid) const
    {
        return m_route && m_uid == uid && !IsFiltered(uid);
    }

    /// @param packet one that IsRaw, to be thrown away @param loopback device of the node
    void Discard(Ptr<const Packet> packet, Ptr<NetDevice> loopback)
    {
        m_route->SetOutputDevice(loopback);
        packet->AddPacketTag(DiscardTag());
    }

    /// Forget the route, which leads to the node.
    void Clear()
    {
        m_route = nullptr;
    }

  private:
    std::optional<uint64_t> m_filtered;
    uint64_t m_uid{0};
    Ptr<Route> m_route; ///< given last, for m_uid
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_STACK_RAW_OUTPUT_H
