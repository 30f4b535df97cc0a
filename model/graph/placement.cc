/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/graph/placement.h"

#include <algorithm>

namespace ns3
{
namespace conntrack
{

namespace
{

/// The ways of a flow; a router is on neither twice.
struct Ways
{
    Ways(const Routes& routes, const FlowEnds& flow)
        : there(routes.GetPath(flow.client, flow.server)),
          back(routes.GetPath(flow.server, flow.client))
    {
    }

    static bool Has(const std::vector<uint32_t>& way, uint32_t router)
    {
        return std::find(way.begin(), way.end(), router) != way.end();
    }

    bool IsPossible() const
    {
        return !there.empty() && !back.empty();
    }

    std::vector<uint32_t> there;
    std::vector<uint32_t> back;
};

/// The first stateful router of one way that is not on the other.
std::optional<uint32_t>
FirstBlind(const std::vector<uint32_t>& way,
           const std::vector<uint32_t>& other,
           const std::vector<bool>& stateful)
{
    const auto found = std::find_if(way.begin(), way.end(), [&](uint32_t router) {
        return stateful[router] && !Ways::Has(other, router);
    });
    return found == way.end() ? std::nullopt : std::optional<uint32_t>(*found);
}

FlowVerdict
JudgeWays(const Ways& ways, const std::vector<bool>& stateful)
{
    if (!ways.IsPossible())
    {
        return {FlowFate::NoRoute, 0};
    }
    if (const auto router = FirstBlind(ways.back, ways.there, stateful))
    {
        return {FlowFate::SynAckDropped, *router};
    }
    if (const auto router = FirstBlind(ways.there, ways.back, stateful))
    {
        return {FlowFate::AckDropped, *router};
    }
    return {};
}

void
CheckSize(const std::vector<bool>& stateful, const Routes& routes)
{
    if (stateful.size() != routes.Size())
    {
        throw GraphError("A placement is of " + std::to_string(routes.Size()) + " routers, not " +
                         std::to_string(stateful.size()));
    }
}

} // namespace

std::vector<FlowEnds>
AllPairs(uint32_t routers)
{
    std::vector<FlowEnds> flows;
    for (uint32_t client = 0; client < routers; ++client)
    {
        for (uint32_t server = 0; server < routers; ++server)
        {
            if (client != server)
            {
                flows.push_back({client, server});
            }
        }
    }
    return flows;
}

bool
Placement::IsSymmetric(const FlowEnds& flow) const
{
    const Ways ways(m_routes, flow);
    return ways.IsPossible() &&
           std::equal(ways.there.begin(), ways.there.end(), ways.back.rbegin(), ways.back.rend());
}

std::vector<uint32_t>
Placement::SeeingBoth(const FlowEnds& flow) const
{
    const Ways ways(m_routes, flow);
    std::vector<uint32_t> routers;
    std::copy_if(ways.there.begin(),
                 ways.there.end(),
                 std::back_inserter(routers),
                 [&](uint32_t router) { return Ways::Has(ways.back, router); });
    return routers;
}

std::vector<RouterView>
Placement::Views(const std::vector<FlowEnds>& flows) const
{
    std::vector<RouterView> views(m_routes.Size());
    for (const FlowEnds& flow : flows)
    {
        m_interrupt();
        const Ways ways(m_routes, flow);
        for (const uint32_t router : ways.there)
        {
            ++(Ways::Has(ways.back, router) ? views[router].both : views[router].requests);
        }
        for (const uint32_t router : ways.back)
        {
            views[router].answers += Ways::Has(ways.there, router) ? 0 : 1;
        }
    }
    return views;
}

FlowVerdict
Placement::Judge(const FlowEnds& flow, const std::vector<bool>& stateful) const
{
    CheckSize(stateful, m_routes);
    return JudgeWays(Ways(m_routes, flow), stateful);
}

PlacementReport
Placement::Report(const std::vector<FlowEnds>& flows, const std::vector<bool>& stateful) const
{
    CheckSize(stateful, m_routes);
    PlacementReport report;
    for (const FlowEnds& flow : flows)
    {
        m_interrupt();
        const Ways ways(m_routes, flow);
        const FlowFate fate = JudgeWays(ways, stateful).fate;
        ++report.flows;
        report.broken += fate == FlowFate::SynAckDropped || fate == FlowFate::AckDropped ? 1 : 0;
        // A flow that passes meets no stateful router on one way alone.
        report.guarded += fate == FlowFate::Passes &&
                                  std::any_of(ways.there.begin(),
                                              ways.there.end(),
                                              [&](uint32_t router) { return stateful[router]; })
                              ? 1
                              : 0;
    }
    return report;
}

} // namespace conntrack
} // namespace ns3
