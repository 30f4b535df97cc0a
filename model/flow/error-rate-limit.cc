/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/flow/error-rate-limit.h"

#include <algorithm>
#include <utility>

namespace ns3
{
namespace conntrack
{

namespace
{

constexpr uint32_t BURST = 6;          // errors to one destination after a pause; no sysctl
constexpr uint32_t NO_ROUTE_BURST = 5; // ip_rt_error_burst, five seconds at one a second

constexpr uint8_t ICMP_HIGHEST_TYPE = 18;
constexpr uint8_t DESTINATION_UNREACHABLE = 3; // RFC 792
constexpr uint8_t FRAGMENTATION_NEEDED = 4;    // a code of it
constexpr uint8_t PACKET_TOO_BIG = 2;          // RFC 4443
constexpr uint8_t INFORMATIONAL = 0x80;        // RFC 4443: these types are no errors

} // namespace

ErrorRateLimit::ErrorRateLimit(Random random, const ErrorRateLimits& limits)
    : m_random(std::move(random)),
      m_limits(limits)
{
}

void
ErrorRateLimit::SetLimits(const ErrorRateLimits& limits)
{
    m_limits = limits;
}

bool
ErrorRateLimit::IsLimited(const ErrorToLimit& error) const
{
    // Path MTU discovery is never slowed.
    if (error.family == Family::Ipv6)
    {
        return error.type != PACKET_TOO_BIG && (error.type & INFORMATIONAL) == 0;
    }
    if (error.type > ICMP_HIGHEST_TYPE ||
        (error.type == DESTINATION_UNREACHABLE && error.code == FRAGMENTATION_NEEDED))
    {
        return false;
    }
    return (m_limits.ipv4TypeMask >> error.type & 1) != 0;
}

bool
ErrorRateLimit::Allows(const ErrorToLimit& error, Nanos now)
{
    if (!IsLimited(error))
    {
        return true;
    }
    const Nanos time = ToTick(now);
    if (!RefillCommon(time))
    {
        return false;
    }
    if (!TakeToken(error, time, BURST))
    {
        return false;
    }
    m_common -= m_random ? static_cast<int64_t>(m_random(3)) : 1;
    return true;
}

bool
ErrorRateLimit::AllowsNoRoute(const ErrorToLimit& error, Nanos now)
{
    return error.family == Family::Ipv6 || TakeToken(error, ToTick(now), NO_ROUTE_BURST);
}

Nanos
ErrorRateLimit::ToTick(Nanos now) const
{
    // Whole ticks, as the kernel's clock: what arrives within one sees the same time.
    const Nanos tick = SECOND / std::max<uint32_t>(m_limits.hz, 1);
    return now / tick * tick;
}

bool
ErrorRateLimit::RefillCommon(Nanos time)
{
    if (m_common > 0)
    {
        return true;
    }
    const Nanos passed = m_hasCommon ? std::min(time - m_commonSince, SECOND) : SECOND;
    if (passed < SECOND / 50)
    {
        return false;
    }
    const auto added = static_cast<int64_t>(m_limits.messagesPerSecond) * passed / SECOND;
    if (added == 0)
    {
        return false;
    }
    m_common = std::min<int64_t>(m_common + added, m_limits.messagesBurst);
    m_commonSince = time;
    m_hasCommon = true;
    return true;
}

bool
ErrorRateLimit::TakeToken(const ErrorToLimit& error, Nanos time, uint32_t burst)
{
    const Nanos interval = IntervalFor(error);
    const Key key{error.family, error.destination};
    auto at = m_buckets.find(key);
    if (at == m_buckets.end())
    {
        if (m_buckets.size() == MAX_DESTINATIONS)
        {
            m_buckets.erase(m_oldest.begin()->second);
            m_oldest.erase(m_oldest.begin());
        }
        at = m_buckets.emplace(key, Bucket{BURST * interval, time}).first;
    }
    Bucket& bucket = at->second;
    bucket.tokens = std::min(bucket.tokens + time - bucket.since, burst * interval);
    m_oldest.erase({bucket.since, key});
    m_oldest.emplace(time, key);
    bucket.since = time;
    if (bucket.tokens < interval)
    {
        return false;
    }
    bucket.tokens -= interval;
    return true;
}

Nanos
ErrorRateLimit::IntervalFor(const ErrorToLimit& error) const
{
    if (error.family == Family::Ipv4)
    {
        return m_limits.ipv4Interval;
    }
    if (!m_limits.ipv6ByPrefix)
    {
        return m_limits.ipv6Interval;
    }
    const uint32_t length = std::min<uint32_t>(error.prefixLength, 128);
    return m_limits.ipv6Interval >> ((128 - length) / 32);
}

} // namespace conntrack
} // namespace ns3
