/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/ruleset/compile/ruleset-writer.h"

#include <algorithm>
#include <array>

namespace ns3
{
namespace conntrack
{

namespace
{

// A number of bytes as nft prints it: in the largest unit in which it is whole.
struct Amount
{
    explicit Amount(uint64_t bytes)
        : number(bytes)
    {
        for (const char* larger : {"kbytes", "mbytes"})
        {
            if (number % 1024 != 0)
            {
                break;
            }
            number /= 1024;
            unit = larger;
        }
    }

    uint64_t number;
    const char* unit{"bytes"};
};

const std::string&
NameOf(const ElementState& state)
{
    // In the order of the variant's alternatives.
    static const std::array<std::string, 4> names{"counter", "quota", "limit", "ct count"};
    return names[state.index()];
}

class Writer
{
  public:
    Writer(const LiveParts& live, const Program& program, Nanos now)
        : m_live(live),
          m_program(program),
          m_now(now)
    {
    }

    Json Write(const Json& part) const;

  private:
    Json WriteLive(const Json& part, const LivePart& live) const;
    static Json WriteCounter(const Json& part, const PacketCounter& counter);
    static Json WriteQuota(const Json& part, const Quota& quota);
    Json WriteNamedSet(const Json& part, const LivePart& live) const;
    Json WriteElements(const Json& elements, const LivePart& live) const;
    Json WriteElement(const Json& source, const SetElement& element, const LivePart& live) const;
    Json WriteKey(const SetElement& element, const LivePart& live, Nanos timeout) const;
    void WriteStates(Json& details, const SetElement& element, const Json* statements) const;

    const LiveParts& m_live;
    const Program& m_program;
    Nanos m_now;
};

Json
Writer::Write(const Json& part) const
{
    const auto live = m_live.find(&part);
    if (live != m_live.end())
    {
        return WriteLive(part, live->second);
    }
    if (part.is_object())
    {
        Json copy = Json::object();
        for (const auto& [key, value] : part.items())
        {
            copy[key] = Write(value);
        }
        return copy;
    }
    if (part.is_array())
    {
        Json copy = Json::array();
        for (const Json& value : part)
        {
            copy.push_back(Write(value));
        }
        return copy;
    }
    return part;
}

Json
Writer::WriteLive(const Json& part, const LivePart& live) const
{
    switch (live.kind)
    {
    case LiveKind::Counter:
        return WriteCounter(part, m_program.counters[live.index]);
    case LiveKind::QuotaStatement:
        return WriteQuota(part, m_program.quotas[live.index]);
    case LiveKind::QuotaObject: {
        Json copy = part;
        const Quota& quota = m_program.quotas[live.index];
        copy["used"] = std::min(quota.used, quota.bytes); // The kernel tells no more.
        return copy;
    }
    case LiveKind::NamedSet:
        return WriteNamedSet(part, live);
    case LiveKind::AnonymousSet:
        break;
    }
    return WriteElements(part, live);
}

Json
Writer::WriteCounter(const Json& part, const PacketCounter& counter)
{
    Json copy = part.is_null() ? Json::object() : part;
    copy["packets"] = counter.packets;
    copy["bytes"] = counter.bytes;
    return copy;
}

Json
Writer::WriteQuota(const Json& part, const Quota& quota)
{
    Json copy = part;
    const Amount used(std::min(quota.used, quota.bytes)); // The kernel tells no more.
    if (used.number != 0)
    {
        copy["used"] = used.number;
        copy["used_unit"] = used.unit;
    }
    return copy;
}

Json
Writer::WriteNamedSet(const Json& part, const LivePart& live) const
{
    const auto old = part.find("elem");
    Json elements = WriteElements(old == part.end() ? Json::array() : *old, live);
    Json copy = Json::object();
    for (const auto& [key, value] : part.items())
    {
        if (key == "stmt" && old == part.end() && !elements.empty())
        {
            copy["elem"] = elements;
        }
        if (key != "elem")
        {
            copy[key] = value;
        }
        else if (!elements.empty())
        {
            copy[key] = elements;
        }
    }
    if (!elements.empty())
    {
        copy["elem"] = std::move(elements);
    }
    return copy;
}

Json
Writer::WriteElements(const Json& elements, const LivePart& live) const
{
    const ValueSet& set = m_program.sets[live.index];
    std::vector<const SetElement*> alive;
    for (const SetElement& element : set.GetElements())
    {
        if (element.IsAlive(m_now))
        {
            alive.push_back(&element);
        }
    }
    // nft sorts elements; those of the document are in its order already.
    if (std::any_of(alive.begin(), alive.end(), [](const auto* e) { return e->isDynamic; }))
    {
        std::stable_sort(alive.begin(), alive.end(), [](const auto* a, const auto* b) {
            return a->low < b->low;
        });
    }
    const auto& catchAll = set.GetCatchAll();
    if (catchAll && catchAll->IsAlive(m_now))
    {
        const auto after = [&](const auto* e) {
            return !e->isDynamic && e->source > catchAll->source;
        };
        alive.insert(std::find_if(alive.begin(), alive.end(), after), &*catchAll);
    }
    Json list = Json::array();
    for (const SetElement* element : alive)
    {
        const bool isOwn = element->timeout != set.GetSetup().timeout;
        list.push_back(element->isDynamic
                           ? WriteKey(*element, live, isOwn ? element->timeout : 0)
                           : WriteElement(elements[element->source], *element, live));
    }
    return list;
}

// An element of the document, with its counters and the time it has left.
Json
Writer::WriteElement(const Json& source, const SetElement& element, const LivePart& live) const
{
    if (source.is_array()) // of a map: key and data
    {
        Json pair = source;
        pair[0] = WriteElement(source[0], element, live);
        return pair;
    }
    Json details = Json::object();
    if (source.is_object() && source.size() == 1 && source.begin().key() == "elem")
    {
        details = source.begin().value();
    }
    else
    {
        details["val"] = source;
    }
    WriteStates(details, element, live.statements);
    if (element.deadline != 0 && details.contains("expires"))
    {
        details["expires"] = (element.deadline - m_now) / SECOND;
    }
    if (details.size() == 1)
    {
        return source;
    }
    Json copy = Json::object();
    copy["elem"] = std::move(details);
    return copy;
}

// An element that a packet made.
Json
Writer::WriteKey(const SetElement& element, const LivePart& live, Nanos timeout) const
{
    Json value;
    if (live.types.size() == 1)
    {
        value = PrintValue(*live.types[0], element.low[0]);
    }
    else
    {
        value["concat"] = Json::array();
        for (std::size_t i = 0; i < live.types.size(); ++i)
        {
            value["concat"].push_back(PrintValue(*live.types[i], element.low[i]));
        }
    }
    if (element.deadline == 0 && element.states.empty())
    {
        return value;
    }
    Json details = Json::object();
    details["val"] = std::move(value);
    if (timeout != 0)
    {
        details["timeout"] = timeout / SECOND;
    }
    if (element.deadline != 0)
    {
        details["expires"] = (element.deadline - m_now) / SECOND;
    }
    WriteStates(details, element, live.statements);
    Json copy = Json::object();
    copy["elem"] = std::move(details);
    return copy;
}

// What an element remembers: of its own, or of the statements of its set.
void
Writer::WriteStates(Json& details, const SetElement& element, const Json* statements) const
{
    for (const ElementState& state : element.states)
    {
        const std::string& name = NameOf(state);
        const Json* body = FindMember(details, name.c_str());
        if (body == nullptr && statements != nullptr)
        {
            const auto at = std::find_if(statements->begin(),
                                         statements->end(),
                                         [&](const Json& s) { return s.contains(name); });
            body = at == statements->end() ? nullptr : &(*at)[name];
        }
        const Json old = body == nullptr ? Json() : *body;
        if (const auto* counter = std::get_if<PacketCounter>(&state))
        {
            details[name] = WriteCounter(old, *counter);
        }
        else if (const auto* quota = std::get_if<Quota>(&state))
        {
            details[name] = WriteQuota(old, *quota);
        }
        else
        {
            details[name] = old;
        }
    }
}

} // namespace

Json
WriteRules(const Json& document, const LiveParts& live, const Program& program, Nanos now)
{
    return Writer(live, program, now).Write(document);
}

} // namespace conntrack
} // namespace ns3
