/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/graph/topology-generators.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <set>

namespace ns3
{
namespace conntrack
{

namespace
{

/// Random numbers that are the same everywhere.
class Dice
{
  public:
    explicit Dice(uint64_t seed)
        : m_engine(seed)
    {
    }

    /// @return from 0 up to, but not, 1: 53 bits, as many as a double's significand has
    double Unit()
    {
        return static_cast<double>(m_engine() >> 11) / 9007199254740992.0;
    }

    /// @param count 1 or more @return 0 to count - 1, each as likely
    uint64_t Below(uint64_t count)
    {
        const uint64_t largest = std::numeric_limits<uint64_t>::max();
        const uint64_t fair = largest - largest % count; // those from here on would favor the first
        uint64_t drawn = m_engine();
        while (drawn >= fair)
        {
            drawn = m_engine();
        }
        return drawn % count;
    }

  private:
    std::mt19937_64 m_engine;
};

std::string
RouterName(uint64_t number)
{
    return "r" + std::to_string(number);
}

void
CheckSize(uint64_t routers)
{
    if (routers == 0 || routers > MOST_ROUTERS)
    {
        throw GraphError("A topology has 1 to " + std::to_string(MOST_ROUTERS) + " routers");
    }
}

/// Distance of the square in which Waxman's routers lie, its side being 1.
double
SquareDistance(const Coordinates& a, const Coordinates& b)
{
    return std::hypot(a.longitude - b.longitude, a.latitude - b.latitude) / 10;
}

/// Join each part to the first router's by the shortest link, until there is one part.
void
JoinParts(Topology& topology)
{
    const std::vector<uint32_t> parts = topology.Parts();

    struct Nearest
    {
        double distance{std::numeric_limits<double>::infinity()};
        uint32_t router{0}; // of those that are joined
        bool joined{false};
    };

    std::vector<Nearest> all(topology.Size());
    const auto take = [&](uint32_t part) {
        for (uint32_t a = 0; a < topology.Size(); ++a)
        {
            all[a].joined = all[a].joined || parts[a] == part;
            for (uint32_t b = 0; parts[a] == part && b < topology.Size(); ++b)
            {
                const double distance = SquareDistance(*topology.GetRouters()[a].position,
                                                       *topology.GetRouters()[b].position);
                if (distance < all[b].distance)
                {
                    all[b].distance = distance;
                    all[b].router = a;
                }
            }
        }
    };
    take(parts[0]);
    for (;;)
    {
        uint32_t next = topology.Size();
        for (uint32_t b = 0; b < topology.Size(); ++b)
        {
            const bool better = next == topology.Size() || all[b].distance < all[next].distance;
            next = !all[b].joined && better ? b : next;
        }
        if (next == topology.Size())
        {
            return;
        }
        topology.AddLink(all[next].router, next);
        take(parts[next]);
    }
}

} // namespace

Topology
MakeTree(uint32_t fanout, uint32_t depth)
{
    if (fanout == 0)
    {
        throw GraphError("A tree's routers have 1 or more children, not 0");
    }
    uint64_t routers = 1;
    uint64_t level = 1;
    for (uint32_t i = 0; i < depth && routers <= MOST_ROUTERS; ++i)
    {
        level *= fanout;
        routers += level;
    }
    CheckSize(routers);
    Topology topology;
    topology.name = "tree";
    for (uint32_t i = 0; i < routers; ++i)
    {
        topology.AddRouter(RouterName(i));
        if (i > 0)
        {
            topology.AddLink((i - 1) / fanout, i);
        }
    }
    return topology;
}

Topology
MakeFatTree(uint32_t ports)
{
    if (ports < 2 || ports % 2 != 0)
    {
        throw GraphError("A fat tree's switches have an even number of ports, 2 or more, not " +
                         std::to_string(ports));
    }
    const uint64_t half = ports / 2;
    CheckSize(5 * half * half);
    Topology topology;
    topology.name = "fat-tree";
    for (uint64_t i = 0; i < half * half; ++i)
    {
        topology.AddRouter("core" + std::to_string(i));
    }
    for (uint32_t pod = 0; pod < ports; ++pod)
    {
        const std::string prefix = "pod" + std::to_string(pod) + "-";
        const uint32_t first = topology.Size(); // aggregation switches, then edge switches
        for (uint32_t i = 0; i < half; ++i)
        {
            const uint32_t aggregation = topology.AddRouter(prefix + "aggr" + std::to_string(i));
            for (uint32_t j = 0; j < half; ++j)
            {
                topology.AddLink(static_cast<uint32_t>(i * half + j), aggregation);
            }
        }
        for (uint32_t i = 0; i < half; ++i)
        {
            const uint32_t edge = topology.AddRouter(prefix + "edge" + std::to_string(i));
            for (uint32_t j = 0; j < half; ++j)
            {
                topology.AddLink(first + j, edge);
            }
        }
    }
    return topology;
}

Topology
MakeWaxman(const Waxman& settings)
{
    CheckSize(settings.routers);
    for (const double parameter : {settings.alpha, settings.beta})
    {
        if (!(parameter > 0 && parameter <= 1))
        {
            throw GraphError("Waxman's alpha and beta are above 0 and at most 1");
        }
    }
    Dice dice(settings.seed);
    Topology topology;
    topology.name = "waxman";
    for (uint32_t i = 0; i < settings.routers; ++i)
    {
        const double east = 10 * dice.Unit();
        const double north = 40 + 10 * dice.Unit();
        topology.AddRouter(RouterName(i), Coordinates{east, north});
    }
    const double reach = settings.beta * std::sqrt(2.0); // a square's diagonal
    for (uint32_t a = 0; a < settings.routers; ++a)
    {
        for (uint32_t b = a + 1; b < settings.routers; ++b)
        {
            const double distance = SquareDistance(*topology.GetRouters()[a].position,
                                                   *topology.GetRouters()[b].position);
            if (dice.Unit() < settings.alpha * std::exp(-distance / reach))
            {
                topology.AddLink(a, b);
            }
        }
    }
    JoinParts(topology);
    return topology;
}

Topology
MakeBarabasiAlbert(uint32_t routers, uint32_t links, uint64_t seed)
{
    CheckSize(routers);
    if (links == 0 || links >= routers)
    {
        throw GraphError("A new router brings 1 link or more, and fewer than there are routers (" +
                         std::to_string(routers) + "), not " + std::to_string(links));
    }
    Dice dice(seed);
    Topology topology;
    topology.name = "barabasi-albert";
    std::vector<uint32_t> ends; // each router as often as it has links
    const auto join = [&](uint32_t a, uint32_t b) {
        topology.AddLink(a, b);
        ends.push_back(a);
        ends.push_back(b);
    };
    for (uint32_t router = 0; router < routers; ++router)
    {
        topology.AddRouter(RouterName(router));
        std::set<uint32_t> chosen;
        while (router <= links && chosen.size() < router)
        {
            chosen.insert(static_cast<uint32_t>(chosen.size()));
        }
        while (router > links && chosen.size() < links)
        {
            chosen.insert(ends[dice.Below(ends.size())]);
        }
        for (const uint32_t other : chosen)
        {
            join(other, router);
        }
    }
    return topology;
}

Topology
SkewWeights(const Topology& topology, double skew, uint64_t seed)
{
    if (!(skew >= 0 && skew <= 10))
    {
        throw GraphError("A skew of weights is 0 to 10");
    }
    constexpr double SCALE = 100; // so that weights of 1 can differ by parts
    Dice dice(seed);
    Topology skewed;
    skewed.name = topology.name;
    for (const TopologyRouter& router : topology.GetRouters())
    {
        skewed.AddRouter(router.name, router.position);
    }
    for (TopologyLink link : topology.GetLinks())
    {
        for (uint32_t& weight : link.weights)
        {
            const double changed = std::round(weight * SCALE * (1 + skew * dice.Unit()));
            if (changed > std::numeric_limits<uint32_t>::max())
            {
                throw GraphError("The weight " + std::to_string(weight) +
                                 " is too large to be skewed");
            }
            weight = static_cast<uint32_t>(changed);
        }
        skewed.AddLink(link);
    }
    return skewed;
}

} // namespace conntrack
} // namespace ns3
