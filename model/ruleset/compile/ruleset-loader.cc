/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/ruleset/compile/ruleset-loader.h"

#include "model/ruleset/compile/jump-check.h"
#include "model/ruleset/compile/names.h"
#include "model/ruleset/compile/object-compiler.h"
#include "model/ruleset/compile/rule-compiler.h"
#include "model/ruleset/compile/set-compiler.h"

namespace ns3
{
namespace conntrack
{

namespace
{

constexpr int LOOK_UP_PRIORITY = -200; // linux/netfilter_ipv4.h: NF_IP_PRI_CONNTRACK
constexpr uint64_t MAX_HANDLE = UINT64_MAX;

// What belongs to a table, in the order of the document.
struct TableParts
{
    TableScope scope;
    std::vector<const Json*> chains;
    std::vector<std::pair<std::string, const Json*>> objects;
    std::vector<std::pair<std::string, const Json*>> sets;
    std::vector<const Json*> rules;
};

// Does something; what is wrong with it gets the place in front.
template <typename Action>
void
At(const std::string& place, const Action& action)
{
    try
    {
        action();
    }
    catch (const RulesetError& error)
    {
        Refuse(place + ": " + error.what());
    }
}

// Loads a document into LoadedRules.
class Loader
{
  public:
    Loader(const RulesetEnvironment& environment, LoadedRules& loaded)
        : m_loaded(loaded),
          m_context{loaded.program, environment, loaded.live}
    {
    }

    void Load(const Json& document);

  private:
    void Sort(const Json& part);
    void SortTable(const Json& body);
    TableParts& TableOf(const Json& body);
    void LoadTable(TableParts& table);
    void LoadChain(TableParts& table, const Json& body);
    void LoadBaseChain(TableParts& table, const Json& body, uint32_t index);
    void LoadObject(TableParts& table, const std::string& sort, const Json& body);
    void LoadRule(TableParts& table, const Json& body);

    LoadedRules& m_loaded;
    LoadContext m_context;
    std::deque<TableParts> m_tables;
    std::map<std::string, std::size_t> m_tableNumbers; // by family and name
    std::vector<std::string> m_chainNames;             // by number, for messages
};

void
Loader::Load(const Json& document)
{
    AllowOnly(document, {"nftables"});
    for (const Json& part : AsArray(Member(document, "nftables"), "\"nftables\""))
    {
        Sort(part);
    }
    for (TableParts& table : m_tables)
    {
        At("table " + table.scope.name, [&] { LoadTable(table); });
    }
    CheckJumps(m_loaded.program, m_chainNames, m_loaded.baseChains);
    m_loaded.tracksIpv4 = m_context.tracksIpv4;
    m_loaded.tracksIpv6 = m_context.tracksIpv6;
}

// Rules may stand before what they name, so all parts are sorted by table first.
void
Loader::Sort(const Json& part)
{
    const Named named = AsNamed(part, "each part of the ruleset");
    const std::string& sort = named.name;
    if (sort == "metainfo")
    {
        const uint64_t version = NumberOr(named.body, "json_schema_version", MAX_HANDLE, 1);
        if (version != 1)
        {
            Refuse("json_schema_version " + std::to_string(version) + " is not supported");
        }
    }
    else if (sort == "table")
    {
        At("table", [&] { SortTable(named.body); });
    }
    else if (sort == "chain")
    {
        At(sort, [&] { TableOf(named.body).chains.push_back(&named.body); });
    }
    else if (sort == "rule")
    {
        At(sort, [&] { TableOf(named.body).rules.push_back(&named.body); });
    }
    else if (sort == "set" || sort == "map")
    {
        At(sort, [&] { TableOf(named.body).sets.emplace_back(sort, &named.body); });
    }
    else if (ParseObjectKind(sort))
    {
        At(sort, [&] { TableOf(named.body).objects.emplace_back(sort, &named.body); });
    }
    else
    {
        Refuse("\"" + sort + "\" is not supported in a ruleset: " + Excerpt(part));
    }
}

void
Loader::SortTable(const Json& body)
{
    AllowOnly(body, {"family", "name", "handle", "comment", "flags"});
    if (FindMember(body, "flags") != nullptr)
    {
        Refuse("the flags of " + Excerpt(body) + " are not supported");
    }
    const std::string& family = AsText(Member(body, "family"), "\"family\"");
    const std::string& name = AsText(Member(body, "name"), "\"name\"");
    TableParts table;
    table.scope.name = family + " " + name;
    At(name, [&] { table.scope.family = ParseTableFamily(family); });
    if (!m_tableNumbers.emplace(table.scope.name, m_tables.size()).second)
    {
        Refuse(table.scope.name + " is there twice");
    }
    m_tables.push_back(std::move(table));
}

TableParts&
Loader::TableOf(const Json& body)
{
    const std::string name = AsText(Member(body, "family"), "\"family\"") + " " +
                             AsText(Member(body, "table"), "\"table\"");
    const auto at = m_tableNumbers.find(name);
    if (at == m_tableNumbers.end())
    {
        Refuse("there is no table " + name + " for " + Excerpt(body));
    }
    return m_tables[at->second];
}

void
Loader::LoadTable(TableParts& table)
{
    for (const Json* chain : table.chains)
    {
        LoadChain(table, *chain);
    }
    for (const auto& [sort, object] : table.objects)
    {
        LoadObject(table, sort, *object);
    }
    for (const auto& [sort, body] : table.sets)
    {
        const std::string& name = AsText(Member(*body, "name"), "\"name\"");
        At(sort + " " + name, [&, &sort = sort, &body = body] {
            const SetInfo set = DeclareSet(*body, sort == "map", m_context);
            if (!table.scope.sets.emplace(name, set).second)
            {
                Refuse("it is there twice");
            }
            FillSet(*body, set, table.scope, m_context);
        });
    }
    for (const Json* rule : table.rules)
    {
        LoadRule(table, *rule);
    }
}

void
Loader::LoadChain(TableParts& table, const Json& body)
{
    const std::string& name = AsText(Member(body, "name"), "\"name\"");
    At("chain " + name, [&] {
        AllowOnly(
            body,
            {"family", "table", "name", "handle", "type", "hook", "prio", "policy", "comment"});
        const auto index = static_cast<uint32_t>(m_loaded.program.chains.size());
        if (!table.scope.chains.emplace(name, index).second)
        {
            Refuse("it is there twice");
        }
        m_loaded.program.chains.emplace_back();
        m_loaded.origins.push_back({&body, {}});
        m_chainNames.push_back("table " + table.scope.name + ": chain " + name);
        if (FindMember(body, "hook") != nullptr || FindMember(body, "type") != nullptr)
        {
            LoadBaseChain(table, body, index);
        }
        else if (FindMember(body, "policy") != nullptr || FindMember(body, "prio") != nullptr)
        {
            Refuse("a chain without a hook has neither priority nor policy");
        }
    });
}

void
Loader::LoadBaseChain(TableParts& table, const Json& body, uint32_t index)
{
    BaseChain chain;
    chain.table = table.scope.name;
    chain.name = Member(body, "name").get<std::string>();
    chain.family = table.scope.family == TableFamily::Ip    ? Family::Ipv4
                   : table.scope.family == TableFamily::Ip6 ? Family::Ipv6
                                                            : Family::Unspecified;
    chain.hook = ParseHook(AsText(Member(body, "hook"), "\"hook\""));
    chain.type = ParseChainType(AsText(Member(body, "type"), "\"type\""), chain.hook);
    const Json& priority = Member(body, "prio");
    if (!priority.is_number_integer() || priority < INT32_MIN || priority > INT32_MAX)
    {
        Refuse("\"prio\" must be a number of 32 bits, not " + Excerpt(priority));
    }
    chain.priority = priority.get<int>();
    chain.isLate = (chain.family != Family::Ipv6 && m_context.tracksIpv4) ||
                   (chain.family != Family::Ipv4 && m_context.tracksIpv6);
    chain.beforeTracking = (chain.hook == Hook::Prerouting || chain.hook == Hook::Output) &&
                           chain.RunsBefore(LOOK_UP_PRIORITY);
    chain.index = index;
    const std::string policy = TextOrEmpty(body, "policy");
    if (!policy.empty() && policy != "accept" && policy != "drop")
    {
        Refuse("the policy \"" + policy + "\" is neither accept nor drop");
    }
    m_loaded.program.chains[index].policyDrops = policy == "drop";
    m_loaded.baseChains.push_back(std::move(chain));
}

void
Loader::LoadObject(TableParts& table, const std::string& sort, const Json& body)
{
    const std::string& name = AsText(Member(body, "name"), "\"name\"");
    At(sort + " " + name, [&] {
        const ObjectKind kind = *ParseObjectKind(sort);
        const uint32_t index = CompileNamedObject(kind, body, table.scope, m_context);
        if (!table.scope.objects.emplace(std::pair{kind, name}, index).second)
        {
            Refuse("it is there twice");
        }
    });
}

void
Loader::LoadRule(TableParts& table, const Json& body)
{
    const std::string& name = AsText(Member(body, "chain"), "\"chain\"");
    const Json* handle = FindMember(body, "handle");
    At("chain " + name + ", rule " + (handle == nullptr ? "without handle" : Excerpt(*handle)),
       [&] {
           AllowOnly(body, {"family", "table", "chain", "handle", "expr", "comment"});
           NumberOr(body, "handle", MAX_HANDLE, 0);
           TextOrEmpty(body, "comment");
           const auto at = table.scope.chains.find(name);
           if (at == table.scope.chains.end())
           {
               Refuse("there is no such chain");
           }
           Chain& chain = m_loaded.program.chains[at->second];
           RuleCompiler(table.scope, m_context, chain).Compile(Member(body, "expr"));
           chain.ruleEnds.push_back(static_cast<uint32_t>(chain.ops.size()));
           m_loaded.origins[at->second].rules.push_back(&body);
       });
}

} // namespace

void
LoadRules(const Json& document, const RulesetEnvironment& environment, LoadedRules& loaded)
{
    Loader(environment, loaded).Load(document);
}

} // namespace conntrack
} // namespace ns3
