/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "bindings/watched-scheduler.h"

#include "ns3/global-value.h"
#include "ns3/object-factory.h"
#include "ns3/simulator.h"
#include "ns3/type-id.h"

#include <utility>

namespace ns3
{
namespace conntrack
{
namespace python
{

namespace
{

RunWatch* g_watch = nullptr;

constexpr std::chrono::milliseconds PAUSE{100}; // tqdm's mininterval

/// The class of queue that ns-3 was told to use.
ObjectFactory
ChosenQueue()
{
    TypeIdValue chosen;
    GlobalValue::GetValueByName("SchedulerType", chosen);
    ObjectFactory factory;
    factory.SetTypeId(chosen.Get());
    return factory;
}

} // namespace

RunWatch::RunWatch(std::function<void(Time)> tell)
    : m_tell(std::move(tell))
{
    ObjectFactory factory;
    factory.SetTypeId(WatchedScheduler::GetTypeId());
    Simulator::SetScheduler(factory); // moves the events, which keep their numbers
    g_watch = this;
    See(Simulator::Now());
}

RunWatch::~RunWatch()
{
    g_watch = nullptr;
    Simulator::SetScheduler(ChosenQueue());
}

void
RunWatch::See(Time next)
{
    const auto now = std::chrono::steady_clock::now();
    if (now - m_told >= PAUSE)
    {
        m_told = now;
        m_tell(next);
    }
}

RunWatch*
RunWatch::Find()
{
    return g_watch;
}

NS_OBJECT_ENSURE_REGISTERED(WatchedScheduler);

TypeId
WatchedScheduler::GetTypeId()
{
    static TypeId tid = TypeId("ns3::conntrack::python::WatchedScheduler")
                            .SetParent<Scheduler>()
                            .SetGroupName("Conntrack")
                            .AddConstructor<WatchedScheduler>();
    return tid;
}

WatchedScheduler::WatchedScheduler()
    : m_queue(ChosenQueue().Create<Scheduler>())
{
}

WatchedScheduler::~WatchedScheduler() = default;

void
WatchedScheduler::Insert(const Event& event)
{
    m_queue->Insert(event);
}

bool
WatchedScheduler::IsEmpty() const
{
    return m_queue->IsEmpty();
}

Scheduler::Event
WatchedScheduler::PeekNext() const
{
    return m_queue->PeekNext();
}

Scheduler::Event
WatchedScheduler::RemoveNext()
{
    const Event event = m_queue->RemoveNext();
    if (RunWatch* watch = RunWatch::Find())
    {
        watch->See(TimeStep(event.key.m_ts));
    }
    return event;
}

void
WatchedScheduler::Remove(const Event& event)
{
    m_queue->Remove(event);
}

} // namespace python
} // namespace conntrack
} // namespace ns3
