/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_FLOW_ERROR_RATE_LIMIT_H
#define CONNTRACK_FLOW_ERROR_RATE_LIMIT_H

#include "model/flow/time.h"
#include "model/flow/tuple.h"

#include <cstddef>
#include <functional>
#include <map>
#include <set>
#include <utility>

/**
 * @file
 * How many ICMP errors a router may send: so many to each destination, so many in all.
 *
 * Layer: flow.
 * Shape: a bucket for each destination that an error was meant for lately; at most
 * MAX_DESTINATIONS, of which the one not used for longest goes first: it is full again, unless
 * there are very many. Units: nanoseconds. Source: sysctls net.ipv4.icmp_ratelimit, icmp_ratemask,
 * icmp_msgs_per_sec, icmp_msgs_burst, net.ipv6.icmp.ratelimit, ratemask; tried on Linux 6.18.
 */

namespace ns3
{
namespace conntrack
{

/// Limits of an ErrorRateLimit: sysctls.
struct ErrorRateLimits
{
    Nanos ipv4Interval{SECOND};            ///< net.ipv4.icmp_ratelimit
    uint32_t ipv4TypeMask{6168};           ///< net.ipv4.icmp_ratemask: types 3, 4, 11, 12
    Nanos ipv6Interval{100 * MILLISECOND}; ///< net.ipv6.icmp.ratelimit (1 s in older kernels)
    /// Older kernels, 5.10 among them: halve IPv6's interval for each 32 bits that the route's
    /// prefix is shorter than 128. 6.18 does not.
    bool ipv6ByPrefix{false};
    uint32_t messagesPerSecond{1000}; ///< net.ipv4.icmp_msgs_per_sec, of both families together
    uint32_t messagesBurst{50};       ///< net.ipv4.icmp_msgs_burst
    uint32_t hz{250};                 ///< the kernel counts in ticks (CONFIG_HZ)
};

/// An ICMP error as its rate limit sees it.
struct ErrorToLimit
{
    Family family{Family::Ipv4};
    uint8_t type{0};
    uint8_t code{0};
    Address destination;       ///< to whom it goes
    uint8_t prefixLength{128}; ///< of the route to the destination, if ipv6ByPrefix
};

/// How many ICMP errors a router may send.
class ErrorRateLimit
{
  public:
    /// Draws a number from 0 to one less than its argument.
    using Random = std::function<uint32_t(uint32_t bound)>;

    /**
     * @param random Linux takes 0, 1 or 2 from the common bucket for a message, at random; empty: 1
     * @param limits the sysctls
     */
    explicit ErrorRateLimit(Random random = {}, const ErrorRateLimits& limits = {});

    /// @param limits the sysctls
    void SetLimits(const ErrorRateLimits& limits);

    /**
     * @param error the error, which can be sent otherwise
     * @param now point in time
     * @return whether it may be sent now, which is counted
     */
    bool Allows(const ErrorToLimit& error, Nanos now);

    /**
     * "No route" over IPv4 costs twice: Linux limits it once before it makes the error, from the
     * same bucket, of which it then leaves no more than 5 errors (ip_rt_error_burst).
     * @param error the error
     * @param now point in time
     * @return whether Allows may be asked
     */
    bool AllowsNoRoute(const ErrorToLimit& error, Nanos now);

    /// @return how many destinations are remembered
    std::size_t Size() const
    {
        return m_buckets.size();
    }

    /// How many destinations are remembered at most.
    static constexpr std::size_t MAX_DESTINATIONS = 65536;

  private:
    using Key = std::pair<Family, Address>;

    /// What may go to a destination: time saved up, of which an error costs an interval.
    struct Bucket
    {
        Nanos tokens;
        Nanos since; // when it was filled last
    };

    bool IsLimited(const ErrorToLimit& error) const;
    bool RefillCommon(Nanos time);
    bool TakeToken(const ErrorToLimit& error, Nanos time, uint32_t burst);
    Nanos ToTick(Nanos now) const;
    Nanos IntervalFor(const ErrorToLimit& error) const;

    Random m_random;
    ErrorRateLimits m_limits;
    std::map<Key, Bucket> m_buckets;
    std::set<std::pair<Nanos, Key>> m_oldest; // by the time of the last use
    int64_t m_common{0};                      // messages left in the common bucket; may be in debt
    Nanos m_commonSince{0};                   // when it was filled last
    bool m_hasCommon{false};                  // it was filled once
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_FLOW_ERROR_RATE_LIMIT_H
