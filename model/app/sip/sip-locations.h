/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_APP_SIP_SIP_LOCATIONS_H
#define CONNTRACK_APP_SIP_SIP_LOCATIONS_H

#include "model/app/sip/sip-transactions.h"
#include "model/flow/time.h"
#include "model/wire/sip-fields.h"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

/**
 * @file
 * What a registrar knows: where its users are, and until when.
 *
 * Layer: app.
 * Shape: contacts by the user's name; limited in all.
 * Units: nanoseconds of simulated time.
 * Source: RFC 3261 10.3 (a later request of the same Call-ID replaces, an earlier one is refused).
 */

namespace ns3
{
namespace conntrack
{

/// Where a user is.
struct SipBinding
{
    SipLocator contact;
    std::optional<SipPeer> flow; ///< the TCP connection that the registration came by
    std::string callId;
    uint32_t sequence{0};
    Nanos expires{0};
};

/// Where users are.
class SipLocations
{
  public:
    /// What became of a contact.
    enum class Change
    {
        Added,
        Refreshed,
        Removed,
        Stale, ///< the request was overtaken by a later one: nothing was changed
        Full,  ///< there is no room: nothing was changed
    };

    /// @param most contacts of all users
    explicit SipLocations(std::size_t most)
        : m_most(most)
    {
    }

    /// @param user whose @param binding to set; expired: to remove @param now when
    /// @return what became of it
    Change Set(const std::string& user, const SipBinding& binding, Nanos now);

    /// @param user whose @return the contacts, the latest last
    std::vector<SipBinding> Of(const std::string& user) const;

    /// Forget what has expired. @param now when @param gone called with each
    void Expire(Nanos now, const std::function<void(const std::string&, const SipBinding&)>& gone);

    /// @return when the next one expires; NEVER: there is none
    Nanos NextExpiry() const;

    /// @return contacts
    std::size_t Size() const
    {
        return m_size;
    }

  private:
    std::size_t m_most;
    std::size_t m_size{0};
    std::map<std::string, std::vector<SipBinding>> m_users;
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_APP_SIP_SIP_LOCATIONS_H
