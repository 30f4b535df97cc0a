/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/app/sip/sip-locations.h"

#include <algorithm>

namespace ns3
{
namespace conntrack
{

SipLocations::Change
SipLocations::Set(const std::string& user, const SipBinding& binding, Nanos now)
{
    const auto known = m_users.find(user);
    std::vector<SipBinding> none;
    std::vector<SipBinding>& bindings = known == m_users.end() ? none : known->second;
    const auto old =
        std::find_if(bindings.begin(), bindings.end(), [&binding](const SipBinding& other) {
            return other.contact == binding.contact;
        });
    if (old != bindings.end() && old->callId == binding.callId && old->sequence >= binding.sequence)
    {
        return Change::Stale;
    }
    const bool removes = binding.expires <= now;
    const bool isNew = old == bindings.end();
    if (isNew && !removes && m_size >= m_most)
    {
        return Change::Full;
    }
    if (!isNew)
    {
        bindings.erase(old);
        --m_size;
    }
    if (!removes)
    {
        m_users[user].push_back(binding);
        ++m_size;
        return isNew ? Change::Added : Change::Refreshed;
    }
    if (known != m_users.end() && known->second.empty())
    {
        m_users.erase(known);
    }
    return Change::Removed;
}

std::vector<SipBinding>
SipLocations::Of(const std::string& user) const
{
    const auto found = m_users.find(user);
    return found == m_users.end() ? std::vector<SipBinding>{} : found->second;
}

void
SipLocations::Expire(Nanos now,
                     const std::function<void(const std::string&, const SipBinding&)>& gone)
{
    for (auto user = m_users.begin(); user != m_users.end();)
    {
        std::vector<SipBinding>& bindings = user->second;
        for (auto binding = bindings.begin(); binding != bindings.end();)
        {
            if (binding->expires > now)
            {
                ++binding;
                continue;
            }
            gone(user->first, *binding);
            binding = bindings.erase(binding);
            --m_size;
        }
        user = bindings.empty() ? m_users.erase(user) : std::next(user);
    }
}

Nanos
SipLocations::NextExpiry() const
{
    Nanos next = NEVER;
    for (const auto& [user, bindings] : m_users)
    {
        for (const SipBinding& binding : bindings)
        {
            next = std::min(next, binding.expires);
        }
    }
    return next;
}

} // namespace conntrack
} // namespace ns3
