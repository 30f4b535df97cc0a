/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/nat/carrier/subscriber-ports.h"

#include "model/flow/tuple.h"

#include <algorithm>

namespace ns3
{
namespace conntrack
{

namespace
{

constexpr uint16_t FIRST_UNPRIVILEGED = 1024; // RFC 4787 REQ-3: ports below have a class of theirs

/// The part of a range that is of a port's class; none: no port of the range is.
std::optional<OutsidePorts>
SameClass(const OutsidePorts& range, uint16_t port)
{
    OutsidePorts part = range;
    if (port < FIRST_UNPRIVILEGED)
    {
        part.last = std::min<uint16_t>(part.last, FIRST_UNPRIVILEGED - 1);
    }
    else
    {
        part.first = std::max(part.first, FIRST_UNPRIVILEGED);
    }
    return part.first <= part.last ? std::make_optional(part) : std::nullopt;
}

} // namespace

SubscriberPorts::SubscriberPorts(const Rules& rules, BlockCallback onBlock)
    : m_rules(rules),
      m_onBlock(std::move(onBlock))
{
    if (rules.allocation == BlockAllocation::Dynamic)
    {
        m_pool = PortBlockPool(rules.ports, rules.blockSize);
    }
}

const SubscriberPorts::Subscriber*
SubscriberPorts::FindSubscriber(uint32_t address) const
{
    const auto found = m_subscribers.find(address);
    return found == m_subscribers.end() ? nullptr : &found->second;
}

std::optional<uint32_t>
SubscriberPorts::OutsideOf(uint32_t subscriber) const
{
    const Subscriber* known = FindSubscriber(subscriber);
    return known == nullptr ? std::nullopt : std::make_optional(known->address);
}

AddressRange
SubscriberPorts::AddressesFor(const Request& request, const Subscriber* subscriber) const
{
    const bool isBound = m_rules.pooling == PoolingBehavior::Paired && subscriber != nullptr &&
                         request.addresses.Contains(subscriber->address);
    return isBound ? AddressRange{subscriber->address, subscriber->address} : request.addresses;
}

bool
SubscriberPorts::Fits(const PortBlock& block, uint32_t port, const Request& request) const
{
    const bool wrongParity =
        m_rules.keepsParity && request.protocol != protocol::ICMP && port % 2 != request.port % 2;
    return block.ports.Contains(port) && !wrongParity &&
           request.isFree(block.address, static_cast<uint16_t>(port));
}

std::optional<SubscriberPorts::Place>
SubscriberPorts::InRange(const PortBlock& block,
                         const OutsidePorts& range,
                         const Request& request) const
{
    const uint32_t start = request.random();
    for (uint32_t i = 0; i < range.Count(); ++i)
    {
        const uint32_t port = range.first + (start + i) % range.Count();
        if (Fits(block, port, request))
        {
            return Place{block, static_cast<uint16_t>(port)};
        }
    }
    return std::nullopt;
}

std::optional<SubscriberPorts::Place>
SubscriberPorts::InBlock(const PortBlock& block, const Request& request) const
{
    const bool overloads = m_rules.assignment == PortAssignment::Overloading;
    if (!overloads && block.used[PortBlock::PlaceOf(request.protocol)] >= block.ports.Count())
    {
        return std::nullopt;
    }
    if (m_rules.keepsContiguity && request.neighbor && request.neighbor->first == block.address &&
        Fits(block, request.neighbor->second + 1U, request))
    {
        return Place{block, static_cast<uint16_t>(request.neighbor->second + 1)};
    }
    if (m_rules.assignment != PortAssignment::NoPreservation && Fits(block, request.port, request))
    {
        return Place{block, request.port};
    }
    const auto part = SameClass(block.ports, request.port);
    return InRange(block, part.value_or(block.ports), request);
}

std::variant<SubscriberPorts::Place, NoPort>
SubscriberPorts::ChooseShared(const Request& request, const Subscriber* own) const
{
    const AddressRange addresses = AddressesFor(request, own);
    const uint64_t count = addresses.Count();
    const uint32_t turn = addresses.Contains(m_turn) ? m_turn - addresses.first : 0;
    for (uint64_t i = 0; i < count; ++i)
    {
        const auto address = static_cast<uint32_t>(addresses.first + (turn + i) % count);
        const auto known = m_shared.find(address);
        PortBlock block;
        block.address = address;
        block.ports = m_rules.ports;
        if (const auto place = InBlock(known == m_shared.end() ? block : known->second, request))
        {
            return *place;
        }
    }
    return NoPort::PoolEmpty;
}

std::variant<SubscriberPorts::Place, NoPort>
SubscriberPorts::ChooseDynamic(const Request& request, const Subscriber* own) const
{
    if (own != nullptr)
    {
        for (const auto& block : own->blocks)
        {
            if (const auto place = InBlock(*block, request))
            {
                return *place;
            }
        }
        if (own->blocks.size() >= m_rules.mostBlocks)
        {
            return NoPort::SubscriberLimit;
        }
    }
    const AddressRange addresses = AddressesFor(request, own);
    const uint64_t count = addresses.Count();
    const uint32_t turn = addresses.Contains(m_turn) ? m_turn - addresses.first : 0;
    for (uint64_t i = 0; i < count; ++i)
    {
        const auto block =
            m_pool.FindFree(static_cast<uint32_t>(addresses.first + (turn + i) % count));
        const auto place = block ? InBlock(*block, request) : std::nullopt;
        if (place)
        {
            return *place;
        }
    }
    return NoPort::PoolEmpty;
}

std::variant<SubscriberPorts::Place, NoPort>
SubscriberPorts::Choose(const Request& request) const
{
    const Subscriber* own = FindSubscriber(request.subscriber);
    if (m_rules.mostMappings != 0 && own != nullptr && own->mappings >= m_rules.mostMappings)
    {
        return NoPort::SubscriberLimit;
    }
    if (m_rules.allocation == BlockAllocation::None)
    {
        return ChooseShared(request, own);
    }
    if (m_rules.allocation == BlockAllocation::Dynamic)
    {
        return ChooseDynamic(request, own);
    }
    const auto computed = m_rules.computed.BlockOf(request.subscriber);
    if (!computed)
    {
        return NoPort::PoolEmpty;
    }
    const bool known = own != nullptr && !own->blocks.empty();
    const auto place = InBlock(known ? *own->blocks.front() : *computed, request);
    if (!place)
    {
        return NoPort::SubscriberLimit;
    }
    return *place;
}

PortBlock&
SubscriberPorts::BlockAt(uint32_t subscriber, const PortBlock& wanted, Nanos now)
{
    if (m_rules.allocation == BlockAllocation::None)
    {
        return m_shared.emplace(wanted.address, wanted).first->second;
    }
    auto& blocks = m_subscribers[subscriber].blocks;
    for (const auto& block : blocks)
    {
        if (block->address == wanted.address && block->ports.first == wanted.ports.first)
        {
            return *block;
        }
    }
    blocks.push_back(std::make_unique<PortBlock>(wanted));
    if (m_rules.allocation == BlockAllocation::Dynamic)
    {
        m_pool.Take(wanted);
        m_onBlock(true, subscriber, wanted, now);
    }
    return *blocks.back();
}

PortBlock*
SubscriberPorts::Take(uint32_t subscriber, const Place& place, uint8_t protocol, Nanos now)
{
    PortBlock& block = BlockAt(subscriber, place.block, now);
    ++block.used[PortBlock::PlaceOf(protocol)];
    ++block.mappings;
    Subscriber& own = m_subscribers[subscriber];
    if (own.mappings++ == 0 || m_rules.pooling == PoolingBehavior::Arbitrary)
    {
        m_turn = block.address + 1;
    }
    own.address = block.address;
    return &block;
}

void
SubscriberPorts::GiveBack(uint32_t subscriber, PortBlock& block, uint8_t protocol, Nanos now)
{
    --block.used[PortBlock::PlaceOf(protocol)];
    --m_subscribers[subscriber].mappings;
    if (--block.mappings == 0 && m_rules.allocation != BlockAllocation::None)
    {
        block.releaseAt = now + m_rules.holdTime;
        if (m_rules.holdTime == 0 || m_rules.allocation == BlockAllocation::Deterministic)
        {
            Release(subscriber, block, now);
            return;
        }
        m_held.push_back({block.releaseAt, {subscriber, &block}});
    }
    const Subscriber& own = m_subscribers[subscriber];
    if (own.mappings == 0 && own.blocks.empty())
    {
        m_subscribers.erase(subscriber);
    }
}

void
SubscriberPorts::Release(uint32_t subscriber, PortBlock& block, Nanos now)
{
    if (m_rules.allocation == BlockAllocation::Dynamic)
    {
        m_pool.GiveBack(block);
        m_onBlock(false, subscriber, block, now);
    }
    Subscriber& own = m_subscribers[subscriber];
    own.blocks.erase(std::find_if(own.blocks.begin(), own.blocks.end(), [&](const auto& known) {
        return known.get() == &block;
    }));
    if (own.mappings == 0 && own.blocks.empty())
    {
        m_subscribers.erase(subscriber);
    }
}

std::optional<Nanos>
SubscriberPorts::NextDeadline() const
{
    return m_held.empty() ? std::nullopt : std::make_optional(m_held.front().first);
}

void
SubscriberPorts::Expire(Nanos now)
{
    while (!m_held.empty() && m_held.front().first <= now)
    {
        const auto [when, whose] = m_held.front();
        m_held.pop_front();
        const auto own = m_subscribers.find(whose.first);
        if (own == m_subscribers.end())
        {
            continue;
        }
        for (const auto& block : own->second.blocks)
        {
            if (block.get() == whose.second && block->mappings == 0 && block->releaseAt == when)
            {
                Release(whose.first, *block, when);
                break;
            }
        }
    }
}

} // namespace conntrack
} // namespace ns3
