/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/ruleset/stateful.h"

#include "model/tracker/flow-tracker.h"

#include <algorithm>

namespace ns3
{
namespace conntrack
{

namespace
{

// nft(8): the burst of a packet limit that names none.
constexpr uint32_t DEFAULT_BURST = 5;

} // namespace

std::optional<TokenLimit>
TokenLimit::Make(const Setup& setup, Nanos now)
{
    TokenLimit limit;
    uint64_t burst = setup.burst;
    uint64_t total = 0;
    if (setup.rate == 0 ||
        __builtin_mul_overflow(setup.seconds, uint64_t{SECOND}, &limit.m_interval))
    {
        return std::nullopt;
    }
    if (setup.unit == Unit::Packets)
    {
        burst = burst == 0 ? DEFAULT_BURST : burst;
        if (__builtin_mul_overflow(limit.m_interval / setup.rate, burst, &limit.m_capacity))
        {
            return std::nullopt;
        }
    }
    else
    {
        if (__builtin_add_overflow(setup.rate, burst, &total) ||
            __builtin_mul_overflow(limit.m_interval, total, &total))
        {
            return std::nullopt;
        }
        limit.m_capacity = total / setup.rate;
    }
    limit.m_unit = setup.unit;
    limit.m_isOver = setup.isOver;
    limit.m_rate = setup.rate;
    limit.m_tokens = limit.m_capacity;
    limit.m_last = now;
    return limit;
}

bool
TokenLimit::Matches(uint32_t length, Nanos now)
{
    const uint64_t cost =
        m_unit == Unit::Packets ? m_interval / m_rate : m_interval * length / m_rate;
    const auto passed = static_cast<uint64_t>(std::max<Nanos>(now - m_last, 0));
    m_tokens = passed < m_capacity - m_tokens ? m_tokens + passed : m_capacity;
    m_last = now;
    if (m_tokens < cost)
    {
        return m_isOver;
    }
    m_tokens -= cost;
    return !m_isOver;
}

bool
ConnectionCount::Matches(const RuleContext& context)
{
    const TrackedPacket& packet = context.packet;
    Member member;
    if (packet.connection != nullptr)
    {
        member = {packet.connection->Original(), packet.connection->zone};
    }
    else
    {
        const Classification what = Classify(packet.view, {});
        if (!std::holds_alternative<Tuple>(what))
        {
            return false;
        }
        member.tuple = std::get<Tuple>(what);
    }
    // A connection in the table was counted when it began; a new one may be met more than once.
    const bool isNew = packet.connection == nullptr || !packet.connection->Is(status::CONFIRMED);
    if (!Collect(context, isNew ? &member : nullptr) && isNew)
    {
        m_members.push_back(member);
    }
    return (m_members.size() > m_most) == m_isOver;
}

// Forget those that have ended, up to the sought one if it still lives; returns whether it does.
bool
ConnectionCount::Collect(const RuleContext& context, const Member* sought)
{
    auto kept = m_members.begin();
    bool isKnown = false;
    for (const Member& member : m_members)
    {
        const Nanos now = context.packet.now;
        const Connection* found =
            isKnown ? nullptr : context.actions.FindConnection(member.tuple, member.zone, now);
        const bool isSame =
            sought != nullptr && member.tuple == sought->tuple && member.zone.id == sought->zone.id;
        if (isKnown || (found != nullptr && (isSame || !IsClosed(*found))))
        {
            isKnown = isKnown || isSame;
            *kept++ = member;
        }
    }
    m_members.erase(kept, m_members.end());
    return isKnown;
}

bool
ConnectionCount::IsClosed(const Connection& connection)
{
    return connection.Original().protocol == protocol::TCP &&
           (connection.track.tcp.state == TcpState::TimeWait ||
            connection.track.tcp.state == TcpState::Close);
}

bool
UpdateStates(std::vector<ElementState>& states, const RuleContext& context)
{
    const uint32_t length = context.packet.view.Length();
    for (ElementState& state : states)
    {
        bool goesOn = true;
        if (auto* counter = std::get_if<PacketCounter>(&state))
        {
            counter->Add(length);
        }
        else if (auto* quota = std::get_if<Quota>(&state))
        {
            goesOn = quota->Matches(length);
        }
        else if (auto* limit = std::get_if<TokenLimit>(&state))
        {
            goesOn = limit->Matches(length, context.packet.now);
        }
        else
        {
            goesOn = std::get<ConnectionCount>(state).Matches(context);
        }
        if (!goesOn)
        {
            return false;
        }
    }
    return true;
}

} // namespace conntrack
} // namespace ns3
