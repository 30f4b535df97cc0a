/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_NAT_NAT_ENGINE_H
#define CONNTRACK_NAT_NAT_ENGINE_H

#include "model/nat/nat-policy.h"
#include "model/nat/nat-range.h"
#include "model/nat/source-index.h"
#include "model/nat/tuple-search.h"
#include "model/protocol/helper-registry.h"
#include "model/table/connection-table.h"
#include "model/table/kernel-profile.h"
#include "model/table/tracked-packet.h"
#include "model/wire/packet-edit.h"

#include <deque>
#include <functional>
#include <optional>
#include <vector>

/**
 * @file
 * Network address translation of a router's connections.
 *
 * Layer: nat.  Connection tracking does not know it: the router's path calls both.
 * Shape: what NAT keeps of a connection lies apart from it, by its slot, so that routers without
 * NAT pay nothing; it is some 13 bytes. Source: RFC 3022, RFC 4787, RFC 5382, RFC 5508; order and
 * choices are Linux's nf_nat.
 *
 * NAT is decided on a connection's first packet, once for each side: its reply tuple becomes what
 * answers will bear, and status bits say so. From then on each packet is changed by the difference
 * of the two tuples:
 *
 *     10.1.0.10:40000 -> 10.2.0.10:80   masqueraded to 10.2.0.1
 *     original tuple                    10.1.0.10:40000 -> 10.2.0.10:80
 *     reply tuple                       10.2.0.10:80 -> 10.2.0.1:40000
 */

namespace ns3
{
namespace conntrack
{

/// What became of NAT for a connection or packet.
enum class NatResult : uint8_t
{
    Done,
    Drop, ///< the packet must not go on
};

/// NAT of a router's connections.
class NatEngine
{
  public:
    /**
     * @param connections the router's
     * @param helpers the router's; asked again when a reply tuple changes (row H11)
     * @param profile decides about the search for ports
     * @param random a number of 16 bits, from the run's stream
     */
    NatEngine(ConnectionTable& connections,
              HelperRegistry& helpers,
              const KernelProfile& profile,
              std::function<uint16_t()> random);

    /// @param policy chooses in place of the kernel's search, where it wants to; null: never
    void SetPolicy(NatPolicy* policy)
    {
        m_policy = policy;
    }

    /// @param side of NAT @return the status bit that says that it was decided
    static constexpr uint32_t DoneBit(NatSide side)
    {
        return side == NatSide::Source ? status::SRC_NAT_DONE : status::DST_NAT_DONE;
    }

    /// @param side of NAT @return the status bit that says that the end is translated
    static constexpr uint32_t NatBit(NatSide side)
    {
        return side == NatSide::Source ? status::SRC_NAT : status::DST_NAT;
    }

    /// @param packet with a connection @param side of it @return whether that end is translated
    static bool Translates(const TrackedPacket& packet, NatSide side)
    {
        // What source NAT did to packets, it undoes at the destination of their answers.
        const bool isSource =
            (side == NatSide::Source) == (packet.direction == Direction::Original);
        return packet.connection->Is(NatBit(isSource ? NatSide::Source : NatSide::Destination));
    }

    /// @param connection one @param side of NAT @return whether it was decided
    static bool IsDecided(const Connection& connection, NatSide side)
    {
        return connection.Is(DoneBit(side));
    }

    /**
     * Decide NAT of one side of an unconfirmed connection.
     * @param connection it
     * @param range where the end may go
     * @param side which end
     * @param now point in time
     * @return Drop if it was decided already
     */
    NatResult Decide(Connection& connection, const NatRange& range, NatSide side, Nanos now);

    /**
     * A rule asks for NAT: the policy chooses, or as Decide.
     * @param connection it
     * @param range where the end may go
     * @param side which end
     * @param now point in time
     * @return Drop if it was decided already, or the policy has nothing
     */
    NatResult DecideForRule(Connection& connection, const NatRange& range, NatSide side, Nanos now);

    /**
     * No rule spoke: the policy chooses, or the end stays, but for a port that another connection
     * has.
     * @param connection it; unconfirmed
     * @param side which end
     * @param now point in time
     * @return Drop if the policy wants none of it
     */
    NatResult DecideUnasked(Connection& connection, NatSide side, Nanos now);

    /// A packet of a connection has come in. @param packet it, judged by its tracker
    void Seen(const TrackedPacket& packet)
    {
        if (m_policy != nullptr && packet.connection->Is(status::CONFIRMED))
        {
            Renew(*packet.connection, packet.direction, packet.now);
        }
    }

    /**
     * Remember the interface whose address a masqueraded connection has.
     * @param connection it; its source was decided
     * @param interface index as rules number it, from 1
     */
    void SetMasquerade(Connection& connection, uint32_t interface);

    /// @param connection one @return the interface of SetMasquerade; 0: none
    uint32_t MasqueradeOf(const Connection& connection) const;

    /**
     * Translate one side of a packet, as its connection says.
     * @param packet with a connection; its bytes change
     * @param side which end
     * @param checksums whether they mean anything
     * @return false if it had to be changed and nobody can
     */
    static bool Translate(TrackedPacket& packet, NatSide side, ChecksumUse checksums);

    /**
     * Translate one side of an ICMP error about a connection, outside and inside: the quoted packet
     * is what the receiver sent.
     * @param packet the error, with the connection and the direction that it travels in
     * @param side which end
     * @param checksums whether they mean anything
     * @return Drop for one that cannot be translated: a redirect, or with a wrong checksum
     */
    static NatResult TranslateError(TrackedPacket& packet, NatSide side, ChecksumUse checksums);

    /// @return the expectfn "nat-follow-master": an expected connection goes where its master's end
    /// is, and comes from where its peer is
    const ExpectFunction& FollowMaster() const
    {
        return m_followMaster;
    }

    /// @param connection was confirmed: others of its source may follow it @param now point in time
    void Confirmed(Connection& connection, Nanos now);

    /// @param connection leaves the table @param now point in time
    void Ended(const Connection& connection, Nanos now);

    /**
     * End the connections that were masqueraded with an interface's address, which has gone.
     * @param interface index as rules number it
     * @param address the one that has gone; none: the interface is down
     * @param now point in time
     */
    void EndMasqueraded(uint32_t interface, const std::optional<Address>& address, Nanos now);

  private:
    /// FollowMaster, with its engine.
    struct FollowMasterFunction : ExpectFunction
    {
        NatEngine* engine;
    };

    static void Follow(const ExpectFunction& self,
                       Connection& connection,
                       const Expectation& expectation,
                       Nanos now);

    /// @return what an end of a packet becomes; none: it stays
    static std::optional<EndValue> NewEnd(const TrackedPacket& packet, NatSide side);
    bool IsTaken(const Tuple& tuple, const Connection& connection, Nanos now);
    bool IsTakenStill(const Tuple& tuple, const Connection& connection, Nanos now);
    std::optional<Tuple> MappedSource(const Tuple& tuple, const NatRange& range) const;
    TupleQuestions QuestionsFor(const Connection& connection, Nanos now);
    void Settle(Connection& connection, const Tuple& chosen, NatSide side);
    NatResult Obey(Connection& connection, const NatChoice& choice, NatSide side);
    void Renew(Connection& connection, Direction direction, Nanos now);
    void ChangeReply(Connection& connection, const Tuple& reply);

    ConnectionTable& m_connections;
    HelperRegistry& m_helpers;
    const KernelProfile& m_profile;
    NatPolicy* m_policy{nullptr};
    FollowMasterFunction m_followMaster;
    std::function<uint16_t()> m_random;
    SourceIndex m_bySource;        ///< confirmed ones
    std::vector<uint32_t> m_exits; ///< interfaces that connections were masqueraded for
    std::deque<uint16_t>
        m_masquerades; ///< by slot, as far as needed: 1 + place in m_exits; 0: none
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_NAT_NAT_ENGINE_H
