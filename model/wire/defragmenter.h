/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_WIRE_DEFRAGMENTER_H
#define CONNTRACK_WIRE_DEFRAGMENTER_H

#include "model/flow/time.h"
#include "model/wire/fragment-queue.h"
#include "model/wire/fragment-shape.h"
#include "model/wire/packet-view.h"

#include <array>
#include <map>
#include <optional>
#include <utility>
#include <vector>

/**
 * @file
 * Puts fragments together before connection tracking sees them, as Linux's nf_defrag_ipv4 and
 * nf_defrag_ipv6 do.
 *
 * Layer: wire.
 * Shape: a queue for each packet that is not complete yet, in a sorted map; each lives until its
 * last fragment, its deadline or a contradiction. Two memory limits, one a family, bound it
 * whatever arrives; work for a fragment is logarithmic. Units and byte order: lengths in bytes,
 * times in nanoseconds. Errors: a fragment that is not taken is an outcome with its reason; nothing
 * asserts. Source: RFC 791 3.2, RFC 8200 4.5, RFC 5722 (overlaps), RFC 3168 5.3 (ECN); sysctls
 * net.ipv4.ipfrag_* and net.netfilter.nf_conntrack_frag6_*; tried on Linux 6.18.
 * Differs: memory is counted as Linux would for packets that came by way of a packet socket and
 * veth; what a network card's buffers cost there depends on its driver. Deadlines are exact.
 */

namespace ns3
{
namespace conntrack
{

/// What keeps fragments apart beside what their headers say.
struct FragmentScope
{
    /// Where they were met; Linux keeps these apart (IP_DEFRAG_CONNTRACK_IN, _OUT).
    enum class Hook : uint8_t
    {
        Ingress,  ///< PREROUTING
        LocalOut, ///< OUTPUT
    };

    Hook hook{Hook::Ingress};
    uint16_t zone{0}; ///< of the template, if a rule before defragmentation set one
    uint32_t interface {
        0
    }; ///< where it came in; counts for link-local and multicast IPv6 only
};

/// Why a fragment was not taken.
enum class FragmentRefusal : uint8_t
{
    None,
    Duplicate,        ///< all of it is there already; the queue stays
    Overlap,          ///< part of it is there already; the queue goes
    ContradictoryEnd, ///< ends beyond the last fragment, or is another last one; IPv4: the queue
                      ///< goes
    Empty,            ///< has no payload; IPv4: the queue goes
    BeyondLimit,      ///< its end lies beyond what a packet can hold (IPv6)
    TooLong,          ///< the whole would be longer than 65535 bytes; the queue goes
    EcnContradiction, ///< ECN-capable and not capable fragments mixed; the queue goes
    MemoryLimit,      ///< no memory for more fragments; an existing queue stays
    Truncated,        ///< shorter than its header says
};

/// Limits of a Defragmenter: sysctls.
struct DefragmenterLimits
{
    Nanos ipv4Timeout{30 * SECOND};          ///< net.ipv4.ipfrag_time
    Nanos ipv6Timeout{60 * SECOND};          ///< net.netfilter.nf_conntrack_frag6_timeout
    std::size_t ipv4Memory{4 * 1024 * 1024}; ///< net.ipv4.ipfrag_high_thresh; 0 takes none
    std::size_t ipv6Memory{4 * 1024 * 1024}; ///< net.netfilter.nf_conntrack_frag6_high_thresh
    /// net.ipv4.ipfrag_max_dist: so many fragments of the same source may come between two of a
    /// packet, else what was there of it is given up. 0: any number.
    uint32_t ipv4MaxDistance{64};
};

/// Puts fragments together.
class Defragmenter
{
  public:
    /// What became of a fragment.
    enum class Verdict : uint8_t
    {
        Untouched, ///< it goes on as it is: no fragment, or one that Linux lets pass (IPv6)
        Waiting,   ///< taken; others of its packet are missing
        Complete,  ///< it was the last one missing
        Refused,   ///< dropped
    };

    /// What became of a fragment, and the packet if it is complete.
    struct Outcome
    {
        Verdict verdict{Verdict::Untouched};
        FragmentRefusal refusal{FragmentRefusal::None}; ///< why, if Refused
        std::vector<uint8_t> packet; ///< if Complete: the packet, from its IP header
        FragmentShape shape;         ///< if Complete: how it was cut
    };

    /// A packet that never became complete.
    struct Expired
    {
        FragmentScope scope; ///< its interface is that of its latest fragment, whatever the address
        /// Its first fragment as it came, if it was there. Linux then answers with "fragment
        /// reassembly time exceeded": IPv6 always, IPv4 only if the destination is the router
        /// itself.
        std::vector<uint8_t> first;
    };

    /// What was counted; the names are those of /proc/net/snmp without "Reasm".
    struct Counters
    {
        uint64_t required{0};  ///< fragments that came (ReasmReqds)
        uint64_t completed{0}; ///< packets put together (ReasmOKs)
        uint64_t timeouts{0};  ///< packets given up for time (ReasmTimeout)
        /// Fragments refused, by FragmentRefusal.
        std::array<uint64_t, 10> refused{};
        uint64_t restarted{0}; ///< packets begun anew because of ipv4MaxDistance
        uint64_t dropped{0};   ///< fragments that were taken and then given up
    };

    /// @param limits the sysctls
    explicit Defragmenter(const DefragmenterLimits& limits = {});

    /**
     * Change the limits; queues keep their deadlines.
     * @param limits the sysctls
     */
    void SetLimits(const DefragmenterLimits& limits)
    {
        m_limits = limits;
    }

    /**
     * Take a packet.
     * @param packet the packet; goes on as it is if it is no fragment
     * @param scope what keeps it apart from others
     * @param now point in time, never before an earlier one
     * @return what became of it
     */
    Outcome Add(const PacketView& packet, const FragmentScope& scope, Nanos now);

    /**
     * Give up the packets whose deadline has come.
     * @param now point in time
     * @return them, by deadline
     */
    std::vector<Expired> Expire(Nanos now);

    /// @return the earliest deadline; none: no packet is waited for
    std::optional<Nanos> NextDeadline() const
    {
        return m_deadlines.empty() ? std::nullopt
                                   : std::make_optional(m_deadlines.begin()->first.first);
    }

    /// @return what was counted
    const Counters& GetCounters() const
    {
        return m_counters;
    }

    /// @return how many packets are waited for
    std::size_t Size() const
    {
        return m_queues.size();
    }

    /**
     * @param family IPv4 or IPv6
     * @return bytes that count against its memory limit
     */
    std::size_t Memory(Family family) const;

  private:
    /// What tells packets apart.
    struct Key
    {
        Address source;
        Address destination;
        uint32_t identification;
        uint32_t interface;
        uint16_t zone;
        Family family;
        uint8_t protocol; // IPv4 only
        FragmentScope::Hook hook;

        bool operator<(const Key& other) const;
    };

    /// A packet that is waited for.
    struct Waiting
    {
        FragmentQueue queue;
        FragmentScope scope;
        Nanos deadline;
        uint64_t number;        // order of beginning, among equal deadlines
        std::size_t memory;     // counted against the limit
        uint32_t largest;       // size of the largest fragment
        uint32_t largestWithDf; // size of the largest with DF
        uint32_t seen;          // the source's count when its latest fragment came
        uint8_t ecn;            // a bit for each of the four values that was seen
    };

    using Queues = std::map<Key, Waiting>;

    /// How many fragments a source has sent since its first queue began, and its queues.
    struct SourceCount
    {
        uint32_t fragments{0};
        uint32_t queues{0};
    };

    static Key KeyOf(const PacketView& packet, const FragmentScope& scope);
    static FragmentPiece PieceOf(const PacketView& packet);

    std::optional<Queues::iterator> Find(const Key& key, Nanos now);
    FragmentRefusal Take(Queues::iterator at, const PacketView& packet, FragmentPiece piece);
    Outcome Finish(Queues::iterator at);
    bool IsTooFar(const Key& key, Waiting& waiting);
    void Restart(Queues::iterator at, Nanos now);
    void Charge(Queues::iterator at, std::size_t bytes);
    void Remove(Queues::iterator at);
    Outcome Refuse(FragmentRefusal refusal);

    DefragmenterLimits m_limits;
    Queues m_queues;
    std::map<std::pair<Nanos, uint64_t>, Key> m_deadlines;
    std::map<Address, SourceCount> m_sources; // IPv4's, while they have queues
    std::size_t m_ipv4Memory{0};
    std::size_t m_ipv6Memory{0};
    uint64_t m_nextNumber{0};
    Counters m_counters;
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_WIRE_DEFRAGMENTER_H
