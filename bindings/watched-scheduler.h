/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_BINDINGS_WATCHED_SCHEDULER_H
#define CONNTRACK_BINDINGS_WATCHED_SCHEDULER_H

#include "ns3/nstime.h"
#include "ns3/scheduler.h"

#include <chrono>
#include <functional>

/**
 * @file
 * Tells how far a run has come, and leaves no trace in it.
 *
 * Layer: bindings.
 * Shape: takes the place of the simulator's queue of events for the time of a run, and hands all to
 * a queue of the class that was there. No event is added, so that their numbers and all results are
 * those of a run without; a periodic event, or a run in slices, would change both.
 * Units: simulated time; wall time decides only when it tells.
 */

namespace ns3
{
namespace conntrack
{
namespace python
{

/// Watches a run as long as it lives.
class RunWatch
{
  public:
    /// @param tell called between two events, some times a second, with the time of the next
    explicit RunWatch(std::function<void(Time)> tell);
    ~RunWatch();
    RunWatch(const RunWatch&) = delete;
    RunWatch& operator=(const RunWatch&) = delete;

    /// @param next when the next event will be
    void See(Time next);

    /// @return the one that lives; null: none does
    static RunWatch* Find();

  private:
    std::function<void(Time)> m_tell;
    std::chrono::steady_clock::time_point m_told;
};

/// A queue of events that lets the RunWatch see what is taken out.
class WatchedScheduler : public Scheduler
{
  public:
    /// @return the TypeId, ns3::conntrack::python::WatchedScheduler
    static TypeId GetTypeId();

    WatchedScheduler();
    ~WatchedScheduler() override;

    void Insert(const Event& event) override;
    bool IsEmpty() const override;
    Event PeekNext() const override;
    Event RemoveNext() override;
    void Remove(const Event& event) override;

  private:
    Ptr<Scheduler> m_queue;
};

} // namespace python
} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_BINDINGS_WATCHED_SCHEDULER_H
