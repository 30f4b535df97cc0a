/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/ruleset/compile/set-compiler.h"

#include "model/ruleset/compile/stateful-parser.h"

#include <algorithm>
#include <array>

namespace ns3
{
namespace conntrack
{

namespace
{

// A hundred years: longer times would not fit a count of nanoseconds.
constexpr uint64_t MAX_SECONDS = 3153600000U;

// Fills a set, one element after the other.
class ElementReader
{
  public:
    ElementReader(const SetInfo& info, const TableScope& scope, LoadContext& context)
        : m_info(info),
          m_set(context.program.sets[info.index]),
          m_scope(scope),
          m_context(context)
    {
    }

    void Read(const Json& elements);

    void SetBits(std::vector<unsigned> bits)
    {
        m_bits = std::move(bits);
    }

  private:
    void ReadElement(const Json& json, std::size_t source);
    void ReadKey(const Json& json, SetElement& element) const;
    void ReadDetails(const Json& body, SetElement& element) const;
    void ReadData(const Json& json, SetElement& element) const;
    void ReadTimes(const Json* body, SetElement& element) const;

    const SetInfo& m_info;
    ValueSet& m_set;
    const TableScope& m_scope;
    LoadContext& m_context;
    std::vector<unsigned> m_bits; // of the compared fields; empty: those of the types
};

bool
IsMap(const SetInfo& info)
{
    return info.dataType != nullptr || info.isVerdictMap || info.objectKind.has_value();
}

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
    if (!isCatchAll)
    {
        ReadKey(*key, element);
    }
    switch (isCatchAll ? m_set.InsertCatchAll(std::move(element)) : m_set.Insert(std::move(element)))
    {
    case InsertResult::Full:
        Refuse("the set holds " + std::to_string(m_set.GetSetup().maximum) +
               " elements at most");
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
                                            m_bits.empty() ? 0 : m_bits[i]);
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
    AllowOnly(
        body,
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
            // nft cuts the time that is left to whole seconds: nearly one more may be left.
            left = static_cast<Nanos>(NumberOr(*body, "expires", MAX_SECONDS, 0) + 1) * SECOND - 1;
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
    else
    {
        element.data = ParseValue(*m_info.dataType, json);
    }
}

// What the flags of a set say; elements decide of anonymous ones.
struct SetFlags
{
    bool isInterval{false};
};

SetFlags
ParseFlags(const Json& body)
{
    SetFlags flags;
    const Json* list = FindMember(body, "flags");
    if (list == nullptr)
    {
        return flags;
    }
    for (const Json& part : AsArray(*list, "\"flags\""))
    {
        const std::string& flag = AsText(part, "a flag");
        if (flag == "interval")
        {
            flags.isInterval = true;
        }
        else if (flag != "constant" && flag != "timeout" && flag != "dynamic")
        {
            Refuse("the flag \"" + flag + "\" is not supported");
        }
    }
    return flags;
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

} // namespace

SetInfo
DeclareSet(const Json& body, bool isMap, LoadContext& context)
{
    AllowOnly(body,
              {"family", "name", "table", "type", "handle", "map", "size", "flags", "timeout",
               "gc-interval", "comment", "policy", "auto-merge", "elem", "stmt"});
    SetInfo info;
    info.types = ParseTypes(Member(body, "type"));
    if (isMap)
    {
        const std::string& data = AsText(Member(body, "map"), "\"map\"");
        info.isVerdictMap = data == "verdict";
        info.objectKind = ParseObjectKind(data);
        info.dataType = info.isVerdictMap || info.objectKind ? nullptr : &FindType(data);
    }
    else if (FindMember(body, "map") != nullptr)
    {
        Refuse("a set has no \"map\"");
    }
    info.isInterval = ParseFlags(body).isInterval;
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
    reader.SetBits(std::move(bits));
    reader.Read(wanted.elements);
    return info;
}

std::optional<Branch>
ParseBranch(const Json& json, const TableScope& scope)
{
    if (!json.is_object() || json.size() != 1)
    {
        return std::nullopt;
    }
    const Named named = AsNamed(json, "a verdict");
    static const std::array<std::pair<const char*, Step>, 6> steps{{{"accept", Step::Accept},
                                                                    {"drop", Step::Drop},
                                                                    {"continue", Step::Next},
                                                                    {"return", Step::Return},
                                                                    {"jump", Step::Jump},
                                                                    {"goto", Step::Goto}}};
    for (const auto& [name, step] : steps)
    {
        if (named.name != name)
        {
            continue;
        }
        if (step != Step::Jump && step != Step::Goto)
        {
            if (!named.body.is_null())
            {
                Refuse("\"" + named.name + "\" has no arguments");
            }
            return Branch{step, 0};
        }
        AllowOnly(named.body, {"target"});
        const std::string& target = AsText(Member(named.body, "target"), "a chain's name");
        const auto chain = scope.chains.find(target);
        if (chain == scope.chains.end())
        {
            Refuse("table " + scope.name + " has no chain \"" + target + "\"");
        }
        return Branch{step, chain->second};
    }
    return std::nullopt;
}

uint32_t
FindObject(const TableScope& scope, ObjectKind kind, const std::string& name)
{
    const auto at = scope.objects.find({kind, name});
    if (at == scope.objects.end())
    {
        Refuse("table " + scope.name + " has no such object \"" + name + "\"");
    }
    return at->second;
}

std::optional<ObjectKind>
ParseObjectKind(const std::string& name)
{
    static const std::array<std::pair<const char*, ObjectKind>, 6> kinds{
        {{"counter", ObjectKind::Counter},
         {"quota", ObjectKind::Quota},
         {"limit", ObjectKind::Limit},
         {"ct helper", ObjectKind::CtHelper},
         {"ct timeout", ObjectKind::CtTimeout},
         {"ct expectation", ObjectKind::CtExpectation}}};
    for (const auto& [kindName, kind] : kinds)
    {
        if (name == kindName)
        {
            return kind;
        }
    }
    return std::nullopt;
}

} // namespace conntrack
} // namespace ns3
