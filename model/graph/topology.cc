/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/graph/topology.h"

#include <algorithm>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/connected_components.hpp>
#include <cmath>

namespace ns3
{
namespace conntrack
{

double
GreatCircleKilometers(const Coordinates& a, const Coordinates& b)
{
    constexpr double EARTH_RADIUS = 6371; // IUGG's mean radius, km
    constexpr double RADIAN = M_PI / 180;
    const double north = std::sin((b.latitude - a.latitude) * RADIAN / 2);
    const double east = std::sin((b.longitude - a.longitude) * RADIAN / 2);
    const double haversine =
        north * north + std::cos(a.latitude * RADIAN) * std::cos(b.latitude * RADIAN) * east * east;
    return 2 * EARTH_RADIUS * std::asin(std::sqrt(std::clamp(haversine, 0.0, 1.0)));
}

Nanos
FiberDelay(double kilometers)
{
    constexpr double MICROSECONDS_A_KILOMETER = 5;
    return static_cast<Nanos>(std::llround(kilometers * MICROSECONDS_A_KILOMETER)) * 1000;
}

uint32_t
Topology::AddRouter(const std::string& name, std::optional<Coordinates> position)
{
    if (name.empty())
    {
        throw GraphError("A router has a name, not ''");
    }
    // Written so that what is no number fails, too.
    if (position && !(std::abs(position->longitude) <= Coordinates::MOST_LONGITUDE &&
                      std::abs(position->latitude) <= Coordinates::MOST_LATITUDE))
    {
        throw GraphError("Router '" + name +
                         "' has no position on Earth: a longitude is -360 to 360 degrees, a "
                         "latitude -90 to 90");
    }
    const uint32_t number = Size();
    if (!m_numbers.emplace(name, number).second)
    {
        throw GraphError("There is a router '" + name + "' already");
    }
    m_routers.push_back({name, position});
    m_linksOf.emplace_back();
    return number;
}

uint32_t
Topology::AddLink(const TopologyLink& link)
{
    if (link.ends[0] >= Size() || link.ends[1] >= Size())
    {
        throw GraphError("There is no router " +
                         std::to_string(std::max(link.ends[0], link.ends[1])) +
                         " for a link: there are " + std::to_string(Size()));
    }
    const std::string& first = m_routers[link.ends[0]].name;
    const std::string& second = m_routers[link.ends[1]].name;
    if (link.ends[0] == link.ends[1])
    {
        throw GraphError("A link joins two routers, not '" + first + "' with itself");
    }
    if (link.weights[0] == 0 || link.weights[1] == 0)
    {
        throw GraphError("The link of '" + first + "' and '" + second +
                         "' has weight 0; weights are 1 or more");
    }
    if (link.bandwidth == 0 || link.delay < 0)
    {
        throw GraphError("The link of '" + first + "' and '" + second +
                         "' has no bandwidth or a negative delay");
    }
    const auto number = static_cast<uint32_t>(m_links.size());
    m_links.push_back(link);
    m_linksOf[link.ends[0]].push_back(number);
    m_linksOf[link.ends[1]].push_back(number);
    return number;
}

uint32_t
Topology::AddLink(uint32_t a, uint32_t b, uint32_t weight)
{
    TopologyLink link;
    link.ends = {a, b};
    link.weights = {weight, weight};
    if (a < Size() && b < Size() && m_routers[a].position && m_routers[b].position)
    {
        link.delay =
            FiberDelay(GreatCircleKilometers(*m_routers[a].position, *m_routers[b].position));
    }
    return AddLink(link);
}

std::optional<uint32_t>
Topology::Find(const std::string& name) const
{
    const auto found = m_numbers.find(name);
    return found == m_numbers.end() ? std::nullopt : std::optional<uint32_t>(found->second);
}

uint32_t
Topology::At(const std::string& name) const
{
    const auto number = Find(name);
    if (!number)
    {
        throw GraphError("There is no router '" + name + "'");
    }
    return *number;
}

std::vector<uint32_t>
Topology::Parts() const
{
    boost::adjacency_list<boost::vecS, boost::vecS, boost::undirectedS> graph(Size());
    for (const TopologyLink& link : m_links)
    {
        boost::add_edge(link.ends[0], link.ends[1], graph);
    }
    std::vector<uint32_t> parts(Size());
    if (!parts.empty())
    {
        boost::connected_components(graph, parts.data());
    }
    return parts;
}

void
Topology::CheckConnected() const
{
    const std::string told = "The topology" + (name.empty() ? name : " '" + name + "'");
    if (m_routers.empty())
    {
        throw GraphError(told + " has no routers");
    }
    const std::vector<uint32_t> parts = Parts();
    const auto other =
        std::find_if(parts.begin(), parts.end(), [&](uint32_t part) { return part != parts[0]; });
    if (other != parts.end())
    {
        const uint32_t count = *std::max_element(parts.begin(), parts.end()) + 1;
        throw GraphError(told + " is in " + std::to_string(count) +
                         " parts: there is no way from '" + m_routers[0].name + "' to '" +
                         m_routers[static_cast<std::size_t>(other - parts.begin())].name + "'");
    }
}

} // namespace conntrack
} // namespace ns3
