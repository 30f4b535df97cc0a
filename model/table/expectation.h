/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_TABLE_EXPECTATION_H
#define CONNTRACK_TABLE_EXPECTATION_H

#include "model/flow/status.h"
#include "model/flow/time.h"
#include "model/flow/tuple.h"
#include "model/tracker/sequence-shift.h"

#include <array>
#include <boost/intrusive/list.hpp>
#include <boost/intrusive/list_hook.hpp>
#include <cstdint>
#include <cstring>
#include <string>
#include <type_traits>

/**
 * @file
 * An expectation: a connection that a helper foretold; and what a master keeps of them.
 *
 * Layer: table.
 * Shape: plain structs of 176 bytes in the slab of their ExpectationTable, in two lists: bucket and
 * master.
 * Units: nanoseconds; ports in host order.
 * Source: rows E11, E12, E22, H9, H25 of the behavior table (doc/rows.rst).
 */

namespace ns3
{
namespace conntrack
{

struct Connection;
struct Expectation;
class ProtocolHelper;

/// Called for the first packet of an expected connection, before it leaves; registered by name
/// (row H14). A derived struct has what its function needs.
struct ExpectFunction
{
    std::string name; ///< as ctnetlink shows it, e.g. "nat-follow-master"; empty: not shown
    /// What to do with the new, unconfirmed connection; called with this struct.
    using Call = void (*)(const ExpectFunction& self,
                          Connection& connection,
                          const Expectation& expectation,
                          Nanos now);
    Call call; ///< the function
};

/// How many expectations of a class a master may have, and how long they live (row H25).
struct ExpectationPolicy
{
    std::string name;        ///< of the class, at most 15 bytes; often empty
    uint32_t maxExpected{0}; ///< 0: no limit
    Nanos timeout{0};        ///< time to live
};

/// Classes a helper can have (row H25).
constexpr std::size_t EXPECTATION_CLASSES = 4;

/**
 * The one thing that the table asks of a helper; defined beside the helper's class, in protocol/.
 * @param helper a helper
 * @param classNumber one of its classes
 * @return the policy of the class; one without limit and time for a class it does not have
 */
const ExpectationPolicy& PolicyOf(const ProtocolHelper& helper, uint32_t classNumber);

/// An expectation.
struct Expectation
{
    Tuple tuple;             ///< destination exact, source under the mask; its zone is unused (0)
    SourceMask mask;         ///< of the source
    uint16_t flags{0};       ///< bits of namespace expectation_flag
    uint16_t classNumber{0}; ///< of the helper's policies
    /// For NAT helpers: of the master, from which the packets will come.
    Direction direction{Direction::Original};
    Connection* master{nullptr};             ///< not kept alive by this (row E11)
    const ProtocolHelper* helper{nullptr};   ///< for the expected connection; none: rules decide
    const ExpectFunction* function{nullptr}; ///< expectfn, or none
    Nanos deadline{0};                       ///< point in time
    Nanos firing{0};          ///< point in time at which its timer fires, not before the deadline
    Nanos armed{-1};          ///< for the table: when it will look at the timer; negative: never
    uint32_t id{0};           ///< unique in its table, in order of creation
    Address savedAddress;     ///< for NAT helpers: what the end would have used without NAT
    uint16_t savedPort{0};    ///< its port
    bool timerPending{false}; ///< armed and not yet firing (rows E2, E6)
    bool hasTimer{false};     ///< was ever armed
    uint32_t references{0};   ///< row E13
    uint32_t slot{0};         ///< for the table: its place in the slab
    /// For the table: its place in its bucket's list.
    boost::intrusive::list_member_hook<> inBucket;
    /// For the table: its place in its master's list.
    boost::intrusive::list_member_hook<> inMaster;
};

static_assert(sizeof(Expectation) <= 176, "a hundred thousand expectations: every byte counts");

/// A master's expectations, newest first (row E14).
using MasterExpectations =
    boost::intrusive::list<Expectation,
                           boost::intrusive::member_hook<Expectation,
                                                         boost::intrusive::list_member_hook<>,
                                                         &Expectation::inMaster>,
                           boost::intrusive::constant_time_size<false>>;

/// What a connection with a helper carries beside (row H9).
struct HelperArea
{
    const ProtocolHelper* helper{nullptr}; ///< reads its packets; none: it has none any more
    MasterExpectations expectations;       ///< of this connection
    std::array<uint32_t, EXPECTATION_CLASSES> expecting{}; ///< how many, by class
    /// Shifts of TCP sequence numbers by direction, once a NAT helper changed a payload's length.
    SequenceShifts shifts;
    bool takesShifts{true}; ///< else changed lengths are not made good (profile v5.10)
    /// The helper's own memory of the connection; zero at first. Linux has 32 bytes here too.
    alignas(8) std::array<uint8_t, 40> data{};
    uint32_t slot{0}; ///< for the table: its place in the slab

    /**
     * The helper's own memory.
     * @tparam T a trivial type of at most 40 bytes for which zero bytes are a good beginning
     * @return the memory as that type
     */
    template <typename T>
    T& Data()
    {
        static_assert(sizeof(T) <= sizeof(data) && std::is_trivially_copyable_v<T>);
        return *reinterpret_cast<T*>(data.data());
    }
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_TABLE_EXPECTATION_H
