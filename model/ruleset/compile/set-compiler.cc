/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/ruleset/compile/set-compiler.h"

#include "model/ruleset/compile/element-reader.h"
#include "model/ruleset/compile/names.h"
#include "model/ruleset/language/stateful-parser.h"

namespace ns3
{
namespace conntrack
{

namespace
{

// A hundred years: longer times would not fit a count of nanoseconds.
constexpr uint64_t MAX_SECONDS = 3153600000U;

bool
HasIntervalFlag(const Json& body)
{
    const Json* list = FindMember(body, "flags");
    if (list == nullptr)
    {
        return false;
    }
    bool isInterval = false;
    for (const Json& part : AsArray(*list, "\"flags\""))
    {
        const std::string& flag = AsText(part, "a flag");
        if (flag == "interval")
        {
            isInterval = true;
        }
        else if (flag != "constant" && flag != "timeout" && flag != "dynamic")
        {
            Refuse("the flag \"" + flag + "\" is not supported");
        }
    }
    return isInterval;
}

std::vector<const DataType*>
ParseTypes(const Json& json)
{
    std::vector<const DataType*> types;
    if (json.is_array())
    {
        for (const Json& part : json)
        {
            types.push_back(&FindType(AsText(part, "a type")));
        }
    }
    else
    {
        types.push_back(&FindType(AsText(json, "a type")));
    }
    if (types.empty() || types.size() > MAX_FIELDS)
    {
        Refuse("a key has 1 to 16 fields, not " + std::to_string(types.size()));
    }
    return types;
}

bool
HasInterval(const Json& elements)
{
    // A range, prefix or wildcard anywhere in a key makes all elements intervals.
    const std::string text = elements.dump();
    return text.find("{\"range\":") != std::string::npos ||
           text.find("{\"prefix\":") != std::string::npos || text.find("*\"") != std::string::npos;
}

// Maps to pairs are NAT's: address and port (nft(8), NAT STATEMENTS).
bool
LeadsToPairs(const Json& elements)
{
    const Json* first = elements.is_array() && !elements.empty() ? &elements[0] : nullptr;
    return first != nullptr && first->is_array() && first->size() == 2 && (*first)[1].is_object() &&
           (*first)[1].contains("concat");
}

} // namespace

SetInfo
DeclareSet(const Json& body, bool isMap, LoadContext& context)
{
    AllowOnly(body,
              {"family",
               "name",
               "table",
               "type",
               "handle",
               "map",
               "size",
               "flags",
               "timeout",
               "gc-interval",
               "comment",
               "policy",
               "auto-merge",
               "elem",
               "stmt"});
    SetInfo info;
    info.types = ParseTypes(Member(body, "type"));
    if (isMap)
    {
        const std::string& data = AsText(Member(body, "map"), "\"map\"");
        info.isVerdictMap = data == "verdict";
        info.objectKind = ParseObjectKind(data);
        if (!info.isVerdictMap && !info.objectKind)
        {
            const std::size_t dot = data.find(" . ");
            info.dataType = &FindType(data.substr(0, dot));
            info.secondType = dot == std::string::npos ? nullptr : &FindType(data.substr(dot + 3));
        }
    }
    else if (FindMember(body, "map") != nullptr)
    {
        Refuse("a set has no \"map\"");
    }
    info.isInterval = HasIntervalFlag(body);
    ValueSet::Setup setup;
    setup.fields = static_cast<unsigned>(info.types.size());
    setup.isInterval = info.isInterval;
    setup.maximum = static_cast<uint32_t>(NumberOr(body, "size", UINT32_MAX, 0));
    setup.timeout = static_cast<Nanos>(NumberOr(body, "timeout", MAX_SECONDS, 0)) * SECOND;
    if (const Json* statements = FindMember(body, "stmt"))
    {
        setup.states = ParseElementStates(*statements, context.environment.now);
    }
    info.index = static_cast<uint32_t>(context.program.sets.size());
    context.program.sets.emplace_back(std::move(setup));
    info.document = &body;
    context.live[&body] = {LiveKind::NamedSet, info.index, info.types, FindMember(body, "stmt")};
    return info;
}

void
FillSet(const Json& body, const SetInfo& set, const TableScope& scope, LoadContext& context)
{
    if (const Json* elements = FindMember(body, "elem"))
    {
        ElementReader(set, scope, context).Read(*elements);
    }
}

SetInfo
MakeAnonymousSet(const AnonymousSet& wanted, const TableScope& scope, LoadContext& context)
{
    SetInfo info;
    std::vector<unsigned> bits;
    for (const Operand& key : wanted.keys)
    {
        info.types.push_back(key.type);
        bits.push_back(key.bits);
    }
    info.isVerdictMap = wanted.content == SetContent::Branches;
    if (wanted.content == SetContent::Values)
    {
        info.dataType = wanted.dataType;
        info.leadsToNetworks = wanted.leadsToNetworks;
        info.secondType = LeadsToPairs(wanted.elements) ? &FindType("inet_service") : nullptr;
        if (info.dataType == nullptr)
        {
            Refuse("a map of values is not supported here");
        }
    }
    else if (wanted.content == SetContent::Objects)
    {
        info.objectKind = wanted.objectKind;
    }
    info.isInterval = HasInterval(wanted.elements);
    ValueSet::Setup setup;
    setup.fields = static_cast<unsigned>(info.types.size());
    setup.isInterval = info.isInterval;
    info.index = static_cast<uint32_t>(context.program.sets.size());
    context.program.sets.emplace_back(std::move(setup));
    context.live[&wanted.elements] = {LiveKind::AnonymousSet, info.index, info.types, nullptr};
    ElementReader reader(info, scope, context);
    reader.SetWidths(std::move(bits));
    reader.Read(wanted.elements);
    return info;
}

} // namespace conntrack
} // namespace ns3
