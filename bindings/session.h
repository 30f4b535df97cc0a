/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_BINDINGS_SESSION_H
#define CONNTRACK_BINDINGS_SESSION_H

#include "ns3/node.h"
#include "ns3/nstime.h"
#include "ns3/object.h"

#include <atomic>
#include <exception>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

/**
 * @file
 * The simulation as Python sees it: who may touch it and when, and what went wrong in callbacks.
 *
 * Layer: bindings.
 * Shape: one a process, because ns-3 has one; never destroyed, because Python frees objects late.
 * Errors: std::runtime_error, RuntimeError in Python.
 *
 * ns-3 is made for one thread and Run releases the GIL: so the thread that first touches a
 * simulation is the only one that may, until it is destroyed. (A second one would also change the
 * order of events: ns-3 queues those of other threads apart.) Nothing is thrown through ns-3's
 * code, which would be left half done: an exception of a callback waits until Run has returned.
 */

namespace ns3
{
namespace conntrack
{
namespace python
{

class PythonCallback;

/// The simulation as Python sees it.
class Session
{
  public:
    /// @return the one of the process
    static Session& Get();

    /// Called first by all that reads the simulation. @throws std::runtime_error in a second thread
    void Look();

    /// Called first by what concerns the next simulation too, such as defaults: begins none.
    /// @throws std::runtime_error in a second thread and in a trace callback
    void Configure();

    /// Called first by all that changes it. @throws std::runtime_error also in a trace callback
    void Change();

    /**
     * @param node a node
     * @throws std::runtime_error if it was of a simulation that is destroyed
     */
    void CheckAlive(const Node& node);

    /**
     * @param object any; what belongs to a node or is a channel is checked
     * @throws std::runtime_error if it was of a simulation that is destroyed
     */
    void CheckAlive(Object& object);

    /// Run until Stop, or until there is no event; rethrows what a callback threw.
    void Run();

    /// Run up to a point in time. @param until the time, not before now
    void Run(Time until);

    /// End Run after the present event. Any thread may call it.
    void Stop();

    /// End the simulation: callbacks are dropped first, then every event and node.
    void Destroy();

    /// Destroy at the end of the interpreter; waits for a run in another thread.
    void DestroyAtExit();

    /// Let Run look for signals to Python before its next event. Any thread may call it.
    static void RequestSignalCheck();

    /// @return whether Run goes on
    bool IsRunning() const
    {
        return m_running;
    }

    /// @return whether trace callbacks run now
    bool IsTelling() const
    {
        return m_telling > 0;
    }

    /// @return whether an exception waits: no callback is called until it has been rethrown
    bool HasFailed() const
    {
        return m_failure != nullptr;
    }

    /// Keep the exception being handled, if none waits yet, and end Run.
    void KeepException();

    /// Throw the exception that waits, if one does.
    void Rethrow();

    /// @param callback is dropped when the simulation is destroyed
    void Register(const std::shared_ptr<PythonCallback>& callback);

    /// @return how many simulations have been destroyed: tells them apart
    uint64_t GetDestroyed() const
    {
        return m_destroyed;
    }

    /// @param action called once, when the simulation has been destroyed
    void AtEnd(std::function<void()> action);

    /// @param count streams wanted @return the first: given out from 0 in each simulation
    int64_t TakeStreams(int64_t count);

    /// @param object one reference to it is given back, now or when no other thread runs ns-3
    static void Drop(Object* object);

    /// Counts a trace callback while it runs.
    class Telling
    {
      public:
        Telling()
        {
            ++Get().m_telling;
        }

        ~Telling()
        {
            --Get().m_telling;
        }

        Telling(const Telling&) = delete;
        Telling& operator=(const Telling&) = delete;
    };

  private:
    void CheckNotTelling() const;
    void CheckSignals();
    void Forget();

    std::atomic<bool> m_running{false};
    std::thread::id m_owner; ///< no thread: the simulation has not begun
    int m_telling{0};
    int64_t m_nextStream{0};
    uint64_t m_destroyed{0};
    std::exception_ptr m_failure;
    std::vector<std::weak_ptr<PythonCallback>> m_callbacks;
    std::vector<std::function<void()>> m_endings;
    std::vector<Object*> m_dropped; ///< guarded by the GIL
};

} // namespace python
} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_BINDINGS_SESSION_H
