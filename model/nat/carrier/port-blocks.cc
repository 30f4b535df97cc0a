/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/nat/carrier/port-blocks.h"

#include "model/flow/tuple.h"

#include <algorithm>

namespace ns3
{
namespace conntrack
{

std::size_t
PortBlock::PlaceOf(uint8_t protocol)
{
    switch (protocol)
    {
    case protocol::TCP:
        return 0;
    case protocol::UDP:
        return 1;
    case protocol::ICMP:
        return 2;
    default:
        return 3;
    }
}

PortBlockPool::PortBlockPool(const OutsidePorts& ports, uint32_t size)
    : m_ports(ports),
      m_size(size),
      m_each(ports.Count() / size)
{
}

std::optional<PortBlock>
PortBlockPool::FindFree(uint32_t address) const
{
    const auto known = m_addresses.find(address);
    uint32_t number = 0;
    if (known != m_addresses.end())
    {
        const Blocks& blocks = known->second;
        if (blocks.count == m_each)
        {
            return std::nullopt;
        }
        number = static_cast<uint32_t>(std::find(blocks.taken.begin(), blocks.taken.end(), false) -
                                       blocks.taken.begin());
    }
    PortBlock block;
    block.address = address;
    block.ports.first = static_cast<uint16_t>(m_ports.first + number * m_size);
    block.ports.last = static_cast<uint16_t>(block.ports.first + m_size - 1);
    return block;
}

std::size_t
PortBlockPool::PlaceOf(const PortBlock& block) const
{
    return (block.ports.first - m_ports.first) / m_size;
}

void
PortBlockPool::Take(const PortBlock& block)
{
    Blocks& blocks = m_addresses[block.address];
    blocks.taken.resize(m_each);
    blocks.taken[PlaceOf(block)] = true;
    ++blocks.count;
    ++m_taken;
}

void
PortBlockPool::GiveBack(const PortBlock& block)
{
    Blocks& blocks = m_addresses[block.address];
    blocks.taken[PlaceOf(block)] = false;
    --blocks.count;
    --m_taken;
}

std::optional<DeterministicBlocks>
DeterministicBlocks::Make(const Plan& plan)
{
    const uint64_t subscribers = plan.inside.Count();
    const uint64_t addresses = plan.outside.Count();
    DeterministicBlocks blocks;
    blocks.m_plan = plan;
    const uint64_t ratio =
        plan.size == 0 ? (subscribers + addresses - 1) / addresses : plan.ports.Count() / plan.size;
    if (ratio == 0 || ratio > plan.ports.Count() || ratio * addresses < subscribers)
    {
        return std::nullopt;
    }
    blocks.m_ratio = static_cast<uint32_t>(ratio);
    if (plan.size == 0)
    {
        blocks.m_plan.size = plan.ports.Count() / blocks.m_ratio;
    }
    return blocks;
}

std::optional<PortBlock>
DeterministicBlocks::BlockOf(uint32_t inside) const
{
    if (!m_plan.inside.Contains(inside))
    {
        return std::nullopt;
    }
    const uint32_t number = inside - m_plan.inside.first;
    PortBlock block;
    block.address = m_plan.outside.first + number / m_ratio;
    block.ports.first = static_cast<uint16_t>(m_plan.ports.first + number % m_ratio * m_plan.size);
    block.ports.last = static_cast<uint16_t>(block.ports.first + m_plan.size - 1);
    return block;
}

std::optional<uint32_t>
DeterministicBlocks::SubscriberOf(uint32_t outside, uint16_t port) const
{
    if (!m_plan.outside.Contains(outside) || !m_plan.ports.Contains(port))
    {
        return std::nullopt;
    }
    const uint32_t place = (port - m_plan.ports.first) / m_plan.size;
    const uint64_t number = uint64_t{outside - m_plan.outside.first} * m_ratio + place;
    if (place >= m_ratio || number >= m_plan.inside.Count())
    {
        return std::nullopt;
    }
    return static_cast<uint32_t>(m_plan.inside.first + number);
}

} // namespace conntrack
} // namespace ns3
