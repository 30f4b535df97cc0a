/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/ruleset/compile/names.h"

#include <array>
#include <utility>

namespace ns3
{
namespace conntrack
{

TableFamily
ParseTableFamily(const std::string& family)
{
    if (family == "ip")
    {
        return TableFamily::Ip;
    }
    if (family == "ip6")
    {
        return TableFamily::Ip6;
    }
    if (family != "inet")
    {
        Refuse("the family \"" + family + "\" is not supported: only ip, ip6 and inet are");
    }
    return TableFamily::Inet;
}

Hook
ParseHook(const std::string& name)
{
    static const std::array<std::pair<const char*, Hook>, 5> hooks{
        {{"prerouting", Hook::Prerouting},
         {"input", Hook::Input},
         {"forward", Hook::Forward},
         {"output", Hook::Output},
         {"postrouting", Hook::Postrouting}}};
    for (const auto& [hookName, hook] : hooks)
    {
        if (name == hookName)
        {
            return hook;
        }
    }
    Refuse("the hook \"" + name + "\" is not supported");
}

ChainType
ParseChainType(const std::string& name, Hook hook)
{
    if (name == "filter")
    {
        return ChainType::Filter;
    }
    if (name == "route" && hook == Hook::Output)
    {
        return ChainType::Route;
    }
    if (name == "nat" && hook != Hook::Forward)
    {
        return ChainType::Nat;
    }
    Refuse("a chain of type \"" + name + "\" is not supported at this hook");
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
