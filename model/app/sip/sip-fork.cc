/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/app/sip/sip-fork.h"

namespace ns3
{
namespace conntrack
{

namespace
{

constexpr uint32_t GLOBAL_FAILURE = 6; // RFC 3261 21.6

/// @return the class of a response, 1 to 6
uint32_t
ClassOf(const SipPacket& response)
{
    return response.code / 100;
}

} // namespace

SipFork::Step
SipFork::OnResponse(uint64_t branch, const SipPacket& response)
{
    Step step;
    const auto found = m_branches.find(branch);
    if (found == m_branches.end() || found->second.ended)
    {
        if (ClassOf(response) == 2)
        {
            step.pass = response; // it comes again
        }
        return step;
    }
    Branch& here = found->second;
    if (ClassOf(response) == 1)
    {
        here.provisional = true;
        if (here.cancelled)
        {
            step.cancelled.push_back(branch); // it was waited for
        }
        if (response.code != 100 && !m_answered)
        {
            step.pass = response; // RFC 3261 16.7, step 5: 100 is for one hop
        }
        return step;
    }
    here.ended = true;
    ++m_ended;
    if (ClassOf(response) == 2)
    {
        m_answered = true;
        step.pass = response;
        CancelOthers(branch, step);
        return step;
    }
    Keep(response);
    if (ClassOf(response) == GLOBAL_FAILURE)
    {
        CancelOthers(branch, step);
    }
    if (HasEnded() && !m_answered)
    {
        step.pass = m_best;
    }
    return step;
}

SipFork::Step
SipFork::OnCancel()
{
    Step step;
    CancelOthers(0, step);
    return step;
}

void
SipFork::CancelOthers(uint64_t winner, Step& step)
{
    for (auto& [number, branch] : m_branches)
    {
        if (number == winner || branch.ended || branch.cancelled)
        {
            continue;
        }
        branch.cancelled = true;
        if (branch.provisional)
        {
            step.cancelled.push_back(number);
        }
    }
}

void
SipFork::Keep(const SipPacket& response)
{
    const bool isBetter =
        !m_best || (ClassOf(*m_best) != GLOBAL_FAILURE &&
                    (ClassOf(response) == GLOBAL_FAILURE || ClassOf(response) < ClassOf(*m_best)));
    if (isBetter)
    {
        m_best = response;
    }
}

} // namespace conntrack
} // namespace ns3
