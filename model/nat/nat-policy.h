/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_NAT_NAT_POLICY_H
#define CONNTRACK_NAT_NAT_POLICY_H

#include "model/nat/tuple-search.h"

#include <optional>

/**
 * @file
 * Who chooses addresses and ports in place of the kernel's search.
 *
 * Layer: nat.
 * Shape: an interface of the engine's; without a policy the engine is the kernel's.
 */

namespace ns3
{
namespace conntrack
{

/// What a policy says of an end of a new connection.
struct NatChoice
{
    /// Who decides.
    enum class Kind : uint8_t
    {
        Kernel,  ///< the engine, as ever
        Chosen,  ///< the policy: the tuple
        Refused, ///< the policy: the packet must be dropped
    };

    Kind kind{Kind::Kernel};
    Tuple tuple; ///< of the packet afterwards
};

/// Chooses in place of the kernel's search.
class NatPolicy
{
  public:
    /**
     * @param connection a new one
     * @param tuple of its packet as it is now
     * @param range what a rule asks for; null: no rule asks for source NAT
     * @param questions of the router
     * @param now point in time
     * @return the new source
     */
    virtual NatChoice ChooseSource(const Connection& connection,
                                   const Tuple& tuple,
                                   const NatRange* range,
                                   const TupleQuestions& questions,
                                   Nanos now) = 0;

    /**
     * No rule asks for destination NAT.
     * @param connection a new one
     * @param tuple of its packet as it is now
     * @param now point in time
     * @return the new destination
     */
    virtual NatChoice ChooseDestination(const Connection& connection,
                                        const Tuple& tuple,
                                        Nanos now) = 0;

    /// @param connection is in the table now @param now point in time
    virtual void Confirmed(const Connection& connection, Nanos now) = 0;

    /// @param connection leaves the table @param now point in time
    virtual void Ended(const Connection& connection, Nanos now) = 0;

    /**
     * A packet has renewed a connection's deadline.
     * @param connection a confirmed one
     * @param direction the packet's
     * @param now point in time
     * @return the deadline that it gets instead; none: the renewed one
     */
    virtual std::optional<Nanos> DeadlineFor(const Connection& connection,
                                             Direction direction,
                                             Nanos now) = 0;

  protected:
    ~NatPolicy() = default;
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_NAT_NAT_POLICY_H
