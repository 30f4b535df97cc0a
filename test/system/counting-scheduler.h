/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_TEST_SYSTEM_COUNTING_SCHEDULER_H
#define CONNTRACK_TEST_SYSTEM_COUNTING_SCHEDULER_H

#include "ns3/map-scheduler.h"
#include "ns3/object-factory.h"
#include "ns3/simulator.h"

/**
 * @file
 * A scheduler that counts what is pending.
 *
 * Layer: test.
 */

namespace ns3
{
namespace conntrack
{
namespace test
{

/// A scheduler that counts what is pending.
class CountingScheduler : public MapScheduler
{
  public:
    /// @return the TypeId, ns3::conntrack::test::CountingScheduler
    static TypeId GetTypeId()
    {
        static TypeId tid = TypeId("ns3::conntrack::test::CountingScheduler")
                                .SetParent<MapScheduler>()
                                .AddConstructor<CountingScheduler>();
        return tid;
    }

    /// Make it the simulator's, with a new count.
    static void Use()
    {
        pending = 0;
        ObjectFactory factory;
        factory.SetTypeId(GetTypeId());
        Simulator::SetScheduler(factory);
    }

    void Insert(const Event& event) override
    {
        ++pending;
        MapScheduler::Insert(event);
    }

    Event RemoveNext() override
    {
        --pending;
        return MapScheduler::RemoveNext();
    }

    void Remove(const Event& event) override
    {
        --pending;
        MapScheduler::Remove(event);
    }

    static inline int pending{0}; ///< events
};

} // namespace test
} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_TEST_SYSTEM_COUNTING_SCHEDULER_H
