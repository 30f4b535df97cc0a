/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/ruleset/value-set.h"

#include "model/table/hash.h"

#include <algorithm>
#include <numeric>

namespace ns3
{
namespace conntrack
{

namespace
{

// The index is at most half full, so that a search meets a free slot soon.
constexpr std::size_t SLOTS_PER_ELEMENT = 2;
constexpr std::size_t FEWEST_SLOTS = 8;

} // namespace

ValueSet::ValueSet(Setup setup)
    : m_setup(std::move(setup))
{
}

InsertResult
ValueSet::Insert(SetElement element)
{
    if (m_setup.maximum != 0 && m_elements.size() >= m_setup.maximum)
    {
        return InsertResult::Full;
    }
    m_elements.push_back(std::move(element));
    if (m_setup.isInterval)
    {
        return InsertResult::Ok;
    }
    if (m_elements.size() * SLOTS_PER_ELEMENT > m_slots.size())
    {
        SetElement added = std::move(m_elements.back());
        m_elements.pop_back();
        m_slots.resize(std::max(FEWEST_SLOTS, m_slots.size() * 2));
        Rebuild();
        m_elements.push_back(std::move(added));
    }
    const Value* key = m_elements.back().low.data();
    std::size_t at = HashOf(key) & (m_slots.size() - 1);
    for (; m_slots[at] != 0; at = (at + 1) & (m_slots.size() - 1))
    {
        if (IsEqual(m_elements[m_slots[at] - 1], key))
        {
            m_elements.pop_back();
            return InsertResult::Exists;
        }
    }
    m_slots[at] = static_cast<uint32_t>(m_elements.size());
    return InsertResult::Ok;
}

InsertResult
ValueSet::InsertCatchAll(SetElement element)
{
    if (m_catchAll)
    {
        return InsertResult::Exists;
    }
    m_catchAll = std::move(element);
    return InsertResult::Ok;
}

InsertResult
ValueSet::Finish()
{
    if (!m_setup.isInterval || m_setup.fields != 1)
    {
        return InsertResult::Ok;
    }
    m_ordered.resize(m_elements.size());
    std::iota(m_ordered.begin(), m_ordered.end(), 0);
    std::sort(m_ordered.begin(), m_ordered.end(), [this](uint32_t a, uint32_t b) {
        return m_elements[a].low[0] < m_elements[b].low[0];
    });
    for (std::size_t i = 1; i < m_ordered.size(); ++i)
    {
        if (m_elements[m_ordered[i]].low[0] <= m_elements[m_ordered[i - 1]].high[0])
        {
            return InsertResult::Overlaps;
        }
    }
    return InsertResult::Ok;
}

SetElement*
ValueSet::Find(const Value* key, Nanos now)
{
    SetElement* found = nullptr;
    if (!m_setup.isInterval)
    {
        found = FindExact(key);
        return found != nullptr && found->IsAlive(now) ? found : nullptr;
    }
    if (m_setup.fields == 1)
    {
        found = FindRange(key[0]);
        return found != nullptr && found->IsAlive(now) ? found : nullptr;
    }
    const auto at = std::find_if(m_elements.begin(), m_elements.end(), [&](const auto& element) {
        return IsWithin(element, key) && element.IsAlive(now);
    });
    return at == m_elements.end() ? nullptr : &*at;
}

SetElement*
ValueSet::FindCatchAll(Nanos now)
{
    return m_catchAll && m_catchAll->IsAlive(now) ? &*m_catchAll : nullptr;
}

SetElement*
ValueSet::Add(const Value* key, Nanos now, Nanos timeout)
{
    if (SetElement* present = Find(key, now))
    {
        return present;
    }
    SetElement element;
    element.low.assign(key, key + m_setup.fields);
    element.high = element.low;
    element.timeout = timeout;
    const Nanos lifetime = timeout != 0 ? timeout : m_setup.timeout;
    element.deadline = lifetime != 0 ? now + lifetime : 0;
    element.states = m_setup.states;
    element.isDynamic = true;
    if (SetElement* gone = FindExact(key))
    {
        *gone = std::move(element);
        return gone;
    }
    const bool isFull = m_setup.maximum != 0 && m_elements.size() >= m_setup.maximum;
    if (isFull || (m_elements.size() + 1) * SLOTS_PER_ELEMENT > m_slots.size())
    {
        Purge(now);
    }
    return Insert(std::move(element)) == InsertResult::Ok ? &m_elements.back() : nullptr;
}

void
ValueSet::Remove(const Value* key, Nanos now)
{
    if (SetElement* present = Find(key, now))
    {
        present->isRemoved = true;
    }
}

bool
ValueSet::IsEqual(const SetElement& element, const Value* key) const
{
    return std::equal(element.low.begin(), element.low.end(), key);
}

bool
ValueSet::IsWithin(const SetElement& element, const Value* key) const
{
    for (unsigned i = 0; i < m_setup.fields; ++i)
    {
        if (key[i] < element.low[i] || key[i] > element.high[i])
        {
            return false;
        }
    }
    return true;
}

uint64_t
ValueSet::HashOf(const Value* key) const
{
    // Any odd constant serves; this one is of the golden ratio. Nobody attacks a simulation.
    uint64_t hash = 0x9e3779b97f4a7c15U;
    for (unsigned i = 0; i < m_setup.fields; ++i)
    {
        hash = MultiplyFold(static_cast<uint64_t>(key[i]) ^ hash,
                            static_cast<uint64_t>(key[i] >> 64) ^ 0xb7e151628aed2a6bU);
    }
    return hash;
}

SetElement*
ValueSet::FindExact(const Value* key)
{
    if (m_slots.empty())
    {
        return nullptr;
    }
    const std::size_t mask = m_slots.size() - 1;
    for (std::size_t at = HashOf(key) & mask; m_slots[at] != 0; at = (at + 1) & mask)
    {
        SetElement& element = m_elements[m_slots[at] - 1];
        if (IsEqual(element, key))
        {
            return &element;
        }
    }
    return nullptr;
}

SetElement*
ValueSet::FindRange(Value key)
{
    const auto after =
        std::upper_bound(m_ordered.begin(), m_ordered.end(), key, [this](Value k, uint32_t i) {
            return k < m_elements[i].low[0];
        });
    if (after == m_ordered.begin())
    {
        return nullptr;
    }
    SetElement& element = m_elements[*(after - 1)];
    return key <= element.high[0] ? &element : nullptr;
}

// Make room where elements are gone.
void
ValueSet::Purge(Nanos now)
{
    const auto gone = std::remove_if(m_elements.begin(), m_elements.end(), [now](const auto& e) {
        return !e.IsAlive(now);
    });
    if (gone != m_elements.end())
    {
        m_elements.erase(gone, m_elements.end());
        Rebuild();
    }
}

void
ValueSet::Rebuild()
{
    std::fill(m_slots.begin(), m_slots.end(), 0);
    const std::size_t mask = m_slots.size() - 1;
    for (std::size_t i = 0; i < m_elements.size(); ++i)
    {
        std::size_t at = HashOf(m_elements[i].low.data()) & mask;
        while (m_slots[at] != 0)
        {
            at = (at + 1) & mask;
        }
        m_slots[at] = static_cast<uint32_t>(i + 1);
    }
}

} // namespace conntrack
} // namespace ns3
