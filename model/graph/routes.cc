/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/graph/routes.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <queue>
#include <tuple>

namespace ns3
{
namespace conntrack
{

namespace
{

constexpr uint64_t FAR = std::numeric_limits<uint64_t>::max();

/// A link as a router has it that packets come to.
struct Arrival
{
    uint32_t neighbor; ///< where they come from
    uint32_t link;     ///< its number
    uint32_t weight;   ///< of leaving there by it
};

/// The arrivals of all routers, one router behind the other: read as often as there are routers.
struct Arrivals
{
    explicit Arrivals(const Topology& topology)
    {
        for (uint32_t router = 0; router < topology.Size(); ++router)
        {
            begins.push_back(all.size());
            for (const uint32_t number : topology.GetLinksOf(router))
            {
                const TopologyLink& link = topology.GetLinks()[number];
                all.push_back({link.Across(router), number, link.weights[1 - link.EndAt(router)]});
            }
        }
        begins.push_back(all.size());
    }

    std::vector<Arrival> all;
    std::vector<std::size_t> begins; ///< of each router; and the end
};

/// Dijkstra's algorithm, from a destination backward.
class ShortestWays
{
  public:
    explicit ShortestWays(const Topology& topology)
        : m_arrivals(topology),
          m_ways(topology.Size())
    {
    }

    /// @param destination a router @param links for each router the one it leaves by; all NO_LINK
    void Find(uint32_t destination, uint32_t* links)
    {
        std::fill(m_ways.begin(), m_ways.end(), Way());
        m_ways[destination].distance = 0;
        Put({0, destination});
        while (m_first < m_ascending.size() || !m_others.empty())
        {
            const auto [distance, router] = TakeNearest();
            if (distance == m_ways[router].distance) // otherwise a shorter way was found since
            {
                Reach(router, links);
            }
        }
    }

  private:
    struct Way
    {
        uint64_t distance{FAR};
        uint32_t neighbor{0}; ///< the next router
    };

    /// Weights are above 0: whoever is the next router of a shortest way comes here before those
    /// that are farther, so that all equal ones are compared.
    void Reach(uint32_t router, uint32_t* links)
    {
        for (std::size_t i = m_arrivals.begins[router]; i < m_arrivals.begins[router + 1]; ++i)
        {
            const Arrival& arrival = m_arrivals.all[i];
            Way& way = m_ways[arrival.neighbor];
            uint32_t& link = links[arrival.neighbor];
            const uint64_t distance = m_ways[router].distance + arrival.weight;
            if (std::tie(distance, router, arrival.link) <
                std::tie(way.distance, way.neighbor, link))
            {
                if (distance < way.distance)
                {
                    Put({distance, arrival.neighbor});
                }
                way = {distance, router};
                link = arrival.link;
            }
        }
    }

    using Near = std::pair<uint64_t, uint32_t>; ///< a distance, a router

    void Put(const Near& near)
    {
        if (m_first == m_ascending.size())
        {
            m_ascending.clear();
            m_first = 0;
        }
        if (m_ascending.empty() || m_ascending.back().first <= near.first)
        {
            m_ascending.push_back(near);
        }
        else
        {
            m_others.push(near);
        }
    }

    Near TakeNearest()
    {
        if (m_first < m_ascending.size() &&
            (m_others.empty() || m_ascending[m_first] < m_others.top()))
        {
            return m_ascending[m_first++];
        }
        const Near nearest = m_others.top();
        m_others.pop();
        return nearest;
    }

    Arrivals m_arrivals;
    std::vector<Way> m_ways;
    /// What comes in ascending order, as all does where weights are equal, needs no heap.
    std::vector<Near> m_ascending;
    std::size_t m_first{0}; ///< of those that were not taken
    std::priority_queue<Near, std::vector<Near>, std::greater<>> m_others;
};

/// @return the topology's size, if routes are not too many
uint32_t
CheckedSize(const Topology& topology)
{
    if (topology.Size() > Routes::MOST_ROUTERS)
    {
        throw GraphError("Routes of " + std::to_string(topology.Size()) +
                         " routers would be too many: at most " +
                         std::to_string(Routes::MOST_ROUTERS));
    }
    return topology.Size();
}

} // namespace

Routes::Routes(const Topology& topology, const Interrupt& interrupt)
    : m_size(CheckedSize(topology)),
      m_links(static_cast<std::size_t>(m_size) * m_size, NO_LINK)
{
    for (const TopologyLink& link : topology.GetLinks())
    {
        m_ends.push_back(link.ends);
    }
    ShortestWays ways(topology);
    for (uint32_t destination = 0; destination < m_size; ++destination)
    {
        interrupt();
        ways.Find(destination, &m_links[static_cast<std::size_t>(destination) * m_size]);
    }
}

std::vector<uint32_t>
Routes::GetPath(uint32_t from, uint32_t to) const
{
    std::vector<uint32_t> path{from};
    while (path.back() != to)
    {
        const uint32_t link = GetLink(path.back(), to);
        if (link == NO_LINK)
        {
            return {};
        }
        const auto& ends = m_ends[link];
        path.push_back(ends[0] == path.back() ? ends[1] : ends[0]);
    }
    return path;
}

} // namespace conntrack
} // namespace ns3
