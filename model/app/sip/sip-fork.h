/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_APP_SIP_SIP_FORK_H
#define CONNTRACK_APP_SIP_SIP_FORK_H

#include "model/wire/sip-dialogue.h"

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

/**
 * @file
 * A request that a proxy has sent to several places, and what it makes of their responses.
 *
 * Layer: app.
 * Shape: a value, no simulator; an entry a branch. A branch is named by its client transaction.
 *
 *     response   passed on                        the others are cancelled
 *     100        no                               no
 *     101-199    at once                          no
 *     200-299    at once, of each branch          yes
 *     300-599    the best, once all have ended    no
 *     600-699    as the best, once all have ended yes
 *
 * Source: RFC 3261 16.7 and 16.10. The best: the first of 6xx, else the first of the lowest class.
 * Differs: 503 is passed on as it is, and credentials asked for (401, 407) are not collected.
 */

namespace ns3
{
namespace conntrack
{

/// A request and where it went.
class SipFork
{
  public:
    /// What to do with a response.
    struct Step
    {
        std::optional<SipPacket> pass;   ///< this one, upstream
        std::vector<uint64_t> cancelled; ///< branches
    };

    /// @param branch where the request was sent
    void Add(uint64_t branch)
    {
        m_branches[branch];
    }

    /// @param branch that got it @param response without this proxy's Via @return what to do
    Step OnResponse(uint64_t branch, const SipPacket& response);

    /// The caller has given up, or rings for too long. @return what to do
    Step OnCancel();

    /// @return whether each branch has a final response
    bool HasEnded() const
    {
        return m_ended == m_branches.size();
    }

  private:
    struct Branch
    {
        bool provisional{false}; ///< RFC 3261 9.1: before that it is not cancelled
        bool cancelled{false};
        bool ended{false};
    };

    void CancelOthers(uint64_t winner, Step& step);
    void Keep(const SipPacket& response);

    std::map<uint64_t, Branch> m_branches;
    std::size_t m_ended{0};
    std::optional<SipPacket> m_best;
    bool m_answered{false}; ///< a 2xx was passed on
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_APP_SIP_SIP_FORK_H
