/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/ruleset/compile/element-reader.h"

#include "model/ruleset/compile/names.h"
#include "model/ruleset/language/stateful-parser.h"

#include <algorithm>

namespace ns3
{
namespace conntrack
{

namespace
{

// A hundred years: longer times would not fit a count of nanoseconds.
constexpr uint64_t MAX_SECONDS = 3153600000U;

bool
IsMap(const SetInfo& info)
{
    return info.dataType != nullptr || info.isVerdictMap || info.objectKind.has_value();
}

} // namespace

void
ElementReader::Read(const Json& elements)
{
    std::size_t source = 0;
    for (const Json& json : AsArray(elements, "a set's elements"))
    {
        try
        {
            ReadElement(json, source++);
        }
        catch (const RulesetError& error)
        {
            Refuse("element " + Excerpt(json) + ": " + error.what());
        }
    }
    if (m_set.Finish() != InsertResult::Ok)
    {
        Refuse("two elements have values in common");
    }
}

void
ElementReader::ReadElement(const Json& json, std::size_t source)
{
    const Json* key = &json;
    SetElement element;
    element.source = source;
    if (IsMap(m_info))
    {
        if (AsArray(json, "a map's element").size() != 2)
        {
            Refuse("a map's element is a pair");
        }
        key = &json[0];
        ReadData(json[1], element);
    }
    const Json* details = nullptr;
    if (key->is_object() && key->size() == 1 && key->begin().key() == "elem")
    {
        details = &key->begin().value();
        key = &Member(*details, "val");
    }
    element.states = m_set.GetSetup().states;
    if (details != nullptr)
    {
        ReadDetails(*details, element);
    }
    ReadTimes(details, element);
    const bool isCatchAll = key->is_string() && key->get_ref<const std::string&>() == "*";
    InsertResult result = InsertResult::Ok;
    if (isCatchAll)
    {
        result = m_set.InsertCatchAll(std::move(element));
    }
    else
    {
        ReadKey(*key, element);
        result = m_set.Insert(std::move(element));
    }
    switch (result)
    {
    case InsertResult::Full:
        Refuse("the set holds " + std::to_string(m_set.GetSetup().maximum) + " elements at most");
    case InsertResult::Exists:
        Refuse("it is in the set twice");
    default:
        break;
    }
}

void
ElementReader::ReadKey(const Json& json, SetElement& element) const
{
    const std::vector<const DataType*>& types = m_info.types;
    const Json* parts = nullptr;
    if (json.is_object() && json.size() == 1 && json.begin().key() == "concat")
    {
        parts = &AsArray(json.begin().value(), "a concatenation");
    }
    if ((parts == nullptr ? 1 : parts->size()) != types.size())
    {
        Refuse("it must have " + std::to_string(types.size()) + " fields");
    }
    for (std::size_t i = 0; i < types.size(); ++i)
    {
        const Interval part = ParseInterval(*types[i],
                                            parts == nullptr ? json : (*parts)[i],
                                            m_widths.empty() ? 0 : m_widths[i]);
        if (!part.IsSingle() && !m_info.isInterval)
        {
            Refuse("the set has no flag \"interval\", so that it holds single values only");
        }
        element.low.push_back(part.low);
        element.high.push_back(part.high);
    }
}

void
ElementReader::ReadDetails(const Json& body, SetElement& element) const
{
    AllowOnly(body,
              {"val", "timeout", "expires", "comment", "counter", "quota", "limit", "ct count"});
    const Nanos now = m_context.environment.now;
    std::vector<ElementState> states;
    if (const Json* counter = FindMember(body, "counter"))
    {
        states.emplace_back(ParseCounter(*counter));
    }
    if (const Json* quota = FindMember(body, "quota"))
    {
        states.emplace_back(ParseQuota(*quota));
    }
    if (const Json* limit = FindMember(body, "limit"))
    {
        states.emplace_back(ParseLimit(*limit, now));
    }
    if (const Json* count = FindMember(body, "ct count"))
    {
        states.emplace_back(ParseConnectionCount(*count));
    }
    // Those that the element itself does not mention begin as the set says.
    for (ElementState& state : states)
    {
        const auto same = std::find_if(element.states.begin(),
                                       element.states.end(),
                                       [&](const auto& s) { return s.index() == state.index(); });
        if (same != element.states.end())
        {
            *same = state;
        }
        else
        {
            element.states.push_back(state);
        }
    }
}

void
ElementReader::ReadTimes(const Json* body, SetElement& element) const
{
    Nanos left = 0;
    if (body != nullptr)
    {
        const uint64_t timeout = NumberOr(*body, "timeout", MAX_SECONDS, 0);
        element.timeout = static_cast<Nanos>(timeout) * SECOND;
        if (FindMember(*body, "expires") != nullptr)
        {
            // nft cuts the time that is left to whole seconds: half of one more is nearest.
            left = static_cast<Nanos>(NumberOr(*body, "expires", MAX_SECONDS, 0)) * SECOND +
                   SECOND / 2;
        }
    }
    const Nanos whole = element.timeout != 0 ? element.timeout : m_set.GetSetup().timeout;
    if (left == 0 || (whole != 0 && whole < left))
    {
        left = whole;
    }
    element.deadline = left != 0 ? m_context.environment.now + left : 0;
}

void
ElementReader::ReadData(const Json& json, SetElement& element) const
{
    if (m_info.isVerdictMap)
    {
        const auto branch = ParseBranch(json, m_scope);
        if (!branch)
        {
            Refuse(Excerpt(json) + " is no verdict");
        }
        element.branch = *branch;
    }
    else if (m_info.objectKind)
    {
        element.data = FindObject(m_scope, *m_info.objectKind, AsText(json, "an object's name"));
    }
    else if (m_info.leadsToNetworks)
    {
        const Interval network = ParseInterval(*m_info.dataType, json);
        element.data = network.low;
        element.second = network.high;
    }
    else if (m_info.secondType != nullptr)
    {
        const Named pair = AsNamed(json, "a pair of values");
        if (pair.name != "concat" || !pair.body.is_array() || pair.body.size() != 2)
        {
            Refuse("it must be a concatenation of two values, not " + Excerpt(json));
        }
        element.data = ParseValue(*m_info.dataType, pair.body[0]);
        element.second = ParseValue(*m_info.secondType, pair.body[1]);
    }
    else
    {
        element.data = ParseValue(*m_info.dataType, json);
    }
}

} // namespace conntrack
} // namespace ns3
