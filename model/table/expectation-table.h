/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_TABLE_EXPECTATION_TABLE_H
#define CONNTRACK_TABLE_EXPECTATION_TABLE_H

#include "model/table/connection-table.h"
#include "model/table/expectation-match.h"
#include "model/table/expectation.h"
#include "model/table/expiry-clock.h"
#include "model/table/kernel-profile.h"
#include "model/table/statistics.h"

#include "ns3/object.h"
#include "ns3/traced-callback.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

/**
 * @file
 * The expectation table of a router: rows E1-E22.
 *
 * Layer: table.
 * Shape: buckets of intrusive lists, as in Linux, for the order within a bucket decides which of
 * several matching expectations is used.
 * Units: nanoseconds of simulated time, given by the caller.
 * Errors: ExpectResult, for which Linux has errno values.
 * Source: rows E of the behavior table; profile decides where kernels differ.
 */

namespace ns3
{
namespace conntrack
{

/// Answer to a wish for an expectation; Linux's errno in the comment.
enum class ExpectResult : uint8_t
{
    Ok,       ///< 0
    ShutDown, ///< ESHUTDOWN: the master has no helper area
    Busy,     ///< EBUSY: clashes with another's
    TooMany,  ///< EMFILE: class or table is full
    Already,  ///< EALREADY: the same is there, of another class or master
};

/// Why an expectation ended.
enum class ExpectationEnd : uint8_t
{
    Used,       ///< its connection came
    Expired,    ///< its deadline passed
    Refreshed,  ///< replaced by an equal one
    Evicted,    ///< made room for a newer one of its class
    MasterGone, ///< its master died
    Withdrawn,  ///< its helper took it back
    Helperless, ///< its helper was unregistered
    Deleted,    ///< somebody deleted or flushed it
};

/// The two events of an expectation.
enum class ExpectationEvent : uint8_t
{
    New,
    Destroy,
};

/// What an event of an expectation tells.
struct ExpectationNotice
{
    const Expectation& expectation; ///< as it is after New, or was at Destroy
    ExpectationEvent event;         ///< which of the two
    ExpectationEnd end;             ///< only with Destroy
    Nanos now;                      ///< point in time
    Requester requester;            ///< who asked for it, if a program did
};

/// The expectation table of a router.
class ExpectationTable : public Object
{
  public:
    /// @return the TypeId, ns3::conntrack::ExpectationTable
    static TypeId GetTypeId();

    ExpectationTable();
    ~ExpectationTable() override;

    /// Where the table begins: rows E19, E20.
    struct Setup
    {
        uint32_t conntrackBuckets{262144}; ///< nf_conntrack_buckets
        uint32_t hashSize{0}; ///< expect_hashsize; 0: conntrackBuckets / 256, at least 1
        uint64_t hashKey{0};  ///< random value of row E3
        const KernelProfile* profile{nullptr}; ///< none: v5.10
        Statistics* statistics{nullptr};       ///< must outlive the table; none: its own
    };

    /**
     * Begin, empty (row E21).
     * @param setup sizes, random value, profile
     */
    void Initialize(const Setup& setup);

    /// Called for NEW and DESTROY, in order, before the trace sources.
    using NoticeCallback = std::function<void(const ExpectationNotice&)>;

    /// @param callback the one to call
    void SetNoticeCallback(NoticeCallback callback);

    /// @param callback gets each line for the kernel log, e.g. "nf_conntrack: expectation table
    /// full"
    void SetLogCallback(std::function<void(const std::string&)> callback);

    /// @return the kernel profile, for helpers too
    const KernelProfile& GetProfile() const;

    /// @return how late timers fire (exact, or as the kernel's wheel)
    ExpiryClock& Clock();

    /// @param maximum most expectations of the router (nf_conntrack_expect_max, row E19)
    void SetMaximum(uint32_t maximum);

    /// @return the limit
    uint32_t GetMaximum() const;

    /// @return the number of buckets (nf_conntrack_expect_hash_size; fixed after Initialize)
    uint32_t GetHashSize() const;

    /**
     * Row E3.
     * @param tuple an expectation's or packet's tuple
     * @return its bucket
     */
    uint32_t BucketOf(const Tuple& tuple) const;

    /**
     * Rows E4, E5: what matches, INACTIVE ones too.
     * @param tuple a packet's tuple
     * @param zone the master's zone must be of this number
     * @return the first match in its bucket; null: none
     */
    Expectation* Find(const Tuple& tuple, uint16_t zone);

    /**
     * Row E6: the expectation of a connection's first packet, used up unless PERMANENT.
     * @param tuple the packet's tuple
     * @param zone the packet's zone number
     * @param now point in time
     * @return the match, one reference held by the caller (Put it); null: none
     */
    Expectation* Take(const Tuple& tuple, uint16_t zone, Nanos now);

    /**
     * Rows E11, E12: a new expectation in no list.
     * @param master whose it shall be; not kept alive
     * @return the expectation, one reference held by the caller (Put it)
     */
    Expectation* Allocate(Connection& master);

    /// What rows E11 and E12 fill in.
    struct Endpoints
    {
        uint32_t classNumber{0};            ///< of the helper's policies, below EXPECTATION_CLASSES
        Family family{Family::Ipv4};        ///< of both addresses
        std::optional<Address> source;      ///< none: any
        Address destination;                ///< exact
        uint8_t protocol{0};                ///< IP protocol number
        std::optional<uint16_t> sourcePort; ///< none: any
        uint16_t destinationPort{0};        ///< host order, exact
    };

    /**
     * Row E12: set class, tuple and mask; clear flags, expectfn and own helper.
     * @param expectation the expectation
     * @param endpoints what it shall match
     */
    static void Fill(Expectation& expectation, const Endpoints& endpoints);

    /**
     * Rows E16, E14, E17: check, insert, report.
     * @param expectation filled; the table takes a reference of its own when it accepts it
     * @param now point in time
     * @param masterTest whether another master's equal one is the same
     * @param requester who asks
     * @param timeout time to live if the master has no helper
     * @return Ok or why not; a removal or eviction on the way stays
     */
    ExpectResult Expect(Expectation& expectation,
                        Nanos now,
                        MasterTest masterTest = MasterTest::Compare,
                        const Requester& requester = {},
                        Nanos timeout = 0);

    /**
     * Row E10: withdraw one, if its timer is still pending.
     * @param expectation one in the table
     * @param now point in time
     * @param end why
     * @param requester who asks
     * @return whether it was withdrawn
     */
    bool Withdraw(Expectation& expectation,
                  Nanos now,
                  ExpectationEnd end = ExpectationEnd::Withdrawn,
                  const Requester& requester = {});

    /**
     * Give one a new time to live, if its timer is still pending (helpers and user space do).
     * @param expectation one in the table
     * @param now point in time
     * @param timeout the new time to live
     * @return whether it was changed
     */
    bool Rearm(Expectation& expectation, Nanos now, Nanos timeout);

    /**
     * Row E7: a dying master takes its expectations along.
     * @param master the master
     * @param now point in time
     */
    void RemoveOf(Connection& master, Nanos now);

    /**
     * Remove those that a test names (row H17, conntrack -F expect), in bucket order.
     * @param which true for the ones to remove
     * @param now point in time
     * @param end why
     * @param requester who asks
     */
    void RemoveIf(const std::function<bool(const Expectation&)>& which,
                  Nanos now,
                  ExpectationEnd end,
                  const Requester& requester = {});

    /// @param expectation one held by the caller; row E13: the last reference frees it
    void Put(Expectation& expectation);

    /// @return the earliest point in time at which Expire must be called; none: no timer
    std::optional<Nanos> NextDeadline();

    /// @return a point in time not after NextDeadline's, for less: the reminder may be out of date
    Nanos EarliestReminder() const;

    /**
     * Row E2: timers that are due fire.
     * @param now point in time
     */
    void Expire(Nanos now);

    /// @return how many there are
    uint32_t Size() const;

    /**
     * Visit all in dump order: bucket by bucket, newest first in each.
     * @param visit called with each; must not change the table
     */
    void ForEach(const std::function<void(const Expectation&)>& visit) const;

    /**
     * TracedCallback signature of New and Destroy.
     * @param notice the expectation and what happened to it
     */
    typedef void (*NoticeTracedCallback)(const ExpectationNotice& notice);

  protected:
    void DoDispose() override; ///< ends every expectation, with its DESTROY

  private:
    class Impl;

    ExpectResult MakeRoom(Expectation& expectation, Nanos now, MasterTest masterTest);
    void EvictOldest(HelperArea& area, uint32_t classNumber, Nanos now);
    void Insert(Expectation& expectation, Nanos now, Nanos timeout);
    void Unlink(Expectation& expectation,
                Nanos now,
                ExpectationEnd end,
                const Requester& requester);
    void Report(const ExpectationNotice& notice);

    std::unique_ptr<Impl> m_impl;
    TracedCallback<const ExpectationNotice&> m_newTrace;
    TracedCallback<const ExpectationNotice&> m_destroyTrace;
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_TABLE_EXPECTATION_TABLE_H
