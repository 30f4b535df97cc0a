/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_FLOW_RATE_LIMIT_H
#define CONNTRACK_FLOW_RATE_LIMIT_H

#include "model/flow/time.h"

/**
 * @file
 * How often a line may go to the kernel log: so many in an interval.
 *
 * Layer: flow.
 * Source: Linux's net_ratelimit: 10 lines in 5 seconds (sysctls net.core.message_burst,
 * message_cost).
 */

namespace ns3
{
namespace conntrack
{

/// How often a line may go to the kernel log.
class RateLimit
{
  public:
    /**
     * @param now point in time
     * @return whether a line may be written now, which is counted
     */
    bool Allows(Nanos now)
    {
        if (m_left == BURST || now - m_begin > INTERVAL)
        {
            m_begin = now;
            m_left = BURST;
        }
        if (m_left == 0)
        {
            return false;
        }
        --m_left;
        return true;
    }

  private:
    static constexpr Nanos INTERVAL = 5 * SECOND;
    static constexpr int BURST = 10;

    Nanos m_begin{0};
    int m_left{BURST};
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_FLOW_RATE_LIMIT_H
