/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/ruleset/ruleset.h"

#include "model/ruleset/compile/ruleset-loader.h"
#include "model/ruleset/compile/ruleset-writer.h"

#include <algorithm>
#include <array>

namespace ns3
{
namespace conntrack
{

/// The document, and what it was compiled to.
class Ruleset::Impl
{
  public:
    /// Base chains in the order in which packets of a family meet them at a hook.
    using ChainsByHook =
        std::array<std::vector<const BaseChain*>, static_cast<std::size_t>(Hook::Count)>;

    /// Sort the base chains once they are loaded.
    void SortBaseChains();

    /**
     * @param family IPv4 or IPv6
     * @return the base chains of its packets
     */
    ChainsByHook& ChainsOf(Family family)
    {
        return chains[family == Family::Ipv4 ? 0 : 1];
    }

    Json document;
    LoadedRules loaded;
    std::array<ChainsByHook, 2> chains; ///< IPv4, IPv6
};

void
Ruleset::Impl::SortBaseChains()
{
    for (const Family family : {Family::Ipv4, Family::Ipv6})
    {
        for (const BaseChain& chain : loaded.baseChains)
        {
            if (chain.family != Family::Unspecified && chain.family != family)
            {
                continue;
            }
            auto& list = ChainsOf(family)[static_cast<std::size_t>(chain.hook)];
            const auto place = std::find_if(list.begin(), list.end(), [&](const auto* other) {
                return other->priority >= chain.priority; // before those of equal priority
            });
            list.insert(place, &chain);
        }
    }
}

Ruleset::Ruleset(std::unique_ptr<Impl> impl)
    : m_impl(std::move(impl))
{
}

Ruleset::~Ruleset() = default;

std::unique_ptr<Ruleset>
Ruleset::Load(std::string_view json, const RulesetEnvironment& environment)
{
    auto impl = std::make_unique<Impl>();
    impl->document = ParseDocument(json);
    LoadRules(impl->document, environment, impl->loaded);
    impl->SortBaseChains();
    return std::unique_ptr<Ruleset>(new Ruleset(std::move(impl)));
}

const std::vector<const BaseChain*>&
Ruleset::GetBaseChains(Family family, Hook hook) const
{
    return m_impl->ChainsOf(family)[static_cast<std::size_t>(hook)];
}

Verdict
Ruleset::Run(const BaseChain& chain, TrackedPacket& packet, RuleActions& actions)
{
    const RuleContext context{packet, actions, chain.beforeTracking};
    return RunChain(m_impl->loaded.program, chain.index, context);
}

nlohmann::ordered_json
Ruleset::ToJson(Nanos now) const
{
    return WriteRules(m_impl->document, m_impl->loaded.live, m_impl->loaded.program, now);
}

nlohmann::ordered_json
Ruleset::DescribeRefusal() const
{
    const auto [chain, rule] = m_impl->loaded.program.refusal;
    const ChainOrigin& origin = m_impl->loaded.origins.at(chain);
    Json place{{"family", origin.chain->at("family")},
               {"table", origin.chain->at("table")},
               {"chain", origin.chain->at("name")}};
    if (!rule)
    {
        place["policy"] = "drop";
        return place;
    }
    place["rule"] = *rule + 1;
    const Json& body = *origin.rules.at(*rule);
    for (const char* key : {"handle", "comment"})
    {
        if (body.contains(key))
        {
            place[key] = body.at(key);
        }
    }
    return place;
}

bool
Ruleset::HasNat(Family family) const
{
    const auto& hooks = m_impl->ChainsOf(family);
    return std::any_of(hooks.begin(), hooks.end(), [](const auto& chains) {
        return std::any_of(chains.begin(), chains.end(), [](const BaseChain* chain) {
            return chain->type == ChainType::Nat;
        });
    });
}

bool
Ruleset::NeedsTracking(Family family) const
{
    return family == Family::Ipv4 ? m_impl->loaded.tracksIpv4 : m_impl->loaded.tracksIpv6;
}

} // namespace conntrack
} // namespace ns3
